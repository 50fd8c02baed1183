/* receivers.c - four receivers with moods: well, slow, deferring, refusing, silent. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

void receivers_make(struct sim *s)
{
    for (size_t i = 0; i < 4; i++) {
        s->weather[i] =
            (struct weather){ .event = { .kind = EVENT_WEATHER, .which = i } };
        event_at(s, &s->weather[i].event, s->steady + some_time(s, 3 * NS_PER_HOUR));
    }
}

void receiver_weather(struct sim *s, size_t which)
{
    struct weather *w = &s->weather[which];

    w->mood = w->mood == MOOD_WELL ? 1 + (int)below(s, MOODS - 1) : MOOD_WELL;
    w->well_since = w->mood == MOOD_WELL || w->mood == MOOD_SLOW ? s->steady : NEVER;
    event_at(s, &w->event,
             s->steady +
                 some_time(s, w->mood == MOOD_WELL ? 3 * NS_PER_HOUR : 20 * NS_PER_MIN));
}

static const struct weather *weather_of(const struct sim *s, struct str address_key)
{
    return &s->weather[(size_t)(unsigned char)address_key.p[address_key.n - 1] % 4];
}

static int mood_of(const struct sim *s, struct str address_key)
{
    return weather_of(s, address_key)->mood;
}

int64_t receiver_well_since(const struct sim *s, struct str address_key)
{
    return weather_of(s, address_key)->well_since;
}

static int64_t latency(struct sim *s, int mood)
{
    if (mood == MOOD_SLOW || mood == MOOD_SILENT)
        return NS_PER_S + (int64_t)below(s, 29000) * NS_PER_MS;
    return (1 + (int64_t)below(s, 800)) * NS_PER_MS;
}

static int route_of(const struct sim *s, const struct notification *n)
{
    for (size_t i = 0; i < s->route_count; i++)
        if (str_eq(s->routes[i].model.name, n->route))
            return (int)i;
    return -1;
}

static uint16_t firing_bits(const struct sim *s, const struct notification *n)
{
    uint16_t bits = 0;

    for (size_t k = 0; k < n->alert_count; k++)
        for (size_t i = 0; i < s->alert_count; i++)
            if (alert_fingerprint(n->alerts[k]) == s->alerts[i].fingerprint &&
                !notification_resolved(n, n->alerts[k]))
                bits = (uint16_t)(bits | 1u << i);
    return bits;
}

static struct open_try *try_new(struct sim *s, const struct notification *n)
{
    struct open_try *t = calloc(1, sizeof *t);

    if (t == NULL)
        abort();
    memcpy(t->key, n->key, sizeof t->key);
    t->event.kind = EVENT_OUTCOME;
    t->route = route_of(s, n);
    t->address_key = arena_str(&s->arena, n->address_key);
    t->thread_key = arena_printf(&s->arena, "%.*s|%.*s", STR_ARG(n->group_key),
                                 STR_ARG(n->address_key));
    map_put(&s->tries, (struct str){ t->key, NOTIFICATION_KEY_HEX }, t);
    return t;
}

void receiver_take(struct sim *s, const struct notification *n, int attempt)
{
    struct open_try *t = map_find(&s->tries, str_of(n->key));

    if (t == NULL)
        t = try_new(s, n);
    t->attempt = attempt;
    t->sequence = n->sequence;
    t->alerts = firing_bits(s, n);
    event_at(s, &t->event, s->steady + latency(s, mood_of(s, t->address_key)));
}

static void try_free(struct sim *s, struct open_try *t)
{
    map_remove(&s->tries, (struct str){ t->key, NOTIFICATION_KEY_HEX });
    heap_unset(&s->events, &t->event.node);
    free(t);
}

void receivers_forget(struct sim *s)
{
    struct open_try *t;

    for (size_t i = 0; (t = map_next(&s->tries, &i, NULL)) != NULL;)
        try_free(s, t);
}

static enum verdict verdict_of(struct sim *s, int mood)
{
    switch (mood) {
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

void receiver_answer(struct sim *s, struct open_try *t)
{
    struct outcome o = { .key = { t->key, NOTIFICATION_KEY_HEX },
                         .attempt = t->attempt,
                         .receipt = { .said = STR(""),
                                      .meaning = STR(""),
                                      .remote = STR(""),
                                      .subject = STR("") } };
    struct buf payload;

    o.receipt.verdict = verdict_of(s, mood_of(s, t->address_key));
    if (o.receipt.verdict == DELIVERED || o.receipt.verdict == REFUSED)
        judge_ended(s, t);
    if (o.receipt.verdict == DEFERRED)
        judge_deferred(s, t);
    buf_init(&payload, BUF_NO_LIMIT);
    outcome_encode(&o, &payload);
    if (o.receipt.verdict == DELIVERED || o.receipt.verdict == REFUSED)
        try_free(s, t);
    life_input(s, INPUT_OUTCOME, buf_str(&payload));
    buf_fini(&payload);
}
