/* cors.c - pages of other origins may read and post, as Alertmanager lets them
 * (contracts/alertmanager.md 1): any origin, without credentials, never DELETE. */
#include "api/alertmanager/alertmanager_private.h"

static const char *const methods[] = { "GET", "POST", "HEAD" };
static const char *const may_send[] = { "Accept", "Content-Type", "X-Requested-With",
                                        "Origin" };

static bool is_one_of(struct str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(word, str_of(list[i])))
            return true;
    return false;
}

#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof list / sizeof *list)

size_t cors_headers(const struct request *rq, struct http_header *out)
{
    struct str origin;

    if (!http_header(rq->call, "Origin", &origin) || origin.n == 0 ||
        !IS_ONE_OF(rq->call->method, methods))
        return 0;
    *out = (struct http_header){ STR("Access-Control-Allow-Origin"), STR("*") };
    return 1;
}

/* The names asked for as they are usually spelt; false if one may not be sent. */
static bool names_allowed(struct str asked, struct buf *out)
{
    struct str piece;

    while (str_cut(&asked, ',', &piece)) {
        struct str name = str_trim(piece);
        size_t i = 0, n = sizeof may_send / sizeof *may_send;

        if (name.n == 0)
            continue;
        while (i < n && !str_eq_nocase(name, str_of(may_send[i])))
            i++;
        if (i == n)
            return false;
        buf_z(out, out->n > 0 ? ", " : "");
        buf_z(out, may_send[i]);
    }
    return true;
}

static struct str upper(struct arena *a, struct str word)
{
    char *p = arena_alloc(a, word.n + 1);

    for (size_t i = 0; i < word.n; i++)
        p[i] = (char)(word.p[i] >= 'a' && word.p[i] <= 'z' ? word.p[i] - 'a' + 'A'
                                                           : word.p[i]);
    return (struct str){ p, word.n };
}

bool cors_preflight(struct request *rq)
{
    struct http_header h[8] = {
        { STR("Cache-Control"), STR("no-store") },
        { STR("Vary"), STR("Origin") },
        { STR("Vary"), STR("Access-Control-Request-Method") },
        { STR("Vary"), STR("Access-Control-Request-Headers") },
    };
    struct str origin, method, asked = STR("");
    struct buf names;
    size_t n = 4;

    if (!str_is(rq->call->method, "OPTIONS") ||
        !http_header(rq->call, "Access-Control-Request-Method", &method) || method.n == 0)
        return false;
    (void)http_header(rq->call, "Access-Control-Request-Headers", &asked);
    buf_init(&names, 256);
    if (http_header(rq->call, "Origin", &origin) && origin.n > 0 &&
        IS_ONE_OF(method, methods) && names_allowed(asked, &names)) {
        h[n++] = (struct http_header){ STR("Access-Control-Allow-Origin"), STR("*") };
        h[n++] = (struct http_header){ STR("Access-Control-Allow-Methods"),
                                       upper(rq->a, method) };
        if (names.n > 0)
            h[n++] = (struct http_header){ STR("Access-Control-Allow-Headers"),
                                           arena_str(rq->a, buf_str(&names)) };
    }
    buf_fini(&names);
    request_answer(rq, 200, STR(""), STR(""), h, n);
    return true;
}
