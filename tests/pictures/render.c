/* render.c - sample notifications in every form of ours, as one JSON array: what
 * make.mjs draws the pictures of doc/images from. */
#include "base/json.h"
#include "text/builtin.h"

#include "../support/made.h"

#include <stdio.h>

static struct alert *disk(struct arena *a, bool zh)
{
    struct pairs notes = { 0 };
    struct alert *al;

    notes = made_with(a, notes, "summary",
                      zh ? STR("数据盘 /data 使用率 92 %，预计 4 小时后写满")
                         : STR("/data is 92 % full and will be full in 4 hours"));
    notes =
        made_with(a, notes, "description",
                  zh ? STR("过去一小时每分钟增长 210 MB，来自 orders 服务的慢查询日志。")
                     : STR("It grew by 210 MB a minute for the last hour: the slow "
                           "query log of the orders service."));
    notes = made_with(a, notes, "alarm_fix_suggestion_zh_cn",
                      STR("先轮转慢查询日志，再确认谁打开了它。"));
    notes =
        made_with(a, notes, "alarm_fix_suggestion_en_us",
                  STR("Rotate the slow query log, then find out who switched it on."));
    notes = made_with(a, notes, "runbook_url", STR("https://wiki.example.com/disk"));
    notes =
        made_with(a, notes, "dashboard_url", STR("https://grafana.example.com/d/disk"));
    al = made_alert(a,
                    made_pairs(a, "alertname=DiskWillFill,cluster=prod-cn1,"
                                  "instance=db-2.example.com:9100,severity=critical,"
                                  "mountpoint=/data,team=storage"),
                    notes);
    made_source(a, al, "https://prometheus.example.com/graph?g0.expr=disk");
    return al;
}

static struct alert *cpu(struct arena *a, const char *labels, const char *summary)
{
    struct pairs notes = made_with(a, (struct pairs){ 0 }, "summary", str_of(summary));
    struct alert *al = made_alert(a, made_pairs(a, labels), notes);

    al->starts_at = MADE_NOW - 42 * NS_PER_MIN;
    return al;
}

static struct notification *single(struct arena *a, bool zh)
{
    const struct alert *v[] = { disk(a, zh) };
    struct notification *n = made_notification(a, v, 1);

    n->group_labels = made_pairs(a, "alertname=DiskWillFill,cluster=prod-cn1");
    return n;
}

static struct notification *several(struct arena *a, bool zh)
{
    const char *low = zh ? "5 分钟内 CPU 使用率 97 %" : "CPU at 97 % for 5 minutes";
    const char *back = zh ? "CPU 使用率回到 41 %" : "CPU back at 41 %";
    struct alert *v[] = {
        cpu(a, "alertname=HighCPU,cluster=prod-cn1,instance=web-1,severity=critical",
            low),
        cpu(a, "alertname=HighCPU,cluster=prod-cn1,instance=web-2,severity=warning", low),
        cpu(a, "alertname=HighCPU,cluster=prod-cn1,instance=web-7,severity=warning",
            back),
    };
    const struct alert *all[] = { v[0], v[1], v[2] };
    struct notification *n;

    v[2]->ends_at = MADE_NOW - NS_PER_MIN;
    n = made_notification(a, all, 3);
    n->group_labels = made_pairs(a, "alertname=HighCPU,cluster=prod-cn1");
    n->reason = REASON_SOME_RESOLVED;
    return n;
}

static struct notification *over(struct arena *a, bool zh)
{
    struct alert *al = disk(a, zh);
    const struct alert *v[] = { al };
    struct notification *n;

    al->ends_at = MADE_NOW - NS_PER_MIN;
    n = made_notification(a, v, 1);
    n->group_labels = made_pairs(a, "alertname=DiskWillFill,cluster=prod-cn1");
    n->reason = REASON_ALL_RESOLVED;
    return n;
}

static const struct {
    const char *name;
    struct notification *(*make)(struct arena *a, bool zh);
    enum builtin_kind kind;
} samples[] = {
    { "single", single, BUILTIN_ALERTS },   { "several", several, BUILTIN_ALERTS },
    { "resolved", over, BUILTIN_ALERTS },   { "drill", single, BUILTIN_TEST },
    { "confirm", single, BUILTIN_CONFIRM },
};

static void put_one(struct json_out *o, size_t sample, enum builtin_form form, bool zh)
{
    struct builtin_ask ask = { .kind = samples[sample].kind,
                               .form = form,
                               .link = STR("https://belfry.example.com/l/Zk3TqV9w"),
                               .ack = STR("https://belfry.example.com/l/8sJx02Lm") };
    struct builtin_parts parts;
    struct notification *n;
    struct arena a;

    arena_init(&a);
    n = samples[sample].make(&a, zh);
    n->lang = zh ? STR("zh-cn") : STR("en");
    n->zone_tzif = made_shanghai();
    n->external_url = STR("https://belfry.example.com");
    n->to = zh ? STR("张伟") : STR("Zhang Wei");
    n->route = zh ? STR("存储组值班") : STR("storage-oncall");
    n->contact_group = zh ? STR("存储组") : STR("storage");
    builtin_write(n, &ask, &a, &parts);
    json_object(o);
    json_kv(o, "sample", str_of(samples[sample].name));
    json_kv(o, "form", str_of(builtin_forms[form].name));
    json_kv(o, "lang", zh ? STR("zh") : STR("en"));
    json_kv(o, "title", parts.title);
    json_kv(o, "text", parts.text);
    json_kv(o, "html", parts.html);
    json_kv(o, "json", parts.json);
    json_kv(o, "colour", str_of(parts.look->html));
    json_object_end(o);
    arena_fini(&a);
}

int main(void)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_array(&o);
    for (size_t s = 0; s < sizeof samples / sizeof *samples; s++)
        for (int form = 0; form < FORM_COUNT; form++)
            for (int zh = 0; zh < 2; zh++)
                put_one(&o, s, (enum builtin_form)form, zh);
    json_array_end(&o);
    fwrite(b.p, 1, b.n, stdout);
    buf_fini(&b);
    return 0;
}
