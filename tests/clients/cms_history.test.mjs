// cms_history.test.mjs - CloudMonitor's alert log from real receipts: what was told to
// whom, what each channel answered, what was kept back and by what.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startMailSink } from '../demo/sinks.mjs';
import { ask, connections, refused, sdk, succeeded } from './cms_rig.mjs';
import { account, Belfry, until } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
let belfry, mailServer, hook, call;
const mails = [];

before(async () => {
    mailServer = await startMailSink((mail) => mails.push(mail));
    hook = createServer((req, res) => {
        req.resume();
        res.statusCode = req.url === '/broken' ? 400 : 200;
        res.end(req.url === '/broken' ? 'no such hook' : 'taken');
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: mailServer.port, from: 'belfry@example.com' },
        activate_at_once: true, allow_addresses: ['127.0.0.0/8'],
        accounts: [account([{ name: 'ops', access_keys: [full], policies: ['full-access'],
                              bearer: 'admin-bearer-key' }])],
    });
    call = sdk(belfry, full);
    await call('PutContact', { ContactName: '值班', Describe: '', Channels: { Mail: 'duty@example.com' } });
    await call('PutContactGroup', { ContactGroupName: '运维 组', ContactNames: ['值班'] });
    const url = (path) => `http://127.0.0.1:${hook.address().port}${path}`;
    for (const [rule, path] of [['磁盘', '/good'], ['坏', '/broken']]) {
        await call('PutEventRule', { RuleName: rule, EventType: 'CUSTOM', EventPattern: [{ Product: '*', NameList: [`${rule}.event`] }] });
        await call('PutEventRuleTargets', { RuleName: rule,
            ContactParameters: [{ Id: '1', ContactGroupName: '运维 组', Level: '4' }],
            WebhookParameters: [{ Id: '2', Method: 'POST', Protocol: 'http', Url: url(path) }] });
        await call('PutCustomEvent', { EventInfo: [{ EventName: `${rule}.event`, GroupId: '7',
            Content: JSON.stringify({ level: 'WARN', what: `满了 ${rule}` }) }] });
    }
    // Alertmanager's door: the same history, whoever sent it
    const route = await ask(belfry, 'PUT', '/routes/plain', { matchers: ['job="node"'], group_wait: '0s',
        group_interval: '1s', repeat_interval: '1h', contact_groups: ['运维 组'] });
    assert.ok(route.status < 300, JSON.stringify(route));
    await call('CreateMetricRuleBlackList', { Name: 'mute', Namespace: 'acs_ecs_dashboard', Category: 'ecs',
                                              Instances: ['{"instanceId":"i-mute"}'] });
    const alert = async (labels) => {
        const answer = await fetch(`${belfry.url}/api/v2/alerts`, { method: 'POST',
            headers: { authorization: 'Bearer admin-bearer-key', 'content-type': 'application/json' },
            body: JSON.stringify([{ labels }]) });
        assert.equal(answer.status, 200);
    };
    await alert({ alertname: 'plain', job: 'node', severity: 'critical', namespace: 'acs_rds_dashboard', metricName: 'iops' });
    await alert({ alertname: 'muted', job: 'node', source: 'cloudmonitor', namespace: 'acs_ecs_dashboard',
                  instanceId: 'i-mute', metricName: 'cpu', severity: 'critical' });
    let seen;
    await until('all told', async () => {
        const logs = seen = await list();
        return logs.length >= 4 && logs.every((l) => l.SendDetail.ChannelResultList
            .every((c) => c.ResultList.every((r) => r.Detail !== 'still on its way'))) && logs.some((l) => l.BlackListName);
    }).catch((e) => { throw new Error(`${e.message}\n${JSON.stringify(seen, null, 1)}`); });
});
after(async () => {
    await belfry.stop();
    mailServer.close();
    hook.close();
});

const list = async (params = {}, by = call) =>
    succeeded('DescribeAlertLogList', await by('DescribeAlertLogList', { PageSize: 100, ...params })).AlertLogList;

for (const [name, connect] of Object.entries(connections))
    test(`${name}: a log, field by field`, async () => {
        const logs = await list({ RuleName: '磁盘' }, connect(belfry, full));
        assert.equal(logs.length, 1);
        const [log] = logs;
        const message = JSON.parse(log.Message);
        assert.equal(message.labels.alertname, '磁盘.event');
        assert.equal(message.alertName, '磁盘');
        assert.ok(Math.abs(Date.now() - Number(log.AlertTime)) < 120_000);
        assert.match(log.LogId, /^\d+-\d+$/);
        const [mail, webhook] = ['MAIL', 'WEBHOOK'].map((channel) =>
            log.SendDetail.ChannelResultList.find((c) => c.Channel === channel).ResultList[0]);
        assert.equal(mail.Success, true);
        assert.match(mail.RequestId, /^[0-9a-f]{32}$/);
        assert.deepEqual(mail.notifyTargetList, ['duty@example.com']);
        assert.deepEqual([webhook.Code, webhook.Success], ['200', true]);
        assert.deepEqual({ ...log, LogId: '', AlertTime: '', Message: '', SendDetail: log.SendDetail.ResultCode,
                           WebhookList: log.WebhookList.map((w) => [w.code, w.message]),
                           SendResultList: log.SendResultList.map((r) => r.Key).sort() }, {
            LogId: '', AlertTime: '', Message: '', RuleId: '磁盘', RuleName: '磁盘', Product: '', Namespace: '',
            MetricName: '', EventName: '磁盘.event', GroupId: '7', GroupName: '', InstanceId: '', InstanceName: '',
            Level: 'P3', LevelChange: 'P3->P3', SendStatus: '0',
            Escalation: { Expression: '', Level: 'P3', Times: 1 }, Dimensions: [],
            ExtendedInfo: [{ Name: 'userId', Value: '1234567890123456' }],
            ContactGroups: ['运维 组'], ContactMailList: ['duty@example.com'], ContactSMSList: [],
            ContactDingList: [], DingdingWebhookList: [], ContactALIIWWList: [], ContactOnCallList: [],
            SendDetail: 'success', SendResultList: ['MAIL', 'WEBHOOK'], WebhookList: [['200', 'success']],
        });
        assert.ok(!JSON.stringify(log).includes('/good'), 'a webhook is shown masked');
    });

test('a channel that refuses is said to', async () => {
    const [log] = await list({ RuleName: '坏' });
    const webhook = log.SendDetail.ChannelResultList.find((c) => c.Channel === 'WEBHOOK').ResultList[0];
    assert.deepEqual([webhook.Code, webhook.Success, webhook.Detail], ['400', false, 'no such hook']);
    assert.equal(log.WebhookList[0].code, '400');
    assert.notEqual(log.WebhookList[0].message, 'success');
});

test('what a blacklist muted names it', async () => {
    const logs = await list({ SendStatus: '4' });
    assert.equal(logs.length, 1);
    assert.deepEqual([logs[0].BlackListName, logs[0].SendDetail.ResultCode, logs[0].Product, logs[0].InstanceId],
                     ['mute', 'silenced', 'ECS', 'i-mute']);
    assert.match(logs[0].BlackListUUID, /^[0-9a-f-]{36}$/);
    assert.deepEqual(JSON.parse(logs[0].BlackListDetail).instances, ['{"instanceId":"i-mute"}']);
    assert.deepEqual(logs[0].Dimensions, [{ Key: 'instanceId', Value: 'i-mute' }, { Key: 'job', Value: 'node' }]);
});

test('filters', async () => {
    const names = async (params) => (await list(params)).map((l) => l.RuleName).sort();
    assert.deepEqual(await names({ Level: 'P2' }), ['plain', 'plain']);
    assert.deepEqual(await names({ Level: 'P3' }), ['坏', '磁盘'].sort());
    assert.deepEqual(await names({ Level: 'OK' }), []);
    assert.deepEqual(await names({ GroupId: '7' }), ['坏', '磁盘'].sort());
    assert.deepEqual(await names({ Namespace: 'acs_rds_dashboard' }), ['plain']);
    assert.deepEqual(await names({ Product: 'RDS' }), ['plain']);
    assert.deepEqual(await names({ MetricName: 'cpu' }), ['plain']);
    assert.deepEqual(await names({ RuleId: '磁盘' }), ['磁盘']);
    assert.deepEqual(await names({ ContactGroup: '运维 组', SendStatus: '0' }), ['plain', '坏', '磁盘'].sort());
    assert.deepEqual(await names({ ContactGroup: 'other' }), []);
    assert.deepEqual(await names({ SearchKey: '满了 坏' }), ['坏']);
    assert.deepEqual(await names({ EventType: 'RESOLVED' }), []);
    assert.equal((await names({ EventType: 'TRIGGERED', LastMin: '5' })).length, 4);
    const now = Date.now();
    assert.equal((await names({ StartTime: now - 600_000, EndTime: now + 1000 })).length, 4);
    assert.equal((await names({ StartTime: now - 700_000, EndTime: now - 600_000 })).length, 0);
});

test('pages, newest first', async () => {
    const all = await list();
    assert.deepEqual(all.map((l) => Number(l.AlertTime)), all.map((l) => Number(l.AlertTime)).sort((a, b) => b - a));
    const second = await call('DescribeAlertLogList', { PageNumber: 2, PageSize: 3 });
    assert.deepEqual(second.AlertLogList.map((l) => l.LogId), all.slice(3, 6).map((l) => l.LogId));
    assert.deepEqual([second.PageNumber, second.PageSize], [2, 3]);
});

test('counts and histogram', async () => {
    const count = async (GroupBy) => succeeded('DescribeAlertLogCount',
        await call('DescribeAlertLogCount', { GroupBy })).AlertLogCount
        .map((c) => [c.Count, ...c.Logs.map((l) => `${l.Name}=${l.Value}`)]).sort();
    assert.deepEqual(await count('level'), [[2, 'level=P2'], [2, 'level=P3']]);
    assert.deepEqual(await count('product,metricName'), [[1, 'product=ECS', 'metricName=cpu'],
        [1, 'product=RDS', 'metricName=iops'], [2, 'product=', 'metricName=']]);
    assert.deepEqual(await count('groupId'), [[2, 'groupId=0'], [2, 'groupId=7']]);
    const { AlertLogHistogramList: bars } = succeeded('DescribeAlertLogHistogram',
        await call('DescribeAlertLogHistogram', { GroupBy: 'product' }));
    assert.equal(bars.reduce((sum, b) => sum + b.Count, 0), 4);
    assert.ok(bars.every((b, i) => b.To - b.From === 60 && (i === 0 || b.From === bars[i - 1].To)));
});

test('DescribeAlertHistoryList', async () => {
    const body = succeeded('DescribeAlertHistoryList', await call('DescribeAlertHistoryList', { RuleName: '磁盘' }));
    assert.equal(body.Total, '1');
    const [one] = body.AlarmHistoryList.AlarmHistory;
    assert.deepEqual([one.Contacts, one.ContactMails, one.ContactGroups, one.ContactSmses, one.ContactALIIMs],
                     [{ Contact: ['值班'] }, { ContactMail: ['duty@example.com'] }, { ContactGroup: ['运维 组'] },
                      { ContactSms: [] }, { ContactALIIM: [] }]);
    assert.deepEqual([one.State, one.Status, one.Level], ['ALARM', 0, 'P3']);
    assert.equal((await call('DescribeAlertHistoryList', { State: 'OK' })).Total, '0');
    const oldest = await call('DescribeAlertHistoryList', { Ascending: false });
    const newest = await call('DescribeAlertHistoryList', { Ascending: true });
    assert.deepEqual(oldest.AlarmHistoryList.AlarmHistory.map((h) => h.AlertTime),
                     newest.AlarmHistoryList.AlarmHistory.map((h) => h.AlertTime).reverse());
});

test('the log survives a kill', async () => {
    const before = (await list()).map((l) => l.LogId);
    await belfry.restart();
    assert.deepEqual((await list()).map((l) => l.LogId), before);
});

describe('refused', () => {
    const now = Date.now();
    for (const [action, params, words] of [
        ['DescribeAlertLogList', { StartTime: now - 1000 }, 'StartTime'],
        ['DescribeAlertLogList', { EndTime: now }, 'StartTime'],
        ['DescribeAlertLogList', { StartTime: now, EndTime: now - 1 }, 'EndTime'],
        ['DescribeAlertLogList', { StartTime: now - 15 * 86_400_000 - 1, EndTime: now }, '15 days'],
        ['DescribeAlertLogList', { PageSize: 101 }, 'PageSize'],
        ['DescribeAlertLogList', { Level: 'P1' }, 'Level'],
        ['DescribeAlertLogList', { SendStatus: '5' }, 'SendStatus'],
        ['DescribeAlertLogList', { EventType: 'X' }, 'EventType'],
        ['DescribeAlertLogList', { LastMin: '0' }, 'LastMin'],
        ['DescribeAlertLogCount', { GroupBy: 'colour' }, 'GroupBy'],
        ['DescribeAlertLogHistogram', { Level: 'P1' }, 'Level'],
        ['DescribeAlertHistoryList', { State: 'BAD' }, 'State'],
        ['DescribeAlertHistoryList', { StartTime: 'x', EndTime: 'y' }, 'StartTime'],
        // what is added to it must fit 64 bits: drawing it went on for ever
        ['DescribeAlertLogHistogram', { StartTime: '9223372036854', EndTime: '9223372036854' }, 'StartTime'],
        ['DescribeAlertLogList', { StartTime: '7258118400000', EndTime: '7258118400001' }, 'EndTime'],
    ])
        test(`${action} ${JSON.stringify(params)}`, () => refused(call(action, params), 'InvalidParameterValue', words));
    test('a count of nothing', () => refused(call('DescribeAlertLogCount', {}), 'MissingGroupBy'));
    test('the last times there are', () => call('DescribeAlertLogHistogram', { StartTime: '7258118400000', EndTime: '7258118400000' }));
    test('at the limit it is taken', () => call('DescribeAlertLogList', { StartTime: now - 15 * 86_400_000, EndTime: now, PageSize: 100 }));
});
