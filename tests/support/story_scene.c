/* story_scene.c - what many stories begin with, and how they go on. */
#include "support/story.h"

#include "base/time.h"
#include "flow/flow_private.h"

#include <stdio.h>
#include <stdlib.h>

void story_robot(struct story *s, const char *name, const char *url)
{
    struct address ad = { .channel = CHANNEL_DINGTALK, .state = ADDRESS_OK };
    struct contact c = { .name = str_of(name), .addresses = { &ad, 1 } };

    ad.secret = seal(s->sealer, &s->arena, str_of(url));
    story_put(s, OBJECT_CONTACT, &c);
}

void story_ops(struct story *s)
{
    story_begin(s, 7);
    story_contact(s, "Alice", "alice@example.com", true);
    story_group(s, "ops", "Alice");
    story_route(s, &(struct story_route){ .name = "ops",
                                          .matchers = "team=ops",
                                          .group_by = "alertname",
                                          .groups = "ops",
                                          .wait = 30 * NS_PER_S });
}

void story_duty(struct story *s)
{
    story_begin(s, 7);
    story_robot(s, "Zhang", "https://oapi.dingtalk.com/robot/send?access_token=1");
    story_contact(s, "Alice", "alice@example.com", true);
    story_group(s, "duty", "Zhang,Alice");
    story_route(s, &(struct story_route){ .name = "duty",
                                          .matchers = "team=ops",
                                          .group_by = "alertname",
                                          .groups = "duty" });
    s->answer = false;
}

void story_fire_many(struct story *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        char labels[64];

        snprintf(labels, sizeof labels, "alertname=A%zu team=ops", i);
        story_alert(s, DOOR_ALERTMANAGER, labels, 0, s->wall + 72 * NS_PER_HOUR);
    }
}

void story_answer(struct story *s, size_t i, enum verdict verdict, int64_t retry_after)
{
    char key[NOTIFICATION_KEY_HEX + 1]; /* `sent` may move */

    memcpy(key, s->sent.v[i].key, sizeof key);
    story_outcome(s, key, s->sent.v[i].attempt, verdict, retry_after);
}

void story_answer_last(struct story *s, enum verdict verdict, int64_t retry_after)
{
    story_answer(s, s->sent.n - 1, verdict, retry_after);
}

void story_clock(struct story *s, int64_t by)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_i64(&b, by);
    s->wall += by;
    story_input(s, INPUT_CLOCK, buf_str(&b));
    buf_fini(&b);
}

void story_until(struct story *s, const char *time)
{
    int64_t at;
    int32_t zone;

    if (time_parse_rfc3339(str_of(time), &at, &zone) == FAILED || at < s->wall) {
        fprintf(stderr, "story: %s is no time to come\n", time);
        abort();
    }
    story_wait(s, at - s->wall);
}

const struct history_row *story_row_last(const struct story *s, const char *word)
{
    for (size_t i = s->rows.n; i-- > 0;)
        if (str_is(s->rows.v[i].row.word, word))
            return &s->rows.v[i].row;
    fprintf(stderr, "story: no row says %s\n", word);
    abort();
}

uint64_t story_serial(const struct story *s, const char *alertname)
{
    for (uint32_t i = 0; i < s->f->alerts.used; i++) {
        const struct alert *al = slot_at(&s->f->alerts, i)->alert;

        if (al != NULL && str_is(alert_get(al, STR("alertname")), alertname))
            return slot_at(&s->f->alerts, i)->serial;
    }
    fprintf(stderr, "story: there is no alert %s\n", alertname);
    abort();
}
