/* ntfy.c - a topic of ntfy (contracts/channels.md 16), on the operator's server by its
 * name, or on any by its URL. The operator's token goes to the operator's server only. */
#include "channel/chat.h"

#include "channel/channels.h"
#include "text/builtin.h"

static const struct ntfy_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static struct str server_of(const struct channel_job *job)
{
    struct str server =
        settings_of(job) != NULL ? settings_of(job)->server : STR("https://ntfy.sh");

    while (str_ends(server, STR("/")))
        server.n--;
    return server;
}

/* "topic", or "https://host/path/topic". True: on the operator's server. */
static bool find_place(const struct channel_job *job, struct str *server,
                       struct str *topic)
{
    struct str own = server_of(job), address = job->address;
    size_t slash = 0;

    *server = own;
    *topic = address;
    if (!str_has(address, STR("://")))
        return true;
    while (str_ends(address, STR("/")))
        address.n--;
    for (size_t i = 0; i < address.n; i++)
        if (address.p[i] == '/')
            slash = i;
    *server = str_head(address, slash);
    *topic = str_from(address, slash + 1);
    return str_eq(*server, own);
}

static int priority(const struct notification *n, const struct builtin_parts *parts)
{
    return parts->urgent ? 5 : n->firing_count > 0 ? 4 : 3;
}

static ok ntfy_render(const struct channel_job *job, struct buf *body,
                      struct str *subject, struct err *e)
{
    struct builtin_ask ask = { .form = FORM_NTFY, .plain = job->plain };
    struct json_out o = json_out(body);
    struct builtin_parts parts;
    struct str server, topic;

    (void)find_place(job, &server, &topic);
    builtin_write(job->n, &ask, job->a, &parts);
    json_object(&o);
    json_kv(&o, "topic", topic);
    json_kv(&o, "title", parts.title);
    json_kv(&o, "message", parts.text);
    json_kv_i64(&o, "priority", priority(job->n, &parts));
    if (parts.link_count > 0 && !job->plain)
        json_kv(&o, "click", parts.links[0].url);
    json_object_end(&o);
    *subject = parts.title;
    return buf_ok(body, e);
}

/* ---- answers ---------------------------------------------------------------- */

static const char login[] =
    "ntfy asks for a login, or does not let this one write to the topic: check "
    "channels.ntfy: token, and the topic's permissions.";
static const char unread[] =
    "ntfy did not take the form of this message: the plain form is sent instead.";
static const char wait_meaning[] = "Too many messages to ntfy. Tried again when it says.";

static const struct answer codes[] = {
    { 40007, NULL, UNFIT, 0, unread },
    { 40009, NULL, REFUSED, 0,
      "ntfy takes no such topic: letters, digits, _ and -, at most 64." },
    { 40010, NULL, REFUSED, 0, "This name of a topic is taken by ntfy itself." },
    { 40011, NULL, UNFIT, 0, unread },
    { 40017, NULL, UNFIT, 0, unread },
    { 40018, NULL, UNFIT, 0, unread },
    { 40024, NULL, UNFIT, 0, unread },
    { 40101, NULL, REFUSED, 0, login },
    { 40301, NULL, REFUSED, 0, login },
    { 41301, NULL, UNFIT, 0,
      "The message is too long for ntfy: the plain form is "
      "shorter." },
    { 41303, NULL, UNFIT, 0,
      "The message is too long for ntfy: the plain form is "
      "shorter." },
    { 42901, NULL, DEFERRED, 5, wait_meaning },
    { 42904, NULL, REFUSED, 0,
      "The server has as many topics as it may: ask its administrator." },
    { 42908, NULL, DEFERRED, 3600,
      "Today's messages to ntfy are used up. Tried again in an hour; raise the limit, or "
      "tell these people another way." },
    { 42909, NULL, DEFERRED, 60,
      "ntfy blocks this machine after too many failed logins. Tried again in a minute." },
};
static const struct answer statuses[] = {
    { 401, NULL, REFUSED, 0, login },
    { 403, NULL, REFUSED, 0, login },
    { 404, NULL, REFUSED, 0,
      "There is no ntfy at this address: check channels.ntfy: "
      "server." },
    { 413, NULL, UNFIT, 0,
      "The message is too long for ntfy: the plain form is "
      "shorter." },
    { 429, NULL, DEFERRED, 5, wait_meaning },
};
static const struct chat_answers answers = CHAT_ANSWERS("ntfy", codes, statuses);

static void judge_object(const struct channel_job *job, const struct client_reply *reply,
                         struct json root, struct receipt *r)
{
    struct chat_saying saying = { .word = STR("") };

    if (reply->status / 100 == 2 && chat_str(root, "id").n > 0) {
        r->verdict = DELIVERED;
        return;
    }
    (void)answers_int(json_get(root, STR("code")), &saying.code);
    chat_judge(&answers, &saying, job, reply, r);
}

void ntfy_judge(const struct channel_job *job, const struct client_reply *reply,
                struct receipt *r)
{
    struct chat_saying nothing = { .word = STR("") };
    struct json_doc *doc = json_doc_new();
    struct json root;

    if (post_object(job, reply, &answers.own, doc, &root, r))
        judge_object(job, reply, root, r);
    else if (reply->status / 100 != 2)
        chat_judge(&answers, &nothing, job, reply, r);
    json_doc_free(&doc);
}

static void ntfy_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    const struct ntfy_settings *self = settings_of(job);
    struct post p = { .body = body };
    struct str server, topic;
    bool own = find_place(job, &server, &topic);

    p.url = arena_printf(job->a, "%.*s/", STR_ARG(server));
    p.by_operator = own;
    if (own && self != NULL && self->token.n > 0)
        post_header(&p, "Authorization",
                    arena_printf(job->a, "Bearer %.*s", STR_ARG(self->token)));
    post_send(job, &p, ntfy_judge, at);
}

const struct channel_ops channel_ntfy = {
    .kind = CHANNEL_NTFY,
    .settings = &ntfy_setting_table,
    .render = ntfy_render,
    .send = ntfy_send,
};
