/* policy_condition.c - when a statement counts: the operators and the global
 * keys of contracts/alibaba.md 4.1, as two tables. */
#include "auth/policy_private.h"

#include "base/time.h"

#include <arpa/inet.h>
#include <stdlib.h>

enum operand_kind {
    OF_TEXT = 1,
    OF_NUMBER = 2,
    OF_DATE = 4,
    OF_BOOL = 8,
    OF_ADDRESS = 16
};

enum relation {
    EQUAL,
    EQUAL_NOCASE,
    LIKE,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    WITHIN
};

struct condition_operator {
    const char *name;
    enum operand_kind kind;
    enum relation relation;
    bool negated; /* holds when no value of the list does */
};

static const struct condition_operator operators[] = {
    { "StringEquals", OF_TEXT, EQUAL, false },
    { "StringNotEquals", OF_TEXT, EQUAL, true },
    { "StringEqualsIgnoreCase", OF_TEXT, EQUAL_NOCASE, false },
    { "StringNotEqualsIgnoreCase", OF_TEXT, EQUAL_NOCASE, true },
    { "StringLike", OF_TEXT, LIKE, false },
    { "StringNotLike", OF_TEXT, LIKE, true },
    { "NumericEquals", OF_NUMBER, EQUAL, false },
    { "NumericNotEquals", OF_NUMBER, EQUAL, true },
    { "NumericLessThan", OF_NUMBER, LESS, false },
    { "NumericLessThanEquals", OF_NUMBER, LESS_EQUAL, false },
    { "NumericGreaterThan", OF_NUMBER, GREATER, false },
    { "NumericGreaterThanEquals", OF_NUMBER, GREATER_EQUAL, false },
    { "DateEquals", OF_DATE, EQUAL, false },
    { "DateNotEquals", OF_DATE, EQUAL, true },
    { "DateLessThan", OF_DATE, LESS, false },
    { "DateLessThanEquals", OF_DATE, LESS_EQUAL, false },
    { "DateGreaterThan", OF_DATE, GREATER, false },
    { "DateGreaterThanEquals", OF_DATE, GREATER_EQUAL, false },
    { "Bool", OF_BOOL, EQUAL, false },
    { "IpAddress", OF_ADDRESS, WITHIN, false },
    { "NotIpAddress", OF_ADDRESS, WITHIN, true },
};

/* IPv4 as its IPv4-mapped IPv6 form, so that ::ffff:10.0.0.1 is 10.0.0.1. */
struct network {
    unsigned char bytes[16];
    unsigned bits; /* of the prefix */
    bool v4;
};

struct operand {
    struct str text;
    double number;
    int64_t at; /* ns, whole seconds */
    bool yes;
    struct network network;
};

/* What the request brings, in the form the operator compares. */
typedef bool condition_read(const struct policy_question *q, enum operand_kind kind,
                            char *room, struct operand *out);
enum { KEY_ROOM = 64 };

struct condition_key {
    const char *name;
    unsigned kinds; /* operand_kind it can be read as */
    condition_read *read;
};

/* ---- values ------------------------------------------------------------- */

static bool network_parse(struct str s, bool prefix, struct network *out)
{
    static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    unsigned char four[4];
    struct str address;
    char z[INET6_ADDRSTRLEN];
    int64_t bits;

    if (!str_cut(&s, '/', &address) || address.n >= sizeof z || (!prefix && s.p != NULL))
        return false;
    memcpy(z, address.p, address.n);
    z[address.n] = '\0';
    if (strlen(z) != address.n)
        return false;
    *out = (struct network){ .v4 = inet_pton(AF_INET, z, four) == 1 };
    if (out->v4) {
        memcpy(out->bytes, mapped, sizeof mapped);
        memcpy(out->bytes + sizeof mapped, four, sizeof four);
    } else if (inet_pton(AF_INET6, z, out->bytes) != 1) {
        return false;
    }
    bits = out->v4 ? 32 : 128;
    if (s.p != NULL && (str_i64(s, &bits) == FAILED || str_starts(s, STR("-")) ||
                        bits > (out->v4 ? 32 : 128)))
        return false;
    out->bits = (unsigned)bits + (out->v4 ? 96 : 0);
    if (out->bits >= 96 && memcmp(out->bytes, mapped, sizeof mapped) == 0)
        out->v4 = true;
    return true;
}

static bool network_has(const struct network *net, const struct network *address)
{
    unsigned whole = net->bits / 8, rest = net->bits % 8;

    if (net->v4 != address->v4 || memcmp(net->bytes, address->bytes, whole) != 0)
        return false;
    return rest == 0 || (net->bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

/* A decimal number as JSON writes it; strtod alone would take hex and "inf". */
static bool number_parse(struct str s, double *out)
{
    char z[KEY_ROOM], *end;

    if (s.n == 0 || s.n >= sizeof z)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (strchr("0123456789+-.eE", s.p[i]) == NULL || s.p[i] == '\0')
            return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    *out = strtod(z, &end);
    return end == z + s.n;
}

static bool operand_parse(struct str s, enum operand_kind kind, struct operand *out)
{
    int32_t offset;

    *out = (struct operand){ .text = s };
    switch (kind) {
    case OF_TEXT:
        return true;
    case OF_NUMBER:
        return number_parse(s, &out->number);
    case OF_DATE:
        return time_parse_rfc3339(s, &out->at, &offset) == OK;
    case OF_BOOL:
        out->yes = str_eq_nocase(s, STR("true"));
        return out->yes || str_eq_nocase(s, STR("false"));
    case OF_ADDRESS:
        return network_parse(s, true, &out->network);
    }
    return false;
}

/* true and 5 may be written without quotes. */
static bool value_text(struct json v, struct arena *a, struct str *out)
{
    switch (json_kind(v)) {
    case JSON_STRING:
        *out = arena_str(a, json_str(v));
        return true;
    case JSON_BOOL:
        *out = json_bool(v) ? STR("true") : STR("false");
        return true;
    case JSON_INT:
        *out = arena_printf(a, "%lld", (long long)json_int(v));
        return true;
    case JSON_NUMBER:
        *out = arena_printf(a, "%.17g", json_number(v));
        return true;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

/* ---- keys ---------------------------------------------------------------- */

/* Whole seconds, as the time is written. As a number: seconds since 1970. */
static bool read_now(const struct policy_question *q, enum operand_kind kind, char *room,
                     struct operand *out)
{
    int64_t least = INT64_MIN / NS_PER_S, /* "test" may ask of any time */
        s = q->now / NS_PER_S - (q->now % NS_PER_S < 0 && q->now / NS_PER_S > least);
    struct buf text;

    if (kind == OF_TEXT) {
        buf_init(&text, KEY_ROOM);
        time_put(&text, s * NS_PER_S, 0, 0);
        out->text = (struct str){ memcpy(room, text.p, text.n), text.n };
        buf_fini(&text);
    }
    out->at = s * NS_PER_S;
    out->number = (double)s;
    return true;
}

static bool read_flag(bool yes, struct operand *out)
{
    out->yes = yes;
    out->text = yes ? STR("true") : STR("false");
    return true;
}

static bool read_secure(const struct policy_question *q, enum operand_kind kind,
                        char *room, struct operand *out)
{
    (void)kind;
    (void)room;
    return read_flag(q->secure_transport, out);
}

/* There is no second factor here: never present. */
static bool read_mfa(const struct policy_question *q, enum operand_kind kind, char *room,
                     struct operand *out)
{
    (void)q;
    (void)kind;
    (void)room;
    return read_flag(false, out);
}

static bool read_source(const struct policy_question *q, enum operand_kind kind,
                        char *room, struct operand *out)
{
    (void)room;
    out->text = q->source_ip;
    return kind == OF_TEXT ? q->source_ip.n > 0
                           : network_parse(q->source_ip, false, &out->network);
}

static const struct condition_key keys[] = {
    { "acs:CurrentTime", OF_TEXT | OF_DATE | OF_NUMBER, read_now },
    { "acs:SecureTransport", OF_TEXT | OF_BOOL, read_secure },
    { "acs:SourceIp", OF_TEXT | OF_ADDRESS, read_source },
    { "acs:MFAPresent", OF_TEXT | OF_BOOL, read_mfa },
};

/* ---- parsing --------------------------------------------------------------- */

static const struct condition_operator *operator_find(struct str name)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (str_is(name, operators[i].name))
            return &operators[i];
    return NULL;
}

static const struct condition_key *key_find(struct str name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

static ok value_parse(struct json v, const struct condition *c, struct arena *a,
                      struct operand *out, struct err *e)
{
    struct str text;

    if (!value_text(v, a, &text))
        return fail(e, FAULT_INVALID, "Condition",
                    "%s of %s: a value must be text, a number or a boolean", c->op->name,
                    c->key->name);
    if (!operand_parse(text, c->op->kind, out))
        return fail(e, FAULT_INVALID, "Condition", "'%.*s' is nothing %s can compare",
                    STR_ARG(text), c->op->name);
    return OK;
}

static ok condition_parse(const struct condition_operator *op, struct str name,
                          struct json v, struct arena *a, struct condition *out,
                          struct err *e)
{
    struct operand *values;

    out->op = op;
    out->key = key_find(name);
    if (out->key == NULL)
        return fail(e, FAULT_INVALID, "Condition", "the key '%.*s' is not known",
                    STR_ARG(name));
    if ((out->key->kinds & (unsigned)op->kind) == 0)
        return fail(e, FAULT_INVALID, "Condition", "%s cannot judge %s", op->name,
                    out->key->name);
    if (!json_is(v, JSON_ARRAY)) {
        values = arena_array(a, struct operand, 1);
        out->values = values;
        out->n = 1;
        return value_parse(v, out, a, values, e);
    }
    if (json_count(v) == 0)
        return fail(e, FAULT_INVALID, "Condition", "%s has no values", out->key->name);
    out->values = values = arena_array(a, struct operand, json_count(v));
    for (struct json_iter it = json_iter(v); json_next(&it);)
        if (value_parse(it.value, out, a, &values[out->n++], e) == FAILED)
            return FAILED;
    return OK;
}

static size_t conditions_count(struct json object)
{
    size_t n = 0;

    for (struct json_iter it = json_iter(object); json_next(&it);)
        n += json_is(it.value, JSON_OBJECT) ? json_count(it.value) : 0;
    return n;
}

ok conditions_parse(struct json object, struct arena *a, struct statement *out,
                    struct err *e)
{
    struct condition *v;
    size_t n = 0;

    if (!json_is(object, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "Condition", "Condition must be an object");
    v = arena_array(a, struct condition, conditions_count(object));
    for (struct json_iter it = json_iter(object); json_next(&it);) {
        const struct condition_operator *op = operator_find(it.key);

        if (op == NULL)
            return fail(e, FAULT_INVALID, "Condition", "the operator '%.*s' is not known",
                        STR_ARG(it.key));
        if (!json_is(it.value, JSON_OBJECT) || json_count(it.value) == 0)
            return fail(e, FAULT_INVALID, "Condition", "%s must hold keys and values",
                        op->name);
        for (struct json_iter in = json_iter(it.value); json_next(&in);)
            if (condition_parse(op, in.key, in.value, a, &v[n++], e) == FAILED)
                return FAILED;
    }
    out->conditions = v;
    out->condition_count = n;
    return OK;
}

/* ---- judging --------------------------------------------------------------- */

/* -1, 0, 1 of numbers and dates. */
static int order(enum operand_kind kind, const struct operand *a, const struct operand *b)
{
    if (kind == OF_NUMBER)
        return (a->number > b->number) - (a->number < b->number);
    return (a->at > b->at) - (a->at < b->at);
}

static bool equal(enum operand_kind kind, const struct operand *a,
                  const struct operand *b)
{
    if (kind == OF_TEXT)
        return str_eq(a->text, b->text);
    return kind == OF_BOOL ? a->yes == b->yes : order(kind, a, b) == 0;
}

static bool relates(const struct condition_operator *op, const struct operand *have,
                    const struct operand *want)
{
    switch (op->relation) {
    case EQUAL:
        return equal(op->kind, have, want);
    case EQUAL_NOCASE:
        return str_eq_nocase(have->text, want->text);
    case LIKE:
        return wildcard_match(want->text, have->text, false);
    case LESS:
        return order(op->kind, have, want) < 0;
    case LESS_EQUAL:
        return order(op->kind, have, want) <= 0;
    case GREATER:
        return order(op->kind, have, want) > 0;
    case GREATER_EQUAL:
        return order(op->kind, have, want) >= 0;
    case WITHIN:
        return network_has(&want->network, &have->network);
    }
    return false;
}

enum truth condition_holds(const struct condition *c, const struct policy_question *q)
{
    struct operand have = { 0 };
    char room[KEY_ROOM];
    bool any = false;

    if (!c->key->read(q, c->op->kind, room, &have))
        return UNSURE;
    for (size_t i = 0; i < c->n && !any; i++)
        any = relates(c->op, &have, &c->values[i]);
    return any != c->op->negated ? YES : NO;
}
