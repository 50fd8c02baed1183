/* operations.c - every operation of every dialect as a line of JSON: what the matrix of
 * tests/clients/authorization.test.mjs is made from. */
#include "api/alertmanager/alertmanager_private.h"
#include "api/alibaba/operations.h"
#include "api/huawei/huawei_private.h"
#include "api/native/native_private.h"

#include <stdio.h>

static void print(const char *dialect, const struct operation *rows, size_t n,
                  size_t open)
{
    for (size_t i = 0; i < n; i++) {
        const struct operation *op = &rows[i];

        printf("{\"dialect\":\"%s\",\"name\":\"%s\",\"method\":\"%s\",\"path\":\"%s\","
               "\"permission\":\"%s\",\"reads\":%s,\"open\":%s}\n",
               dialect, op->name, op->method != NULL ? op->method : "",
               op->path != NULL ? op->path : "",
               op->permission != NULL ? op->permission : "", op->reads ? "true" : "false",
               i < open || (op->permission == NULL && open == 0) ? "true" : "false");
    }
}

int main(void)
{
    print("alibaba", alibaba_operations, alibaba_operation_count, 0);
    /* Its other rows without a permission want to know who asks all the same. */
    print("huawei", huawei_operations, huawei_operation_count, huawei_open_count);
    print("alertmanager", alertmanager_operations, alertmanager_operation_count, 0);
    print("native", native_operations, native_operation_count, 0);
    return 0;
}
