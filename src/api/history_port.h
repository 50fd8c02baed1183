/* history_port.h - asking history, as dialects see it. */
#ifndef API_HISTORY_PORT_H
#define API_HISTORY_PORT_H

#include "flow/flow.h"

struct history_ask {
    uint32_t account;
    unsigned kinds; /* bit (1 << row_kind); 0: all */
    struct str alertname, to, contact_group, action_rule, topic, route, channel, word;
    struct str key;               /* of the notification, or of the one it repeats */
    struct strs labels;           /* row_label_word of each; 8 at most */
    bool failed;                  /* refused, unfit, dead_letter or quarantined */
    uint64_t fingerprint, serial; /* 0: any */
    int64_t since, until;         /* wall ns; 0: open */
    bool newest_first;
    uint64_t cursor_seq; /* rows behind this position; 0: from the start */
    uint32_t cursor_n;
    size_t limit; /* at most 1,000 */
    void (*row)(struct history_ask *ask, const struct history_row *row); /* copy it */
    void (*done)(struct history_ask *ask, ok result); /* once, on another thread */
    void *ctx;
};

struct history_port {
    void *ctx;
    bool (*ask)(void *ctx, struct history_ask *ask); /* false: busy, 503 */
};

#endif
