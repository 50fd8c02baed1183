/* alertmanager_yml_times.c - named time intervals. */
#include "app/alertmanager_yml_private.h"

#include "base/vec.h"
#include "base/zone.h"

/* How the ends of a range are written, and what they may be. */
struct range_kind {
    const char *key;
    bool (*number)(struct str s, int64_t *out);
    int64_t least, most;
};

/* ---- ends ----------------------------------------------------------------------------- */

static const char *const weekday_names[] = { "sunday",   "monday", "tuesday", "wednesday",
                                             "thursday", "friday", "saturday" };
static const char *const month_names[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"
};

static bool word_number(struct str s, const char *const *words, size_t n, int64_t *out)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(s, str_of(words[i]))) {
            *out = (int64_t)i;
            return true;
        }
    return false;
}

static bool weekday_number(struct str s, int64_t *out)
{
    return word_number(s, weekday_names, 7, out);
}

static bool month_number(struct str s, int64_t *out)
{
    if (str_i64(s, out) == OK)
        return true;
    if (!word_number(s, month_names, 12, out))
        return false;
    ++*out;
    return true;
}

static bool plain_number(struct str s, int64_t *out)
{
    return str_i64(s, out) == OK;
}

static const struct range_kind weekdays = { "weekdays", weekday_number, 0, 6 };
static const struct range_kind days = { "days_of_month", plain_number, -31, 31 };
static const struct range_kind months = { "months", month_number, 1, 12 };
static const struct range_kind years = { "years", plain_number, 0, 9999 };

/* ---- ranges --------------------------------------------------------------------------- */

/* Days count from either end of a month whose length is not known: refused is what is
 * empty in every month, taking 28 days for the shortest. */
static bool day_range_is_bad(const struct time_span *s)
{
    int64_t from = s->from < 0 ? 28 + s->from : s->from;
    int64_t to = s->to < 0 ? 28 + s->to : s->to;

    return s->from == 0 || s->to == 0 || (s->from < 0 && s->to > 0) || from > to;
}

static bool read_span(const struct range_kind *kind, struct str text,
                      struct time_span *out)
{
    struct str rest = text, from, to;

    str_cut(&rest, ':', &from);
    if (!str_cut(&rest, ':', &to))
        to = from;
    return rest.p == NULL && kind->number(str_trim(from), &out->from) &&
           kind->number(str_trim(to), &out->to);
}

static void check_span(struct yml_reading *r, const struct range_kind *kind,
                       const struct yaml_node *n, struct time_span *out)
{
    bool bad = !read_span(kind, n->text, out);

    if (bad)
        complain(r->c, n, "%s: \"%.*s\" is neither one of them nor FROM:TO", kind->key,
                 STR_ARG(str_head(n->text, 80)));
    else if (out->from < kind->least || out->to > kind->most || out->to < kind->least ||
             out->from > kind->most)
        complain(r->c, n, "%s: \"%.*s\" is outside %lld to %lld", kind->key,
                 STR_ARG(str_head(n->text, 80)), (long long)kind->least,
                 (long long)kind->most);
    else if (kind == &days ? day_range_is_bad(out) : out->from > out->to)
        complain(r->c, n, "%s: \"%.*s\" does not go forward", kind->key,
                 STR_ARG(str_head(n->text, 80)));
}

static struct time_spans spans(struct yml_reading *r, const struct yaml_node *item,
                               const struct range_kind *kind)
{
    const struct yaml_node *list = yaml_get(item, kind->key);
    struct time_span *v = arena_array(r->a, struct time_span, settings_count(list) + 1);
    size_t n = 0;

    for (const struct yaml_node *c = list != NULL ? list->first : NULL; c != NULL;
         c = c->next)
        check_span(r, kind, c, &v[n++]);
    return (struct time_spans){ v, n };
}

/* ---- times of the day ----------------------------------------------------------------- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* HH:MM, 00:00 to 24:00. */
static bool read_minute(struct str s, int64_t *out)
{
    if (s.n != 5 || s.p[2] != ':' || !digit(s.p[0]) || !digit(s.p[1]) || !digit(s.p[3]) ||
        !digit(s.p[4]) || s.p[3] > '5')
        return false;
    *out = ((s.p[0] - '0') * 10 + (s.p[1] - '0')) * 60 + (s.p[3] - '0') * 10 +
           (s.p[4] - '0');
    return *out <= 24 * 60;
}

static void read_times(struct yml_reading *r, const struct yaml_node *n,
                       struct time_span *out)
{
    static const char *const keys[] = { "start_time", "end_time" };
    int64_t *const ends[] = { &out->from, &out->to };
    bool fine = true;

    for (size_t i = 0; i < 2; i++) {
        const struct yaml_node *time = yaml_get(n, keys[i]);

        if (time != NULL && !read_minute(time->text, ends[i])) {
            complain(r->c, time, "%s: \"%.*s\" is not HH:MM, 00:00 to 24:00", keys[i],
                     STR_ARG(str_head(time->text, 80)));
            fine = false;
        }
        fine = fine && time != NULL;
    }
    if (fine && out->from >= out->to)
        complain(r->c, n, "times: start_time has to be before end_time");
}

static struct time_spans times(struct yml_reading *r, const struct yaml_node *item)
{
    const struct yaml_node *list = yaml_get(item, "times");
    struct time_span *v = arena_array(r->a, struct time_span, settings_count(list) + 1);
    size_t n = 0;

    for (const struct yaml_node *c = list != NULL ? list->first : NULL; c != NULL;
         c = c->next)
        read_times(r, c, &v[n++]);
    return (struct time_spans){ v, n };
}

/* ---- intervals ------------------------------------------------------------------------ */

struct zone_names {
    VEC(struct str) v;
};

/* UTC is no zone: nothing has to be read for it. */
static struct str zone(struct yml_reading *r, const struct yaml_node *item,
                       struct zone_names *zones)
{
    const struct yaml_node *n = yaml_get(item, "location");
    struct str name = settings_str(item, "location"), tzif;
    struct err e;

    if (name.n == 0 || str_is(name, "UTC"))
        return STR("");
    for (size_t i = 0; i < zones->v.n; i++)
        if (str_eq(zones->v.v[i], name))
            return name;
    if (zone_read(name, r->a, &tzif, &e) == FAILED) {
        complain(r->c, n, "location: \"%.*s\" is no known time zone",
                 STR_ARG(str_head(name, 80)));
        return STR("");
    }
    vec_push(&zones->v, name);
    return name;
}

static struct time_interval interval(struct yml_reading *r, const struct yaml_node *node,
                                     struct zone_names *zones)
{
    const struct yaml_node *list = yaml_get(node, "time_intervals");
    struct time_item *v = arena_array(r->a, struct time_item, settings_count(list) + 1);
    struct time_interval in = { .name = settings_str(node, "name") };
    size_t n = 0;

    for (const struct yaml_node *c = list != NULL ? list->first : NULL; c != NULL;
         c = c->next)
        v[n++] = (struct time_item){ .times = times(r, c),
                                     .weekdays = spans(r, c, &weekdays),
                                     .days = spans(r, c, &days),
                                     .months = spans(r, c, &months),
                                     .years = spans(r, c, &years),
                                     .zone = zone(r, c, zones) };
    in.items.v = v;
    in.items.n = n;
    return in;
}

static const char *const interval_keys[] = { "mute_time_intervals", "time_intervals" };

bool yml_has_interval(const struct yml_reading *r, struct str name)
{
    for (size_t i = 0; i < 2; i++) {
        const struct yaml_node *list = yaml_get(r->file, interval_keys[i]);

        for (const struct yaml_node *n = list != NULL ? list->first : NULL; n != NULL;
             n = n->next)
            if (str_eq(settings_str(n, "name"), name))
                return true;
    }
    return false;
}

static void check_name(struct yml_reading *r, const struct yaml_node *node,
                       const struct time_interval *v, size_t n)
{
    struct str name = settings_str(node, "name");

    for (size_t i = 0; i < n; i++)
        if (name.n > 0 && str_eq(v[i].name, name))
            complain(r->c, node, "time interval \"%.*s\" stands there twice",
                     STR_ARG(str_head(name, 80)));
}

void yml_read_intervals(struct yml_reading *r)
{
    size_t n = 0, most = settings_count(yaml_get(r->file, interval_keys[0])) +
                         settings_count(yaml_get(r->file, interval_keys[1]));
    struct time_interval *v = arena_array(r->a, struct time_interval, most + 1);
    struct zone_names zones = { 0 };
    struct str *names;

    for (size_t i = 0; i < 2; i++) {
        const struct yaml_node *list = yaml_get(r->file, interval_keys[i]);

        for (const struct yaml_node *c = list != NULL ? list->first : NULL; c != NULL;
             c = c->next) {
            check_name(r, c, v, n);
            v[n++] = interval(r, c, &zones);
        }
    }
    names = arena_array(r->a, struct str, zones.v.n + 1);
    if (zones.v.n > 0)
        memcpy(names, zones.v.v, zones.v.n * sizeof *names);
    r->out->zones = (struct strs){ names, zones.v.n };
    r->out->intervals = v;
    r->out->interval_count = n;
    vec_fini(&zones.v);
}
