/* error.c - the answers of this dialect: four error bodies, and one table from
 * faults to the status and code of each service.
 *
 * Quotas are 400 where the documents say 300, and never 429: the Go SDK takes 300
 * for success, and Terraform sleeps for minutes on 429 (contracts/huawei.md 1.4).
 */
#include "api/huawei/huawei_private.h"

static const struct str json_type = STR_INIT("application/json");

void huawei_answer_with(struct request *rq, int status, struct buf *json,
                        const struct http_header *more, size_t n)
{
    const struct huawei *hw = huawei_of(rq);
    struct http_header *headers = arena_array(rq->a, struct http_header, n + 2);
    size_t count = 0;

    headers[count++] = (struct http_header){ STR("X-Request-Id"), str_of(hw->trace) };
    if (hw->service == HUAWEI_IAM)
        headers[count++] =
            (struct http_header){ STR("X-IAM-Trace-Id"), str_of(hw->trace) };
    for (size_t i = 0; i < n; i++)
        headers[count++] = more[i];
    if (json != NULL)
        request_answer_buf(rq, status, json_type, json, headers, count);
    else
        request_answer(rq, status, status == 204 ? STR("") : json_type, STR(""), headers,
                       count);
}

void huawei_answer(struct request *rq, int status, struct buf *json)
{
    huawei_answer_with(rq, status, json, NULL, 0);
}

/* What a client may do about it: come back, or use another method. */
static void answer_error(struct request *rq, int status, struct buf *json)
{
    struct http_header more = { STR("Retry-After"), STR("1") };

    if (status == 405)
        more = (struct http_header){ STR("Allow"), huawei_of(rq)->allowed };
    huawei_answer_with(rq, status, json, &more, status == 503 || status == 405 ? 1 : 0);
}

/* ---- the four bodies --------------------------------------------------- */

void aom_error(struct request *rq, int status, const char *code, const char *type,
               struct str message)
{
    struct buf b;
    struct json_out o;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "error_code", str_of(code));
    json_kv(&o, "error_msg", message);
    if (status == 401 || status == 403) {
        json_kv(&o, "error_type", str_of(type));
        json_key(&o, "trace_id");
        json_null(&o);
    } else {
        json_kv(&o, "trace_id", STR(""));
    }
    json_object_end(&o);
    answer_error(rq, status, &b);
}

static void smn_body(struct request *rq, int status, const char *code, struct str message)
{
    struct buf b;
    struct json_out o;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "request_id", str_of(huawei_of(rq)->trace));
    json_kv(&o, "code", str_of(code));
    json_kv(&o, "message", message);
    json_object_end(&o);
    answer_error(rq, status, &b);
}

static const char *status_title(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Request Entity Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

void iam_error(struct request *rq, int status, struct str message)
{
    struct buf b;
    struct json_out o;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "error");
    json_object(&o);
    json_kv_i64(&o, "code", status);
    json_kv(&o, "message", message);
    json_kv(&o, "title", str_of(status_title(status)));
    json_object_end(&o);
    json_object_end(&o);
    answer_error(rq, status, &b);
}

void gateway_error(struct request *rq, int status, const char *code, struct str message)
{
    struct buf b;
    struct json_out o;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "error_msg", message);
    json_kv(&o, "error_code", str_of(code));
    json_kv(&o, "request_id", str_of(huawei_of(rq)->trace));
    json_object_end(&o);
    answer_error(rq, status, &b);
}

/* ---- faults ------------------------------------------------------------ */

/* aom: three digits go behind AOM.08<api>; a whole code stands for itself. says:
 * the documented words; NULL: the fault's own. */
static const struct fault_row {
    int aom, smn, iam;
    const char *code, *says;
} fault_rows[FAULT_COUNT] = {
    [FAULT_INVALID] = { 400, 400, 400, "001", NULL },
    [FAULT_MISSING] = { 400, 400, 400, "001", NULL },
    [FAULT_UNKNOWN_FIELD] = { 400, 400, 400, "001", NULL },
    [FAULT_SYNTAX] = { 400, 400, 400, "001", NULL },
    [FAULT_TOO_LARGE] = { 413, 413, 413, "APIG.0201", "Request entity too large." },
    [FAULT_NOT_FOUND] = { 400, 404, 404, "006", "The action rule does not exist" },
    [FAULT_EXISTS] = { 400, 400, 400, "012", "actionRule already exists" },
    [FAULT_CONFLICT] = { 400, 400, 400, "001", NULL },
    [FAULT_IN_USE] = { 400, 400, 400, "001", NULL },
    [FAULT_LIMIT] = { 400, 403, 400, "AOM.08001300",
                      "The maximum number of rules has been reached." },
    [FAULT_PROVISIONED] = { 403, 403, 403, "AOM.0403", NULL },
    [FAULT_DENIED] = { 403, 403, 403, "AOM.0403", "auth failed." },
    [FAULT_UNAUTHENTICATED] = { 401, 401, 401, "AOM.0403", "auth failed." },
    [FAULT_EXPIRED] = { 401, 401, 401, "AOM.0403", "auth failed." },
    [FAULT_REPLAYED] = { 401, 401, 401, "AOM.0403", "auth failed." },
    [FAULT_UNSUPPORTED] = { 400, 400, 400, "001", NULL },
    [FAULT_UNAVAILABLE] = { 503, 503, 503, "AOM.0503", "Service unavailable." },
    [FAULT_INTERNAL] = { 500, 500, 500, "APM.00000500", "Internal Server Error" },
};

void aom_refuse(struct request *rq, const char *api, const struct err *e)
{
    const struct fault_row *row = &fault_rows[e->fault];
    const char *code = row->code;

    if (strchr(code, '.') == NULL)
        code = arena_printf(rq->a, "AOM.08%s%s", api, code).p;
    aom_error(rq, row->aom, code,
              e->fault == FAULT_PROVISIONED ? "SC_FORBIDDEN" : "AUTH_FAILED",
              str_of(row->says != NULL ? row->says : e->text));
}

/* A body of 400 with the key error_type, as some operations have it. */
static void aom_error_typed(struct request *rq, const char *code, const char *type,
                            struct str message)
{
    struct buf b;
    struct json_out o;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "error_code", str_of(code));
    json_kv(&o, "error_msg", message);
    json_kv(&o, "error_type", str_of(type));
    json_kv(&o, "trace_id", STR(""));
    json_object_end(&o);
    answer_error(rq, 400, &b);
}

void aom_refuse_as(struct request *rq, const struct aom_codes *codes, const struct err *e)
{
    const char *code = codes->invalid, *says = e->text;

    if (e->fault == FAULT_NOT_FOUND && codes->missing != NULL) {
        code = codes->missing;
        says = codes->missing_says;
    } else if (e->fault == FAULT_EXISTS && codes->exists != NULL) {
        code = codes->exists;
        says = codes->exists_says;
    } else if (fault_rows[e->fault].aom != 400 || e->fault == FAULT_LIMIT) {
        aom_refuse(rq, "", e);
        return;
    }
    if (codes->type != NULL && code != codes->invalid)
        aom_error_typed(rq, code, codes->type, str_of(says));
    else
        aom_error(rq, 400, code, "", str_of(says));
}

void iam_refuse(struct request *rq, const struct err *e)
{
    iam_error(rq, fault_rows[e->fault].iam, str_of(e->text));
}

#define SMN_ROW(id, code, status, words) { (code), (status), STR_INIT(words) },
static const struct {
    const char *code;
    int status;
    struct str words;
} smn_rows[SMN_PROBLEM_COUNT] = { SMN_ERRORS(SMN_ROW) };
#undef SMN_ROW

void smn_error(struct request *rq, enum smn_problem problem)
{
    smn_body(rq, smn_rows[problem].status, smn_rows[problem].code,
             smn_rows[problem].words);
}

void smn_error_of(struct request *rq, enum smn_problem problem, const char *what)
{
    struct str words = smn_rows[problem].words;
    size_t at;

    if (str_find(words, STR("{}"), &at))
        words = arena_printf(rq->a, "%.*s%s%.*s", (int)at, words.p, what,
                             STR_ARG(str_from(words, at + 2)));
    smn_body(rq, smn_rows[problem].status, smn_rows[problem].code, words);
}

/* A parameter has its own code; the names are the wire's or the model's. */
static const struct {
    const char *field;
    enum smn_problem problem;
} smn_fields[] = {
    { "name", SMN_NAME },
    { "display_name", SMN_DISPLAY_NAME },
    { "protocol", SMN_PROTOCOL },
    { "endpoint", SMN_ENDPOINT },
    { "remark", SMN_REMARK },
    { "offset", SMN_PAGING },
    { "limit", SMN_PAGING },
    { "urn", SMN_TOPIC_URN },
    { "subscription_urns", SMN_SUBSCRIPTION_URN },
    { "content", SMN_CONTENT },
    { "message_template_name", SMN_BAD_TEMPLATE_NAME },
    { "message_structure", SMN_STRUCTURE },
    { "tags", SMN_TAG },
};

static enum smn_problem parameter_problem(const char *field)
{
    for (size_t i = 0; i < sizeof smn_fields / sizeof *smn_fields; i++)
        if (strcmp(field, smn_fields[i].field) == 0)
            return smn_fields[i].problem;
    return SMN_PROBLEM_COUNT;
}

void smn_put_problem(struct json_out *o, enum smn_problem problem, const struct err *e)
{
    if (problem == SMN_PROBLEM_COUNT)
        problem = parameter_problem(e->field);
    json_kv_i64(o, "http_code",
                problem == SMN_PROBLEM_COUNT ? 400 : smn_rows[problem].status);
    json_kv(o, "code",
            problem == SMN_PROBLEM_COUNT ? STR("APIG.0201")
                                         : str_of(smn_rows[problem].code));
    json_kv(o, "message",
            problem == SMN_PROBLEM_COUNT ? str_of(e->text) : smn_rows[problem].words);
}

void smn_refuse(struct request *rq, enum smn_problem missing, enum smn_problem full,
                const struct err *e)
{
    const struct fault_row *row = &fault_rows[e->fault];
    enum smn_problem problem =
        row->smn == 400 ? parameter_problem(e->field) : SMN_PROBLEM_COUNT;

    if (e->fault == FAULT_NOT_FOUND)
        problem = missing;
    else if (e->fault == FAULT_LIMIT)
        problem = full;
    else if (e->fault == FAULT_UNAVAILABLE)
        problem = SMN_BUSY;
    else if (e->fault == FAULT_INTERNAL)
        problem = SMN_INTERNAL;
    if (problem != SMN_PROBLEM_COUNT)
        smn_error(rq, problem);
    else
        smn_body(rq, row->smn, row->smn == 403 ? "SMN.0001" : "APIG.0201",
                 str_of(row->smn == 413 ? row->says : e->text));
}

void huawei_refuse(struct request *rq, const struct err *e)
{
    enum huawei_service service = huawei_of(rq)->service;

    if (service == HUAWEI_SMN)
        smn_refuse(rq, SMN_NO_TOPIC, SMN_TOPIC_LIMIT, e);
    else if (service == HUAWEI_IAM)
        iam_refuse(rq, e);
    else if (fault_rows[e->fault].aom == 400)
        /* no operation yet, so no number of its own: the service's code */
        aom_error(rq, 400, "AOM.0400", "", str_of(e->text));
    else
        aom_refuse(rq, "", e);
}

void huawei_denied(struct request *rq)
{
    enum huawei_service service = huawei_of(rq)->service;

    if (service == HUAWEI_SMN)
        smn_error(rq, SMN_DENIED);
    else if (service == HUAWEI_IAM)
        iam_error(rq, 403,
                  STR("You are not authorized to perform the requested action."));
    else
        aom_error(rq, 403, "AOM.0403", "AUTH_FAILED", STR("auth failed."));
}
