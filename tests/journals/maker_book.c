/* maker_book.c - changes of everything that the book holds. Names are few, so that
 * changes meet what is there, what is gone and what others name. */
#include "journals/maker.h"
#include "support/made.h"

#include <stdio.h>

static const char *const contacts[] = { "Alice", "Bob",       "\u5f20\u4f1f", "Zo\u00eb",
                                        "Carol", "Zoe\u0308", "Eve-Night",    NULL };
static const char *const groups[] = { "ops", "dba", "\u8003\u52e4\u7cfb\u7edf\u7ec4",
                                      "night", NULL };
static const char *const topics[] = { "cpu", "disk", "net_1", NULL };
static const char *const rules[] = { "rule1", "\u89c4\u52192", "page", NULL };
static const char *const routes[] = { "r1", "r2", "r3", "all", NULL };
static const char *const file_routes[] = { "file-a", "file-b", NULL };
static const char *const templates[] = { "tpl-a", "tpl-b", NULL };
static const char *const mails[] = { "a@example.com",     "b@example.com",
                                     "c@example.com",     "d@example.com",
                                     "\u5f20@example.cn", NULL };
static const char *const urls[] = { "https://hook.example/1", "https://hook.example/2",
                                    "https://hook.example/3", NULL };
static const char *const label_names[] = { "alertname", "team", "host", "severity",
                                           NULL };
static const struct matcher matchers[] = {
    { STR_INIT("team"), MATCH_EQ, STR_INIT("ops") },
    { STR_INIT("team"), MATCH_EQ, STR_INIT("dba") },
    { STR_INIT("team"), MATCH_RE, STR_INIT("ops|web") },
    { STR_INIT("host"), MATCH_NRE, STR_INIT("h[12]") },
    { STR_INIT("host"), MATCH_NE, STR_INIT("h3") },
    { STR_INIT("host"), MATCH_EQ, STR_INIT("") },
    { STR_INIT("alertname"), MATCH_NE, STR_INIT("Blip") },
    { STR_INIT("alertname"), MATCH_EQ, STR_INIT("Disk") },
    { STR_INIT("severity"), MATCH_RE, STR_INIT("crit.*|") },
};
static const char *const file = "belfry.yml";

static void *keep(struct maker *m, const void *p, size_t n)
{
    return memcpy(arena_alloc(&m->a, n), p, n);
}

/* ---- secrets: what the flow sees of them ------------------------------------ */

struct secret make_secret(struct maker *m, struct str text)
{
    char digest[17];

    snprintf(digest, sizeof digest, "%-16.16s",
             text.n > 16 ? text.p + text.n - 16 : text.p);
    return (struct secret){ arena_printf(&m->a, "sealed %u", ++m->minted),
                            arena_printf(&m->a, "...%.*s", 4, text.p + text.n - 4),
                            arena_str(&m->a, str_of(digest)) };
}

static struct secret no_secret(void)
{
    return (struct secret){ STR(""), STR(""), STR("") };
}

static struct secret new_code(struct maker *m)
{
    return make_secret(m, arena_printf(&m->a, "code %08u", ++m->minted));
}

struct address make_address(struct maker *m, int channel)
{
    struct address ad = { .channel = channel,
                          .plain = STR(""),
                          .secret = no_secret(),
                          .state = ADDRESS_OK,
                          .code = no_secret() };

    if (channel_words[channel].secret)
        ad.secret = make_secret(m, pick(m, urls));
    else if (channel == CHANNEL_MAIL)
        ad.plain = pick(m, mails);
    else
        ad.plain = STR("13800138000");
    if (channel_words[channel].confirmed && often(m, 40)) {
        ad.state = ADDRESS_PENDING;
        ad.code = new_code(m);
    }
    return ad;
}

static struct addresses any_addresses(struct maker *m)
{
    struct address v[CHANNEL_COUNT];
    size_t n = 0;

    if (often(m, 8))
        return (struct addresses){ NULL, 0 };
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        if (often(m, channel == CHANNEL_MAIL ? 80 : 25))
            v[n++] = make_address(m, channel);
    return (struct addresses){ keep(m, v, sizeof v), n };
}

/* ---- objects ------------------------------------------------------------------- */

static void *any_contact(struct maker *m)
{
    struct contact c = { .name = pick(m, contacts),
                         .describe = often(m, 30) ? chance_text(&m->c, &m->a) : STR(""),
                         .lang = often(m, 50) ? STR("zh-cn") : STR("en"),
                         .zone = often(m, 30) ? STR("Asia/Shanghai") : STR(""),
                         .addresses = any_addresses(m) };

    if (often(m, 50))
        make_wishes(m, &c);
    return keep(m, &c, sizeof c);
}

static void *any_group(struct maker *m)
{
    struct contact_group g = { .name = pick(m, groups),
                               .describe = STR(""),
                               .enable_subscribed = often(m, 50),
                               .members = pick_some(m, contacts, 4) };

    return keep(m, &g, sizeof g);
}

static struct str urn_of(struct maker *m, struct str topic)
{
    return arena_printf(&m->a, "urn:smn:cn-north-4:p1:%.*s", STR_ARG(topic));
}

static void *any_topic(struct maker *m)
{
    struct topic t = { .name = pick(m, topics),
                       .id = arena_printf(&m->a, "%032u", ++m->minted),
                       .display_name = often(m, 50) ? STR("CPU!") : STR(""),
                       .enterprise_project_id = STR("0") };

    t.urn = urn_of(m, t.name);
    return keep(m, &t, sizeof t);
}

static void *any_subscription(struct maker *m)
{
    struct address ad = make_address(m, often(m, 60) ? CHANNEL_MAIL : CHANNEL_WEBHOOK);
    struct subscription s = {
        .topic = pick(m, topics),
        .id = arena_printf(&m->a, "%032u", (unsigned)chance_below(&m->c, 8)),
        .protocol = ad.channel == CHANNEL_MAIL ? STR("email") : STR("https"),
        .addresses = { keep(m, &ad, sizeof ad), 1 },
        .remark = often(m, 30) ? STR("night shift") : STR("")
    };

    return keep(m, &s, sizeof s);
}

static void *any_template(struct maker *m)
{
    struct message_template t = { .name = pick(m, templates),
                                  .locale = STR("zh-cn"),
                                  .desc = STR(""),
                                  .source = STR("LTS"),
                                  .templates = chance_text(&m->c, &m->a) };

    return keep(m, &t, sizeof t);
}

static void *any_rule(struct maker *m)
{
    struct strs names = pick_some(m, topics, 3);
    struct rule_topic *v = arena_array(&m->a, struct rule_topic, names.n + 1);
    struct action_rule r = { .name = pick(m, rules),
                             .user_name = STR("ops"),
                             .desc = STR(""),
                             .type = STR("1"),
                             .template_name = STR("aom.built-in.template.zh"),
                             .time_zone = STR("Asia/Shanghai") };

    if (often(m, 20))
        r.template_name = often(m, 50) ? STR("tpl-a") : STR("tpl-b");
    else if (often(m, 30))
        r.template_name = STR("aom.built-in.template.en");
    for (size_t i = 0; i < names.n; i++)
        v[i] = (struct rule_topic){ urn_of(m, names.v[i]), names.v[i], STR(""), 0 };
    r.topics.v = v;
    r.topics.n = names.n;
    return keep(m, &r, sizeof r);
}

static struct matchers any_matchers(struct maker *m)
{
    size_t n = chance_below(&m->c, 3);
    struct matcher *v = arena_array(&m->a, struct matcher, n + 1);

    for (size_t i = 0; i < n; i++)
        v[i] = matchers[chance_below(&m->c, sizeof matchers / sizeof *matchers)];
    return (struct matchers){ v, n };
}

static struct route any_route(struct maker *m, struct str name)
{
    static const int64_t intervals[] = { 10 * NS_PER_S, NS_PER_MIN, 5 * NS_PER_MIN };
    struct webhook_target hook = { .url = make_secret(m, pick(m, urls)),
                                   .send_resolved = often(m, 60),
                                   .max_alerts = often(m, 30) ? 2 : 0 };
    struct route r = { .name = name,
                       .matchers = any_matchers(m),
                       .group_by = pick_some(m, label_names, 3),
                       .group_wait = (int64_t)chance_below(&m->c, 30) * NS_PER_S,
                       .group_interval = intervals[chance_below(&m->c, 3)],
                       .repeat_interval =
                           (int64_t)(1 + chance_below(&m->c, 8)) * 30 * NS_PER_MIN,
                       .contact_groups = pick_some(m, groups, 3),
                       .action_rules = pick_some(m, rules, 2),
                       .position = (int64_t)chance_below(&m->c, 4) };
    static const struct str all = STR_INIT("...");

    if (often(m, 20))
        r.group_by = (struct strs){ &all, 1 };
    r.webhooks.v = keep(m, &hook, sizeof hook);
    r.webhooks.n = often(m, 40);
    r.disabled = often(m, 6);
    make_tree(m, &r);
    r.escalation = make_climb(m);
    return r;
}

static void *any_account(struct maker *m)
{
    struct account ac = { .name = STR("default"),
                          .uid = STR("1234567890123456"),
                          .project_id = STR("p1"),
                          .domain_id = STR("d1"),
                          .domain_name = STR("example"),
                          .region = STR("cn-north-4"),
                          .external_url = STR("http://127.0.0.1:9093"),
                          .resolve_timeout =
                              (int64_t)(1 + chance_below(&m->c, 10)) * NS_PER_MIN,
                          .file_digest = STR("") };

    make_switches(m, &ac);
    return keep(m, &ac, sizeof ac);
}

static void *any_user(struct maker *m)
{
    static const struct str policy = STR_INIT("full-access");
    struct access_key key = { .id = often(m, 50) ? STR("AKID1") : STR("AKID2"),
                              .secret = make_secret(m, STR("the secret")),
                              .security_token = no_secret() };
    struct user u = { .name = often(m, 50) ? STR("admin") : STR("reader"),
                      .id = arena_printf(&m->a, "%032u", ++m->minted),
                      .password_hash = STR(""),
                      .policies = { &policy, 1 },
                      .bearer_digest = STR("") };

    u.access_keys.v = keep(m, &key, sizeof key);
    u.access_keys.n = 1;
    return keep(m, &u, sizeof u);
}

static void *the_zone(struct maker *m)
{
    struct zone_rules z = { .name = STR("Asia/Shanghai"), .tzif = made_shanghai() };

    return keep(m, &z, sizeof z);
}

/* ---- changes --------------------------------------------------------------------- */

static struct change put_object(struct maker *m, enum object_kind kind, void *object)
{
    static const enum change_op ops[] = { CHANGE_UPSERT, CHANGE_UPSERT, CHANGE_UPSERT,
                                          CHANGE_CREATE, CHANGE_UPDATE, CHANGE_ENSURE };
    struct change c = { .op = ops[chance_below(&m->c, 6)],
                        .kind = kind,
                        .object = object,
                        .present = FIELDS_ALL };

    if (kind == OBJECT_SUBSCRIPTION || kind == OBJECT_TOPIC)
        c.op = CHANGE_ENSURE;
    if (often(m, 15))
        c.present = chance_u64(&m->c);
    return c;
}

static struct change put_any(struct maker *m)
{
    struct route r;

    switch (chance_below(&m->c, 13)) {
    case 0:
    case 1:
        return put_object(m, OBJECT_CONTACT, any_contact(m));
    case 2:
        return put_object(m, OBJECT_CONTACT_GROUP, any_group(m));
    case 3:
        return put_object(m, OBJECT_TOPIC, any_topic(m));
    case 4:
        return put_object(m, OBJECT_SUBSCRIPTION, any_subscription(m));
    case 5:
        return put_object(m, OBJECT_ACTION_RULE, any_rule(m));
    case 6:
        return put_object(m, OBJECT_TEMPLATE, any_template(m));
    case 7:
        return put_object(m, OBJECT_USER, any_user(m));
    case 8:
        return put_object(m, OBJECT_RECEIVER, make_receiver(m));
    case 9:
        return put_object(m, OBJECT_TIME_INTERVAL, make_interval(m));
    case 10:
        return put_object(m, OBJECT_TEMPLATE_FILES, make_templates(m));
    case 11:
        return put_object(m, OBJECT_ESCALATION, make_escalation(m));
    default:
        r = any_route(m, pick(m, routes));
        return put_object(m, OBJECT_ROUTE, keep(m, &r, sizeof r));
    }
}

static const struct object *any_object(struct maker *m, enum object_kind kind)
{
    const struct book *b = flow_book(m->s.f);
    size_t n = book_count(b, kind);

    return n == 0 ? NULL : book_at(b, kind, chance_below(&m->c, n));
}

static struct change delete_any(struct maker *m)
{
    enum object_kind kind = (enum object_kind)chance_below(&m->c, OBJECT_COUNT);
    const struct object *o = any_object(m, kind);

    if (o == NULL || kind == OBJECT_ACCOUNT)
        return put_any(m);
    return (struct change){ .op = CHANGE_DELETE,
                            .kind = kind,
                            .object =
                                schema_copy(object_kinds[kind].schema, o->model, &m->a),
                            .if_revision = often(m, 20) ? o->revision : 0 };
}

/* Confirmed by its link, by an administrator or with a stale code; asked again; left. */
static struct change address_any(struct maker *m)
{
    enum object_kind kind = often(m, 60) ? OBJECT_CONTACT : OBJECT_SUBSCRIPTION;
    const struct object *o = any_object(m, kind);
    static const enum change_op ops[] = { CHANGE_CONFIRM, CHANGE_CONFIRM,
                                          CHANGE_CONFIRM, CHANGE_ASK,
                                          CHANGE_ASK,     CHANGE_UNSUBSCRIBE };
    struct change c = { .op = ops[chance_below(&m->c, 6)],
                        .kind = kind,
                        .code_digest = STR(""),
                        .code = no_secret() };
    const struct addresses *list;
    const struct address *ad;

    if (o == NULL)
        return put_any(m);
    list = kind == OBJECT_CONTACT ? &BOOK_MODEL(o, contact)->addresses
                                  : &BOOK_MODEL(o, subscription)->addresses;
    if (list->n == 0)
        return put_any(m);
    ad = &list->v[chance_below(&m->c, list->n)];
    c.key = arena_str(&m->a, o->key);
    c.channel = ad->channel;
    if (c.op == CHANGE_ASK)
        c.code = new_code(m);
    else if (c.op == CHANGE_CONFIRM && often(m, 70))
        c.code_digest =
            often(m, 10) ? STR("code 0000 stale.") : arena_str(&m->a, ad->code.digest);
    return c;
}

static struct actor any_actor(struct maker *m)
{
    struct actor who = { .user = STR("admin"),
                         .key_id = STR("AKID1"),
                         .remote = STR("127.0.0.1"),
                         .operation = STR("Test"),
                         .nonce = STR("") };

    if (often(m, 25)) {
        who.nonce = arena_printf(&m->a, "AKID1/nonce-%u", ++m->minted);
        who.nonce_expires = m->s.wall + (int64_t)chance_below(&m->c, NS_PER_HOUR);
    }
    return who;
}

struct change_set make_puts(struct maker *m)
{
    struct change c = put_any(m);

    c.present = FIELDS_ALL;
    return (
        struct change_set){ .actor = any_actor(m), .v = keep(m, &c, sizeof c), .n = 1 };
}

struct change_set make_changes(struct maker *m)
{
    size_t n = 1 + (often(m, 20) ? chance_below(&m->c, 4) : 0);
    struct change *v = arena_array(&m->a, struct change, n);

    for (size_t i = 0; i < n; i++) {
        size_t dice = chance_below(&m->c, 100);

        v[i] = dice < 65 ? put_any(m) : dice < 80 ? delete_any(m) : address_any(m);
        if (often(m, 3))
            v[i].if_revision = 1 + chance_below(&m->c, 50);
    }
    return (struct change_set){ .actor = any_actor(m), .v = v, .n = n };
}

/* ---- the file ---------------------------------------------------------------------- */

struct change_set make_provision(struct maker *m)
{
    struct change v[16] = { { .op = CHANGE_PROVISION_BEGIN, .kind = OBJECT_ACCOUNT } };
    size_t n = 1;
    struct route r;

    v[n++] = (struct change){ .kind = OBJECT_ZONE, .object = the_zone(m) };
    v[n++] = (struct change){ .kind = OBJECT_ACCOUNT, .object = any_account(m) };
    v[n++] = (struct change){ .kind = OBJECT_USER, .object = any_user(m) };
    if (often(m, 50))
        v[n++] = (struct change){ .kind = OBJECT_CONTACT, .object = any_contact(m) };
    for (size_t i = 0; file_routes[i] != NULL; i++) {
        if (often(m, 20))
            continue;
        r = any_route(m, str_of(file_routes[i]));
        v[n++] = (struct change){ .kind = OBJECT_ROUTE, .object = keep(m, &r, sizeof r) };
    }
    for (size_t i = 1; i < n; i++) {
        v[i].op = CHANGE_UPSERT;
        v[i].present = FIELDS_ALL;
        v[i].provisioned = str_of(file);
    }
    return (struct change_set){ .actor = { .user = STR(""),
                                           .key_id = STR(""),
                                           .remote = STR(""),
                                           .operation = STR("config file"),
                                           .nonce = STR("") },
                                .v = keep(m, v, sizeof v),
                                .n = n };
}
