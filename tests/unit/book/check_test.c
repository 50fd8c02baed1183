/* check_test.c - every bound at, below and above; every forbidden character. */
#include "../../support/book_rig.h"

#include "base/time.h"
#include "book/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct rig rig;

static int setup(void **)
{
    rig_init(&rig);
    return 0;
}

static int teardown(void **)
{
    rig_fini(&rig);
    return 0;
}

#define MODEL(change, type) ((struct type *)(uintptr_t)(change).object)

/* `n` times the same piece. */
static struct str times(const char *piece, size_t n)
{
    size_t each = strlen(piece);
    char *p = arena_alloc(&rig.a, n * each);

    for (size_t i = 0; i < n; i++)
        memcpy(p + i * each, piece, each);
    return (struct str){ p, n * each };
}

static void judge(struct change c, const char *field, enum fault fault)
{
    struct err e = { 0 };
    ok done = change_check(&c, &e);

    if (field == NULL) {
        if (done != OK)
            printf("refused: %s: %s\n", e.field, e.text);
        assert_int_equal(done, OK);
    } else {
        assert_int_equal(done, FAILED);
        assert_int_equal(e.fault, fault);
        assert_string_equal(e.field, field);
        assert_true(e.text[0] != '\0');
    }
}

static void good(struct change c)
{
    judge(c, NULL, FAULT_INVALID);
}

static void bad(struct change c, const char *field)
{
    judge(c, field, FAULT_INVALID);
}

/* The text member of that tag in the change's object, and its name. */
static struct str *member_of(struct change c, unsigned tag, const char **field)
{
    const struct field *f = object_kinds[c.kind].schema->fields;

    while (f->tag != tag)
        f++;
    *field = f->name;
    return (struct str *)(uintptr_t)((const char *)c.object + f->offset);
}

/* Judges the change with this text in that field. */
static void text(struct change c, unsigned tag, struct str value, bool want)
{
    const char *field;
    struct str *member = member_of(c, tag, &field), kept = *member;

    *member = value;
    if (want)
        good(c);
    else
        bad(c, field);
    *member = kept;
}

/* From `least` to `most` characters, whatever a character weighs. */
static void bounds(struct change c, unsigned tag, size_t least, size_t most)
{
    static const char *const pieces[] = { "a", "考", "\U00020000" };

    for (size_t i = 0; i < 3; i++) {
        text(c, tag, times(pieces[i], least), true);
        text(c, tag, times(pieces[i], most), true);
        text(c, tag, times(pieces[i], most + 1), false);
        if (least > 0)
            text(c, tag, times(pieces[i], least - 1), false);
    }
}

/* What no name may hold. */
static void no_names(struct change c, unsigned tag)
{
    static const struct str names[] = {
        STR_INIT("ab\x01"),
        STR_INIT("a\0b"),
        STR_INIT("a\nb"),
        STR_INIT("ab\x7f"),
        STR_INIT("a\xc2\x85z"),
        STR_INIT("ab\xff"),
        STR_INIT("a\xc0\x80z"),
        STR_INIT("\xed\xa0\x80"),
        STR_INIT(" ab"),
        STR_INIT("ab "),
        STR_INIT("\u3000ab"),
        STR_INIT("ab\u00a0"),
        STR_INIT("\ufeff"
                 "ab"),
        STR_INIT("ab\u200b"),
        STR_INIT("\xe8\x80"),
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        text(c, tag, names[i], false);
}

/* ---- contacts and groups ------------------------------------------------ */

static void test_contact_name(void **)
{
    static const char *const yes[] = {
        "al",   "张三",      "a1", "a.b_c-d", "Ж-7", "é1", "tf-testAccCmsAlarm12345",
        "René", "Rene\u0301"
    };
    static const char *const no[] = { "1a",          "_a",   "-a",   ".a",
                                      "a b",         "a/b",  "a\"b", "a\U0001f514",
                                      "\U0001f514a", "a，b", "a@b",  "\u0301ab",
                                      "a\u200db" };
    struct change c = put_contact(&rig, "al", NULL, NULL);

    bounds(c, CONTACT_NAME, CONTACT_NAME_MIN, CONTACT_NAME_MAX);
    no_names(c, CONTACT_NAME);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        text(c, CONTACT_NAME, str_of(yes[i]), true);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        text(c, CONTACT_NAME, str_of(no[i]), false);
}

static void test_contact_fields(void **)
{
    struct change c = put_contact(&rig, "al", NULL, NULL);

    bounds(c, CONTACT_DESCRIBE, 0, DESCRIBE_MAX);
    text(c, CONTACT_DESCRIBE, STR(" two\r\n\tlines \U0001f514"), true);
    text(c, CONTACT_DESCRIBE, STR("a\0b"), false);
    text(c, CONTACT_DESCRIBE, STR("\x1b[2J"), false);
    text(c, CONTACT_DESCRIBE, STR("\xc2\x9b"), false);
    text(c, CONTACT_DESCRIBE, STR("\xff"), false);
    text(c, CONTACT_LANG, STR("zh-cn"), true);
    text(c, CONTACT_LANG, STR("en"), true);
    text(c, CONTACT_LANG, STR("zh-CN"), false);
    text(c, CONTACT_LANG, STR("de"), false);
    text(c, CONTACT_ZONE, STR("America/Argentina/Buenos_Aires"), true);
    text(c, CONTACT_ZONE, STR("Etc/GMT+8"), true);
    text(c, CONTACT_ZONE, STR("../../etc/passwd"), false);
    text(c, CONTACT_ZONE, times("a", ZONE_NAME_MAX), true);
    text(c, CONTACT_ZONE, times("a", ZONE_NAME_MAX + 1), false);
    /* What is not given is not judged. */
    c.present = FIELD_BIT(CONTACT_NAME);
    text(c, CONTACT_LANG, STR("de"), true);
}

static void test_group(void **)
{
    static const char *const yes[] = { "考勤系统组", "My alert contact group",
                                       "1",          "a/b:\"c\" <d>",
                                       "\U0001f514", "-" };
    struct change c = put_group(&rig, "g", NULL);

    bounds(c, GROUP_NAME, 1, CONTACT_GROUP_NAME_MAX);
    no_names(c, GROUP_NAME);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        text(c, GROUP_NAME, str_of(yes[i]), true);
    c.present |= FIELD_BIT(GROUP_DESCRIBE);
    bounds(c, GROUP_DESCRIBE, 0, DESCRIBE_MAX);
}

static void test_members(void **)
{
    struct change c = put_group(&rig, "g", NULL);
    struct str names[10 * CONTACT_GROUP_MEMBERS_MAX + 1];
    enum { MAX = CONTACT_GROUP_MEMBERS_MAX };

    for (size_t i = 0; i <= 10 * MAX; i++)
        names[i] = arena_printf(&rig.a, "c%zu", i % MAX);
    c.present = FIELD_BIT(GROUP_MEMBERS);
    MODEL(c, contact_group)->members = (struct strs){ names, 0 };
    good(c);
    MODEL(c, contact_group)->members.n = MAX;
    good(c);
    MODEL(c, contact_group)->members.n = 10 * MAX; /* each ten times */
    good(c);
    MODEL(c, contact_group)->members.n++;
    bad(c, "members");
    MODEL(c, contact_group)->members.n = MAX + 1;
    names[MAX] = STR("one more");
    bad(c, "members");
    MODEL(c, contact_group)->members.n = 1;
    names[0] = STR("");
    bad(c, "members");
    names[0] = STR("a\0b");
    bad(c, "members");
    names[0] = STR("a\xff");
    bad(c, "members");
}

/* ---- addresses ----------------------------------------------------------- */

struct place {
    enum channel_kind channel;
    const char *plain;
    bool good;
};

static const struct place places[] = {
    { CHANNEL_MAIL, "a@b", true },
    { CHANNEL_MAIL, "first.last+tag@example.org", true },
    { CHANNEL_MAIL, "张三@例子.公司", true },
    { CHANNEL_MAIL, "o'brien@x-y.example", true },
    { CHANNEL_MAIL, "a", false },
    { CHANNEL_MAIL, "@b", false },
    { CHANNEL_MAIL, "a@", false },
    { CHANNEL_MAIL, "a@b@c", false },
    { CHANNEL_MAIL, "a b@c", false },
    { CHANNEL_MAIL, " a@b", false },
    { CHANNEL_MAIL, "a@b\r\nBcc: c@d", false },
    { CHANNEL_MAIL, "<a@b>", false },
    { CHANNEL_MAIL, "a,c@b", false },
    { CHANNEL_MAIL, "\"a\"@b", false },
    { CHANNEL_MAIL, "a@b..c", false },
    { CHANNEL_MAIL, "a@.b", false },
    { CHANNEL_MAIL, "a@b.", false },
    { CHANNEL_MAIL, "a@b>c", false },
    { CHANNEL_MAIL, "a@\u3000b", false },
    { CHANNEL_MAIL, "a\u00a0b@c", false },
    { CHANNEL_MAIL, "a@\xff", false },
    { CHANNEL_SMS, "15500000000", true },
    { CHANNEL_SMS, "+86-155 0000-0000", true },
    { CHANNEL_SMS, "10010", true },
    { CHANNEL_SMS, "1001", false },
    { CHANNEL_SMS, "12345678901234567890", true },
    { CHANNEL_SMS, "123456789012345678901", false },
    { CHANNEL_SMS, "++8615500000000", false },
    { CHANNEL_SMS, "155000o0000", false },
    { CHANNEL_SMS, "-15500000000", false },
    { CHANNEL_SMS, "15500000000 ", false },
    { CHANNEL_SMS, "1----------------------------------------5500", false },
    { CHANNEL_SMS, "１５５００００００００", false },
    { CHANNEL_SMS, "", false },
    { CHANNEL_ALIIM, "旺旺 账号", true },
    { CHANNEL_ALIIM, "", false },
    { CHANNEL_ALIIM, "a\x01", false },
    { CHANNEL_DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=1", true },
    { CHANNEL_DINGTALK, "http://127.0.0.1:8080/robot?secret=SEC", true },
    { CHANNEL_DINGTALK, "ftp://h/", false },
    { CHANNEL_WEBHOOK, "HTTPS://h", true },
    { CHANNEL_WEBHOOK, "http://[::1]:80/x", true },
    { CHANNEL_WEBHOOK, "http://[::1]/", true },
    { CHANNEL_WEBHOOK, "http://u:p@h:1/?a=b#c", true },
    { CHANNEL_WEBHOOK, "http://例子.公司/路径", true },
    { CHANNEL_WEBHOOK, "http://h?x", true },
    { CHANNEL_WEBHOOK, "http://h:65535", true },
    { CHANNEL_WEBHOOK, "http://", false },
    { CHANNEL_WEBHOOK, "http:///path", false },
    { CHANNEL_WEBHOOK, "http://:80/", false },
    { CHANNEL_WEBHOOK, "http://u@/", false },
    { CHANNEL_WEBHOOK, "http://h:/", false },
    { CHANNEL_WEBHOOK, "http://h:0/", false },
    { CHANNEL_WEBHOOK, "http://h:65536/", false },
    { CHANNEL_WEBHOOK, "http://h:-1/", false },
    { CHANNEL_WEBHOOK, "http://h:80:90/", false },
    { CHANNEL_WEBHOOK, "http://[::1/", false },
    { CHANNEL_WEBHOOK, "http://[::1]x/", false },
    { CHANNEL_WEBHOOK, "http://[g]/", false },
    { CHANNEL_WEBHOOK, "http://a b/", false },
    { CHANNEL_WEBHOOK, "http://h/a b", false },
    { CHANNEL_WEBHOOK, "http://h/\r\nX: y", false },
    { CHANNEL_WEBHOOK, "http://h\\@evil/", false },
    { CHANNEL_WEBHOOK, "javascript:alert(1)", false },
    { CHANNEL_WEBHOOK, "//h/", false },
    { CHANNEL_WEBHOOK, "", false },
};

static void place_is(enum channel_kind channel, struct str plain, bool want)
{
    struct err e = { 0 };

    if ((address_check(channel, plain, &e) == OK) != want)
        printf("%s '%.*s': %s\n", channel_names[channel], STR_ARG(plain), e.text);
    assert_int_equal(address_check(channel, plain, &e) == OK, want);
    if (!want) {
        assert_int_equal(e.fault, FAULT_INVALID);
        assert_true(str_starts(str_of(e.field), STR("addresses.")));
        assert_string_equal(e.field + strlen("addresses."), channel_names[channel]);
    }
}

static void test_places(void **)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        place_is(places[i].channel, str_of(places[i].plain), places[i].good);
    place_is(CHANNEL_MAIL, STR("a\0@b"), false);
    place_is(CHANNEL_WEBHOOK, STR("http://h\0/"), false);
}

static void test_place_lengths(void **)
{
    struct str local = times("a", 64), host = times("b", 254 - 65);

    place_is(CHANNEL_MAIL, arena_printf(&rig.a, "%.*s@b", STR_ARG(local)), true);
    place_is(CHANNEL_MAIL, arena_printf(&rig.a, "a%.*s@b", STR_ARG(local)), false);
    place_is(CHANNEL_MAIL,
             arena_printf(&rig.a, "%.*s@%.*s", STR_ARG(local), STR_ARG(host)), true);
    place_is(CHANNEL_MAIL,
             arena_printf(&rig.a, "%.*s@%.*sb", STR_ARG(local), STR_ARG(host)), false);
    for (size_t n = ENDPOINT_MAX - 1; n <= ENDPOINT_MAX + 1; n++) {
        struct str path = times("p", n - strlen("http://h/"));

        place_is(CHANNEL_WEBHOOK, arena_printf(&rig.a, "http://h/%.*s", STR_ARG(path)),
                 n <= ENDPOINT_MAX);
    }
}

static struct change with(const struct address *v, size_t n)
{
    struct change c = put_contact(&rig, "al", NULL, NULL);

    MODEL(c, contact)->addresses = (struct addresses){ v, n };
    return c;
}

static void test_addresses(void **)
{
    struct address v[] = { mail_address(&rig, "a@x.org", "code"),
                           ding_address(&rig, "https://d/"),
                           mail_address(&rig, "b@x.org", NULL) };
    struct address kept;

    good(with(v, 2));
    bad(with(v, 3), "addresses.email"); /* two of one channel */
    kept = v[0];
    v[0].code = (struct secret){ STR(""), STR(""), STR("") };
    bad(with(v, 1), "addresses.email"); /* pending, and nothing to confirm it by */
    v[0].state = ADDRESS_CANCELLED;
    bad(with(v, 1), "addresses.email");
    v[0] = kept;
    v[0].plain = STR("nowhere");
    bad(with(v, 1), "addresses.email");
    kept = v[1];
    v[1].plain = STR("https://d/");
    bad(with(v + 1, 1), "addresses.dingtalk"); /* not sealed */
    v[1] = kept;
    v[1].secret.sealed = STR("");
    bad(with(v + 1, 1), "addresses.dingtalk");
    v[1] = kept;
    v[1].state = ADDRESS_PENDING; /* nobody can confirm a robot */
    v[1].code = hidden(&rig, "code");
    bad(with(v + 1, 1), "addresses.dingtalk");
    v[1] = kept;
    v[1].channel = CHANNEL_COUNT;
    bad(with(v + 1, 1), "addresses");
}

/* ---- AOM and SMN --------------------------------------------------------- */

static void test_rule(void **)
{
    static const char *const yes[] = { "规则_1", "a", "1", "a-b", "a_b" };
    static const char *const no[] = { "_a",  "a_",    "-a",  "a-",        "a b",
                                      "a.b", "规则_", "a*b", "\U0001f514" };
    struct change c = put_rule(&rig, CHANGE_CREATE, "r", "ops");

    good(c);
    bounds(c, RULE_NAME, 1, ACTION_RULE_NAME_MAX);
    no_names(c, RULE_NAME);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        text(c, RULE_NAME, str_of(yes[i]), true);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        text(c, RULE_NAME, str_of(no[i]), false);
    bounds(c, RULE_DESC, 0, ACTION_RULE_DESC_MAX);
    text(c, RULE_DESC, STR("a_b, *c* (说明): !"), true);
    text(c, RULE_DESC, STR("_a"), false);
    text(c, RULE_DESC, STR("a_"), false);
    bounds(c, RULE_USER_NAME, 0, ACTION_RULE_USER_MAX);
    bounds(c, RULE_TEMPLATE_NAME, 1, TEMPLATE_NAME_MAX);
    bounds(c, RULE_TIME_ZONE, 1, TIME_ZONE_MAX);
    text(c, RULE_TIME_ZONE, STR("xx/XXX"), true);
    text(c, RULE_TYPE, STR("2"), true);
    text(c, RULE_TYPE, STR("3"), true);
    text(c, RULE_TYPE, STR("0"), false);
    text(c, RULE_TYPE, STR("4"), false);
    text(c, RULE_TYPE, STR("11"), false);
    text(c, RULE_TYPE, STR(""), false);
}

static void test_rule_needs(void **)
{
    static const struct {
        unsigned tag;
        const char *field;
    } needed[] = { { RULE_TYPE, "type" },
                   { RULE_TEMPLATE_NAME, "template_name" },
                   { RULE_TOPICS, "topics" } };
    struct change c = put_rule(&rig, CHANGE_CREATE, "r", "ops");

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        c.present = FIELDS_ALL & ~FIELD_BIT(needed[i].tag);
        judge(c, needed[i].field, FAULT_MISSING);
    }
    c.op = CHANGE_UPDATE; /* may leave as it is what it does not give */
    good(c);
}

static void test_rule_topics(void **)
{
    struct change c = put_rule(&rig, CHANGE_CREATE, "r", "ops");
    struct rule_topic v[6], first = MODEL(c, action_rule)->topics.v[0];

    for (size_t i = 0; i < 6; i++)
        v[i] = first;
    MODEL(c, action_rule)->topics.v = v;
    for (size_t n = 0; n <= 6; n++) {
        MODEL(c, action_rule)->topics.n = n;
        if (n >= 1 && n <= ACTION_RULE_TOPICS_MAX)
            good(c);
        else
            bad(c, "topics");
    }
    MODEL(c, action_rule)->topics.n = 1;
    v[0].push_policy = 1;
    good(c);
    v[0].push_policy = 2;
    bad(c, "topics.push_policy");
    v[0].push_policy = -1;
    bad(c, "topics.push_policy");
    v[0] = first;
    v[0].display_name = times("a", TOPIC_DISPLAY_NAME_MAX);
    good(c);
    v[0].display_name = times("考", TOPIC_DISPLAY_NAME_MAX / 3);
    good(c);
    v[0].display_name = times("考", TOPIC_DISPLAY_NAME_MAX / 3 + 1);
    bad(c, "topics.display_name");
    v[0] = first;
    v[0].name = STR("-a");
    bad(c, "topics.name");
    v[0] = first;
    v[0].urn = STR("urn:smn:cn-north-4:p1:");
    bad(c, "topics.urn");
}

static void test_urns(void **)
{
    static const char *const no[] = { "",
                                      "urn",
                                      "urn:smn:r:p",
                                      "urn:smn:r:p:",
                                      "urn:smn::p:t",
                                      "urn:smn:r::t",
                                      "urn:ecs:r:p:t",
                                      "urm:smn:r:p:t",
                                      "urn:smn:r:p:_t",
                                      "urn:smn:r:p:t:u",
                                      "urn:smn:r:p:主题" };
    struct change c = put_rule(&rig, CHANGE_CREATE, "r", "ops");
    struct rule_topic *t =
        (struct rule_topic *)(uintptr_t)MODEL(c, action_rule)->topics.v;
    struct str region;

    t->urn = STR("urn:smn:cn-north-4:2b31ed520xxxxxxebedb6e57xxxxxxxx:gxxt");
    good(c);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        t->urn = str_of(no[i]);
        bad(c, "topics.urn");
    }
    for (size_t n = URN_MAX - 1; n <= URN_MAX + 1; n++) {
        region = times("r", n - strlen("urn:smn::p:t"));
        t->urn = arena_printf(&rig.a, "urn:smn:%.*s:p:t", STR_ARG(region));
        if (n <= URN_MAX)
            good(c);
        else
            bad(c, "topics.urn");
    }
}

static void topic_named(struct str name, bool want)
{
    struct change c = put_topic(&rig, "t");

    MODEL(c, topic)->name = name;
    MODEL(c, topic)->urn = arena_printf(&rig.a, "urn:smn:r:p:%.*s", STR_ARG(name));
    if (want)
        good(c);
    else
        bad(c, "name");
}

static void test_topic(void **)
{
    struct change c = put_topic(&rig, "ops");

    good(c);
    topic_named(times("a", TOPIC_NAME_MAX), true);
    topic_named(times("a", TOPIC_NAME_MAX + 1), false);
    topic_named(STR("9"), true);
    topic_named(STR("a-_"), true);
    topic_named(STR(""), false);
    topic_named(STR("_a"), false);
    topic_named(STR("-a"), false);
    topic_named(STR("a b"), false);
    topic_named(STR("主题"), false);
    text(c, TOPIC_URN, STR("urn:smn:r:p:other"), false);
    text(c, TOPIC_URN, STR("urn:smn:r:p:xops"), false);
    text(c, TOPIC_DISPLAY_NAME, times("é", TOPIC_DISPLAY_NAME_MAX / 2), true);
    text(c, TOPIC_DISPLAY_NAME, times("é", TOPIC_DISPLAY_NAME_MAX / 2 + 1), false);
    text(c, TOPIC_ID, STR("0123456789ABCDEF0123456789abcdef"), false);
    text(c, TOPIC_ID, STR(""), false);
    MODEL(c, topic)->push_policy = 2;
    bad(c, "push_policy");
}

static void test_subscription(void **)
{
    struct change c = subscribe(&rig, "ops", "1", "a@x.org", "code");
    struct addresses kept = MODEL(c, subscription)->addresses;

    good(c);
    text(c, SUBSCRIPTION_REMARK, times("a", REMARK_MAX), true);
    text(c, SUBSCRIPTION_REMARK, times("a", REMARK_MAX + 1), false);
    text(c, SUBSCRIPTION_REMARK, times("备", REMARK_MAX / 3 + 1), false);
    text(c, SUBSCRIPTION_TOPIC, STR("a:b"), false);
    text(c, SUBSCRIPTION_PROTOCOL, STR(""), false);
    text(c, SUBSCRIPTION_ID, STR("1"), false);
    MODEL(c, subscription)->addresses.n = 0;
    bad(c, "addresses");
    MODEL(c, subscription)->addresses = (struct addresses){
        (struct address[]){ kept.v[0], ding_address(&rig, "https://d") }, 2
    };
    bad(c, "addresses");
}

static void test_template(void **)
{
    struct message_template t = { STR("words"),
                                  STR("zh-cn"),
                                  STR(""),
                                  STR("LTS"),
                                  STR("[{\"content\":\"第一\\n\"}]\n"),
                                  STR("") };
    struct change c = {
        .op = CHANGE_CREATE, .kind = OBJECT_TEMPLATE, .object = &t, .present = FIELDS_ALL
    };

    good(c);
    bounds(c, TEMPLATE_NAME, 1, TEMPLATE_NAME_MAX);
    text(c, TEMPLATE_NAME, STR("a b"), false);
    text(c, TEMPLATE_LOCALE, STR("en-us"), true);
    text(c, TEMPLATE_LOCALE, STR("en"), false);
    bounds(c, TEMPLATE_DESC, 0, TEMPLATE_DESC_MAX);
    text(c, TEMPLATE_TEMPLATES, times("a", TEMPLATE_TEXT_MAX), true);
    text(c, TEMPLATE_TEMPLATES, times("a", TEMPLATE_TEXT_MAX + 1), false);
    text(c, TEMPLATE_TEMPLATES, STR(""), false);
}

/* ---- routes -------------------------------------------------------------- */

static void test_route_spans(void **)
{
    const int64_t most = ROUTE_SPAN_MAX_DAYS * NS_PER_DAY;
    struct change c = put_route(&rig, "r", "ops");
    struct route *r = MODEL(c, route), first = *r;

    good(c);
    r->group_wait = most;
    r->group_interval = most;
    r->repeat_interval = most;
    good(c);
    r->group_wait = -1;
    bad(c, "group_wait");
    r->group_wait = most + 1;
    bad(c, "group_wait");
    *r = first;
    r->group_interval = 0;
    bad(c, "group_interval");
    r->group_interval = most + 1;
    bad(c, "group_interval");
    *r = first;
    r->repeat_interval = 0;
    bad(c, "repeat_interval");
    r->repeat_interval = INT64_MIN;
    bad(c, "repeat_interval");
    *r = first;
    c.op = CHANGE_CREATE;
    c.present &= ~FIELD_BIT(ROUTE_REPEAT_INTERVAL);
    judge(c, "repeat_interval", FAULT_MISSING);
}

static void test_route_matchers(void **)
{
    struct change c = put_route(&rig, "r", "ops");
    struct matcher v[ROUTE_MATCHERS_MAX + 1];
    struct route *r = MODEL(c, route);

    for (size_t i = 0; i <= ROUTE_MATCHERS_MAX; i++)
        v[i] = (struct matcher){ STR("team"), MATCH_EQ, STR("") };
    r->matchers = (struct matchers){ v, ROUTE_MATCHERS_MAX };
    good(c);
    r->matchers.n++;
    bad(c, "matchers");
    r->matchers.n = 1;
    v[0] = (struct matcher){ STR("区域"), MATCH_RE, STR("a|(b+)\n\\d") };
    good(c);
    v[0].value = STR("a(");
    bad(c, "matchers.value");
    v[0].op = MATCH_NRE;
    bad(c, "matchers.value");
    v[0].value = STR("(?=a)"); /* RE2 has no look-ahead */
    bad(c, "matchers.value");
    v[0].op = MATCH_EQ;
    good(c);
    v[0].op = MATCH_NRE + 1;
    bad(c, "matchers.op");
    v[0] = (struct matcher){ STR("a"), MATCH_EQ, times("a", MATCHER_VALUE_MAX) };
    good(c);
    v[0].value = times("a", MATCHER_VALUE_MAX + 1);
    bad(c, "matchers.value");
    v[0].value = STR("\xff");
    bad(c, "matchers.value");
    v[0] = (struct matcher){ STR(""), MATCH_EQ, STR("") };
    bad(c, "matchers.name");
    v[0].name = times("a", LABEL_NAME_MAX);
    good(c);
    v[0].name = times("a", LABEL_NAME_MAX + 1);
    bad(c, "matchers.name");
}

static void test_route_lists(void **)
{
    static struct str names[ROUTE_TARGETS_MAX + 1];
    struct change c = put_route(&rig, "r", "ops");
    struct route *r = MODEL(c, route);
    struct webhook_target hook = { .url = hidden(&rig, "https://h") };

    for (size_t i = 0; i <= ROUTE_TARGETS_MAX; i++)
        names[i] = STR("a");
    r->contact_groups = r->action_rules = (struct strs){ names, ROUTE_TARGETS_MAX };
    r->group_by = (struct strs){ names, ROUTE_GROUP_BY_MAX };
    good(c);
    r->group_by.n++;
    bad(c, "group_by");
    r->group_by.n = 0;
    r->contact_groups.n++;
    bad(c, "contact_groups");
    r->contact_groups.n = 0;
    r->action_rules.n++;
    bad(c, "action_rules");
    r->action_rules.n = 0;
    names[0] = STR("...");
    r->group_by.n = 1;
    good(c);
    r->group_by.n = 2;
    bad(c, "group_by");
    names[0] = STR("");
    r->group_by.n = 1;
    bad(c, "group_by");
    r->group_by.n = 0;
    r->webhooks.v = &hook;
    r->webhooks.n = 1;
    good(c);
    hook.max_alerts = -1;
    bad(c, "webhooks.max_alerts");
    hook = (struct webhook_target){ .url = { STR(""), STR(""), STR("") } };
    bad(c, "webhooks.url");
    r->webhooks.n = 0;
    bounds(c, ROUTE_NAME, 1, ROUTE_NODE_NAME_MAX);
}

/* ---- users, accounts, zones ---------------------------------------------- */

static void test_user(void **)
{
    struct access_key keys[] = { { .id = STR("AK"), .secret = hidden(&rig, "s") },
                                 { .id = STR("AK"), .secret = hidden(&rig, "t") } };
    struct str policies[] = { STR("full-access"), times("a", POLICY_MAX) };
    struct user u = { .name = STR("ops"),
                      .id = STR(""),
                      .password_hash = times("a", PASSWORD_HASH_MAX),
                      .access_keys = { keys, 1 },
                      .policies = { policies, 2 },
                      .bearer_digest = STR("") };
    struct change c = {
        .op = CHANGE_UPSERT, .kind = OBJECT_USER, .object = &u, .present = FIELDS_ALL
    };

    good(c);
    bounds(c, USER_NAME, 1, USER_NAME_MAX);
    text(c, USER_PASSWORD_HASH, times("a", PASSWORD_HASH_MAX + 1), false);
    text(c, USER_BEARER_DIGEST, times("a", 64), true);
    text(c, USER_BEARER_DIGEST, times("a", 63), false);
    policies[1] = times("a", POLICY_MAX + 1);
    bad(c, "policies");
    policies[1] = STR("");
    bad(c, "policies");
    u.policies.n = 1;
    u.access_keys.n = 2;
    bad(c, "access_keys.id");
    keys[1].id = times("a", ACCESS_KEY_ID_MAX);
    good(c);
    keys[1].id = times("a", ACCESS_KEY_ID_MAX + 1);
    bad(c, "access_keys.id");
    keys[1].id = STR("AK2");
    keys[1].secret.sealed = STR("");
    bad(c, "access_keys.secret");
}

static void test_account(void **)
{
    struct account a = { .name = STR("default"), .resolve_timeout = NS_PER_MIN };
    struct change c = {
        .op = CHANGE_UPSERT, .kind = OBJECT_ACCOUNT, .object = &a, .present = FIELDS_ALL
    };

    good(c);
    text(c, ACCOUNT_PROJECT_ID, times("a", PROJECT_ID_MAX), true);
    text(c, ACCOUNT_PROJECT_ID, times("a", PROJECT_ID_MAX + 1), false);
    text(c, ACCOUNT_PROJECT_ID, STR("a/b"), false);
    text(c, ACCOUNT_EXTERNAL_URL, STR("https://belfry.example/x"), true);
    text(c, ACCOUNT_EXTERNAL_URL, STR("belfry.example"), false);
    bounds(c, ACCOUNT_NAME, 1, ACCOUNT_TEXT_MAX);
    a.resolve_timeout = 0;
    bad(c, "resolve_timeout");
}

static void test_zone(void **)
{
    struct zone_rules z = { STR("UTC"), STR("TZif2 but no more") };
    struct change c = {
        .op = CHANGE_UPSERT, .kind = OBJECT_ZONE, .object = &z, .present = FIELDS_ALL
    };

    bad(c, "tzif");
    z.tzif = STR("");
    bad(c, "tzif");
    z.tzif = times("a", ZONE_TZIF_MAX + 1);
    bad(c, "tzif");
}

/* ---- the other operations ------------------------------------------------- */

static void test_delete(void **)
{
    good(delete_named(&rig, OBJECT_CONTACT, "1 is no name of a contact"));
    bad(delete_named(&rig, OBJECT_CONTACT, ""), "name");
    bad(delete_named(&rig, OBJECT_CONTACT, "a\xff"), "name");
    bad(delete_named(&rig, OBJECT_CONTACT, "a\nb"), "name");
    good(delete_named(&rig, OBJECT_SUBSCRIPTION, "t:id"));
}

static void test_address_changes(void **)
{
    struct change c =
        address_change(&rig, CHANGE_ASK, OBJECT_CONTACT, "al", CHANNEL_MAIL, "code");

    good(c);
    c.channel = CHANNEL_COUNT;
    bad(c, "addresses");
    c.channel = CHANNEL_SMS;
    c.key = STR("");
    bad(c, "name");
    c.key = STR("al");
    c.code.sealed = STR("");
    bad(c, "code");
    c.op = CHANGE_CONFIRM;
    good(c);
    c.kind = OBJECT_ROUTE;
    judge(c, "", FAULT_UNSUPPORTED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_contact_name),    TEST(test_contact_fields), TEST(test_group),
        TEST(test_members),         TEST(test_places),         TEST(test_place_lengths),
        TEST(test_addresses),       TEST(test_rule),           TEST(test_rule_needs),
        TEST(test_rule_topics),     TEST(test_urns),           TEST(test_topic),
        TEST(test_subscription),    TEST(test_template),       TEST(test_route_spans),
        TEST(test_route_matchers),  TEST(test_route_lists),    TEST(test_user),
        TEST(test_account),         TEST(test_zone),           TEST(test_delete),
        TEST(test_address_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
