/* robot.h - group robots (DingTalk, Feishu, WeCom): what their addresses say, whose words
 * they send, and how they sign.
 *
 * A robot's address is one URL, for contacts and CloudMonitor's DingWebHook have no other
 * field. What is ours in it never leaves: `secret=` signs, each `keyword=` is a word that
 * the robot asks for. Both may stand in the query, or behind a # (where SMN's `extension`
 * is kept, so that an endpoint can be given back as it came). A receiver's entry has keys
 * for the same.
 */
#ifndef CHANNEL_ROBOT_H
#define CHANNEL_ROBOT_H

#include "channel/post.h"
#include "text/builtin.h"

struct robot {
    struct str url;       /* to POST to: nothing of ours in it */
    struct str secret;    /* empty: nothing is signed */
    struct strs keywords; /* one of them stands in every message; empty: none asked for */
};
void robot_read(const struct channel_job *job, struct robot *out);

/* ---- words ----------------------------------------------------------------- */

struct robot_ask {
    const struct robot *robot;
    enum builtin_form form;
    struct str tail; /* in its markup, behind the text: whom it mentions */
    size_t most;     /* of text and tail, in the form's unit; 0: the form's own */
};
/* Title and text as they are sent, in this order: the plain form of our own words; an
 * action rule's template; the receiver's `title` and `message`; our own words. One of the
 * keywords is in the text, and it is never cut inside anything. A text that somebody wrote
 * and that is cut ends in the link to the rest. */
ok robot_words(const struct channel_job *job, const struct robot_ask *ask,
               struct builtin_parts *out, struct err *e);

/* Writes the envelope round the words. */
typedef void robot_put(const struct channel_job *job, const struct builtin_parts *parts,
                       struct json_out *o);
/* The whole body, at most `bytes` of it. *subject is the title. */
ok robot_render(const struct channel_job *job, struct robot_ask *ask, robot_put *put,
                size_t bytes, struct buf *body, struct str *subject, struct err *e);

/* Is anybody to be called? An all-clear wakes nobody. */
bool robot_calls(const struct channel_job *job);
/* `key`'s list of the receiver's entry. */
struct json robot_list(const struct channel_job *job, const char *key);
/* The entry's message_type, or the channel's own when it says none. */
struct str robot_type(const struct channel_job *job, const char *otherwise);

/* ---- signing --------------------------------------------------------------- */

/* base64(HMAC-SHA256(key, text)). */
struct str robot_mac(struct str key, struct str text, struct arena *a);

struct robot_vendor {
    /* Puts what signs at `now` (wall ns) into the URL or the body; called only where
     * there is a secret. Pure. */
    void (*sign)(const struct channel_job *job, const struct robot *robot, int64_t now,
                 struct http_ask *ask);
    post_judge *judge;
    /* Was it refused because of the time it was signed at? */
    bool (*is_late)(const struct receipt *r);
};
/* Sends once; and once more, signed with the vendor's own clock, when it did not believe
 * ours. */
void robot_send(const struct channel_job *job, struct str body,
                const struct robot_vendor *vendor, struct attempt *at);

#endif
