/* alertmanager_yml_checks.c - rules between the keys of one receiver's entry. */
#include "app/alertmanager_yml_private.h"

#include "app/config.h"
#include "base/bytes.h"
#include "channel/mime.h"
#include "channel/webhook_sign.h"

static bool has(const struct yaml_node *entry, const char *key)
{
    return settings_str(entry, key).n > 0;
}

static bool is_template(struct str s)
{
    return str_has(s, STR("{{"));
}

/* Where to point: the key, if it stands there, else its entry. */
static const struct yaml_node *at(const struct yaml_node *entry, const char *key)
{
    const struct yaml_node *n = yaml_get(entry, key);

    return n != NULL ? n : entry;
}

static void check_word(struct yml_reading *r, const struct yaml_node *entry,
                       const char *key, const char *const *words)
{
    struct str s = settings_str(entry, key);

    for (const char *const *w = words; *w != NULL; w++)
        if (str_is(s, *w))
            return;
    complain(r->c, at(entry, key), "%s: \"%.*s\" is not one of them", key,
             STR_ARG(str_head(s, 80)));
}

static void set_text(struct yml_reading *r, struct yaml_node *map, const char *key,
                     struct str text)
{
    const struct yaml_node n = { .kind = YAML_SCALAR,
                                 .text = text,
                                 .file = STR(""),
                                 .quoted = true,
                                 .line = map->line,
                                 .column = map->column };

    settings_set(&r->tree, map, key, &n);
}

void yml_check_count(struct yml_reading *r, struct yaml_node *entry)
{
    if (settings_i64(entry, "max_alerts") < 0)
        complain(r->c, at(entry, "max_alerts"), "max_alerts: 0 or more");
}

void yml_check_webhook(struct yml_reading *r, struct yaml_node *entry)
{
    struct webhook_keys keys;
    struct err e;

    yml_check_count(r, entry);
    if (webhook_keys_parse(settings_str(entry, "signing_secret"), r->a, &keys, &e) ==
        FAILED)
        complain(r->c, at(entry, "signing_secret"), "signing_secret: %s", e.text);
}

/* ---- mail ------------------------------------------------------------------------- */

/* As mail writes its headers: each word's first letter is a capital. */
static struct str canonical(struct yml_reading *r, struct str name)
{
    struct str copy = arena_str(r->a, name);
    char *p = arena_alloc(r->a, copy.n + 1);
    bool first = true;

    for (size_t i = 0; i < copy.n; i++) {
        char c = copy.p[i];

        if (first && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        else if (!first && c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        p[i] = c;
        first = c == '-';
    }
    return (struct str){ p, copy.n };
}

/* Headers in one spelling; Subject, To and From have defaults. */
static void check_headers(struct yml_reading *r, struct yaml_node *entry)
{
    const struct yaml_node *given = yaml_get(entry, "headers");
    struct yaml_node *map = arena_new(r->a, struct yaml_node);

    *map = (struct yaml_node){ .kind = YAML_MAP,
                               .text = STR(""),
                               .file = STR(""),
                               .line = entry->line,
                               .column = entry->column };
    for (const struct yaml_node *n = given != NULL ? given->first : NULL; n != NULL;
         n = n->next) {
        struct str name = canonical(r, n->key->text);

        if (yaml_get(map, arena_z(r->a, name)) != NULL)
            complain(r->c, n->key, "headers: \"%.*s\" stands there twice", STR_ARG(name));
        settings_set(&r->tree, map, arena_z(r->a, name), n);
    }
    if (yaml_get(map, "Subject") == NULL)
        set_text(r, map, "Subject", STR("{{ template \"email.default.subject\" . }}"));
    if (yaml_get(map, "To") == NULL)
        set_text(r, map, "To", settings_str(entry, "to"));
    if (yaml_get(map, "From") == NULL)
        set_text(r, map, "From", settings_str(entry, "from"));
    settings_set(&r->tree, entry, "headers", map);
}

static void check_smarthost(struct yml_reading *r, const struct yaml_node *entry)
{
    struct str s = settings_str(entry, "smarthost");
    size_t colon = s.n;
    int64_t port;

    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    if (s.n > 0 && (colon < 2 || str_i64(str_from(s, colon), &port) == FAILED ||
                    port < 0 || port > 65535))
        complain(r->c, at(entry, "smarthost"), "smarthost: \"%.*s\" is not HOST:PORT",
                 STR_ARG(str_head(s, 80)));
}

/* As Alertmanager: who threads by hand does not ask it to. */
static void check_threading(struct yml_reading *r, const struct yaml_node *entry)
{
    const struct yaml_node *own = yaml_get(entry, "threading");
    const struct yaml_node *headers = yaml_get(entry, "headers");
    static const char *const words[] = { "none", "daily", NULL };

    if (own == NULL || own->kind != YAML_MAP || !settings_bool(own, "enabled"))
        return;
    check_word(r, own, "thread_by_date", words);
    if (yaml_get(headers, "References") != NULL ||
        yaml_get(headers, "In-Reply-To") != NULL)
        complain(r->c, own, "threading: headers has References or In-Reply-To already");
}

void yml_check_email(struct yml_reading *r, struct yaml_node *entry)
{
    struct str from = settings_str(entry, "from"), name, address;
    struct err e;

    if (from.n > 0 && !is_template(from) &&
        mime_parse_mailbox(from, &name, &address, &e) == FAILED)
        complain(r->c, at(entry, "from"), "from: \"%.*s\" is not one mail address",
                 STR_ARG(str_head(from, 80)));
    check_smarthost(r, entry);
    check_headers(r, entry);
    check_threading(r, entry);
}

/* ---- chats ------------------------------------------------------------------------- */

void yml_check_slack(struct yml_reading *r, struct yaml_node *entry)
{
    const struct yaml_node *actions = yaml_get(entry, "actions");

    /* An app's messages go to one place, whatever the webhook of global's is. */
    if (has(entry, "app_token"))
        set_text(r, entry, "api_url",
                 has(entry, "app_url") ? settings_str(entry, "app_url")
                                       : STR("https://slack.com/api/chat.postMessage"));
    if (yaml_get(entry, "api_url") == NULL)
        complain(r->c, entry, "slack: no api_url here and no slack_api_url in global");
    for (const struct yaml_node *n = actions != NULL ? actions->first : NULL; n != NULL;
         n = n->next)
        if (!has(n, "url") && !has(n, "name"))
            complain(r->c, n, "actions: a name or a url is needed");
}

void yml_check_wechat(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const types[] = { "text", "markdown", NULL };

    check_word(r, entry, "message_type", types);
}

void yml_check_dingtalk(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const types[] = { "markdown", "card", "text", NULL };
    const struct yaml_node *mobiles = yaml_get(entry, "at_mobiles");

    check_word(r, entry, "message_type", types);
    if (str_is(settings_str(entry, "message_type"), "card") &&
        (settings_bool(entry, "at_all") || (mobiles != NULL && mobiles->first != NULL)))
        complain(r->c, at(entry, "message_type"),
                 "message_type: a card of DingTalk mentions nobody; take at_mobiles and "
                 "at_all out, or the card");
}

void yml_check_feishu(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const types[] = { "card", "text", NULL };

    check_word(r, entry, "message_type", types);
}

void yml_check_wecom(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const types[] = { "markdown", "markdown_v2", "card", "text",
                                         NULL };

    check_word(r, entry, "message_type", types);
}

/* The chat's id, from the file that holds nothing else. */
static void read_chat_id(struct yml_reading *r, struct yaml_node *entry)
{
    struct str path = settings_str(entry, "chat_id_file"), text = STR("");
    int64_t id;
    struct err e;

    if (file_read(path, 64, r->a, &text, &e) == FAILED) {
        complain(r->c, at(entry, "chat_id_file"), "chat_id_file: %s", e.text);
        return;
    }
    text = str_trim(text);
    put_str(r->tree.seen, path);
    put_str(r->tree.seen, text);
    if (str_i64(text, &id) == FAILED)
        complain(r->c, at(entry, "chat_id_file"),
                 "chat_id_file: the file holds no whole number");
    else
        settings_set(&r->tree, entry, "chat_id",
                     &(struct yaml_node){ .kind = YAML_SCALAR,
                                          .text = text,
                                          .file = path,
                                          .line = entry->line,
                                          .column = entry->column });
}

void yml_check_telegram(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const modes[] = { "", "Markdown", "MarkdownV2", "HTML", NULL };

    check_word(r, entry, "parse_mode", modes);
    if (settings_i64(entry, "chat_id") != 0 && has(entry, "chat_id_file"))
        complain(r->c, entry, "telegram: chat_id and chat_id_file cannot both be given");
    else if (has(entry, "chat_id_file"))
        read_chat_id(r, entry);
    else if (settings_i64(entry, "chat_id") == 0)
        complain(r->c, entry, "telegram: \"chat_id\" is missing");
}

void yml_check_webex(struct yml_reading *r, struct yaml_node *entry)
{
    const struct yaml_node *http = yaml_get(entry, "http_config");

    if (http == NULL || yaml_get(http, "authorization") == NULL)
        complain(r->c, entry, "webex: \"http_config.authorization\" is missing");
}

/* ---- on call ------------------------------------------------------------------------ */

void yml_check_pagerduty(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const details[][2] = {
        { "firing", "{{ template \"pagerduty.default.instances\" .Alerts.Firing }}" },
        { "resolved", "{{ template \"pagerduty.default.instances\" .Alerts.Resolved }}" },
        { "num_firing", "{{ .Alerts.Firing | len }}" },
        { "num_resolved", "{{ .Alerts.Resolved | len }}" },
    };
    struct yaml_node empty = { .kind = YAML_MAP, .text = STR(""), .file = STR("") };
    struct yaml_node *map = arena_new(r->a, struct yaml_node);
    const struct yaml_node *given = yaml_get(entry, "details");

    if (!has(entry, "routing_key") && !has(entry, "service_key"))
        complain(r->c, entry, "pagerduty: \"routing_key\" or \"service_key\" is missing");
    if (!has(entry, "source"))
        set_text(r, entry, "source", settings_str(entry, "client"));
    *map = given != NULL ? *given : empty;
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        if (yaml_get(map, details[i][0]) == NULL)
            set_text(r, map, details[i][0], str_of(details[i][1]));
    settings_set(&r->tree, entry, "details", map);
}

void yml_check_opsgenie(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const types[] = { "team",       "teams",    "user",
                                         "escalation", "schedule", NULL };
    const struct yaml_node *responders = yaml_get(entry, "responders");

    for (const struct yaml_node *n = responders != NULL ? responders->first : NULL;
         n != NULL; n = n->next) {
        struct str type = settings_str(n, "type");
        bool known = is_template(type);

        if (!has(n, "id") && !has(n, "name") && !has(n, "username"))
            complain(r->c, n, "responders: one of id, name and username is needed");
        for (const char *const *w = types; *w != NULL; w++)
            known = known || str_eq_nocase(type, str_of(*w));
        if (!known)
            complain(r->c, at(n, "type"),
                     "type: team, teams, user, escalation or schedule");
    }
}

void yml_check_victorops(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const fixed[] = { "routing_key",     "message_type",
                                         "state_message",   "entity_display_name",
                                         "monitoring_tool", "entity_id",
                                         "entity_state",    NULL };
    const struct yaml_node *fields = yaml_get(entry, "custom_fields");

    for (const char *const *w = fixed; fields != NULL && *w != NULL; w++)
        if (yaml_get(fields, *w) != NULL)
            complain(r->c, yaml_get(fields, *w)->key,
                     "custom_fields: \"%s\" is a field of VictorOps' own", *w);
}

void yml_check_pushover(struct yml_reading *r, struct yaml_node *entry)
{
    if (settings_bool(entry, "html") && settings_bool(entry, "monospace"))
        complain(r->c, at(entry, "monospace"),
                 "pushover: html and monospace cannot both be true");
}

void yml_check_incidentio(struct yml_reading *r, struct yaml_node *entry)
{
    const struct yaml_node *http = yaml_get(entry, "http_config");

    yml_check_count(r, entry);
    if (!has(entry, "alert_source_token") &&
        (http == NULL || yaml_get(http, "authorization") == NULL))
        complain(r->c, entry,
                 "incidentio: \"alert_source_token\" or "
                 "\"http_config.authorization\" is missing");
}

void yml_check_sns(struct yml_reading *r, struct yaml_node *entry)
{
    static const char *const later[] = { "profile", "role_arn", "external_id" };
    const struct yaml_node *sigv4 = yaml_get(entry, "sigv4");
    int n =
        has(entry, "topic_arn") + has(entry, "phone_number") + has(entry, "target_arn");

    if (n != 1)
        complain(r->c, entry,
                 "sns: exactly one of topic_arn, phone_number and target_arn");
    if (sigv4 != NULL && has(sigv4, "access_key") != has(sigv4, "secret_key"))
        complain(r->c, at(entry, "sigv4"),
                 "sigv4: access_key and secret_key go together");
    if (r->every_kind)
        return;
    /* What Alertmanager takes from its environment and from other servers. */
    if (sigv4 == NULL || !has(sigv4, "region"))
        complain(r->c, at(entry, "sigv4"),
                 "sigv4: region is missing: Belfry reads none from the environment");
    if (sigv4 == NULL || !has(sigv4, "access_key"))
        complain(r->c, at(entry, "sigv4"),
                 "sigv4: access_key and secret_key are missing: this version of Belfry "
                 "knows no other credentials");
    for (size_t i = 0; sigv4 != NULL && i < sizeof later / sizeof *later; i++)
        if (has(sigv4, later[i]))
            complain(r->c, at(sigv4, later[i]),
                     "%s: this version of Belfry signs with access_key and secret_key "
                     "only",
                     later[i]);
}
