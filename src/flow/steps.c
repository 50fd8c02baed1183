#include "flow/flow.h"

#define STEP_ROW(id, name, question) [STEP_##id] = { name, question },
const struct step_info steps[STEP_COUNT] = { STEPS(STEP_ROW) };
#undef STEP_ROW
