/* sms.h - how many short messages a text is (3GPP TS 23.038 and 23.040: what
 * GSM 03.38 became), and what operators let through in one.
 */
#ifndef TEXT_SMS_H
#define TEXT_SMS_H

#include "base/arena.h"

/* One letter outside the 7-bit alphabet makes all of them 16-bit: 160 become 70,
 * and in parts 153 become 67. ^ { } [ ] \ ~ | and the euro count two, and
 * neither they nor a surrogate pair are divided between parts. */
struct sms_size {
    bool ucs2;
    size_t units; /* septets or 16-bit units */
    size_t parts; /* 0 for an empty text */
    size_t left;  /* units still free in the last part */
};
struct sms_size sms_measure(struct str s);

/* The longest head of s that takes at most so many parts, in whole letters. */
struct str sms_fit(struct str s, size_t parts);

/* The value on one line, at most `bytes`, without what a template's variable may
 * not carry (channels.md 14.1): URLs, IP addresses, domains (their dots become
 * blanks), runs of more than five digits, and square brackets (they are round). */
struct str sms_plain(struct arena *a, struct str value, size_t bytes);

#endif
