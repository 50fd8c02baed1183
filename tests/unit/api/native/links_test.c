/* links_test.c - /l/{token}: what a person sees who never saw Belfry, and what the
 * button does. */
#include "api/api.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "base/time.h"

static struct api_rig rig;

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, links_serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

/* ---- whose addresses ------------------------------------------------------- */

static void put(size_t account, enum object_kind kind, const void *object)
{
    struct change change = {
        .op = CHANGE_CREATE, .kind = kind, .object = object, .present = FIELDS_ALL
    };

    api_rig_change(&rig, account, &change, 1);
}

static struct address pending(const char *mail, const char *code)
{
    return (struct address){ .channel = CHANNEL_MAIL,
                             .plain = str_of(mail),
                             .state = ADDRESS_PENDING,
                             .code = seal(rig.api.sealer, &rig.a, str_of(code)) };
}

static void put_contact(size_t account, const char *name, const char *lang,
                        const char *code)
{
    struct address ad = pending("a&b@example.org", code);

    put(account, OBJECT_CONTACT,
        &(struct contact){ .name = str_of(name),
                           .describe = STR(""),
                           .lang = str_of(lang),
                           .zone = STR(""),
                           .addresses = { &ad, 1 } });
}

static void put_subscription(const char *code)
{
    struct address ad = pending("s@example.org", code);

    put(0, OBJECT_TOPIC,
        &(struct topic){ .name = STR("t1"),
                         .urn = STR("urn:smn:cn-north-4:project-main:t1"),
                         .id = STR("00000000000000000000000000000001"),
                         .display_name = STR("运维 <组>") });
    put(0, OBJECT_SUBSCRIPTION,
        &(struct subscription){ .topic = STR("t1"),
                                .id = STR("0123456789abcdef0123456789abcdef"),
                                .protocol = STR("email"),
                                .addresses = { &ad, 1 },
                                .remark = STR("") });
}

static int state_of(size_t account, const char *name)
{
    return book_contact(api_rig_book(&rig, account), str_of(name))->addresses.v[0].state;
}

static int state_of_subscription(void)
{
    const struct object *o = book_find(api_rig_book(&rig, 0), OBJECT_SUBSCRIPTION,
                                       STR("t1:0123456789abcdef0123456789abcdef"));

    return BOOK_MODEL(o, subscription)->addresses.v[0].state;
}

static struct api_answer ask(const char *method, const char *path, const char *headers,
                             const char *body)
{
    return api_rig_ask(&rig, method, str_of(path), str_of(headers), str_of(body));
}

static void shows(const char *method, const char *path, const char *body, int status,
                  const char *title)
{
    struct api_answer an = ask(method, path, "", body);

    if (an.status != status)
        fail_msg("%s %s: %d, not %d", method, path, an.status, status);
    assert_has(an.body, arena_printf(&rig.a, "<h1>%s</h1>", title).p);
}

/* ---- the pages ------------------------------------------------------------- */

static void looking_changes_nothing(void **state)
{
    struct api_answer an;

    (void)state;
    put_contact(0, "<b>Zoë</b> \"x\"", "en", "code-1");
    an = ask("GET", "/l/code-1", "", "");
    assert_int_equal(an.status, 200);
    assert_is(api_answer_header(&an, "Content-Type"), "text/html; charset=utf-8");
    assert_has(an.body, "<html lang=\"en\">");
    assert_has(an.body, "<h1>Confirm this address</h1>");
    assert_has(an.body, "<b>a&amp;b@example.org</b>");
    assert_has(an.body, "&lt;b&gt;Zoë&lt;/b&gt; &#34;x&#34;");
    assert_has(an.body, "<form method=\"post\">");
    assert_lacks(an.body, "<script");
    assert_lacks(an.body, "code-1"); /* nothing to copy out of a screenshot */
    an = ask("HEAD", "/l/code-1", "", "");
    assert_int_equal(an.status, 200);
    assert_int_equal(state_of(0, "<b>Zoë</b> \"x\""), ADDRESS_PENDING);
}

static void headers_are_strict(void **state)
{
    struct api_answer an = ask("GET", "/l/nothing", "", "");

    (void)state;
    assert_has(api_answer_header(&an, "Content-Security-Policy"),
               "default-src 'none'; style-src 'sha256-");
    assert_has(api_answer_header(&an, "Content-Security-Policy"),
               "frame-ancestors 'none'");
    assert_is(api_answer_header(&an, "Referrer-Policy"), "no-referrer");
    assert_is(api_answer_header(&an, "Cache-Control"), "no-store");
    assert_is(api_answer_header(&an, "X-Content-Type-Options"), "nosniff");
    assert_is(api_answer_header(&an, "X-Frame-Options"), "DENY");
}

static void in_the_readers_language(void **state)
{
    (void)state;
    put_contact(0, "张伟", "zh-cn", "code-1");
    put_contact(0, "李娜", "", "code-2");
    shows("GET", "/l/code-1", "", 200, "确认此地址");
    shows("GET", "/l/code-2", "", 200, "Confirm this address");
    assert_has(ask("GET", "/l/code-2", "Accept-Language: zh-TW,en;q=0.5\r\n", "").body,
               "<h1>确认此地址</h1>");
    assert_has(ask("GET", "/l/nothing", "Accept-Language: zh\r\n", "").body,
               "<h1>链接无效</h1>");
}

/* ---- the button ------------------------------------------------------------ */

static void the_button(void **state)
{
    (void)state;
    put_contact(0, "ab", "", "code-1");
    put_contact(1, "ab", "", "code-2");
    shows("POST", "/l/code-2", "action=confirm", 200, "Confirmed");
    assert_int_equal(state_of(0, "ab"), ADDRESS_PENDING);
    assert_int_equal(state_of(1, "ab"), ADDRESS_OK);
    shows("POST", "/l/code-1", "", 200, "Confirmed");
    assert_int_equal(state_of(0, "ab"), ADDRESS_OK);
    /* once */
    shows("POST", "/l/code-1", "action=confirm", 404, "This link is not in use");
    shows("GET", "/l/code-1", "", 404, "This link is not in use");
}

static void the_other_button(void **state)
{
    (void)state;
    put_contact(0, "ab", "", "code-1");
    shows("POST", "/l/code-1", "action=unsubscribe", 200, "Nothing will be sent");
    assert_int_equal(state_of(0, "ab"), ADDRESS_CANCELLED);
    shows("POST", "/l/code-1", "action=confirm", 404, "This link is not in use");
    assert_int_equal(state_of(0, "ab"), ADDRESS_CANCELLED);
}

static void a_subscription(void **state)
{
    (void)state;
    put_subscription("code-1");
    assert_has(ask("GET", "/l/code-1", "", "").body, "运维 &lt;组&gt;");
    api_rig_clock(API_RIG_START + 48 * NS_PER_HOUR);
    shows("POST", "/l/code-1", "action=confirm", 200, "Confirmed");
    assert_int_equal(state_of_subscription(), ADDRESS_OK);
}

static void strange_forms(void **state)
{
    size_t n = (8u << 20) + 1;
    struct str body = { arena_alloc(&rig.a, n), n };
    struct api_answer an;

    (void)state;
    put_contact(0, "ab", "", "code-1");
    shows("POST", "/l/code-1", "action=delete", 400, "That was not understood");
    shows("POST", "/l/code-1", "action=%zz", 400, "That was not understood");
    memset((char *)(uintptr_t)body.p, 'a', n);
    assert_int_equal(api_rig_ask(&rig, "POST", STR("/l/code-1"), STR(""), body).status,
                     413);
    an = ask("DELETE", "/l/code-1", "", "");
    assert_int_equal(an.status, 405);
    assert_is(api_answer_header(&an, "Allow"), "GET,HEAD,POST");
    assert_int_equal(state_of(0, "ab"), ADDRESS_PENDING);
}

static void links_grow_old(void **state)
{
    (void)state;
    put_contact(0, "ab", "", "code-1");
    api_rig_clock(API_RIG_START + 24 * NS_PER_HOUR);
    shows("GET", "/l/code-1", "", 200, "Confirm this address");
    api_rig_clock(API_RIG_START + 24 * NS_PER_HOUR + 1);
    shows("GET", "/l/code-1", "", 410, "This link is too old");
    shows("POST", "/l/code-1", "action=confirm", 410, "This link is too old");
    assert_int_equal(state_of(0, "ab"), ADDRESS_PENDING);
}

static void no_links(void **state)
{
    static const char *const paths[] = { "/l",     "/l/",    "/l/x",     "/l/%zz",
                                         "/l/%ff", "/l/a/b", "/l/a%2fb", "/l/%00code-1" };
    char longest[400] = "/l/";

    (void)state;
    put_contact(0, "ab", "", "code-1");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        shows("POST", paths[i], "action=confirm", 404, "This link is not in use");
    memset(longest + 3, 'x', sizeof longest - 4);
    shows("GET", longest, "", 404, "This link is not in use");
    assert_int_equal(state_of(0, "ab"), ADDRESS_PENDING);
}

static void a_full_journal(void **state)
{
    (void)state;
    put_contact(0, "ab", "", "code-1");
    rig.full = true;
    shows("POST", "/l/code-1", "action=confirm", 503, "Please try again in a moment");
    rig.full = false;
    assert_int_equal(state_of(0, "ab"), ADDRESS_PENDING);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(looking_changes_nothing),
        T(headers_are_strict),
        T(in_the_readers_language),
        T(the_button),
        T(the_other_button),
        T(a_subscription),
        T(strange_forms),
        T(links_grow_old),
        T(no_links),
        T(a_full_journal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
