/* email.c - a notification as one mail to one person, over SMTP
 * (contracts/channels.md 8). One recipient a mail: a bad address harms nobody
 * else, and each has a receipt of its own.
 */
#include "channel/email.h"

#include "base/crypto.h"
#include "base/time.h"
#include "channel/channel_private.h"
#include "channel/integration.h"
#include "channel/mime.h"
#include "text/aom.h"
#include "text/builtin.h"

/* Gmail cuts HTML at about 102 KB. */
enum { HTML_BYTES = 100000, SUBJECT_CHARS = 500 };

/* clang-format off */
static const struct setting rows[] = {
    { "host", SETTING_STR, offsetof(struct email_settings, host), "127.0.0.1",
      "Mail server that takes our mails. Empty: no mail can be sent.", NULL },
    { "port", SETTING_INT, offsetof(struct email_settings, port), "25",
      "Its port; 0: 465 with implicit TLS, else 587.", NULL },
    { "from", SETTING_STR, offsetof(struct email_settings, from), "belfry@localhost",
      "Sender: an address, or a name and <an address>.", NULL },
    { "tls", SETTING_STR, offsetof(struct email_settings, tls), "",
      "starttls, implicit, or none (on loopback only). Empty: starttls, none on loopback.",
      NULL },
    { "username", SETTING_STR, offsetof(struct email_settings, username), "",
      "Login; empty: none.", NULL },
    { "password", SETTING_SECRET, offsetof(struct email_settings, password), "",
      "Its password; with QQ, 163 and company mail the authorisation code.", NULL },
    { "ca_file", SETTING_STR, offsetof(struct email_settings, ca_file), "",
      "PEM of the authority that signed its certificate; empty: the system's.", NULL },
    { "hello", SETTING_STR, offsetof(struct email_settings, hello), "",
      "Name said in EHLO. Empty: the domain of the sender.", NULL },
    { 0 },
};
/* clang-format on */
const struct setting_table email_setting_table = { "smtp", sizeof(struct email_settings),
                                                   rows };

static const struct email_settings *settings_of(const struct channel_self *self)
{
    return (const struct email_settings *)(const void *)self;
}

static bool is_loopback(struct str host)
{
    return str_eq_nocase(host, STR("localhost")) ||
           address_in(host, STR("127.0.0.0/8")) || address_in(host, STR("::1/128"));
}

static ok tls_of(const struct email_settings *s, enum smtp_tls *out, struct err *e)
{
    if (s->tls.n == 0)
        *out = is_loopback(s->host) ? SMTP_TLS_NONE : SMTP_TLS_STARTTLS;
    else if (str_is(s->tls, "starttls"))
        *out = SMTP_TLS_STARTTLS;
    else if (str_is(s->tls, "implicit"))
        *out = SMTP_TLS_IMPLICIT;
    else if (!str_is(s->tls, "none"))
        return fail(e, FAULT_INVALID, "tls", "'%.*s' is none of none, starttls, implicit",
                    STR_ARG(s->tls));
    else if (!is_loopback(s->host))
        return fail(e, FAULT_INVALID, "tls",
                    "mails leave this machine with TLS only: set starttls or implicit");
    else
        *out = SMTP_TLS_NONE;
    return OK;
}

/* ---- by which server ---------------------------------------------------- */

struct relay {
    struct str host, from, username, password, hello;
    struct str secret, identity; /* of an entry of a receiver */
    int64_t port;                /* 0: 465 with implicit TLS, else 587 */
    enum smtp_tls tls;
    struct client_way way;
};

static bool is_implicit(const struct channel_job *job, int64_t port)
{
    struct json forced = json_get(job->settings, STR("force_implicit_tls"));

    return json_is(forced, JSON_BOOL) ? json_bool(forced) : port == 465;
}

/* An entry of a receiver names its own. */
static ok relay_of_receiver(const struct channel_job *job, struct relay *out,
                            struct err *e)
{
    struct str host = integration_str(job, "smarthost");
    size_t colon = host.n;
    int64_t port = 0;

    while (colon > 0 && host.p[colon - 1] != ':')
        colon--;
    if (colon < 2 || str_i64(str_from(host, colon), &port) == FAILED || port < 1 ||
        port > 65535)
        return fail(e, FAULT_INVALID, "smarthost", "'%.*s' is not HOST:PORT",
                    STR_ARG(host));
    *out = (struct relay){ .host = str_head(host, colon - 1),
                           .port = port,
                           .username = integration_str(job, "auth_username"),
                           .password = integration_str(job, "auth_password"),
                           .secret = integration_str(job, "auth_secret"),
                           .identity = integration_str(job, "auth_identity"),
                           .hello = integration_str(job, "hello") };
    out->tls = is_implicit(job, port)                 ? SMTP_TLS_IMPLICIT
               : integration_bool(job, "require_tls") ? SMTP_TLS_STARTTLS
                                                      : SMTP_TLS_NONE;
    integration_tls(json_get(job->settings, STR("tls_config")), &out->way);
    if (out->tls == SMTP_TLS_NONE && out->username.n > 0 && !is_loopback(out->host))
        return fail(e, FAULT_INVALID, "require_tls",
                    "a login leaves this machine with TLS only: set require_tls");
    return integration_text(job, GO_TEXT, "from", &out->from, e);
}

static ok relay_of(const struct channel_job *job, struct relay *out, struct err *e)
{
    const struct email_settings *s = settings_of(job->self);

    /* one made by API goes by our own server: it may not choose whom we talk to */
    if (integration_has(job) && job->n->from_file)
        return relay_of_receiver(job, out, e);
    if (s == NULL || s->host.n == 0)
        return fail(e, FAULT_MISSING, "smtp",
                    "no mail server is configured: set smtp.host and smtp.from");
    *out = (struct relay){ .host = s->host,
                           .from = s->from,
                           .username = s->username,
                           .password = s->password,
                           .hello = s->hello,
                           .port = s->port,
                           .way = { .ca_file = s->ca_file } };
    return tls_of(s, &out->tls, e);
}

static ok email_check(const struct channel_self *self, struct err *e)
{
    const struct email_settings *s = settings_of(self);
    struct str name, address;
    enum smtp_tls tls;

    if (s->host.n == 0)
        return OK;
    if (s->port < 0 || s->port > 65535)
        return fail(e, FAULT_INVALID, "port", "a port is 1 to 65535");
    if (mime_parse_mailbox(s->from, &name, &address, e) != OK)
        return fail(e, FAULT_INVALID, "from", "'%.*s' is not an e-mail address",
                    STR_ARG(s->from));
    return tls_of(s, &tls, e);
}

/* ---- the message ------------------------------------------------------- */

struct letter {
    struct str subject, text, html; /* html empty: text only */
    bool urgent;
};

/* In the words of the rule's template. */
static void write_aom(const struct channel_job *job, struct letter *out)
{
    struct aom_message words;
    struct telling t;

    telling_init(&t, job->n, job->a);
    aom_message(job->n, CHANNEL_MAIL, HTML_BYTES, job->a, &words);
    *out = (struct letter){ words.subject, words.text, words.html,
                            t.firing > 0 && str_is(t.severity, "critical") };
}

/* Of what is published without one: its topic. */
static struct str published_subject(const struct notification *n)
{
    return n->published->subject.n > 0 ? n->published->subject : n->topic_display;
}

static void write_letter(const struct channel_job *job, struct letter *out)
{
    const struct notification *n = job->n;
    bool alerts = notify_alerts(n->kind), asks = notify_confirms(n->kind);
    struct builtin_ask ask = { .kind = asks ? BUILTIN_CONFIRM : BUILTIN_ALERTS,
                               .form = FORM_MAIL,
                               .plain = !asks && job->plain };
    struct builtin_parts parts;

    if (alerts && n->action_rule.n > 0 && !job->plain) {
        write_aom(job, out);
        return;
    }
    if (asks)
        ask.link =
            arena_printf(job->a, "%.*s%.*s", STR_ARG(telling_url(n, job->a, "/l/")),
                         STR_ARG(job->code));
    if (n->published != NULL) {
        *out =
            (struct letter){ published_subject(n), n->published->text, STR(""), false };
        return;
    }
    builtin_write(n, &ask, job->a, &parts);
    *out = (struct letter){ parts.title, parts.text, job->plain ? STR("") : parts.html,
                            alerts && parts.urgent };
}

static struct json own_header(const struct channel_job *job, const char *name)
{
    for (struct json_iter it = json_iter(json_get(job->settings, STR("headers")));
         json_next(&it);)
        if (str_eq_nocase(it.key, str_of(name)))
            return it.value;
    return (struct json){ 0 };
}

static ok fill_header(const struct channel_job *job, const char *name, struct str *out,
                      struct err *e)
{
    struct json own = own_header(job, name);

    return json_is(own, JSON_NONE)
               ? OK
               : integration_fill(job, GO_TEXT, json_str(own), out, e);
}

/* In the words of the receiver's entry; its plain part, where it has none, is ours. */
static ok write_own(const struct channel_job *job, struct letter *out, struct err *e)
{
    struct builtin_ask ask = { .kind = BUILTIN_ALERTS, .form = FORM_MAIL, .plain = true };
    struct builtin_parts parts;
    struct str own;

    builtin_write(job->n, &ask, job->a, &parts);
    *out = (struct letter){ .urgent = parts.urgent };
    if (integration_text(job, GO_TEXT, "text", &own, e) == FAILED ||
        integration_text(job, GO_HTML, "html", &out->html, e) == FAILED ||
        integration_fill(job, GO_TEXT, STR("{{ template \"email.default.subject\" . }}"),
                         &out->subject, e) == FAILED ||
        fill_header(job, "Subject", &out->subject, e) == FAILED)
        return FAILED;
    out->text = own.n > 0 ? own : parts.text;
    if (job->n->kind == NOTIFY_TEST)
        out->subject = arena_printf(job->a, "%.*s %.*s",
                                    STR_ARG(phrase(lang_of(job->n->lang), PHRASE_TEST)),
                                    STR_ARG(out->subject));
    out->subject = markup_line(job->a, out->subject, SUBJECT_CHARS);
    return OK;
}

enum threading { THREAD_NONE, THREAD_GROUP, THREAD_DAY };

/* Ours is by group and day; an entry of a receiver may want the group alone, none, or
 * says it by headers of its own. */
static enum threading threading_of(const struct channel_job *job)
{
    struct json own = json_get(job->settings, STR("threading"));
    struct json enabled = json_get(own, STR("enabled"));

    if (!json_is(own_header(job, "References"), JSON_NONE) ||
        !json_is(own_header(job, "In-Reply-To"), JSON_NONE) ||
        (json_is(enabled, JSON_BOOL) && !json_bool(enabled)))
        return THREAD_NONE;
    return str_is(json_str(json_get(own, STR("thread_by_date"))), "none") ? THREAD_GROUP
                                                                          : THREAD_DAY;
}

/* A root that was never sent: the mails that name it become one thread. */
static void put_thread(const struct notification *n, enum threading how, struct str host,
                       struct arena *a, struct buf *b)
{
    struct str name = arena_printf(a, "%u\n%.*s\n%.*s", n->account, STR_ARG(n->route),
                                   STR_ARG(n->group_key));
    struct str hex = digest_hex(a, sha256(name));
    struct civil c = civil_of(n->decided_at, 0);
    struct str root = how == THREAD_DAY
                          ? arena_printf(a, "<alert-%.16s-%04lld-%02d-%02d@%.*s>", hex.p,
                                         (long long)c.year, c.month, c.day, STR_ARG(host))
                          : arena_printf(a, "<alert-%.16s@%.*s>", hex.p, STR_ARG(host));

    mime_put_token(b, "In-Reply-To", root);
    mime_put_token(b, "References", root);
}

/* By which list this came: the group, the topic, or the route. */
static void put_list_id(const struct notification *n, struct str host, struct arena *a,
                        struct buf *b)
{
    struct str list = n->contact_group.n > 0 ? n->contact_group : n->route;

    if (n->topic_urn.n > 0)
        list = n->topic_display.n > 0 ? n->topic_display : n->topic_urn;
    if (list.n == 0)
        return;
    mime_put_mailbox(b, "List-Id", markup_line(a, list, 60),
                     arena_printf(a, "%.12s.alerts.%.*s", digest_hex(a, sha256(list)).p,
                                  STR_ARG(host)));
}

/* The button of mail programs. Only of https may they press it without showing a page
 * (RFC 8058). */
static void put_leave(const struct channel_job *job, struct buf *b)
{
    if (job->leave.n == 0)
        return;
    mime_put_token(b, "List-Unsubscribe",
                   arena_printf(job->a, "<%.*s>", STR_ARG(job->leave)));
    if (str_eq_nocase(str_head(job->leave, 8), STR("https://")))
        buf_z(b, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

/* What the receiver's entry adds; ours stand once. */
static ok put_own_headers(const struct channel_job *job, struct buf *b, struct err *e)
{
    static const char *const ours[] = {
        "From",       "To",           "Subject",      "Date",
        "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        NULL
    };
    struct json headers = json_get(job->settings, STR("headers"));

    for (struct json_iter it = json_iter(headers); json_next(&it);) {
        const char *const *known = ours;
        struct str value;

        while (*known != NULL && !str_eq_nocase(it.key, str_of(*known)))
            known++;
        if (*known != NULL || !mime_is_header_name(it.key))
            continue;
        if (integration_fill(job, GO_TEXT, json_str(it.value), &value, e) == FAILED)
            return FAILED;
        mime_put_text(b, arena_z(job->a, it.key), markup_line(job->a, value, 2000));
    }
    return OK;
}

static void put_unless_own(const struct channel_job *job, const char *name,
                           const char *value, struct buf *b)
{
    if (json_is(own_header(job, name), JSON_NONE))
        mime_put_token(b, name, str_of(value));
}

static void put_headers(const struct channel_job *job, const struct letter *letter,
                        struct str from, struct str from_name, struct buf *b)
{
    const struct notification *n = job->n;
    struct str host = mime_domain(from);

    mime_put_mailbox(b, "From", from_name, from);
    mime_put_mailbox(b, "To", STR(""), job->address);
    mime_put_text(b, "Subject", letter->subject);
    mime_put_date(b, n->decided_at);
    buf_printf(b, "Message-ID: <%s@%.*s>\r\n", n->key, STR_ARG(host));
    if (notify_alerts(n->kind) && threading_of(job) != THREAD_NONE)
        put_thread(n, threading_of(job), host, job->a, b);
    if (!notify_confirms(n->kind)) {
        if (json_is(own_header(job, "List-Id"), JSON_NONE))
            put_list_id(n, host, job->a, b);
        put_leave(job, b);
    }
    put_unless_own(job, "Auto-Submitted", "auto-generated", b);
    put_unless_own(job, "X-Auto-Response-Suppress", "All", b);
    if (letter->urgent) {
        put_unless_own(job, "X-Priority", "1", b);
        put_unless_own(job, "Importance", "high", b);
    }
    buf_z(b, "MIME-Version: 1.0\r\n");
}

/* No encoded text holds "=_", so that no text can end a part. */
static void put_body(const struct channel_job *job, const struct letter *letter,
                     struct buf *b)
{
    const char *key = job->n->key;

    if (letter->html.n == 0) {
        mime_put_part(b, "text/plain", letter->text);
        return;
    }
    buf_printf(b,
               "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n"
               "--=_%s\r\n",
               key, key);
    mime_put_part(b, "text/plain", letter->text);
    buf_printf(b, "\r\n--=_%s\r\n", key);
    mime_put_part(b, "text/html", letter->html);
    buf_printf(b, "\r\n--=_%s--\r\n", key);
}

/* Who gets it; of a receiver's entry it may depend on the alerts. */
static ok recipient_of(const struct channel_job *job, struct str *out, struct err *e)
{
    struct str to, name;

    if (integration_fill(job, GO_TEXT, job->address, &to, e) == FAILED)
        return FAILED;
    *out = to;
    if (integration_has(job) && mime_parse_mailbox(to, &name, out, e) == FAILED)
        return fail(e, FAULT_INVALID, "to",
                    "'%.*s' is not one mail address; several are written as a list",
                    STR_ARG(str_head(to, 100)));
    if (!mime_is_address(*out))
        return fail(e, FAULT_INVALID, "", "'%.*s' is not an e-mail address",
                    STR_ARG(str_head(*out, 100)));
    return OK;
}

static ok email_render(const struct channel_job *given, struct buf *body,
                       struct str *subject, struct err *e)
{
    struct channel_job own = *given;
    const struct channel_job *job = &own;
    struct letter letter = { .html = STR("") };
    struct relay relay;
    struct str name, from;

    if (relay_of(job, &relay, e) != OK ||
        mime_parse_mailbox(relay.from, &name, &from, e) != OK ||
        recipient_of(job, &own.address, e) != OK)
        return FAILED;
    if (!integration_speaks(job))
        write_letter(job, &letter);
    else if (write_own(job, &letter, e) != OK || put_own_headers(job, body, e) != OK)
        return FAILED;
    put_headers(job, &letter, from, name, body);
    put_body(job, &letter, body);
    *subject = letter.subject;
    return buf_ok(body, e);
}

/* ---- sending ----------------------------------------------------------- */

static void email_answered(void *ctx, const struct client_reply *reply)
{
    struct attempt *at = ctx;
    struct receipt r = receipt_of(reply);

    email_judge(reply, attempt_job(at)->a, &r);
    attempt_done(at, &r);
}

static void email_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    struct smtp_ask ask = { .message = body };
    struct relay relay;
    struct str name;
    struct err e;

    if (relay_of(job, &relay, &e) != OK ||
        mime_parse_mailbox(relay.from, &name, &ask.from, &e) != OK ||
        recipient_of(job, &ask.to, &e) != OK) {
        struct receipt r = { .verdict = REFUSED,
                             .said = STR(""),
                             .meaning = str_of(e.text),
                             .remote = STR("") };

        attempt_done(at, &r);
        return;
    }
    ask.host = relay.host;
    ask.username = relay.username;
    ask.password = relay.password;
    ask.secret = relay.secret;
    ask.identity = relay.identity;
    ask.password_only = integration_has(job) && job->n->from_file;
    ask.way = relay.way;
    ask.tls = relay.tls;
    ask.port = (uint16_t)(relay.port != 0                ? relay.port
                          : ask.tls == SMTP_TLS_IMPLICIT ? 465
                                                         : 587);
    ask.hello = relay.hello.n > 0 ? relay.hello : mime_domain(ask.from);
    client_smtp(attempt_client(at), &ask, email_answered, at);
}

const struct channel_ops channel_email = {
    .kind = CHANNEL_MAIL,
    .settings = &email_setting_table,
    .check = email_check,
    .render = email_render,
    .send = email_send,
};
