/* selfsigned.h - a certificate for localhost that nobody trusts, made anew for
 * each test run: no key lies in the tree. */
#ifndef TESTS_SUPPORT_SELFSIGNED_H
#define TESTS_SUPPORT_SELFSIGNED_H

struct selfsigned {
    char cert_pem[4096], key_pem[4096];
};

void selfsigned_make(struct selfsigned *out);

#endif
