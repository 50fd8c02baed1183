/* email_test.c - whole mails: read back with Python's email module, the same
 * bytes twice, and settings that are judged at the start. */
#include "channel/channel_private.h"
#include "channel/email.h"
#include "channel/template_sets.h"

#include "base/json.h"
#include "text/builtin.h"

#include "../../support/made.h"
#include "../../support/says.h"

#include <unistd.h>

static struct arena a;
static struct buf b;
static struct err e;

static struct email_settings settings;

static int setup(void **)
{
    settings = (struct email_settings){ .host = STR("127.0.0.1"),
                                        .from = STR("钟楼 <belfry@alerts.example>"),
                                        .tls = STR(""),
                                        .username = STR(""),
                                        .password = STR(""),
                                        .hello = STR("") };
    arena_init(&a);
    buf_init(&b, 1 << 25);
    return 0;
}

static int teardown(void **)
{
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}

static struct channel_job job_of(const struct notification *n)
{
    return (struct channel_job){ .self =
                                     (const struct channel_self *)(const void *)&settings,
                                 .n = n,
                                 .number = 1,
                                 .address = n->address.plain,
                                 .code = STR("CODE"),
                                 .a = &a };
}

static struct str rendered(const struct channel_job *job)
{
    struct str subject;

    buf_clear(&b);
    assert_int_equal(channel_email.render(job, &b, &subject, &e), OK);
    return buf_str(&b);
}

static struct notification *one(void)
{
    const struct alert *al[1] = { made_firing(
        &a, "alertname=磁盘将满,severity=critical,instance=web-1",
        "summary=磁盘 /data 将在 4 小时内写满,description=.\n..line\nFrom here\n "
        "👩‍🚒") };
    struct notification *n = made_notification(&a, al, 1);

    n->lang = STR("zh-cn");
    return n;
}

static void test_headers(void **)
{
    struct channel_job job = job_of(one());
    struct str s = rendered(&job);

    assert_has(s, "From: =?UTF-8?B?6ZKf5qW8?=\r\n <belfry@alerts.example>\r\n"
                  "To: <ops@example.org>\r\nSubject: =?UTF-8?B?");
    assert_has(s, "\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
                  "Message-ID: <0123456789abcdef0123456789abcdef@alerts.example>\r\n"
                  "In-Reply-To: <alert-");
    assert_has(s, "-2026-11-21@alerts.example>\r\nReferences: <alert-");
    assert_has(s, "\r\nList-Id: ops\r\n <");
    assert_has(s, ".alerts.alerts.example>\r\nAuto-Submitted: auto-generated\r\n"
                  "X-Auto-Response-Suppress: All\r\nX-Priority: 1\r\n"
                  "Importance: high\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: multipart/alternative;\r\n boundary=\"=_0123");
}

/* One group and day make one thread, whoever is told; others make others. */
static void test_thread(void **)
{
    struct notification *n = one();
    struct channel_job job = job_of(n);
    struct str first = arena_str(&a, rendered(&job)), root;
    size_t at, end;

    assert_true(str_find(first, STR("References: <"), &at));
    root = str_from(first, at);
    assert_true(str_find(root, STR("\r\n"), &end));
    root = str_head(root, end);
    n->reason = REASON_ALL_RESOLVED;
    n->decided_at += NS_PER_HOUR;
    assert_true(str_has(rendered(&job), root));
    n->group_key = STR("{}:{alertname=\"other\"}");
    assert_false(str_has(rendered(&job), root));
}

/* The button of mail programs; without a page only where the link is https. */
static void test_leave(void **)
{
    struct channel_job job = job_of(one());

    assert_lacks(rendered(&job), "List-Unsubscribe");
    job.leave = STR("http://belfry.example/l/TOKEN");
    assert_has(rendered(&job),
               "\r\nList-Unsubscribe: <http://belfry.example/l/TOKEN>\r\n");
    assert_lacks(rendered(&job), "List-Unsubscribe-Post");
    job.leave = STR("https://belfry.example/l/TOKEN");
    assert_has(rendered(&job),
               "\r\nList-Unsubscribe: <https://belfry.example/l/TOKEN>\r\n"
               "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

/* A week's report is no question: it has a way out, and no button to confirm. */
static void test_report(void **)
{
    static const struct report week = { .to = MADE_NOW, .fired = 16, .told = 20 };
    struct notification *n = made_notification(&a, NULL, 0);
    struct channel_job job;
    struct str s;

    n->kind = NOTIFY_REPORT;
    n->reason = REASON_REPORT;
    n->report = &week;
    for (int plain = 0; plain < 2; plain++) {
        job = job_of(n);
        job.plain = plain == 1;
        job.leave = STR("https://belfry.example/l/TOKEN");
        s = rendered(&job);
        assert_has(s, "List-Id: ");
        assert_has(s, "List-Unsubscribe-Post: ");
        assert_lacks(s, "In-Reply-To");
        assert_lacks(s, "/l/CODE");
        assert_int_equal(str_has(s, STR("text/html")), plain == 0);
    }
}

/* Of a receiver's entry: Alertmanager's `threading`, and headers that say it. */
static void test_own_thread(void **)
{
    static const struct {
        const char *settings, *has, *lacks;
    } rows[] = {
        { "{}", "-2026-11-21@alerts.example>\r\nReferences:", "X-Own" },
        { "{\"threading\":{\"enabled\":true,\"thread_by_date\":\"daily\"}}",
          "-2026-11-21@alerts.example>\r\nReferences:", "X-Own" },
        { "{\"threading\":{\"enabled\":true,\"thread_by_date\":\"none\"}}",
          "@alerts.example>\r\nReferences: <alert-", "-2026-11-21@" },
        { "{\"threading\":{\"enabled\":false}}", "Message-ID: ", "References" },
        { "{\"headers\":{\"References\":\"<own@x>\"}}", "References: <own@x>\r\n",
          "In-Reply-To" },
        { "{\"headers\":{\"Importance\":\"low\",\"List-Id\":\"<x.y>\"}}",
          "Importance: low\r\n", "Importance: high" },
        { "{\"headers\":{\"Importance\":\"low\",\"List-Id\":\"<x.y>\"}}",
          "List-Id: <x.y>\r\n", "List-Id: ops" },
        { "{\"headers\":{\"content-transfer-Encoding\":\"8bit\",\"X-Own\":\"x\"}}",
          "X-Own: x\r\n", "8bit" }, /* each part says its own */
    };
    struct integration in = { .kind = STR("email") };
    struct template_sets sets = { 0 };
    struct notification *n = one();

    n->integration = &in;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct channel_job job = job_of(n);
        struct json_doc *doc = json_doc_new();
        struct str s;

        assert_int_equal(json_parse(doc, str_of(rows[i].settings), &job.settings, &e),
                         OK);
        assert_int_equal(template_sets_get(&sets, NULL, &job.templates, &e), OK);
        s = rendered(&job);
        assert_has(s, rows[i].has);
        assert_lacks(s, rows[i].lacks);
        json_doc_free(&doc);
    }
    template_sets_fini(&sets);
}

static void test_same_bytes(void **)
{
    struct channel_job job = job_of(one());
    struct str first = arena_str(&a, rendered(&job));

    assert_true(str_eq(first, rendered(&job)));
    job.number = 7;
    assert_true(str_eq(first, rendered(&job)));
}

static void test_plain(void **)
{
    struct channel_job job = job_of(one());
    struct str s;

    job.plain = true;
    s = rendered(&job);
    assert_lacks(s, "multipart");
    assert_lacks(s, "text/html");
    assert_has(s, "Content-Type: text/plain; charset=UTF-8\r\n");
    assert_has(s, "Message-ID: <0123456789abcdef0123456789abcdef@alerts.example>\r\n");
}

/* ---- read back by somebody else ----------------------------------------- */

static struct json parsed_by_python(struct json_doc *doc, struct str mail)
{
    static const char program[] =
        "import sys,json,email,email.policy\n"
        "raw=open(sys.argv[1],'rb').read()\n"
        "m=email.message_from_bytes(raw,policy=email.policy.default)\n"
        "out={'defects':[str(d) for p in m.walk() for d in p.defects],\n"
        " 'headers':{k:str(v) for k,v in m.items()},'count':len(m.keys()),\n"
        " 'lines':max(len(l) for l in raw.split(b'\\r\\n')),\n"
        " 'bare':raw.replace(b'\\r\\n',b'').count(b'\\n')+"
        "raw.replace(b'\\r\\n',b'').count(b'\\r'),\n"
        " 'parts':[[p.get_content_type(),p.get_content()] for p in m.walk()"
        " if not p.is_multipart()]}\n"
        "print(json.dumps(out))\n";
    char mail_path[] = "/tmp/belfry-mail-XXXXXX", script_path[] = "/tmp/belfry-py-XXXXXX";
    int fd = mkstemp(mail_path), script = mkstemp(script_path);
    static char out[1 << 20];
    struct json root;
    FILE *pipe;
    size_t n;

    assert_true(fd >= 0 && script >= 0);
    assert_int_equal(write(fd, mail.p, mail.n), (ssize_t)mail.n);
    assert_int_equal(write(script, program, sizeof program - 1), sizeof program - 1);
    close(fd);
    close(script);
    pipe =
        popen(arena_printf(&a, "/usr/bin/python3 %s %s", script_path, mail_path).p, "r");
    assert_non_null(pipe);
    n = fread(out, 1, sizeof out, pipe);
    assert_int_equal(pclose(pipe), 0);
    unlink(mail_path);
    unlink(script_path);
    assert_int_equal(json_parse(doc, (struct str){ out, n }, &root, &e), OK);
    return root;
}

static struct str item(struct json list, size_t part, size_t which)
{
    struct json_iter it = json_iter(list);

    do
        assert_true(json_next(&it));
    while (part-- > 0);
    it = json_iter(it.value);
    do
        assert_true(json_next(&it));
    while (which-- > 0);
    return json_str(it.value);
}

/* The words as we wrote them, with the line ends that a mail has. */
static void assert_same_text(struct str mail, struct str ours)
{
    struct str line, other;

    while (ours.n > 0 && str_cut(&ours, '\n', &line)) {
        assert_true(str_cut(&mail, '\n', &other));
        assert_true(str_eq(str_trim(line), str_trim(other)));
    }
}

static void test_read_back(void **)
{
    struct builtin_ask ask = { .form = FORM_MAIL };
    struct builtin_parts words;
    struct notification *n = one();
    struct channel_job job = job_of(n);
    struct json_doc *doc = json_doc_new();
    struct json root = parsed_by_python(doc, rendered(&job)), headers, parts;
    struct telling t;

    headers = json_get(root, STR("headers"));
    parts = json_get(root, STR("parts"));
    telling_init(&t, n, &a);
    assert_int_equal(json_count(json_get(root, STR("defects"))), 0);
    assert_int_equal(json_int(json_get(root, STR("count"))), 14);
    assert_true(json_int(json_get(root, STR("lines"))) <= 78);
    assert_int_equal(json_int(json_get(root, STR("bare"))), 0);
    assert_true(
        str_eq(json_str(json_get(headers, STR("Subject"))), builtin_subject(&t, &a)));
    assert_is(json_str(json_get(headers, STR("From"))), "钟楼 <belfry@alerts.example>");
    assert_int_equal(json_count(parts), 2);
    assert_is(item(parts, 0, 0), "text/plain");
    assert_is(item(parts, 1, 0), "text/html");
    builtin_write(n, &ask, &a, &words);
    assert_same_text(item(parts, 0, 1), words.text);
    assert_same_text(item(parts, 1, 1), words.html);
    json_doc_free(&doc);
}

/* Whatever labels, names and routes hold: the same headers, and no others. */
static void test_injection(void **)
{
    struct pairs labels = { 0 };
    const struct alert *al[1];
    struct json_doc *doc = json_doc_new();
    struct channel_job job;
    struct notification *n;
    struct json root, headers;

    labels = made_with(&a, labels, "alertname", STR("x\r\nBcc: evil@x\r\n\r\n--=_0123"));
    labels = made_with(&a, labels, "severity", STR("critical"));
    al[0] =
        made_alert(&a, labels,
                   made_with(&a, (struct pairs){ 0 }, "description",
                             STR("\r\n--=_0123456789abcdef0123456789abcdef--\r\n.\r\n")));
    n = made_notification(&a, al, 1);
    n->route = STR("r\r\nX-Evil: 1");
    n->contact_group = STR("g\nX-Evil: 1");
    n->to = STR("t\rX-Evil: 1");
    job = job_of(n);
    root = parsed_by_python(doc, rendered(&job));
    headers = json_get(root, STR("headers"));
    assert_int_equal(json_int(json_get(root, STR("count"))), 14);
    assert_int_equal(json_count(json_get(root, STR("defects"))), 0);
    assert_int_equal(json_count(json_get(root, STR("parts"))), 2);
    assert_true(json_is(json_get(headers, STR("X-Evil")), JSON_NONE));
    assert_true(json_is(json_get(headers, STR("Bcc")), JSON_NONE));
    json_doc_free(&doc);

    job.address = STR("a@b\r\nRCPT TO: <evil@x>");
    assert_int_equal(channel_email.render(&job, &b, &n->to, &e), FAILED);
}

static void test_confirmations(void **)
{
    struct notification *n = one();
    struct channel_job job = job_of(n);
    struct json_doc *doc = json_doc_new();
    struct json parts;

    n->kind = NOTIFY_CONFIRM_CONTACT;
    n->reason = REASON_ASKED;
    n->alert_count = 0;
    parts = json_get(parsed_by_python(doc, rendered(&job)), STR("parts"));
    assert_has(item(parts, 0, 1), "http://belfry.example:9093/l/CODE");
    assert_has(item(parts, 1, 1), "href=\"http://belfry.example:9093/l/CODE\"");
    json_doc_free(&doc);
}

static void test_settings(void **)
{
    static const struct {
        const char *host, *tls, *from;
        int64_t port;
        const char *field; /* "": fit */
    } rows[] = {
        { "", "", "", 0, "" },
        { "127.0.0.1", "", "a@b", 1025, "" },
        { "127.0.0.1", "none", "a@b", 1025, "" },
        { "localhost", "none", "a@b", 25, "" },
        { "smtp.example", "", "a@b", 0, "" },
        { "smtp.example", "implicit", "a@b", 65535, "" },
        { "smtp.example", "none", "a@b", 25, "tls" },
        { "smtp.example", "ssl", "a@b", 25, "tls" },
        { "smtp.example", "", "ab", 25, "from" },
        { "smtp.example", "", "a@b\r\nX: y", 25, "from" },
        { "smtp.example", "", "a@b", 65536, "port" },
        { "smtp.example", "", "a@b", -1, "port" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct channel_job job = job_of(one());
        ok result;

        settings.host = str_of(rows[i].host);
        settings.tls = str_of(rows[i].tls);
        settings.from = str_of(rows[i].from);
        settings.port = rows[i].port;
        e.field[0] = '\0';
        result = channel_email.check(job.self, &e);
        assert_int_equal(result == OK, rows[i].field[0] == '\0');
        assert_string_equal(e.field, rows[i].field);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_headers),   T(test_thread),    T(test_same_bytes),    T(test_plain),
        T(test_read_back), T(test_injection), T(test_confirmations), T(test_settings),
        T(test_leave),     T(test_report),    T(test_own_thread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
