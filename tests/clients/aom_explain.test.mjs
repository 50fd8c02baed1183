// aom_explain.test.mjs - who gets told, and why not, where AOM's rules decide it: explain, its
// command and history name the rule in AOM's words, whatever parts of ours it is made of.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { client, nativeKey, project, start } from './aom_rig.mjs';
import { program, until } from './support.mjs';

const urn = `urn:smn:cn-north-4:${project}:t`;
const equals = (key, ...value) => ({ key, operate: 'EQUALS', value });
let belfry, c;

before(async () => {
    belfry = await start({ deny_private_addresses: false });
    c = client(belfry);
    await c.call('POST', '/v2/notifications/topics', { data: { name: 't' } });
    await c.call('POST', '/v2/notifications/topics/{urn}/subscriptions', {
        vars: { urn }, data: { protocol: 'http', endpoint: 'http://127.0.0.1:9/' } });
    await c.call('POST', '/v2/alert/action-rules', { data: {
        rule_name: '通知', type: '1', notification_template: 'aom.built-in.template.zh',
        smn_topics: [{ name: 't', topic_urn: urn }] } });
    await c.call('POST', '/v2/alert/group-rules', { data: {
        name: '按来源', group_by: ['event_name'], group_wait: 0, group_interval: 5,
        group_repeat_waiting: 0, detail: [{ match: [equals('app', 'shop')],
                                            bind_notification_rule_ids: ['通知'] }] } });
    await c.call('POST', '/v2/event2alarm-rule', { data: {
        name: '事件', alarm_type: 'notification', action_rule: '通知', enable: true,
        resource_provider: 'CCE', trigger_policies: [{ name: 'evicted', trigger_type: 'immediately' }] } });
    await c.call('POST', '/v4/alarm-rules', {
        query: { action_id: 'add-alarm-action' }, data: {
            alarm_rule_name: '指标', alarm_rule_type: 'metric', alarm_rule_enable: false,
            metric_alarm_spec: {}, alarm_notifications: {
                notification_type: 'direct', notification_enable: true, notify_frequency: 0,
                bind_notification_rule_id: '通知', notify_triggered: true } } });
    await c.call('POST', '/v2/alert/mute-rules', { data: {
        name: '夜间', timezone: 'Asia/Shanghai', match: [[equals('event_name', 'quiet')]],
        mute_config: { type: 'FIXED', starts_at: Date.now() - 60_000, ends_at: 0 } } });
    await c.call('POST', '/v2/alert/inhibit-rules', { data: {
        name: '抑制', source_match: [[equals('event_name', 'root')]],
        target_match: [[equals('event_name', 'leaf')]] } });
});
after(() => belfry.stop());

async function ask(method, path, body) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1${path}`, {
        method, body: body && JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${nativeKey}` } });
    assert.equal(answer.status, 200);
    return answer.json();
}
const explain = (alertname, more = { app: 'shop' }) =>
    ask('POST', '/explain', { labels: { alertname, severity: 'critical', ...more } });
const fire = (event_name, app = 'shop') => c.call('PUT', '/v2/push/events', { data: { events: [{
    starts_at: Date.now(), metadata: {
        event_name, event_severity: 'Major', event_type: 'alarm', resource_provider: 'ecs',
        resource_type: 'vm', resource_id: 'x', app } }] } });
const command = (...labels) => new Promise((done) => execFile(program, ['explain', ...labels], {
    env: { ...process.env, BELFRY_URL: belfry.url, BELFRY_TOKEN: nativeKey } },
    (e, stdout) => done(stdout)));

test('who is told: through which of AOM\'s rules', async () => {
    for (const [name, labels, route, rule] of [
        ['told', { app: 'shop' }, 'aom.group/按来源/1', 'AOM group rule 按来源'],
        ['evicted', { resource_provider: 'CCE' }, 'aom.event/事件/1', 'AOM event2alarm rule 事件']]) {
        const answer = await explain(name, labels);
        const [d] = answer.decisions;

        assert.deepEqual([answer.told, d.told, d.route, d.route_rule, d.action_rule, d.topic,
                          d.by_rule], [1, true, route, rule, '通知', 't', undefined]);
        assert.match(d.trace.template, /aom.built-in.template.zh/);
    }
    const off = (await explain('指标', {})).decisions[0];
    assert.deepEqual([off.word, off.route_rule], ['route_disabled', 'AOM alarm rule 指标']);
    assert.match(await command('alertname=told', 'app=shop'),
                 /rule 通知, topic t, route aom.group\/按来源\/1 \(AOM group rule 按来源\) +told/);
    // near misses are named as routes are
    assert.equal((await explain('told', { app: 'other' })).decisions[0].word, 'not_routed');
});

test('who is not: by a mute rule, by an inhibit rule', async () => {
    const muted = (await explain('quiet')).decisions[0];
    assert.deepEqual([muted.told, muted.word, muted.by_rule, muted.route_rule],
                     [false, 'silenced', 'AOM mute rule 夜间', 'AOM group rule 按来源']);
    assert.match(muted.fix, /change or delete what `by_rule` names/);
    assert.match(await command('alertname=quiet', 'app=shop'),
                 /NOT told: silenced \(AOM mute rule 夜间\)/);

    assert.equal((await explain('leaf')).decisions[0].told, true);
    await fire('root');
    const inhibited = (await explain('leaf')).decisions[0];
    assert.deepEqual([inhibited.word, inhibited.by_rule], ['inhibited', 'AOM inhibit rule 抑制']);

    // a silence of somebody else is nobody's rule
    const made = await fetch(`${belfry.url}/api/v2/silences`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({
            matchers: [{ name: 'alertname', value: 'told', isRegex: false, isEqual: true }],
            startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3600_000).toISOString(),
            createdBy: 'a', comment: 'c' }) });
    assert.equal(made.status, 200);
    const other = (await explain('told')).decisions[0];
    assert.deepEqual([other.word, other.by_rule], ['silenced', undefined]);
    assert.match(other.fix, /end the silence/);
});

// Section 5: "alarm created but nothing is sent, no trace why".
test('who is not: a topic without subscribers, and one that is not there', async () => {
    const nobody = [['空', 'topic_empty', /^subscribe somebody/],
                    ['无', 'topic_missing', /^make the topic/]];

    await c.call('POST', '/v2/notifications/topics', { data: { name: 'empty' } });
    for (const [i, [name]] of nobody.entries()) {
        const topic = ['empty', 'missing'][i];
        await c.call('POST', '/v2/alert/action-rules', { data: {
            rule_name: name, type: '1', notification_template: 'aom.built-in.template.zh',
            smn_topics: [{ name: topic, topic_urn: urn.replace(/t$/, topic) }] } });
        await c.call('POST', '/v2/alert/group-rules', { data: {
            name, group_by: ['event_name'], group_wait: 0, group_interval: 5,
            group_repeat_waiting: 0, detail: [{ match: [equals('app', name)],
                                                bind_notification_rule_ids: [name] }] } });
    }
    for (const [name, word, fix] of nobody) {
        const { told, decisions: [d] } = await explain(name, { app: name });
        assert.deepEqual([told, d.told, d.word, d.action_rule], [0, false, word, name]);
        assert.match(d.fix, fix);
        await fire(name, name);
        const row = await until(`a row of ${name}`, async () => {
            const query = new URLSearchParams({ filter: `alertname="${name}"`, limit: 100 });
            return (await ask('GET', `/deliveries?${query}`)).items[0];
        });
        assert.deepEqual([row.kind, row.word, row.action_rule], ['decision', word, name]);
    }
});

test('history says the same', async () => {
    const row = (name) => until(`a row of ${name}`, async () => {
        const query = new URLSearchParams({ filter: `alertname="${name}"`, limit: 100 });
        const { items } = await ask('GET', `/deliveries?${query}`);
        return items.find((r) => r.kind === 'decision' && r.detail?.by_rule);
    });
    await fire('root');
    await fire('quiet');
    await fire('leaf');
    assert.deepEqual([(await row('quiet')).word, (await row('quiet')).detail.by_rule],
                     ['silenced', 'AOM mute rule 夜间']);
    assert.deepEqual([(await row('leaf')).word, (await row('leaf')).detail.by_rule],
                     ['inhibited', 'AOM inhibit rule 抑制']);
});
