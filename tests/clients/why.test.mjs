// why.test.mjs - "why was nobody told?": causes planted one by one, and the answer asked
// twice, of explain and of history, in words that name the cause and the way out.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { linkOf, Mailboxes } from './mailboxes.mjs';
import { account, Belfry, until } from './support.mjs';
import { accessKey, enterPeople, mock } from './told.mjs';

const base = '/api/belfry/v1';
const fast = { group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '4h' };
const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const urn = `urn:smn:cn-north-4:${project}:duty`;
let belfry, hook, down, ding, boxes, dir, token, key = 'bk-why'; // key: of the account that is asked

async function ask(method, path, body) {
    const answer = await fetch(belfry.url + base + path, {
        method, headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
}

const fire = (labels) => ask('POST', '/alerts', { alerts: [{ labels: { severity: 'critical', ...labels } }] });

// The newest row about this alert that `fits`, found by its labels.
const row = (team, fits) => until(`a row for ${team}`, async () => {
    const query = new URLSearchParams({ filter: `team="${team}"`, limit: 1000 });
    const { items } = await ask('GET', `/deliveries?${query}`);

    return items.find(fits);
});

// What explain says of an alert that is like it.
async function explained(team, word) {
    const answer = await ask('POST', '/explain', { labels: { alertname: 'Why', team, severity: 'critical' } });
    const decision = answer.decisions.find((d) => d.word === word);

    assert.ok(decision, `${team}: ${JSON.stringify(answer)}`);
    assert.equal(decision.told, false);
    assert.match(answer.sentence, /^Nobody would be told/);
    return { ...decision, sentence: answer.sentence, answer };
}

// The same word, reason and way out in both.
async function bothSay(team, word, reason, fix) {
    const fromExplain = await explained(team, word);
    const fromHistory = await row(team, (r) => r.kind === 'decision' && r.word === word);

    for (const said of [fromExplain, fromHistory]) {
        assert.equal(said.word, word);
        assert.match(said.reason, reason);
        assert.match(said.fix, fix);
    }
    return { fromExplain, fromHistory };
}

before(async () => {
    hook = createServer((request, response) => { request.resume(); response.end(); });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    down = createServer((request, response) => { request.resume(); response.writeHead(503).end('not today'); });
    await new Promise((done) => down.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${hook.address().port}/`;
    dir = mkdtempSync(join(tmpdir(), 'belfry-why-'));
    ding = await mock('dingtalk_mock', '--keyword', '钟楼');
    boxes = await Mailboxes.start();
    const to = (name, more = {}) => ({ name, matchers: [`team="${name}"`], webhooks: [{ url }], ...fast, ...more });

    const robot = (more) => ({ webhook_url: `${ding.url}/robot/send?access_token=why`, ...more });
    const file = join(dir, 'alertmanager.yml');
    writeFileSync(file, JSON.stringify({ // JSON is YAML
        route: { receiver: 'nowhere', group_by: ['...'], group_wait: '0s', group_interval: '1s', routes: [
            { receiver: 'robot', matchers: ['team="keyword"'] },
            { receiver: 'broken', matchers: ['team="template"'] },
            { receiver: 'robot', matchers: ['team="never"'] }] },
        receivers: [{ name: 'nowhere' },
                    { name: 'robot', dingtalk_configs: [robot({ message: 'no such word' })] },
                    { name: 'broken', dingtalk_configs: [robot({ message: '钟楼 {{ index .Alerts 99 }}' })] }] }));
    belfry = await Belfry.start({
        alertmanager: { account: 'chats', auth: 'none', config_file: file },
        smtp: boxes.smtp,
        routes: [
            to('unverified', { webhooks: [], contact_groups: ['pending'] }),
            to('silenced'), to('inhibited'),
            to('disabled', { disabled: true }),
            to('breaker', { webhooks: [{ url: `http://127.0.0.1:${down.address().port}/` }] }),
            to('unsubscribed', { webhooks: [], action_rules: ['page'] }),
        ],
        accounts: [account([{ name: 'ops', password: 'pw', bearer: 'bk-why', access_keys: [accessKey], policies: ['full-access'] }]), { name: 'chats', users: [
            { name: 'ops', bearer: 'bk-chats', policies: ['full-access'] }] }],
    });
    await enterPeople(belfry, 'pending', { Wang: { 'Channels.Mail': 'wang@example.com' } });
});
after(async () => {
    for (const server of [hook, down]) {
        server.close();
        server.closeAllConnections();
    }
    await belfry.stop();
    await ding.stop();
    await boxes.stop();
    rmSync(dir, { recursive: true, force: true });
});

async function huawei(method, path, body) {
    const answer = await fetch(belfry.url + path, { method, body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', ...token ? { 'X-Auth-Token': token } : {} } });

    assert.ok(answer.status < 300, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
}

test('the address was never confirmed', async () => {
    await fire({ alertname: 'Why', team: 'unverified' });
    const { fromHistory } = await bothSay('unverified', 'address_pending', /not confirmed by its owner/, /opens the link/);

    assert.equal(fromHistory.to, 'Wang');
    assert.equal(fromHistory.address, 'wang@example.com');
});

test('a silence', async () => {
    const { id } = await ask('POST', '/silences', { matchers: ['team="silenced"'], comment: 'patching',
        ends_at: new Date(Date.now() + 3600_000).toISOString() });

    await fire({ alertname: 'Why', team: 'silenced' });
    const { fromExplain, fromHistory } = await bothSay('silenced', 'silenced', /^silenced$/, /end the silence/);
    assert.equal(fromExplain.by, id);
    assert.equal(fromHistory.detail.by, id);
});

test('another alert inhibits it', async () => {
    await ask('PUT', '/inhibitions/site', { source: ['alertname="SiteDown"'], target: ['team="inhibited"'], equal: [] });
    await fire({ alertname: 'SiteDown', team: 'silenced' });
    await fire({ alertname: 'Why', team: 'inhibited' });
    const { fromExplain, fromHistory } = await bothSay('inhibited', 'inhibited', /inhibited by another alert/, /while it fires/);
    assert.match(fromExplain.by, /^[0-9a-f]{16}$/);
    assert.equal(fromHistory.detail.by, fromExplain.by);
});

test('a time interval mutes the route', async () => {
    await ask('PUT', '/time-intervals/always', { items: [{}] });
    await ask('PUT', '/routes/muted', { matchers: ['team="muted"'], ...fast, mute_intervals: ['always'],
                                        contact_groups: ['pending'] });
    await fire({ alertname: 'Why', team: 'muted' });
    const { fromHistory } = await bothSay('muted', 'muted', /time interval that mutes/, /change the time interval/);
    assert.equal(fromHistory.detail.by, 'always');
});

test('no route wants it', async () => {
    await fire({ alertname: 'Why', team: 'nobody' });
    const { fromExplain, fromHistory } = await bothSay('nobody', 'not_routed', /no route matches/, /add a route/);

    assert.match(fromExplain.sentence, /no route matches/);
    assert.equal(fromExplain.answer.nearest_miss.misses, 1);
    assert.equal(fromHistory.detail.alerts[0].labels.team, 'nobody');
});

test('its route is switched off', async () => {
    await fire({ alertname: 'Why', team: 'disabled' });
    const { fromHistory } = await bothSay('disabled', 'route_disabled', /switched off/, /switch the route on/);

    assert.equal(fromHistory.route, 'disabled');
});

test('the topic\'s subscriber unsubscribed', async () => {
    const signed = await huawei('POST', '/v3/auth/tokens', { auth: {
        identity: { methods: ['password'], password: { user: { name: 'ops', password: 'pw', domain: { name: 'example' } } } },
        scope: { project: { id: project } } } });

    token = signed.headers.get('x-subject-token');
    await huawei('POST', `/v2/${project}/notifications/topics`, { name: 'duty', display_name: 'On duty' });
    await huawei('POST', `/v2/${project}/notifications/topics/${urn}/subscriptions`,
                 { protocol: 'email', endpoint: 'lisa@example.org' });
    await huawei('POST', `/v2/${project}/alert/action-rules`, {
        project_id: project, rule_name: 'page', desc: '', type: '1', user_name: 'ops', time_zone: 'Asia/Shanghai',
        smn_topics: [{ display_name: '', name: 'duty', push_policy: 0, topic_urn: urn }],
        notification_template: 'aom.built-in.template.zh' });
    const mail = await until('the question', () => boxes.mails()
        .find((m) => /duty/.test(m.text) && /\/l\//.test(m.text)));
    await fetch(linkOf(mail), { method: 'POST', body: new URLSearchParams({ action: 'unsubscribe' }) });
    await fire({ alertname: 'Why', team: 'unsubscribed' });
    const { fromHistory } = await bothSay('unsubscribed', 'address_cancelled', /unsubscribed/, /only they can subscribe again/);
    assert.equal(fromHistory.topic, 'duty');
    assert.equal(fromHistory.action_rule, 'page');
});

test('its address failed five times in a row, and is left alone', async () => {
    for (let n = 0; n < 5; n++)
        await fire({ alertname: 'Before', team: 'breaker', n: `${n}` });
    await until('five failures', async () => {
        const { items } = await ask('GET', '/deliveries?' + new URLSearchParams({ filter: 'team="breaker"', kind: 'attempt' }));
        return items.filter((r) => r.word === 'deferred').length >= 5;
    });
    const answer = await ask('POST', '/explain', { labels: { alertname: 'Why', team: 'breaker', severity: 'critical' } });
    const [decision] = answer.decisions;

    assert.equal(decision.waits, 'breaker_open');
    assert.match(decision.waits_reason, /does not work or asked to be left alone/);
    await fire({ alertname: 'Why', team: 'breaker' });
    const waiting = await row('breaker', (r) => r.kind === 'decision' && r.word === 'breaker_open');
    assert.equal(waiting.detail.alerts[0].labels.alertname, 'Why');
    assert.match(waiting.reason, /does not work or asked to be left alone/);
    const one = await ask('GET', `/deliveries/${waiting.key}`);
    assert.equal(one.attempts.length, 0);
    const failed = await row('breaker', (r) => r.kind === 'attempt');
    assert.equal(failed.detail.status, 503);
    assert.equal(failed.detail.said, 'not today');
});

// What only the receiver, or the words themselves, can say: explain knows whom, history why not.
async function attempted(team, meaning) {
    key = 'bk-chats';
    const answer = await ask('POST', '/explain', { labels: { alertname: 'Other', team, severity: 'critical' } });
    assert.equal(answer.told, 1, JSON.stringify(answer));
    await fire({ alertname: 'Why', team });
    const attempt = await row(team, (r) => r.kind === 'attempt' && r.word === 'refused');
    assert.match(attempt.detail.meaning, meaning);
    const one = await ask('GET', `/deliveries/${attempt.key}`);
    assert.equal(one.state.word, 'refused');
    assert.equal(one.decision.word, 'told');
    return attempt;
}

test('the robot asks for a keyword that the text lacks', async () => {
    const attempt = await attempted('keyword', /keyword/);

    assert.equal(attempt.detail.code, 310000);
    assert.match(attempt.detail.said, /keywords not in content/);
});

test('the template cannot be filled in', async () => {
    const attempt = await attempted('template', /index|out of range/);

    assert.equal(attempt.detail.remote, '', 'nothing was sent');
});

// Rows are read one after another, each into the same place: the ids of those before are kept.
test('an alert that history names twice is compared once', async () => {
    key = 'bk-why';
    const alert = { alertname: 'Why', team: 'twice' };
    const route = { matchers: ['team="twice"'], webhooks: [{ url: `http://127.0.0.1:${hook.address().port}/`, send_resolved: true }], ...fast };
    const compared = async () => (await ask('POST', '/routes/twice/difference', route)).alerts;
    const rows = (n) => until(`${n} rows`, async () => {
        const { items } = await ask('GET', '/deliveries?kind=decision&word=told&filter=team%3D%22twice%22&limit=100');
        return items.length >= n;
    });

    await ask('PUT', '/routes/twice', route);
    await fire(alert);
    await rows(1);
    for (let i = 0; i < 4; i++) // each longer than the last one: the place moves
        await fire({ ...alert, alertname: `Long${i}`, more: '\u0001'.repeat(1000 * (i + 1)) });
    await rows(5);
    await ask('POST', '/alerts', { alerts: [{ labels: { severity: 'critical', ...alert }, ends_at: new Date().toISOString() }] });
    await rows(6);
    await until('each is compared once', async () => {
        const { items } = await ask('GET', '/deliveries?limit=1000');
        const ids = new Set(items.flatMap((r) => (r.detail?.alerts ?? []).map((a) => a.id)));
        return ids.size > 6 && ids.size === await compared();
    });
});
