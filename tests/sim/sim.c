/* sim.c - simulation: days of virtual time, seed by seed.
 *
 *     sim [--seeds N] [--from SEED] [--hours H] [--part I/N]
 *
 * Each seed runs under both timing settings. A seed that fails is said in one line,
 * which runs it again. The last lines: virtual hours a second; N passed, N failed.
 */
#include "sim.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sim_fail(struct sim *s, const char *fmt, ...)
{
    va_list ap;

    if (s->failed)
        return;
    s->failed = true;
    printf("seed %llu, %s timing, after %.3f h: ", (unsigned long long)s->seed,
           s->theirs ? "Alertmanager's" : "our", (double)s->steady / (double)NS_PER_HOUR);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n    again: build/tests/sim/sim --from %llu --seeds 1\n",
           (unsigned long long)s->seed);
}

/* ---- chance ----------------------------------------------------------------------- */

size_t below(struct sim *s, size_t n)
{
    return chance_below(&s->c, n);
}

bool chance_of(struct sim *s, unsigned percent)
{
    return below(s, 100) < percent;
}

int64_t some_time(struct sim *s, int64_t mean)
{
    double u = ((double)(chance_u64(&s->c) >> 11) + 1.0) / 9007199254740994.0;
    int64_t t = (int64_t)(-log(u) * (double)mean);

    return NS_PER_S + t - t % NS_PER_MS;
}

void event_at(struct sim *s, struct event *e, int64_t at)
{
    heap_set(&s->events, &e->node, at);
}

/* ---- one thing after the other ------------------------------------------------------- */

static void happen(struct sim *s, struct event *e)
{
    heap_unset(&s->events, &e->node);
    switch (e->kind) {
    case EVENT_SEND:
        client_send(s, e->which);
        return;
    case EVENT_TOGGLE:
        client_toggle(s, e->which);
        return;
    case EVENT_OUTAGE:
        client_outage(s, e->which);
        return;
    case EVENT_OUTCOME:
        receiver_answer(s, (struct open_try *)e);
        return;
    case EVENT_WEATHER:
        receiver_weather(s, e->which);
        return;
    case EVENT_SILENCE:
        event_at(s, e, s->steady + some_time(s, 90 * NS_PER_MIN));
        world_silence(s);
        judge_now(s);
        return;
    case EVENT_CLOCK:
        life_step_clock(s);
        return;
    case EVENT_RELOAD:
        event_at(s, e, s->steady + some_time(s, 8 * NS_PER_HOUR));
        world_reload(s);
        return;
    case EVENT_SNAPSHOT:
        life_snapshot(s);
        return;
    case EVENT_CRASH:
        life_crash(s);
        return;
    case EVENT_PERSON:
        person_answer(s, e->which);
        return;
    case EVENT_MOOD:
        person_weather(s, e->which);
        return;
    case EVENT_ACK:
        event_at(s, e, s->steady + some_time(s, 20 * NS_PER_MIN));
        client_ack(s);
        return;
    }
}

static void pass(struct sim *s, int64_t to)
{
    if (to <= s->steady)
        return;
    s->wall += to - s->steady;
    s->steady = to;
}

/* The flow asks for a tick, or something happens, whichever is first. */
static void step(struct sim *s, int *stuck)
{
    struct heap_node *first = heap_first(&s->events);
    int64_t due = flow_next_due(s->f);
    int64_t was = s->steady;

    if (s->soft != NULL && s->soft_by <= due && s->soft_by <= first->at) {
        pass(s, s->soft_by);
        life_settle(s);
        judge_now(s);
        return;
    }
    if (due <= first->at) {
        pass(s, due);
        life_input(s, INPUT_TICK, STR(""));
    } else {
        pass(s, first->at);
        happen(s, (struct event *)first);
    }
    *stuck = s->steady > was ? 0 : *stuck + 1;
    if (*stuck > 10000)
        sim_fail(s, "time stands still");
}

bool sim_run(uint64_t seed, bool theirs, int hours)
{
    static struct sim s; /* large */
    int stuck = 0;

    s = (struct sim){ .seed = seed,
                      .theirs = theirs,
                      .c = { seed * 2 + theirs },
                      .wall = SIM_EPOCH,
                      .steady = NS_PER_S };
    life_begin(&s);
    world_make(&s);
    clients_make(&s);
    receivers_make(&s);
    people_make(&s);
    s.ack.kind = EVENT_ACK;
    event_at(&s, &s.ack, s.steady + some_time(&s, 20 * NS_PER_MIN));
    s.silence.kind = EVENT_SILENCE;
    s.reload.kind = EVENT_RELOAD;
    event_at(&s, &s.silence, s.steady + some_time(&s, 90 * NS_PER_MIN));
    event_at(&s, &s.reload, s.steady + some_time(&s, 8 * NS_PER_HOUR));
    while (!s.failed && s.steady < hours * NS_PER_HOUR)
        step(&s, &stuck);
    life_end(&s);
    return !s.failed;
}

static bool option(int argc, char **argv, const char *name, unsigned long long *value,
                   unsigned long long *of)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return sscanf(argv[i + 1], "%llu/%llu", value, of) > 0;
    return false;
}

int main(int argc, char **argv)
{
    unsigned long long seeds = 1000, from = 1, hours = 24, part = 0, parts = 1, none;
    unsigned long long passed = 0, failed = 0;
    int64_t began = clock_steady();

    (void)option(argc, argv, "--seeds", &seeds, &none);
    (void)option(argc, argv, "--from", &from, &none);
    (void)option(argc, argv, "--hours", &hours, &none);
    (void)option(argc, argv, "--part", &part, &parts);
    for (unsigned long long i = part; i < seeds; i += parts)
        for (int theirs = 0; theirs < 2; theirs++)
            if (sim_run(from + i, theirs != 0, (int)hours))
                passed++;
            else
                failed++;
    printf("%.0f virtual hours a second\n",
           (double)((passed + failed) * hours) /
               ((double)(clock_steady() - began) / (double)NS_PER_S + 1e-9));
    printf("%llu passed, %llu failed\n", passed, failed);
    return failed > 0;
}
