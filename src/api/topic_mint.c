#include "api/topic_mint.h"

#include "base/crypto.h"

void topic_mint(struct request *rq, struct topic *topic)
{
    const struct account *account = book_account(rq->book);
    struct str region =
        account->region.n > 0 ? account->region : rq->api->settings->region;
    struct buf id;

    buf_init(&id, BUF_NO_LIMIT);
    put_random_hex(&id, 16);
    topic->id = arena_str(rq->a, buf_str(&id));
    buf_fini(&id);
    topic->urn = arena_printf(rq->a, "urn:smn:%.*s:%.*s:%.*s", STR_ARG(region),
                              STR_ARG(account->project_id), STR_ARG(topic->name));
}
