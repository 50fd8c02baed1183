/* fake_client.h - a net/client.h that goes nowhere: a test says what the peer
 * answers and looks at what was asked. Include it in one file of the test; it
 * takes the place of the real one in the link.
 */
#ifndef SUPPORT_FAKE_CLIENT_H
#define SUPPORT_FAKE_CLIENT_H

#include "net/client.h"

#include <pthread.h>

static struct {
    pthread_mutex_t lock;
    struct arena a;
    struct client_reply reply; /* what the next ask gets */
    struct http_ask http;      /* the last ask, copied */
    struct smtp_ask smtp;
    struct client_header headers[16];
    int asked;
    struct strs order; /* of all asks: URL or recipient */
    struct str order_room[4096];
} fake = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct str fake_copy(struct str s)
{
    return s.p == NULL ? s : arena_str(&fake.a, s);
}

static void fake_note(struct str where)
{
    size_t n = fake.order.n;

    if (n < sizeof fake.order_room / sizeof *fake.order_room)
        fake.order_room[n++] = fake_copy(where);
    fake.order = (struct strs){ fake.order_room, n };
    fake.asked++;
}

void client_http(struct client *, const struct http_ask *ask, client_done *done,
                 void *ctx)
{
    struct client_reply reply;

    pthread_mutex_lock(&fake.lock);
    fake_note(ask->url);
    fake.http = *ask;
    fake.http.url = fake_copy(ask->url);
    fake.http.body = fake_copy(ask->body);
    for (size_t i = 0; i < ask->header_count && i < 16; i++)
        fake.headers[i] = (struct client_header){ fake_copy(ask->headers[i].name),
                                                  fake_copy(ask->headers[i].value) };
    fake.http.headers = fake.headers;
    reply = fake.reply;
    pthread_mutex_unlock(&fake.lock);
    done(ctx, &reply);
}

void client_smtp(struct client *, const struct smtp_ask *ask, client_done *done,
                 void *ctx)
{
    struct client_reply reply;

    pthread_mutex_lock(&fake.lock);
    fake_note(ask->to);
    fake.smtp = *ask;
    fake.smtp.host = fake_copy(ask->host);
    fake.smtp.from = fake_copy(ask->from);
    fake.smtp.to = fake_copy(ask->to);
    fake.smtp.hello = fake_copy(ask->hello);
    fake.smtp.username = fake_copy(ask->username);
    fake.smtp.password = fake_copy(ask->password);
    fake.smtp.message = fake_copy(ask->message);
    reply = fake.reply;
    pthread_mutex_unlock(&fake.lock);
    done(ctx, &reply);
}

/* "Name: value\r\n" lines. */
bool client_reply_header(const struct client_reply *r, const char *name, struct str *out)
{
    struct str rest = r->headers, line, head;

    while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
        struct str value = line;

        if (str_cut(&value, ':', &head) && str_eq_nocase(head, str_of(name))) {
            *out = str_trim(value);
            return true;
        }
        if (rest.p == NULL)
            break;
    }
    return false;
}

bool address_in(struct str address, struct str cidr)
{
    return str_starts(address, STR("127."))
               ? str_starts(cidr, STR("127."))
               : str_eq(address, STR("::1")) && str_starts(cidr, STR("::1"));
}

#endif
