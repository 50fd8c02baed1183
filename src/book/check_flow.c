/* check_flow.c - what routes, silences, receivers and time intervals are made of. */
#include "base/time.h"
#include "base/utf8.h"
#include "book/check_private.h"

/* ---- labels ------------------------------------------------------------ */

ok check_labels(const char *field, const void *member, const struct field_rule *rule,
                struct err *e)
{
    const struct labels *list = member;

    if (count_judge(field, list->n, 0, rule->most, "labels", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        const struct label *l = &list->v[i];

        if (label_judge(field, l->name, e) != OK)
            return FAILED;
        if (!utf8_valid(l->value) || l->value.n > MATCHER_VALUE_MAX)
            return fail(e, FAULT_INVALID, field, "must be UTF-8 of at most %d bytes",
                        MATCHER_VALUE_MAX);
        for (size_t k = 0; k < i; k++)
            if (str_eq(list->v[k].name, l->name))
                return fail(e, FAULT_INVALID, field, "names a label twice");
    }
    return OK;
}

ok check_label_names(const char *field, const void *member, const struct field_rule *rule,
                     struct err *e)
{
    struct strs names = *(const struct strs *)member;

    if (count_judge(field, names.n, 0, rule->most, "labels", e) != OK)
        return FAILED;
    for (size_t i = 0; i < names.n; i++)
        if (label_judge(field, names.v[i], e) != OK)
            return FAILED;
    return OK;
}

/* ---- times ------------------------------------------------------------- */

ok check_time(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    (void)rule;
    if (*(const int64_t *)member <= 0)
        return fail(e, FAULT_INVALID, field, "must be a time");
    return OK;
}

/* Spans go forward inside [least, most]; of days of the month each end may count
 * from the month's end. */
static ok judge_spans(const char *field, struct time_spans s, int64_t least, int64_t most,
                      struct err *e)
{
    if (count_judge(field, s.n, 0, TIME_SPANS_MAX, "ranges", e) != OK)
        return FAILED;
    for (size_t i = 0; i < s.n; i++)
        if (s.v[i].from < least || s.v[i].to > most || s.v[i].from > s.v[i].to)
            return fail(e, FAULT_INVALID, field, "must go forward, inside %lld to %lld",
                        (long long)least, (long long)most);
    return OK;
}

static ok judge_days(struct time_spans s, struct err *e)
{
    if (count_judge("items.days", s.n, 0, TIME_SPANS_MAX, "ranges", e) != OK)
        return FAILED;
    for (size_t i = 0; i < s.n; i++) {
        int64_t from = s.v[i].from, to = s.v[i].to;

        if (from == 0 || to == 0 || from < -31 || from > 31 || to < -31 || to > 31)
            return fail(e, FAULT_INVALID, "items.days", "must be 1 to 31 or -1 to -31");
        if (from < 0 && to > 0)
            return fail(e, FAULT_INVALID, "items.days",
                        "cannot begin at a day from the end and end at one from the "
                        "beginning");
        if ((from < 0) == (to < 0) && from > to)
            return fail(e, FAULT_INVALID, "items.days", "must go forward");
    }
    return OK;
}

static ok judge_minutes(struct time_spans s, struct err *e)
{
    if (judge_spans("items.times", s, 0, 24 * 60, e) != OK)
        return FAILED;
    for (size_t i = 0; i < s.n; i++)
        if (s.v[i].from == s.v[i].to)
            return fail(e, FAULT_INVALID, "items.times", "must not be empty");
    return OK;
}

/* A night belongs to the day on which it begins. */
static ok judge_seconds(struct time_spans s, struct err *e)
{
    if (judge_spans("items.seconds", s, 0, 2 * 86400, e) != OK)
        return FAILED;
    for (size_t i = 0; i < s.n; i++)
        if (s.v[i].from == s.v[i].to || s.v[i].from >= 86400)
            return fail(e, FAULT_INVALID, "items.seconds",
                        "must not be empty, and begin on their day");
    return OK;
}

static ok judge_item(const struct time_item *item, struct err *e)
{
    if (judge_minutes(item->times, e) != OK || judge_seconds(item->seconds, e) != OK ||
        judge_days(item->days, e) != OK ||
        judge_spans("items.weekdays", item->weekdays, 0, 6, e) != OK ||
        judge_spans("items.months", item->months, 1, 12, e) != OK)
        return FAILED;
    return judge_spans("items.years", item->years, 0, 9999, e);
}

ok check_time_items(const char *field, const void *member, const struct field_rule *rule,
                    struct err *e)
{
    const struct list *list = member;
    const struct time_item *v = list->v;
    const struct field_rule zone = { .least = 0, .most = ZONE_NAME_MAX };

    if (count_judge(field, list->n, 0, rule->most, "items", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (judge_item(&v[i], e) != OK ||
            check_zone_name("items.zone", &v[i].zone, &zone, e) != OK)
            return FAILED;
    return OK;
}

/* In the silence's own zone. */
ok check_silence_hours(const char *field, const void *member,
                       const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct time_item *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "items", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (judge_item(&v[i], e) != OK)
            return FAILED;
        if (v[i].zone.n > 0)
            return fail(e, FAULT_INVALID, "hours.zone",
                        "hours are in the silence's zone");
    }
    return OK;
}

/* ---- contacts ---------------------------------------------------------- */

/* In the contact's own zone: a zone of an item's own would be another's hours. */
ok check_quiet(const char *field, const void *member, const struct field_rule *rule,
               struct err *e)
{
    const struct list *list = member;
    const struct time_item *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "items", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (judge_item(&v[i], e) != OK)
            return FAILED;
        if (v[i].zone.n > 0)
            return fail(e, FAULT_INVALID, "quiet.zone",
                        "quiet hours are in the contact's zone");
        if (v[i].seconds.n > 0)
            return fail(e, FAULT_INVALID, "quiet.seconds", "quiet hours are minutes");
    }
    return OK;
}

ok check_channel_severities(const char *field, const void *member,
                            const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct channel_severity *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "channels", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < i; k++)
            if (v[i].channel == v[k].channel)
                return fail(e, FAULT_INVALID, "min_severity.channel",
                            "a channel is named once");
    return OK;
}

/* ---- escalations ------------------------------------------------------- */

static ok judge_step(const struct escalation_step *s, struct err *e)
{
    const struct field_rule names = { .most = ROUTE_TARGETS_MAX };
    const uint64_t most = ESCALATION_SPAN_MAX_DAYS * (uint64_t)NS_PER_DAY;
    const struct field_rule wait = { .least = 1, .most = most };
    const struct field_rule every = { .least = 0, .most = most };

    if (check_span("steps.after", &s->after, &wait, e) != OK ||
        check_span("steps.every", &s->every, &every, e) != OK ||
        check_names("steps.contact_groups", &s->contact_groups, &names, e) != OK ||
        check_names("steps.action_rules", &s->action_rules, &names, e) != OK)
        return FAILED;
    if (s->contact_groups.n + s->action_rules.n == 0)
        return fail(e, FAULT_MISSING, "steps", "a step tells somebody");
    if (s->repeats < 0 || s->repeats > ESCALATION_REPEATS_MAX)
        return fail(e, FAULT_INVALID, "steps.repeats", "must be 0 to %d",
                    ESCALATION_REPEATS_MAX);
    return OK;
}

ok check_steps(const char *field, const void *member, const struct field_rule *rule,
               struct err *e)
{
    const struct list *list = member;
    const struct escalation_step *v = list->v;

    if (count_judge(field, list->n, rule->least, rule->most, "steps", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (judge_step(&v[i], e) != OK)
            return FAILED;
    return OK;
}

/* ---- receivers --------------------------------------------------------- */

static ok judge_addresses(const struct integration *i, struct err *e)
{
    for (size_t k = 0; k < i->addresses.n; k++) {
        const struct address *ad = &i->addresses.v[k];

        if (ad->channel < 0 || ad->channel >= CHANNEL_COUNT)
            return fail(e, FAULT_INVALID, "integrations.addresses", "no such channel");
        if (channel_words[ad->channel].secret &&
            sealed_judge("integrations.addresses", &ad->secret, e) != OK)
            return FAILED;
    }
    return OK;
}

ok check_integrations(const char *field, const void *member,
                      const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct integration *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "integrations", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (plain_word_judge("integrations.kind", v[i].kind, 1, 32, e) != OK ||
            judge_addresses(&v[i], e) != OK ||
            sealed_judge("integrations.settings", &v[i].settings, e) != OK)
            return FAILED;
        if (v[i].max_alerts < 0 || v[i].timeout < 0 || v[i].index < 0)
            return fail(e, FAULT_INVALID, field, "must be 0 or more");
        if (v[i].settings.sealed.n > INTEGRATION_SETTINGS_MAX)
            return fail(e, FAULT_INVALID, "integrations.settings",
                        "must be at most %d bytes", INTEGRATION_SETTINGS_MAX);
    }
    return OK;
}

ok check_template_files(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct template_file *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "files", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (bytes_judge("files.name", v[i].name, 1, ENDPOINT_MAX, e) != OK ||
            count_judge("files.text", v[i].text.n, 0, TEMPLATE_TEXT_MAX, "bytes", e) !=
                OK)
            return FAILED;
    return OK;
}
