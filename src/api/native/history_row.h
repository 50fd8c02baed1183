/* history_row.h - a row of history for who asks. Any thread. */
#ifndef API_NATIVE_HISTORY_ROW_H
#define API_NATIVE_HISTORY_ROW_H

#include "base/json.h"
#include "flow/flow.h"

enum { ROW_KIND_NAMES = 4 };
struct row_kind_name {
    const char *name;
    enum row_kind kind;
};
extern const struct row_kind_name row_kind_names[ROW_KIND_NAMES];

void history_row_json(struct json_out *o, const struct history_row *row);

/* Lines that end in CR LF; texts are quoted, and none begins a formula. */
void history_csv_head(struct buf *b);
void history_row_csv(struct buf *b, const struct history_row *row, struct json_doc *doc);

#endif
