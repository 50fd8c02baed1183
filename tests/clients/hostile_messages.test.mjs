// hostile_messages.test.mjs - strings that break what is careless as labels, annotations,
// names of people and subjects: every message that leaves is well formed. Mails have our
// headers and no others, one of each, no bare CR or LF, and HTML without a tag of anybody
// else; robots and webhooks get JSON.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { naughty } from './naughty.mjs';
import { account, Belfry, until } from './support.mjs';

const bearer = 'bk-hostile-messages';
const mails = [], posts = [];
let belfry, smtp, hook;

// Takes everything, and keeps the bytes: { from, to, raw }.
function mailServer() {
    const server = net.createServer((socket) => {
        let rest = '', data = false, mail = {};
        const say = (line) => socket.write(`${line}\r\n`);
        socket.on('error', () => {});
        socket.on('data', (bytes) => {
            rest += bytes.toString('latin1');
            for (let end; (end = rest.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
                const text = rest.slice(0, data ? end + 2 : end);
                rest = rest.slice(end + (data ? 5 : 2));
                if (data) {
                    mails.push({ ...mail, raw: text });
                    mail = {};
                    data = false;
                    say('250 2.0.0 taken');
                } else if (/^EHLO/i.test(text)) {
                    say('250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8');
                } else if (/^DATA/i.test(text)) {
                    data = true;
                    say('354 go on');
                } else {
                    const to = /^RCPT TO:(.*)/i.exec(text);
                    if (to)
                        mail.to = (mail.to ?? []).concat(to[1]);
                    say('250 ok');
                }
            }
        });
        say('220 sink ESMTP');
    });
    return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

const ask = (method, path, body) => fetch(`${belfry.url}${path}`, {
    method, body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` } });

before(async () => {
    smtp = await mailServer();
    hook = createServer((req, res) => {
        const pieces = [];
        req.on('data', (p) => pieces.push(p));
        req.on('end', () => {
            posts.push({ path: req.url, headers: req.headers, bytes: Buffer.concat(pieces) });
            res.setHeader('content-type', 'application/json');
            res.end('{"errcode":0,"errmsg":"ok","code":0,"msg":"success","StatusCode":0}');
        });
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    const robots = `http://127.0.0.1:${hook.address().port}`;
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: smtp.address().port, from: 'belfry@example.com', tls: 'none' },
        activate_at_once: true, deny_private_addresses: false,
        alertmanager: { account: 'default', auth: 'none' },
        routes: [{ name: 'all', matchers: [], group_by: ['n'], group_wait: '0s', group_interval: '1s',
                   contact_groups: ['ops'], webhooks: [{ url: `${robots}/webhook` }] }],
        accounts: [account([{ name: 'ops', bearer, policies: ['full-access'] }])],
    });
    const put = async (path, body) => {
        const answer = await ask('PUT', `/api/belfry/v1${path}`, body);
        assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
    };
    const addresses = [{ channel: 'email', plain: 'ada@example.org' }];
    for (const channel of ['dingtalk', 'feishu', 'wecom', 'slack'])
        addresses.push({ channel, secret: `${robots}/${channel}?access_token=0123456789abcdef` });
    await put('/contacts/ada', { lang: 'en', addresses: addresses.slice(0, 1) });
    const robotNames = [];
    for (const a of addresses.slice(1)) {
        const answer = await ask('PUT', `/api/belfry/v1/contacts/by-${a.channel}`, { lang: 'zh-cn', addresses: [a] });
        if (answer.ok)
            robotNames.push(`by-${a.channel}`);
        else
            console.log(a.channel, answer.status, await answer.text());
    }
    await put('/contact-groups/ops', { members: ['ada', ...robotNames] });
});
after(async () => {
    await belfry.stop();
    smtp.close();
    hook.close();
});

// ---- judging a mail ------------------------------------------------------------------------

const ours = new Set(['date', 'from', 'to', 'subject', 'message-id', 'mime-version', 'content-type',
                      'content-transfer-encoding', 'auto-submitted', 'precedence', 'list-unsubscribe',
                      'list-unsubscribe-post', 'x-belfry-key', 'references', 'in-reply-to', 'importance',
                      'x-priority', 'priority', 'x-auto-response-suppress', 'feedback-id', 'list-id']);
function headers(raw, only = ours) {
    const head = raw.slice(0, raw.indexOf('\r\n\r\n') + 2);
    const seen = new Map();
    for (const line of head.replace(/\r\n[ \t]/g, ' ').split('\r\n').filter(Boolean)) {
        const name = /^([!-9;-~]+): ?/.exec(line)?.[1].toLowerCase();
        assert.ok(name && only.has(name), `a header of ours: ${JSON.stringify(line.slice(0, 200))}`);
        assert.ok(!seen.has(name), `one ${name}`);
        seen.set(name, line);
    }
    return seen;
}
// Tags that our own pages have; what is written into them is text.
const tags = new Set(['!doctype', 'html', 'head', 'meta', 'title', 'style', 'body', 'div', 'table', 'tbody', 'tr',
                      'td', 'th', 'p', 'a', 'b', 'br', 'span', 'strong', 'h1', 'h2', 'h3', 'ul', 'li', 'hr', 'center']);
function judgeHtml(html) {
    for (const [, name] of html.matchAll(/<\/?([!a-zA-Z][^\s>/]*)/g))
        assert.ok(tags.has(name.toLowerCase()), `a tag of ours: <${name}`);
    for (const [tag] of html.matchAll(/<[a-zA-Z][^>]*>/g))
        assert.doesNotMatch(tag.replace(/"[^"]*"/g, '""'), /\son\w+\s*=|'/i, tag);
    for (const [, href] of html.matchAll(/\b(?:href|src)="([^"]*)"/g))
        assert.match(href, /^(https?:|mailto:|#|tel:)/i);
}
const decoded = (part) => (/^content-transfer-encoding: base64/im.test(part.head)
    ? Buffer.from(part.body, 'base64')
    : /^content-transfer-encoding: quoted-printable/im.test(part.head)
        ? Buffer.from(part.body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g,
            (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1')
        : Buffer.from(part.body, 'latin1')).toString();

function judgeMail({ raw, to }) {
    assert.deepEqual(to, ['<ada@example.org>'], 'one recipient');
    assert.doesNotMatch(raw, /[^\r]\n|\r[^\n]|\0/, 'no bare CR, LF or NUL');
    for (const line of raw.split('\r\n'))
        assert.ok(line.length <= 998, `a line of ${line.length}`);
    headers(raw);
    const boundary = /boundary="?([^"\r\n;]+)/i.exec(raw)?.[1];
    assert.ok(boundary, raw.slice(0, 300));
    const parts = raw.split(`--${boundary}`).slice(1, -1).map((p) => {
        const [head, ...body] = p.replace(/^\r\n/, '').split('\r\n\r\n');
        return { head, body: body.join('\r\n\r\n') };
    });
    assert.ok(parts.length >= 1);
    for (const part of parts) {
        headers(`${part.head}\r\n\r\n`, new Set(['content-type', 'content-transfer-encoding', 'content-disposition',
                                                 'content-id']));
        const text = decoded(part);
        assert.ok(!text.includes('\ufffd') && !text.includes('\0'), 'whole characters');
        if (/^content-type: text\/html/im.test(part.head))
            judgeHtml(text);
    }
}

// What people read holds no control of somebody else's, but in JSON's own escapes.
function judgePost({ path, bytes }) {
    const text = bytes.toString();
    assert.ok(!text.includes('\ufffd'), `${path}: whole characters`);
    assert.equal(typeof JSON.parse(text), 'object', path);
    assert.ok(Buffer.from(text).equals(bytes), `${path}: UTF-8`);
}

// ---- telling -----------------------------------------------------------------------------

describe('every message is well formed', () => {
    const strings = naughty.filter(([, s]) => s.length > 0 && s.length < 10_000);

    test('of alerts with hostile labels and annotations', async () => {
        const alerts = strings.flatMap(([, s], i) => [
            { labels: { alertname: s, n: `a${i}`, severity: 'critical' }, annotations: { summary: s, description: s } },
            { labels: { alertname: 'x', n: `b${i}`, severity: s, instance: s, [`l${i}`]: s },
              annotations: { runbook_url: s, summary: `see ${s}` }, generatorURL: s.length < 1000 ? s : '' },
        ]);
        let good = 0;
        for (const a of alerts) {
            const answer = await fetch(`${belfry.url}/api/v2/alerts`, {
                method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([a]) });
            assert.ok(answer.status < 500, await answer.text());
            good += answer.status === 200;
        }
        assert.ok(good > strings.length, `${good} alerts taken`);
        await until('all webhooks', () => posts.filter((p) => p.path === '/webhook').length >= good && mails.length > 5 &&
            new Set(posts.map((p) => p.path.split('?')[0])).size >= 3);
    });

    test('of tests, to people with hostile names', async () => {
        const before_ = mails.length;
        let sent = 0;
        for (const [, s] of strings.filter(([, t]) => t.length < 300)) {
            const put = await ask('PUT', `/api/belfry/v1/contacts/${encodeURIComponent(s)}`, {
                lang: 'en', addresses: [{ channel: 'email', plain: 'ada@example.org' }] });
            if (!put.ok)
                continue;
            const answer = await ask('POST', '/api/belfry/v1/test', { contact: s, channel: 'email' });
            assert.ok(answer.status < 500, await answer.text());
            sent += answer.ok;
        }
        assert.ok(sent > 5, `${sent} tests`);
        await until('mails', () => mails.length > before_);
    });

    test('addresses that are more than one', async () => {
        for (const plain of ['a@example.org\r\nRCPT TO:<m@example.org>', 'a@example.org, m@example.org',
                             'a@example.org>\r\nDATA', '<a@example.org>', 'a@exam\0ple.org', '"a b"@example.org\n',
                             'a@[127.0.0.1]\r\n', '@a:b@c', 'a@example.org ORCPT=rfc822;m', '-oX@example.org\r']) {
            const answer = await ask('PUT', '/api/belfry/v1/contacts/more', { addresses: [{ channel: 'email', plain }] });
            assert.equal(answer.status, 400, plain);
        }
    });

    test('mails', (t) => {
        t.diagnostic(`${mails.length} mails`);
        for (const mail of mails)
            judgeMail(mail);
    });
    test('robots and webhooks', (t) => {
        t.diagnostic(`${posts.length} posts to ${[...new Set(posts.map((p) => p.path.split('?')[0]))]}`);
        for (const post of posts)
            judgePost(post);
    });
});
