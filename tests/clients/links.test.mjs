// links.test.mjs - from "a contact was entered" to "its owner confirmed": a signed
// PutContact, the mail on a real SMTP server, the page, the button; only then is the
// address told. And an administrator's ways: a new link, or no link at all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sendV1 } from './alibaba_sign.mjs';
import { linkOf, Mailboxes } from './mailboxes.mjs';
import { account, Belfry, until } from './support.mjs';

const key = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const admin = { Authorization: 'Bearer bk-links-test' };

let belfry, boxes;

before(async () => {
    boxes = await Mailboxes.start();
    belfry = await Belfry.start({
        smtp: boxes.smtp,
        routes: [{ name: 'all', group_wait: '0s', group_interval: '1s', contact_groups: ['组'] }],
        accounts: [account([{ name: 'ops', bearer: 'bk-links-test', access_keys: [key],
                              policies: ['full-access'] }])],
    });
});
after(async () => {
    await belfry.stop();
    await boxes.stop();
});

const mailsTo = (address) => boxes.mails().filter((m) => m.to === address);

async function alibaba(action, params) {
    const answer = await sendV1(belfry.host, action, params, { key });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    return answer.json;
}

const enter = (name, mail) =>
    alibaba('PutContact', { ContactName: name, Describe: 'x', 'Channels.Mail': mail });

async function state(name) {
    const path = `/api/belfry/v1/contacts/${encodeURIComponent(name)}`;
    const contact = await (await fetch(belfry.url + path, { headers: admin })).json();
    return contact.addresses[0].state;
}

async function page(link, method = 'GET', body = undefined) {
    const r = await fetch(link, { method, body });
    return { status: r.status, text: await r.text() };
}

const confirm = new URLSearchParams({ action: 'confirm' });

test('an owner confirms', async () => {
    await enter('张伟', 'zhang@example.org');
    assert.equal(await state('张伟'), 'pending');
    const [mail] = await until('the mail with the link', () => {
        const got = mailsTo('zhang@example.org');
        return got.length > 0 && got;
    });
    const link = linkOf(mail);
    assert.ok(link.startsWith(`${belfry.url}/l/`));

    const shown = await page(link);
    assert.equal(shown.status, 200);
    assert.match(shown.text, /zhang@example\.org/);
    assert.match(shown.text, /<form method="post">/);
    assert.equal(await state('张伟'), 'pending', 'scanners open links');

    assert.equal((await page(link, 'POST', confirm)).status, 200);
    assert.equal(await state('张伟'), 'ok');
    await belfry.restart();
    assert.equal(await state('张伟'), 'ok');
    assert.equal((await page(link, 'POST', confirm)).status, 404, 'once');
});

test('an owner refuses', async () => {
    await enter('lisa', 'lisa@example.org');
    const [mail] = await until('the mail', () => {
        const got = mailsTo('lisa@example.org');
        return got.length > 0 && got;
    });
    const link = linkOf(mail);
    await page(link, 'POST', new URLSearchParams({ action: 'unsubscribe' }));
    assert.equal(await state('lisa'), 'cancelled');
});

test('a new link makes the old one worthless', async () => {
    await enter('wang', 'wang@example.org');
    const [first] = await until('the mail', () => {
        const got = mailsTo('wang@example.org');
        return got.length > 0 && got;
    });
    const path = '/api/belfry/v1/contacts/wang/addresses/email/resend';
    assert.equal((await fetch(belfry.url + path, { method: 'POST', headers: admin })).status, 200);
    const [, second] = await until('the second mail', () => {
        const got = mailsTo('wang@example.org');
        return got.length > 1 && got;
    });
    assert.notEqual(linkOf(first), linkOf(second));
    assert.equal((await page(linkOf(first), 'POST', confirm)).status, 404);
    assert.equal(await state('wang'), 'pending');
    assert.equal((await page(linkOf(second), 'POST', confirm)).status, 200);
    assert.equal(await state('wang'), 'ok');
});

test('an administrator confirms, and the audit says who', async () => {
    await enter('zhao', 'zhao@example.org');
    const path = '/api/belfry/v1/contacts/zhao/addresses/email/confirm';
    assert.equal((await fetch(belfry.url + path, { method: 'POST', headers: admin })).status, 200);
    assert.equal(await state('zhao'), 'ok');
    const audit = await until('the audit row', async () => {
        const rows = await (await fetch(`${belfry.url}/api/belfry/v1/audit?to=zhao&word=update`,
                                        { headers: admin })).json();
        return rows.items.length > 0 && rows.items;
    });
    assert.equal(audit[0].detail.user, 'ops');
    assert.equal(audit[0].detail.operation, 'ConfirmAddress');
    assert.equal(audit[0].detail.before.addresses[0].state, 'pending');
    assert.equal(audit[0].detail.after.addresses[0].state, 'ok');
});

test('only confirmed addresses are told, and the history says why', async () => {
    await enter('qian', 'qian@example.org');
    await alibaba('PutContactGroup', { ContactGroupName: '组', 'ContactNames.1': '张伟',
                                       'ContactNames.2': 'lisa', 'ContactNames.3': 'qian' });
    const posted = await fetch(`${belfry.url}/api/belfry/v1/alerts`, {
        method: 'POST', headers: { ...admin, 'Content-Type': 'application/json' },
        body: JSON.stringify({ alerts: [{ labels: { alertname: '磁盘满' } }] }) });
    assert.equal(posted.status, 200);
    const told = await until('the alert is mailed', () =>
        mailsTo('zhang@example.org').find((m) => m.subject.includes('磁盘满')));
    assert.match(told.key, /^[0-9a-f]{32}$/);

    const rows = await until('the receipt', async () => {
        const answer = await fetch(`${belfry.url}/api/belfry/v1/deliveries?alertname=` +
            encodeURIComponent('磁盘满'), { headers: admin });
        const { items } = await answer.json();
        return items.some((r) => r.kind === 'attempt') && items;
    });
    const word = (to) => rows.filter((r) => r.to === to && r.kind === 'decision').map((r) => r.word);
    assert.deepEqual(word('张伟'), ['told']);
    assert.deepEqual(word('lisa'), ['address_cancelled']);
    assert.deepEqual(word('qian'), ['address_pending']);
    const [attempt] = rows.filter((r) => r.kind === 'attempt');
    assert.equal(attempt.word, 'accepted');
    assert.equal(attempt.key, told.key);
    assert.equal(attempt.detail.status, 250);
    assert.equal(mailsTo('lisa@example.org').length, 1);
    assert.equal(mailsTo('qian@example.org').length, 1);
});

// The mail's own way out (RFC 8058): programs press it without a page, people with one.
test('who has had enough leaves by the mail, and comes back', async () => {
    const mail = mailsTo('zhang@example.org').find((m) => m.subject.includes('磁盘满'));
    const [, link] = /^List-Unsubscribe:\s+<(http\S+\/l\/\S+)>/im.exec(mail.raw);
    assert.ok(link.startsWith(`${belfry.url}/l/`));
    assert.doesNotMatch(mail.raw, /List-Unsubscribe-Post/, 'of https only');

    const shown = await page(link);
    assert.equal(shown.status, 200);
    assert.match(shown.text, /value="unsubscribe"/);
    assert.equal(await state('张伟'), 'ok', 'scanners open links');

    const oneClick = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    assert.equal((await page(link, 'POST', oneClick)).status, 200);
    assert.equal(await state('张伟'), 'cancelled');
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    assert.equal((await page(link, 'POST', multipart)).status, 200, 'pressed again');
    assert.equal(await state('张伟'), 'cancelled');
    await belfry.restart();
    assert.equal(await state('张伟'), 'cancelled');

    const back = await page(link);
    assert.match(back.text, /value="resubscribe"/);
    assert.equal(await state('张伟'), 'cancelled');
    const resubscribe = new URLSearchParams({ action: 'resubscribe' });
    assert.equal((await page(link, 'POST', resubscribe)).status, 200);
    assert.equal(await state('张伟'), 'ok');
    assert.equal((await page(link, 'POST', multipart)).status, 200);
    assert.equal(await state('张伟'), 'cancelled');
    assert.equal((await page(`${link}A`, 'POST', oneClick)).status, 404);
});

test('a link out is for the address it was sent to', async () => {
    const mail = mailsTo('zhang@example.org').find((m) => m.subject.includes('磁盘满'));
    const [, link] = /^List-Unsubscribe:\s+<(http\S+)>/im.exec(mail.raw);

    await enter('张伟', 'zhang2@example.org');
    assert.equal((await page(link)).status, 404);
    await fetch(`${belfry.url}/api/belfry/v1/contacts/${encodeURIComponent('张伟')}` +
                '/addresses/email/confirm', { method: 'POST', headers: admin });
    assert.equal((await page(link, 'POST')).status, 404);
    assert.equal(await state('张伟'), 'ok');
});
