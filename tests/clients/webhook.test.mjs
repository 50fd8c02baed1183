// webhook.test.mjs - a webhook as its receiver checks it: signed as Standard Webhooks says
// by each way a secret can be given, the same key on every try, and the secret nowhere.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { account, Belfry, until } from './support.mjs';
import { admin, attempts, fire, users } from './told.mjs';

const secret = (byte) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`;
const [first, second, third] = [secret(0x11), secret(0x22), secret(0x33)];
const got = [];
const heard = []; // by a receiver that answers one request on a connection, and to the next hangs up
let dir, belfry, receiver, url, curt;

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-webhook-'));
    receiver = http.createServer((req, res) => {
        const pieces = [];
        req.on('data', (p) => pieces.push(p)).on('end', () => {
            const had = got.filter((g) => g.path === req.url).length;
            got.push({ path: req.url, headers: req.headers, body: Buffer.concat(pieces).toString() });
            res.writeHead(req.url === '/later' && had === 0 ? 503 : 200).end();
        });
    });
    curt = net.createServer((socket) => {
        let text = '', answered = 0;
        socket.on('error', () => {});
        socket.on('data', (piece) => {
            text += piece;
            const [head, body] = [...text.split('\r\n\r\n'), ''];
            if (body.length < Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Infinity))
                return;
            heard.push({ key: /webhook-id: (\S+)/i.exec(head)[1],
                         alertname: JSON.parse(body).alerts[0].labels.alertname });
            text = '';
            if (answered++ === 0)
                socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
            else
                socket.end();
        });
    });
    await new Promise((done) => curt.listen(0, '127.0.0.1', done));
    await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${receiver.address().port}`;
    writeFileSync(join(dir, 'secret'), `${second}\n`, { mode: 0o600 });
    writeFileSync(join(dir, 'alertmanager.yml'), JSON.stringify({
        route: { receiver: 'nobody', group_wait: '0s', routes: [
            { receiver: 'entry', matchers: ['alertname="entry"'] },
            { receiver: 'file', matchers: ['alertname="file"'] }] },
        receivers: [{ name: 'nobody' },
            { name: 'entry', webhook_configs: [{ url: `${url}/entry`, signing_secret: `${first} ${second}` }] },
            { name: 'file', webhook_configs: [{ url: `${url}/file`,
                signing_secret_file: join(dir, 'secret') }] }] }));
    const routed = ['route', 'later', 'bare'].map((name) => (
        { name, matchers: [`alertname="${name}"`], group_wait: '0s',
          webhooks: [`${url}/${name}${name === 'bare' ? '' : `#${first},${third}`}`] }));
    belfry = await Belfry.start({
        activate_at_once: true, allow_addresses: ['127.0.0.0/8'],
        alertmanager: { account: 'default', auth: 'none', config_file: join(dir, 'alertmanager.yml') },
        routes: [...routed,
                 { name: 'curt', matchers: ['alertname=~"kept|broken"'], group_wait: '0s', group_by: ['alertname'],
                   webhooks: [`http://127.0.0.1:${curt.address().port}/`] },
                 { name: 'person', matchers: ['alertname="person"'], group_wait: '0s',
                              contact_groups: ['ops'] }],
        accounts: [account(users)] });
    for (const [path, object] of [
        [`contacts/${encodeURIComponent('张伟')}`,
         { addresses: [{ channel: 'webhook', secret: `${url}/person?a=b#${second}` }] }],
        ['contact-groups/ops', { name: 'ops', members: ['张伟'] }]]) {
        const made = await fetch(`${belfry.url}/api/belfry/v1/${path}`, {
            method: 'PUT', headers: { ...admin, 'Content-Type': 'application/json' },
            body: JSON.stringify(object) });
        assert.ok(made.ok, await made.text());
    }
});
after(async () => {
    await belfry?.stop();
    receiver?.close();
    curt?.close();
    rmSync(dir, { recursive: true, force: true });
});

async function came(path, n = 1) {
    return until(`${n} at ${path}`, () => {
        const all = got.filter((g) => g.path.split('?')[0] === path);
        return all.length >= n && all;
    });
}

// As a receiver does it: any of its secrets makes any of the signatures.
function signedBy({ headers, body }, key) {
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const made = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
        .update(text).digest('base64');
    assert.ok(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 300);
    return headers['webhook-signature'].split(' ').includes(`v1,${made}`);
}

for (const [name, mine, other] of [['route', [first, third], second], ['entry', [first, second], third],
                                   ['file', [second], first], ['person', [second], first]])
    test(`signed: ${name}`, async () => {
        await fire(belfry, { alertname: name, 摘要: '磁盘将满 🔥' });
        const [message] = await came(`/${name}`);
        for (const key of mine)
            assert.ok(signedBy(message, key));
        assert.ok(!signedBy(message, other));
        assert.equal(message.headers['webhook-signature'].split(' ').length, mine.length);
        assert.match(message.headers['content-type'], /^application\/json/);
        assert.match(message.headers['user-agent'], /^Belfry\//i);
        assert.equal(JSON.parse(message.body).alerts[0].labels.摘要, '磁盘将满 🔥');
        assert.equal((await attempts(belfry, name))[0].word, 'delivered');
    });

test('the next try has the same key and body, and a signature of its own time', async () => {
    await fire(belfry, { alertname: 'later' });
    const [one, two] = await came('/later', 2);
    assert.equal(one.headers['webhook-id'], two.headers['webhook-id']);
    assert.equal(one.headers['idempotency-key'], two.headers['idempotency-key']);
    assert.equal(one.body, two.body);
    assert.ok(signedBy(one, first) && signedBy(two, first));
});

test('a kept connection that ends without an answer: nothing is sent again unsaid', async () => {
    await fire(belfry, { alertname: 'kept' });
    assert.equal((await attempts(belfry, 'kept'))[0].word, 'delivered');
    await fire(belfry, { alertname: 'broken' });
    const tries = await attempts(belfry, 'broken', 2);
    assert.deepEqual(tries.map((t) => t.word), ['unknown', 'delivered']);
    const sent = heard.filter((h) => h.alertname === 'broken');
    assert.equal(sent.length, 2, 'a row for each time it was sent');
    assert.equal(sent[0].key, sent[1].key);
    assert.match(tries[0].detail.meaning, /connection ended/);
});

test('without a secret nothing is signed', async () => {
    await fire(belfry, { alertname: 'bare' });
    const [message] = await came('/bare');
    assert.equal(message.headers['webhook-signature'], undefined);
    assert.match(message.headers['webhook-id'], /^[0-9a-f]{32}$/);
});

test('a secret is nowhere to be read', async () => {
    const read = async (path) => (await fetch(belfry.url + path, { headers: admin })).text();
    const shown = [belfry.log];
    for (const path of ['routes', 'receivers', 'contacts', 'deliveries', 'audit', 'status'])
        shown.push(await read(`/api/belfry/v1/${path}`));
    shown.push(await read('/api/v2/status'), await read('/metrics'));
    const data = belfry.config.data_dir;
    for (const file of readdirSync(data))
        shown.push(readFileSync(join(data, file), 'latin1'));
    for (const text of shown)
        for (const key of [first, second, third])
            assert.ok(!text.includes(key.slice(6)), text.slice(0, 200));
    for (const message of got)
        assert.ok(!JSON.stringify(message).includes('whsec_'));
});
