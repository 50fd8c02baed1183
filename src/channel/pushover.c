/* pushover.c - Pushover: a form whose fields are Alertmanager's, in the body, where no
 * proxy's log shows the token. */
#include "channel/chat.h"

#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"
#include "channel/channels.h"
#include "text/builtin.h"

enum {
    TITLE_RUNES = 250,
    MESSAGE_RUNES = 1024,
    URL_RUNES = 512,
    /* An emergency is shown again until somebody has read it: how often at most, how
     * long at most, in seconds. */
    RETRY_LEAST = 30,
    EXPIRE_MOST = 10800,
};
#define MESSAGES "https://api.pushover.net/1/messages.json"

static const struct pushover_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static void put_field(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, b->n > 0 ? "&%s=" : "%s=", name);
    put_percent(b, value);
}

static void put_number(struct buf *b, const char *name, int64_t n)
{
    buf_printf(b, b->n > 0 ? "&%s=%lld" : "%s=%lld", name, (long long)n);
}

/* A blank message is refused; so is an empty field that is not there. */
static void put_given(struct buf *b, const char *name, struct str value)
{
    if (value.n > 0)
        put_field(b, name, value);
}

/* ---- a receiver's entry ------------------------------------------------------- */

static int64_t seconds_of(const struct channel_job *job, const char *key)
{
    int64_t ns = 0;

    return duration_parse(integration_str(job, key), &ns) == OK ? ns / NS_PER_S : 0;
}

static void put_emergency(const struct channel_job *job, struct buf *b)
{
    int64_t retry = seconds_of(job, "retry"), expire = seconds_of(job, "expire");

    put_number(b, "retry", retry < RETRY_LEAST ? RETRY_LEAST : retry);
    put_number(b, "expire", expire > EXPIRE_MOST ? EXPIRE_MOST : expire);
    if (seconds_of(job, "ttl") > 0)
        put_number(b, "ttl", seconds_of(job, "ttl"));
}

static struct str entry_message(struct chat_texts *t)
{
    struct str text = STR("");

    if (!integration_bool(t->job, "html"))
        text = chat_text(t, "message");
    else if (!t->failed &&
             integration_text(t->job, GO_HTML, "message", &text, t->e) == FAILED)
        t->failed = true;
    text = str_trim(chat_runes(t->job->a, text, MESSAGE_RUNES));
    return text.n > 0 ? text : STR("(no details)");
}

static struct str entry_put(struct chat_texts *t, struct buf *b)
{
    static const char *const rest[] = { "url_title", "priority", "device", "sound" };
    struct arena *a = t->job->a;
    struct str title = chat_runes(a, chat_text(t, "title"), TITLE_RUNES);

    put_field(b, "token", chat_text(t, "token"));
    put_field(b, "user", chat_fill(t, t->job->address));
    put_given(b, "title", title);
    put_field(b, "message", entry_message(t));
    if (integration_bool(t->job, "html"))
        put_number(b, "html", 1);
    if (integration_bool(t->job, "monospace"))
        put_number(b, "monospace", 1);
    put_given(b, "url", chat_runes(a, chat_text(t, "url"), URL_RUNES));
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        put_given(b, rest[i], chat_text(t, rest[i]));
    put_emergency(t->job, b);
    return title;
}

/* ---- our own words ------------------------------------------------------------- */

static struct str token_of(const struct channel_job *job)
{
    if (integration_has(job))
        return integration_str(job, "token");
    return settings_of(job) != NULL ? settings_of(job)->token : STR("");
}

static struct str own_put(const struct channel_job *job, struct buf *b)
{
    struct builtin_ask ask = { .form = FORM_PUSHOVER, .plain = job->plain };
    struct builtin_parts parts;

    builtin_write(job->n, &ask, job->a, &parts);
    put_field(b, "token", token_of(job));
    put_field(b, "user", job->address);
    put_field(b, "title", parts.title);
    put_field(b, "message", parts.text);
    put_number(b, "priority", parts.urgent ? 1 : 0);
    if (parts.link_count > 0 && !job->plain && parts.links[0].url.n <= URL_RUNES)
        put_field(b, "url", parts.links[0].url);
    return parts.title;
}

static ok pushover_render(const struct channel_job *job, struct buf *body,
                          struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };

    if (token_of(job).n == 0)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "No application of Pushover's is set up: put its token into "
                    "channels.pushover: token.");
    *subject =
        integration_speaks(job) && !job->plain ? entry_put(&t, body) : own_put(job, body);
    return chat_ok(&t, body);
}

/* ---- answers ------------------------------------------------------------------- */

static const char unread[] =
    "Pushover did not take the form of this message: the plain form is sent instead.";
static const char token_again[] =
    "Pushover knows no application of this token: copy it again from pushover.net/apps.";
static const char user_again[] = "Pushover knows no user or group of this key, or it has "
                                 "no device: copy the key again "
                                 "from pushover.net.";
static const char quota[] =
    "This month's messages of the application are used up: until the next month Pushover "
    "takes none. Buy more, or tell these people another way.";

static const struct chat_phrase phrases[] = {
    { "application token is invalid", REFUSED, token_again },
    { "application is over its", REFUSED, quota },
    { "message limit", REFUSED, quota },
    { "user identifier is invalid", REFUSED, user_again },
    { "user key is invalid", REFUSED, user_again },
    { "identifier is not a valid user", REFUSED, user_again },
    { "device name is not valid", REFUSED, "The user has no device of this name." },
    { "no active devices", REFUSED, user_again },
    { "account has been disabled", REFUSED, "The user's account is disabled." },
    { "cannot be blank", UNFIT, unread },
    { "is too long", UNFIT, unread },
    { "url supplied is invalid", UNFIT, unread },
    { "priority is invalid", UNFIT, unread },
    { "sound is invalid", UNFIT, unread },
    { "retry", UNFIT, unread },
    { "expire", UNFIT, unread },
};
/* "4xx: do not repeat it": the quota too is a month's. */
static const struct answer statuses[] = {
    { 400, NULL, REFUSED, 0, "Pushover does not take it: see its words." },
    { 401, NULL, REFUSED, 0, token_again },
    { 404, NULL, REFUSED, 0, "There is no Pushover at this address." },
    { 413, NULL, UNFIT, 0, unread },
    { 429, NULL, REFUSED, 0, quota },
    { 500, NULL, DEFERRED, 5, "Pushover is in trouble. Tried again in 5 seconds." },
    { 502, NULL, DEFERRED, 5, "Pushover is in trouble. Tried again in 5 seconds." },
    { 503, NULL, DEFERRED, 5, "Pushover is in trouble. Tried again in 5 seconds." },
    { 504, NULL, DEFERRED, 5, "Pushover is in trouble. Tried again in 5 seconds." },
};
static const struct chat_answers answers = CHAT_ANSWERS("Pushover", statuses, statuses);

/* {"user":"invalid","errors":["user identifier is invalid"],"status":0} */
static bool judge_errors(struct json root, struct receipt *r)
{
    for (struct json_iter it = json_iter(json_get(root, STR("errors"))); json_next(&it);)
        if (chat_phrases(phrases, sizeof phrases / sizeof *phrases, json_str(it.value),
                         r))
            return true;
    return false;
}

void pushover_judge(const struct channel_job *job, const struct client_reply *reply,
                    struct receipt *r)
{
    struct chat_saying saying = { .word = STR("") };
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;
    int64_t status = 0;

    if (json_parse(doc, reply->body, &root, &ignored) == OK)
        (void)answers_int(json_get(root, STR("status")), &status);
    if (reply->status / 100 == 2 && status == 1)
        r->verdict = DELIVERED;
    else if (reply->status >= 500 || !judge_errors(root, r))
        chat_judge(&answers, &saying, job, reply, r);
    json_doc_free(&doc);
}

static void pushover_send(const struct channel_job *job, struct str body,
                          struct attempt *at)
{
    const struct pushover_settings *self = settings_of(job);
    struct post p = { .url = self != NULL ? self->api_url : STR(MESSAGES),
                      .content_type = STR("application/x-www-form-urlencoded"),
                      .body = body,
                      .by_operator = true };

    post_send(job, &p, pushover_judge, at);
}

const struct channel_ops channel_pushover = {
    .kind = CHANNEL_PUSHOVER,
    .settings = &pushover_setting_table,
    .render = pushover_render,
    .send = pushover_send,
};
