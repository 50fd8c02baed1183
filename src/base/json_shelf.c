#include "base/json_shelf.h"

#include <stdatomic.h>

struct json_doc *json_shelf_take(struct json_shelf *s)
{
    for (size_t i = 0; s != NULL && i < JSON_SHELF; i++) {
        struct json_doc *doc = atomic_exchange(&s->v[i], NULL);

        if (doc != NULL)
            return doc;
    }
    return json_doc_new();
}

void json_shelf_give(struct json_shelf *s, struct json_doc **doc)
{
    for (size_t i = 0; s != NULL && i < JSON_SHELF && json_doc_is_small(*doc); i++) {
        struct json_doc *none = NULL;

        if (atomic_compare_exchange_strong(&s->v[i], &none, *doc)) {
            *doc = NULL;
            return;
        }
    }
    json_doc_free(doc);
}

void json_shelf_fini(struct json_shelf *s)
{
    for (size_t i = 0; i < JSON_SHELF; i++) {
        struct json_doc *doc = atomic_exchange(&s->v[i], NULL);

        if (doc != NULL)
            json_doc_free(&doc);
    }
}
