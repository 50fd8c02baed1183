#include "store/stamp.h"

#include "base/time.h"

static int64_t read_steady(const struct store_config *c)
{
    return c->steady ? c->steady(c->clock_ctx) : clock_steady();
}

void stamp_init(struct stamp *st, const struct store_config *config, int64_t last)
{
    *st = (struct stamp){ .config = config,
                          .base = last - read_steady(config),
                          .last = last };
}

int64_t stamp_steady(const struct stamp *st)
{
    return read_steady(st->config) + st->base;
}

struct moment stamp_now(const struct stamp *st)
{
    const struct store_config *c = st->config;
    struct moment now = { c->wall ? c->wall(c->clock_ctx) : clock_wall(),
                          stamp_steady(st) };

    if (now.steady <= st->last)
        now.steady = st->last + 1;
    return now;
}

/* Small steps are not told one by one, but they add up until they are. */
int64_t stamp_step(const struct stamp *st, struct moment now)
{
    int64_t step = now.wall - now.steady - st->apart;

    if (!st->started || (step <= CLOCK_STEP_LEAST && step >= -CLOCK_STEP_LEAST))
        return 0;
    return step;
}

void stamp_done(struct stamp *st, struct moment now)
{
    if (!st->started || stamp_step(st, now) != 0)
        st->apart = now.wall - now.steady;
    st->started = true;
    st->last = now.steady;
}
