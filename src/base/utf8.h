/* utf8.h - judging and cutting text; comparing names. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"
#include "base/buf.h"

bool utf8_valid(struct str s);
size_t utf8_count(struct str s);                 /* code points of valid text */
void utf8_repair(struct buf *out, struct str s); /* each bad byte: U+FFFD */
struct str utf8_cut(struct str s, size_t bytes); /* at most; whole characters */
/* Next code point of valid text; advances *s. */
uint32_t utf8_next(struct str *s);
void utf8_put(struct buf *b, uint32_t code);
bool utf8_has_control(struct str s); /* C0, DEL, C1 */
/* Bytes of the first thing a reader would call one character: a letter with its
 * marks, a flag, a joined emoji, CR LF; more than 128 bytes of it are cut apart.
 * A byte that is not UTF-8 is one of its own. s is not empty. */
size_t utf8_grapheme(struct str s);
/* Han ideographs of all planes, and the two marks written among them, U+3005
 * and U+3007. */
bool utf8_is_cjk(uint32_t code);
/* What names are made of, in every script: letters (general category L), digits
 * (Nd), the marks that join a letter (M). */
bool utf8_is_letter(uint32_t code);
bool utf8_is_digit(uint32_t code);
bool utf8_is_mark(uint32_t code);
/* What a reader does not see: separators (Z), tab to carriage return, the
 * zero-width space and the byte order mark. */
bool utf8_is_blank(uint32_t code);
/* What can be seen: letters, marks, numbers, punctuation, symbols and the blank. */
bool utf8_is_print(uint32_t code);
/* One character for one: what needs two (the German sharp s) stays as it is. */
uint32_t utf8_upper(uint32_t code);
uint32_t utf8_lower(uint32_t code);
uint32_t utf8_title(uint32_t code);
/* NFC: names compare in it, answers echo the bytes as sent. The result is s
 * itself when it is already NFC. Invalid UTF-8 comes back unchanged, and so
 * does what is longer than a name may be anywhere (4,096 bytes). */
struct str utf8_nfc(struct arena *a, struct str s);

#endif
