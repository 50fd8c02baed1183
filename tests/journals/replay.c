/* replay.c - one journal, made or replayed, as text.
 *
 *     replay make SEED FILE [STEPS]
 *         a random journal, the same for the same seed, made against a live flow
 *     replay run FILE MAPSEED
 *         all that leaves a fresh flow to which the journal is applied, and what
 *         state it ends in (the hash of its snapshot)
 *     replay cut FILE MAPSEED SEQ
 *         the same from input SEQ on, by a flow that loaded a snapshot begun before
 *         that input and written in slices while the next ones were applied
 *     replay words
 *         what journals together have to show: every input, reason, decision, verdict
 *
 * determinism.test.sh compares what several builds of this say.
 */
#include "journals/journal_file.h"
#include "journals/maker.h"
#include "journals/telltale.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEAST_STEPS = 100, MORE_STEPS = 150, INPUTS_A_SLICE = 3 };

static int say(const struct err *e)
{
    fprintf(stderr, "replay: %s\n", e->text);
    return 1;
}

/* ---- make --------------------------------------------------------------------- */

static int make_journal(uint64_t seed, const char *path, size_t n)
{
    struct maker m;
    struct err e;
    ok done;

    maker_begin(&m, seed);
    if (n == 0)
        n = LEAST_STEPS + chance_below(&m.c, MORE_STEPS);
    while (n-- > 0)
        maker_step(&m);
    done = journal_file_write(path, m.s.journal.v, m.s.journal.n, &e);
    printf("made seed=%llu inputs=%zu sends=%zu rows=%zu at_door=%zu refused=%zu "
           "state=%s\n",
           (unsigned long long)seed, m.s.journal.n, m.s.sent.n, m.s.rows.n,
           m.refused_at_door, m.refused, flow_print(m.s.f, &m.s.arena));
    maker_end(&m);
    return done == OK ? 0 : say(&e);
}

/* ---- run ---------------------------------------------------------------------- */

struct run {
    struct journal_file file;
    struct telltale told;
    struct epoch *epoch;
    struct flow *f;
    struct arena arena;
};

static struct flow *new_flow(struct run *r, uint64_t seed)
{
    struct flow_config config = {
        .account = 1, .seed = seed, .epoch = r->epoch, .out = telltale_out(&r->told)
    };

    return flow_new(&config);
}

static void run_begin(struct run *r, uint64_t seed)
{
    telltale_init(&r->told);
    arena_init(&r->arena);
    r->epoch = epoch_new();
    r->f = new_flow(r, seed);
}

static void run_end(struct run *r)
{
    flow_free(&r->f);
    epoch_free(&r->epoch);
    telltale_fini(&r->told);
    arena_fini(&r->arena);
    journal_file_free(&r->file);
}

static void stop(const char *what)
{
    fprintf(stderr, "replay: %s\n", what);
    exit(1);
}

static void apply_from(struct run *r, size_t from)
{
    for (size_t i = from; i < r->file.v.n; i++) {
        telltale_input(&r->told, &r->file.v.v[i]);
        flow_apply(r->f, &r->file.v.v[i], false);
        if (flow_next_due(r->f) <= r->file.v.v[i].steady)
            stop("a timer is still due after an input");
    }
}

static void print_end(struct run *r)
{
    const char *state = flow_print(r->f, &r->arena);

    printf("%.*s", STR_ARG(buf_str(&r->told.text)));
    printf("state %s\n", state);
}

/* Replayed as after a crash, when nothing is sent: the state must be the same. */
static void judge_silent_replay(struct run *r, uint64_t seed)
{
    struct flow *f;

    r->told.mute = true;
    f = new_flow(r, ~seed);
    for (size_t i = 0; i < r->file.v.n; i++)
        flow_apply(f, &r->file.v.v[i], true);
    if (strcmp(flow_print(f, &r->arena), flow_print(r->f, &r->arena)) != 0)
        stop("a replay that sends nothing ends in another state");
    flow_free(&f);
    r->told.mute = false;
}

static int run_whole(struct run *r, uint64_t seed)
{
    run_begin(r, seed);
    apply_from(r, 0);
    print_end(r);
    judge_silent_replay(r, seed);
    run_end(r);
    return 0;
}

/* ---- cut ---------------------------------------------------------------------- */

struct pieces {
    VEC(struct str) v;
    struct arena arena;
};

static void keep_piece(void *ctx, struct str piece)
{
    struct pieces *p = ctx;

    vec_push(&p->v, arena_str(&p->arena, piece));
}

static int64_t stopped_clock(void)
{
    return 0;
}

/* The snapshot's state is that of before input `at`, however many inputs are
 * applied until its last piece is written; and who writes it is not changed by it. */
static void write_snapshot(struct run *r, size_t at, struct pieces *p)
{
    struct flow *plain = new_flow(r, 1);

    for (size_t i = 0; i < at; i++)
        flow_apply(r->f, &r->file.v.v[i], true);
    flow_snapshot_begin(r->f, keep_piece, p);
    for (size_t i = at; i < r->file.v.n; i++) {
        flow_apply(r->f, &r->file.v.v[i], true);
        if ((i - at) % INPUTS_A_SLICE == 0)
            (void)flow_snapshot_step(r->f, stopped_clock, 0);
    }
    while (!flow_snapshot_step(r->f, stopped_clock, 1))
        ;
    for (size_t i = 0; i < r->file.v.n; i++)
        flow_apply(plain, &r->file.v.v[i], true);
    if (strcmp(flow_print(plain, &r->arena), flow_print(r->f, &r->arena)) != 0)
        stop("writing a snapshot has changed the state");
    flow_free(&plain);
}

static ok load_snapshot(struct run *r, uint64_t seed, const struct pieces *p,
                        struct err *e)
{
    flow_free(&r->f);
    r->f = new_flow(r, ~seed);
    for (size_t i = 0; i < p->v.n; i++)
        if (flow_load(r->f, p->v.v[i], e) == FAILED)
            return FAILED;
    return flow_load_end(r->f, e);
}

static int run_cut(struct run *r, uint64_t seed, size_t at)
{
    struct pieces p = { 0 };
    struct err e;
    ok done;

    arena_init(&p.arena);
    run_begin(r, seed);
    r->told.mute = true;
    write_snapshot(r, at, &p);
    done = load_snapshot(r, seed, &p, &e);
    r->told.mute = false;
    if (done == OK) {
        apply_from(r, at);
        print_end(r);
    }
    run_end(r);
    vec_fini(&p.v);
    arena_fini(&p.arena);
    return done == OK ? 0 : say(&e);
}

/* ---- words -------------------------------------------------------------------- */

/* Numbers that no kind has are passed over; told_already and waiting are answers of
 * explain. */
static void print_words(void)
{
    for (int kind = INPUT_ACCOUNT; kind <= INPUT_LAST; kind++)
        if (telltale_kind((enum input_kind)kind) != NULL)
            printf("input %s\n", telltale_kind((enum input_kind)kind));
    for (int r = 0; r < REASON_COUNT; r++)
        printf("reason %s\n", reason_word((enum reason)r));
    for (int v = 0; v < VERDICT_COUNT; v++)
        printf("verdict %s\n", verdict_word((enum verdict)v));
    for (int s = 0; s < SUPPRESSION_COUNT; s++)
        if (s != SUPPRESSED_TOLD_ALREADY && s != SUPPRESSED_WAITING)
            printf("decision %s\n", suppression_name((enum suppression)s));
}

/* ---- main --------------------------------------------------------------------- */

static int usage(void)
{
    fprintf(stderr, "usage: replay make SEED FILE [STEPS]\n"
                    "       replay run FILE MAPSEED\n"
                    "       replay cut FILE MAPSEED SEQ\n"
                    "       replay words\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct run r = { 0 };
    struct err e;
    uint64_t seed, at;

    if (argc == 2 && strcmp(argv[1], "words") == 0) {
        print_words();
        return 0;
    }
    if (argc < 4)
        return usage();
    if (strcmp(argv[1], "make") == 0)
        return make_journal(strtoull(argv[2], NULL, 10), argv[3],
                            argc > 4 ? strtoull(argv[4], NULL, 10) : 0);
    if (journal_file_read(argv[2], &r.file, &e) == FAILED)
        return say(&e);
    seed = strtoull(argv[3], NULL, 10);
    if (strcmp(argv[1], "run") == 0)
        return run_whole(&r, seed);
    if (strcmp(argv[1], "cut") != 0 || argc < 5)
        return usage();
    at = strtoull(argv[4], NULL, 10);
    if (at < 2 || at > r.file.v.n)
        return usage();
    return run_cut(&r, seed, at - 1);
}
