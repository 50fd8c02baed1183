/* wecom_app.c - messages of a WeCom application to members, departments and tags
 * (contracts/channels.md 5): contacts by the operator's application, Alertmanager's
 * wechat_configs by their own.
 *
 * A token is asked for once by all who need it, and again 300 s before its end. One that
 * WeCom does not believe is dropped, asked for once more, and the message sent once more:
 * all of it is one attempt.
 */
#include "channel/answers.h"
#include "channel/channel_private.h"
#include "channel/channels.h"
#include "channel/integration.h"
#include "channel/robot.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/time.h"

/* ---- whose application --------------------------------------------------------- */

struct app {
    struct str api_url, corp_id, secret, agent_id;
};

static void app_of(const struct channel_job *job, struct app *out)
{
    const struct wecom_app_settings *own = (const void *)job->self;

    if (integration_has(job))
        *out = (struct app){ .api_url = integration_str(job, "api_url"),
                             .corp_id = integration_str(job, "corp_id"),
                             .secret = integration_str(job, "api_secret") };
    else
        *out = (struct app){ own->api_url, own->corp_id, own->secret, own->agent_id };
}

static struct str url_at(const struct app *app, const char *path, struct arena *a)
{
    return arena_printf(a, "%.*s%s%s", STR_ARG(app->api_url),
                        str_ends(app->api_url, STR("/")) ? "" : "/", path);
}

/* ---- the message ------------------------------------------------------------------ */

static bool is_text(const struct channel_job *job)
{
    return job->plain || str_is(robot_type(job, "markdown"), "text");
}

/* Agent ids are numbers; what is none is left to WeCom to refuse. */
static void put_agent(struct json_out *o, struct str agent)
{
    int64_t n;

    if (str_i64(agent, &n) == OK)
        json_kv_i64(o, "agentid", n);
    else
        json_kv(o, "agentid", agent);
}

static ok put_recipients(const struct channel_job *job, struct json_out *o, struct err *e)
{
    static const struct {
        const char *key, *name;
    } rows[] = { { "to_user", "touser" },
                 { "to_party", "toparty" },
                 { "to_tag", "totag" } };
    struct str text;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (integration_text(job, GO_TEXT, rows[i].key, &text, e) != OK)
            return FAILED;
        json_kv(o, rows[i].name, str_trim(text));
    }
    if (integration_text(job, GO_TEXT, "agent_id", &text, e) != OK)
        return FAILED;
    put_agent(o, str_trim(text));
    return OK;
}

/* The same text twice within half an hour is a retry whose first try arrived: our own
 * words have the time in them. Words of others may be the same and mean it. */
static void put_duplicates(const struct channel_job *job, struct json_out *o)
{
    json_kv_i64(o, "safe", 0);
    if (!job->plain && integration_str(job, "message").n > 0)
        return;
    json_kv_i64(o, "enable_duplicate_check", 1);
    json_kv_i64(o, "duplicate_check_interval", 1800);
}

static ok put_body(const struct channel_job *job, struct str text, struct json_out *o,
                   struct err *e)
{
    const char *type = is_text(job) ? "text" : "markdown";
    struct app app;

    json_object(o);
    if (integration_has(job)) {
        if (put_recipients(job, o, e) != OK)
            return FAILED;
    } else {
        app_of(job, &app);
        json_kv(o, "touser", job->address);
        put_agent(o, app.agent_id);
    }
    json_kv(o, "msgtype", str_of(type));
    json_key(o, type);
    json_object(o);
    json_kv(o, "content", text);
    json_object_end(o);
    put_duplicates(job, o);
    json_object_end(o);
    return OK;
}

static ok wecom_app_render(const struct channel_job *job, struct buf *body,
                           struct str *subject, struct err *e)
{
    static const struct robot nobody = { .url = STR_INIT("") };
    struct robot_ask ask = { .robot = &nobody,
                             .form = is_text(job) ? FORM_WECOM_TEXT : FORM_WECOM_APP,
                             .tail = STR("") };
    struct json_out o = json_out(body);
    struct builtin_parts parts;
    struct app app;

    if (notify_confirms(job->n->kind))
        return fail(e, FAULT_UNSUPPORTED, "",
                    "a member of WeCom is not asked to confirm");
    app_of(job, &app);
    if (app.corp_id.n == 0 || app.secret.n == 0)
        return fail(e, FAULT_MISSING, "corp_id",
                    "channels.wecom_app has no corp_id and secret: nobody can be told by "
                    "WeCom's application");
    if (robot_words(job, &ask, &parts, e) != OK || put_body(job, parts.text, &o, e) != OK)
        return FAILED;
    *subject = parts.title;
    return buf_ok(body, e);
}

/* ---- the token -------------------------------------------------------------------- */

/* An answer is judged by whoever asked, who knows how often it was tried: `why` of one
 * has no meaning yet. */
void wecom_app_read_token(const struct client_reply *reply, struct arena *a,
                          struct token *out)
{
    enum { USUAL = 7200, EARLY = 300, CACHE_EARLY = 10 }; /* s */
    struct json_doc *doc = json_doc_new();
    int64_t code, life;
    struct json root;
    struct err ignored;

    out->why = receipt_of(reply);
    out->settled = true;
    if (!receipt_unanswered(reply, a, &out->why) &&
        json_parse(doc, reply->body, &root, &ignored) == OK &&
        answers_int(json_get(root, STR("errcode")), &code) && code == 0) {
        out->text = arena_str(a, json_str(json_get(root, STR("access_token"))));
        if (!answers_int(json_get(root, STR("expires_in")), &life) || life < 1 ||
            life > USUAL)
            life = USUAL;
        /* The cache takes some seconds off itself. */
        out->life = (life > 2 * EARLY ? life - EARLY + CACHE_EARLY : life) * NS_PER_S;
    }
    json_doc_free(&doc);
}

static void put_keyed(struct buf *b, const char *name, struct str value)
{
    buf_z(b, name);
    put_percent(b, value);
}

static void want_of(const struct channel_job *job, const struct app *app,
                    struct token_want *out)
{
    struct post p = { .method = STR("GET"), .by_operator = true };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_keyed(&b, "?corpid=", app->corp_id);
    put_keyed(&b, "&corpsecret=", app->secret);
    p.url = arena_printf(job->a, "%.*s%.*s", STR_ARG(url_at(app, "gettoken", job->a)),
                         STR_ARG(buf_str(&b)));
    *out = (struct token_want){ .read = wecom_app_read_token };
    post_keep(job, &p, &out->ask);
    buf_clear(&b);
    put_keyed(&b, "wecom_app ", p.url);
    put_keyed(&b, " ", out->ask.way.proxy);
    out->key = sha256(buf_str(&b));
    buf_fini(&b);
}

/* ---- sending ----------------------------------------------------------------------- */

struct sending {
    struct attempt *at;
    struct token_want want;
    struct http_ask ask; /* its url: without the token */
    struct str token;
    bool again; /* the token was asked for a second time */
};

static void send_with(void *ctx, const struct token *token);

static void answered(void *ctx, const struct client_reply *reply)
{
    struct sending *s = ctx;
    const struct channel_job *job = attempt_job(s->at);
    struct token_cache *tokens = attempt_tokens(s->at);
    struct receipt r = receipt_of(reply);

    if (!receipt_unanswered(reply, job->a, &r))
        wecom_app_judge(job, reply, &r);
    if (!wecom_app_is_stale(&r) || s->again) {
        attempt_done(s->at, &r);
        return;
    }
    s->again = true;
    token_cache_drop(tokens, &s->want.key, s->token);
    token_cache_get(tokens, &s->want, send_with, s);
}

/* No token: nothing was sent, whatever became of the question. */
static void give_up(const struct sending *s, const struct token *token)
{
    const struct channel_job *job = attempt_job(s->at);
    struct receipt r = token->why;
    struct client_reply reply = {
        .outcome = CLIENT_ANSWERED, .status = r.status, .headers = STR(""), .body = r.said
    };

    if (r.meaning.n == 0)
        wecom_app_judge(job, &reply, &r);
    if (r.verdict == DELIVERED)
        answers_unknown("WeCom's answer has no access_token.", job->number, job->a, &r);
    else if (r.verdict == UNKNOWN)
        r.verdict = DEFERRED;
    else if (r.verdict == UNFIT)
        r.verdict = REFUSED;
    r.meaning = arena_printf(job->a, "WeCom gave us no token: %.*s", STR_ARG(r.meaning));
    attempt_done(s->at, &r);
}

static void send_with(void *ctx, const struct token *token)
{
    struct sending *s = ctx;
    struct arena *a = attempt_job(s->at)->a;
    struct http_ask ask = s->ask;
    struct buf b;

    if (token->text.n == 0) {
        give_up(s, token);
        return;
    }
    s->token = arena_str(a, token->text);
    attempt_hide(s->at, s->token);
    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, s->ask.url);
    put_keyed(&b, "?access_token=", s->token);
    ask.url = arena_str(a, buf_str(&b));
    buf_fini(&b);
    attempt_send(s->at, &ask, answered, s);
}

static void wecom_app_send(const struct channel_job *job, struct str body,
                           struct attempt *at)
{
    struct sending *s = arena_new(job->a, struct sending);
    struct post p = { .body = body, .by_operator = true };
    struct app app;

    app_of(job, &app);
    s->at = at;
    want_of(job, &app, &s->want);
    p.url = url_at(&app, "message/send", job->a);
    post_keep(job, &p, &s->ask);
    token_cache_get(attempt_tokens(at), &s->want, send_with, s);
}

static ok wecom_app_check(const struct channel_self *self, struct err *e)
{
    const struct wecom_app_settings *app = (const void *)self;
    const struct {
        const char *key;
        struct str value;
    } keys[] = { { "corp_id", app->corp_id },
                 { "secret", app->secret },
                 { "agent_id", app->agent_id } };
    size_t given = 0;

    for (size_t i = 0; i < 3; i++)
        given += keys[i].value.n > 0;
    for (size_t i = 0; i < 3 && given > 0; i++)
        if (keys[i].value.n == 0)
            return fail(e, FAULT_MISSING, keys[i].key,
                        "an application needs corp_id, secret and agent_id");
    return OK;
}

const struct channel_ops channel_wecom_app = {
    .kind = CHANNEL_WECOM_APP,
    .settings = &wecom_app_setting_table,
    .check = wecom_app_check,
    .render = wecom_app_render,
    .send = wecom_app_send,
};
