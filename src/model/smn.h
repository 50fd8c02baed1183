/* smn.h - what an SMN topic's subscribers get beyond alerts: texts that somebody
 * publishes (contracts/huawei.md 2.12), and headers of their own (2.10). */
#ifndef MODEL_SMN_H
#define MODEL_SMN_H

#include "base/arena.h"
#include "base/bytes.h"
#include "model/channel_kind.h"

/* ---- protocols ------------------------------------------------------------------- */

/* SMN's word, the channel behind it, and how its endpoint begins (NULL: it is no URL).
 * A word without a channel is like one that SMN does not know. */
struct smn_protocol {
    const char *name;
    enum channel_kind channel;
    const char *schemes[2];
};
/* Closed by an empty name. */
extern const struct smn_protocol smn_protocol_table[];
const struct smn_protocol *smn_protocol_find(struct str name); /* NULL: none */
/* How many bytes of the endpoint are a scheme that fits; 0 for a URL: none does. */
size_t smn_scheme_length(const struct smn_protocol *p, struct str endpoint);

/* ---- headers of an http(s) subscription ---------------------------------------- */

/* They stand behind the endpoint in its sealed address, where no request carries them:
 * https://h/p#smn-headers?x-a=1&x-b=2, percent-encoded. */
#define SMN_HEADERS_MARK "#smn-headers?"
enum { SMN_HEADERS_MAX = 10, SMN_HEADERS_CHARS = 1024 };

struct smn_header {
    struct str name, value;
};
void smn_headers_put(const struct smn_header *v, size_t n, struct buf *out);
/* Takes them off the end of an address; out has room for SMN_HEADERS_MAX. */
size_t smn_headers_take(struct str *address, struct smn_header *out, struct arena *a);

/* ---- what is published ------------------------------------------------------------ */

enum {
    PUBLISH_SUBJECT_MAX = 512,        /* bytes */
    PUBLISH_MESSAGE_MAX = 256 * 1024, /* bytes */
    PUBLISH_TEXTS_MAX = 32,           /* protocols with a text of their own */
    PUBLISH_LIFE_MAX = 86400,         /* seconds */
};

struct publish_text {
    struct str protocol; /* SMN's word; "default": all others */
    struct str text;
};

/* The payload of INPUT_PUBLISH. */
struct publication {
    struct str user, key_id, remote, operation;
    struct str topic;      /* its key */
    struct str message_id; /* 32 hex, minted at the door */
    struct str subject;    /* may be empty */
    int64_t life;          /* ns after which nobody is told any more */
    const struct publish_text *v;
    size_t n;
};
void publication_encode(const struct publication *p, struct buf *out);
/* Strings are borrowed, arrays the arena's. Fault SYNTAX. */
ok publication_decode(struct str payload, struct arena *a, struct publication *out,
                      struct err *e);
/* The text for subscribers by that protocol. */
struct str publication_text(const struct publication *p, struct str protocol);

/* What a notification carries of it. */
struct published {
    struct str message_id, subject, text;
};

#endif
