#include "text/keyword.h"

#include "text/aom.h"
#include "text/go_data.h"

const char *const keyword_text_names[KEYWORD_TEXTS] = { "firing", "resolved",
                                                        "firing_plain",
                                                        "resolved_plain" };

bool keyword_is_in(struct str text, struct strs keywords)
{
    for (size_t i = 0; i < keywords.n; i++)
        if (str_has(text, keywords.v[i]))
            return true;
    return keywords.n == 0;
}

/* An alert without a label, an annotation, a name: it adds no word of its own. */
static const struct alert *silent_alert(struct arena *a, bool resolved)
{
    struct alert *al = arena_zero(a, sizeof *al);

    al->starts_at = 0;
    al->ends_at = resolved ? NS_PER_S : INT64_MAX;
    return al;
}

static const struct notification *about(const struct keyword_question *q, bool resolved,
                                        struct arena *a)
{
    struct notification *n = arena_new(a, struct notification);
    const struct alert **one = arena_array(a, const struct alert *, 1);
    struct str none = STR("");

    one[0] = silent_alert(a, resolved);
    *n = (struct notification){
        .kind = NOTIFY_ALERTS,
        .reason = resolved ? REASON_ALL_RESOLVED : REASON_FIRST,
        .decided_at = NS_PER_MIN,
        .address = { .plain = none },
        .address_key = none,
        .to = none,
        .lang = q->lang,
        .zone = none,
        .zone_tzif = none,
        .external_url = none,
        .region = none,
        .account_name = none,
        .route = none,
        .group_key = none,
        .contact_group = none,
        .action_rule = none,
        .rule_user = none,
        .topic_urn = none,
        .topic_display = none,
        .subscription_urn = none,
        .words = q->words,
        .alerts = one,
        .alert_count = 1,
        .firing_count = resolved ? 0 : 1,
    };
    return n;
}

/* What a template calls the robots that ask for words. */
static struct str sub_type_of(enum builtin_form form)
{
    if (form >= FORM_FEISHU_TEXT && form <= FORM_FEISHU_CARD)
        return STR("feishu");
    return form >= FORM_WECOM && form <= FORM_WECOM_APP ? STR("wechat") : STR("dingding");
}

static ok fill(const struct keyword_question *q, const struct notification *n,
               struct arena *a, struct str *text)
{
    struct go_options options = { .now = n->decided_at, .arena = a };
    struct go_data data;
    struct go_value value;
    struct err ignored;
    struct buf b;
    ok done;

    go_data_init(&data, n, n->alert_count, a);
    value = go_data_value(&data);
    buf_init(&b, GO_OUTPUT_MAX);
    done = go_templates_execute(q->templates, GO_TEXT, q->message, &value, &options, &b,
                                &ignored);
    *text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return done;
}

/* FAILED: there is no such text. */
static ok text_of(const struct keyword_question *q, enum keyword_text which,
                  struct arena *a, struct str *text)
{
    bool resolved = which == KEYWORD_RESOLVED || which == KEYWORD_RESOLVED_PLAIN;
    bool plain = which == KEYWORD_FIRING_PLAIN || which == KEYWORD_RESOLVED_PLAIN;
    const struct notification *n = about(q, resolved, a);
    struct builtin_ask ask = { .form = q->form, .plain = plain, .keywords = q->keywords };
    struct builtin_parts parts;
    struct aom_message message;

    if (q->message.n > 0 && !plain)
        return fill(q, n, a, text);
    if (q->words.name.n > 0 && !plain) {
        aom_message_as(n, sub_type_of(q->form), 20000, a, &message);
        *text = message.text;
        return OK;
    }
    builtin_write(n, &ask, a, &parts);
    *text = parts.text;
    return OK;
}

void keyword_check(const struct keyword_question *q, struct arena *a,
                   struct keyword_answer *out)
{
    out->all_there = true;
    for (int i = 0; i < KEYWORD_TEXTS; i++) {
        struct str text;

        out->missing[i] = text_of(q, (enum keyword_text)i, a, &text) == OK &&
                          !keyword_is_in(text, q->keywords);
        out->all_there = out->all_there && !out->missing[i];
    }
}
