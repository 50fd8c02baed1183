#include "app/provision_private.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/vec.h"
#include "model/matcher.h"

#include <stdlib.h>

/* ---- digest -------------------------------------------------------------------- */

static void put_table(struct buf *b, const struct setting_table *t, const void *v);

static void put_setting(struct buf *b, const struct setting *s, const char *field)
{
    const void *at = field;
    const struct setting_list *list = at;
    const struct strs *strs = at;

    switch (s->kind) {
    case SETTING_STR:
    case SETTING_SECRET:
        put_str(b, *(const struct str *)at);
        return;
    case SETTING_BOOL:
        put_u64(b, *(const bool *)at);
        return;
    case SETTING_INT:
    case SETTING_DURATION:
        put_i64(b, *(const int64_t *)at);
        return;
    case SETTING_STRS:
        put_u64(b, strs->n);
        for (size_t i = 0; i < strs->n; i++)
            put_str(b, strs->v[i]);
        return;
    case SETTING_SECTION:
        put_table(b, s->of, at);
        return;
    case SETTING_LIST:
        put_u64(b, list->n);
        for (size_t i = 0; i < list->n; i++)
            put_table(b, s->of, (const char *)list->v + i * s->of->size);
        return;
    case SETTING_TEMPLATE:
    case SETTING_URL:
    case SETTING_SECRET_URL:
    case SETTING_FILE:
    case SETTING_MAP:
    case SETTING_ANY:
        break; /* not in tables of structs */
    }
}

static void put_table(struct buf *b, const struct setting_table *t, const void *v)
{
    for (const struct setting *s = t->rows; s->name != NULL; s++) {
        put_str(b, str_of(s->name));
        put_setting(b, s, (const char *)v + s->offset);
    }
}

static const struct setting_table *table_of(const char *key)
{
    for (const struct setting *s = config_table.rows; s->name != NULL; s++)
        if (str_is(str_of(s->name), key))
            return s->of;
    return NULL;
}

static bool is_of(const struct provision *p, struct str account,
                  const struct config_account *ac)
{
    const struct config_account *first = p->config->accounts.v;

    return str_eq(account.n > 0 ? account : first->name, ac->name);
}

const struct alertmanager_yml *provision_yml(const struct provision *p,
                                             const struct config_account *ac)
{
    return str_eq(p->config->alertmanager.account, ac->name) ? p->config->yml : NULL;
}

struct str provision_digest(const struct provision *p, const struct config_account *ac,
                            struct arena *a)
{
    const struct config *cf = p->config;
    const struct config_route *r = cf->routes.v;
    const struct config_heartbeat *hb = cf->heartbeats.v;
    const struct config_escalation *es = cf->escalations.v;
    struct buf b;
    struct secret keyed;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, cf->external_url);
    put_str(&b, cf->region);
    put_table(&b, table_of("accounts"), ac);
    for (size_t i = 0; i < cf->routes.n; i++)
        if (is_of(p, r[i].account, ac)) {
            put_u64(&b, i);
            put_table(&b, table_of("routes"), &r[i]);
        }
    for (size_t i = 0; i < cf->heartbeats.n; i++)
        if (is_of(p, hb[i].account, ac))
            put_table(&b, table_of("heartbeats"), &hb[i]);
    for (size_t i = 0; i < cf->escalations.n; i++)
        if (is_of(p, es[i].account, ac))
            put_table(&b, table_of("escalations"), &es[i]);
    if (provision_yml(p, ac) != NULL) {
        put_str(&b, STR(BELFRY_VERSION)); /* defaults may change with it */
        put_str(&b, provision_yml(p, ac)->path);
        put_str(&b, provision_yml(p, ac)->seen);
    }
    keyed = seal(p->sealer, a, buf_str(&b));
    buf_clear(&b);
    put_hex(&b, keyed.digest);
    keyed.digest = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return keyed.digest;
}

/* ---- objects -------------------------------------------------------------------- */

void provision_add(struct making *m, enum object_kind kind, const void *object,
                   struct str file)
{
    vec_push(&m->changes, (struct change){ .op = CHANGE_UPSERT,
                                           .kind = kind,
                                           .object = object,
                                           .present = FIELDS_ALL,
                                           .provisioned = file });
}

static void add(struct making *m, enum object_kind kind, const void *object)
{
    provision_add(m, kind, object, m->p->file);
}

static void add_account(struct making *m, const struct config_account *ac)
{
    struct account *o = arena_new(m->a, struct account);

    *o = (struct account){ .name = ac->name,
                           .uid = ac->uid,
                           .project_id = ac->project_id,
                           .domain_id = ac->domain.id,
                           .domain_name =
                               ac->domain.name.n > 0 ? ac->domain.name : ac->name,
                           .region = m->p->config->region,
                           .external_url = m->p->config->external_url,
                           .resolve_timeout = ac->resolve_timeout,
                           .file_digest = provision_digest(m->p, ac, m->a),
                           .reload_restarts_timers = ac->timing.reload_restarts_timers,
                           .repeat_at_tick = ac->timing.repeat_at_tick,
                           .silenced_ends_untold = ac->timing.silenced_ends_untold,
                           .silence_retention = ac->silence_retention };
    if (provision_yml(m->p, ac) != NULL)
        o->resolve_timeout = provision_yml(m->p, ac)->resolve_timeout;
    add(m, OBJECT_ACCOUNT, o);
}

static struct str user_id(struct making *m, const struct config_account *ac,
                          const struct config_user *u)
{
    struct digest d;
    struct buf b;

    if (u->id.n > 0)
        return u->id;
    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, ac->name);
    buf_char(&b, '/');
    buf_add(&b, u->name);
    d = sha256(buf_str(&b));
    buf_fini(&b);
    return str_head(digest_hex(m->a, d), 32);
}

static struct str hex_sha256(struct making *m, struct str plain)
{
    return digest_hex(m->a, sha256(plain));
}

static ok hash_password(struct making *m, struct str password, struct str *out,
                        struct err *e)
{
    struct buf b;
    ok done;

    *out = STR("");
    if (password.n == 0)
        return OK;
    buf_init(&b, 256);
    done = password_hash(password, &b, e);
    *out = arena_str(m->a, buf_str(&b));
    buf_fini(&b);
    return done;
}

static ok add_user(struct making *m, const struct config_account *ac,
                   const struct config_user *u, struct err *e)
{
    struct user *o = arena_new(m->a, struct user);
    const struct config_key *keys = u->access_keys.v;
    struct access_key *v = arena_array(m->a, struct access_key, u->access_keys.n + 1);

    for (size_t i = 0; i < u->access_keys.n; i++) {
        v[i].id = keys[i].id;
        v[i].secret = seal(m->p->sealer, m->a, keys[i].secret);
        if (keys[i].security_token.n > 0)
            v[i].security_token = seal(m->p->sealer, m->a, keys[i].security_token);
    }
    o->name = u->name;
    o->id = user_id(m, ac, u);
    o->access_keys.v = v;
    o->access_keys.n = u->access_keys.n;
    o->policies = u->policies;
    o->bearer_digest = u->bearer.n > 0 ? hex_sha256(m, u->bearer) : STR("");
    o->password_hash = u->password_hash;
    if (u->password_hash.n == 0 &&
        hash_password(m, u->password, &o->password_hash, e) == FAILED)
        return FAILED;
    add(m, OBJECT_USER, o);
    return OK;
}

static ok read_matchers(struct making *m, struct strs texts, struct matchers *out,
                        struct err *e)
{
    VEC(struct matcher) all = { 0 };
    struct matcher *v;

    for (size_t i = 0; i < texts.n; i++) {
        struct matchers some;

        if (matchers_parse(texts.v[i], m->a, &some, e) == FAILED) {
            vec_fini(&all);
            return FAILED;
        }
        for (size_t k = 0; k < some.n; k++)
            vec_push(&all, some.v[k]);
    }
    v = arena_array(m->a, struct matcher, all.n + 1);
    if (all.n > 0)
        memcpy(v, all.v, all.n * sizeof *v);
    *out = (struct matchers){ v, all.n };
    vec_fini(&all);
    return OK;
}

static int str_order(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static ok add_route(struct making *m, const struct config_route *r, int64_t position,
                    struct err *e)
{
    struct route *o = arena_new(m->a, struct route);
    const struct config_webhook *w = r->webhooks.v;
    struct webhook_target *v =
        arena_array(m->a, struct webhook_target, r->webhooks.n + 1);
    struct str *by = arena_array(m->a, struct str, r->group_by.n + 1);

    for (size_t i = 0; i < r->webhooks.n; i++)
        v[i] = (struct webhook_target){ .url = seal(m->p->sealer, m->a, w[i].url),
                                        .send_resolved = w[i].send_resolved,
                                        .max_alerts = w[i].max_alerts };
    if (r->group_by.n > 0)
        memcpy(by, r->group_by.v, r->group_by.n * sizeof *by);
    qsort(by, r->group_by.n, sizeof *by, str_order);
    *o = (struct route){ .name = r->name,
                         .group_by = { by, r->group_by.n },
                         .group_wait = r->group_wait,
                         .group_interval = r->group_interval,
                         .repeat_interval = r->repeat_interval,
                         .contact_groups = r->contact_groups,
                         .action_rules = r->action_rules,
                         .position = position,
                         .disabled = r->disabled,
                         .escalation = r->escalation };
    o->webhooks.v = v;
    o->webhooks.n = r->webhooks.n;
    if (read_matchers(m, r->matchers, &o->matchers, e) == FAILED)
        return FAILED;
    add(m, OBJECT_ROUTE, o);
    return OK;
}

/* name="value", as matchers are written. */
static ok read_labels(struct making *m, struct strs texts, struct labels *out,
                      struct err *e)
{
    struct matchers ms;
    struct label *v;

    if (read_matchers(m, texts, &ms, e) == FAILED)
        return FAILED;
    v = arena_array(m->a, struct label, ms.n);
    for (size_t i = 0; i < ms.n; i++) {
        if (ms.v[i].op != MATCH_EQ)
            return fail(e, FAULT_INVALID, "heartbeats",
                        "heartbeats: a label is written name=\"value\"");
        v[i] = (struct label){ ms.v[i].name, ms.v[i].value };
    }
    *out = (struct labels){ v, ms.n };
    return OK;
}

static ok add_heartbeat(struct making *m, const struct config_heartbeat *hb,
                        struct err *e)
{
    struct heartbeat *o = arena_new(m->a, struct heartbeat);

    *o = (struct heartbeat){ .name = hb->name, .period = hb->period, .grace = hb->grace };
    if (read_matchers(m, hb->matchers, &o->matchers, e) == FAILED ||
        read_labels(m, hb->labels, &o->labels, e) == FAILED ||
        read_labels(m, hb->annotations, &o->annotations, e) == FAILED)
        return FAILED;
    add(m, OBJECT_HEARTBEAT, o);
    return OK;
}

static ok add_heartbeats(struct making *m, const struct config_account *ac, struct err *e)
{
    const struct config *cf = m->p->config;
    const struct config_heartbeat *hb = cf->heartbeats.v;

    for (size_t i = 0; i < cf->heartbeats.n; i++)
        if (is_of(m->p, hb[i].account, ac) && add_heartbeat(m, &hb[i], e) == FAILED)
            return FAILED;
    return OK;
}

static ok read_level(struct str word, int *out, struct err *e)
{
    for (*out = 0; severity_levels[*out] != NULL; ++*out)
        if (str_is(word, severity_levels[*out]))
            return OK;
    return fail(e, FAULT_INVALID, "escalations",
                "escalations: min_severity is critical, error, warning or info");
}

static ok add_escalation(struct making *m, const struct config_escalation *es,
                         struct err *e)
{
    const struct config_step *from = es->steps.v;
    struct escalation *o = arena_new(m->a, struct escalation);
    struct escalation_step *v =
        arena_array(m->a, struct escalation_step, es->steps.n + 1);

    *o = (struct escalation){ .name = es->name };
    if (read_level(es->min_severity, &o->min_severity, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < es->steps.n; i++)
        v[i] = (struct escalation_step){ .after = from[i].after,
                                         .contact_groups = from[i].contact_groups,
                                         .action_rules = from[i].action_rules,
                                         .repeats = from[i].repeats,
                                         .every = from[i].every };
    o->steps.v = v;
    o->steps.n = es->steps.n;
    add(m, OBJECT_ESCALATION, o);
    return OK;
}

/* Before the routes that name them. */
static ok add_escalations(struct making *m, const struct config_account *ac,
                          struct err *e)
{
    const struct config *cf = m->p->config;
    const struct config_escalation *es = cf->escalations.v;

    for (size_t i = 0; i < cf->escalations.n; i++)
        if (is_of(m->p, es[i].account, ac) && add_escalation(m, &es[i], e) == FAILED)
            return FAILED;
    return OK;
}

static ok make_all(struct making *m, const struct config_account *ac, struct err *e)
{
    const struct config *cf = m->p->config;
    const struct config_user *u = ac->users.v;
    const struct config_route *r = cf->routes.v;

    vec_push(&m->changes, (struct change){ .op = CHANGE_PROVISION_BEGIN,
                                           .kind = OBJECT_ACCOUNT,
                                           .provisioned = m->p->file });
    add_account(m, ac);
    for (size_t i = 0; i < ac->users.n; i++)
        if (add_user(m, ac, &u[i], e) == FAILED)
            return FAILED;
    if (add_escalations(m, ac, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < cf->routes.n; i++)
        if (is_of(m->p, r[i].account, ac) && add_route(m, &r[i], (int64_t)i, e) == FAILED)
            return FAILED;
    if (add_heartbeats(m, ac, e) == FAILED)
        return FAILED;
    if (provision_yml(m->p, ac) != NULL &&
        provision_tree(m, provision_yml(m->p, ac), (int64_t)cf->routes.n, e) == FAILED)
        return FAILED;
    for (size_t i = 1; i < m->changes.n; i++)
        if (change_check(&m->changes.v[i], e) == FAILED)
            return FAILED;
    return OK;
}

ok provision_encode(const struct provision *p, const struct config_account *ac,
                    struct arena *a, struct buf *out, struct err *e)
{
    struct making m = { .p = p, .a = a };
    ok done = make_all(&m, ac, e);

    if (done == OK)
        change_set_encode(
            &(struct change_set){ .actor = { .operation = STR("config file") },
                                  .v = m.changes.v,
                                  .n = m.changes.n },
            out);
    vec_fini(&m.changes);
    return done;
}

void provision_encode_absent(const struct provision *p, const struct account *account,
                             struct buf *out)
{
    struct account kept = *account;
    const struct change changes[] = {
        { .op = CHANGE_PROVISION_BEGIN, .kind = OBJECT_ACCOUNT, .provisioned = p->file },
        { .op = CHANGE_UPSERT,
          .kind = OBJECT_ACCOUNT,
          .object = &kept,
          .present = FIELDS_ALL,
          .provisioned = p->file },
    };

    kept.file_digest = STR("");
    change_set_encode(&(struct change_set){ .actor = { .operation = STR("config file") },
                                            .v = changes,
                                            .n = 2 },
                      out);
}
