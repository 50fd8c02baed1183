/* client_easy.c - easy handles are made once: what all requests have in common is set
 * then, and not for each. */
#include "net/client_private.h"

#include <stdlib.h>

CURL *easy_take(struct client *c)
{
    CURL *easy;

    if (c->spare_n > 0)
        return c->spare[--c->spare_n];
    easy = curl_easy_init();
    if (easy == NULL)
        abort();
    http_easy_set(c, easy);
    return easy;
}

void easy_give(struct client *c, struct ask *a)
{
    CURL *easy = a->easy;

    a->easy = NULL;
    if (c->spare_n == sizeof c->spare / sizeof *c->spare) {
        curl_easy_cleanup(easy);
        return;
    }
    if (!http_was_usual(a)) {
        curl_easy_reset(easy);
        http_easy_set(c, easy);
    }
    /* The others are lent as well, but nothing looks at them before the next request. */
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    c->spare[c->spare_n++] = easy;
}

void easies_free(struct client *c)
{
    while (c->spare_n > 0)
        curl_easy_cleanup(c->spare[--c->spare_n]);
}
