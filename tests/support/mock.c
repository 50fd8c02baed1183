#include "mock.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_OPTIONS = 16, LONGEST = 512 };

static void run(const struct mock *m, const char *name, const char *const *options)
{
    static char path[LONGEST], log[LONGEST], room[MOST_OPTIONS][LONGEST];
    char *argv[MOST_OPTIONS + 4] = { path, (char[]){ "--log" }, log };
    size_t n = 3;

    snprintf(path, sizeof path, "tests/support/%s", name);
    snprintf(log, sizeof log, "%s/log", m->folder);
    for (size_t i = 0; options != NULL && options[i] != NULL; i++) {
        const char *at = strchr(options[i], '%');

        assert(i < MOST_OPTIONS);
        if (at == NULL)
            snprintf(room[i], LONGEST, "%s", options[i]);
        else
            snprintf(room[i], LONGEST, "%.*s%s%s", (int)(at - options[i]), options[i],
                     m->folder, at + 1);
        argv[n++] = room[i];
    }
    argv[n] = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashed leaves nobody behind */
    execv(path, argv);
    perror(path);
    _exit(127);
}

void mock_start(struct mock *m, const char *name, const char *const *options)
{
    int out[2];
    char line[32] = "";
    size_t n = 0;

    strcpy(m->folder, "/tmp/belfry-mock-XXXXXX");
    assert(mkdtemp(m->folder) != NULL);
    assert(pipe2(out, O_CLOEXEC) == 0);
    m->pid = fork();
    assert(m->pid >= 0);
    if (m->pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        run(m, name, options);
    }
    close(out[1]);
    while (n + 1 < sizeof line && read(out[0], line + n, 1) == 1 && line[n] != '\n')
        n++;
    close(out[0]);
    m->port = atoi(line);
    assert(m->port > 0);
}

void mock_stop(struct mock *m)
{
    struct dirent *entry;
    DIR *dir;

    kill(m->pid, SIGTERM);
    while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    dir = opendir(m->folder);
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(m->folder);
    m->pid = 0;
}

struct str mock_file(const struct mock *m, struct arena *a, const char *path)
{
    struct str name =
        path[0] == '/' ? str_of(path) : arena_printf(a, "%s/%s", m->folder, path);
    FILE *f = fopen(arena_z(a, name), "rb");
    struct stat st;
    char *p;

    if (f == NULL)
        return STR("");
    assert(fstat(fileno(f), &st) == 0);
    p = arena_alloc(a, (size_t)st.st_size + 1);
    st.st_size = (off_t)fread(p, 1, (size_t)st.st_size, f);
    fclose(f);
    return (struct str){ p, (size_t)st.st_size };
}

struct str mock_log(const struct mock *m, struct arena *a)
{
    return mock_file(m, a, "log");
}
