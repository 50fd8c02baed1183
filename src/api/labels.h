/* labels.h - labels out of a client's JSON, for the doors that take them as they are. */
#ifndef API_LABELS_H
#define API_LABELS_H

#include "base/json.h"
#include "model/alert.h"

/* Ours, far above what anybody needs: they bound what one alert can cost. What an object
 * of the book says of labels has limits of its own: book/limits.h. */
enum {
    ALERT_LABELS_MAX = 512, /* and as many annotations */
    LABEL_BYTES_MAX = 64 * 1024,
    ANNOTATION_BYTES_MAX = 256 * 1024,
    GENERATOR_BYTES_MAX = 8 * 1024
};

/* An object of strings: sorted, each name once (the last one counts), null as the
 * empty string. Strings are the document's, the array the arena's. SYNTAX: it is no
 * object of strings. */
ok pairs_of_json(struct json object, struct arena *a, struct pairs *out, struct err *e);
/* Of an alert in a row of history, which we wrote ourselves; all of it the arena's. */
struct pairs pairs_of_row(struct json object, struct arena *a);
/* A label with an empty value is no label. */
struct pairs labels_without_empty(struct pairs labels, struct arena *a);
/* At least one label, names not empty, no NUL, within the bounds above. The words are
 * Alertmanager's where it has some. */
ok labels_check(struct pairs labels, struct err *e);
ok annotations_check(struct pairs annotations, struct err *e);

#endif
