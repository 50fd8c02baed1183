/* people.c - a robot and a telephone beside the programs: what is sent there is counted as
 * its vendor counts it, may come in digests, and none of it may be lost.
 *
 * The judge of its own: never more in any span than the vendor takes; one message at a
 * time; and who is well has heard, alone or inside a digest, of each alert that has fired
 * for certain for long enough. It knows nothing of buckets, breakers or digests. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

struct span { /* no more than `most` in any `length` */
    int64_t length;
    size_t most;
};

/* Vendors' own figures (contracts/channels.md), and how long something may wait: for its
 * turn, an answer that takes half a minute, a pause of a minute before the next try. */
static const struct {
    enum channel_kind channel;
    const char *address;
    struct span spans[3];
    int64_t patience;
} kinds[PEOPLE] = {
    { CHANNEL_DINGTALK,
      "https://oapi.dingtalk.com/robot/send?access_token=1",
      { { 60 * NS_PER_S, 20 } },
      6 * NS_PER_MIN },
    { CHANNEL_SMS,
      "86-13800000000",
      { { 15 * NS_PER_MIN, 5 }, { NS_PER_HOUR, 11 }, { 3 * NS_PER_HOUR, 21 } },
      45 * NS_PER_MIN },
};

static size_t who_by(enum channel_kind channel)
{
    size_t k = 0;

    while (k < PEOPLE && kinds[k].channel != channel)
        k++;
    return k;
}

bool person_hears(const struct notification *n)
{
    return who_by((enum channel_kind)n->address.channel) < PEOPLE;
}

/* ---- in the book -------------------------------------------------------------------- */

void person_make(struct sim *s, size_t k, struct contact *c, struct contact_group *g)
{
    struct address *ad = arena_new(&s->arena, struct address);
    struct str *name = arena_new(&s->arena, struct str);

    *ad = (struct address){ .channel = (int)kinds[k].channel, .state = ADDRESS_OK };
    if (channel_words[kinds[k].channel].secret)
        ad->secret = seal(s->sealer, &s->arena, str_of(kinds[k].address));
    else
        ad->plain = str_of(kinds[k].address);
    *name = arena_printf(&s->arena, "p%zu", k);
    *c = (struct contact){ .name = *name, .addresses = { ad, 1 } };
    *g = (struct contact_group){ .name = *name, .members = { name, 1 } };
}

/* ---- what they hear ------------------------------------------------------------------- */

static int64_t latency(struct sim *s, const struct person *p)
{
    if (p->mood == MOOD_SLOW || p->mood == MOOD_SILENT)
        return NS_PER_S + (int64_t)below(s, 29000) * NS_PER_MS;
    return (1 + (int64_t)below(s, 800)) * NS_PER_MS;
}

static void judge_spans(struct sim *s, size_t k)
{
    const struct person *p = &s->people[k];

    for (size_t i = 0; i < 3 && kinds[k].spans[i].length > 0; i++) {
        const struct span *span = &kinds[k].spans[i];
        size_t n = 0;

        for (size_t at = p->times.n; at > 0; at--, n++)
            if (p->times.v[at - 1] <= s->steady - span->length)
                break;
        if (n > span->most)
            sim_fail(s, "%zu messages to the %s within %lld s", n,
                     channel_names[kinds[k].channel],
                     (long long)(span->length / NS_PER_S));
    }
}

static void hear(struct sim *s, struct person *p, const struct notification *n)
{
    for (size_t k = 0; k < n->alert_count; k++)
        for (size_t i = 0; i < s->alert_count; i++) {
            struct hearsay *h = &p->heard[i];

            if (alert_fingerprint(n->alerts[k]) != s->alerts[i].fingerprint)
                continue;
            if (h->sequence != n->sequence)
                h->was = h->firing;
            h->sequence = n->sequence;
            h->firing = !notification_resolved(n, n->alerts[k]);
        }
}

/* What was under way did not arrive, or nobody knows: they believe what they did. */
static void unhear(struct sim *s, struct person *p)
{
    for (size_t i = 0; i < s->alert_count; i++)
        if (p->heard[i].sequence == p->sequence)
            p->heard[i].firing = p->heard[i].was;
}

void person_take(struct sim *s, const struct notification *n, int attempt)
{
    size_t k = who_by((enum channel_kind)n->address.channel);
    struct person *p = &s->people[k];

    if (p->busy)
        sim_fail(s, "two messages at a time to the %s", channel_names[kinds[k].channel]);
    if (n->more_firing + n->more_resolved > 0)
        sim_fail(s, "a digest of a few alerts leaves some out");
    p->busy = true;
    memcpy(p->key, n->key, sizeof p->key);
    p->attempt = attempt;
    p->sequence = n->sequence;
    vec_push(&p->times, s->steady);
    judge_spans(s, k);
    hear(s, p, n);
    event_at(s, &p->answer, s->steady + latency(s, p));
}

static enum verdict verdict_of(struct sim *s, const struct person *p)
{
    switch (p->mood) {
    case MOOD_DEFERRING:
        return DEFERRED;
    case MOOD_REFUSING:
        return chance_of(s, 30) ? REFUSED : DEFERRED;
    case MOOD_SILENT:
        return UNKNOWN;
    default:
        return chance_of(s, 3) ? DEFERRED : DELIVERED;
    }
}

void person_answer(struct sim *s, size_t which)
{
    struct person *p = &s->people[which];
    struct outcome o = { .key = { p->key, NOTIFICATION_KEY_HEX },
                         .attempt = p->attempt,
                         .receipt = { .verdict = verdict_of(s, p),
                                      .said = STR(""),
                                      .meaning = STR(""),
                                      .remote = STR(""),
                                      .subject = STR("") } };
    struct buf payload;

    if (o.receipt.verdict == DEFERRED && chance_of(s, 20))
        o.receipt.retry_after = (int64_t)(1 + below(s, 90)) * NS_PER_S;
    if (o.receipt.verdict == DEFERRED || o.receipt.verdict == UNKNOWN)
        unhear(s, p);
    p->busy = false;
    buf_init(&payload, BUF_NO_LIMIT);
    outcome_encode(&o, &payload);
    life_input(s, INPUT_OUTCOME, buf_str(&payload));
    buf_fini(&payload);
}

/* The server is gone: what is under way has no answer. */
void people_forget(struct sim *s)
{
    for (size_t k = 0; k < PEOPLE; k++) {
        struct person *p = &s->people[k];

        if (p->busy)
            unhear(s, p);
        p->busy = false;
        heap_unset(&s->events, &p->answer.node);
    }
}

/* ---- what must hold -------------------------------------------------------------------- */

static int64_t later(int64_t x, int64_t y)
{
    return x > y ? x : y;
}

/* Of an alert that its route wants, and that nothing holds back there. */
void people_judge(struct sim *s, size_t alert, size_t route)
{
    const struct sim_alert *al = &s->alerts[alert];
    const struct route *r = &s->routes[route].model;
    const struct person *p;
    int64_t since;

    if (route >= PEOPLE)
        return;
    p = &s->people[route];
    if (p->well_since == NEVER || p->heard[alert].firing)
        return;
    since = later(later(al->clear_since[route], s->unsettled), p->well_since);
    if (s->steady - since > r->group_wait + r->group_interval + kinds[route].patience)
        sim_fail(s, "alert %zu fires for %lld s and the %s was not told", alert,
                 (long long)((s->steady - since) / NS_PER_S),
                 channel_names[kinds[route].channel]);
}

/* ---- their moods -------------------------------------------------------------------------- */

void people_make(struct sim *s)
{
    for (size_t k = 0; k < PEOPLE; k++) {
        struct person *p = &s->people[k];

        p->answer = (struct event){ .kind = EVENT_PERSON, .which = k };
        p->weather = (struct event){ .kind = EVENT_MOOD, .which = k };
        event_at(s, &p->weather, s->steady + some_time(s, 3 * NS_PER_HOUR));
    }
}

void person_weather(struct sim *s, size_t which)
{
    struct person *p = &s->people[which];

    p->mood = p->mood == MOOD_WELL ? 1 + (int)below(s, MOODS - 1) : MOOD_WELL;
    p->well_since = p->mood == MOOD_WELL || p->mood == MOOD_SLOW ? s->steady : NEVER;
    event_at(s, &p->weather,
             s->steady +
                 some_time(s, p->mood == MOOD_WELL ? 3 * NS_PER_HOUR : 20 * NS_PER_MIN));
}

void people_fini(struct sim *s)
{
    for (size_t k = 0; k < PEOPLE; k++)
        vec_fini(&s->people[k].times);
}
