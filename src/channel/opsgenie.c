/* opsgenie.c - Opsgenie's Alert API (contracts/channels.md 13). A group is one alert,
 * known by its alias: its end closes it. With update_alerts, two more requests follow
 * that change the message and description of an alert that was open already.
 */
#include "channel/oncall.h"

#include "channel/channel_private.h"
#include "channel/channels.h"
#include "text/builtin.h"
#include "text/go_data.h"

enum {
    MESSAGE_RUNES = 130,
    DESCRIPTION_RUNES = 15000,
    STEPS_MOST = 3,
};

static const struct opsgenie_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static bool closes(const struct notification *n)
{
    return n->firing_count == 0;
}

/* ---- an entry of a receiver --------------------------------------------------------------- */

static bool has_own(struct json details, struct str name)
{
    return !json_is(json_get(details, name), JSON_NONE);
}

/* The labels that all alerts have, and the entry's own on top. */
static void put_details(struct chat_texts *t, struct json_out *o)
{
    const struct notification *n = t->job->n;
    struct json own = json_get(t->job->settings, STR("details"));
    struct go_data data;

    go_data_init(&data, n, n->alert_count, t->job->a);
    json_key(o, "details");
    json_object(o);
    for (size_t i = 0; i < data.common_labels.n; i++)
        if (!has_own(own, data.common_labels.v[i].name)) {
            json_key_str(o, data.common_labels.v[i].name);
            json_string(o, data.common_labels.v[i].value);
        }
    oncall_put_filled(t, own, o);
    json_object_end(o);
}

/* "a,b": a list without its empty pieces; not there without any. */
static void put_pieces(struct chat_texts *t, const char *name, struct json_out *o)
{
    struct str rest = str_trim(chat_text(t, name)), piece;
    bool begun = false;

    while (str_cut(&rest, ',', &piece)) {
        if (piece.n == 0)
            continue;
        if (!begun) {
            json_key(o, name);
            json_array(o);
        }
        begun = true;
        json_string(o, piece);
    }
    if (begun)
        json_array_end(o);
}

struct responder {
    struct str id, name, username, type;
};

static void put_responder(const struct responder *r, bool *begun, struct json_out *o)
{
    const struct {
        const char *key;
        struct str value;
    } rows[] = { { "id", r->id }, { "name", r->name }, { "username", r->username } };

    if (!*begun) {
        json_key(o, "responders");
        json_array(o);
    }
    *begun = true;
    json_object(o);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].value.n > 0)
            json_kv(o, rows[i].key, rows[i].value);
    json_kv(o, "type", r->type);
    json_object_end(o);
}

/* Responders whose templates gave nothing are left out; teams are several of type team. */
static void put_responders(struct chat_texts *t, struct json_out *o)
{
    struct json all = json_get(t->job->settings, STR("responders"));
    bool begun = false;

    for (struct json_iter it = json_iter(all); json_next(&it);) {
        struct responder r = { chat_fill(t, chat_str(it.value, "id")),
                               chat_fill(t, chat_str(it.value, "name")),
                               chat_fill(t, chat_str(it.value, "username")),
                               chat_fill(t, chat_str(it.value, "type")) };
        struct str rest = str_trim(r.name), piece;

        if (r.id.n + r.name.n + r.username.n + r.type.n == 0)
            continue;
        if (!str_is(r.type, "teams")) {
            put_responder(&r, &begun, o);
            continue;
        }
        while (str_cut(&rest, ',', &piece))
            if (piece.n > 0)
                put_responder(&(struct responder){ STR(""), piece, STR(""), STR("team") },
                              &begun, o);
    }
    if (begun)
        json_array_end(o);
}

static struct str put_entry(struct chat_texts *t, struct json_out *o)
{
    static const char *const keys[] = { "note", "priority", "entity" };
    const struct channel_job *job = t->job;
    struct str message = chat_runes(
        job->a, oncall_marked(job->n, chat_text(t, "message"), job->a), MESSAGE_RUNES);
    struct str description =
        chat_runes(job->a, chat_text(t, "description"), DESCRIPTION_RUNES);

    if (closes(job->n)) {
        json_kv(o, "source", chat_text(t, "source"));
        return message;
    }
    json_kv(o, "alias", oncall_group(job->n, job->a));
    json_kv(o, "message", message);
    if (description.n > 0 && !job->plain)
        json_kv(o, "description", description);
    if (!job->plain)
        put_details(t, o);
    json_kv(o, "source", chat_text(t, "source"));
    put_responders(t, o);
    put_pieces(t, "tags", o);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        chat_put(t, o, keys[i], integration_str(job, keys[i]));
    put_pieces(t, "actions", o);
    return message;
}

/* ---- a contact's key ------------------------------------------------------------------- */

static struct str priority_of(struct str severity)
{
    return str_is(severity, "critical")  ? STR("P1")
           : str_is(severity, "error")   ? STR("P2")
           : str_is(severity, "warning") ? STR("P3")
                                         : STR("P5");
}

static struct str put_own(const struct channel_job *job, struct json_out *o)
{
    struct builtin_ask ask = { .form = FORM_CHAT, .plain = job->plain };
    struct builtin_parts parts;
    struct telling t;
    struct str message;

    builtin_write(job->n, &ask, job->a, &parts);
    telling_init(&t, job->n, job->a);
    message = chat_runes(job->a, parts.title, MESSAGE_RUNES);
    if (!closes(job->n)) {
        json_kv(o, "alias", oncall_group(job->n, job->a));
        json_kv(o, "message", message);
        json_kv(o, "description", chat_runes(job->a, parts.text, DESCRIPTION_RUNES));
        json_kv(o, "priority", priority_of(t.severity));
    }
    json_kv(o, "source",
            job->n->external_url.n > 0 ? job->n->external_url : STR("Belfry"));
    return message;
}

static ok opsgenie_render(const struct channel_job *job, struct buf *body,
                          struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);

    if (oncall_check_kind(job->n, "Opsgenie", e) == FAILED)
        return FAILED;
    json_object(&o);
    *subject = integration_has(job) ? put_entry(&t, &o) : put_own(job, &o);
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* ---- sending: one request after the other -------------------------------------------------- */

struct steps {
    struct attempt *at;
    struct http_ask asks[STEPS_MOST];
    size_t n, done;
};

static void answered(void *ctx, const struct client_reply *reply)
{
    struct steps *s = ctx;
    const struct channel_job *job = attempt_job(s->at);
    struct receipt r = receipt_of(reply);

    if (!receipt_unanswered(reply, job->a, &r))
        opsgenie_judge(job, reply, &r);
    if (r.verdict != ACCEPTED || ++s->done == s->n) {
        attempt_done(s->at, &r);
        return;
    }
    attempt_send(s->at, &s->asks[s->done], answered, s);
}

/* {"message": "..."} of what was made for the first. */
static struct str only(const struct channel_job *job, struct json root, const char *key)
{
    struct str text;
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    if (json_str(json_get(root, str_of(key))).n > 0)
        json_kv(&o, key, json_str(json_get(root, str_of(key))));
    json_object_end(&o);
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static struct str url_of(const struct channel_job *job, const char *what)
{
    struct str base =
        integration_has(job) ? integration_str(job, "api_url") : settings_of(job)->url;
    const char *slash = str_ends(base, STR("/")) ? "" : "/";

    if (what[0] == '\0')
        return arena_printf(job->a, "%.*s%sv2/alerts", STR_ARG(base), slash);
    return arena_printf(job->a, "%.*s%sv2/alerts/%.*s/%s?identifierType=alias",
                        STR_ARG(base), slash, STR_ARG(oncall_group(job->n, job->a)),
                        what);
}

static void add_step(const struct channel_job *job, struct steps *s, struct post *p,
                     const char *what)
{
    p->url = url_of(job, what);
    post_keep(job, p, &s->asks[s->n++]);
}

static void add_updates(const struct channel_job *job, struct steps *s, struct post *p,
                        struct str body)
{
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;

    (void)json_parse(doc, body, &root, &ignored);
    p->method = STR("PUT");
    p->body = only(job, root, "message");
    add_step(job, s, p, "message");
    p->body = only(job, root, "description");
    add_step(job, s, p, "description");
    json_doc_free(&doc);
}

static void opsgenie_send(const struct channel_job *job, struct str body,
                          struct attempt *at)
{
    struct steps *s = arena_new(job->a, struct steps);
    struct post p = { .body = body, .by_operator = !integration_has(job) };
    struct str key = job->address;
    struct err e = { .text = "" };

    if (integration_has(job) && integration_fill(job, GO_TEXT, key, &key, &e) == FAILED) {
        attempt_done(at,
                     &(struct receipt){ .verdict = REFUSED, .meaning = str_of(e.text) });
        return;
    }
    s->at = at;
    post_header(&p, "Authorization",
                arena_printf(job->a, "GenieKey %.*s", STR_ARG(str_trim(key))));
    add_step(job, s, &p, closes(job->n) ? "close" : "");
    if (!closes(job->n) && integration_bool(job, "update_alerts"))
        add_updates(job, s, &p, body);
    attempt_send(at, &s->asks[0], answered, s);
}

const struct channel_ops channel_opsgenie = {
    .kind = CHANNEL_OPSGENIE,
    .settings = &opsgenie_setting_table,
    .render = opsgenie_render,
    .send = opsgenie_send,
};

/* ---- the answer ------------------------------------------------------------------------ */

static const struct answer statuses[] = {
    { 200, NULL, ACCEPTED, 0, "" },
    { 201, NULL, ACCEPTED, 0, "" },
    { 202, NULL, ACCEPTED, 0, "" },
    { 401, NULL, REFUSED, 0, "Opsgenie does not know this key: copy it again." },
    { 402, NULL, REFUSED, 0, "The account's plan does not allow this." },
    { 403, NULL, REFUSED, 0,
      "The key may not do this: give its integration create and update access." },
    { 413, NULL, UNFIT, 0,
      "The alert is too large for Opsgenie: the plain form has no description." },
    { 422, NULL, REFUSED, 0,
      "Opsgenie does not take the alert: see its words, and compare responders, priority "
      "and tags with what it knows. In Europe api_url is https://api.eu.opsgenie.com/." },
    { 429, NULL, DEFERRED, 0, "Too many requests for this key. Tried again later." },
};
static const struct answers by_status = { "Opsgenie", statuses,
                                          sizeof statuses / sizeof *statuses };

void opsgenie_judge(const struct channel_job *job, const struct client_reply *reply,
                    struct receipt *r)
{
    if (!answers_judge(&by_status, reply->status, STR(""), r)) {
        http_verdict(reply, job->a, r);
        if (r->verdict == DELIVERED)
            r->verdict = ACCEPTED;
    }
    r->code = 0;
    if (r->verdict == DEFERRED)
        r->retry_after = http_retry_after(reply);
}
