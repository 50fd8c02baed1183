// aom_errors.test.mjs - every code that AOM documents, provoked, with the keys of its body
// (contracts/huawei.md 1.4, 2.2-2.6); quotas and bounds that end in a 400.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { project, start } from './aom_rig.mjs';

let belfry, token;

const login = async (name, password) => (await fetch(`${belfry.url}/v3/auth/tokens`, {
    method: 'POST', body: JSON.stringify({ auth: {
        identity: { methods: ['password'], password: { user: {
            name, password, domain: { name: 'example' } } } },
        scope: { project: { name: 'cn-north-4' } } } }) })).headers.get('x-subject-token');

before(async () => {
    belfry = await start();
    token = await login('ops', 'pw');
});
after(() => belfry.stop());

async function ask(method, path, body, headers = { 'X-Auth-Token': token }) {
    const answer = await fetch(`${belfry.url}/v2/${project}${path}`, {
        method, headers: { 'Content-Type': 'application/json', ...headers },
        body: body === undefined ? undefined
            : typeof body === 'string' ? body : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : {} };
}

const topic = { name: 't', topic_urn: `urn:smn:cn-north-4:${project}:t` };
const action = (rule_name, more = {}) => ({
    rule_name, type: '1', notification_template: 'aom.built-in.template.zh',
    smn_topics: [topic], ...more });
const three = ['error_code', 'error_msg', 'trace_id'];
const typed = ['error_code', 'error_msg', 'error_type', 'trace_id'];
const rules = '/alert/action-rules', mute = '/alert/mute-rules';
const muteRule = { name: 'm', match: [[{ key: 'a', operate: 'EXIST' }]],
                   mute_config: { type: 'DAILY', starts_at: 0 } };

test('the table of codes', async () => {
    await ask('POST', rules, action('there'));
    await ask('POST', mute, muteRule);
    const nobody = { name: 'n', group_by: ['a'], group_wait: 0, group_interval: 5 };
    const rows = [
        ['POST', rules, action('there'), 400, 'AOM.08018012', /actionRule already exists/, three],
        ['POST', rules, '{', 400, 'AOM.08018001', /./, three],
        ['PUT', rules, action('nobody'), 400, 'AOM.08019006', /The action rule does not exist/,
         three],
        ['PUT', rules, {}, 400, 'AOM.08019001', /rule_name is missing/, three],
        ['POST', `${rules}/delete`, ['nobody'], 400, 'AOM.08044006',
         /The action rule does not exist/, three],
        ['DELETE', rules, {}, 400, 'AOM.08003001', /array/, three],
        ['GET', `${rules}/nobody`, undefined, 404, 'AOM.08019006', /does not exist/, three],
        ['POST', mute, muteRule, 400, 'AOM.08011001', /the muteName is exist/, typed],
        ['POST', `${mute}/delete`, [{ name: 'nobody' }], 400, 'AOM.08043002',
         /the muteName is not exist/, typed],
        ['DELETE', '/alert/group-rules', ['nobody'], 400, 'AOM.08002002', /does not exist/, three],
        ['POST', '/alert/group-rules', nobody, 400, 'AOM.08000001', /missing/, three],
        ['DELETE', '/alert/inhibit-rules', ['nobody'], 400, 'AOM.08010002', /does not exist/,
         three],
        ['GET', '/events/notification/template/nobody', undefined, 400, 'AOM.08025006',
         /does not exist/, three],
        ['DELETE', '/events/notification/templates', { names: ['nobody'] }, 400, 'AOM.08023006',
         /does not exist/, three],
        ['POST', '/events', { time_range: 'x' }, 400, 'AOM.08032002',
         /The request body is illegal/, three],
        ['PUT', '/push/events', '{', 400, 'AOM.0400', /parse eventParam failed/,
         ['error_code', 'error_msg', 'error_type']],
    ];
    for (const [method, path, body, status, code, words, keys] of rows) {
        const answer = await ask(method, path, body);
        const what = `${method} ${path}`;

        assert.deepEqual([answer.status, answer.body.error_code], [status, code], what);
        assert.match(answer.body.error_msg, words, what);
        assert.deepEqual(Object.keys(answer.body), keys, what);
    }
});

test('401 and 403 have four keys', async () => {
    const reader = await fetch(`${belfry.url}/v3/auth/tokens`); // who asks without a token
    assert.equal(reader.status, 401);
    for (const path of ['/events', mute, '/alert/group-rules', '/event2alarm-rule',
                        '/events/notification/templates']) {
        const answer = await ask('POST', path, {}, { 'X-Auth-Token': 'no-such-token' });

        assert.equal(answer.status, 401, path);
        assert.deepEqual(Object.keys(answer.body), typed, path);
        assert.deepEqual([answer.body.error_code, answer.body.error_type, answer.body.trace_id],
                         ['AOM.0403', 'AUTH_FAILED', null], path);
    }
    const other = await fetch(`${belfry.url}/v2/another/alert/mute-rules`, {
        headers: { 'X-Auth-Token': token } });
    assert.equal(other.status, 403);
    assert.deepEqual(Object.keys(await other.json()), typed);
});

test('five topics; a thousand rules, and a 400 that every SDK takes for a refusal', async () => {
    const five = Array.from({ length: 5 }, (_, i) => ({ ...topic, name: `t${i}` }));

    assert.equal((await ask('POST', rules, action('five', { smn_topics: five }))).status, 200);
    const six = await ask('POST', rules, action('six', { smn_topics: [...five, topic] }));
    assert.deepEqual([six.status, six.body.error_code], [400, 'AOM.08018001']);
    assert.match(six.body.error_msg, /smn_topics must have 1 to 5/);
    const { action_rules: now } = (await ask('GET', rules)).body;
    let made = now.length;
    const more = async () => {
        while (made < 1000)
            assert.equal((await ask('POST', rules, action(`r${made++}`))).status, 200);
    };
    await Promise.all(Array.from({ length: 16 }, more));
    const full = await ask('POST', rules, action('one-more'));
    assert.deepEqual([full.status, full.body.error_code, full.body.error_msg],
                     [400, 'AOM.08001300', 'The maximum number of rules has been reached.']);
    assert.equal((await ask('PUT', rules, action('five'))).status, 204);
    assert.equal((await ask('DELETE', rules, ['five'])).status, 204);
    assert.equal((await ask('POST', rules, action('one-more'))).status, 200);
});
