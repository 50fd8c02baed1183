/* provision_tree.c - an Alertmanager file as objects of the book, secrets sealed. */
#include "app/provision_private.h"

#include "base/zone.h"

static ok add_zones(struct making *m, const struct alertmanager_yml *yml, struct err *e)
{
    for (size_t i = 0; i < yml->zones.n; i++) {
        struct zone_rules *o = arena_new(m->a, struct zone_rules);

        o->name = yml->zones.v[i];
        if (zone_read(o->name, m->a, &o->tzif, e) == FAILED)
            return FAILED;
        provision_add(m, OBJECT_ZONE, o, STR("")); /* contacts may name it, too */
    }
    return OK;
}

static struct addresses sealed_addresses(struct making *m,
                                         const struct integration_in *in)
{
    struct address *v = arena_array(m->a, struct address, in->addresses.n + 1);

    for (size_t i = 0; i < in->addresses.n; i++) {
        v[i].channel = (int)in->channel;
        v[i].state = ADDRESS_OK;
        if (channel_words[in->channel].secret)
            v[i].secret = seal(m->p->sealer, m->a, in->addresses.v[i]);
        else
            v[i].plain = in->addresses.v[i];
    }
    return (struct addresses){ v, in->addresses.n };
}

static struct receiver *sealed_receiver(struct making *m, const struct receiver_in *in)
{
    struct receiver *o = arena_new(m->a, struct receiver);
    struct integration *v = arena_array(m->a, struct integration, in->n + 1);

    for (size_t i = 0; i < in->n; i++)
        v[i] = (struct integration){ .kind = in->v[i].kind,
                                     .index = in->v[i].index,
                                     .send_resolved = in->v[i].send_resolved,
                                     .max_alerts = in->v[i].max_alerts,
                                     .timeout = in->v[i].timeout,
                                     .addresses = sealed_addresses(m, &in->v[i]),
                                     .settings =
                                         seal(m->p->sealer, m->a, in->v[i].settings) };
    for (size_t i = 0; i < in->n; i++)
        v[i].settings.shown = STR("..."); /* the end of the JSON may be a password's */
    *o = in->receiver;
    o->integrations.v = v;
    o->integrations.n = in->n;
    return o;
}

ok provision_tree(struct making *m, const struct alertmanager_yml *yml, int64_t position,
                  struct err *e)
{
    struct route *root = arena_new(m->a, struct route);

    if (add_zones(m, yml, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < yml->interval_count; i++)
        provision_add(m, OBJECT_TIME_INTERVAL, &yml->intervals[i], yml->path);
    for (size_t i = 0; i < yml->receiver_count; i++)
        provision_add(m, OBJECT_RECEIVER, sealed_receiver(m, &yml->receivers[i]),
                      yml->path);
    for (size_t i = 0; i < yml->inhibition_count; i++)
        provision_add(m, OBJECT_INHIBITION, &yml->inhibitions[i], yml->path);
    if (yml->templates.files.n > 0)
        provision_add(m, OBJECT_TEMPLATE_FILES, &yml->templates, yml->path);
    *root = yml->routes[0];
    root->position = position;
    provision_add(m, OBJECT_ROUTE, root, yml->path);
    for (size_t i = 1; i < yml->route_count; i++)
        provision_add(m, OBJECT_ROUTE, &yml->routes[i], yml->path);
    return OK;
}
