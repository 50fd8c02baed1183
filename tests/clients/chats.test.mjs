// chats.test.mjs - every row of what the chats can answer, on the wire: verdict, when it
// is tried again, and the words for a person, read from our own history. And: what a
// contact gets is what the chat takes, in Chinese and emoji and by the thousand.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { account, Belfry, until } from './support.mjs';
import { admin, fire, mock, users } from './told.mjs';

const token = 'mock-token-0123456789';
const seconds = { 'Retry-After': '17' }, date = { 'Retry-After': '+90' };
const failed = (error) => ({ ok: false, error });
const bot = (error_code, description, parameters) =>
    ({ ok: false, error_code, description, ...parameters && { parameters } });
const flow = (code) => ({ error: { code, message: 'x' } });
const connector = (status) =>
    `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status}`;
const topic = (http, code) => ({ code, http, error: 'words' });
const said = (code, message = 'words') => ({ message, code });
const errors = (...words) => ({ status: 0, errors: words });
const room = (errcode, more) => ({ errcode, error: 'words', ...more });
const hook = (word, status_code) => ({ id: `web.incoming_webhook.${word}.app_error`, status_code });
const chat = (errorType) => ({ success: false, error: 'words', errorType });

// status, body, verdict, [seconds to the next try,] words of the meaning, headers
const rows = {
    slack: [
        [400, 'invalid_payload', 'unfit', 0, /plain form/],
        [400, 'no_text', 'unfit', 0, /no text/],
        [403, 'action_prohibited', 'refused', 0, /administrator/],
        [403, 'invalid_token', 'refused', 0, /no such webhook/],
        [404, 'channel_not_found', 'refused', 0, /no such channel/],
        [410, 'channel_is_archived', 'refused', 0, /archived/],
        [404, 'no_service', 'refused', 0, /no such webhook/],
        [410, 'no_service', 'refused', 0, /no such webhook/],
        [404, 'no_team', 'refused', 0, /no such workspace/],
        [400, 'user_not_found', 'refused', 0, /no such user/],
        [400, 'too_many_attachments', 'unfit', 0, /plain form/],
        [403, 'posting_to_general_channel_denied', 'refused', 0, /#general/],
        [500, 'rollup_error', 'deferred', undefined, /in trouble/],
        [200, failed('channel_not_found'), 'refused', 0, /invite/],
        [200, failed('not_in_channel'), 'refused', 0, /no member/],
        [200, failed('invalid_auth'), 'refused', 0, /xoxb-/],
        [200, failed('account_inactive'), 'refused', 0, /deleted/],
        [200, failed('token_revoked'), 'refused', 0, /revoked/],
        [200, failed('missing_scope'), 'refused', 0, /chat:write/],
        [200, failed('is_archived'), 'refused', 0, /archived/],
        [200, failed('msg_too_long'), 'unfit', 0, /too long/],
        [200, failed('invalid_blocks'), 'unfit', 0, /plain form/],
        [200, failed('ratelimited'), 'deferred', 1, /a second/],
        [429, failed('ratelimited'), 'deferred', 17, /a second/, seconds],
        [429, '', 'deferred', 90, /a second/, date],
        [200, failed('something_new'), 'deferred', undefined, /do not know/],
        [200, 'okay', 'deferred', undefined, /do not know/],
        [502, '<html>', 'deferred', 17, /in trouble/, seconds],
    ],
    telegram: [
        [400, bot(400, "Bad Request: can't parse entities: Unsupported start tag"), 'unfit', 0, /without it/],
        [400, bot(400, 'Bad Request: message is too long'), 'unfit', 0, /too long/],
        [400, bot(400, 'Bad Request: chat not found'), 'refused', 0, /no such chat/],
        [400, bot(400, 'Bad Request: message thread not found'), 'refused', 0, /thread/],
        [400, bot(400, 'Bad Request: not enough rights to send text messages'), 'refused', 0, /permissions/],
        [401, bot(401, 'Unauthorized'), 'refused', 0, /@BotFather/],
        [403, bot(403, 'Forbidden: bot was kicked from the group chat'), 'refused', 0, /put out/],
        [403, bot(403, 'Forbidden: bot was blocked by the user'), 'refused', 0, /blocked/],
        [403, bot(403, 'Forbidden: user is deactivated'), 'refused', 0, /deleted/],
        [404, bot(404, 'Not Found'), 'refused', 0, /token/],
        [429, bot(429, 'Too Many Requests: retry after 23', { retry_after: 23 }), 'deferred', 23, /20 a minute/],
        [429, bot(429, 'Too Many Requests'), 'deferred', 17, /20 a minute/, seconds],
        [429, bot(429, 'Too Many Requests'), 'deferred', 90, /20 a minute/, date],
        [500, bot(500, 'Internal Server Error'), 'deferred', undefined, /in trouble/],
        [400, bot(400, 'something new'), 'deferred', undefined, /do not know/],
        [200, 'garbage', 'deferred', undefined, /cannot be read/],
    ],
    teams: [
        [200, '1', 'delivered', 0, /^$/],
        [200, '', 'accepted', 0, /does not tell/],
        [202, '', 'accepted', 0, /does not tell/],
        [200, connector(429), 'deferred', undefined, /Too many/],
        [200, connector(413), 'unfit', 0, /too long/],
        [200, connector(502), 'deferred', undefined, /trouble/],
        [200, 'Summary or Text is required.', 'unfit', 0, /plain form/],
        [400, flow('WorkflowTriggerIsNotEnabled'), 'refused', 0, /switched off/],
        [400, flow('TriggerInputSchemaMismatch'), 'unfit', 0, /plain form/],
        [401, flow('DirectApiAuthorizationRequired'), 'refused', 0, /sig=/],
        [401, '', 'refused', 0, /sig=/],
        [403, '', 'refused', 0, /sig=/],
        [404, flow('WorkflowNotFound'), 'refused', 0, /no such flow/],
        [404, '', 'refused', 0, /no such flow/],
        [410, '', 'refused', 0, /no such flow/],
        [413, '', 'unfit', 0, /too long/],
        [429, '', 'deferred', 17, /four a second/, seconds],
        [429, '', 'deferred', 90, /four a second/, date],
        [502, '', 'deferred', undefined, /in trouble/],
        [400, flow('SomethingNew'), 'deferred', undefined, /do not know/],
    ],
    ntfy: [
        [400, topic(400, 40009), 'refused', 0, /no such topic/],
        [400, topic(400, 40024), 'unfit', 0, /plain form/],
        [401, topic(401, 40101), 'refused', 0, /login/],
        [403, topic(403, 40301), 'refused', 0, /permissions/],
        [413, topic(413, 41303), 'unfit', 0, /too long/],
        [413, '', 'unfit', 0, /too long/],
        [429, topic(429, 42901), 'deferred', 5, /Too many/],
        [429, topic(429, 42901), 'deferred', 17, /Too many/, seconds],
        [429, topic(429, 42901), 'deferred', 90, /Too many/, date],
        [429, topic(429, 42908), 'deferred', 3600, /Today's/],
        [429, topic(429, 42904), 'refused', 0, /as many topics/],
        [500, topic(500, 50001), 'deferred', undefined, /in trouble/],
        [200, '<html>', 'deferred', undefined, /cannot be read/],
        [400, topic(400, 40099), 'deferred', undefined, /do not know/],
    ],
    discord: [
        [404, said(10015, 'Unknown Webhook'), 'refused', 0, /no such webhook/],
        [401, said(50027, 'Invalid Webhook Token'), 'refused', 0, /no such webhook/],
        [400, said(50006), 'unfit', 0, /plain form/],
        [400, said(50035), 'unfit', 0, /plain form/],
        [400, said(220001), 'refused', 0, /thread_id/],
        [413, said(40005), 'unfit', 0, /too long/],
        [400, said(200000), 'unfit', 0, /moderation/],
        [429, { message: 'x', retry_after: 0.5, global: false }, 'deferred', 1, /Too many/],
        [429, { message: 'x', retry_after: 64.5, global: true }, 'deferred', 64.5, /Too many/],
        [429, 'error code: 1015', 'deferred', 17, /Too many/, seconds],
        [429, 'error code: 1015', 'deferred', 90, /Too many/, date],
        [500, '', 'deferred', undefined, /in trouble/],
        [400, said(99999), 'deferred', undefined, /do not know/],
    ],
    pushover: [
        [400, errors('application token is invalid'), 'refused', 0, /pushover\.net\/apps/],
        [400, errors('user identifier is invalid'), 'refused', 0, /user or group/],
        [400, errors('message cannot be blank'), 'unfit', 0, /plain form/],
        [400, errors('something new'), 'refused', 0, /see its words/],
        [200, errors('application token is invalid'), 'refused', 0, /token/],
        [429, errors('application is over its quota'), 'refused', 0, /month/],
        [500, '', 'deferred', 5, /in trouble/],
        [503, '', 'deferred', 17, /in trouble/, seconds],
        [503, '', 'deferred', 90, /in trouble/, date],
        [200, { status: 0 }, 'deferred', undefined, /do not know/],
    ],
    matrix: [
        [403, room('M_FORBIDDEN'), 'refused', 0, /invite it/],
        [401, room('M_UNKNOWN_TOKEN'), 'refused', 0, /log in again/],
        [401, room('M_MISSING_TOKEN'), 'refused', 0, /log in again/],
        [404, room('M_NOT_FOUND'), 'refused', 0, /no such room/],
        [403, room('M_USER_DEACTIVATED'), 'refused', 0, /deactivated/],
        [413, room('M_TOO_LARGE'), 'unfit', 0, /too long/],
        [400, room('M_BAD_JSON'), 'unfit', 0, /plain form/],
        [429, room('M_LIMIT_EXCEEDED', { retry_after_ms: 2500 }), 'deferred', 2.5, /Too many/],
        [429, room('M_LIMIT_EXCEEDED'), 'deferred', 17, /Too many/, seconds],
        [429, '', 'deferred', 90, /Too many/, date],
        [404, '<html>', 'refused', 0, /no homeserver/],
        [500, room('M_UNKNOWN'), 'deferred', undefined, /in trouble/],
        [400, room('M_SOMETHING_NEW'), 'deferred', undefined, /do not know/],
    ],
    webex: [
        [400, { message: 'x' }, 'unfit', 0, /room's id/],
        [401, {}, 'refused', 0, /token/],
        [403, {}, 'refused', 0, /add it/],
        [404, {}, 'refused', 0, /no such room/],
        [413, {}, 'unfit', 0, /too long/],
        [423, {}, 'deferred', 17, /locked/, seconds],
        [429, {}, 'deferred', 17, /Too many/, seconds],
        [429, {}, 'deferred', 90, /Too many/, date],
        [503, '', 'deferred', undefined, /trouble/],
        [418, {}, 'deferred', undefined, /do not know/],
    ],
    mattermost: [
        [400, hook('invalid', 400), 'refused', 0, /no such webhook/],
        [400, hook('text', 400), 'unfit', 0, /no text/],
        [400, hook('parse', 400), 'unfit', 0, /plain form/],
        [404, hook('channel', 404), 'refused', 0, /no such channel/],
        [403, hook('channel_locked', 403), 'refused', 0, /own channel/],
        [501, hook('disabled', 501), 'refused', 0, /switched off/],
        [413, '', 'unfit', 0, /too long/],
        [429, '', 'deferred', 17, /Too many/, seconds],
        [429, '', 'deferred', 90, /Too many/, date],
        [500, '', 'deferred', undefined, /in trouble/],
        [200, '<html>', 'deferred', undefined, /do not know/],
    ],
    rocketchat: [
        [400, { success: false, error: 'invalid-channel' }, 'refused', 0, /no such channel/],
        [400, chat('error-room-not-found'), 'refused', 0, /no such channel/],
        [400, chat('error-room-archived'), 'refused', 0, /archived/],
        [200, chat('error-not-allowed'), 'refused', 0, /may not write/],
        [401, { status: 'error', message: 'You must be logged in to do this.' }, 'refused', 0, /login/],
        [400, chat('error-message-size-exceeded'), 'unfit', 0, /too long/],
        [429, { success: false, error: 'slow [error-too-many-requests]' }, 'deferred', 17, /Too many/, seconds],
        [429, {}, 'deferred', 10, /Too many/],
        [429, {}, 'deferred', 90, /Too many/, date],
        [502, '', 'deferred', undefined, /in trouble/],
        [400, chat('error-new'), 'deferred', undefined, /do not know/],
    ],
};

// Peers that break off: the fate is not known, or nobody was reached.
const manners = [['reset', 'unknown'], ['close', 'unknown'], ['half', 'unknown'], ['garbage', 'deferred']];
const gentle = { teams: 'accepted', discord: 'delivered', webex: 'delivered' }; // of 200 and any body

// What would wake everybody, were it not escaped.
const calls = { slack: ['<!channel>'], discord: ['@everyone', '@here'], mattermost: ['@all', '@channel'],
                rocketchat: ['@all'], teams: ['[a](http://b)'], telegram: ['<!channel>'] };

// How a contact's address is written, from a word.
const addressOf = {
    slack: (url, word) => `${url}/slack/services/T/B/${word}`,
    telegram: (url, word) => word,
    teams: (url, word) => `${url}/teams/flow-0123456789abcdef/${word}`,
    ntfy: (url, word) => word,
    discord: (url, word) => `${url}/discord/webhooks/1/${word}`,
    pushover: (url, word) => word,
    matrix: (url, word) => `!${word}:example.org`,
    webex: (url, word) => word,
    mattermost: (url, word) => `${url}/mattermost/hooks/${word}`,
    rocketchat: (url, word) => `#${word}`,
    slack_app: (url, word) => word,
};
const vendorOf = (channel) => channel === 'slack_app' ? 'slack' : channel;
// Chats of Telegram are numbers.
const wordOf = (channel, i) => channel === 'telegram' ? String(-1000 - i) : `${channel.replace('_', '-')}-row-${i}`;

let belfry, chats, dir;
const tests = []; // one for each row: { channel, word, name, ... }

async function native(method, path, body) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1${path}`, {
        method, headers: { ...admin, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body) });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
}

async function enter(channel, word, label = word.replace(/[^\w-]/g, '_')) {
    const address = addressOf[channel](chats.url, word), name = `${channel}.${label}`;
    const secret = !['slack_app', 'telegram', 'webex', 'rocketchat', 'matrix'].includes(channel);
    const path = encodeURIComponent(name);

    await native('PUT', `/contacts/${path}`, {
        name, lang: 'en', addresses: [{ channel, [secret ? 'secret' : 'plain']: address }] });
    await native('PUT', `/contact-groups/${path}`, { name, members: [name] });
    await native('PUT', `/routes/${path}`, {
        name, matchers: [`row="${name}"`], group_by: ['alertname'], group_wait: '0s',
        group_interval: '1m', repeat_interval: '4h', contact_groups: [name] });
    return name;
}

const plan = (plans) =>
    fetch(`${chats.url}/_plan`, { method: 'POST', body: JSON.stringify(plans) });

// What came at the mock for this vendor's address, oldest first.
const came = (address) => readFileSync(join(dir, 'came.log'), 'utf8').split('\n')
    .filter((line) => line).map((line) => JSON.parse(line)).filter((m) => m.address === address);

async function attemptsOf(name, n) {
    return until(`${n} attempts for ${name}`, async () => {
        const query = new URLSearchParams({ alertname: name, kind: 'attempt' });
        const { items } = await native('GET', `/deliveries?${query}`);
        return items.length >= n && items.sort((a, b) => a.attempt - b.attempt);
    });
}

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-chats-'));
    chats = await mock('chat_mock', '--log', join(dir, 'came.log'), '--token', token);
    belfry = await Belfry.start({
        activate_at_once: true, allow_addresses: ['127.0.0.0/8'],
        accounts: [account(users)],
        channels: {
            slack_app: { api_url: `${chats.url}/slack/api/chat.postMessage`, bot_token: token },
            telegram: { api_url: `${chats.url}/telegram/`, bot_token: token },
            ntfy: { server: `${chats.url}/ntfy`, token },
            pushover: { api_url: `${chats.url}/pushover/1/messages.json`, token },
            matrix: { homeserver: `${chats.url}/matrix`, access_token: token },
            webex: { api_url: `${chats.url}/webex/v1/messages`, token },
            rocketchat: { server: `${chats.url}/rocketchat`, user_id: 'user-id', token },
        },
    });
    for (const [channel, list] of Object.entries(rows))
        for (const [i, [status, body, verdict, next, words, headers]] of list.entries())
            tests.push({ channel, word: wordOf(channel, i), verdict, next, words,
                         plan: { status, body, headers, ...verdict === 'unfit' && { times: 1 } },
                         title: `${channel}: ${status} ${JSON.stringify(body)}` });
    for (const [i, channel] of Object.keys(rows).entries())
        for (const [j, [how, verdict]] of manners.entries())
            tests.push({ channel, word: wordOf(channel, 100 + j), plan: { how },
                         verdict: how === 'garbage' ? gentle[channel] ?? verdict : verdict,
                         words: how === 'garbage' ? /./s : /may have arrived/,
                         title: `${channel}: the peer does "${how}"` });
    await plan(Object.fromEntries(tests.map((t) => [`${vendorOf(t.channel)}/${t.word}`, t.plan])));
    for (const t of tests)
        t.name = await enter(t.channel, t.word);
    await fire(belfry, ...tests.map((t) => ({ alertname: t.name, row: t.name, severity: 'critical' })));
});
after(async () => {
    await belfry?.stop();
    await chats?.stop();
    rmSync(dir, { recursive: true, force: true });
});

test('each row of each table', async (t) => {
    for (const row of tests)
        await t.test(row.title, async () => {
            const [first, second] = await attemptsOf(row.name, row.verdict === 'unfit' ? 2 : 1);
            const { meaning, finished, next_try: next, status } = first.detail;
            const wait = next ? (Date.parse(next) - Date.parse(finished)) / 1000 : 0;

            assert.equal(first.word, row.verdict, JSON.stringify(first.detail));
            if (!(row.plan.how === 'garbage' && gentle[row.channel] === 'delivered'))
                assert.match(meaning, row.words);
            if (row.plan.status)
                assert.equal(status, row.plan.status);
            if (row.verdict === 'unfit') {
                assert.ok(second.detail.plain, 'the plain form');
                assert.match(second.word, /^(delivered|accepted)$/, JSON.stringify(second.detail));
                assert.equal(first.key, second.key);
            } else if (row.verdict === 'deferred' || row.verdict === 'unknown') {
                assert.ok(next, 'it is tried again');
                // of a date whatever the answer was on its way is gone already
                const gone = row.plan.headers === date ? 30 : 2;
                if (row.next !== undefined)
                    assert.ok(wait > row.next - gone && wait < row.next + 20, `after ${wait} s`);
            } else {
                assert.equal(wait, 0);
            }
        });
});

test('what a contact gets is what the chat takes', async (t) => {
    const sign = '警告🔥<!channel> @all @channel @everyone @here *x* [a](http://b) &amp; ';

    for (const channel of Object.keys(addressOf))
        await t.test(channel, async () => {
            const word = channel === 'telegram' ? '-77:3' : `${channel.replace('_', '-')}-whole`;
            const name = await enter(channel, word);
            await fire(belfry, ...Array.from({ length: 200 }, (_, i) => (
                { alertname: name, row: name, severity: 'critical', instance: `${sign.repeat(8)}${i}` })));
            const [first] = await attemptsOf(name, 1);
            assert.match(first.word, /^(delivered|accepted)$/, JSON.stringify(first.detail));
            assert.ok(first.detail.subject.includes(channel), first.detail.subject);
            const [{ body }] = came(`${vendorOf(channel)}/${word.split(':')[0]}`);
            for (const call of calls[vendorOf(channel)] ?? [])
                assert.ok(!body.includes(call), `${call} is mentioned`);
        });
});

// Entries of an Alertmanager file, each the shortest that its kind allows.
const entriesOf = (url) => ({
    slack: { api_url: `${url}/slack/services/T/B/entry`, channel: '#ops' },
    telegram: { api_url: `${url}/telegram`, bot_token: token, chat_id: -4242 },
    msteams: { webhook_url: `${url}/teams/flow/legacy` },
    msteamsv2: { webhook_url: `${url}/teams/flow/entry` },
    discord: { webhook_url: `${url}/discord/webhooks/1/entry` },
    pushover: { user_key: 'entry', token },
    webex: { api_url: `${url}/webex/v1/messages`, room_id: 'entry',
             http_config: { authorization: { credentials: token } } },
    mattermost: { webhook_url: `${url}/mattermost/hooks/entry` },
    rocketchat: { api_url: `${url}/rocketchat`, token, token_id: 'user-id', channel: '#entry' },
});

test('an entry of each kind is what its chat takes, when it fires and when it ends', async (t) => {
    const file = join(dir, 'am.yml'), entries = entriesOf(chats.url), kinds = Object.keys(entries);
    writeFileSync(file, JSON.stringify({
        route: { receiver: 'none', group_by: ['alertname'], group_wait: '10ms', group_interval: '1s',
                 routes: kinds.map((kind) => ({ receiver: kind, continue: true })) },
        receivers: [{ name: 'none' }, ...kinds.map((kind) => (
            { name: kind, [`${kind}_configs`]: [{ send_resolved: true, ...entries[kind] }] }))] }));
    const server = await Belfry.start({
        alertmanager: { config_file: file, account: 'default' }, accounts: [account(users)],
        channels: { pushover: { api_url: `${chats.url}/pushover/1/messages.json` } } });
    try {
        const ends = async (endsAt) => fetch(`${server.url}/api/v2/alerts`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify([{ labels: { alertname: '磁盘🔥', severity: 'critical' },
                                    annotations: { summary: '<b>x</b> & "y"' }, endsAt }]) });
        const rowsOf = async (n) => until(`${n} attempts of each`, async () => {
            const answer = await fetch(`${server.url}/api/belfry/v1/deliveries?limit=1000&kind=attempt`, { headers: admin });
            const { items } = await answer.json();
            return kinds.every((kind) => items.filter((row) => row.to === kind).length >= n) && items;
        });
        await ends();
        await rowsOf(1);
        await ends(new Date().toISOString());
        const all = await rowsOf(2);
        for (const kind of kinds)
            await t.test(kind, () => {
                const made = all.filter((row) => row.to === kind);
                for (const row of made)
                    assert.match(row.word, /^(delivered|accepted)$/, JSON.stringify(row));
                assert.equal(made.length, 2);
                // Without a title it is the first line.
                const wanted = ['telegram', 'webex', 'mattermost'].includes(kind) ? /\S/ : /磁盘🔥/;
                for (const row of made)
                    assert.match(row.detail.subject, wanted);
            });
        assert.ok(!JSON.stringify(all).includes(token));
    } finally {
        await server.stop();
    }
});

test('a group of Telegram that moved is told at once, and the new id is said', async () => {
    await plan({ 'telegram/-500': { status: 400, body: bot(400,
        'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -100500 }) } });
    const name = await enter('telegram', '-500');
    await fire(belfry, { alertname: name, row: name });
    const [first] = await attemptsOf(name, 1);
    assert.equal(first.word, 'delivered');
    assert.match(first.detail.meaning, /its id is now -100500/);
    assert.equal(came('telegram/-100500').length, 1);
});

test('Matrix: the transaction is the notification, whenever it is sent', async () => {
    await plan({ 'matrix/twice': { how: 'half', times: 1 } });
    const name = await enter('matrix', 'twice');
    await fire(belfry, { alertname: name, row: name });
    const [first, second] = await attemptsOf(name, 2);
    assert.deepEqual([first.word, second.word], ['unknown', 'delivered']);
    const paths = came('matrix/twice').map((m) => m.path);
    assert.equal(paths[0], paths[1]);
    assert.ok(paths[0].endsWith(`/send/m.room.message/${first.key}`));
});

test('the token for a server of ours goes to no other', async () => {
    const name = 'ntfy.elsewhere';
    await native('PUT', '/contacts/ntfy.elsewhere', { name, addresses: [
        { channel: 'ntfy', secret: `${chats.url}/ntfy/elsewhere/topic-b` }] });
    await native('PUT', '/contact-groups/ntfy.elsewhere', { name, members: [name] });
    await native('PUT', '/routes/ntfy.elsewhere', { name, matchers: [`row="${name}"`],
        group_by: ['alertname'], group_wait: '0s', contact_groups: [name] });
    await fire(belfry, { alertname: name, row: name });
    const [first] = await attemptsOf(name, 1);
    assert.equal(first.word, 'refused', 'the mock asks for a login');
    assert.equal(came('ntfy/topic-b')[0].headers.Authorization, undefined);
});

test('an answer that repeats a secret does not bring it into the history', async () => {
    const secret = 'hook-secret-0123456789';
    await plan({ [`slack/${secret}`]: { status: 404, body: `no_service ${secret} ${chats.url}/slack/services/T/B/${secret}` },
                 'slack/C-leak': { status: 200, body: { ok: false, error: 'invalid_auth', token } },
                 'telegram/-900': { status: 404, body: { ok: false, error_code: 404,
                                                         description: `no /bot${token}/sendMessage` } } });
    for (const [channel, word] of [['slack', secret], ['slack_app', 'C-leak'], ['telegram', '-900']]) {
        const name = await enter(channel, word, 'leak');
        await fire(belfry, { alertname: `leak of ${channel}`, row: name });
        await attemptsOf(`leak of ${channel}`, 1);
    }
    for (const path of ['/deliveries?limit=1000', '/audit?limit=1000', '/contacts?limit=1000']) {
        const text = JSON.stringify(await native('GET', path));
        assert.ok(!text.includes(token), path);
        assert.ok(!text.includes(secret), path);
    }
    const [{ detail }] = await attemptsOf('leak of telegram', 1);
    assert.match(detail.said, /no \/bot\*\*\*\/sendMessage/);
    assert.ok(!belfry.log.includes(token) && !belfry.log.includes(secret), 'the log');
});
