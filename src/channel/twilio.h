/* twilio.h - asking Twilio: text messages and calls share the door and the answers
 * (contracts/channels.md 14.3, 15). */
#ifndef CHANNEL_TWILIO_H
#define CHANNEL_TWILIO_H

#include "flow/channel.h"

struct twilio_door {
    struct str url, account_sid, auth_token;
};
/* POSTs a form to Accounts/<sid>/<resource> and judges the answer. */
void twilio_send(const struct channel_job *job, const struct twilio_door *door,
                 const char *resource, struct str form, struct attempt *at);
/* name=value, with & in front unless it is the first. */
void twilio_put_field(struct buf *b, const char *name, struct str value);

#endif
