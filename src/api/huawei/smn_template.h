/* smn_template.h - the places in an SMN message template: {tag}. */
#ifndef API_HUAWEI_SMN_TEMPLATE_H
#define API_HUAWEI_SMN_TEMPLATE_H

#include "model/objects.h"

enum {
    SMN_TAG_MAX = 21,          /* characters of a tag's name */
    SMN_TAG_VALUE_MAX = 1024,  /* bytes */
    SMN_TEMPLATE_TAGS_MAX = 90 /* different ones of a template */
};

bool smn_tag_name_fits(struct str name); /* 1 to 21 of A-Z a-z 0-9 _ - . */
/* The names in the order in which they first stand there, each once; at most `room`
 * of them are put down, and counted are all. Borrowed. */
size_t smn_template_tags(struct str content, struct str *out, size_t room);
/* With the tags filled in; a place that none of them fills stays as it is. */
void smn_template_fill(struct str content, const struct labels *tags, struct buf *out);

#endif
