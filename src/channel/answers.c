#include "channel/answers.h"

#include "base/time.h"

enum { TRIES_OF_THE_UNKNOWN = 3, BUSY = -1 };

bool answers_judge(const struct answers *as, int64_t code, struct str word,
                   struct receipt *r)
{
    r->code = code;
    for (size_t i = 0; i < as->n; i++) {
        const struct answer *row = &as->v[i];

        if (word.n > 0 ? row->word == NULL || !str_is(word, row->word)
                       : row->word != NULL || row->code != code)
            continue;
        r->verdict = row->verdict;
        r->meaning = str_of(row->meaning);
        r->retry_after = row->seconds * NS_PER_S;
        return true;
    }
    return false;
}

void answers_unknown(const char *what, int number, struct arena *a, struct receipt *r)
{
    r->verdict = number <= TRIES_OF_THE_UNKNOWN ? DEFERRED : REFUSED;
    r->meaning =
        arena_printf(a, "%s This is not known to mean delivered: see its words.%s", what,
                     r->verdict == DEFERRED ? " Tried again later." : "");
}

void answers_judge_code(const struct answers *as, int64_t code,
                        const struct channel_job *job, struct receipt *r)
{
    if (!answers_judge(as, code, STR(""), r))
        answers_unknown(
            arena_printf(job->a, "%s answered with a code we do not know.", as->vendor).p,
            job->number, job->a, r);
    if (code == BUSY && r->verdict == DEFERRED && job->number > TRIES_OF_THE_UNKNOWN) {
        r->verdict = REFUSED;
        r->meaning = arena_printf(
            job->a, "%s was still busy after %d more tries: send it again later.",
            as->vendor, TRIES_OF_THE_UNKNOWN);
    }
}

bool answers_int(struct json v, int64_t *out)
{
    if (json_is(v, JSON_INT)) {
        *out = json_int(v);
        return true;
    }
    return json_is(v, JSON_STRING) && str_i64(json_str(v), out) == OK;
}
