/* aom_path.c - $event.metadata.KEY and $event.annotations.KEY, and what stands in
 * the JSON that such a value may be. */
#include "text/aom_private.h"

#include "base/time.h"

/* A value inside JSON text, as text; objects and arrays are their JSON. */
static bool json_text(struct json v, struct arena *a, struct str *out)
{
    struct buf b;

    switch (json_kind(v)) {
    case JSON_STRING:
        *out = arena_str(a, json_str(v));
        return true;
    case JSON_BOOL:
        *out = json_bool(v) ? STR("true") : STR("false");
        return true;
    case JSON_INT:
        *out = arena_printf(a, "%lld", (long long)json_int(v));
        return true;
    case JSON_NUMBER:
    case JSON_ARRAY:
    case JSON_OBJECT:
        buf_init(&b, BUF_NO_LIMIT);
        json_copy(&(struct json_out){ .b = &b }, v);
        *out = arena_str(a, buf_str(&b));
        buf_fini(&b);
        return true;
    case JSON_NONE:
    case JSON_NULL:
        break;
    }
    return false;
}

/* One step of a path: ".name" or "[3]"; *path keeps the rest. */
static struct json step_into(struct json v, struct str *path)
{
    size_t n = 1;
    int64_t index;
    struct json_iter it;

    if (path->p[0] == '.') {
        while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
            n++;
        v = json_is(v, JSON_OBJECT) ? json_get(v, (struct str){ path->p + 1, n - 1 })
                                    : (struct json){ 0 };
        *path = str_from(*path, n);
        return v;
    }
    while (n < path->n && path->p[n] != ']')
        n++;
    if (str_i64((struct str){ path->p + 1, n - 1 }, &index) != OK)
        index = -1;
    *path = str_from(*path, n + 1);
    if (index < 0 || !json_is(v, JSON_ARRAY) || (size_t)index >= json_count(v))
        return (struct json){ 0 };
    it = json_iter(v);
    while (json_next(&it) && index-- > 0)
        continue;
    return it.value;
}

void aom_parsed_fini(struct aom_parsed *p)
{
    if (p->doc != NULL)
        json_doc_free(&p->doc);
}

static struct json parsed(struct aom_parsed *p, struct str text)
{
    struct err ignored;

    if (p->text.p == text.p && p->text.n == text.n)
        return p->root;
    if (p->doc == NULL)
        p->doc = json_doc_new();
    p->text = text;
    if (json_parse(p->doc, text, &p->root, &ignored) != OK)
        p->root = (struct json){ 0 };
    return p->root;
}

static bool walk_json(const struct aom_scene *s, struct str text, struct str path,
                      struct str *out)
{
    struct json v;

    if (text.n < 2 || (text.p[0] != '[' && text.p[0] != '{'))
        return false;
    v = parsed(s->parsed, text);
    while (path.n > 0 && v.doc != NULL)
        v = step_into(v, &path);
    return v.doc != NULL && json_text(v, s->a, out);
}

static bool is_path_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
}

static struct str scan_path(struct str text)
{
    enum { LONGEST_PATH = 256 };
    size_t n = 0;

    while (n < text.n && n < LONGEST_PATH && is_path_char(text.p[n]))
        n++;
    /* What ends a sentence ends no path. */
    while (n > 0 &&
           (text.p[n - 1] == '.' || text.p[n - 1] == '-' || text.p[n - 1] == '['))
        n--;
    return str_head(text, n);
}

/* The path without '-', which ends it unless a key of the alert has one. */
static size_t plain_length(struct str path)
{
    size_t n = 0;

    while (n < path.n && path.p[n] != '-')
        n++;
    return n;
}

/* What AOM's own events carry as metadata, for alerts that came by another door. */
static bool find_alias(const struct aom_scene *s, struct str key, struct str *out)
{
    static const char *const keys[] = { "event_name", "event_name_alias",
                                        "event_severity", "event_type",
                                        "resource_provider" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_is(key, keys[i]))
            return aom_variable(s, key, out);
    return false;
}

/* metadata.KEY or annotations.KEY: the longest key that is there, the rest of
 * the path goes into its value. */
static bool find_key(const struct aom_scene *s, struct str path, bool metadata,
                     size_t *used, struct str *out)
{
    for (size_t n = path.n; n > 0; n--) {
        struct str key = str_head(path, n), rest = str_from(path, n), value;

        if (rest.n > 0 && rest.p[0] != '.' && rest.p[0] != '[' && rest.p[0] != '-')
            continue;
        value = metadata ? alert_get(s->al, key) : alert_annotation_get(s->al, key);
        if (value.n == 0)
            continue;
        if (rest.n == 0 || rest.p[0] == '-') {
            *used = n;
            *out = value;
            return true;
        }
        rest = str_head(rest, plain_length(rest));
        *used = n + rest.n;
        return walk_json(s, value, rest, out);
    }
    *used = plain_length(path);
    return metadata && find_alias(s, str_head(path, *used), out);
}

/* metadata['KEY'] and metadata["KEY"]: whatever the key holds. */
static bool find_quoted(const struct aom_scene *s, struct str text, bool metadata,
                        size_t *used, struct str *out)
{
    enum { LONGEST_KEY = 256 };
    const char *close = text.p[1] == '\'' ? "']" : "\"]";
    struct str key = str_head(str_from(text, 2), LONGEST_KEY);
    size_t n;

    if (!str_find(key, str_of(close), &n)) {
        *used = 0;
        return false;
    }
    key = str_head(key, n);
    *used = n + 4;
    *out = metadata ? alert_get(s->al, key) : alert_annotation_get(s->al, key);
    return out->n > 0 || (metadata && find_alias(s, key, out));
}

/* The event's own fields, as its JSON has them: times are milliseconds. */
static bool find_field(const struct aom_scene *s, struct str name, struct str *out)
{
    bool resolved = notification_resolved(s->t->n, s->al);
    int64_t ms;

    if (str_is(name, "id") || str_is(name, "event_sn"))
        return aom_variable(s, STR("id"), out);
    if (!str_is(name, "starts_at") && !str_is(name, "ends_at"))
        return false;
    ms = str_is(name, "starts_at") ? s->al->starts_at : resolved ? s->al->ends_at : 0;
    *out = arena_printf(s->a, "%lld", (long long)(ms / NS_PER_MS));
    return true;
}

bool aom_path(const struct aom_scene *s, struct str text, size_t *used, struct str *out)
{
    static const struct str heads[] = { STR_INIT("metadata"), STR_INIT("annotations") };
    struct str path = scan_path(text);
    bool found;

    for (size_t i = 0; i < 2; i++) {
        size_t n = heads[i].n;
        struct str rest = str_from(text, n);

        if (!str_starts(text, heads[i]))
            continue;
        if (str_starts(rest, STR("['")) || str_starts(rest, STR("[\""))) {
            found = find_quoted(s, rest, i == 0, used, out);
            *used += *used > 0 ? n : 0;
            return found;
        }
        if (!str_starts(str_from(path, n), STR(".")))
            continue;
        found = find_key(s, str_from(path, n + 1), i == 0, used, out);
        *used += n + 1;
        return found;
    }
    *used = plain_length(path);
    return find_field(s, str_head(path, *used), out);
}
