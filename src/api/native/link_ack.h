/* link_ack.h - the page behind the link in a message that takes its alerts on. */
#ifndef API_NATIVE_LINK_ACK_H
#define API_NATIVE_LINK_ACK_H

#include "api/native/link_page.h"

/* Answers, if the token is one of these; false: it is not, and nothing was done. GET
 * shows, POST acts. `lang`: until more is known. */
bool link_ack_serve(struct request *rq, struct str token, enum lang lang);

#endif
