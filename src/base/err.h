/* err.h - how a function says that it could not do its job.
 *
 * bool answers a question; ok reports an outcome, and the compiler will not
 * let one be dropped. The reason goes in a struct err the caller owns: a
 * closed fault for programs (each dialect maps it once, in one table), words
 * for people. A bug is not an error: it asserts.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define CHECKED [[nodiscard]]
#define PRINTFLIKE(fmt, args) __attribute__((format(printf, fmt, args)))

typedef enum CHECKED ok { FAILED, OK } ok;

/* clang-format off */
#define FAULTS(F)                                                             \
    F(INVALID, "invalid")         /* a value is outside its bounds */         \
    F(MISSING, "missing")         /* a mandatory value is absent */           \
    F(UNKNOWN_FIELD, "unknown_field")                                         \
    F(SYNTAX, "syntax")           /* the bytes do not parse */                \
    F(TOO_LARGE, "too_large")     /* body, depth, record */                   \
    F(NOT_FOUND, "not_found")                                                 \
    F(EXISTS, "exists")           /* a create met an object of that name */   \
    F(CONFLICT, "conflict")       /* If-Match names another revision */       \
    F(IN_USE, "in_use")                                                       \
    F(LIMIT, "limit")             /* a quota is full */                       \
    F(PROVISIONED, "provisioned") /* the object comes from a file */          \
    F(DENIED, "denied")           /* authenticated, but no policy allows */   \
    F(UNAUTHENTICATED, "unauthenticated")                                     \
    F(EXPIRED, "expired")         /* token, link or signature too old */      \
    F(REPLAYED, "replayed")       /* this nonce was used */                   \
    F(UNSUPPORTED, "unsupported")                                             \
    F(UNAVAILABLE, "unavailable") /* not now: queue full, disk, stopping */   \
    F(INTERNAL, "internal")
/* clang-format on */

#define FAULT_NAME(name, word) FAULT_##name,
enum fault { FAULTS(FAULT_NAME) FAULT_COUNT };
#undef FAULT_NAME

struct err {
    enum fault fault;
    char field[64]; /* the input at fault, "" when it is none of them */
    char text[400]; /* for a person; no program reads it */
};

/* Fills *e and returns FAILED, so a refusal is one line. */
ok fail(struct err *e, enum fault fault, const char *field, const char *fmt, ...)
    PRINTFLIKE(4, 5);

/* The word of a fault as the native API and the logs print it. */
const char *fault_word(enum fault fault);

#endif
