/* store_thread.c - the one thread that owns journal.db: flushes come first, and
 * between them slices of whatever else there is to do. */
#include "store/store_private.h"

#include "base/log.h"

/* A checkpoint moves little more than that, or than the one large flush that passed it,
 * and its stall is bounded by it. Of a log that is
 * short and written over and over the kernel has the pages and the disk the blocks: with
 * four times as much the slowest hundredth of single requests took twice as long. */
enum { WAL_BYTES = 2 << 20 };

/* Records below both the snapshot and history's own mark are not needed any more.
 * While a backup runs they stay: see backup.c. */
static bool cut_step(struct store *s)
{
    uint64_t safe = atomic_load(&s->history_safe), upto = atomic_load(&s->snapshot_seq);
    struct err e;
    bool more;

    if (upto > safe)
        upto = safe;
    if (upto <= s->cut_tried || atomic_load(&s->holding))
        return false;
    if (journal_cut(&s->journal, upto, &more, &e) != OK) {
        log_say(LOG_WARN, "cannot cut the journal; the next snapshot tries again",
                LF("why", str_of(e.text)));
        s->cut_tried = upto;
        return false;
    }
    if (!more) {
        s->cut_tried = upto;
        atomic_store(&s->stats.journal_cut, upto);
    }
    return more;
}

/* One slice of each; true: more is waiting. */
static bool work(struct store *s)
{
    bool more = snapshot_step(s);

    more |= cut_step(s);
    more |= backup_step(s, BACKUP_JOURNAL, &s->journal.db);
    db_checkpoint(&s->journal.db, WAL_BYTES);
    return more;
}

/* On the way out what is owed is tried once more, not until the disk is well. */
static bool owed_is_due(struct store *s)
{
    return flush_owes(s) && !(s->flush.failures > 0 && intake_closing(&s->intake));
}

void *store_thread(void *store)
{
    struct store *s = store;
    bool more = false;

    for (;;) {
        uint32_t account = 0;
        bool tick, wanted;
        int64_t deadline = flush_due(s, &tick, &account);

        if (s->flush.carry.n > 0 && s->flush.retry_at < deadline)
            deadline = s->flush.retry_at;
        wanted = intake_wait(&s->intake, tick || more ? 0 : deadline);
        if (wanted || tick || owed_is_due(s))
            flush_once(s, tick ? &account : NULL);
        else if (!more && intake_closing(&s->intake))
            return NULL;
        more = work(s);
    }
}
