/* config.h - the configuration file: one table gives the parser, the defaults and
 * the documentation (`belfry config doc`). Keys are DESIGN 11's. */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/alertmanager_yml.h"
#include "base/setting.h"
#include "channel/channels.h"
#include "channel/email.h"

struct config_webhook {
    struct str url;
    bool send_resolved;
    int64_t max_alerts;
};

struct config_route {
    struct str name, account;
    struct strs matchers, group_by;
    int64_t group_wait, group_interval, repeat_interval;
    bool disabled;
    struct strs contact_groups, action_rules;
    struct setting_list webhooks; /* struct config_webhook */
    struct str escalation;
};

struct config_heartbeat {
    struct str name, account;
    int64_t period, grace;
    struct strs matchers, labels, annotations;
};

struct config_step {
    int64_t after, repeats, every;
    struct strs contact_groups, action_rules;
};

struct config_escalation {
    struct str name, account, min_severity;
    struct setting_list steps; /* struct config_step */
};

struct config_key {
    struct str id, secret, security_token;
};

struct config_user {
    struct str name, id, password, password_hash, bearer;
    struct setting_list access_keys; /* struct config_key */
    struct strs policies;
};

struct config_account {
    struct str name, uid, project_id;
    struct {
        struct str id, name;
    } domain;
    int64_t resolve_timeout, silence_retention;
    struct {
        bool reload_restarts_timers, repeat_at_tick, silenced_ends_untold;
    } timing;
    struct setting_list users; /* struct config_user */
};

struct config {
    struct str listen, external_url, region, data_dir, route_prefix, log_level, user;
    bool confine;
    struct strs writable;
    struct {
        struct str cert_file, key_file;
    } tls;
    struct strs trusted_proxies;
    struct email_settings smtp;
    struct channels_settings channels;
    int64_t clock_skew;
    int64_t user_rate;    /* of CloudMonitor's API; 0: any */
    int64_t memory_limit; /* MiB; 0: what the system leaves us */
    bool deny_private_addresses;
    struct strs allow_addresses;
    bool activate_at_once;
    struct {
        int64_t retention, max_rows;
    } history;
    struct str ping_url;
    int64_t ping_interval;
    struct {
        struct str account, auth, config_file;
    } alertmanager;
    struct setting_list routes;      /* struct config_route */
    struct setting_list escalations; /* struct config_escalation */
    struct setting_list heartbeats;  /* struct config_heartbeat */
    struct setting_list accounts;    /* struct config_account */
    /* Not keys: */
    struct strs listen_also;
    bool open_anywhere; /* alertmanager.auth: none is no mistake off loopback */
    int64_t get_concurrency;
    bool classic_names;           /* label names of alerts and silences: ASCII words */
    struct str cluster_address;   /* empty: none */
    const struct yaml_node *root; /* of the file, for config_show.h */
    const struct alertmanager_yml *yml; /* of alertmanager.config_file; NULL: none */
};

extern const struct setting_table config_table;

/* Fills `out` (of table->size) with defaults and what the node says; complains about
 * unknown keys (did you mean?), wrong kinds, missing mandatory keys: all at once. */
void settings_fill(const struct setting_table *table, const struct yaml_node *node,
                   void *out, struct arena *a, struct complaints *c);

/* Reads and judges a whole file; `path` empty: defaults only; `listen`, unless
 * empty, wins over the file's. On FAILED every complaint was written to `said`. */
ok config_read(struct str path, struct str listen, struct arena *a, struct config *out,
               struct buf *said);

/* host:port, [v6]:port, :port. */
ok listen_parse(struct str listen, struct arena *a, struct str *host, uint16_t *port,
                struct err *e);
/* The file that alertmanager.config_file names, into out->yml. Complaints go to said. */
ok config_read_yml(struct config *out, struct arena *a, struct buf *said);
ok file_read(struct str path, size_t limit, struct arena *a, struct str *out,
             struct err *e);

#endif
