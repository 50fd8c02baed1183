/* seal_key_test.c - the master key's file: made once, read strictly. */
#include "base/seal.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static char folder[400], path[500];
static struct arena arena;

static void write_file(const char *text, mode_t mode)
{
    FILE *f;

    unlink(path);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static struct sealer *opened(bool create)
{
    struct sealer *s;
    struct err e;

    if (sealer_open(str_of(path), create, &s, &e) != OK)
        fail_msg("%s", e.text);
    return s;
}

static void assert_refused(bool create, enum fault fault, const char *says)
{
    struct sealer *s = (void *)path;
    struct err e;

    assert_int_equal(sealer_open(str_of(path), create, &s, &e), FAILED);
    assert_null(s);
    assert_int_equal(e.fault, fault);
    if (strstr(e.text, says) == NULL)
        fail_msg("want '%s' in '%s'", says, e.text);
}

/* How many files the folder holds, dot and dot-dot apart. */
static int files_in_folder(void)
{
    char command[500];
    FILE *f;
    int n = -1;

    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    f = popen(command, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &n), 1);
    pclose(f);
    return n;
}

static void test_makes_it_once(void **)
{
    struct secret secret;
    struct sealer *s;
    struct str plain;
    struct stat st;
    struct err e;

    unlink(path);
    assert_refused(false, FAULT_NOT_FOUND, "restore it from a backup");
    s = opened(true);
    secret = seal(s, &arena, STR("kept"));
    sealer_close(&s);

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0400);
    assert_int_equal(st.st_size, 65);
    assert_int_equal(files_in_folder(), 1);

    for (int create = 0; create <= 1; create++) {
        s = opened(create);
        assert_int_equal(unseal(s, &arena, &secret, &plain, &e), OK);
        assert_true(str_is(plain, "kept"));
        sealer_close(&s);
    }
}

static void test_two_files_two_keys(void **)
{
    struct sealer *a, *b;

    unlink(path);
    a = opened(true);
    unlink(path);
    b = opened(true);
    assert_false(
        str_eq(seal(a, &arena, STR("x")).digest, seal(b, &arena, STR("x")).digest));
    sealer_close(&a);
    sealer_close(&b);
}

static void test_reads_what_a_person_wrote(void **)
{
    static const char *const texts[] = { HEX64, (HEX64 "\n") };
    struct str digest = STR("");

    for (size_t i = 0; i < 2; i++) {
        static const mode_t modes[] = { 0400, 0600 };
        struct sealer *s;

        write_file(texts[i], modes[i]);
        s = opened(false);
        if (i > 0)
            assert_true(str_eq(digest, seal(s, &arena, STR("x")).digest));
        digest = seal(s, &arena, STR("x")).digest;
        sealer_close(&s);
    }
}

static void test_refuses_what_is_no_key(void **)
{
    static const char *const texts[] = {
        "",
        "\n",
        "00",
        (HEX64 "\n\n"),
        (HEX64 "0"),
        (HEX64 "00"),
        (" " HEX64),
        "0x112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
        "g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeef",
        "00:12233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(texts[i], 0400);
        assert_refused(false, FAULT_INVALID, "64 hex digits");
        assert_refused(true, FAULT_INVALID, "64 hex digits");
    }
}

static void test_refuses_wide_modes(void **)
{
    static const mode_t modes[] = { 0440, 0404, 0644, 0620, 0700, 0601, 04400 };

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_file(HEX64, modes[i]);
        assert_refused(true, FAULT_INVALID, "chmod 0400");
    }
}

static void test_refuses_another_owner(void **)
{
    write_file(HEX64, 0400);
    if (chown(path, 12345, (gid_t)-1) != 0)
        skip(); /* only root may give a file away */
    assert_refused(true, FAULT_INVALID, "belongs to user 12345");
}

static void test_refuses_what_is_no_file(void **)
{
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(true, FAULT_INVALID, "not a file");
    rmdir(path);
    assert_int_equal(mkfifo(path, 0400), 0); /* and does not wait for a writer */
    assert_refused(true, FAULT_INVALID, "not a file");
    unlink(path);
    assert_int_equal(symlink("/nowhere/at/all", path), 0);
    assert_refused(false, FAULT_NOT_FOUND, "not there");
    unlink(path);
}

static void test_refuses_unusable_names(void **)
{
    static char endless[8192];
    struct sealer *s;
    struct err e;

    memset(endless, 'x', sizeof endless);
    assert_int_equal(sealer_open(STR(""), true, &s, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    assert_int_equal(sealer_open(STR("a\0b"), true, &s, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    assert_int_equal(sealer_open((struct str){ endless, sizeof endless }, true, &s, &e),
                     FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    assert_int_equal(sealer_open(STR("/nowhere/at/all/master.key"), true, &s, &e),
                     FAILED);
    assert_int_equal(e.fault, FAULT_UNAVAILABLE);
}

/* Many starts at one moment agree on one key, and leave one file. */
enum { STARTS = 8 };

static void *start_one(void *)
{
    struct sealer *s;
    struct err e;

    return sealer_open(str_of(path), true, &s, &e) == OK ? s : NULL;
}

static void test_many_starts_one_key(void **)
{
    pthread_t threads[STARTS];
    struct sealer *sealers[STARTS];
    struct str first = STR("");

    unlink(path);
    for (size_t i = 0; i < STARTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, start_one, NULL), 0);
    for (size_t i = 0; i < STARTS; i++) {
        void *s;

        assert_int_equal(pthread_join(threads[i], &s), 0);
        assert_non_null(s);
        sealers[i] = s;
    }
    for (size_t i = 0; i < STARTS; i++) {
        struct str digest = seal(sealers[i], &arena, STR("x")).digest;

        if (i > 0)
            assert_true(str_eq(digest, first));
        first = digest;
        sealer_close(&sealers[i]);
    }
    assert_int_equal(files_in_folder(), 1);
}

static int start(void **)
{
    const char *tmp = getenv("TMPDIR");

    arena_init(&arena);
    snprintf(folder, sizeof folder, "%s/belfry-key-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/master.key", folder);
    return 0;
}

static int stop(void **)
{
    unlink(path);
    rmdir(folder);
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_makes_it_once),
        cmocka_unit_test(test_two_files_two_keys),
        cmocka_unit_test(test_reads_what_a_person_wrote),
        cmocka_unit_test(test_refuses_what_is_no_key),
        cmocka_unit_test(test_refuses_wide_modes),
        cmocka_unit_test(test_refuses_another_owner),
        cmocka_unit_test(test_refuses_what_is_no_file),
        cmocka_unit_test(test_refuses_unusable_names),
        cmocka_unit_test(test_many_starts_one_key),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
