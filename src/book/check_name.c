/* check_name.c - names that have a grammar of their own. */
#include "base/utf8.h"
#include "book/check_private.h"

static bool is_letter(uint32_t code)
{
    return utf8_is_letter(code) || utf8_is_cjk(code);
}

/* A letter, a digit, or a mark that joins one. */
static bool is_word(uint32_t code)
{
    return is_letter(code) || utf8_is_digit(code) || utf8_is_mark(code);
}

static bool has_only(struct str s, const char *also)
{
    while (s.n > 0) {
        uint32_t code = utf8_next(&s);

        if (!is_word(code) && (code >= 0x80 || strchr(also, (int)code) == NULL))
            return false;
    }
    return true;
}

static bool stands_at_an_end(struct str s, const char *signs)
{
    return s.n > 0 && (strchr(signs, s.p[0]) != NULL || strchr(signs, s.p[s.n - 1]));
}

/* contracts/alibaba.md 2.1; the hyphen because Terraform's own names have it. */
ok check_contact_name(const char *field, const void *member,
                      const struct field_rule *rule, struct err *e)
{
    struct str s = *(const struct str *)member, head = s;

    if (name_judge(field, s, rule->least, rule->most, e) != OK)
        return FAILED;
    if (!is_letter(utf8_next(&head)))
        return fail(e, FAULT_INVALID, field,
                    "must begin with a letter or a Chinese character");
    if (!has_only(s, "._-"))
        return fail(e, FAULT_INVALID, field,
                    "may hold letters, digits, Chinese characters, '.', '_', '-' only");
    return OK;
}

/* contracts/huawei.md 1.2 */
ok check_rule_name(const char *field, const void *member, const struct field_rule *rule,
                   struct err *e)
{
    struct str s = *(const struct str *)member;

    if (name_judge(field, s, rule->least, rule->most, e) != OK)
        return FAILED;
    if (!has_only(s, "_-"))
        return fail(e, FAULT_INVALID, field,
                    "may hold letters, digits, Chinese characters, '_' and '-' only");
    if (stands_at_an_end(s, "_-"))
        return fail(e, FAULT_INVALID, field, "must not begin or end with '_' or '-'");
    return OK;
}

ok check_rule_desc(const char *field, const void *member, const struct field_rule *rule,
                   struct err *e)
{
    if (check_text(field, member, rule, e) != OK)
        return FAILED;
    if (stands_at_an_end(*(const struct str *)member, "_"))
        return fail(e, FAULT_INVALID, field, "must not begin or end with '_'");
    return OK;
}

/* contracts/huawei.md 2.5: built-ins can be neither made nor changed. */
ok check_template_name(const char *field, const void *member,
                       const struct field_rule *rule, struct err *e)
{
    struct str s = *(const struct str *)member;

    if (name_judge(field, s, rule->least, rule->most, e) != OK)
        return FAILED;
    if (!has_only(s, "._-"))
        return fail(e, FAULT_INVALID, field,
                    "may hold letters, digits, Chinese characters, '.', '_', '-' only");
    if (template_is_built_in(s))
        return fail(e, FAULT_INVALID, field, "a built-in template cannot be changed");
    return OK;
}

/* "aom.mute/night": a word of ours, and a name as an action rule's. */
ok check_dialect_name(const char *field, const void *member,
                      const struct field_rule *rule, struct err *e)
{
    struct str rest = *(const struct str *)member, what;

    if (!str_cut(&rest, '/', &what) || rest.p == NULL || what.n == 0)
        return fail(e, FAULT_INVALID, field, "must say what it names");
    for (size_t i = 0; i < what.n; i++)
        if ((what.p[i] < 'a' || what.p[i] > 'z') && what.p[i] != '.')
            return fail(e, FAULT_INVALID, field, "must say what it names");
    return check_rule_name(field, &rest, rule, e);
}

/* contracts/huawei.md 2.9 */
ok topic_name_judge(const char *field, struct str s, struct err *e)
{
    if (plain_word_judge(field, s, 1, TOPIC_NAME_MAX, e) != OK)
        return FAILED;
    if (stands_at_an_end(str_head(s, 1), "_-"))
        return fail(e, FAULT_INVALID, field, "must begin with a letter or a digit");
    return OK;
}

ok check_topic_name(const char *field, const void *member, const struct field_rule *,
                    struct err *e)
{
    return topic_name_judge(field, *(const struct str *)member, e);
}

/* A message template of SMN: as a topic, but shorter (contracts/huawei.md 2.12). */
ok check_smn_name(const char *field, const void *member, const struct field_rule *rule,
                  struct err *e)
{
    struct str s = *(const struct str *)member;

    return count_judge(field, s.n, rule->least, rule->most, "characters", e) == OK
               ? topic_name_judge(field, s, e)
               : FAILED;
}

/* urn:smn:<region>:<project_id>:<topic name> */
ok urn_judge(const char *field, struct str s, struct err *e)
{
    struct str rest = s, urn, smn, region, project;
    bool whole;

    if (bytes_judge(field, s, 1, URN_MAX, e) != OK)
        return FAILED;
    whole = str_cut(&rest, ':', &urn) && str_cut(&rest, ':', &smn) &&
            str_cut(&rest, ':', &region) && str_cut(&rest, ':', &project) &&
            rest.p != NULL && str_is(urn, "urn") && str_is(smn, "smn") && region.n > 0 &&
            project.n > 0;
    if (!whole)
        return fail(e, FAULT_INVALID, field,
                    "must be urn:smn:<region>:<project_id>:<topic>");
    return topic_name_judge(field, rest, e);
}

ok check_urn(const char *field, const void *member, const struct field_rule *,
             struct err *e)
{
    return urn_judge(field, *(const struct str *)member, e);
}
