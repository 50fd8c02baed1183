/* email.c - a notification as one mail to one person, over SMTP
 * (contracts/channels.md 8). One recipient a mail: a bad address harms nobody
 * else, and each has a receipt of its own.
 */
#include "channel/email.h"

#include "base/crypto.h"
#include "base/time.h"
#include "channel/channel_private.h"
#include "channel/mime.h"
#include "text/aom.h"
#include "text/builtin.h"

/* Gmail cuts HTML at about 102 KB. */
enum { HTML_BYTES = 100000 };

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

static void write_letter(const struct channel_job *job, struct letter *out)
{
    const struct notification *n = job->n;
    bool alerts = n->kind == NOTIFY_ALERTS;
    struct builtin_ask ask = { .kind = alerts ? BUILTIN_ALERTS : BUILTIN_CONFIRM,
                               .form = FORM_MAIL,
                               .plain = alerts && job->plain };
    struct builtin_parts parts;

    if (alerts && n->action_rule.n > 0 && !job->plain) {
        write_aom(job, out);
        return;
    }
    if (!alerts)
        ask.link =
            arena_printf(job->a, "%.*s%.*s", STR_ARG(telling_url(n, job->a, "/l/")),
                         STR_ARG(job->code));
    builtin_write(n, &ask, job->a, &parts);
    *out = (struct letter){ parts.title, parts.text, job->plain ? STR("") : parts.html,
                            alerts && parts.urgent };
}

/* A root that was never sent: mails of one group and day become one thread. */
static void put_thread(const struct notification *n, struct str host, struct arena *a,
                       struct buf *b)
{
    struct str name = arena_printf(a, "%u\n%.*s\n%.*s", n->account, STR_ARG(n->route),
                                   STR_ARG(n->group_key));
    struct digest d = sha256(name);
    struct civil c = civil_of(n->decided_at, 0);
    struct str root;
    struct buf hex;

    buf_init(&hex, 128);
    put_digest_hex(&hex, &d);
    root = arena_printf(a, "<alert-%.16s-%04lld-%02d-%02d@%.*s>", hex.p,
                        (long long)c.year, c.month, c.day, STR_ARG(host));
    buf_fini(&hex);
    mime_put_token(b, "In-Reply-To", root);
    mime_put_token(b, "References", root);
}

/* By which list this came: the group, the topic, or the route. */
static void put_list_id(const struct notification *n, struct str host, struct arena *a,
                        struct buf *b)
{
    struct str list = n->contact_group.n > 0 ? n->contact_group : n->route;
    struct digest d;
    struct buf id;

    if (n->topic_urn.n > 0)
        list = n->topic_display.n > 0 ? n->topic_display : n->topic_urn;
    if (list.n == 0)
        return;
    d = sha256(list);
    buf_init(&id, 512);
    put_digest_hex(&id, &d);
    mime_put_mailbox(b, "List-Id", markup_line(a, list, 60),
                     arena_printf(a, "%.12s.alerts.%.*s", id.p, STR_ARG(host)));
    buf_fini(&id);
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
    if (n->kind == NOTIFY_ALERTS) {
        put_thread(n, host, job->a, b);
        put_list_id(n, host, job->a, b);
    }
    buf_z(b, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
    if (letter->urgent)
        buf_z(b, "X-Priority: 1\r\nImportance: high\r\n");
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

static ok email_render(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    const struct email_settings *s = settings_of(job->self);
    struct letter letter = { .html = STR("") };
    struct str name, from;

    if (s == NULL || s->host.n == 0)
        return fail(e, FAULT_MISSING, "smtp",
                    "no mail server is configured: set smtp.host and smtp.from");
    if (mime_parse_mailbox(s->from, &name, &from, e) != OK)
        return FAILED;
    if (!mime_is_address(job->address))
        return fail(e, FAULT_INVALID, "", "'%.*s' is not an e-mail address",
                    STR_ARG(str_head(job->address, 100)));
    write_letter(job, &letter);
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
    const struct email_settings *s = settings_of(job->self);
    struct smtp_ask ask = { .host = s->host,
                            .username = s->username,
                            .password = s->password,
                            .to = job->address,
                            .message = body };
    struct str name;
    struct err e;
    bool fit = mime_parse_mailbox(s->from, &name, &ask.from, &e) == OK &&
               tls_of(s, &ask.tls, &e) == OK;

    if (!fit) {
        struct receipt r = { .verdict = REFUSED,
                             .said = STR(""),
                             .meaning = str_of(e.text),
                             .remote = STR("") };

        attempt_done(at, &r);
        return;
    }
    ask.port = (uint16_t)(s->port != 0                   ? s->port
                          : ask.tls == SMTP_TLS_IMPLICIT ? 465
                                                         : 587);
    ask.hello = s->hello.n > 0 ? s->hello : mime_domain(ask.from);
    client_smtp(attempt_client(at), &ask, email_answered, at);
}

const struct channel_ops channel_email = {
    .kind = CHANNEL_MAIL,
    .settings = &email_setting_table,
    .check = email_check,
    .render = email_render,
    .send = email_send,
};
