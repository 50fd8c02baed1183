/* wecom_verdict.c - what WeCom's answers mean: HTTP 200 and an errcode; the robot's
 * (contracts/channels.md 4) and the application's (5). */
#include "channel/answers.h"
#include "channel/channel_private.h"

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

/* The vendor's own sign that our JSON was taken by half. */
static void note_half(const struct client_reply *reply, struct receipt *r)
{
    if (r->verdict == DELIVERED && str_has(reply->body, STR("Warning: wrong json")))
        r->meaning = STR("Delivered, but WeCom found fault with our JSON (our fault): "
                         "look whether all of it can be read.");
}

void wecom_judge(const struct channel_job *job, const struct client_reply *reply,
                 struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    int64_t code;

    if (post_object(job, reply, &robot_answers, doc, &root, r)) {
        if (answers_int(json_get(root, STR("errcode")), &code))
            answers_judge_code(&robot_answers, code, job, r);
        else
            answers_unknown("WeCom's answer has no errcode.", job->number, job->a, r);
        note_half(reply, r);
    }
    json_doc_free(&doc);
    /* What no robot said (a proxy, a wrong address) is judged by its status. */
    if (reply->status / 100 != 2 && r->code == 0)
        http_verdict(reply, job->a, r);
}
