/* policy_fuzz.c - a policy document from anybody: judged without a fault, and
 * what policy_check refuses lets nobody in. */
#include "auth/policy.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str document = { (const char *)data, size };
    struct policy_question q = {
        .action = STR("cms:PutContactGroup"),
        .resource = STR("acs:cms:cn-north-4:1234567890123456:*"),
        .source_ip = STR("10.1.2.3"),
        .now = INT64_C(1795290178500000000),
    };
    struct err e;
    ok checked = policy_check(document, &e);
    enum policy_verdict verdict = policy_eval(document, &q);

    if (checked == FAILED && !str_is(document, "full-access") &&
        !str_is(document, "read-only"))
        assert(verdict == POLICY_EXPLICIT_DENY);
    return 0;
}
