/* history_row.c - a row of history as JSON, and as a line of CSV (RFC 4180). */
#include "api/native/history_row.h"

#include "api/native/native_private.h"

#include <stdio.h>

const struct row_kind_name row_kind_names[ROW_KIND_NAMES] = {
    { "decision", ROW_DECISION },
    { "attempt", ROW_ATTEMPT },
    { "audit", ROW_AUDIT },
    { "alert", ROW_ALERT },
};

static struct str kind_name(enum row_kind kind)
{
    for (size_t i = 0; i < ROW_KIND_NAMES; i++)
        if (row_kind_names[i].kind == kind)
            return str_of(row_kind_names[i].name);
    return STR("");
}

/* ---- JSON ------------------------------------------------------------------ */

static void put_given(struct json_out *o, const char *key, struct str value)
{
    if (value.n > 0)
        json_kv(o, key, value);
}

static void put_alert(struct json_out *o, const struct history_row *row)
{
    char fingerprint[17], id[32];
    struct buf b = { .p = id, .room = sizeof id, .limit = sizeof id };

    if (row->serial == 0)
        return;
    snprintf(fingerprint, sizeof fingerprint, "%016llx",
             (unsigned long long)row->fingerprint);
    alert_put_id(&b, row->serial);
    json_key(o, "alert");
    json_object(o);
    json_kv(o, "id", buf_str(&b));
    json_kv(o, "fingerprint", str_of(fingerprint));
    json_kv(o, "alertname", row->alertname);
    json_object_end(o);
}

void history_row_json(struct json_out *o, const struct history_row *row)
{
    enum suppression why;
    char id[32];

    snprintf(id, sizeof id, "%llu-%u", (unsigned long long)row->seq, row->n);
    json_object(o);
    json_kv(o, "id", str_of(id));
    native_put_time(o, "at", row->at);
    json_kv(o, "kind", kind_name(row->kind));
    put_alert(o, row);
    json_kv(o, "word", row->word);
    put_given(o, "reason", row->reason);
    if (row->kind == ROW_DECISION && suppression_of_name(row->word, &why))
        put_given(o, "fix", str_of(suppression_fix(why)));
    put_given(o, "route", row->route);
    put_given(o, "contact_group", row->contact_group);
    put_given(o, "action_rule", row->action_rule);
    put_given(o, "topic", row->topic);
    put_given(o, "to", row->to);
    put_given(o, "channel", row->channel);
    put_given(o, "address", row->shown);
    put_given(o, "key", row->key);
    if (row->attempt > 0)
        json_kv_i64(o, "attempt", row->attempt);
    if (row->detail.n > 0) {
        json_key(o, "detail");
        json_raw(o, row->detail);
    }
    json_object_end(o);
}

/* ---- CSV ------------------------------------------------------------------- */

/* What people open in a spreadsheet must not be run by it: a cell that a formula could
 * begin gets an apostrophe, as such programs expect of text. */
static void put_cell(struct buf *b, struct str s)
{
    bool formula = s.n > 0 && strchr("=+-@\t\r", s.p[0]) != NULL && s.p[0] != '\0';

    buf_z(b, formula ? "\"'" : "\"");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

static void put_number(struct buf *b, struct json v)
{
    if (json_is(v, JSON_INT) && json_int(v) != 0)
        buf_i64(b, json_int(v));
}

/* Of the row's detail. */
static const struct {
    const char *name;
    bool number;
} details[] = {
    { "status", true },     { "code", true },        { "meaning", false },
    { "said", false },      { "remote", false },     { "started", false },
    { "connected", false }, { "finished", false },   { "next_try", false },
    { "subject", false },   { "alert_count", true }, { "firing_count", true },
    { "resent_of", false }, { "by", false },
};

void history_csv_head(struct buf *b)
{
    buf_z(b, "at,id,kind,word,reason,alertname,fingerprint,route,contact_group,"
             "action_rule,topic,to,channel,address,key,attempt");
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        buf_printf(b, ",%s", details[i].name);
    buf_z(b, "\r\n");
}

static void put_own(struct buf *b, const struct history_row *row)
{
    const struct str texts[] = { row->route,       row->contact_group,
                                 row->action_rule, row->topic,
                                 row->to,          row->channel,
                                 row->shown,       row->key };

    time_put(b, row->at, 0, 3);
    buf_printf(b, ",%llu-%u,", (unsigned long long)row->seq, row->n);
    buf_add(b, kind_name(row->kind));
    buf_char(b, ',');
    put_cell(b, row->word);
    buf_char(b, ',');
    put_cell(b, row->reason);
    buf_char(b, ',');
    put_cell(b, row->alertname);
    buf_char(b, ',');
    if (row->serial != 0)
        buf_printf(b, "\"%016llx\"", (unsigned long long)row->fingerprint);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_char(b, ',');
        put_cell(b, texts[i]);
    }
    buf_char(b, ',');
    if (row->attempt > 0)
        buf_i64(b, row->attempt);
}

void history_row_csv(struct buf *b, const struct history_row *row, struct json_doc *doc)
{
    struct json detail = { 0 };
    struct err e;

    put_own(b, row);
    if (row->detail.n > 0 && json_parse(doc, row->detail, &detail, &e) == FAILED)
        detail = (struct json){ 0 };
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        struct json v = json_get(detail, str_of(details[i].name));

        buf_char(b, ',');
        if (details[i].number)
            put_number(b, v);
        else if (json_str(v).n > 0)
            put_cell(b, json_str(v));
    }
    buf_z(b, "\r\n");
}
