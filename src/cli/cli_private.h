/* cli_private.h - what commands share: options, asking the server, tables. */
#ifndef CLI_CLI_PRIVATE_H
#define CLI_CLI_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "cli/cli.h"

int help_run(int argc, char **argv);       /* cli.c */
int version_run(int argc, char **argv);    /* cli.c */
int get_run(int argc, char **argv);        /* get.c */
int status_run(int argc, char **argv);     /* get.c */
int explain_run(int argc, char **argv);    /* explain.c */
int ack_run(int argc, char **argv);        /* ack.c */
int report_run(int argc, char **argv);     /* report.c */
int backup_run(int argc, char **argv);     /* backup.c */
int silence_run(int argc, char **argv);    /* silence.c */
int template_run(int argc, char **argv);   /* template.c */
int deliveries_run(int argc, char **argv); /* deliveries.c */
int drill_run(int argc, char **argv);      /* drill.c */
int user_run(int argc, char **argv);       /* user.c */
int key_run(int argc, char **argv);        /* user.c */
int policy_run(int argc, char **argv);     /* user.c */

/* Says on stderr what is wrong and which command helps; gives CLI_USAGE. */
int cli_usage(const char *command, const char *fmt, ...) PRINTFLIKE(2, 3);
void cli_complain(const char *fmt, ...) PRINTFLIKE(1, 2);

/* ---- options (options.c) --------------------------------------------------- */

struct cli_server {
    const char *url, *token_file; /* NULL: BELFRY_URL and BELFRY_TOKEN, or the default */
    bool patient;                 /* what is asked for may take an hour */
};

struct cli_option {
    const char *name;   /* "--at" */
    const char **value; /* what stands behind it, or after '='; NULL: nothing does */
    bool *flag;         /* then this is set */
};

/* Takes options out of argv wherever they stand ("--" ends them) and leaves the rest
 * in it: its number, or -1 after a complaint. options: the command's own, which end
 * without a name (NULL: it has none); where the server is (cli_general_help) may be
 * said to all. */
int cli_options(const char *command, int argc, char **argv,
                const struct cli_option *options, struct cli_server *server);
/* -o table|json, NULL: not given. CLI_DONE, or CLI_USAGE after a complaint. */
int cli_form_check(const char *command, const char *output);
bool cli_is_json(const char *output);

/* ---- the server (ask.c) ---------------------------------------------------- */

struct cli_reply {
    int exit; /* CLI_DONE: body is a good answer; else it was complained of already */
    struct str body;
};

/* One request to a path of the native API; json empty: no body. */
struct cli_reply cli_request(const struct cli_server *server, const char *method,
                             const char *path, struct str json, struct arena *a);
/* One POST of JSON. */
struct cli_reply cli_ask(const struct cli_server *server, const char *path,
                         struct str json, struct arena *a);
/* The parsed answer, for json_doc_free; NULL: it is no JSON, and that was said. */
struct json_doc *cli_answer_parse(struct str body, struct json *root);

/* ---- tables (table.c) ------------------------------------------------------ */

struct cli_table {
    const char *const *heads; /* ends with NULL */
    const struct str *cells;  /* row after row */
    size_t rows;
    bool bare; /* without its heads */
};

/* Columns as wide as they must be, Chinese counted as two; control characters, which
 * would drive the terminal, become U+FFFD. */
void cli_table_put(struct buf *b, const struct cli_table *table);
/* The same care for a line of words. */
void cli_put_safe(struct buf *b, struct str s);

#endif
