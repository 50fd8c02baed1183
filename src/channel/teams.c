/* teams.c - Microsoft Teams (contracts/channels.md 10): a flow of Power Automate that
 * takes an adaptive card, or, for msteams_configs, the card of the connectors that
 * Microsoft switched off and some proxies still take. */
#include "channel/chat.h"

#include "channel/channels.h"
#include "text/builtin.h"

/* 28 KB are documented. */
enum { BODY_BYTES = 28000 };

static const struct teams_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

/* ---- cards ------------------------------------------------------------------ */

struct teams_words {
    struct str title, summary, text;
    bool firing;
};

static void put_card(const struct teams_words *w, struct json_out *o)
{
    json_object(o);
    json_kv(o, "@context", STR("http://schema.org/extensions"));
    json_kv(o, "type", STR("MessageCard"));
    json_kv(o, "title", w->title);
    json_kv(o, "summary", w->summary);
    json_kv(o, "text", w->text);
    json_kv(o, "themeColor", w->firing ? STR("8C1A1A") : STR("2DC72D"));
    json_object_end(o);
}

static void put_blocks(const struct teams_words *w, struct json_out *o)
{
    json_object(o);
    json_kv(o, "$schema", STR("http://adaptivecards.io/schemas/adaptive-card.json"));
    json_kv(o, "type", STR("AdaptiveCard"));
    json_kv(o, "version", STR("1.2"));
    json_key(o, "body");
    json_array(o);
    json_object(o);
    json_kv(o, "type", STR("TextBlock"));
    json_kv(o, "text", w->title);
    json_kv(o, "weight", STR("Bolder"));
    json_kv(o, "size", STR("Medium"));
    json_kv_bool(o, "wrap", true);
    json_kv(o, "style", STR("heading"));
    json_kv(o, "color", w->firing ? STR("Attention") : STR("Good"));
    json_object_end(o);
    json_object(o);
    json_kv(o, "type", STR("TextBlock"));
    json_kv(o, "text", w->text);
    json_kv_bool(o, "wrap", true);
    json_object_end(o);
    json_array_end(o);
    json_key(o, "msteams");
    json_object(o);
    json_kv(o, "width", STR("full"));
    json_object_end(o);
    json_object_end(o);
}

/* The envelope that the template flows of Teams expect. */
static void open_message(struct json_out *o)
{
    json_object(o);
    json_kv(o, "type", STR("message"));
    json_key(o, "attachments");
    json_array(o);
    json_object(o);
    json_kv(o, "contentType", STR("application/vnd.microsoft.card.adaptive"));
    json_key(o, "contentUrl");
    json_null(o);
    json_key(o, "content");
}

static void close_message(struct json_out *o)
{
    json_object_end(o);
    json_array_end(o);
    json_object_end(o);
}

static void put_words(const struct teams_words *w, bool legacy, struct buf *body)
{
    struct json_out o = json_out(body);

    if (legacy) {
        put_card(w, &o);
        return;
    }
    open_message(&o);
    put_blocks(w, &o);
    close_message(&o);
}

/* As many of the text's bytes as the body has room for. */
static void put_fitting(const struct channel_job *job, struct teams_words *w, bool legacy,
                        struct buf *body)
{
    struct str text = w->text;

    put_words(w, legacy, body);
    while (body->n > BODY_BYTES && text.n > 100) {
        size_t over = body->n - BODY_BYTES;
        size_t most = text.n - (over < text.n / 2 ? over : text.n / 2);

        text = str_head(text, most);
        w->text = chat_bytes(job->a, w->text, most);
        buf_clear(body);
        put_words(w, legacy, body);
    }
}

static ok entry_put(const struct channel_job *job, struct buf *body, struct str *subject,
                    struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    bool legacy = str_is(job->n->integration->kind, "msteams");
    struct teams_words w = { .title = chat_text(&t, "title"),
                             .text = chat_text(&t, "text"),
                             .firing = job->n->firing_count > 0 };

    w.summary = legacy ? chat_text(&t, "summary") : STR("");
    if (t.failed)
        return FAILED;
    put_fitting(job, &w, legacy, body);
    *subject = w.title;
    return buf_ok(body, e);
}

static ok teams_render(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    struct builtin_ask ask = { .form = FORM_TEAMS, .plain = job->plain };
    bool bare = settings_of(job) != NULL && settings_of(job)->bare_card;
    struct json_out o = json_out(body);
    struct builtin_parts parts;

    if (integration_speaks(job) && !job->plain)
        return entry_put(job, body, subject, e);
    builtin_write(job->n, &ask, job->a, &parts);
    *subject = parts.title;
    if (job->plain) {
        struct teams_words w = { .title = parts.title,
                                 .summary = parts.title,
                                 .text = parts.text,
                                 .firing = job->n->firing_count > 0 };
        bool legacy =
            integration_has(job) && str_is(job->n->integration->kind, "msteams");

        put_words(&w, legacy, body);
    } else if (bare) {
        json_raw(&o, parts.json);
    } else {
        open_message(&o);
        json_raw(&o, parts.json);
        close_message(&o);
    }
    return buf_ok(body, e);
}

/* ---- answers ---------------------------------------------------------------- */

static const char flow_gone[] =
    "There is no such flow: its address changed or it was deleted. Copy the address "
    "again "
    "from the flow's trigger \"When a Teams webhook request is received\".";
static const char not_allowed[] = "The flow does not let us in: let anyone trigger it, "
                                  "or copy its whole address again, "
                                  "with sig=.";
static const char unread[] =
    "The flow did not take the form of the card: the plain form is sent instead.";
static const char too_long[] =
    "The message is too long for Teams: the plain form is shorter.";
static const char wait_meaning[] =
    "Too many messages to Teams (four a second). Tried again when it says.";
static const char trouble[] = "Teams or the flow is in trouble. Tried again later.";
static const char no_flow_yet[] =
    "Taken by the flow. What it does with the message, it does not tell.";

static const struct answer words[] = {
    { 0, "WorkflowNotFound", REFUSED, 0, flow_gone },
    { 0, "WorkflowTriggerNotFound", REFUSED, 0, flow_gone },
    { 0, "WorkflowTriggerIsNotEnabled", REFUSED, 0,
      "The flow is switched off: switch it on in Power Automate." },
    { 0, "DirectApiAuthorizationRequired", REFUSED, 0, not_allowed },
    { 0, "AuthorizationFailed", REFUSED, 0, not_allowed },
    { 0, "TriggerInputSchemaMismatch", UNFIT, 0, unread },
    { 0, "InvalidRequestContent", UNFIT, 0, unread },
    { 0, "RequestEntityTooLarge", UNFIT, 0, too_long },
    { 0, "TooManyRequests", DEFERRED, 1, wait_meaning },
};
static const struct answer statuses[] = {
    { 202, NULL, ACCEPTED, 0, no_flow_yet }, { 200, NULL, ACCEPTED, 0, no_flow_yet },
    { 401, NULL, REFUSED, 0, not_allowed },  { 403, NULL, REFUSED, 0, not_allowed },
    { 404, NULL, REFUSED, 0, flow_gone },    { 410, NULL, REFUSED, 0, flow_gone },
    { 413, NULL, UNFIT, 0, too_long },       { 429, NULL, DEFERRED, 1, wait_meaning },
};
static const struct chat_answers answers = CHAT_ANSWERS("Teams", words, statuses);

/* The old connectors say HTTP 200 to everything, and what went wrong in a sentence. */
static const struct chat_phrase phrases[] = {
    { "http error 429", DEFERRED, wait_meaning },
    { "http error 413", UNFIT, too_long },
    { "http error 5", DEFERRED, trouble },
    { "http error 401", REFUSED, not_allowed },
    { "http error 403", REFUSED, not_allowed },
    { "http error 404", REFUSED, flow_gone },
    { "payload size is too big", UNFIT, too_long },
    { "summary or text is required", UNFIT, unread },
    { "bad payload", UNFIT, unread },
    { "webhook message delivery failed", DEFERRED, trouble },
};

/* {"error":{"code":"WorkflowTriggerIsNotEnabled","message":"..."}} */
static struct str error_code(struct str body, struct arena *a)
{
    struct json_doc *doc = json_doc_new();
    struct str word = STR("");
    struct json root;
    struct err ignored;

    if (json_parse(doc, body, &root, &ignored) == OK)
        word = arena_str(a, chat_str(json_get(root, STR("error")), "code"));
    json_doc_free(&doc);
    return word;
}

void teams_judge(const struct channel_job *job, const struct client_reply *reply,
                 struct receipt *r)
{
    struct chat_saying saying = { .word = error_code(reply->body, job->a) };

    if (reply->status == 200 && str_is(str_trim(reply->body), "1")) {
        r->verdict = DELIVERED;
        return;
    }
    if (saying.word.n == 0 && reply->status / 100 == 2 &&
        chat_phrases(phrases, sizeof phrases / sizeof *phrases, reply->body, r))
        return;
    chat_judge(&answers, &saying, job, reply, r);
}

static void teams_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    post_send(job, &(struct post){ .url = job->address, .body = body }, teams_judge, at);
}

const struct channel_ops channel_teams = {
    .kind = CHANNEL_TEAMS,
    .settings = &teams_setting_table,
    .render = teams_render,
    .send = teams_send,
};
