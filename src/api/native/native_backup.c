/* native_backup.c - POST /backup: the server copies its data folder. That is everybody's
 * data, so only the first account's users may. */
#include "api/native/native_private.h"

/* It may take long: what is retired meanwhile is not to be kept for us. */
static ok copy(struct request *rq, struct str *folder, struct err *e)
{
    ok done;

    epoch_leave(rq->api->epoch, rq->stay);
    done = rq->api->backup(rq->api, rq->a, folder, e);
    rq->stay = epoch_enter(rq->api->epoch);
    rq->book = tenant_book(rq->who.tenant);
    rq->who.user = NULL; /* may be of a book that is gone */
    rq->who.user_name = rq->who.key_id = STR("");
    return done;
}

static ok make(struct request *rq, struct str *folder, struct err *e)
{
    if (!request_is_servers(rq))
        return fail(e, FAULT_DENIED, "",
                    "a backup of the server is made by users of account \"%.*s\"",
                    STR_ARG(rq->api->settings->alertmanager_account));
    if (rq->api->backup == NULL)
        return fail(e, FAULT_UNSUPPORTED, "", "there is nothing to back up here");
    return copy(rq, folder, e);
}

static void back_up(struct request *rq)
{
    struct str folder;
    struct json_out o;
    struct buf b;
    struct err e;

    if (make(rq, &folder, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    o = native_begin(&b);
    json_kv(&o, "folder", folder);
    native_end(rq, 201, &o);
}

/* Files are copied: not on a thread that takes alerts. */
void native_backup_post(struct request *rq)
{
    http_patient(rq->call);
    request_slowly(rq, back_up);
}
