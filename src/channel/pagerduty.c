/* pagerduty.c - PagerDuty's Events API v2, and the older one of a service_key
 * (contracts/channels.md 12). A group is one incident: its end resolves it, and a try
 * that comes twice is one event.
 */
#include "channel/oncall.h"

#include "channel/channel_private.h"
#include "channel/channels.h"
#include "text/builtin.h"

enum { SUMMARY_RUNES = 1024, EVENT_BYTES = 512000 };

static const struct pagerduty_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static bool is_service(const struct channel_job *job)
{
    return integration_has(job) && integration_str(job, "service_key").n > 0;
}

static bool resolves(const struct notification *n)
{
    return n->firing_count == 0;
}

/* The four that PagerDuty knows; other words of other systems mean one of them. */
static struct str severity(struct str given)
{
    static const char *const known[] = { "critical", "error", "warning", "info" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(given, known[i]))
            return given;
    given = severity_of(given);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(given, known[i]))
            return given;
    return STR("error");
}

/* ---- an entry of a receiver -------------------------------------------------------------- */

/* Pictures and links without an address are left out. */
static void put_list(struct chat_texts *t, const char *name, const char *needed,
                     const char *const *keys, struct json_out *o)
{
    struct json all = json_get(t->job->settings, str_of(name));
    bool begun = false;

    for (struct json_iter it = json_iter(all); json_next(&it);) {
        if (chat_fill(t, chat_str(it.value, needed)).n == 0)
            continue;
        if (!begun) {
            json_key(o, name);
            json_array(o);
        }
        begun = true;
        json_object(o);
        for (const char *const *key = keys; *key != NULL; key++)
            json_kv(o, *key, chat_fill(t, chat_str(it.value, *key)));
        json_object_end(o);
    }
    if (begun)
        json_array_end(o);
}

static void put_details(struct chat_texts *t, const char *name, bool whole,
                        struct json_out *o)
{
    struct json map = json_get(t->job->settings, STR("details"));

    if (whole && json_count(map) == 0)
        return;
    json_key(o, name);
    json_object(o);
    if (whole)
        oncall_put_filled(t, map, o);
    else
        json_kv(o, "error",
                STR("The details are left out: with them the event is larger than the "
                    "512 KB that PagerDuty takes."));
    json_object_end(o);
}

static struct str put_service_event(struct chat_texts *t, bool whole, struct json_out *o)
{
    const struct channel_job *job = t->job;
    const struct notification *n = job->n;
    struct str text = chat_runes(
        job->a, oncall_marked(n, chat_text(t, "description"), job->a), SUMMARY_RUNES);

    json_kv(o, "service_key", chat_text(t, "service_key"));
    json_kv(o, "event_type", resolves(n) ? STR("resolve") : STR("trigger"));
    json_kv(o, "incident_key", oncall_group(n, job->a));
    json_kv(o, "description", text);
    if (!resolves(n)) {
        chat_put(t, o, "client", integration_str(job, "client"));
        chat_put(t, o, "client_url", integration_str(job, "client_url"));
    }
    put_details(t, "details", whole, o);
    return text;
}

static struct str put_payload(struct chat_texts *t, bool whole, struct json_out *o)
{
    static const char *const keys[] = { "class", "component", "group" };
    const struct channel_job *job = t->job;
    struct str text =
        chat_runes(job->a, oncall_marked(job->n, chat_text(t, "description"), job->a),
                   SUMMARY_RUNES);

    json_key(o, "payload");
    json_object(o);
    json_kv(o, "summary", text);
    json_kv(o, "source", chat_text(t, "source"));
    json_kv(o, "severity", severity(chat_text(t, "severity")));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        chat_put(t, o, keys[i], integration_str(job, keys[i]));
    put_details(t, "custom_details", whole, o);
    json_object_end(o);
    return text;
}

static void put_head(const struct channel_job *job, struct str key, struct json_out *o)
{
    json_kv(o, "routing_key", key);
    json_kv(o, "dedup_key", oncall_group(job->n, job->a));
    json_kv(o, "event_action", resolves(job->n) ? STR("resolve") : STR("trigger"));
}

static struct str put_entry(struct chat_texts *t, bool whole, struct json_out *o)
{
    static const char *const image[] = { "src", "alt", "href", NULL };
    static const char *const link[] = { "href", "text", NULL };
    const struct channel_job *job = t->job;
    struct str text;

    if (is_service(job))
        return put_service_event(t, whole, o);
    put_head(job, chat_fill(t, job->address), o);
    text = put_payload(t, whole, o);
    chat_put(t, o, "client", integration_str(job, "client"));
    chat_put(t, o, "client_url", integration_str(job, "client_url"));
    if (!job->plain) {
        put_list(t, "images", "src", image, o);
        put_list(t, "links", "href", link, o);
    }
    return text;
}

/* ---- a contact's routing key ---------------------------------------------------------- */

static void put_own_links(const struct builtin_parts *parts, enum lang l,
                          struct json_out *o)
{
    if (parts->link_count == 0)
        return;
    json_key(o, "links");
    json_array(o);
    for (size_t i = 0; i < parts->link_count; i++) {
        json_object(o);
        json_kv(o, "href", parts->links[i].url);
        json_kv(o, "text", phrase(l, parts->links[i].words));
        json_object_end(o);
    }
    json_array_end(o);
}

static struct str put_own(const struct channel_job *job, bool whole, struct json_out *o)
{
    struct builtin_ask ask = { .form = FORM_CHAT, .plain = job->plain };
    struct builtin_parts parts;
    struct telling t;
    struct str text;

    builtin_write(job->n, &ask, job->a, &parts);
    telling_init(&t, job->n, job->a);
    text = chat_runes(job->a, parts.title, SUMMARY_RUNES);
    put_head(job, job->address, o);
    json_key(o, "payload");
    json_object(o);
    json_kv(o, "summary", text);
    json_kv(o, "source", t.where.n > 0 ? t.where : STR("Belfry"));
    json_kv(o, "severity", severity(t.severity));
    if (whole) {
        json_key(o, "custom_details");
        json_object(o);
        json_kv(o, "text", parts.text);
        json_object_end(o);
    }
    json_object_end(o);
    json_kv(o, "client", STR("Belfry"));
    if (job->n->external_url.n > 0)
        json_kv(o, "client_url", job->n->external_url);
    if (whole)
        put_own_links(&parts, lang_of(job->n->lang), o);
    return text;
}

/* ---- both ------------------------------------------------------------------------------ */

static ok pagerduty_render(const struct channel_job *job, struct buf *body,
                           struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };

    if (oncall_check_kind(job->n, "PagerDuty", e) == FAILED)
        return FAILED;
    if (integration_has(job) && !is_service(job) && chat_fill(&t, job->address).n == 0 &&
        !t.failed)
        return fail(e, FAULT_MISSING, "routing_key",
                    "routing_key is empty once its template is filled in");
    for (bool whole = !job->plain;; whole = false) {
        struct json_out o = json_out(body);

        json_object(&o);
        *subject =
            integration_has(job) ? put_entry(&t, whole, &o) : put_own(job, whole, &o);
        json_object_end(&o);
        if (body->n <= EVENT_BYTES || !whole)
            break;
        buf_clear(body);
    }
    return chat_ok(&t, body);
}

static void pagerduty_send(const struct channel_job *job, struct str body,
                           struct attempt *at)
{
    struct post p = { .body = body, .url = integration_str(job, "url") };

    if (is_service(job))
        p.url = settings_of(job)->service_url;
    if (!integration_has(job)) {
        p.url = settings_of(job)->url;
        p.by_operator = true;
    }
    post_send(job, &p, is_service(job) ? pagerduty_service_judge : pagerduty_judge, at);
}

const struct channel_ops channel_pagerduty = {
    .kind = CHANNEL_PAGERDUTY,
    .settings = &pagerduty_setting_table,
    .render = pagerduty_render,
    .send = pagerduty_send,
};

/* ---- the answer ------------------------------------------------------------------------ */

static const struct answer statuses[] = {
    { 400, NULL, REFUSED, 0,
      "PagerDuty does not take the event: see its words. A routing_key is the "
      "integration "
      "key, of 32 characters, of an Events API v2 integration." },
    { 401, NULL, REFUSED, 0, "PagerDuty does not know this key: copy it again." },
    { 404, NULL, REFUSED, 0, "There is no Events API at this address: check url." },
    { 413, NULL, UNFIT, 0,
      "The event is too large for PagerDuty: the plain form has no details." },
    { 429, NULL, DEFERRED, 0, "Too many events for this key. Tried again later." },
};
static const struct answer services[] = {
    { 403, NULL, DEFERRED, 0, "Too many events for this service. Tried again later." },
};
static const struct answers by_status = { "PagerDuty", statuses,
                                          sizeof statuses / sizeof *statuses };
static const struct answers by_service = { "PagerDuty", services,
                                           sizeof services / sizeof *services };

static bool judge_status(const struct answers *own, const struct client_reply *reply,
                         struct receipt *r)
{
    return (own != NULL && answers_judge(own, reply->status, STR(""), r)) ||
           answers_judge(&by_status, reply->status, STR(""), r);
}

static void judge(const struct channel_job *job, const struct client_reply *reply,
                  const struct answers *own, struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;
    struct str status = STR("");

    if (json_parse(doc, reply->body, &root, &ignored) == OK)
        status = json_str(json_get(root, STR("status")));
    if (reply->status / 100 == 2 && (status.n == 0 || str_is(status, "success")))
        r->verdict = ACCEPTED;
    else if (reply->status / 100 == 2)
        answers_unknown("PagerDuty's answer does not say success.", job->number, job->a,
                        r);
    else if (!judge_status(own, reply, r))
        http_verdict(reply, job->a, r);
    r->code = 0;
    if (r->verdict == DEFERRED)
        r->retry_after = http_retry_after(reply);
    json_doc_free(&doc);
}

void pagerduty_judge(const struct channel_job *job, const struct client_reply *reply,
                     struct receipt *r)
{
    judge(job, reply, NULL, r);
}

/* The older API says 403 for what the newer calls 429. */
void pagerduty_service_judge(const struct channel_job *job,
                             const struct client_reply *reply, struct receipt *r)
{
    judge(job, reply, &by_service, r);
}
