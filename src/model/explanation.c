#include "model/explanation.h"

#include <assert.h>

const char *suppression_words(enum suppression s)
{
#define SUPPRESSION_WORDS(id, name, words) words,
    static const char *const all[] = { SUPPRESSIONS(SUPPRESSION_WORDS) };
#undef SUPPRESSION_WORDS

    assert((size_t)s < SUPPRESSION_COUNT);
    return all[s];
}

const char *suppression_name(enum suppression s)
{
#define SUPPRESSION_NAME(id, name, words) name,
    static const char *const all[] = { SUPPRESSIONS(SUPPRESSION_NAME) };
#undef SUPPRESSION_NAME

    assert((size_t)s < SUPPRESSION_COUNT);
    return all[s];
}
