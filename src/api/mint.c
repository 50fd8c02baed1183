#include "api/mint.h"

#include "base/crypto.h"
#include "base/encode.h"

void topic_mint(struct request *rq, struct topic *topic)
{
    const struct account *account = book_account(rq->book);
    struct str region =
        account->region.n > 0 ? account->region : rq->api->settings->region;

    topic->id = random_hex(rq->a, "", 16);
    topic->urn = arena_printf(rq->a, "urn:smn:%.*s:%.*s:%.*s", STR_ARG(region),
                              STR_ARG(account->project_id), STR_ARG(topic->name));
}

struct str code_mint(struct arena *a)
{
    unsigned char bytes[16];
    struct str code;
    struct buf text;

    random_bytes(bytes, sizeof bytes);
    buf_init(&text, 64);
    put_base64url(&text, (struct str){ (const char *)bytes, sizeof bytes });
    code = arena_str(a, buf_str(&text));
    buf_fini(&text);
    return code;
}

struct address address_mint(const struct request *rq, enum channel_kind channel,
                            struct str value, struct str code)
{
    const struct channel_word *word = &channel_words[channel];
    struct address ad = { .channel = (int)channel,
                          .plain = STR(""),
                          .state = ADDRESS_OK };

    if (word->secret)
        ad.secret = seal(rq->api->sealer, rq->a, value);
    else
        ad.plain = value;
    if (!word->confirmed || rq->api->settings->activate_at_once)
        return ad;
    ad.state = ADDRESS_PENDING;
    ad.code = seal(rq->api->sealer, rq->a, code);
    return ad;
}
