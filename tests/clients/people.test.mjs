// people.test.mjs - who takes an alert on, and who is called if nobody does: the link in a
// mail on a real SMTP server, its page, the button; forged, foreign and old links.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { sendV1 } from './alibaba_sign.mjs';
import { linkOf, Mailboxes } from './mailboxes.mjs';
import { account, Belfry, program, until } from './support.mjs';

const key = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const admin = { Authorization: 'Bearer bk-people-test' };

let belfry, boxes;

before(async () => {
    boxes = await Mailboxes.start();
    belfry = await Belfry.start({
        smtp: boxes.smtp,
        activate_at_once: true,
        routes: [{ name: 'all', matchers: ['team="ops"'], group_by: ['alertname'], group_wait: '0s',
                   group_interval: '1s', contact_groups: ['ops'], escalation: 'of-file' }],
        escalations: [{ name: 'of-file', min_severity: 'error',
                        steps: [{ after: '1h', contact_groups: ['boss'], repeats: 2 }] }],
        accounts: [account([{ name: 'ops', bearer: 'bk-people-test', access_keys: [key],
                              policies: ['full-access'] }])],
    });
    await alibaba('PutContact', { ContactName: 'Alice', Describe: 'x',
                                  'Channels.Mail': 'alice@example.com', Lang: 'en' });
    await alibaba('PutContactGroup', { ContactGroupName: 'ops', 'ContactNames.1': 'Alice' });
});
after(async () => {
    await belfry.stop();
    await boxes.stop();
});

async function alibaba(action, params) {
    const answer = await sendV1(belfry.host, action, params, { key });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    return answer.json;
}

const mailAbout = (name) =>
    until(`a mail about ${name}`, () => boxes.mails().find((m) => m.text.includes(name)));

async function native(method, path, body) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1${path}`, {
        method, headers: { ...admin, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body) });
    return { status: answer.status, json: await answer.json() };
}

async function fire(alertname, labels = {}) {
    const answer = await native('POST', '/alerts', { alerts: [
        { labels: { alertname, team: 'ops', severity: 'critical', ...labels } }] });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
}

async function alert(alertname) {
    const { json } = await native('GET', `/alerts?filter=alertname="${alertname}"`);
    return json.items[0];
}

const press = (link, action) => fetch(link, { method: 'POST', redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `action=${action}` });

test('the link in a mail shows a page; only its button acknowledges', async () => {
    await fire('LinkShown');
    const link = linkOf(await mailAbout('LinkShown'));
    for (let i = 0; i < 3; i++) {
        const page = await fetch(link);
        assert.equal(page.status, 200);
        const html = await page.text();
        assert.match(html, /LinkShown/);
        assert.match(html, /value="acknowledge"/);
        assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
        assert.equal((await fetch(link, { method: 'HEAD' })).status, 200);
    }
    assert.equal((await alert('LinkShown')).acknowledged, null);
    const done = await press(link, 'acknowledge');
    assert.equal(done.status, 200);
    assert.match(await done.text(), /yours/);
    const ack = (await alert('LinkShown')).acknowledged;
    assert.equal(ack.by, 'Alice');
    assert.equal(ack.link, true);
    assert.match(await (await fetch(link)).text(), /value="give-back"/);
    const history = await until('a row', async () => {
        const { json } = await native('GET', '/deliveries?word=acknowledged&alertname=LinkShown');
        return json.items?.[0];
    });
    assert.equal(history.reason, 'acknowledged by Alice via link');
    const audit = await until('a row', async () =>
        (await native('GET', '/audit')).json.items.find((r) => r.reason === 'acknowledgement'));
    assert.equal(audit.detail.operation, 'AckByLink');
    const token = new URL(link).pathname.split('/').pop();
    assert.ok(!JSON.stringify((await native('GET', '/audit')).json).includes(token));
    assert.equal((await press(link, 'give-back')).status, 200);
    assert.equal((await alert('LinkShown')).acknowledged, null);
});

test('forged, cut, foreign and strange links do nothing', async () => {
    await fire('Forged');
    const link = linkOf(await mailAbout('Forged'));
    const flip = (at) => link.slice(0, at) + (link[at] === 'A' ? 'B' : 'A') + link.slice(at + 1);
    const tokenAt = link.indexOf('/l/') + 3;
    for (const bad of [flip(tokenAt + 2), flip(tokenAt + 50), flip(link.length - 3),
                       link.slice(0, -4), `${link}AAAA`, `${link.slice(0, tokenAt)}x`]) {
        assert.equal((await press(bad, 'acknowledge')).status, 404, bad);
        assert.equal((await fetch(bad)).status, 404, bad);
    }
    assert.equal((await press(link, 'delete-everything')).status, 400);
    assert.equal((await fetch(link, { method: 'DELETE' })).status, 405);
    assert.equal((await alert('Forged')).acknowledged, null);
    // another server's: same names, another master key
    const other = await Belfry.start({ accounts: [account([{ name: 'ops', bearer: 'bk-other',
                                                             policies: ['full-access'] }])] });
    try {
        const foreign = `${other.url}${new URL(link).pathname}`;
        assert.equal((await press(foreign, 'acknowledge')).status, 404);
    } finally {
        await other.stop();
    }
    await native('POST', '/alerts', { alerts: [
        { labels: { alertname: 'Forged', team: 'ops', severity: 'critical' },
          ends_at: new Date(Date.now() - 1000).toISOString() }] });
    assert.equal((await press(link, 'acknowledge')).status, 410);
});

test('by the API: one, many, given back; bounds', async () => {
    await fire('ByApi', { n: '1' });
    await fire('ByApi', { n: '2' });
    const { id } = await alert('ByApi');
    const one = await native('POST', `/alerts/${id}/ack`, { comment: '我来处理' });
    assert.deepEqual([one.status, one.json.alerts, one.json.by], [200, 1, 'ops']);
    assert.equal((await alert('ByApi')).acknowledged.comment, '我来处理');
    const open = await native('GET', '/alerts?state=open&filter=alertname="ByApi"');
    assert.equal(open.json.items.length, 1);
    const all = await native('POST', '/acks', { matchers: 'alertname="ByApi"', by: 'Bob' });
    assert.deepEqual([all.status, all.json.alerts], [200, 2]);
    assert.equal((await native('DELETE', `/alerts/${id}/ack`)).status, 200);
    assert.equal((await native('DELETE', `/alerts/${id}/ack`)).status, 404);
    const until = new Date(Date.now() + 3600e3).toISOString();
    assert.equal((await native('POST', `/alerts/${id}/ack`, { expires_at: until })).status, 200);
    for (const bad of [{ expires_at: '2020-01-01T00:00:00Z' }, { expires_at: 'soon' },
                       { by: 'x'.repeat(129) }, { comment: 'x'.repeat(1025) }, { by: 7 }])
        assert.equal((await native('POST', `/alerts/${id}/ack`, bad)).status, 400,
                     JSON.stringify(bad).slice(0, 60));
    assert.equal((await native('POST', `/alerts/${id}/ack`,
                               { by: 'x'.repeat(128), comment: 'y'.repeat(1024) })).status, 200);
    assert.equal((await native('POST', '/alerts/1/ack', {})).status, 404);
    assert.equal((await native('POST', '/acks', {})).status, 400);
    assert.equal((await native('POST', '/acks', { matchers: 'alertname="None"' })).status, 404);
});

test('a person says from which severity on, and when it is quiet', async () => {
    const night = { quiet: [{ times: [{ from: 1320, to: 420 }] }], zone: 'Asia/Shanghai',
                    min_severity: [{ channel: 'email', severity: 'critical' }] };
    const set = await native('PATCH', '/contacts/Alice', night);
    assert.equal(set.status, 200, JSON.stringify(set.json));
    assert.deepEqual(set.json.quiet[0].times, [{ from: 0, to: 420 }, { from: 1320, to: 1440 }]);
    assert.equal(set.json.lang, 'en'); // what was not given stays
    const ask = async (severity, at) => (await native('POST', '/explain', {
        labels: { alertname: 'Explained', team: 'ops', severity }, at })).json.decisions[0];
    assert.equal((await ask('warning', '2026-11-23T12:00:00+08:00')).word, 'below_severity');
    await native('PATCH', '/contacts/Alice', { min_severity: [] });
    const quiet = await ask('warning', '2026-11-23T23:00:00+08:00');
    assert.equal(quiet.word, 'quiet_hours');
    assert.equal(quiet.by, '2026-11-24T07:00:00+08:00');
    assert.equal((await ask('critical', '2026-11-23T23:00:00+08:00')).word, 'told');
    // CloudMonitor's PutContact knows nothing of these, and leaves them
    await alibaba('PutContact', { ContactName: 'Alice', Describe: 'y',
                                  'Channels.Mail': 'alice@example.com', Lang: 'en' });
    assert.equal((await native('GET', '/contacts/Alice')).json.quiet.length, 1);
    for (const bad of [{ zone: 'Mars/Base' }, { lang: 'xx' }, { quiet: [{ zone: 'UTC' }] },
                       { min_severity: [{ channel: 'email' }, { channel: 'email' }] },
                       { quiet: Array(21).fill({}) }, { quiet_except: 'loud' }, { name: 'Bob' },
                       { quiet: [{ times: [{ from: 0, to: 1441 }] }] }])
        assert.equal((await native('PATCH', '/contacts/Alice', bad)).status, 400,
                     JSON.stringify(bad).slice(0, 80));
    assert.equal((await native('PATCH', '/contacts/Nobody', { lang: 'en' })).status, 404);
    assert.equal((await native('PATCH', '/contacts/Alice',
                               { quiet: [], zone: '', quiet_except: 'critical' })).status, 200);
});

test('nobody acknowledges: the second contact is told, and says who waited', async () => {
    await alibaba('PutContact', { ContactName: 'Boris', Describe: 'x', Lang: 'en',
                                  'Channels.Mail': 'boris@example.com' });
    await alibaba('PutContactGroup', { ContactGroupName: 'boss', 'ContactNames.1': 'Boris' });
    const put = await native('PUT', '/escalations/night', {
        steps: [{ after: '1s', contact_groups: ['boss'] }] });
    assert.equal(put.status, 201, JSON.stringify(put.json));
    const route = await native('PUT', '/routes/night', {
        matchers: ['team="night"'], group_by: ['alertname'], group_wait: '0s',
        group_interval: '1s', contact_groups: ['ops'], escalation: 'night' });
    assert.equal(route.status, 201, JSON.stringify(route.json));
    assert.equal((await native('PUT', '/routes/none', { escalation: 'none' })).status, 400);
    assert.equal((await native('DELETE', '/escalations/night')).status, 409);
    const file = await native('GET', '/escalations/of-file');
    assert.deepEqual([file.json.min_severity, file.json.steps[0].after, file.json.steps[0].repeats],
                     ['error', '1h', 2]);
    assert.equal((await native('GET', '/routes/all')).json.escalation, 'of-file');
    const plan = await native('POST', '/explain', {
        labels: { alertname: 'Climbs', team: 'night', severity: 'critical' } });
    assert.deepEqual(plan.json.escalation.map((e) => [e.step, e.to]), [[1, 'Boris']]);
    await fire('Climbs', { team: 'night' });
    const mail = await until('a mail to Boris', () =>
        boxes.mails().find((m) => m.to === 'boris@example.com' && m.text.includes('Climbs')));
    assert.match(mail.text, /Step 1: nobody has acknowledged this for \d+ s/);
    const row = await until('a row', async () => (await native('GET',
        '/deliveries?kind=decision&word=told&alertname=Climbs&to=Boris')).json.items[0]);
    assert.match(row.reason, /^escalated: step 1, nobody acknowledged for \d+/);
});

test('the weekly report as it would be now, by the API and the command', async () => {
    assert.equal((await native('POST', '/preview', { kind: 'report', contact_group: 'ops' })).status,
                 404);
    await alibaba('PutContactGroup', { ContactGroupName: 'ops', 'ContactNames.1': 'Alice',
                                       EnableSubscribed: 'true' });
    for (const past of [{ alert: '1234567890123456789' }, { delivery: '0'.repeat(32) }]) {
        const { status, json } = await native('POST', '/preview', { kind: 'report', contact_group: 'ops', ...past });
        assert.deepEqual([status, json.field], [400, 'kind']);
    }
    await fire('Reported', { n: '1' });
    await fire('Reported', { n: '2' });
    await fire('<b>Reported</b>');
    const form = async (body) => (await native('POST', '/preview',
        { kind: 'report', contact_group: 'ops', ...body })).json;
    const mail = await form({});
    assert.match(mail.title, /^📊 Weekly report: ops/);
    assert.match(mail.text, /Alerts: 3 came, 0 ended/);
    assert.match(mail.text, /▇+ 3/);
    assert.match(mail.text, /Reported ×2/);
    assert.match(mail.html, /&lt;b&gt;Reported&lt;\/b&gt;/);
    assert.ok(!/<img|https?:\/\/(?!www\.w3)/.test(mail.html), 'nothing is loaded');
    const zh = await form({ lang: 'zh-cn', form: 'dingtalk', zone: 'Asia/Shanghai' });
    assert.match(zh.title, /每周报告：ops/);
    assert.match(zh.text, /新增 3 条/);
    for (const name of ['telegram', 'slack_blocks', 'feishu_card', 'teams', 'wecom', 'sms', 'voice'])
        assert.ok((await form({ form: name })).text.length > 0, name);
    const cli = (...args) => new Promise((done) => execFile(program, [...args, '--url', belfry.url],
        { env: { ...process.env, BELFRY_TOKEN: 'bk-people-test' } },
        (e, stdout, stderr) => done({ code: e?.code ?? 0, stdout, stderr })));
    const report = await cli('report', '--group', 'ops');
    assert.equal(report.code, 0, report.stderr);
    assert.match(report.stdout, /Alerts: 3 came/);
    assert.equal((await cli('report', '--group', 'none')).code, 5);
    assert.equal((await cli('report')).code, 2);
    const { id } = await alert('Reported');
    assert.equal((await cli('ack', id, '--comment', 'mine', '--for', '2h')).code, 0);
    assert.equal((await alert('Reported')).acknowledged.comment, 'mine');
    assert.equal((await cli('ack', 'back', id)).code, 0);
    assert.equal((await alert('Reported')).acknowledged, null);
    assert.equal((await cli('ack', 'alertname="Reported"')).code, 0);
    assert.equal((await cli('ack', 'alertname="Nothing"')).code, 5);
    assert.equal((await cli('ack', id, '--for', 'ever')).code, 2);
});
