/* json.cc - simdjson's DOM behind json.h, one of the two C++ files.
 *
 * A position (json.at) is an index into simdjson's tape, an array of 64-bit
 * words: a type byte above a 56-bit payload (simdjson, doc/tape.md). Walking it
 * here needs no object per value and no exceptions; nothing in this file throws
 * across the C face.
 */
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <simdjson.h>

extern "C" {
#include "base/json.h"
#include "base/json_private.h"
}

using simdjson::error_code;

static constexpr size_t MAX_DEPTH = 64;
/* A parser holds some 14 bytes for each byte of the longest text it has seen;
 * what a rare large body needed is given back at the next parse. */
static constexpr size_t KEEP_ROOM = 1 << 20;
static constexpr size_t LEAST_ROOM = 1 << 14;

struct json_doc {
    simdjson::dom::parser parser;

    uint64_t word(uint64_t at) const
    {
        return parser.doc.tape[at];
    }
    char type(uint64_t at) const
    {
        return char(word(at) >> 56);
    }
    uint64_t payload(uint64_t at) const
    {
        return word(at) & ((uint64_t(1) << 56) - 1);
    }
    std::string_view string(uint64_t at) const
    {
        const uint8_t *p = &parser.doc.string_buf[payload(at)];
        uint32_t n;

        memcpy(&n, p, sizeof n);
        return std::string_view(reinterpret_cast<const char *>(p + sizeof n), n);
    }
    bool is_container(uint64_t at) const
    {
        return type(at) == '[' || type(at) == '{';
    }
    /* Where the value behind the one at `at` stands, or its container's end. */
    uint64_t after(uint64_t at) const
    {
        switch (type(at)) {
        case '[':
        case '{':
            return uint32_t(payload(at));
        case 'l':
        case 'u':
        case 'd':
            return at + 2;
        default:
            return at + 1;
        }
    }
    /* Of the words inside a container: the first, and the closing bracket. */
    uint64_t first(uint64_t at) const
    {
        return at + 1;
    }
    uint64_t last(uint64_t at) const
    {
        return after(at) - 1;
    }
};

/* ---- parsing ---------------------------------------------------------- */

static error_code make_room(json_doc *doc, size_t n, size_t depth)
{
    size_t room = doc->parser.capacity();

    if (room > KEEP_ROOM && n <= KEEP_ROOM) {
        doc->parser = simdjson::dom::parser();
        room = 0;
    }
    if (room < n || room < LEAST_ROOM) {
        for (room = LEAST_ROOM; room < n && room < KEEP_ROOM;)
            room *= 2;
        room = std::max(room, n);
    }
    if (doc->parser.doc.capacity() < room) {
        error_code error = doc->parser.doc.allocate(room);

        if (error)
            return error;
    }
    return doc->parser.allocate(room, depth);
}

static error_code parse_to(json_doc *doc, struct str text, size_t depth)
{
    error_code error = make_room(doc, text.n, depth);

    if (error)
        return error;
    return doc->parser.parse(text.n == 0 ? "" : text.p, text.n).error();
}

static bool is_deeper_than(const json_doc *doc, size_t limit)
{
    uint64_t end = doc->payload(0);
    size_t depth = 0;

    for (uint64_t at = 1; at < end;) {
        char type = doc->type(at);

        if (type == '[' || type == '{') {
            if (++depth > limit)
                return true;
            at++;
        } else {
            if (type == ']' || type == '}')
                depth--;
            at = doc->after(at);
        }
    }
    return false;
}

/* simdjson counts only containers that hold something. With its limit at 64 it
 * takes 63 of those and an empty one within: what passes is right, and the few
 * that do not are parsed again one deeper and counted exactly. */
static error_code parse_bounded(json_doc *doc, struct str text)
{
    error_code error = parse_to(doc, text, MAX_DEPTH);

    if (error != simdjson::DEPTH_ERROR)
        return error;
    error = parse_to(doc, text, MAX_DEPTH + 1);
    if (!error && is_deeper_than(doc, MAX_DEPTH))
        return simdjson::DEPTH_ERROR;
    return error;
}

extern "C" struct json_doc *json_doc_new(void)
{
    json_doc *doc = new (std::nothrow) json_doc();

    if (doc == nullptr)
        abort();
    return doc;
}

extern "C" void json_doc_free(struct json_doc **doc)
{
    delete *doc;
    *doc = nullptr;
}

extern "C" bool json_doc_is_small(const struct json_doc *doc)
{
    return doc->parser.capacity() <= LEAST_ROOM &&
           doc->parser.doc.capacity() <= LEAST_ROOM;
}

extern "C" ok json_parse(struct json_doc *doc, struct str text, struct json *root,
                         struct err *e)
{
    *root = json();
    switch (parse_bounded(doc, text)) {
    case simdjson::SUCCESS:
        *root = { doc, 1 };
        return OK;
    case simdjson::MEMALLOC:
        abort();
    case simdjson::CAPACITY:
        return fail(e, FAULT_TOO_LARGE, "", "JSON of more than 4 GiB");
    case simdjson::DEPTH_ERROR:
        return fail(e, FAULT_TOO_LARGE, "", "JSON nested deeper than %zu", MAX_DEPTH);
    default:
        return json_syntax_fault(text, e);
    }
}

/* ---- values ----------------------------------------------------------- */

extern "C" enum json_kind json_kind(struct json v)
{
    if (v.doc == nullptr || v.at == 0)
        return JSON_NONE;
    switch (v.doc->type(v.at)) {
    case 'n':
        return JSON_NULL;
    case 't':
    case 'f':
        return JSON_BOOL;
    case 'l':
        return JSON_INT;
    case 'u':
    case 'd':
        return JSON_NUMBER;
    case '"':
        return JSON_STRING;
    case '[':
        return JSON_ARRAY;
    case '{':
        return JSON_OBJECT;
    default:
        abort();
    }
}

extern "C" bool json_is(struct json v, enum json_kind kind)
{
    return json_kind(v) == kind;
}

extern "C" bool json_bool(struct json v)
{
    return json_is(v, JSON_BOOL) && v.doc->type(v.at) == 't';
}

extern "C" int64_t json_int(struct json v)
{
    return json_is(v, JSON_INT) ? int64_t(v.doc->word(v.at + 1)) : 0;
}

extern "C" double json_number(struct json v)
{
    uint64_t word;
    double d;

    if (!json_is(v, JSON_INT) && !json_is(v, JSON_NUMBER))
        return 0;
    word = v.doc->word(v.at + 1);
    switch (v.doc->type(v.at)) {
    case 'l':
        return double(int64_t(word));
    case 'u':
        return double(word);
    default:
        memcpy(&d, &word, sizeof d);
        return d;
    }
}

extern "C" struct str json_str(struct json v)
{
    if (!json_is(v, JSON_STRING))
        return { "", 0 };
    std::string_view s = v.doc->string(v.at);
    return { s.data(), s.size() };
}

/* The tape keeps the count in 24 bits, all ones when it does not fit. */
extern "C" size_t json_count(struct json v)
{
    constexpr size_t SATURATED = 0xffffff;
    struct json_iter it;
    size_t n;

    if (!json_is(v, JSON_ARRAY) && !json_is(v, JSON_OBJECT))
        return 0;
    n = size_t(v.doc->payload(v.at) >> 32);
    if (n < SATURATED)
        return n;
    n = 0;
    for (it = json_iter(v); json_next(&it);)
        n++;
    return n;
}

extern "C" struct json json_get(struct json object, struct str key)
{
    const json_doc *doc = object.doc;
    std::string_view want(key.n == 0 ? "" : key.p, key.n);
    struct json found = {};

    if (!json_is(object, JSON_OBJECT))
        return found;
    for (uint64_t at = doc->first(object.at); at < doc->last(object.at);
         at = doc->after(at + 1))
        if (doc->string(at) == want)
            found = { doc, at + 1 };
    return found;
}

static bool has_duplicates(const json_doc *doc, uint64_t object,
                           std::vector<std::string_view> &keys)
{
    keys.clear();
    for (uint64_t at = doc->first(object); at < doc->last(object);
         at = doc->after(at + 1))
        keys.push_back(doc->string(at));
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/* noexcept: out of memory stops the process here as everywhere. */
static bool has_duplicates_below(struct json v) noexcept
{
    std::vector<std::string_view> keys;

    for (uint64_t at = v.at; at < v.doc->after(v.at);) {
        if (v.doc->type(at) == '{' && has_duplicates(v.doc, at, keys))
            return true;
        at = v.doc->is_container(at) ? at + 1 : v.doc->after(at);
    }
    return false;
}

extern "C" bool json_has_duplicate_keys(struct json v)
{
    return !json_is(v, JSON_NONE) && has_duplicates_below(v);
}

extern "C" struct json_iter json_iter(struct json v)
{
    struct json_iter it = {};

    it.key = { "", 0 };
    if (!json_is(v, JSON_ARRAY) && !json_is(v, JSON_OBJECT))
        return it;
    it.doc = v.doc;
    it.object = json_is(v, JSON_OBJECT);
    it.pos = v.doc->first(v.at);
    it.end = v.doc->last(v.at);
    return it;
}

extern "C" bool json_next(struct json_iter *it)
{
    if (it->pos >= it->end)
        return false;
    if (it->object) {
        std::string_view s = it->doc->string(it->pos++);

        it->key = { s.data(), s.size() };
    }
    it->value = { it->doc, it->pos };
    it->pos = it->doc->after(it->pos);
    return true;
}
