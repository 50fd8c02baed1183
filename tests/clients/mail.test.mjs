// mail.test.mjs - mail through Debian's own server: STARTTLS and implicit TLS, the three
// ways to log in, refusals with the fix, and connections that are kept.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Authority, past, selfSigned } from '../support/authority.mjs';
import { startExim } from '../support/exim.mjs';
import { account, Belfry, freePort, until } from './support.mjs';
import { attempts, enterPeople, fire, history, mock, users } from './told.mjs';

let dir, belfry, sink, ours;
const servers = {};

// Each is an entry of email_configs with a server of its own or a common one.
const rows = {
    plain: { mechanisms: ['PLAIN'], verdict: 'accepted', log: /A=plain:ops/ },
    login: { mechanisms: ['LOGIN'], verdict: 'accepted', log: /A=login:ops/ },
    cram: { mechanisms: ['CRAM-MD5'], verdict: 'accepted', log: /A=cram:ops/,
            auth: { auth_username: 'ops', auth_secret: 'secret' } },
    implicit: { force: true, verdict: 'accepted', log: /A=\S+:ops/ },
    'wrong-password': { verdict: 'refused', status: 535, words: /authorisation code/,
                        auth: { auth_username: 'ops', auth_password: 'wrong' } },
    'no-login': { verdict: 'refused', status: 550, words: /policy|log in first/, auth: {} },
    'nobody-here': { to: 'nobody-here@example.org', verdict: 'refused', status: 550,
                     words: /no such mailbox/ },
    greylisted: { to: 'greylisted@example.org', verdict: 'deferred', status: 451,
                  words: /not take it now/ },
    'wrong-name': { certificate: 'wrong-name', verdict: 'refused', tls: true },
    expired: { certificate: 'expired', verdict: 'refused', tls: true },
    'self-signed': { certificate: 'self-signed', verdict: 'refused', tls: true },
    'no-authority': { ca: false, verdict: 'refused', tls: true },
};

async function exim(name, pem, mechanisms) {
    servers[name] = await startExim(join(dir, name), [await freePort(), await freePort()], pem,
                                    mechanisms);
    return servers[name];
}

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-mta-'));
    chmodSync(dir, 0o755);
    ours = new Authority(dir, 'ours');
    const good = ours.sign('good', 'DNS:localhost,IP:127.0.0.1');
    const certificates = {
        'wrong-name': ours.sign('wrong-name', 'DNS:other.example'),
        expired: ours.sign('expired', 'DNS:localhost,IP:127.0.0.1', past),
        'self-signed': selfSigned(dir, 'self-signed', 'DNS:localhost,IP:127.0.0.1'),
    };
    const common = await exim('common', good), people = await exim('people', good);
    const receivers = [], routes = [];

    sink = await mock('smtp_sink', '--log', join(dir, 'clear.log'));
    rows['no-starttls'] = { verdict: 'refused', port: sink.port, tls: true, auth: {} };
    for (const [name, row] of Object.entries(rows)) {
        const server = row.mechanisms ? await exim(name, good, row.mechanisms)
            : row.certificate ? await exim(name, certificates[row.certificate]) : common;
        row.server = server;
        receivers.push({ name, email_configs: [{
            to: row.to ?? `${name}@example.org`, from: 'belfry@example.com',
            smarthost: `127.0.0.1:${row.force ? server.implicit : row.port ?? server.port}`,
            ...row.force ? { force_implicit_tls: true } : {},
            ...row.auth ?? { auth_username: 'ops', auth_password: 'secret' },
            tls_config: row.ca === false ? {} : { ca_file: ours.cert } }] });
        routes.push({ receiver: name, matchers: [`alertname="${name}"`] });
    }
    const file = join(dir, 'alertmanager.yml');
    writeFileSync(file, JSON.stringify({
        route: { receiver: 'nobody', group_by: ['alertname'], group_wait: '0s', routes },
        receivers: [{ name: 'nobody' }, ...receivers] }));
    writeFileSync(join(dir, 'password'), 'secret\n', { mode: 0o600 });
    belfry = await Belfry.start({
        activate_at_once: true,
        smtp: { host: '127.0.0.1', port: people.port, tls: 'starttls', username: 'ops',
                password_file: join(dir, 'password'), ca_file: ours.cert,
                from: '钟楼 <belfry@example.com>' },
        routes: [{ name: 'people', matchers: ['to="people"'], group_by: ['...'],
                   group_wait: '0s', contact_groups: ['ops'] }],
        alertmanager: { account: 'default', auth: 'none', config_file: file },
        accounts: [account(users)] });
    await enterPeople(belfry, 'ops', { 张伟: { 'Channels.Mail': 'zhang@example.org' } });
});
after(async () => {
    await belfry?.stop();
    await Promise.all(Object.values(servers).map((s) => s.stop()));
    await sink?.stop();
    // what it forked may still write a line
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

// A server that a busy machine let answer too late is asked again: that is no verdict.
const late = (attempt) => /timed out after/.test(attempt.detail.meaning ?? '');

test('logins, refusals and certificates', async (t) => {
    await fire(belfry, ...Object.keys(rows).map((alertname) => ({ alertname })));
    for (const [name, row] of Object.entries(rows)) {
        await t.test(name, async () => {
            const attempt = await until(`a verdict for ${name}`, async () =>
                (await attempts(belfry, name)).find((a) => !late(a)));

            assert.equal(attempt.word, row.verdict, JSON.stringify(attempt.detail));
            if (row.status)
                assert.equal(attempt.detail.status, row.status);
            if (row.words)
                assert.match(attempt.detail.meaning, row.words);
            if (row.tls)
                assert.match(attempt.detail.meaning, /No secure connection/);
            if (row.log)
                assert.match(row.server.log(), row.log);
            const got = () => row.server.inbox().includes(`Envelope-to: ${name}@example.org`);
            if (row.verdict === 'accepted') // it answers before it delivers
                await until('the mail', got);
            assert.equal(got(), row.verdict === 'accepted');
            if (row.certificate) // not even who writes to whom
                assert.doesNotMatch(row.server.log(), /example\.(org|com)/);
        });
    }
});

// Eight connections at most, each for many mails; a new one behind a refused recipient.
test('connections are kept', async () => {
    const { log } = servers.people;
    const count = (what) => log().split('\n').filter((line) => what.test(line)).length;
    const connected = () => count(/SMTP connection from .*TCP\/IP connection count/);
    const first = { connections: connected(), mails: count(/ <= /) };

    await fire(belfry, ...Array.from({ length: 100 }, (_, i) =>
        ({ alertname: 'many', n: String(i), to: 'people' })));
    await until('100 mails', () => count(/ <= /) === first.mails + 100);
    const used = connected() - first.connections;
    assert.ok(used >= 1 && used <= 8, `${used} connections for 100 mails`);
    await attempts(belfry, 'many', 100);
    for (const row of await history(belfry, 'many'))
        assert.equal(row.word, 'accepted', JSON.stringify(row.detail));
    await until('100 in the box', () =>
        (servers.people.inbox().match(/^Envelope-to: zhang@/gm) ?? []).length >= 100);
    assert.match(servers.people.inbox(), /Message-ID: <[0-9a-f]{32}@example\.com>/);
});

test('implicit TLS', async () => {
    const { implicit, log } = servers.people;
    belfry.config.smtp = { ...belfry.config.smtp, port: implicit, tls: 'implicit' };
    await belfry.restart('SIGTERM');
    await fire(belfry, { alertname: '隐式', to: 'people' });
    const [attempt] = await attempts(belfry, '隐式');
    assert.equal(attempt.word, 'accepted', JSON.stringify(attempt.detail));
    assert.match(log(), new RegExp(`I=\\[127\\.0\\.0\\.1\\]:${implicit}|<= belfry@example\\.com`));
});
