/* victorops.c - VictorOps, which is Splunk On-Call now: its REST endpoint. A group is one
 * incident; its end is RECOVERY. */
#include "channel/oncall.h"

#include "base/encode.h"
#include "channel/channel_private.h"
#include "channel/channels.h"
#include "text/builtin.h"

enum { MESSAGE_RUNES = 20480 };

static const struct victorops_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static struct str type_of(const struct notification *n, struct str asked)
{
    static const char *const known[] = { "INFO", "WARNING", "CRITICAL" };

    if (n->firing_count == 0)
        return STR("RECOVERY");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(asked, known[i]))
            return asked;
    return STR("CRITICAL");
}

static struct str put_entry(struct chat_texts *t, struct json_out *o)
{
    const struct channel_job *job = t->job;
    struct str name = oncall_marked(job->n, chat_text(t, "entity_display_name"), job->a);

    json_kv(o, "message_type", type_of(job->n, chat_text(t, "message_type")));
    json_kv(o, "entity_id", oncall_group(job->n, job->a));
    json_kv(o, "entity_display_name", name);
    json_kv(o, "state_message",
            chat_runes(job->a, chat_text(t, "state_message"), MESSAGE_RUNES));
    json_kv(o, "monitoring_tool", chat_text(t, "monitoring_tool"));
    if (!job->plain)
        oncall_put_filled(t, json_get(job->settings, STR("custom_fields")), o);
    return name;
}

static struct str put_own(const struct channel_job *job, struct json_out *o)
{
    struct builtin_ask ask = { .form = FORM_CHAT, .plain = job->plain };
    struct builtin_parts parts;
    struct telling t;

    builtin_write(job->n, &ask, job->a, &parts);
    telling_init(&t, job->n, job->a);
    json_kv(o, "message_type",
            type_of(job->n, str_is(t.severity, "info")      ? STR("INFO")
                            : str_is(t.severity, "warning") ? STR("WARNING")
                                                            : STR("CRITICAL")));
    json_kv(o, "entity_id", oncall_group(job->n, job->a));
    json_kv(o, "entity_display_name", parts.title);
    json_kv(o, "state_message", parts.text);
    json_kv(o, "monitoring_tool", STR("Belfry"));
    return parts.title;
}

static ok victorops_render(const struct channel_job *job, struct buf *body,
                           struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);

    if (oncall_check_kind(job->n, "VictorOps", e) == FAILED)
        return FAILED;
    json_object(&o);
    *subject = integration_has(job) ? put_entry(&t, &o) : put_own(job, &o);
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* What a contact's key is, it stays: one piece of the path. */
static struct str one_piece(struct str key, struct arena *a)
{
    struct str piece;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_percent(&b, key);
    piece = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return piece;
}

static void victorops_send(const struct channel_job *job, struct str body,
                           struct attempt *at)
{
    bool own = !integration_has(job);
    struct str base = own ? settings_of(job)->url : integration_str(job, "api_url");
    struct str team = own ? settings_of(job)->routing_key : STR("");
    const char *slash = str_ends(base, STR("/")) ? "" : "/";
    struct str key = own ? one_piece(job->address, job->a) : job->address;
    struct err e = { .text = "" };

    if (!own && integration_text(job, GO_TEXT, "routing_key", &team, &e) == FAILED) {
        attempt_done(at,
                     &(struct receipt){ .verdict = REFUSED, .meaning = str_of(e.text) });
        return;
    }
    post_send(
        job,
        &(struct post){ .body = body,
                        .url = arena_printf(job->a, "%.*s%s%.*s/%.*s", STR_ARG(base),
                                            slash, STR_ARG(key), STR_ARG(team)),
                        .by_operator = own },
        victorops_judge, at);
}

const struct channel_ops channel_victorops = {
    .kind = CHANNEL_VICTOROPS,
    .settings = &victorops_setting_table,
    .render = victorops_render,
    .send = victorops_send,
};

void victorops_judge(const struct channel_job *job, const struct client_reply *reply,
                     struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;
    struct str result = STR("");

    if (json_parse(doc, reply->body, &root, &ignored) == OK)
        result = json_str(json_get(root, STR("result")));
    http_verdict(reply, job->a, r);
    if (str_is(result, "failure") && r->verdict != DEFERRED) {
        r->verdict = REFUSED;
        r->meaning = STR("VictorOps does not take the alert: see its words, and compare "
                         "api_key and routing_key with the REST integration's.");
    } else if (reply->status == 401 || reply->status == 403 || reply->status == 404) {
        r->meaning = STR("VictorOps does not know this key: compare api_key and "
                         "routing_key with the REST integration's.");
    } else if (reply->status == 413) {
        r->verdict = UNFIT;
        r->meaning = STR("The alert is too large for VictorOps: the plain form has no "
                         "fields of its own.");
    }
    json_doc_free(&doc);
}
