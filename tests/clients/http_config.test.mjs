// http_config.test.mjs - what http_config of an alertmanager.yml says, on the wire: tokens
// by OAuth 2, versions of TLS, the name a server has to have, headers from files, and
// headers for the proxy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry, until } from './support.mjs';

let dir, tls;
const servers = new Set(), sockets = new Set(), rigs = new Set();

function listen(server) {
    servers.add(server);
    server.on('connection', (socket) => sockets.add(socket));
    return new Promise((done) => server.listen(0, '127.0.0.1', () => {
        server.port = server.address().port;
        done(server);
    }));
}

const read = (request) => new Promise((done) => {
    let body = '';
    request.on('data', (bytes) => { body += bytes; }).on('end', () => done(body));
});

// Hands out token-1, token-2 ...; `says` may answer instead.
async function tokenServer(says = () => null, make = (f) => http.createServer(f)) {
    const asked = [];
    const server = await listen(make(async (request, response) => {
        const form = Object.fromEntries(new URLSearchParams(await read(request)));
        const a = { auth: request.headers.authorization, form, path: request.url,
                    type: request.headers['content-type'] };
        asked.push(a);
        const answer = await says(a, asked.length) ??
            { body: { access_token: `token-${asked.length}`, token_type: 'bearer', expires_in: 3600 } };
        response.writeHead(answer.status ?? 200,
                           { 'Content-Type': answer.type ?? 'application/json', ...answer.headers });
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    }));
    return { asked, port: server.port, url: `http://127.0.0.1:${server.port}/token` };
}

// Takes messages; believes the tokens that `believes` likes.
async function receiver(believes = () => true, make = (f) => http.createServer(f)) {
    const got = [];
    const server = await listen(make(async (request, response) => {
        const body = JSON.parse(await read(request));
        const m = { auth: request.headers.authorization, headers: request.headers,
                    name: body.commonLabels.alertname, key: request.headers['webhook-id'],
                    tls: request.socket.getProtocol?.(), sni: request.socket.servername };
        got.push(m);
        response.writeHead(believes(m) ? 200 : 401);
        response.end(`I got ${m.auth}`);
    }));
    return { got, port: server.port, url: `http://127.0.0.1:${server.port}/hook`,
             https: `https://127.0.0.1:${server.port}/hook` };
}

const basic = (id, secret) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const user = { name: 'ops', password: 'pw', policies: ['full-access'],
               access_keys: [{ id: 'testKey', secret: 's'.repeat(20) }] };

// A Belfry whose only receiver has these http_configs, each for the alerts of its name.
class Rig {
    static async start(hooks) {
        const r = new Rig();
        const file = join(dir, `${Math.random().toString(36).slice(2)}.yml`);
        writeFileSync(file, JSON.stringify({
            route: { receiver: 'none', group_by: ['alertname'], group_wait: '50ms',
                     group_interval: '1s',
                     routes: Object.keys(hooks).map((name) => ({
                         receiver: name, matchers: [`alertname=~"${name}.*"`] })) },
            receivers: [{ name: 'none' }, ...Object.entries(hooks).map(([name, hook]) => ({
                name, webhook_configs: [hook] }))],
        }));
        r.file = file;
        r.belfry = await Belfry.start({
            accounts: [account([user])],
            alertmanager: { account: 'default', auth: 'none', config_file: file } });
        rigs.add(r);
        return r;
    }

    async fire(...names) {
        const answer = await fetch(`${this.belfry.url}/api/v2/alerts`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(names.map((alertname) => ({ labels: { alertname } }))) });
        assert.equal(answer.status, 200, await answer.text());
    }

    async told(server, name) {
        return until(`${name} is told`, () => server.got.find((m) => m.name === name));
    }

    // The first attempt's receipt.
    async receipt(name) {
        return until(`a receipt of ${name}`, async () => {
            const answer = await fetch(`${this.belfry.url}/api/belfry/v1/deliveries?kind=attempt&limit=500`,
                { headers: { Authorization: basic('ops', 'pw') } });
            assert.equal(answer.status, 200);
            const rows = (await answer.json()).items ?? [];
            return rows.find((row) => JSON.stringify(row).includes(name));
        });
    }

    async stop() {
        rigs.delete(this);
        await this.belfry.stop();
    }
}

before(() => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-http-'));
    const make = (name, san) => execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048',
        '-nodes', '-days', '30', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${san}`,
        '-keyout', join(dir, `${name}.key`), '-out', join(dir, `${name}.crt`)], { stdio: 'ignore' });
    make('here', 'IP:127.0.0.1');
    make('inner.example', 'DNS:inner.example');
    tls = (name, more = {}) => (f) => https.createServer({
        key: readFileSync(join(dir, `${name}.key`)),
        cert: readFileSync(join(dir, `${name}.crt`)), ...more }, f);
});
after(async () => {
    await Promise.all([...rigs].map((r) => r.belfry.kill()));
    for (const server of servers)
        server.close();
    for (const socket of sockets)
        socket.destroy();
    rmSync(dir, { recursive: true, force: true });
});

describe('oauth2', () => {
    test('one token for many messages; scopes and params are said; a file holds the secret', async () => {
        const tokens = await tokenServer(), hook = await receiver();
        writeFileSync(join(dir, 'secret'), 'hush hush&+\n');
        const r = await Rig.start({ a: { url: hook.url, http_config: { oauth2: {
            client_id: 'me', client_secret_file: join(dir, 'secret'), token_url: tokens.url,
            scopes: ['one', 'two'], endpoint_params: { audience: 'them & us' } } } } });
        await r.fire('a1', 'a2', 'a3');
        for (const name of ['a1', 'a2', 'a3'])
            assert.equal((await r.told(hook, name)).auth, 'Bearer token-1');
        assert.deepEqual(tokens.asked, [{
            auth: basic('me', 'hush+hush%26%2B'), path: '/token',
            type: 'application/x-www-form-urlencoded',
            form: { grant_type: 'client_credentials', scope: 'one two', audience: 'them & us' } }]);
        await r.stop();
    });

    test('a server that reads the form gets it there, at once from the second time on', async () => {
        const tokens = await tokenServer(({ form }) => form.client_secret === 'hush' ? null
            : { status: 401, body: { error: 'invalid_client' } });
        const hook = await receiver((m) => m.auth !== 'Bearer token-2' || !m.name.endsWith('2'));
        const r = await Rig.start({ a: { url: hook.url, http_config: { oauth2: {
            client_id: 'me', client_secret: 'hush', token_url: tokens.url } } } });
        await r.fire('a1');
        assert.equal((await r.told(hook, 'a1')).auth, 'Bearer token-2');
        await r.fire('a2'); // T2 is not believed any more
        await until('a2 again', () => hook.got.find((m) => m.auth === 'Bearer token-3'));
        assert.deepEqual(tokens.asked.map((t) => [!!t.auth, !!t.form.client_secret]),
                         [[true, false], [false, true], [false, true]]);
        assert.deepEqual(hook.got.map((m) => m.auth), ['Bearer token-2', 'Bearer token-2', 'Bearer token-3']);
        assert.equal(hook.got[1].key, hook.got[2].key); // one attempt of one message
        await r.stop();
    });

    test('a token that nobody believes is asked for twice, and the receipt shows none of it', async () => {
        const tokens = await tokenServer(), hook = await receiver(() => false);
        const r = await Rig.start({ a: { url: hook.url, http_config: { oauth2: {
            client_id: 'me', client_secret: 'hush', token_url: tokens.url } } } });
        await r.fire('a-refused');
        const row = await r.receipt('a-refused');
        assert.deepEqual(hook.got.map((m) => m.auth), ['Bearer token-1', 'Bearer token-2']);
        assert.match(JSON.stringify(row), /I got Bearer \*\*\*.*credentials/);
        assert.doesNotMatch(JSON.stringify(row), /token-|hush/);
        await r.stop();
    });

    test('no token: the receipt says why', async () => {
        let answer = { status: 400, body: { error: 'invalid_scope', error_description: 'no such scope' } };
        const tokens = await tokenServer(() => answer), hook = await receiver();
        const oauth2 = { client_id: 'me', client_secret: 'hush', token_url: tokens.url };
        const r = await Rig.start({
            scope: { url: hook.url, http_config: { oauth2 } },
            gone: { url: hook.url, http_config: { oauth2: { ...oauth2, token_url: 'http://127.0.0.1:1/' } } } });
        await r.fire('scope1');
        const refused = await r.receipt('scope1');
        assert.match(JSON.stringify(refused), /REFUSED|refused/);
        assert.match(JSON.stringify(refused), /gave no token \(400, invalid_scope: no such scope\)/);
        assert.equal(tokens.asked.length, 1); // the other form would not help
        answer = { status: 503, body: 'later', type: 'text/plain' };
        await r.fire('scope2');
        assert.match(JSON.stringify(await r.receipt('scope2')), /in trouble \(503\)/);
        await r.fire('gone1');
        const gone = await r.receipt('gone1');
        assert.match(JSON.stringify(gone), /DEFERRED|deferred/);
        assert.match(JSON.stringify(gone), /token server of oauth2 could not be reached/);
        assert.deepEqual(hook.got, []);
        answer = null; // it is retried, and told
        assert.equal((await r.told(hook, 'scope2')).auth, `Bearer token-${tokens.asked.length}`);
        await r.stop();
    });

    test('a token server by its own certificate', async () => {
        const tokens = await tokenServer(undefined, tls('here')), hook = await receiver();
        const oauth2 = { client_id: 'me', client_secret: 'hush',
                         token_url: tokens.url.replace('http:', 'https:') };
        const r = await Rig.start({
            bad: { url: hook.url, http_config: { oauth2 } },
            good: { url: hook.url, http_config: { oauth2: {
                ...oauth2, tls_config: { ca_file: join(dir, 'here.crt') } } } } });
        await r.fire('good1');
        assert.equal((await r.told(hook, 'good1')).auth, 'Bearer token-1');
        await r.fire('bad1');
        assert.match(JSON.stringify(await r.receipt('bad1')), /cannot be asked: .*tls_config/);
        await r.stop();
    });
});

describe('tls_config', () => {
    test('versions of TLS: the least and the most', async () => {
        const secure = (min, max) => tls('here', { minVersion: min, maxVersion: max,
                                                   ciphers: 'DEFAULT@SECLEVEL=0' });
        const any = await receiver(undefined, secure('TLSv1', 'TLSv1.3'));
        const old = await receiver(undefined, secure('TLSv1', 'TLSv1.1'));
        const ca = { ca_file: join(dir, 'here.crt') };
        const r = await Rig.start({
            newest: { url: any.https, http_config: { tls_config: { ...ca } } },
            most: { url: any.https, http_config: { tls_config: { ...ca, max_version: 'TLS12' } } },
            least: { url: old.https, http_config: { tls_config: { ...ca, min_version: 'TLS12' } } },
            ancient: { url: old.https, http_config: { tls_config: { ...ca, min_version: 'TLS10' } } } });
        await r.fire('newest', 'most', 'ancient', 'least');
        assert.equal((await r.told(any, 'newest')).tls, 'TLSv1.3');
        assert.equal((await r.told(any, 'most')).tls, 'TLSv1.2');
        assert.equal((await r.told(old, 'ancient')).tls, 'TLSv1.1');
        assert.match(JSON.stringify(await r.receipt('least')), /No secure connection/);
        assert.equal(old.got.length, 1);
        await r.stop();
    });

    test('the name a server has to have is the one asked for, and the Host stays', async () => {
        const hook = await receiver(undefined, tls('inner.example'));
        const ca_file = join(dir, 'inner.example.crt');
        const r = await Rig.start({
            named: { url: hook.https, http_config: { tls_config: { ca_file, server_name: 'inner.example' } } },
            wrong: { url: hook.https, http_config: { tls_config: { ca_file } } } });
        await r.fire('named', 'wrong');
        const m = await r.told(hook, 'named');
        assert.equal(m.sni, 'inner.example');
        assert.equal(m.headers.host, `127.0.0.1:${hook.port}`);
        assert.match(JSON.stringify(await r.receipt('wrong')), /No secure connection/);
        await r.stop();
    });
});

describe('headers', () => {
    test('values, secrets and the contents of files; a reload reads the files again', async () => {
        const hook = await receiver((m) => m.name !== 'a2');
        writeFileSync(join(dir, 'header'), '  from a file \n');
        const r = await Rig.start({ a: { url: hook.url, http_config: { http_headers: {
            'X-One': { values: ['1', '2'] }, 'X-Two': { secrets: ['hush-hush'], files: ['header'] } } } } });
        await r.fire('a1');
        const first = await r.told(hook, 'a1');
        assert.equal(first.headers['x-one'], '1, 2');
        assert.equal(first.headers['x-two'], 'hush-hush, from a file');
        writeFileSync(join(dir, 'header'), 'another\n');
        const answer = await fetch(`${r.belfry.url}/-/reload`, {
            method: 'POST', headers: { Authorization: basic('ops', 'pw') } });
        assert.equal(answer.status, 200, await answer.text());
        await r.fire('a2');
        assert.equal((await r.told(hook, 'a2')).headers['x-two'], 'hush-hush, another');
        await r.stop();
    });

    test('for the proxy where it opens a tunnel, and for nobody else', async () => {
        const connects = [], passed = [];
        const proxy = await listen(http.createServer((request, response) => {
            passed.push(request.headers);
            request.pipe(http.request(request.url, { method: request.method,
                                                     headers: request.headers },
                                      (answer) => answer.pipe(response))).on('error', () => response.end());
        }));
        proxy.on('connect', (request, socket) => {
            connects.push(request.headers);
            const [host, port] = request.url.split(':');
            const there = connect(Number(port), host, () => {
                sockets.add(there);
                socket.write('HTTP/1.1 200 OK\r\n\r\n');
                there.pipe(socket);
                socket.pipe(there);
            });
            for (const s of [there, socket])
                s.on('error', () => s.destroy());
        });
        const secure = await receiver(undefined, tls('here')), plain = await receiver();
        const way = { proxy_url: `http://127.0.0.1:${proxy.port}`,
                      proxy_connect_header: { 'X-Pass': ['let-me-in', 'twice'] } };
        const r = await Rig.start({
            secure: { url: secure.https, http_config: { ...way, tls_config: { ca_file: join(dir, 'here.crt') } } },
            plain: { url: plain.url, http_config: way } });
        await r.fire('secure', 'plain');
        const inside = await r.told(secure, 'secure'), open = await r.told(plain, 'plain');
        assert.deepEqual(connects.map((h) => h['x-pass']), ['let-me-in, twice']);
        assert.equal(inside.headers['x-pass'], undefined);
        assert.equal(passed.length, 1);
        assert.equal(open.headers['x-pass'], undefined);
        await r.stop();
    });
});
