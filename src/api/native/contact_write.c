/* contact_write.c - what a person wants to hear, and in which words: PATCH of a contact.
 * Of a whole contact (PUT) the same is settled by the same hand. */
#include "api/native/native_private.h"

#include "base/zone.h"

const char *const contact_patch_body[] = { "lang",  "zone",         "min_severity",
                                           "quiet", "quiet_except", NULL };

static void patched(struct request *rq)
{
    object_answer(
        rq, 200,
        book_find(rq->book, OBJECT_CONTACT, path_var(&native_of(rq)->vars, "name")));
}

/* "22:00 to 07:00" is a night: two spans of the day. */
static void split_nights(struct request *rq, struct time_item *item)
{
    struct time_span *v = arena_array(rq->a, struct time_span, 2 * item->times.n + 1);
    size_t n = 0;

    if (item->weekdays.n + item->days.n + item->months.n + item->years.n > 0)
        return; /* whose night would it be? */
    for (size_t i = 0; i < item->times.n; i++) {
        struct time_span span = item->times.v[i];

        if (span.from <= span.to) {
            v[n++] = span;
            continue;
        }
        if (span.to > 0)
            v[n++] = (struct time_span){ 0, span.to };
        v[n++] = (struct time_span){ span.from, 24 * 60 };
    }
    item->times = (struct time_spans){ v, n };
}

void contact_nights(struct request *rq, struct contact *c)
{
    /* The table made them for us alone. */
    struct time_item *own = (struct time_item *)(uintptr_t)c->quiet.v;

    for (size_t i = 0; i < c->quiet.n; i++)
        split_nights(rq, &own[i]);
}

static ok contact_read(struct request *rq, struct contact *c, uint64_t *present,
                       struct err *e)
{
    const struct schema_reading r = { .a = rq->a, .ctx = rq };

    if (json_is(native_of(rq)->body, JSON_NONE))
        return fail(e, FAULT_MISSING, "body", "say what to change");
    if (schema_json_read(&contact_schema, native_of(rq)->body, &r, NULL, c, present, e) ==
        FAILED)
        return FAILED;
    contact_nights(rq, c);
    c->name = path_var(&native_of(rq)->vars, "name");
    return OK;
}

static ok patch(struct request *rq, struct err *e)
{
    struct contact *c = arena_new(rq->a, struct contact);
    struct zone_rules *zone = arena_new(rq->a, struct zone_rules);
    struct change *changes = arena_array(rq->a, struct change, 2);
    struct change update = { .op = CHANGE_UPDATE, .kind = OBJECT_CONTACT, .object = c };
    struct err ignored; /* an unknown zone is refused by whoever names it */
    size_t n = 0;

    schema_zero(&contact_schema, c);
    if (if_match(rq, &update.if_revision, e) == FAILED ||
        contact_read(rq, c, &update.present, e) == FAILED ||
        change_check(&update, e) == FAILED)
        return FAILED;
    zone->name = c->zone;
    if (zone->name.n > 0 && zone_read(zone->name, rq->a, &zone->tzif, &ignored) == OK)
        changes[n++] = (struct change){ .op = CHANGE_ENSURE,
                                        .kind = OBJECT_ZONE,
                                        .object = zone,
                                        .present = FIELDS_ALL };
    changes[n++] = update;
    request_change(rq, changes, n, patched);
    return OK;
}

void contact_patch(struct request *rq)
{
    struct err e;

    if (patch(rq, &e) == FAILED)
        native_fault(rq, &e);
}
