/* web_config.c - Prometheus' web configuration: TLS, and who may come in. What would
 * make the server safer and cannot be had here is refused, not read over. */
#include "app/dropin.h"

#include "app/settings_tree.h"

enum { WEB_CONFIG_MAX = 1024 * 1024, BCRYPT_LENGTH = 60 };

/* clang-format off */
#define END { NULL, SETTING_STR, 0, NULL, NULL, NULL }
#define KEY(name, kind, initially, doc) { name, SETTING_##kind, 0, initially, doc, NULL }
#define SUB(name, table, doc) { name, SETTING_SECTION, 0, "", doc, table }
static const struct setting tls_rows[] = {
    KEY("cert_file", FILE, NULL, "PEM certificate chain."),
    KEY("key_file", FILE, NULL, "Its PEM key."),
    KEY("client_auth_type", STR, "", "NoClientCert."),
    KEY("client_ca_file", FILE, "", "Not supported."),
    KEY("client_allowed_sans", STRS, "", "Not supported."),
    KEY("min_version", STR, "", "TLS12."),
    KEY("max_version", STR, "", "TLS13."),
    KEY("cipher_suites", STRS, "", "Not supported."),
    KEY("curve_preferences", STRS, "", "Not supported."),
    KEY("prefer_server_cipher_suites", BOOL, "", "Of no effect."),
    END,
};
static const struct setting_table tls_table = { "tls_server_config", 0, tls_rows };
static const struct setting http_rows[] = {
    KEY("http2", BOOL, "", "Of no effect: the server speaks HTTP/1.1."),
    KEY("headers", MAP, "", "Not supported."),
    END,
};
static const struct setting_table http_table = { "http_server_config", 0, http_rows };
static const struct setting web_rows[] = {
    SUB("tls_server_config", &tls_table, "HTTPS."),
    SUB("http_server_config", &http_table, "HTTP."),
    KEY("basic_auth_users", MAP, "", "Names and bcrypt hashes of passwords."),
    END,
};
static const struct setting_table web_table = { "web configuration", 0, web_rows };
/* clang-format on */

static void refuse(struct complaints *c, const struct yaml_node *map, const char *key,
                   const char *fine)
{
    const struct yaml_node *n = map != NULL ? yaml_get(map, key) : NULL;

    if (n == NULL || (fine != NULL && n->kind == YAML_SCALAR && str_is(n->text, fine)))
        return;
    if (n->kind != YAML_SCALAR && n->first == NULL)
        return;
    if (fine != NULL)
        complain(c, n, "%s: only %s is supported", key, fine);
    else
        complain(c, n, "%s is not supported", key);
}

static void take_tls(const struct yaml_node *tls, struct config *out,
                     struct complaints *c)
{
    refuse(c, tls, "client_auth_type", "NoClientCert");
    refuse(c, tls, "client_ca_file", NULL);
    refuse(c, tls, "client_allowed_sans", NULL);
    refuse(c, tls, "min_version", "TLS12");
    refuse(c, tls, "max_version", "TLS13");
    refuse(c, tls, "cipher_suites", NULL);
    refuse(c, tls, "curve_preferences", NULL);
    out->tls.cert_file = settings_str(tls, "cert_file");
    out->tls.key_file = settings_str(tls, "key_file");
}

static bool is_bcrypt(struct str s)
{
    return s.n == BCRYPT_LENGTH && str_starts(s, STR("$2")) && s.p[3] == '$' &&
           s.p[6] == '$';
}

static void take_users(const struct yaml_node *users, struct arena *a,
                       struct config_account *account, struct complaints *c)
{
    static const struct str policy = STR_INIT("full-access");
    struct config_user *v = arena_array(a, struct config_user, settings_count(users) + 1);
    size_t n = 0;

    for (const struct yaml_node *u = users->first; u != NULL; u = u->next) {
        if (!is_bcrypt(u->text))
            complain(c, u, "basic_auth_users: that is no bcrypt hash (htpasswd -nB)");
        v[n++] = (struct config_user){ .name = u->key->text,
                                       .id = STR(""),
                                       .password = STR(""),
                                       .password_hash = u->text,
                                       .bearer = STR(""),
                                       .policies = { &policy, 1 } };
    }
    account->users = (struct setting_list){ v, n };
}

static struct str folder_of(struct str path)
{
    while (path.n > 0 && path.p[path.n - 1] != '/')
        path.n--;
    return path.n > 1 ? str_head(path, path.n - 1) : path;
}

static void read_tree(const struct yaml_node *tree, struct arena *a, struct config *out,
                      struct config_account *account, struct complaints *c)
{
    const struct yaml_node *tls = yaml_get(tree, "tls_server_config");
    const struct yaml_node *users = yaml_get(tree, "basic_auth_users");

    refuse(c, yaml_get(tree, "http_server_config"), "headers", NULL);
    if (tls != NULL)
        take_tls(tls, out, c);
    if (users == NULL || users->first == NULL)
        return;
    take_users(users, a, account, c);
    out->alertmanager.auth = STR("required");
}

ok web_config_read(struct str path, struct arena *a, struct config *out,
                   struct config_account *account, struct buf *said)
{
    const struct yaml_node *root = NULL;
    struct settings_reading r;
    struct complaints c;
    struct str text;
    struct buf seen;
    struct err e;
    size_t n;

    complaints_init(&c, path);
    buf_init(&seen, BUF_NO_LIMIT);
    r = (struct settings_reading){ a, &c, folder_of(path), &seen };
    if (file_read(path, WEB_CONFIG_MAX, a, &text, &e) == FAILED)
        complain(&c, NULL, "%s", e.text);
    else
        root = yaml_parse(text, a, &c);
    if (root != NULL)
        read_tree(settings_tree(&r, &web_table, root), a, out, account, &c);
    buf_add(said, buf_str(&c.text));
    n = c.n;
    buf_fini(&seen);
    complaints_fini(&c);
    return n == 0 ? OK : FAILED;
}
