// cms_metric.test.mjs - CloudMonitor's metric rules by the vendor's clients: rules, pushed
// points, who is told of what they make, what is refused, and Terraform's sequence.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import cms from '@alicloud/cms20190101';
import { startMailSink } from '../demo/sinks.mjs';
import { canonical, flat, percent, send, sendV1, v1 } from './alibaba_sign.mjs';
import { ask, connections, refused, sdk, succeeded, unlike } from './cms_rig.mjs';
import { account, Belfry, until } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const reader = { id: 'readerKey', secret: 'readerSecret' };
let belfry, mailServer, hook, hookUrl, call;
const mails = [], calls = [];

before(async () => {
    mailServer = await startMailSink((mail) => mails.push(mail));
    hook = createServer((req, res) => {
        let body = '';
        req.on('data', (bytes) => { body += bytes; });
        req.on('end', () => { calls.push({ url: req.url, body }); res.end(); });
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    hookUrl = `http://127.0.0.1:${hook.address().port}/cb?x=1&y=2`;
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: mailServer.port, from: 'belfry@example.com' },
        activate_at_once: true, allow_addresses: ['127.0.0.0/8'],
        accounts: [account([
            { name: 'ops', access_keys: [full], policies: ['full-access'],
              bearer: 'admin-bearer-key' },
            { name: 'reader', access_keys: [reader], policies: ['read-only'] }])],
    });
    call = sdk(belfry, full);
    await call('PutContact', { ContactName: '值班', Describe: '', Lang: 'en',
                               Channels: { Mail: 'duty@example.com' } });
    await call('PutContactGroup', { ContactGroupName: '考勤系统组', ContactNames: ['值班'] });
});
after(async () => {
    await belfry.stop();
    mailServer.close();
    hook.close();
});

const level = (Threshold, Times = 3, more = {}) => ({
    Statistics: 'Average', ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold, Times,
    ...more });
const ruleOf = (RuleId, more = {}) => ({
    RuleId, RuleName: `cpu ${RuleId}`, Namespace: 'acs_ecs_dashboard', MetricName: RuleId,
    ContactGroups: '考勤系统组', Resources: '[{"resource":"_ALL"}]',
    Escalations: { Critical: level('95'), Warn: level('90') }, ...more });
const put = (RuleId, more, by = call) => by('PutResourceMetricRule', ruleOf(RuleId, more));

// The answer of the list: Code is a number here, Total a text.
async function list(params, by = call) {
    const body = await by('DescribeMetricRuleList', params);
    assert.deepEqual(unlike(cms.DescribeMetricRuleListResponseBody, body), []);
    assert.equal(body.Code, 200);
    assert.equal(body.Success, true);
    assert.equal(typeof body.Total, 'string');
    return body;
}
const one = async (RuleIds, by) => (await list({ RuleIds }, by)).Alarms.Alarm[0];

const point = (MetricName, value, ago = 0, more = {}) => ({
    GroupId: '0', MetricName, Dimensions: '{"instanceId":"i-abc"}', Type: '0',
    Values: JSON.stringify({ value }), Time: `${Date.now() - ago}`, ...more });
const push = (points, by = call) => by('PutCustomMetric', { MetricList: points });
const mailsOf = (word) => mails.filter((m) => m.subject.includes(word));
const decisions = async (name) =>
    (await ask(belfry, 'GET', `/deliveries?limit=100&alertname=${encodeURIComponent(name)}`)).body.items;

// ---- the operations, by each client ------------------------------------------------------

for (const [name, connect] of Object.entries(connections)) {
    describe(name, () => {
        const id = `rule-${name.replace(/\W/g, '')}`;
        let by;
        before(() => { by = connect(belfry, full); });

        test('PutResourceMetricRule, and what the list shows of it', async () => {
            succeeded('PutResourceMetricRule', await put(id, {
                RuleName: 'CPU 高 "it\'s" 🔥', MetricName: 'cpu_total',
                ContactGroups: '考勤系统组,ECS_Group', Resources: '[{"instanceId":"i-abc"}]',
                Escalations: { Critical: level('90'),
                               Info: level('-1.5e1', 1, { Statistics: 'Maximum',
                                                          ComparisonOperator: 'LessThanLastPeriod' }) },
                EffectiveInterval: '00:00-23:59', NoEffectiveInterval: '03:00-04:59 UTC+0700',
                SilenceTime: 3600, Interval: '60', Period: '300', NoDataPolicy: 'OK',
                SendOK: false, EmailSubject: 'ECS 告警', Webhook: hookUrl,
                Labels: [{ Key: 'k1', Value: 'v1' }, { Key: 'env', Value: 'prod 1' }] }, by));
            const rule = await one(id, by);
            assert.ok(Math.abs(Date.now() - rule.GmtCreate) < 120_000);
            assert.equal(rule.GmtUpdate, `${rule.GmtCreate}`);
            assert.deepEqual({ ...rule, GmtCreate: 0, GmtUpdate: '' }, {
                RuleId: id, RuleName: 'CPU 高 "it\'s" 🔥', Namespace: 'acs_ecs_dashboard',
                MetricName: 'cpu_total', GroupId: '', GroupName: '', ProductCategory: '',
                SourceType: 'METRIC', Resources: '[{"instanceId":"i-abc"}]', Dimensions: '',
                Period: '300', NoDataPolicy: 'OK', EnableState: true,
                Escalations: {
                    Critical: { ComparisonOperator: 'GreaterThanOrEqualToThreshold',
                                Statistics: 'Average', Threshold: '90', Times: 3 },
                    Info: { ComparisonOperator: 'LessThanLastPeriod', Statistics: 'Maximum',
                            Threshold: '-1.5e1', Times: 1 } },
                AlertState: 'INSUFFICIENT_DATA', EffectiveInterval: '00:00-23:59',
                NoEffectiveInterval: '03:00-04:59 UTC+0700', SilenceTime: 3600, SendOK: false,
                ContactGroups: '考勤系统组,ECS_Group', Webhook: hookUrl, MailSubject: 'ECS 告警',
                Labels: { Labels: [{ Key: 'k1', Value: 'v1' }, { Key: 'env', Value: 'prod 1' }] },
                GmtCreate: 0, GmtUpdate: '' });
        });

        test('what is not given is unset; what it defaults to', async () => {
            succeeded('PutResourceMetricRule', await put(id, { MetricName: 'cpu_total' }, by));
            const rule = await one(id, by);
            assert.equal(rule.SilenceTime, 86400);
            assert.equal(rule.Period, '60');
            assert.equal(rule.NoDataPolicy, 'KEEP_LAST_STATE');
            assert.equal(rule.SendOK, true);
            assert.equal(rule.Webhook, '');
            assert.equal(rule.MailSubject, '');
            assert.ok(!('Labels' in rule));
            assert.deepEqual(Object.keys(rule.Escalations), ['Critical', 'Warn']);
        });

        test('off, on, gone', async () => {
            succeeded('DisableMetricRules', await by('DisableMetricRules', { RuleId: [id] }));
            assert.equal((await one(id, by)).EnableState, false);
            succeeded('PutResourceMetricRule', await put(id, {}, by));
            assert.equal((await one(id, by)).EnableState, false); // a Put does not switch
            succeeded('EnableMetricRules', await by('EnableMetricRules', { RuleId: [id, id] }));
            assert.equal((await one(id, by)).EnableState, true);
            succeeded('DeleteMetricRules', await by('DeleteMetricRules', { Id: [id] }));
            const body = await list({ RuleIds: id }, by);
            assert.deepEqual([body.Total, body.Alarms.Alarm], ['0', []]);
            await refused(by('DeleteMetricRules', { Id: [id] }), 'ResourceNotFound');
        });

        test('PutResourceMetricRules says which failed', async () => {
            const good = ruleOf(`${id}-a`), wrong = ruleOf(`${id}-b`, { RuleName: ' ' });
            const bad = ruleOf(`${id}-c`, { Escalations: { Warn: level('much') } });
            const body = succeeded('PutResourceMetricRules', await by(
                'PutResourceMetricRules', { Rules: [wrong, good, bad] }));
            const failed = body.FailedListResult.Target;
            assert.deepEqual(failed.map((f) => [f.RuleId, f.Result.Code, f.Result.Success]), [
                [`${id}-b`, 'InvalidParameterValue', false],
                [`${id}-c`, 'InvalidParameterValue', false]]);
            assert.match(failed[0].Result.Message, /RuleName/);
            assert.match(failed[1].Result.Message, /Rules\.3\.Escalations\.Warn\.Threshold/);
            assert.equal((await list({ RuleIds: `${id}-a,${id}-b,${id}-c` }, by)).Total, '1');
            await by('DeleteMetricRules', { Id: [`${id}-a`] });
        });

        test('PutGroupMetricRule, PutCustomMetricRule', async () => {
            const group = succeeded('PutGroupMetricRule', await by('PutGroupMetricRule', {
                RuleId: id, RuleName: 'disk', GroupId: '7301', Category: 'ecs',
                Namespace: 'acs_ecs_dashboard', MetricName: 'disk',
                Dimensions: '{"device":"/dev/vda1"}',
                Escalations: { Info: level('1') } }));
            assert.deepEqual(group.Result, { RuleId: id });
            let rule = await one(id, by);
            assert.deepEqual([rule.GroupId, rule.ProductCategory, rule.Dimensions, rule.ContactGroups],
                             ['7301', 'ecs', '{"device":"/dev/vda1"}', '']);
            succeeded('PutCustomMetricRule', await by('PutCustomMetricRule', {
                RuleId: id, MetricName: 'cpu', Statistics: 'Average', ComparisonOperator: '!=',
                Threshold: '7', EvaluationCount: 2, Level: 'WARN', ContactGroups: '考勤系统组',
                GroupId: '7301', Resources: '["{\\"groupId\\":7301,\\"dimension\\":\\"a=b\\"}"]' }));
            rule = await one(id, by);
            assert.deepEqual(rule.Escalations, { Warn: {
                ComparisonOperator: 'NotEqualToThreshold', Statistics: 'Average', Threshold: '7',
                Times: 2 } });
            assert.deepEqual([rule.RuleName, rule.Period, rule.Namespace],
                             [id, '300', 'acs_customMetric']);
            await by('DeleteMetricRules', { Id: [id] });
        });

        test('targets of other services are refused, and there are none', async () => {
            await put(id, {}, by);
            await refused(by('PutMetricRuleTargets', { RuleId: id, Targets: [
                { Id: '1', Arn: 'acs:mns:cn-hangzhou:1:/queues/x/messages', Level: 'WARN' }] }),
                'InvalidParameterValue', 'Targets.1.Arn');
            const none = succeeded('DescribeMetricRuleTargets',
                                   await by('DescribeMetricRuleTargets', { RuleId: id }));
            assert.deepEqual(none.Targets, { Target: [] });
            const gone = succeeded('DeleteMetricRuleTargets', await by(
                'DeleteMetricRuleTargets', { RuleId: id, TargetIds: ['1', '2'] }));
            assert.deepEqual(gone.FailIds, { TargetIds: { TargetId: ['1', '2'] } });
            await by('DeleteMetricRules', { Id: [id] });
            for (const action of ['PutMetricRuleTargets', 'DescribeMetricRuleTargets',
                                  'DeleteMetricRuleTargets'])
                await refused(by(action, only(action, id)), 'ResourceNotFound');
        });

        test('PutCustomMetric', async () => {
            const body = succeeded('PutCustomMetric', await push([
                point('unwatched', 1.5),
                point('unwatched', 1, 0, { Type: '1', Period: '60', Time: '20171013T170923.456+0800',
                                           Values: '{"Average":10.5,"Maximum":12}' })], by), null);
            assert.deepEqual(Object.keys(body).sort(), ['Code', 'Message', 'RequestId']);
        });
    });
}

// What the call cannot be without.
function only(action, RuleId) {
    if (action === 'PutMetricRuleTargets')
        return { RuleId, Targets: [{ Id: '1', Arn: 'x' }] };
    return action === 'DeleteMetricRuleTargets' ? { RuleId, TargetIds: ['1'] } : { RuleId };
}

// ---- what it is for ------------------------------------------------------------------------

describe('points over a threshold', () => {
    // Periods of ten seconds, all of them over: those of a minute ago and behind.
    const short = { Period: '10', Escalations: { Critical: level('99', 2), Warn: level('90') } };
    let base; // of each test: a point more than ten periods late does not count
    beforeEach(() => { base = Math.floor(Date.now() / 10_000) * 10_000 - 70_000; });
    const at = (name, value, period, more) =>
        point(name, value, 0, { Time: `${base + period * 10_000}`, ...more });
    const over = (name, more) => push([91, 92, 93].map((v, i) => at(name, v, i, more)));

    test('three times: one mail; worse: another; over: the end; all in the history', async () => {
        await put('story', { ...short, Webhook: hookUrl, Labels: [{ Key: 'team', Value: 'web' }] });
        await push([at('story', 91, 0), at('story', 92, 1)]);
        assert.equal((await one('story')).AlertState, 'OK');
        await push([at('story', 93, 2)]);
        assert.equal((await one('story')).AlertState, 'ALARM');
        await until('a mail', () => mailsOf('cpu story').length === 1);
        const [first] = mailsOf('cpu story');
        assert.equal(first.to, 'duty@example.com');
        assert.match(first.text, /91|92|93/);

        const { body: { alerts } } = await ask(belfry, 'GET',
            '/alerts?filter=ruleId%3D%22story%22').then((r) => (
            { body: { alerts: r.body.items ?? r.body.alerts ?? r.body } }));
        assert.equal(alerts.length, 1);
        const { labels } = alerts[0];
        assert.deepEqual(labels, {
            alertname: 'cpu story', source: 'cloudmonitor', ruleId: 'story', severity: 'warning',
            level: 'WARN', namespace: 'acs_ecs_dashboard', metricName: 'story',
            instanceId: 'i-abc', resource: 'i-abc', team: 'web' });

        await push([at('story', 94, 3)]); // the same level goes on: nobody is told again
        assert.equal((await one('story')).AlertState, 'ALARM');
        await push([at('story', 99, 4), at('story', 100, 5)]);
        await until('a second mail', () => mailsOf('cpu story').length === 2);
        assert.match(mailsOf('cpu story')[1].text, /critical/i);
        await push([at('story', 1, 6)]);
        await until('the end', () => mailsOf('cpu story').length === 3);
        assert.match(mailsOf('cpu story')[2].subject, /resolved/i);
        assert.equal((await one('story')).AlertState, 'OK');
        await until('the webhook', () => calls.length >= 3);
        assert.ok(calls.every((c) => c.url === '/cb?x=1&y=2'));

        const told = (await decisions('cpu story')).filter((d) => d.contact_group === '考勤系统组');
        assert.ok(told.length >= 3, JSON.stringify(told));

        // the same as CloudMonitor shows it
        const { AlertLogList } = await until('the log', async () => {
            const body = await call('DescribeAlertLogList', { RuleId: 'story', PageSize: 100 });
            return body.AlertLogList.filter((l) => l.ContactMailList?.length > 0).length === 3
                && body;
        });
        const mailed = AlertLogList.filter((l) => l.ContactMailList?.length > 0);
        assert.deepEqual(mailed.map((l) => [l.RuleName, l.MetricName, l.Level]).reverse(), [
            ['cpu story', 'story', 'P3'], ['cpu story', 'story', 'P2'], ['cpu story', 'story', 'OK']]);
        assert.deepEqual(mailed[0].Dimensions.map((d) => [d.Key, d.Value])
            .filter(([k]) => k === 'instanceId'), [['instanceId', 'i-abc']]);
    });

    test('outside its hours: mute; explain names them', async () => {
        // an hour that is two hours from now in UTC+8
        const hour = (new Date(Date.now() + 10 * 3600_000).getUTCHours() + 24) % 24;
        const text = `${`${hour}`.padStart(2, '0')}:00-${`${hour}`.padStart(2, '0')}:59`;
        await put('hours', { ...short, EffectiveInterval: text });
        await over('hours');
        assert.equal((await one('hours')).AlertState, 'ALARM');
        await until('the decision', async () =>
            JSON.stringify(await decisions('cpu hours')).includes('inactive'));
        assert.equal(mailsOf('cpu hours').length, 0);
        const [log] = await until('the log', async () => {
            const { AlertLogList } = await call('DescribeAlertLogList', { RuleId: 'hours', SendStatus: '1' });
            return AlertLogList.length > 0 && AlertLogList;
        });
        assert.deepEqual([log.SendStatus, log.RuleName, log.Level, log.ContactMailList], ['1', 'cpu hours', 'P3', []]);
        const { body } = await ask(belfry, 'POST', '/explain', { labels: {
            alertname: 'cpu hours', source: 'cloudmonitor', ruleId: 'hours', severity: 'warning' } });
        const words = JSON.stringify(body);
        assert.ok(words.includes('cloudmonitor/metric/hours'), words);
        assert.ok(words.includes('inactive'), words);
    });

    test('in a blacklist: mute, the other instance is told', async () => {
        const { Id } = await call('CreateMetricRuleBlackList', {
            Name: '维护', Namespace: 'acs_ecs_dashboard', Category: 'ecs',
            Instances: ['{"instanceId":"i-quiet"}'], Metrics: [{ MetricName: 'quiet' }] });
        await put('quiet', short);
        await over('quiet', { Dimensions: '{"instanceId":"i-quiet"}' });
        await over('quiet');
        await until('a mail', () => mailsOf('cpu quiet').length === 1);
        await until('the decision', async () =>
            JSON.stringify(await decisions('cpu quiet')).includes('silenced'));
        assert.equal(mailsOf('cpu quiet').length, 1);
        assert.ok(!mailsOf('cpu quiet')[0].text.includes('i-quiet'));
        await until('the log', async () => (await call('DescribeAlertLogList', { RuleId: 'quiet' }))
            .AlertLogList.some((l) => l.BlackListUUID === Id && l.BlackListName === '维护'));
    });

    test('EmailSubject is the subject of its mails', async () => {
        await put('subject', { ...short, EmailSubject: '机房 CPU 🔥' });
        await over('subject');
        const mail = await until('a mail', () => mailsOf('机房 CPU 🔥')[0]);
        assert.ok(!mail.subject.includes('cpu subject'), mail.subject);
        assert.match(mail.text, /cpu subject/);
    });

    test('what fires is known after a crash, and its end is told', async () => {
        await put('crash', short);
        await over('crash');
        await until('a mail', () => mailsOf('cpu crash').length === 1);
        await belfry.restart();
        call = sdk(belfry, full);
        assert.equal((await one('crash')).AlertState, 'ALARM');
        await push([at('crash', 1, 3)]);
        await until('the end', () => mailsOf('cpu crash').some((m) => /resolved/i.test(m.subject)));
    });

    test('a rule that is switched off ends its alert', async () => {
        await put('off', short);
        await over('off');
        await until('a mail', () => mailsOf('cpu off').length === 1);
        await call('DisableMetricRules', { RuleId: ['off'] });
        await until('the end', () => mailsOf('cpu off').length === 2);
        assert.equal((await one('off')).AlertState, 'INSUFFICIENT_DATA');
    });
});

// ---- what is refused -------------------------------------------------------------------------

const raw = (action, params, key = full) => {
    const all = v1(action, flat(params), { key, method: 'POST' });
    return send(belfry.host, { method: 'POST', body: canonical(all),
                               headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
};

async function is(status, Code, words, action, params, key) {
    const { status: got, json } = await raw(action, params, key);
    const what = `${action} ${JSON.stringify(params).slice(0, 200)}: ${JSON.stringify(json)}`;
    assert.equal(got, status, what);
    assert.equal(`${json.Code}`, Code, what);
    if (words)
        assert.ok(json.Message.includes(words), what);
}

describe('limits and errors', () => {
    const bad = (words, more, action = 'PutResourceMetricRule') =>
        is(400, 'InvalidParameterValue', words, action, ruleOf('limit', more));
    const good = (more, action = 'PutResourceMetricRule') =>
        is(200, '200', '', action, ruleOf('limit', more));
    const warn = (more) => ({ Escalations: { Warn: level('90', 3, more) } });

    test('what has to be given', async () => {
        for (const name of ['RuleId', 'RuleName', 'Namespace', 'MetricName', 'ContactGroups'])
            await is(400, `Missing${name}`, name, 'PutResourceMetricRule',
                     ruleOf('limit', { [name]: undefined }));
        await is(400, 'MissingEscalations', '', 'PutResourceMetricRule',
                 ruleOf('limit', { Escalations: undefined }));
        for (const name of ['Statistics', 'ComparisonOperator', 'Threshold', 'Times'])
            await is(400, `MissingEscalations.Warn.${name}`, '', 'PutResourceMetricRule',
                     ruleOf('limit', warn({ [name]: undefined })));
        await good({ Resources: undefined });
    });

    test('of a rule: at, below and above each limit', async () => {
        await good({ RuleId: 'x'.repeat(128) });
        await bad('RuleId', { RuleId: 'x'.repeat(129) });
        await good({ RuleName: '名'.repeat(255) });
        await bad('RuleName', { RuleName: '名'.repeat(256) });
        await good({ MetricName: 'm'.repeat(255) });
        await bad('MetricName', { MetricName: 'm'.repeat(256) });
        await bad('Namespace', { Namespace: 'n'.repeat(256) });
        for (const Times of [1, 100])
            await good(warn({ Times }));
        for (const Times of [0, 101, -1, '1.5', 'x'])
            await bad('Escalations.Warn.Times', warn({ Times }));
        for (const SilenceTime of [60, 604800])
            await good({ SilenceTime });
        for (const SilenceTime of [59, 604801, 'x'])
            await bad('SilenceTime', { SilenceTime });
        for (const Period of ['1', '60', '86400'])
            await good({ Period });
        for (const Period of ['0', '86401', '60s'])
            await bad('Period', { Period });
        for (const Threshold of ['0', '-1', '90.5', '1e3'])
            await good(warn({ Threshold }));
        for (const Threshold of ['x', '1e400', '+1', '0x10', '1 2', '{}', 'NaN', '9'.repeat(65)])
            await bad('Escalations.Warn.Threshold', warn({ Threshold }));
        await bad('ComparisonOperator', warn({ ComparisonOperator: '>=' }));
        await bad('PreCondition', warn({ PreCondition: 'x' }));
        await good(warn({ Statistics: 'P'.repeat(64) }));
        await bad('Statistics', warn({ Statistics: 'P'.repeat(65) }));
        await good({ Labels: Array.from({ length: 100 }, (_, i) => ({ Key: `k${i}`, Value: '' })) });
        await bad('Labels', { Labels: Array.from({ length: 101 }, (_, i) => ({ Key: `k${i}`, Value: '' })) });
        await good({ EmailSubject: 's'.repeat(1024) });
        await bad('EmailSubject', { EmailSubject: 's'.repeat(1025) });
        const groups = (n) => Array.from({ length: n }, (_, i) => `g${i}`).join(',');
        await good({ ContactGroups: groups(1000) });
        await bad('ContactGroups', { ContactGroups: groups(1001) });
        for (const ContactGroups of ['a,', ',a', 'a,,b', ' '])
            await bad('ContactGroups', { ContactGroups });
        await bad('NoDataPolicy', { NoDataPolicy: 'keep' });
        await bad('SendOK', { SendOK: 'yes' });
        await bad('Webhook', { Webhook: 'ftp://x' });
        await bad('CompositeExpression', { CompositeExpression: '{"Level":"WARN"}' });
        await bad('Prometheus', { Prometheus: { PromQL: 'up' } });
    });

    test('its resources and hours', async () => {
        const things = (n) => JSON.stringify(Array.from({ length: n }, (_, i) => ({ instanceId: `i-${i}` })));
        const keys = (n) => JSON.stringify([Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v']))]);
        for (const Resources of ['[]', '{}', '{"a":"b"}', things(100), keys(20), '["{}"]'])
            await good({ Resources });
        for (const Resources of ['x', '1', '"a"', '[1]', '[{"a":1.5}]', '[{"a":{}}]', '[{"":"x"}]',
                                 things(101), keys(21), '[{"a":"b","a":"c"}]', '[{"dimension":"x"}]'])
            await bad('Resources', { Resources });
        for (const EffectiveInterval of ['00:00-23:59', '22:00-06:00', '05:31-05:31', '08:00-22:00 +0800',
                                         '08:00-22:00 UTC-03:30'])
            await good({ EffectiveInterval, NoEffectiveInterval: EffectiveInterval });
        for (const EffectiveInterval of ['8:00-22:00', '24:00-01:00', '00:60-01:00', '08:00', '08:00-22:00x',
                                         '08:00-22:00 CST', '08:00-22:00 +8', '08:00-22:00 +1500']) {
            await bad('EffectiveInterval', { EffectiveInterval });
            await bad('NoEffectiveInterval', { NoEffectiveInterval: EffectiveInterval });
        }
        const week = (Period) => ({ Period, Escalations: { Warn: level('1', 1, {
            ComparisonOperator: 'GreaterThanLastWeek' }) } });
        await good(week('60'));
        await bad('Period', week('59'));
    });

    test('group and custom rules', async () => {
        const group = { GroupId: '1' };
        await is(400, 'MissingGroupId', '', 'PutGroupMetricRule', ruleOf('limit'));
        await good({ ...group, SilenceTime: 3600 }, 'PutGroupMetricRule');
        await bad('SilenceTime', { ...group, SilenceTime: 3599 }, 'PutGroupMetricRule');
        await bad('Dimensions', { ...group, Dimensions: '[]' }, 'PutGroupMetricRule');
        const custom = { RuleId: 'limit', MetricName: 'm', Statistics: 'Sum', ComparisonOperator: '>',
                         Threshold: '1', EvaluationCount: 1, Level: 'INFO', ContactGroups: 'a',
                         Resources: '[]' };
        await is(200, '200', '', 'PutCustomMetricRule', custom);
        for (const name of Object.keys(custom))
            await is(400, `Missing${name}`, '', 'PutCustomMetricRule', { ...custom, [name]: undefined });
        for (const [name, value] of [['ComparisonOperator', 'GreaterThanThreshold'], ['Level', 'ERROR'],
                                     ['Level', 'warn'], ['EvaluationCount', 101], ['Threshold', 'x']])
            await is(400, 'InvalidParameterValue', name, 'PutCustomMetricRule', { ...custom, [name]: value });
    });

    test('lists of rules and of ids', async () => {
        const some = (n) => Array.from({ length: n }, (_, i) => `none-${i}`);
        await is(400, 'MissingRules', '', 'PutResourceMetricRules', {});
        const rules = (n) => ({ Rules: Array.from({ length: n }, () => ({ RuleId: 'x' })) });
        await is(200, '200', '', 'PutResourceMetricRules', rules(100));
        await is(400, 'InvalidParameterValue', 'Rules', 'PutResourceMetricRules', rules(101));
        for (const [action, name, most] of [['EnableMetricRules', 'RuleId', 100],
                                            ['DisableMetricRules', 'RuleId', 20],
                                            ['DeleteMetricRules', 'Id', 100]]) {
            await is(400, `Missing${name}`, '', action, {});
            await is(404, 'ResourceNotFound', 'The specified resource is not found.', action,
                     { [name]: some(most) });
            await is(400, 'ParameterInvalid', 'Illegal parameters.', action, { [name]: some(most + 1) });
            await is(400, 'ParameterInvalid', 'Illegal parameters.', action, { [name]: 'x' });
            await is(404, 'ResourceNotFound', '', action, { [name]: '["a","b"]' }); // tolerated
        }
        // all or none
        await put('stays', {});
        await is(404, 'ResourceNotFound', '', 'DeleteMetricRules', { Id: ['stays', 'none'] });
        assert.equal((await list({ RuleIds: 'stays' })).Total, '1');
    });

    test('the list: filters and pages', async () => {
        for (const [id, more] of [['l-1', { GroupId: '9' }], ['l-2', {}], ['l-3', {}]])
            await is(200, '200', '', id === 'l-1' ? 'PutGroupMetricRule' : 'PutResourceMetricRule',
                     ruleOf(id, { Namespace: 'listed', RuleName: `列表 ${id}`, MetricName: `m${id}`,
                                  Resources: `[{"instanceId":"${id}"}]`,
                                  ...(id === 'l-1' ? { Dimensions: '{"instanceId":"l-1"}' } : {}), ...more }));
        await call('DisableMetricRules', { RuleId: ['l-3'] });
        const ids = async (params) =>
            (await list({ Namespace: 'listed', ...params })).Alarms.Alarm.map((a) => a.RuleId);
        assert.deepEqual(await ids({}), ['l-1', 'l-2', 'l-3']);
        assert.deepEqual(await ids({ RuleName: '表 l-2' }), ['l-2']);
        assert.deepEqual(await ids({ RuleName: 'nothing' }), []);
        assert.deepEqual(await ids({ MetricName: 'ml-3' }), ['l-3']);
        assert.deepEqual(await ids({ GroupId: '9' }), ['l-1']);
        assert.deepEqual(await ids({ EnableState: false }), ['l-3']);
        assert.deepEqual(await ids({ EnableState: true }), ['l-1', 'l-2']);
        assert.deepEqual(await ids({ AlertState: 'INSUFFICIENT_DATA' }), ['l-1', 'l-2', 'l-3']);
        assert.deepEqual(await ids({ AlertState: 'ALARM' }), []);
        assert.deepEqual(await ids({ Dimensions: '{"instanceId":"l-2"}' }), ['l-2']);
        assert.deepEqual(await ids({ Page: 2, PageSize: 2 }), ['l-3']);
        assert.deepEqual(await ids({ Page: 9, PageSize: 100 }), []);
        assert.equal((await list({ Namespace: 'listed', PageSize: 1 })).Total, '3');
        const asked = (n) => Array.from({ length: n }, (_, i) => `none-${i}`).join(',');
        await is(200, '200', '', 'DescribeMetricRuleList', { RuleIds: asked(20) });
        await is(200, '200', '', 'DescribeMetricRuleList', { RuleIds: '很'.repeat(128) });
        for (const wrong of [{ RuleIds: asked(21) }, { RuleIds: '很'.repeat(129) }, { Page: 0 }, { PageSize: 101 }, { PageSize: 0 },
                             { AlertState: 'ok' }, { EnableState: 'x' }, { Dimensions: '[]' }])
            await is(400, 'InvalidParameter', 'Invalid parameter.', 'DescribeMetricRuleList', wrong);
    });

    test('points', async () => {
        const wrong = (words, more) => is(400, 'InvalidParameterValue', `MetricList.1.${words}`,
                                          'PutCustomMetric', { MetricList: [point('m', 1, 0, more)] });
        const right = (more) => is(200, '200', '', 'PutCustomMetric',
                                   { MetricList: [point('m', 1, 0, more)] });
        const many = (n) => ({ MetricList: Array.from({ length: n }, () => point('m', 1)) });
        await is(400, 'MissingMetricList', '', 'PutCustomMetric', {});
        await is(200, '200', '', 'PutCustomMetric', many(21));
        await is(400, 'InvalidParameterValue', 'MetricList', 'PutCustomMetric', many(22));
        for (const name of ['GroupId', 'MetricName', 'Dimensions', 'Type', 'Values'])
            await is(400, `MissingMetricList.1.${name}`, '', 'PutCustomMetric',
                     { MetricList: [point('m', 1, 0, { [name]: undefined })] });
        await is(400, 'MissingMetricList.1.Period', '', 'PutCustomMetric',
                 { MetricList: [point('m', 1, 0, { Type: '1', Values: '{"Average":1}' })] });
        for (const Period of ['60', '300'])
            await right({ Type: '1', Period, Values: '{"Average":1}' });
        for (const Period of ['59', '61', 'x'])
            await wrong('Period', { Type: '1', Period, Values: '{"Average":1}' });
        await wrong('Type', { Type: '2' });
        for (const Values of ['{"value":0}', '{"value":-1.5e300}'])
            await right({ Values });
        for (const Values of ['{}', '[]', '1', 'x', '{"value":"1"}', '{"value":1e999}', '{"Average":1}',
                              '{"value":1,"b":2}', '{"":1}'])
            await wrong('Values', { Values });
        const values = (n) => JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`P${i}`, i])));
        await right({ Type: '1', Period: '60', Values: values(20) });
        await wrong('Values', { Type: '1', Period: '60', Values: values(21) });
        const dims = (n) => JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`d${i}`, 'x'])));
        for (const Dimensions of ['{}', dims(20), '{"a":7}'])
            await right({ Dimensions });
        for (const Dimensions of [dims(21), '[]', 'x', '{"a":1.5}', '{"a":null}', '{"a":"\\u0000"}', `{"a":"${'x'.repeat(8192)}"}`])
            await wrong('Dimensions', { Dimensions });
        const ahead = (ms) => ({ Time: `${Date.now() + ms}` });
        for (const more of [ahead(14 * 60_000), ahead(-400 * 86400_000), { Time: '20171013T170923.456+0800' },
                            { Time: '20171013T170923.456Z' }, { Time: undefined }])
            await right(more);
        for (const Time of [`${Date.now() + 16 * 60_000}`, '0', '-5', 'now', '2017-10-13T17:09:23Z',
                            '20171013T170923+0800', '20171313T170923.456Z', '9'.repeat(30)])
            await wrong('Time', { Time });
        await right({ MetricName: 'm'.repeat(255), GroupId: '1'.repeat(255) });
        await wrong('MetricName', { MetricName: 'm'.repeat(256) });
        await wrong('GroupId', { GroupId: '1'.repeat(256) });
        await wrong('MetricName', { MetricName: 'a\nb' });
        await wrong('GroupId', { GroupId: '\u0001' });
        await is(400, 'InvalidParameterValue', 'MetricList.2.Values', 'PutCustomMetric',
                 { MetricList: [point('m', 1), point('m', 1, 0, { Values: 'x' })] });
    });

    test('who may not', async () => {
        for (const action of ['PutResourceMetricRule', 'PutCustomMetric', 'EnableMetricRules',
                              'DisableMetricRules', 'DeleteMetricRules', 'PutGroupMetricRule'])
            await is(403, 'NoPermission', '', action, {}, reader);
        await is(200, '200', '', 'DescribeMetricRuleList', {}, reader);
    });
});

// ---- Terraform: contracts/alibaba.md 5.4 -----------------------------------------------------

// tea-rpc: what the system says in the query, what the caller says in the form, one
// signature over both (3.2).
async function tea(action, params) {
    const system = ['Action', 'Format', 'Timestamp', 'Version', 'SignatureNonce', 'SignatureMethod',
                    'SignatureVersion', 'AccessKeyId', 'Signature'];
    const all = v1(action, params, { key: full, method: 'POST', Format: 'json' });
    const pick = (inside) => Object.entries(all).filter(([k]) => system.includes(k) === inside)
        .map(([k, v]) => `${percent(k)}=${percent(v)}`).join('&');
    const { status, json, text } = await send(belfry.host, {
        method: 'POST', query: pick(true), body: pick(false),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'x-acs-action': action,
                   'x-acs-version': '2019-01-01' } });
    assert.equal(status, 200, text);
    return json;
}

describe('Terraform: alicloud_cms_alarm', () => {
    const RuleId = '5ac3a8c1-1cc7-4b21-9c43-2b1f2d8c0a11';
    // "params: RuleId, RuleName, Namespace, MetricName, ContactGroups, Resources,
    // EffectiveInterval, Period, SilenceTime, Webhook, Escalations.*, Labels.N"
    const configured = {
        RuleId, RuleName: 'cpu 告警', Namespace: 'acs_ecs_dashboard', MetricName: 'CPUUtilization',
        ContactGroups: 'ECS_Group,考勤系统组', Resources: '[{"instanceId":"i-abc"}]',
        EffectiveInterval: '00:00-23:59', Period: '300', SilenceTime: '86400',
        Webhook: 'http://127.0.0.1:9/cb?x=1&y=2',
        'Escalations.Critical.ComparisonOperator': 'GreaterThanThreshold',
        'Escalations.Critical.Statistics': 'Average', 'Escalations.Critical.Threshold': '90',
        'Escalations.Critical.Times': '3', 'Labels.1.Key': 'env', 'Labels.1.Value': 'prod 1',
    };
    // 5. "read: DescribeMetricRuleList + DescribeMetricRuleTargets"
    async function read() {
        const { Alarms } = await tea('DescribeMetricRuleList', { RuleIds: RuleId });
        const { Targets } = await tea('DescribeMetricRuleTargets', { RuleId });
        assert.ok(Array.isArray(Targets.Target));
        return Alarms.Alarm[0];
    }
    // "Must hold in responses", and nothing that would be a difference to what is configured
    function unchanged(alarm, want) {
        assert.equal(typeof alarm.ContactGroups, 'string');
        assert.equal(typeof alarm.Resources, 'string');
        assert.equal(typeof alarm.EnableState, 'boolean');
        assert.ok(!('CompositeExpression' in alarm) && !('Prometheus' in alarm));
        const flatAlarm = flat({ ...alarm, Labels: alarm.Labels?.Labels });
        for (const [name, value] of Object.entries(want))
            assert.equal(flatAlarm[name], value, name);
    }

    test('create', async () => {
        // 1. "create: RuleId generated -> PutResourceMetricRule"
        assert.equal((await tea('PutResourceMetricRule', configured)).Code, '200');
        // 2. "EnableMetricRules RuleId.1"
        assert.equal((await tea('EnableMetricRules', { 'RuleId.1': RuleId })).Success, true);
        // 3. "polls DescribeMetricRuleList(RuleIds=id) until EnableState equals"
        const { Alarms, Code, Total } = await tea('DescribeMetricRuleList', { RuleIds: RuleId });
        assert.deepEqual([Alarms.Alarm.length, Alarms.Alarm[0].EnableState, Code, Total],
                         [1, true, 200, '1']);
    });

    test('plan without a difference', async () => unchanged(await read(), configured));

    test('update, disabled', async () => {
        const next = { ...configured, SilenceTime: '3600', Webhook: undefined };
        delete next.Webhook;
        await tea('PutResourceMetricRule', next);
        await tea('DisableMetricRules', { 'RuleId.1': RuleId });
        const alarm = await read();
        assert.equal(alarm.EnableState, false);
        unchanged(alarm, next);
        assert.equal(alarm.Webhook, '');
    });

    test('destroy', async () => {
        // 6. "delete: DeleteMetricRules Id.1, then polls until the rule is gone"
        await tea('DeleteMetricRules', { 'Id.1': RuleId });
        assert.deepEqual((await tea('DescribeMetricRuleList', { RuleIds: RuleId })).Alarms,
                         { Alarm: [] });
    });
});

test('XML', async () => {
    await put('xml', {});
    const { text } = await sendV1(belfry.host, 'DescribeMetricRuleList', { RuleIds: 'xml' },
                                  { key: full, Format: 'XML' });
    assert.match(text, /<DescribeMetricRuleListResponse>.*<Code>200<\/Code>.*<Alarms><Alarm><RuleId>xml</s);
});
