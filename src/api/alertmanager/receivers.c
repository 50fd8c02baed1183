/* receivers.c - GET /api/v2/receivers: whoever alerts may be told by, in the order in
 * which they were configured (contracts/alertmanager.md 2.3). A route of ours without a
 * receiver is one itself, under its own name. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/regex.h"

#include <stdlib.h>

struct named {
    struct str name;
    struct labels labels;
    uint64_t order;
};

static int by_order(const void *x, const void *y)
{
    const struct named *a = x, *b = y;

    return a->order < b->order ? -1 : a->order > b->order;
}

static size_t receivers_of(const struct book *book, struct named *out)
{
    size_t n = 0, receivers;

    for (size_t i = 0; i < book_count(book, OBJECT_RECEIVER); i++) {
        const struct object *o = book_at(book, OBJECT_RECEIVER, i);
        const struct receiver *r = BOOK_MODEL(o, receiver);

        out[n++] = (struct named){ r->name, r->labels, o->order };
    }
    receivers = n;
    qsort(out, n, sizeof *out, by_order);
    for (size_t i = 0; i < book_count(book, OBJECT_ROUTE); i++) {
        const struct object *o = book_at(book, OBJECT_ROUTE, i);
        const struct route *r = BOOK_MODEL(o, route);

        if (r->receiver.n == 0)
            out[n++] = (struct named){ .name = r->name, .order = o->order };
    }
    qsort(out + receivers, n - receivers, sizeof *out, by_order);
    return n;
}

static struct str label_of(const struct named *r, struct str name)
{
    for (size_t i = 0; i < r->labels.n; i++)
        if (str_eq(r->labels.v[i].name, name))
            return r->labels.v[i].value;
    return str_is(name, "name") ? r->name : STR("");
}

static bool fits(const struct named *r, const struct matcher *m, const struct regex *re)
{
    struct str value = label_of(r, m->name);
    bool hit = re != NULL ? regex_matches(re, value) : str_eq(value, m->value);

    return hit == (m->op == MATCH_EQ || m->op == MATCH_RE);
}

/* Leaves those that one matcher means. The regex was judged with the query. */
static size_t keep(struct named *v, size_t n, const struct matcher *m)
{
    struct regex *re = NULL;
    size_t kept = 0;
    struct err e;

    if ((m->op == MATCH_RE || m->op == MATCH_NRE) &&
        regex_new(m->value, &re, &e) == FAILED)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (fits(&v[i], m, re))
            v[kept++] = v[i];
    if (re != NULL)
        regex_free(&re);
    return kept;
}

static void put_receiver(struct json_out *o, const struct named *r)
{
    bool named = false;

    json_object(o);
    json_kv(o, "name", r->name);
    json_key(o, "labels");
    json_object(o);
    for (size_t i = 0; i < r->labels.n; i++) {
        named = named || str_is(r->labels.v[i].name, "name");
        json_key_str(o, r->labels.v[i].name);
        json_string(o, r->labels.v[i].value);
    }
    if (!named)
        json_kv(o, "name", r->name);
    json_object_end(o);
    json_object_end(o);
}

/* Those that all the receiver_matchers of the query mean. */
static ok chosen(struct request *rq, struct named **out, size_t *n, struct err *e)
{
    size_t room =
        book_count(rq->book, OBJECT_RECEIVER) + book_count(rq->book, OBJECT_ROUTE) + 1;
    struct matchers wanted;
    struct err why;

    if (query_matchers(rq, "receiver_matchers", &wanted, &why) == FAILED)
        return fail(e, FAULT_SYNTAX, "receiver_matchers",
                    "failed to parse receiver_matchers param: %s", why.text);
    *out = arena_array(rq->a, struct named, room);
    *n = receivers_of(rq->book, *out);
    for (size_t i = 0; i < wanted.n; i++)
        *n = keep(*out, *n, &wanted.v[i]);
    return OK;
}

ok receivers_named(struct request *rq, struct strs *out, struct err *e)
{
    struct named *v;
    struct str *names;
    size_t n;

    if (chosen(rq, &v, &n, e) == FAILED)
        return FAILED;
    names = arena_array(rq->a, struct str, n + 1);
    for (size_t i = 0; i < n; i++)
        names[i] = v[i].name;
    *out = (struct strs){ names, n };
    return OK;
}

void receivers_get(struct request *rq)
{
    struct json_out o;
    struct named *v;
    struct buf b;
    struct err e;
    size_t n;

    if (chosen(rq, &v, &n, &e) == FAILED) {
        alertmanager_say(rq, 400, arena_str(rq->a, str_of(e.text)));
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    o.html = true;
    json_array(&o);
    for (size_t i = 0; i < n; i++)
        put_receiver(&o, &v[i]);
    json_array_end(&o);
    alertmanager_answer(rq, &b);
}
