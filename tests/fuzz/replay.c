/* replay.c - every fuzz target on the inputs that are kept: replay FOLDER runs the files
 * of FOLDER/NAME by the target of that name, and one empty input; replay FOLDER NAME runs
 * that target alone. The last line is N passed, N failed; a crash is the target's own. */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGET(name) int name##_fuzz(const uint8_t *data, size_t size);
#include "targets.inc"
#undef TARGET

#define TARGET(name) { #name, name##_fuzz },
static const struct {
    const char *name;
    int (*run)(const uint8_t *data, size_t size);
} targets[] = {
#include "targets.inc"
};

static int passed, failed;

/* In memory of exactly its size: who reads behind it is seen by AddressSanitizer. */
static void run_file(size_t target, const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t n = 0;
    long size;

    if (f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0) {
        rewind(f);
        data = malloc((size_t)size + (size == 0));
        n = data == NULL ? 0 : fread(data, 1, (size_t)size, f);
    }
    if (f != NULL)
        (void)fclose(f);
    if (data == NULL) {
        printf("%s cannot be read\n", path);
        failed++;
        return;
    }
    printf("%s\n", path); /* the last one is the one that crashed */
    (void)targets[target].run(data, n);
    free(data);
    passed++;
}

static void run_folder(size_t target, const char *root)
{
    char folder[4096], path[8192];
    const struct dirent *entry;
    int before = passed;
    DIR *d;

    snprintf(folder, sizeof folder, "%s/%s", root, targets[target].name);
    d = opendir(folder);
    while (d != NULL && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        run_file(target, path);
    }
    if (d != NULL)
        closedir(d);
    if (passed == before) {
        printf("%s: the target has no seeds in %s\n", targets[target].name, folder);
        failed++;
    }
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fputs("usage: replay FOLDER [NAME]\n", stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (argc == 3 && strcmp(argv[2], targets[i].name) != 0)
            continue;
        (void)targets[i].run((const uint8_t *)"", 0);
        run_folder(i, argv[1]);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
