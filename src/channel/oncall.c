#include "channel/oncall.h"

#include "base/crypto.h"
#include "text/words.h"

struct str oncall_group(const struct notification *n, struct arena *a)
{
    return digest_hex(a, sha256(n->group_key));
}

struct str oncall_marked(const struct notification *n, struct str text, struct arena *a)
{
    if (n->kind != NOTIFY_TEST)
        return text;
    return arena_printf(a, "%.*s %.*s", STR_ARG(phrase(lang_of(n->lang), PHRASE_TEST)),
                        STR_ARG(text));
}

ok oncall_check_kind(const struct notification *n, const char *service, struct err *e)
{
    if (notify_alerts(n->kind))
        return OK;
    return fail(e, FAULT_UNSUPPORTED, "", "%s is not asked to confirm", service);
}

void oncall_put_filled(struct chat_texts *t, struct json map, struct json_out *o)
{
    for (struct json_iter it = json_iter(map); json_next(&it);) {
        json_key_str(o, it.key);
        json_string(o, chat_fill(t, json_str(it.value)));
    }
}
