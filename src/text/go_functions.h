/* go_functions.h - the functions of the table in go_functions.c. */
#ifndef TEXT_GO_FUNCTIONS_H
#define TEXT_GO_FUNCTIONS_H

#include "text/go_run.h"

#define GO_CALL(name) \
    ok name(struct go_run *x, const struct go_value *args, size_t n, struct go_value *out)

/* go_builtin.c: Go's own */
GO_CALL(go_call_and_or);
GO_CALL(go_call_call);
GO_CALL(go_call_html);
GO_CALL(go_call_index);
GO_CALL(go_call_js);
GO_CALL(go_call_len);
GO_CALL(go_call_not);
GO_CALL(go_call_print);
GO_CALL(go_call_printf);
GO_CALL(go_call_println);
GO_CALL(go_call_slice);
GO_CALL(go_call_urlquery);
/* go_compare.c */
GO_CALL(go_call_eq);
GO_CALL(go_call_ne);
GO_CALL(go_call_lt);
GO_CALL(go_call_le);
GO_CALL(go_call_gt);
GO_CALL(go_call_ge);
/* go_words.c: texts */
GO_CALL(go_call_upper);
GO_CALL(go_call_lower);
GO_CALL(go_call_title);
GO_CALL(go_call_trim_space);
GO_CALL(go_call_join);
GO_CALL(go_call_match);
GO_CALL(go_call_replace);
GO_CALL(go_call_safe_html);
GO_CALL(go_call_safe_url);
GO_CALL(go_call_string_slice);
/* go_codes.c: encodings and collections */
GO_CALL(go_call_url_unescape);
GO_CALL(go_call_base64_encode);
GO_CALL(go_call_base64_decode);
GO_CALL(go_call_to_json);
GO_CALL(go_call_list);
GO_CALL(go_call_append);
GO_CALL(go_call_dict);
GO_CALL(go_call_route_labels);
/* go_clock.c: times */
GO_CALL(go_call_date);
GO_CALL(go_call_tz);
GO_CALL(go_call_since);
GO_CALL(go_call_now);
GO_CALL(go_call_humanize);
GO_CALL(go_call_to_date);
GO_CALL(go_call_must_to_date);

#endif
