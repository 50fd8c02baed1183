/* book.h - what people configured: one immutable generation of one account.
 *
 * A generation shares everything that did not change with the one before it
 * (base/tree.h), so a change costs the same with 10 and 100,000 contacts, and
 * readers on other threads keep theirs for as long as they hold it. Only
 * book_apply makes a new one, and only the flow calls it, with changes that
 * are on disk: what is "in use", "exists" or compare-and-set is judged there.
 */
#ifndef BOOK_BOOK_H
#define BOOK_BOOK_H

#include "base/tree.h"
#include "model/objects.h"

/* One object of the book; immutable, counted, shared between generations. */
struct object {
    enum object_kind kind;
    struct str key;           /* NFC identity */
    uint64_t revision;        /* of the account when it was last changed */
    int64_t created, updated; /* wall ns */
    uint64_t order;           /* rises with creation: for "oldest first" */
    struct str provisioned;   /* the file it comes from; empty: made by API */
    const void *model;        /* struct contact etc. */
};

struct book;

struct book *book_new(void); /* empty, one user */
void book_ref(const struct book *b);
void book_unref(const struct book *b); /* thread-safe */
uint64_t book_revision(const struct book *b);

/* By name as a client sent it (compared in NFC). NULL: not there. */
const struct object *book_find(const struct book *b, enum object_kind kind,
                               struct str name);
size_t book_count(const struct book *b, enum object_kind kind);
/* In key order; rank < count. Paging is slicing by rank. */
const struct object *book_at(const struct book *b, enum object_kind kind, size_t rank);
/* All keys that begin with prefix: ranks [*from, *to). */
void book_range(const struct book *b, enum object_kind kind, struct str prefix,
                size_t *from, size_t *to);

/* The typed shorthand of the above. */
#define BOOK_MODEL(object, type) ((const struct type *)(object)->model)
const struct account *book_account(const struct book *b); /* never NULL: zeroes */
const struct contact *book_contact(const struct book *b, struct str name);
const struct contact_group *book_contact_group(const struct book *b, struct str name);
const struct topic *book_topic_by_urn(const struct book *b, struct str urn);
const struct action_rule *book_action_rule(const struct book *b, struct str name);
const struct user *book_user(const struct book *b, struct str name);
const struct receiver *book_receiver(const struct book *b, struct str name);
const struct time_interval *book_time_interval(const struct book *b, struct str name);
const struct silence *book_silence(const struct book *b, struct str id);
enum silence_state { SILENCE_ACTIVE, SILENCE_PENDING, SILENCE_EXPIRED };
enum silence_state silence_state_at(const struct silence *s, int64_t now);
struct str book_zone(const struct book *b, struct str iana); /* TZif; empty: none */

/* aom.built-in.template.zh and .en: always there, though no object of the book. */
bool template_is_built_in(struct str name);

/* References, kept as an index: who names this? */
enum ref_kind {
    REF_CONTACT,       /* contact groups with this member */
    REF_CONTACT_GROUP, /* routes */
    REF_ACTION_RULE,   /* routes, receivers, dialect rules */
    REF_TOPIC,         /* action rules, by the name at the end of the topic's urn */
    REF_TEMPLATE,      /* action rules */
    REF_ZONE,          /* whoever names a zone */
    REF_ACCESS_KEY,    /* the user who has it */
    REF_BEARER,        /* the user with this hex sha256 of a native key */
    REF_CODE,          /* contact or subscription whose address has a pending code
                          of this digest (raw bytes) */
    REF_ADDRESS,       /* contacts and subscriptions with this address_identity */
    REF_FILE,          /* what is provisioned by this file */
    REF_RECEIVER,      /* routes */
    REF_TIME_INTERVAL, /* routes */
    REF_ROUTE,         /* routes below it */
    REF_ESCALATION,    /* routes */
    REF_OWNER,         /* what a dialect rule of this key made */
    REF_DIALECT_RULE,  /* dialect rules that need it */
    REF_COUNT
};
size_t book_users(const struct book *b, enum ref_kind ref, struct str key);
/* i < book_users(): in order of kind, then key of the user. */
const struct object *book_user_at(const struct book *b, enum ref_kind ref, struct str key,
                                  size_t i);

#endif
