/* change.h - changing the book: the payload of an INPUT_CHANGE record, what is
 * judged where, and what came of it.
 *
 * At the door, on a worker: change_check judges what needs no state (lengths,
 * characters, counts), secrets are sealed, ids and codes minted. In book_apply,
 * on the flow: exists / not found / in use / revision / unknown members / quotas.
 * A set is all or nothing.
 */
#ifndef BOOK_CHANGE_H
#define BOOK_CHANGE_H

#include "book/book.h"

/* Numbers are in the journal: never reused. */
enum change_op {
    CHANGE_UPSERT, /* make or modify */
    CHANGE_CREATE, /* FAULT_EXISTS if it is there */
    CHANGE_ENSURE, /* make; if it is there leave it, and say so (created false) */
    CHANGE_UPDATE, /* FAULT_NOT_FOUND if it is not */
    CHANGE_DELETE, /* `object` carries the identifying fields only */
    /* An address of a contact or subscription, named by key and channel: */
    CHANGE_CONFIRM,     /* -> OK; if `code_digest` is given it must be the pending
                           address's and not older than the kind's time (24 h contact,
                           48 h subscription): FAULT_EXPIRED, FAULT_NOT_FOUND */
    CHANGE_ASK,         /* new code: the flow sends a new link; only while PENDING */
    CHANGE_UNSUBSCRIBE, /* -> CANCELLED */
    /* All provisioned objects at once (the file's effective content): */
    CHANGE_PROVISION_BEGIN, /* what follows replaces all that came from a file */
    /* Silences, as Alertmanager's API makes them (contracts/alertmanager.md 2.7):
       `object` is the whole silence that is wanted, its id empty for a new one, and
       `key` a fresh uuid for whatever it takes a new id to say. An id that is given
       keeps standing if its matchers are the same, in their order, and its past is
       not touched; else it expires now and a new silence takes its place. The result's
       object says which id it is. FAULT_NOT_FOUND; FAULT_INVALID in Alertmanager's
       words. */
    CHANGE_SILENCE,
    CHANGE_EXPIRE, /* `key` is the id: ends now; one that has ended stays as it is */
    CHANGE_OP_COUNT
};

struct change {
    enum change_op op;
    enum object_kind kind;
    const void *object;     /* UPSERT, CREATE, ENSURE, UPDATE, DELETE, SILENCE */
    uint64_t present;       /* FIELD_BITs given; fields not given keep what is stored
                             (zero on a new object) */
    uint64_t if_revision;   /* 0: none; else FAULT_CONFLICT unless it is the object's */
    struct str key;         /* CONFIRM, ASK, UNSUBSCRIBE, EXPIRE: object_key; SILENCE: a
                               new id */
    int channel;            /* same */
    struct str code_digest; /* CONFIRM: empty = an admin's act */
    struct secret code;     /* ASK: the new one */
    struct str provisioned; /* the file, for objects behind PROVISION_BEGIN */
};

/* Who did it, for the audit row. */
struct actor {
    struct str user;      /* name; "" for the file or a link */
    struct str key_id;    /* access key, token id; never a secret */
    struct str remote;    /* peer address */
    struct str operation; /* "PutContactGroup", "UpdateActionRule", "config file" */
    /* the nonce that rides with a signed change: empty if none */
    struct str nonce;      /* access key id + '/' + nonce */
    int64_t nonce_expires; /* wall ns */
};

struct change_set {
    struct actor actor;
    const struct change *v;
    size_t n;
};

struct change_result {
    bool created, changed; /* changed false: it said what was there already */
    uint64_t revision;     /* of the object; deleted: of the account */
    /* As the new book has it, and as long as that lives; NULL: it is gone. An
     * ENSURE that found the endpoint subscribed already finds its id here. */
    const struct object *object;
};

/* Bounds and forms that need no state: one place for every dialect. The name
 * in e->field is the schema's field name, of a list's item behind a dot
 * ("topics.urn"), of an address its channel's name ("addresses.email"); a
 * dialect maps it to its own. Only fields given are judged, and on CREATE that
 * none is missing; book_apply judges the same of what an UPSERT makes. */
ok change_check(const struct change *c, struct err *e);
/* The same for what is sealed before it can be a part of a change: an address
 * as its channel writes it, before the door seals or stores it. Field
 * "addresses.<channel>"; a route's webhook is a WEBHOOK address too. */
ok address_check(enum channel_kind channel, struct str plain, struct err *e);

/* The book without the objects of these keys, and no word about it: silences that
 * ended long ago (the flow counts the time). `old` itself, one user more, if none of
 * them is there. */
struct book *book_forget(const struct book *old, enum object_kind kind,
                         const struct str *keys, size_t n);

void change_set_encode(const struct change_set *set, struct buf *out);
ok change_set_decode(struct str payload, struct arena *a, struct change_set *out,
                     struct err *e);

/* One audited difference, for history: objects as they were in the old book and
 * are in the new one, each borrowed from its book. An object that several
 * changes of the set touched has one effect. */
struct change_effect {
    enum object_kind kind;
    struct str key;
    const struct object *before, *after; /* NULL: was not / is no more */
    enum change_op op;                   /* the last that touched it */
};

struct apply_result {
    struct change_result *results;       /* one per change; arena */
    size_t failed;                       /* index of the change at fault */
    const struct change_effect *effects; /* arena; what really changed, with what
                                            followed (a deleted contact leaves its
                                            groups; a deleted topic its subscriptions) */
    size_t effect_count;
};

/* The next generation (one user, the caller) in *out, or FAILED and nothing.
 * Deterministic: `now` is the record's wall time. A change that changes nothing
 * still succeeds; a set of such changes gives `old` itself, one user more.
 *
 * Addresses: the door gives a new one its state (PENDING with a fresh code, or
 * OK); one that was there before (address_identity) keeps its state, code and
 * times, but a PENDING one is asked again when its link is too old, and becomes
 * OK when the door says so. asked_at and confirmed_at are set here. */
ok book_apply(const struct book *old, const struct change_set *set, int64_t now,
              struct arena *a, struct book **out, struct apply_result *result,
              struct err *e);

/* Snapshot: every object of the book as bytes; book_load takes them in any
 * order, then book_load_end builds the indices. */
void object_encode(const struct object *o, struct buf *out);
ok book_load(struct book *b, struct str bytes, struct err *e);
void book_load_end(struct book *b, uint64_t revision, uint64_t next_order);
uint64_t book_next_order(const struct book *b);

#endif
