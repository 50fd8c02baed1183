/* sms_twilio.c - text messages by Twilio (contracts/channels.md 14.3). */
#include "channel/sms.h"
#include "channel/twilio.h"
#include "text/markup.h"

enum { BODY_CHARS = 1600 };

static ok twilio_check(const struct sms_settings *s, struct err *e)
{
    struct str sender =
        s->twilio.from.n > 0 ? s->twilio.from : s->twilio.messaging_service_sid;
    const struct needed needed[] = {
        { "twilio.url", s->twilio.url },
        { "twilio.account_sid", s->twilio.account_sid },
        { "twilio.auth_token", s->twilio.auth_token },
        { "twilio.from", sender },
    };

    return needed_check("Twilio", needed, sizeof needed / sizeof *needed, e);
}

static ok twilio_render(const struct channel_job *job, const struct sms_message *m,
                        struct buf *body, struct err *e)
{
    const struct sms_twilio_settings *s = &sms_settings_of(job)->twilio;

    if (memchr(m->to.p, ',', m->to.n) != NULL)
        return fail(e, FAULT_INVALID, "to",
                    "Twilio takes one number a message: give each an entry of its own.");
    twilio_put_field(body, "To", m->to);
    if (s->messaging_service_sid.n > 0)
        twilio_put_field(body, "MessagingServiceSid", s->messaging_service_sid);
    else
        twilio_put_field(body, "From", s->from);
    twilio_put_field(
        body, "Body",
        markup_fit(MARKUP_TEXT, m->text, (struct room){ UNIT_CHARS, BODY_CHARS }));
    return OK;
}

static void twilio_provider_send(const struct channel_job *job, struct str body,
                                 struct attempt *at)
{
    const struct sms_twilio_settings *s = &sms_settings_of(job)->twilio;

    twilio_send(job, &(struct twilio_door){ s->url, s->account_sid, s->auth_token },
                "Messages.json", body, at);
}

const struct sms_provider sms_twilio = { "twilio", twilio_check, twilio_render,
                                         twilio_provider_send };
