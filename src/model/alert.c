#include "model/alert.h"

#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

const char *const door_names[DOOR_COUNT + 1] = {
    [DOOR_ALERTMANAGER] = "alertmanager",
    [DOOR_AOM] = "aom",
    [DOOR_CLOUDMONITOR] = "cloudmonitor",
    [DOOR_NATIVE] = "native",
};

/* ---- level ------------------------------------------------------------ */

/* The labels that say how bad it is: ours, and the dialect's own word. */
static const struct {
    enum door door;
    const char *label;
} level_labels[] = {
    { DOOR_AOM, "severity" },
    { DOOR_AOM, "event_severity" },
    { DOOR_CLOUDMONITOR, "severity" },
    { DOOR_CLOUDMONITOR, "level" },
};

bool label_is_identity(enum door door, struct str name)
{
    for (size_t i = 0; i < sizeof level_labels / sizeof *level_labels; i++)
        if (level_labels[i].door == door && str_is(name, level_labels[i].label))
            return false;
    return true;
}

static const struct {
    const char *word, *severity;
} level_words[] = {
    /* AOM */
    { "Critical", "critical" },
    { "Major", "error" },
    { "Minor", "warning" },
    { "Info", "info" },
    /* CloudMonitor */
    { "CRITICAL", "critical" },
    { "WARN", "warning" },
    { "INFO", "info" },
    /* ours */
    { "critical", "critical" },
    { "error", "error" },
    { "warning", "warning" },
    { "info", "info" },
};

struct str severity_of(struct str word)
{
    for (size_t i = 0; i < sizeof level_words / sizeof *level_words; i++)
        if (str_is(word, level_words[i].word))
            return str_of(level_words[i].severity);
    return STR("");
}

int severity_rank(struct str severity)
{
    return str_is(severity, "critical")  ? 3
           : str_is(severity, "error")   ? 2
           : str_is(severity, "warning") ? 1
                                         : 0;
}

/* ---- pairs ------------------------------------------------------------ */

static void insert_sort(struct pair *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct pair moving = v[i];
        size_t at = i;

        for (; at > 0 && str_cmp(moving.name, v[at - 1].name) < 0; at--)
            v[at] = v[at - 1];
        v[at] = moving;
    }
}

/* Both halves of v are sorted; spare holds n pairs. */
static void merge_halves(struct pair *v, size_t n, struct pair *spare)
{
    size_t half = n / 2, left = 0, right = half;

    memcpy(spare, v, n * sizeof *v);
    for (size_t i = 0; i < n; i++) {
        bool take_left = right == n || (left < half && str_cmp(spare[left].name,
                                                               spare[right].name) <= 0);

        v[i] = spare[take_left ? left++ : right++];
    }
}

/* An alert has a dozen labels, a hostile one ten thousand. */
static void merge_sort(struct pair *v, size_t n, struct pair *spare)
{
    if (n <= 32) {
        insert_sort(v, n);
        return;
    }
    merge_sort(v, n / 2, spare);
    merge_sort(v + n / 2, n - n / 2, spare);
    merge_halves(v, n, spare);
}

void pairs_sort(struct pair *v, size_t n)
{
    struct pair *spare = NULL;

    if (n > 32 && (spare = malloc(n * sizeof *v)) == NULL)
        abort();
    merge_sort(v, n, spare);
    free(spare);
}

const struct pair *pairs_find(struct pairs p, struct str name)
{
    size_t from = 0, to = p.n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = str_cmp(p.v[middle].name, name);

        if (order == 0)
            return &p.v[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static uint64_t add_pair(uint64_t h, struct pair p)
{
    h = fnv1a(fnv1a(h, p.name), STR("\xff"));
    return fnv1a(fnv1a(h, p.value), STR("\xff"));
}

uint64_t pairs_fingerprint(struct pairs labels)
{
    uint64_t h = FNV_START;

    for (size_t i = 0; i < labels.n; i++)
        h = add_pair(h, labels.v[i]);
    return h;
}

/* ---- one version of an alert ------------------------------------------ */

struct pair alert_label(const struct alert *al, size_t i)
{
    assert(i < al->label_count);
    return interned_pair(alert_pair(al, i));
}

struct pair alert_annotation(const struct alert *al, size_t i)
{
    assert(i < al->annotation_count);
    return interned_pair(alert_pair(al, al->label_count + i));
}

/* Among the pairs from..to. */
static struct str value_of(const struct alert *al, size_t from, size_t to,
                           struct str name)
{
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct interned *p = alert_pair(al, middle);
        int order = str_cmp(interned_name(p), name);

        if (order == 0)
            return interned_value(p);
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return STR("");
}

struct str alert_get(const struct alert *al, struct str label)
{
    return value_of(al, 0, al->label_count, label);
}

struct str alert_annotation_get(const struct alert *al, struct str name)
{
    return value_of(al, al->label_count, (size_t)al->label_count + al->annotation_count,
                    name);
}

uint64_t alert_fingerprint(const struct alert *al)
{
    uint64_t h = FNV_START;

    for (size_t i = 0; i < al->label_count; i++)
        h = add_pair(h, interned_pair(alert_pair(al, i)));
    return h;
}

struct str alert_generator(const struct alert *al)
{
    return al->generator == 0 ? STR("")
                              : interned_value(pool_at(al->home, al->generator));
}

static bool is_long(struct pair p)
{
    return p.name.n >= INTERNED_LONG || p.value.n > UINT16_MAX;
}

size_t interned_bytes(struct pair p)
{
    return sizeof(struct interned) + (is_long(p) ? 2 * sizeof(uint32_t) : 0) + p.name.n +
           p.value.n;
}

void interned_set(struct interned *i, struct pair p)
{
    uint32_t lengths[2] = { (uint32_t)p.name.n, (uint32_t)p.value.n };
    char *to = i->bytes;

    *i = (struct interned){ .refs = 1,
                            .name_n = (uint16_t)p.name.n,
                            .value_n = (uint16_t)p.value.n };
    if (is_long(p)) {
        i->name_n = INTERNED_LONG;
        memcpy(to, lengths, sizeof lengths);
        to += sizeof lengths;
    }
    if (p.name.n > 0)
        memcpy(to, p.name.p, p.name.n);
    if (p.value.n > 0)
        memcpy(to + p.name.n, p.value.p, p.value.n);
}

struct pair interned_long(const struct interned *i)
{
    uint32_t lengths[2];
    const char *from = i->bytes + sizeof lengths;

    memcpy(lengths, i->bytes, sizeof lengths);
    return (struct pair){ { from, lengths[0] }, { from + lengths[0], lengths[1] } };
}

/* ---- one that no flow has ---------------------------------------------- */

/* Each pair is a chunk of its own. */
static uint32_t lone_pair(struct arena *a, struct pool *home, struct pair p)
{
    struct interned *i = arena_alloc(a, interned_bytes(p));

    interned_set(i, p);
    home->chunks[home->made] = i;
    return pool_chunk_number(home->made++);
}

struct alert *alert_alone(struct arena *a, struct pairs labels, struct pairs annotations)
{
    size_t n = labels.n + annotations.n;
    struct alert *al = arena_zero(a, sizeof *al + n * sizeof al->pairs[0]);
    struct pool *home = arena_new(a, struct pool);

    assert(labels.n <= UINT16_MAX && annotations.n <= UINT16_MAX && n + 2 <= POOL_CHUNKS);
    home->chunks = arena_array(a, void *, n + 2);
    home->made = 1;
    al->home = home;
    al->refs = 1;
    al->label_count = (uint16_t)labels.n;
    al->annotation_count = (uint16_t)annotations.n;
    for (size_t i = 0; i < n; i++)
        al->pairs[i] =
            lone_pair(a, home, i < labels.n ? labels.v[i] : annotations.v[i - labels.n]);
    return al;
}

void alert_alone_generator(struct arena *a, struct alert *al, struct str url)
{
    assert(al->generator == 0);
    al->generator = lone_pair(a, al->home, (struct pair){ STR(""), url });
}

/* ---- AOM's id --------------------------------------------------------- */

/* Clients keep ids as text of 19 digits and as int64: both hold. */
static const uint64_t first_id = UINT64_C(1000000000000000000);
enum { ID_DIGITS = 19 };

void alert_put_id(struct buf *b, uint64_t serial)
{
    assert(serial <= (uint64_t)INT64_MAX - first_id);
    buf_i64(b, (int64_t)(first_id + serial));
}

bool alert_id_parse(struct str text, uint64_t *serial)
{
    int64_t id;

    if (text.n != ID_DIGITS || str_i64(text, &id) != OK || id < (int64_t)first_id)
        return false;
    *serial = (uint64_t)id - first_id;
    return true;
}
