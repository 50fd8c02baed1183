/* dingtalk.c - a group robot of DingTalk (contracts/channels.md 2).
 *
 * The address is the robot's URL as CloudMonitor's DingWebHook has it. A
 * `secret=` in it never leaves: it is taken out and signs.
 */
#include "channel/channel_private.h"
#include "channel/robot.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/time.h"

/* DingTalk's limit is 20,000 bytes of body; what it refused as too long is sent
 * again in a form far below every limit. */
enum { BODY_BYTES = 20000, LINK_BYTES = 2000 };

enum shape { MARKDOWN, CARD, TEXT };

static enum shape shape_of(const struct channel_job *job)
{
    struct str type = robot_type(job, "markdown");

    if (job->plain || str_is(type, "text"))
        return TEXT;
    return str_is(type, "card") ? CARD : MARKDOWN;
}

/* ---- whom it mentions -------------------------------------------------------- */

/* An @ works only if the number stands in the text, too. */
static struct str mentions(const struct channel_job *job)
{
    struct str text;
    struct buf b;

    if (!robot_calls(job))
        return STR("");
    buf_init(&b, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(robot_list(job, "at_mobiles")); json_next(&it);)
        buf_printf(&b, "%s@%.*s", b.n == 0 ? "\n\n" : " ", STR_ARG(json_str(it.value)));
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void put_at(const struct channel_job *job, struct json_out *o)
{
    bool calls = robot_calls(job);

    json_key(o, "at");
    json_object(o);
    json_key(o, "atMobiles");
    json_array(o);
    if (calls)
        for (struct json_iter it = json_iter(robot_list(job, "at_mobiles"));
             json_next(&it);)
            json_string(o, json_str(it.value));
    json_array_end(o);
    json_key(o, "atUserIds");
    json_array(o);
    json_array_end(o);
    json_kv_bool(o, "isAtAll", calls && json_bool(robot_list(job, "at_all")));
    json_object_end(o);
}

/* ---- the body ---------------------------------------------------------------- */

static void put_buttons(const struct channel_job *job, const struct builtin_parts *parts,
                        struct json_out *o)
{
    json_kv(o, "btnOrientation", STR("1"));
    json_key(o, "btns");
    json_array(o);
    for (size_t i = 0; i < parts->link_count; i++) {
        if (parts->links[i].url.n > LINK_BYTES)
            continue;
        json_object(o);
        json_kv(o, "title", phrase(lang_of(job->n->lang), parts->links[i].words));
        json_kv(o, "actionURL", parts->links[i].url);
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_body(const struct channel_job *job, const struct builtin_parts *parts,
                     struct json_out *o)
{
    static const char *const names[] = { "markdown", "actionCard", "text" };
    enum shape shape = shape_of(job);

    /* A card without a button is none. */
    if (shape == CARD && parts->link_count == 0)
        shape = MARKDOWN;
    json_object(o);
    json_kv(o, "msgtype", str_of(names[shape]));
    json_key(o, names[shape]);
    json_object(o);
    if (shape != TEXT)
        json_kv(o, "title", parts->title);
    json_kv(o, shape == TEXT ? "content" : "text", parts->text);
    if (shape == CARD)
        put_buttons(job, parts, o);
    json_object_end(o);
    put_at(job, o);
    json_object_end(o);
}

static ok dingtalk_render(const struct channel_job *job, struct buf *body,
                          struct str *subject, struct err *e)
{
    struct robot robot;
    struct robot_ask ask = {
        .robot = &robot,
        .form = shape_of(job) == TEXT ? FORM_DINGTALK_TEXT : FORM_DINGTALK,
        .tail = mentions(job),
    };

    robot_read(job, &robot);
    return robot_render(job, &ask, put_body, BODY_BYTES, body, subject, e);
}

/* ---- sending ------------------------------------------------------------------- */

struct str dingtalk_url(const struct robot *robot, int64_t now_ms, struct arena *a)
{
    bool query = memchr(robot->url.p, '?', robot->url.n) != NULL;
    struct str text, url;
    struct buf sign;

    if (robot->secret.n == 0)
        return robot->url;
    text = arena_printf(a, "%lld\n%.*s", (long long)now_ms, STR_ARG(robot->secret));
    buf_init(&sign, 256);
    put_percent(&sign, robot_mac(robot->secret, text, a));
    url = arena_printf(a, "%.*s%ctimestamp=%lld&sign=%.*s", STR_ARG(robot->url),
                       query ? '&' : '?', (long long)now_ms, STR_ARG(buf_str(&sign)));
    buf_fini(&sign);
    return url;
}

static void sign(const struct channel_job *job, const struct robot *robot, int64_t now,
                 struct http_ask *ask)
{
    ask->url = dingtalk_url(robot, now / NS_PER_MS, job->a);
}

static void dingtalk_send(const struct channel_job *job, struct str body,
                          struct attempt *at)
{
    static const struct robot_vendor vendor = { sign, dingtalk_judge, dingtalk_is_late };

    robot_send(job, body, &vendor, at);
}

const struct channel_ops channel_dingtalk = {
    .kind = CHANNEL_DINGTALK,
    .render = dingtalk_render,
    .send = dingtalk_send,
};
