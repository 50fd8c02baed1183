/* reseal_test.c - a second master key takes over: boxes change where they lie, digests go
 * on, tokens do not. */
#include "base/buf.h"
#include "base/bytes.h"
#include "base/seal_private.h"
#include "base/utf8.h"

#include "../../support/says.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    char folder[64];
    struct arena a;
    struct sealer *from, *to;
} t;

static struct str file_named(const char *name)
{
    return arena_printf(&t.a, "%s/%s", t.folder, name);
}

static int make_keys(void **)
{
    struct err e;

    snprintf(t.folder, sizeof t.folder, "/tmp/belfry-reseal-XXXXXX");
    arena_init(&t.a);
    if (mkdtemp(t.folder) == NULL ||
        sealer_open(file_named("old"), true, &t.from, &e) != OK ||
        sealer_renew(t.from, file_named("new"), &e) != OK ||
        sealer_open(file_named("new"), false, &t.to, &e) != OK)
        return -1;
    return 0;
}

static int drop_keys(void **)
{
    sealer_close(&t.from);
    sealer_close(&t.to);
    unlink(file_named("old").p);
    unlink(file_named("new").p);
    rmdir(t.folder);
    arena_fini(&t.a);
    return 0;
}

/* Contents whose boxes need one, two and three bytes for their length. */
static const size_t sizes[] = { 1, 60, 82, 83, 84, 200, 16000, 16338, 16339, 70000 };
enum { SIZES = sizeof sizes / sizeof *sizes };

static struct str content(size_t n)
{
    char *p = arena_alloc(&t.a, n);

    for (size_t i = 0; i < n; i++)
        p[i] = (char)('a' + i % 26);
    return (struct str){ p, n };
}

static struct buf some_boxes(void)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < SIZES; i++) {
        buf_z(&b, i % 2 ? "\x01\x80\xff" : "between");
        put_str(&b, seal(t.from, &t.a, content(sizes[i])).sealed);
    }
    return b;
}

static void boxes_change_where_they_lie(void **)
{
    struct buf b = some_boxes();
    size_t n = b.n, left = 0;
    struct reader r;
    struct err e;

    assert_int_equal(reseal(t.from, t.to, b.p, b.n, &left), SIZES);
    assert_int_equal(left, 0);
    assert_int_equal(b.n, n);
    r = reader_of(buf_str(&b));
    for (size_t i = 0; i < SIZES; i++) {
        struct secret s = { 0 };
        struct str plain;

        r.p += strlen(i % 2 ? "\x01\x80\xff" : "between");
        s.sealed = get_str(&r);
        assert_int_equal(unseal(t.to, &t.a, &s, &plain, &e), OK);
        assert_true(str_eq(plain, content(sizes[i])));
        assert_int_equal(unseal(t.from, &t.a, &s, &plain, &e), FAILED);
    }
    assert_true(reader_done(&r));
    /* nothing of the old key is left to change */
    assert_int_equal(reseal(t.from, t.to, b.p, b.n, &left), 0);
    assert_int_equal(left, 0);
    buf_fini(&b);
}

/* A key whose id is text, or is none. */
static struct sealer *key_with_id(bool text)
{
    unsigned char master[MASTER_KEY_SIZE] = { 0 };

    for (;; master[0]++) {
        struct sealer *s = sealer_of_key(master);
        struct str id = { (const char *)s->id, KEY_ID_SIZE };

        if (utf8_valid(id) == text && (text || (s->id[0] & 0xc0) == 0x80))
            return s;
        sealer_close(&s);
    }
}

static void what_cannot_be_opened_is_counted_and_left(void **)
{
    struct sealer *from = key_with_id(false);
    struct secret s = seal(from, &t.a, STR("secret"));
    size_t left = 0;
    struct buf b;
    char *copy;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, s.sealed);
    b.p[b.n - 1] ^= 1; /* damaged */
    buf_char(&b, '\0');
    buf_add(&b, s.sealed);               /* what stands before it is no length */
    buf_add(&b, str_head(s.sealed, 20)); /* cut off at the end */
    copy = arena_alloc(&t.a, b.n);
    memcpy(copy, b.p, b.n);
    assert_int_equal(reseal(from, t.to, b.p, b.n, &left), 0);
    assert_int_equal(left, 3);
    assert_memory_equal(copy, b.p, b.n);
    assert_int_equal(reseal(from, t.to, b.p, 0, &left), 0);
    buf_fini(&b);
    sealer_close(&from);
}

/* The id stands in every token: whoever has one may write a label like this. */
static void what_anybody_may_write_keeps_no_key_in_force(void **)
{
    for (int text = 0; text < 2; text++) {
        struct sealer *from = key_with_id(text);
        struct secret s = seal(from, &t.a, STR("secret")), now = { 0 };
        size_t left = 0, label;
        struct str plain;
        struct err e;
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        put_str(&b, s.sealed);
        label = b.n;
        buf_z(&b, "F\x01");
        buf_add(&b, (struct str){ (const char *)from->id, KEY_ID_SIZE });
        buf_z(&b, " is no box, though a byte before it could be its length, and it is "
                  "long enough for one");
        assert_int_equal(reseal(from, t.to, b.p, b.n, &left), 1);
        assert_int_equal(left, text ? 0 : 1);
        assert_memory_equal(b.p + label + 2, from->id, KEY_ID_SIZE);
        now.sealed = (struct str){ b.p + label - s.sealed.n, s.sealed.n };
        assert_int_equal(unseal(t.to, &t.a, &now, &plain, &e), OK);
        assert_true(str_is(plain, "secret"));
        buf_fini(&b);
        sealer_close(&from);
    }
}

static void digests_go_on_and_tokens_do_not(void **)
{
    struct secret old = seal(t.from, &t.a, STR("https://example.com/x/1234567890abcdef"));
    struct secret fresh = seal(t.to, &t.a, STR("https://example.com/x/1234567890abcdef"));
    struct str token = token_make(t.from, &t.a, "link", STR("x")), text;
    struct sealer *third;
    struct err e;

    assert_true(str_eq(old.digest, fresh.digest));
    assert_true(sealer_id(t.from) != sealer_id(t.to));
    assert_int_equal(token_open(t.from, &t.a, "link", token, &text, &e), OK);
    assert_int_equal(token_open(t.to, &t.a, "link", token, &text, &e), FAILED);
    /* through a third key as well */
    assert_int_equal(sealer_renew(t.to, file_named("third"), &e), OK);
    assert_int_equal(sealer_open(file_named("third"), false, &third, &e), OK);
    assert_true(str_eq(old.digest, seal(third, &t.a,
                                        STR("https://example.com/x/"
                                            "1234567890abcdef"))
                                       .digest));
    sealer_close(&third);
    unlink(file_named("third").p);
}

static void a_file_of_two_lines_is_read_strictly(void **)
{
    static const struct {
        size_t kept; /* bytes of a good file */
        const char *then;
        ok opens;
    } cases[] = { { 130, "", OK },      { 129, "", OK },     { 130, "\n", FAILED },
                  { 128, "X", FAILED }, { 128, "", FAILED }, { 65, "", OK },
                  { 65, "\n", FAILED }, { 95, "", FAILED },  { 129, "0", FAILED },
                  { 64, "00", FAILED } };
    char good[130];
    struct str path = file_named("case");
    int fd = open(file_named("new").p, O_RDONLY);

    assert_int_equal(read(fd, good, sizeof good), sizeof good);
    close(fd);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sealer *s;
        struct err e;

        fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_int_equal(write(fd, good, cases[i].kept), cases[i].kept);
        assert_int_equal(write(fd, cases[i].then, strlen(cases[i].then)),
                         strlen(cases[i].then));
        close(fd);
        assert_int_equal(sealer_open(path, false, &s, &e), cases[i].opens);
        if (cases[i].opens == OK)
            sealer_close(&s);
        unlink(path.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_change_where_they_lie),
        cmocka_unit_test(what_cannot_be_opened_is_counted_and_left),
        cmocka_unit_test(what_anybody_may_write_keeps_no_key_in_force),
        cmocka_unit_test(digests_go_on_and_tokens_do_not),
        cmocka_unit_test(a_file_of_two_lines_is_read_strictly),
    };

    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
