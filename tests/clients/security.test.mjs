// security.test.mjs - who may do what in every dialect, what a secret looks like from
// outside, who is forgotten when the file forgets them, and what many at once do.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonical, sendV1, v1 } from './alibaba_sign.mjs';
import { account, Belfry, freePort, until } from './support.mjs';

const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const json = { 'Content-Type': 'application/json' };

// Every secret says so: none of them may be seen anywhere.
const secret = (what) => `CANARY-${what}-7f3a91`;
const person = (name, policies) => ({
    name, password: secret(`password-${name}`), bearer: secret(`bearer-${name}`),
    access_keys: [{ id: `key-${name}`, secret: secret(`key-${name}`) }], policies,
});
const key = (name) => ({ id: `key-${name}`, secret: secret(`key-${name}`) });
const bearer = (name) => ({ Authorization: `Bearer ${secret(`bearer-${name}`)}` });
const describes = JSON.stringify({ Version: '1', Statement: [
    { Effect: 'Allow', Action: 'cms:Describe*', Resource: '*' }] });

let belfry;
const tokens = {};
let answers = ''; // all that was ever answered, for the search

before(async () => {
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'required' },
        trusted_proxies: ['127.0.0.1/32'], allow_addresses: ['127.0.0.0/8'],
        routes: [{ name: 'ops', matchers: ['team="ops"'], group_wait: '0s', contact_groups: ['ops'],
                   webhooks: [`http://user:${secret('userinfo')}@127.0.0.1:9/${secret('path')}?t=${secret('query')}`] }],
        accounts: [
            account([person('full', ['full-access']), person('reader', ['read-only']),
                     person('some', [describes]), person('nobody', [])]),
            { name: 'rival', uid: '6666', project_id: 'rival', domain: { id: 'r', name: 'rival' },
              users: [person('rival', ['full-access'])] },
        ],
    });
    for (const [name, domain, id] of [['full', 'example', project], ['reader', 'example', project],
                                      ['some', 'example', project], ['nobody', 'example', project],
                                      ['rival', 'rival', 'rival']])
        tokens[name] = await token(name, domain, id);
});
after(() => belfry.stop());

async function ask(method, path, headers = {}, body = undefined, url = belfry.url) {
    const r = await fetch(url + path, { method, headers, body, redirect: 'manual' });
    const text = await r.text();
    answers += `${method} ${path}\n${[...r.headers].join('\n')}\n${text}\n`;
    return { status: r.status, headers: r.headers, text };
}

async function token(name, domain, id) {
    const answer = await ask('POST', '/v3/auth/tokens', json, JSON.stringify({ auth: {
        identity: { methods: ['password'], password: { user: {
            name, password: secret(`password-${name}`), domain: { name: domain } } } },
        scope: { project: { id } } } }));
    assert.equal(answer.status, 201, answer.text);
    return answer.headers.get('x-subject-token');
}

// ---- who may ------------------------------------------------------------------------------

const refused = (status) => status === 401 || status === 403;

describe('each operation asks who it is, and whether they may', () => {
    const open = ['GET /-/healthy', 'GET /-/ready', 'GET /api/belfry/v1/openapi.json'];
    const reads = (method, path) => method === 'GET' || /\/(explain|preview|difference|policies\/test)$/.test(path);
    // It goes on until somebody leaves.
    const streams = async (headers) => {
        const leave = new AbortController();
        const { status } = await fetch(`${belfry.url}/api/belfry/v1/stream`, { headers, signal: leave.signal });
        leave.abort();
        return { status };
    };

    test('Alertmanager and native', async () => {
        const { paths } = JSON.parse((await ask('GET', '/api/belfry/v1/openapi.json')).text);
        const all = [['GET', '/api/v2/alerts'], ['POST', '/api/v2/alerts'], ['GET', '/api/v2/status'],
                     ['GET', '/api/v2/receivers'], ['POST', '/-/reload'], ['GET', '/metrics'],
                     ['GET', '/-/healthy'], ['GET', '/-/ready']];
        for (const [path, methods] of Object.entries(paths))
            for (const method of Object.keys(methods))
                all.push([method.toUpperCase(), (path.startsWith('/api/') ? '' : '/api/belfry/v1') +
                          path.replace(/\{[^}]+\}/g, 'x')]);
        assert.ok(all.length > 30, `${all.length}`);
        for (const [method, path] of all) {
            if (path === '/api/belfry/v1/session')
                continue; // whoever signs in has no rights yet (console.test.mjs)
            const by = async (headers) => (await (path.endsWith('/stream') ? streams(headers) : ask(method, path,
                method === 'POST' ? { ...json, ...headers } : headers,
                method === 'POST' ? '{}' : undefined))).status;
            const what = `${method} ${path}`, free = open.includes(what);
            assert.equal(await by({}), free ? 200 : 401, what);
            assert.ok(!refused(await by(bearer('full'))), what);
            assert.equal(refused(await by(bearer('reader'))), !reads(method, path), what);
            for (const name of ['some', 'nobody'])
                assert.equal(await by(bearer(name)), free ? 200 : 403, `${what} by ${name}`);
        }
    });

    test('AOM and SMN', async () => {
        const rules = `/v2/${project}/alert/action-rules`, smn = `/v2/${project}/notifications`;
        const urn = `urn:smn:cn-north-4:${project}:none`;
        for (const [method, path, body] of [
            ['POST', rules, '{}'], ['PUT', rules, '{}'], ['DELETE', rules, '["none"]'],
            ['POST', `${rules}/delete`, '["none"]'], ['GET', rules], ['GET', `${rules}/none`],
            ['PUT', `/v2/${project}/push/events`, '{}'], ['POST', `/v2/${project}/push/events`, '{}'],
            ['POST', `${smn}/topics`, '{}'], ['GET', `${smn}/topics`], ['GET', `${smn}/topics/${urn}`],
            ['PUT', `${smn}/topics/${urn}`, '{}'], ['DELETE', `${smn}/topics/${urn}`],
            ['GET', `${smn}/topics/${urn}/attributes`], ['POST', `${smn}/topics/${urn}/subscriptions`, '{}'],
            ['GET', `${smn}/topics/${urn}/subscriptions`],
            ['PUT', `${smn}/topics/${urn}/subscriptions/${urn}:x`, '{}'],
            ['GET', `${smn}/subscriptions`], ['DELETE', `${smn}/subscriptions/${urn}:x`],
        ]) {
            const by = async (name) => (await ask(method, path,
                { ...(body ? json : {}), ...(name ? { 'X-Auth-Token': tokens[name] } : {}) },
                body)).status;
            const what = `${method} ${path}`;
            assert.equal(await by(null), 401, what);
            assert.ok(!refused(await by('full')), what);
            assert.equal(await by('reader') === 403, method !== 'GET', what);
            for (const name of ['some', 'nobody', 'rival'])
                assert.equal(await by(name), 403, `${what} by ${name}`);
        }
    });

    test('CloudMonitor', async () => {
        for (const [action, params] of [
            ['PutContact', { ContactName: 'Alice', Describe: 'x', 'Channels.Mail': 'a@example.com',
                             'Channels.DingWebHook': `http://127.0.0.1:9/robot/send?access_token=${secret('ding')}` }],
            ['PutContactGroup', { ContactGroupName: 'ops', 'ContactNames.1': 'Alice' }],
            ['DescribeContactList', {}], ['DescribeContactGroupList', {}],
            ['DescribeContactListByContactGroup', { ContactGroupName: 'ops' }],
            ['DeleteContact', { ContactName: 'none' }], ['DeleteContactGroup', { ContactGroupName: 'none' }],
        ]) {
            const by = async (name) => (await sendV1(belfry.host, action, params, { key: key(name) })).json.Code;
            const reading = action.startsWith('Describe');
            assert.notEqual(await by('full'), 'NoPermission', action);
            assert.equal(await by('reader') === 'NoPermission', !reading, action);
            assert.equal(await by('some') === 'NoPermission', !reading, action);
            assert.equal(await by('nobody'), 'NoPermission', action);
        }
    });
});

// ---- what is seen of a secret ---------------------------------------------------------------

test('no secret is told by any answer, page, metric or log', async () => {
    const topic = `/v2/${project}/notifications/topics`;
    const own = { ...json, 'X-Auth-Token': tokens.full };
    assert.equal((await ask('POST', topic, own, '{"name":"t","display_name":""}')).status, 201);
    await ask('POST', `${topic}/urn:smn:cn-north-4:${project}:t/subscriptions`, own,
              JSON.stringify({ protocol: 'http', endpoint: `http://127.0.0.1:9/${secret('endpoint')}` }));
    await ask('POST', '/api/v2/alerts', { ...json, ...bearer('full') },
              '[{"labels":{"alertname":"A","team":"ops"}}]');
    await until('two attempts', async () => JSON.parse((await ask('GET',
        '/api/belfry/v1/deliveries?kind=attempt', bearer('full'))).text).items.length >= 2);
    for (const what of ['contacts', 'contacts/Alice', 'contact-groups', 'routes', 'topics', 'subscriptions',
                        'templates', 'deliveries?limit=1000', 'audit?limit=1000', 'status'])
        await ask('GET', `/api/belfry/v1/${what}`, bearer('full'));
    for (const what of ['/metrics', '/api/v2/status', '/api/v2/alerts'])
        await ask('GET', what, bearer('full'));
    await ask('POST', '/api/belfry/v1/explain', { ...json, ...bearer('full') }, '{"labels":{"team":"ops"}}');
    const file = join(belfry.dir, 'belfry.yml');
    for (const wrong of [`accounts: ${secret('config')}`, `accounts: [{name: ${secret('config')}`,
                         `accounts: [{name: a, users: [{name: u, bearer: [${secret('config')}]}]}]`]) {
        writeFileSync(file, wrong);
        assert.equal((await ask('POST', '/-/reload', bearer('full'))).status, 500);
    }
    writeFileSync(file, JSON.stringify(belfry.config));
    assert.equal((await ask('POST', '/-/reload', bearer('full'))).status, 200);
    const told = (answers + belfry.log).match(/.{0,60}CANARY.{0,30}/g) ?? [];
    assert.deepEqual(told, []);
});

// ---- behind a proxy --------------------------------------------------------------------------

// As it is, without what a client library would tidy up.
function sendRaw(head) {
    const [host, port] = belfry.host.split(':');
    return new Promise((resolve, reject) => {
        const socket = connect(Number(port), host, () => socket.write(head, 'latin1'));
        let text = '';
        socket.on('data', (bytes) => { text += bytes; });
        socket.on('error', reject);
        socket.on('close', () => resolve(text));
    });
}

test('of X-Forwarded-For, what the proxy itself added is believed, if it is an address', async () => {
    let n = 0;
    for (const [lines, remote] of [
        [['1.1.1.1'], '1.1.1.1'], [['9.9.9.9, 3.3.3.3'], '3.3.3.3'],
        [['9.9.9.9', '2001:db8::1'], '2001:db8::1'],
        [['nonsense'], '127.0.0.1'], [['9.9.9.9', '\xff<b>'], '127.0.0.1'], [[], '127.0.0.1'],
    ]) {
        const query = canonical(v1('PutContactGroup', { ContactGroupName: 'seen', Describe: `${n++}` },
                                   { key: key('full'), method: 'POST' }));
        const answer = await sendRaw(`POST /?${query} HTTP/1.1\r\nHost: ${belfry.host}\r\n` +
            lines.map((l) => `X-Forwarded-For: ${l}\r\n`).join('') + 'Content-Length: 0\r\nConnection: close\r\n\r\n');
        assert.match(answer, /^HTTP\/1\.1 200/, answer);
        await until(`the audit says ${remote}`, async () => {
            const { items } = JSON.parse((await ask('GET', '/api/belfry/v1/audit?limit=1&to=seen',
                                                    bearer('full'))).text);
            return items[0]?.detail.after.describe === `${n - 1}` && items[0].detail.remote === remote;
        });
    }
});

// ---- many at once ------------------------------------------------------------------------------

test('64 updates of one rule at once all come through', async () => {
    const path = `/v2/${project}/alert/action-rules`, own = { ...json, 'X-Auth-Token': tokens.full };
    const rule = (desc) => JSON.stringify({ rule_name: 'r', type: '1', desc, time_zone: 'Asia/Shanghai',
        notification_template: 'aom.built-in.template.zh',
        smn_topics: [{ topic_urn: `urn:smn:cn-north-4:${project}:x`, name: 'x' }] });
    assert.equal((await ask('POST', path, own, rule('first'))).status, 200);
    const all = await Promise.all(Array.from({ length: 64 }, (_, i) => ask('PUT', path, own, rule(`d${i}`))));
    assert.deepEqual([...new Set(all.map((a) => a.status))], [204]);
});

// ---- taken out of the file ---------------------------------------------------------------------

test('whoever the file names no more can do nothing, and comes back with it', async () => {
    const file = join(belfry.dir, 'belfry.yml');
    const knocks = async () => [
        (await ask('GET', '/api/belfry/v1/contacts', bearer('rival'))).status,
        (await ask('POST', '/-/reload', bearer('rival'))).status,
        (await ask('GET', '/v2/rival/alert/action-rules', { 'X-Auth-Token': tokens.rival })).status,
        (await sendV1(belfry.host, 'DescribeContactList', {}, { key: key('rival') })).status,
        (await ask('GET', `/v2/${project}/alert/action-rules`, { 'X-Auth-Token': tokens.reader })).status,
        (await ask('GET', '/api/belfry/v1/contacts', bearer('reader'))).status,
    ];
    assert.deepEqual(await knocks(), [200, 403, 200, 200, 200, 200]);
    assert.equal((await sendV1(belfry.host, 'PutContactGroup', { ContactGroupName: 'stays' },
                               { key: key('rival') })).status, 200);
    const accounts = async () => // as what is in force is shown
        JSON.parse((await ask('GET', '/api/belfry/v1/config', bearer('full'))).text).items
            .find(({ key }) => key === 'accounts').value;
    const less = structuredClone(belfry.config);
    less.accounts.pop();
    less.accounts[0].users = less.accounts[0].users.filter((u) => u.name !== 'reader');
    writeFileSync(file, JSON.stringify(less));
    assert.equal((await ask('POST', '/-/reload', bearer('full'))).status, 200);
    assert.deepEqual(await knocks(), [401, 401, 401, 404, 401, 401]);
    assert.equal(await accounts(), '1');
    writeFileSync(file, JSON.stringify(belfry.config));
    assert.equal((await ask('POST', '/-/reload', bearer('full'))).status, 200);
    assert.equal(await accounts(), '2');
    assert.deepEqual(await knocks(), [200, 403, 200, 200, 200, 200]);
    const { json: groups } = await sendV1(belfry.host, 'DescribeContactGroupList', {}, { key: key('rival') });
    assert.deepEqual(groups.ContactGroups.ContactGroup, ['stays']);
});

// ---- at the start --------------------------------------------------------------------------------

test('an Alertmanager API without credentials is for this machine only', async () => {
    const port = await freePort();
    const file = join(belfry.dir, 'open.yml');
    for (const host of ['0.0.0.0', '[::]', '']) {
        writeFileSync(file, JSON.stringify({ listen: `${host}:${port}`, data_dir: join(belfry.dir, 'open'),
                                             alertmanager: { auth: 'none' } }));
        const child = spawn(process.env.BELFRY || belfry.process.spawnfile, ['serve', '--config', file],
                            { stdio: ['ignore', 'ignore', 'pipe'] });
        let said = '';
        child.stderr.on('data', (bytes) => { said += bytes; });
        const code = await new Promise((done) => child.on('close', done));
        assert.equal(code, 1, said);
        assert.match(said, /loopback listener only/);
    }
});
