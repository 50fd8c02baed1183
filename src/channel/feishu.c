/* feishu.c - a custom robot of Feishu or Lark (contracts/channels.md 3).
 *
 * The address is the robot's URL; a `secret=` in it never leaves, and signs. A message is
 * a card, whose head has the colour; its plain form is a text.
 */
#include "channel/channel_private.h"
#include "channel/robot.h"

#include "base/json.h"
#include "base/time.h"

/* Feishu's limit is 20,000 bytes of body, of which the signature takes some. */
enum { BODY_BYTES = 20000, SIGN_BYTES = 100, LINK_BYTES = 2000 };

static bool is_text(const struct channel_job *job)
{
    return job->plain || str_is(robot_type(job, "card"), "text");
}

/* ---- whom it mentions -------------------------------------------------------- */

static void put_mention(struct buf *b, bool text, struct str user)
{
    bool all = str_is(user, "all");

    buf_z(b, b->n == 0 ? "\n" : " ");
    if (text)
        buf_printf(b, "<at user_id=\"%.*s\">%s</at>", STR_ARG(user), all ? "所有人" : "");
    else
        buf_printf(b, "<at id=%.*s></at>", STR_ARG(user));
}

static struct str mentions(const struct channel_job *job)
{
    struct str text;
    struct buf b;

    if (!robot_calls(job))
        return STR("");
    buf_init(&b, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(robot_list(job, "at_users")); json_next(&it);)
        put_mention(&b, is_text(job), json_str(it.value));
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* ---- the body ---------------------------------------------------------------- */

static void put_text(const struct builtin_parts *parts, struct json_out *o)
{
    json_kv(o, "msg_type", STR("text"));
    json_key(o, "content");
    json_object(o);
    json_kv(o, "text", parts->text);
    json_object_end(o);
}

/* A button whose address is too long for the card leaves the others. */
static void drop_long_links(struct builtin_parts *parts)
{
    size_t n = 0;

    for (size_t i = 0; i < parts->link_count; i++)
        if (parts->links[i].url.n <= LINK_BYTES)
            parts->links[n++] = parts->links[i];
    parts->link_count = n;
}

static void put_card(const struct channel_job *job, const struct builtin_parts *parts,
                     struct json_out *o)
{
    struct builtin_parts fitting = *parts;
    struct buf card;

    drop_long_links(&fitting);
    buf_init(&card, BUF_NO_LIMIT);
    builtin_put_json(&fitting, FORM_FEISHU_CARD, lang_of(job->n->lang), &card);
    json_kv(o, "msg_type", STR("interactive"));
    json_key(o, "card");
    json_raw(o, buf_str(&card));
    buf_fini(&card);
}

static void put_body(const struct channel_job *job, const struct builtin_parts *parts,
                     struct json_out *o)
{
    json_object(o);
    if (is_text(job))
        put_text(parts, o);
    else
        put_card(job, parts, o);
    json_object_end(o);
}

static ok feishu_render(const struct channel_job *job, struct buf *body,
                        struct str *subject, struct err *e)
{
    struct robot robot;
    struct robot_ask ask = { .robot = &robot,
                             .form = is_text(job) ? FORM_FEISHU_TEXT : FORM_FEISHU_CARD,
                             .tail = mentions(job) };

    robot_read(job, &robot);
    return robot_render(job, &ask, put_body, BODY_BYTES - SIGN_BYTES, body, subject, e);
}

/* ---- sending ------------------------------------------------------------------- */

/* The reverse of DingTalk's: time and secret are the key, and nothing is the text. */
struct str feishu_signature(struct str secret, int64_t now_s, struct arena *a)
{
    struct str key = arena_printf(a, "%lld\n%.*s", (long long)now_s, STR_ARG(secret));

    return robot_mac(key, STR(""), a);
}

static void sign(const struct channel_job *job, const struct robot *robot, int64_t now,
                 struct http_ask *ask)
{
    int64_t now_s = now / NS_PER_S;
    struct str mac = feishu_signature(robot->secret, now_s, job->a);

    ask->body =
        arena_printf(job->a, "{\"timestamp\":\"%lld\",\"sign\":\"%.*s\",%.*s",
                     (long long)now_s, STR_ARG(mac), STR_ARG(str_from(ask->body, 1)));
}

static void feishu_send(const struct channel_job *job, struct str body,
                        struct attempt *at)
{
    static const struct robot_vendor vendor = { sign, feishu_judge, feishu_is_late };

    robot_send(job, body, &vendor, at);
}

const struct channel_ops channel_feishu = {
    .kind = CHANNEL_FEISHU,
    .render = feishu_render,
    .send = feishu_send,
};
