// aom_events.test.mjs - events reported, cleared, listed, counted, and what became of the
// messages about them, through the SDK and as Terraform does it (contracts/huawei.md 2.2,
// 2.3, 2.8): a group rule, an action rule with a Chinese template and a topic tell an HTTP
// endpoint and a mailbox.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { client, goJson, project, reader, refused, start, terraform } from './aom_rig.mjs';
import { Mailboxes } from './mailboxes.mjs';
import { until } from './support.mjs';

const events = '/v2/events', push = '/v2/push/events', topics = '/v2/notifications/topics';
const t0 = Date.now();
let belfry, c, hook, came, mail;

before(async () => {
    came = [];
    hook = createServer((req, res) => {
        let body = '';
        req.on('data', (b) => { body += b; });
        req.on('end', () => {
            if (req.url === '/hook')
                came.push(JSON.parse(body));
            res.end('ok');
        });
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    mail = await Mailboxes.start();
    belfry = await start({ deny_private_addresses: false, smtp: mail.smtp });
    c = client(belfry);
});
after(async () => {
    await belfry.stop();
    await mail.stop();
    hook.close();
});

const metadata = (event_name, more = {}) => ({
    event_name, event_severity: 'Major', event_type: 'alarm', resource_provider: 'ecs',
    resource_type: 'vm', resource_id: `id-of-${event_name}`, ...more });
const report = (list) => c.call('PUT', push, { data: { events: list } });
const clear = (list) => c.call('PUT', push, { query: { action: 'clear' },
                                              data: { events: list } });
const ask = async (type, body = {}, query = {}) => c.call('POST', events, {
    query: { ...type && { type }, ...query }, data: { time_range: '-1.-1.60', ...body } });
const names = (answer) => answer.events.map((e) => e.metadata.event_name);

describe('what fires', () => {
    before(() => report([
        { starts_at: t0 - 300_000, metadata: metadata('磁盘', { event_severity: 'Critical' }),
          annotations: { message: '满了 🔥', n: 3 } },
        { starts_at: t0 - 200_000, timeout: 600_000, metadata: metadata('cpu', { app: 'a' }) },
        { starts_at: t0 - 100_000, metadata: metadata('mem', { app: 'b', event_severity: 'Info' }) },
    ]));
    after(() => clear(['磁盘', 'cpu', 'mem'].map((n) => ({ ends_at: Date.now(),
                                                          metadata: metadata(n) }))));

    test('an event as the SDK decodes it', async () => {
        const answer = await ask('active_alert', { search: '磁盘' });
        const [event] = answer.events;

        assert.deepEqual(answer.page_info,
                         { current_count: 1, previous_marker: '0', next_marker: '' });
        assert.deepEqual(event.metadata, metadata('磁盘', { event_severity: 'Critical' }));
        assert.deepEqual(event.annotations, { message: '满了 🔥', n: '3' });
        assert.deepEqual([event.starts_at, event.ends_at], [t0 - 300_000, 0]);
        assert.match(event.id, /^\d{19}$/);
        assert.equal(event.event_sn, event.id);
        assert.deepEqual([event.attach_rule, event.policy, event.enterprise_project_id],
                         [{}, {}, '0']);
        assert.ok(event.arrives_at >= t0 - 1000);
        assert.equal((await ask('active_alert', { search: 'cpu' })).events[0].timeout, 600_000);
    });

    test('newest first, or as asked', async () => {
        assert.deepEqual(names(await ask('active_alert')), ['mem', 'cpu', '磁盘']);
        const sorted = async (order_by, order) =>
            names(await ask('active_alert', { sort: { order_by, order } }));
        assert.deepEqual(await sorted(['starts_at'], 'asc'), ['磁盘', 'cpu', 'mem']);
        assert.deepEqual(await sorted(['event_severity'], 'asc'), ['磁盘', 'mem', 'cpu']);
        assert.deepEqual(await sorted(['app', 'starts_at'], 'desc'), ['mem', 'cpu', '磁盘']);
        await refused(ask('active_alert', { sort: { order: 'up' } }), 400, 'AOM.08032002',
                      /sort.order/);
    });

    test('relations and search', async () => {
        const related = async (...metadata_relation) =>
            names(await ask('active_alert', { metadata_relation })).sort();
        const is = (relation, key, ...value) => ({ key, value, relation });

        assert.deepEqual(await related(is('AND', 'event_severity', 'Critical', 'Info')),
                         ['mem', '磁盘']);
        assert.deepEqual(await related(is('AND', 'event_severity', 'Critical', 'Info'),
                                       is('AND', 'app', 'b')), ['mem']);
        assert.deepEqual(await related(is('OR', 'app', 'a'), is('OR', 'app', 'b')),
                         ['cpu', 'mem']);
        assert.deepEqual(await related(is('NOT', 'app', 'a')), ['mem', '磁盘']);
        await refused(ask('', { metadata_relation: [is('XOR', 'app', 'a')] }), 400, 'AOM.08032002',
                      /metadata_relation\[0\].relation/);
        assert.deepEqual(names(await ask('active_alert', { search: 'id-of-c' })), ['cpu']);
        assert.deepEqual(names(await ask('active_alert', { search: 'satisfied' })), []);
    });

    test('time_range in all its forms', async () => {
        const at = async (time_range) => names(await ask('active_alert', { time_range })).sort();
        const all = ['cpu', 'mem', '磁盘'], minute = 60_000;

        assert.deepEqual(await at('-1.-1.1'), all); // they fire still
        assert.deepEqual(await at(`${t0 - 10 * minute}.-1.9999`), all);
        assert.deepEqual(await at(`${t0 - 10 * minute}.${t0 - 4 * minute}.6`), ['磁盘']);
        assert.deepEqual(await at(`-1.${t0 - 3 * minute}.5`), ['cpu', '磁盘']);
        assert.deepEqual(await at(`${t0 - 10 * minute}.-1.6`), ['磁盘']);
        for (const bad of ['', '1.2', '-1.-1.0', 'a.b.c', '-2.-1.5', '-1.-1.5.6',
                           `${t0}.${t0 - minute}.5`, `${t0 - 60 * minute}.${t0}.10`])
            await refused(ask('', { time_range: bad }), 400, 'AOM.08032002', /time_range/);
        await refused(ask('', { time_range: undefined }), 400, 'AOM.08032002',
                      /time_range is missing/);
    });

    test('pages by marker', async () => {
        const first = await ask('active_alert', {}, { limit: 2 });
        assert.deepEqual([names(first), first.page_info],
                         [['mem', 'cpu'], { current_count: 2, previous_marker: '0',
                                            next_marker: '2' }]);
        const next = await ask('active_alert', {}, { limit: 2, marker: 2 });
        assert.deepEqual([names(next), next.page_info.next_marker], [['磁盘'], '']);
        assert.deepEqual(names(await ask('active_alert', {}, { marker: 99 })), []);
        await ask('active_alert', {}, { limit: 1000 });
        for (const query of [{ limit: 1001 }, { limit: 0 }, { marker: -1 }, { limit: 'x' }])
            await refused(ask('', {}, query), 400, 'AOM.08032002', /limit|marker/);
    });

    test('counted', async () => {
        const count = (body) => c.call('POST', `${events}/statistic`, {
            query: { type: 'active_alert' }, data: body });
        const answer = await count({ time_range: `${t0 - 360_000}.${t0}.6`, step: 60_000 });

        assert.deepEqual(answer.summary, { Critical: 1, Major: 1, Info: 1 });
        assert.equal(answer.step, 60_000);
        assert.deepEqual(answer.timestamps, [6, 5, 4, 3, 2, 1].map((m) => t0 - m * 60_000));
        assert.deepEqual(Object.fromEntries(answer.series.map(
            (s) => [s.event_severity, s.values])), {
                Critical: [0, 1, 1, 1, 1, 1], Major: [0, 0, 1, 1, 1, 1], Info: [0, 0, 0, 0, 1, 1] });
        await refused(count({ time_range: '-1.-1.60', step: 59_999 }), 400, 'AOM.08032002', /step/);
        await refused(count({ time_range: '-1.-1.99999' }), 400, 'AOM.08032002', /step/);
    });

    test('alerts of other doors have metadata, too', async () => {
        await fetch(`${belfry.url}/api/v2/alerts`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify([{ labels: { alertname: 'Prom', severity: 'warning', job: 'j' } }]) });
        const [event] = (await ask('active_alert', { search: 'Prom' })).events;
        assert.deepEqual(event.metadata, {
            alertname: 'Prom', event_name: 'Prom', event_severity: 'Minor', event_type: 'alarm',
            job: 'j', resource_id: '', resource_provider: '', resource_type: '',
            severity: 'warning' });
        assert.deepEqual(names(await client(belfry, reader).call('POST', events, {
            data: { time_range: '-1.-1.5', search: 'Prom' } })), ['Prom']);
        await refused(client(belfry, reader).call('PUT', push, { data: { events: [] } }), 403,
                      'AOM.0403', /auth failed/);
    });
});

// ---- the whole way ------------------------------------------------------------------------

test('from an alarm to a subscriber and its history', async () => {
    const made = await c.call('POST', topics, { data: { name: 'oncall', display_name: '值班' } });
    await c.call('POST', `${topics}/{urn}/subscriptions`, {
        vars: { urn: made.topic_urn },
        data: { protocol: 'http', endpoint: `http://127.0.0.1:${hook.address().port}/hook` } });
    await c.call('POST', `${topics}/{urn}/subscriptions`, {
        vars: { urn: made.topic_urn }, data: { protocol: 'email', endpoint: 'ops@example.com' } });
    await c.call('POST', '/v2/events/notification/templates', { data: {
        name: '中文', locale: 'zh-cn', templates: JSON.stringify([
            { subType: 'email', topic: '告警 ${event_name}',
              content: '${clear_type} ${event_name} ${starts_at}' },
            { subType: 'webhook', content: '【${clear_type}】${event_name} ${starts_at} ${message}' }]) } });
    await c.call('POST', '/v2/alert/action-rules', { data: {
        rule_name: '通知', type: '1', notification_template: '中文', time_zone: 'Asia/Shanghai',
        smn_topics: [{ name: 'oncall', topic_urn: made.topic_urn }] } });
    await c.call('POST', '/v2/alert/group-rules', { data: {
        name: 'g', group_by: ['resource_provider'], group_wait: 0, group_interval: 5,
        group_repeat_waiting: 0, detail: [{
            match: [{ key: 'app', operate: 'EQUALS', value: ['shop'] }],
            bind_notification_rule_ids: ['通知'] }] } });
    const alarm = metadata('下单失败', { app: 'shop' });
    await report([{ starts_at: Date.UTC(2026, 10, 22, 1, 2, 3), metadata: alarm,
                    annotations: { message: '库存 <0' } }]);
    const told = await until('the first message', () =>
        came.find((m) => m.type === 'Notification'));
    assert.match(told.message, /下单失败 2026-11-22 09:02:03 GMT\+08:00 库存 <0/);
    assert.equal(told.topic_urn, made.topic_urn);
    const letter = await mail.next('ops@example.com', '告警 下单失败');
    assert.match(letter.text, /下单失败 2026-11-22 09:02:03 GMT\+08:00/);

    const [{ id, event_sn }] = (await ask('active_alert', { search: '下单失败' })).events;
    await clear([{ id, ends_at: Date.now() }]);
    assert.deepEqual(names(await ask('active_alert', { search: '下单失败' })), []);
    await until('the second message', () =>
        came.filter((m) => m.type === 'Notification').length === 2);
    await mail.next('ops@example.com', '告警 下单失败');
    const histories = async () => (await c.call('GET', '/v2/alarm-notified-histories', {
        query: { event_sn } })).notified_histories;
    const sent = (h) => h.length === 1 && h[0].notifications.length === 2 &&
        h[0].notifications.every((n) => n.smn_channel.smn_response_body.includes('message_id') &&
            // until its attempt is on record a line has the decision's words
            n.smn_channel.smn_notified_history.every((l) => l.smn_notified_content.includes('GMT')));
    const [history] = await until('both in history', async () => {
        const h = await histories();
        return sent(h) && h;
    });
    assert.equal(history.event_sn, event_sn);
    for (const n of history.notifications) {
        assert.deepEqual([n.action_rule, n.notifier_channel, n.smn_channel.smn_topic],
                         ['通知', 'SMN', 'oncall']);
        assert.strictEqual(n.smn_channel.smn_response_code, '200');
        assert.equal(typeof n.smn_channel.sent_time, 'number');
        const lines = n.smn_channel.smn_notified_history;
        assert.deepEqual(lines.map((l) => l.smn_subscription_type).sort(), ['email', 'http']);
        for (const line of lines)
            assert.deepEqual([line.smn_subscription_status, typeof line.smn_notified_content],
                             [1, 'string']);
    }
    // what each of them read
    const [ended, began] = history.notifications.map((n) => Object.fromEntries(
        n.smn_channel.smn_notified_history.map(
            (l) => [l.smn_subscription_type, l.smn_notified_content])));
    const at = '下单失败 2026-11-22 09:02:03 GMT+08:00';
    assert.deepEqual(began, { email: `告警产生 ${at}`, http: `【告警产生】${at} 库存 <0` });
    assert.deepEqual(ended, { email: `告警清除 ${at}`, http: `【告警清除】${at} 库存 <0` });
    assert.notEqual(history.notifications[0].smn_channel.smn_request_id,
                    history.notifications[1].smn_channel.smn_request_id);
    // over: found among the old ones, with its end
    const [old] = (await ask('history_alert', { search: '下单失败', time_range: '-1.-1.9999' }))
        .events;
    assert.equal(old.event_sn, event_sn);
    assert.ok(old.ends_at > old.starts_at && old.ends_at <= Date.now());
    assert.deepEqual(old.metadata, alarm);
    assert.deepEqual(names(await ask('', { search: '下单失败', time_range: '-1.-1.9999' })),
                     ['下单失败']);
    assert.deepEqual((await c.call('GET', '/v2/alarm-notified-histories', {
        query: { event_sn: '1000000000000999999' } })).notified_histories, []);
    // an empty sn, as Go sends it (VEC go#ListNotifiedHistories-empty-query)
    const all = await terraform(belfry)('GET', `/v2/${project}/alarm-notified-histories?event_sn`);
    assert.equal(all.body.notified_histories[0].event_sn, event_sn);
});

// 4.2: PUT 204. It leaves nulls in, and clears with an empty query (2.2).
test('Terraform: aom_event_report', async () => {
    const tf = terraform(belfry, { PUT: [204] });
    const body = (more) => ({ events: [{ annotations: null, attach_rule: null, ends_at: null,
                                         metadata: metadata('terraform'), starts_at: null,
                                         timeout: null, ...more }] });
    const fires = async () => names(await ask('active_alert', { search: 'terraform' })).length;

    assert.match(goJson(body({})), /"starts_at":null/);
    assert.ok((await tf('PUT', `/v2/${project}/push/events`, body({ starts_at: Date.now() }),
                        { 'Enterprise-Project-Id': '0' })).ok);
    assert.equal(await fires(), 1);
    assert.ok((await tf('PUT', `/v2/${project}/push/events?&`, body({ ends_at: Date.now() }))).ok);
    assert.equal(await fires(), 0);
    const refusal = await tf('PUT', `/v2/${project}/push/events`, body({}));
    assert.deepEqual([refusal.status, Object.keys(refusal.body)],
                     [400, ['error_code', 'error_msg', 'error_type']]);
});
