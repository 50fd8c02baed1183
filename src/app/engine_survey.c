/* engine_survey.c - how many alerts are kept back? A silence holds for alerts by their
 * labels, so nobody counts that as it happens. Alerts are walked now and then instead, a
 * slice at a time, when something has happened since; /metrics says what was found and
 * looks at no alert. */
#include "app/engine_private.h"

#include "base/time.h"

static const int64_t rest = 10 * NS_PER_S;

int64_t survey_due(const struct engine *en)
{
    return en->survey.running ? 0
           : en->survey.stale ? en->survey.ended + rest
                              : INT64_MAX;
}

void survey_note_input(struct engine *en)
{
    en->survey.stale = true;
}

void survey_turn(struct engine *en)
{
    struct survey *s = &en->survey;

    if (survey_due(en) > clock_steady())
        return;
    if (!s->running)
        *s = (struct survey){ .running = true };
    if (s->which < atomic_load(&en->n) &&
        flow_survey(atomic_load(&en->v[s->which].flow), &s->at, &s->found))
        return;
    s->at = 0;
    s->found = 0;
    if (++s->which < atomic_load(&en->n))
        return;
    s->running = false;
    s->ended = clock_steady();
}
