// console_edit.test.mjs - forms of the console when two edit the same thing, when something
// was typed and not added, before something is deleted; and the commands that pages offer,
// run as they stand.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Rig, until } from './console_rig.mjs';
import { program } from './support.mjs';

const patience = { timeout: 60_000 }, slow = { timeout: 180_000 };
let rig;
before(async () => { rig = await Rig.start(); await rig.people(); });
after(() => rig.stop());

const seen = async (page, selector, words) => { await page.locator(selector, { hasText: words }).first().waitFor(patience); };
async function closed(page) {
    assert.deepEqual(page.complaints, []);
    await page.context().close();
}
const other = (path, more) => rig.api('GET', path).then(({ meta, name, ...rest }) => rig.api('PUT', path, { ...rest, ...more }));

test('what somebody else changed is never saved over', slow, async () => {
    const page = await rig.open('route?name=ops');
    const wait = page.getByLabel('First after');
    await page.waitForFunction(() => document.querySelector('.live.on'), null, patience);
    await other('routes/ops', { group_interval: '7m' });
    await page.waitForFunction(() => [...document.querySelectorAll('input')].some((i) => i.value === '7m'), null, patience); // nobody typed: it follows
    await wait.fill('9s');
    await other('routes/ops', { contact_groups: ['pay'] });
    await seen(page, '[data-test=newer]', 'Somebody changed this meanwhile');
    assert.equal(await wait.inputValue(), '9s', 'what was typed is still there');
    await page.getByRole('button', { name: 'Save' }).click();
    await seen(page, '.problem', 'That did not work');
    const kept = await rig.api('GET', 'routes/ops');
    assert.deepEqual([kept.contact_groups, kept.group_wait], [['pay'], '0s']);
    await page.getByRole('button', { name: 'Show what is there now' }).click();
    await page.getByLabel('Remove pay').waitFor(patience);
    await wait.fill('9s');
    await page.getByRole('button', { name: 'Save' }).click();
    await until('both are there', async () => { const r = await rig.api('GET', 'routes/ops'); return r.group_wait === '9s' && r.contact_groups[0] === 'pay'; });
    await wait.fill('0s'); // once more, over what this page saved itself
    await page.getByRole('button', { name: 'Save' }).click();
    await until('it is stored', async () => (await rig.api('GET', 'routes/ops')).group_wait === '0s');
    await closed(page);

    const people = await rig.open(`contact?name=${encodeURIComponent('张伟')}`);
    await people.getByLabel('Description').fill('on call');
    await people.getByRole('button', { name: 'Confirm for them' }).click();
    await people.getByRole('button', { name: 'Confirm for them' }).waitFor({ state: 'detached', ...patience });
    await people.getByRole('button', { name: 'Save' }).click(); // what a confirmation changes stands in no field
    await until('it is stored', async () => (await rig.api('GET', `contacts/${encodeURIComponent('张伟')}`)).describe === 'on call');
    await closed(people);

    const text = await rig.open('object?kind=heartbeats');
    await text.getByLabel('Name').fill('cron');
    await text.getByRole('button', { name: 'Save' }).click();
    await until('it is there', () => rig.api('GET', 'heartbeats/cron').catch(() => null));
    await seen(text, 'h1', 'cron');
    await text.getByLabel('As the API takes it').fill('{ "period": "3m", "grace": "1m" }');
    await other('heartbeats/cron', { grace: '2m' });
    await seen(text, '[data-test=newer]', 'Somebody changed this meanwhile');
    await text.getByRole('button', { name: 'Save' }).click();
    await seen(text, '.problem', 'Show what is there now');
    assert.equal((await rig.api('GET', 'heartbeats/cron')).grace, '2m');
    await closed(text);
});

test('a matcher that was typed counts before it is added', slow, async () => {
    await rig.fire({ alertname: 'Wide', team: 'ops', host: 'a' }, { alertname: 'Wide', team: 'ops', host: 'b' });
    const page = await rig.open(`silence?filter=${encodeURIComponent('alertname="Wide"')}`);
    await seen(page, '[data-test=hits]', '2 alerts');
    await page.getByLabel('New label').fill('host');
    await page.getByLabel('New value').fill('b');
    await seen(page, '[data-test=hits]', '1 alert fires');
    await page.getByLabel('Why').fill('host b only');
    await page.getByRole('button', { name: /^Silence/ }).click();
    const made = await until('it is there', async () => (await rig.api('GET', 'silences')).items.find((s) => s.comment === 'host b only'));
    assert.deepEqual(made.matchers.map((m) => `${m.name}${m.op}${m.value}`).sort(), ['alertname=Wide', 'host=b']);
    await closed(page);

    const route = await rig.open('route');
    await route.getByLabel('Name').fill('narrow');
    await route.getByLabel('New label').fill('team');
    await route.getByLabel('New value').fill('db');
    await route.getByLabel('One message for each').fill('alertname, a label with blanks');
    await seen(route, '.sentence', 'team="db"');
    await route.getByRole('button', { name: 'Save' }).click();
    const stored = await until('it is stored', () => rig.api('GET', 'routes/narrow').catch(() => null));
    assert.deepEqual(stored.matchers, [{ name: 'team', op: '=', value: 'db' }], 'not a route for every alert');
    assert.deepEqual(stored.group_by, ['a label with blanks', 'alertname']);
    await closed(route);
});

test('nothing is deleted by one click; what is gone says so under its name', slow, async () => {
    const page = await rig.open('route?name=pay');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    assert.ok(await rig.api('GET', 'routes/pay'));
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Yes, delete' }).click();
    await until('it is gone', () => rig.api('GET', 'routes/pay').then(() => false, () => true));
    await page.goto(`${rig.belfry.url}/console/route?name=pay`);
    await seen(page, 'h1', 'pay');
    await seen(page, '.problem', 'there is no route');
    await closed(page);
});

test('every command that a page offers works as it stands, whatever the names', slow, async () => {
    const name = `O'Hara; touch pwned "$(id)"`;
    await rig.fire({ alertname: name, team: 'ops', severity: 'critical' });
    const alert = await until('it fires', async () => (await rig.api('GET', 'alerts')).items.find((a) => a.labels.alertname === name));
    const key = await until('it was told', async () => (await rig.api('GET', `deliveries?alert=${alert.id}`)).items.find((r) => r.key)?.key);
    const q = encodeURIComponent, labels = q(`alertname=${JSON.stringify(name)}, team="ops"`);
    const pages = ['alerts', `alerts?filter=${labels}`, `alert?id=${alert.id}`, `who?labels=${labels}`, 'deliveries', `deliveries?key=${key}`, 'people', 'contact?name=Alice',
        'group?name=ops', 'rules', 'settings', 'silences', `silence?filter=${labels}`];
    const run = promisify(execFile);
    let commands = 0;
    for (const path of pages) {
        const page = await rig.open(path);
        await page.waitForFunction(() => document.querySelector('.copy pre:nth-of-type(2)'), null, patience);
        const command = await page.locator('.copy pre').nth(1).textContent();
        assert.match(command, /^belfry /, path);
        const { stdout } = await run('sh', ['-c', command], { env: { ...process.env, PATH: `${dirname(program)}:${process.env.PATH}`, BELFRY_URL: rig.belfry.url, BELFRY_TOKEN: 'bk-console-test' } })
            .catch((e) => assert.fail(`${path}: ${command}: ${e.code} ${e.stderr}`));
        if (/name=Alice/.test(path))
            assert.equal(JSON.parse(stdout).name, 'Alice');
        commands++;
        await closed(page);
    }
    assert.equal(commands, pages.length);
    const made = (await rig.api('GET', 'silences')).items.find((s) => s.matchers.some((m) => m.value === name));
    assert.ok(made && Date.parse(made.ends_at) > Date.now() + 1800e3, 'the silence that was offered');
});

test('somebody is subscribed to a topic, confirmed, and taken away', slow, async () => {
    await rig.api('PUT', 'topics/pages', { display_name: 'Pages' });
    const page = await rig.open('rules');
    const topic = page.locator('[data-test=topic]');
    await seen(page, '[data-test=topic]', 'Nobody subscribed');
    await topic.getByRole('button', { name: 'Subscribe somebody' }).click();
    await topic.getByLabel('Protocol').selectOption('https');
    await topic.getByLabel('Endpoint').fill('ftp://example.com');
    await topic.getByRole('button', { name: 'Subscribe', exact: true }).click();
    await seen(page, '[data-test=topic] .problem', 'begins with https://');
    await topic.getByLabel('Protocol').selectOption('email');
    await topic.getByLabel('Endpoint').fill('night@example.com');
    await topic.getByRole('button', { name: 'Subscribe', exact: true }).click();
    await seen(page, '[data-test=topic] li', 'not confirmed');
    await until('its owner is asked', () => rig.mails.find((m) => JSON.stringify(m).includes('night@example.com')));
    await topic.getByRole('button', { name: 'Confirm for them' }).click();
    const [stored] = await until('it is confirmed', async () => { const all = (await rig.api('GET', 'subscriptions')).items; return all[0]?.addresses[0].state === 'ok' && all; });
    assert.deepEqual([stored.topic, stored.protocol, stored.addresses[0].plain], ['pages', 'email', 'night@example.com']);
    const again = await rig.api('POST', 'subscriptions/pages', { protocol: 'email', endpoint: 'night@example.com' });
    assert.equal(again.id, stored.id, 'the same endpoint twice is one');
    const robot = await rig.api('POST', 'subscriptions/pages', { protocol: 'dingding', endpoint: rig.robotUrl });
    assert.ok(!JSON.stringify(robot).includes('abcdefabcdef'), 'a robot is sealed');
    await rig.api('DELETE', `subscriptions/pages/${robot.id}`);
    for (const [body, words] of [[{ protocol: 'fax', endpoint: '1' }, /protocol is one of email, sms/], [{ protocol: 'email' }, /endpoint/], [{ protocol: 'email', endpoint: 'no address' }, /./]])
        await assert.rejects(rig.api('POST', 'subscriptions/pages', body), words);
    await assert.rejects(rig.api('POST', 'subscriptions/none', { protocol: 'email', endpoint: 'a@example.com' }), /404/);
    await assert.rejects(rig.api('DELETE', 'subscriptions/pages/none'), /404/);
    await topic.getByRole('button', { name: 'Delete' }).click();
    await topic.getByRole('button', { name: 'Yes, delete' }).click();
    await until('it is gone', async () => (await rig.api('GET', 'subscriptions')).items.length === 0);
    await closed(page);
});

test('contacts come from a table: what is wrong is said before, who is there stays', slow, async () => {
    await rig.api('PUT', 'contact-groups/night', { members: ['Alice'] });
    const alice = await rig.api('GET', 'contacts/Alice');
    const page = await rig.open('people');
    await page.getByRole('link', { name: 'Import', exact: true }).click();
    const box = page.getByLabel('CSV');
    await box.fill('name,fax\nA,1');
    await seen(page, '.problem', 'Unknown columns: fax');
    await box.fill(['name,email,dingtalk,group,lang,describe', '王芳,wang@example.com,,night;new,zh-cn,"DBA, ""on call"""', 'Alice,other@example.com,,night,,', 'Bob,not an address,,night,,',
        `Carol,,${rig.robotUrl},night,en,`, ',x@example.com,,,,', 'Carol,c@example.com,,,,', 'Dave,,,night,,'].join('\r\n'));
    await seen(page, '[data-test=line]', 'is there already');
    assert.deepEqual((await page.locator('[data-test=line]').allInnerTexts()).map((t) => t.replace(/^\S /, '')), ['new', 'is there already: stays', 'new', 'new', 'no name', 'stands there twice', 'no address']);
    await page.getByRole('button', { name: 'Make 3 contacts' }).click();
    await until('the groups have them', async () => (await rig.api('GET', 'contact-groups/new').catch(() => null)));
    const night = await until('the group has both', async () => { const g = await rig.api('GET', 'contact-groups/night'); return g.members.length === 3 && g; });
    assert.deepEqual([...night.members].sort(), ['Alice', 'Carol', '王芳']);
    const wang = await rig.api('GET', `contacts/${encodeURIComponent('王芳')}`);
    assert.deepEqual([wang.describe, wang.addresses[0].plain, wang.addresses[0].state], ['DBA, "on call"', 'wang@example.com', 'pending']);
    assert.ok(!JSON.stringify(await rig.api('GET', 'contacts/Carol')).includes('abcdefabcdef'), 'a robot is sealed');
    assert.deepEqual((await rig.api('GET', 'contacts/Alice')).addresses, alice.addresses);
    await seen(page, '[data-test=line] .bad', /address|@/); // Bob, in the server's words
    await closed(page);
});
