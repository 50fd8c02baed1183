// cms_event.test.mjs - CloudMonitor's event rules by the vendor's clients: rules and their
// targets, events in, messages out, and what is refused.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startMailSink } from '../demo/sinks.mjs';
import { ask, connections, refused, sdk, succeeded } from './cms_rig.mjs';
import { account, Belfry, sleep, until } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const reader = { id: 'readerKey', secret: 'readerSecret' };
let belfry, mailServer, hook, call;
const mails = [], calls = [];
const mailsFor = (word) => mails.filter((m) => m.text.includes(word) || m.subject.includes(word));

before(async () => {
    mailServer = await startMailSink((mail) => mails.push(mail));
    hook = createServer((req, res) => {
        let body = '';
        req.on('data', (bytes) => { body += bytes; });
        req.on('end', () => { calls.push({ url: req.url, body: JSON.parse(body) }); res.end(); });
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: mailServer.port, from: 'belfry@example.com' },
        activate_at_once: true, allow_addresses: ['127.0.0.0/8'],
        accounts: [account([
            { name: 'ops', access_keys: [full], policies: ['full-access'], bearer: 'admin-bearer-key' },
            { name: 'reader', access_keys: [reader], policies: ['read-only'] }])],
    });
    call = sdk(belfry, full);
    await call('PutContact', { ContactName: '值班', Describe: '', Lang: 'en',
                               Channels: { Mail: 'duty@example.com', SMS: '13333333333' } });
    await call('PutContactGroup', { ContactGroupName: '运维 组', ContactNames: ['值班'] });
});
after(async () => {
    await belfry.stop();
    mailServer.close();
    hook.close();
});

const put = (RuleName, EventPattern, more = {}, by = call) =>
    by('PutEventRule', { RuleName, EventPattern, ...more });
const aim = (RuleName, Level = '4', by = call) => by('PutEventRuleTargets', {
    RuleName, ContactParameters: [{ Id: '1', ContactGroupName: '运维 组', Level }] });
const rules = async (NamePrefix) =>
    succeeded('DescribeEventRuleList', await call('DescribeEventRuleList', { NamePrefix }));

for (const [name, connect] of Object.entries(connections)) {
    describe(name, () => {
        const tag = name.replace(/\W/g, '');
        const rule = `规则 ${tag}`;
        let by;
        before(() => { by = connect(belfry, full); });

        test('a rule is made, shown, modified, switched and deleted', async () => {
            const body = succeeded('PutEventRule', await put(rule, [
                { Product: 'ecs', NameList: ['Disk.Full', 'a|b'], LevelList: ['CRITICAL', 'WARN'],
                  EventTypeList: ['*'], StatusList: ['Failed'], SQLFilter: '192.168.0.1 and Executed',
                  CustomFilters: 'Stopping' }],
                { Description: '说明 🔔', SilenceTime: 86400, GroupId: '7378' }, by));
            assert.equal(body.Data, '1');
            const list = succeeded('DescribeEventRuleList',
                                   await by('DescribeEventRuleList', { NamePrefix: rule }));
            const pattern = {
                Product: 'ecs', EventTypeList: { EventTypeList: ['*'] },
                LevelList: { LevelList: ['CRITICAL', 'WARN'] },
                NameList: { NameList: ['Disk.Full', 'a|b'] },
                CustomFilters: 'Stopping', SQLFilter: '192.168.0.1 and Executed',
            };
            assert.equal(list.Total, 1);
            const [shown] = list.EventRules.EventRule;
            const inList = shown.EventPattern.EventPattern[0];
            assert.deepEqual(inList, pattern);
            assert.deepEqual({ ...shown, EventPattern: 0 }, {
                Name: rule, Description: '说明 🔔', EventType: 'SYSTEM', GroupId: '7378',
                SilenceTime: 86400, State: 'ENABLED', EventPattern: 0 });
            const one = succeeded('DescribeEventRuleAttribute',
                                  await by('DescribeEventRuleAttribute', { RuleName: rule }));
            assert.deepEqual(one.Result.EventPattern.StatusList.StatusList, ['Failed']);

            await put(rule, [{ Product: 'rds' }], { State: 'DISABLED' }, by);
            const [kept] = (await rules(rule)).EventRules.EventRule;
            assert.equal(kept.Description, '说明 🔔'); // not given: stays
            assert.equal(kept.State, 'DISABLED');
            succeeded('EnableEventRules', await by('EnableEventRules', { RuleNames: [rule] }));
            assert.equal((await rules(rule)).EventRules.EventRule[0].State, 'ENABLED');
            succeeded('DisableEventRules', await by('DisableEventRules', { RuleNames: [rule] }));
            assert.equal((await rules(rule)).EventRules.EventRule[0].State, 'DISABLED');
            succeeded('DeleteEventRules', await by('DeleteEventRules', { RuleNames: [rule, rule] }));
            assert.deepEqual((await rules(rule)).EventRules.EventRule, []);
            assert.equal((await rules(rule)).Total, 0);
            const routes = (await ask(belfry, 'GET', '/routes')).body.items;
            assert.ok(!routes.some((r) => r.name.includes(tag)));
        });

        test('targets are added, replaced by id and taken away', async () => {
            const name = `targets ${tag}`;
            await put(name, [{ Product: 'ecs' }], {}, by);
            const body = succeeded('PutEventRuleTargets', await by('PutEventRuleTargets', {
                RuleName: name,
                ContactParameters: [{ Id: '1', ContactGroupName: '运维 组', Level: '3' },
                                    { Id: '9', ContactGroupName: 'nobody', Level: '4' }],
                WebhookParameters: [{ Id: '2', Protocol: 'http', Method: 'POST',
                                      Url: `http://127.0.0.1:${hook.address().port}/${tag}?a=b&c` }],
                FcParameters: [{ Id: '3', FunctionName: 'f', Region: 'cn-hangzhou', ServiceName: 's' }],
                MnsParameters: [{ Id: '4', Queue: 'q', Region: 'cn-hangzhou' }],
            }));
            assert.equal(body.FailedParameterCount, '3');
            assert.deepEqual(body.FailedContactParameters.ContactParameter,
                             [{ Id: 9, ContactGroupName: 'nobody', Level: '4' }]);
            assert.deepEqual(body.FailedFcParameters.FcParameter,
                             [{ Id: 3, FunctionName: 'f', Region: 'cn-hangzhou', ServiceName: 's' }]);
            assert.deepEqual(body.FailedMnsParameters.MnsParameter,
                             [{ Id: 4, Queue: 'q', Region: 'cn-hangzhou' }]);
            const targets = async () => by('DescribeEventRuleTargetList', { RuleName: name });
            const shown = succeeded('DescribeEventRuleTargetList', await targets(), null);
            assert.deepEqual(shown.ContactParameters.ContactParameter,
                             [{ Id: '1', ContactGroupName: '运维 组', Level: '3' }]);
            assert.deepEqual(shown.WebhookParameters.WebhookParameter,
                             [{ Id: '2', Protocol: 'http', Method: 'POST',
                                Url: `http://127.0.0.1:${hook.address().port}/${tag}?a=b&c` }]);
            for (const [kind, item] of [['FcParameters', 'FCParameter'], ['MnsParameters', 'MnsParameter'],
                                        ['SlsParameters', 'SlsParameter'],
                                        ['OpenApiParameters', 'OpenApiParameters']])
                assert.deepEqual(shown[kind], { [item]: [] });
            await aim(name, '2', by);
            succeeded('DeleteEventRuleTargets',
                      await by('DeleteEventRuleTargets', { RuleName: name, Ids: ['2', 'no such'] }));
            const left = await targets();
            assert.equal(left.ContactParameters.ContactParameter[0].Level, '2');
            assert.deepEqual(left.WebhookParameters.WebhookParameter, []);
            await by('DeleteEventRules', { RuleNames: [name] });
        });
    });
}

describe('events', () => {
    test('a custom event is told to those who want it, once, and its end to nobody', async () => {
        await put('磁盘', [{ Product: '*', NameList: ['disk.full'] }], { EventType: 'CUSTOM' });
        await aim('磁盘');
        await call('PutEventRuleTargets', { RuleName: '磁盘', WebhookParameters: [
            { Id: 'w', Method: 'POST', Protocol: 'http', Url: `http://127.0.0.1:${hook.address().port}/disk` }] });
        const event = { EventName: 'disk.full', Content: '磁盘 /data 满了 🔔', GroupId: '12',
                        Time: '20261013T170923.456+0800' };
        for (let i = 0; i < 3; i++) // sent again, it is the same event
            assert.deepEqual(Object.keys(succeeded('PutCustomEvent',
                await call('PutCustomEvent', { EventInfo: [event] }), null)).sort(),
                ['Code', 'Message', 'RequestId']);
        await call('PutCustomEvent', { EventInfo: [{ ...event, EventName: 'disk.ok' }] });
        await until('a mail', () => mailsFor('满了').length > 0);
        await until('a call', () => calls.some((c) => c.url === '/disk'));
        await sleep(1500);
        assert.equal(mailsFor('满了').length, 1);
        assert.ok(mailsFor('满了')[0].subject.includes('disk.full'));
        const told = calls.filter((c) => c.url === '/disk');
        assert.equal(told.length, 1);
        // the body is CloudMonitor's (cms_rules.test.mjs); the labels are the one model's
        assert.equal(told[0].body.eventTime, '20261013T170923.456+0800');
        const { body } = await ask(belfry, 'GET', '/alerts?filter=alertname%3D%22disk.full%22');
        const [{ labels }] = body.items ?? body;
        assert.match(labels.eventId, /^[0-9a-f]{32}$/);
        assert.equal(told[0].body.id, labels.eventId);
        assert.deepEqual({ ...labels, eventId: '' }, {
            alertname: 'disk.full', content: '磁盘 /data 满了 🔔', eventId: '', eventType: 'CUSTOM',
            groupId: '12', level: 'INFO', severity: 'info', source: 'cloudmonitor' });
    });

    test('several patterns: any of them, and told once', async () => {
        await put('or', [{ Product: 'ecs', LevelList: ['CRITICAL'] },
                         { Product: 'ecs', NameList: ['reboot'] }, { Product: 'rds' }]);
        await aim('or');
        const dry = (Product, EventName, content) => call('SendDryRunSystemEvent', {
            Product, EventName, EventContent: JSON.stringify({ resourceId: 'acs:ecs:cn:1:instance/i-1', ...content }) });
        const body = succeeded('SendDryRunSystemEvent', await dry('ECS', 'reboot', { level: 'CRITICAL', x: 'or-both' }), 'true');
        assert.equal(body.Success, 'true');
        await dry('ecs', 'stop', { level: 'CRITICAL', x: 'or-first' });
        await dry('RDS', 'stop', { level: 'WARN', x: 'or-third' });
        await dry('ecs', 'stop', { level: 'WARN', x: 'or-none' });
        for (const word of ['or-both', 'or-first', 'or-third'])
            await until(word, () => mailsFor(word).length > 0);
        await sleep(1200);
        assert.deepEqual(['or-both', 'or-first', 'or-third', 'or-none'].map((w) => mailsFor(w).length), [1, 1, 1, 0]);
        const { body: history } = await ask(belfry, 'GET', '/deliveries?limit=100');
        assert.ok(history.items.some((r) => r.route === 'cloudmonitor/event.2/or' || r.route === 'cloudmonitor/event.1/or'));
    });

    test('filters look into the content', async () => {
        await put('filters', [{ Product: 'slb', SQLFilter: '10.0.0.1 and Executed' }]);
        await put('filters or', [{ Product: 'nas', SQLFilter: 'Red or G(reen' }]);
        await aim('filters');
        await aim('filters or');
        const dry = (Product, x) => call('SendDryRunSystemEvent', { Product, EventName: 'f', EventContent: JSON.stringify({ x }) });
        await dry('slb', 'f-no 10.0.0.1');
        await dry('slb', 'f-dot 10x0.0.1 Executed');
        await dry('slb', 'f-yes Executed at 10.0.0.1');
        await dry('nas', 'f-or G(reen');
        await dry('nas', 'f-neither Green');
        await until('both', () => mailsFor('f-yes').length && mailsFor('f-or').length);
        await sleep(1200);
        assert.deepEqual(['f-no', 'f-dot', 'f-yes', 'f-or', 'f-neither'].map((w) => mailsFor(w).length), [0, 0, 1, 1, 0]);
    });

    test('the level of a target chooses the channels', async () => {
        await put('level', [{ Product: 'oss' }]);
        const explain = async () => (await ask(belfry, 'POST', '/explain', {
            labels: { alertname: 'x', source: 'cloudmonitor', eventType: 'SYSTEM', product: 'oss',
                      severity: 'critical', level: 'CRITICAL' } })).body;
        const words = async (level) => {
            await aim('level', level);
            const text = JSON.stringify(await explain());
            assert.ok(text.includes('cloudmonitor/event/level'), text);
            return text.includes('below_severity');
        };
        assert.equal(await words('4'), true); // no SMS
        assert.equal(await words('3'), false);
        assert.equal(await words('2'), false);
    });

    test('a rule that is off tells nobody; in its silence time it tells once', async () => {
        await put('quiet', [{ Product: 'cdn' }], { SilenceTime: 3600 });
        await put('off', [{ Product: 'dns' }], { State: 'DISABLED' });
        await aim('quiet');
        await aim('off');
        const dry = (Product, x) => call('SendDryRunSystemEvent', { Product, EventName: 'q', EventContent: JSON.stringify({ x }) });
        await dry('dns', 'q-off');
        await dry('cdn', 'q-first');
        await until('the first', () => mailsFor('q-first').length > 0);
        await dry('cdn', 'q-second');
        await sleep(1500);
        assert.equal(mailsFor('q-off').length, 0);
        assert.equal(mailsFor('q-second').length, 0);
    });

    test('routes of rules belong to them', async () => {
        await put('owned', [{ Product: 'ecs' }]);
        const path = `/routes/${encodeURIComponent('cloudmonitor/event/owned')}`;
        const { status, body } = await ask(belfry, 'GET', path);
        assert.equal(status, 200);
        assert.equal(body.owner, 'event_rule/owned');
        assert.equal((await ask(belfry, 'DELETE', path)).status, 409);
        const made = await ask(belfry, 'PUT', `/routes/${encodeURIComponent('cloudmonitor/event/mine')}`, {
            matchers: ['a="b"'], group_interval: '5m', repeat_interval: '4h' });
        assert.equal(made.body.fault, 'invalid');
    });

    test('rules and targets survive a kill', async () => {
        await put('durable', [{ Product: 'ecs' }, { Product: 'rds' }]);
        await aim('durable');
        const before = (await rules('')).EventRules.EventRule;
        await belfry.restart('SIGKILL');
        assert.deepEqual((await rules('')).EventRules.EventRule, before);
        assert.equal((await call('DescribeEventRuleTargetList', { RuleName: 'durable' }))
            .ContactParameters.ContactParameter.length, 1);
    });
});

describe('refused', () => {
    const long = (n) => '名'.repeat(n);
    const cases = [
        ['PutEventRule', { EventPattern: [{ Product: 'a' }] }, 'MissingRuleName'],
        ['PutEventRule', { RuleName: 'r' }, 'MissingEventPattern'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ LevelList: ['WARN'] }] }, 'MissingEventPattern.1.Product'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a', LevelList: ['HIGH'] }] }, 'InvalidParameterValue', 'LevelList'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a', EventTypeList: ['x'] }] }, 'InvalidParameterValue', 'EventTypeList'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a', SQLFilter: 'a and b or c' }] }, 'InvalidParameterValue', 'SQLFilter'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a', SQLFilter: 'level: CRITICAL' }] }, 'InvalidParameterValue', 'SQLFilter'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a', NameList: Array(51).fill('n') }] }, 'InvalidParameterValue', 'NameList'],
        ['PutEventRule', { RuleName: 'r', EventPattern: Array(9).fill({ Product: 'a' }) }, 'InvalidParameterValue', 'EventPattern.N'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a' }], EventType: 'OTHER' }, 'InvalidParameterValue', 'EventType'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a' }], State: 'ON' }, 'InvalidParameterValue', 'State'],
        ['PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'a' }], SilenceTime: -1 }, 'InvalidParameterValue', 'SilenceTime'],
        ['PutEventRule', { RuleName: long(129), EventPattern: [{ Product: 'a' }] }, 'InvalidParameterValue', 'RuleName'],
        ['PutEventRule', { RuleName: 'a\nb', EventPattern: [{ Product: 'a' }] }, 'InvalidParameterValue', 'RuleName'],
        ['PutEventRuleTargets', { RuleName: 'no such' }, 'ResourceNotFound', 'no such'],
        ['PutEventRuleTargets', {}, 'MissingRuleName'],
        ['PutEventRuleTargets', { RuleName: 'there', ContactParameters: [{ ContactGroupName: '运维 组' }] }, 'MissingContactParameters.1.Id'],
        ['PutEventRuleTargets', { RuleName: 'there', ContactParameters: [{ Id: '1', ContactGroupName: '运维 组', Level: '5' }] }, 'InvalidParameterValue', 'Level'],
        ['PutEventRuleTargets', { RuleName: 'there', ContactParameters: Array(6).fill({ Id: '1', ContactGroupName: 'x' }) }, 'InvalidParameterValue', 'ContactParameters.N'],
        ['PutEventRuleTargets', { RuleName: 'there', WebhookParameters: [{ Id: '1', Url: 'ftp://x' }] }, 'InvalidParameterValue', 'Url'],
        ['PutEventRuleTargets', { RuleName: 'there', WebhookParameters: [{ Id: '1', Method: 'GET', Url: 'http://127.0.0.1:1/' }] }, 'InvalidParameterValue', 'Method'],
        ['EnableEventRules', {}, 'MissingRuleNames'],
        ['EnableEventRules', { RuleNames: ['there', 'no such'] }, 'ResourceNotFound', 'no such'],
        ['DisableEventRules', { RuleNames: ['no such'] }, 'ResourceNotFound'],
        ['DisableEventRules', {}, 'MissingRuleNames'],
        ['DeleteEventRules', { RuleNames: ['no such'] }, 'ResourceNotFound'],
        ['DeleteEventRules', {}, 'MissingRuleNames'],
        ['DeleteEventRuleTargets', { RuleName: 'there' }, 'MissingIds'],
        ['DeleteEventRuleTargets', { RuleName: 'no such', Ids: ['1'] }, 'ResourceNotFound'],
        ['DescribeEventRuleTargetList', { RuleName: 'no such' }, 'ResourceNotFound'],
        ['DescribeEventRuleTargetList', {}, 'MissingRuleName'],
        ['DescribeEventRuleAttribute', { RuleName: 'no such' }, 'ResourceNotFound'],
        ['DescribeEventRuleList', { PageSize: '101' }, 'InvalidParameterValue', 'PageSize'],
        ['DescribeEventRuleList', { PageNumber: '0' }, 'InvalidParameterValue', 'PageNumber'],
        ['PutCustomEvent', {}, 'MissingEventInfo'],
        ['PutCustomEvent', { EventInfo: [{ Content: 'x' }] }, 'MissingEventInfo.1.EventName'],
        ['PutCustomEvent', { EventInfo: [{ EventName: 'x' }] }, 'MissingEventInfo.1.Content'],
        ['PutCustomEvent', { EventInfo: [{ EventName: 'x', Content: 'y', Time: 'yesterday' }] }, 'InvalidParameterValue', 'Time'],
        ['PutCustomEvent', { EventInfo: [{ EventName: long(257), Content: 'y' }] }, 'InvalidParameterValue', 'EventName'],
        ['PutCustomEvent', { EventInfo: [{ EventName: 'x', Content: 'y'.repeat(16385) }] }, 'InvalidParameterValue', 'Content'],
        ['PutCustomEvent', { EventInfo: Array(51).fill({ EventName: 'x', Content: 'y' }) }, 'InvalidParameterValue', 'EventInfo.N'],
        ['SendDryRunSystemEvent', { Product: 'ecs' }, 'MissingEventName'],
        ['SendDryRunSystemEvent', { EventName: 'x' }, 'MissingProduct'],
        ['SendDryRunSystemEvent', { Product: 'ecs', EventName: 'x', EventContent: '[]' }, 'InvalidParameterValue', 'EventContent'],
    ];
    before(() => put('there', [{ Product: 'a' }]));
    for (const [action, params, code, words = ''] of cases)
        test(`${action}: ${code} ${words}`, async () => {
            // POST with a body: long lists do not fit a line
            await refused(connections['pop-core POST'](belfry, full)(action, params), code, words);
        });

    test('who may only read makes no rule and sends no event', async () => {
        const by = sdk(belfry, reader);
        await refused(put('r', [{ Product: 'a' }], {}, by), 'NoPermission', 'cms:PutEventRule');
        await refused(by('PutCustomEvent', { EventInfo: [{ EventName: 'x', Content: 'y' }] }), 'NoPermission');
        succeeded('DescribeEventRuleList', await by('DescribeEventRuleList', {}));
    });

    test('at the limits it is taken', async () => {
        await put(long(128), [{ Product: 'a', NameList: Array.from({ length: 50 }, (_, i) => `n${i}`) },
                              ...Array(7).fill({ Product: 'b' })]);
        const post = connections['pop-core POST'](belfry, full);
        await post('PutCustomEvent', { EventInfo: Array.from({ length: 50 }, (_, i) => (
            { EventName: `limit${i}`, Content: 'y'.repeat(i ? 10 : 16384), Time: String(Date.now()) })) });
        await call('DeleteEventRules', { RuleNames: [long(128)] });
        assert.equal((await rules(long(128))).Total, 0);
    });
});
