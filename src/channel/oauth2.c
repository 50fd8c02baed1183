#include "channel/oauth2.h"

#include "base/bytes.h"
#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"
#include "channel/channel_private.h"
#include "channel/integration.h"

#include <stdlib.h>

enum { FIELDS_MAX = 64, TOKEN_MOST = 60 * 1024, WORDS_MOST = 300 };

/* ---- asking ---------------------------------------------------------------- */

struct form {
    struct param v[FIELDS_MAX];
    size_t n;
};

static void add(struct form *f, struct str name, struct str value)
{
    size_t i = 0;

    while (i < f->n && !str_eq(f->v[i].name, name))
        i++;
    if (i == FIELDS_MAX)
        return;
    f->v[i] = (struct param){ name, value, true };
    f->n = i < f->n ? f->n : f->n + 1;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct param *)a)->name, ((const struct param *)b)->name);
}

/* As a form writes it: a blank is a plus. */
static void put_field(struct buf *b, struct str s)
{
    struct str piece, rest = s;
    bool first = true;

    while (str_cut(&rest, ' ', &piece)) {
        if (!first)
            buf_char(b, '+');
        first = false;
        put_percent(b, piece);
    }
}

static struct str form_text(struct form *f, struct arena *a)
{
    struct str text;
    struct buf b;

    qsort(f->v, f->n, sizeof *f->v, by_name);
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < f->n; i++) {
        if (i > 0)
            buf_char(&b, '&');
        put_field(&b, f->v[i].name);
        buf_char(&b, '=');
        put_field(&b, f->v[i].value);
    }
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static struct str text_of(struct json object, const char *key)
{
    return json_str(json_get(object, str_of(key)));
}

static struct str scope_of(struct json oauth2, struct arena *a)
{
    struct str scope = STR("");

    for (struct json_iter it = json_iter(json_get(oauth2, STR("scopes")));
         json_next(&it);)
        scope = scope.n == 0 ? json_str(it.value)
                             : arena_printf(a, "%.*s %.*s", STR_ARG(scope),
                                            STR_ARG(json_str(it.value)));
    return scope;
}

static void fill_form(struct json oauth2, struct arena *a, struct form *out)
{
    struct str scope = scope_of(oauth2, a);

    out->n = 0;
    add(out, STR("grant_type"), STR("client_credentials"));
    if (scope.n > 0)
        add(out, STR("scope"), scope);
    for (struct json_iter it = json_iter(json_get(oauth2, STR("endpoint_params")));
         json_next(&it);)
        add(out, it.key, json_str(it.value));
}

static struct str basic_of(struct json oauth2, struct arena *a)
{
    struct buf plain, b;
    struct str text;

    buf_init(&plain, BUF_NO_LIMIT);
    buf_init(&b, BUF_NO_LIMIT);
    put_field(&plain, text_of(oauth2, "client_id"));
    buf_char(&plain, ':');
    put_field(&plain, text_of(oauth2, "client_secret"));
    buf_z(&b, "Basic ");
    put_base64(&b, buf_str(&plain));
    text = arena_str(a, buf_str(&b));
    buf_fini(&plain);
    buf_fini(&b);
    return text;
}

/* Whom, as whom, for what and how: another of these is another token. */
static struct digest key_of(const struct http_ask *ask)
{
    struct digest way = client_way_digest(&ask->way), d;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, ask->url);
    put_str(&b, ask->body);
    put_str(&b, digest_str(&way));
    put_u64(&b, ask->trust);
    d = sha256(buf_str(&b));
    buf_fini(&b);
    return d;
}

bool oauth2_want(struct json http_config, enum target_trust trust, struct arena *a,
                 struct token_want *out)
{
    static const struct client_header type = {
        STR_INIT("Content-Type"), STR_INIT("application/x-www-form-urlencoded")
    };
    struct json oauth2 = json_get(http_config, STR("oauth2"));
    struct client_header *headers;
    struct form form;

    if (!json_is(oauth2, JSON_OBJECT))
        return false;
    headers = arena_array(a, struct client_header, 2);
    headers[0] = type;
    headers[1] = (struct client_header){ STR("Authorization"), basic_of(oauth2, a) };
    fill_form(oauth2, a, &form);
    *out = (struct token_want){ .read = oauth2_read };
    out->ask = (struct http_ask){ .method = STR("POST"),
                                  .url = text_of(oauth2, "token_url"),
                                  .headers = headers,
                                  .header_count = 2,
                                  .body = form_text(&form, a),
                                  .trust = trust };
    integration_way_of(oauth2, a, &out->ask.way);
    out->other = out->ask;
    out->other.header_count = 1;
    add(&form, STR("client_id"), text_of(oauth2, "client_id"));
    add(&form, STR("client_secret"), text_of(oauth2, "client_secret"));
    out->other.body = form_text(&form, a);
    out->key = key_of(&out->other);
    http_ask_copy(a, &out->ask, &out->ask);
    http_ask_copy(a, &out->other, &out->other);
    return true;
}

/* ---- the answer ------------------------------------------------------------- */

/* What an answer says, in JSON or as a form. */
struct said {
    struct str token, type, error, words;
    int64_t seconds;
};

static int64_t seconds_of(struct json v)
{
    int64_t n = 0;
    double d;

    if (json_is(v, JSON_STRING))
        return str_i64(json_str(v), &n) == OK ? n : 0;
    d = json_number(v);
    return d > 0 && d < 1e9 ? (int64_t)d : 0;
}

static void read_json(struct str body, struct arena *a, struct said *out)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;

    if (json_parse(doc, body, &root, &e) == OK)
        *out = (struct said){ .token = arena_str(a, text_of(root, "access_token")),
                              .type = arena_str(a, text_of(root, "token_type")),
                              .error = arena_str(a, text_of(root, "error")),
                              .words = arena_str(a, text_of(root, "error_description")),
                              .seconds = seconds_of(json_get(root, STR("expires_in"))) };
    json_doc_free(&doc);
}

static struct str param_of(struct params all, const char *name)
{
    const struct param *p = params_find(all, str_of(name));

    return p != NULL ? p->value : STR("");
}

static void read_form(struct str body, struct arena *a, struct said *out)
{
    struct params all;
    struct err e;

    if (params_parse(a, body, &all, &e) == FAILED)
        return;
    *out = (struct said){ .token = param_of(all, "access_token"),
                          .type = param_of(all, "token_type"),
                          .error = param_of(all, "error"),
                          .words = param_of(all, "error_description") };
    if (str_i64(param_of(all, "expires_in"), &out->seconds) == FAILED)
        out->seconds = 0;
}

static void read_body(const struct client_reply *reply, struct arena *a, struct said *out)
{
    struct str type;

    *out = (struct said){ STR(""), STR(""), STR(""), STR(""), 0 };
    if (client_reply_header(reply, "Content-Type", &type) &&
        (str_starts(type, STR("application/x-www-form-urlencoded")) ||
         str_starts(type, STR("text/plain"))))
        read_form(reply->body, a, out);
    else
        read_json(reply->body, a, out);
}

/* It becomes a word of a header. */
static bool is_word(struct str s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n > 0 && s.n <= most;
}

static struct str type_of(struct str type)
{
    static const char *const known[] = { "Bearer", "MAC", "Basic" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq_nocase(type, str_of(known[i])))
            return str_of(known[i]);
    return is_word(type, 40) ? type : STR("Bearer");
}

/* Who we are was understood, and the answer is no. */
static bool is_settled(struct str error)
{
    static const char *const words[] = { "invalid_scope", "unsupported_grant_type",
                                         "invalid_grant", "unauthorized_client" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(error, words[i]))
            return true;
    return false;
}

static struct str words_of(const struct said *said, struct arena *a)
{
    if (said->error.n == 0 || said->words.n == 0)
        return utf8_cut(said->error.n > 0 ? said->error : said->words, WORDS_MOST);
    return arena_printf(a, "%.*s: %.*s", STR_ARG(utf8_cut(said->error, WORDS_MOST)),
                        STR_ARG(utf8_cut(said->words, WORDS_MOST)));
}

/* An answer without a token. */
static void judge(const struct client_reply *reply, struct str words, struct arena *a,
                  struct receipt *r)
{
    bool later = reply->status / 100 == 5 || reply->status == 429 ||
                 reply->status == 408 || reply->status == 425;

    r->said = words;
    r->verdict = later ? DEFERRED : REFUSED;
    if (later) {
        r->meaning = arena_printf(a,
                                  "The token server of oauth2 is in trouble (%d). Tried "
                                  "again later.",
                                  reply->status);
        r->retry_after = http_retry_after(reply);
    } else if (reply->status / 100 == 2 && words.n == 0) {
        r->meaning = STR("The token server of oauth2 answered without an access_token: "
                         "check token_url.");
    } else {
        r->meaning =
            arena_printf(a,
                         "The token server of oauth2 gave no token (%d%s%.*s): check "
                         "token_url, client_id, client_secret and scopes.",
                         reply->status, words.n > 0 ? ", " : "", STR_ARG(words));
    }
}

/* Nobody was asked for a token in vain: whatever happened, nothing was sent yet. */
static void judge_silence(const struct client_reply *reply, struct arena *a,
                          struct receipt *r)
{
    bool person = reply->outcome == CLIENT_REFUSED || reply->tls_failed;

    r->verdict = person ? REFUSED : DEFERRED;
    r->meaning = arena_printf(
        a,
        person ? "The token server of oauth2 cannot be asked: %.*s. Check token_url and "
                 "its tls_config."
               : "The token server of oauth2 could not be reached: %.*s. Tried again "
                 "later.",
        STR_ARG(reply->why));
}

void oauth2_read(const struct client_reply *reply, struct arena *a, struct token *out)
{
    struct said said;

    *out = (struct token){ .text = STR(""), .type = STR("Bearer") };
    out->why = receipt_of(reply);
    out->why.connected = 0; /* to the one the message is for */
    out->why.said = STR("");
    if (reply->outcome != CLIENT_ANSWERED) {
        judge_silence(reply, a, &out->why);
        return;
    }
    read_body(reply, a, &said);
    if (reply->status / 100 == 2 && said.error.n == 0 &&
        is_word(said.token, TOKEN_MOST)) {
        out->text = said.token;
        out->type = type_of(said.type);
        out->life = said.seconds > 0 && said.seconds < INT64_C(1000000000)
                        ? said.seconds * NS_PER_S
                        : 0;
        return;
    }
    out->settled = is_settled(said.error);
    judge(reply, words_of(&said, a), a, &out->why);
}
