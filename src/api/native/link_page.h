/* link_page.h - the pages behind our links, for people who never saw Belfry. */
#ifndef API_NATIVE_LINK_PAGE_H
#define API_NATIVE_LINK_PAGE_H

#include "api/api.h"
#include "text/words.h"

enum link_page {
    LINK_ASK,          /* the button */
    LINK_LEAVE,        /* the button of who is told already */
    LINK_CONFIRMED,    /* it was pressed */
    LINK_UNSUBSCRIBED, /* the other one was */
    LINK_LEFT,         /* the same, and a button to come back */
    LINK_EXPIRED,
    LINK_UNKNOWN, /* used already, replaced, or no link of ours */
    LINK_STRANGE, /* a form that is not ours */
    LINK_BUSY,
    LINK_ACK,        /* alerts that fire, and the button that takes them on */
    LINK_TAKEN,      /* somebody did; the button that gives them back */
    LINK_ACKED,      /* the first was pressed */
    LINK_GIVEN_BACK, /* the second */
    LINK_ACK_OVER,   /* nothing of it fires */
    LINK_ACK_OLD,
    LINK_PAGE_COUNT
};

struct link_view {
    enum lang lang;
    bool topic;         /* a subscription: name is the topic's */
    struct str name;    /* contact; topic; who took it on */
    struct str address; /* names of alerts, of those pages */
};

/* With the headers that keep it from being framed, cached, scripted or quoted: the
 * token stands in its address. */
void link_page_answer(struct request *rq, int status, enum link_page page,
                      const struct link_view *view);

#endif
