/* alertmanager_yml_private.h - the parts of the reader: one file a part of the file. */
#ifndef APP_ALERTMANAGER_YML_PRIVATE_H
#define APP_ALERTMANAGER_YML_PRIVATE_H

#include "app/alertmanager_yml.h"
#include "app/settings_tree.h"

struct yml_reading {
    struct settings_reading tree;
    struct arena *a;      /* = tree.a */
    struct complaints *c; /* = tree.c */
    struct complaints *warned;
    struct go_templates *templates; /* of the files, and ours */
    struct yaml_node *file;         /* the whole, by yml_file_table */
    bool every_kind;
    struct alertmanager_yml *out;
};

/* A kind of receiver: the key is its name and "_configs". */
struct yml_kind {
    const char *name;
    const struct setting_table *table;
    const char *channel; /* model/channel_kind.h */
    const char *address; /* the key that says where to; NULL: nothing says it */
    bool ours;           /* Alertmanager does not know it */
    /* Rules between keys; NULL: none. */
    void (*check)(struct yml_reading *r, struct yaml_node *entry);
};
extern const struct yml_kind yml_kinds[]; /* ends with a NULL name */
/* A key of a receiver's entry that has global's value where it has none. */
struct yml_inherited {
    const char *kind, *key, *global;
    const char *missing; /* the complaint if neither has one; NULL: it may lack */
};
extern const struct yml_inherited yml_inherited[]; /* ends with a NULL kind */

extern const struct setting_table yml_file_table, yml_http_table, yml_tls_table,
    yml_receiver_table;

/* alertmanager_yml_checks.c */
void yml_check_email(struct yml_reading *r, struct yaml_node *entry);
void yml_check_pagerduty(struct yml_reading *r, struct yaml_node *entry);
void yml_check_slack(struct yml_reading *r, struct yaml_node *entry);
void yml_check_opsgenie(struct yml_reading *r, struct yaml_node *entry);
void yml_check_wechat(struct yml_reading *r, struct yaml_node *entry);
void yml_check_dingtalk(struct yml_reading *r, struct yaml_node *entry);
void yml_check_feishu(struct yml_reading *r, struct yaml_node *entry);
void yml_check_wecom(struct yml_reading *r, struct yaml_node *entry);
void yml_check_victorops(struct yml_reading *r, struct yaml_node *entry);
void yml_check_pushover(struct yml_reading *r, struct yaml_node *entry);
void yml_check_sns(struct yml_reading *r, struct yaml_node *entry);
void yml_check_telegram(struct yml_reading *r, struct yaml_node *entry);
void yml_check_webex(struct yml_reading *r, struct yaml_node *entry);
void yml_check_incidentio(struct yml_reading *r, struct yaml_node *entry);
void yml_check_count(struct yml_reading *r, struct yaml_node *entry);
void yml_check_webhook(struct yml_reading *r, struct yaml_node *entry);
/* alertmanager_yml_http.c; once for each that stands in the file. */
void yml_check_http(struct yml_reading *r, struct yaml_node *http);
void yml_check_tls(struct yml_reading *r, const struct yaml_node *tls);

/* Each reads its part of r->file into r->out, complaining. */
void yml_read_receivers(struct yml_reading *r);   /* alertmanager_yml_receivers.c */
void yml_read_intervals(struct yml_reading *r);   /* alertmanager_yml_times.c */
void yml_read_routes(struct yml_reading *r);      /* alertmanager_yml_routes.c */
void yml_read_inhibitions(struct yml_reading *r); /* alertmanager_yml_matchers.c */
void yml_read_templates(struct yml_reading *r);   /* alertmanager_yml_templates.c */
void yml_check_texts(struct yml_reading *r);      /* alertmanager_yml_texts.c; last */

/* match, match_re and matchers of a node under these three keys; sorted. */
struct matchers yml_matchers(struct yml_reading *r, const struct yaml_node *node,
                             const char *const keys[3]);
/* A list of texts, a map of texts; from the arena. */
struct strs yml_strs(struct yml_reading *r, const struct yaml_node *map, const char *key);
struct labels yml_labels(struct yml_reading *r, const struct yaml_node *map,
                         const char *key);
bool yml_has_receiver(const struct yml_reading *r, struct str name);
bool yml_has_interval(const struct yml_reading *r, struct str name);

#endif
