/* wecom_verdict.c - what WeCom's answers mean: HTTP 200 and an errcode; the robot's
 * (contracts/channels.md 4) and the application's (5). */
#include "channel/answers.h"
#include "channel/channel_private.h"

#include "text/markup.h"

static const struct answer robot_rows[] = {
    { 0, NULL, DELIVERED, 0, "" },
    { -1, NULL, DEFERRED, 5, "WeCom is busy. Tried again in 5 seconds." },
    { 45009, NULL, DEFERRED, 60,
      "More than 20 messages a minute for this robot. Tried again in a minute; group "
      "more, or use a second robot." },
    { 45033, NULL, DEFERRED, 5,
      "Too many calls to WeCom at the same time. Tried again in 5 seconds." },
    { 93000, NULL, REFUSED, 0,
      "WeCom knows no such robot: the key in the address is wrong, or the robot was "
      "removed from the group. Copy the address again from the robot's settings." },
    { 40058, NULL, UNFIT, 0,
      "WeCom refused a field, mostly because it is too long: the plain form is "
      "shorter." },
    { 45002, NULL, UNFIT, 0,
      "The message is too long for WeCom: the plain form is shorter." },
    { 40008, NULL, REFUSED, 0, "WeCom does not know this kind of message (our fault)." },
    { 44004, NULL, REFUSED, 0,
      "The text was empty: let the receiver's `message` say something, or take it out." },
    { 40039, NULL, REFUSED, 0,
      "WeCom refused a link in the message: set external_url to an address that its "
      "readers can open." },
};
static const struct answers robot_answers = { "WeCom", robot_rows,
                                              sizeof robot_rows / sizeof *robot_rows };

static const struct answer app_rows[] = {
    { 0, NULL, DELIVERED, 0, "" },
    { -1, NULL, DEFERRED, 5, "WeCom is busy. Tried again in 5 seconds." },
    { 45009, NULL, DEFERRED, 60,
      "More than 30 messages a minute or 1,000 an hour for this member. Tried again in a "
      "minute; group more." },
    { 45033, NULL, DEFERRED, 5,
      "Too many calls to WeCom at the same time. Tried again in 5 seconds." },
    { 42001, NULL, REFUSED, 0,
      "WeCom says that a token it has just handed out is over: check that corp_id, "
      "secret "
      "and api_url belong together." },
    { 40014, NULL, REFUSED, 0,
      "WeCom does not know a token it has just handed out: check that corp_id, secret "
      "and "
      "api_url belong together." },
    { 41001, NULL, REFUSED, 0,
      "WeCom misses the token that we sent: check that no proxy takes the query away." },
    { 40001, NULL, REFUSED, 0,
      "The secret is not this application's: copy it again from its page in WeCom's "
      "admin "
      "console." },
    { 40013, NULL, REFUSED, 0,
      "WeCom knows no company of this corp_id: copy it again from the admin console." },
    { 40056, NULL, REFUSED, 0,
      "The agent_id is not the application's that the secret belongs to: copy both from "
      "the same page." },
    { 60020, NULL, REFUSED, 0,
      "The application takes calls from trusted addresses only: add this server's public "
      "address to its list in the admin console." },
    { 81013, NULL, REFUSED, 0,
      "None of the recipients is a member, department or tag that the application can "
      "see: check the user ids, and the application's visible range." },
    { 40058, NULL, UNFIT, 0,
      "WeCom refused a field, mostly because it is too long: the plain form is "
      "shorter." },
    { 45002, NULL, UNFIT, 0,
      "The message is too long for WeCom: the plain form is shorter." },
    { 40008, NULL, REFUSED, 0, "WeCom does not know this kind of message (our fault)." },
    { 44004, NULL, REFUSED, 0,
      "The text was empty: let the receiver's `message` say something." },
};
static const struct answers app_answers = { "WeCom", app_rows,
                                            sizeof app_rows / sizeof *app_rows };

/* The vendor's own sign that our JSON was taken by half. */
static void note_half(const struct client_reply *reply, struct receipt *r)
{
    if (r->verdict == DELIVERED && str_has(reply->body, STR("Warning: wrong json")))
        r->meaning = STR("Delivered, but WeCom found fault with our JSON (our fault): "
                         "look whether all of it can be read.");
}

/* Success is only half of one when some of the recipients are not there. */
static void note_missing(const struct channel_job *job, struct json root,
                         struct receipt *r)
{
    enum { NAMES_BYTES = 300 };
    static const struct {
        const char *key, *what;
    } lists[] = {
        { "invaliduser", "members" },
        { "invalidparty", "departments" },
        { "invalidtag", "tags" },
        { "unlicenseduser", "members without a licence" },
    };
    struct str missing = STR("");

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct str names = json_str(json_get(root, str_of(lists[i].key)));

        if (names.n > 0)
            missing = arena_printf(
                job->a, "%.*s%s%s %.*s", STR_ARG(missing), missing.n > 0 ? "; " : "",
                lists[i].what,
                STR_ARG(markup_shorten(job->a, MARKUP_TEXT, names, NAMES_BYTES)));
    }
    if (r->verdict != DELIVERED || missing.n == 0)
        return;
    /* A contact is one member: if that one is not there, nobody was told. */
    r->verdict = job->n->integration == NULL ? REFUSED : DELIVERED;
    r->meaning = arena_printf(
        job->a,
        "%s told: %.*s. The application cannot see them: check the ids, and its visible "
        "range.",
        r->verdict == REFUSED ? "Nobody was" : "Delivered, but not all were",
        STR_ARG(missing));
}

bool wecom_app_is_stale(const struct receipt *r)
{
    return r->code == 42001 || r->code == 40014 || r->code == 41001;
}

/* `app`: the application's table and its lists of recipients. */
static void judge(const struct answers *as, bool app, const struct channel_job *job,
                  const struct client_reply *reply, struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    int64_t code;

    if (post_object(job, reply, as, doc, &root, r)) {
        if (answers_int(json_get(root, STR("errcode")), &code))
            answers_judge_code(as, code, job, r);
        else
            answers_unknown("WeCom's answer has no errcode.", job->number, job->a, r);
        note_half(reply, r);
        if (app)
            note_missing(job, root, r);
    }
    json_doc_free(&doc);
    /* What WeCom did not say (a proxy, a wrong address) is judged by its status. */
    if (reply->status / 100 != 2 && r->code == 0)
        http_verdict(reply, job->a, r);
}

void wecom_judge(const struct channel_job *job, const struct client_reply *reply,
                 struct receipt *r)
{
    judge(&robot_answers, false, job, reply, r);
}

void wecom_app_judge(const struct channel_job *job, const struct client_reply *reply,
                     struct receipt *r)
{
    judge(&app_answers, true, job, reply, r);
}
