/* clients.c - three Prometheus-like clients: what fires is sent each minute with an
 * end four minutes ahead, what ended for a quarter of an hour more. */
#include "sim.h"

static const int64_t ahead = 4 * NS_PER_MIN, resent = 15 * NS_PER_MIN;

void clients_make(struct sim *s)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        s->sends[i] = (struct event){ .kind = EVENT_SEND, .which = i };
        s->outages[i] = (struct event){ .kind = EVENT_OUTAGE, .which = i };
        event_at(s, &s->sends[i], s->steady + (int64_t)below(s, 60) * NS_PER_S);
        event_at(s, &s->outages[i], s->steady + some_time(s, 12 * NS_PER_HOUR));
    }
    for (size_t i = 0; i < s->alert_count; i++) {
        s->alerts[i].taken = NEVER;
        s->toggles[i] = (struct event){ .kind = EVENT_TOGGLE, .which = i };
        event_at(s, &s->toggles[i], s->steady + some_time(s, NS_PER_HOUR));
    }
}

/* What the server makes of it, as far as we can be sure. */
static void server_heard(struct sim *s, struct sim_alert *al, int64_t end)
{
    al->before = al->least;
    al->least = al->most = end;
    if (end <= s->wall) {
        al->sure_since = NEVER;
        return;
    }
    if (al->sure_since == NEVER)
        al->sure_since = s->steady;
}

static bool has_to_say(const struct sim *s, const struct sim_alert *al)
{
    return al->on || (al->ended != 0 && s->wall - al->ended < resent);
}

static void add(struct sim *s, struct sim_alert *al, struct alert_in *in)
{
    int64_t end = al->on ? s->wall + ahead : al->ended;

    if (al->starts > s->wall) /* the clock was set back meanwhile */
        al->starts = s->wall;
    if (end > s->wall && !al->on)
        end = s->wall;
    *in = (struct alert_in){ .door = DOOR_ALERTMANAGER,
                             .labels = al->labels,
                             .generator_url = STR(""),
                             .clear_id = STR(""),
                             .starts_at = al->starts < end ? al->starts : end,
                             .ends_at = end };
    server_heard(s, al, end);
}

void client_send(struct sim *s, size_t client)
{
    struct alert_in v[ALERTS];
    struct buf payload;
    size_t n = 0;

    event_at(s, &s->sends[client], s->steady + NS_PER_MIN);
    if (s->away[client])
        return;
    judge_now(s); /* before anything changes */
    for (size_t i = 0; i < s->alert_count; i++)
        if (s->alerts[i].client == client && has_to_say(s, &s->alerts[i]))
            add(s, &s->alerts[i], &v[n++]);
    if (n == 0)
        return;
    buf_init(&payload, BUF_NO_LIMIT);
    if (flow_is_refresh(s->f, v, n, s->wall, &payload)) {
        life_soft(s, client, buf_str(&payload));
    } else {
        alerts_encode(v, n, &payload);
        life_input(s, INPUT_ALERTS, buf_str(&payload));
    }
    buf_fini(&payload);
    judge_now(s);
}

/* It only moved ends: they are where they were. */
void client_lost(struct sim *s, size_t client)
{
    for (size_t i = 0; i < s->alert_count; i++)
        if (s->alerts[i].client == client && has_to_say(s, &s->alerts[i]))
            s->alerts[i].least = s->alerts[i].before;
}

void client_toggle(struct sim *s, size_t which)
{
    struct sim_alert *al = &s->alerts[which];

    al->on = !al->on;
    if (al->on)
        al->starts = s->wall;
    else
        al->ended = s->wall;
    event_at(s, &s->toggles[which],
             s->steady + some_time(s, al->on ? 40 * NS_PER_MIN : 100 * NS_PER_MIN));
}

/* Only what fires for certain: then it has to work. */
void client_ack(struct sim *s)
{
    struct sim_alert *al = &s->alerts[below(s, s->alert_count)];
    bool certain = al->taken != NEVER && al->sure_since <= al->taken;

    if (al->sure_since == NEVER || al->least <= s->wall ||
        (al->taken != NEVER && !certain))
        return;
    judge_now(s);
    life_ack(s, al->labels, certain);
    al->taken = certain ? NEVER : s->steady;
    al->released = s->steady;
}

void client_outage(struct sim *s, size_t client)
{
    s->away[client] = !s->away[client];
    for (size_t i = 0; i < s->alert_count; i++)
        if (s->alerts[i].client == client)
            s->alerts[i].sure_since = NEVER;
    event_at(s, &s->outages[client],
             s->steady +
                 some_time(s, s->away[client] ? 8 * NS_PER_MIN : 12 * NS_PER_HOUR));
}

/* Ends that re-sends moved are moved by the server, too: by how much depends on what
 * it forgot. What it does not fire any more stays ended. */
void clients_stepped(struct sim *s, bool clock)
{
    for (size_t i = 0; i < s->alert_count; i++) {
        struct sim_alert *al = &s->alerts[i];
        int64_t until = s->wall + ahead;

        if (al->most <= s->wall && !clock)
            continue;
        if (clock) {
            al->sure_since = NEVER;
            al->least = 0;
            if (al->most < until)
                al->most = until;
        } else if (al->most < until) {
            al->most = until;
        }
    }
}
