// tls.test.mjs - webhooks over TLS: who cannot prove to be the one that was meant gets no
// byte of a message, and the history says what to do about it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Authority, past, selfSigned } from '../support/authority.mjs';
import { account, Belfry } from './support.mjs';
import { attempts, fire, users } from './told.mjs';

let dir, belfry;
const open = [], heard = {};

function listen(server) {
    open.push(server);
    return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
}

function receiver(name, pem, more = {}) {
    heard[name] = 0;
    return listen(https.createServer({ ...pem, ...more }, (req, res) => {
        heard[name]++;
        req.resume().on('end', () => res.end('ok'));
    }));
}

// What the receiver shows, what its entry knows, and what has to come of it.
const rows = {
    good: { verdict: 'delivered', by: 'ours', knows: 'ours' },
    'no-authority': { verdict: 'refused', by: 'ours', words: /certificate|issuer/i },
    'other-authority': { verdict: 'refused', by: 'ours', knows: 'other', words: /certificate|issuer/i },
    'wrong-name': { verdict: 'refused', by: 'ours', knows: 'ours', names: 'DNS:other.example',
                    words: /name|match/i },
    'named': { verdict: 'delivered', by: 'ours', knows: 'ours', names: 'DNS:other.example',
               tls: { server_name: 'other.example' } },
    expired: { verdict: 'refused', by: 'ours', knows: 'ours', dates: past, words: /expired/ },
    'self-signed': { verdict: 'refused', by: 'itself', knows: 'ours', words: /self.signed|certificate/i },
    insecure: { verdict: 'delivered', by: 'itself', tls: { insecure_skip_verify: true } },
    'client-known': { verdict: 'delivered', by: 'ours', knows: 'ours', wants: true, shows: 'client' },
    // Node hangs up without a word: the request has left by then, or has not.
    'client-strange': { verdict: /^(unknown|deferred|refused)$/, by: 'ours', knows: 'ours', wants: true, shows: 'stranger' },
    'client-silent': { verdict: 'refused', by: 'ours', knows: 'ours', wants: true },
};

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-tls-'));
    const ours = new Authority(dir, 'ours'), other = new Authority(dir, 'other');
    const client = ours.sign('client', 'DNS:client'), stranger = other.sign('stranger', 'DNS:client');
    const shown = { client, stranger };
    const receivers = [], routes = [];

    for (const [name, row] of Object.entries(rows)) {
        const names = row.names ?? 'IP:127.0.0.1';
        const made = row.by === 'ours' ? ours.sign(name, names, row.dates ?? null)
            : selfSigned(dir, name, names);
        const port = await receiver(name, made.pem, !row.wants ? {}
            : { requestCert: true, rejectUnauthorized: true, ca: readFileSync(ours.cert) });
        const tls = { ...row.tls };
        if (row.knows)
            tls.ca_file = row.knows === 'ours' ? ours.cert : other.cert;
        if (row.shows)
            Object.assign(tls, { cert_file: shown[row.shows].cert, key_file: shown[row.shows].key });
        receivers.push({ name, webhook_configs: [{ url: `https://127.0.0.1:${port}/${name}`,
                                                   http_config: { tls_config: tls } }] });
        routes.push({ receiver: name, matchers: [`alertname="${name}"`] });
    }
    const file = join(dir, 'alertmanager.yml');
    writeFileSync(file, JSON.stringify({
        route: { receiver: 'nobody', group_by: ['alertname'], group_wait: '0s', routes },
        receivers: [{ name: 'nobody' }, ...receivers] }));
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none', config_file: file },
        accounts: [account(users)] });
});
after(async () => {
    await belfry?.stop();
    for (const server of open)
        server.close();
    rmSync(dir, { recursive: true, force: true });
});

test('only who proves to be the receiver is told', async (t) => {
    await fire(belfry, ...Object.keys(rows).map((alertname) => ({ alertname })));
    for (const [name, row] of Object.entries(rows)) {
        await t.test(name, async () => {
            const [attempt] = await attempts(belfry, name);

            (row.verdict instanceof RegExp ? assert.match : assert.equal)(attempt.word, row.verdict, JSON.stringify(attempt.detail));
            assert.equal(heard[name], row.verdict === 'delivered' ? 1 : 0);
            if (row.verdict === 'refused') {
                assert.match(attempt.detail.meaning, /No secure connection: .*Check the certificate/s);
                assert.match(attempt.detail.meaning, row.words ?? /./);
            }
        });
    }
});

test('what speaks no TLS at all is refused too', async () => {
    const port = await listen(net.createServer((socket) => {
        socket.on('error', () => {});
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }));
    belfry.config.routes = [{ name: 'plain', matchers: ['alertname="no-tls"'], group_wait: '0s',
                              webhooks: [`https://127.0.0.1:${port}/`] }];
    await belfry.restart('SIGTERM');
    await fire(belfry, { alertname: 'no-tls' });
    const [attempt] = await attempts(belfry, 'no-tls');
    assert.equal(attempt.word, 'refused', JSON.stringify(attempt.detail));
});
