/* native_config.c - GET /config: what was configured, where it stands, and what the rest
 * is. It is the server's, not an account's: of several, the users of the one whose
 * Alertmanager API is served see it. */
#include "api/native/native_private.h"

void native_config_get(struct request *rq)
{
    struct json_out o;
    struct buf b, yml, shown;
    struct err e;

    if (!request_is_servers(rq)) {
        (void)fail(&e, FAULT_DENIED, "",
                   "the server's configuration is shown to users of account \"%.*s\"",
                   STR_ARG(rq->api->settings->alertmanager_account));
        native_fault(rq, &e);
        return;
    }
    buf_init(&yml, BUF_NO_LIMIT);
    if (rq->api->config_text != NULL)
        rq->api->config_text(rq->api, rq->who.tenant->name, &yml);
    buf_init(&shown, BUF_NO_LIMIT);
    if (rq->api->config_shown != NULL)
        rq->api->config_shown(rq->api, &shown);
    o = native_begin(&b);
    json_key(&o, "items");
    json_raw(&o, shown.n > 0 ? buf_str(&shown) : STR("[]"));
    json_kv(&o, "alertmanager_yml", buf_str(&yml));
    buf_fini(&yml);
    buf_fini(&shown);
    native_end(rq, 200, &o);
}
