// matrix.test.mjs - every way a receiver goes wrong has its verdict, and a thousand
// messages to a healthy one arrive beside all of them, each once.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { unrulyHttp, unrulySmtp } from '../support/unruly.mjs';
import { account, Belfry, until } from './support.mjs';
import { attempts, fire, history, users } from './told.mjs';

const thousand = 1000;
let dir, belfry, unruly, healthy, plain;
const got = new Map(), mailServers = [];

// Way of unruly.mjs: verdict, words, seconds until the next try (at least, at most).
const posts = {
    200: { verdict: 'delivered' }, 204: { verdict: 'delivered' },
    'error-body': { verdict: 'delivered' }, // of a webhook the status is the verdict
    'endless-body': { verdict: 'delivered' },
    301: { verdict: 'refused', words: /redirects are not followed/ },
    302: { verdict: 'refused', words: /redirects are not followed/ },
    307: { verdict: 'refused', words: /redirects are not followed/ },
    308: { verdict: 'refused', words: /redirects are not followed/ },
    400: { verdict: 'refused', words: /see its words/ },
    401: { verdict: 'refused', words: /credentials/ },
    404: { verdict: 'refused', words: /nothing at this address/ },
    410: { verdict: 'refused', words: /gone for good/ },
    413: { verdict: 'refused', words: /too large/ },
    408: { verdict: 'deferred' }, 429: { verdict: 'deferred', words: /Too many/ },
    'retry-seconds': { verdict: 'deferred', after: [36, 97] },
    'retry-date': { verdict: 'deferred', after: [3540, 3660] },
    500: { verdict: 'deferred' }, 502: { verdict: 'deferred' }, 503: { verdict: 'deferred' },
    silent: { verdict: 'unknown', words: /It may have arrived/, timeout: '5s' },
    reset: { verdict: 'unknown' }, close: { verdict: 'unknown' },
    'reset-mid-body': { verdict: 'unknown' },
    drip: { verdict: 'unknown', timeout: '5s' }, 'drip-headers': { verdict: 'unknown', timeout: '5s' },
    // the same where a minute was allowed: from its beginning on an answer has to come
    'drip for a minute': { verdict: 'unknown', said: /100 bytes/, way: 'drip', timeout: '60s' },
    'endless-headers': { verdict: 'unknown' }, 'endless-line': { verdict: 'unknown' },
    garbage: { verdict: 'unknown' },
    nobody: { verdict: 'deferred', words: /Could not be reached/ },
    'bad-tls': { verdict: 'refused', words: /No secure connection/ },
};

// Short where the time is what ends it; a slow machine is no failure of the others.
const timeoutOf = (row) => row.timeout ?? '60s';

// Verb, reply: verdict. A no is the server's word, whatever the verb.
const mails = [];
for (const verb of ['connect', 'ehlo', 'mail', 'rcpt', 'data', 'dot']) {
    mails.push([verb, '421 4.3.2 shutting down', 'deferred', 421],
               [verb, '451 4.3.0 later', 'deferred', 451],
               [verb, '550 5.7.1 not from you', 'refused', 550],
               [verb, 'close', verb === 'dot' ? 'unknown' : 'deferred']);
}
mails.push(['starttls', '454 4.7.0 no TLS just now', 'deferred', 454],
           ['starttls', '502 5.5.1 what', 'refused'],
           ['auth', '454 4.7.0 later', 'deferred', 454],
           ['auth', '535 5.7.8 wrong', 'refused', 535],
           ['auth', '535 login frequency limited', 'deferred', 535],
           ['auth', 'close', 'deferred'],
           ['rcpt', '550 5.1.1 no such user', 'refused', 550],
           ['rcpt', '452 4.2.2 mailbox full', 'deferred', 452],
           ['dot', '552 5.3.4 too big', 'unfit', 552],
           ['dot', '554 5.6.0 content rejected', 'unfit', 554],
           ['bye', '', 'accepted', 250],
           ['none', '', 'accepted', 250]);
const nameOf = (verb, reply) => `mail ${verb} ${reply}`.trim();

async function mailEntry([verb, reply]) {
    const login = verb === 'auth' || verb === 'nologin';
    const server = await unrulySmtp(verb, reply,
        login ? ['AUTH PLAIN LOGIN'] : verb === 'starttls' ? ['STARTTLS'] : []);
    mailServers.push(server);
    return { to: 'ops@example.org', from: 'belfry@example.com',
             smarthost: `127.0.0.1:${server.port}`, require_tls: verb === 'starttls',
             ...login ? { auth_username: 'ops', auth_password: 'secret' } : {} };
}

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-matrix-'));
    unruly = await unrulyHttp();
    healthy = http.createServer((req, res) => {
        const id = req.headers['webhook-id'];
        got.set(id, (got.get(id) ?? 0) + 1);
        req.resume().on('end', () => res.end());
    });
    await new Promise((done) => healthy.listen(0, '127.0.0.1', done));
    plain = net.createServer((socket) => socket.on('error', () => {}).end('no TLS here\r\n'));
    await new Promise((done) => plain.listen(0, '127.0.0.1', done));
    // nobody's: a port that none of ours can get
    const urls = { nobody: 'http://127.0.0.1:1/',
                   'bad-tls': `https://127.0.0.1:${plain.address().port}/` };
    const receivers = [{ name: 'healthy', webhook_configs: [
        { url: `http://127.0.0.1:${healthy.address().port}/`, timeout: '60s' }] }];
    const routes = [{ receiver: 'healthy', matchers: ['alertname="healthy"'], group_by: ['...'] }];
    const add = (name, receiver) => {
        receivers.push({ name, ...receiver });
        routes.push({ receiver: name, matchers: [`alertname="${name}"`] });
    };

    for (const way of Object.keys(posts))
        add(way, { webhook_configs: [{ url: urls[way] ?? unruly.url(posts[way].way ?? way),
                                       timeout: timeoutOf(posts[way]),
                                       http_config: { follow_redirects: false } }] });
    for (const row of mails)
        add(nameOf(...row), { email_configs: [await mailEntry(row)] });
    writeFileSync(join(dir, 'alertmanager.yml'), JSON.stringify({
        route: { receiver: 'nowhere', group_by: ['alertname'], group_wait: '0s', routes },
        receivers: [{ name: 'nowhere' }, ...receivers] }));
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none', config_file: join(dir, 'alertmanager.yml') },
        accounts: [account(users)] });
});
after(async () => {
    await belfry?.stop();
    unruly?.close();
    healthy?.close();
    plain?.close();
    mailServers.forEach((s) => s.close());
    rmSync(dir, { recursive: true, force: true });
});

function judge(name, row, attempt) {
    const shown = JSON.stringify(attempt.detail);

    assert.equal(attempt.word, row.verdict, shown);
    if (row.status)
        assert.equal(attempt.detail.status, row.status, shown);
    if (row.words)
        assert.match(attempt.detail.meaning, row.words);
    if (row.said)
        assert.match(shown, row.said);
    if (row.verdict !== 'delivered' && row.verdict !== 'accepted')
        assert.notEqual(attempt.detail.meaning, '', name);
    if (row.after) {
        const wait = Date.parse(attempt.detail.next_try) - Date.parse(attempt.detail.finished);
        assert.ok(wait / 1000 > row.after[0] && wait / 1000 < row.after[1], `next try after ${wait} ms`);
    }
}

test('each has its verdict', async (t) => {
    await fire(belfry, ...[...Object.keys(posts), ...mails.map((m) => nameOf(...m))]
        .map((alertname) => ({ alertname })));
    for (let i = 0; i < thousand; i += 100)
        await fire(belfry, ...Array.from({ length: 100 }, (_, k) =>
            ({ alertname: 'healthy', n: String(i + k) })));
    for (const [way, row] of Object.entries(posts))
        await t.test(way, async () => judge(way, row, (await attempts(belfry, way))[0]));
    for (const [verb, reply, verdict, status] of mails) {
        const name = nameOf(verb, reply);
        await t.test(name, async () =>
            judge(name, { verdict, status }, (await attempts(belfry, name))[0]));
    }
});

test('a thousand messages to a healthy receiver arrive beside them, each once', async () => {
    await until('1,000 messages', () => got.size >= thousand);
    assert.equal(got.size, thousand);
    assert.deepEqual([...got.values()].filter((n) => n !== 1), []);
    for (const row of await history(belfry, 'healthy'))
        assert.equal(row.word, 'delivered');
});

test('a redirect was followed by nobody', () => assert.equal(unruly.count.elsewhere, undefined));
