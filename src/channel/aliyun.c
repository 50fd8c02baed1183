#include "channel/aliyun.h"

#include "base/crypto.h"
#include "base/time.h"
#include "channel/channel_private.h"
#include "channel/oncall.h"
#include "channel/post.h"

#include <assert.h>
#include <stdlib.h>

static int by_name(const void *p, const void *q)
{
    const struct param *a = p, *b = q;

    return str_cmp(a->name, b->name);
}

void aliyun_put_query(struct buf *b, struct param *v, size_t n)
{
    qsort(v, n, sizeof *v, by_name);
    for (size_t i = 0; i < n; i++) {
        buf_z(b, i > 0 ? "&" : "");
        put_percent(b, v[i].name);
        buf_char(b, '=');
        put_percent(b, v[i].value);
    }
}

struct str aliyun_signed(const char *method, struct param *v, size_t n, struct str secret,
                         struct arena *a)
{
    struct buf query, text, mac;
    struct digest d;
    struct str whole;

    buf_init(&query, BUF_NO_LIMIT);
    buf_init(&text, BUF_NO_LIMIT);
    buf_init(&mac, 64);
    aliyun_put_query(&query, v, n);
    buf_printf(&text, "%s&%%2F&", method);
    put_percent(&text, buf_str(&query));
    d = hmac_sha1(arena_printf(a, "%.*s&", STR_ARG(secret)), buf_str(&text));
    put_digest_base64(&mac, &d);
    buf_z(&query, "&Signature=");
    put_percent(&query, buf_str(&mac));
    whole = arena_str(a, buf_str(&query));
    buf_fini(&mac);
    buf_fini(&text);
    buf_fini(&query);
    return whole;
}

static struct str stamp(int64_t now, struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, 32);
    time_put(&b, now, 0, 0);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static struct str nonce(struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, 64);
    put_uuid(&b, false);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

void aliyun_send(const struct channel_job *job, const struct aliyun_door *door,
                 struct str form, struct attempt *at)
{
    const struct param common[] = {
        { STR("AccessKeyId"), door->access_key_id, true },
        { STR("Format"), STR("JSON"), true },
        { STR("RegionId"), door->region, true },
        { STR("SignatureMethod"), STR("HMAC-SHA1"), true },
        { STR("SignatureNonce"), nonce(job->a), true },
        { STR("SignatureVersion"), STR("1.0"), true },
        { STR("Timestamp"), stamp(attempt_now(at), job->a), true },
        { STR("Version"), STR("2017-05-25"), true },
    };
    enum { COMMON = sizeof common / sizeof *common };
    struct param v[ALIYUN_PARAMS_MAX];
    struct params own;
    struct err e;
    size_t n = 0;

    if (params_parse(job->a, form, &own, &e) == OK)
        for (; n < own.n && n < ALIYUN_PARAMS_MAX - COMMON; n++)
            v[n] = own.v[n];
    for (size_t i = 0; i < COMMON; i++)
        v[n++] = common[i];
    post_send(job,
              &(struct post){
                  .url = door->url,
                  .content_type = STR("application/x-www-form-urlencoded"),
                  .body = aliyun_signed("POST", v, n, door->access_key_secret, job->a),
                  .by_operator = true,
                  .stays = true },
              aliyun_judge, at);
}
