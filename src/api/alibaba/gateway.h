/* gateway.h - one call of this dialect under way, and how it ends. For the
 * operations' files. */
#ifndef API_ALIBABA_GATEWAY_H
#define API_ALIBABA_GATEWAY_H

#include "api/alibaba/answer.h"
#include "api/alibaba/signature.h"
#include "api/api.h"

/* How the book's words become this dialect's, for one operation. */
struct wording {
    const char *const (*names)[2]; /* field of the model, parameter; ends with NULL */
    enum refusal_kind not_found;   /* the object itself, not what it names */
};

/* The changes to make, borrowed from rq->a; judged against the book as it is now, each
 * with the revision it builds on. None: there is nothing to do. */
typedef ok composer(struct request *rq, struct change **v, size_t *n,
                    struct refusal *why);

struct alibaba_call {
    const struct operation *operation;
    struct raw_call raw;
    struct claim claim;
    bool xml;
    const struct wording *wording;
    composer *compose; /* compose.c */
    void (*answer)(struct request *rq);
    int tries;
    void *more; /* the operation's own */
};

static inline struct alibaba_call *alibaba_call(const struct request *rq)
{
    return rq->state;
}

static inline const struct parameters *alibaba_parameters(const struct request *rq)
{
    return &alibaba_call(rq)->raw.parameters;
}

/* An answer begun with RequestId, Code "200", Message and Success. */
void alibaba_begin(const struct request *rq, struct answer *w);
/* The same without Success, which some operations do not have. */
void alibaba_begin_plain(const struct request *rq, struct answer *w);
/* The same with Code as a number, which a few have. */
void alibaba_begin_number(const struct request *rq, struct answer *w);
void alibaba_end(struct request *rq, struct answer *w);
void alibaba_refuse(struct request *rq, const struct refusal *why);

/* One change, judged, made durable and answered; borrowed from rq->a. */
void alibaba_change(struct request *rq, const struct change *change,
                    const struct wording *wording);
/* Several, or such as build on what is there: composed again when somebody else was
 * quicker. `answer` ends the request when it is done; alibaba_done if that is all. */
void alibaba_compose(struct request *rq, composer *fn, const struct wording *wording,
                     void (*answer)(struct request *rq));
void alibaba_done(struct request *rq);
/* What a fault of the book is here. */
struct refusal alibaba_refusal(const struct err *e, const struct wording *wording,
                               struct arena *a);

/* Who asks, and may they? (authenticate.c, authorize.c) */
ok authenticate(struct request *rq, struct refusal *why);
ok authorize(struct request *rq, struct refusal *why);
/* AccessDeniedDetail of a NO_PERMISSION. */
void authorize_put_denial(const struct request *rq, const struct refusal *why,
                          struct answer *w);

/* The operations. */
void contact_put(struct request *rq);
void contact_delete(struct request *rq);
void contact_list(struct request *rq);
void contact_group_put(struct request *rq);
void contact_group_delete(struct request *rq);
void contact_group_list(struct request *rq);
void contact_group_contacts(struct request *rq);

void event_put(struct request *rq);
void event_dry_run(struct request *rq);
void event_rule_put(struct request *rq);
void event_rule_enable(struct request *rq);
void event_rule_disable(struct request *rq);
void event_rule_delete(struct request *rq);
void event_rule_list(struct request *rq);
void event_rule_attribute(struct request *rq);
void event_target_put(struct request *rq);
void event_target_delete(struct request *rq);
void event_target_list(struct request *rq);
void blacklist_create(struct request *rq);
void blacklist_modify(struct request *rq);
void blacklist_enable(struct request *rq);
void blacklist_delete(struct request *rq);
void blacklist_list(struct request *rq);
void alert_log_list(struct request *rq);
void alert_log_count(struct request *rq);
void alert_log_histogram(struct request *rq);
void alert_history_list(struct request *rq);

void metric_rule_put(struct request *rq);
void metric_rule_put_several(struct request *rq);
void metric_rule_put_group(struct request *rq);
void metric_rule_put_custom(struct request *rq);
void metric_rule_put_event(struct request *rq);
void metric_rule_create_group(struct request *rq);
void metric_rule_list(struct request *rq);
void metric_rule_enable(struct request *rq);
void metric_rule_disable(struct request *rq);
void metric_rule_delete(struct request *rq);
void metric_target_put(struct request *rq);
void metric_target_list(struct request *rq);
void metric_target_delete(struct request *rq);
void custom_metric_put(struct request *rq);

/* PageNumber and PageSize, as every list of contacts takes them. */
struct page {
    size_t from, size; /* ranks [from, from + size) of what matches */
};
ok page_parse(const struct parameters *p, struct page *out, struct refusal *why);
/* The same under another name of the number, with another size when none is given. */
ok page_parse_as(const struct parameters *p, const char *number, int64_t size,
                 struct page *out, struct refusal *why);

#endif
