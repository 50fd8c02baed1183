/* alert_order.c - the order of alerts in a group, and of groups: Alertmanager's. */
#include "model/alert.h"

/* Who has the label comes first. */
static int label_cmp(const struct alert *x, const struct alert *y, struct str label)
{
    struct str a = alert_get(x, label), b = alert_get(y, label);

    if ((a.n == 0) != (b.n == 0))
        return a.n == 0 ? 1 : -1;
    return str_cmp(a, b);
}

static int pair_cmp(const struct interned *x, const struct interned *y)
{
    int c;

    if (x == y)
        return 0;
    c = str_cmp(interned_name(x), interned_name(y));
    if (c != 0) /* the smaller name is missing in the other: it comes later */
        return c < 0 ? 1 : -1;
    return str_cmp(interned_value(x), interned_value(y));
}

int interned_cmp(struct interned *const *x, size_t x_n, struct interned *const *y,
                 size_t y_n)
{
    if (x_n != y_n)
        return x_n < y_n ? -1 : 1;
    for (size_t i = 0; i < x_n; i++) {
        int c = pair_cmp(x[i], y[i]);

        if (c != 0)
            return c;
    }
    return 0;
}

static int labels_cmp(const struct alert *x, const struct alert *y)
{
    if (x->label_count != y->label_count)
        return x->label_count < y->label_count ? -1 : 1;
    for (size_t i = 0; i < x->label_count; i++) {
        int c = pair_cmp(alert_pair(x, i), alert_pair(y, i));

        if (c != 0)
            return c;
    }
    return 0;
}

int alert_cmp(const struct alert *x, const struct alert *y)
{
    int c = label_cmp(x, y, STR("job"));

    if (c == 0)
        c = label_cmp(x, y, STR("instance"));
    if (c == 0)
        c = labels_cmp(x, y);
    if (c == 0)
        c = x->serial < y->serial ? -1 : x->serial > y->serial;
    return c;
}
