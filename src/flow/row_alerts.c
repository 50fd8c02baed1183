/* row_alerts.c - the alerts of a row of history: as JSON, so that what was told can be
 * shown and told again when they are long gone, and as words to be found by. */
#include "base/json.h"
#include "base/utf8.h"
#include "flow/flow_private.h"

#include <stdio.h>

enum {
    ALERTS_LISTED = 64,       /* by name; the rest is counted */
    ALERT_BYTES = 16 * 1024,  /* of their labels and annotations, all together */
    LABEL_WORDS_BYTES = 4096, /* by label, of those listed */
};

/* ---- once for all who are told of them ---------------------------------------- */

/* What was made of other alerts is of no use. They are known by where they stand, which
 * is right as long as no version is made: so it is on only while a group tells its
 * people. Of those behind ROW_ALERTS_FOUND nothing is said but their number. */
static void meet(struct flow *f, const struct alert *const *v, size_t n)
{
    struct row_memo *m = &f->memo;

    if (n > ROW_ALERTS_FOUND)
        n = ROW_ALERTS_FOUND;
    if (m->on && m->of.n == n && (n == 0 || memcmp(m->of.v, v, n * sizeof *v) == 0))
        return;
    m->listed = m->worded = false;
    vec_clear(&m->of);
    for (size_t i = 0; m->on && i < n; i++)
        vec_push(&m->of, v[i]);
}

void row_memo_set(struct flow *f, bool on)
{
    f->memo.on = on;
    f->memo.listed = f->memo.worded = false;
    vec_clear(&f->memo.of);
}

uint64_t row_fingerprint(struct flow *f, const struct alert *al)
{
    struct row_memo *m = &f->memo;

    if (m->printed != al)
        m->fingerprint = alert_fingerprint(al);
    m->printed = al;
    return m->fingerprint;
}

/* ---- as JSON --------------------------------------------------------------- */

void row_put_time(struct json_out *o, const char *key, int64_t ns)
{
    char text[48];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    if (ns == 0 || ns == INT64_MAX)
        return;
    time_put(&b, ns, 0, 3);
    json_kv(o, key, buf_str(&b));
}

/* Its pairs from..to. */
static void put_pairs(struct json_out *o, const char *key, const struct alert *al,
                      size_t from, size_t to)
{
    json_key(o, key);
    json_object(o);
    for (size_t i = from; i < to; i++) {
        const struct interned *p = alert_pair(al, i);

        json_key_str(o, interned_name(p));
        json_string(o, interned_value(p));
    }
    json_object_end(o);
}

static size_t all_pairs(const struct alert *al)
{
    return (size_t)al->label_count + al->annotation_count;
}

enum form { FORM_NAME, FORM_LABELS, FORM_WHOLE };

static void put_form(struct flow *f, struct json_out *o, const struct alert *al,
                     enum form form)
{
    char text[32], digits[16];
    struct buf id = { .p = text, .room = sizeof text, .limit = sizeof text };
    struct buf fp = { .p = digits, .room = sizeof digits, .limit = sizeof digits };

    alert_put_id(&id, al->serial);
    buf_hex64(&fp, row_fingerprint(f, al));
    json_object(o);
    json_kv(o, "id", buf_str(&id));
    json_kv(o, "fingerprint", buf_str(&fp));
    json_kv(o, "alertname", utf8_cut(alert_get(al, STR("alertname")), 200));
    json_kv(o, "status", alert_resolved(al, f->wall) ? STR("resolved") : STR("firing"));
    json_kv(o, "door", str_of(door_names[al->door]));
    row_put_time(o, "starts_at", al->starts_at);
    row_put_time(o, "ends_at", al->ends_at);
    if (form >= FORM_LABELS)
        put_pairs(o, "labels", al, 0, al->label_count);
    if (form == FORM_WHOLE) {
        put_pairs(o, "annotations", al, al->label_count, all_pairs(al));
        if (al->generator != 0)
            json_kv(o, "generator_url", alert_generator(al));
    }
    json_object_end(o);
}

static size_t pairs_bytes(const struct alert *al, size_t from, size_t to)
{
    size_t bytes = 0;

    for (size_t i = from; i < to; i++) {
        struct pair p = interned_pair(alert_pair(al, i));

        bytes += p.name.n + p.value.n + 6;
    }
    return bytes;
}

/* As much of it as there is room for; escapes may take more than was thought. */
static void put_alert(struct flow *f, struct json_out *o, const struct alert *al,
                      size_t *left)
{
    size_t labels = pairs_bytes(al, 0, al->label_count);
    size_t whole =
        labels + alert_generator(al).n + pairs_bytes(al, al->label_count, all_pairs(al));
    enum form form = whole <= *left    ? FORM_WHOLE
                     : labels <= *left ? FORM_LABELS
                                       : FORM_NAME;
    size_t before = o->b->n, used;

    put_form(f, o, al, form);
    used = o->b->n - before;
    *left -= form == FORM_NAME ? 0 : used < *left ? used : *left;
}

static void put_list(struct flow *f, const struct alert *const *v, size_t n)
{
    struct json_out o = json_out(&f->memo.list);
    size_t left = ALERT_BYTES;

    buf_clear(o.b);
    json_array(&o);
    for (size_t i = 0; i < n && i < ALERTS_LISTED; i++)
        put_alert(f, &o, v[i], &left);
    json_array_end(&o);
}

size_t row_put_alerts(struct flow *f, struct json_out *o, const struct alert *const *v,
                      size_t n)
{
    struct row_memo *m = &f->memo;
    size_t firing = 0;

    for (size_t i = 0; i < n; i++)
        firing += !alert_resolved(v[i], f->wall);
    json_kv_i64(o, "alert_count", (int64_t)n);
    json_kv_i64(o, "firing_count", (int64_t)firing);
    meet(f, v, n);
    if (!m->listed)
        put_list(f, v, n);
    m->listed = true;
    json_key(o, "alerts");
    json_raw(o, buf_str(&m->list));
    return o->b->n - m->list.n;
}

void row_end_detail(struct flow *f, struct json_out *o, struct history_row *row,
                    size_t alerts)
{
    json_object_end(o);
    row->detail = buf_str(o->b);
    row->alerts = str_head(str_from(row->detail, alerts), f->memo.list.n);
}

/* ---- as words -------------------------------------------------------------- */

static void put_word(struct buf *b, struct str s)
{
    struct str piece;

    while (str_cut(&s, ROW_WORD_END, &piece)) {
        buf_add(b, piece);
        if (s.p != NULL)
            buf_char(b, '?');
    }
}

bool row_label_word(struct buf *b, struct str name, struct str value)
{
    if (name.n + value.n > ROW_LABEL_MOST)
        return false;
    put_word(b, name);
    buf_char(b, '=');
    put_word(b, value);
    return true;
}

void row_fingerprint_word(struct buf *b, uint64_t fingerprint)
{
    buf_hex64(b, fingerprint);
}

static bool has(const struct alert *al, const struct interned *label)
{
    for (size_t i = 0; i < al->label_count; i++)
        if (alert_pair(al, i) == label)
            return true;
    return false;
}

/* Labels that the one before has too stand there already. */
static void put_labels(struct buf *b, const struct alert *al, const struct alert *before,
                       size_t most)
{
    for (size_t i = 0; i < al->label_count && b->n < most; i++) {
        const struct interned *l = alert_pair(al, i);
        struct pair p = interned_pair(l);

        if (before != NULL && has(before, l))
            continue;
        if (b->n + p.name.n + p.value.n < most && row_label_word(b, p.name, p.value))
            buf_char(b, ROW_WORD_END);
    }
}

struct str row_words(struct flow *f, const struct alert *const *v, size_t n)
{
    struct buf *b = &f->words;
    size_t most;

    meet(f, v, n);
    if (f->memo.worded)
        return buf_str(b);
    buf_clear(b);
    if (n == 0)
        return STR("");
    f->memo.worded = true;
    buf_char(b, ROW_WORD_END);
    for (size_t i = 0; i < n && i < ROW_ALERTS_FOUND; i++) {
        row_fingerprint_word(b, row_fingerprint(f, v[i]));
        buf_char(b, ROW_WORD_END);
    }
    most = b->n + LABEL_WORDS_BYTES;
    for (size_t i = 0; i < n && i < ALERTS_LISTED; i++)
        put_labels(b, v[i], i > 0 ? v[i - 1] : NULL, most);
    return buf_str(b);
}

struct str row_words_and(struct flow *f, struct str word)
{
    f->memo.worded = false;
    if (f->words.n == 0)
        buf_char(&f->words, ROW_WORD_END);
    put_word(&f->words, word);
    buf_char(&f->words, ROW_WORD_END);
    return buf_str(&f->words);
}
