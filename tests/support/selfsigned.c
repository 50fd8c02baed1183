#include "selfsigned.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static void drain(BIO *bio, char *to, int room)
{
    int n = BIO_read(bio, to, room - 1);

    assert(n > 0);
    to[n] = '\0';
    BIO_free(bio);
}

void selfsigned_make(struct selfsigned *out)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *cert_out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_mem());
    X509 *cert = X509_new();
    X509_NAME *name = X509_get_subject_name(cert);

    assert(key != NULL && cert_out != NULL && key_out != NULL);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(cert, name);
    X509_set_pubkey(cert, key);
    X509_sign(cert, key, EVP_sha256());
    PEM_write_bio_X509(cert_out, cert);
    PEM_write_bio_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL);
    drain(cert_out, out->cert_pem, sizeof out->cert_pem);
    drain(key_out, out->key_pem, sizeof out->key_pem);
    X509_free(cert);
    EVP_PKEY_free(key);
}
