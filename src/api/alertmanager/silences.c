/* silences.c - GET /api/v2/silences and /silence/{id} (contracts/alertmanager.md 2.7).
 *
 * Read from the book this request stands in, on its own worker: the flow does not
 * notice how many there are. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/time.h"

#include <stdlib.h>

/* ---- one of them ----------------------------------------------------------- */

static void put_time(struct json_out *o, const char *key, int64_t ns)
{
    char text[64];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    time_put(&b, ns, 0, 3);
    json_kv(o, key, buf_str(&b));
}

static void put_matchers(struct json_out *o, const struct matchers *list)
{
    json_key(o, "matchers");
    json_array(o);
    for (size_t i = 0; i < list->n; i++) {
        const struct matcher *m = &list->v[i];

        json_object(o);
        json_kv_bool(o, "isEqual", m->op == MATCH_EQ || m->op == MATCH_RE);
        json_kv_bool(o, "isRegex", m->op == MATCH_RE || m->op == MATCH_NRE);
        json_kv(o, "name", m->name);
        json_kv(o, "value", m->value);
        json_object_end(o);
    }
    json_array_end(o);
}

void silence_put(struct json_out *o, const struct silence *s, int64_t now)
{
    static const char *const words[] = { [SILENCE_ACTIVE] = "active",
                                         [SILENCE_PENDING] = "pending",
                                         [SILENCE_EXPIRED] = "expired" };

    json_object(o);
    json_kv(o, "id", s->id);
    json_key(o, "status");
    json_object(o);
    json_kv(o, "state", str_of(words[silence_state_at(s, now)]));
    json_object_end(o);
    put_time(o, "updatedAt", s->updated_at);
    json_key(o, "annotations");
    json_object(o);
    for (size_t i = 0; i < s->annotations.n; i++) {
        json_key_str(o, s->annotations.v[i].name);
        json_string(o, s->annotations.v[i].value);
    }
    json_object_end(o);
    json_kv(o, "comment", s->comment);
    json_kv(o, "createdBy", s->created_by);
    put_time(o, "endsAt", s->ends_at);
    put_matchers(o, &s->matchers);
    put_time(o, "startsAt", s->starts_at);
    json_object_end(o);
}

static void refuse_id(struct request *rq, struct str id)
{
    struct str words;
    struct buf quoted;

    buf_init(&quoted, BUF_NO_LIMIT);
    json_put_str(&quoted, id);
    words = arena_printf(rq->a, "silenceID in path must be of type uuid: %.*s",
                         STR_ARG(buf_str(&quoted)));
    buf_fini(&quoted);
    alertmanager_refuse(rq, CODE_TYPE, words);
}

static bool is_uuid(struct str s)
{
    static const size_t dashes[] = { 8, 4, 4, 4, 12 };
    size_t at = 0;

    for (size_t part = 0; part < 5; part++) {
        for (size_t i = 0; i < dashes[part]; i++, at++)
            if (at >= s.n || s.p[at] == '\0' ||
                strchr("0123456789abcdefABCDEF", s.p[at]) == NULL)
                return false;
        if (part < 4 && at < s.n && s.p[at] == '-')
            at++;
    }
    return at == s.n;
}

bool silence_id(struct request *rq, struct str *id)
{
    *id = path_var(&alertmanager_of(rq)->vars, "silenceID");
    if (is_uuid(*id))
        return true;
    refuse_id(rq, *id);
    return false;
}

void silence_get(struct request *rq)
{
    const struct silence *s;
    struct json_out o;
    struct buf b;
    struct str id;

    if (!silence_id(rq, &id))
        return;
    s = book_silence(rq->book, id);
    if (s == NULL) {
        alertmanager_status(rq, 404);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    o.html = true;
    silence_put(&o, s, rq->now);
    alertmanager_answer(rq, &b);
}

/* ---- all of them ----------------------------------------------------------- */

struct listed {
    const struct silence *s;
    enum silence_state state;
};

static bool has_matcher(const struct silence *s, const struct matcher *want)
{
    for (size_t i = 0; i < s->matchers.n; i++) {
        const struct matcher *m = &s->matchers.v[i];

        if (m->op == want->op && str_eq(m->name, want->name) &&
            str_eq(m->value, want->value))
            return true;
    }
    return false;
}

static bool has_all(const struct silence *s, struct matchers want)
{
    for (size_t i = 0; i < want.n; i++)
        if (!has_matcher(s, &want.v[i]))
            return false;
    return true;
}

static int order_of(int64_t x, int64_t y)
{
    return x < y ? -1 : x > y;
}

static int by_state(const void *x, const void *y)
{
    static const int rank[] = {
        [SILENCE_ACTIVE] = 0, [SILENCE_PENDING] = 1, [SILENCE_EXPIRED] = 2
    };
    const struct listed *a = x, *b = y;
    int order;

    if (a->state != b->state)
        return rank[a->state] < rank[b->state] ? -1 : 1;
    order = a->state == SILENCE_PENDING  ? order_of(a->s->starts_at, b->s->starts_at)
            : a->state == SILENCE_ACTIVE ? order_of(a->s->ends_at, b->s->ends_at)
                                         : order_of(b->s->ends_at, a->s->ends_at);
    return order != 0 ? order : str_cmp(a->s->id, b->s->id);
}

static size_t collect(const struct request *rq, struct matchers filter,
                      struct listed *out)
{
    bool wanted[] = { [SILENCE_ACTIVE] = query_truth(rq, "active", true),
                      [SILENCE_PENDING] = query_truth(rq, "pending", true),
                      [SILENCE_EXPIRED] = query_truth(rq, "expired", true) };
    size_t n = 0, count = book_count(rq->book, OBJECT_SILENCE);

    for (size_t i = 0; i < count; i++) {
        const struct silence *s =
            BOOK_MODEL(book_at(rq->book, OBJECT_SILENCE, i), silence);
        enum silence_state state = silence_state_at(s, rq->now);

        if (wanted[state] && has_all(s, filter))
            out[n++] = (struct listed){ s, state };
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_state);
    return n;
}

void silences_get(struct request *rq)
{
    struct matchers filter;
    struct listed *found;
    struct json_out o;
    struct buf b;
    struct err e;
    size_t n;

    if (query_matchers(rq, "filter", &filter, &e) == FAILED) {
        alertmanager_say(rq, 400, arena_str(rq->a, str_of(e.text)));
        return;
    }
    found = arena_array(rq->a, struct listed, book_count(rq->book, OBJECT_SILENCE) + 1);
    n = collect(rq, filter, found);
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    o.html = true;
    json_array(&o);
    for (size_t i = 0; i < n; i++)
        silence_put(&o, found[i].s, rq->now);
    json_array_end(&o);
    alertmanager_answer(rq, &b);
}
