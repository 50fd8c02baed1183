/* answer.h - an answer written once, as JSON or as XML.
 *
 *     answer_open(&w, "Contacts");
 *     answer_list(&w, "Contact");
 *     for (...) answer_text(&w, "", name);
 *     answer_close(&w);
 *     answer_close(&w);
 *
 * is "Contacts":{"Contact":["a","b"]} and <Contacts><Contact>a</Contact>
 * <Contact>b</Contact></Contacts>: in a list, names are not given, each item is
 * an element of the list's own name. That is why CMS wraps its lists twice.
 */
#ifndef API_ALIBABA_ANSWER_H
#define API_ALIBABA_ANSWER_H

#include "base/json.h"

enum { ANSWER_DEPTH = 16 };

struct answer {
    bool xml;
    struct buf body;
    struct json_out json;
    struct {
        struct str name;
        bool list;
    } open[ANSWER_DEPTH];
    size_t depth;
};

/* root: the XML document's element, "PutContactResponse"; borrowed. */
void answer_begin(struct answer *w, bool xml, struct str root);
void answer_end(struct answer *w);
struct str answer_content_type(const struct answer *w);

void answer_open(struct answer *w, const char *name); /* an object */
void answer_list(struct answer *w, const char *name);
void answer_close(struct answer *w); /* the innermost of either */
void answer_text(struct answer *w, const char *name, struct str value);
void answer_number(struct answer *w, const char *name, int64_t value);
void answer_truth(struct answer *w, const char *name, bool value);

#endif
