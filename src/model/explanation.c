#include "model/explanation.h"

#include <assert.h>

const char *suppression_words(enum suppression s)
{
#define SUPPRESSION_WORDS(id, name, words) words,
    static const char *const all[] = { SUPPRESSIONS(SUPPRESSION_WORDS) };
#undef SUPPRESSION_WORDS

    assert((size_t)s < SUPPRESSION_COUNT);
    return all[s];
}

const char *suppression_name(enum suppression s)
{
#define SUPPRESSION_NAME(id, name, words) name,
    static const char *const all[] = { SUPPRESSIONS(SUPPRESSION_NAME) };
#undef SUPPRESSION_NAME

    assert((size_t)s < SUPPRESSION_COUNT);
    return all[s];
}

bool suppression_of_name(struct str name, enum suppression *out)
{
    for (int i = 0; i < SUPPRESSION_COUNT; i++)
        if (str_is(name, suppression_name((enum suppression)i))) {
            *out = (enum suppression)i;
            return true;
        }
    return false;
}

/* Empty: nobody has to do anything, or nothing can be done. */
const char *suppression_fix(enum suppression s)
{
    static const char *const fixes[SUPPRESSION_COUNT] = {
        [SUPPRESSED_NOT_ROUTED] = "add a route whose matchers fit its labels, or change "
                                  "the matcher that misses (see nearest_miss of explain)",
        [SUPPRESSED_ADDRESS_PENDING] =
            "its owner opens the link that was sent there; send it again with "
            "POST .../addresses/{channel}/resend, or confirm it for them",
        [SUPPRESSED_ADDRESS_CANCELLED] =
            "its owner unsubscribed: only they can subscribe again, by a new "
            "confirmation",
        [SUPPRESSED_CHANNEL_ABSENT] = "give this person an address of another channel",
        [SUPPRESSED_GROUP_MISSING] = "make the contact group, or name another one in "
                                     "the route",
        [SUPPRESSED_GROUP_EMPTY] = "add a contact to the contact group",
        [SUPPRESSED_CONTACT_NO_ADDRESS] = "give the contact an address",
        [SUPPRESSED_RULE_MISSING] = "make the action rule, or name another one in the "
                                    "route",
        [SUPPRESSED_TOPIC_MISSING] = "make the topic, or name another one in the action "
                                     "rule",
        [SUPPRESSED_TOPIC_EMPTY] = "subscribe somebody to the topic",
        [SUPPRESSED_ROUTE_NO_TARGET] = "name a contact group, action rule, receiver or "
                                       "webhook in the route",
        [SUPPRESSED_DEAD_LETTER] = "see why its attempts failed, mend that, and send it "
                                   "again with POST /deliveries/{key}/resend",
        [SUPPRESSED_SILENCED] = "end the silence that `by` names, if it is not wanted",
        [SUPPRESSED_INHIBITED] = "look after the alert that `by` names: while it fires, "
                                 "this one is not told",
        [SUPPRESSED_MUTED] = "change the time interval that `by` names, or the route's "
                             "mute_intervals",
        [SUPPRESSED_INACTIVE] = "change the time interval that `by` names, or the "
                                "route's active_intervals",
        [SUPPRESSED_RECEIVER_MISSING] = "make the receiver, or name another one in the "
                                        "route",
        [SUPPRESSED_RECEIVER_EMPTY] = "give the receiver an entry",
        [SUPPRESSED_BELOW_SEVERITY] = "lower the severity from which on the contact is "
                                      "told on this channel",
        [SUPPRESSED_QUIET_HOURS] =
            "they end at `by`; or change the contact's quiet hours",
        [SUPPRESSED_ROUTE_DISABLED] = "switch the route on: set its `disabled` to false",
        [SUPPRESSED_ROUTE_MISSING] = "make the route again, or let a new message be "
                                     "made by another",
        [SUPPRESSED_ADDRESS_GONE] = "put the address back where the route reaches it",
        [SUPPRESSED_BUCKET_EMPTY] = "nothing: it goes when its turn comes; spread the "
                                    "load over more addresses if that is too late",
        [SUPPRESSED_BREAKER_OPEN] = "see why the attempts before it failed; the address "
                                    "is tried again by itself",
        [SUPPRESSED_QUARANTINED] =
            "report what the server logged at its end, and send it "
            "again with POST /deliveries/{key}/resend",
        [SUPPRESSED_COUNTED] = "nothing: the rule raises an alert of its own as soon as "
                               "there were enough; `by` says how many there are",
        [SUPPRESSED_OWN_FAILURE] = "give the contact group a second way to be told: "
                                   "another member, or another channel",
    };

    assert((size_t)s < SUPPRESSION_COUNT);
    return fixes[s] != NULL ? fixes[s] : "";
}

void rule_words_put(struct buf *b, struct str owner)
{
    static const struct {
        const char *prefix, *words;
    } products[] = { { "aom.mute/", "AOM mute rule " },
                     { "aom.group/", "AOM group rule " },
                     { "aom.inhibit/", "AOM inhibit rule " },
                     { "aom.event/", "AOM event2alarm rule " },
                     { "aom.alarm/", "AOM alarm rule " },
                     { "metric_rule/", "CloudMonitor metric rule " },
                     { "event_rule/", "CloudMonitor event rule " } };

    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        struct str prefix = str_of(products[i].prefix);

        if (str_starts(owner, prefix)) {
            buf_z(b, products[i].words);
            owner = str_from(owner, prefix.n);
            break;
        }
    }
    buf_add(b, owner);
}
