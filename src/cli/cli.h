/* cli.h - every command but `serve`. Data goes to stdout, words to stderr.
 *
 * Exit codes are a contract: scripts branch on them. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_DIFFERS = 3, /* an expectation was not met */
    CLI_REFUSED = 4, /* not signed in, or not allowed */
    CLI_NOT_FOUND = 5,
    CLI_UNREACHED = 6 /* no server there, or no answer in time */
};

struct command {
    const char *name, *synopsis;       /* "explain", "LABEL=VALUE... [--at TIME]" */
    const char *summary;               /* a line */
    const char *help;                  /* the options and what else there is to know */
    int (*run)(int argc, char **argv); /* what stands behind the name */
};
extern const struct command commands[]; /* ends with a NULL name */
extern const char cli_general_help[];   /* options that all who ask a server take */

int cli_main(int argc, char **argv);

#endif
