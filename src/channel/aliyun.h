/* aliyun.h - asking Alibaba Cloud's APIs in the RPC style, signed by signature version 1
 * (contracts/channels.md 1, 14.1): text messages and calls share it. */
#ifndef CHANNEL_ALIYUN_H
#define CHANNEL_ALIYUN_H

#include "base/encode.h"
#include "flow/channel.h"

enum { ALIYUN_PARAMS_MAX = 40 };

/* name=value&..., sorted and encoded as the signature wants it; v is put in order. */
void aliyun_put_query(struct buf *b, struct param *v, size_t n);
/* The same with &Signature=... behind it; `method` signs, too. */
struct str aliyun_signed(const char *method, struct param *v, size_t n, struct str secret,
                         struct arena *a);

/* An operation's own parameters (a form, made by render) with those of every request:
 * key, time, nonce and signature. POSTs it to `url` and judges the answer. */
struct aliyun_door {
    struct str url, region, access_key_id, access_key_secret;
};
void aliyun_send(const struct channel_job *job, const struct aliyun_door *door,
                 struct str form, struct attempt *at);

#endif
