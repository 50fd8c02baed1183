/* sms_http.c - text messages through any gateway that speaks HTTP: what to send and
 * what its answer must say stand in our file (contracts/channels.md 14.4, gateway.h).
 */
#include "channel/answers.h"
#include "channel/gateway.h"
#include "channel/post.h"
#include "channel/sms.h"

#include <stdio.h>

/* The message's own, then the fields of text/builtin.h. */
enum { OWN_NAMES = 5 };
static const char *const names[] = { "to",     "number",   "text",   "key",   "code",
                                     "status", "severity", "name",   "count", "where",
                                     "since",  "lasting",  "reason", NULL };

static const struct sms_http_settings *settings_of(const struct channel_job *job)
{
    return &sms_settings_of(job)->http;
}

/* ---- settings ------------------------------------------------------------------------- */

/* The same refusal, of this key. */
static ok of_key(ok checked, const char *key, struct err *e)
{
    if (checked == FAILED)
        snprintf(e->field, sizeof e->field, "http.%s", key);
    return checked;
}

static bool header_of(struct str line, struct str *name, struct str *value)
{
    *value = line;
    if (!str_cut(value, ':', name) || value->p == NULL)
        return false;
    *name = str_trim(*name);
    *value = str_trim(*value);
    for (size_t i = 0; i < name->n; i++)
        if (name->p[i] <= ' ' || name->p[i] >= 0x7F)
            return false;
    return name->n > 0;
}

static ok check_headers(const struct sms_http_settings *h, struct err *e)
{
    struct str name, value;

    if (h->headers.n > POST_HEADERS_MAX)
        return fail(e, FAULT_LIMIT, "", "at most %d headers", POST_HEADERS_MAX);
    for (size_t i = 0; i < h->headers.n; i++)
        if (!header_of(h->headers.v[i], &name, &value))
            return fail(e, FAULT_INVALID, "", "a header is \"Name: value\"");
        else if (gateway_text_check(value, names, e) == FAILED)
            return FAILED;
    return OK;
}

static ok check_words(const struct sms_http_settings *h, struct err *e)
{
    enum gateway_escape escape;

    if (!str_is(h->method, "POST") && !str_is(h->method, "GET") &&
        !str_is(h->method, "PUT"))
        return fail(e, FAULT_INVALID, "http.method", "must be POST, GET or PUT");
    if (!gateway_escape_of_name(h->escape, &escape))
        return fail(e, FAULT_INVALID, "http.escape", "must be json, form or xml");
    if (h->value.n > 0 && h->pointer.n == 0)
        return fail(e, FAULT_MISSING, "http.pointer",
                    "says where value stands in the answer: /code");
    return OK;
}

static ok http_check(const struct sms_settings *s, struct err *e)
{
    const struct sms_http_settings *h = &s->http;

    if (needed_check("a gateway", &(struct needed){ "http.url", h->url }, 1, e) ==
            FAILED ||
        check_words(h, e) == FAILED ||
        of_key(gateway_text_check(h->url, names, e), "url", e) == FAILED ||
        of_key(gateway_text_check(h->body, names, e), "body", e) == FAILED ||
        of_key(check_headers(h, e), "headers", e) == FAILED ||
        of_key(gateway_pointer_check(h->pointer, e), "pointer", e) == FAILED ||
        of_key(gateway_pointer_check(h->id, e), "id", e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < h->status.n; i++)
        if (of_key(gateway_status_check(h->status.v[i], e), "status", e) == FAILED)
            return FAILED;
    return OK;
}

/* ---- the request ---------------------------------------------------------------------- */

/* What is filled in goes from render to send as one JSON object: URL, headers and body
 * are made of it, the same at every try. */
static ok http_render(const struct channel_job *job, const struct sms_message *m,
                      struct buf *body, struct err *e)
{
    struct pair v[sizeof names / sizeof *names] = {
        { STR("to"), m->to },     { STR("number"), number_of_china(m->to, job->a) },
        { STR("text"), m->text }, { STR("key"), str_of(job->n->key) },
        { STR("code"), m->code },
    };
    size_t n = OWN_NAMES;

    for (size_t i = 0; i < m->fields.n && names[n] != NULL; i++)
        v[n++] = m->fields.v[i];
    params_put_json(body, (struct pairs){ v, n });
    return buf_ok(body, e);
}

static struct pairs values_of(struct json root, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, json_count(root) + 1);
    size_t n = 0;

    for (struct json_iter it = json_iter(root); json_next(&it); n++)
        v[n] = (struct pair){ arena_str(a, it.key), arena_str(a, json_str(it.value)) };
    return (struct pairs){ v, n };
}

static struct str filled(struct str text, struct pairs values, enum gateway_escape how,
                         struct arena *a)
{
    struct str done;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    gateway_text_put(&b, text, values, how);
    done = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return done;
}

static const char *content_type(enum gateway_escape how)
{
    return how == GATEWAY_URL   ? "application/x-www-form-urlencoded"
           : how == GATEWAY_XML ? "application/xml; charset=utf-8"
                                : "application/json; charset=utf-8";
}

static void put_headers(struct post *p, const struct sms_http_settings *h,
                        struct pairs values, struct arena *a)
{
    struct str name, value;

    for (size_t i = 0; i < h->headers.n; i++) {
        if (!header_of(h->headers.v[i], &name, &value))
            continue;
        value = filled(value, values, GATEWAY_LINE, a);
        if (str_eq_nocase(name, STR("Content-Type")))
            p->content_type = value;
        else
            post_header(p, arena_z(a, name), value);
    }
}

/* ---- the answer ----------------------------------------------------------------------- */

/* Does the answer say what it must? *r keeps the gateway's name for the message. */
static bool says_success(const struct channel_job *job, const struct client_reply *reply,
                         struct json root, struct receipt *r)
{
    const struct sms_http_settings *h = settings_of(job);
    struct json id = h->id.n > 0 ? gateway_point(root, h->id) : (struct json){ 0 };

    if (h->pointer.n > 0 && !gateway_value_is(gateway_point(root, h->pointer), h->value))
        return false;
    if (h->contains.n > 0 && !str_has(reply->body, h->contains))
        return false;
    if (json_is(id, JSON_STRING))
        r->meaning = arena_printf(job->a, "Taken by the gateway as %.*s.",
                                  STR_ARG(str_head(json_str(id), 100)));
    else if (json_is(id, JSON_INT))
        r->meaning = arena_printf(job->a, "Taken by the gateway as %lld.",
                                  (long long)json_int(id));
    return true;
}

void sms_http_judge(const struct channel_job *job, const struct client_reply *reply,
                    struct receipt *r)
{
    const struct sms_http_settings *h = settings_of(job);
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;

    if (!gateway_status_in(h->status, reply->status)) {
        http_verdict(reply, job->a, r);
        if (r->verdict == DELIVERED)
            answers_unknown("The gateway answered with a status that is not among ours.",
                            job->number, job->a, r);
    } else if (h->pointer.n > 0 && json_parse(doc, reply->body, &root, &ignored) != OK) {
        answers_unknown("The gateway's answer is no JSON.", job->number, job->a, r);
    } else {
        if (h->pointer.n == 0 && h->id.n > 0 &&
            json_parse(doc, reply->body, &root, &ignored) != OK)
            root = (struct json){ 0 };
        if (says_success(job, reply, root, r))
            r->verdict = ACCEPTED;
        else
            answers_unknown("The gateway's answer does not say that it took the message.",
                            job->number, job->a, r);
    }
    json_doc_free(&doc);
}

static void http_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    const struct sms_http_settings *h = settings_of(job);
    enum gateway_escape how = GATEWAY_JSON;
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct pairs values;
    struct err ignored;
    struct post p = { .method = h->method, .by_operator = true, .stays = true };

    (void)gateway_escape_of_name(h->escape, &how);
    (void)json_parse(doc, body, &root, &ignored);
    values = values_of(root, job->a);
    json_doc_free(&doc);
    p.url = filled(h->url, values, GATEWAY_URL, job->a);
    p.body = filled(h->body, values, how, job->a);
    p.content_type = str_of(content_type(how));
    put_headers(&p, h, values, job->a);
    post_send(job, &p, sms_http_judge, at);
}

const struct sms_provider sms_http = { "http", http_check, http_render, http_send };
