/* alert_log.h - history as CloudMonitor's clients read it (contracts/alibaba.md 1.12):
 * what one flush of a group decided is a log, with what became of its messages. */
#ifndef API_ALIBABA_ALERT_LOG_H
#define API_ALIBABA_ALERT_LOG_H

#include "api/alibaba/gateway.h"
#include "base/vec.h"
#include "model/alert.h"

/* One address of a log. */
struct log_target {
    struct str channel, shown, to, contact_group, key;
    struct str word; /* "told", or why not */
    /* of its last attempt; verdict empty: none came to an end */
    struct str verdict, said, meaning;
    int64_t status;
};

struct alert_log {
    uint64_t seq; /* of the journal; with n it names the log */
    uint32_t n;
    int64_t at; /* wall ns */
    struct str route, group_key;
    struct pairs labels, annotations; /* of the first alert */
    bool resolved;                    /* that one */
    struct str kept, by; /* silenced, inactive ...: none of its alerts was told */
    VEC(struct log_target) targets;
};

struct alert_logs {
    VEC(struct alert_log *) v; /* newest first */
    bool cut;                  /* there were more rows than are looked at */
};

/* At most so many rows of history are looked at for one answer, the newest. */
enum { LOG_ROWS_MAX = 20000 };

/* What is asked of the logs; empty: any. */
struct log_filter {
    int64_t since, until; /* wall ns */
    struct str key, group_id, space, product, metric, rule_name, rule_id, contact_group,
        level, send_status, event_type, state;
};

/* Collects the logs between since and until that fit, then calls `then` on a worker with
 * them in alibaba_call(rq)->more; refuses by itself what cannot be read. */
void alert_logs_collect(struct request *rq, const struct log_filter *f,
                        void (*then)(struct request *rq));
void alert_logs_fini(struct alert_logs *logs);

/* What a log is called in its dialect; from the arena or borrowed. */
struct str log_label(const struct alert_log *l, const char *name);
struct str log_rule_name(const struct alert_log *l);
struct str log_rule_id(const struct alert_log *l);
struct str log_product(const struct alert_log *l, struct arena *a);
struct str log_level(const struct alert_log *l);        /* P2, P3, P4, OK */
struct str log_level_firing(const struct alert_log *l); /* without OK */
/* 0 told, 1 outside its hours, 2 muted for now, 4 nobody was told. */
struct str log_send_status(const struct alert_log *l);
/* The contact groups that were told or would have been, each once, as a list. */
void log_put_groups(struct answer *w, const char *list, const struct alert_log *l);
bool log_is_event(const struct alert_log *l);
bool log_has_group(const struct alert_log *l, struct str contact_group);
/* Labels that are neither ours nor CloudMonitor's: the resource's. */
bool log_is_dimension(struct str label);

/* StartTime, EndTime and LastMin; the last 15 minutes if none is given. */
ok log_times_parse(const struct request *rq, struct log_filter *f, struct refusal *why);
ok log_filter_parse(const struct request *rq, struct log_filter *f, struct refusal *why);

#endif
