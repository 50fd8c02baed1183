/* policy_model_test.c - policies against a second evaluator, written the slow
 * and obvious way and never reading JSON: random documents, one question each,
 * the same verdict from both. */
#include "auth/policy.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { CASES = 6000, LISTED = 3 }; /* POLICY_CASES: so many instead */

static uint64_t seed = 20261121;

static size_t dice(size_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(seed >> 33) % sides;
}

#define PICK(array) (array)[dice(sizeof(array) / sizeof *(array))]

/* ---- the world of the model -------------------------------------------------- */

static const char *const action_patterns[] = {
    "*",
    "cms:*",
    "cms:Put*",
    "cms:?ut*",
    "cms:PutContact",
    "cms:*Group*",
    "cms:*List",
    "aom:*",
    "CMS:DELETE*",
    "cms:Describe?ontactList",
    "aom:*:update",
    "cms:*t*t*",
    "ecs:*",
    "cms:P*t",
    "*:PutContact",
};
static const char *const resource_patterns[] = {
    "*",           "acs:cms:*:*:*",      "acs:cms:cn-?orth-4:*:*", "acs:cms:*:42:*",
    "acs:*:*:*:*", "acs:aom:*:*:rule/*", "acs:cms:*:43:*",
};
static const char *const actions[] = {
    "cms:PutContact",
    "cms:PutContactGroup",
    "cms:DescribeContactList",
    "cms:DeleteContact",
    "aom:actionRule:update",
    "aom:actionRule:delete",
    "cms:DescribeContactGroupList",
};
static const char *const resources[] = {
    "acs:cms:cn-north-4:42:*",
    "acs:cms:eu-west-1:43:*",
    "acs:aom:cn-north-4:42:rule/x",
    "*",
};

/* Addresses as numbers; the model knows no text of them. */
struct net4 {
    uint32_t address;
    unsigned bits;
};
static const struct net4 nets[] = {
    { 0x0a000000, 8 },  { 0x0a010000, 16 }, { 0xc0a80000, 16 }, { 0, 0 },
    { 0x0a010203, 32 }, { 0x0a010202, 31 }, { 0x7f000001, 32 },
};
static const uint32_t sources[] = { 0x0a010203, 0x0a010202, 0x0a020304, 0xc0a80101,
                                    0x7f000001 };
static const int64_t moments[] = { 0, 1000000000, 1795290177, 1795290178, 1795290179 };

enum what { DATE, NUMBER, SECURE, MFA, NETWORK, TEXT_SECURE };
static const struct {
    const char *op;
    enum what what;
    int relation; /* -2 < , -1 <=, 0 =, 1 >=, 2 > */
    bool negated;
} operators[] = {
    { "DateEquals", DATE, 0, false },
    { "DateNotEquals", DATE, 0, true },
    { "DateLessThan", DATE, -2, false },
    { "DateLessThanEquals", DATE, -1, false },
    { "DateGreaterThan", DATE, 2, false },
    { "DateGreaterThanEquals", DATE, 1, false },
    { "NumericEquals", NUMBER, 0, false },
    { "NumericNotEquals", NUMBER, 0, true },
    { "NumericLessThan", NUMBER, -2, false },
    { "NumericLessThanEquals", NUMBER, -1, false },
    { "NumericGreaterThan", NUMBER, 2, false },
    { "NumericGreaterThanEquals", NUMBER, 1, false },
    { "Bool", SECURE, 0, false },
    { "Bool", MFA, 0, false },
    { "IpAddress", NETWORK, 0, false },
    { "NotIpAddress", NETWORK, 0, true },
    { "StringEquals", TEXT_SECURE, 0, false },
    { "StringNotEquals", TEXT_SECURE, 0, true },
    { "StringEqualsIgnoreCase", TEXT_SECURE, 0, false },
    { "StringNotLike", TEXT_SECURE, 0, true },
};

struct model_condition {
    size_t op;
    size_t n;
    int64_t moments[LISTED];
    bool flags[LISTED];
    struct net4 nets[LISTED];
};

struct model_statement {
    bool deny, all_but;
    size_t action_count, resource_count, condition_count;
    const char *actions[LISTED], *resources[LISTED];
    struct model_condition conditions[LISTED];
};

struct model_question {
    const char *action, *resource;
    uint32_t source;
    int64_t now;
    bool secure;
};

/* ---- the second evaluator ------------------------------------------------------ */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool fits(const char *pattern, const char *text, bool nocase)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return fits(pattern + 1, text, nocase) ||
               (*text != '\0' && fits(pattern, text + 1, nocase));
    if (*text == '\0')
        return false;
    if (*pattern != '?' && *pattern != *text &&
        !(nocase && small(*pattern) == small(*text)))
        return false;
    return fits(pattern + 1, text + 1, nocase);
}

static bool relates(int relation, int64_t have, int64_t want)
{
    return (relation == -2 && have < want) || (relation == -1 && have <= want) ||
           (relation == 0 && have == want) || (relation == 1 && have >= want) ||
           (relation == 2 && have > want);
}

static bool one_value(const struct model_condition *c, size_t i,
                      const struct model_question *q)
{
    switch (operators[c->op].what) {
    case DATE:
    case NUMBER:
        return relates(operators[c->op].relation, q->now, c->moments[i]);
    case SECURE:
    case TEXT_SECURE:
        return c->flags[i] == q->secure;
    case MFA:
        return !c->flags[i];
    case NETWORK:
        for (unsigned bit = 0; bit < c->nets[i].bits; bit++)
            if (((c->nets[i].address ^ q->source) >> (31 - bit) & 1) != 0)
                return false;
        return true;
    }
    return false;
}

static bool model_applies(const struct model_statement *s, const struct model_question *q)
{
    bool action = false, resource = false;

    for (size_t i = 0; i < s->action_count; i++)
        action = action || fits(s->actions[i], q->action, true);
    for (size_t i = 0; i < s->resource_count; i++)
        resource = resource || fits(s->resources[i], q->resource, false);
    for (size_t k = 0; k < s->condition_count; k++) {
        bool any = false;

        for (size_t i = 0; i < s->conditions[k].n; i++)
            any = any || one_value(&s->conditions[k], i, q);
        if (any == operators[s->conditions[k].op].negated)
            return false;
    }
    return resource && action != s->all_but;
}

static enum policy_verdict model_judge(const struct model_statement *v, size_t n,
                                       const struct model_question *q)
{
    bool allowed = false;

    for (size_t i = 0; i < n; i++)
        if (v[i].deny && model_applies(&v[i], q))
            return POLICY_EXPLICIT_DENY;
    for (size_t i = 0; i < n; i++)
        allowed = allowed || model_applies(&v[i], q);
    return allowed ? POLICY_ALLOW : POLICY_IMPLICIT_DENY;
}

/* ---- the model as JSON ------------------------------------------------------------ */

static void write_list(struct json_out *o, const char *key, const char *const *v,
                       size_t n)
{
    json_key(o, key);
    if (n == 1 && dice(2) == 0) {
        json_string(o, str_of(v[0]));
        return;
    }
    json_array(o);
    for (size_t i = 0; i < n; i++)
        json_string(o, str_of(v[i]));
    json_array_end(o);
}

static void write_value(struct json_out *o, const struct model_condition *c, size_t i)
{
    const struct net4 *net = &c->nets[i];
    char text[64];
    struct buf b;

    switch (operators[c->op].what) {
    case DATE:
        buf_init(&b, 64);
        time_put(&b, c->moments[i] * NS_PER_S, dice(2) ? 0 : 8 * 3600, 0);
        json_string(o, buf_str(&b));
        buf_fini(&b);
        return;
    case NUMBER:
        snprintf(text, sizeof text, "%lld", (long long)c->moments[i]);
        if (dice(2))
            json_string(o, str_of(text));
        else
            json_i64(o, c->moments[i]);
        return;
    case SECURE:
    case MFA:
        if (dice(2)) {
            json_truth(o, c->flags[i]);
            return;
        }
        json_string(o, c->flags[i] ? STR("true") : STR("false"));
        return;
    case TEXT_SECURE:
        json_string(o, c->flags[i] ? STR("true") : STR("false"));
        return;
    case NETWORK:
        snprintf(text, sizeof text,
                 net->bits == 32 && dice(2) ? "%u.%u.%u.%u" : "%u.%u.%u.%u/%u",
                 net->address >> 24, net->address >> 16 & 255, net->address >> 8 & 255,
                 net->address & 255, net->bits);
        json_string(o, str_of(text));
        return;
    }
}

static void write_conditions(struct json_out *o, const struct model_statement *s)
{
    static const char *const keys[] = { "acs:CurrentTime",     "acs:CurrentTime",
                                        "acs:SecureTransport", "acs:MFAPresent",
                                        "acs:SourceIp",        "acs:SecureTransport" };

    json_key(o, "Condition");
    json_object(o);
    for (size_t k = 0; k < s->condition_count; k++) {
        const struct model_condition *c = &s->conditions[k];

        json_key(o, operators[c->op].op);
        json_object(o);
        json_key(o, keys[operators[c->op].what]);
        json_array(o);
        for (size_t i = 0; i < c->n; i++)
            write_value(o, c, i);
        json_array_end(o);
        json_object_end(o);
    }
    json_object_end(o);
}

static void write_document(struct buf *out, const struct model_statement *v, size_t n)
{
    struct json_out o = json_out(out);

    json_object(&o);
    json_kv(&o, "Version", STR("1"));
    json_key(&o, "Statement");
    json_array(&o);
    for (size_t i = 0; i < n; i++) {
        json_object(&o);
        json_kv(&o, "Effect", v[i].deny ? STR("Deny") : STR("Allow"));
        write_list(&o, v[i].all_but ? "NotAction" : "Action", v[i].actions,
                   v[i].action_count);
        write_list(&o, "Resource", v[i].resources, v[i].resource_count);
        if (v[i].condition_count > 0)
            write_conditions(&o, &v[i]);
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
}

/* ---- throwing the dice -------------------------------------------------------------- */

/* Operators within a statement differ by name: a key may not stand there twice. */
static void throw_conditions(struct model_statement *s)
{
    size_t wanted = dice(LISTED + 1);

    while (s->condition_count < wanted) {
        struct model_condition c = { .op = dice(sizeof operators / sizeof *operators) };
        bool again = false;

        for (size_t k = 0; k < s->condition_count; k++)
            again = again ||
                    strcmp(operators[s->conditions[k].op].op, operators[c.op].op) == 0;
        if (again)
            continue;
        c.n = 1 + dice(LISTED);
        for (size_t i = 0; i < c.n; i++) {
            c.moments[i] = PICK(moments);
            c.flags[i] = dice(2) != 0;
            c.nets[i] = PICK(nets);
        }
        s->conditions[s->condition_count++] = c;
    }
}

static struct model_statement throw_statement(void)
{
    struct model_statement s = { .deny = dice(3) == 0, .all_but = dice(4) == 0 };

    s.action_count = 1 + dice(LISTED);
    s.resource_count = 1 + dice(LISTED);
    for (size_t i = 0; i < LISTED; i++) {
        s.actions[i] = PICK(action_patterns);
        s.resources[i] = PICK(resource_patterns);
    }
    if (dice(2) == 0)
        throw_conditions(&s);
    return s;
}

static void test_random_documents(void **)
{
    const char *more = getenv("POLICY_CASES");
    size_t seen[3] = { 0 }, cases = more != NULL ? strtoul(more, NULL, 10) : CASES;

    for (size_t n = 0; n < cases; n++) {
        struct model_statement v[4];
        size_t count = 1 + dice(4);
        struct model_question m = { PICK(actions), PICK(resources), PICK(sources),
                                    PICK(moments), dice(2) != 0 };
        char source[32];
        struct policy_question q;
        struct buf document;
        enum policy_verdict want;
        struct err e;

        for (size_t i = 0; i < count; i++)
            v[i] = throw_statement();
        snprintf(source, sizeof source, "%u.%u.%u.%u", m.source >> 24,
                 m.source >> 16 & 255, m.source >> 8 & 255, m.source & 255);
        q = (struct policy_question){ .action = str_of(m.action),
                                      .resource = str_of(m.resource),
                                      .source_ip = str_of(source),
                                      .secure_transport = m.secure,
                                      .now =
                                          m.now * NS_PER_S + (int64_t)dice(999999999) };
        buf_init(&document, 1 << 16);
        write_document(&document, v, count);
        want = document.n > 2048 ? POLICY_EXPLICIT_DENY : model_judge(v, count, &m);
        if (document.n <= 2048 && policy_check(buf_str(&document), &e) == FAILED)
            fail_msg("%s: %.*s", e.text, STR_ARG(buf_str(&document)));
        if (policy_eval(buf_str(&document), &q) != want)
            fail_msg("case %zu: %.*s", n, STR_ARG(buf_str(&document)));
        seen[want]++;
        buf_fini(&document);
    }
    print_message("%d documents: %zu allowed, %zu implicit, %zu explicit\n", (int)cases,
                  seen[POLICY_ALLOW], seen[POLICY_IMPLICIT_DENY],
                  seen[POLICY_EXPLICIT_DENY]);
    for (size_t i = 0; i < 3; i++)
        assert_true(seen[i] > cases / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
