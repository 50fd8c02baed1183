/* alertmanager_yml.h - an Alertmanager configuration file (contracts/alertmanager.md 5)
 * as what the book needs: read, judged, defaults and inherited values filled in.
 *
 * Everything is in the arena. What is secret is still plain here: provision.c seals it.
 */
#ifndef APP_ALERTMANAGER_YML_H
#define APP_ALERTMANAGER_YML_H

#include "app/yaml.h"
#include "model/objects.h"

/* One entry of a receiver before its secrets are sealed. */
struct integration_in {
    struct str kind;
    int64_t index;
    bool send_resolved;
    int64_t max_alerts, timeout;
    enum channel_kind channel;
    struct strs addresses; /* plain */
    struct str settings;   /* JSON: the entry's keys, defaults and global's filled in */
};

struct receiver_in {
    struct receiver receiver; /* but its integrations */
    const struct integration_in *v;
    size_t n;
};

struct alertmanager_yml {
    struct str path;
    int64_t resolve_timeout;
    const struct route *routes; /* the root first, a parent before its children */
    size_t route_count;
    const struct receiver_in *receivers;
    size_t receiver_count;
    const struct inhibition *inhibitions;
    size_t inhibition_count;
    const struct time_interval *intervals;
    size_t interval_count;
    struct strs zones; /* IANA names that the intervals use, each once */
    struct template_files templates;
    struct str original; /* the file as it is in force: YAML, secrets masked */
    struct str seen;     /* all bytes it was made of, secrets too: for a keyed digest */
};

/* Reads and judges the file and all that it names. Complaints, all at once, go to
 * `said`, a line each; when it is fine, what it should be warned of. `every_kind`: receivers whose channel cannot deliver yet are no
 * error (for whoever only wants to check a file). */
ok alertmanager_yml_read(struct str path, bool every_kind, struct arena *a,
                         struct alertmanager_yml *out, struct buf *said);
/* The same for text at hand; `path` names it and its folder. */
ok alertmanager_yml_parse(struct str text, struct str path, bool every_kind,
                          struct arena *a, struct alertmanager_yml *out,
                          struct buf *said);

#endif
