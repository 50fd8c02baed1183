/* book_rig.h - a book for tests, changed as the flow changes it: each set is
 * checked, encoded, decoded and applied. */
#ifndef SUPPORT_BOOK_RIG_H
#define SUPPORT_BOOK_RIG_H

#include "book/change.h"

struct rig {
    struct arena a;    /* of the test */
    struct book *book; /* the newest generation */
    int64_t now;       /* wall ns of the next set */
    struct arena last; /* what follows lives until the next set */
    struct book *old;  /* the generation before the last set */
    struct apply_result r;
    struct err e;
    unsigned sealed; /* how many secrets: no two are sealed alike */
};

void rig_init(struct rig *rig);
void rig_fini(struct rig *rig);

/* On FAILED the book is as before, and rig->e and rig->r.failed say why. */
ok rig_apply(struct rig *rig, const struct change *v, size_t n);
ok rig_one(struct rig *rig, struct change c);
/* A set that must succeed: one change; stops the test otherwise. */
const struct change_result *rig_do(struct rig *rig, struct change c);

/* All objects of the book as bytes, with its numbers: what a snapshot holds. */
struct str rig_bytes(const struct book *b, struct arena *a);
/* The book read from such bytes. */
struct book *rig_load(struct str bytes);
/* The index of uses is what the objects say, and every tree is in order. */
void rig_judge(const struct book *b);

/* ---- changes by the dozen ----------------------------------------------- */

struct change put_contact(struct rig *rig, const char *name, const char *mail,
                          const char *code);
struct change put_group(struct rig *rig, const char *name, const char *const *members);
struct change delete_named(struct rig *rig, enum object_kind kind, const char *name);
struct change put_topic(struct rig *rig, const char *name);
struct change subscribe(struct rig *rig, const char *topic, const char *id,
                        const char *mail, const char *code);
struct change put_rule(struct rig *rig, enum change_op op, const char *name,
                       const char *topic);
struct change put_route(struct rig *rig, const char *name, const char *group);
struct change address_change(struct rig *rig, enum change_op op, enum object_kind kind,
                             const char *key, int channel, const char *code);

/* A sealed secret that hides `text`; equal texts, equal digests of 16 bytes. */
struct secret hidden(struct rig *rig, const char *text);
struct address mail_address(struct rig *rig, const char *mail, const char *code);
struct address ding_address(struct rig *rig, const char *url);

#endif
