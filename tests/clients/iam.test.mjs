// iam.test.mjs - the vendor's generated IAM client (@huaweicloud/huaweicloud-sdk-iam),
// unmodified: every operation of it that Belfry serves (contracts/huawei.md 3.1 to 3.3);
// tokens that are taken back, temporary access keys, and who may not.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { project } from './aom_rig.mjs';
import { account, Belfry } from './support.mjs';

const load = createRequire(import.meta.url);
const core = load('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = load('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');
const { IamClient } = load('@huaweicloud/huaweicloud-sdk-iam/v3/IamClient');
load('@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger').Logger4jInstance.level = 'off';

const domain = 'd78cbac186b744899480f25bd022f468';
const full = { id: 'HWTESTAK0000000000', secret: 'test-secret-key-0123456789' };
const narrow = { id: 'HWNARROW0000000000', secret: 'narrow-secret' };
const policy = JSON.stringify({ Version: '1', Statement: [
    { Effect: 'Allow', Action: ['smn:topic:*'], Resource: ['*'] },
    { Effect: 'Deny', Action: ['smn:topic:delete'], Resource: ['*'] }] });
let belfry, iam;

before(async () => {
    belfry = await Belfry.start({ region: 'cn-north-4', accounts: [
        account([{ name: 'ops', password: 'pw', access_keys: [full], policies: ['full-access'] },
                 { name: 'narrow', password: 'pw2', access_keys: [narrow], policies: [policy] }]),
        { name: 'other', uid: '6666', project_id: 'otherproject',
          domain: { id: 'otherdomain', name: 'other' },
          users: [{ name: 'ops', password: 'pw3', policies: ['full-access'] }] },
    ] });
    iam = client(full);
});
after(() => belfry.stop());

function client(key) {
    const credentials = new core.GlobalCredentials()
        .withAk(key.id).withSk(key.secret).withDomainId(domain);
    if (key.security_token)
        credentials.withSecurityToken(key.security_token);
    return IamClient.newBuilder().withCredential(credentials).withEndpoint(belfry.url).build();
}

class Plain {
    constructor(hcClient) { this.hcClient = hcClient; }
    call(method, url, data) {
        return this.hcClient.sendRequest({ method, url, contentType: 'application/json',
                                           queryParams: {}, pathParams: {}, headers: {},
                                           data: data ?? {} });
    }
}
function smn(key) {
    const credentials = new core.BasicCredentials()
        .withAk(key.id).withSk(key.secret).withProjectId(project);
    if (key.security_token)
        credentials.withSecurityToken(key.security_token);
    const c = new ClientBuilder((hc) => new Plain(hc))
        .withCredential(credentials).withEndpoint(belfry.url).build();
    return (method, path = '', data) => c.call(
        method, `/v2/{project_id}/notifications/topics${path}`, data);
}

const identity = (name, password, where = 'example') => ({ methods: ['password'], password: {
    user: { name, password, domain: { name: where } } } });
const ask = (auth, path = '/v3/auth/tokens', headers = {}) => fetch(belfry.url + path, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ auth }) });
async function tokenOf(name = 'ops', password = 'pw', scope = { project: { name: 'cn-north-4' } }) {
    const answer = await ask({ identity: identity(name, password), scope });
    assert.equal(answer.status, 201);
    return answer.headers.get('x-subject-token');
}
const get = (path, token, more = {}) => fetch(belfry.url + path, {
    headers: { 'X-Auth-Token': token, ...more } });
const topics = `/v2/${project}/notifications/topics`;

async function refused(promise, status, words) {
    await assert.rejects(promise, (e) => {
        assert.equal(e.httpStatusCode, status, `${e.errorCode} ${e.errorMsg} ${e}`);
        assert.match(`${e.errorMsg}`, words);
        return true;
    });
}

describe('the generated client', () => {
    test('projects, domains, regions, services, endpoints, catalog', async () => {
        const { projects, links } = await iam.keystoneListProjects({ name: 'cn-north-4' });
        assert.deepEqual(projects.map((p) => [p.id, p.name, p.domain_id, p.enabled]),
                         [[project, 'cn-north-4', domain, true]]);
        assert.equal(links.next, null);
        assert.deepEqual((await iam.keystoneListProjects({ name: 'elsewhere' })).projects, []);
        assert.equal((await iam.keystoneListAuthProjects({})).projects[0].id, project);
        const show = (id) => IamClient.newBuilder().withCredential(new core.BasicCredentials()
            .withAk(full.id).withSk(full.secret).withProjectId(id)).withEndpoint(belfry.url)
            .build().keystoneShowProject({});
        assert.equal((await show(project)).project.name, 'cn-north-4');
        await refused(show('none'), 404, /could not be found/);
        assert.deepEqual((await iam.keystoneListAuthDomains({})).domains.map((d) => [d.id, d.name]),
                         [[domain, 'example']]);
        assert.deepEqual((await iam.keystoneListRegions({})).regions.map((r) => r.id),
                         ['cn-north-4']);
        assert.equal((await iam.keystoneShowRegion({ region_id: 'cn-north-4' })).region.type,
                     'public');
        await refused(iam.keystoneShowRegion({ region_id: 'x' }), 404, /region/);
        const { services } = await iam.keystoneListServices({});
        assert.deepEqual(services.map((s) => s.type), ['identity', 'iam', 'aom', 'smn']);
        assert.deepEqual((await iam.keystoneListServices({ type: 'smn' })).services.length, 1);
        const one = await iam.keystoneShowService({ service_id: services[3].id });
        assert.equal(one.service.type, 'smn');
        await refused(iam.keystoneShowService({ service_id: 'x' }), 404, /service/);
        const { endpoints } = await iam.keystoneListEndpoints({ service_id: services[3].id });
        assert.deepEqual(endpoints.map((e) => [e.interface, e.region, e.url]),
                         [['public', 'cn-north-4', `${belfry.url}/v2/${project}`]]);
        assert.equal((await iam.keystoneListEndpoints({})).endpoints.length, 4);
        assert.deepEqual((await iam.keystoneListEndpoints({ interface: 'admin' })).endpoints, []);
        assert.equal((await iam.keystoneShowEndpoint({ endpoint_id: endpoints[0].id }))
            .endpoint.service_id, services[3].id);
        await refused(iam.keystoneShowEndpoint({ endpoint_id: 'x' }), 404, /endpoint/);
        const { catalog } = await iam.keystoneShowCatalog({});
        assert.deepEqual(catalog.map((s) => s.type), services.map((s) => s.type));
        for (const s of catalog)
            assert.ok(s.endpoints[0].url.startsWith(belfry.url));
    });

    test('versions and users', async () => {
        assert.equal((await iam.keystoneShowVersion({})).version.id, 'v3.6');
        const { users } = await iam.keystoneListUsers({ name: 'ops' });
        assert.deepEqual(users.map((u) => [u.name, u.domain_id, u.enabled]),
                         [['ops', domain, true]]);
        assert.equal((await iam.keystoneListUsers({})).users.length, 2);
        assert.equal((await iam.keystoneShowUser({ user_id: users[0].id })).user.name, 'ops');
        await refused(iam.keystoneShowUser({ user_id: 'none' }), 404, /user/);
        await refused(client(narrow).keystoneListUsers({}), 403, /not authorized/);
        await refused(client(narrow).keystoneShowUser({ user_id: users[0].id }), 403, /not auth/);
        const token = await tokenOf();
        const caller = await (await get('/v5/caller-identity', token)).json();
        assert.deepEqual([caller.account_id, caller.principal_id], [domain, users[0].id]);
    });

    test('a token by password, for each scope, and what it says', async () => {
        const make = (scope) => iam.keystoneCreateUserTokenByPassword({ body: { auth: {
            identity: identity('ops', 'pw'), scope } } });
        const { token } = await make({ project: { id: project } });
        assert.equal(token.project.id, project);
        assert.equal(token.user.name, 'ops');
        assert.equal((await make({ domain: { id: domain } })).token.domain.name, 'example');
        const subject = await tokenOf();
        const shown = await iam.keystoneValidateToken({ 'X-Subject-Token': subject });
        assert.equal(shown.token.project.name, 'cn-north-4');
        await refused(iam.keystoneValidateToken({ 'X-Subject-Token': 'x' }), 404, /could not be found/);
        await refused(make({ project: { name: 'elsewhere' } }), 401, /no access/);
    });
});

describe('tokens', () => {
    test('are scoped anew, and taken back for good', async () => {
        const token = await tokenOf(), kept = await tokenOf();
        const again = await ask({ identity: { methods: ['token'], token: { id: token } },
                                  scope: { domain: { name: 'example' } } });
        assert.equal(again.status, 201);
        const wide = again.headers.get('x-subject-token');
        assert.equal((await get(topics, wide)).status, 403); // of the account, not the project
        assert.equal((await get('/v3/auth/domains', wide)).status, 200);
        assert.equal((await get(topics, token)).status, 200);
        const drop = (subject, auth = kept) => fetch(`${belfry.url}/v3/auth/tokens`, {
            method: 'DELETE', headers: { 'X-Auth-Token': auth, 'X-Subject-Token': subject } });
        assert.equal((await drop(token)).status, 204);
        assert.equal((await get(topics, token)).status, 401);
        assert.equal((await drop(token)).status, 404); // it is none any more
        assert.equal((await get('/v3/auth/tokens', kept, { 'X-Subject-Token': token })).status, 404);
        assert.equal((await ask({ identity: { methods: ['token'], token: { id: token } } })).status,
                     401);
        await belfry.restart('SIGKILL');
        assert.equal((await get(topics, token)).status, 401);
        assert.equal((await get(topics, kept)).status, 200);
        await belfry.restart('SIGTERM'); // and from a snapshot
        assert.equal((await get(topics, token)).status, 401);
        assert.equal((await drop(kept)).status, 204); // one's own
        assert.equal((await get(topics, kept)).status, 401);
        const other = await ask({ identity: identity('ops', 'pw3', 'other') });
        const mine = await tokenOf();
        assert.equal((await drop(mine, other.headers.get('x-subject-token'))).status, 404);
        assert.equal((await fetch(`${belfry.url}/v3/auth/tokens`, {
            method: 'DELETE', headers: { 'X-Auth-Token': mine } })).status, 400);
        assert.equal((await get(topics, mine)).status, 200);
    });

    // 1.4: SEED's four keys on AOM's paths, IAM's own on its own, the gateway's on SMN's.
    test('each service refuses them in its own shape', async () => {
        const keys = async (path) => Object.keys(await (await get(path, 'junk')).json()).sort();

        assert.deepEqual(await keys(`/v2/${project}/alert/action-rules`),
                         ['error_code', 'error_msg', 'error_type', 'trace_id']);
        assert.deepEqual(await keys('/v3/projects'), ['error']);
        assert.deepEqual(await keys(topics), ['error_code', 'error_msg', 'request_id']);
    });
});

describe('temporary access keys', () => {
    const temporary = async (token, seconds) => {
        const { credential } = await iam.createTemporaryAccessKeyByToken({ body: { auth: {
            identity: { methods: ['token'], token: { id: token, duration_seconds: seconds } } } } });
        return { id: credential.access, secret: credential.secret,
                 security_token: credential.securitytoken, until: Date.parse(credential.expires_at) };
    };

    test('sign like others, with their token; and not without, nor with another', async () => {
        const key = await temporary(await tokenOf(), 900);
        assert.ok(Math.abs(key.until - Date.now() - 900_000) < 60_000);
        assert.equal((await smn(key)('GET')).httpStatusCode, 200);
        assert.equal((await client(key).keystoneListAuthDomains({})).domains[0].id, domain);
        const two = await temporary(await tokenOf(), 86400);
        await refused(smn({ ...key, security_token: undefined })('GET'), 401, /not exist/);
        await refused(smn({ ...key, security_token: two.security_token })('GET'), 401, /not exist/);
        await refused(smn({ ...key, secret: two.secret })('GET'), 401, /verify aksk/);
        await refused(smn({ ...full, security_token: two.security_token })('GET'), 401, /X-Security/);
        await belfry.restart('SIGKILL'); // sealed, not kept
        assert.equal((await smn(key)('GET')).httpStatusCode, 200);
    });

    test('they go with the token they were made by', async () => {
        const token = await tokenOf(), key = await temporary(token, 900);
        assert.equal((await smn(key)('GET')).httpStatusCode, 200);
        await fetch(`${belfry.url}/v3/auth/tokens`, { method: 'DELETE', headers: {
            'X-Auth-Token': token, 'X-Subject-Token': token } });
        await refused(smn(key)('GET'), 401, /not exist/);
    });

    test('bounds, and what is no token', async () => {
        const token = await tokenOf();
        for (const seconds of [899, 86401, 'x'])
            await refused(temporary(token, seconds), 400, /duration_seconds/);
        await refused(temporary('junk', 900), 401, /invalid or has expired/);
        const headers = { 'X-Auth-Token': token };
        assert.equal((await ask({ identity: { methods: ['token'] } },
                                '/v3.0/OS-CREDENTIAL/securitytokens', headers)).status, 201);
        assert.equal((await ask({ identity: { methods: ['assume_role'] } },
                                '/v3.0/OS-CREDENTIAL/securitytokens', headers)).status, 400);
    });
});

describe('policies', () => {
    test('allow, deny, and nothing said', async () => {
        const c = smn(narrow);
        const urn = `urn:smn:cn-north-4:${project}:narrow`;

        assert.equal((await c('POST', '', { name: 'narrow' })).httpStatusCode, 201);
        assert.equal((await c('GET', `/${urn}`)).httpStatusCode, 200);
        await assert.rejects(c('DELETE', `/${urn}`), (e) => e.httpStatusCode === 403);
        await assert.rejects(c('GET', `/${urn}/subscriptions`), (e) => e.httpStatusCode === 403);
        const token = await tokenOf('narrow', 'pw2');
        assert.equal((await get(`${topics}/${urn}`, token)).status, 200);
        assert.equal((await get(`${topics}/${urn}/subscriptions`, token)).status, 403);
        assert.equal((await get(`/v2/otherproject/notifications/topics`, token)).status, 403);
        // unsigned hints are hints (3.4)
        assert.equal((await get(topics, token, { 'X-Project-Id': 'otherproject',
                                                 'X-Domain-Id': 'otherdomain' })).status, 200);
    });
});
