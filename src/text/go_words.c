/* go_words.c - Alertmanager's functions on texts. */
#include "text/go_functions.h"

#include "base/regex.h"

/* ---- case ---------------------------------------------------------------------------- */

static ok mapped(struct go_run *x, struct str s, uint32_t (*map)(uint32_t),
                 struct go_value *out)
{
    struct buf b = go_buf(x);

    while (s.n > 0) {
        uint32_t code;

        s = str_from(s, go_rune(s, &code));
        utf8_put(&b, map(code));
    }
    return go_buf_string(x, &b, out);
}

ok go_call_upper(struct go_run *x, const struct go_value *args, size_t,
                 struct go_value *out)
{
    return mapped(x, args[0].s, utf8_upper, out);
}

ok go_call_lower(struct go_run *x, const struct go_value *args, size_t,
                 struct go_value *out)
{
    return mapped(x, args[0].s, utf8_lower, out);
}

/* What joins two letters of a word when it stands between them. */
static bool is_mid(uint32_t code)
{
    static const uint32_t mids[] = { '\'',   '.',    ':',    0xb7,   0x387,  0x55f,
                                     0x5f4,  0x2018, 0x2019, 0x2024, 0x2027, 0xfe13,
                                     0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a };

    for (size_t i = 0; i < sizeof mids / sizeof *mids; i++)
        if (mids[i] == code)
            return true;
    return false;
}

static bool is_cased(uint32_t code)
{
    return utf8_upper(code) != code || utf8_lower(code) != code || code == 0xdf;
}

/* What stands in a word: letters, digits, marks, _; not the scripts that set no
 * blanks between words. */
static bool in_word(uint32_t code)
{
    if (code == '_' || code == 0xad || code == 0x200d || utf8_is_digit(code) ||
        utf8_is_mark(code))
        return true;
    return utf8_is_letter(code) && !utf8_is_cjk(code) &&
           !(code >= 0x3040 && code <= 0x30ff);
}

/* First letters of words are set large, the others small; Greek's last s has a form
 * of its own. */
ok go_call_title(struct go_run *x, const struct go_value *args, size_t,
                 struct go_value *out)
{
    struct buf b = go_buf(x);
    struct str s = args[0].s;
    bool mid_word = false, was_mid = false;

    while (s.n > 0) {
        uint32_t code, next = ' ';
        size_t n = go_rune(s, &code);
        char first = s.p[0];

        s = str_from(s, n);
        if (was_mid && is_mid(code))
            mid_word = false;
        was_mid = is_mid(code);
        if (n == 1 && code == 0xfffd) { /* a bad byte stays as it is */
            buf_char(&b, first);
            mid_word = false;
        } else if (is_cased(code) && !mid_word) {
            if (code == 0xdf)
                buf_z(&b, "Ss");
            else
                utf8_put(&b, utf8_title(code));
            mid_word = true;
        } else if (code == 0x3a3) {
            if (s.n > 0)
                (void)go_rune(s, &next);
            utf8_put(&b, utf8_is_letter(next) ? 0x3c3 : 0x3c2);
        } else {
            utf8_put(&b, utf8_lower(code));
            if (!is_cased(code) && !was_mid && !in_word(code))
                mid_word = false;
        }
    }
    return go_buf_string(x, &b, out);
}

/* ---- lists ------------------------------------------------------------------------------- */

ok go_call_trim_space(struct go_run *, const struct go_value *args, size_t,
                      struct go_value *out)
{
    struct str s = args[0].s;
    size_t from = 0, end = 0;
    bool begun = false;

    for (size_t at = 0, n; at < s.n; at += n) {
        uint32_t code;

        n = go_rune(str_from(s, at), &code);
        if (utf8_is_blank(code) && code != 0x200b && code != 0xfeff)
            continue;
        if (!begun)
            from = at;
        begun = true;
        end = at + n;
    }
    s = str_head(str_from(s, from), end - from);
    *out = go_string(s);
    return OK;
}

ok go_call_join(struct go_run *x, const struct go_value *args, size_t,
                struct go_value *out)
{
    const struct str *v = args[1].at;
    struct buf b = go_buf(x);

    for (size_t i = 0; i < args[1].n && !b.overflowed; i++) {
        if (i > 0)
            buf_add(&b, args[0].s);
        buf_add(&b, v[i]);
    }
    return go_buf_string(x, &b, out);
}

ok go_call_string_slice(struct go_run *x, const struct go_value *args, size_t n,
                        struct go_value *out)
{
    struct str *v = arena_array(x->arena, struct str, n + 1);

    for (size_t i = 0; i < n; i++)
        v[i] = args[i].s;
    *out = go_strings(v, n);
    return OK;
}

/* ---- patterns ------------------------------------------------------------------------------ */

/* What compiling costs at most, as steps: some ms against some 100 ns; and what may be
 * searched in the time of one. */
enum { COMPILE_STEPS = 20000, BYTES_A_STEP = 64 };

static ok compile(struct go_run *x, struct str pattern, const char *name,
                  struct regex **out)
{
    struct go_pattern *p = &x->patterns[x->next_pattern];
    struct err e;

    for (size_t i = 0; i < GO_PATTERNS; i++)
        if (x->patterns[i].compiled != NULL && str_eq(x->patterns[i].text, pattern)) {
            *out = x->patterns[i].compiled;
            return OK;
        }
    if (go_work(x, COMPILE_STEPS) != OK)
        return FAILED;
    if (regex_new_plain(pattern, out, &e) != OK)
        return go_refuse(x, "error calling %s: bad pattern: %.80s", name, e.text);
    regex_free(&p->compiled);
    *p = (struct go_pattern){ pattern, *out };
    x->next_pattern = (x->next_pattern + 1) % GO_PATTERNS;
    return OK;
}

ok go_call_match(struct go_run *x, const struct go_value *args, size_t,
                 struct go_value *out)
{
    struct regex *re;

    if (compile(x, args[0].s, "match", &re) != OK)
        return FAILED;
    *out = go_bool(regex_matches(re, args[1].s));
    return go_work(x, args[1].s.n / 16);
}

ok go_call_replace(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    struct buf b = go_buf(x);
    struct regex *re;
    size_t most, left;

    if (compile(x, args[0].s, "reReplaceAll", &re) != OK ||
        go_work(x, args[2].s.n / 16) != OK)
        return FAILED;
    left = most = x->steps * BYTES_A_STEP;
    regex_replace_all(re, args[2].s, args[1].s, &b, &left);
    if (go_work(x, (most - left) / BYTES_A_STEP) == OK)
        return go_buf_string(x, &b, out);
    buf_fini(&b);
    return FAILED;
}

/* ---- what html takes as it is --------------------------------------------------------------- */

ok go_call_safe_html(struct go_run *, const struct go_value *args, size_t,
                     struct go_value *out)
{
    *out = (struct go_value){ .type = &go_type_html, .s = args[0].s };
    return OK;
}

ok go_call_safe_url(struct go_run *, const struct go_value *args, size_t,
                    struct go_value *out)
{
    *out = (struct go_value){ .type = &go_type_url, .s = args[0].s };
    return OK;
}
