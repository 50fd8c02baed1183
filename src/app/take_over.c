/* take_over.c - Alertmanager's two files. Fields that we do not know are passed over. */
#include "app/take_over.h"

#include "app/protobuf.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/time.h"
#include "base/vec.h"

enum { PAYLOAD_SIZE = 1 << 20 };

static ok fail_at(const char *file, struct str bytes, const struct pb *r, struct err *e)
{
    return fail(e, FAULT_SYNTAX, file, "%s is damaged at byte %zu", file,
                (size_t)(r->p - bytes.p));
}

/* google.protobuf.Timestamp: seconds and nanoseconds. */
static bool get_time(struct str bytes, int64_t *out)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;
    int64_t s = 0, ns = 0;

    while (pb_next(&r, &f)) {
        if (f.number == 1 && f.wire == PB_VARINT)
            s = (int64_t)f.value;
        else if (f.number == 2 && f.wire == PB_VARINT)
            ns = (int64_t)f.value;
    }
    if (s > INT64_MAX / NS_PER_S - 1)
        s = INT64_MAX / NS_PER_S - 1;
    if (s < 0 || ns < 0 || ns >= NS_PER_S)
        s = ns = 0;
    *out = s * NS_PER_S + ns;
    return !r.bad;
}

/* ---- silences ---------------------------------------------------------------------------- */

struct matcher_set {
    VEC(struct matcher) v;
};

struct reading {
    struct arena *a;
    VEC(struct silence) silences;
    struct matcher_set *sets; /* of the silence being read */
    size_t set_count;
};

static bool get_matcher(struct str bytes, struct matcher *m)
{
    static const int ops[] = { MATCH_EQ, MATCH_RE, MATCH_NE, MATCH_NRE };
    struct pb r = pb_of(bytes);
    struct pb_field f;

    *m = (struct matcher){ STR(""), MATCH_EQ, STR("") };
    while (pb_next(&r, &f)) {
        if (f.number == 1 && f.wire == PB_VARINT) {
            if (f.value >= sizeof ops / sizeof *ops)
                return false;
            m->op = ops[f.value];
        } else if (f.number == 2 && f.wire == PB_BYTES) {
            m->name = f.bytes;
        } else if (f.number == 3 && f.wire == PB_BYTES) {
            m->value = f.bytes;
        }
    }
    return !r.bad;
}

static bool add_matcher(struct str bytes, struct matcher_set *set)
{
    struct matcher m;

    if (!get_matcher(bytes, &m))
        return false;
    vec_push(&set->v, m);
    return true;
}

static struct matchers matchers_of(struct arena *a, const struct matcher_set *set)
{
    struct matcher *v = arena_array(a, struct matcher, set->v.n + 1);

    if (set->v.n > 0)
        memcpy(v, set->v.v, set->v.n * sizeof *v);
    return (struct matchers){ v, set->v.n };
}

static bool get_label(struct str bytes, struct label *l)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;

    *l = (struct label){ STR(""), STR("") };
    while (pb_next(&r, &f)) {
        if (f.number == 1 && f.wire == PB_BYTES)
            l->name = f.bytes;
        else if (f.number == 2 && f.wire == PB_BYTES)
            l->value = f.bytes;
    }
    return !r.bad;
}

static bool add_annotation(struct reading *rd, struct str bytes, struct silence *s)
{
    struct label *v = arena_array(rd->a, struct label, s->annotations.n + 1), l;

    if (!get_label(bytes, &l))
        return false;
    if (s->annotations.n > 0)
        memcpy(v, s->annotations.v, s->annotations.n * sizeof *v);
    v[s->annotations.n] = l;
    s->annotations = (struct labels){ v, s->annotations.n + 1 };
    return true;
}

static struct str new_id(struct arena *a)
{
    struct str id;
    struct buf b;

    buf_init(&b, 64);
    put_uuid(&b, false);
    id = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return id;
}

/* One set of matchers is one silence of ours; the first keeps the id. */
static void add_silence(struct reading *rd, const struct silence *s,
                        const struct matcher_set *set, bool first)
{
    struct silence own = *s;

    if (set->v.n == 0)
        return;
    if (!first)
        own.id = new_id(rd->a);
    own.matchers = matchers_of(rd->a, set);
    vec_push(&rd->silences, own);
}

static bool add_set(struct str bytes, struct matcher_set *set)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;

    while (pb_next(&r, &f))
        if (f.number == 1 && f.wire == PB_BYTES && !add_matcher(f.bytes, set))
            return false;
    return !r.bad;
}

static bool take_field(struct reading *rd, const struct pb_field *f, struct silence *s,
                       struct matcher_set *own)
{
    if (f->wire != PB_BYTES)
        return true;
    switch (f->number) {
    case 1:
        s->id = f->bytes;
        return true;
    case 2:
        return add_matcher(f->bytes, own);
    case 3:
        return get_time(f->bytes, &s->starts_at);
    case 4:
        return get_time(f->bytes, &s->ends_at);
    case 5:
        return get_time(f->bytes, &s->updated_at);
    case 8:
        s->created_by = f->bytes;
        return true;
    case 9:
        s->comment = f->bytes;
        return true;
    case 10:
        return add_annotation(rd, f->bytes, s);
    default:
        return true;
    }
}

/* The sets of newer versions; the first repeats the matchers of older ones. */
static bool add_sets(struct reading *rd, struct str bytes, const struct silence *s,
                     bool *any)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;

    while (pb_next(&r, &f)) {
        struct matcher_set set = { 0 };
        bool fine;

        if (f.number != 11 || f.wire != PB_BYTES)
            continue;
        fine = add_set(f.bytes, &set);
        if (fine)
            add_silence(rd, s, &set, !*any);
        *any = *any || set.v.n > 0;
        vec_fini(&set.v);
        if (!fine)
            return false;
    }
    return true;
}

static bool get_silence(struct reading *rd, struct str bytes)
{
    struct silence s = { .id = STR(""), .created_by = STR(""), .comment = STR("") };
    struct matcher_set own = { 0 };
    struct pb r = pb_of(bytes);
    struct pb_field f;
    bool fine = true, any = false;

    while (fine && pb_next(&r, &f))
        fine = take_field(rd, &f, &s, &own);
    fine = fine && !r.bad && s.id.n > 0 && add_sets(rd, bytes, &s, &any);
    if (fine && !any)
        add_silence(rd, &s, &own, true);
    vec_fini(&own.v);
    return fine;
}

static bool get_mesh_silence(struct reading *rd, struct str bytes)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;

    while (pb_next(&r, &f))
        if (f.number == 1 && f.wire == PB_BYTES && !get_silence(rd, f.bytes))
            return false;
    return !r.bad;
}

ok take_silences(struct str bytes, struct arena *a, struct taken_silences *out,
                 struct err *e)
{
    struct reading rd = { .a = a };
    struct pb r = pb_of(bytes);
    struct silence *v;
    struct str message;
    bool fine = true;

    while (fine && pb_next_message(&r, &message))
        fine = get_mesh_silence(&rd, message);
    fine = fine && !r.bad;
    v = arena_array(a, struct silence, rd.silences.n + 1);
    if (rd.silences.n > 0)
        memcpy(v, rd.silences.v, rd.silences.n * sizeof *v);
    *out = (struct taken_silences){ v, rd.silences.n };
    vec_fini(&rd.silences);
    return fine ? OK : fail_at("silences", bytes, &r, e);
}

/* ---- what was told ------------------------------------------------------------------------ */

struct hash_list {
    VEC(uint64_t) v;
};

struct entry {
    struct str group_key, receiver, integration;
    uint64_t index;
    int64_t at, expires;
    struct hash_list firing, resolved;
};

/* Packed, as they are written; or one by one. */
static bool get_hashes(const struct pb_field *f, struct hash_list *out)
{
    struct pb r = pb_of(f->bytes);

    if (f->wire != PB_BYTES) {
        vec_push(&out->v, f->value);
        return true;
    }
    while (!r.bad && r.p < r.end)
        vec_push(&out->v, pb_varint(&r));
    return !r.bad;
}

static bool get_receiver(struct str bytes, struct entry *en)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;

    while (pb_next(&r, &f)) {
        if (f.number == 1 && f.wire == PB_BYTES)
            en->receiver = f.bytes;
        else if (f.number == 2 && f.wire == PB_BYTES)
            en->integration = f.bytes;
        else if (f.number == 3 && f.wire == PB_VARINT)
            en->index = f.value;
    }
    return !r.bad;
}

static bool get_entry(struct str bytes, struct entry *en)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;
    bool fine = true;

    while (fine && pb_next(&r, &f)) {
        if (f.number == 1 && f.wire == PB_BYTES)
            en->group_key = f.bytes;
        else if (f.number == 2 && f.wire == PB_BYTES)
            fine = get_receiver(f.bytes, en);
        else if (f.number == 5 && f.wire == PB_BYTES)
            fine = get_time(f.bytes, &en->at);
        else if (f.number == 6)
            fine = get_hashes(&f, &en->firing);
        else if (f.number == 7)
            fine = get_hashes(&f, &en->resolved);
    }
    return fine && !r.bad;
}

static bool get_mesh_entry(struct str bytes, struct entry *en)
{
    struct pb r = pb_of(bytes);
    struct pb_field f;
    bool fine = true;

    while (fine && pb_next(&r, &f)) {
        if (f.number == 1 && f.wire == PB_BYTES)
            fine = get_entry(f.bytes, en);
        else if (f.number == 2 && f.wire == PB_BYTES)
            fine = get_time(f.bytes, &en->expires);
    }
    return fine && !r.bad;
}

static void put_hashes(struct buf *b, const struct hash_list *h)
{
    put_u64(b, h->v.n);
    for (size_t i = 0; i < h->v.n; i++)
        put_u64le(b, h->v.v[i]);
}

/* As flow/journal.h INPUT_IMPORT says. */
static void put_entry(struct buf *b, const struct entry *en)
{
    struct buf key;

    buf_init(&key, BUF_NO_LIMIT);
    buf_add(&key, en->group_key);
    buf_char(&key, '\0');
    buf_add(&key, en->receiver);
    buf_char(&key, '/');
    buf_add(&key, en->integration);
    buf_printf(&key, "/%llu", (unsigned long long)en->index);
    put_str(b, buf_str(&key));
    buf_fini(&key);
    put_i64(b, en->at);
    put_i64(b, en->expires);
    put_i64(b, 0);
    put_hashes(b, &en->firing);
    put_hashes(b, &en->resolved);
}

struct payloads {
    struct arena *a;
    struct buf b;
    VEC(struct str) v;
};

static void flush(struct payloads *to, size_t least)
{
    if (to->b.n <= least)
        return;
    vec_push(&to->v, arena_str(to->a, buf_str(&to->b)));
    buf_clear(&to->b);
}

static bool take_entry(struct payloads *to, struct str message, size_t *entries)
{
    struct entry en = { .group_key = STR(""),
                        .receiver = STR(""),
                        .integration = STR("") };
    bool fine = get_mesh_entry(message, &en);

    if (fine) {
        put_entry(&to->b, &en);
        ++*entries;
        flush(to, PAYLOAD_SIZE);
    }
    vec_fini(&en.firing.v);
    vec_fini(&en.resolved.v);
    return fine;
}

ok take_told(struct str bytes, struct arena *a, struct taken_told *out, struct err *e)
{
    struct payloads to = { .a = a };
    struct pb r = pb_of(bytes);
    size_t entries = 0;
    struct str message, *v;
    bool fine = true;

    buf_init(&to.b, BUF_NO_LIMIT);
    while (fine && pb_next_message(&r, &message))
        fine = take_entry(&to, message, &entries);
    fine = fine && !r.bad;
    flush(&to, 0);
    v = arena_array(a, struct str, to.v.n + 1);
    if (to.v.n > 0)
        memcpy(v, to.v.v, to.v.n * sizeof *v);
    *out = (struct taken_told){ v, to.v.n, entries };
    vec_fini(&to.v);
    buf_fini(&to.b);
    return fine ? OK : fail_at("nflog", bytes, &r, e);
}
