#include "book_rig.h"

#include "base/tree.h"
#include "book/book_private.h"

#include <stdio.h>
#include <stdlib.h>

void rig_init(struct rig *rig)
{
    *rig = (struct rig){ .now = INT64_C(1700000000000000000) };
    arena_init(&rig->a);
    arena_init(&rig->last);
    rig->book = book_new();
}

void rig_fini(struct rig *rig)
{
    if (rig->old != NULL)
        book_unref(rig->old);
    book_unref(rig->book);
    arena_fini(&rig->last);
    arena_fini(&rig->a);
}

static ok check_all(struct rig *rig, const struct change *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (change_check(&v[i], &rig->e) != OK) {
            rig->r.failed = i;
            return FAILED;
        }
    return OK;
}

ok rig_apply(struct rig *rig, const struct change *v, size_t n)
{
    const struct change_set in = { .actor = { STR("tester"), STR("key"), STR("127.0.0.1"),
                                              STR("Test"), STR(""), 0 },
                                   .v = v,
                                   .n = n };
    struct change_set set;
    struct book *next;
    struct buf bytes;
    ok done;

    arena_reset(&rig->last);
    rig->r = (struct apply_result){ 0 };
    rig->e = (struct err){ 0 };
    if (check_all(rig, v, n) != OK)
        return FAILED;
    buf_init(&bytes, BUF_NO_LIMIT);
    change_set_encode(&in, &bytes);
    done = change_set_decode(arena_str(&rig->last, buf_str(&bytes)), &rig->last, &set,
                             &rig->e);
    buf_fini(&bytes);
    if (done == OK)
        done = book_apply(rig->book, &set, rig->now, &rig->last, &next, &rig->r, &rig->e);
    if (done != OK)
        return FAILED;
    if (rig->old != NULL)
        book_unref(rig->old);
    rig->old = rig->book;
    rig->book = next;
    return OK;
}

ok rig_one(struct rig *rig, struct change c)
{
    return rig_apply(rig, &c, 1);
}

const struct change_result *rig_do(struct rig *rig, struct change c)
{
    if (rig_one(rig, c) != OK) {
        printf("refused: %s: %s: %s\n", fault_word(rig->e.fault), rig->e.field,
               rig->e.text);
        abort();
    }
    return &rig->r.results[0];
}

/* ---- the whole book ----------------------------------------------------- */

struct str rig_bytes(const struct book *b, struct arena *a)
{
    struct buf out, one;
    struct str bytes;

    buf_init(&out, BUF_NO_LIMIT);
    put_u64(&out, book_revision(b));
    put_u64(&out, book_next_order(b));
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        for (size_t i = 0; i < book_count(b, (enum object_kind)kind); i++) {
            buf_init(&one, BUF_NO_LIMIT);
            object_encode(book_at(b, (enum object_kind)kind, i), &one);
            put_str(&out, buf_str(&one));
            buf_fini(&one);
        }
    bytes = arena_str(a, buf_str(&out));
    buf_fini(&out);
    return bytes;
}

struct book *rig_load(struct str bytes)
{
    struct reader r = reader_of(bytes);
    uint64_t revision = get_u64(&r), next_order = get_u64(&r);
    struct book *b = book_new();
    struct err e;

    while (!reader_done(&r))
        if (book_load(b, get_str(&r), &e) != OK)
            abort();
    book_load_end(b, revision, next_order);
    return b;
}

void rig_judge(const struct book *b)
{
    struct tree uses = { .type = &use_tree };
    struct arena a;

    arena_init(&a);
    for (int kind = 0; kind < OBJECT_COUNT; kind++) {
        struct tree t = b->kinds[kind];

        if (!tree_is_sound(t))
            abort();
        for (size_t i = 0; i < tree_count(t); i++)
            uses_change(&uses, NULL, tree_at(t, i), &a);
    }
    if (!tree_is_sound(b->uses) || tree_count(uses) != tree_count(b->uses))
        abort();
    for (size_t i = 0; i < tree_count(uses); i++)
        if (!str_eq(use_tree.key(tree_at(uses, i)), use_tree.key(tree_at(b->uses, i))))
            abort();
    tree_unref(&uses);
    arena_fini(&a);
}

/* ---- changes by the dozen ----------------------------------------------- */

struct secret hidden(struct rig *rig, const char *text)
{
    char digest[17];

    snprintf(digest, sizeof digest, "%-16.16s", text);
    return (struct secret){
        arena_printf(&rig->a, "sealed %u %s", ++rig->sealed, text),
        STR("...mask"),
        arena_str(&rig->a, str_of(digest)),
    };
}

static const struct secret nothing = { STR_INIT(""), STR_INIT(""), STR_INIT("") };

struct address mail_address(struct rig *rig, const char *mail, const char *code)
{
    return (struct address){ .channel = CHANNEL_MAIL,
                             .plain = str_of(mail),
                             .secret = nothing,
                             .state = code == NULL ? ADDRESS_OK : ADDRESS_PENDING,
                             .code = code == NULL ? nothing : hidden(rig, code) };
}

struct address ding_address(struct rig *rig, const char *url)
{
    return (struct address){ .channel = CHANNEL_DINGTALK,
                             .plain = STR(""),
                             .secret = hidden(rig, url),
                             .state = ADDRESS_OK,
                             .code = nothing };
}

static void *keep(struct rig *rig, const void *p, size_t n)
{
    return memcpy(arena_alloc(&rig->a, n), p, n);
}

struct change put_contact(struct rig *rig, const char *name, const char *mail,
                          const char *code)
{
    struct contact c = {
        .name = str_of(name), .describe = STR(""), .lang = STR(""), .zone = STR("")
    };
    struct address ad;

    if (mail != NULL) {
        ad = mail_address(rig, mail, code);
        c.addresses = (struct addresses){ keep(rig, &ad, sizeof ad), 1 };
    }
    return (struct change){ .op = CHANGE_UPSERT,
                            .kind = OBJECT_CONTACT,
                            .object = keep(rig, &c, sizeof c),
                            .present = FIELDS_ALL };
}

struct change put_group(struct rig *rig, const char *name, const char *const *members)
{
    struct contact_group g = { .name = str_of(name), .describe = STR("") };
    size_t n = 0;
    struct str *v;

    while (members != NULL && members[n] != NULL)
        n++;
    v = arena_array(&rig->a, struct str, n);
    for (size_t i = 0; i < n; i++)
        v[i] = str_of(members[i]);
    g.members = (struct strs){ v, n };
    return (struct change){
        .op = CHANGE_UPSERT,
        .kind = OBJECT_CONTACT_GROUP,
        .object = keep(rig, &g, sizeof g),
        .present = FIELD_BIT(GROUP_NAME) |
                   (members != NULL ? FIELD_BIT(GROUP_MEMBERS) : UINT64_C(0)),
    };
}

struct change delete_named(struct rig *rig, enum object_kind kind, const char *name)
{
    const struct schema *s = object_kinds[kind].schema;
    void *object = arena_alloc(&rig->a, s->size);
    struct str rest = str_of(name), head = rest;

    schema_zero(s, object);
    if (kind == OBJECT_SUBSCRIPTION) {
        str_cut(&rest, ':', &head);
        ((struct subscription *)object)->id = rest;
    }
    *(struct str *)object = head;
    return (struct change){ .op = CHANGE_DELETE, .kind = kind, .object = object };
}

struct change put_topic(struct rig *rig, const char *name)
{
    struct topic t = { .name = str_of(name),
                       .id = STR("0123456789abcdef0123456789abcdef"),
                       .display_name = STR(""),
                       .enterprise_project_id = STR("0") };

    t.urn = arena_printf(&rig->a, "urn:smn:cn-north-4:p1:%s", name);
    return (struct change){ .op = CHANGE_ENSURE,
                            .kind = OBJECT_TOPIC,
                            .object = keep(rig, &t, sizeof t),
                            .present = FIELDS_ALL };
}

/* The id is padded to its 32 digits. */
struct change subscribe(struct rig *rig, const char *topic, const char *id,
                        const char *mail, const char *code)
{
    struct address ad = mail_address(rig, mail, code);
    struct subscription s = { .topic = str_of(topic),
                              .protocol = STR("email"),
                              .remark = STR("") };

    s.id = arena_printf(&rig->a, "%.*s%s", 32 - (int)strlen(id),
                        "00000000000000000000000000000000", id);
    s.addresses.v = keep(rig, &ad, sizeof ad);
    s.addresses.n = 1;
    return (struct change){ .op = CHANGE_ENSURE,
                            .kind = OBJECT_SUBSCRIPTION,
                            .object = keep(rig, &s, sizeof s),
                            .present = FIELDS_ALL };
}

struct change put_rule(struct rig *rig, enum change_op op, const char *name,
                       const char *topic)
{
    struct rule_topic t = { .name = str_of(topic), .display_name = STR("") };
    struct action_rule r = { .name = str_of(name),
                             .user_name = STR("ops"),
                             .desc = STR(""),
                             .type = STR("1"),
                             .template_name = STR("aom.built-in.template.zh"),
                             .time_zone = STR("Asia/Shanghai") };

    t.urn = arena_printf(&rig->a, "urn:smn:cn-north-4:p1:%s", topic);
    r.topics.v = keep(rig, &t, sizeof t);
    r.topics.n = 1;
    return (struct change){ .op = op,
                            .kind = OBJECT_ACTION_RULE,
                            .object = keep(rig, &r, sizeof r),
                            .present = FIELDS_ALL };
}

struct change put_route(struct rig *rig, const char *name, const char *group)
{
    struct str *groups = arena_new(&rig->a, struct str);
    struct route r = { .name = str_of(name),
                       .group_interval = 1000,
                       .repeat_interval = 2000,
                       .contact_groups = { groups, 1 } };

    *groups = str_of(group);
    return (struct change){ .op = CHANGE_UPSERT,
                            .kind = OBJECT_ROUTE,
                            .object = keep(rig, &r, sizeof r),
                            .present = FIELDS_ALL & ~FIELD_BIT(ROUTE_POSITION) };
}

struct change address_change(struct rig *rig, enum change_op op, enum object_kind kind,
                             const char *key, int channel, const char *code)
{
    struct change c = { .op = op,
                        .kind = kind,
                        .key = str_of(key),
                        .channel = channel,
                        .code_digest = STR(""),
                        .code = nothing };

    if (op == CHANGE_ASK)
        c.code = hidden(rig, code);
    else if (code != NULL)
        c.code_digest = hidden(rig, code).digest;
    return c;
}
