#include "text/look.h"

#include "model/alert.h"

const struct look *look_of(struct str severity, bool resolved)
{
    static const struct look green = { "#1b7a3d", "#2e9e57", "green", "Good", "info" };
    static const struct look looks[] = {
        { "#1a5fb4", "#3a7bd5", "blue", "Accent", "comment" },
        { "#866000", "#e3a008", "yellow", "Warning", "warning" },
        { "#ad4a0c", "#e8710a", "orange", "Warning", "warning" },
        { "#b3261e", "#d93025", "red", "Attention", "warning" },
    };

    return resolved ? &green : &looks[severity_rank(severity)];
}
