/* console.h - the console's pages, embedded in the binary.
 *
 * Files built from web/, each as it is, gzipped and in brotli, with a strong ETag of
 * its own. A page's address below /console/ that names no file is the page itself: the
 * script in it knows what to show. Nothing here knows an account; the pages ask the
 * native API. */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "net/server.h"

/* Serves one call at or below /console; prefix: the server's route prefix, cut off. */
void console_serve(struct str prefix, struct http_call *call);

#endif
