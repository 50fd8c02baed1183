/* go_data.h - a notification as Alertmanager's templates see it
 * (contracts/alertmanager.md 7.5). Nothing is copied: fields read the notification
 * and its alerts, which must outlive the run. */
#ifndef TEXT_GO_DATA_H
#define TEXT_GO_DATA_H

#include "model/notification.h"
#include "text/go_template.h"

struct go_data {
    struct str receiver; /* regex-quoted, as ever */
    struct str status;   /* firing or resolved */
    struct str external_url, reason;
    const struct alert *const *alerts;
    size_t alert_count;
    int64_t now; /* when it was decided: which of them are resolved */
    struct pairs group_labels, common_labels, common_annotations, route_labels;
};

/* Of the first `count` alerts. */
void go_data_init(struct go_data *d, const struct notification *n, size_t count,
                  struct arena *a);
/* What `.` is. */
struct go_value go_data_value(const struct go_data *d);
/* A set of labels or annotations, sorted by name; what `.GroupLabels` gives. */
struct go_value go_data_kv(const struct pairs *p);

#endif
