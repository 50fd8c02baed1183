/* measure.h - how long a text is, in the unit in which its channel counts
 * (contracts/channels.md 17). The sum over pieces is the length of the whole, as
 * long as no piece ends inside a character.
 */
#ifndef TEXT_MEASURE_H
#define TEXT_MEASURE_H

#include "base/str.h"

enum unit {
    UNIT_BYTES, /* of UTF-8: WeCom, ntfy, mail */
    UNIT_CHARS, /* code points: Pushover, Twilio */
    UNIT_UTF16, /* JavaScript's length: Telegram, Slack, Discord */
    UNIT_JSON   /* bytes between the quotes of a JSON string: DingTalk, Feishu, Teams */
};

/* So much of it and no more. */
struct room {
    enum unit unit;
    size_t most;
};
#define ROOM_BYTES(n) ((struct room){ UNIT_BYTES, (n) })

size_t measure(enum unit unit, struct str s);

/* A smaller room for `text`, which made what stands round it `over` bytes too long. It is
 * told by the text and not by the room, of which a short one has much left: else each round
 * would take a byte, and change nothing. `round` counts from 0; from the eighth on, where
 * the text seems to have little to do with it, nothing is spared. */
size_t room_less(struct room room, struct str text, size_t over, size_t round);

#endif
