/* signature_test.c - the vendor's published check values, and what a claim has
 * to hold before anybody looks at the signature. */
#include "api/alibaba/signature.h"
#include "base/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* ---- V1 ------------------------------------------------------------------------ */

static void v1_signs(const char *query, const char *secret, const char *signature)
{
    struct raw_call raw = { .method = STR("GET"), .path = STR("/") };
    struct claim c = { .scheme = SCHEME_V1, .signature = str_of(signature) };
    struct refusal why;
    struct arena a;

    arena_init(&a);
    assert_int_equal(parameters_parse(str_of(query), STR(""), &a, &raw.parameters, &why),
                     OK);
    if (claim_verify(&raw, &c, str_of(secret), &a, &why) == FAILED)
        fail_msg("%.*s", STR_ARG(why.detail));
    c.signature = STR("");
    assert_int_equal(claim_verify(&raw, &c, str_of(secret), &a, &why), FAILED);
    arena_fini(&a);
}

static void test_v1_published(void **)
{
    v1_signs("AccessKeyId=testid&Action=DescribeRegions&Format=XML&"
             "SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-"
             "4e0ad82fd6cf&SignatureVersion=1.0&Timestamp=2016-02-23T12%3A46%3A24Z&"
             "Version=2014-05-26",
             "testsecret", "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
}

/* ---- V3 ------------------------------------------------------------------------ */

enum { HEADERS = 16 };

struct sample {
    struct http_header headers[HEADERS];
    size_t n;
    char authorization[1024];
};

static void add(struct sample *s, const char *name, const char *value)
{
    assert_true(s->n < HEADERS);
    s->headers[s->n++] = (struct http_header){ str_of(name), str_of(value) };
}

static void v3_signs(const char *date, const char *nonce, const char *signature)
{
    static const char *const signed_list =
        "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;"
        "x-acs-version";
    struct raw_call raw = { .method = STR("POST"), .path = STR("/"), .body = STR("") };
    struct claim c = { .scheme = SCHEME_V3, .signature = str_of(signature) };
    struct sample s = { 0 };
    struct refusal why;
    struct arena a;
    struct err e;

    arena_init(&a);
    add(&s, "Host", "ecs.cn-shanghai.aliyuncs.com");
    add(&s, "x-acs-action", "RunInstances");
    add(&s, "x-acs-version", "2014-05-26");
    add(&s, "x-acs-date", date);
    add(&s, "x-acs-signature-nonce", nonce);
    add(&s, "x-acs-content-sha256",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    raw.headers = s.headers;
    raw.header_count = s.n;
    raw.host = s.headers[0].value;
    c.signed_list = str_of(signed_list);
    assert_int_equal(signed_headers_parse(c.signed_list, &a, &c.signed_headers, &e), OK);
    assert_int_equal(
        parameters_parse(STR("ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811."
                             "vhd&RegionId=cn-shanghai"),
                         STR(""), &a, &raw.parameters, &why),
        OK);
    if (claim_verify(&raw, &c, STR("YourAccessKeySecret"), &a, &why) == FAILED)
        fail_msg("%.*s", STR_ARG(why.detail));
    arena_fini(&a);
}

static void test_v3_published(void **)
{
    v3_signs("2023-10-26T10:22:32Z", "3156853299f313e23d1673dc12e1703d",
             "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    v3_signs("2023-10-26T09:01:01Z", "d410180a5abf7fe235dd9b74aca91fc0",
             "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804");
}

/* ---- claims ---------------------------------------------------------------------- */

#define V3_HEADERS                                                             \
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;" \
    "x-acs-version"
#define V3_GOOD "ACS3-HMAC-SHA256 Credential=k,SignedHeaders=" V3_HEADERS ",Signature=ab"

/* Everything a V3 request has, but for what the row says. */
struct v3_row {
    const char *name;  /* of the header that differs; NULL: none */
    const char *value; /* NULL: it is not there */
    enum refusal_kind want;
    const char *detail; /* NULL: any */
};

static void v3_claims(const struct v3_row *row)
{
    static const char *const usual[][2] = {
        { "Authorization", V3_GOOD },
        { "host", "h" },
        { "x-acs-action", "PutContact" },
        { "x-acs-version", "2019-01-01" },
        { "x-acs-date", "2026-11-21T19:42:58Z" },
        { "x-acs-signature-nonce", "n" },
        { "x-acs-content-sha256", "e3" },
    };
    struct http_call call = {
        .method = STR("POST"), .path = STR("/"), .query = STR(""), .body = STR("{}")
    };
    struct sample s = { 0 };
    struct raw_call raw;
    struct refusal why;
    struct claim c;
    bool replaced = row->name == NULL;

    arena_init(&call.arena);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        bool this = row->name != NULL && strcmp(usual[i][0], row->name) == 0;

        replaced = replaced || this;
        if (!this || row->value != NULL)
            add(&s, usual[i][0], this ? row->value : usual[i][1]);
    }
    if (!replaced)
        add(&s, row->name, row->value);
    call.headers = s.headers;
    call.header_count = s.n;
    assert_int_equal(raw_call_parse(&call, &raw, &why), OK);
    if (row->want == REFUSAL_COUNT) {
        if (claim_parse(&raw, &call.arena, &c, &why) == FAILED)
            fail_msg("%s: %s: %.*s", row->name, row->value, STR_ARG(why.detail));
        assert_int_equal(c.scheme, SCHEME_V3);
        assert_true(str_is(c.key_id, "k") && str_is(c.signature, "ab"));
    } else {
        if (claim_parse(&raw, &call.arena, &c, &why) == OK || why.kind != row->want)
            fail_msg("%s: %s", row->name, row->value);
        if (row->detail != NULL && !str_is(why.detail, row->detail))
            fail_msg("%s: %.*s", row->detail, STR_ARG(why.detail));
    }
    arena_fini(&call.arena);
}

static void test_v3_claims(void **)
{
#define AUTH(parts) "Authorization", "ACS3-HMAC-SHA256 " parts
    static const struct v3_row rows[] = {
        { NULL, NULL, REFUSAL_COUNT, NULL },
        { AUTH("Signature=ab, SignedHeaders=" V3_HEADERS " , Credential=k"),
          REFUSAL_COUNT, NULL },
        { "Authorization", NULL, REFUSE_MISSING, "AccessKeyId" },
        { "Authorization", "Bearer x", REFUSE_MISSING, "AccessKeyId" },
        { "Authorization", "ACS3-RSA-SHA256 Credential=k", REFUSE_SIGNATURE_METHOD,
          NULL },
        { "Authorization", "ACS4-HMAC-SHA256 Credential=k", REFUSE_SIGNATURE_METHOD,
          NULL },
        { "Authorization", "ACS3-HMAC-SHA256", REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH(""), REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH("Credential=k"), REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH("Credential=k,SignedHeaders=" V3_HEADERS), REFUSE_SIGNATURE_INCOMPLETE,
          NULL },
        { AUTH("Credential=k,SignedHeaders=" V3_HEADERS ",Signature="),
          REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH("Credential=k,Credential=k,SignedHeaders=" V3_HEADERS ",Signature=ab"),
          REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH("Credential=k,SignedHeaders=" V3_HEADERS ",Signature=ab,X=1"),
          REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH("Credential=k,SignedHeaders=host;host,Signature=ab"),
          REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { AUTH("Credential=k,SignedHeaders=host,Signature=ab"),
          REFUSE_SIGNATURE_INCOMPLETE, "x-acs-action must be signed." },
        { AUTH("Credential=k,SignedHeaders=" V3_HEADERS ";x-acs-security-token,"
               "Signature=ab"),
          REFUSE_SIGNATURE_INCOMPLETE, "x-acs-security-token is signed but not there." },
        { "x-acs-extra", "x", REFUSE_SIGNATURE_INCOMPLETE,
          "x-acs-extra is there but not signed." },
        { "Content-Type", "text/plain", REFUSE_SIGNATURE_INCOMPLETE,
          "Content-Type is there but not signed." },
        { "x-acs-action", NULL, REFUSE_MISSING, "Action" },
        { "x-acs-action", "", REFUSE_MISSING, "Action" },
        { "x-acs-version", NULL, REFUSE_MISSING, "Version" },
        { "x-acs-version", "2018-03-08", REFUSE_INVALID_SYSTEM, "Version" },
        { "x-acs-date", NULL, REFUSE_MISSING, "Timestamp" },
        { "x-acs-date", "2026-11-21 19:42:58", REFUSE_TIME_FORMAT, NULL },
        { "x-acs-date", "2026-11-21T19:42:58+08:00", REFUSE_TIME_FORMAT, NULL },
        { "x-acs-signature-nonce", NULL, REFUSE_MISSING, "SignatureNonce" },
        { "x-acs-signature-nonce", "a b", REFUSE_INVALID_SYSTEM, "SignatureNonce" },
        { "x-acs-content-sha256", NULL, REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { "host", NULL, REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { "User-Agent", "anything", REFUSAL_COUNT, NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        v3_claims(&rows[i]);
}

#define V1_REST                                                         \
    "&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=n&" \
    "Timestamp=2026-11-21T19%3A42%3A58Z"
#define V1_GOOD "Action=PutContact&Version=2019-01-01&AccessKeyId=k&Signature=x" V1_REST

static void test_v1_claims(void **)
{
    static const struct {
        const char *query;
        enum refusal_kind want;
        const char *detail;
    } rows[] = {
        { V1_GOOD, REFUSAL_COUNT, NULL },
        { V1_GOOD "&SignatureType=&Format=XML&RegionId=x", REFUSAL_COUNT, NULL },
        { "", REFUSE_MISSING, "AccessKeyId" },
        { "Action=PutContact", REFUSE_MISSING, "AccessKeyId" },
        { "AccessKeyId=k", REFUSE_SIGNATURE_INCOMPLETE, NULL },
        { "Signature=x", REFUSE_MISSING, "Action" },
        { "Signature=x&Action=PutContact", REFUSE_MISSING, "Version" },
        { "Signature=x&Action=PutContact&Version=2018-03-08", REFUSE_INVALID_SYSTEM,
          "Version" },
        { "Signature=x&Action=PutContact&Version=2019-01-01", REFUSE_MISSING,
          "AccessKeyId" },
        { "Signature=&Action=PutContact&Version=2019-01-01&AccessKeyId=k" V1_REST,
          REFUSE_MISSING, "Signature" },
        { V1_GOOD "&SignatureType=x", REFUSE_INVALID_SYSTEM, "SignatureType" },
        { V1_GOOD "&SignatureType=BEARERTOKEN", REFUSE_INVALID_SYSTEM, "SignatureType" },
        { "Signature=x&Action=A&Version=2019-01-01&AccessKeyId=k&SignatureMethod=HMAC-"
          "SHA256&SignatureVersion=1.0&Timestamp=t",
          REFUSE_SIGNATURE_METHOD, NULL },
        { "Signature=x&Action=A&Version=2019-01-01&AccessKeyId=k&SignatureMethod=HMAC-"
          "SHA1&SignatureVersion=2.0&Timestamp=t",
          REFUSE_INVALID_SYSTEM, "SignatureVersion" },
        { "Signature=x&Action=A&Version=2019-01-01&AccessKeyId=k&SignatureMethod=HMAC-"
          "SHA1&SignatureVersion=1.0",
          REFUSE_MISSING, "Timestamp" },
        { "Signature=x&Action=A&Version=2019-01-01&AccessKeyId=k&SignatureMethod=HMAC-"
          "SHA1&SignatureVersion=1.0&Timestamp=2026-13-01T00:00:00Z",
          REFUSE_TIME_FORMAT, NULL },
        { "Signature=x&Action=A&Version=2019-01-01&AccessKeyId=k&SignatureMethod=HMAC-"
          "SHA1&SignatureVersion=1.0&Timestamp=2026-11-21T19:42:58Z",
          REFUSE_MISSING, "SignatureNonce" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_call call = { .method = STR("GET"),
                                  .path = STR("/"),
                                  .body = STR(""),
                                  .query = str_of(rows[i].query) };
        struct raw_call raw;
        struct refusal why = { .kind = REFUSAL_COUNT };
        struct claim c;

        arena_init(&call.arena);
        assert_int_equal(raw_call_parse(&call, &raw, &why), OK);
        (void)(claim_parse(&raw, &call.arena, &c, &why) == OK);
        if (why.kind != rows[i].want)
            fail_msg("%s: %d", rows[i].query, (int)why.kind);
        if (rows[i].detail != NULL)
            assert_true(str_is(why.detail, rows[i].detail));
        arena_fini(&call.arena);
    }
}

static void test_nonce_length(void **)
{
    struct refusal why;
    char nonce[257];

    memset(nonce, 'n', sizeof nonce);
    assert_int_equal(claim_nonce((struct str){ nonce, 256 }, &why), OK);
    assert_int_equal(claim_nonce((struct str){ nonce, 257 }, &why), FAILED);
    assert_int_equal(why.kind, REFUSE_INVALID_SYSTEM);
}

static void test_bearer(void **)
{
    static const char *const queries[] = {
        "Action=A&Version=2019-01-01&BearerToken=t&SignatureType=BEARERTOKEN",
        "Action=A&Version=2019-01-01&SignatureType=BEARERTOKEN",
    };

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct http_call call = { .method = STR("POST"),
                                  .path = STR("/"),
                                  .body = STR(""),
                                  .query = str_of(queries[i]) };
        struct raw_call raw;
        struct refusal why;
        struct claim c;

        arena_init(&call.arena);
        assert_int_equal(raw_call_parse(&call, &raw, &why), OK);
        assert_int_equal(claim_parse(&raw, &call.arena, &c, &why), OK);
        assert_int_equal(c.scheme, SCHEME_BEARER);
        assert_true(str_is(c.action, "A"));
        arena_fini(&call.arena);
    }
}

/* ---- the frame of a request --------------------------------------------------------- */

static void test_frame(void **)
{
    static const struct {
        const char *method, *path;
        bool large;
        enum refusal_kind want;
    } rows[] = {
        { "PUT", "/", false, REFUSE_METHOD_UNSUPPORTED },
        { "get", "/", false, REFUSE_METHOD_UNSUPPORTED },
        { "GET", "//", false, REFUSE_PATH_UNKNOWN },
        { "GET", "/x", false, REFUSE_PATH_UNKNOWN },
        { "POST", "/", true, REFUSE_TOO_LARGE },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_call call = { .method = str_of(rows[i].method),
                                  .path = str_of(rows[i].path),
                                  .query = STR(""),
                                  .body = STR(""),
                                  .body_too_large = rows[i].large };
        struct raw_call raw;
        struct refusal why;

        arena_init(&call.arena);
        assert_int_equal(raw_call_parse(&call, &raw, &why), FAILED);
        assert_int_equal(why.kind, rows[i].want);
        arena_fini(&call.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v1_published), cmocka_unit_test(test_v3_published),
        cmocka_unit_test(test_v3_claims),    cmocka_unit_test(test_v1_claims),
        cmocka_unit_test(test_nonce_length), cmocka_unit_test(test_bearer),
        cmocka_unit_test(test_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
