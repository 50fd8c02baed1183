/* sms.c - a notification as a text message (contracts/channels.md 14).
 *
 * Who is told pays by the part, and reads it on a lock screen: the text is cut to the
 * parts that the operator allows. A link is in it only when somebody is asked to
 * confirm a number. Carriers that send templates get fields, which hold no addresses.
 */
#include "channel/sms.h"

#include "base/utf8.h"
#include "channel/integration.h"
#include "text/aom.h"
#include "text/builtin.h"
#include "text/markup.h"
#include "text/sms.h"

#include <stdio.h>

enum { PARTS_MOST = 10, PARTS_OF_QUESTION = 4, PLAIN_VALUE = 60, VALUE_BYTES = 105 };

static const struct sms_provider *const providers[] = { &sms_http, &sms_aliyun,
                                                        &sms_huawei, &sms_twilio };

static const struct sms_provider *provider_find(struct str name)
{
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++)
        if (str_is(name, providers[i]->name))
            return providers[i];
    return NULL;
}

const struct sms_settings *sms_settings_of(const struct channel_job *job)
{
    return &((const struct channels_settings *)(const void *)job->self)->sms;
}

/* ---- settings ------------------------------------------------------------------------- */

ok needed_check(const char *section, const struct needed *v, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].value.n == 0)
            return fail(e, FAULT_MISSING, v[i].key, "%s needs it", section);
    return OK;
}

ok sms_check(const struct sms_settings *s, struct err *e)
{
    const struct sms_provider *p = provider_find(s->provider);

    if (s->provider.n == 0)
        return OK;
    if (p == NULL)
        return fail(e, FAULT_INVALID, "provider",
                    "\"%.*s\" is none of http, aliyun, huawei, twilio",
                    STR_ARG(str_head(s->provider, 40)));
    if (s->parts < 1 || s->parts > PARTS_MOST)
        return fail(e, FAULT_INVALID, "parts", "must be 1 to %d", PARTS_MOST);
    return params_check(s->params, e) == OK ? p->check(s, e) : FAILED;
}

ok section_of(ok checked, const char *section, struct err *e)
{
    char field[sizeof e->field];

    if (checked == FAILED) {
        memcpy(field, e->field, sizeof field);
        snprintf(e->field, sizeof e->field, "%s.%.50s", section, field);
    }
    return checked;
}

static ok check(const struct channel_self *self, struct err *e)
{
    return section_of(
        sms_check(&((const struct channels_settings *)(const void *)self)->sms, e), "sms",
        e);
}

/* ---- numbers -------------------------------------------------------------------------- */

static void put_e164(struct buf *b, struct str number, struct str country)
{
    bool international = str_starts(number, STR("+"));

    if (!international && str_starts(number, STR("00"))) {
        international = true;
        number = str_from(number, 2);
    }
    buf_char(b, '+');
    if (!international)
        buf_add(b, country);
    for (size_t i = 0; i < number.n; i++)
        if (number.p[i] >= '0' && number.p[i] <= '9')
            buf_char(b, number.p[i]);
}

struct str number_e164(struct str number, struct str country, struct arena *a)
{
    struct str rest = number, piece, all;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    while (str_cut(&rest, ',', &piece)) {
        piece = str_trim(piece);
        if (piece.n == 0)
            continue;
        buf_z(&b, b.n > 0 ? "," : "");
        put_e164(&b, piece, country);
    }
    all = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return all;
}

struct str number_of_china(struct str e164, struct arena *a)
{
    struct str rest = e164, piece, all;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    while (str_cut(&rest, ',', &piece)) {
        buf_z(&b, b.n > 0 ? "," : "");
        buf_add(&b, str_from(piece, str_starts(piece, STR("+86")) ? 3 : 1));
    }
    all = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return all;
}

/* ---- variables ------------------------------------------------------------------------ */

static const struct str usual_params[] = { STR_INIT("status=status"),
                                           STR_INIT("severity=severity"),
                                           STR_INIT("name=name"),
                                           STR_INIT("count=count") };

static struct strs params_or_usual(struct strs params)
{
    const struct strs usual = { usual_params,
                                sizeof usual_params / sizeof *usual_params };

    return params.n > 0 ? params : usual;
}

static bool field_find(struct pairs fields, struct str name, struct str *value)
{
    for (size_t i = 0; i < fields.n; i++)
        if (str_eq(fields.v[i].name, name)) {
            *value = fields.v[i].value;
            return true;
        }
    return false;
}

ok params_check(struct strs params, struct err *e)
{
    static const char *const names[] = { "status", "severity", "name",    "count",
                                         "where",  "since",    "lasting", "reason" };

    for (size_t i = 0; i < params.n; i++) {
        struct str field = params.v[i], variable;
        bool known = false;

        (void)str_cut(&field, '=', &variable);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            known = known || (field.p != NULL && str_is(field, names[k]));
        if (!known || variable.n == 0)
            return fail(e, FAULT_INVALID, "params",
                        "\"%.*s\" is not variable=field, where field is status, "
                        "severity, name, count, where, since, lasting or reason",
                        STR_ARG(str_head(params.v[i], 60)));
    }
    return OK;
}

/* No carrier's template takes an empty value. */
static struct str or_dash(struct str value)
{
    return value.n > 0 ? value : STR("-");
}

struct pairs params_fill(struct strs params, struct pairs fields, struct arena *a)
{
    struct strs all = params_or_usual(params);
    struct pair *v = arena_array(a, struct pair, all.n + 1);

    for (size_t i = 0; i < all.n; i++) {
        struct str field = all.v[i], value = STR("");

        (void)str_cut(&field, '=', &v[i].name);
        (void)field_find(fields, field, &value);
        v[i].value = or_dash(value);
    }
    return (struct pairs){ v, all.n };
}

void params_put_json(struct buf *b, struct pairs params)
{
    struct json_out o = json_out(b);

    json_object(&o);
    for (size_t i = 0; i < params.n; i++) {
        json_key_str(&o, params.v[i].name);
        json_string(&o, params.v[i].value);
    }
    json_object_end(&o);
}

struct pairs drill_fields(const struct notification *n, struct pairs fields,
                          struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, fields.n + 1);

    for (size_t i = 0; i < fields.n; i++) {
        v[i] = fields.v[i];
        if (n->kind == NOTIFY_TEST && str_is(v[i].name, "name"))
            v[i].value =
                markup_line(a,
                            arena_printf(a, "%.*s %.*s",
                                         STR_ARG(phrase(lang_of(n->lang), PHRASE_DRILL)),
                                         STR_ARG(v[i].value)),
                            VALUE_BYTES);
    }
    return (struct pairs){ v, fields.n };
}

/* The receiver's own values, filled in: as the file has them. */
static ok own_params(const struct channel_job *job, struct sms_message *m, struct err *e)
{
    struct json map = json_get(job->settings, STR("params"));
    struct pair *v;
    size_t n = 0;

    if (!json_is(map, JSON_OBJECT) || json_count(map) == 0)
        return OK;
    v = arena_array(job->a, struct pair, json_count(map));
    for (struct json_iter it = json_iter(map); json_next(&it); n++) {
        struct str value;

        if (integration_fill(job, GO_TEXT, json_str(it.value), &value, e) == FAILED)
            return FAILED;
        v[n] = (struct pair){ it.key, or_dash(sms_plain(job->a, value, VALUE_BYTES)) };
    }
    m->params = (struct pairs){ v, n };
    return OK;
}

/* What moderators and every length let through. */
static struct pairs plainer(struct pairs params, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, params.n + 1);

    for (size_t i = 0; i < params.n; i++) {
        struct str value = utf8_cut(params.v[i].value, PLAIN_VALUE);
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        while (value.n > 0) {
            uint32_t c = utf8_next(&value);

            utf8_put(&b, utf8_is_letter(c) || utf8_is_digit(c) ? c : ' ');
        }
        value = sms_plain(a, str_trim(buf_str(&b)), PLAIN_VALUE);
        v[i] = (struct pair){ params.v[i].name, or_dash(value) };
        buf_fini(&b);
    }
    return (struct pairs){ v, params.n };
}

/* ---- the message ---------------------------------------------------------------------- */

static bool is_question(const struct notification *n)
{
    return !notify_alerts(n->kind) && n->kind != NOTIFY_PUBLISHED;
}

static ok find_text(const struct channel_job *job, const struct builtin_parts *parts,
                    struct str *text, struct err *e)
{
    struct aom_message message;

    *text = job->n->published != NULL ? job->n->published->text : parts->text;
    if (is_question(job->n) || job->plain || job->n->published != NULL)
        return OK;
    if (job->n->action_rule.n > 0) {
        aom_message(job->n, CHANNEL_SMS, 4096, job->a, &message);
        *text = message.text;
        return OK;
    }
    if (integration_str(job, "message").n == 0)
        return OK;
    if (integration_text(job, GO_TEXT, "message", text, e) == FAILED)
        return FAILED;
    *text = oncall_marked(job->n, *text, job->a);
    return OK;
}

/* Only a file's entry may hold a template. */
static ok find_number(const struct channel_job *job, struct str *to, struct err *e)
{
    *to = job->address;
    return integration_has(job) ? integration_fill(job, GO_TEXT, *to, to, e) : OK;
}

static ok message_of(const struct channel_job *job, struct sms_message *m, struct err *e)
{
    const struct sms_settings *s = sms_settings_of(job);
    struct builtin_ask ask = { .form = FORM_SMS, .plain = job->plain };
    struct str link = telling_url(job->n, job->a, "/l/"), to;
    struct builtin_parts parts;
    int64_t most = job->plain ? 1 : s->parts;

    *m = (struct sms_message){ .sign_name = integration_str(job, "sign_name"),
                               .template = integration_str(job, "template"),
                               .code = job->code };
    if (is_question(job->n)) {
        ask.link = arena_printf(job->a, "%.*s%.*s", STR_ARG(link), STR_ARG(job->code));
        most = PARTS_OF_QUESTION;
    }
    builtin_write(job->n, &ask, job->a, &parts);
    if (find_text(job, &parts, &m->text, e) == FAILED ||
        find_number(job, &to, e) == FAILED)
        return FAILED;
    m->to = number_e164(to, s->country, job->a);
    m->text = str_trim(sms_fit(str_trim(m->text), (size_t)most));
    m->title = markup_line(job->a, is_question(job->n) ? parts.title : m->text, 250);
    m->fields = drill_fields(job->n, parts.fields, job->a);
    m->params = params_fill(s->params, m->fields, job->a);
    if (own_params(job, m, e) == FAILED)
        return FAILED;
    if (job->plain)
        m->params = plainer(m->params, job->a);
    return OK;
}

static ok provider_get(const struct channel_job *job, const struct sms_provider **out,
                       struct err *e)
{
    *out = job->self == NULL ? NULL : provider_find(sms_settings_of(job)->provider);
    if (*out != NULL)
        return OK;
    return fail(e, FAULT_UNSUPPORTED, "",
                "Nobody carries our text messages: name a provider in channels.sms of "
                "the configuration.");
}

ok sms_render(const struct channel_job *job, struct buf *body, struct str *subject,
              struct err *e)
{
    const struct sms_provider *p;
    struct sms_message m;

    if (provider_get(job, &p, e) == FAILED || message_of(job, &m, e) == FAILED)
        return FAILED;
    if (m.to.n == 0)
        return fail(e, FAULT_INVALID, "to", "There is no number to send to.");
    *subject = m.title;
    if (p->render(job, &m, body, e) == FAILED)
        return FAILED;
    return buf_ok(body, e);
}

void sms_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    provider_find(sms_settings_of(job)->provider)->send(job, body, at);
}

const struct channel_ops channel_sms = {
    .kind = CHANNEL_SMS,
    .settings = &channels_setting_table,
    .check = check,
    .render = sms_render,
    .send = sms_send,
};
