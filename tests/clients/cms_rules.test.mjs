// cms_rules.test.mjs - CloudMonitor's rules that are more than one threshold: of several
// metrics (CompositeExpression), of an application group, of custom events; and what their
// URL callbacks say. By the vendor's clients.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import cms from '@alicloud/cms20190101';
import { startMailSink } from '../demo/sinks.mjs';
import { sendV1 } from './alibaba_sign.mjs';
import { ask, connections, refused, sdk, succeeded, unlike } from './cms_rig.mjs';
import { account, Belfry, until } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
let belfry, mailServer, hook, hookUrl, call;
const mails = [], calls = [];

before(async () => {
    mailServer = await startMailSink((mail) => mails.push(mail));
    hook = createServer((req, res) => {
        let body = '';
        req.on('data', (bytes) => { body += bytes; });
        req.on('end', () => { calls.push({ type: req.headers['content-type'], url: req.url, body }); res.end(); });
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    hookUrl = `http://127.0.0.1:${hook.address().port}`;
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: mailServer.port, from: 'belfry@example.com' },
        activate_at_once: true, allow_addresses: ['127.0.0.0/8'],
        accounts: [account([{ name: 'ops', access_keys: [full], policies: ['full-access'],
                              bearer: 'admin-bearer-key' }])],
    });
    call = sdk(belfry, full);
    for (const [contact, group] of [['值班', '考勤系统组'], ['Bob', 'ECS_Group']]) {
        await call('PutContact', { ContactName: contact, Describe: '', Lang: 'en',
                                   Channels: { Mail: `${group === 'ECS_Group' ? 'bob' : 'duty'}@example.com` } });
        await call('PutContactGroup', { ContactGroupName: group, ContactNames: [contact] });
    }
});
after(async () => {
    await belfry.stop();
    mailServer.close();
    hook.close();
});

// Whole periods, all over; of each test: a point more than ten of them late does not count.
const begun = () => Math.floor(Date.now() / 10_000) * 10_000 - 70_000;
let base = begun();
beforeEach(() => { base = begun(); });
const push = (points) => call('PutCustomMetric', { MetricList: points.map(
    ([MetricName, value, period, instanceId = 'i-abc']) => ({
        GroupId: '0', MetricName, Dimensions: JSON.stringify({ instanceId }), Type: '0',
        Values: JSON.stringify({ value }), Time: `${base + period * 10_000}` })) });
const level = (Threshold, Times) => ({
    Statistics: 'Average', ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold, Times });
const mailsOf = (word) => mails.filter((m) => m.subject.includes(word));
async function one(RuleIds, by = call) {
    const body = await by('DescribeMetricRuleList', { RuleIds });
    assert.deepEqual(unlike(cms.DescribeMetricRuleListResponseBody, body), []);
    return body.Alarms.Alarm[0];
}

// ---- several metrics -----------------------------------------------------------------------

const composite = (CompositeExpression, more = {}) => ({
    RuleId: 'composite', RuleName: 'composite', Namespace: 'acs_ecs_dashboard', MetricName: 'cpu',
    ContactGroups: '考勤系统组', Resources: '[{"resource":"_ALL"}]', Period: '10', ...(CompositeExpression ? { CompositeExpression } : {}), ...more });
const list = (...Expressions) => ({
    ExpressionList: Expressions.map(([MetricName, Statistics, Threshold, Period = 10]) => ({
        MetricName, Statistics, Threshold, Period, ComparisonOperator: 'GreaterThanThreshold' })),
    ExpressionListJoin: '&&', Level: 'CRITICAL', Times: 2 });

for (const [name, connect] of Object.entries(connections))
    test(`${name}: CompositeExpression, and what the list shows of it`, async () => {
        const by = connect(belfry, full);
        const wanted = list(['cpu', '$Average', '90'], ['disk', '$Maximum', '80.5', 60]);
        // JSON in one parameter from the SDK, flattened from pop-core: both are read
        succeeded('PutResourceMetricRule', await by('PutResourceMetricRule', composite(wanted)));
        let rule = await one('composite', by);
        assert.deepEqual(rule.CompositeExpression, {
            ExpressionList: { ExpressionList: wanted.ExpressionList }, ExpressionListJoin: '&&',
            Level: 'CRITICAL', Times: 2 });
        assert.deepEqual(rule.Escalations, {});
        const ExpressionRaw = '$Average > ($instanceId == "i-abc"? 80: 50)';
        succeeded('PutResourceMetricRule', await by('PutResourceMetricRule', composite(
            { ExpressionRaw, Level: 'WARN', Times: 1 })));
        rule = await one('composite', by);
        assert.deepEqual(rule.CompositeExpression, {
            ExpressionList: { ExpressionList: [] }, ExpressionRaw, Level: 'WARN', Times: 1 });
        await by('PutResourceMetricRule', composite(undefined, { Escalations: { Warn: level('1', 1) } }));
        assert.ok(!('CompositeExpression' in await one('composite', by)));
        await by('DeleteMetricRules', { Id: ['composite'] });
    });

describe('several metrics', () => {
    const rule = (RuleId, expression, more) => call('PutResourceMetricRule', composite(expression, {
        RuleId, RuleName: `rule ${RuleId}`, MetricName: `${RuleId}.a`, ...more }));

    test('all of them, two periods long: told; one of them is over: its end', async () => {
        await rule('all', list(['all.a', 'Average', '90'], ['all.b', 'Maximum', '80']));
        await push([['all.a', 95, 0], ['all.b', 85, 0], ['all.a', 95, 1]]);
        assert.equal((await one('all')).AlertState, 'OK');
        await push([['all.b', 85, 1]]);
        assert.equal((await one('all')).AlertState, 'ALARM');
        const mail = await until('a mail', () => mailsOf('rule all')[0]);
        assert.match(mail.text, /all\.a:Average>90 && all\.b:Maximum>80/);
        await push([['all.a', 95, 2], ['all.b', 3, 2]]);
        await until('the end', () => mailsOf('rule all').length === 2);
    });

    test('any of them', async () => {
        await rule('any', { ...list(['any.a', 'Average', '90'], ['any.b', 'Sum', '80']), ExpressionListJoin: '||', Times: 1 });
        await push([['any.b', 85, 0]]);
        await until('a mail', () => mailsOf('rule any').length === 1);
    });

    test('a formula: one instance has another threshold', async () => {
        await rule('raw', { ExpressionRaw: '@raw.x' }).then(() => assert.fail('taken'), (e) => assert.match(e.message, /ExpressionRaw/));
        await rule('raw', { ExpressionRaw: `$Average > ($instanceId == "i-big" ? 80 : 50) && @('raw.b')[10].$Maximum > 1`,
                            Level: 'WARN', Times: 1 });
        for (const instance of ['i-big', 'i-small'])
            await push([['raw.a', 60, 0, instance], ['raw.b', 2, 0, instance]]);
        const mail = await until('a mail', () => mailsOf('rule raw')[0]);
        assert.ok(mail.text.includes('i-small') && !mail.text.includes('i-big:'), mail.text);
        const { body } = await ask(belfry, 'GET', '/alerts?filter=ruleId%3D%22raw%22');
        assert.deepEqual((body.items ?? body).map((a) => [a.labels.instanceId, a.labels.level]), [['i-small', 'WARN']]);
    });

    test('refused', async () => {
        const good = list(['a', 'Average', '1'], ['b', 'Average', '1']);
        const many = (n) => list(...Array.from({ length: n }, (_, i) => [`m${i}`, 'Average', '1']));
        await rule('limit', many(10));
        for (const [words, code, expression] of [
            ['ExpressionList', 'InvalidParameterValue', many(11)],
            ['CompositeExpression must have', 'InvalidParameterValue', { Level: 'WARN', Times: 1 }],
            ['CompositeExpression must have', 'InvalidParameterValue', { ...good, ExpressionRaw: '$Average > 1' }],
            ['ExpressionListJoin', 'InvalidParameterValue', { ...good, ExpressionListJoin: 'and' }],
            ['ExpressionListJoin', 'MissingCompositeExpression.ExpressionListJoin', { ...good, ExpressionListJoin: undefined }],
            ['Level', 'MissingCompositeExpression.Level', { ...good, Level: undefined }],
            ['Level', 'InvalidParameterValue', { ...good, Level: 'critical' }],
            ['Times', 'MissingCompositeExpression.Times', { ...good, Times: undefined }],
            ['Times', 'InvalidParameterValue', { ...good, Times: 101 }],
            ['Threshold', 'InvalidParameterValue', list(['a', 'Average', 'much'])],
            ['Statistics', 'MissingCompositeExpression.ExpressionList.1.Statistics', list(['a', '', '1'])],
            ['Period', 'InvalidParameterValue', list(['a', 'Average', '1', 86401])],
            ['Period', 'InvalidParameterValue', list(['a', 'Average', '1', 60], ['b', 'Average', '1', 90])],
            ['Period', 'InvalidParameterValue', list(['a', 'Average', '1', 10], ['b', 'Average', '1', 610])],
            ['calls a function', 'InvalidParameterValue', { ExpressionRaw: 'count($Average > 20) > 3', Level: 'WARN', Times: 1 }],
        ])
            await refused(rule('limit', JSON.parse(JSON.stringify(expression))), code, words);
        await rule('limit', list(['a', 'Average', '1', 10], ['b', 'Average', '1', 600]));
        await refused(rule('limit', good, { Escalations: { Warn: level('1', 1) } }), 'InvalidParameterValue', 'Escalations');
        const { json, status } = await sendV1(belfry.host, 'PutResourceMetricRule',
            { RuleId: 'x', RuleName: 'x', Namespace: 'x', MetricName: 'x', ContactGroups: 'x', CompositeExpression: '[1]' }, { key: full });
        assert.deepEqual([status, json.Code], [400, 'InvalidParameterValue']);
    });
});

// ---- groups --------------------------------------------------------------------------------

for (const [name, connect] of Object.entries(connections))
    test(`${name}: CreateGroupMetricRules says what became of each`, async () => {
        const by = connect(belfry, full);
        const rule = (RuleId, more = {}) => ({
            RuleId, RuleName: `g ${RuleId}`, Category: 'ecs', Namespace: 'acs_ecs_dashboard', MetricName: 'cpu_total',
            ContactGroups: 'ECS_Group', Escalations: { Info: level('1', 3) }, ...more });
        const body = await by('CreateGroupMetricRules', { GroupId: 7301, GroupMetricRules: [
            rule('g-1', { SilenceTime: 3600, Options: '{"NotSendOK":true}', Dimensions: '{"device":"sda"}' }),
            rule('g-2', { SilenceTime: 60 })] });
        assert.deepEqual(unlike(cms.CreateGroupMetricRulesResponseBody, body), []);
        assert.deepEqual([body.Code, body.Success], [200, true]);
        assert.deepEqual(body.Resources.AlertResult.map((r) => ({ ...r, Message: r.Message.slice(0, 30) })), [
            { RuleId: 'g-1', RuleName: 'g g-1', Code: 200, Success: true, Message: '' },
            { RuleId: 'g-2', RuleName: 'g g-2', Code: 400, Success: false, Message: 'GroupMetricRules.2.SilenceTime' }]);
        const made = await one('g-1', by);
        assert.deepEqual([made.GroupId, made.SendOK, made.Dimensions, made.ContactGroups],
                         ['7301', false, '{"device":"sda"}', 'ECS_Group']);
        assert.equal(await one('g-2', by), undefined);
        await by('DeleteMetricRules', { Id: ['g-1'] });
    });

test('CreateGroupMetricRules: at most 200, and of a group', async () => {
    const GroupMetricRules = (n) => Array.from({ length: n }, () => ({ RuleId: 'x' }));
    const flat = (n) => Object.fromEntries(GroupMetricRules(n).map((r, i) => [`GroupMetricRules.${i + 1}.RuleId`, r.RuleId]));
    for (const [params, status, Code] of [
        [{ GroupId: '1', ...flat(200) }, 200, 200], [{ GroupId: '1', ...flat(201) }, 400, 'InvalidParameterValue'],
        [{ GroupId: '1' }, 400, 'MissingGroupMetricRules'], [flat(1), 400, 'MissingGroupId']]) {
        const answer = await sendV1(belfry.host, 'CreateGroupMetricRules', params, { key: full });
        assert.deepEqual([answer.status, answer.json.Code], [status, Code]);
    }
});

// ---- custom events -------------------------------------------------------------------------

describe('PutCustomEventRule', () => {
    const rule = (more = {}) => ({
        RuleId: 'event', RuleName: 'events too many', EventName: 'HostDown', GroupId: '7378', Level: 'CRITICAL',
        Threshold: '3', Period: '60', ContactGroups: 'ECS_Group,考勤系统组', EffectiveInterval: '00:00-23:59',
        EmailSubject: 'ECS instance', Webhook: `${hookUrl}/event-rule`, ...more });
    const send = (n, EventName = 'HostDown', GroupId = '7378') => call('PutCustomEvent', { EventInfo:
        Array.from({ length: n }, (_, i) => ({ EventName, Content: `down ${i}`, GroupId })) });

    for (const [name, connect] of Object.entries(connections))
        test(`${name}: made, listed, switched, deleted`, async () => {
            const by = connect(belfry, full);
            succeeded('PutCustomEventRule', await by('PutCustomEventRule', rule()));
            const shown = await one('event', by);
            assert.deepEqual([shown.RuleName, shown.Namespace, shown.MetricName, shown.GroupId, shown.Period, shown.MailSubject,
                              shown.ContactGroups, shown.Webhook, shown.Escalations.Critical.Threshold],
                             ['events too many', 'acs_customEvent', 'HostDown', '7378', '60', 'ECS instance',
                              'ECS_Group,考勤系统组', `${hookUrl}/event-rule`, '3']);
            succeeded('DisableMetricRules', await by('DisableMetricRules', { RuleId: ['event'] }));
            assert.equal((await one('event', by)).EnableState, false);
            succeeded('DeleteMetricRules', await by('DeleteMetricRules', { Id: ['event'] }));
        });

    test('events are counted by their name and group, points are not', async () => {
        await call('PutCustomEventRule', rule());
        await send(3, 'HostUp');
        await send(3, 'HostDown', '1');
        await call('PutCustomMetric', { MetricList: [{ GroupId: '7378', MetricName: 'HostDown', Dimensions: '{}', Type: '0', Values: '{"value":9}' }] });
        assert.equal((await one('event')).AlertState, 'INSUFFICIENT_DATA');
        await send(2);
        assert.equal((await one('event')).AlertState, 'OK');
        await call('PutCustomEvent', { EventInfo: [{ EventName: 'HostDown', Content: 'the third', GroupId: '7378' }] });
        // as soon as there are enough; when it ends: tests/flow/metric_test.c
        assert.equal((await one('event')).AlertState, 'ALARM');
    });

    test('refused', async () => {
        for (const name of ['RuleId', 'RuleName', 'EventName', 'GroupId', 'Level', 'Threshold', 'ContactGroups'])
            await refused(call('PutCustomEventRule', rule({ [name]: '' })), `Missing${name}`);
        for (const [name, value] of [['Level', 'warn'], ['Threshold', 'x'], ['Period', '90'], ['Period', '0'],
                                     ['EffectiveInterval', '8-9'], ['Webhook', 'ftp://x']])
            await refused(call('PutCustomEventRule', rule({ [name]: value })), 'InvalidParameterValue', name);
    });
});

// ---- callbacks -----------------------------------------------------------------------------

describe('what a URL is sent', () => {
    const of = (path) => calls.filter((c) => c.url === path);

    test('of a metric rule: CloudMonitor\'s form (contract 1.9), as it is reached, worsens and is left', async () => {
        await call('PutResourceMetricRule', {
            RuleId: 'cb', RuleName: '基础监控 内存 & more', Namespace: 'acs_ecs', MetricName: 'cb.mem', ContactGroups: '考勤系统组',
            Resources: '[{"resource":"_ALL"}]', Period: '10', Webhook: `${hookUrl}/form?x=1`,
            Escalations: { Warn: level('90', 1), Critical: level('99', 1) } });
        const parsed = [];
        for (const [value, period] of [[95.5, 0], [100, 1], [1, 2]]) {
            await push([['cb.mem', value, period]]);
            const got = await until('the callback', () => of('/form?x=1')[parsed.length]);
            assert.equal(got.type, 'application/x-www-form-urlencoded; charset=UTF-8');
            parsed.push(Object.fromEntries(new URLSearchParams(got.body)));
        }
        for (const form of parsed) {
            // every field of the contract's list, none of them empty
            for (const name of ['alertName', 'alertState', 'curValue', 'dimensions', 'expression', 'instanceName', 'metricName',
                                'metricProject', 'namespace', 'preTriggerLevel', 'ruleId', 'signature', 'timestamp',
                                'triggerLevel', 'userId'])
                assert.ok(form[name], `${name}: ${JSON.stringify(form)}`);
            assert.ok(Math.abs(Number(form.timestamp) - Date.now()) < 120_000);
            assert.deepEqual([form.alertName, form.ruleId, form.metricName, form.namespace, form.instanceName, form.dimensions, form.userId],
                ['基础监控 内存 & more', 'cb', 'cb.mem', 'acs_ecs', 'i-abc', '{userId=1234567890123456, instanceId=i-abc}', '1234567890123456']);
        }
        assert.deepEqual(parsed.map((f) => [f.alertState, f.triggerLevel, f.preTriggerLevel, f.curValue, f.expression]), [
            ['ALERT', 'WARN', 'OK', '95.5', '$Average>=90'],
            ['ALERT', 'CRITICAL', 'WARN', '100', '$Average>=99'],
            ['OK', 'OK', 'CRITICAL', '100', '$Average>=99']]);
    });

    test('of an event rule: its event as JSON', async () => {
        await call('PutEventRule', { RuleName: 'callback rule', EventType: 'SYSTEM', State: 'ENABLED',
                                     EventPattern: [{ Product: 'ECS', LevelList: ['CRITICAL'] }] });
        await call('PutEventRuleTargets', { RuleName: 'callback rule', WebhookParameters: [
            { Id: '1', Protocol: 'http', Method: 'POST', Url: `${hookUrl}/event` }] });
        const content = { level: 'CRITICAL', status: 'Executing', regionId: 'cn-hangzhou', instanceName: 'web1',
                          resourceId: 'acs:ecs:i-abc', nested: { a: [1, 'é'] } };
        await call('SendDryRunSystemEvent', { Product: 'ECS', EventName: 'Instance:Failure', GroupId: '7', EventContent: JSON.stringify(content) });
        const got = await until('the callback', () => of('/event')[0]);
        assert.equal(got.type, 'application/json');
        const event = JSON.parse(got.body);
        assert.match(event.eventTime, /^\d{8}T\d{6}\.\d{3}\+0800$/);
        assert.ok(event.id && event.traceId);
        assert.deepEqual({ ...event, id: 0, traceId: 0, eventTime: 0 }, {
            ver: '1.0', id: 0, traceId: 0, userId: '1234567890123456', name: 'Instance:Failure', ruleName: 'callback rule',
            product: 'ECS', level: 'CRITICAL', status: 'Executing', groupId: '7', regionId: 'cn-hangzhou', instanceName: 'web1',
            eventType: '', resourceId: 'acs:ecs:i-abc', eventTime: 0, content });
    });
});

// ---- who sees a callback's URL (doc/adr/0017) --------------------------------------------------

describe('a callback\'s URL', () => {
    const token = 'Zk8sT0kenOfTheHook';
    const reader = { id: 'readerKey', secret: 'readerSecret' };
    const denied = { id: 'deniedKey', secret: 'deniedSecret' };
    const other = { id: 'otherKey', secret: 'otherSecret' };
    let own;

    before(async () => {
        own = await Belfry.start({
            allow_addresses: ['127.0.0.0/8'],
            accounts: [
                account([{ name: 'ops', access_keys: [full], policies: ['full-access'], bearer: 'admin-bearer-key' },
                         { name: 'reader', access_keys: [reader], policies: ['read-only'] },
                         { name: 'denied', access_keys: [denied], policies: ['read-only', JSON.stringify({ Version: '1', Statement: [
                             { Effect: 'Deny', Resource: '*', Action: ['cms:DescribeMetricRuleList', 'cms:DescribeEventRuleTargetList'] }] })] }]),
                { ...account([{ name: 'stranger', access_keys: [other], policies: ['full-access'] }]),
                  name: 'second', uid: '9999999999999999', project_id: 'second', domain: { id: 'second', name: 'second' } }],
        });
        const by = sdk(own, full);
        await by('PutResourceMetricRule', { RuleId: 'secret', RuleName: 'secret', Namespace: 'n', MetricName: 'secret.m',
            ContactGroups: 'nobody', Resources: '[]', Period: '10', Escalations: { Warn: level('1', 1) },
            Webhook: `${hookUrl}/secret?access_token=${token}` });
        await by('PutEventRule', { RuleName: 'secret', EventType: 'CUSTOM', EventPattern: [{ Product: '*' }] });
        await by('PutEventRuleTargets', { RuleName: 'secret', WebhookParameters: [
            { Id: '1', Protocol: 'http', Method: 'POST', Url: `${hookUrl}/secret-event?access_token=${token}` }] });
        await by('PutCustomMetric', { MetricList: [{ GroupId: '0', MetricName: 'secret.m', Dimensions: '{"i":"1"}', Type: '0',
            Values: '{"value":5}', Time: `${begun()}` }] });
        await by('PutCustomEvent', { EventInfo: [{ EventName: 'secret', Content: 'c' }] });
        await until('both calls', () => calls.filter((c) => c.url.includes(token)).length >= 2);
    });
    after(() => own.stop());

    const rules = (key) => sendV1(own.host, 'DescribeMetricRuleList', { RuleIds: 'secret' }, { key });
    const targets = (key) => sendV1(own.host, 'DescribeEventRuleTargetList', { RuleName: 'secret' }, { key });

    test('is shown to whoever may read the rule', async () => {
        for (const key of [full, reader])
            for (const read of [rules, targets])
                assert.ok((await read(key)).text.includes(token));
    });

    test('and to nobody else', async () => {
        for (const read of [rules, targets]) {
            const answer = await read(denied);
            assert.deepEqual([answer.status, answer.json.Code, answer.json.AccessDeniedDetail.NoPermissionType], [403, 'NoPermission', 'ExplicitDeny']);
            assert.ok(!answer.text.includes(token));
            assert.ok(!(await read(other)).text.includes(token));
        }
        for (const action of ['DescribeAlertLogList', 'DescribeAlertHistoryList', 'DescribeEventRuleList', 'DescribeEventRuleAttribute'])
            assert.ok(!(await sendV1(own.host, action, { RuleName: 'secret' }, { key: full })).text.includes(token), action);
        for (const path of ['/routes', '/deliveries?limit=100', '/alerts', '/audit', '/openapi.json']) {
            const { body } = await ask(own, 'GET', path);
            assert.ok(!JSON.stringify(body).includes(token), path);
        }
        const { body } = await ask(own, 'POST', '/explain', { labels: { ruleId: 'secret', source: 'cloudmonitor' } });
        assert.ok(JSON.stringify(body).includes('cloudmonitor/metric/secret') && !JSON.stringify(body).includes(token));
        assert.ok(!(await (await fetch(`${own.url}/metrics`)).text()).includes(token));
        assert.ok(!own.log.includes(token));
        const files = readdirSync(join(own.dir, 'data')).filter((f) => f.includes('.db'));
        assert.ok(files.length >= 2);
        for (const file of files)
            assert.ok(!readFileSync(join(own.dir, 'data', file)).includes(token), file);
    });
});
