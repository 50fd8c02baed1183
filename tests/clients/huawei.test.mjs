// huawei.test.mjs - the vendor's own SDK core, unmodified, against build/belfry:
// @huaweicloud/huaweicloud-sdk-core signs and sends (AK/SK, a temporary key, the
// derived key); the operations on it are hand-made, as its generated packages make
// them. All of action rules, SMN as far as a rule needs it, events, IAM.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry } from './support.mjs';

// The core keeps a cache and a log below the home directory.
const home = mkdtempSync(join(tmpdir(), 'belfry-home-'));
process.env.HOME = home;
const load = createRequire(import.meta.url);
const core = load('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = load('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');
// It prints every refusal, and refusals are what half of this is about.
load('@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger').Logger4jInstance.level = 'off';

const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const full = { id: 'HWTESTAK0000000000', secret: 'test-secret-key-0123456789' };
const temporary = { id: 'HWTEMPORARY0000000', secret: 'temporary-secret',
                    security_token: 'gQpjbi1ub3J0aC00+/=' };
const reader = { id: 'HWREADER0000000000', secret: 'reader-secret' };
const other = { id: 'HWOTHER00000000000', secret: 'other-secret' };

let belfry;

before(async () => {
    belfry = await Belfry.start({ region: 'cn-north-4', accounts: [
        account([
            { name: 'ops', password: 'pw', access_keys: [full, temporary],
              policies: ['full-access'] },
            { name: 'reader', access_keys: [reader], policies: ['read-only'] },
        ]),
        { name: 'other', uid: '6666', project_id: 'otherproject', users: [
            { name: 'ops', access_keys: [other], policies: ['full-access'] }] },
    ] });
});
after(async () => {
    await belfry.stop();
    rmSync(home, { recursive: true, force: true });
});

// ---- a client on the core ----------------------------------------------------------

class Client {
    constructor(hcClient) { this.hcClient = hcClient; }

    static builder() { return new ClientBuilder((hc) => new Client(hc)); }

    call(method, url, { path = {}, query = {}, data, headers = {} } = {}) {
        return this.hcClient.sendRequest({
            method, url, contentType: 'application/json', queryParams: query,
            pathParams: path, headers, data: data ?? {} });
    }

    addRule(data) { return this.call('POST', rules, { data }); }
    updateRule(data) { return this.call('PUT', rules, { data }); }
    deleteRules(data) { return this.call('DELETE', rules, { data }); }
    deleteRulesByPost(data) { return this.call('POST', `${rules}/delete`, { data }); }
    listRules(query) { return this.call('GET', rules, { query }); }
    showRule(rule_name) {
        return this.call('GET', `${rules}/{rule_name}`, { path: { rule_name } });
    }
}

const rules = '/v2/{project_id}/alert/action-rules';
const topics = '/v2/{project_id}/notifications/topics';

function client(key = full, projectId = project) {
    const credentials = new core.BasicCredentials()
        .withAk(key.id).withSk(key.secret).withProjectId(projectId);
    if (key.security_token)
        credentials.withSecurityToken(key.security_token);
    return Client.builder().withCredential(credentials).withEndpoint(belfry.url).build();
}

const urn = (name) => `urn:smn:cn-north-4:${project}:${name}`;
const rule = (rule_name, more = {}) => ({
    project_id: project, rule_name, desc: '中文描述 告警*', type: '1',
    smn_topics: [{ display_name: '', name: 'lhy_test01', push_policy: 0,
                   topic_urn: urn('lhy_test01') }],
    user_name: 'ops', notification_template: 'aom.built-in.template.zh',
    time_zone: 'Asia/Shanghai', create_time: 1667316727451, update_time: 1667316727451,
    ...more });

// What the SDK makes of a refusal: status, code and words must all be readable.
async function refused(promise, status, code, words) {
    await assert.rejects(promise, (e) => {
        assert.equal(e.httpStatusCode, status, `${e.errorCode}: ${e.errorMsg}`);
        assert.equal(e.errorCode, code);
        assert.match(e.errorMsg, words);
        return true;
    });
}

// ---- action rules -------------------------------------------------------------------

describe('action rules', () => {
    for (const [how, make] of [
        ['a permanent key', () => client()],
        ['a temporary key', () => client(temporary)],
        ['the derived key (V11)', () => Client.builder()
            .withCredential(new core.BasicCredentials({
                ak: full.id, sk: full.secret, projectId: project,
                derivedPredicate: () => true,
                regionId: 'cn-north-4', derivedAuthServiceName: 'aom' }))
            .withEndpoint(belfry.url).build()],
    ])
        test(`the five operations with ${how}`, async () => {
            const c = make();

            assert.equal((await c.addRule(rule('lhy_test01'))).httpStatusCode, 200);
            assert.equal((await c.addRule(rule('告警规则1'))).httpStatusCode, 200);
            const began = Date.now();
            assert.equal((await c.updateRule(rule('lhy_test01', {
                desc: '改过了', type: '2', time_zone: undefined }))).httpStatusCode, 204);
            const shown = await c.showRule('lhy_test01');
            assert.equal(shown.httpStatusCode, 200);
            assert.equal(shown.desc, '改过了');
            assert.strictEqual(shown.type, '2');
            assert.equal(shown.time_zone, 'Asia/Shanghai');
            assert.equal(shown.user_name, 'ops');
            assert.equal(shown.project_id, project);
            assert.equal(shown.smn_topics[0].topic_urn, urn('lhy_test01'));
            assert.strictEqual(shown.smn_topics[0].status, 0);
            assert.strictEqual(shown.smn_topics[0].push_policy, 0);
            assert.ok(Math.abs(shown.update_time - began) < 60_000);
            assert.equal((await c.showRule('告警规则1')).rule_name, '告警规则1');
            const list = await c.listRules();
            assert.deepEqual(list.action_rules.map((r) => r.rule_name).sort(),
                             ['lhy_test01', '告警规则1'].sort());
            assert.equal((await c.deleteRules(['lhy_test01'])).httpStatusCode, 204);
            assert.equal((await c.deleteRulesByPost(['告警规则1'])).httpStatusCode, 204);
            assert.deepEqual((await c.listRules()).action_rules, []);
        });

    test('each refusal in its own words', async () => {
        const c = client();

        await c.addRule(rule('r1'));
        await refused(c.addRule(rule('r1')), 400, 'AOM.08018012', /already exists/);
        await refused(c.updateRule(rule('no_such_rule')), 400, 'AOM.08019006',
                      /The action rule does not exist/);
        await refused(c.deleteRules(['r1', 'no_such_rule']), 400, 'AOM.08044006',
                      /does not exist/);
        await refused(c.showRule('no_such_rule'), 404, 'AOM.08019006', /does not exist/);
        await refused(c.addRule(rule('_r')), 400, 'AOM.08018001', /rule_name/);
        await refused(c.addRule(rule('规'.repeat(101))), 400, 'AOM.08018001', /rule_name/);
        await refused(c.updateRule(rule('r1', { smn_topics: [] })), 400, 'AOM.08019001',
                      /smn_topics/);
        await refused(c.updateRule(rule('r1', { type: 7 })), 400, 'AOM.08019001', /type/);
        await refused(c.addRule(rule('r2', { project_id: 'otherproject' })), 400,
                      'AOM.08018001', /project_id/);
        assert.equal((await c.showRule('r1')).desc, '中文描述 告警*');
        await c.deleteRules(['r1']);
    });

    // The SDK signs an escaped path escaped once more.
    test('a name with a blank, and a query with everything in it', async () => {
        await refused(client().showRule('a b'), 404, 'AOM.08019006', /does not exist/);
        const list = await client().listRules({
            z: 'a b', name: '中文', sym: 'a+b/c=d&e*~-._', list: [1, 10, 2], empty: '' });
        assert.deepEqual(list.action_rules, []);
    });

    // The SDK's core sends GETs with a body, Terraform DELETEs without a length.
    test('bodies where few have them, on one connection', async () => {
        const login = await fetch(`${belfry.url}/v3/auth/tokens`, {
            method: 'POST', body: JSON.stringify({ auth: {
                identity: { methods: ['password'], password: { user: {
                    name: 'ops', password: 'pw', domain: { name: 'example' } } } },
                scope: { project: { id: project } } } }) });
        const token = login.headers.get('x-subject-token');
        const at = `/v2/${project}/alert/action-rules`;
        const topic = `/v2/${project}/notifications/topics/${urn('bare')}`;
        const ask = (method, path, body, more = '') => `${method} ${path} HTTP/1.1\r\n` +
            `Host: ${belfry.host}\r\nX-Auth-Token: ${token}\r\n${more}` +
            (body === undefined ? '\r\n' : `Content-Length: ${body.length}\r\n\r\n${body}`);

        await client().addRule(rule('bare'));
        await client().call('POST', topics, { data: { name: 'bare' } });
        const text = await new Promise((resolve, reject) => {
            const socket = connect(belfry.port, '127.0.0.1');
            let got = '';
            socket.on('data', (piece) => { got += piece; });
            socket.on('error', reject);
            socket.on('close', () => resolve(got));
            socket.write([ask('GET', `${at}/bare`, '{}'), ask('DELETE', topic),
                          ask('DELETE', at, '["bare"]\n'), ask('DELETE', at),
                          ask('GET', `${at}/bare`, '{}', 'Connection: close\r\n')].join(''));
        });
        assert.deepEqual([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, s]) => +s),
                         [200, 200, 204, 400, 404]);
    });

    test('who may not', async () => {
        await refused(client({ ...full, secret: 'wrong' }).listRules(), 401, 'APIGW.0301',
                      /verify aksk signature fail, canonicalRequest:GET\|\/v2\//);
        await refused(client({ ...full, id: 'HWNOBODY' }).listRules(), 401, 'APIGW.0301',
                      /ak HWNOBODY not exist/);
        await refused(client({ ...temporary, security_token: 'x' }).listRules(), 401,
                      'APIGW.0301', /X-Security-Token/);
        await refused(client({ ...temporary, security_token: undefined }).listRules(), 401,
                      'APIGW.0301', /X-Security-Token/);
        await refused(client(full, 'otherproject').listRules(), 403, 'AOM.0403',
                      /auth failed/);
        await refused(client(other).listRules(), 403, 'AOM.0403', /auth failed/);
        await refused(client(reader).addRule(rule('r')), 403, 'AOM.0403', /auth failed/);
        assert.deepEqual((await client(reader).listRules()).action_rules, []);
        assert.deepEqual((await client(other, 'otherproject').listRules()).action_rules,
                         []);
    });

    test('a rule outlives the server', async () => {
        await client().addRule(rule('durable'));
        await belfry.restart('SIGKILL');
        assert.equal((await client().showRule('durable')).desc, '中文描述 告警*');
        await client().deleteRules(['durable']);
    });
});

// ---- SMN ----------------------------------------------------------------------------

describe('topics and subscriptions', () => {
    test('a topic, its subscribers, and what the rule says of it', async () => {
        const c = client();
        const created = await c.call('POST', topics, {
            data: { name: 'lhy_test01', display_name: '运维' } });

        assert.equal(created.httpStatusCode, 201);
        assert.equal(created.topic_urn, urn('lhy_test01'));
        assert.match(created.request_id, /^[0-9a-f]{32}$/);
        assert.equal((await c.call('POST', topics, { data: { name: 'lhy_test01' } }))
            .httpStatusCode, 200);
        await c.addRule(rule('told'));
        const status = async () => (await c.showRule('told')).smn_topics[0].status;
        assert.equal(await status(), 0);

        const path = { topic_urn: urn('lhy_test01') };
        const subscribe = (data) => c.call('POST', `${topics}/{topic_urn}/subscriptions`,
                                           { path, data });
        const mail = await subscribe({ protocol: 'email', endpoint: 'xxx@xxx.com' });
        assert.equal(mail.httpStatusCode, 201);
        assert.match(mail.subscription_urn, new RegExp(`^${urn('lhy_test01')}:[0-9a-f]{32}$`));
        const again = await subscribe({ protocol: 'email', endpoint: 'xxx@xxx.com' });
        assert.equal(again.httpStatusCode, 200);
        assert.equal(again.subscription_urn, mail.subscription_urn);
        assert.equal(await status(), 2);
        const robot = 'https://oapi.dingtalk.com/robot/send?access_token=7d49&secret=SEC1';
        await subscribe({ protocol: 'dingding', endpoint: robot });
        assert.equal(await status(), 1);

        const list = await c.call('GET', `${topics}/{topic_urn}/subscriptions`, { path });
        assert.equal(list.subscription_count, 2);
        assert.deepEqual(list.subscriptions.map((s) => [s.protocol, s.endpoint, s.status]),
                         [['email', 'xxx@xxx.com', 0], ['dingding', robot, 2]]);
        const rest = await c.call('GET', `${topics}/{topic_urn}/subscriptions`,
                                  { path, query: { offset: 2 } });
        assert.deepEqual(rest.subscriptions, []);
        const all = await c.call('GET', '/v2/{project_id}/notifications/subscriptions',
                                 { query: { protocol: 'email', limit: 100 } });
        assert.equal(all.subscriptions[0].owner, project);

        await c.call('DELETE', '/v2/{project_id}/notifications/subscriptions/{urn}',
                     { path: { urn: mail.subscription_urn } });
        const topic = await c.call('GET', `${topics}/{topic_urn}`, { path });
        assert.equal(topic.display_name, '运维');
        assert.match(topic.create_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.equal((await c.call('DELETE', `${topics}/{topic_urn}`, { path }))
            .httpStatusCode, 200);
        assert.equal(await status(), 0);
        await c.deleteRules(['told']);
        // this core reads no `code` and `message`; the status must still be right
        await assert.rejects(c.call('GET', `${topics}/{topic_urn}`, { path }),
                             (e) => e.httpStatusCode === 404);
    });

    test('an address inside is refused', async () => {
        const c = client();
        const path = { topic_urn: urn('inside') };

        await c.call('POST', topics, { data: { name: 'inside' } });
        for (const endpoint of [`${belfry.url}/hook`, 'http://169.254.169.254/latest'])
            await assert.rejects(
                c.call('POST', `${topics}/{topic_urn}/subscriptions`,
                       { path, data: { protocol: 'http', endpoint } }),
                (e) => e.httpStatusCode === 403);
        await c.call('DELETE', `${topics}/{topic_urn}`, { path });
    });
});

// ---- events -------------------------------------------------------------------------

describe('events', () => {
    const push = (data, action) => client().call(
        'PUT', '/v2/{project_id}/push/events',
        { data, query: action ? { action } : {}, headers: { 'Enterprise-Project-Id': '0' } });
    const metadata = { event_name: '磁盘满', event_severity: 'Major', event_type: 'alarm',
                       resource_provider: 'ecs', resource_type: 'vm', resource_id: 'ecs123' };
    const firing = async () => {
        const answer = await fetch(`${belfry.url}/api/v2/alerts`);
        assert.equal(answer.status, 200);
        return (await answer.json()).filter((a) => a.labels.source === 'aom');
    };

    test('report, change the level, clear', async () => {
        const starts_at = Date.now() - 60_000;

        assert.equal((await push({ events: [{ starts_at, ends_at: 0, timeout: 600_000,
                                              metadata, annotations: { message: '满了 🔥' },
                                              attach_rule: {} }] })).httpStatusCode, 204);
        let [alert] = await firing();
        assert.equal(alert.labels.alertname, '磁盘满');
        assert.equal(alert.labels.severity, 'error');
        assert.equal(alert.labels.event_severity, 'Major');
        assert.equal(alert.labels.resource, 'ecs123');
        assert.equal(alert.annotations.message, '满了 🔥');
        assert.equal(Date.parse(alert.startsAt), starts_at);
        await push({ events: [{ starts_at, metadata: { ...metadata,
                                                       event_severity: 'Critical' } }] });
        const now = await firing();
        assert.deepEqual(now.map((a) => a.labels.severity), ['critical']);
        assert.equal((await push({ events: [{ ends_at: Date.now(), metadata }] }, 'clear'))
            .httpStatusCode, 204);
        assert.deepEqual(await firing(), []);
    });

    test('all or nothing', async () => {
        const good = { starts_at: Date.now(), metadata };

        await refused(push({ events: [good, { ...good, metadata: {
            ...metadata, event_severity: 'Fatal' } }] }), 400, 'AOM.0400',
                      /events\[1\].metadata.event_severity is invalid!/);
        await refused(push({ events: [good, { metadata }] }), 400, 'AOM.0400',
                      /events\[1\].starts_at/);
        await refused(push({ events: 'x' }), 400, 'AOM.0400', /events must be an array/);
        assert.deepEqual(await firing(), []);
    });
});

// ---- IAM ----------------------------------------------------------------------------

describe('identity', () => {
    const region = () => ({ id: 'cn-north-4', endpoints: [belfry.url],
                            endpoint: belfry.url });

    test('the SDK finds its project by itself', async () => {
        const credentials = new core.BasicCredentials()
            .withAk(full.id).withSk(full.secret).withIamEndpoint(belfry.url);
        const c = Client.builder().withCredential(credentials).withRegion(region()).build();

        assert.deepEqual((await c.listRules()).action_rules, []);
        assert.equal(credentials.projectId, project);
    });

    test('and its domain', async () => {
        const credentials = new core.GlobalCredentials()
            .withAk(full.id).withSk(full.secret).withIamEndpoint(belfry.url);
        const c = new ClientBuilder((hc) => new Client(hc), 'GlobalCredentials')
            .withCredential(credentials).withRegion(region()).build();
        const list = await c.call('GET', '/v3/projects', { query: { name: 'cn-north-4' } });

        assert.deepEqual(list.projects.map((p) => p.id), [project]);
        assert.equal(credentials.domainId, 'd78cbac186b744899480f25bd022f468');
    });

    test('a token opens what a key opens', async () => {
        const ask = (password) => fetch(`${belfry.url}/v3/auth/tokens?nocatalog=true`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ auth: {
                identity: { methods: ['password'], password: { user: {
                    name: 'ops', password, domain: { name: 'example' } } } },
                scope: { project: { name: 'cn-north-4' } } } }) });
        const wrong = await ask('bad');

        assert.equal(wrong.status, 401);
        assert.deepEqual(await wrong.json(), { error: {
            code: 401, message: 'The username or password is wrong.',
            title: 'Unauthorized' } });
        const answer = await ask('pw');
        assert.equal(answer.status, 201);
        const token = answer.headers.get('x-subject-token');
        const { token: body } = await answer.json();
        assert.equal(body.project.id, project);
        assert.equal(Date.parse(body.expires_at) - Date.parse(body.issued_at), 86_400_000);
        const get = (path, headers) => fetch(`${belfry.url}${path}`, { headers });
        const path = `/v2/${project}/alert/action-rules`;
        assert.equal((await get(path, { 'X-Auth-Token': token })).status, 200);
        assert.equal((await get('/v2/otherproject/alert/action-rules',
                                { 'X-Auth-Token': token })).status, 403);
        assert.equal((await get(path, { 'X-Auth-Token': `${token}x` })).status, 401);
        assert.equal((await get(path)).status, 401);
        await belfry.restart('SIGKILL'); // tokens are sealed, not kept
        assert.equal((await get(path, { 'X-Auth-Token': token })).status, 200);
    });
});
