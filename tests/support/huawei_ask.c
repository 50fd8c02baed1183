#include "huawei_ask.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/time.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

void hw_serve(const struct api *api, struct http_call *call)
{
    if (str_starts(call->path, STR("/l/")))
        links_serve(api, call);
    else
        huawei_serve(api, call);
}

struct str hw_token(struct api_rig *rig, const char *user)
{
    struct str body = arena_printf(
        &rig->a,
        "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{"
        "\"name\":\"%s\",\"password\":\"%s\",\"domain\":{\"name\":\"acct\"}}}},"
        "\"scope\":{\"project\":{\"name\":\"cn-north-4\"}}}}",
        user, API_RIG_PASSWORD);
    struct api_answer an =
        api_rig_ask(rig, "POST", STR("/v3/auth/tokens?nocatalog=1"), STR(""), body);

    assert_int_equal(an.status, 201);
    return api_answer_header(&an, "X-Subject-Token");
}

struct api_answer hw_ask(struct api_rig *rig, struct str token, const char *method,
                         const char *target, const char *body)
{
    struct str headers =
        arena_printf(&rig->a, "X-Auth-Token: %.*s\r\nContent-Type: application/json\r\n",
                     STR_ARG(token));

    return api_rig_ask(rig, method, str_of(target), headers, str_of(body));
}

static struct str hex(struct api_rig *rig, struct digest d)
{
    struct buf b;
    struct str s;

    buf_init(&b, BUF_NO_LIMIT);
    put_digest_hex(&b, &d);
    s = arena_str(&rig->a, buf_str(&b));
    buf_fini(&b);
    return s;
}

/* The header lines of a signature over that canonical request. */
static struct str signed_lines(struct api_rig *rig, const char *key_id, struct str date,
                               const char *names, struct str canonical)
{
    struct str digest = hex(rig, sha256(canonical));
    struct str text = arena_printf(&rig->a, "SDK-HMAC-SHA256\n%.*s\n%.*s", STR_ARG(date),
                                   STR_ARG(digest));
    struct str secret = arena_printf(&rig->a, "secret of %s", key_id);
    struct str mac = hex(rig, hmac_sha256(secret, text));

    return arena_printf(&rig->a,
                        "X-Sdk-Date: %.*s\r\nAuthorization: SDK-HMAC-SHA256 Access=%s, "
                        "SignedHeaders=%s, Signature=%.*s\r\n",
                        STR_ARG(date), key_id, names, STR_ARG(mac));
}

struct str hw_signature(struct api_rig *rig, const char *key_id, int64_t at,
                        const char *method, const char *path, struct str body)
{
    struct civil c = civil_of(at, 0);
    struct str date = arena_printf(&rig->a, "%04d%02d%02dT%02d%02d%02dZ", (int)c.year,
                                   c.month, c.day, c.hour, c.minute, c.second);
    struct str payload = hex(rig, sha256(body));

    return signed_lines(
        rig, key_id, date, "host;x-sdk-date",
        arena_printf(
            &rig->a,
            "%s\n%s/\n\nhost:127.0.0.1:%d\nx-sdk-date:%.*s\n\nhost;x-sdk-date\n%.*s",
            method, path, rig->port, STR_ARG(date), STR_ARG(payload)));
}

struct str hw_signature_of_host(struct api_rig *rig, const char *key_id,
                                const char *method, const char *path)
{
    struct str payload = hex(rig, sha256(STR("")));

    return signed_lines(rig, key_id, STR("20261121T100000Z"), "host",
                        arena_printf(&rig->a,
                                     "%s\n%s/\n\nhost:127.0.0.1:%d\n\nhost\n%.*s", method,
                                     path, rig->port, STR_ARG(payload)));
}

static bool matches(struct str have, struct str want)
{
    size_t h = 0, w = 0, star = SIZE_MAX, from = 0;

    while (h < have.n) {
        if (w < want.n && want.p[w] == '*') {
            star = w++;
            from = h;
        } else if (w < want.n && want.p[w] == have.p[h]) {
            w++;
            h++;
        } else if (star != SIZE_MAX) {
            w = star + 1;
            h = ++from;
        } else {
            return false;
        }
    }
    while (w < want.n && want.p[w] == '*')
        w++;
    return w == want.n;
}

void hw_expect_at(struct api_answer an, int status, const char *body, const char *file,
                  int line)
{
    if (an.status == status && matches(an.body, str_of(body)))
        return;
    print_error("got  %d %.*s\nwant %d %s\n", an.status, STR_ARG(an.body), status, body);
    _fail(file, line);
}
