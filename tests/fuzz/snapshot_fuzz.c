/* snapshot_fuzz.c - any bytes as pieces of a snapshot, as an input of a journal, and as
 * a journal: an error, never a crash. What was loaded goes on, and what a journal left
 * behind comes back from a snapshot as it was. The first byte says what the rest is. */
#include "base/bytes.h"
#include "base/time.h"
#include "flow/flow.h"
#include "flow/snapshot.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { A_JOURNAL = 0xff };
#define BEGIN (INT64_C(1760000000) * NS_PER_S)
#define STEP_MOST (INT64_C(1) << 50) /* ns, 13 days */

static void no_send(void *, const struct notification *, int, bool)
{
}

static void no_row(void *, const struct history_row *)
{
}

static void no_nonce(void *, struct str, int64_t)
{
}

static struct flow *new_flow(struct epoch *epoch, uint64_t seed)
{
    struct flow_config config = { .account = 1,
                                  .seed = seed,
                                  .epoch = epoch,
                                  .out = { NULL, no_send, no_row, no_nonce } };

    return flow_new(&config);
}

static void put_piece(void *ctx, struct str piece)
{
    buf_add(ctx, piece);
}

static int64_t no_clock(void)
{
    return 0;
}

static void write_snapshot(struct flow *f, struct buf *out)
{
    buf_init(out, BUF_NO_LIMIT);
    flow_snapshot_begin(f, put_piece, out);
    while (!flow_snapshot_step(f, no_clock, 1))
        ;
}

/* A snapshot of the flow makes the same flow, whose snapshot is the same. */
static void check_again(struct flow *f, struct epoch *epoch)
{
    struct flow *again = new_flow(epoch, 2);
    struct buf before, after;
    struct err e;

    write_snapshot(f, &before);
    assert(flow_load(again, buf_str(&before), &e) == OK);
    assert(flow_load_end(again, &e) == OK);
    write_snapshot(again, &after);
    assert(str_eq(buf_str(&before), buf_str(&after)));
    buf_fini(&before);
    buf_fini(&after);
    flow_free(&again);
}

static void apply_next(struct flow *f, struct input *in, int64_t step)
{
    in->wall += step;
    in->steady += step;
    in->seq++;
    flow_apply(f, in, false);
}

/* Each input: its kind, how long after the one before, and its payload. */
static void apply_journal(struct flow *f, struct str bytes)
{
    struct reader r = reader_of(bytes);
    struct input in = { .wall = BEGIN, .steady = NS_PER_S };

    while (r.p < r.end && !r.bad) {
        int64_t step;

        in.kind = (enum input_kind)(get_u64(&r) % (INPUT_LAST + 1));
        step = (int64_t)(get_u64(&r) % STEP_MOST);
        in.payload = get_str(&r);
        apply_next(f, &in, step);
    }
}

static void load(struct flow *f, struct str piece)
{
    struct input in = { .kind = INPUT_RESTART, .wall = BEGIN, .steady = NS_PER_S };
    struct err e;

    if (flow_load(f, piece, &e) == FAILED || flow_load_end(f, &e) == FAILED)
        return;
    apply_next(f, &in, 0);
    in.kind = INPUT_TICK;
    apply_next(f, &in, NS_PER_DAY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct epoch *epoch;
    struct flow *f;
    struct str rest;

    if (size < 2)
        return 0;
    epoch = epoch_new();
    f = new_flow(epoch, 1);
    rest = (struct str){ (const char *)data + 1, size - 1 };
    if (data[0] == A_JOURNAL) {
        apply_journal(f, rest);
        check_again(f, epoch);
    } else if (data[0] % 2 == 0) {
        load(f, rest);
    } else {
        struct input in = { .kind = (enum input_kind)(data[0] / 2 % (INPUT_LAST + 1)),
                            .payload = rest,
                            .wall = BEGIN,
                            .steady = NS_PER_S };

        apply_next(f, &in, 0);
    }
    flow_free(&f);
    epoch_free(&epoch);
    return 0;
}
