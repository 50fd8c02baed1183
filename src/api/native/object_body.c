/* object_body.c - an object out of a body: what is secret is sealed here, and what the
 * server alone may say of an address is said. */
#include "api/native/native_private.h"

#include "api/mint.h"
#include "base/utf8.h"
#include "book/limits.h"

/* What names files of this machine, or how connections are made, stands in files. */
static ok settings_check(struct json v, struct err *e)
{
    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_SYNTAX, "", "must be an object");
    for (struct json_iter it = json_iter(v); json_next(&it);)
        if (str_ends(it.key, STR("_file")) || str_is(it.key, "http_config") ||
            str_is(it.key, "tls_config"))
            return fail(e, FAULT_DENIED, "",
                        "may not hold %.*s: a configuration file may",
                        (int)(it.key.n < 60 ? it.key.n : 60), it.key.p);
    return OK;
}

/* ---- secrets --------------------------------------------------------------- */

static ok address_seal(const struct schema_reading *r, int channel, struct str plain,
                       struct secret *out, struct err *e)
{
    const struct request *rq = r->ctx;

    if (address_check((enum channel_kind)channel, plain, e) == FAILED)
        return FAILED;
    *out = seal(rq->api->sealer, r->a, plain);
    return OK;
}

/* The end of the JSON may be a password's; but two of one receiver must be told apart when
 * they come back masked. */
static struct str settings_shown(struct arena *a, const struct secret *s)
{
    const unsigned char *d = (const unsigned char *)s->digest.p;

    return arena_printf(a, "...%02x%02x%02x%02x", d[0], d[1], d[2], d[3]);
}

static ok settings_seal(const struct schema_reading *r, struct json typed,
                        struct secret *out, struct err *e)
{
    const struct request *rq = r->ctx;
    struct json_out o;
    struct buf text;

    if (settings_check(typed, e) == FAILED)
        return FAILED;
    buf_init(&text, BUF_NO_LIMIT);
    o = json_out(&text);
    json_copy(&o, typed);
    *out = seal(rq->api->sealer, r->a, buf_str(&text));
    out->shown = settings_shown(r->a, out);
    buf_fini(&text);
    return OK;
}

static ok typed_secret(const struct schema_reading *r, const struct field *f,
                       const struct schema *s, void *object, struct json typed,
                       struct err *e)
{
    struct secret *out = (struct secret *)(void *)((char *)object + f->offset);

    if (s == &integration_schema)
        return settings_seal(r, typed, out, e);
    if (!json_is(typed, JSON_STRING))
        return fail(e, FAULT_SYNTAX, "", "must be a string");
    if (json_str(typed).n == 0)
        return OK;
    if (strcmp(s->name, "webhook_target") == 0)
        return address_seal(r, CHANNEL_WEBHOOK, json_str(typed), out, e);
    if (s == &address_schema && strcmp(f->name, "secret") == 0)
        return address_seal(r, ((struct address *)object)->channel, json_str(typed), out,
                            e);
    return fail(e, FAULT_UNSUPPORTED, "", "cannot be given here");
}

/* ---- addresses ------------------------------------------------------------- */

/* Sealed, in order, and told at once: nobody confirms an address of a receiver, whoever
 * may write one answers for it. `where` names the list in words of refusal. */
static ok address_settle(struct request *rq, struct address *ad, const char *where,
                         struct err *e)
{
    bool secret = channel_words[ad->channel].secret;

    ad->state = ADDRESS_OK;
    ad->code = (struct secret){ STR(""), STR(""), STR("") };
    ad->asked_at = ad->confirmed_at = 0;
    if (secret && ad->plain.n > 0) {
        if (address_check((enum channel_kind)ad->channel, ad->plain, e) == FAILED)
            return FAILED;
        ad->secret = seal(rq->api->sealer, rq->a, ad->plain);
        ad->plain = STR("");
    }
    if (secret ? ad->secret.sealed.n == 0 : ad->plain.n == 0)
        return fail(e, FAULT_MISSING, where,
                    "an address of channel %s is given as \"%s\"",
                    channel_words[ad->channel].name, secret ? "secret" : "plain");
    return secret ? OK : address_check((enum channel_kind)ad->channel, ad->plain, e);
}

/* The tables made these arrays for us alone. */
#define OURS(type, list) ((type *)(uintptr_t)(list).v)

static ok receiver_settle(struct request *rq, struct receiver *r, struct err *e)
{
    enum { ADDRESSES_MOST = ROUTE_TARGETS_MAX };
    struct integration *v = OURS(struct integration, r->integrations);
    size_t addresses = 0;

    if (r->integrations.n > INTEGRATIONS_MAX) /* before they are counted */
        return fail(e, FAULT_LIMIT, "integrations", "must be at most %d",
                    INTEGRATIONS_MAX);
    for (size_t i = 0; i < r->integrations.n; i++) {
        struct address *ad = OURS(struct address, v[i].addresses);

        if (v[i].settings.sealed.n == 0)
            v[i].settings = seal(rq->api->sealer, rq->a, STR("{}"));
        v[i].index = 0; /* among those of its kind */
        for (size_t k = 0; k < i; k++)
            v[i].index += str_eq(v[k].kind, v[i].kind);
        addresses += v[i].addresses.n;
        if (addresses > ADDRESSES_MOST)
            return fail(e, FAULT_LIMIT, "integrations.addresses",
                        "must be at most %d together", ADDRESSES_MOST);
        for (size_t k = 0; k < v[i].addresses.n; k++)
            if (address_settle(rq, &ad[k], "integrations.addresses", e) == FAILED)
                return FAILED;
    }
    return OK;
}

/* The owner of the address has to confirm it first, by a link with this code. */
static void ask_owner(struct request *rq, struct address *ad)
{
    ad->state = ADDRESS_PENDING;
    ad->code = seal(rq->api->sealer, rq->a, code_mint(rq->a));
}

/* An address that was there keeps its state: the book sees to that. */
static ok contact_settle(struct request *rq, struct contact *c, struct err *e)
{
    struct address *ad = OURS(struct address, c->addresses);

    for (size_t i = 0; i < c->addresses.n; i++) {
        if (address_settle(rq, &ad[i], "addresses", e) == FAILED)
            return FAILED;
        if (channel_words[ad[i].channel].confirmed &&
            !rq->api->settings->activate_at_once)
            ask_owner(rq, &ad[i]);
    }
    contact_nights(rq, c);
    return OK;
}

/* ---- topics and the rules that name them ------------------------------------- */

/* Who reads a topic's id and URN sends them back; they are the server's to say. */
static void topic_settle(struct request *rq, const struct object *before, struct topic *t)
{
    if (t->name.n == 0)
        t->name = path_var(&native_of(rq)->vars, "name");
    if (before == NULL) {
        topic_mint(rq, t);
        return;
    }
    t->id = BOOK_MODEL(before, topic)->id;
    t->urn = BOOK_MODEL(before, topic)->urn;
}

static ok rule_topic_settle(const struct request *rq, struct rule_topic *rt,
                            struct err *e)
{
    const struct object *found =
        rt->urn.n > 0 ? NULL : book_find(rq->book, OBJECT_TOPIC, rt->name);
    const struct topic *t =
        found != NULL ? BOOK_MODEL(found, topic) : book_topic_by_urn(rq->book, rt->urn);

    if (t == NULL && rt->urn.n == 0)
        return fail(e, FAULT_INVALID, "topics", "there is no topic \"%.*s\"",
                    STR_ARG(utf8_cut(rt->name, 60)));
    if (t == NULL)
        return OK; /* the book says what it thinks of that URN */
    *rt = (struct rule_topic){ t->urn, t->name, t->display_name, t->push_policy };
    return OK;
}

/* A topic may be named alone. */
static ok action_rule_settle(struct request *rq, struct action_rule *r, struct err *e)
{
    struct rule_topic *v = OURS(struct rule_topic, r->topics);

    if (r->type.n == 0)
        r->type = STR("1");
    if (r->time_zone.n == 0)
        r->time_zone = STR("UTC");
    if (r->user_name.n == 0)
        r->user_name = rq->who.user_name;
    for (size_t i = 0; i < r->topics.n; i++)
        if (rule_topic_settle(rq, &v[i], e) == FAILED)
            return FAILED;
    return OK;
}

/* ---- message templates --------------------------------------------------------- */

enum { PARTS_MAX = 50 }; /* as AOM's door */

/* What AOM's clients store and the renderer picks from: a text that holds a list, one
 * entry a channel. */
static ok parts_check(struct json list, struct err *e)
{
    size_t n = json_count(list);

    if (!json_is(list, JSON_ARRAY) || n < 1 || n > PARTS_MAX)
        return fail(e, FAULT_INVALID, "templates",
                    "templates must hold a JSON list of 1 to %d objects", PARTS_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it);)
        if (json_str(json_get(it.value, STR("subType"))).n == 0 ||
            json_str(json_get(it.value, STR("content"))).n == 0)
            return fail(e, FAULT_INVALID, "templates",
                        "each of templates needs a subType (email, sms, wechat, "
                        "dingding, webhook, voice, feishu, welink) and a content");
    return OK;
}

static ok template_check(const struct message_template *t, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json list;
    struct err why;
    ok done = json_parse(doc, t->templates, &list, &why);

    done = done == OK ? parts_check(list, e)
                      : fail(e, FAULT_INVALID, "templates", "%s", why.text);
    json_doc_free(&doc);
    return done;
}

ok object_read(struct request *rq, const struct object *before, void *model,
               uint64_t *present, struct err *e)
{
    enum object_kind kind = collection_kind(native_of(rq)->operation);
    const struct schema_reading r = {
        .a = rq->a, .ctx = rq, .beside = "meta", .secret = typed_secret
    };

    if (json_is(native_of(rq)->body, JSON_NONE))
        return fail(e, FAULT_MISSING, "body", "the object is missing");
    if (schema_json_read(object_kinds[kind].schema, native_of(rq)->body, &r,
                         before != NULL ? before->model : NULL, model, present,
                         e) == FAILED)
        return FAILED;
    if (kind == OBJECT_CONTACT)
        return contact_settle(rq, model, e);
    if (kind == OBJECT_ACTION_RULE)
        return action_rule_settle(rq, model, e);
    if (kind == OBJECT_TEMPLATE)
        return template_check(model, e);
    if (kind == OBJECT_TOPIC)
        topic_settle(rq, before, model);
    return kind == OBJECT_RECEIVER ? receiver_settle(rq, model, e) : OK;
}
