/* operations.h - the table of operations, and the page of documentation read off it. */
#ifndef API_ALIBABA_OPERATIONS_H
#define API_ALIBABA_OPERATIONS_H

#include "api/api.h"

/* Every operation that is answered. */
extern const struct operation alibaba_operations[];
extern const size_t alibaba_operation_count;

/* Of the vendor's SDK, by name; ends with NULL. */
extern const char *const known_operations[];

/* NULL: none of that name; then *known tells whether CloudMonitor has it. */
const struct operation *alibaba_operation(struct str action, bool *known);

/* doc/api/alibaba.md between its two marks: what is answered, then what is not. */
void alibaba_operations_doc(struct buf *out);

#endif
