/* chats_verdict_test.c - what each chat's answer means, row by row: verdict, when it is
 * tried again, and words for a person (contracts/channels.md 9-11, 16). */
#include "channel/chat.h"

#include "base/time.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

struct row {
    int status;
    const char *body;
    enum verdict verdict;
    int64_t ms; /* until the next try */
    const char *words;
    const char *headers;
};

static struct receipt judged(post_judge *judge, const struct row *row, int number)
{
    struct channel_job job = { .number = number, .a = &a };
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = row->status,
                                  .body = str_of(row->body),
                                  .headers =
                                      str_of(row->headers != NULL ? row->headers : ""),
                                  .finished = MADE_NOW };
    struct receipt r = { .verdict = UNKNOWN, .status = row->status, .meaning = STR("") };

    judge(&job, &reply, &r);
    return r;
}

static void judge_rows(post_judge *judge, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct receipt r = judged(judge, &rows[i], 1);

        if (r.verdict != rows[i].verdict || r.retry_after != rows[i].ms * NS_PER_MS ||
            !str_has(r.meaning, str_of(rows[i].words)))
            print_error("%d %s: %s, %lld ms, \"%.*s\"\n", rows[i].status, rows[i].body,
                        verdict_word(r.verdict), (long long)(r.retry_after / NS_PER_MS),
                        STR_ARG(r.meaning));
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_int_equal(r.retry_after, rows[i].ms * NS_PER_MS);
        assert_has(r.meaning, rows[i].words);
    }
}
#define JUDGE(judge, rows) judge_rows(judge, rows, sizeof rows / sizeof *rows)

/* What nobody knows is tried three times, then refused. */
static void judge_unknown(post_judge *judge, int status, const char *body)
{
    const struct row row = { .status = status, .body = body };

    assert_int_equal(judged(judge, &row, 1).verdict, DEFERRED);
    assert_int_equal(judged(judge, &row, 3).verdict, DEFERRED);
    assert_int_equal(judged(judge, &row, 4).verdict, REFUSED);
    assert_has(judged(judge, &row, 4).meaning, "not known to mean delivered");
}

#define SECONDS "Retry-After: 17\r\n"
/* 90 s after MADE_NOW. */
#define DATE "Retry-After: Sat, 21 Nov 2026 10:01:30 GMT\r\n"

/* clang-format off */
static const struct row slack[] = {
    { 200, "ok", DELIVERED, 0, "", NULL },
    { 200, "{\"ok\":true,\"ts\":\"1.2\"}", DELIVERED, 0, "", NULL },
    { 400, "invalid_payload", UNFIT, 0, "plain form", NULL },
    { 400, "no_text", UNFIT, 0, "no text", NULL },
    { 403, "action_prohibited", REFUSED, 0, "administrator", NULL },
    { 403, "invalid_token", REFUSED, 0, "no such webhook", NULL },
    { 404, "channel_not_found", REFUSED, 0, "no such channel", NULL },
    { 410, "channel_is_archived", REFUSED, 0, "archived", NULL },
    { 404, "no_service", REFUSED, 0, "no such webhook", NULL },
    { 410, "no_service", REFUSED, 0, "no such webhook", NULL },
    { 404, "no_team", REFUSED, 0, "no such workspace", NULL },
    { 400, "user_not_found", REFUSED, 0, "no such user", NULL },
    { 403, "posting_to_general_channel_denied", REFUSED, 0, "#general", NULL },
    { 500, "rollup_error", DEFERRED, 0, "in trouble", NULL },
    { 200, "{\"ok\":false,\"error\":\"channel_not_found\"}", REFUSED, 0, "invite", NULL },
    { 200, "{\"ok\":false,\"error\":\"not_in_channel\"}", REFUSED, 0, "no member", NULL },
    { 200, "{\"ok\":false,\"error\":\"invalid_auth\"}", REFUSED, 0, "xoxb-", NULL },
    { 200, "{\"ok\":false,\"error\":\"account_inactive\"}", REFUSED, 0, "deleted", NULL },
    { 200, "{\"ok\":false,\"error\":\"token_revoked\"}", REFUSED, 0, "revoked", NULL },
    { 200, "{\"ok\":false,\"error\":\"missing_scope\"}", REFUSED, 0, "chat:write", NULL },
    { 200, "{\"ok\":false,\"error\":\"is_archived\"}", REFUSED, 0, "archived", NULL },
    { 200, "{\"ok\":false,\"error\":\"msg_too_long\"}", UNFIT, 0, "too long", NULL },
    { 200, "{\"ok\":false,\"error\":\"invalid_blocks\"}", UNFIT, 0, "plain form", NULL },
    { 200, "{\"ok\":false,\"error\":\"ratelimited\"}", DEFERRED, 1000, "a second", NULL },
    { 429, "{\"ok\":false,\"error\":\"ratelimited\"}", DEFERRED, 17000, "a second", SECONDS },
    { 429, "", DEFERRED, 90000, "a second", DATE },
    { 502, "<html>", DEFERRED, 17000, "in trouble", SECONDS },
    { 302, "", REFUSED, 0, "redirect", NULL },
};
static const struct row telegram[] = {
    { 200, "{\"ok\":true,\"result\":{\"message_id\":1}}", DELIVERED, 0, "", NULL },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: can't parse entities: Unsupported start tag\"}", UNFIT, 0, "without it", NULL },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: message is too long\"}", UNFIT, 0, "too long", NULL },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: chat not found\"}", REFUSED, 0, "no such chat", NULL },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: message thread not found\"}", REFUSED, 0, "thread", NULL },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: not enough rights to send text messages to the chat\"}", REFUSED, 0, "permissions", NULL },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group chat was upgraded to a supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":-100123}}", REFUSED, 0, "supergroup", NULL },
    { 401, "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}", REFUSED, 0, "@BotFather", NULL },
    { 403, "{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: bot was kicked from the group chat\"}", REFUSED, 0, "put out", NULL },
    { 403, "{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: user is deactivated\"}", REFUSED, 0, "deleted", NULL },
    { 404, "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}", REFUSED, 0, "token", NULL },
    { 429, "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after 23\",\"parameters\":{\"retry_after\":23}}", DEFERRED, 23000, "20 a minute", NULL },
    { 429, "{\"ok\":false,\"error_code\":429}", DEFERRED, 90000, "20 a minute", DATE },
    { 429, "{\"ok\":false,\"error_code\":429}", DEFERRED, 17000, "20 a minute", SECONDS },
    { 500, "{\"ok\":false,\"error_code\":500}", DEFERRED, 0, "in trouble", NULL },
    { 502, "<html>", DEFERRED, 0, "trouble", NULL },
};
static const struct row teams[] = {
    { 202, "", ACCEPTED, 0, "does not tell", NULL },
    { 200, "1", DELIVERED, 0, "", NULL },
    { 200, "", ACCEPTED, 0, "does not tell", NULL },
    { 200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x", DEFERRED, 0, "Too many", NULL },
    { 200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x", UNFIT, 0, "too long", NULL },
    { 200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 502", DEFERRED, 0, "trouble", NULL },
    { 200, "Summary or Text is required.", UNFIT, 0, "plain form", NULL },
    { 400, "{\"error\":{\"code\":\"WorkflowTriggerIsNotEnabled\",\"message\":\"x\"}}", REFUSED, 0, "switched off", NULL },
    { 400, "{\"error\":{\"code\":\"TriggerInputSchemaMismatch\"}}", UNFIT, 0, "plain form", NULL },
    { 401, "{\"error\":{\"code\":\"DirectApiAuthorizationRequired\"}}", REFUSED, 0, "sig=", NULL },
    { 401, "", REFUSED, 0, "sig=", NULL },
    { 403, "", REFUSED, 0, "sig=", NULL },
    { 404, "{\"error\":{\"code\":\"WorkflowNotFound\"}}", REFUSED, 0, "no such flow", NULL },
    { 404, "", REFUSED, 0, "no such flow", NULL },
    { 410, "", REFUSED, 0, "no such flow", NULL },
    { 413, "", UNFIT, 0, "too long", NULL },
    { 429, "", DEFERRED, 17000, "four a second", SECONDS },
    { 429, "", DEFERRED, 90000, "four a second", DATE },
    { 502, "", DEFERRED, 0, "in trouble", NULL },
};
static const struct row ntfy[] = {
    { 200, "{\"id\":\"x\",\"event\":\"message\"}", DELIVERED, 0, "", NULL },
    { 400, "{\"code\":40009,\"http\":400,\"error\":\"invalid request: topic invalid\"}", REFUSED, 0, "no such topic", NULL },
    { 400, "{\"code\":40024,\"http\":400,\"error\":\"x\"}", UNFIT, 0, "plain form", NULL },
    { 401, "{\"code\":40101,\"http\":401,\"error\":\"unauthorized\"}", REFUSED, 0, "login", NULL },
    { 403, "{\"code\":40301,\"http\":403,\"error\":\"forbidden\"}", REFUSED, 0, "permissions", NULL },
    { 403, "", REFUSED, 0, "permissions", NULL },
    { 413, "{\"code\":41303,\"http\":413,\"error\":\"x\"}", UNFIT, 0, "too long", NULL },
    { 413, "", UNFIT, 0, "too long", NULL },
    { 429, "{\"code\":42901,\"http\":429,\"error\":\"limit reached\"}", DEFERRED, 5000, "Too many", NULL },
    { 429, "{\"code\":42901,\"http\":429,\"error\":\"limit reached\"}", DEFERRED, 17000, "Too many", SECONDS },
    { 429, "{\"code\":42908,\"http\":429,\"error\":\"daily\"}", DEFERRED, 3600000, "Today's", NULL },
    { 429, "{\"code\":42904,\"http\":429,\"error\":\"x\"}", REFUSED, 0, "as many topics", NULL },
    { 500, "{\"code\":50001,\"http\":500,\"error\":\"x\"}", DEFERRED, 0, "in trouble", NULL },
};
static const struct row discord[] = {
    { 204, "", DELIVERED, 0, "", NULL },
    { 200, "{\"id\":\"1\"}", DELIVERED, 0, "", NULL },
    { 404, "{\"message\":\"Unknown Webhook\",\"code\":10015}", REFUSED, 0, "no such webhook", NULL },
    { 401, "{\"message\":\"Invalid Webhook Token\",\"code\":50027}", REFUSED, 0, "no such webhook", NULL },
    { 400, "{\"message\":\"Cannot send an empty message\",\"code\":50006}", UNFIT, 0, "plain form", NULL },
    { 400, "{\"message\":\"Invalid Form Body\",\"code\":50035}", UNFIT, 0, "plain form", NULL },
    { 400, "{\"message\":\"x\",\"code\":220001}", REFUSED, 0, "thread_id", NULL },
    { 413, "{\"message\":\"x\",\"code\":40005}", UNFIT, 0, "too long", NULL },
    { 400, "{\"message\":\"x\",\"code\":200000}", UNFIT, 0, "moderation", NULL },
    { 429, "{\"message\":\"You are being rate limited.\",\"retry_after\":0.529,\"global\":false}", DEFERRED, 1000, "Too many", NULL },
    { 429, "{\"message\":\"x\",\"retry_after\":64.57,\"global\":true}", DEFERRED, 64570, "Too many", NULL },
    { 429, "error code: 1015", DEFERRED, 17000, "Too many", SECONDS },
    { 429, "error code: 1015", DEFERRED, 90000, "Too many", DATE },
    { 500, "", DEFERRED, 0, "in trouble", NULL },
};
static const struct row pushover[] = {
    { 200, "{\"status\":1,\"request\":\"x\"}", DELIVERED, 0, "", NULL },
    { 400, "{\"token\":\"invalid\",\"errors\":[\"application token is invalid\"],\"status\":0}", REFUSED, 0, "pushover.net/apps", NULL },
    { 400, "{\"user\":\"invalid\",\"errors\":[\"user identifier is not a valid user, group, or subscribed user key\"],\"status\":0}", REFUSED, 0, "user or group", NULL },
    { 400, "{\"user\":\"invalid\",\"errors\":[\"user identifier is invalid\"],\"status\":0}", REFUSED, 0, "user or group", NULL },
    { 400, "{\"message\":\"cannot be blank\",\"errors\":[\"message cannot be blank\"],\"status\":0}", UNFIT, 0, "plain form", NULL },
    { 400, "{\"errors\":[\"something new\"],\"status\":0}", REFUSED, 0, "see its words", NULL },
    { 200, "{\"status\":0,\"errors\":[\"application token is invalid\"]}", REFUSED, 0, "token", NULL },
    { 429, "{\"errors\":[\"application is over its quota\"],\"status\":0}", REFUSED, 0, "month", NULL },
    { 429, "{\"status\":0}", REFUSED, 0, "month", NULL },
    { 500, "{\"status\":0,\"errors\":[\"retry later\"]}", DEFERRED, 5000, "in trouble", NULL },
    { 503, "", DEFERRED, 17000, "in trouble", SECONDS },
};
static const struct row matrix[] = {
    { 200, "{\"event_id\":\"$x\"}", DELIVERED, 0, "", NULL },
    { 403, "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"x\"}", REFUSED, 0, "invite it", NULL },
    { 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"error\":\"x\"}", REFUSED, 0, "log in again", NULL },
    { 401, "{\"errcode\":\"M_MISSING_TOKEN\",\"error\":\"x\"}", REFUSED, 0, "log in again", NULL },
    { 404, "{\"errcode\":\"M_NOT_FOUND\",\"error\":\"x\"}", REFUSED, 0, "no such room", NULL },
    { 403, "{\"errcode\":\"M_USER_DEACTIVATED\",\"error\":\"x\"}", REFUSED, 0, "deactivated", NULL },
    { 413, "{\"errcode\":\"M_TOO_LARGE\",\"error\":\"x\"}", UNFIT, 0, "too long", NULL },
    { 400, "{\"errcode\":\"M_BAD_JSON\",\"error\":\"x\"}", UNFIT, 0, "plain form", NULL },
    { 429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"x\",\"retry_after_ms\":2500}", DEFERRED, 2500, "Too many", NULL },
    { 429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"x\"}", DEFERRED, 17000, "Too many", SECONDS },
    { 429, "", DEFERRED, 90000, "Too many", DATE },
    { 404, "<html>", REFUSED, 0, "no homeserver", NULL },
    { 500, "{\"errcode\":\"M_UNKNOWN\",\"error\":\"x\"}", DEFERRED, 0, "in trouble", NULL },
};
static const struct row webex[] = {
    { 200, "{\"id\":\"x\"}", DELIVERED, 0, "", NULL },
    { 400, "{\"message\":\"x\",\"trackingId\":\"y\"}", UNFIT, 0, "room's id", NULL },
    { 401, "{}", REFUSED, 0, "token", NULL },
    { 403, "{}", REFUSED, 0, "add it", NULL },
    { 404, "{}", REFUSED, 0, "no such room", NULL },
    { 413, "{}", UNFIT, 0, "too long", NULL },
    { 423, "{}", DEFERRED, 17000, "locked", SECONDS },
    { 429, "{}", DEFERRED, 17000, "Too many", SECONDS },
    { 429, "{}", DEFERRED, 90000, "Too many", DATE },
    { 503, "", DEFERRED, 0, "trouble", NULL },
};
static const struct row mattermost[] = {
    { 200, "ok", DELIVERED, 0, "", NULL },
    { 400, "{\"id\":\"web.incoming_webhook.invalid.app_error\",\"message\":\"Invalid webhook.\",\"status_code\":400}", REFUSED, 0, "no such webhook", NULL },
    { 400, "{\"id\":\"web.incoming_webhook.text.app_error\",\"status_code\":400}", UNFIT, 0, "no text", NULL },
    { 404, "{\"id\":\"web.incoming_webhook.channel.app_error\",\"status_code\":404}", REFUSED, 0, "no such channel", NULL },
    { 403, "{\"id\":\"web.incoming_webhook.channel_locked.app_error\",\"status_code\":403}", REFUSED, 0, "own channel", NULL },
    { 501, "{\"id\":\"web.incoming_webhook.disabled.app_error\",\"status_code\":501}", REFUSED, 0, "switched off", NULL },
    { 413, "", UNFIT, 0, "too long", NULL },
    { 429, "", DEFERRED, 17000, "Too many", SECONDS },
    { 500, "", DEFERRED, 0, "in trouble", NULL },
};
static const struct row rocketchat[] = {
    { 200, "{\"success\":true}", DELIVERED, 0, "", NULL },
    { 400, "{\"success\":false,\"error\":\"invalid-channel\"}", REFUSED, 0, "no such channel", NULL },
    { 400, "{\"success\":false,\"error\":\"The room [error-room-not-found]\"}", REFUSED, 0, "no such channel", NULL },
    { 400, "{\"success\":false,\"error\":\"x\",\"errorType\":\"error-room-archived\"}", REFUSED, 0, "archived", NULL },
    { 200, "{\"success\":false,\"error\":\"invalid-channel\"}", REFUSED, 0, "no such channel", NULL },
    { 401, "{\"status\":\"error\",\"message\":\"You must be logged in to do this.\"}", REFUSED, 0, "login", NULL },
    { 400, "{\"success\":false,\"errorType\":\"error-message-size-exceeded\"}", UNFIT, 0, "too long", NULL },
    { 429, "{\"success\":false,\"error\":\"slow down [error-too-many-requests]\"}", DEFERRED, 17000, "Too many", SECONDS },
    { 429, "{\"success\":false}", DEFERRED, 10000, "Too many", NULL },
    { 502, "", DEFERRED, 0, "in trouble", NULL },
};
/* clang-format on */

static void test_slack(void **)
{
    JUDGE(slack_judge, slack);
    judge_unknown(slack_judge, 200, "okay");
    judge_unknown(slack_judge, 200, "{\"ok\":false,\"error\":\"something_new\"}");
    judge_unknown(slack_judge, 200, "{\"ok\"");
    judge_unknown(slack_judge, 400, "something_new");
    judge_unknown(slack_judge, 200, "");
}

static void test_telegram(void **)
{
    JUDGE(telegram_judge, telegram);
    judge_unknown(telegram_judge, 400,
                  "{\"ok\":false,\"error_code\":400,\"description\":\"something new\"}");
    judge_unknown(telegram_judge, 200, "{}");
    judge_unknown(telegram_judge, 200, "garbage");
}

static void test_teams(void **)
{
    JUDGE(teams_judge, teams);
    judge_unknown(teams_judge, 400, "{\"error\":{\"code\":\"SomethingNew\"}}");
}

static void test_ntfy(void **)
{
    JUDGE(ntfy_judge, ntfy);
    judge_unknown(ntfy_judge, 400, "{\"code\":40099}");
    judge_unknown(ntfy_judge, 200, "<html>");
    judge_unknown(ntfy_judge, 200, "{}");
}

static void test_discord(void **)
{
    JUDGE(discord_judge, discord);
    judge_unknown(discord_judge, 400, "{\"code\":99999,\"message\":\"x\"}");
}

static void test_pushover(void **)
{
    JUDGE(pushover_judge, pushover);
    judge_unknown(pushover_judge, 200, "{\"status\":0}");
    judge_unknown(pushover_judge, 200, "garbage");
}

static void test_matrix(void **)
{
    JUDGE(matrix_judge, matrix);
    judge_unknown(matrix_judge, 400, "{\"errcode\":\"M_SOMETHING_NEW\"}");
    judge_unknown(matrix_judge, 200, "{}");
}

static void test_webex(void **)
{
    JUDGE(webex_judge, webex);
    judge_unknown(webex_judge, 418, "{}");
}

static void test_mattermost(void **)
{
    JUDGE(mattermost_judge, mattermost);
    judge_unknown(mattermost_judge, 200, "<html>");
    judge_unknown(mattermost_judge, 400, "{\"id\":\"something.new\"}");
}

static void test_rocketchat(void **)
{
    JUDGE(rocketchat_judge, rocketchat);
    judge_unknown(rocketchat_judge, 400, "{\"success\":false,\"error\":\"new\"}");
    judge_unknown(rocketchat_judge, 200, "{}");
}

/* ---- pieces ------------------------------------------------------------------- */

static void test_cuts(void **)
{
    assert_is(chat_runes(&a, STR("abc"), 3), "abc");
    assert_is(chat_runes(&a, STR("abcd"), 3), "ab…");
    assert_is(chat_runes(&a, STR("告警中"), 3), "告警中");
    assert_is(chat_runes(&a, STR("告警中🔥"), 3), "告警…");
    assert_is(chat_runes(&a, STR(""), 3), "");
    assert_is(chat_bytes(&a, STR("告警"), 6), "告警");
    assert_is(chat_bytes(&a, STR("告警中"), 8), "告…");
    assert_is(chat_bytes(&a, STR("abcdefgh"), 7), "abcd…");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_slack),      T(test_telegram),   T(test_teams),  T(test_ntfy),
        T(test_discord),    T(test_pushover),   T(test_matrix), T(test_webex),
        T(test_mattermost), T(test_rocketchat), T(test_cuts)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
