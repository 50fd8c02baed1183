/* alertmanager_yml_receivers.c - receivers: what global gives them, what they are for
 * the book. */
#include "app/alertmanager_yml_private.h"

#include "base/vec.h"
#include "channel/mime.h"
#include "channel/registry.h"

static const struct yaml_node *list(const struct yml_reading *r, const char *key)
{
    const struct yaml_node *n = yaml_get(r->file, key);

    return n != NULL ? n->first : NULL;
}

bool yml_has_receiver(const struct yml_reading *r, struct str name)
{
    for (const struct yaml_node *n = list(r, "receivers"); n != NULL; n = n->next)
        if (str_eq(settings_str(n, "name"), name))
            return true;
    return false;
}

/* ---- inheritance -------------------------------------------------------------------- */

static bool takes_http(const struct yml_kind *kind)
{
    for (const struct setting *s = kind->table->rows; s->name != NULL; s++)
        if (str_is(str_of(s->name), "http_config"))
            return true;
    return false;
}

static void inherit(struct yml_reading *r, const struct yml_kind *kind,
                    struct yaml_node *entry)
{
    const struct yaml_node *global = yaml_get(r->file, "global"), *value;

    for (const struct yml_inherited *in = yml_inherited; in->kind != NULL; in++) {
        if (strcmp(in->kind, kind->name) != 0 || yaml_get(entry, in->key) != NULL)
            continue;
        value = yaml_get(global, in->global);
        if (value != NULL)
            settings_set(&r->tree, entry, in->key, value);
        else if (in->missing != NULL)
            complain(r->c, entry, "%s: %s", kind->name, in->missing);
    }
    value = yaml_get(global, "http_config");
    if (takes_http(kind) && value != NULL && yaml_get(entry, "http_config") == NULL)
        settings_set(&r->tree, entry, "http_config", value);
}

/* ---- where to ----------------------------------------------------------------------- */

struct places {
    VEC(struct str) v;
};

/* The commas of a list of mailboxes, but those in quotes. */
static bool next_mailbox(struct str *rest, struct str *piece)
{
    bool quoted = false;
    size_t i = 0;

    if (rest->p == NULL)
        return false;
    for (; i < rest->n; i++) {
        if (quoted && rest->p[i] == '\\')
            i++;
        else if (rest->p[i] == '"')
            quoted = !quoted;
        else if (rest->p[i] == ',' && !quoted)
            break;
    }
    i = i < rest->n ? i : rest->n;
    *piece = str_trim(str_head(*rest, i));
    *rest = i < rest->n ? str_from(*rest, i + 1) : (struct str){ NULL, 0 };
    return true;
}

static void add_mailboxes(struct yml_reading *r, const struct yaml_node *to,
                          struct places *out)
{
    struct str rest = to->text, piece, name, address;
    struct err e;

    while (next_mailbox(&rest, &piece)) {
        if (piece.n == 0)
            continue;
        if (mime_parse_mailbox(piece, &name, &address, &e) == FAILED)
            complain(r->c, to, "to: \"%.*s\" is not a mail address",
                     STR_ARG(str_head(piece, 80)));
        else
            vec_push(&out->v, address);
    }
    if (out->v.n == 0)
        complain(r->c, to, "to: names nobody");
}

static void add_numbers(const struct yaml_node *to, struct places *out)
{
    struct str rest = to->text, piece;

    while (str_cut(&rest, ',', &piece))
        if (str_trim(piece).n > 0)
            vec_push(&out->v, str_trim(piece));
}

/* Of mail and text messages one for each recipient; a templated list stays one, and is
 * opened when it is rendered. */
static struct strs addresses(struct yml_reading *r, const struct yml_kind *kind,
                             const struct yaml_node *entry)
{
    /* Keys that say where to when the kind's own does not. */
    static const struct {
        const char *kind, *key;
    } instead[] = { { "pagerduty", "service_key" },
                    { "sns", "phone_number" },
                    { "sns", "target_arn" } };
    const struct yaml_node *n = yaml_get(entry, kind->address);
    struct places all = { 0 };
    struct str *v;
    size_t count;

    for (size_t i = 0; n == NULL && i < sizeof instead / sizeof *instead; i++)
        if (strcmp(kind->name, instead[i].kind) == 0)
            n = yaml_get(entry, instead[i].key);
    if (n == NULL)
        n = entry; /* nothing says it */
    if (n->kind != YAML_SCALAR || str_has(n->text, STR("{{")))
        vec_push(&all.v, n->text);
    else if (strcmp(kind->name, "email") == 0)
        add_mailboxes(r, n, &all);
    else if (strcmp(kind->name, "sms") == 0)
        add_numbers(n, &all);
    else
        vec_push(&all.v, n->text);
    count = all.v.n;
    v = arena_array(r->a, struct str, count + 1);
    if (count > 0)
        memcpy(v, all.v.v, count * sizeof *v);
    vec_fini(&all.v);
    return (struct strs){ v, count };
}

/* ---- entries ------------------------------------------------------------------------ */

static struct str settings_json(struct yml_reading *r, const struct yaml_node *entry)
{
    struct buf b;
    struct str json;

    buf_init(&b, BUF_NO_LIMIT);
    yaml_put_json(entry, &b);
    json = arena_str(r->a, buf_str(&b));
    buf_fini(&b);
    return json;
}

static enum channel_kind channel_for(struct yml_reading *r, const struct yml_kind *kind,
                                     const struct yaml_node *entry)
{
    enum channel_kind channel = CHANNEL_WEBHOOK;
    bool known = channel_of_name(str_of(kind->channel), &channel);

    if (!r->every_kind && (!known || channel_find(channel) == NULL))
        complain(r->c, entry,
                 "%s_configs: this version of Belfry cannot deliver there yet; take the "
                 "entry out, or use webhook_configs",
                 kind->name);
    return channel;
}

/* Before global's are inherited, which are judged once. */
static void check_ways(struct yml_reading *r, struct yaml_node *entry)
{
    for (struct yaml_node *n = entry->first; n != NULL; n = n->next)
        if (str_is(n->key->text, "http_config"))
            yml_check_http(r, n);
        else if (str_is(n->key->text, "tls_config") ||
                 str_is(n->key->text, "smtp_tls_config"))
            yml_check_tls(r, n);
}

static struct integration_in integration(struct yml_reading *r,
                                         const struct yml_kind *kind,
                                         struct yaml_node *entry, int64_t index)
{
    size_t before = r->c->n;

    check_ways(r, entry);
    inherit(r, kind, entry);
    if (kind->check != NULL)
        kind->check(r, entry);
    return (struct integration_in){
        .kind = str_of(kind->name),
        .index = index,
        .send_resolved = settings_bool(entry, "send_resolved"),
        .max_alerts = settings_i64(entry, "max_alerts"),
        .timeout = settings_span(entry, "timeout"),
        .channel = channel_for(r, kind, entry),
        .addresses =
            r->c->n == before ? addresses(r, kind, entry) : (struct strs){ NULL, 0 },
        .settings = settings_json(r, entry),
    };
}

static struct receiver_in receiver(struct yml_reading *r, const struct yaml_node *node)
{
    struct receiver_in in = { .receiver = {
                                  .name = settings_str(node, "name"),
                                  .contact_groups = yml_strs(r, node, "contact_groups"),
                                  .action_rules = yml_strs(r, node, "action_rules"),
                                  .topics = yml_strs(r, node, "topics"),
                                  .labels = yml_labels(r, node, "labels"),
                              } };
    VEC(struct integration_in) all = { 0 };
    struct integration_in *v;

    for (const struct yml_kind *kind = yml_kinds; kind->name != NULL; kind++) {
        const struct yaml_node *entries =
            yaml_get(node, arena_printf(r->a, "%s_configs", kind->name).p);
        int64_t index = 0;

        for (struct yaml_node *n = entries != NULL ? entries->first : NULL; n != NULL;
             n = n->next)
            vec_push(&all, integration(r, kind, n, index++));
    }
    v = arena_array(r->a, struct integration_in, all.n + 1);
    if (all.n > 0)
        memcpy(v, all.v, all.n * sizeof *v);
    in.v = v;
    in.n = all.n;
    vec_fini(&all);
    return in;
}

static void check_name(struct yml_reading *r, const struct yaml_node *node)
{
    struct str name = settings_str(node, "name");

    for (const struct yaml_node *n = list(r, "receivers"); n != node; n = n->next)
        if (name.n > 0 && str_eq(settings_str(n, "name"), name))
            complain(r->c, node, "receivers: \"%.*s\" stands there twice",
                     STR_ARG(str_head(name, 80)));
}

void yml_read_receivers(struct yml_reading *r)
{
    const struct yaml_node *all = yaml_get(r->file, "receivers");
    struct receiver_in *v =
        arena_array(r->a, struct receiver_in, settings_count(all) + 1);
    size_t n = 0;

    for (struct yaml_node *c = r->file->first; c != NULL; c = c->next)
        if (str_is(c->key->text, "global"))
            check_ways(r, c);
    for (const struct yaml_node *c = list(r, "receivers"); c != NULL; c = c->next) {
        check_name(r, c);
        v[n++] = receiver(r, c);
    }
    r->out->receivers = v;
    r->out->receiver_count = n;
}
