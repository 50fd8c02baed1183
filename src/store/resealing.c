/* resealing.c - a stopped server's folder, held while its journal changes keys. */
#include "store/store_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct resealing {
    struct store_config config;
    struct journal_db journal;
    char *folder;
    int lock;
};

ok resealing_open(struct str folder, struct resealing **out, struct err *e)
{
    struct resealing *r = calloc(1, sizeof *r);

    *out = NULL;
    if (r == NULL || (r->folder = strndup(folder.p, folder.n)) == NULL)
        abort();
    store_config_init(&r->config);
    r->lock = -1;
    if (access(r->folder, F_OK) != 0) {
        (void)fail(e, FAULT_NOT_FOUND, "data_dir", "there is no folder %s", r->folder);
    } else if (folder_lock(r->folder, &r->lock, e) == OK &&
               journal_open(&r->journal, r->folder, &r->config, e) == OK) {
        *out = r;
        return OK;
    }
    resealing_close(&r);
    return FAILED;
}

uint32_t resealing_by(const struct resealing *r)
{
    return r->journal.sealed_by;
}

ok resealing_run(struct resealing *r, const struct sealer *from, const struct sealer *to,
                 size_t *count, struct err *e)
{
    return journal_reseal(&r->journal, from, to, count, e);
}

void resealing_close(struct resealing **r)
{
    journal_close(&(*r)->journal);
    if ((*r)->lock >= 0)
        close((*r)->lock);
    free((*r)->folder);
    free(*r);
    *r = NULL;
}
