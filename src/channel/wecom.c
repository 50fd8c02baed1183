/* wecom.c - a group robot of WeCom (contracts/channels.md 4).
 *
 * The address is the robot's URL; its `key` is the secret. Limits are bytes of the text.
 * Its markdown calls a user by id, and neither everybody nor a telephone: for those a
 * short text follows. Both requests are one attempt: when the message has arrived and the
 * call has not, nothing is sent again, and the receipt says so.
 */
#include "channel/channel_private.h"
#include "channel/integration.h"
#include "channel/robot.h"

#include "base/json.h"
#include "text/keyword.h"

static const struct shape {
    const char *type; /* in the entry's message_type */
    const char *name; /* WeCom's */
    enum builtin_form form;
    bool calls_users; /* <@id> works in it */
} shapes[] = {
    { "markdown", "markdown", FORM_WECOM, true },
    { "markdown_v2", "markdown_v2", FORM_WECOM_V2, false },
    { "card", "template_card", FORM_WECOM_TEXT, false },
    { "text", "text", FORM_WECOM_TEXT, false },
};
enum { MARKDOWN, MARKDOWN_V2, CARD, TEXT, SHAPES };

static const struct shape *shape_of(const struct channel_job *job)
{
    struct str type = robot_type(job, "markdown");

    for (size_t i = 0; i < SHAPES && !job->plain; i++)
        if (str_is(type, shapes[i].type))
            return &shapes[i];
    return &shapes[TEXT];
}

/* ---- whom it calls ------------------------------------------------------------- */

/* Must a text follow to call them? */
static bool needs_call(const struct channel_job *job)
{
    const struct shape *shape = shape_of(job);
    struct json users = robot_list(job, "mentioned_list");

    if (!robot_calls(job) || shape == &shapes[TEXT])
        return false;
    if (json_count(robot_list(job, "mentioned_mobile_list")) > 0)
        return true;
    for (struct json_iter it = json_iter(users); json_next(&it);)
        if (!shape->calls_users || str_is(json_str(it.value), "@all"))
            return true;
    return false;
}

static struct str mentions(const struct channel_job *job)
{
    struct str text;
    struct buf b;

    if (!robot_calls(job) || !shape_of(job)->calls_users || needs_call(job))
        return STR("");
    buf_init(&b, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(robot_list(job, "mentioned_list"));
         json_next(&it);)
        buf_printf(&b, "%s<@%.*s>", b.n == 0 ? "\n" : " ", STR_ARG(json_str(it.value)));
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void put_list(const struct channel_job *job, const char *key, struct json_out *o)
{
    struct json list = robot_list(job, key);

    if (json_count(list) == 0 || !robot_calls(job))
        return;
    json_key(o, key);
    json_array(o);
    for (struct json_iter it = json_iter(list); json_next(&it);)
        json_string(o, json_str(it.value));
    json_array_end(o);
}

static void put_text(const struct channel_job *job, struct str text, struct json_out *o)
{
    json_kv(o, "msgtype", STR("text"));
    json_key(o, "text");
    json_object(o);
    json_kv(o, "content", text);
    put_list(job, "mentioned_list", o);
    put_list(job, "mentioned_mobile_list", o);
    json_object_end(o);
}

/* What is wrong, in one line: who is called reads it before the message. */
static struct str call_body(const struct channel_job *job, const struct robot *robot)
{
    struct builtin_ask ask = { .form = FORM_WECOM_TEXT };
    struct builtin_parts parts;
    struct str text, body;
    struct json_out o;
    struct buf b;

    builtin_write(job->n, &ask, job->a, &parts);
    text = parts.title;
    if (!keyword_is_in(text, robot->keywords))
        text = arena_printf(job->a, "%.*s · %.*s", STR_ARG(text),
                            STR_ARG(robot->keywords.v[0]));
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    put_text(job, text, &o);
    json_object_end(&o);
    body = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return body;
}

/* ---- a card ---------------------------------------------------------------------- */

enum { CARD_TITLE = 26, CARD_WORDS = 30, CARD_TEXT = 112 };

static struct str shortened(struct arena *a, struct str s, size_t chars)
{
    struct room room = { UNIT_CHARS, chars };

    if (measure(UNIT_CHARS, s) <= chars)
        return s;
    room.most--;
    return arena_printf(a, "%.*s…", STR_ARG(markup_fit(MARKUP_TEXT, s, room)));
}

static void put_words(struct json_out *o, const char *key, struct str title,
                      struct str desc)
{
    json_key(o, key);
    json_object(o);
    json_kv(o, "title", title);
    json_kv(o, "desc", desc);
    json_object_end(o);
}

static void put_source(struct json_out *o, const struct telling *t)
{
    enum { GREY, BLACK, RED, GREEN };
    bool bad = str_is(t->severity, "critical") || str_is(t->severity, "error");

    json_key(o, "source");
    json_object(o);
    json_kv(o, "desc", STR("Belfry"));
    json_kv_i64(o, "desc_color", t->firing == 0 ? GREEN : bad ? RED : BLACK);
    json_object_end(o);
}

static void put_jumps(const struct builtin_parts *parts, enum lang l, struct json_out *o)
{
    json_key(o, "jump_list");
    json_array(o);
    for (size_t i = 0; i < parts->link_count && i < 3; i++) {
        json_object(o);
        json_kv_i64(o, "type", 1);
        json_kv(o, "title", phrase(l, parts->links[i].words));
        json_kv(o, "url", parts->links[i].url);
        json_object_end(o);
    }
    json_array_end(o);
    json_key(o, "card_action");
    json_object(o);
    json_kv_i64(o, "type", 1);
    json_kv(o, "url", parts->links[0].url);
    json_object_end(o);
}

/* It has little room: which alert, how bad, how many, where. */
static void put_card(const struct channel_job *job, const struct builtin_parts *parts,
                     struct json_out *o)
{
    bool own = integration_str(job, "message").n > 0 || job->n->action_rule.n > 0;
    struct str title, desc, text, keyword = STR("");
    struct robot robot;
    struct telling t;

    robot_read(job, &robot);
    if (robot.keywords.n > 0)
        keyword = robot.keywords.v[0];
    telling_init(&t, job->n, job->a);
    text = shortened(job->a,
                     own               ? parts->text
                     : t.summary.n > 0 ? t.summary
                                       : t.where,
                     CARD_TEXT);
    if (keyword.n > 0 && !str_has(text, keyword))
        text = arena_printf(job->a, "%.*s · %.*s", STR_ARG(text), STR_ARG(keyword));
    title = arena_printf(job->a, "%.*s %.*s", STR_ARG(t.mark), STR_ARG(t.name));
    if (job->n->kind == NOTIFY_TEST)
        title = arena_printf(job->a, "%.*s %.*s", STR_ARG(phrase(t.lang, PHRASE_TEST)),
                             STR_ARG(title));
    if (t.count > 1)
        title = arena_printf(job->a, "%.*s ×%zu",
                             STR_ARG(shortened(job->a, title, CARD_TITLE - 6)), t.count);
    desc = arena_printf(job->a, "%.*s · %.*s", STR_ARG(t.status),
                        STR_ARG(severity_word(t.lang, t.severity)));
    json_kv(o, "msgtype", STR("template_card"));
    json_key(o, "template_card");
    json_object(o);
    json_kv(o, "card_type", STR("text_notice"));
    put_source(o, &t);
    put_words(o, "main_title", shortened(job->a, title, CARD_TITLE),
              shortened(job->a, desc, CARD_WORDS));
    json_kv(o, "sub_title_text", text);
    put_jumps(parts, t.lang, o);
    json_object_end(o);
}

/* ---- the body ---------------------------------------------------------------- */

static void put_body(const struct channel_job *job, const struct builtin_parts *parts,
                     struct json_out *o)
{
    const struct shape *shape = shape_of(job);

    json_object(o);
    /* A card is about alerts, and must lead somewhere. */
    if (shape == &shapes[CARD] && parts->link_count > 0 && notify_alerts(job->n->kind)) {
        put_card(job, parts, o);
    } else if (shape->form == FORM_WECOM_TEXT) {
        put_text(job, parts->text, o);
    } else {
        json_kv(o, "msgtype", str_of(shape->name));
        json_key(o, shape->name);
        json_object(o);
        json_kv(o, "content", parts->text);
        json_object_end(o);
    }
    json_object_end(o);
}

static ok wecom_render(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    struct robot robot;
    struct robot_ask ask = { .robot = &robot,
                             .form = shape_of(job)->form,
                             .tail = mentions(job) };

    robot_read(job, &robot);
    return robot_render(job, &ask, put_body, SIZE_MAX, body, subject, e);
}

/* ---- sending ------------------------------------------------------------------- */

struct calling {
    struct attempt *at;
    struct http_ask call; /* no method: nobody is called */
    struct receipt told;  /* of the message */
};

static void keep_receipt(struct calling *c, const struct receipt *r, struct arena *a)
{
    c->told = *r;
    c->told.said = arena_str(a, r->said);
    c->told.meaning = arena_str(a, r->meaning);
    c->told.remote = arena_str(a, r->remote);
}

static struct receipt judged(const struct calling *c, const struct client_reply *reply)
{
    const struct channel_job *job = attempt_job(c->at);
    struct receipt r = receipt_of(reply);

    if (!receipt_unanswered(reply, job->a, &r))
        wecom_judge(job, reply, &r);
    return r;
}

static void called(void *ctx, const struct client_reply *reply)
{
    struct calling *c = ctx;
    struct receipt call = judged(c, reply);

    c->told.finished = call.finished;
    if (call.verdict != DELIVERED) {
        c->told.code = call.code;
        c->told.said = call.said;
        c->told.meaning = arena_printf(attempt_job(c->at)->a,
                                       "The message arrived, but nobody was called by "
                                       "telephone number or @all: %.*s",
                                       STR_ARG(call.meaning));
    }
    attempt_done(c->at, &c->told);
}

static void told(void *ctx, const struct client_reply *reply)
{
    struct calling *c = ctx;
    struct receipt r = judged(c, reply);

    if (r.verdict != DELIVERED || c->call.method.n == 0) {
        attempt_done(c->at, &r);
        return;
    }
    keep_receipt(c, &r, attempt_job(c->at)->a);
    attempt_send(c->at, &c->call, called, c);
}

static void wecom_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    struct calling *c = arena_new(job->a, struct calling);
    struct robot robot;
    struct post p = { .body = body }, call = { .body = STR("") };

    robot_read(job, &robot);
    p.url = call.url = robot.url;
    *c = (struct calling){ .at = at };
    if (needs_call(job)) {
        call.body = call_body(job, &robot);
        post_keep(job, &call, &c->call);
    }
    post_ask(job, &p, told, c, at);
}

const struct channel_ops channel_wecom = {
    .kind = CHANNEL_WECOM,
    .render = wecom_render,
    .send = wecom_send,
};
