// deliveries.test.mjs - what was told, to whom, why, and if not, why not: asked page by
// page while rows come, as CSV, by every filter; sent again; and tests that arrive.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Mailboxes } from './mailboxes.mjs';
import { account, Belfry, program, sleep, until } from './support.mjs';
import { accessKey, enterPeople, mock } from './told.mjs';

const base = '/api/belfry/v1';
const hostile = '=HYPERLINK("http://x")\n"quoted", 报警 🔥 \u202e';
const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
let sink, belfry, boxes, ding, files;

// A receiver that answers as it is told: status by path, what came by path.
class Sink {
    came = new Map();
    status = new Map();
    static async start() {
        const s = new Sink();
        s.server = createServer((request, response) => {
            const parts = [];

            request.on('data', (part) => parts.push(part));
            request.on('end', () => {
                const list = s.came.get(request.url) ?? [];

                list.push({ key: request.headers['webhook-id'],
                            body: Buffer.concat(parts).toString() });
                s.came.set(request.url, list);
                response.writeHead(s.status.get(request.url) ?? 200,
                                   { 'Content-Type': 'text/plain' });
                response.end(s.status.has(request.url) ? '=1+1 not "now", 不行' : 'ok');
            });
        });
        await new Promise((done) => s.server.listen(0, '127.0.0.1', done));
        s.url = `http://127.0.0.1:${s.server.address().port}`;
        return s;
    }
    of(path) {
        return this.came.get(path) ?? [];
    }
}

async function ask(method, path, body, key = 'bk-admin') {
    const answer = await fetch(belfry.url + base + path, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.startsWith('application/json');

    return { status: answer.status, text, headers: answer.headers,
             json: json ? JSON.parse(text) : undefined };
}

async function good(method, path, body, status = 200) {
    const answer = await ask(method, path, body);

    assert.equal(answer.status, status, answer.text);
    return answer.json;
}

const fire = (labels, annotations = {}) =>
    good('POST', '/alerts', { alerts: [{ labels, annotations }] });

const rows = async (query) =>
    (await good('GET', `/deliveries?limit=1000&${new URLSearchParams(query)}`)).items;

const row = (words, query, n = 1) => until(words, async () => {
    const items = await rows(query);

    return items.length >= n ? items : undefined;
});

async function put(path, object) {
    const answer = await ask('PUT', path, object);

    assert.ok(answer.status === 200 || answer.status === 201, answer.text);
}

const route = (name, matchers, more) => put(`/routes/${name}`, {
    matchers, group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '4h', ...more });

before(async () => {
    sink = await Sink.start();
    files = mkdtempSync(join(tmpdir(), 'belfry-file-'));
    ding = await mock('dingtalk_mock');
    boxes = await Mailboxes.start();
    writeFileSync(join(files, 'alertmanager.yml'), JSON.stringify({ // JSON is YAML
        route: { receiver: 'team' }, receivers: [{ name: 'team',
            webhook_configs: [{ url: `${sink.url}/team` }],
            dingtalk_configs: [{ webhook_url: `${ding.url}/robot/send?access_token=drill` }],
            email_configs: [{ to: 'team@example.com', from: 'b@example.com', smarthost: `127.0.0.1:${boxes.smtp.port}`,
                              require_tls: false, headers: { Subject: 'own words' } }] }] }));
    const hook = (path) => [{ url: sink.url + path }];
    const fast = { group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '4h' };

    belfry = await Belfry.start({
        smtp: boxes.smtp,
        activate_at_once: true,
        allow_addresses: ['127.0.0.0/8'],
        alertmanager: { account: 'chats', auth: 'none', config_file: join(files, 'alertmanager.yml') },
        routes: [
            { name: 'ops', matchers: ['team="ops"'], webhooks: hook('/ops'), ...fast },
            { name: 'bad', matchers: ['team="bad"'], webhooks: hook('/bad'), ...fast },
            { name: 'many', matchers: ['team="many"'], webhooks: hook('/many'), ...fast },
            { name: 'off', matchers: ['team="off"'], webhooks: hook('/off'), disabled: true, ...fast },
        ],
        accounts: [account([
            { name: 'admin', password: 'pw', bearer: 'bk-admin', access_keys: [accessKey], policies: ['full-access'] },
            { name: 'reader', bearer: 'bk-reader', policies: ['read-only'] },
        ]), { name: 'chats', users: [{ name: 'admin', bearer: 'bk-chats', policies: ['full-access'] }] }],
    });
    sink.status.set('/bad', 400);
    await enterPeople(belfry, 'duty', { Alice: { 'Channels.Mail': 'alice@example.com' } });
    await route('people', [{ name: 'team', op: '=', value: 'people' }], { contact_groups: ['duty'] });
});
after(async () => {
    sink.server.close();
    sink.server.closeAllConnections();
    await belfry.stop();
    await boxes.stop();
    await ding.stop();
    rmSync(files, { recursive: true, force: true });
});

const mailOf = (key) => boxes.mails().find((m) => m.raw.includes(key));

describe('one message', () => {
    test('its decision says why, its attempt what came of it', async () => {
        await fire({ alertname: 'Disk', team: 'people', host: 'db-1' }, { summary: hostile });
        const [attempt] = await row('the attempt', { alertname: 'Disk', kind: 'attempt' });
        const [decision] = await rows({ key: attempt.key, kind: 'decision' });

        assert.equal(attempt.word, 'accepted'); // a mail server has it
        assert.equal(attempt.detail.status, 250);
        assert.ok(attempt.detail.started <= attempt.detail.connected);
        assert.ok(attempt.detail.connected <= attempt.detail.finished);
        assert.match(attempt.detail.remote, /^127\.0\.0\.1:\d+$/);
        assert.equal(decision.word, 'told');
        assert.equal(decision.reason, 'first notification');
        assert.equal(decision.contact_group, 'duty');
        assert.equal(decision.to, 'Alice');
        assert.deepEqual(decision.detail.trace.matchers, ['team="people"']);
        assert.equal(decision.detail.trace.group_labels.host, 'db-1');
        assert.equal(decision.detail.alerts[0].annotations.summary, hostile);

        // the same words as explain's, from the same code
        const told = (await good('POST', '/explain', { labels: { alertname: 'Other', team: 'people', host: 'db-1' } }))
            .decisions.find((d) => d.to === 'Alice');
        assert.equal(told.word, 'told');
        assert.deepEqual({ ...told.trace, group_labels: 0, group_key: 0 },
                         { ...decision.detail.trace, group_labels: 0, group_key: 0 });

        const one = await good('GET', `/deliveries/${attempt.key}`);
        assert.equal(one.state.word, 'accepted');
        assert.equal(one.state.ended, true);
        assert.deepEqual(one.decision, decision);
        assert.deepEqual(one.attempts, [attempt]);
        assert.equal((await ask('GET', '/deliveries/00112233445566778899aabbccddeeff')).status, 404);
    });

    test('while it is tried again it says when', async () => {
        sink.status.set('/ops', 503);
        await fire({ alertname: 'Later', team: 'ops' });
        const [first] = await row('an attempt', { alertname: 'Later', kind: 'attempt' });

        assert.equal(first.word, 'deferred');
        assert.ok(first.detail.next_try > first.at.slice(0, 10));
        assert.equal(first.detail.said, '=1+1 not "now", 不行');
        const one = await good('GET', `/deliveries/${first.key}`);
        assert.equal(one.state.ended, false);
        assert.match(one.state.word, /^(waiting|sending)$/);
        sink.status.delete('/ops');
        await until('its end', async () =>
            (await good('GET', `/deliveries/${first.key}`)).state.word === 'delivered');
    });
});

describe('asking', () => {
    test('each filter finds its rows and no others', async () => {
        await fire({ alertname: 'Filtered', team: 'people', rack: 'r 7', host: 'a=b' });
        await fire({ alertname: 'Filtered', team: 'bad', rack: 'r 8' });
        await row('both', { alertname: 'Filtered', kind: 'attempt' }, 2);
        const all = await rows({ alertname: 'Filtered' });
        const good1 = all.find((r) => r.to === 'Alice'), bad = all.find((r) => r.route === 'bad');
        const check = async (query, n) =>
            assert.equal((await rows({ alertname: 'Filtered', ...query })).length, n, JSON.stringify(query));

        assert.equal(all.length, 4);
        for (const [query, n] of [
            [{ kind: 'attempt' }, 2], [{ kind: 'decision,attempt' }, 4], [{ word: 'told' }, 2],
            [{ word: 'accepted' }, 1], [{ failed: 'true' }, 1], [{ failed: 'false' }, 4],
            [{ to: 'Alice' }, 2], [{ to: 'Bob' }, 0], [{ contact_group: 'duty' }, 2], [{ route: 'bad' }, 2],
            [{ route: 'people', kind: 'attempt' }, 1], [{ channel: 'webhook' }, 2], [{ channel: 'email' }, 2], [{ channel: 'sms' }, 0],
            [{ key: bad.key }, 2], [{ fingerprint: good1.alert.fingerprint }, 2], [{ alert: good1.alert.id }, 2],
            [{ filter: 'rack="r 7"' }, 2], [{ filter: 'rack="r 7",host="a=b"' }, 2],
            [{ filter: 'rack="r 7",team="bad"' }, 0], [{ filter: '{team="bad"}', kind: 'attempt' }, 1],
            [{ since: bad.at, until: bad.at }, 0], [{ until: '2020-01-01T00:00:00Z' }, 0],
            [{ since: '2020-01-01T00:00:00Z' }, 4],
        ])
            await check(query, n);
        assert.equal((await ask('GET', '/deliveries?filter=team%3D~"b.*"')).status, 422);
    });

    test('pages hold while rows are added, in both orders', async () => {
        const n = 260;
        await good('POST', '/alerts', { alerts: Array.from({ length: n }, (_, i) =>
            ({ labels: { alertname: 'Paged', team: 'many', n: `${i}` } })) });
        const before = (await row('all of them', { filter: 'alertname="Paged"', kind: 'attempt' }, n)).length;
        assert.equal(before, n);
        for (const order of ['newest', 'oldest']) {
            const seen = [];
            let cursor = '', pages = 0;
            do {
                const page = await good('GET', `/deliveries?kind=attempt&alertname=Paged&limit=37&order=${order}${cursor}`);

                if (pages < 3) // more come meanwhile
                    await fire({ alertname: 'Paged', team: 'many', n: `late ${order} ${pages}` });
                await sleep(60);
                seen.push(...page.items.map((r) => r.id));
                cursor = page.next === null ? null : `&cursor=${page.next}`;
                pages++;
            } while (cursor !== null);
            assert.equal(new Set(seen).size, seen.length, 'no row comes twice');
            const sorted = [...seen].sort((a, b) => {
                const [x, y] = [a, b].map((id) => id.split('-').map(Number));
                return x[0] - y[0] || x[1] - y[1];
            });
            assert.deepEqual(seen, order === 'newest' ? sorted.reverse() : sorted);
            assert.ok(order === 'newest' ? seen.length === n : seen.length >= n, `${seen.length}`);
            if (order === 'newest') // those that came are there for who asks anew
                await row('the late ones', { alertname: 'Paged', kind: 'attempt' }, n + 3);
        }
        // one long answer, in pieces
        const all = await good('GET', '/deliveries?kind=attempt&alertname=Paged&limit=1000');
        assert.ok(all.items.length >= n + 3 && all.next === null);
    });

    test('CSV that a spreadsheet cannot run', async () => {
        const answer = await ask('GET', '/deliveries?format=csv&order=oldest&filter=team%3D"bad"');
        const all = await ask('GET', '/deliveries?format=csv&alertname=Paged&kind=attempt');
        const { status, headers, text } = answer;

        assert.equal(status, 200);
        assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
        assert.ok(text.startsWith('at,id,kind,word,reason,'));
        assert.match(text, /,"refused",/);
        assert.match(text, /"'=1\+1 not ""now"", 不行"/);
        assert.doesNotMatch(text, /(^|,|")[=+@]/m);
        assert.ok(all.text.split('\r\n').length > 260);
        await fire({ alertname: hostile, team: 'people' });
        await row('its row', { alertname: hostile, kind: 'attempt' });
        const own = await fetch(`${belfry.url}${base}/deliveries?alertname=${encodeURIComponent(hostile)}`,
                                { headers: { Authorization: 'Bearer bk-admin', Accept: 'text/csv' } });
        const csv = await own.text();
        assert.ok(csv.includes(`"'${hostile.replaceAll('"', '""')}"`), csv);
    });

    test('who may only read lists, and sends nothing', async () => {
        assert.equal((await ask('GET', '/deliveries', undefined, 'bk-reader')).status, 200);
        for (const [path, body] of [['/test', { contact: 'Alice' }], ['/deliveries/x/resend', {}],
            ['/deliveries/resend', { failed_since: '2020-01-01T00:00:00Z' }]])
            assert.equal((await ask('POST', path, body, 'bk-reader')).status, 403, path);
    });
});

describe('once more', () => {
    test('one message, under a key of its own that names the old one', async () => {
        await fire({ alertname: 'Refused', team: 'bad' }, { summary: 'why' });
        const [failed] = await row('the refusal', { alertname: 'Refused', kind: 'attempt', failed: 'true' });

        assert.equal(failed.word, 'refused');
        sink.status.delete('/bad');
        const again = await good('POST', `/deliveries/${failed.key}/resend`, {}, 202);
        const [item] = again.items;
        assert.equal(again.sent, 1);
        assert.notEqual(item.key, failed.key);
        assert.equal(item.of, failed.key);
        const sent = await until('its delivery', async () => {
            const one = await good('GET', `/deliveries/${item.key}`);
            return one.state.ended ? one : undefined;
        });
        assert.equal(sent.state.word, 'delivered');
        assert.equal(sent.decision.reason, `resent by admin of ${failed.key}`);
        const body = JSON.parse(sink.of('/bad').findLast((c) => c.key === item.key).body);
        assert.equal(body.alerts[0].labels.alertname, 'Refused');
        assert.equal(body.alerts[0].annotations.summary, 'why');
        assert.equal(body.status, 'firing'); // it still does
        assert.equal((await good('GET', `/deliveries/${failed.key}`)).resent[0].key, item.key);
        sink.status.set('/bad', 400);
    });

    test('all that failed since, some at a time', async () => {
        const since = new Date().toISOString();
        for (let i = 0; i < 7; i++)
            await fire({ alertname: 'Bulk', team: 'bad', n: `${i}` });
        await row('seven refusals', { alertname: 'Bulk', failed: 'true' }, 7);
        const body = { failed_since: since, alertname: 'Bulk', limit: 3 };
        let dry = 0, cursor;
        do {
            const page = await good('POST', '/deliveries/resend', { ...body, dry_run: true, cursor }, 202);
            dry += page.matched;
            assert.equal(page.sent, 0);
            cursor = page.next ?? undefined;
        } while (cursor);
        assert.equal(dry, 7);
        sink.status.delete('/bad');
        const keys = [];
        do {
            const page = await good('POST', '/deliveries/resend', { ...body, cursor }, 202);
            keys.push(...page.items.map((item) => item.key));
            assert.ok(page.sent <= 3);
            cursor = page.next ?? undefined;
        } while (cursor);
        assert.equal(new Set(keys).size, 7);
        for (const key of keys)
            await until('each arrives', async () =>
                (await good('GET', `/deliveries/${key}`)).state.word === 'delivered');
        // what was sent again is not sent a third time
        const third = await good('POST', '/deliveries/resend', { ...body, limit: 100 }, 202);
        assert.deepEqual([third.matched, third.sent, third.resent_before], [0, 0, 7]);
        sink.status.set('/bad', 400);
    });

    test('what it refuses', async () => {
        const [asked] = (await good('POST', '/test', { contact: 'Alice' }, 202)).items;

        assert.equal((await ask('POST', `/deliveries/${asked.key}/resend`, {})).status, 422);
        assert.equal((await ask('POST', '/deliveries/00112233445566778899aabbccddeeff/resend', {})).status, 404);
        assert.equal((await ask('POST', '/deliveries/resend', { failed_since: 'x' })).status, 400);
        assert.equal((await ask('POST', '/deliveries/resend', { failed_since: '2020-01-01T00:00:00Z', limit: 101 })).status, 400);
    });
});

describe('a test', () => {
    const arrived = async (key) => (await until('its end', async () => {
        const one = await good('GET', `/deliveries/${key}`);
        return one.state.ended ? one : undefined;
    })).state.word;

    test('of a contact, a group, a route, in any words', async () => {
        for (const target of [{ contact: 'Alice' }, { contact_group: 'duty' }, { route: 'people' },
            { contact: 'Alice', channel: 'email' }, { contact: 'Alice', lang: 'en', labels: { team: 'x', drill: 'no' } }]) {
            const answer = await good('POST', '/test', target, 202);

            assert.equal(answer.sent, 1, JSON.stringify(answer));
            assert.equal(await arrived(answer.items[0].key), target.route === 'ops' ? 'delivered' : 'accepted');
            const mail = mailOf(answer.items[0].key);
            assert.match(mail.subject, target.lang === 'en' ? /^\[DRILL\]/ : /^(\[DRILL\]|【演练】)/);
            assert.match(mail.text, /BelfryDrill/);
            assert.match(mail.text, /drill.*true/); // which no label may deny
        }
        const before = sink.of('/ops').length;
        const answer = await good('POST', '/test', { route: 'ops' }, 202);
        assert.equal(await arrived(answer.items[0].key), 'delivered');
        assert.equal(sink.of('/ops').length, before + 1);
        const { alerts } = JSON.parse(sink.of('/ops').at(-1).body);
        assert.equal(alerts[0].labels.alertname, 'BelfryDrill');
        assert.equal(alerts[0].labels.drill, 'true');
        assert.match(alerts[0].annotations.summary, /DRILL|演练/);
    });

    test('through every way out, in the words of each', async () => {
        const huawei = async (method, path, body, token) => {
            const answer = await fetch(belfry.url + path, { method, body: JSON.stringify(body),
                headers: { 'Content-Type': 'application/json', ...token ? { 'X-Auth-Token': token } : {} } });
            assert.ok(answer.status < 300, await answer.clone().text());
            return answer;
        };
        const token = (await huawei('POST', '/v3/auth/tokens', { auth: { identity: { methods: ['password'],
            password: { user: { name: 'admin', password: 'pw', domain: { name: 'example' } } } },
            scope: { project: { id: project } } } })).headers.get('x-subject-token');
        const topics = `/v2/${project}/notifications/topics`;
        await huawei('POST', topics, { name: 'duty', display_name: 'On duty' }, token);
        const urn = `urn:smn:cn-north-4:${project}:duty`;
        for (const [protocol, endpoint] of [['http', `${sink.url}/smn`], ['email', 'smn@example.com']])
            await huawei('POST', `${topics}/${urn}/subscriptions`, { protocol, endpoint }, token);
        await huawei('POST', `/v2/${project}/alert/action-rules`, {
            project_id: project, rule_name: 'page', desc: '', type: '1', user_name: 'ops', time_zone: 'Asia/Shanghai',
            smn_topics: [{ display_name: '', name: 'duty', push_policy: 0, topic_urn: urn }],
            notification_template: 'aom.built-in.template.zh' }, token);
        for (const target of [{ topic: 'duty' }, { action_rule: 'page' }]) {
            const { items, sent } = await good('POST', '/test', target, 202);
            assert.equal(sent, 2, JSON.stringify(items));
            for (const item of items)
                assert.match(await arrived(item.key), /^(delivered|accepted)$/);
            const hook = items.find((item) => item.channel === 'webhook');
            const envelope = JSON.parse(sink.of('/smn').findLast((c) => c.key === hook.key).body);
            assert.equal(envelope.type, 'Notification');
            assert.match(envelope.subject, /^(\[DRILL\]|【演练】)/);
            assert.match(envelope.message, /DRILL|演练/);
            const mail = mailOf(items.find((item) => item.channel === 'email').key);
            assert.match(mail.subject, /^(\[DRILL\]|【演练】)/);
            assert.match(mail.text, /演练|DRILL/);
        }
        const answer = await ask('POST', '/test', { receiver: 'team' }, 'bk-chats');
        assert.equal(answer.json.sent, 3, answer.text);
        for (const item of answer.json.items)
            await until('its end', async () => {
                const { json } = await ask('GET', `/deliveries/${item.key}`, undefined, 'bk-chats');
                return json.state.ended && /^(delivered|accepted)$/.test(json.state.word);
            });
        assert.equal(JSON.parse(sink.of('/team')[0].body).alerts[0].labels.drill, 'true');
        const mail = mailOf(answer.json.items.find((item) => item.channel === 'email').key);
        assert.match(mail.subject, /^\[DRILL\] own words/);
        // a test of the route of another account is nobody's here
        assert.equal((await ask('POST', '/test', { route: 'ops' }, 'bk-chats')).status, 404);
    });

    test('says what failed, and of whom there is nobody', async () => {
        const answer = await good('POST', '/test', { route: 'bad' }, 202);

        assert.equal(await arrived(answer.items[0].key), 'refused');
        for (const [body, status] of [[{ contact: 'Nobody' }, 404], [{}, 400], [{ contact: 'Alice', route: 'ops' }, 400],
            [{ contact: 'Alice', channel: 'sms' }, 404], [{ contact: 'Alice', channel: 'x' }, 400],
            [{ contact: 5 }, 400], [{ contact: 'Alice', lang: 'fr' }, 400], [{ contact: 'Alice', x: 1 }, 400]])
            assert.equal((await ask('POST', '/test', body)).status, status, JSON.stringify(body));
    });

    test('that arrives ends what Belfry says of an address that fails', async () => {
        const failing = async () => (await good('GET', '/alerts?' + new URLSearchParams({
            filter: 'alertname="BelfryDeliveryFailed"' }))).items.find((a) => a.labels.contact === 'Carl');

        sink.status.set('/carl', 404);
        await put('/contacts/Carl', { addresses: [{ channel: 'webhook', secret: `${sink.url}/carl` }] });
        await put('/contact-groups/pair', { name: 'pair', members: ['Alice', 'Carl'] });
        await route('pair', [{ name: 'team', op: '=', value: 'pair' }], { contact_groups: ['pair'] });
        await fire({ alertname: 'Paired', team: 'pair' });
        const failed = await until('the alert', failing);
        assert.equal(failed.labels.contact_group, 'pair');
        const refused = await good('POST', '/test', { contact: 'Carl' }, 202);
        assert.equal(await arrived(refused.items[0].key), 'refused');
        assert.ok(await failing());
        sink.status.delete('/carl');
        const answer = await good('POST', '/test', { contact: 'Carl' }, 202);
        assert.equal(await arrived(answer.items[0].key), 'delivered');
        await until('its end', async () => !(await failing()));
        const both = await row('what Alice was told', { alertname: 'BelfryDeliveryFailed', to: 'Alice', kind: 'decision' }, 2);
        assert.deepEqual(both.map((r) => r.reason).sort(), ['all alerts resolved', 'first notification']);
    });

    test('the commands', async () => {
        // not spawnSync: the receivers live in this process
        const run = (...words) => new Promise((done) => {
            const child = spawn(program, [...words, '--url', belfry.url],
                                { env: { ...process.env, BELFRY_TOKEN: 'bk-admin' } });
            let stdout = '', stderr = '';

            child.stdout.on('data', (text) => { stdout += text; });
            child.stderr.on('data', (text) => { stderr += text; });
            child.on('close', (status) => done({ status, stdout, stderr }));
        });
        const tested = await run('test', 'contact', 'Alice', '--wait');

        assert.equal(tested.status, 0, tested.stderr);
        assert.match(tested.stdout, /^Alice email alice@example.com accepted/);
        assert.equal((await run('test', 'route', 'bad', '--wait')).status, 1);
        assert.equal((await run('test', 'contact', 'Nobody')).status, 5);
        assert.equal((await run('test', 'nothing', 'x')).status, 2);
        const listed = await run('deliveries', '--to', 'Alice', '--limit', '5');
        assert.equal(listed.status, 0, listed.stderr);
        assert.match(listed.stdout, /^AT +/);
        assert.match((await run('deliveries', '--csv', '--alertname', 'Disk')).stdout, /^at,id,kind/);
        assert.ok(JSON.parse((await run('deliveries', '--json', '--failed')).stdout).items.length > 0);
        const [failed] = await rows({ failed: 'true', alertname: 'Bulk' });
        assert.match((await run('deliveries', 'resend', failed.key)).stdout, /[0-9a-f]{32}/);
        const all = await run('deliveries', 'resend', '--failed-since', '2020-01-01T00:00:00Z', '--dry-run');
        assert.equal(all.status, 0, all.stderr);
        assert.match(all.stdout, /\d+ would be sent again/);
    });
});

describe('what stays', () => {
    test('a restart keeps every row, and a resend of what history alone knows', async () => {
        await fire({ alertname: 'Kept', team: 'bad' });
        const [failed] = await row('the refusal', { alertname: 'Kept', failed: 'true' });
        const before = await rows({ alertname: 'Kept' });

        await belfry.restart();
        assert.deepEqual(await rows({ alertname: 'Kept' }), before);
        sink.status.delete('/bad');
        const again = await good('POST', `/deliveries/${failed.key}/resend`, {}, 202);
        assert.equal(again.sent, 1);
        sink.status.set('/bad', 400);
    });

    test('what is too old is forgotten, and the metrics say so', async () => {
        const metric = async (name) => {
            const text = await (await fetch(`${belfry.url}/metrics`)).text();
            return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))[1]);
        };

        assert.ok(await metric('belfry_history_rows') > 500);
        belfry.config.history = { max_rows: 50 };
        await belfry.restart('SIGTERM');
        await until('fifty are left', async () => await metric('belfry_history_rows') <= 50);
        assert.ok((await rows({})).length <= 50);
        assert.ok(await metric('belfry_history_oldest_timestamp_seconds') > 1e9);
        belfry.config.history = { retention: '1s' };
        await belfry.restart('SIGTERM');
        await until('none is left', async () => await metric('belfry_history_rows') === 0);
        let n = 0;
        await until('a new one is there', async () => { // for a second
            await fire({ alertname: 'Fresh', team: 'ops', n: `${n++}` });
            return (await rows({ alertname: 'Fresh' })).length > 0;
        });
    });

    test('a comparison says when a row named fewer alerts than it told', async () => {
        const wide = { matchers: [{ name: 't', op: '=', value: 'w' }], contact_groups: ['duty'] };
        const many = (alertname, n) => good('POST', '/alerts', { alerts: Array.from({ length: n }, (_, i) => (
            { labels: { alertname, t: 'w', h: `${i}` } })) }); // short: a row has 16 KiB for all

        belfry.config.history = {};
        await belfry.restart('SIGTERM');
        await put('/routes/wide', { ...wide, group_by: ['alertname'], group_wait: '0s' });
        for (const [alertname, n, complete] of [['A', 64, true], ['B', 65, false]]) {
            await many(alertname, n);
            await row('it was told', { alertname, word: 'told' });
            assert.equal((await good('POST', '/routes/wide/difference', wide)).complete, complete, alertname);
        }
    });
});
