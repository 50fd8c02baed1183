/* answers.h - what a vendor's answer means: one table a channel, so that a row can be
 * corrected when the vendor changes its mind (contracts/channels.md). HTTP 200 is not
 * success: what is not known to mean delivered is tried three times, then refused with
 * the vendor's own words to look at.
 */
#ifndef CHANNEL_ANSWERS_H
#define CHANNEL_ANSWERS_H

#include "base/json.h"
#include "flow/channel.h"

struct answer {
    int64_t code;     /* the vendor's number; 0 when `word` says it */
    const char *word; /* the vendor's word; NULL: `code` says it */
    enum verdict verdict;
    int seconds;         /* until the next try; 0: as the flow likes */
    const char *meaning; /* for a person, with the fix */
};

struct answers {
    const char *vendor; /* "DingTalk" */
    const struct answer *v;
    size_t n;
};

/* Fills verdict, code, retry_after and meaning from the row of this code (`word` empty)
 * or of this word, as a whole and in its case; false when there is none, then only the
 * code is filled. */
bool answers_judge(const struct answers *as, int64_t code, struct str word,
                   struct receipt *r);
/* Nobody knows what it means: `what` says so in a sentence. `number`: which attempt. */
void answers_unknown(const char *what, int number, struct arena *a, struct receipt *r);
/* The judgement of an answer whose `code` decides; unknown codes too, and -1, by which
 * these vendors say that they are busy and want no more than three tries. */
void answers_judge_code(const struct answers *as, int64_t code,
                        const struct channel_job *job, struct receipt *r);

/* An integer, or one in quotes: vendors write both. */
bool answers_int(struct json v, int64_t *out);

#endif
