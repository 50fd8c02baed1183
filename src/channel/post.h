/* post.h - one HTTP request of a channel: where, with what, and who judges the answer.
 * What http_config of a receiver's entry says (certificates, proxy, authorization,
 * headers, timeout) is added here, for every channel alike.
 */
#ifndef CHANNEL_POST_H
#define CHANNEL_POST_H

#include "flow/channel.h"
#include "net/client.h"

enum { POST_HEADERS_MAX = 20 };

struct post {
    struct str method; /* empty: POST */
    struct str url;
    struct str content_type; /* empty: JSON, UTF-8 */
    struct str body;
    struct client_header headers[POST_HEADERS_MAX];
    size_t header_count;
    /* The URL is the vendor's own or stands in our file, whoever the recipient is: it is
     * not judged as one that an API caller typed (DESIGN 13). */
    bool by_operator;
    /* No redirect is followed, whatever http_config says: the request is signed for
     * this place alone. */
    bool stays;
};
void post_header(struct post *p, const char *name, struct str value);

/* Judges an answer into *r, which receipt_of filled: verdict, code, meaning,
 * retry_after. Not asked when no answer came. Pure. */
typedef void post_judge(const struct channel_job *job, const struct client_reply *reply,
                        struct receipt *r);
/* Sends, judges, and ends the attempt. */
void post_send(const struct channel_job *job, const struct post *p, post_judge *judge,
               struct attempt *at);

/* Sends, and hands the answer (or that none came) to `then`, on the client's loop: for
 * channels that need more than one request. The attempt is not ended, but where it needs
 * a token that cannot be had (attempt_send). */
void post_ask(const struct channel_job *job, const struct post *p, client_done *then,
              void *ctx, struct attempt *at);

/* What post_ask would send, whole and in the job's arena: for a channel whose requests go
 * on after its send returned, for the settings of the entry do not. Sent by attempt_send. */
void post_keep(const struct channel_job *job, const struct post *p, struct http_ask *out);

/* The root of the answer's JSON when it is an object; else false, and *r says that it
 * cannot be read. `doc` is the caller's, freed after the values were used. */
struct answers;
bool post_object(const struct channel_job *job, const struct client_reply *reply,
                 const struct answers *as, struct json_doc *doc, struct json *root,
                 struct receipt *r);

#endif
