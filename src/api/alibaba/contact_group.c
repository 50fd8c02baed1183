/* contact_group.c - PutContactGroup, DeleteContactGroup, DescribeContactGroupList,
 * DescribeContactListByContactGroup (contracts/alibaba.md 1.1, 1.4, 1.5, 1.7, 2.4). */
#include "api/alibaba/contact.h"
#include "base/time.h"
#include "book/limits.h"

static const char *const group_names[][2] = {
    { "name", "ContactGroupName" },
    { "describe", "Describe" },
    { "enable_subscribed", "EnableSubscribed" },
    { "members", "ContactNames" },
    { NULL, NULL },
};
static const struct wording put_wording = { group_names, REFUSE_PARAMETER_VALUE };
static const struct wording delete_wording = { group_names, REFUSE_GROUP_MISSING };

/* ---- PutContactGroup ---------------------------------------------------------- */

/* What is not given keeps its value: `present` names the fields that are. */
static ok group_parse(const struct parameters *p, struct contact_group *group,
                      uint64_t *present, struct refusal *why)
{
    struct parameter_list members;
    bool subscribed;

    if (parameter_need(p, "ContactGroupName", &group->name, why) == FAILED ||
        parameter_list(p, "ContactNames", CONTACT_GROUP_MEMBERS_MAX, &members, why) ==
            FAILED ||
        parameter_bool(p, "EnableSubscribed", &subscribed, &group->enable_subscribed,
                       why) == FAILED)
        return FAILED;
    group->describe = parameter_text(p, "Describe");
    group->members = members.items;
    *present = FIELD_BIT(GROUP_NAME) |
               (parameter_given(p, "Describe") ? FIELD_BIT(GROUP_DESCRIBE) : 0) |
               (subscribed ? FIELD_BIT(GROUP_ENABLE_SUBSCRIBED) : 0) |
               (members.given ? FIELD_BIT(GROUP_MEMBERS) : 0);
    return OK;
}

void contact_group_put(struct request *rq)
{
    struct contact_group *group = arena_new(rq->a, struct contact_group);
    struct change *change = arena_new(rq->a, struct change);
    struct refusal why;
    uint64_t present;

    if (group_parse(alibaba_parameters(rq), group, &present, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    *change = (struct change){ .op = CHANGE_UPSERT,
                               .kind = OBJECT_CONTACT_GROUP,
                               .object = group,
                               .present = present };
    alibaba_change(rq, change, &put_wording);
}

/* ---- DeleteContactGroup --------------------------------------------------------- */

void contact_group_delete(struct request *rq)
{
    struct contact_group *group = arena_new(rq->a, struct contact_group);
    struct change *change = arena_new(rq->a, struct change);
    struct refusal why;

    if (parameter_need(alibaba_parameters(rq), "ContactGroupName", &group->name, &why) ==
        FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    *change = (struct change){ .op = CHANGE_DELETE,
                               .kind = OBJECT_CONTACT_GROUP,
                               .object = group,
                               .present = FIELD_BIT(GROUP_NAME) };
    alibaba_change(rq, change, &delete_wording);
}

/* ---- DescribeContactGroupList ----------------------------------------------------- */

/* There is no weekly report to be enabled: only the wish for it is kept. */
static void group_describe(const struct object *o, struct answer *w)
{
    const struct contact_group *g = BOOK_MODEL(o, contact_group);

    answer_open(w, "");
    answer_text(w, "Name", g->name);
    answer_text(w, "Describe", g->describe);
    answer_number(w, "CreateTime", o->created / NS_PER_MS);
    answer_number(w, "UpdateTime", o->updated / NS_PER_MS);
    answer_truth(w, "EnabledWeeklyReport", false);
    answer_truth(w, "EnableSubscribed", g->enable_subscribed);
    answer_open(w, "Contacts");
    answer_list(w, "Contact");
    for (size_t i = 0; i < g->members.n; i++)
        answer_text(w, "", g->members.v[i]);
    answer_close(w);
    answer_close(w);
    answer_close(w);
}

void contact_group_list(struct request *rq)
{
    size_t count = book_count(rq->book, OBJECT_CONTACT_GROUP), to;
    struct refusal why;
    struct answer w;
    struct page page;

    if (page_parse(alibaba_parameters(rq), &page, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    to = page.from + page.size < count ? page.from + page.size : count;
    alibaba_begin(rq, &w);
    answer_number(&w, "Total", (int64_t)count);
    answer_open(&w, "ContactGroups");
    answer_list(&w, "ContactGroup");
    for (size_t i = page.from; i < to; i++)
        answer_text(
            &w, "",
            BOOK_MODEL(book_at(rq->book, OBJECT_CONTACT_GROUP, i), contact_group)->name);
    answer_close(&w);
    answer_close(&w);
    answer_open(&w, "ContactGroupList");
    answer_list(&w, "ContactGroup");
    for (size_t i = page.from; i < to; i++)
        group_describe(book_at(rq->book, OBJECT_CONTACT_GROUP, i), &w);
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}

/* ---- DescribeContactListByContactGroup --------------------------------------------- */

void contact_group_contacts(struct request *rq)
{
    const struct contact_group *group;
    struct refusal why;
    struct answer w;
    struct str name;

    if (parameter_need(alibaba_parameters(rq), "ContactGroupName", &name, &why) ==
        FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    group = book_contact_group(rq->book, name);
    if (group == NULL) {
        (void)refuse(&why, REFUSE_GROUP_UNKNOWN, STR(""));
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin(rq, &w);
    answer_open(&w, "Contacts");
    answer_list(&w, "Contact");
    for (size_t i = 0; i < group->members.n; i++) {
        const struct object *o = book_find(rq->book, OBJECT_CONTACT, group->members.v[i]);

        if (o != NULL)
            contact_describe(rq, o, false, &w);
    }
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}
