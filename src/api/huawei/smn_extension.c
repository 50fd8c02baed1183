/* smn_extension.c - what a subscription's `extension` adds to its endpoint: the keyword or
 * the secret of a robot, the headers of an http(s) endpoint (contracts/huawei.md 2.10).
 * What else there is is refused: better to say so than to send without it. */
#include "api/huawei/smn_subscribe_private.h"
#include "base/encode.h"
#include "base/utf8.h"
#include "model/smn.h"

enum { WORD_BYTES = 512 };

static ok refuse(const char *words, struct err *e)
{
    return fail(e, FAULT_INVALID, "extension", "%s", words);
}

/* ---- robots ---------------------------------------------------------------------- */

static bool is_robot(enum channel_kind channel)
{
    return channel == CHANNEL_DINGTALK || channel == CHANNEL_FEISHU ||
           channel == CHANNEL_WECOM;
}

/* It is sealed with the address and stands in every message or signature; no vendor's is
 * longer than some dozens of bytes. */
static ok word_check(struct str word, struct err *e)
{
    if (word.n > WORD_BYTES)
        return refuse("keyword and sign_secret have at most 512 bytes", e);
    if (utf8_has_control(word))
        return refuse("keyword and sign_secret must not hold control characters", e);
    return OK;
}

static ok robot_read(struct json extension, struct arena *a, struct smn_subscriber *s,
                     struct err *e)
{
    struct json keyword = json_get(extension, STR("keyword"));
    struct json secret = json_get(extension, STR("sign_secret"));
    bool signs = json_str(secret).n > 0;
    struct str word = json_str(signs ? secret : keyword);
    struct buf b;

    if (signs && json_str(keyword).n > 0)
        return refuse("extension has keyword or sign_secret, not both", e);
    if (json_count(extension) != 1 || (!signs && json_str(keyword).n == 0))
        return fail(e, FAULT_UNSUPPORTED, "extension", "extension is not supported");
    if (word_check(word, e) != OK)
        return FAILED;
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, signs ? "#secret=" : "#keyword=");
    put_percent(&b, word);
    s->tail = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return OK;
}

/* ---- headers --------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-';
}

static ok name_check(struct str name, struct err *e)
{
    if (!str_eq_nocase(str_head(name, 2), STR("x-")) || name.n < 3)
        return refuse("the name of a header must begin with x-", e);
    if (str_eq_nocase(str_head(name, 5), STR("x-smn")))
        return refuse("headers that begin with x-smn are SMN's own", e);
    for (size_t i = 0; i < name.n; i++)
        if (!is_word(name.p[i]))
            return refuse("the name of a header may hold letters, digits and - only", e);
    if (str_ends(name, STR("-")) || str_has(name, STR("--")))
        return refuse("the name of a header must not end with - nor hold --", e);
    return OK;
}

static ok value_check(struct json value, struct err *e)
{
    struct str text = json_str(value);

    if (!json_is(value, JSON_STRING))
        return refuse("the value of a header must be a string", e);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 || text.p[i] > 0x7e)
            return refuse("the value of a header must be printable ASCII", e);
    return OK;
}

static ok header_check(const struct smn_header *v, size_t n, struct json value,
                       struct err *e)
{
    if (name_check(v[n].name, e) != OK || value_check(value, e) != OK)
        return FAILED;
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(v[i].name, v[n].name))
            return refuse("a header stands there twice", e);
    return OK;
}

static ok headers_read(struct json header, struct arena *a, struct smn_subscriber *s,
                       struct err *e)
{
    struct smn_header v[SMN_HEADERS_MAX];
    size_t n = 0, chars = 0;
    struct buf b;

    if (json_count(header) > SMN_HEADERS_MAX)
        return refuse("at most 10 headers", e);
    for (struct json_iter it = json_iter(header); json_next(&it); n++) {
        v[n] = (struct smn_header){ it.key, json_str(it.value) };
        if (header_check(v, n, it.value, e) != OK)
            return FAILED;
        chars += v[n].name.n + v[n].value.n;
    }
    if (chars > SMN_HEADERS_CHARS)
        return refuse("the headers have more than 1024 characters", e);
    buf_init(&b, BUF_NO_LIMIT);
    smn_headers_put(v, n, &b);
    s->tail = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return OK;
}

/* ---- both ------------------------------------------------------------------------- */

ok smn_extension_read(struct json extension, struct arena *a, struct smn_subscriber *s,
                      struct err *e)
{
    bool http = str_is(s->protocol, "http") || str_is(s->protocol, "https");
    bool robot = str_is(s->protocol, "dingding") || str_is(s->protocol, "feishu");
    struct json header = json_get(extension, STR("header"));

    s->tail = STR("");
    if (json_count(extension) == 0)
        return OK;
    if (robot)
        return robot_read(extension, a, s, e);
    if (http && json_is(header, JSON_OBJECT) && json_count(extension) == 1)
        return headers_read(header, a, s, e);
    return fail(e, FAULT_UNSUPPORTED, "extension", "extension is not supported");
}

struct str smn_endpoint_shown(enum channel_kind channel, struct str address)
{
    size_t at;

    if (is_robot(channel) && str_find(address, STR("#"), &at))
        return str_head(address, at);
    if (channel == CHANNEL_WEBHOOK && str_find(address, STR(SMN_HEADERS_MARK), &at))
        return str_head(address, at);
    return address;
}
