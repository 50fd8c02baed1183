/* refresh.h - alerts that were sent again and nothing but their ends moved: the payload
 * of an INPUT_REFRESH record.
 */
#ifndef MODEL_REFRESH_H
#define MODEL_REFRESH_H

#include "base/bytes.h"
#include "base/time.h"

struct refresh {
    uint64_t serial;   /* of the alert */
    int64_t ends_at;   /* wall ns; TIME_UNSET: not stated */
    int32_t ends_zone; /* seconds; 0 unless it is stated */
    int64_t timeout;   /* ns; as in struct alert_in; 0: the door said none */
};

/* As many as were sent, in their order; one alert may be there twice. */
void refreshes_encode(const struct refresh *v, size_t n, struct buf *out);

struct refreshes_reader {
    struct reader r;
    size_t left;
    struct refresh at;
    bool begun;
};
ok refreshes_open(struct str payload, struct refreshes_reader *out, struct err *e);
/* One after the other, while left > 0. */
ok refreshes_next(struct refreshes_reader *r, struct refresh *out, struct err *e);

#endif
