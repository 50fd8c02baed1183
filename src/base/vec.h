/* vec.h - a growing array of one type.
 *
 *     VEC(struct str) names = { 0 };
 *     vec_push(&names, STR("x"));
 *     for (size_t i = 0; i < names.n; i++) use(names.v[i]);
 *     vec_fini(&names);
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>

#define VEC(type)       \
    struct {            \
        type *v;        \
        size_t n, room; \
    }

void vec_grow(void *items, size_t *room, size_t need, size_t item);

#define vec_reserve(vec, need) vec_grow(&(vec)->v, &(vec)->room, (need), sizeof *(vec)->v)
#define vec_push(vec, ...) \
    (vec_reserve((vec), (vec)->n + 1), (void)((vec)->v[(vec)->n++] = (__VA_ARGS__)))
#define vec_clear(vec) ((void)((vec)->n = 0))
#define vec_fini(vec) (vec_free(&(vec)->v), (vec)->n = (vec)->room = 0)
void vec_free(void *items);

#endif
