#include "channel/post.h"

#include "channel/answers.h"
#include "channel/channel_private.h"
#include "channel/integration.h"

#include <assert.h>

void post_header(struct post *p, const char *name, struct str value)
{
    assert(p->header_count < POST_HEADERS_MAX);
    p->headers[p->header_count++] = (struct client_header){ str_of(name), value };
}

/* A request that is being made; what it points to is the caller's or the settings'. */
struct making {
    struct client_header headers[1 + POST_HEADERS_MAX + WAY_HEADERS_MAX];
    struct integration_way way;
    struct http_ask ask;
};

static void make(const struct channel_job *job, const struct post *p, struct making *m)
{
    const struct integration *in = job->n->integration;
    struct str type =
        p->content_type.n > 0 ? p->content_type : STR("application/json; charset=utf-8");
    size_t n = 0;

    integration_http(job, &m->way);
    m->way.way.follow_redirects = m->way.way.follow_redirects && !p->stays;
    m->headers[n++] = (struct client_header){ STR("Content-Type"), type };
    for (size_t i = 0; i < p->header_count; i++)
        m->headers[n++] = p->headers[i];
    for (size_t i = 0; i < m->way.header_count; i++)
        m->headers[n++] = m->way.headers[i];
    m->ask =
        (struct http_ask){ .way =
                               job->n->from_file ? m->way.way : (struct client_way){ 0 },
                           .method = p->method.n > 0 ? p->method : STR("POST"),
                           .url = p->url,
                           .headers = m->headers,
                           .header_count = n,
                           .body = p->body,
                           .trust = p->by_operator ? TARGET_OPERATOR : trust_of(job->n),
                           .timeout = in != NULL ? in->timeout : 0 };
}

void post_ask(const struct channel_job *job, const struct post *p, client_done *then,
              void *ctx, struct attempt *at)
{
    struct making m;

    make(job, p, &m);
    attempt_send(at, &m.ask, then, ctx);
}

void post_keep(const struct channel_job *job, const struct post *p, struct http_ask *out)
{
    struct making m;

    make(job, p, &m);
    http_ask_copy(job->a, &m.ask, out);
}

struct posted {
    struct attempt *at;
    post_judge *judge;
};

static void answered(void *ctx, const struct client_reply *reply)
{
    struct posted *posted = ctx;
    const struct channel_job *job = attempt_job(posted->at);
    struct receipt r = receipt_of(reply);

    if (!receipt_unanswered(reply, job->a, &r))
        posted->judge(job, reply, &r);
    attempt_done(posted->at, &r);
}

void post_send(const struct channel_job *job, const struct post *p, post_judge *judge,
               struct attempt *at)
{
    struct posted *posted = arena_array(job->a, struct posted, 1);

    *posted = (struct posted){ at, judge };
    post_ask(job, p, answered, posted, at);
}

bool post_object(const struct channel_job *job, const struct client_reply *reply,
                 const struct answers *as, struct json_doc *doc, struct json *root,
                 struct receipt *r)
{
    struct err ignored;

    if (json_parse(doc, reply->body, root, &ignored) == OK && json_is(*root, JSON_OBJECT))
        return true;
    /* What the vendor did not say (a proxy, a wrong address) is judged by its status. */
    if (reply->status / 100 != 2)
        http_verdict(reply, job->a, r);
    else
        answers_unknown(arena_printf(job->a, "%s's answer cannot be read.", as->vendor).p,
                        job->number, job->a, r);
    return false;
}
