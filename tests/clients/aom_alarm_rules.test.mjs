// aom_alarm_rules.test.mjs - event2alarm rules and alarm rules v4 through the SDK and as
// Terraform does it (contracts/huawei.md 2.7, 4.2): each binds an alarm to an action rule.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { client, list, nativeKey, project, refused, start, terraform } from './aom_rig.mjs';

const rules = '/v4/alarm-rules', e2a = '/v2/event2alarm-rule';
let belfry, c;

before(async () => {
    belfry = await start();
    c = client(belfry);
    await c.call('POST', '/v2/alert/action-rules', { data: {
        rule_name: 'act', type: '1', notification_template: 'aom.built-in.template.zh',
        smn_topics: [{ name: 't', topic_urn: `urn:smn:cn-north-4:${project}:t` }] } });
    await c.call('POST', '/v2/alert/group-rules', { data: {
        name: 'grp', group_by: ['resource_provider'], group_wait: 0, group_interval: 60,
        group_repeat_waiting: 0, detail: [{ match: [{ key: 'nobody', operate: 'EXIST' }],
                                            bind_notification_rule_ids: ['act'] }] } });
});
after(() => belfry.stop());

let fired = 0;
// which routes an event takes
const routes = async (event_name, more = {}) => {
    const resource_id = `r${fired++}`;
    await c.call('PUT', '/v2/push/events', { data: { events: [{
        starts_at: Date.now(), metadata: {
            event_name, event_severity: 'Major', event_type: 'event', resource_provider: 'CCE',
            resource_type: 'vm', resource_id, ...more } }] } });
    const all = await (await fetch(`${belfry.url}/api/v2/alerts?filter=${
        encodeURIComponent(`resource="${resource_id}"`)}`)).json();
    return all[0].receivers.map((r) => r.name);
};

// ---- v4 -----------------------------------------------------------------------------------

const told = (more = {}) => ({ notification_type: 'direct', notification_enable: true,
                               bind_notification_rule_id: 'act', notify_frequency: 0, ...more });
const rule = (alarm_rule_name, more = {}) => ({
    alarm_rule_name, alarm_rule_enable: true, alarm_rule_type: 'event',
    alarm_notifications: told(), event_alarm_spec: {
        alarm_source: 'systemEvent', event_source: 'CCE', trigger_conditions: [
            { trigger_type: 'immediately', event_name: '扩容超时##ScaleUpTimedOut',
              thresholds: { Critical: 2, Major: 1 } }] }, ...more });
const put = (data, action_id = 'add-alarm-action') =>
    c.call('POST', rules, { data, query: { action_id } });
const drop = (...alarm_rules) => c.call('DELETE', rules, { data: { alarm_rules } });

// ---- accumulative -------------------------------------------------------------------------

const counting = (more = {}) => ({
    trigger_type: 'accumulative', event_name: '驱逐##Evicted', aggregation_window: 300,
    operator: '>=', thresholds: { Minor: 2, Critical: '4' }, frequency: '600', ...more });
const report = (event_name, starts_at, more = {}) => c.call('PUT', '/v2/push/events', { data: {
    events: [{ starts_at, metadata: {
        event_name, event_severity: 'Info', event_type: 'event', resource_provider: 'CCE',
        resource_type: 'pod', resource_id: 'same', ...more } }] } });
// the alarm that a rule raised: its level and whom it goes to; undefined: there is none
const alarm = async (name) => {
    const filter = encodeURIComponent(`alertname="${name}"`);
    const [a] = await (await fetch(`${belfry.url}/api/v2/alerts?filter=${filter}`)).json();
    return a && [a.labels.event_severity, a.receivers.map((r) => r.name), a.annotations.message];
};
const explained = async (labels) => {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/explain`, {
        method: 'POST', body: JSON.stringify({ labels }),
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${nativeKey}` } });
    return (await answer.json()).decisions.find((d) => d.word === 'counted');
};

describe('events that are counted first', () => {
    const now = Date.now();

    test('v4: an alarm at the level that is reached; the same event counts once; listed; explained', async () => {
        const spec = { alarm_source: 'systemEvent', event_source: 'CCE', trigger_conditions: [counting()] };
        await put(rule('累计', { event_alarm_spec: spec }));
        const [stored] = (await c.call('GET', rules, { query: { name: '累计' } })).alarm_rules;
        assert.deepEqual(stored.event_alarm_spec, spec);
        assert.deepEqual(await routes('Evicted'), []); // the event itself is told to nobody
        assert.equal(await alarm('累计'), undefined);
        assert.equal((await explained({ alertname: 'Evicted', resource_provider: 'CCE' })).by, '1 within 300 s');
        await report('Evicted', now);
        assert.deepEqual(await alarm('累计'), ['Minor', ['aom.alarm/累计/1'],
                                              '驱逐##Evicted: 2 within 300 s (>= 2)']);
        for (let i = 0; i < 5; i++)
            await report('Evicted', now); // sent again
        await report('Evicted', now - 300_000); // too long ago
        await report('other', now + 1);
        await report('Evicted', now + 1, { resource_provider: 'RDS' });
        assert.equal((await alarm('累计'))[0], 'Minor');
        await report('驱逐##Evicted', now + 2);
        assert.equal((await alarm('累计'))[0], 'Minor');
        await report('Evicted', now + 3, { event_severity: 'Critical' });
        assert.deepEqual(await alarm('累计'), ['Critical', ['aom.alarm/累计/1'],
                                              '驱逐##Evicted: 4 within 300 s (>= 4)']);
        const why = await explained({ alertname: 'Evicted', resource_provider: 'CCE' });
        assert.deepEqual([why.told, why.route, why.route_rule, why.by],
                         [false, 'aom.alarm/累计/1', 'AOM alarm rule 累计', '4 within 300 s']);
        // AOM shows it as an alarm of its own
        const { events } = await c.call('POST', '/v2/events', { query: { type: 'active_alert' }, data: {
            time_range: '-1.-1.60', search: '累计' } });
        assert.deepEqual(events.map((e) => [e.metadata.event_name, e.metadata.event_type, e.metadata.event_severity,
                                            e.metadata.resource_provider, e.metadata.resource_type, e.metadata.resource_id]),
                         [['累计', 'alarm', 'Critical', 'CCE', 'event', '驱逐##Evicted']]);
    });

    test('another dialect does not list it as its own, and nobody else may change it', async () => {
        const answer = await fetch(`${belfry.url}/api/belfry/v1/metric-rules`, {
            headers: { Authorization: `Bearer ${nativeKey}` } });
        const [own] = (await answer.json()).items.filter((r) => r.owner === 'aom.alarm/累计');
        assert.deepEqual([own.id, own.events, own.aom], ['aom.alarm/累计/1', true, true]);
    });

    test('it survives a restart, is changed with its rule, and ends with it', async () => {
        await put(rule('再起', { event_alarm_spec: { event_source: 'CCE', trigger_conditions: [
            counting({ event_name: 'OOM', thresholds: { Major: 2 }, operator: '>' })] } }));
        await report('OOM', now, { resource_id: 'a' });
        await report('OOM', now, { resource_id: 'b' });
        assert.equal(await alarm('再起'), undefined);
        await belfry.restart();
        assert.equal((await alarm('累计'))[0], 'Critical');
        assert.equal((await explained({ alertname: 'OOM', resource_provider: 'CCE' })).by, '2 within 300 s');
        await report('OOM', now, { resource_id: 'b' });
        assert.equal(await alarm('再起'), undefined);
        await report('OOM', now, { resource_id: 'c' });
        assert.equal((await alarm('再起'))[0], 'Major');
        await put(rule('再起', { alarm_rule_enable: false, event_alarm_spec: { event_source: 'CCE',
            trigger_conditions: [counting({ event_name: 'OOM', thresholds: { Major: 2 } })] } }),
                  'update-alarm-action');
        assert.equal(await alarm('再起'), undefined); // switched off: it is over
        assert.equal(await explained({ alertname: 'OOM', resource_provider: 'CCE' }), undefined);
        await drop('累计', '再起');
        assert.equal(await alarm('累计'), undefined);
    });

    test('alarm_policy: the group rule tells of the alarm', async () => {
        await c.call('PUT', '/v2/alert/group-rules', { data: {
            name: 'grp', group_by: ['resource_provider'], group_wait: 0, group_interval: 60,
            group_repeat_waiting: 0, detail: [{ match: [{ key: 'event_severity', operate: 'EQUALS', value: ['Critical'] }],
                                                bind_notification_rule_ids: ['act'] }] } });
        await put(rule('策略', {
            alarm_notifications: told({ notification_type: 'alarm_policy', notification_enable: false,
                bind_notification_rule_id: '', route_group_enable: true, route_group_rule: 'grp', notify_frequency: -1 }),
            event_alarm_spec: { event_source: 'CCE', trigger_conditions: [
                counting({ event_name: 'Kill', thresholds: { Critical: 1 }, operator: '=' })] } }));
        await report('Kill', now);
        assert.deepEqual((await alarm('策略')).slice(0, 2), ['Critical', ['aom.group/grp/1']]);
        await drop('策略');
        await c.call('PUT', '/v2/alert/group-rules', { data: {
            name: 'grp', group_by: ['resource_provider'], group_wait: 0, group_interval: 60,
            group_repeat_waiting: 0, detail: [{ match: [{ key: 'nobody', operate: 'EXIST' }],
                                                bind_notification_rule_ids: ['act'] }] } });
    });

    test('v2: a policy\'s level is the alarm\'s', async () => {
        const policy = { id: 1, name: 'v2Evicted', trigger_type: 'accumulative', period: 60,
                         operator: '>=', count: 3, level: 'Major' };
        await c.call('POST', e2a, { data: { name: '旧', alarm_type: 'notification', action_rule: 'act', enable: true,
                                            resource_provider: 'CCE', trigger_policies: [policy] } });
        assert.deepEqual(list(await c.call('GET', e2a))[0].trigger_policies, [policy]);
        const from = Date.now(); // not before: a period of a minute
        for (let i = 0; i < 2; i++)
            await report('v2Evicted', from + i);
        assert.equal(await alarm('旧'), undefined);
        await report('v2Evicted', from + 2);
        assert.deepEqual((await alarm('旧')).slice(0, 2), ['Major', ['aom.event/旧/1']]);
        assert.equal((await c.call('DELETE', e2a, { data: ['旧'] })).httpStatusCode, 204);
        assert.equal(await alarm('旧'), undefined);
    });
});

describe('alarm rules v4', () => {
    test('an event rule binds its events to the action rule', async () => {
        assert.equal((await put(rule('伸缩'))).httpStatusCode, 200);
        assert.deepEqual(await routes('ScaleUpTimedOut'), ['aom.alarm/伸缩/1']);
        assert.deepEqual(await routes('扩容超时##ScaleUpTimedOut', { event_severity: 'Critical' }),
                         ['aom.alarm/伸缩/1']);
        assert.equal((await routes('ScaleUpTimedOut', { event_severity: 'Minor' }))
            .includes('aom.alarm/伸缩/1'), false);
        assert.equal((await routes('other')).includes('aom.alarm/伸缩/1'), false);
        assert.equal((await routes('ScaleUpTimedOut', { resource_provider: 'RDS' }))
            .includes('aom.alarm/伸缩/1'), false);
        // bound, so not to be deleted
        await refused(c.call('DELETE', '/v2/alert/action-rules', { data: ['act'] }), 400,
                      'AOM.08003001', /in use/);
        await put(rule('伸缩', { alarm_rule_enable: false }), 'update-alarm-action');
        assert.deepEqual(await routes('ScaleUpTimedOut'), []);
        await drop('伸缩');
        await drop('伸缩'); // succeeds even when it is gone
    });

    test('a metric rule binds alarms of its name; numbers are numbers', async () => {
        await put(rule('cpu-high', { alarm_rule_type: 'metric', event_alarm_spec: undefined,
            prom_instance_id: '0', alarm_notifications: told({ notify_frequency: '300' }),
            metric_alarm_spec: { monitor_type: 'all_metric', trigger_conditions: [
                { metric_name: 'm', promql: 'm > 1', trigger_times: '3',
                  thresholds: { Critical: '1' } }] } }));
        assert.deepEqual(await routes('cpu-high'), ['aom.alarm/cpu-high/1']);
        const answer = await c.call('GET', rules, { query: { name: 'cpu-high' } });
        const [got] = answer.alarm_rules;
        assert.equal(answer.count, 1);
        assert.deepEqual(got.alarm_notifications, {
            notification_type: 'direct', route_group_rule: '', bind_notification_rule_id: 'act',
            route_group_enable: false, notification_enable: true, notify_resolved: false,
            notify_triggered: false, notify_frequency: 300 });
        assert.strictEqual(got.metric_alarm_spec.trigger_conditions[0].trigger_times, 3);
        assert.equal(got.metric_alarm_spec.trigger_conditions[0].thresholds.Critical, '1');
        for (const number of [got.alarm_rule_id, got.alarm_create_time, got.alarm_update_time])
            assert.equal(typeof number, 'number');
        assert.deepEqual([got.alarm_rule_status, got.enterprise_project_id],
                         ['Effective', '0']);
        await drop('cpu-high');
    });

    test('alarm_policy goes through its group rule, which stays while it is named', async () => {
        const policy = told({ notification_type: 'alarm_policy', notification_enable: false,
                              bind_notification_rule_id: '', route_group_enable: true,
                              route_group_rule: 'grp', notify_frequency: '-1' });
        await put(rule('p', { alarm_notifications: policy }));
        assert.deepEqual(await routes('ScaleUpTimedOut', { nobody: 'x' }), ['aom.group/grp/1']);
        await refused(c.call('DELETE', '/v2/alert/group-rules', { data: ['grp'] }), 400,
                      'AOM.08002001', /in use/);
        await drop('p');
    });

    test('lists: exact name, filters, pages', async () => {
        for (const name of ['a', 'ab', 'b'])
            await put(rule(name, name === 'b' ? { alarm_rule_enable: false } : {}));
        const names = async (query) => (await c.call('GET', rules, { query })).alarm_rules
            .map((r) => r.alarm_rule_name);
        assert.deepEqual(await names({}), ['a', 'ab', 'b']);
        assert.deepEqual(await names({ name: 'a' }), ['a']);
        assert.deepEqual(await names({ name: 'z' }), []);
        assert.deepEqual(await names({ limit: 1, offset: 1 }), ['ab']);
        assert.deepEqual(await names({ alarm_rule_status: 'Invalid' }), ['b']);
        assert.deepEqual(await names({ alarm_rule_type: 'metric' }), []);
        assert.deepEqual(await names({ bind_notification_rule_id: 'act', event_source: 'CCE' }),
                         ['a', 'ab', 'b']);
        await refused(c.call('GET', rules, { query: { limit: 1001 } }), 400, 'AOM.0400', /limit/);
        await refused(c.call('GET', rules, { query: { offset: -1 } }), 400, 'AOM.0400', /offset/);
        await put(rule('c', { event_alarm_spec: {
            monitor_objects: [{ clusterId: 'c1', event_severity: 'Info' }],
            trigger_conditions: [{ trigger_type: 'immediately' }] } }));
        assert.deepEqual(await names({ event_severity: 'Critical' }), ['a', 'ab', 'b']);
        assert.deepEqual(await names({ event_severity: 'Info' }), ['c']);
        assert.deepEqual(await names({ event_severity: 'Minor' }), []);
        assert.deepEqual(await names({ related_cce_clusters: 'c1' }), ['c']);
        assert.deepEqual(await names({ related_cce_clusters: 'c' }), []);
        assert.deepEqual(await names({ sort_by: 'alarm_rule_name.desc' }), ['c', 'b', 'ab', 'a']);
        await drop('a');
        await put(rule('a'));
        assert.deepEqual(await names({ sort_by: 'alarm_create_time.desc' }), ['a', 'c', 'b', 'ab']);
        assert.deepEqual(await names({ sort_by: 'alarm_create_time.asc', limit: 2, offset: 1 }),
                         ['b', 'c']);
        await refused(c.call('GET', rules, { query: { sort_by: 'x' } }), 400, 'AOM.0400', /sort_by/);
        await drop('a', 'ab', 'b', 'c');
    });

    test('several monitored objects: any of them, and no mixture', async () => {
        const objects = (...monitor_objects) => rule('o', { event_alarm_spec: {
            event_source: 'CCE', monitor_objects, trigger_conditions: [
                { trigger_type: 'immediately' }] } });
        const takes = async (event_name, event_severity) =>
            (await routes(event_name, { event_severity })).filter((r) => r.startsWith('aom.alarm/o/'));

        // they differ in their names only: one route
        await put(objects({ event_name: 'x', event_severity: 'Critical' },
                          { event_name: 'y', event_severity: 'Critical' }));
        assert.deepEqual(await takes('x', 'Critical'), ['aom.alarm/o/1']);
        assert.deepEqual(await takes('y', 'Critical'), ['aom.alarm/o/1']);
        assert.deepEqual(await takes('y', 'Major'), []);
        // in more: a route for each
        await put(objects({ event_name: 'x', event_severity: 'Critical' }, { event_name: 'y' }),
                  'update-alarm-action');
        assert.deepEqual(await takes('x', 'Critical'), ['aom.alarm/o/1']);
        assert.deepEqual(await takes('x', 'Major'), []);
        assert.deepEqual(await takes('y', 'Major'), ['aom.alarm/o/2']);
        // one of them wants nothing of the only key that differs
        await put(objects({ event_severity: 'Critical' }, {}), 'update-alarm-action');
        assert.deepEqual(await takes('z', 'Info'), ['aom.alarm/o/1']);
        await refused(put(objects({ customField: 'k=v' }), 'update-alarm-action'), 400, 'AOM.0400',
                      /customField is not supported/);
        await put(objects({ customField: '' }), 'update-alarm-action');
        await refused(put(objects(...Array(11).fill({})), 'update-alarm-action'), 400, 'AOM.0400',
                      /at most 10/);
        await put(objects(...Array(10).fill({})), 'update-alarm-action');
        await drop('o');
    });

    test('batch-update: on, off, another action rule; all or none', async () => {
        const batch = (action, data) => c.call('PUT', `${rules}/batch-update`, {
            query: { action }, data });
        const items = (...names) => ({ alarm_rules: names.map((alarm_rule_name) => ({
            alarm_rule_name, alarm_rule_id: 1, alarm_rule_type: 'event', alarm_rule_enable: true,
            enterprise_project_id: '0' })) });
        const all = async () => Object.fromEntries((await c.call('GET', rules)).alarm_rules
            .map((r) => [r.alarm_rule_name, r]));
        const enabled = async () => Object.values(await all()).map((r) => r.alarm_rule_enable);

        for (const name of ['a', 'b', 'c'])
            await put(rule(name));
        const before = await all();
        const done = await batch('disable', items('a', 'c'));
        assert.deepEqual([done.httpStatusCode, done.resources], [200, [
            { resource_name: 'a', ret_status: 'success' },
            { resource_name: 'c', ret_status: 'success' }]]);
        assert.deepEqual(await enabled(), [false, true, false]);
        assert.deepEqual(await routes('ScaleUpTimedOut'), ['aom.alarm/b/1']);
        await refused(batch('enable', items('a', 'nobody')), 400, 'AOM.0400', /does not exist/);
        assert.deepEqual(await enabled(), [false, true, false]);
        await batch('enable', items('a', 'b', 'c'));
        // nothing else has changed
        for (const [name, r] of Object.entries(await all()))
            assert.deepEqual({ ...r, alarm_update_time: 0 }, { ...before[name], alarm_update_time: 0 });

        await c.call('POST', '/v2/alert/action-rules', { data: {
            rule_name: 'other', type: '1', notification_template: 'aom.built-in.template.zh',
            smn_topics: [{ name: 't', topic_urn: `urn:smn:cn-north-4:${project}:t` }] } });
        const other = (alarm_rule_name, more = {}) => ({ update_type: 'BATCH_UPDATE_ACTION_RULE',
            update_action_rules: [{ alarm_rule_name, alarm_rule_id: 1, alarm_rule_type: 'event',
                                    bind_notification_rule_id: 'other', frequency: '300',
                                    notify_resolved: true, notify_triggered: false, ...more }] });
        await batch('BATCH_UPDATE_ACTION_RULE', other('b'));
        assert.deepEqual((await all()).b.alarm_notifications, {
            notification_type: 'direct', route_group_rule: '', bind_notification_rule_id: 'other',
            route_group_enable: false, notification_enable: true, notify_resolved: true,
            notify_triggered: false, notify_frequency: 300 });
        await refused(batch('BATCH_UPDATE_ACTION_RULE', other('b', { frequency: '7' })), 400,
                      'AOM.0400', /notify_frequency/);
        await refused(batch('BATCH_UPDATE_ACTION_RULE', other('b', {
            bind_notification_rule_id: 'nobody' })), 400, 'AOM.0400', /no action rule "nobody"/);
        await refused(batch('explode', items('a')), 400, 'AOM.0400', /action must be/);
        await refused(batch('enable', {}), 400, 'AOM.0400', /alarm_rules is missing/);
        await refused(batch('enable', { alarm_rules: [] }), 400, 'AOM.0400', /names are wanted/);
        await refused(batch('enable', items('a'.repeat(2049))), 400, 'AOM.0400', /at most 2048 bytes/);
        await refused(batch('enable', items('a', 'a')), 400, 'AOM.0400', /twice/);
        await drop('a', 'b', 'c');
        await c.call('DELETE', '/v2/alert/action-rules', { data: ['other'] });
    });

    test('refusals', async () => {
        const invalid = (more, what) => refused(put(rule('x', more)), 400, 'AOM.0400', what);
        const spec = (trigger) => ({ event_alarm_spec: {
            event_source: 'CCE', trigger_conditions: [trigger] } });

        await invalid({ alarm_rule_name: undefined }, /alarm_rule_name is missing/);
        await invalid({ alarm_rule_type: 'log' }, /alarm_rule_type/);
        await invalid({ alarm_notifications: undefined }, /alarm_notifications is missing/);
        await invalid({ alarm_notifications: told({ notification_type: 'x' }) },
                      /notification_type/);
        for (const frequency of [-1, 1, '299', 'often'])
            await invalid({ alarm_notifications: told({ notify_frequency: frequency }) },
                          /notify_frequency/);
        await invalid({ alarm_notifications: told({ bind_notification_rule_id: '' }) },
                      /bind_notification_rule_id is missing/);
        await invalid({ alarm_notifications: told({ bind_notification_rule_id: 'nobody' }) },
                      /no action rule "nobody"/);
        await invalid({ event_alarm_spec: undefined }, /event_alarm_spec is missing/);
        await invalid(spec({ trigger_type: 'x' }), /trigger_type must be immediately or acc/);
        const counted = (more, what) => invalid(spec(counting(more)), what);
        for (const name of ['aggregation_window', 'operator', 'thresholds'])
            await counted({ [name]: undefined }, new RegExp(`${name} is missing`));
        await counted({ thresholds: {} }, /thresholds is missing/);
        for (const seconds of [0, 86_401, 'long', -1])
            await counted({ aggregation_window: seconds }, /aggregation_window must be 1 to 86400/);
        for (const count of [0, 10_001, 'many', 1.5])
            await counted({ thresholds: { Info: count } }, /thresholds must be 1 to 10000/);
        await counted({ thresholds: { Severe: 1 } }, /level must be Critical, Major, Minor or Info/);
        for (const operator of ['<', '<='])
            await counted({ operator }, /is not supported: events are counted up/);
        await counted({ operator: '!' }, /operator must be/);
        for (const frequency of ['301', -2, 'often'])
            await counted({ frequency }, /frequency must be/);
        await refused(put(rule('x'), 'delete'), 400, 'AOM.0400', /action_id/);
        await refused(put(rule('x'), 'update-alarm-action'), 400, 'AOM.0400', /does not exist/);
        await put(rule('x'));
        await refused(put(rule('x')), 400, 'AOM.0400', /already exists/);
        await drop('x');
    });
});

// ---- event2alarm --------------------------------------------------------------------------

const eventRule = (name, more = {}) => ({
    name, alarm_type: 'notification', action_rule: 'act', enable: true,
    resource_provider: 'CCE', metadata: { event_severity: 'Critical;Major' },
    trigger_policies: [{ trigger_type: 'immediately' }], ...more });

test('event2alarm rules', async () => {
    const post = (name, more) => c.call('POST', e2a, { data: eventRule(name, more) });

    assert.deepEqual(list(await c.call('GET', e2a)), []);
    assert.equal((await post('事件', { description: '说明' })).httpStatusCode, 204);
    const { create_time, update_time, ...got } = list(await c.call('GET', e2a))[0];
    assert.deepEqual(got, { ...eventRule('事件'), description: '说明', user_id: project,
                            inhibit_rule: '', route_group_rule: '' });
    assert.ok(create_time > 0 && update_time > 0);
    assert.deepEqual(await routes('any'), ['aom.event/事件/1']);
    assert.deepEqual(await routes('any', { event_severity: 'Info' }), []);
    // Terraform leaves a false `enable` out
    await c.call('PUT', e2a, { data: eventRule('事件', { enable: undefined }) });
    assert.equal(list(await c.call('GET', e2a))[0].enable, false);
    assert.deepEqual(await routes('any'), []);
    await refused(post('x', { alarm_type: 'x' }), 400, 'AOM.0400', /alarm_type/);
    const policy = { trigger_type: 'accumulative', period: 300, operator: '>=', count: 2, level: 'Major' };
    for (const [more, what] of [[{ period: undefined }, /period is missing/], [{ period: 0 }, /period must be/],
                                [{ operator: '<' }, /operator < is not supported/], [{ count: 0 }, /count must be/],
                                [{ level: undefined }, /level is missing/], [{ level: 'bad' }, /level must be/]])
        await refused(post('x', { trigger_policies: [{ ...policy, ...more }] }), 400, 'AOM.0400', what);
    await refused(post('x', { trigger_policies: Array(11).fill({}) }), 400, 'AOM.0400', /10/);
    await refused(post('x', { alarm_type: 'denoising', route_group_rule: 'nobody' }), 400,
                  'AOM.0400', /aom.group\/nobody/);
    await refused(c.call('PUT', e2a, { data: eventRule('nobody') }), 400, 'AOM.0400',
                  /does not exist/);
    await refused(c.call('DELETE', e2a, { data: ['nobody'] }), 400, 'AOM.0400',
                  /does not exist/);
    assert.equal((await c.call('DELETE', e2a, { data: ['事件'] })).httpStatusCode, 204);
});

// 4.2: POST 200 for both; gone is an empty alarm_rules; DELETE is asked after a GET.
test('Terraform: aomv4_alarm_rule', async () => {
    const tf = terraform(belfry);
    const path = `/v4/${project}/alarm-rules`;
    const body = { alarm_rule_name: 'tf', alarm_rule_type: 'event', alarm_rule_enable: true,
                   alarm_notifications: { notification_type: 'direct', notification_enable: true,
                                          bind_notification_rule_id: 'act',
                                          notify_frequency: '0' },
                   event_alarm_spec: { alarm_source: 'systemEvent', event_source: 'CCE',
                                       trigger_conditions: [{ trigger_type: 'immediately' }] } };
    const read = async () => (await tf('GET', `${path}?name=tf`)).body.alarm_rules[0];

    assert.ok((await tf('POST', `${path}?action_id=add-alarm-action`, body)).ok);
    assert.strictEqual((await read()).alarm_notifications.notify_frequency, 0);
    body.alarm_notifications.notify_frequency = '600';
    assert.ok((await tf('POST', `${path}?action_id=update-alarm-action`, body)).ok);
    assert.strictEqual((await read()).alarm_notifications.notify_frequency, 600);
    assert.ok((await tf('DELETE', path, { alarm_rules: ['tf'] })).ok);
    assert.equal(await read(), undefined);
    assert.ok((await tf('DELETE', path, { alarm_rules: ['tf'] })).ok);
});

// 4.2: 204, 204, 200, 204; gone is a name that is not in the list.
test('Terraform: aom_event_alarm_rule', async () => {
    const tf = terraform(belfry, { POST: [204], PUT: [204], GET: [200], DELETE: [204] });
    const path = `/v2/${project}/event2alarm-rule`;
    const body = { ...eventRule('tf'), user_id: project };
    const read = async () => (await tf('GET', path)).body.find((r) => r.name === 'tf');

    assert.ok((await tf('POST', path, body)).ok);
    assert.equal((await read()).trigger_policies[0].trigger_type, 'immediately');
    assert.ok((await tf('PUT', path, { ...body, description: 'd' })).ok);
    assert.equal((await read()).description, 'd');
    assert.ok((await tf('DELETE', path, ['tf'])).ok);
    assert.equal(await read(), undefined);
});
