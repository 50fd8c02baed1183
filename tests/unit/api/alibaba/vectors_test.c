/* vectors_test.c - requests recorded from the real SDKs (tests/vectors/alibaba):
 * each verifies at its own date with its own secret; then every byte that the
 * scheme covers is changed in turn, and none may pass as something else.
 *
 * A change may be another spelling of the same request (%20 for +, %2a for %2A,
 * Host for host): those are decoded here a second time, by a decoder that has
 * nothing in common with ours, counted and shown. What no scheme covers (headers
 * nobody signed) is shown too: it may change, but never what the call means.
 */
#include "api/alibaba/signature.h"
#include "base/json.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define VECTORS "tests/vectors/alibaba"
enum { RECORDS_MAX = 200, HEADERS_MAX = 40, SPELLINGS_SHOWN = 3, UNCOVERED_MAX = 64 };

struct record {
    char name[128];
    struct str method, path, query, body;
    struct http_header headers[HEADERS_MAX];
    size_t header_count;
    struct str secret, string_to_sign, token;
    bool v3, bearer;
};

static struct arena memory; /* of the records */
static struct record records[RECORDS_MAX];
static size_t record_count;

/* ---- reading the records --------------------------------------------------------- */

static struct str file_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *p = arena_alloc(&memory, 1 << 16);
    size_t n;

    if (f == NULL)
        fail_msg("%s: run this from the project's folder", path);
    n = fread(p, 1, 1 << 16, f);
    fclose(f);
    assert_true(n > 0 && n < 1 << 16);
    return (struct str){ p, n };
}

static struct str text(struct json object, const char *key)
{
    return arena_str(&memory, json_str(json_get(object, str_of(key))));
}

/* rawHeaders: name, value, name, value as they came; two records have only the
 * object `headers`. */
static void headers_read(struct record *r, struct json request)
{
    struct json raw = json_get(request, STR("rawHeaders"));
    bool pairs = json_is(raw, JSON_ARRAY);
    struct json_iter it = json_iter(pairs ? raw : json_get(request, STR("headers")));

    while (json_next(&it)) {
        struct http_header *h = &r->headers[r->header_count++];

        assert_true(r->header_count <= HEADERS_MAX);
        h->name = arena_str(&memory, pairs ? json_str(it.value) : it.key);
        if (pairs)
            assert_true(json_next(&it));
        h->value = arena_str(&memory, json_str(it.value));
    }
    assert_true(r->header_count > 3);
}

static void record_read(struct record *r, struct json root)
{
    struct json request = json_get(root, STR("request"));
    struct json check = json_get(root, STR("verification"));
    struct json credentials = json_get(root, STR("credentials"));
    struct str kind = text(check, "kind");

    r->method = text(request, "method");
    r->path = text(request, "path");
    r->query = text(request, "rawQuery");
    r->body = text(request, "body");
    headers_read(r, request);
    r->secret = text(credentials, "accessKeySecret");
    r->token = text(credentials, "securityToken");
    r->string_to_sign = text(check, "stringToSign");
    r->v3 = str_is(kind, "V3");
    r->bearer = str_is(kind, "V3-none");
    assert_true(r->v3 || r->bearer || str_is(kind, "V1"));
}

static int read_records(void **state)
{
    struct json_doc *doc = json_doc_new();
    DIR *dir = opendir(VECTORS);
    struct dirent *entry;

    (void)state;
    arena_init(&memory);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        struct record *r = &records[record_count];
        char path[512];
        struct json root;
        struct err e;

        if (!str_ends(str_of(entry->d_name), STR(".json")) ||
            strcmp(entry->d_name, "INDEX.json") == 0)
            continue;
        assert_true(record_count++ < RECORDS_MAX);
        snprintf(r->name, sizeof r->name, "%s", entry->d_name);
        snprintf(path, sizeof path, VECTORS "/%s", entry->d_name);
        assert_int_equal(json_parse(doc, file_read(path), &root, &e), OK);
        record_read(r, root);
    }
    closedir(dir);
    json_doc_free(&doc);
    return 0;
}

static int forget_records(void **state)
{
    (void)state;
    arena_fini(&memory);
    return 0;
}

/* ---- our judgement of one request -------------------------------------------------- */

/* What it would do, as text; empty when it is refused. In `a`. */
static struct str judged(const struct record *r, struct arena *a, struct refusal *why)
{
    struct http_call call = { .method = r->method,
                              .path = r->path,
                              .query = r->query,
                              .has_query = r->query.n > 0,
                              .headers = r->headers,
                              .header_count = r->header_count,
                              .body = r->body };
    struct raw_call raw;
    struct claim c;
    struct str meaning = STR("");
    struct buf b;

    *why = (struct refusal){ .kind = REFUSAL_COUNT }; /* the test's own checks */
    arena_init(&call.arena);
    buf_init(&b, BUF_NO_LIMIT);
    if (raw_call_parse(&call, &raw, why) == OK &&
        claim_parse(&raw, &call.arena, &c, why) == OK && c.scheme != SCHEME_BEARER &&
        str_is(c.key_id, "testAccessKeyId") &&
        claim_verify(&raw, &c, r->secret, &call.arena, why) == OK &&
        str_eq(c.token, r->token)) {
        buf_printf(&b, "%.*s %.*s %.*s %.*s %lld %.*s ", STR_ARG(raw.method),
                   STR_ARG(raw.path), STR_ARG(c.action), STR_ARG(c.version),
                   (long long)c.date, STR_ARG(c.nonce));
        canonical_query(raw.parameters.all, &b);
        meaning = arena_str(a, buf_str(&b));
    } else {
        why->detail = arena_str(a, why->detail);
    }
    buf_fini(&b);
    arena_fini(&call.arena);
    return meaning;
}

static void test_all_verify(void **)
{
    size_t v1 = 0, v3 = 0, sts = 0;

    for (size_t i = 0; i < record_count; i++) {
        struct refusal why = { 0 };
        struct arena a;

        if (records[i].bearer)
            continue;
        arena_init(&a);
        if (judged(&records[i], &a, &why).n == 0)
            fail_msg("%s: %d %.*s", records[i].name, (int)why.kind, STR_ARG(why.detail));
        arena_fini(&a);
        v1 += !records[i].v3;
        v3 += records[i].v3;
        sts += records[i].token.n > 0;
    }
    print_message("%zu V1 and %zu V3 records verify, %zu of them with STS\n", v1, v3,
                  sts);
    assert_int_equal(v1, 29);
    assert_int_equal(v3, 29);
    assert_int_equal(sts, 6);
}

/* With another secret: refused, and our string to sign is theirs, byte for byte. */
static void test_string_to_sign(void **)
{
    for (size_t i = 0; i < record_count; i++) {
        struct record r = records[i];
        struct refusal why = { 0 };
        struct arena a;

        if (r.bearer)
            continue;
        arena_init(&a);
        r.secret = STR("testAccessKeySecre7");
        assert_int_equal(judged(&r, &a, &why).n, 0);
        assert_int_equal(why.kind, REFUSE_SIGNATURE_MISMATCH);
        if (!str_eq(why.detail, r.string_to_sign))
            fail_msg("%s: %.*s", r.name, STR_ARG(why.detail));
        arena_fini(&a);
    }
}

static void test_bearer(void **)
{
    size_t seen = 0;

    for (size_t i = 0; i < record_count; i++) {
        const struct record *r = &records[i];
        struct http_call call = { .method = r->method,
                                  .path = r->path,
                                  .query = r->query,
                                  .headers = r->headers,
                                  .header_count = r->header_count,
                                  .body = r->body };
        struct refusal why;
        struct raw_call raw;
        struct claim c;

        if (!r->bearer)
            continue;
        arena_init(&call.arena);
        assert_int_equal(raw_call_parse(&call, &raw, &why), OK);
        assert_int_equal(claim_parse(&raw, &call.arena, &c, &why), OK);
        assert_int_equal(c.scheme, SCHEME_BEARER);
        assert_true(str_is(c.action, "PutContactGroup"));
        arena_fini(&call.arena);
        seen++;
    }
    assert_int_equal(seen, 2);
}

/* ---- the second decoder ------------------------------------------------------------- */

static int nibble(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at = strchr(digits, c);

    return c == '\0' || at == NULL ? -1 : (int)((at - digits) % 16);
}

static int compare_pieces(const void *a, const void *b)
{
    const struct str *pa = a, *pb = b;

    return str_cmp(*pa, *pb);
}

/* A query's pairs, decoded, sorted, joined by \3; \1 between name and value, also
 * where the '=' is left out. */
static struct str decoded(struct str s, struct arena *a)
{
    struct str pieces[256];
    char *p = arena_alloc(a, 2 * s.n + 2), *all = arena_alloc(a, 3 * s.n + 3);
    size_t n = 0, used = 0, i = 0;

    while (i < s.n) {
        bool name = true;

        assert_true(n < 256);
        pieces[n] = (struct str){ p + used, 0 };
        for (; i < s.n && s.p[i] != '&'; i++) {
            int c = (unsigned char)s.p[i];

            if (c == '=' && name) {
                name = false;
                c = 1;
            } else if (c == '+') {
                c = ' ';
            } else if (c == '%') {
                if (i + 2 >= s.n || nibble(s.p[i + 1]) < 0 || nibble(s.p[i + 2]) < 0)
                    return STR("\2"); /* not to be decoded */
                c = nibble(s.p[i + 1]) * 16 + nibble(s.p[i + 2]);
                i += 2;
            }
            p[used++] = (char)c;
            pieces[n].n++;
        }
        if (pieces[n].n > 0 && name) {
            p[used++] = 1;
            pieces[n].n++;
        }
        if (pieces[n].n > 0)
            n++;
        i++;
    }
    qsort(pieces, n, sizeof *pieces, compare_pieces);
    used = 0;
    for (i = 0; i < n; i++) {
        memcpy(all + used, pieces[i].p, pieces[i].n);
        used += pieces[i].n;
        all[used++] = '\3';
    }
    return (struct str){ all, used };
}

/* ---- changing every byte --------------------------------------------------------------- */

struct tally {
    size_t bytes, changes, refused, spellings;
    struct {
        const char *what;
        size_t n;
    } kinds[8];
    char uncovered[UNCOVERED_MAX][64];
    size_t uncovered_n;
};

/* Is the changed value the same once it was decoded? */
typedef bool same_fn(struct str before, struct str after, struct arena *a);

static bool same_decoded(struct str before, struct str after, struct arena *a)
{
    return str_eq(decoded(before, a), decoded(after, a));
}

static bool same_bytes(struct str before, struct str after, struct arena *a)
{
    (void)a;
    return str_eq(before, after);
}

static bool same_name(struct str before, struct str after, struct arena *a)
{
    (void)a;
    return str_eq_nocase(before, after);
}

static bool same_trimmed(struct str before, struct str after, struct arena *a)
{
    (void)a;
    return str_eq(str_trim(before), str_trim(after));
}

/* Counts another spelling, and shows the first ones of each kind. */
static void add_spelling(struct tally *t, const char *what, struct str before,
                         struct str after, size_t at)
{
    size_t k = 0;

    t->spellings++;
    while (t->kinds[k].what != NULL && strcmp(t->kinds[k].what, what) != 0)
        k++;
    t->kinds[k].what = what;
    if (t->kinds[k].n++ < SPELLINGS_SHOWN)
        print_message("    the same %s: ..%.*s is ..%.*s\n", what,
                      STR_ARG(str_head(str_from(before, at), 6)),
                      STR_ARG(str_head(str_from(after, at), 6)));
}

static void add_uncovered(struct tally *t, struct str name)
{
    for (size_t i = 0; i < t->uncovered_n; i++)
        if (str_eq_nocase(str_of(t->uncovered[i]), name))
            return;
    assert_true(t->uncovered_n < UNCOVERED_MAX);
    snprintf(t->uncovered[t->uncovered_n++], sizeof t->uncovered[0], "%.*s",
             STR_ARG(name));
}

/* Every byte of *part, which lies inside *r. same: NULL if nothing covers it. */
static void change_part(struct record *r, struct str *part, const char *what,
                        same_fn *same, struct tally *t)
{
    struct str before = *part, meaning;
    struct refusal why;
    struct arena a;
    char *p;

    arena_init(&a);
    p = arena_alloc(&a, before.n + 1);
    meaning = judged(r, &a, &why);
    assert_true(meaning.n > 0);
    for (size_t i = 0; i < before.n; i++) {
        char c = before.p[i];
        char tries[] = { (char)(c ^ 1),
                         (char)(c ^ 0x20),
                         (char)(c ^ 0x80),
                         '+',
                         '%',
                         '&',
                         '=',
                         ' ',
                         '0' };

        t->bytes += same != NULL;
        for (size_t k = 0; k < sizeof tries; k++) {
            struct arena once;
            struct str now;

            if (tries[k] == c)
                continue;
            arena_init(&once);
            memcpy(p, before.p, before.n);
            p[i] = tries[k];
            *part = (struct str){ p, before.n };
            now = judged(r, &once, &why);
            t->changes += same != NULL;
            t->refused += same != NULL && now.n == 0;
            if (now.n > 0 && !str_eq(now, meaning))
                fail_msg("%s: %s byte %zu means something else and passes", r->name, what,
                         i);
            if (now.n > 0 && same != NULL) {
                if (!same(before, *part, &once))
                    fail_msg("%s: %s byte %zu passes: %.*s", r->name, what, i,
                             STR_ARG(*part));
                add_spelling(t, what, before, *part, i);
            }
            arena_fini(&once);
        }
        *part = before;
    }
    arena_fini(&a);
}

static bool signs(const struct record *r, struct str name)
{
    struct signed_headers s;
    struct str value, list;
    struct arena a;
    struct err e;
    size_t at;
    bool found;

    for (size_t i = 0; i < r->header_count; i++)
        if (str_eq_nocase(r->headers[i].name, STR("authorization")))
            value = r->headers[i].value;
    assert_true(str_find(value, STR("SignedHeaders="), &at));
    value = str_from(value, at + 14);
    assert_true(str_cut(&value, ',', &list));
    arena_init(&a);
    assert_int_equal(signed_headers_parse(list, &a, &s, &e), OK);
    found = signed_headers_has(&s, name);
    arena_fini(&a);
    return found;
}

static void change_record(const struct record *original, struct tally *t)
{
    struct record r = *original;

    change_part(&r, &r.method, "method", same_bytes, t);
    change_part(&r, &r.path, "path", same_bytes, t);
    change_part(&r, &r.query, "query", same_decoded, t);
    if (r.body.n > 0)
        change_part(&r, &r.body, "form", same_decoded, t);
    for (size_t i = 0; i < r.header_count; i++) {
        struct str name = r.headers[i].name;
        bool credential = str_eq_nocase(name, STR("authorization"));
        /* In V1 it says whether there is a form to be signed. */
        bool type = r.body.n > 0 && str_eq_nocase(name, STR("content-type"));
        bool covered = r.v3 ? credential || signs(&r, name) : type;

        if (!covered)
            add_uncovered(t, name);
        change_part(&r, &r.headers[i].name, "header name", covered ? same_name : NULL, t);
        change_part(&r, &r.headers[i].value, "header value",
                    !covered ? NULL : (type ? same_name : same_trimmed), t);
    }
}

static void change_all(bool v3)
{
    struct tally t = { 0 };

    print_message("  %s:\n", v3 ? "V3 (ACS3-HMAC-SHA256)" : "V1 (HMAC-SHA1)");
    for (size_t i = 0; i < record_count; i++)
        if (!records[i].bearer && records[i].v3 == v3)
            change_record(&records[i], &t);
    print_message("    %zu bytes, %zu changes: %zu refused, %zu another spelling of the "
                  "same request (",
                  t.bytes, t.changes, t.refused, t.spellings);
    for (size_t k = 0; t.kinds[k].what != NULL; k++)
        print_message("%s%s %zu", k ? ", " : "", t.kinds[k].what, t.kinds[k].n);
    print_message(")\n    not covered by any signature:");
    for (size_t i = 0; i < t.uncovered_n; i++)
        print_message(" %s", t.uncovered[i]);
    print_message("%s\n", v3 ? "" : " (V1 reads no header but Content-Type)");
    assert_int_equal(t.refused + t.spellings, t.changes);
    assert_true(t.bytes > 10000 && t.refused > t.changes / 2);
}

static void test_every_byte_v1(void **)
{
    change_all(false);
}

static void test_every_byte_v3(void **)
{
    change_all(true);
}

/* ---- more, less, twice ----------------------------------------------------------------- */

static void refused(const struct record *r, const char *what)
{
    struct refusal why = { 0 };
    struct arena a;

    arena_init(&a);
    if (judged(r, &a, &why).n > 0)
        fail_msg("%s: %s passes", r->name, what);
    arena_fini(&a);
}

static void test_additions_and_removals(void **)
{
    static const char *const more[] = { "x-acs-extra", "x-acs-security-token",
                                        "X-ACS-ACTION", "x-acs-accesskey-id" };

    for (size_t i = 0; i < record_count; i++) {
        struct record r = records[i];
        struct str query = r.query;

        if (r.bearer)
            continue;
        r.query = arena_printf(&memory, "%.*s%sX=1", STR_ARG(query), query.n ? "&" : "");
        refused(&r, "another parameter");
        r.query = query;
        for (size_t h = 0; r.v3 && h < r.header_count; h++) {
            struct record less = r;
            bool credential = str_eq_nocase(r.headers[h].name, STR("authorization"));

            if (!credential && !signs(&r, r.headers[h].name))
                continue;
            less.headers[h] = less.headers[--less.header_count];
            refused(&less, "a header less");
            less = r;
            if (credential)
                continue;
            less.headers[less.header_count++] = r.headers[h];
            refused(&less, "a header twice");
        }
        for (size_t k = 0; r.v3 && k < sizeof more / sizeof *more; k++) {
            struct record extra = r;

            extra.headers[extra.header_count++] =
                (struct http_header){ str_of(more[k]), STR("x") };
            refused(&extra, more[k]);
        }
        if (r.v3) {
            r.body = STR("ContactName=x");
            refused(&r, "a body");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_verify),
        cmocka_unit_test(test_string_to_sign),
        cmocka_unit_test(test_bearer),
        cmocka_unit_test(test_every_byte_v1),
        cmocka_unit_test(test_every_byte_v3),
        cmocka_unit_test(test_additions_and_removals),
    };

    return cmocka_run_group_tests(tests, read_records, forget_records);
}
