/* contact.c - PutContact, DeleteContact, DescribeContactList
 * (contracts/alibaba.md 1.2, 1.3, 1.6, 2.5, 2.7). */
#include "api/alibaba/contact.h"

#include "api/mint.h"

static const char *const contact_names[][2] = {
    { "name", "ContactName" },
    { "describe", "Describe" },
    { "lang", "Lang" },
    { "addresses", "Channels" },
    { "addresses.email", "Channels.Mail" },
    { "addresses.sms", "Channels.SMS" },
    { "addresses.dingtalk", "Channels.DingWebHook" },
    { "addresses.aliim", "Channels.AliIM" },
    { NULL, NULL },
};
static const struct wording put_wording = { contact_names, REFUSE_PARAMETER_VALUE };
static const struct wording delete_wording = { contact_names, REFUSE_CONTACT_MISSING };

/* ---- PutContact ------------------------------------------------------------- */

/* The channels given, in the table's order. What is sealed can be judged only here. */
static ok channels_parse(const struct request *rq, struct params members,
                         struct address *v, size_t *n, struct refusal *why)
{
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        const char *word = channel_words[channel].cloudmonitor;
        const struct param *given = params_find(members, str_of(word));
        struct err e;

        if (word[0] == '\0' || given == NULL || given->value.n == 0)
            continue;
        if (address_check((enum channel_kind)channel, given->value, &e) == FAILED) {
            *why = alibaba_refusal(&e, &put_wording, rq->a);
            return FAILED;
        }
        v[(*n)++] =
            address_mint(rq, (enum channel_kind)channel, given->value, code_mint(rq->a));
    }
    return *n > 0 ? OK : refuse(why, REFUSE_MISSING, STR("Channels"));
}

/* This dialect has no word for some channels: it cannot name them, so it may not
 * remove them. (A cancelled one stays cancelled in the book, whatever we say.) */
static void keep_unnamed(const struct contact *stored, struct address *v, size_t *n)
{
    for (size_t i = 0; stored != NULL && i < stored->addresses.n; i++) {
        struct address ad = stored->addresses.v[i];

        if (channel_words[ad.channel].cloudmonitor[0] != '\0')
            continue;
        if (ad.state == ADDRESS_CANCELLED)
            ad.state = ADDRESS_OK;
        v[(*n)++] = ad;
    }
}

static ok addresses_parse(const struct request *rq, struct contact *contact,
                          struct refusal *why)
{
    struct address *v = arena_array(rq->a, struct address, 2 * CHANNEL_COUNT);
    struct params members;
    size_t n = 0;

    if (parameter_object(alibaba_parameters(rq), "Channels", &members, why) == FAILED ||
        channels_parse(rq, members, v, &n, why) == FAILED)
        return FAILED;
    keep_unnamed(book_contact(rq->book, contact->name), v, &n);
    contact->addresses = (struct addresses){ v, n };
    return OK;
}

void contact_put(struct request *rq)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct contact *contact = arena_new(rq->a, struct contact);
    struct change *change = arena_new(rq->a, struct change);
    struct refusal why;

    if (parameter_need(p, "ContactName", &contact->name, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    if (!parameter_given(p, "Describe")) {
        (void)refuse(&why, REFUSE_MISSING, STR("Describe"));
        alibaba_refuse(rq, &why);
        return;
    }
    if (addresses_parse(rq, contact, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    contact->describe = parameter_text(p, "Describe");
    contact->lang = parameter_text(p, "Lang");
    *change = (struct change){
        .op = CHANGE_UPSERT,
        .kind = OBJECT_CONTACT,
        .object = contact,
        .present = FIELD_BIT(CONTACT_NAME) | FIELD_BIT(CONTACT_DESCRIBE) |
                   FIELD_BIT(CONTACT_ADDRESSES) |
                   (contact->lang.n > 0 ? FIELD_BIT(CONTACT_LANG) : 0),
    };
    alibaba_change(rq, change, &put_wording);
}

/* ---- DeleteContact ------------------------------------------------------------ */

void contact_delete(struct request *rq)
{
    struct contact *contact = arena_new(rq->a, struct contact);
    struct change *change = arena_new(rq->a, struct change);
    struct refusal why;

    if (parameter_need(alibaba_parameters(rq), "ContactName", &contact->name, &why) ==
        FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    *change = (struct change){ .op = CHANGE_DELETE,
                               .kind = OBJECT_CONTACT,
                               .object = contact,
                               .present = FIELD_BIT(CONTACT_NAME) };
    alibaba_change(rq, change, &delete_wording);
}

/* ---- DescribeContactList -------------------------------------------------------- */

struct filter {
    struct str name;   /* empty: any */
    int channel;       /* -1: any */
    struct str value;  /* empty: any */
    struct str digest; /* of value, for addresses that are sealed */
};

static ok filter_parse(const struct request *rq, struct filter *out, struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct str type = parameter_text(p, "ChanelType");

    *out = (struct filter){ .name = parameter_text(p, "ContactName"),
                            .channel = -1,
                            .value = parameter_text(p, "ChanelValue") };
    if (out->value.n > 0)
        out->digest = seal(rq->api->sealer, rq->a, out->value).digest;
    if (type.n == 0)
        return OK;
    if (str_is(type, "Email")) /* as the older documents spell Mail */
        type = STR("Mail");
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        if (str_is(type, channel_words[channel].cloudmonitor))
            out->channel = channel;
    if (out->channel < 0)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("ChanelType must be Mail, SMS, AliIM or DingWebHook."));
    return OK;
}

static bool address_fits(const struct address *ad, const struct filter *f)
{
    if (channel_words[ad->channel].cloudmonitor[0] == '\0' ||
        (f->channel >= 0 && f->channel != ad->channel))
        return false;
    if (f->value.n == 0)
        return true;
    return channel_words[ad->channel].secret ? str_eq(ad->secret.digest, f->digest)
                                             : str_eq(ad->plain, f->value);
}

static bool contact_fits(const struct object *o, const struct filter *f)
{
    const struct addresses *ads = &BOOK_MODEL(o, contact)->addresses;

    if (f->channel < 0 && f->value.n == 0)
        return true;
    for (size_t i = 0; i < ads->n; i++)
        if (address_fits(&ads->v[i], f))
            return true;
    return false;
}

/* What matches, and of that the page asked for. */
struct found {
    const struct object **v;
    size_t n, total;
};

static void take(struct found *found, const struct page *page, const struct object *o)
{
    if (found->total >= page->from && found->n < page->size)
        found->v[found->n++] = o;
    found->total++;
}

static struct found contacts_find(const struct request *rq, const struct filter *f,
                                  const struct page *page)
{
    struct found found = { .v = arena_array(rq->a, const struct object *, page->size) };
    size_t count = book_count(rq->book, OBJECT_CONTACT);

    if (f->name.n > 0) {
        const struct object *o = book_find(rq->book, OBJECT_CONTACT, f->name);

        if (o != NULL && contact_fits(o, f))
            take(&found, page, o);
        return found;
    }
    if (f->channel < 0 && f->value.n == 0) { /* a slice by rank: no scan */
        for (size_t i = page->from; i < count && found.n < page->size; i++)
            found.v[found.n++] = book_at(rq->book, OBJECT_CONTACT, i);
        found.total = count;
        return found;
    }
    for (size_t i = 0; i < count; i++) {
        const struct object *o = book_at(rq->book, OBJECT_CONTACT, i);

        if (contact_fits(o, f))
            take(&found, page, o);
    }
    return found;
}

void contact_list(struct request *rq)
{
    struct filter filter;
    struct refusal why;
    struct found found;
    struct answer w;
    struct page page;

    if (page_parse(alibaba_parameters(rq), &page, &why) == FAILED ||
        filter_parse(rq, &filter, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    found = contacts_find(rq, &filter, &page);
    alibaba_begin(rq, &w);
    answer_number(&w, "Total", (int64_t)found.total);
    answer_open(&w, "Contacts");
    answer_list(&w, "Contact");
    for (size_t i = 0; i < found.n; i++)
        contact_describe(rq, found.v[i], true, &w);
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}
