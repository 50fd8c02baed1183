/* preview.c - POST /preview: what a template, or our own text in the form of a channel,
 * makes of alerts: a sample, some that are written down, one that fires, one that is only
 * in history, or a delivery as it was. By the code that delivers. A template that fails says where, with a caret. */
#include "api/native/native_private.h"
#include "api/native/preview_private.h"

#include "api/labels.h"
#include "base/time.h"
#include "text/aom.h"
#include "text/go_data.h"
#include "text/go_default.h"
#include "text/keyword.h"

#include <stdio.h>

enum { KEYWORDS_MOST = 10, TEXT_MOST = 256 * 1024 };

enum preview_kind {
    PREVIEW_GO,
    PREVIEW_HTML,
    PREVIEW_AOM,
    PREVIEW_BUILTIN,
    PREVIEW_REPORT
};
static const char *const kinds[] = { "go", "html", "aom", "builtin", "report", NULL };

struct preview {
    struct preview_past past; /* first: whose alerts, by their id, or of a delivery */
    int kind;
    struct str template;
    enum builtin_form form;
    struct str channel; /* AOM's word */
    struct strs keywords;
    struct str group, zone; /* of a report */
    struct report report;
    bool found;
    const struct alert *alerts[PREVIEW_ALERTS];
    size_t alert_count;
    struct notification n;
};

/* ---- alerts that nobody sent -------------------------------------------------- */

static struct alert *sample(struct request *rq)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("DiskFull") },
                                          { STR_INIT("instance"), STR_INIT("db-1:9100") },
                                          { STR_INIT("job"), STR_INIT("node") },
                                          { STR_INIT("severity"),
                                            STR_INIT("critical") } };
    static const struct pair notes[] = {
        { STR_INIT("description"), STR_INIT("3 GiB are left on /var") },
        { STR_INIT("runbook_url"), STR_INIT("https://example.com/runbooks/disk") },
        { STR_INIT("summary"), STR_INIT("The disk of db-1 is almost full") },
    };

    return preview_alert(rq, (struct pairs){ labels, 4 }, (struct pairs){ notes, 3 });
}

static ok alert_read(struct request *rq, struct json v, struct alert **out, struct err *e)
{
    struct pairs labels, notes;

    if (preview_pairs(rq, json_get(v, STR("labels")), "alerts.labels", &labels, e) ==
            FAILED ||
        preview_pairs(rq, json_get(v, STR("annotations")), "alerts.annotations", &notes,
                      e) == FAILED)
        return FAILED;
    if (labels.n == 0)
        return fail(e, FAULT_MISSING, "alerts.labels", "must be given");
    if (labels_check(labels, e) == FAILED || annotations_check(notes, e) == FAILED)
        return FAILED;
    *out = preview_alert(rq, labels, notes);
    if (str_is(json_str(json_get(v, STR("status"))), "resolved"))
        (*out)->ends_at = rq->now - NS_PER_MIN;
    return OK;
}

/* ---- what is asked --------------------------------------------------------------- */

static ok alerts_read(struct request *rq, struct preview *p, struct err *e)
{
    struct json body = native_of(rq)->body, list = json_get(body, STR("alerts"));

    if (preview_past_ask(rq, &p->past, e) == FAILED)
        return FAILED;
    if (p->kind == PREVIEW_REPORT && preview_past_wanted(&p->past))
        return fail(
            e, FAULT_INVALID, "kind",
            "a report is of a group's whole week: alert and delivery are not for it");
    if (preview_past_wanted(&p->past))
        return OK;
    if (json_count(list) > PREVIEW_ALERTS)
        return fail(e, FAULT_LIMIT, "alerts", "must be at most %d", PREVIEW_ALERTS);
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        struct alert *al = NULL;

        if (alert_read(rq, it.value, &al, e) == FAILED)
            return FAILED;
        p->alerts[p->alert_count++] = al;
    }
    if (p->alert_count == 0)
        p->alerts[p->alert_count++] = sample(rq);
    return OK;
}

static ok kind_read(struct json body, struct preview *p, struct err *e)
{
    struct str kind = json_str(json_get(body, STR("kind")));

    if (kind.n == 0)
        kind = STR("go");
    while (kinds[p->kind] != NULL && !str_is(kind, kinds[p->kind]))
        p->kind++;
    if (kinds[p->kind] == NULL)
        return fail(e, FAULT_INVALID, "kind", "must be go, html, aom, builtin or report");
    p->template = json_str(json_get(body, STR("template")));
    if (p->template.n == 0 && p->kind != PREVIEW_BUILTIN && p->kind != PREVIEW_REPORT)
        return fail(e, FAULT_MISSING, "template", "must be given");
    if (p->template.n > TEXT_MOST)
        return fail(e, FAULT_TOO_LARGE, "template", "must be at most %d bytes",
                    TEXT_MOST);
    return OK;
}

static ok form_read(struct request *rq, struct preview *p, struct err *e)
{
    struct json body = native_of(rq)->body;
    struct str form = json_str(json_get(body, STR("form")));
    struct json list = json_get(body, STR("keywords"));
    struct str *v = arena_array(rq->a, struct str, KEYWORDS_MOST);

    p->form = FORM_MAIL;
    if (form.n > 0 && !builtin_form_of_name(form, &p->form))
        return fail(e, FAULT_INVALID, "form", "\"%.*s\" is no form of our texts",
                    STR_ARG(str_head(form, 40)));
    p->channel = json_str(json_get(body, STR("channel")));
    if (p->channel.n == 0)
        p->channel = STR("email");
    p->group = json_str(json_get(body, STR("contact_group")));
    p->zone = json_str(json_get(body, STR("zone")));
    if (json_count(list) > KEYWORDS_MOST)
        return fail(e, FAULT_LIMIT, "keywords", "must be at most %d", KEYWORDS_MOST);
    p->keywords = (struct strs){ v, 0 };
    for (struct json_iter it = json_iter(list); json_next(&it);)
        v[p->keywords.n++] = json_str(it.value);
    return OK;
}

static ok preview_read(struct request *rq, struct preview *p, struct err *e)
{
    if (kind_read(native_of(rq)->body, p, e) == FAILED || form_read(rq, p, e) == FAILED)
        return FAILED;
    return alerts_read(rq, p, e);
}

/* ---- rendering ---------------------------------------------------------------------- */

static struct str text_or(struct request *rq, const char *key, struct str other)
{
    struct str s = json_str(json_get(native_of(rq)->body, str_of(key)));

    return s.n > 0 ? s : other;
}

static void notification_fill(struct request *rq, struct preview *p)
{
    const struct account *ac = book_account(rq->book);
    struct notification *n = &p->n;
    struct pair *by = arena_new(rq->a, struct pair);

    *by = (struct pair){ STR("alertname"), alert_get(p->alerts[0], STR("alertname")) };
    *n = (struct notification){ .kind = NOTIFY_ALERTS,
                                .reason = REASON_FIRST,
                                .decided_at = rq->now,
                                .to = text_or(rq, "receiver", STR("preview")),
                                .lang = text_or(rq, "lang", STR("en")),
                                .zone = STR(""),
                                .zone_tzif = STR(""),
                                .external_url = ac->external_url,
                                .region = ac->region,
                                .account_name = ac->name,
                                .route = STR("preview"),
                                .group_key = STR("{}:{}"),
                                .group_labels = { by, by->value.n > 0 },
                                .alerts = p->alerts,
                                .alert_count = p->alert_count };
    n->receiver = n->to;
    n->address_key = n->contact_group = n->action_rule = n->rule_user = STR("");
    preview_past_tell(&p->past, n);
    n->topic_urn = n->topic_display = n->subscription_urn = STR("");
    schema_zero(&message_template_schema, &n->words);
    for (size_t i = 0; i < p->alert_count; i++)
        n->firing_count += !notification_resolved(n, p->alerts[i]);
}

/* The templates that the account's receivers use, when there are any. */
static const struct template_files *own_files(const struct request *rq)
{
    const struct object *o =
        book_find(rq->book, OBJECT_TEMPLATE_FILES, STR("alertmanager"));

    return o != NULL ? o->model : NULL;
}

static ok go_render(struct request *rq, struct preview *p, struct buf *out, struct err *e)
{
    /* anybody who may read may ask: far less than a delivery may take */
    struct go_options options = { .now = p->n.decided_at,
                                  .arena = rq->a,
                                  .limits = { .steps = 200000, .output = 1 << 18 } };
    struct go_templates *set = go_templates_new();
    struct go_data data;
    struct go_value value;
    ok done = go_default_fill(set, own_files(rq), e);

    if (done == OK) {
        go_data_init(&data, &p->n, p->n.alert_count, rq->a);
        value = go_data_value(&data);
        done = go_templates_execute(set, p->kind == PREVIEW_HTML ? GO_HTML : GO_TEXT,
                                    p->template, &value, &options, out, e);
    }
    go_templates_unref(&set);
    return done;
}

/* How much of what its channel takes the text is. */
static void put_room(const struct preview *p, struct str text, struct json_out *o)
{
    static const char *const units[] = { [UNIT_BYTES] = "bytes",
                                         [UNIT_CHARS] = "characters",
                                         [UNIT_UTF16] = "utf16",
                                         [UNIT_JSON] = "json" };
    struct room room = builtin_forms[p->form].room;

    json_key(o, "room");
    json_object(o);
    json_kv(o, "unit", str_of(units[room.unit]));
    json_kv_i64(o, "used", (int64_t)measure(room.unit, text));
    json_kv_i64(o, "most", (int64_t)room.most);
    json_object_end(o);
}

static void put_parts(struct request *rq, const struct preview *p, struct json_out *o)
{
    struct builtin_ask ask = { .kind = BUILTIN_ALERTS,
                               .form = p->form,
                               .keywords = p->keywords };
    struct builtin_parts parts;

    builtin_write(&p->n, &ask, rq->a, &parts);
    json_kv(o, "title", parts.title);
    json_kv(o, "text", parts.text);
    json_kv(o, "html", parts.html);
    json_kv(o, "json", parts.json);
    put_room(p, parts.text, o);
}

/* As the next report would be if it were sent now. */
static void report_fill(struct request *rq, struct preview *p)
{
    struct notification *n = &p->n;

    n->kind = NOTIFY_REPORT;
    n->reason = REASON_REPORT;
    n->contact_group = p->group;
    n->zone = p->zone;
    n->zone_tzif = p->zone.n > 0 ? book_zone(rq->book, p->zone) : STR("");
    n->report = &p->report;
    n->alert_count = n->firing_count = 0;
}

static void put_aom(struct request *rq, struct preview *p, struct json_out *o)
{
    struct aom_message words;

    p->n.words.name = STR("preview");
    p->n.words.locale = str_is(p->n.lang, "en") ? STR("en-us") : STR("zh-cn");
    p->n.words.templates = p->template;
    aom_message_as(&p->n, p->channel, TEXT_MOST, rq->a, &words);
    json_kv(o, "title", words.subject);
    json_kv(o, "text", words.text);
    json_kv(o, "html", words.html);
    put_room(p, words.text, o);
}

/* Which of the texts a robot may be sent lack its keyword (channels.md 0.10). */
static void put_keywords(struct request *rq, const struct preview *p, struct json_out *o)
{
    struct keyword_question q = {
        .form = p->form, .lang = p->n.lang, .words = p->n.words, .keywords = p->keywords
    };
    struct keyword_answer answer;

    if (p->keywords.n == 0)
        return;
    keyword_check(&q, rq->a, &answer);
    json_key(o, "keyword_missing");
    json_array(o);
    for (size_t i = 0; i < KEYWORD_TEXTS; i++)
        if (answer.missing[i])
            json_string(o, str_of(keyword_text_names[i]));
    json_array_end(o);
}

static void answer(struct request *rq)
{
    struct preview *p = native_of(rq)->own;
    struct buf text, b;
    struct json_out o;
    struct err e;

    notification_fill(rq, p);
    if (p->kind == PREVIEW_REPORT)
        report_fill(rq, p);
    buf_init(&text, BUF_NO_LIMIT);
    if ((p->kind == PREVIEW_GO || p->kind == PREVIEW_HTML) &&
        go_render(rq, p, &text, &e) == FAILED) {
        buf_fini(&text);
        (void)snprintf(e.field, sizeof e.field, "template");
        if (e.fault == FAULT_LIMIT) /* a bound of the run, no quota */
            e.fault = FAULT_INVALID;
        native_fault(rq, &e);
        return;
    }
    o = native_begin(&b);
    if (p->kind == PREVIEW_BUILTIN || p->kind == PREVIEW_REPORT)
        put_parts(rq, p, &o);
    else if (p->kind == PREVIEW_AOM)
        put_aom(rq, p, &o);
    else
        json_kv(&o, "text", buf_str(&text));
    put_keywords(rq, p, &o);
    buf_fini(&text);
    native_end(rq, 200, &o);
}

static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct preview *p = native_of(rq)->own;

    (void)until;
    p->alerts[0] = flow_alert_by_serial(f, p->past.serial);
    p->alert_count = p->alerts[0] != NULL;
    return true;
}

static bool count(struct request *rq, struct flow *f, int64_t until)
{
    struct preview *p = native_of(rq)->own;

    (void)until;
    p->found = flow_report(f, p->group, p->zone, rq->now, rq->a, &p->report);
    return true;
}

static void counted(struct request *rq)
{
    const struct preview *p = native_of(rq)->own;
    struct err e;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
    } else if (!p->found) {
        (void)!fail(&e, FAULT_NOT_FOUND, "contact_group",
                    "no contact group of that name has enable_subscribed");
        native_fault(rq, &e);
    } else {
        request_slowly(rq, answer);
    }
}

/* What history has of it. */
static void remembered(struct request *rq)
{
    struct preview *p = native_of(rq)->own;

    p->alert_count = p->past.alert_count;
    for (size_t i = 0; i < p->alert_count; i++)
        p->alerts[i] = p->past.alerts[i];
    request_slowly(rq, answer);
}

static void looked(struct request *rq)
{
    struct preview *p = native_of(rq)->own;

    if (rq->ticket.result == FAILED)
        native_fault(rq, &rq->ticket.err);
    else if (p->alert_count == 0)
        preview_past_find(rq, &p->past, remembered);
    else
        request_slowly(rq, answer);
}

void preview_post(struct request *rq)
{
    struct preview *p = arena_new(rq->a, struct preview);
    struct err e;

    *p = (struct preview){ 0 };
    native_of(rq)->own = p;
    if (preview_read(rq, p, &e) == FAILED)
        native_fault(rq, &e);
    else if (p->kind == PREVIEW_REPORT)
        request_read(rq, count, counted);
    else if (p->past.serial != 0)
        request_read(rq, look, looked);
    else if (preview_past_wanted(&p->past))
        preview_past_find(rq, &p->past, remembered);
    else
        request_slowly(rq, answer);
}
