#include "text/aom_private.h"

#include "text/when.h"

static const struct alert *of(const struct aom_scene *s)
{
    return s->al;
}

/* ---- variables --------------------------------------------------------- */

static struct str first_of(const struct alert *al, const char *const *annotations)
{
    struct str value = STR("");

    for (; *annotations != NULL && value.n == 0; annotations++)
        value = alert_annotation_get(al, str_of(*annotations));
    return value;
}

static struct str label_or(const struct aom_scene *s, const char *label, struct str other)
{
    struct str value = alert_get(of(s), str_of(label));

    return value.n > 0 ? value : other;
}

static struct str get_event_name(const struct aom_scene *s)
{
    return label_or(s, "event_name", alert_get(of(s), STR("alertname")));
}

static struct str get_alias(const struct aom_scene *s)
{
    struct str value = alert_annotation_get(of(s), STR("event_name_alias"));

    return value.n > 0 ? value : label_or(s, "event_name_alias", get_event_name(s));
}

static struct str get_id(const struct aom_scene *s)
{
    struct str id;
    struct buf b;

    buf_init(&b, 64);
    alert_put_id(&b, of(s)->serial);
    id = arena_str(s->a, buf_str(&b));
    buf_fini(&b);
    return id;
}

static struct str get_rule(const struct aom_scene *s)
{
    return s->t->n->action_rule;
}

static struct str get_starts_at(const struct aom_scene *s)
{
    return when_text(s->a, s->t->zone, of(s)->starts_at);
}

static struct str get_ends_at(const struct aom_scene *s)
{
    if (!notification_resolved(s->t->n, of(s)))
        return STR("");
    return when_text(s->a, s->t->zone, of(s)->ends_at);
}

/* AOM's own word, for alerts that came by another door too. */
static struct str get_severity(const struct aom_scene *s)
{
    static const char *const words[] = { "Info", "Minor", "Major", "Critical" };
    struct str severity = alert_get(of(s), STR("severity"));

    if (severity.n == 0)
        return label_or(s, "event_severity", severity);
    return label_or(s, "event_severity", str_of(words[severity_rank(severity)]));
}

static struct str get_type(const struct aom_scene *s)
{
    return label_or(s, "event_type", STR("alarm"));
}

static struct str get_clear_type(const struct aom_scene *s)
{
    bool cleared = notification_resolved(s->t->n, of(s));

    if (s->lang == LANG_ZH)
        return cleared ? STR("告警清除") : STR("告警产生");
    return cleared ? STR("Alarm cleared") : STR("Alarm generated");
}

static struct str get_message(const struct aom_scene *s)
{
    static const char *const names[] = { "message", "description", "summary", NULL };

    return first_of(of(s), names);
}

/* Everything that says where, and nothing that the other variables say. */
static struct str get_resources(const struct aom_scene *s)
{
    static const char *const said[] = { "alertname",        "event_name", "severity",
                                        "event_severity",   "event_type", "source",
                                        "resource_provider" };
    struct str text = STR("");

    for (size_t i = 0; i < of(s)->label_count && text.n < TOLD_WORDS; i++) {
        struct pair p = alert_label(of(s), i);
        size_t k = 0;

        while (k < sizeof said / sizeof *said && !str_is(p.name, said[k]))
            k++;
        if (k == sizeof said / sizeof *said)
            text =
                arena_printf(s->a, "%.*s%s%.*s=%.*s", STR_ARG(text),
                             text.n > 0 ? "; " : "", STR_ARG(p.name), STR_ARG(p.value));
    }
    return text;
}

static struct str get_provider(const struct aom_scene *s)
{
    return label_or(s, "resource_provider", alert_get(of(s), STR("source")));
}

static struct str get_region(const struct aom_scene *s)
{
    return s->t->n->region;
}

static struct str get_account(const struct aom_scene *s)
{
    return s->t->n->account_name;
}

static struct str get_fix_zh(const struct aom_scene *s)
{
    return alert_annotation_get(of(s), STR("alarm_fix_suggestion_zh_cn"));
}

static struct str get_fix_en(const struct aom_scene *s)
{
    static const char *const names[] = { "alarm_fix_suggestion_en_us",
                                         "alarm_fix_suggestion_zh_cn", NULL };

    return first_of(of(s), names);
}

static struct str get_cause_zh(const struct aom_scene *s)
{
    return alert_annotation_get(of(s), STR("alarm_probableCause_zh_cn"));
}

static struct str get_cause_en(const struct aom_scene *s)
{
    static const char *const names[] = { "alarm_probableCause_en_us",
                                         "alarm_probableCause_zh_cn", NULL };

    return first_of(of(s), names);
}

/* contracts/huawei.md 2.5, and beside it ends_at and the two in English. */
static const struct {
    const char *name;
    struct str (*get)(const struct aom_scene *s);
} variables[] = {
    { "event_name", get_event_name },
    { "event_name_alias", get_alias },
    { "id", get_id },
    { "action_rule", get_rule },
    { "starts_at", get_starts_at },
    { "ends_at", get_ends_at },
    { "event_severity", get_severity },
    { "event_type", get_type },
    { "clear_type", get_clear_type },
    { "alarm_info", get_message },
    { "message", get_message },
    { "resources_new", get_resources },
    { "resources", get_resources },
    { "resource_provider", get_provider },
    { "region_name", get_region },
    { "domain_name", get_account },
    { "alarm_fix_suggestion_zh", get_fix_zh },
    { "alarm_fix_suggestion_en", get_fix_en },
    { "alarm_probableCause_zh", get_cause_zh },
    { "alarm_probableCause_en", get_cause_en },
};

bool aom_variable(const struct aom_scene *s, struct str name, struct str *out)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (str_is(name, variables[i].name)) {
            *out = variables[i].get(s);
            return out->n > 0;
        }
    *out = alert_get(of(s), name);
    if (out->n == 0)
        *out = alert_annotation_get(of(s), name);
    return out->n > 0;
}
