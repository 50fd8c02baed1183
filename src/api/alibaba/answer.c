#include "api/alibaba/answer.h"

#include "base/encode.h"
#include "base/utf8.h"

#include <assert.h>

/* ---- XML ------------------------------------------------------------------ */

/* XML 1.0 cannot hold most control characters, nor U+FFFE and U+FFFF, in any
 * spelling: they become U+FFFD, as bytes that are not UTF-8 do. */
static bool xml_can_hold(uint32_t code)
{
    return code >= 0x20 ? code != 0xfffe && code != 0xffff
                        : code == '\t' || code == '\n' || code == '\r';
}

static void put_xml_text(struct buf *b, struct str s)
{
    struct buf good;

    buf_init(&good, BUF_NO_LIMIT);
    if (!utf8_valid(s)) {
        utf8_repair(&good, s);
        s = buf_str(&good);
    }
    while (s.n > 0) {
        struct str one = s;
        uint32_t code = utf8_next(&s);

        one.n -= s.n;
        if (code == '\r') /* or a reader would make a line feed of it */
            buf_z(b, "&#13;");
        else if (!xml_can_hold(code))
            utf8_put(b, 0xfffd);
        else
            put_html(b, one);
    }
    buf_fini(&good);
}

static void put_tag(struct buf *b, const char *before, struct str name)
{
    buf_z(b, before);
    buf_add(b, name);
    buf_char(b, '>');
}

/* ---- both --------------------------------------------------------------------- */

/* The name an element has: its own, or that of the list it stands in. */
static struct str name_of(const struct answer *w, const char *name)
{
    bool item = w->depth > 0 && w->open[w->depth - 1].list;

    assert(item == (name[0] == '\0'));
    return item ? w->open[w->depth - 1].name : str_of(name);
}

static void key(struct answer *w, const char *name)
{
    if (name[0] != '\0')
        json_key(&w->json, name);
}

static void push(struct answer *w, struct str name, bool list)
{
    assert(w->depth < ANSWER_DEPTH);
    w->open[w->depth].name = name;
    w->open[w->depth].list = list;
    w->depth++;
}

void answer_begin(struct answer *w, bool xml, struct str root)
{
    *w = (struct answer){ .xml = xml };
    buf_init(&w->body, BUF_NO_LIMIT);
    w->json = json_out(&w->body);
    push(w, root, false);
    if (xml) {
        buf_z(&w->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        put_tag(&w->body, "<", root);
    } else {
        json_object(&w->json);
    }
}

void answer_end(struct answer *w)
{
    assert(w->depth == 1);
    answer_close(w);
}

struct str answer_content_type(const struct answer *w)
{
    return w->xml ? STR("text/xml;charset=utf-8") : STR("application/json;charset=utf-8");
}

void answer_open(struct answer *w, const char *name)
{
    struct str full = name_of(w, name);

    if (w->xml) {
        put_tag(&w->body, "<", full);
    } else {
        key(w, name);
        json_object(&w->json);
    }
    push(w, full, false);
}

void answer_list(struct answer *w, const char *name)
{
    struct str full = name_of(w, name);

    if (!w->xml) {
        key(w, name);
        json_array(&w->json);
    }
    push(w, full, true);
}

void answer_close(struct answer *w)
{
    bool list;

    assert(w->depth > 0);
    w->depth--;
    list = w->open[w->depth].list;
    if (w->xml && !list)
        put_tag(&w->body, "</", w->open[w->depth].name);
    else if (!w->xml && list)
        json_array_end(&w->json);
    else if (!w->xml)
        json_object_end(&w->json);
}

void answer_text(struct answer *w, const char *name, struct str value)
{
    struct str full = name_of(w, name);

    if (!w->xml) {
        key(w, name);
        json_string(&w->json, value);
        return;
    }
    put_tag(&w->body, "<", full);
    put_xml_text(&w->body, value);
    put_tag(&w->body, "</", full);
}

void answer_number(struct answer *w, const char *name, int64_t value)
{
    struct str full = name_of(w, name);

    if (!w->xml) {
        key(w, name);
        json_i64(&w->json, value);
        return;
    }
    put_tag(&w->body, "<", full);
    buf_i64(&w->body, value);
    put_tag(&w->body, "</", full);
}

void answer_truth(struct answer *w, const char *name, bool value)
{
    struct str full = name_of(w, name);

    if (!w->xml) {
        key(w, name);
        json_truth(&w->json, value);
        return;
    }
    put_tag(&w->body, "<", full);
    buf_z(&w->body, value ? "true" : "false");
    put_tag(&w->body, "</", full);
}
