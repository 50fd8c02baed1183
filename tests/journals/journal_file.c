#include "journals/journal_file.h"

#include "store/record.h"

#include <errno.h>
#include <stdio.h>

ok journal_file_write(const char *path, struct input *const *v, size_t n, struct err *e)
{
    struct record_place place = { 0 };
    FILE *file = fopen(path, "wb");
    struct buf b;
    bool whole;

    if (file == NULL)
        return fail(e, FAULT_UNAVAILABLE, "", "%s: %s", path, strerror(errno));
    buf_init(&b, BUF_NO_LIMIT);
    records_begin(&b);
    for (size_t i = 0; i < n; i++)
        records_add(&b, &place, v[i]);
    records_end(&b);
    whole = fwrite(b.p, 1, b.n, file) == b.n;
    whole = fclose(file) == 0 && whole;
    buf_fini(&b);
    return whole ? OK : fail(e, FAULT_UNAVAILABLE, "", "%s: cannot be written", path);
}

static ok read_whole(const char *path, struct arena *a, struct str *out, struct err *e)
{
    FILE *file = fopen(path, "rb");
    struct buf b;
    char piece[65536];
    size_t n;

    if (file == NULL)
        return fail(e, FAULT_NOT_FOUND, "", "%s: %s", path, strerror(errno));
    buf_init(&b, BUF_NO_LIMIT);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(&b, (struct str){ piece, n });
    fclose(file);
    *out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return OK;
}

ok journal_file_read(const char *path, struct journal_file *out, struct err *e)
{
    struct records rs;
    struct str bytes;

    *out = (struct journal_file){ 0 };
    arena_init(&out->arena);
    if (read_whole(path, &out->arena, &bytes, e) == FAILED ||
        records_open(bytes, 1, &rs, e) == FAILED)
        return FAILED;
    out->rules = rs.rules;
    while (records_left(&rs)) {
        struct input in;

        if (records_next(&rs, &in, e) == FAILED)
            return FAILED;
        vec_push(&out->v, in);
    }
    return OK;
}

void journal_file_free(struct journal_file *j)
{
    vec_fini(&j->v);
    arena_fini(&j->arena);
}
