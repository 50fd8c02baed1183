#include "console/console.h"

#include "console/pages.h"

/* Scripts and styles come from us, nothing is evaluated, nothing made of text becomes
 * markup, and no other site frames us. */
#define POLICY                                                                        \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "  \
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "   \
    "trusted-types 'none'"

enum { HEADERS_MAX = 8 };

struct answer {
    struct http_header headers[HEADERS_MAX];
    size_t n;
};

static void add(struct answer *an, const char *name, struct str value)
{
    an->headers[an->n++] = (struct http_header){ str_of(name), value };
}

static void add_safety(struct answer *an)
{
    add(an, "Content-Security-Policy", STR(POLICY));
    add(an, "X-Content-Type-Options", STR("nosniff"));
    add(an, "Referrer-Policy", STR("no-referrer"));
    add(an, "Cross-Origin-Opener-Policy", STR("same-origin"));
}

static void send(struct http_call *call, int status, struct str type, struct str body,
                 const struct answer *an)
{
    http_answer(call, &(struct http_answer){ .status = status,
                                             .content_type = type,
                                             .headers = an->headers,
                                             .header_count = an->n,
                                             .body = body });
}

/* ---- which coding? RFC 9110, 12.5.3 ------------------------------------------- */

/* "0.5" in thousandths; what is not readable counts as 0: not wanted. */
static int weight_of(struct str q)
{
    int weight = 0, place = 1000;

    if (q.n == 0 || q.p[0] < '0' || q.p[0] > '1')
        return 0;
    for (size_t i = 0; i < q.n; i++) {
        if (i == 1 && q.p[i] == '.')
            continue;
        if (q.p[i] < '0' || q.p[i] > '9' || place == 0)
            return 0;
        weight += (q.p[i] - '0') * place;
        place /= 10;
    }
    return weight > 1000 ? 0 : weight;
}

/* What the list says of a coding; -1: nothing. "*" speaks for those not named. */
static int wanted(struct str list, struct str coding)
{
    struct str item, name;
    int others = -1;

    while (str_cut(&list, ',', &item)) {
        int weight = 1000;
        size_t at;

        (void)str_cut(&item, ';', &name);
        name = str_trim(name);
        if (item.p != NULL && str_find(item, STR("q="), &at))
            weight = weight_of(str_trim(str_from(item, at + 2)));
        if (str_eq_nocase(name, coding))
            return weight;
        if (str_is(name, "*"))
            others = weight;
    }
    return others;
}

static enum coding choose(const struct http_call *call, const struct page *p)
{
    struct str list;
    int br, gzip;

    if (!http_header(call, "Accept-Encoding", &list) || p->data[CODING_GZIP].from == NULL)
        return CODING_NONE;
    br = wanted(list, STR("br"));
    gzip = wanted(list, STR("gzip"));
    if (br > 0 && br >= gzip)
        return CODING_BR;
    return gzip > 0 ? CODING_GZIP : CODING_NONE;
}

/* ---- a file -------------------------------------------------------------------- */

static bool is_known(const struct http_call *call, struct str tag)
{
    struct str list, piece;

    if (!http_header(call, "If-None-Match", &list))
        return false;
    while (str_cut(&list, ',', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, STR("W/")))
            piece = str_from(piece, 2);
        if (str_eq(piece, tag) || str_is(piece, "*"))
            return true;
    }
    return false;
}

static void send_page(struct http_call *call, const struct page *p)
{
    static const char *const words[CODING_COUNT] = { "", "gzip", "br" };
    enum coding coding = choose(call, p);
    struct str tag = arena_printf(&call->arena, "\"%s%s%s\"", p->tag,
                                  coding == CODING_NONE ? "" : "-", words[coding]);
    struct answer an = { .n = 0 };

    add_safety(&an);
    add(&an, "ETag", tag);
    add(&an, "Vary", STR("Accept-Encoding"));
    add(&an, "Cache-Control",
        p->hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (is_known(call, tag)) {
        send(call, 304, STR(""), STR(""), &an);
        return;
    }
    if (coding != CODING_NONE)
        add(&an, "Content-Encoding", str_of(words[coding]));
    send(call, 200, str_of(p->type), page_data(p, coding), &an);
}

/* ---- what is not a file --------------------------------------------------------- */

static void refuse(struct http_call *call, int status, const char *words)
{
    struct answer an = { .n = 0 };

    add_safety(&an);
    if (status == 405)
        add(&an, "Allow", STR("GET, HEAD"));
    send(call, status, STR("text/plain; charset=utf-8"), str_of(words), &an);
}

static void send_home(struct str prefix, struct http_call *call)
{
    struct answer an = { .n = 0 };

    add(&an, "Location", arena_printf(&call->arena, "%.*s/console/", STR_ARG(prefix)));
    send(call, 301, STR(""), STR(""), &an);
}

/* One segment without a dot: /console/alerts. */
static bool is_screen(struct str path)
{
    return !str_has(path, STR("/")) && !str_has(path, STR("."));
}

void console_serve(struct str prefix, struct http_call *call)
{
    static const struct str root = STR_INIT("/console");
    struct str path = str_from(call->path, root.n + 1);
    const struct page *p;

    if (!str_is(call->method, "GET") && !str_is(call->method, "HEAD"))
        refuse(call, 405, "pages are read: GET or HEAD\n");
    else if (call->path.n == root.n)
        send_home(prefix, call);
    else if (page_count() == 0)
        refuse(call, 404,
               "This belfry was built without the pages of its console: `./dev build` "
               "builds them (with Node), and release archives hold them built.\n");
    else if ((p = page_find(is_screen(path) ? STR("index.html") : path)) != NULL)
        send_page(call, p);
    else
        refuse(call, 404, "no such page\n");
}
