/* iam.c - the documents of Keystone v3: versions, projects, domains, catalog. */
#include "api/huawei/iam_private.h"
#include "base/crypto.h"

static struct str or_else(struct str first, struct str second)
{
    return first.n > 0 ? first : second;
}

struct iam_account iam_account_of(const struct api *api, const struct tenant *tenant)
{
    const struct account *account = book_account(tenant_book(tenant));

    return (struct iam_account){
        .domain_id = or_else(account->domain_id, account->project_id),
        .domain_name = or_else(account->domain_name, tenant->name),
        .project_id = account->project_id,
        .region = or_else(account->region, api->settings->region),
    };
}

/* ---- versions ---------------------------------------------------------- */

/* Is this the URL of that host and port? */
static bool url_is_at(struct str url, struct str host)
{
    struct str scheme, rest = url, authority;

    return str_cut(&rest, ':', &scheme) && str_starts(rest, STR("//")) &&
           (rest = str_from(rest, 2), str_cut(&rest, '/', &authority)) &&
           str_eq(authority, host);
}

/* As the client reached us: a link it can follow, whatever external_url says. */
static struct str own_url(const struct request *rq)
{
    const struct api_settings *settings = rq->api->settings;
    struct str host = request_host(rq), external = settings->external_url;

    while (str_ends(external, STR("/")))
        external = str_head(external, external.n - 1);
    if (host.n == 0 || url_is_at(external, host))
        return external;
    return arena_printf(rq->a, "%s://%.*s%.*s", rq->call->tls ? "https" : "http",
                        STR_ARG(host), STR_ARG(settings->route_prefix));
}

static void put_version(const struct request *rq, struct json_out *o)
{
    struct str url = own_url(rq);

    json_object(o);
    json_kv(o, "id", STR("v3.6"));
    json_kv(o, "status", STR("stable"));
    json_kv(o, "updated", STR("2016-04-04T00:00:00Z"));
    json_key(o, "links");
    json_array(o);
    json_object(o);
    json_kv(o, "rel", STR("self"));
    json_kv(o, "href", arena_printf(rq->a, "%.*s/v3/", STR_ARG(url)));
    json_object_end(o);
    json_array_end(o);
    json_key(o, "media-types");
    json_raw(o, STR("[{\"base\":\"application/json\",\"type\":"
                    "\"application/vnd.openstack.identity-v3+json\"}]"));
    json_object_end(o);
}

void iam_versions(struct request *rq)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "versions");
    json_object(&o);
    json_key(&o, "values");
    json_array(&o);
    put_version(rq, &o);
    json_array_end(&o);
    json_object_end(&o);
    json_object_end(&o);
    huawei_answer(rq, 300, &b);
}

void iam_version(struct request *rq)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "version");
    put_version(rq, &o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}

/* ---- lists ------------------------------------------------------------- */

void iam_put_links(const struct request *rq, struct str path, bool pages,
                   struct json_out *o)
{
    struct str url = own_url(rq);

    json_key(o, "links");
    json_object(o);
    json_kv(o, "self", arena_printf(rq->a, "%.*s%.*s", STR_ARG(url), STR_ARG(path)));
    if (pages) { /* clients follow what is not null */
        json_key(o, "next");
        json_null(o);
        json_key(o, "previous");
        json_null(o);
    }
    json_object_end(o);
}

/* A filter of the query: empty or absent fits all. */
bool iam_filter_fits(const struct request *rq, const char *name, struct str value)
{
    const struct param *p = params_find(huawei_of(rq)->query, str_of(name));

    return p == NULL || p->value.n == 0 || str_eq(p->value, value);
}

static void put_project(const struct request *rq, const struct iam_account *account,
                        struct json_out *o)
{
    json_object(o);
    json_kv(o, "id", account->project_id);
    json_kv(o, "name", account->region);
    json_kv(o, "domain_id", account->domain_id);
    json_kv(o, "parent_id", account->domain_id);
    json_kv_bool(o, "is_domain", false);
    json_kv_bool(o, "enabled", true);
    json_kv(o, "description", STR(""));
    iam_put_links(rq,
                  arena_printf(rq->a, "/v3/projects/%.*s", STR_ARG(account->project_id)),
                  true, o);
    json_object_end(o);
}

void iam_project(struct request *rq)
{
    struct iam_account account = iam_account_of(rq->api, rq->who.tenant);
    struct json_out o;
    struct buf b;

    if (!str_eq(path_var(&huawei_of(rq)->vars, "id"), account.project_id)) {
        iam_error(rq, 404, STR("The project could not be found."));
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "project");
    put_project(rq, &account, &o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}

void iam_projects(struct request *rq)
{
    struct iam_account account = iam_account_of(rq->api, rq->who.tenant);
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "projects");
    json_array(&o);
    if (iam_filter_fits(rq, "name", account.region) &&
        iam_filter_fits(rq, "domain_id", account.domain_id))
        put_project(rq, &account, &o);
    json_array_end(&o);
    iam_put_links(rq, rq->call->path, true, &o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}

void iam_domains(struct request *rq)
{
    struct iam_account account = iam_account_of(rq->api, rq->who.tenant);
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "domains");
    json_array(&o);
    json_object(&o);
    json_kv(&o, "id", account.domain_id);
    json_kv(&o, "name", account.domain_name);
    json_kv_bool(&o, "enabled", true);
    json_kv(&o, "description", STR(""));
    iam_put_links(rq, arena_printf(rq->a, "/v3/domains/%.*s", STR_ARG(account.domain_id)),
                  false, &o);
    json_object_end(&o);
    json_array_end(&o);
    iam_put_links(rq, rq->call->path, false, &o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}

/* ---- catalog ----------------------------------------------------------- */

static const struct iam_service services[] = {
    { "identity", "keystone", "/v3", false, false },
    { "iam", "iam", "/v3.0", false, true },
    { "aom", "aom", "/v2/", true, false },
    { "smn", "smn", "/v2/", true, false },
};

const struct iam_service *iam_service_at(size_t i)
{
    return i < sizeof services / sizeof *services ? &services[i] : NULL;
}

/* 32 hex digits, the same ones every time. */
static struct str stable_id(struct arena *a, struct str of)
{
    return str_head(digest_hex(a, sha256(of)), 32);
}

struct str iam_service_id(const struct iam_service *s, struct arena *a)
{
    return stable_id(a, str_of(s->name));
}

struct str iam_endpoint_id(const struct iam_service *s, struct arena *a)
{
    return stable_id(a, arena_printf(a, "%s endpoint", s->name));
}

struct str iam_endpoint_url(const struct request *rq, const struct iam_account *account,
                            const struct iam_service *s)
{
    struct str external = rq->api->settings->external_url;

    while (str_ends(external, STR("/")))
        external = str_head(external, external.n - 1);
    return arena_printf(rq->a, "%.*s%s%.*s", STR_ARG(external), s->path,
                        STR_ARG(s->project ? account->project_id : STR("")));
}

struct str iam_service_region(const struct iam_account *account,
                              const struct iam_service *s)
{
    return s->everywhere ? STR("*") : account->region;
}

static void put_endpoint(const struct request *rq, const struct iam_account *account,
                         size_t i, struct json_out *o)
{
    struct str region = iam_service_region(account, &services[i]);

    json_object(o);
    json_kv(o, "id", iam_endpoint_id(&services[i], rq->a));
    json_kv(o, "interface", STR("public"));
    json_kv(o, "region", region);
    json_kv(o, "region_id", region);
    json_kv(o, "url", iam_endpoint_url(rq, account, &services[i]));
    json_object_end(o);
}

void iam_catalog_json(const struct request *rq, const struct iam_account *account,
                      struct json_out *o)
{
    json_array(o);
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        json_object(o);
        json_kv(o, "id", iam_service_id(&services[i], rq->a));
        json_kv(o, "name", str_of(services[i].name));
        json_kv(o, "type", str_of(services[i].type));
        json_key(o, "endpoints");
        json_array(o);
        put_endpoint(rq, account, i, o);
        json_array_end(o);
        json_object_end(o);
    }
    json_array_end(o);
}

void iam_catalog(struct request *rq)
{
    struct iam_account account = iam_account_of(rq->api, rq->who.tenant);
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "catalog");
    iam_catalog_json(rq, &account, &o);
    iam_put_links(rq, rq->call->path, false, &o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}
