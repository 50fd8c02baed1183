/* operations_doc.c - the tables of doc/api/huawei.md, read off the table of operations. */
#include "api/huawei/huawei_private.h"

static void put_rows(enum huawei_service service, struct buf *out)
{
    buf_z(out, "| operation | request | permission | read-only users | |\n"
               "|---|---|---|---|---|\n");
    for (size_t i = 0; i < huawei_operation_count; i++) {
        const struct operation *op = &huawei_operations[i];

        if (huawei_service_of(str_of(op->path)) != service)
            continue;
        buf_printf(out, "| %s | `%s %s` | ", op->name, op->method, op->path);
        if (op->permission != NULL)
            buf_printf(out, "`%s`", op->permission);
        buf_printf(out, " | %s | %s |\n",
                   i < huawei_open_count ? "everybody"
                   : op->reads           ? "yes"
                                         : "no",
                   op->doc);
    }
}

void huawei_operations_doc(struct buf *out)
{
    buf_z(out, "### AOM\n\n");
    put_rows(HUAWEI_AOM, out);
    buf_z(out, "\n### SMN\n\n");
    put_rows(HUAWEI_SMN, out);
    buf_z(out, "\n### IAM\n\n");
    put_rows(HUAWEI_IAM, out);
}
