/* vectors_test.c - requests recorded from the real SDKs (tests/vectors/huawei): each
 * verifies, step by step, with nothing but its bytes and the secret; then every byte
 * is changed in turn. A change that still passes must be another spelling of the same
 * request, which a decoder of this test's own decides, or stand in a header that the
 * scheme leaves uncovered: those are printed. */
#include "api/huawei/signature_private.h"
#include "base/crypto.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct str secret = STR_INIT("test-secret-key-0123456789");

enum { RECORDS_MAX = 100, HEADERS_MAX = 40, FILE_MAX = 1 << 18 };

struct record {
    struct str name, method, target, body, key_id, canonical, to_sign;
    struct http_header headers[HEADERS_MAX];
    size_t header_count;
    bool is_signed;
};

static struct arena memory;
static struct record records[RECORDS_MAX];
static size_t record_count;

/* ---- reading the records ----------------------------------------------- */

static struct str file_read(const char *path)
{
    char *p = arena_alloc(&memory, FILE_MAX);
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        fail_msg("%s: run this from the project's folder", path);
    n = fread(p, 1, FILE_MAX, f);
    fclose(f);
    assert_true(n > 0 && n < FILE_MAX);
    return (struct str){ p, n };
}

static struct str member(struct json object, const char *name)
{
    return arena_str(&memory, json_str(json_get(object, str_of(name))));
}

static void record_read(struct json v)
{
    struct record *r = &records[record_count++];
    struct json check = json_get(v, STR("verification"));
    struct buf body;

    assert_true(record_count <= RECORDS_MAX);
    r->name = member(v, "name");
    r->method = member(v, "method");
    r->target = member(v, "target");
    buf_init(&body, BUF_NO_LIMIT);
    assert_true(get_base64(json_str(json_get(v, STR("body_base64"))), &body) == OK);
    r->body = arena_str(&memory, buf_str(&body));
    buf_fini(&body);
    for (struct json_iter it = json_iter(json_get(v, STR("headers"))); json_next(&it);) {
        struct json_iter pair = json_iter(it.value);
        struct http_header *h = &r->headers[r->header_count++];

        assert_true(r->header_count <= HEADERS_MAX && json_next(&pair));
        h->name = arena_str(&memory, json_str(pair.value));
        assert_true(json_next(&pair));
        h->value = arena_str(&memory, json_str(pair.value));
    }
    r->is_signed = json_is(check, JSON_OBJECT);
    r->key_id = member(check, "access_key");
    (void)str_cut(&(struct str){ r->key_id.p, r->key_id.n }, '/', &r->key_id);
    r->canonical = member(check, "canonical_request");
    r->to_sign = member(check, "string_to_sign");
}

static int read_records(void **)
{
    static const char *const files[] = {
        "tests/vectors/huawei/nodejs-core-3.1.211.json",
        "tests/vectors/huawei/go-sdk-v3.json",
        "tests/vectors/huawei/keystone-openstackclient-6.0.0.json",
    };
    struct json_doc *doc = json_doc_new();

    arena_init(&memory);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct json root;
        struct err e;

        assert_true(json_parse(doc, file_read(files[i]), &root, &e) == OK);
        for (struct json_iter it = json_iter(root); json_next(&it);)
            record_read(it.value);
    }
    json_doc_free(&doc);
    return 0;
}

static int drop_records(void **)
{
    arena_fini(&memory);
    return 0;
}

/* ---- verifying --------------------------------------------------------- */

static struct http_call call_of(const struct record *r)
{
    struct http_call call = { .method = r->method,
                              .target = r->target,
                              .headers = r->headers,
                              .header_count = r->header_count,
                              .body = r->body };
    struct str rest = r->target;

    (void)str_cut(&rest, '?', &call.path);
    call.has_query = rest.p != NULL;
    call.query = call.has_query ? rest : STR("");
    return call;
}

/* As authenticate.c does it, but for the book, and the clock stands at its date. */
static ok verify(const struct record *r, struct arena *a, struct signature *s,
                 struct str *canonical, struct err *e)
{
    struct http_call call = call_of(r);
    struct signed_request rq = { .call = &call, .path = call.path };
    ok result;

    *canonical = STR("");
    s->canonical = STR("");
    if (huawei_signature_parse(&call, a, s, e) != OK)
        return FAILED;
    if (!str_eq(s->key_id, r->key_id))
        return (fail)(e, FAULT_UNAUTHENTICATED, "", "another key");
    result = huawei_signature_verify(&rq, s, secret, a, e);
    *canonical = s->canonical;
    return result;
}

static bool passes(const struct record *r)
{
    struct signature s;
    struct str canonical;
    struct arena a;
    struct err e;
    bool fine;

    arena_init(&a);
    fine = verify(r, &a, &s, &canonical, &e) == OK;
    arena_fini(&a);
    return fine;
}

static void test_all_verify(void **)
{
    size_t sdk = 0, v11 = 0, none = 0, temporary = 0;

    for (size_t i = 0; i < record_count; i++) {
        const struct record *r = &records[i];
        struct http_call call = call_of(r);
        struct signature s;
        struct str canonical, token;
        struct arena a;
        struct buf text;
        struct err e = { 0 };

        if (!r->is_signed) {
            none++;
            continue;
        }
        arena_init(&a);
        if (verify(r, &a, &s, &canonical, &e) != OK)
            fail_msg("%.*s: %s", STR_ARG(r->name), e.text);
        buf_init(&text, BUF_NO_LIMIT);
        if (!str_is(r->name, "ShowActionRule-space")) { /* signed over a raw path */
            assert_true(str_eq(canonical, r->canonical));
            huawei_string_to_sign(&s, canonical, &text);
            assert_true(str_eq(buf_str(&text), r->to_sign));
        }
        buf_fini(&text);
        sdk += s.scheme == SIGNATURE_SDK;
        v11 += s.scheme == SIGNATURE_V11;
        temporary += http_header(&call, "X-Security-Token", &token);
        arena_fini(&a);
    }
    print_message("%zu SDK-HMAC-SHA256 (%zu with a temporary key), %zu V11-HMAC-SHA256, "
                  "%zu unsigned\n",
                  sdk, temporary, v11, none);
    assert_int_equal(sdk + v11, 24 + 18);
    assert_true(v11 >= 1 && temporary >= 1);
    assert_int_equal(none, 21);
}

static const struct record *record_named(const char *name)
{
    for (size_t i = 0; i < record_count; i++)
        if (str_is(records[i].name, name) && records[i].is_signed)
            return &records[i];
    fail_msg("no record %s", name);
    return NULL;
}

static struct str hex_of(struct digest d, struct arena *a)
{
    struct str hex;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_digest_hex(&b, &d);
    hex = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return hex;
}

/* contracts/huawei.md 3.7, step by step. */
static void test_worked_example(void **)
{
    static const char wanted[] =
        "PUT\n/v2/2b31ed520xxxxxxebedb6e57xxxxxxxx/alert/action-rules/\n\n"
        "content-type:application/json\nhost:127.0.0.1:18081\n"
        "x-project-id:2b31ed520xxxxxxebedb6e57xxxxxxxx\nx-sdk-date:20250807T120000Z\n\n"
        "content-type;host;x-project-id;x-sdk-date\n"
        "a7d3dc29fbf5cc038cc51ca10643e67c9cdad63449472ecefef7ed97fe52ca50";
    const struct record *r = record_named("UpdateActionRule-chinese-desc");
    struct signature s;
    struct str canonical, key;
    struct arena a;
    struct buf text;
    struct err e;

    arena_init(&a);
    assert_true(verify(r, &a, &s, &canonical, &e) == OK);
    assert_true(str_is(hex_of(sha256(r->body), &a), "a7d3dc29fbf5cc038cc51ca10643e67c"
                                                    "9cdad63449472ecefef7ed97fe52ca50"));
    assert_true(str_is(canonical, wanted));
    assert_true(str_is(hex_of(sha256(canonical), &a),
                       "f786f64f984658e7bc1082ac728e859e"
                       "4a49672cae24b85de6b84eff466d1840"));
    buf_init(&text, BUF_NO_LIMIT);
    huawei_string_to_sign(&s, canonical, &text);
    assert_true(str_is(hex_of(hmac_sha256(secret, buf_str(&text)), &a),
                       "9b7bbe9cad6ba286ef0539b0b0b06714"
                       "0fe263a454989c734805ffebd6640301"));

    /* the same request with the derived key */
    s.scheme = SIGNATURE_V11;
    s.scope = STR("20250807/cn-north-4/aom");
    key = huawei_v11_key(r->key_id, secret, s.scope, &a);
    buf_clear(&text);
    huawei_string_to_sign(&s, canonical, &text);
    assert_true(str_is(hex_of(hmac_sha256(key, buf_str(&text)), &a),
                       "ac04971bbf2a9313e8c04c577e85a23f"
                       "478ca4be04ce7043bf1fb3c383715af8"));
    buf_fini(&text);
    arena_fini(&a);
}

static void test_query_example(void **)
{
    const struct record *r = record_named("query-escaping");
    struct signature s;
    struct str canonical;
    struct arena a;
    struct err e;

    arena_init(&a);
    assert_true(verify(r, &a, &s, &canonical, &e) == OK);
    assert_true(
        str_has(canonical, STR("\nempty=&list=1&list=10&list=2&name=%E4%B8%AD%E6%96%87&"
                               "sym=a%2Bb%2Fc%3Dd%26e%2A~-._&z=a%20b\n")));
    arena_fini(&a);
}

/* ---- the same request in other bytes ----------------------------------- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at;

    at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

/* Percent-decoding that has nothing in common with ours; \1 for what separates. */
static struct str plain(struct str s, bool plus, char separator, struct arena *a)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%' && i + 2 < s.n && hex_digit(s.p[i + 1]) >= 0 &&
            hex_digit(s.p[i + 2]) >= 0) {
            p[n++] = (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]));
            i += 2;
        } else {
            p[n++] = s.p[i] == separator ? '\1' : plus && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    return (struct str){ p, n };
}

static int piece_order(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* name \1 value of each pair, sorted, each ended by \2. */
static struct str query_meaning(struct str query, struct arena *a)
{
    struct str *pairs = arena_array(a, struct str, query.n + 1), piece, all;
    size_t n = 0;
    struct buf b;

    while (str_cut(&query, '&', &piece))
        if (piece.n > 0) {
            struct str value = piece, name;

            (void)str_cut(&value, '=', &name);
            name = plain(name, true, '\0', a);
            value = value.p == NULL ? STR("") : plain(value, true, '\0', a);
            pairs[n++] = arena_printf(a, "%.*s\1%.*s", STR_ARG(name), STR_ARG(value));
        }
    qsort(pairs, n, sizeof *pairs, piece_order);
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, pairs[i]);
        buf_char(&b, '\2');
    }
    all = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return all;
}

static struct str path_meaning(struct str path, struct arena *a)
{
    return plain(str_ends(path, STR("/")) ? str_head(path, path.n - 1) : path, false, '/',
                 a);
}

static bool same_target(struct str one, struct str two, struct arena *a)
{
    struct str path_one, path_two;

    (void)str_cut(&one, '?', &path_one);
    (void)str_cut(&two, '?', &path_two);
    return str_eq(path_meaning(path_one, a), path_meaning(path_two, a)) &&
           str_eq(query_meaning(one, a), query_meaning(two, a));
}

static bool same_bytes(struct str one, struct str two, struct arena *)
{
    return str_eq(one, two);
}

static bool same_trimmed(struct str one, struct str two, struct arena *)
{
    return str_eq(str_trim(one), str_trim(two));
}

static bool same_any_case(struct str one, struct str two, struct arena *)
{
    return str_eq_nocase(one, two);
}

/* Names of headers in any case, blanks between the parts. */
static bool same_authorization(struct str one, struct str two, struct arena *a)
{
    size_t at_one, at_two;
    struct str mac = STR("Signature=");

    if (!str_find(one, mac, &at_one) || !str_find(two, mac, &at_two))
        return false;
    return str_eq(str_trim(str_from(one, at_one)), str_trim(str_from(two, at_two))) &&
           same_any_case(str_head(one, at_one), str_head(two, at_two), a);
}

/* ---- changing every byte ----------------------------------------------- */

typedef bool same_fn(struct str one, struct str two, struct arena *a);

struct tally {
    size_t bytes, changes, refused, spellings;
    char uncovered[HEADERS_MAX][48];
    size_t uncovered_n;
};

static void add_uncovered(struct tally *t, struct str name)
{
    for (size_t i = 0; i < t->uncovered_n; i++)
        if (str_eq_nocase(str_of(t->uncovered[i]), name))
            return;
    assert_true(t->uncovered_n < HEADERS_MAX);
    snprintf(t->uncovered[t->uncovered_n++], sizeof t->uncovered[0], "%.*s",
             STR_ARG(name));
}

/* Every byte of *part, which lies in *r, becomes each of some others. */
static void change_part(struct record *r, struct str *part, const char *what,
                        same_fn *same, struct tally *t)
{
    struct str before = *part;
    struct arena a;
    char *p;

    arena_init(&a);
    p = arena_alloc(&a, before.n + 1);
    for (size_t i = 0; i < before.n; i++) {
        char c = before.p[i];
        const char tries[] = { (char)(c ^ 1),
                               (char)(c ^ 0x20),
                               (char)(c ^ 0x80),
                               '+',
                               '%',
                               '&',
                               '=',
                               ' ',
                               '/',
                               '?',
                               'f' };

        memcpy(p, before.p, before.n);
        t->bytes++;
        for (size_t k = 0; k < sizeof tries; k++) {
            if (tries[k] == c)
                continue;
            p[i] = tries[k];
            *part = (struct str){ p, before.n };
            t->changes++;
            if (!passes(r)) {
                t->refused++;
                continue;
            }
            if (!same(before, *part, &a))
                fail_msg("%.*s: %s byte %zu passes: %.*s", STR_ARG(r->name), what, i,
                         STR_ARG(*part));
            t->spellings++;
        }
    }
    *part = before;
    arena_fini(&a);
}

static bool covers(const struct record *r, struct str name)
{
    struct http_call call = call_of(r);
    struct signature s;
    struct arena a;
    struct err e;
    bool found;

    arena_init(&a);
    assert_true(huawei_signature_parse(&call, &a, &s, &e) == OK);
    found = signed_headers_has(&s.headers, name) ||
            str_eq_nocase(name, STR("x-sdk-content-sha256"));
    arena_fini(&a);
    return found;
}

static void change_record(const struct record *original, struct tally *t)
{
    struct record r = *original;

    assert_true(passes(&r));
    change_part(&r, &r.method, "method", same_bytes, t);
    change_part(&r, &r.target, "target", same_target, t);
    change_part(&r, &r.body, "body", same_bytes, t);
    for (size_t i = 0; i < r.header_count; i++) {
        struct http_header *h = &r.headers[i];

        if (str_eq_nocase(h->name, STR("Authorization"))) {
            change_part(&r, &h->name, "name", same_any_case, t);
            change_part(&r, &h->value, "Authorization", same_authorization, t);
        } else if (covers(original, h->name)) {
            change_part(&r, &h->name, "name", same_any_case, t);
            change_part(&r, &h->value, "value", same_trimmed, t);
        } else {
            add_uncovered(t, h->name);
        }
    }
}

static void change_all(enum signature_scheme scheme)
{
    struct tally t = { 0 };

    for (size_t i = 0; i < record_count; i++) {
        struct http_call call = call_of(&records[i]);
        struct signature s;
        struct arena a;
        struct err e;

        arena_init(&a);
        if (records[i].is_signed && huawei_signature_parse(&call, &a, &s, &e) == OK &&
            s.scheme == scheme)
            change_record(&records[i], &t);
        arena_fini(&a);
    }
    print_message("%s: %zu bytes, %zu changes: %zu refused, %zu another spelling of the "
                  "same request\n    not signed by these clients:",
                  scheme == SIGNATURE_SDK ? "SDK-HMAC-SHA256" : "V11-HMAC-SHA256",
                  t.bytes, t.changes, t.refused, t.spellings);
    for (size_t i = 0; i < t.uncovered_n; i++)
        print_message(" %s", t.uncovered[i]);
    print_message("\n");
    assert_int_equal(t.refused + t.spellings, t.changes);
    assert_true(t.spellings < t.changes / 50);
    assert_true(t.bytes > 400);
}

static void test_every_byte_sdk(void **)
{
    change_all(SIGNATURE_SDK);
}

static void test_every_byte_v11(void **)
{
    change_all(SIGNATURE_V11);
}

/* ---- more, less, twice ------------------------------------------------- */

static void test_additions_and_removals(void **)
{
    for (size_t i = 0; i < record_count; i++) {
        struct record r = records[i];

        if (!r.is_signed)
            continue;
        r.target = arena_printf(&memory, "%.*s%sx=1", STR_ARG(r.target),
                                str_has(r.target, STR("?")) ? "&" : "?");
        assert_false(passes(&r));
        r = records[i];
        r.body = arena_printf(&memory, "%.*s ", STR_ARG(r.body));
        assert_false(passes(&r));
        for (size_t h = 0; h < records[i].header_count; h++) {
            struct str name = records[i].headers[h].name;

            if (!covers(&records[i], name) && !str_eq_nocase(name, STR("Authorization")))
                continue;
            r = records[i];
            r.headers[r.header_count++] = r.headers[h];
            assert_false(passes(&r)); /* twice */
            r = records[i];
            r.headers[h] = r.headers[--r.header_count];
            assert_false(passes(&r)); /* gone */
        }
    }
}

/* A digest that is sent must be the body's; UNSIGNED-PAYLOAD is a client's own
 * decision, and signed as such. */
static void test_payload_digest(void **)
{
    struct record r = *record_named("AddActionRule");

    r.headers[r.header_count++] = (struct http_header){
        STR("X-Sdk-Content-Sha256"),
        STR("1d2efba61a43d81203eedd61a887fbe33103743949413c43a191607040c79905")
    };
    assert_false(passes(&r));
    r.headers[r.header_count - 1].value = STR("UNSIGNED-PAYLOAD");
    assert_false(passes(&r));
    r.headers[r.header_count - 1].value =
        STR("a7d3dc29fbf5cc038cc51ca10643e67c9cdad63449472ecefef7ed97fe52ca50");
    assert_true(passes(&r)); /* what was signed anyway */
    r.body = STR("{}");      /* and the digest still is, but the body is another */
    assert_false(passes(&r));
    r.body = record_named("AddActionRule")->body;
    assert_true(passes(&r));
    r.headers[r.header_count] = r.headers[r.header_count - 1];
    r.header_count++;
    assert_false(passes(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_verify),
        cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_query_example),
        cmocka_unit_test(test_every_byte_sdk),
        cmocka_unit_test(test_every_byte_v11),
        cmocka_unit_test(test_additions_and_removals),
        cmocka_unit_test(test_payload_digest),
    };

    return cmocka_run_group_tests(tests, read_records, drop_records);
}
