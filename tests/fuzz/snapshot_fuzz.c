/* snapshot_fuzz.c - any bytes as pieces of a snapshot, and as inputs of a journal: an
 * error, never a crash. The first byte says what the rest is. */
#include "flow/flow.h"
#include "flow/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_send(void *ctx, const struct notification *n, int attempt, bool plain)
{
    (void)ctx;
    (void)n;
    (void)attempt;
    (void)plain;
}

static void no_row(void *ctx, const struct history_row *row)
{
    (void)ctx;
    (void)row;
}

static void no_nonce(void *ctx, struct str key, int64_t expires)
{
    (void)ctx;
    (void)key;
    (void)expires;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct epoch *epoch = epoch_new();
    struct flow_config config = { .account = 1,
                                  .seed = 1,
                                  .epoch = epoch,
                                  .out = { NULL, no_send, no_row, no_nonce } };
    struct flow *f = flow_new(&config);
    struct err e;

    if (size > 1 && data[0] % 2 == 0) {
        struct str piece = { (const char *)data + 1, size - 1 };

        if (flow_load(f, piece, &e) == OK && flow_load_end(f, &e) == OK)
            flow_apply(f, &(struct input){ .kind = INPUT_RESTART, .seq = 1 }, false);
    } else if (size > 1) {
        struct input in = { .kind = (enum input_kind)(data[0] / 2 % (INPUT_LAST + 1)),
                            .payload = { (const char *)data + 1, size - 1 },
                            .seq = 1,
                            .wall = INT64_C(1760000000000000000),
                            .steady = 1 };

        flow_apply(f, &in, false);
    }
    flow_free(&f);
    epoch_free(&epoch);
    return 0;
}
