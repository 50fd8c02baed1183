/* token_fuzz.c - hostile tokens and sealed bytes: none opens that we did not make,
 * and no mask says more than four characters and a host. */
#include "base/seal.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)   \
    do {             \
        if (!(cond)) \
            abort(); \
    } while (0)

static struct sealer *sealer;

/* As it came: the input as a token, and as sealed bytes. */
static void check_raw(struct arena *a, struct str input)
{
    struct secret secret = { input, STR(""), STR("") };
    struct str out;
    struct err e;

    MUST(token_open(sealer, a, "fuzz", input, &out, &e) == FAILED && out.n == 0);
    MUST((unseal(sealer, a, &secret, &out, &e) == OK) == (input.n == 0));
    MUST(out.n == 0);
}

/* The input as content: opens, and does not once a byte of it was changed. */
static void check_made(struct arena *a, struct str input)
{
    struct str content = str_head(str_from(input, 2), TOKEN_CONTENT_MAX), out;
    struct secret secret = seal(sealer, a, content);
    struct str token = token_make(sealer, a, "fuzz", content);
    size_t at = (unsigned char)input.p[0] % token.n;
    char *p = arena_alloc(a, token.n);
    struct err e;

    MUST(token_open(sealer, a, "fuzz", token, &out, &e) == OK && str_eq(out, content));
    MUST(token_open(sealer, a, "zzuf", token, &out, &e) == FAILED);
    MUST(unseal(sealer, a, &secret, &out, &e) == OK && str_eq(out, content));
    memcpy(p, token.p, token.n);
    p[at] = (char)(p[at] ^ input.p[1]);
    MUST((token_open(sealer, a, "fuzz", (struct str){ p, token.n }, &out, &e) == OK) ==
         (input.p[1] == 0));
}

static void check_mask(struct arena *a, struct str input)
{
    struct str shown = secret_mask(a, input), dots, tail;
    size_t at;

    MUST((shown.n == 0) == (input.n == 0));
    if (input.n == 0)
        return;
    MUST(utf8_valid(shown) && !utf8_has_control(shown) && !str_has(shown, STR("@")));
    MUST(str_find(shown, STR("..."), &at));
    dots = str_head(shown, at);
    tail = str_from(shown, at + 3);
    MUST(str_starts(input, str_head(dots, 7))); /* the scheme, or nothing */
    MUST(at == 0 || str_ends(dots, STR("/")));
    MUST(utf8_count(tail) == 0 || utf8_count(tail) == 4);
    /* of the end, or of what stands before a # */
    MUST(str_ends(input, tail) ||
         (str_find(input, STR("#"), &at) && str_ends(str_head(input, at), tail)));
    MUST(tail.n == 0 || utf8_count(input) >= 12);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = { (const char *)data, size };
    struct arena a;

    if (sealer == NULL)
        sealer = sealer_for_tests();
    arena_init(&a);
    check_raw(&a, input);
    check_mask(&a, input);
    if (size >= 2)
        check_made(&a, input);
    arena_fini(&a);
    return 0;
}
