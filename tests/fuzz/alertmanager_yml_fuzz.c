/* alertmanager_yml_fuzz.c - any bytes as an Alertmanager file: complaints, never a
 * crash; and what it is in force reads back as a file. */
#include "app/alertmanager_yml.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct alertmanager_yml yml, again;
    struct arena a;
    struct buf said;

    /* Files that the input names are none of the fuzzer's business. */
    if (str_has(text, STR("_file")) || str_has(text, STR("templates")))
        return 0;
    arena_init(&a);
    buf_init(&said, BUF_NO_LIMIT);
    if (alertmanager_yml_parse(text, STR("f"), true, &a, &yml, &said) == OK) {
        assert(said.n == 0);
        assert(yml.route_count > 0 && yml.receiver_count > 0);
        if (alertmanager_yml_parse(yml.original, STR("f"), true, &a, &again, &said) == OK)
            assert(again.route_count == yml.route_count &&
                   again.receiver_count == yml.receiver_count);
    } else {
        assert(said.n > 0);
    }
    buf_fini(&said);
    arena_fini(&a);
    return 0;
}
