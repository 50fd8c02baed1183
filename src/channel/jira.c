/* jira.c - issues of Jira, as Alertmanager keeps them: one for each group, found again by
 * a label; made when the group fires, changed when it is told again, and moved by the
 * entry's transitions when it ends or begins anew.
 *
 * What is told takes two to five requests, one after the other. Each may end the attempt;
 * the next try begins with the search again, so that no issue is made twice.
 */
#include "channel/oncall.h"

#include "base/time.h"
#include "channel/channel_private.h"
#include "text/markup.h"

#include <stdlib.h>

enum {
    SUMMARY_RUNES = 255,
    DESCRIPTION_RUNES = 32767,
    PLAIN_RUNES = 2000,
    LABELS_MOST = 64
};

/* ---- the issue --------------------------------------------------------------------------- */

static struct str label_of(const struct channel_job *job)
{
    return arena_printf(job->a, "ALERT{%.*s}", STR_ARG(oncall_group(job->n, job->a)));
}

/* A text, or an object that holds it as `template`. */
static struct str text_of(struct chat_texts *t, const char *key)
{
    struct json v = json_get(t->job->settings, str_of(key));

    return chat_fill(t, json_is(v, JSON_OBJECT) ? chat_str(v, "template") : json_str(v));
}

static void put_any(struct chat_texts *t, struct json v, struct json_out *o)
{
    bool object = json_is(v, JSON_OBJECT);

    if (json_is(v, JSON_STRING)) {
        json_string(o, chat_fill(t, json_str(v)));
        return;
    }
    if (!object && !json_is(v, JSON_ARRAY)) {
        json_copy(o, v);
        return;
    }
    object ? json_object(o) : json_array(o);
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (object)
            json_key_str(o, it.key);
        put_any(t, it.value, o);
    }
    object ? json_object_end(o) : json_array_end(o);
}

static void put_fields(struct chat_texts *t, const char *key, struct json_out *o)
{
    struct json all = json_get(t->job->settings, str_of(key));

    for (struct json_iter it = json_iter(all); json_next(&it);) {
        json_key_str(o, it.key);
        put_any(t, it.value, o);
    }
}

static void put_named(struct json_out *o, const char *key, const char *name,
                      struct str value)
{
    json_key(o, key);
    json_object(o);
    json_kv(o, name, value);
    json_object_end(o);
}

static int by_text(const void *p, const void *q)
{
    return str_cmp(*(const struct str *)p, *(const struct str *)q);
}

static void put_labels(struct chat_texts *t, struct json_out *o)
{
    struct json all = json_get(t->job->settings, STR("labels"));
    struct str v[LABELS_MOST + 1];
    size_t n = 0;

    for (struct json_iter it = json_iter(all); json_next(&it) && n < LABELS_MOST; n++)
        v[n] = chat_fill(t, json_str(it.value));
    v[n++] = label_of(t->job);
    qsort(v, n, sizeof *v, by_text);
    json_key(o, "labels");
    json_array(o);
    for (size_t i = 0; i < n; i++)
        json_string(o, v[i]);
    json_array_end(o);
}

/* Version 3 of the API takes documents, which the template has to write as JSON. */
static bool wants_document(const struct channel_job *job)
{
    struct str url = job->address;

    while (str_ends(url, STR("/")))
        url.n--;
    return str_ends(url, STR("/3"));
}

static ok put_description(struct chat_texts *t, struct json_out *o)
{
    const struct channel_job *job = t->job;
    struct str text = text_of(t, "description");
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok done = OK;

    if (t->failed || !wants_document(job)) {
        json_kv(o, "description",
                chat_runes(job->a, text, job->plain ? PLAIN_RUNES : DESCRIPTION_RUNES));
    } else if (json_parse(doc, text, &root, t->e) == OK) {
        json_key(o, "description");
        json_raw(o, text);
    } else {
        done = fail(t->e, FAULT_SYNTAX, "description",
                    "description: version 3 of Jira's API takes a document as JSON, and "
                    "the template's text is none; use api_url .../rest/api/2");
    }
    json_doc_free(&doc);
    return done;
}

static ok put_issue(struct chat_texts *t, struct json_out *o, struct str *subject)
{
    const struct channel_job *job = t->job;
    struct str priority = chat_text(t, "priority");

    *subject = oncall_marked(job->n, text_of(t, "summary"), job->a);
    *subject = chat_runes(job->a, markup_line(job->a, *subject, 2000), SUMMARY_RUNES);
    json_object(o);
    json_key(o, "fields");
    json_object(o);
    put_named(o, "project", "key", chat_text(t, "project"));
    put_named(o, "issuetype", "name", chat_text(t, "issue_type"));
    json_kv(o, "summary", *subject);
    if (put_description(t, o) == FAILED)
        return FAILED;
    put_labels(t, o);
    if (priority.n > 0)
        put_named(o, "priority", "name", priority);
    put_fields(t, "fields", o);
    put_fields(t, "custom_fields", o);
    json_object_end(o);
    json_object_end(o);
    return OK;
}

static ok jira_render(const struct channel_job *job, struct buf *body,
                      struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);

    if (oncall_check_kind(job->n, "Jira", e) == FAILED ||
        put_issue(&t, &o, subject) == FAILED)
        return FAILED;
    return chat_ok(&t, body);
}

/* ---- the search -------------------------------------------------------------------------- */

static void put_quoted(struct buf *b, struct str s)
{
    json_put_str(b, s);
}

static struct str query_of(const struct channel_job *job, struct str project)
{
    struct str wont = integration_str(job, "wont_fix_resolution");
    int64_t reopen = 0;
    struct str text;
    struct buf b;

    (void)duration_parse(integration_str(job, "reopen_duration"), &reopen);
    buf_init(&b, BUF_NO_LIMIT);
    if (wont.n > 0) {
        buf_z(&b, "resolution != ");
        put_quoted(&b, wont);
        buf_z(&b, " and ");
    }
    if (job->n->firing_count > 0 && reopen >= NS_PER_MIN &&
        integration_str(job, "reopen_transition").n > 0)
        buf_printf(&b, "(resolutiondate is EMPTY OR resolutiondate >= -%lldm) and ",
                   (long long)(reopen / NS_PER_MIN));
    else
        buf_z(&b, "statusCategory != Done and ");
    buf_z(&b, "project=");
    put_quoted(&b, project);
    buf_z(&b, " and labels=");
    put_quoted(&b, label_of(job));
    buf_z(&b, " order by status ASC,resolutiondate DESC");
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static struct str search_of(const struct channel_job *job, struct str project)
{
    struct json_out o;
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "jql", query_of(job, project));
    json_kv_i64(&o, "maxResults", 2);
    json_key(&o, "fields");
    json_array(&o);
    json_string(&o, STR("status"));
    json_array_end(&o);
    json_object_end(&o);
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static bool is_cloud(const struct channel_job *job, struct str base)
{
    struct str type = integration_str(job, "api_type");
    size_t at;

    if (type.n > 0 && !str_is(type, "auto"))
        return str_is(type, "cloud");
    if (str_find(base, STR("://"), &at))
        base = str_from(base, at + 3);
    if (str_find(base, STR("/"), &at))
        base = str_head(base, at);
    return str_ends(base, STR("atlassian.net"));
}

/* Jira's cloud has the search in version 3 only. */
static struct str search_url(const struct channel_job *job, struct str base)
{
    if (!is_cloud(job, base))
        return arena_printf(job->a, "%.*s/search", STR_ARG(base));
    if (str_ends(base, STR("/2")))
        base.n -= 2;
    else if (str_ends(base, STR("/3")))
        base.n -= 2;
    return arena_printf(job->a, "%.*s/3/search/jql", STR_ARG(base));
}

/* ---- one request after the other ----------------------------------------------------------- */

struct flow_of_issue;
typedef void step(struct flow_of_issue *f, struct json root, struct receipt *r);

struct flow_of_issue {
    struct attempt *at;
    const struct channel_job *job;
    struct http_ask ask; /* how it is spoken: the next request changes what and where */
    struct str base;     /* .../rest/api/2 */
    struct str body;     /* the issue */
    struct str key;      /* of the issue there is; empty: none */
    bool done;           /* it is in the category "done" */
    struct str reopen, resolve;
    step *next;
};

static void answered(void *ctx, const struct client_reply *reply);

static void ask(struct flow_of_issue *f, const char *method, struct str path,
                struct str body, step *next)
{
    f->ask.method = str_of(method);
    f->ask.url = arena_printf(f->job->a, "%.*s/%.*s", STR_ARG(f->base), STR_ARG(path));
    f->ask.body = body;
    f->next = next;
    attempt_send(f->at, &f->ask, answered, f);
}

static void finish(struct flow_of_issue *f, struct receipt *r, const char *meaning)
{
    r->verdict = DELIVERED;
    r->meaning = str_of(meaning);
    attempt_done(f->at, r);
}

static void refuse(struct flow_of_issue *f, struct receipt *r, const char *meaning)
{
    r->verdict = REFUSED;
    r->meaning = str_of(meaning);
    attempt_done(f->at, r);
}

static void moved(struct flow_of_issue *f, struct json, struct receipt *r)
{
    finish(f, r, arena_printf(f->job->a, "Issue %.*s was moved.", STR_ARG(f->key)).p);
}

static void transitions(struct flow_of_issue *f, struct json root, struct receipt *r)
{
    struct str name = f->job->n->firing_count > 0 ? f->reopen : f->resolve, id;
    struct arena *a = f->job->a;

    for (struct json_iter it = json_iter(json_get(root, STR("transitions")));
         json_next(&it);) {
        id = chat_str(it.value, "id");
        if (!str_eq(chat_str(it.value, "name"), name) || id.n == 0)
            continue;
        ask(f, "POST", arena_printf(a, "issue/%.*s/transitions", STR_ARG(f->key)),
            arena_printf(a, "{\"transition\":{\"id\":\"%.*s\"}}",
                         STR_ARG(str_head(id, 40))),
            moved);
        return;
    }
    refuse(f, r,
           arena_printf(a,
                        "Issue %.*s has no transition \"%.*s\" now: compare "
                        "resolve_transition and reopen_transition with its workflow.",
                        STR_ARG(f->key), STR_ARG(str_head(name, 80)))
               .p);
}

static void written(struct flow_of_issue *f, struct json root, struct receipt *r)
{
    bool firing = f->job->n->firing_count > 0;
    struct arena *a = f->job->a;

    if (f->key.n == 0)
        finish(f, r,
               arena_printf(a, "Issue %.*s was made.",
                            STR_ARG(str_head(chat_str(root, "key"), 80)))
                   .p);
    else if (firing != f->done || (firing ? f->reopen : f->resolve).n == 0)
        finish(f, r, arena_printf(a, "Issue %.*s was changed.", STR_ARG(f->key)).p);
    else
        ask(f, "GET", arena_printf(a, "issue/%.*s/transitions", STR_ARG(f->key)), STR(""),
            transitions);
}

/* A key becomes a part of paths. */
static bool is_key(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '_'))
            return false;
    return s.n > 0 && s.n <= 80;
}

static void found(struct flow_of_issue *f, struct json root, struct receipt *r)
{
    struct json_iter it = json_iter(json_get(root, STR("issues")));
    struct json status;

    if (!json_is(json_get(root, STR("issues")), JSON_ARRAY)) {
        answers_unknown("Jira's answer to the search has no issues.", f->job->number,
                        f->job->a, r);
        attempt_done(f->at, r);
        return;
    }
    if (!json_next(&it)) {
        if (f->job->n->firing_count > 0)
            ask(f, "POST", STR("issue"), f->body, written);
        else
            finish(f, r, "There was no open issue to resolve.");
        return;
    }
    if (!is_key(chat_str(it.value, "key"))) {
        refuse(f, r, "Jira found an issue whose key cannot be read.");
        return;
    }
    f->key = arena_str(f->job->a, chat_str(it.value, "key"));
    status = json_get(json_get(it.value, STR("fields")), STR("status"));
    f->done = str_is(chat_str(json_get(status, STR("statusCategory")), "key"), "done");
    ask(f, "PUT", arena_printf(f->job->a, "issue/%.*s", STR_ARG(f->key)), f->body,
        written);
}

static void answered(void *ctx, const struct client_reply *reply)
{
    struct flow_of_issue *f = ctx;
    struct receipt r = receipt_of(reply);
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;

    if (!receipt_unanswered(reply, f->job->a, &r))
        jira_judge(f->job, reply, &r);
    if (r.verdict == DELIVERED) {
        if (json_parse(doc, reply->body, &root, &ignored) == FAILED)
            root = (struct json){ 0 };
        f->next(f, root, &r);
    } else {
        attempt_done(f->at, &r);
    }
    json_doc_free(&doc);
}

static void jira_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    struct flow_of_issue *f = arena_new(job->a, struct flow_of_issue);
    struct post p = { .content_type = STR("application/json") };
    struct str project = STR("");
    struct err e = { .text = "" };

    if (integration_text(job, GO_TEXT, "project", &project, &e) == FAILED) {
        attempt_done(at,
                     &(struct receipt){ .verdict = REFUSED, .meaning = str_of(e.text) });
        return;
    }
    *f = (struct flow_of_issue){
        .at = at,
        .job = job,
        .base = job->address,
        .body = body,
        .key = STR(""),
        .reopen = arena_str(job->a, integration_str(job, "reopen_transition")),
        .resolve = arena_str(job->a, integration_str(job, "resolve_transition")),
        .next = found,
    };
    while (str_ends(f->base, STR("/")))
        f->base.n--;
    post_header(&p, "Accept-Language", STR("en"));
    p.url = search_url(job, f->base);
    p.body = search_of(job, project);
    post_keep(job, &p, &f->ask);
    attempt_send(at, &f->ask, answered, f);
}

const struct channel_ops channel_jira = {
    .kind = CHANNEL_JIRA,
    .render = jira_render,
    .send = jira_send,
};

/* ---- the answer ------------------------------------------------------------------------ */

static const struct answer statuses[] = {
    { 400, NULL, REFUSED, 0,
      "Jira does not take this: see its words, and compare project, issue_type, priority "
      "and fields with the project's." },
    { 401, NULL, REFUSED, 0,
      "Jira does not believe us: compare http_config's credentials with the user's." },
    { 403, NULL, REFUSED, 0,
      "The user may not do this: let it browse, create, edit and transition issues of "
      "the project." },
    { 404, NULL, REFUSED, 0,
      "There is no such API or issue, or the user may not see it: check api_url." },
    { 413, NULL, UNFIT, 0,
      "The issue is too large for Jira: the plain form is shorter." },
};
static const struct answers by_status = { "Jira", statuses,
                                          sizeof statuses / sizeof *statuses };

void jira_judge(const struct channel_job *job, const struct client_reply *reply,
                struct receipt *r)
{
    if (!answers_judge(&by_status, reply->status, STR(""), r))
        http_verdict(reply, job->a, r);
    r->code = 0;
}
