// aom_rules.test.mjs - mute, group and inhibit rules through the SDK and as Terraform does
// it (contracts/huawei.md 2.4, 2.6, 4.2, 4.4): each at work as a silence, a route or an
// inhibition that the other dialects see, and every bound. Action rules as Terraform does
// them (4.3); huawei.test.mjs has what the SDK does with those.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { client, list, project, refused, signedHeaders, start, terraform } from './aom_rig.mjs';

const mute = '/v2/alert/mute-rules', group = '/v2/alert/group-rules';
const inhibit = '/v2/alert/inhibit-rules';
let belfry, c;

before(async () => {
    belfry = await start();
    c = client(belfry);
    for (const rule_name of ['rule_a', 'rule_b'])
        await c.call('POST', '/v2/alert/action-rules', { data: {
            rule_name, type: '1', notification_template: 'aom.built-in.template.zh',
            smn_topics: [{ name: 't', topic_urn: `urn:smn:cn-north-4:${project}:t` }] } });
});
after(() => belfry.stop());

// ---- asking -----------------------------------------------------------------------------

const get = async (path) => {
    const answer = await fetch(belfry.url + path);
    assert.equal(answer.status, 200, path);
    return answer.json();
};
const silences = () => get('/api/v2/silences');
const alerts = async () => Object.fromEntries((await get('/api/v2/alerts')).map(
    (a) => [a.labels.alertname, a.status]));
const fire = (event_name, more = {}) => c.call('PUT', '/v2/push/events', { data: { events: [{
    starts_at: Date.now(), metadata: {
        event_name, event_severity: 'Major', event_type: 'alarm', resource_provider: 'ecs',
        resource_type: 'vm', resource_id: 'ecs1', ...more } }] } });
const clear = (event_name, more = {}) => c.call('PUT', '/v2/push/events', {
    query: { action: 'clear' }, data: { events: [{ ends_at: Date.now(), metadata: {
        event_name, event_severity: 'Major', event_type: 'alarm', resource_provider: 'ecs',
        resource_type: 'vm', resource_id: 'ecs1', ...more } }] } });
const equals = (key, ...value) => ({ key, operate: 'EQUALS', value });

const muteRule = (name, more = {}) => ({
    name, desc: '', timezone: 'Asia/Shanghai', match: [[equals('event_name', 'quiet')]],
    mute_config: { type: 'FIXED', starts_at: Date.now() - 60_000, ends_at: 0 }, ...more });
const addMute = (name, more) => c.call('POST', mute, { data: muteRule(name, more) });
const dropMute = (...names) => c.call('DELETE', mute, {
    data: names.map((name) => ({ name })) });
const mutes = async () => list(await c.call('GET', mute));

// ---- mute rules ---------------------------------------------------------------------------

describe('mute rules', () => {
    test('life: what was sent comes back, and is a silence', async () => {
        const sent = muteRule('夜间-1', {
            desc: '说明 🔥', user_id: project, match: [
                [equals('event_severity', 'Critical', 'Major'), { key: 'app', operate: 'EXIST' }],
                [{ key: 'event_name', operate: 'REGEX', value: ['disk.*', 'cpu'] }]],
            mute_config: { type: 'WEEKLY', starts_at: 79200, ends_at: 21600, scope: [1, 5, 7] } });

        assert.deepEqual(await mutes(), []);
        assert.equal((await c.call('POST', mute, { data: sent })).httpStatusCode, 204);
        const [got] = await mutes();
        for (const time of [got.create_time, got.update_time])
            assert.ok(Math.abs(time - Date.now()) < 60_000);
        const { create_time, update_time, ...body } = got;
        assert.deepEqual(body, sent);

        const seen = (await silences()).sort((a, b) => a.matchers.length - b.matchers.length);
        assert.deepEqual(seen.map((s) => s.matchers), [
            [{ isEqual: true, isRegex: true, name: 'alertname', value: '(?:disk.*)|(?:cpu)' }],
            [{ isEqual: true, isRegex: true, name: 'severity', value: 'critical|error' },
             { isEqual: false, isRegex: false, name: 'app', value: '' }]]);
        assert.match(seen[0].comment, /夜间-1: 说明 🔥/);
        // made by the rule, so changed there only
        const refusal = await fetch(`${belfry.url}/api/v2/silence/${seen[0].id}`,
                                    { method: 'DELETE' });
        assert.ok(refusal.status >= 400);
        assert.match(await refusal.text(), /made by aom\.mute\/夜间-1/);

        await c.call('PUT', mute, { data: muteRule('夜间-1') });
        const after = (await mutes())[0];
        assert.equal(after.create_time, create_time);
        assert.equal(after.desc, '');
        assert.equal((await silences()).length, 1); // the second is gone with its alternative
        assert.equal((await dropMute('夜间-1')).httpStatusCode, 204);
        assert.deepEqual([await mutes(), await silences()], [[], []]);
    });

    test('in force at once, for alerts of every door, and over at once', async () => {
        await addMute('q', { match: [[equals('event_severity', 'Critical')]] });
        await fire('loud');
        await fire('hushed', { event_severity: 'Critical' });
        await fetch(`${belfry.url}/api/v2/alerts`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify([{ labels: { alertname: 'prom', severity: 'critical' } }]) });
        const now = await alerts();
        const id = (await silences())[0].id;
        assert.deepEqual([now.loud.silencedBy, now.hushed.silencedBy, now.prom.silencedBy],
                         [[], [id], [id]]);
        await c.call('POST', `${mute}/delete`, { data: [{ name: 'q' }] });
        assert.deepEqual((await alerts()).hushed.silencedBy, []);
        await clear('loud');
        await clear('hushed');
    });

    test('DAILY, WEEKLY and MONTHLY hold at their hours in their zone', async () => {
        const zone = 'America/New_York';
        const parts = Object.fromEntries(new Intl.DateTimeFormat('en-US', {
            timeZone: zone, hour: 'numeric', minute: 'numeric', second: 'numeric',
            hourCycle: 'h23', day: 'numeric', weekday: 'short' })
            .formatToParts(new Date()).map((p) => [p.type, p.value]));
        const second = (+parts.hour * 60 + +parts.minute) * 60 + +parts.second;
        const at = (s) => (second + s + 86400) % 86400;
        const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
            .indexOf(parts.weekday) + 1;
        // near midnight a window may begin on the day before; neighbours are named, too
        const days = [weekday, weekday % 7 + 1, (weekday + 5) % 7 + 1];
        const others = [1, 2, 3, 4, 5, 6, 7].filter((d) => !days.includes(d));
        const held = async (mute_config) => {
            await addMute('w', { timezone: zone, mute_config });
            const status = (await alerts()).quiet;
            await dropMute('w');
            return status.silencedBy.length === 1;
        };

        await fire('quiet');
        const now = { starts_at: at(-3600), ends_at: at(3600) };
        const not = { starts_at: at(7200), ends_at: at(10800) };
        assert.equal(await held({ type: 'DAILY', ...now }), true);
        assert.equal(await held({ type: 'DAILY', ...not }), false);
        assert.equal(await held({ type: 'WEEKLY', ...now, scope: days }), true);
        assert.equal(await held({ type: 'WEEKLY', ...now, scope: others }), false);
        assert.equal(await held({ type: 'MONTHLY', ...now,
                                  scope: Array.from({ length: 31 }, (_, i) => i + 1) }), true);
        assert.equal(await held({ type: 'MONTHLY', ...now,
                                  scope: [(+parts.day + 9) % 28 + 1] }), false);
        assert.equal(await held({ type: 'FIXED', starts_at: Date.now() - 1000,
                                  ends_at: Date.now() + 600_000 }), true);
        assert.equal(await held({ type: 'FIXED', starts_at: Date.now() + 600_000 }), false);
        await clear('quiet');
    });

    test('every bound', async () => {
        const invalid = (more, what, name = 'x') =>
            refused(addMute(name, more), 400, 'AOM.08011002', what);
        const fits = async (more, name = 'x') => {
            await addMute(name, more);
            await dropMute(name);
        };
        const config = (mute_config) => ({ mute_config });
        const daily = { type: 'DAILY', starts_at: 0, ends_at: 1 };
        const item = equals('a', 'b');

        await fits({ desc: '说'.repeat(1024) }, '名'.repeat(100));
        await invalid({}, /name/, '名'.repeat(101));
        for (const name of ['_x', 'x_', 'a b', 'a/b', ''])
            await invalid({}, /name/, name);
        await invalid({ desc: '说'.repeat(1025) }, /desc/);
        await invalid({ timezone: 'Mars/Olympus' }, /timezone/);
        await invalid({ match: [] }, /match must have 1 to 10 alternatives/);
        await invalid({ match: [[]] }, /match\[0\].match must have 1 to 10 conditions/);
        await fits({ match: Array(10).fill(Array(10).fill(item)) });
        await invalid({ match: Array(11).fill([item]) }, /match must have/);
        await invalid({ match: [Array(11).fill(item)] }, /match\[0\]/);
        await fits({ match: [[equals('a', '1', '2', '3', '4', '5')]] });
        await invalid({ match: [[equals('a', '1', '2', '3', '4', '5', '6')]] },
                      /match\[0\].match\[0\].value/);
        await invalid({ match: [[equals('a')]] }, /value is missing/);
        await invalid({ match: [[{ key: 'a', operate: 'LIKE', value: ['b'] }]] }, /operate/);
        await invalid({ match: [[{ operate: 'EXIST' }]] }, /key is missing/);
        await invalid({ match: [[{ key: 'a', operate: 'REGEX', value: ['('] }]] },
                      /regular expression/);
        await fits({ match: [[{ key: 'a', operate: 'EXIST', value: null }]] });
        await invalid({ match: undefined }, /match is missing/);
        await invalid({ mute_config: undefined }, /mute_config is missing/);
        await invalid(config({ ...daily, type: 'YEARLY' }), /mute_config.type/);
        await invalid(config({ type: 'DAILY', ends_at: 1 }), /mute_config.starts_at is missing/);
        await fits(config({ ...daily, starts_at: 86399, ends_at: 86399 }));
        await invalid(config({ ...daily, starts_at: 86400 }), /seconds of a day/);
        await invalid(config({ ...daily, ends_at: 86400 }), /seconds of a day/);
        await invalid(config({ ...daily, starts_at: -1 }), /starts_at/);
        await fits(config({ type: 'DAILY', starts_at: 64800 })); // Terraform drops a 0
        for (const [type, most] of [['WEEKLY', 7], ['MONTHLY', 31]]) {
            await fits(config({ ...daily, type, scope: [1, most] }));
            await invalid(config({ ...daily, type, scope: [most + 1] }), /scope/);
            await invalid(config({ ...daily, type, scope: [0] }), /scope/);
            await invalid(config({ ...daily, type, scope: ['1'] }), /scope/);
            await invalid(config({ ...daily, type, scope: [] }), /scope/);
            await invalid(config({ ...daily, type }), /scope/);
        }
        await invalid(config({ type: 'FIXED', starts_at: 2000, ends_at: 1000 }), /ends_at/);

        await addMute('twice');
        await refused(addMute('twice'), 400, 'AOM.08011001', /the muteName is exist/);
        await refused(c.call('PUT', mute, { data: muteRule('nobody') }), 400, 'AOM.08012002',
                      /not exist/);
        await refused(dropMute('twice', 'nobody'), 400, 'AOM.08043002', /not exist/);
        assert.equal((await mutes()).length, 1); // all or none
        await refused(c.call('DELETE', mute, { data: ['twice'] }), 400, 'AOM.08043001', /names/);
        await dropMute('twice');
    });

    test('a hundred, and no more', async () => {
        const names = Array.from({ length: 100 }, (_, i) => `m${i}`);

        for (const name of names)
            await addMute(name);
        await refused(addMute('m100'), 400, 'AOM.08001300', /maximum number/);
        await c.call('PUT', mute, { data: muteRule('m99', { desc: 'changed' }) });
        await dropMute(...names);
    });
});

// ---- group rules --------------------------------------------------------------------------

const groupRule = (name, more = {}) => ({
    name, desc: '', group_by: ['resource_provider'], group_wait: 0, group_interval: 5,
    group_repeat_waiting: 3600, detail: [{
        match: [equals('event_severity', 'Critical')],
        bind_notification_rule_ids: ['rule_a'] }], ...more });
const addGroup = (name, more) => c.call('POST', group, { data: groupRule(name, more) });

describe('group rules', () => {
    test('life: a route for each detail', async () => {
        const sent = groupRule('按来源', {
            desc: '说明', detail: [
                { match: [equals('event_severity', 'Critical'),
                          equals('notification_scene', 'notify_triggered')],
                  bind_notification_rule_ids: ['rule_a'] },
                { match: [{ key: 'resource_type', operate: 'EXIST', value: [] }],
                  bind_notification_rule_ids: ['rule_b', 'rule_a'] }] });

        assert.deepEqual(list(await c.call('GET', group)), []);
        await c.call('POST', group, { data: sent, headers: { 'Enterprise-Project-Id': 'eps-1' } });
        const { create_time, update_time, enterprise_project_id, ...body } =
            list(await c.call('GET', group))[0];
        assert.deepEqual(body, sent);
        assert.equal(enterprise_project_id, 'eps-1');
        for (const time of [create_time, update_time])
            assert.equal(typeof time, 'number');
        // the receivers of the other dialects
        await fire('both', { event_severity: 'Critical' });
        const both = (await get('/api/v2/alerts')).find((a) => a.labels.alertname === 'both');
        assert.deepEqual(both.receivers.map((r) => r.name),
                         ['aom.group/按来源/1', 'aom.group/按来源/2']);
        await clear('both', { event_severity: 'Critical' });
        await c.call('PUT', group, { data: groupRule('按来源') });
        const changed = list(await c.call('GET', group))[0];
        assert.deepEqual([changed.detail.length, changed.enterprise_project_id,
                          changed.create_time], [1, 'eps-1', create_time]);
        // bound, so not to be deleted (1.4)
        await refused(c.call('DELETE', '/v2/alert/action-rules', { data: ['rule_a'] }), 400,
                      'AOM.08003001', /in use/);
        await c.call('DELETE', group, { data: ['按来源'] });
        assert.deepEqual(list(await c.call('GET', group)), []);
    });

    test('every bound', async () => {
        const invalid = (more, what, name = 'g') =>
            refused(addGroup(name, more), 400, 'AOM.08000001', what);
        const fits = async (more, name = 'g') => {
            await addGroup(name, more);
            await c.call('DELETE', group, { data: [name] });
        };
        const [detail] = groupRule('').detail;

        await fits({}, 'g'.repeat(100));
        await invalid({}, /name/, 'g'.repeat(101));
        await invalid({ desc: 'd'.repeat(1025) }, /desc/);
        for (const [field, least, most] of [['group_wait', 0, 600], ['group_interval', 5, 1800],
                                            ['group_repeat_waiting', 0, 1296000]]) {
            await fits({ [field]: least });
            await fits({ [field]: most });
            await invalid({ [field]: least - 1 }, new RegExp(field));
            await invalid({ [field]: most + 1 }, new RegExp(field));
            await invalid({ [field]: undefined }, new RegExp(`${field} is missing`));
        }
        await invalid({ group_by: [] }, /group_by/);
        await invalid({ group_by: [1] }, /group_by/);
        await invalid({ detail: [] }, /detail must have 1 to 10/);
        await fits({ detail: Array(10).fill(detail) });
        await invalid({ detail: Array(11).fill(detail) }, /detail must have/);
        await fits({ detail: [{ ...detail, match: Array(10).fill(equals('a', 'b')) }] });
        await invalid({ detail: [{ ...detail, match: Array(11).fill(equals('a', 'b')) }] },
                      /detail\[0\].match/);
        await invalid({ detail: [{ ...detail, match: [equals('notification_scene', 'x')] }] },
                      /notify_triggered/);
        await invalid({ detail: [{ ...detail, bind_notification_rule_ids: [] }] },
                      /bind_notification_rule_ids/);
        await invalid({ detail: [{ ...detail, bind_notification_rule_ids: ['nobody'] }] },
                      /no action rule "nobody"/);
        await addGroup('twice');
        await refused(addGroup('twice'), 400, 'AOM.08000012', /already exists/);
        await refused(c.call('PUT', group, { data: groupRule('nobody') }), 400, 'AOM.08001002',
                      /does not exist/);
        await refused(c.call('DELETE', group, { data: ['nobody'] }), 400, 'AOM.08002002',
                      /does not exist/);
        await c.call('DELETE', group, { data: ['twice'] });
    });
});

// ---- inhibit rules ------------------------------------------------------------------------

const inhibitRule = (name, more = {}) => ({
    name, desc: '', source_match: [[equals('event_name', 'root')]],
    target_match: [[equals('event_name', 'leaf')]], ...more });

describe('inhibit rules', () => {
    test('life: a root alarm hushes the others', async () => {
        const sent = inhibitRule('抑制', {
            desc: '说明', match_v3: { a: [1, { b: null }] }, source_match: [
                [equals('event_name', 'root')], [equals('event_name', 'other')]] });

        assert.deepEqual(list(await c.call('GET', inhibit)), []);
        await c.call('POST', inhibit, { data: sent });
        const { create_time, update_time, enterprise_project_id, ...body } =
            list(await c.call('GET', inhibit))[0];
        assert.deepEqual(body, sent);
        assert.ok(create_time > 0 && update_time > 0 && enterprise_project_id === '0');
        await fire('leaf');
        assert.deepEqual((await alerts()).leaf.inhibitedBy, []);
        await fire('root');
        assert.equal((await alerts()).leaf.inhibitedBy.length, 1);
        await clear('root');
        assert.deepEqual((await alerts()).leaf.inhibitedBy, []);
        await fire('other');
        assert.equal((await alerts()).leaf.inhibitedBy.length, 1);
        await c.call('PUT', inhibit, { data: inhibitRule('抑制') });
        assert.deepEqual((await alerts()).leaf.inhibitedBy, []);
        await clear('leaf');
        await clear('other');
        await c.call('DELETE', inhibit, { data: ['抑制'] });
    });

    test('every bound', async () => {
        const invalid = (more, what) => refused(
            c.call('POST', inhibit, { data: inhibitRule('i', more) }), 400, 'AOM.08008001', what);
        const one = [equals('a', 'b')];

        await c.call('POST', inhibit, { data: inhibitRule('i', {
            source_match: Array(10).fill(one), target_match: Array(10).fill(one) }) });
        await refused(c.call('POST', inhibit, { data: inhibitRule('i') }), 400, 'AOM.08008012',
                      /already exists/);
        await c.call('DELETE', inhibit, { data: ['i'] });
        await invalid({ source_match: Array(11).fill(one) }, /source_match must have/);
        await invalid({ target_match: [] }, /target_match must have/);
        await invalid({ target_match: undefined }, /target_match must be given/);
        await invalid({ source_match: undefined, target_match: undefined, match_v3: {} },
                      /match_v3 alone is not supported/);
        await invalid({ binding_group_rule: 'nobody' }, /aom.group\/nobody/);
        await addGroup('bound');
        await c.call('POST', inhibit, { data: inhibitRule('i', { binding_group_rule: 'bound' }) });
        await refused(c.call('DELETE', group, { data: ['bound'] }), 400, 'AOM.08002001',
                      /in use/);
        await refused(c.call('PUT', inhibit, { data: inhibitRule('nobody') }), 400,
                      'AOM.08009002', /does not exist/);
        await refused(c.call('DELETE', inhibit, { data: ['nobody'] }), 400, 'AOM.08010002',
                      /does not exist/);
        await c.call('DELETE', inhibit, { data: ['i'] });
        await c.call('DELETE', group, { data: ['bound'] });
    });
});

// ---- Terraform ----------------------------------------------------------------------------

// 4.2: POST takes 200 only, PUT and DELETE 204; gone is 404 alone. 4.3, 4.7: what is read.
test('Terraform: aom_alarm_action_rule', async () => {
    const tf = terraform(belfry, { POST: [200], PUT: [204], GET: [200], DELETE: [204] });
    const path = `/v2/${project}/alert/action-rules`, name = '告警-tf_1';
    const one = `${path}/${encodeURIComponent(name)}`; // as Go writes Chinese in a path
    const topics = (...names) => names.map((n) => ({
        name: n, topic_urn: `urn:smn:cn-north-4:${project}:${n}` }));
    const read = async () => {
        const { ok, body, text } = await tf('GET', one);
        assert.ok(ok, text);
        assert.deepEqual([typeof body.create_time, typeof body.update_time],
                         ['number', 'number']);
        return { user_name: body.user_name, rule_name: body.rule_name, desc: body.desc,
                 type: body.type, notification_template: body.notification_template,
                 smn_topics: body.smn_topics.map((t) => ({ name: t.name,
                                                           topic_urn: t.topic_urn })) };
    };
    // no project_id, no push_policy; a user who is not the caller; topics in no order
    const body = { user_name: 'Someone Else', rule_name: name, desc: 'cpu > 90% & <more>',
                   type: '1', smn_topics: topics('z', 'a', 'M'),
                   notification_template: 'aom.built-in.template.zh' };

    const made = await tf('POST', path, body);
    assert.deepEqual([made.status, made.text], [200, '']);
    assert.deepEqual(await read(), body);
    assert.deepEqual(await read(), body); // plan: no difference
    // a path is decoded once: this is the name of another rule
    assert.equal((await tf('GET', one.replaceAll('%', '%25'))).status, 404);
    // the zone of the console stays when an update leaves it out
    await c.call('PUT', '/v2/alert/action-rules', { data: {
        ...body, time_zone: 'Asia/Shanghai' } });
    Object.assign(body, { type: '3', smn_topics: topics('M', 'z') });
    assert.ok((await tf('PUT', path, body)).ok);
    assert.deepEqual(await read(), body);
    // the data source: a wrapped list, and more of each rule
    const { action_rules } = (await tf('GET', path)).body;
    const { time_zone, smn_topics: [{ display_name, push_policy, status }] } =
        action_rules.find((r) => r.rule_name === name);
    assert.deepEqual([time_zone, display_name, push_policy, status],
                     ['Asia/Shanghai', '', 0, 0]);
    assert.ok((await tf('DELETE', path, [name])).ok);
    const three = ['error_code', 'error_msg', 'trace_id'];
    for (const [answer, status, code] of [
        [await tf('GET', one), 404, 'AOM.08019006'],
        [await tf('PUT', path, body), 400, 'AOM.08019006'],
        [await tf('DELETE', path, [name]), 400, 'AOM.08044006'],
    ]) {
        assert.deepEqual([answer.status, answer.body.error_code], [status, code]);
        assert.deepEqual(Object.keys(answer.body), three);
    }
});

// 3.4: X-Project-Id and X-Security-Token come behind the signature, so they open nothing.
test('Terraform: what it does not sign', async () => {
    const ask = async (path, more) => (await fetch(belfry.url + path, { headers: {
        ...signedHeaders('GET', path, ''), ...more } })).status;
    const rules = (id) => `/v2/${id}/alert/action-rules`;

    assert.equal(await ask(rules(project), { 'X-Project-Id': 'otherproject' }), 200);
    assert.equal(await ask(rules('otherproject'), { 'X-Project-Id': 'otherproject' }), 403);
    assert.equal(await ask(rules('otherproject'), { 'X-Project-Id': project }), 403);
    assert.equal(await ask(rules(project), { 'X-Security-Token': 'nobody gave it' }), 401);
});

// 4.2: 204, 204, 200, 204; gone is a name that is not in the list.
test('Terraform: aom_alarm_silence_rule', async () => {
    const tf = terraform(belfry, { POST: [204], PUT: [204], GET: [200], DELETE: [204] });
    const path = `/v2/${project}/alert/mute-rules`;
    // 4.4: what it reads, found by name in a bare array
    const read = async () => {
        const got = await tf('GET', path);
        assert.ok(got.ok && Array.isArray(got.body), got.text);
        const rule = got.body.find((r) => r.name === 'tf_mute');
        return rule && { name: rule.name, desc: rule.desc, timezone: rule.timezone,
                         match: rule.match, mute_config: rule.mute_config,
                         times: [typeof rule.create_time, typeof rule.update_time] };
    };
    const body = { name: 'tf_mute', desc: 'working days', user_id: project,
                   timezone: 'Asia/Shanghai',
                   mute_config: { type: 'WEEKLY', starts_at: 64800, scope: [1, 2, 3, 4, 5] },
                   match: [[{ key: 'event_severity', operate: 'EXIST' },
                            { key: 'resource_provider', operate: 'EQUALS', value: ['AOM'] }]] };
    const { user_id, ...planned } = { ...body, times: ['number', 'number'] };

    assert.ok((await tf('POST', path, body)).ok);
    assert.deepEqual(await read(), planned);
    assert.deepEqual(await read(), planned);
    body.mute_config.ends_at = 86399;
    assert.ok((await tf('PUT', path, body)).ok);
    assert.deepEqual(await read(), planned);
    assert.ok((await tf('DELETE', path, [{ name: 'tf_mute' }])).ok);
    assert.equal(await read(), undefined);
    // a second destroy: an error for Terraform, and one with its code
    const again = await tf('DELETE', path, [{ name: 'tf_mute' }]);
    assert.deepEqual([again.status, again.body.error_code, again.body.error_type],
                     [400, 'AOM.08043002', 'PARAM_INVALID']);
});

// 4.2: 204, 204, 200, 200/202/204; gone: the list, or 400 AOM.08002002.
test('Terraform: aom_alarm_group_rule', async () => {
    const tf = terraform(belfry, { POST: [204], PUT: [204], GET: [200], DELETE: [200, 202, 204] });
    const path = `/v2/${project}/alert/group-rules`;
    const read = async () => {
        const got = await tf('GET', path, undefined,
                             { 'Enterprise-Project-Id': 'all_granted_eps' });
        assert.ok(got.ok && Array.isArray(got.body), got.text);
        const rule = got.body.find((r) => r.name === 'tf_group');
        if (rule)
            assert.deepEqual([typeof rule.create_time, typeof rule.update_time],
                             ['number', 'number']);
        const { create_time, update_time, ...rest } = rule ?? {};
        return rest;
    };
    // 2.6: match[].value is [] for EXIST; desc is sent empty
    const body = { name: 'tf_group', desc: '', group_by: ['resource_provider'], group_wait: 0,
                   group_interval: 60, group_repeat_waiting: 0, detail: [{
                       match: [{ key: 'event_severity', operate: 'EXIST', value: [] }],
                       bind_notification_rule_ids: ['rule_a'] }] };

    assert.ok((await tf('POST', path, body)).ok);
    assert.deepEqual(await read(), { ...body, enterprise_project_id: '0' });
    body.desc = 'changed';
    assert.ok((await tf('PUT', path, body)).ok);
    assert.deepEqual(await read(), { ...body, enterprise_project_id: '0' });
    assert.ok((await tf('DELETE', path, ['tf_group'])).ok);
    assert.deepEqual(await read(), {});
    const gone = await tf('DELETE', path, ['tf_group']);
    assert.deepEqual([gone.status, gone.body.error_code], [400, 'AOM.08002002']);
});

// 4.2: the same of inhibit rules, gone is 400 AOM.08010002.
test('Terraform: aom_alarm_inhibit_rule', async () => {
    const tf = terraform(belfry, { POST: [204], PUT: [204], GET: [200], DELETE: [200, 202, 204] });
    const path = `/v2/${project}/alert/inhibit-rules`;
    const body = inhibitRule('tf_inhibit');

    assert.ok((await tf('POST', path, body)).ok);
    const got = (await tf('GET', path)).body.find((r) => r.name === 'tf_inhibit');
    assert.deepEqual([got.source_match, got.target_match], [body.source_match, body.target_match]);
    assert.ok((await tf('PUT', path, { ...body, binding_group_rule: '' })).ok);
    assert.ok((await tf('DELETE', path, ['tf_inhibit'])).ok);
    assert.deepEqual((await tf('GET', path)).body, []);
    assert.equal((await tf('DELETE', path, ['tf_inhibit'])).body.error_code, 'AOM.08010002');
});
