/* config_fuzz.c - any bytes as a configuration file: complaints, never a crash. */
#include "app/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct complaints c;
    struct config config = { 0 };
    struct arena a;
    const struct yaml_node *root;

    arena_init(&a);
    complaints_init(&c, STR("f"));
    root = yaml_parse(text, &a, &c);
    if (root != NULL)
        settings_fill(&config_table, root, &config, &a, &c);
    complaints_fini(&c);
    arena_fini(&a);
    return 0;
}
