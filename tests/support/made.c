#include "made.h"

struct pairs made_with(struct arena *a, struct pairs p, const char *name,
                       struct str value)
{
    struct pair *v = arena_array(a, struct pair, p.n + 1);

    if (p.n > 0)
        memcpy(v, p.v, p.n * sizeof *v);
    v[p.n] = (struct pair){ arena_str(a, str_of(name)), arena_str(a, value) };
    pairs_sort(v, p.n + 1);
    return (struct pairs){ v, p.n + 1 };
}

struct pairs made_pairs(struct arena *a, const char *text)
{
    struct str rest = str_of(text), piece, name;
    struct pairs p = { 0 };

    while (rest.n > 0 && str_cut(&rest, ',', &piece)) {
        struct str value = piece;

        (void)str_cut(&value, '=', &name);
        p = made_with(a, p, arena_z(a, name), value);
        if (rest.p == NULL)
            break;
    }
    return p;
}

struct alert *made_alert(struct arena *a, struct pairs labels, struct pairs annotations)
{
    struct alert *al = alert_alone(a, labels, annotations);

    al->serial = 7;
    al->starts_at = MADE_NOW - 5 * NS_PER_MIN;
    al->ends_at = MADE_FOREVER;
    al->updated_at = al->starts_at;
    return al;
}

struct alert *made_firing(struct arena *a, const char *labels, const char *annotations)
{
    return made_alert(a, made_pairs(a, labels), made_pairs(a, annotations));
}

struct alert *made_resolved(struct arena *a, const char *labels, const char *annotations)
{
    struct alert *al = made_firing(a, labels, annotations);

    al->ends_at = MADE_NOW - NS_PER_MIN;
    return al;
}

void made_source(struct arena *a, struct alert *al, const char *url)
{
    alert_alone_generator(a, al, str_of(url));
}

struct notification *made_notification(struct arena *a, const struct alert *const *alerts,
                                       size_t n)
{
    struct notification *made = arena_new(a, struct notification);
    const struct alert **own = arena_array(a, const struct alert *, n);

    *made = (struct notification){
        .key = "0123456789abcdef0123456789abcdef",
        .account = 1,
        .sequence = 1,
        .kind = NOTIFY_ALERTS,
        .reason = REASON_FIRST,
        .decided_at = MADE_NOW,
        .address = { .channel = CHANNEL_MAIL,
                     .plain = STR("ops@example.org"),
                     .state = ADDRESS_OK },
        .address_key = STR("email/ops@example.org"),
        .to = STR("张伟"),
        .lang = STR("en"),
        .zone = STR(""),
        .zone_tzif = STR(""),
        .external_url = STR("http://belfry.example:9093"),
        .region = STR("cn-north-4"),
        .account_name = STR("default"),
        .route = STR("ops-default"),
        .receiver = STR("ops-default"),
        .group_key = STR("{}:{alertname=\"HighCPU\"}"),
        .contact_group = STR("ops"),
        .action_rule = STR(""),
        .rule_user = STR(""),
        .topic_urn = STR(""),
        .topic_display = STR(""),
        .subscription_urn = STR(""),
        .alerts = own,
        .alert_count = n,
    };
    made->group_labels = made_pairs(a, "alertname=HighCPU,env=prod");
    for (size_t i = 0; i < n; i++) {
        own[i] = alerts[i];
        made->firing_count += !notification_resolved(made, alerts[i]);
    }
    return made;
}

struct str made_shanghai(void)
{
    /* Version 2, no transitions, and the rule of the footer: China has had one
     * offset since 1991. */
    static const char tzif[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" /* header */
                               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\0\0\0\1\0\0\0\4"
                               "\0\0\x70\x80\0\0CST\0" /* one type */
                               "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\0\0\0\1\0\0\0\4"
                               "\0\0\x70\x80\0\0CST\0"
                               "\nCST-8\n";

    return (struct str){ tzif, sizeof tzif - 1 };
}
