#include "model/channel_kind.h"

#define CHANNEL_WORD(id, name, shape, ...) { name, SHAPE_##shape, __VA_ARGS__ },
const struct channel_word channel_words[CHANNEL_COUNT] = { CHANNEL_KINDS(CHANNEL_WORD) };
#undef CHANNEL_WORD

#define CHANNEL_NAME(id, name, ...) name,
const char *const channel_names[CHANNEL_COUNT + 1] = { CHANNEL_KINDS(CHANNEL_NAME) };
#undef CHANNEL_NAME

bool channel_of_name(struct str name, enum channel_kind *out)
{
    for (int i = 0; i < CHANNEL_COUNT; i++)
        if (str_is(name, channel_names[i])) {
            *out = (enum channel_kind)i;
            return true;
        }
    return false;
}
