/* matrix.c - a room of Matrix (contracts/channels.md 16). The transaction's id is the
 * notification's key: a message that was sent twice is shown once. */
#include "channel/chat.h"

#include "base/encode.h"
#include "base/time.h"
#include "channel/channels.h"
#include "text/builtin.h"

static const struct matrix_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static ok check_place(const struct channel_job *job, struct err *e)
{
    const struct matrix_settings *self = settings_of(job);

    if (self == NULL || self->homeserver.n == 0 || self->access_token.n == 0)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "No account of Matrix is set up: put it into channels.matrix: "
                    "homeserver, access_token.");
    if (!str_starts(job->address, STR("!")))
        return fail(e, FAULT_INVALID, "",
                    "A room of Matrix is named by its id, which begins with an "
                    "exclamation mark: room settings, Advanced.");
    return OK;
}

static ok matrix_render(const struct channel_job *job, struct buf *body,
                        struct str *subject, struct err *e)
{
    struct builtin_ask ask = { .form = FORM_MATRIX, .plain = job->plain };
    struct json_out o = json_out(body);
    struct builtin_parts parts;

    if (check_place(job, e) == FAILED)
        return FAILED;
    builtin_write(job->n, &ask, job->a, &parts);
    json_object(&o);
    json_kv(&o, "msgtype", STR("m.text"));
    json_kv(&o, "body", parts.text);
    if (!job->plain) {
        json_kv(&o, "format", STR("org.matrix.custom.html"));
        json_kv(&o, "formatted_body", parts.html);
    }
    /* Names in the text wake nobody. */
    json_key(&o, "m.mentions");
    json_object(&o);
    json_object_end(&o);
    json_object_end(&o);
    *subject = parts.title;
    return buf_ok(body, e);
}

/* ---- answers ---------------------------------------------------------------- */

static const char token_again[] =
    "The homeserver does not know this access_token any more: log in again, and put the "
    "new one into channels.matrix.";
static const char unread[] =
    "The homeserver did not take the form of this message: the plain form is sent "
    "instead.";
static const char too_long[] =
    "The message is too long for the homeserver: the plain form is shorter.";
static const char wait_meaning[] =
    "Too many messages for the homeserver. Tried again when it says.";

static const struct answer words[] = {
    { 0, "M_FORBIDDEN", REFUSED, 0,
      "The account may not write to this room: invite it there, let it join, and give it "
      "the power to send messages." },
    { 0, "M_UNKNOWN_TOKEN", REFUSED, 0, token_again },
    { 0, "M_MISSING_TOKEN", REFUSED, 0, token_again },
    { 0, "M_USER_DEACTIVATED", REFUSED, 0, "The account was deactivated." },
    { 0, "M_USER_SUSPENDED", REFUSED, 0, "The account is suspended." },
    { 0, "M_USER_LOCKED", REFUSED, 0, "The account is locked." },
    { 0, "M_GUEST_ACCESS_FORBIDDEN", REFUSED, 0, "Guests may not write to this room." },
    { 0, "M_CONSENT_NOT_GIVEN", REFUSED, 0,
      "The homeserver's terms are not agreed to yet: log in as the account once." },
    { 0, "M_NOT_FOUND", REFUSED, 0, "There is no such room: check its id." },
    { 0, "M_UNRECOGNIZED", REFUSED, 0,
      "This server speaks no Matrix we know: check channels.matrix: homeserver." },
    { 0, "M_INVALID_PARAM", REFUSED, 0, "The room's id is none: check it." },
    { 0, "M_RESOURCE_LIMIT_EXCEEDED", REFUSED, 0,
      "The homeserver has reached a limit of its own: ask its administrator." },
    { 0, "M_TOO_LARGE", UNFIT, 0, too_long },
    { 0, "M_BAD_JSON", UNFIT, 0, unread },
    { 0, "M_NOT_JSON", UNFIT, 0, unread },
    { 0, "M_LIMIT_EXCEEDED", DEFERRED, 1, wait_meaning },
};
static const struct answer statuses[] = {
    { 401, NULL, REFUSED, 0, token_again },
    { 404, NULL, REFUSED, 0,
      "There is no homeserver at this address: check channels.matrix: homeserver." },
    { 413, NULL, UNFIT, 0, too_long },
    { 429, NULL, DEFERRED, 1, wait_meaning },
};
static const struct chat_answers answers = CHAT_ANSWERS("Matrix", words, statuses);

void matrix_judge(const struct channel_job *job, const struct client_reply *reply,
                  struct receipt *r)
{
    struct chat_saying saying = { .word = STR("") };
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;

    if (json_parse(doc, reply->body, &root, &ignored) == OK) {
        saying.word = chat_str(root, "errcode");
        saying.wait = chat_wait(json_get(root, STR("retry_after_ms")), NS_PER_MS);
    }
    if (reply->status / 100 == 2 && chat_str(root, "event_id").n > 0)
        r->verdict = DELIVERED;
    else
        chat_judge(&answers, &saying, job, reply, r);
    json_doc_free(&doc);
}

/* The plain form is another message: it may not be taken for the one refused. */
static void matrix_send(const struct channel_job *job, struct str body,
                        struct attempt *at)
{
    const struct matrix_settings *self = settings_of(job);
    struct str server = self->homeserver;
    struct post p = { .method = STR("PUT"), .body = body, .by_operator = true };
    struct buf url;

    while (str_ends(server, STR("/")))
        server.n--;
    buf_init(&url, BUF_NO_LIMIT);
    buf_add(&url, server);
    buf_z(&url, "/_matrix/client/v3/rooms/");
    put_percent(&url, job->address);
    buf_printf(&url, "/send/m.room.message/%s%s", job->n->key,
               job->plain ? "-plain" : "");
    p.url = arena_str(job->a, buf_str(&url));
    buf_fini(&url);
    post_header(&p, "Authorization",
                arena_printf(job->a, "Bearer %.*s", STR_ARG(self->access_token)));
    post_send(job, &p, matrix_judge, at);
}

const struct channel_ops channel_matrix = {
    .kind = CHANNEL_MATRIX,
    .settings = &matrix_setting_table,
    .render = matrix_render,
    .send = matrix_send,
};
