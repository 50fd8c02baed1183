/* keyword.h - a robot that demands a keyword (DingTalk, Feishu, WeCom) drops every
 * message without one. A text that has it while firing but not when resolved
 * gives alarms and never an all-clear (channels.md 0.10): so all the texts a robot
 * may be sent are looked at before it is saved.
 */
#ifndef TEXT_KEYWORD_H
#define TEXT_KEYWORD_H

#include "text/builtin.h"
#include "text/go_template.h"

/* Does the text hold one of them? As robots compare: byte for byte. An empty list
 * demands nothing; an empty word is in every text. */
bool keyword_is_in(struct str text, struct strs keywords);

/* The texts that one address may be sent. */
enum keyword_text {
    KEYWORD_FIRING,
    KEYWORD_RESOLVED,
    KEYWORD_FIRING_PLAIN, /* what is sent after the first form was refused */
    KEYWORD_RESOLVED_PLAIN,
    KEYWORD_TEXTS
};
extern const char *const keyword_text_names[KEYWORD_TEXTS];

struct keyword_question {
    enum builtin_form form; /* of the robot */
    struct str lang;
    /* An AOM template's words, asked about as they are; name and templates empty:
     * our own texts, which append a keyword that they lack. */
    struct message_template words;
    /* A receiver's `message` and what it may use, in words' place; empty: none. */
    struct str message;
    struct go_templates *templates;
    struct strs keywords;
};

struct keyword_answer {
    bool missing[KEYWORD_TEXTS];
    bool all_there;
};

/* Renders the texts with an alert that says nothing by itself, so that what is
 * found stands in the words and not in somebody's label. Of a `message` that cannot be
 * filled in nothing is missing: that is said elsewhere. */
void keyword_check(const struct keyword_question *q, struct arena *a,
                   struct keyword_answer *out);

#endif
