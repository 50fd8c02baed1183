#include "model/report.h"

void report_encode(const struct report *r, struct buf *out)
{
    put_i64(out, r->from);
    put_i64(out, r->to);
    put_i64(out, r->fired);
    put_i64(out, r->ended);
    put_i64(out, r->lasted);
    put_i64(out, r->told);
    put_i64(out, r->delivered);
    put_i64(out, r->failed);
    for (size_t i = 0; i < REPORT_DAYS; i++)
        put_i64(out, r->days[i]);
    put_u64(out, r->name_count);
    for (size_t i = 0; i < r->name_count; i++) {
        put_str(out, r->names[i].alertname);
        put_i64(out, r->names[i].fired);
        put_i64(out, r->names[i].lasted);
    }
}

void report_read(struct reader *in, struct arena *a, struct report *out)
{
    struct report_name *v;

    *out = (struct report){ .from = get_i64(in) };
    out->to = get_i64(in);
    out->fired = get_i64(in);
    out->ended = get_i64(in);
    out->lasted = get_i64(in);
    out->told = get_i64(in);
    out->delivered = get_i64(in);
    out->failed = get_i64(in);
    for (size_t i = 0; i < REPORT_DAYS; i++)
        out->days[i] = get_i64(in);
    out->name_count = get_count(in, 3);
    v = arena_array(a, struct report_name, out->name_count + 1);
    for (size_t i = 0; i < out->name_count; i++) {
        v[i].alertname = get_str(in);
        v[i].fired = get_i64(in);
        v[i].lasted = get_i64(in);
    }
    out->names = v;
}

const struct report *report_copy(const struct report *r, struct arena *a)
{
    struct report *copy = arena_new(a, struct report);
    struct report_name *v = arena_array(a, struct report_name, r->name_count + 1);

    *copy = *r;
    for (size_t i = 0; i < r->name_count; i++) {
        v[i] = r->names[i];
        v[i].alertname = arena_str(a, r->names[i].alertname);
    }
    copy->names = v;
    return copy;
}
