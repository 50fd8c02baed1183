#include "flow/journal.h"

#include <stdlib.h>

struct input *input_new(enum input_kind kind, uint32_t account, struct str payload)
{
    struct input *in = malloc(sizeof *in + payload.n);
    char *bytes = (char *)(in + 1);

    if (in == NULL)
        abort();
    if (payload.n > 0)
        memcpy(bytes, payload.p, payload.n);
    *in = (struct input){ .kind = kind,
                          .account = account,
                          .payload = { bytes, payload.n } };
    return in;
}

void input_free(struct input *in)
{
    free(in);
}
