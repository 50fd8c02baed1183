#include "model/smn.h"

#include "base/encode.h"

/* ---- protocols ------------------------------------------------------------------ */

const struct smn_protocol smn_protocol_table[] = {
    { "email", CHANNEL_MAIL, { NULL, NULL } },
    { "sms", CHANNEL_SMS, { NULL, NULL } },
    { "callnotify", CHANNEL_VOICE, { NULL, NULL } },
    { "http", CHANNEL_WEBHOOK, { "http://", NULL } },
    { "https", CHANNEL_WEBHOOK, { "https://", NULL } },
    { "dingding", CHANNEL_DINGTALK, { "https://", "http://" } },
    { "feishu", CHANNEL_FEISHU, { "https://", "http://" } },
    { "wechat", CHANNEL_WECOM, { "https://", "http://" } },
    { NULL, CHANNEL_MAIL, { NULL, NULL } },
};

const struct smn_protocol *smn_protocol_find(struct str name)
{
    for (const struct smn_protocol *p = smn_protocol_table; p->name != NULL; p++)
        if (str_is(name, p->name))
            return p;
    return NULL;
}

size_t smn_scheme_length(const struct smn_protocol *p, struct str endpoint)
{
    for (size_t i = 0; i < 2 && p->schemes[i] != NULL; i++) {
        struct str scheme = str_of(p->schemes[i]);

        if (str_eq_nocase(str_head(endpoint, scheme.n), scheme))
            return scheme.n;
    }
    return 0;
}

/* ---- headers -------------------------------------------------------------------- */

void smn_headers_put(const struct smn_header *v, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        buf_z(out, i == 0 ? SMN_HEADERS_MARK : "&");
        put_percent(out, v[i].name);
        buf_char(out, '=');
        put_percent(out, v[i].value);
    }
}

static struct str plain_of(struct str text, struct arena *a)
{
    struct str plain = STR("");
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (get_percent(text, false, &b) == OK)
        plain = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return plain;
}

size_t smn_headers_take(struct str *address, struct smn_header *out, struct arena *a)
{
    struct str rest, piece, name;
    size_t at, n = 0;

    if (!str_find(*address, STR(SMN_HEADERS_MARK), &at))
        return 0;
    rest = str_from(*address, at + strlen(SMN_HEADERS_MARK));
    *address = str_head(*address, at);
    while (n < SMN_HEADERS_MAX && rest.n > 0) {
        (void)str_cut(&rest, '&', &piece);
        (void)str_cut(&piece, '=', &name);
        out[n++] = (struct smn_header){ plain_of(name, a),
                                        piece.p == NULL ? STR("") : plain_of(piece, a) };
    }
    return n;
}

/* ---- publications ------------------------------------------------------------------ */

void publication_encode(const struct publication *p, struct buf *out)
{
    put_str(out, p->user);
    put_str(out, p->key_id);
    put_str(out, p->remote);
    put_str(out, p->operation);
    put_str(out, p->topic);
    put_str(out, p->message_id);
    put_str(out, p->subject);
    put_i64(out, p->life);
    put_u64(out, p->n);
    for (size_t i = 0; i < p->n; i++) {
        put_str(out, p->v[i].protocol);
        put_str(out, p->v[i].text);
    }
}

ok publication_decode(struct str payload, struct arena *a, struct publication *out,
                      struct err *e)
{
    struct reader r = reader_of(payload);
    struct publish_text *v;

    out->user = get_str(&r);
    out->key_id = get_str(&r);
    out->remote = get_str(&r);
    out->operation = get_str(&r);
    out->topic = get_str(&r);
    out->message_id = get_str(&r);
    out->subject = get_str(&r);
    out->life = get_i64(&r);
    out->n = get_count(&r, 2);
    if (r.bad || out->n > PUBLISH_TEXTS_MAX || out->life < 0)
        return fail(e, FAULT_SYNTAX, "", "the bytes of a publication are damaged");
    v = arena_array(a, struct publish_text, out->n + 1);
    for (size_t i = 0; i < out->n; i++) {
        v[i].protocol = get_str(&r);
        v[i].text = get_str(&r);
    }
    out->v = v;
    return reader_done(&r)
               ? OK
               : fail(e, FAULT_SYNTAX, "", "the bytes of a publication are damaged");
}

struct str publication_text(const struct publication *p, struct str protocol)
{
    struct str text = STR("");

    for (size_t i = 0; i < p->n; i++) {
        if (str_eq(p->v[i].protocol, protocol))
            return p->v[i].text;
        if (str_is(p->v[i].protocol, "default"))
            text = p->v[i].text;
    }
    return text;
}
