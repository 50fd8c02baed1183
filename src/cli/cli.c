/* cli.c - which command? */
#include "cli/cli_private.h"

#include <stdarg.h>
#include <stdio.h>

const char cli_general_help[] =
    "  --url URL          the server; default $BELFRY_URL or http://127.0.0.1:9093\n"
    "  --token-file FILE  a native API key, or a first-run.txt; default $BELFRY_TOKEN,\n"
    "                     or belfry-data/first-run.txt for the default server\n";

const struct command commands[] = {
    { "explain", "LABEL=VALUE... [--at TIME] [-o table|json] [--expect NAME,...]",
      "who would be told of an alert, through what, and why or why not",
      "  --at TIME          as if it fired then (2026-11-22T03:10:00+08:00)\n"
      "  -o table|json      for people, or as the server answers\n"
      "  --expect LIST      exactly these are told, else exit code 3: receivers, or\n"
      "                     receiver:channel, separated by commas; \"\" for nobody\n",
      explain_run },
    { "deliveries",
      "[FILTER...] [--csv|--json|--follow] | resend KEY...|--failed-since TIME",
      "who was told what, who was not and why, and once more what failed",
      "  --to NAME          contact, topic or receiver\n"
      "  --group, --rule, --topic, --route, --channel NAME\n"
      "  --alertname NAME, --alert ID|FINGERPRINT, --filter 'team=\"ops\"'\n"
      "  --word WORD        told, delivered, refused, silenced, not_routed...\n"
      "  --failed           only what was refused or given up\n"
      "  --kind LIST        decision, attempt, alert\n"
      "  --since, --until   a time, or how long ago: 1h, 2d\n"
      "  --order oldest     default: the newest first\n"
      "  --limit N          1 to 1000; with --csv any number, all by default\n"
      "  --follow           shows what comes, too\n"
      "resend sends a message once more under a new key, or with --failed-since and any\n"
      "of the filters all that failed; --dry-run only counts them.\n",
      deliveries_run },
    { "test", "contact|group|rule|topic|receiver|route NAME [--wait]",
      "sends a test, marked [DRILL], to whoever would be told",
      "  --wait             until each arrived or failed; exit code 1: one failed\n"
      "  --channel CHANNEL  only to addresses of this channel\n"
      "  --address ADDRESS  only to this one, as lists show it\n"
      "  --lang en|zh-cn    default: each reader's own\n"
      "  -o json            as the server answers\n",
      drill_run },
    { "silence",
      "add MATCHER... --for 2h [--comment WHY] | list [MATCHER...] | expire ID...",
      "keeps alerts from being told for a while",
      "  MATCHER            team=ops, 'host=~\"db.*\"', sev!=info; all must match\n"
      "  --for DURATION     how long, from now or from --start: 30m, 2h, 1d\n"
      "  --start TIME       when it begins (2026-11-22T03:10:00+08:00); default now\n"
      "  --comment WHY      for whoever reads the list\n"
      "  --author NAME      default: the user of the key\n"
      "  -o table|json      of list, for people or for programs\n"
      "list shows what is active or pending, with these very matchers if given; add\n"
      "prints the id.\n",
      silence_run },
    { "template",
      "render|check FILE... [--kind go|html|aom] [--alert ID | --delivery KEY]",
      "what a template makes of an alert, or where it is wrong",
      "  --kind KIND        go (the default), html or aom\n"
      "  --alert ID         of this alert, by its id or fingerprint; default: a sample\n"
      "  --delivery KEY     as this delivery was, by its key in the history\n"
      "  --lang en|zh-cn    of built-in words in it\n",
      template_run },
    { "ack", "ID|MATCHERS... [--for 2h] [--comment WHY] | back ID...",
      "takes alerts on: no reminders, nobody else is called",
      "  ID                 of an alert, 19 digits\n"
      "  MATCHERS           all that fires and that they name: "
      "team=\"ops\",job=~\"db.*\"\n"
      "  --for DURATION     how long: 30m, 2h, 1d; default until it is resolved\n"
      "  --comment WHY      for whoever reads the list\n"
      "  --by NAME          default: the user of the key\n",
      ack_run },
    { "report", "--group NAME [--lang en|zh-cn] [--zone ZONE]",
      "the weekly report of a contact group, as it would be now",
      "  --group NAME       one with enable_subscribed\n"
      "  --lang en|zh-cn    default: en\n"
      "  --zone ZONE        of a member (Asia/Shanghai); default: the first\n",
      report_run },
    { "backup", "", "a copy of the data folder while the server runs",
      "Prints the folder, below the server's data folder. The keys (master.key,\n"
      "signing.key) are not in it, as a copy that has them opens every secret: keep "
      "those\n"
      "apart, and put them beside the copied files to start a server on them.\n",
      backup_run },
    { "get", "KIND [NAME] [-l MATCHERS] [-o table|json]",
      "what there is: alerts, contacts, groups, routes, silences and more",
      "  KIND               alerts, contacts, groups, routes, silences, topics,\n"
      "                     subscriptions, action-rules, templates, metric-rules,\n"
      "                     inhibitions, time-intervals, escalations, receivers,\n"
      "                     heartbeats, users\n"
      "  NAME               of one, all of it as JSON\n"
      "  -l MATCHERS        only such alerts: team=\"ops\",job=~\"db.*\"\n"
      "  -o table|json      for people, or as the server answers\n",
      get_run },
    { "status", "", "is the server well, and what went through it",
      "Prints what the server says of itself, as JSON.\n", status_run },
    { "user", "list | show NAME | put NAME POLICY... | delete NAME",
      "who may call the APIs, beside those of the configuration file",
      "  POLICY             full-access, read-only, or a file with a RAM policy "
      "document\n"
      "put sets the policies of a user, and makes one.\n",
      user_run },
    { "key", "add USER | disable|enable|rotate|delete USER ID",
      "access keys: they sign what the SDKs send",
      "add prints the key with its secret, which is shown never again; rotate does so,\n"
      "too, and disables the old one. A user may have several.\n",
      key_run },
    { "policy", "test ACTION POLICY...|--user NAME",
      "may somebody do this? exit code 0: yes, 3: no",
      "  ACTION             cms:PutContactGroup\n"
      "  POLICY             full-access, read-only, or a file with a RAM policy "
      "document\n"
      "  --user NAME        with the policies of this user instead\n"
      "  --resource ARN     default: acs:cms:REGION:UID:*\n"
      "  --source-ip IP     where the request would come from; default: here\n"
      "  --at TIME          when (2026-11-22T03:10:00+08:00); default: now\n"
      "  --secure           as if by HTTPS\n",
      policy_run },
    { "version", "", "the version of this program", "", version_run },
    { "help", "[COMMAND]", "all commands, or one of them at length", "", help_run },
    { NULL, NULL, NULL, NULL, NULL },
};

static const char serve_line[] = "serve [--config FILE] [--listen ADDR:PORT] "
                                 "[--data DIR] [--user NAME]";

/* ---- words ----------------------------------------------------------------- */

void cli_complain(const char *fmt, ...)
{
    va_list ap;

    fputs("belfry: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

int cli_usage(const char *command, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "belfry %s: ", command);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\nSee: belfry help %s\n", command);
    return CLI_USAGE;
}

static const struct command *find(const char *name)
{
    for (const struct command *c = commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void put_all(FILE *to)
{
    fprintf(to,
            "Belfry tells the right people that something is wrong, and can prove "
            "it.\n\n  belfry %s\n      the server\n"
            "  belfry alertmanager --config.file=FILE [FLAG...]\n"
            "      the server in Alertmanager's place: its flags, its file (--help)\n"
            "  belfry key rotate-master [--data DIR]\n"
            "      a stopped server's secrets under a new master key\n"
            "  belfry check-config FILE...\n"
            "      is a configuration right? ours, or an alertmanager.yml\n",
            serve_line);
    for (const struct command *c = commands; c->name != NULL; c++)
        fprintf(to, "  belfry %s%s%s\n      %s\n", c->name,
                c->synopsis[0] != '\0' ? " " : "", c->synopsis, c->summary);
    fprintf(to, "\nExit codes: 0 done, 1 failed, 2 usage, 3 differs from what was "
                "expected,\n4 not signed in or not allowed, 5 not found, 6 server not "
                "reached.\n");
}

int help_run(int argc, char **argv)
{
    const struct command *c;

    if (argc == 0) {
        put_all(stdout);
        return CLI_DONE;
    }
    c = find(argv[0]);
    if (c == NULL)
        return cli_usage("help", "there is no command \"%s\"", argv[0]);
    printf("belfry %s%s%s\n%s.\n", c->name, c->synopsis[0] != '\0' ? " " : "",
           c->synopsis, c->summary);
    if (c->help[0] != '\0')
        printf("\n%s%s", c->help, cli_general_help);
    return CLI_DONE;
}

int version_run(int argc, char **argv)
{
    (void)argv;
    if (argc > 0)
        return cli_usage("version", "it takes no arguments");
    printf("belfry %s\n", BELFRY_VERSION);
    return CLI_DONE;
}

/* "belfry explain --help", wherever it stands before "--". */
static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int cli_main(int argc, char **argv)
{
    const struct command *c;
    const char *name = argc > 1 ? argv[1] : "";

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    c = find(name);
    if (c != NULL && asks_for_help(argc - 2, argv + 2))
        return help_run(1, argv + 1);
    if (c != NULL)
        return c->run(argc - 2, argv + 2);
    if (name[0] != '\0')
        cli_complain("there is no command \"%s\"", name);
    put_all(stderr);
    return CLI_USAGE;
}
