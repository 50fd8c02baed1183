#include "channel/robot.h"

#include "channel/channel_private.h"
#include "channel/integration.h"

#include "base/encode.h"
#include "base/json.h"
#include "text/aom.h"
#include "text/keyword.h"

enum { KEYWORDS_MAX = 20, TITLE_BYTES = 250, LEAST_TEXT = 200 };

/* ---- the address ----------------------------------------------------------- */

struct reading {
    struct arena *a;
    struct robot *out;
    struct str *keywords;
    bool signs; /* the vendor's signature is in the query: an old one is left out */
};

static struct str decoded(struct str value, struct arena *a)
{
    struct str text = value;
    struct buf b;

    buf_init(&b, value.n); /* decoded, no text is longer */
    if (get_percent(value, false, &b) == OK)
        text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void add_keyword(struct reading *r, struct str word)
{
    if (word.n > 0 && r->out->keywords.n < KEYWORDS_MAX)
        r->keywords[r->out->keywords.n++] = word;
}

/* False: it is not ours. */
static bool read_piece(struct reading *r, struct str piece)
{
    if (str_starts(piece, STR("secret=")))
        r->out->secret = decoded(str_from(piece, 7), r->a);
    else if (str_starts(piece, STR("keyword=")))
        add_keyword(r, decoded(str_from(piece, 8), r->a));
    else
        return r->signs &&
               (str_starts(piece, STR("timestamp=")) || str_starts(piece, STR("sign=")));
    return true;
}

static void read_query(struct reading *r, struct str query, struct buf *url)
{
    struct str piece;
    char sep = '?';

    while (query.p != NULL && str_cut(&query, '&', &piece)) {
        if (read_piece(r, piece))
            continue;
        buf_char(url, sep);
        buf_add(url, piece);
        sep = '&';
    }
}

static void read_url(struct reading *r, struct str url)
{
    struct str fragment = url, query, base, piece;
    struct buf b;

    (void)str_cut(&fragment, '#', &query);
    (void)str_cut(&query, '?', &base);
    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, base);
    read_query(r, query, &b);
    while (fragment.p != NULL && str_cut(&fragment, '&', &piece))
        (void)read_piece(r, piece);
    r->out->url = arena_str(r->a, buf_str(&b));
    buf_fini(&b);
}

void robot_read(const struct channel_job *job, struct robot *out)
{
    struct reading r = { .a = job->a,
                         .out = out,
                         .keywords = arena_array(job->a, struct str, KEYWORDS_MAX),
                         .signs = job->n->address.channel == CHANNEL_DINGTALK };
    struct str secret = integration_str(job, "secret");

    *out = (struct robot){ .secret = STR(""), .keywords = { r.keywords, 0 } };
    read_url(&r, job->address);
    if (secret.n > 0)
        out->secret = arena_str(job->a, secret);
    for (struct json_iter it = json_iter(robot_list(job, "keywords")); json_next(&it);)
        add_keyword(&r, json_str(it.value));
}

struct json robot_list(const struct channel_job *job, const char *key)
{
    return json_get(job->settings, str_of(key));
}

struct str robot_type(const struct channel_job *job, const char *otherwise)
{
    struct str type = integration_str(job, "message_type");

    return type.n > 0 ? type : str_of(otherwise);
}

bool robot_calls(const struct channel_job *job)
{
    return job->n->firing_count > 0;
}

/* ---- words ----------------------------------------------------------------- */

/* What the text may be, less what stands behind it. */
static size_t room_left(const struct robot_ask *ask)
{
    const struct room *room = &builtin_forms[ask->form].room;
    size_t most = ask->most > 0 && ask->most < room->most ? ask->most : room->most;
    size_t tail = measure(room->unit, ask->tail);

    return most > tail ? most - tail : 0;
}

/* Behind what was cut: the page that has all of it. */
static struct str rest_of(const struct channel_job *job, enum markup m)
{
    struct str link = telling_url(job->n, job->a, "/"), text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "…");
    if (link.n > 0) {
        buf_char(&b, ' ');
        markup_put_link(&b, m, phrase(lang_of(job->n->lang), PHRASE_OPEN), link);
    }
    text = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* Somebody's own text in its room, with one of the keywords in it. */
static struct str fitted(const struct channel_job *job, const struct robot_ask *ask,
                         enum markup m, struct str text)
{
    struct strs asked = ask->robot->keywords;
    enum unit unit = builtin_forms[ask->form].room.unit;
    size_t most = room_left(ask), behind;
    struct str word = STR(""), rest = STR("");

    if (!keyword_is_in(text, asked))
        word = arena_printf(job->a, "%s%.*s", markup_gap(m), STR_ARG(asked.v[0]));
    if (measure(unit, text) + measure(unit, word) > most) {
        rest = rest_of(job, m);
        /* The cut may take away the place where the keyword stood. */
        if (asked.n > 0)
            word = arena_printf(job->a, "%s%.*s", markup_gap(m), STR_ARG(asked.v[0]));
        if (measure(unit, rest) + measure(unit, word) > most)
            rest = STR("…");
        behind = measure(unit, rest) + measure(unit, word);
        text =
            markup_fit(m, text, (struct room){ unit, most > behind ? most - behind : 0 });
    }
    return arena_printf(job->a, "%.*s%.*s%.*s", STR_ARG(text), STR_ARG(rest),
                        STR_ARG(word));
}

/* The template's limit is bytes; JSON spells some characters with more. */
static void write_template(const struct channel_job *job, const struct robot_ask *ask,
                           struct builtin_parts *out)
{
    enum channel_kind kind = (enum channel_kind)job->n->address.channel;
    enum unit unit = builtin_forms[ask->form].room.unit;
    size_t most = room_left(ask), n;
    struct room limit = ROOM_BYTES(most);
    struct aom_message message;

    for (size_t round = 0;; round++) {
        aom_message(job->n, kind, limit.most, job->a, &message);
        n = measure(unit, message.text);
        if (n <= most || limit.most < LEAST_TEXT)
            break;
        limit.most = room_less(limit, message.text, n - most, round);
    }
    out->title = message.subject;
    out->text = fitted(job, ask, out->markup, message.text);
}

/* Whoever wrote the text did not think of drills. */
static struct str drill_marked(const struct channel_job *job, enum phrase mark,
                               const char *gap, struct str text)
{
    if (job->n->kind != NOTIFY_TEST)
        return text;
    return arena_printf(job->a, "%.*s%s%.*s",
                        STR_ARG(phrase(lang_of(job->n->lang), mark)), gap, STR_ARG(text));
}

/* What the receiver's templates make: once for each message, however often it is cut. */
struct filled {
    bool speaks; /* false: the words are others */
    struct str title, text;
};

static ok fill(const struct channel_job *job, struct filled *out, struct err *e)
{
    *out = (struct filled){ .title = STR(""), .text = STR("") };
    if (job->plain || job->n->action_rule.n > 0 || !integration_speaks(job))
        return OK;
    out->speaks = true;
    if (integration_text(job, GO_TEXT, "title", &out->title, e) != OK ||
        integration_text(job, GO_TEXT, "message", &out->text, e) != OK)
        return FAILED;
    out->title = markup_line(job->a, str_trim(out->title), TITLE_BYTES);
    return OK;
}

static void write_filled(const struct channel_job *job, const struct robot_ask *ask,
                         const struct filled *f, struct builtin_parts *out)
{
    const char *gap = markup_gap(out->markup);

    if (f->title.n > 0)
        out->title = drill_marked(job, PHRASE_TEST, " ", f->title);
    if (str_trim(f->text).n > 0)
        out->text = fitted(job, ask, out->markup,
                           drill_marked(job, PHRASE_TEST_WHAT, gap, f->text));
}

static void write_words(const struct channel_job *job, const struct robot_ask *ask,
                        const struct filled *f, struct builtin_parts *out)
{
    size_t most = room_left(ask);
    struct builtin_ask own = { .form = ask->form,
                               .plain = job->plain,
                               .most = most > 0 ? most : 1, /* 0 is no limit there */
                               .keywords = ask->robot->keywords };

    builtin_write(job->n, &own, job->a, out);
    if (ask->form == FORM_FEISHU_TEXT) /* whom it mentions is the tail's to say */
        out->text = markup_calm(job->a, out->text, CALL_TAG);
    if (!job->plain && job->n->action_rule.n > 0)
        write_template(job, ask, out);
    else if (f->speaks)
        write_filled(job, ask, f, out);
    out->text = arena_printf(job->a, "%.*s%.*s", STR_ARG(out->text), STR_ARG(ask->tail));
}

ok robot_words(const struct channel_job *job, const struct robot_ask *ask,
               struct builtin_parts *out, struct err *e)
{
    struct filled f;

    if (fill(job, &f, e) != OK)
        return FAILED;
    write_words(job, ask, &f, out);
    return OK;
}

ok robot_render(const struct channel_job *job, struct robot_ask *ask, robot_put *put,
                size_t bytes, struct buf *body, struct str *subject, struct err *e)
{
    struct room room = builtin_forms[ask->form].room;
    struct builtin_parts parts;
    struct filled f;

    if (notify_confirms(job->n->kind))
        return fail(e, FAULT_UNSUPPORTED, "", "a group's robot is not asked to confirm");
    if (fill(job, &f, e) != OK)
        return FAILED;
    if (ask->most == 0)
        ask->most = room.most;
    /* How much the envelope adds to the text is known when it is written. */
    for (size_t round = 0;; round++) {
        struct json_out o = json_out(body);

        write_words(job, ask, &f, &parts);
        put(job, &parts, &o);
        if (body->n <= bytes || ask->most < LEAST_TEXT)
            break;
        room.most = ask->most;
        ask->most = room_less(room, parts.text, body->n - bytes, round);
        buf_clear(body);
    }
    *subject = parts.title;
    return buf_ok(body, e);
}

/* ---- signing --------------------------------------------------------------- */

struct str robot_mac(struct str key, struct str text, struct arena *a)
{
    struct digest mac = hmac_sha256(key, text);
    struct str base64;
    struct buf b;

    buf_init(&b, 64);
    put_digest_base64(&b, &mac);
    base64 = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return base64;
}

struct sending {
    struct attempt *at;
    const struct robot_vendor *vendor;
    struct robot robot;
    struct http_ask ask; /* not signed */
    int64_t ahead;       /* of our clock before theirs, if it was signed with theirs */
    bool again;
};

static void sign_and_send(struct sending *s, int64_t now, client_done *then)
{
    const struct channel_job *job = attempt_job(s->at);
    struct http_ask ask = s->ask;

    if (s->robot.secret.n > 0)
        s->vendor->sign(job, &s->robot, now, &ask);
    attempt_send(s->at, &ask, then, s);
}

/* Delivered all the same, but a person should set the clock. */
static void say_clock(const struct sending *s, struct arena *a, struct receipt *r)
{
    int64_t off = s->ahead / NS_PER_S;

    if (s->ahead != 0 && r->verdict == DELIVERED)
        r->meaning =
            arena_printf(a,
                         "Delivered when it was signed with the vendor's clock: "
                         "ours is %lld s %s. Check this machine's clock (NTP).",
                         (long long)(off < 0 ? -off : off), off < 0 ? "slow" : "fast");
}

static void answered(void *ctx, const struct client_reply *reply)
{
    struct sending *s = ctx;
    const struct channel_job *job = attempt_job(s->at);
    struct receipt r = receipt_of(reply);
    int64_t theirs;

    if (!receipt_unanswered(reply, job->a, &r))
        s->vendor->judge(job, reply, &r);
    if (!s->again && s->robot.secret.n > 0 && s->vendor->is_late(&r)) {
        theirs = http_date(reply);
        s->again = true;
        s->ahead = theirs > 0 ? attempt_now(s->at) - theirs : 0;
        sign_and_send(s, attempt_now(s->at) - s->ahead, answered);
        return;
    }
    say_clock(s, job->a, &r);
    attempt_done(s->at, &r);
}

void robot_send(const struct channel_job *job, struct str body,
                const struct robot_vendor *vendor, struct attempt *at)
{
    struct sending *s = arena_new(job->a, struct sending);
    struct post p = { .body = body };

    *s = (struct sending){ .at = at, .vendor = vendor };
    robot_read(job, &s->robot);
    p.url = s->robot.url;
    post_keep(job, &p, &s->ask);
    sign_and_send(s, attempt_now(at), answered);
}
