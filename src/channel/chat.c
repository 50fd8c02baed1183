#include "channel/chat.h"

#include "base/time.h"
#include "base/utf8.h"
#include "channel/channel_private.h"
#include "text/markup.h"
#include "text/telling.h"

/* ---- texts ---------------------------------------------------------------- */

struct str chat_fill(struct chat_texts *t, struct str source)
{
    struct str text = STR("");

    if (t->failed)
        return STR("");
    if (integration_fill(t->job, GO_TEXT, source, &text, t->e) == OK)
        return text;
    t->failed = true;
    return STR("");
}

struct str chat_text(struct chat_texts *t, const char *key)
{
    struct str text = STR("");

    if (t->failed)
        return STR("");
    if (integration_text(t->job, GO_TEXT, key, &text, t->e) == OK)
        return text;
    t->failed = true;
    return STR("");
}

void chat_put(struct chat_texts *t, struct json_out *o, const char *name,
              struct str source)
{
    struct str text = chat_fill(t, source);

    if (text.n > 0)
        json_kv(o, name, text);
}

ok chat_ok(const struct chat_texts *t, const struct buf *body)
{
    return t->failed ? FAILED : buf_ok(body, t->e);
}

struct str chat_setting(const struct channel_job *job, const char *key,
                        struct str otherwise)
{
    struct str given = integration_str(job, key);

    return given.n > 0 ? given : otherwise;
}

struct str chat_str(struct json object, const char *key)
{
    return json_str(json_get(object, str_of(key)));
}

struct str chat_first_line(struct arena *a, struct str text)
{
    struct str line = STR("");

    text = str_trim(text);
    (void)str_cut(&text, '\n', &line);
    return markup_line(a, line, TOLD_NAME);
}

struct str chat_runes(struct arena *a, struct str s, size_t most)
{
    struct str rest = s, kept = s;
    size_t n = 0;

    for (; rest.n > 0; n++) {
        if (n == most - 1)
            kept = str_head(s, s.n - rest.n);
        (void)utf8_next(&rest);
    }
    return n <= most ? s : arena_printf(a, "%.*s…", STR_ARG(kept));
}

struct str chat_bytes(struct arena *a, struct str s, size_t most)
{
    static const size_t dots = sizeof "…" - 1;

    return s.n <= most ? s : arena_printf(a, "%.*s…", STR_ARG(utf8_cut(s, most - dots)));
}

/* ---- answers -------------------------------------------------------------- */

int64_t chat_wait(struct json v, int64_t unit)
{
    int64_t whole = 0;
    double n = json_number(v);

    if (answers_int(v, &whole))
        n = (double)whole;
    n *= (double)unit;
    return n > 0 ? n < (double)NS_PER_DAY ? (int64_t)(n + 0.5) : NS_PER_DAY : 0;
}

bool chat_phrases(const struct chat_phrase *v, size_t n, struct str sentence,
                  struct receipt *r)
{
    char lower[512];
    size_t length = sentence.n < sizeof lower ? sentence.n : sizeof lower;

    for (size_t i = 0; i < length; i++)
        lower[i] = sentence.p[i] >= 'A' && sentence.p[i] <= 'Z'
                       ? (char)(sentence.p[i] - 'A' + 'a')
                       : sentence.p[i];
    for (size_t i = 0; i < n; i++)
        if (str_has((struct str){ lower, length }, str_of(v[i].words))) {
            r->verdict = v[i].verdict;
            r->meaning = str_of(v[i].meaning);
            return true;
        }
    return false;
}

static bool is_busy(int status)
{
    return status >= 500 || status == 408 || status == 425 || status == 429;
}

void chat_judge(const struct chat_answers *as, const struct chat_saying *saying,
                const struct channel_job *job, const struct client_reply *reply,
                struct receipt *r)
{
    int64_t header = http_retry_after(reply);
    bool said = saying->word.n > 0 || saying->code != 0;

    if ((!said || !answers_judge(&as->own, saying->code, saying->word, r)) &&
        !answers_judge(&as->statuses, reply->status, STR(""), r)) {
        if (is_busy(reply->status) || reply->status / 100 == 3)
            http_verdict(reply, job->a, r);
        else
            answers_unknown(arena_printf(job->a, "%s gave an answer that we do not know.",
                                         as->own.vendor)
                                .p,
                            job->number, job->a, r);
    }
    r->code = saying->code;
    if (r->verdict != DEFERRED)
        return;
    r->retry_after = header > r->retry_after ? header : r->retry_after;
    r->retry_after = saying->wait > r->retry_after ? saying->wait : r->retry_after;
}
