/* chat.h - what the chats share: the texts of a receiver's entry, filled in one after
 * another; texts cut where Alertmanager cuts them; and the judgement of an answer whose
 * own code or word says more than its status.
 */
#ifndef CHANNEL_CHAT_H
#define CHANNEL_CHAT_H

#include "channel/answers.h"
#include "channel/integration.h"
#include "channel/post.h"
#include "net/client.h"

extern const struct channel_ops channel_slack, channel_slack_app, channel_telegram,
    channel_teams, channel_discord, channel_webex, channel_mattermost, channel_rocketchat,
    channel_matrix, channel_ntfy, channel_pushover;

/* ---- texts of a receiver's entry ------------------------------------------ */

/* Filled in one after another: once one failed, all others are empty. */
struct chat_texts {
    const struct channel_job *job;
    struct err *e;
    bool failed;
};
struct str chat_fill(struct chat_texts *t, struct str source);
struct str chat_text(struct chat_texts *t, const char *key);
/* "name": the text; nothing when it is empty, as Go's omitempty. */
void chat_put(struct chat_texts *t, struct json_out *o, const char *name,
              struct str source);
ok chat_ok(const struct chat_texts *t, const struct buf *body);

/* The key of the entry, or what stands for it. */
struct str chat_setting(const struct channel_job *job, const char *key,
                        struct str otherwise);
/* Of an object inside the entry. */
struct str chat_str(struct json object, const char *key);

/* What stands for a title where a text has none. */
struct str chat_first_line(struct arena *a, struct str text);
/* Alertmanager's cuts: so many code points, or bytes, of which the last is "…". */
struct str chat_runes(struct arena *a, struct str s, size_t most);
struct str chat_bytes(struct arena *a, struct str s, size_t most);

/* ---- answers -------------------------------------------------------------- */

/* What a vendor can say: codes or words of its own, and statuses where they mean
 * something else than http_verdict.c has it. */
struct chat_answers {
    struct answers own, statuses;
};
#define CHAT_ANSWERS(vendor, own, statuses)                      \
    {                                                            \
        { vendor, own, sizeof own / sizeof *own },               \
        {                                                        \
            vendor, statuses, sizeof statuses / sizeof *statuses \
        }                                                        \
    }

/* Verdict and meaning of code or word, else of the status, else "unknown". `wait`:
 * what the body says about the next try, in ns; 0: nothing. */
struct chat_saying {
    int64_t code;
    struct str word;
    int64_t wait;
};
void chat_judge(const struct chat_answers *as, const struct chat_saying *saying,
                const struct channel_job *job, const struct client_reply *reply,
                struct receipt *r);
/* The same, where a sentence of the vendor's holds what tells faults apart. */
struct chat_phrase {
    const char *words; /* lower case */
    enum verdict verdict;
    const char *meaning;
};
bool chat_phrases(const struct chat_phrase *v, size_t n, struct str sentence,
                  struct receipt *r);
/* A number of units of `unit` ns, also as text or with a fraction; at most a day. */
int64_t chat_wait(struct json v, int64_t unit);

/* ---- each chat's own, seen by tests ----------------------------------------- */

post_judge slack_judge, telegram_judge, teams_judge, discord_judge, webex_judge,
    mattermost_judge, rocketchat_judge, matrix_judge, ntfy_judge, pushover_judge;

#endif
