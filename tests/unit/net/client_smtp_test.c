/* client_smtp_test.c - mails to relays that accept, refuse, stall and hang up. */
#include "../../support/fake.h"
#include "base/buf.h"
#include "base/time.h"
#include "net/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <assert.h>

#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

struct got {
    struct client_reply reply;
    struct arena arena;
    sem_t done;
};

static struct client *client;
static struct fake fake;

/* What the relay was told, line by line; of its latest mail the text. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char heard[65536], text[65536];
static atomic_int mails;
static const char *extensions; /* EHLO's answer */

static void note(char *where, const char *line)
{
    pthread_mutex_lock(&lock);
    if (strlen(where) + strlen(line) + 2 < sizeof heard) {
        strcat(where, line);
        strcat(where, "\n");
    }
    pthread_mutex_unlock(&lock);
}

static bool was_heard(const char *what)
{
    bool found;

    pthread_mutex_lock(&lock);
    found = strstr(heard, what) != NULL;
    pthread_mutex_unlock(&lock);
    return found;
}

/* The text up to the dot; true unless the other end is gone. */
static bool take_text(int fd)
{
    char line[4096];

    pthread_mutex_lock(&lock);
    text[0] = '\0';
    pthread_mutex_unlock(&lock);
    while (fake_hear(fd, line, sizeof line)) {
        if (strcmp(line, ".") == 0) {
            atomic_fetch_add(&mails, 1);
            return true;
        }
        note(text, line);
    }
    return false;
}

/* After the dot, by the recipient; false ends the connection. */
static bool answer_text(int fd, const char *to)
{
    if (strstr(to, "drop@")) /* the dot was heard, the answer never leaves */
        return false;
    if (strstr(to, "silent@"))
        return fake_hear(fd, (char[8]){ 0 }, 8);
    if (strstr(to, "busy@"))
        return fake_say(fd, "451-4.3.2 try later\r\n451 4.3.2 DT:SPM please\r\n");
    if (strstr(to, "spam@"))
        return fake_say(fd, "554 5.7.1 no\r\n");
    return fake_say(fd, "250 2.0.0 queued as 42\r\n");
}

static bool obey(int fd, const char *line, char *to)
{
    if (strncmp(line, "EHLO", 4) == 0)
        return fake_say(fd, extensions);
    /* What stands behind the 220 in one piece with it is not answered by TLS. */
    if (strncmp(line, "STARTTLS", 8) == 0)
        return fake_say(fd, "220 go on\r\n") && recv(fd, &(char){ 0 }, 1, 0) == 1 &&
               fake_say(fd, "this is no TLS\r\n");
    if (strncmp(line, "AUTH", 4) == 0)
        return fake_say(fd, "535 5.7.8 wrong password\r\n");
    if (strncmp(line, "RCPT", 4) == 0) {
        strcpy(to, line);
        if (strstr(line, "unknown@"))
            return fake_say(fd, "550 5.1.1 nobody here\r\n");
        if (strstr(line, "gone@"))
            return false;
        return fake_say(fd, "250 2.1.5 fine\r\n");
    }
    if (strncmp(line, "DATA", 4) == 0) {
        fake_say(fd, "354 go ahead\r\n");
        if (strstr(to, "cut@")) { /* hangs up inside the text */
            fake_hear(fd, (char[80]){ 0 }, 80);
            fake_reset(fd);
            return false;
        }
        return take_text(fd) && answer_text(fd, to) && !strstr(to, "last@");
    }
    if (strncmp(line, "QUIT", 4) == 0)
        return fake_say(fd, "221 2.0.0 bye\r\n") && false;
    return fake_say(fd, "250 2.1.0 fine\r\n");
}

static void relay(void *, int fd)
{
    char line[4096], to[4096] = "";

    fake_say(fd, "220 relay.test ESMTP\r\n");
    while (fake_hear(fd, line, sizeof line)) {
        note(heard, line);
        if (!obey(fd, line, to))
            return;
    }
}

static int setup(void **)
{
    struct client_config config = { .user_agent = STR("belfry-test") };
    struct err e;

    heard[0] = text[0] = '\0';
    atomic_store(&mails, 0);
    extensions = "250-relay.test\r\n250-SIZE 10000000\r\n250-ENHANCEDSTATUSCODES\r\n"
                 "250 8BITMIME\r\n";
    fake_start(&fake, relay, NULL);
    return client_start(&config, &client, &e) == OK ? 0 : -1;
}

static int teardown(void **)
{
    if (client != NULL)
        client_stop(&client);
    fake_stop(&fake);
    return 0;
}

static void keep(void *ctx, const struct client_reply *r)
{
    struct got *g = ctx;

    g->reply = *r;
    g->reply.body = arena_str(&g->arena, r->body);
    g->reply.why = arena_str(&g->arena, r->why);
    g->reply.remote = arena_str(&g->arena, r->remote);
    sem_post(&g->done);
}

static void got_init(struct got *g)
{
    *g = (struct got){ 0 };
    arena_init(&g->arena);
    sem_init(&g->done, 0, 0);
}

static void got_fini(struct got *g)
{
    arena_fini(&g->arena);
    sem_destroy(&g->done);
}

static struct smtp_ask letter_to(const char *to)
{
    return (struct smtp_ask){
        .host = STR("127.0.0.1"),
        .port = fake.port,
        .username = STR(""),
        .password = STR(""),
        .hello = STR("belfry.example.com"),
        .from = STR("alerts@example.com"),
        .to = str_of(to),
        .message = STR("Subject: x\r\n\r\n.dot\r\n\xe5\x91\x8a\xe8\xad\xa6\r\n"),
    };
}

static void send_letter(struct got *g, struct smtp_ask a)
{
    got_init(g);
    client_smtp(client, &a, keep, g);
    sem_wait(&g->done);
}

static void expect(const char *to, enum client_outcome outcome, int status,
                   const char *body)
{
    struct got g;

    send_letter(&g, letter_to(to));
    if (g.reply.outcome != outcome || g.reply.status != status ||
        !str_is(g.reply.body, body))
        fail_msg("%s: outcome %d status %d body '%s' why '%s'", to, g.reply.outcome,
                 g.reply.status, g.reply.body.p, g.reply.why.p);
    assert_int_equal(g.reply.why.n > 0, outcome != CLIENT_ANSWERED);
    assert_false(g.reply.tls_failed);
    got_fini(&g);
}

static void test_delivered(void **)
{
    char want[40];
    struct got g;

    send_letter(&g, letter_to("a@example.com"));
    assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
    assert_int_equal(g.reply.status, 250);
    assert_true(str_is(g.reply.body, "250 2.0.0 queued as 42\r\n"));
    assert_true(g.reply.smtp_sent);
    snprintf(want, sizeof want, "127.0.0.1:%u", fake.port);
    assert_true(str_is(g.reply.remote, want));
    assert_in_range(g.reply.connected, g.reply.started, g.reply.finished);
    got_fini(&g);
    assert_true(was_heard("EHLO belfry.example.com\n"));
    assert_true(was_heard("MAIL FROM:<alerts@example.com>"));
    assert_true(was_heard("RCPT TO:<a@example.com>\n"));
    assert_string_equal(text, "Subject: x\n\n..dot\n\xe5\x91\x8a\xe8\xad\xa6\n");
}

/* One connection for one mail after the other. */
static void test_kept(void **)
{
    for (int i = 0; i < 5; i++)
        expect("a@example.com", CLIENT_ANSWERED, 250, "250 2.0.0 queued as 42\r\n");
    assert_int_equal(atomic_load(&fake.accepted), 1);
    assert_int_equal(atomic_load(&mails), 5);
}

/* Closed by the relay between two mails: the second goes out all the same. */
static void test_kept_too_long(void **)
{
    for (int i = 0; i < 4; i++) {
        expect("last@example.com", CLIENT_ANSWERED, 250, "250 2.0.0 queued as 42\r\n");
        if (i == 2)
            usleep(20000);
    }
    assert_int_equal(atomic_load(&mails), 4);
}

static void test_refused(void **)
{
    struct got g;

    expect("unknown@example.com", CLIENT_ANSWERED, 550, "550 5.1.1 nobody here\r\n");
    expect("busy@example.com", CLIENT_ANSWERED, 451,
           "451-4.3.2 try later\r\n451 4.3.2 DT:SPM please\r\n");
    expect("spam@example.com", CLIENT_ANSWERED, 554, "554 5.7.1 no\r\n");
    send_letter(&g, letter_to("unknown@example.com"));
    assert_false(g.reply.smtp_sent);
    got_fini(&g);
    expect("a@example.com", CLIENT_ANSWERED, 250, "250 2.0.0 queued as 42\r\n");
}

/* Before the dot nobody has taken it; after the dot, who knows. */
static void test_hangup(void **)
{
    struct smtp_ask slow = letter_to("silent@example.com");
    struct got g;

    send_letter(&g, letter_to("drop@example.com"));
    assert_int_equal(g.reply.outcome, CLIENT_UNANSWERED);
    assert_true(g.reply.smtp_sent);
    got_fini(&g);
    send_letter(&g, letter_to("gone@example.com"));
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_false(g.reply.smtp_sent);
    got_fini(&g);
    /* Longer where the machine stood still before the dot. */
    for (slow.timeout = 300 * NS_PER_MS; slow.timeout < 60 * NS_PER_S;
         slow.timeout *= 2) {
        send_letter(&g, slow);
        if (g.reply.outcome != CLIENT_UNREACHED)
            break;
        got_fini(&g);
    }
    assert_int_equal(g.reply.outcome, CLIENT_UNANSWERED);
    assert_true(g.reply.smtp_sent);
    got_fini(&g);
}

/* A large text, cut off inside: the dot was never sent. */
static void test_cut_inside(void **)
{
    struct smtp_ask a = letter_to("cut@example.com");
    size_t n = 8 * 1000 * 1000;
    char *p = malloc(n);
    struct got g;

    for (size_t i = 0; i < n; i++)
        p[i] = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : 'x';
    a.message = (struct str){ p, n };
    send_letter(&g, a);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_false(g.reply.smtp_sent);
    got_fini(&g);
    free(p);
}

static void test_unreached(void **)
{
    struct smtp_ask a = letter_to("a@example.com");
    struct got g;

    fake_stop(&fake);
    send_letter(&g, a);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_int_equal(g.reply.status, 0);
    got_fini(&g);
    fake_start(&fake, relay, NULL);
}

static void test_tls(void **)
{
    struct smtp_ask a = letter_to("a@example.com");
    struct got g;

    a.tls = SMTP_TLS_STARTTLS; /* not offered: nothing goes out in clear */
    send_letter(&g, a);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_true(g.reply.tls_failed);
    got_fini(&g);
    extensions = "250-relay.test\r\n250 STARTTLS\r\n";
    send_letter(&g, a); /* offered, and then no TLS */
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_true(g.reply.tls_failed);
    got_fini(&g);
    a.tls = SMTP_TLS_IMPLICIT;
    a.timeout = a.connect_timeout = 2 * NS_PER_S;
    send_letter(&g, a);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    got_fini(&g);
    assert_false(was_heard("MAIL"));
    assert_int_equal(atomic_load(&mails), 0);
}

static void test_login(void **)
{
    struct smtp_ask a = letter_to("a@example.com");
    struct got g;

    extensions = "250-relay.test\r\n250 AUTH PLAIN LOGIN\r\n";
    a.username = STR("user");
    a.password = STR("wrong");
    send_letter(&g, a);
    assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
    assert_int_equal(g.reply.status, 535);
    assert_true(str_starts(g.reply.body, STR("535 5.7.8 wrong password")));
    got_fini(&g);
    assert_false(was_heard("MAIL"));
}

static void test_no_address(void **)
{
    static const char *const bad[] = { "", "a@b>", "<a@b", "a@b\r\nDATA", "a b@c" };
    struct smtp_ask a = letter_to("a@example.com");
    struct got g;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        a.to = str_of(bad[i]);
        send_letter(&g, a);
        assert_int_equal(g.reply.outcome, CLIENT_REFUSED);
        got_fini(&g);
    }
    a = letter_to("a@example.com");
    a.from = STR("a@b\r\nRCPT");
    send_letter(&g, a);
    assert_int_equal(g.reply.outcome, CLIENT_REFUSED);
    got_fini(&g);
    a = letter_to("a@example.com");
    for (int i = 0; i < 4; i++) {
        static const char *const hosts[] = { "", "a/b", "u@h", "a b" };

        a.host = str_of(hosts[i]);
        send_letter(&g, a);
        assert_int_equal(g.reply.outcome, CLIENT_REFUSED);
        got_fini(&g);
    }
    assert_int_equal(atomic_load(&fake.accepted), 0);
}

/* A relay that stalls after the dot, and has more mails than workers, holds up nobody
 * else, and no stop. */
static void test_others_go_on(void **)
{
    enum { SLOW = 30, AT_ONCE = 8 };
    struct got slow[SLOW], other;
    struct smtp_ask a = letter_to("silent@example.com");
    struct fake second;
    int unanswered = 0;

    for (int i = 0; i < SLOW; i++) {
        got_init(&slow[i]);
        client_smtp(client, &a, keep, &slow[i]);
    }
    while (atomic_load(&mails) < AT_ONCE)
        usleep(1000);
    fake_start(&second, relay, NULL);
    a = letter_to("a@example.com");
    a.port = (uint16_t)second.port;
    send_letter(&other, a);
    assert_int_equal(other.reply.outcome, CLIENT_ANSWERED);
    assert_int_equal(other.reply.status, 250);
    got_fini(&other);
    client_stop(&client);
    for (int i = 0; i < SLOW; i++) {
        sem_wait(&slow[i].done);
        unanswered += slow[i].reply.outcome == CLIENT_UNANSWERED;
        got_fini(&slow[i]);
    }
    assert_int_equal(unanswered, AT_ONCE); /* the others were not begun */
    fake_stop(&second);
}

static atomic_int delivered;
static sem_t all_done;

static void count(void *, const struct client_reply *r)
{
    assert(r->outcome == CLIENT_ANSWERED && r->status == 250);
    if (atomic_fetch_add(&delivered, 1) == 199)
        sem_post(&all_done);
}

static void test_many(void **)
{
    struct smtp_ask a = letter_to("a@example.com");

    atomic_store(&delivered, 0);
    sem_init(&all_done, 0, 0);
    for (int i = 0; i < 200; i++)
        client_smtp(client, &a, count, NULL);
    sem_wait(&all_done);
    assert_int_equal(atomic_load(&mails), 200);
    assert_in_range(atomic_load(&fake.accepted), 1, 8);
    sem_destroy(&all_done);
}

int main(void)
{
#define WITH_RELAY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_RELAY(test_delivered),     WITH_RELAY(test_kept),
        WITH_RELAY(test_kept_too_long), WITH_RELAY(test_refused),
        WITH_RELAY(test_hangup),        WITH_RELAY(test_cut_inside),
        WITH_RELAY(test_unreached),     WITH_RELAY(test_tls),
        WITH_RELAY(test_login),         WITH_RELAY(test_no_address),
        WITH_RELAY(test_others_go_on),  WITH_RELAY(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
