/* go_layout.h - Go's layouts of times ("2006-01-02 15:04:05"), cut into pieces. */
#ifndef TEXT_GO_LAYOUT_H
#define TEXT_GO_LAYOUT_H

#include "text/go_run.h"

enum go_piece {
    PIECE_NONE, /* the layout is at its end */
    PIECE_LONG_MONTH,
    PIECE_MONTH,
    PIECE_LONG_WEEKDAY,
    PIECE_WEEKDAY,
    PIECE_ZONE,
    PIECE_ZERO_MONTH,
    PIECE_ZERO_DAY,
    PIECE_ZERO_HOUR12,
    PIECE_ZERO_MINUTE,
    PIECE_ZERO_SECOND,
    PIECE_YEAR,
    PIECE_ZERO_YEARDAY,
    PIECE_HOUR,
    PIECE_NUM_MONTH,
    PIECE_LONG_YEAR,
    PIECE_DAY,
    PIECE_UNDER_DAY,
    PIECE_UNDER_YEARDAY,
    PIECE_HOUR12,
    PIECE_MINUTE,
    PIECE_SECOND,
    PIECE_PM,
    PIECE_PM_LOWER,
    PIECE_OFFSET, /* -07 and its kin: see struct go_chunk */
    PIECE_FRACTION
};

struct go_chunk {
    struct str before; /* literal */
    enum go_piece piece;
    bool z, colon, minutes, seconds; /* PIECE_OFFSET: Z for UTC, which parts */
    char mark, fill;                 /* PIECE_FRACTION: . or ,; 0 or 9 */
    int digits;
};

extern const char *const go_month_names[12], *const go_weekday_names[7];

/* Cuts the next piece off the layout. */
void go_layout_next(struct str *layout, struct go_chunk *out);

#endif
