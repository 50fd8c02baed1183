/* address_private.h - numeric addresses as the client judges them. */
#ifndef NET_ADDRESS_PRIVATE_H
#define NET_ADDRESS_PRIVATE_H

#include "base/str.h"

#include <sys/socket.h>

/* The longest text: an IPv6 address with an IPv4 tail. */
enum { ADDRESS_TEXT = 64 };

/* Numeric text of an IPv4 or IPv6 socket address; empty for other families.
 * An IPv4 address in IPv6 clothes (::ffff:1.2.3.4) is written as IPv4. */
struct str address_text(const struct sockaddr *sa, char text[static ADDRESS_TEXT]);

#endif
