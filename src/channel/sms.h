/* sms.h - text messages: one channel, several carriers. What is to be said is worked
 * out once (sms.c); a carrier puts it into its own request and judges its own answers.
 * To add one: a file with a struct sms_provider, its settings in channels.h, a row in
 * sms.c.
 */
#ifndef CHANNEL_SMS_H
#define CHANNEL_SMS_H

#include "channel/channel_private.h"
#include "channel/channels.h"
#include "channel/oncall.h"

/* One message, whoever carries it. */
struct sms_message {
    struct str to;    /* +8613800000000; several of a receiver's: separated by commas */
    struct str text;  /* cut to its parts */
    struct str title; /* for our own history: without a link */
    /* Values for carriers that send a template of theirs: one line each, no addresses
     * in them. */
    struct pairs fields;
    struct pairs params;            /* the template's variables, in its order */
    struct str sign_name, template; /* the receiver's own; empty: the carrier's */
    struct str code; /* of a link to confirm; empty: this is about alerts */
};

struct sms_provider {
    const char *name;
    /* Is what it needs there? e->field is the key. */
    ok (*check)(const struct sms_settings *s, struct err *e);
    ok (*render)(const struct channel_job *job, const struct sms_message *m,
                 struct buf *body, struct err *e);
    void (*send)(const struct channel_job *job, struct str body, struct attempt *at);
};
extern const struct sms_provider sms_http, sms_aliyun, sms_huawei, sms_twilio;

const struct sms_settings *sms_settings_of(const struct channel_job *job);

/* What is said to this job's number, or asked; for calls too, which ask by text
 * message. */
ok sms_render(const struct channel_job *job, struct buf *body, struct str *subject,
              struct err *e);
void sms_send(const struct channel_job *job, struct str body, struct attempt *at);
ok sms_check(const struct sms_settings *s, struct err *e);

/* ---- shared with calls ------------------------------------------------------------- */

/* FAILED: the named setting is empty. */
struct needed {
    const char *key;
    struct str value;
};
ok needed_check(const char *section, const struct needed *v, size_t n, struct err *e);

/* Both have all of channels: for their settings. A refusal's key gets the section's
 * name in front. */
ok section_of(ok checked, const char *section, struct err *e);

/* "+86 138-0000-0000", "0086138...", "138..." as +86138...; each of several. */
struct str number_e164(struct str number, struct str country, struct arena *a);
/* An E.164 number as Alibaba writes it: of mainland China without +86, others without
 * the +. */
struct str number_of_china(struct str e164, struct arena *a);

/* "name=field" of the settings, or the usual four; judged at the start. */
ok params_check(struct strs params, struct err *e);
struct pairs params_fill(struct strs params, struct pairs fields, struct arena *a);
/* A drill says so in the field that every template has a place for: the name. */
struct pairs drill_fields(const struct notification *n, struct pairs fields,
                          struct arena *a);
/* {"name":"value",...} */
void params_put_json(struct buf *b, struct pairs params);

#endif
