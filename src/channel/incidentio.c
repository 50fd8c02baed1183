/* incidentio.c - incident.io's alert sources: the body of Alertmanager's webhooks under a
 * version of its own, at most 512 KB of it. */
#include "channel/oncall.h"

#include "channel/channel_private.h"
#include "text/markup.h"

enum { BODY_BYTES = 512 * 1024 };

/* The entry's own words. Those that take more than half of the room are left out, for the
 * alerts are what it is about. */
static void put_metadata(struct chat_texts *t, struct buf *b)
{
    struct json metadata = json_get(t->job->settings, STR("metadata"));
    struct json_out o = json_out(b);

    if (json_count(metadata) == 0)
        return;
    json_object(&o);
    oncall_put_filled(t, metadata, &o);
    json_object_end(&o);
    if (b->overflowed)
        buf_clear(b);
}

static ok incidentio_render(const struct channel_job *job, struct buf *body,
                            struct str *subject, struct err *e)
{
    size_t room = job->plain ? BODY_BYTES / 4 : BODY_BYTES;
    struct chat_texts t = { .job = job, .e = e };
    struct buf b;

    if (oncall_check_kind(job->n, "incident.io", e) == FAILED)
        return FAILED;
    *subject = markup_line(
        job->a,
        oncall_marked(job->n, chat_fill(&t, STR("{{ template \"__subject\" . }}")),
                      job->a),
        250);
    buf_init(&b, room / 2);
    put_metadata(&t, &b);
    /* {...,"metadata":{...}}: what is there already takes its room. */
    buf_clear(body);
    body->limit = room - b.n - 64;
    if (t.failed || payload_put_as(job->n, "1", job->a, body, e) == FAILED) {
        buf_fini(&b);
        return FAILED;
    }
    body->limit = BODY_BYTES;
    if (b.n > 0) {
        while (body->n > 0 && body->p[body->n - 1] != '}')
            body->n--;
        body->n--;
        buf_z(body, ",\"metadata\":");
        buf_add(body, buf_str(&b));
        buf_z(body, "}\n");
    }
    buf_fini(&b);
    return buf_ok(body, e);
}

static void incidentio_send(const struct channel_job *job, struct str body,
                            struct attempt *at)
{
    struct str token = integration_str(job, "alert_source_token");
    struct post p = { .body = body,
                      .url = job->address,
                      .content_type = STR("application/json") };

    if (token.n > 0)
        post_header(&p, "Authorization",
                    arena_printf(job->a, "Bearer %.*s", STR_ARG(str_trim(token))));
    post_send(job, &p, incidentio_judge, at);
}

const struct channel_ops channel_incidentio = {
    .kind = CHANNEL_INCIDENTIO,
    .render = incidentio_render,
    .send = incidentio_send,
};

static const struct answer statuses[] = {
    { 401, NULL, REFUSED, 0,
      "incident.io does not know this token: copy alert_source_token again." },
    { 403, NULL, REFUSED, 0, "The token is not of this alert source: copy both again." },
    { 404, NULL, REFUSED, 0, "There is no such alert source: copy its url again." },
    { 413, NULL, UNFIT, 0,
      "The message is too large for incident.io: fewer alerts are sent." },
    { 422, NULL, REFUSED, 0, "incident.io does not take the message: see its words." },
};
static const struct answers by_status = { "incident.io", statuses,
                                          sizeof statuses / sizeof *statuses };

void incidentio_judge(const struct channel_job *job, const struct client_reply *reply,
                      struct receipt *r)
{
    if (!answers_judge(&by_status, reply->status, STR(""), r)) {
        http_verdict(reply, job->a, r);
        if (r->verdict == DELIVERED)
            r->verdict = ACCEPTED;
    }
    r->code = 0;
}
