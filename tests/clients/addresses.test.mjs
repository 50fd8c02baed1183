// addresses.test.mjs - where an API caller may not send us (DESIGN 13), in a network
// namespace of its own: the forbidden addresses are there, somebody listens on them, and
// every connection begun on the wire is counted.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { account, Belfry, freePort, until } from './support.mjs';
import { admin, attempts, enterPeople, fire, users } from './told.mjs';

const self = fileURLToPath(import.meta.url);

/* ---- inside ---------------------------------------------------------------------- */

// Each is an address of this namespace; somebody listens on all of them.
const present = ['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.100.100.200',
    '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.7', '192.88.99.1',
    '0.1.2.3', '240.0.0.1', '8.8.8.8', '1.0.0.1', 'fd00::1', 'fd00:ec2::254', 'fe80::1', 'fec0::1',
    '64:ff9b::a00:1', '64:ff9b:1::1', '2002:a00:1::1', '2001:db8::1', '2001::1', '100::1',
    '3fff::1', '::8.8.8.8', '2606:4700:4700::1111', '64:ff9b::808:808'];
const ordinary = ['8.8.8.8', '1.0.0.1', '2606:4700:4700::1111', '64:ff9b::808:808'];

// Names of the test's own DNS server; a list of answers is given whole.
const names = {
    'public.test': ['8.8.8.8'], 'private.test': ['10.0.0.1'], 'both.test': ['10.0.0.1', '8.8.8.8'],
    'metadata.test': ['169.254.169.254'], 'six.test': ['fd00::1'], 'mapped.test': ['::ffff:10.0.0.1'],
    'loop.test': ['127.0.0.1'], 'zero.test': ['0.0.0.0'], 'rebind.test': ['8.8.8.8'],
};

// However it is spelled. With user names and fragments that a hasty reader stumbles over.
const forbidden = ['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.', '127.1', '2130706433', '0x7f000001',
    '0x7f.1', '0177.0.0.1', '127.0.0.1.', '0.0.0.0', '0', '0.1.2.3', '10.0.0.1', '167772161', '0xa000001',
    '012.0.0.1', '10.1', '172.16.0.1', '192.168.1.1', '192.168.257', '169.254.169.254', '2852039166',
    '0xa9fea9fe', '100.100.100.200', '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1',
    '203.0.113.7', '192.88.99.1', '240.0.0.1', '255.255.255.255', '224.0.0.1',
    '[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]',
    '[::ffff:10.0.0.1]', '[::8.8.8.8]', '[fd00::1]', '[fd00:ec2::254]', '[fe80::1%25lo]', '[fec0::1]',
    '[64:ff9b::a00:1]', '[64:ff9b::10.0.0.1]', '[64:ff9b:1::1]', '[2002:a00:1::1]', '[2001:db8::1]',
    '[2001::1]', '[100::1]', '[3fff::1]', '[ff02::1]', '127。0。0。1', '①⑩.0.0.1', '１０.0.0.1',
    '8.8.8.8@10.0.0.1', '8.8.8.8:80@10.0.0.1', '10.0.0.1#@8.8.8.8', '8.8.8.8\\@10.0.0.1',
    'private.test', 'PRIVATE.test.', 'metadata.test', 'six.test', 'mapped.test', 'loop.test', 'zero.test'];
const allowed = ['8.8.8.8', '134744072', '0x08080808', '010.010.010.010', '[::ffff:8.8.8.8]', '1.1', 'public.test',
    '[2606:4700:4700::1111]', '[64:ff9b::808:808]', 'user:word@8.8.8.8', 'both.test'];

let dir, belfry, port, lonely, watch;
const accepted = {}, open = [];

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const plain = (address) => address.replace(/^::ffff:(?=\d+\.)/, '');

function makeNetwork() {
    ip('link', 'set', 'lo', 'up');
    for (const address of present)
        if (address.includes(':'))
            ip('addr', 'add', `${address}/128`, 'dev', 'lo', 'nodad');
        else
            ip('addr', 'add', `${address}/32`, 'dev', 'lo');
    writeFileSync(join(dir, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:30 attempts:1\n');
    execFileSync('mount', ['--bind', join(dir, 'resolv.conf'), '/etc/resolv.conf']);
}

function bytesOf(address) {
    if (!address.includes(':'))
        return Buffer.from(address.split('.').map(Number));
    const [head, tail] = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
        `${(a * 256 + +b).toString(16)}:${(c * 256 + +d).toString(16)}`).split('::');
    const words = (s) => s ? s.split(':').map((w) => parseInt(w, 16)) : [];
    const [h, t] = [words(head), words(tail ?? '')];
    return Buffer.from([...h, ...Array(8 - h.length - t.length).fill(0), ...t]
        .flatMap((w) => [w >> 8, w & 255]));
}

// Answers A and AAAA of `names`, to be kept for no time at all.
function serveNames() {
    const server = dgram.createSocket('udp4', (question, from) => {
        const labels = [];
        let at = 12;
        for (; question[at] !== 0; at += question[at] + 1)
            labels.push(question.toString('latin1', at + 1, at + 1 + question[at]));
        const type = question.readUInt16BE(at + 1);
        const known = names[labels.join('.').toLowerCase()];
        const answers = (known ?? []).filter((a) => a.includes(':') === (type === 28)).map((a) => {
            const data = bytesOf(a), head = Buffer.alloc(12);
            head.writeUInt16BE(0xc00c, 0);
            head.writeUInt16BE(type, 2);
            head.writeUInt16BE(1, 4);
            head.writeUInt16BE(data.length, 10);
            return Buffer.concat([head, data]);
        });
        const head = Buffer.from(question.subarray(0, 12));
        head.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
        head.writeUInt16BE(answers.length, 6);
        head.fill(0, 8, 12);
        server.send(Buffer.concat([head, question.subarray(12, at + 5), ...answers]), from.port, from.address);
    });
    open.push(server);
    return new Promise((done) => server.bind(53, '127.0.0.1', () => done(server)));
}

function listen(on, at) {
    const server = http.createServer((req, res) => {
        const where = plain(req.socket.localAddress);
        accepted[where] = (accepted[where] ?? 0) + 1;
        req.resume().on('end', () => res.writeHead(200, { Connection: 'close' }).end());
    });
    open.push(server);
    return new Promise((done) => server.listen(at, on, () => done(server)));
}

// First packets to the targets' ports so far, by address. lo_watch reads what has come
// before it reads our line.
async function packets() {
    const seen = await new Promise((done) => {
        watch.lines.once('line', done);
        watch.stdin.write('\n');
    });
    return Object.fromEntries(Object.entries(JSON.parse(seen))
        .filter(([address]) => !ordinary.includes(address)));
}

async function route(name, url) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/routes/${name}`, {
        method: 'PUT', headers: { ...admin, 'Content-Type': 'application/json' },
        body: JSON.stringify({ matchers: [{ name: 'alertname', op: '=', value: name }],
                               group_wait: '0s', webhooks: [{ url, send_resolved: false }] }) });
    const text = await answer.text();
    assert.ok(answer.status < 500, text);
    return answer.ok ? null : text;
}

// The verdict on one URL that was typed through the API; 'door': it was no URL there.
let typed = 0;
async function sentTo(url) {
    const name = `typed-${typed++}`;
    const refused = await route(name, url);
    if (refused)
        return { word: 'door', detail: { meaning: refused } };
    await fire(belfry, { alertname: name });
    return (await attempts(belfry, name))[0];
}

// What leaves has a place to go: nothing of the machine outside this namespace.
function config(more = {}) {
    return {
        activate_at_once: true, ...more,
        alertmanager: { account: 'default', auth: 'none' },
        routes: ['10.0.0.1', '169.254.169.254', '[fd00::1]', '8.8.8.8'].map((host, i) => (
            { name: `file-${i}`, matchers: [`alertname="file-${i}"`], group_wait: '0s',
              webhooks: [`http://${host}:${port}/file`] })),
        accounts: [account(users)] };
}

function insideTests() {
    before(async () => {
        dir = mkdtempSync(join(tmpdir(), 'belfry-addresses-'));
        makeNetwork();
        await serveNames();
        port = (await listen('::', 0)).address().port;
        lonely = await freePort();
        await listen('10.0.0.1', lonely); // and not on 8.8.8.8
        watch = spawn(join(dirname(self), '..', 'support', 'lo_watch'), [port, lonely],
                      { stdio: ['pipe', 'pipe', 'inherit'] });
        watch.lines = createInterface({ input: watch.stdout });
        await new Promise((done) => watch.lines.once('line', done));
        belfry = await Belfry.start(config());
    });
    after(async () => {
        await belfry?.stop();
        watch?.kill();
        rmSync(dir, { recursive: true, force: true });
        open.forEach((server) => server.close());
    });

    test('the rig sees what it has to see', async () => {
        assert.equal((await fetch(`http://10.0.0.1:${port}/`)).status, 200);
        assert.equal((await fetch(`http://[fd00::1]:${port}/`)).status, 200);
        const seen = await packets();
        assert.ok(seen['10.0.0.1'] > 0 && seen['fd00::1'] > 0, JSON.stringify(seen));
    });

    test('typed through the API: forbidden', async (t) => {
        const before = await packets(), had = { ...accepted };
        for (const host of forbidden)
            await t.test(host, async () => {
                const [bare, rest = ''] = host.split('#');
                const url = host.includes('#') ? `http://${bare}:${port}/#${rest}` : `http://${host}:${port}/`;
                const { word, detail } = await sentTo(url);
                assert.ok(['refused', 'door', 'deferred'].includes(word), `${word} ${JSON.stringify(detail)}`);
                if (word === 'refused')
                    assert.match(detail.meaning, /private or special address|no http or https URL|does not go/);
                if (word === 'deferred')
                    assert.match(detail.meaning, /[Cc]ould not (be reached|resolve)/);
            });
        assert.deepEqual(await packets(), before, 'a packet left');
        assert.deepEqual(accepted, had);
    });

    test('typed through the API: allowed', async (t) => {
        for (const host of allowed)
            await t.test(host, async () => {
                const { word, detail } = await sentTo(`http://${host}:${port}/`);
                assert.equal(word, 'delivered', JSON.stringify(detail));
            });
        for (const address of ordinary)
            assert.ok(accepted[address] > 0, address);
    });

    test('of a name with several addresses none that is private is tried', async () => {
        const before = await packets();
        const { word } = await sentTo(`http://both.test:${lonely}/`); // nobody on 8.8.8.8
        assert.notEqual(word, 'delivered');
        assert.equal((await packets())['10.0.0.1'], before['10.0.0.1']);
    });

    test('a name that becomes private later', async () => {
        const url = `http://rebind.test:${port}/`;
        assert.equal((await sentTo(url)).word, 'delivered');
        names['rebind.test'] = ['10.0.0.1'];
        await belfry.restart('SIGTERM'); // curl keeps names for a minute
        const before = await packets();
        assert.equal((await sentTo(url)).word, 'refused');
        assert.deepEqual(await packets(), before);
    });

    test('a contact and a subscription are typed, too', async () => {
        const before = await packets();
        await enterPeople(belfry, 'ding', { 张伟: {
            'Channels.DingWebHook': `http://10.0.0.1:${port}/robot/send?access_token=abc` } });
        const answer = await fetch(`${belfry.url}/api/belfry/v1/routes/ding`, {
            method: 'PUT', headers: { ...admin, 'Content-Type': 'application/json' },
            body: JSON.stringify({ matchers: [{ name: 'alertname', op: '=', value: 'ding' }],
                                   group_wait: '0s', contact_groups: ['ding'] }) });
        assert.ok(answer.ok, await answer.text());
        await fire(belfry, { alertname: 'ding' });
        const [attempt] = await attempts(belfry, 'ding');
        assert.equal(attempt.word, 'refused', JSON.stringify(attempt.detail));
        assert.match(attempt.detail.meaning, /private or special address/);

        await assert.rejects(subscribe(`http://169.254.169.254:${port}/latest`), /internal endpoints/);
        await subscribe(`http://metadata.test:${port}/latest`); // the door asks no name server
        const asked = await until('the confirmation', async () => {
            const rows = await (await fetch(`${belfry.url}/api/belfry/v1/deliveries?kind=attempt`,
                                            { headers: admin })).json();
            return rows.items.find((r) => r.detail.meaning.includes('169.254.169.254'));
        });
        assert.equal(asked.word, 'refused', JSON.stringify(asked));
        assert.deepEqual(await packets(), before);
    });

    test('what stands in a file of ours may go anywhere', async () => {
        for (let i = 0; i < 4; i++) {
            await fire(belfry, { alertname: `file-${i}` });
            const [attempt] = await attempts(belfry, `file-${i}`);
            assert.equal(attempt.word, 'delivered', JSON.stringify(attempt.detail));
        }
    });

    test('allow_addresses opens what it names, and nothing else', async () => {
        belfry.config.allow_addresses = ['10.0.0.0/8', 'fd00::/16'];
        await belfry.restart('SIGTERM');
        assert.equal((await sentTo(`http://10.0.0.1:${port}/`)).word, 'delivered');
        assert.equal((await sentTo(`http://[::ffff:10.0.0.1]:${port}/`)).word, 'delivered');
        assert.equal((await sentTo(`http://[fd00::1]:${port}/`)).word, 'delivered');
        assert.equal((await sentTo(`http://private.test:${port}/`)).word, 'delivered');
        // to what is open now, what was refused before may be sent meanwhile
        const closed = async () => Object.fromEntries(Object.entries(await packets())
            .filter(([address]) => !['10.0.0.1', 'fd00::1'].includes(address)));
        const before = await closed();
        for (const host of ['192.168.1.1', '169.254.169.254', '[fec0::1]', 'loop.test', '[64:ff9b:1::1]'])
            assert.equal((await sentTo(`http://${host}:${port}/`)).word, 'refused', host);
        assert.deepEqual(await closed(), before);
    });
}

// SMN's API, with a token of its own.
async function subscribe(endpoint) {
    const json = { 'Content-Type': 'application/json' };
    const login = await fetch(`${belfry.url}/v3/auth/tokens?nocatalog=true`, { method: 'POST', headers: json,
        body: JSON.stringify({ auth: {
            identity: { methods: ['password'], password: { user: {
                name: 'ops', password: 'pw', domain: { name: 'example' } } } },
            scope: { project: { name: 'cn-north-4' } } } }) });
    assert.equal(login.status, 201, await login.text());
    const headers = { ...json, 'X-Auth-Token': login.headers.get('x-subject-token') };
    const base = `${belfry.url}/v2/${account(users).project_id}/notifications/topics`;
    const post = async (url, body) => {
        const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        const text = await answer.text();
        assert.ok(answer.ok, text);
        return JSON.parse(text);
    };
    const { topic_urn } = await post(base, { name: 'hooks', display_name: '' });
    await post(`${base}/${topic_urn}/subscriptions`, { endpoint, protocol: 'http' });
}

/* ---- outside --------------------------------------------------------------------- */

if (!process.env.BELFRY_NAMESPACE) {
    test('in a network namespace of its own', (t) => {
        const flags = ['-nm', '-rnm'].find((f) =>
            spawnSync('unshare', [f, 'true']).status === 0);
        if (!flags) {
            process.exitCode = 77; // neither green nor red: nothing was shown
            assert.fail('this machine lets nobody have a network namespace (unshare -n): ' +
                        'run it as root, or allow user namespaces');
        }
        const { NODE_TEST_CONTEXT, ...env } = process.env;
        const inside = spawnSync('unshare', [flags, process.execPath, self],
            { env: { ...env, BELFRY_NAMESPACE: '1' }, encoding: 'utf8', maxBuffer: 1 << 26 });
        const summary = /^# pass (\d+)$/m.exec(inside.stdout);
        t.diagnostic(`${summary?.[1]} tests inside`);
        assert.equal(inside.status, 0, inside.stdout + inside.stderr);
        assert.ok(Number(summary?.[1]) > 50, inside.stdout);
    });
} else {
    insideTests();
}
