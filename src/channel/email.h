/* email.h - settings of the mail channel (config key `smtp`). */
#ifndef CHANNEL_EMAIL_H
#define CHANNEL_EMAIL_H

#include "base/setting.h"
#include "base/str.h"

struct email_settings {
    struct str host; /* empty: no mail can be sent */
    int64_t port;    /* 0: 465 with implicit TLS, else 587 */
    struct str from; /* ops@example.com, or "Belfry <ops@example.com>" */
    struct str tls;  /* none, starttls, implicit; empty: see email.c */
    struct str username, password;
    struct str ca_file; /* empty: the system's */
    struct str hello;   /* empty: the domain of `from` */
};
extern const struct setting_table email_setting_table;

#endif
