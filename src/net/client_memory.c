/* client_memory.c - libcurl's memory: small allocations never fail here either. It would
 * go on without what it could not store, and a message would leave without its key, its
 * recipient or its proof of who sent it. */
#include "net/client_private.h"

#include <stdlib.h>
#include <string.h>

static void *sure(void *p, size_t n)
{
    if (p == NULL && n > 0)
        abort();
    return p;
}

static void *get(size_t n)
{
    return sure(malloc(n), n);
}

static void *get_zeros(size_t n, size_t each)
{
    return sure(calloc(n, each), n);
}

static void *get_more(void *p, size_t n)
{
    return sure(realloc(p, n), n);
}

static char *get_copy(const char *z)
{
    return sure(strdup(z), 1);
}

bool client_memory_init(void)
{
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, get, free, get_more, get_copy,
                                get_zeros) == CURLE_OK;
}
