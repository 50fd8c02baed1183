/* object_tables_private.h - rows of the tables (object_*.c), and the tables of parts. */
#ifndef MODEL_OBJECT_TABLES_PRIVATE_H
#define MODEL_OBJECT_TABLES_PRIVATE_H

#include "model/object_parts.h"

#include <stddef.h>

#define FIELD(type, tag, kind, member, doc)                                        \
    {                                                                              \
        tag, FIELD_##kind, #member, offsetof(struct type, member), NULL, NULL, doc \
    }
#define LIST(type, tag, of, member, doc)                                       \
    {                                                                          \
        tag, FIELD_LIST, #member, offsetof(struct type, member), of, NULL, doc \
    }
#define ENUM(type, tag, words, member, doc)                                       \
    {                                                                             \
        tag, FIELD_ENUM, #member, offsetof(struct type, member), NULL, words, doc \
    }
#define SCHEMA(type, fields)                     \
    {                                            \
#type, sizeof(struct type), fields, NULL \
    }
#define SCHEMA_WITH_TEXT(type, fields, parse)     \
    {                                             \
#type, sizeof(struct type), fields, parse \
    }

extern const struct schema label_schema, matcher_schema, time_item_schema;

#endif
