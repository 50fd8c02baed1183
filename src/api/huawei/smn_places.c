/* smn_places.c - the places of a template: found, and filled in. What looks like a place
 * and is none, { } or {a b}, is text. */
#include "api/huawei/smn_template.h"

static bool is_tag(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

bool smn_tag_name_fits(struct str name)
{
    if (name.n < 1 || name.n > SMN_TAG_MAX)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!is_tag(name.p[i]))
            return false;
    return true;
}

/* Cuts *rest behind the next place: *text stands before it. False: there is none, and
 * *text is all that was left. */
static bool place_next(struct str *rest, struct str *text, struct str *name)
{
    size_t end;

    for (size_t at = 0; at < rest->n; at++) {
        if (rest->p[at] != '{')
            continue;
        for (end = at + 1; end < rest->n && is_tag(rest->p[end]);)
            end++;
        *name = (struct str){ rest->p + at + 1, end - at - 1 };
        if (end == rest->n || rest->p[end] != '}' || !smn_tag_name_fits(*name))
            continue;
        *text = str_head(*rest, at);
        *rest = str_from(*rest, end + 1);
        return true;
    }
    *text = *rest;
    *rest = STR("");
    return false;
}

size_t smn_template_tags(struct str content, struct str *out, size_t room)
{
    struct str text, name;
    size_t n = 0;

    while (place_next(&content, &text, &name)) {
        size_t i = 0;

        while (i < n && i < room && !str_eq(out[i], name))
            i++;
        if (i < n && i < room)
            continue;
        if (n < room)
            out[n] = name;
        n++;
    }
    return n;
}

void smn_template_fill(struct str content, const struct labels *tags, struct buf *out)
{
    struct str text, name;

    while (place_next(&content, &text, &name)) {
        size_t i = 0;

        buf_add(out, text);
        while (i < tags->n && !str_eq(tags->v[i].name, name))
            i++;
        if (i < tags->n)
            buf_add(out, tags->v[i].value);
        else
            buf_printf(out, "{%.*s}", STR_ARG(name));
    }
    buf_add(out, text);
}
