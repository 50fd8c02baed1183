// smn.test.mjs - SMN through the vendor's SDK core: topics, subscriptions and the ways in
// and out of them, what is published, and the envelope that its receivers verify
// (contracts/huawei.md 2.9 to 2.13).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { client, project, reader, start } from './aom_rig.mjs';
import { Endpoint, verify } from './smn_rig.mjs';
import { until } from './support.mjs';

const smn = '/v2/notifications';
const urn = (name) => `urn:smn:cn-north-4:${project}:${name}`;
let belfry, c, endpoint;

before(async () => {
    endpoint = await Endpoint.start();
    belfry = await start({ activate_at_once: false, allow_addresses: ['127.0.0.0/8'] });
    c = client(belfry);
});
after(async () => {
    await belfry.stop();
    await endpoint.stop();
});

const topic = (name, more = {}) => c.call('POST', `${smn}/topics`, { data: { name, ...more } });
const at = (name, tail = '') => [`${smn}/topics/{topic_urn}${tail}`,
                                 { vars: { topic_urn: urn(name) } }];
const on = (method, [path, more], data, query) => c.call(method, path, { ...more, data, query });
const subscribe = (name, data) => on('POST', at(name, '/subscriptions'), data);
const list = async (name) => (await on('GET', at(name, '/subscriptions'))).subscriptions;

// This core reads no `code` and `message` (1.4): the status it says, the code we ask for.
async function refused(promise, status) {
    await assert.rejects(promise, (e) => {
        assert.equal(e.httpStatusCode, status, `${e.errorMsg} ${e}`);
        return true;
    });
}

describe('topics', () => {
    test('attributes and tags', async () => {
        const policy = JSON.stringify({ Version: '2016-09-07', Id: '__default_policy_ID',
            Statement: [{ Sid: '__service_pub_0', Effect: 'Allow', Principal: { Service: ['obs'] },
                          Action: ['SMN:Publish', 'SMN:QueryTopicDetail'], Resource: urn('t1') }] });

        assert.equal((await topic('t1', { display_name: '运维' })).httpStatusCode, 201);
        for (const [name, value] of [['access_policy', policy], ['introduction', '值班 🔔']])
            assert.equal((await on('PUT', at('t1', `/attributes/${name}`), { value }))
                .httpStatusCode, 200);
        assert.deepEqual((await on('GET', at('t1', '/attributes'))).attributes,
                         { access_policy: policy, introduction: '值班 🔔' });
        assert.equal((await on('DELETE', at('t1', '/attributes/introduction')))
            .httpStatusCode, 200);
        await refused(on('DELETE', at('t1', '/attributes/introduction')), 404);
        await on('DELETE', at('t1', '/attributes'));
        assert.deepEqual((await on('GET', at('t1', '/attributes'))).attributes,
                         { access_policy: '', introduction: '' });
        const tags = (method, tail, data) => c.call(method, `/v2/smn_topic/t1/tags${tail}`, {
            data, headers: { 'X-SMN-RESOURCEID-TYPE': 'name' } });
        assert.equal((await tags('POST', '/action', { action: 'create', tags: [
            { key: '组', value: '数据库' }, { key: 'empty', value: '' }] })).httpStatusCode, 204);
        await belfry.restart('SIGKILL');
        assert.deepEqual((await tags('GET', '')).tags,
                         [{ key: '组', value: '数据库' }, { key: 'empty', value: '' }]);
        assert.equal((await tags('POST', '/action', { action: 'delete', tags: [
            { key: 'empty' }] })).httpStatusCode, 204);
        assert.deepEqual((await tags('GET', '')).tags, [{ key: '组', value: '数据库' }]);
        await refused(client(belfry, reader).call('PUT', ...(([p, m]) => [p, {
            ...m, data: { value: '' } }])(at('t1', '/attributes/introduction'))), 403);
    });
});

describe('subscriptions', () => {
    test('every protocol that Belfry delivers by, in one call', async () => {
        await topic('many');
        const ways = [['email', 'Ops@Example.com'], ['sms', '+8613800000000'],
                      ['callnotify', '+8613800000001'], ['http', `${endpoint.url}/m`],
                      ['https', 'https://hook.example/x'],
                      ['dingding', 'https://oapi.dingtalk.com/robot/send?access_token=t'],
                      ['feishu', 'https://open.feishu.cn/hook/1'],
                      ['wechat', 'https://qyapi.weixin.qq.com/send?key=4']];
        const answer = await subscribe('many', { subscriptions: [
            ...ways.map(([protocol, e]) => ({ protocol, endpoint: e, remark: protocol })),
            { protocol: 'functionstage', endpoint: 'urn:fss:x' }] });
        assert.deepEqual(answer.subscriptions_result.map((r) => r.http_code),
                         [...ways.map(() => 201), 400]);
        assert.equal(answer.subscriptions_result.at(-1).code, 'SMN.0011');
        assert.deepEqual((await list('many')).map((s) => [s.protocol, s.endpoint, s.status]),
                         ways.map(([p, e], i) => [p, e, i < 5 ? 0 : 2]));
        const { protocols } = await fetch(`${belfry.url}/v2/notifications/protocols`, {
            headers: { 'X-Auth-Token': await token() } }).then((r) => r.json());
        assert.deepEqual(protocols, ways.map(([p]) => p));
        const gone = await c.call('DELETE', `${smn}/subscriptions`, { data: {
            subscription_urns: [...await list('many'), { subscription_urn: `${urn('many')}:00` }]
                .map(({ subscription_urn }) => ({ subscription_urn })) } });
        assert.deepEqual(gone.subscriptions_result.map((r) => r.http_code),
                         [...ways.map(() => 200), 404]);
        assert.deepEqual(await list('many'), []);
        await endpoint.next('/m', 'SubscriptionConfirmation');
    });

    // 2.10 and 2.11: a program confirms by its GET, leaves and comes back by links.
    test('an endpoint of ours: asked, confirmed, told, gone', async () => {
        await topic('hook', { display_name: '报警' });
        const { subscription_urn } = await subscribe('hook', {
            protocol: 'http', endpoint: `${endpoint.url}/hook`,
            extension: { header: { 'x-team': 'ops', 'X-Key': 's3cr=t&1' } } });
        const asked = await endpoint.next('/hook', 'SubscriptionConfirmation');
        assert.equal(asked.headers['x-smn-message-type'], 'SubscriptionConfirmation');
        assert.equal(asked.headers['x-smn-topic-urn'], urn('hook'));
        assert.equal(asked.headers['x-smn-message-id'], asked.body.message_id);
        assert.equal(asked.headers['x-team'], 'ops');
        assert.equal(asked.headers['x-key'], 's3cr=t&1');
        assert.match(asked.body.message, /^You are invited to subscribe to topic: urn:smn:/);
        await verify(asked.body);
        assert.equal((await list('hook'))[0].status, 0);
        const confirmed = await fetch(asked.body.subscribe_url);
        assert.equal(confirmed.status, 200);
        assert.equal((await confirmed.json()).subscription_urn, subscription_urn);
        assert.equal((await list('hook'))[0].status, 1);
        assert.equal((await fetch(asked.body.subscribe_url)).status, 403); // once only
    });
});

async function token() {
    const answer = await fetch(`${belfry.url}/v3/auth/tokens`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ auth: {
            identity: { methods: ['password'], password: { user: {
                name: 'ops', password: 'pw', domain: { name: 'example' } } } },
            scope: { project: { name: 'cn-north-4' } } } }) });
    assert.equal(answer.status, 201);
    return answer.headers.get('x-subject-token');
}
