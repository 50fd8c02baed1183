// robots.test.mjs - group robots (DingTalk, Feishu, WeCom) and WeCom's application on the
// wire: every row of their tables has its verdict, its next try and its words; limits are
// held below, at and above; signatures, keywords, mentions, tokens; and no secret is shown.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry, until } from './support.mjs';
import { huawei } from '../demo/signed.mjs';
import { accessKey, admin, attempts, enterPeople, fire, history, mock, users } from './told.mjs';

const secret = 'S3CR3T'; // in every token, key, path and signing secret
const mocks = {};
let dir, belfry;

const control = async (vendor, order) => {
    const r = await fetch(`${mocks[vendor].url}/_control`, { method: 'POST', body: JSON.stringify(order) });
    assert.equal(r.status, 200);
};
const came = async (vendor) => (await fetch(`${mocks[vendor].url}/_log`)).json();
const about = async (vendor, text) =>
    (await came(vendor)).filter((m) => JSON.stringify(m.message ?? '').includes(text));

// ---- the tables -----------------------------------------------------------------------

const refused = (words) => ({ verdict: 'refused', words });
const unfit = (words) => ({ verdict: 'unfit', words });
const later = (after, words) => ({ verdict: 'deferred', after, words });
const unknown = later(null, /see its words/);
// How a peer misbehaves, whoever it is.
const peers = {
    hang: { verdict: 'unknown', words: /may have arrived/ },
    // A kept connection that dies may have been closed meanwhile: curl asks again by itself.
    reset: { verdict: 'unknown', times: 10 }, close: { verdict: 'unknown', times: 10 }, half: { verdict: 'unknown' },
    garbage: later(null, /cannot be read/),
};

const tables = {
    dingtalk: {
        0: { verdict: 'delivered' }, '-1': later(5, /busy/), 130101: later(60, /20 messages a minute/),
        410100: later(60, /Too many/), 300001: refused(/access_token/), 300005: refused(/does not exist/),
        400101: refused(/no access_token/), 400102: refused(/stopped/), 400106: refused(/removed/),
        400013: refused(/disbanded/), 400105: refused(/our fault/), 40035: refused(/our fault/),
        43002: refused(/our fault/), 43004: refused(/our fault/), 460101: unfit(/too long/),
        101002: unfit(/too long/), 430101: unfit(/link/), 430102: unfit(/text/), 430103: unfit(/picture/),
        430104: unfit(/content/), 90030: refused(/quota/), 987654: unknown,
        '310000 keyword': { ...refused(/keyword/), errmsg: 'keywords not in content' },
        '310000 sign': { ...refused(/secret/), errmsg: 'sign not match' },
        '310000 time': { ...refused(/clock/), errmsg: 'invalid timestamp', times: 2, signed: true },
        '310000 ip': { ...refused(/public address/), errmsg: 'ip 1.2.3.4 not in whitelist' },
        '310000 new': { ...refused(/security settings/), errmsg: 'something else' },
        '130101 wait': { ...later(17, /20 messages/), extra: { wait: 17 } },
        '130101 punish': { ...later(600, /20 messages/), extra: { punish: 'deny' } },
        ...peers,
    },
    feishu: {
        0: { verdict: 'delivered' }, 19001: refused(/no such robot/),
        19021: { ...refused(/signature does not match/), times: 2, signed: true },
        19022: refused(/public address/), 19024: refused(/keyword/),
        9499: { ...unfit(/could not read/), status: 400 }, 11232: later([1, 30], /5 messages a second/),
        2200: later(null, /inside Feishu/), 11310: unfit(/card/), 230099: { ...unfit(/card/), status: 400 },
        987654: unknown, ...peers,
    },
    wecom: {
        0: { verdict: 'delivered' }, '-1': later(5, /busy/), 45009: later(60, /20 messages a minute/),
        45033: later(5, /at the same time/), 93000: refused(/no such robot/), 40058: unfit(/too long/),
        45002: unfit(/too long/), 40008: refused(/our fault/), 44004: refused(/empty/),
        40039: refused(/link/), 987654: unknown, ...peers,
    },
    wecom_app: {
        0: { verdict: 'delivered' }, '-1': later(5, /busy/), 45009: later(60, /30 messages a minute/),
        42001: { ...refused(/token/), times: 2 }, 40014: { ...refused(/token/), times: 2 },
        41001: { ...refused(/token/), times: 2 }, 40001: refused(/secret/), 40013: refused(/corp_id/),
        40056: refused(/agent_id/), 60020: refused(/trusted addresses/), 81013: refused(/recipients/),
        40058: unfit(/too long/), 45002: unfit(/too long/), 45033: later(5, /at the same time/),
        40008: refused(/our fault/), 44004: refused(/empty/), 987654: unknown, ...peers,
    },
};
// The same of the token: nothing was sent, so a silence is no doubt.
const tokenTable = {
    40001: refused(/no token: The secret/), 40013: refused(/no token.*corp_id/),
    60020: refused(/no token.*trusted addresses/), '-1': later(5, /no token.*busy/),
    45009: later(60, /no token/), 987654: later(null, /no token.*see its words/),
    reset: { ...later(null, /no token/), times: 10 }, garbage: later(null, /no token.*cannot be read/),
};

const nameOf = (vendor, row) => `${vendor} ${row}`;
const placeOf = (row) => `${secret}-${row.replace(/[^a-z0-9]/g, '_')}-end`;

// The entry of a receiver that leads to this robot.
function entryOf(vendor, place, more = {}) {
    const { url } = mocks[vendor];
    if (vendor === 'dingtalk')
        return { webhook_url: `${url}/robot/send?access_token=${place}`, ...more };
    if (vendor === 'feishu')
        return { webhook_url: `${url}/open-apis/bot/v2/hook/${place}`, ...more };
    if (vendor === 'wecom')
        return { webhook_url: `${url}/cgi-bin/webhook/send?key=${place}`, ...more };
    return { api_url: `${url}/cgi-bin/`, corp_id: 'corp', api_secret: `${secret}-app`,
             agent_id: '1000002', to_user: place, send_resolved: true, ...more };
}

// ---- the server -----------------------------------------------------------------------

const kinds = { dingtalk: 'dingtalk_configs', feishu: 'feishu_configs', wecom: 'wecom_configs',
                wecom_app: 'wechat_configs' };
const receivers = [], routes = [];
function route(name, vendor, entry, more = {}) {
    receivers.push({ name, [kinds[vendor]]: [entry] });
    routes.push({ receiver: name, matchers: [`to="${name}"`], group_by: ['alertname'], ...more });
}

const own = '{{ .CommonLabels.filling }}';

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-robots-'));
    mocks.dingtalk = await mock('dingtalk_mock');
    for (const vendor of ['feishu', 'wecom', 'wecom_app'])
        mocks[vendor] = await mock('robot_mock', '--vendor', vendor,
                                   ...vendor === 'wecom_app' ? ['--secret', `${secret}-app`] : []);
    mocks.dingtalk_signed = await mock('dingtalk_mock', '--secret', `SEC-${secret}`, '--keyword', '钟楼');
    mocks.dingtalk_ahead = await mock('dingtalk_mock', '--secret', `SEC-${secret}`, '--shift', '7300');
    mocks.feishu_signed = await mock('robot_mock', '--vendor', 'feishu', '--secret', secret, '--keyword', '钟楼');
    mocks.feishu_keyword = await mock('robot_mock', '--vendor', 'feishu', '--keyword', '钟楼');
    mocks.dingtalk_rate = await mock('dingtalk_mock', '--rate', '2', '--block', '600');
    mocks.feishu_rate = await mock('robot_mock', '--vendor', 'feishu', '--rate', '2');
    mocks.wecom_rate = await mock('robot_mock', '--vendor', 'wecom', '--rate', '2');
    mocks.short_life = await mock('robot_mock', '--vendor', 'wecom_app', '--secret', `${secret}-app`,
                                  '--life', '11');
    for (const [vendor, table] of Object.entries(tables))
        for (const [row, { signed }] of Object.entries(table))
            route(nameOf(vendor, row), vendor,
                  entryOf(vendor, placeOf(row), signed ? { secret: `${secret}-sign` } : {}));
    for (const row of Object.keys(tokenTable))
        route(nameOf('token', row), 'wecom_app', entryOf('wecom_app', 'zhang', { corp_id: `corp-${row}-` }));
    for (const vendor of ['dingtalk', 'feishu', 'wecom']) {
        route(`own ${vendor}`, vendor, entryOf(vendor, `${secret}-own`, { message: own }));
        route(`rate ${vendor}`, vendor, {
            ...entryOf(vendor, `${secret}-rate`),
            webhook_url: entryOf(vendor, `${secret}-rate`).webhook_url
                .replace(mocks[vendor].url, mocks[`${vendor}_rate`].url) });
    }
    route('own text', 'wecom', entryOf('wecom', `${secret}-text`, { message: own, message_type: 'text' }));
    route('own wecom_app', 'wecom_app', entryOf('wecom_app', 'zhang', { message: own, message_type: 'markdown' }));
    route('partial', 'wecom_app', entryOf('wecom_app', 'zhang|nobody'));
    route('stale', 'wecom_app', entryOf('wecom_app', 'stale'));
    route('short', 'wecom_app', { ...entryOf('wecom_app', 'zhang'), api_url: `${mocks.short_life.url}/cgi-bin` });
    const signed = (vendor, target, more) => ({
        ...entryOf(vendor, `${secret}-signed`, more),
        webhook_url: entryOf(vendor, `${secret}-signed`).webhook_url.replace(mocks[vendor].url, mocks[target].url) });
    route('ding good', 'dingtalk', signed('dingtalk', 'dingtalk_signed', { secret: `SEC-${secret}`, keywords: ['钟楼'] }),
          { group_interval: '1s' });
    route('ding bad sign', 'dingtalk', signed('dingtalk', 'dingtalk_signed', { secret: `SEC-${secret}x`, keywords: ['钟楼'] }));
    route('ding no keyword', 'dingtalk', signed('dingtalk', 'dingtalk_signed', { secret: `SEC-${secret}` }));
    route('ding ahead', 'dingtalk', signed('dingtalk', 'dingtalk_ahead', { secret: `SEC-${secret}` }));
    route('feishu good', 'feishu', signed('feishu', 'feishu_signed', { secret, keywords: ['钟楼'] }),
          { group_interval: '1s' });
    route('feishu bad sign', 'feishu', signed('feishu', 'feishu_signed', { secret: 'other-secret', keywords: ['钟楼'] }));
    route('feishu no keyword', 'feishu', signed('feishu', 'feishu_signed', { secret }));
    route('at dingtalk', 'dingtalk', entryOf('dingtalk', `${secret}-at`, { at_mobiles: ['13800000000'], at_all: true }));
    route('at feishu', 'feishu', entryOf('feishu', `${secret}-at`, { at_users: ['ou_1', 'all'] }));
    route('at wecom', 'wecom', entryOf('wecom', `${secret}-at`, { mentioned_mobile_list: ['13800000000'] }));
    route('at wecom fails', 'wecom', entryOf('wecom', `${secret}-fails`, { mentioned_list: ['@all'] }));
    route('card dingtalk', 'dingtalk', entryOf('dingtalk', `${secret}-card`, { message_type: 'card' }));
    route('card wecom', 'wecom', entryOf('wecom', `${secret}-card`, { message_type: 'card' }));
    writeFileSync(join(dir, 'alertmanager.yml'), JSON.stringify({
        route: { receiver: 'nowhere', group_by: ['alertname'], group_wait: '0s', routes },
        receivers: [{ name: 'nowhere' }, ...receivers] }));
    belfry = await Belfry.start({
        allow_addresses: ['127.0.0.0/8'],
        alertmanager: { account: 'default', auth: 'none', config_file: join(dir, 'alertmanager.yml') },
        channels: { wecom_app: { api_url: `${mocks.wecom_app.url}/cgi-bin/`, corp_id: 'corp',
                                 secret: `${secret}-app`, agent_id: '1000002' } },
        routes: [{ name: 'people', matchers: ['to="people"'], group_by: ['alertname'], group_wait: '0s',
                   contact_groups: ['ops'] },
                 { name: 'topic', matchers: ['to="topic"'], group_by: ['alertname'], group_wait: '0s',
                   action_rules: ['oncall'] }],
        accounts: [account(users)] });
});
after(async () => {
    await belfry?.stop();
    await Promise.all(Object.values(mocks).map((m) => m.stop()));
    rmSync(dir, { recursive: true, force: true });
});

// ---- rows -----------------------------------------------------------------------------

function judge(row, attempt) {
    const shown = JSON.stringify(attempt.detail);

    assert.equal(attempt.word, row.verdict, shown);
    if (row.words)
        assert.match(attempt.detail.meaning, row.words);
    else if (row.verdict !== 'delivered')
        assert.notEqual(attempt.detail.meaning, '', shown);
    if (row.verdict !== 'deferred') {
        assert.ok(row.verdict === 'unknown' || attempt.detail.next_try === undefined || row.verdict === 'unfit', shown);
        return;
    }
    const wait = (Date.parse(attempt.detail.next_try) - Date.parse(attempt.detail.finished)) / 1000;
    const [least, most] = Array.isArray(row.after) ? row.after : row.after ? [row.after, row.after] : [0, 1];
    assert.ok(wait >= least - 0.01 && wait < most + 20, `next try after ${wait} s`);
}

const codeOf = (row) => Number.isNaN(parseInt(row, 10)) ? row : parseInt(row, 10);
async function planned(vendor, row, { errmsg, extra, status, times }, more) {
    const words = errmsg ?? `planned for ${vendor === 'wecom_app' ? `${secret}-app` : placeOf(row)}`;
    await control(vendor, { answer: codeOf(row), words, errmsg: words, extra: extra ?? {}, status: status ?? 200,
                            times: times ?? 1, for: placeOf(row), echo: true, ...more });
}

describe('every row of every table', () => {
    before(async () => {
        for (const [vendor, table] of Object.entries(tables))
            for (const [row, what] of Object.entries(table))
                if (row !== '0')
                    await planned(vendor, row, what, {});
        for (const [row, what] of Object.entries(tokenTable))
            await planned('wecom_app', row, what, { on: 'gettoken', for: `corp-${row}-` });
        await fire(belfry, ...Object.entries(tables).flatMap(([vendor, table]) =>
            Object.keys(table).map((row) => ({ alertname: nameOf(vendor, row), to: nameOf(vendor, row) }))),
                   ...Object.keys(tokenTable).map((row) =>
                       ({ alertname: nameOf('token', row), to: nameOf('token', row) })));
    });

    for (const [vendor, table] of Object.entries({ ...tables, token: tokenTable }))
        for (const [row, what] of Object.entries(table))
            test(nameOf(vendor, row), async () => {
                const tries = await attempts(belfry, nameOf(vendor, row), what.verdict === 'unfit' ? 2 : 1);
                judge(what, tries[0]);
                if (typeof codeOf(row) === 'number')
                    assert.equal(tries[0].detail.code, codeOf(row));
                if (what.verdict === 'unfit') {
                    assert.deepEqual([tries[0].detail.plain, tries[1].detail.plain], [false, true]);
                    assert.equal(tries[1].word, 'delivered');
                }
            });

    test('a time that is not believed is signed once more, and a token is asked for once more', async () => {
        const of = async (vendor, row) => (await came(vendor))
            .filter((m) => JSON.stringify(m).includes(placeOf(row))).length;
        assert.equal(await of('dingtalk', '310000 time'), 2);
        assert.equal(await of('dingtalk', '310000 sign'), 1);
        assert.equal(await of('feishu', '19021'), 2);
        assert.equal(await of('wecom_app', '42001'), 2);
        assert.equal(await of('wecom_app', '81013'), 1);
    });
});

test('doc/channels.md names every code', () => {
    const doc = readFileSync(new URL('../../doc/channels.md', import.meta.url), 'utf8');
    const heads = { dingtalk: '### DingTalk', feishu: '### Feishu', wecom: '### WeCom robot',
                    wecom_app: '### WeCom application' };
    for (const [vendor, table] of Object.entries(tables)) {
        const section = doc.split(heads[vendor])[1].split(/\n##/)[0];
        for (const row of Object.keys(table))
            if (typeof codeOf(row) === 'number' && codeOf(row) !== 987654)
                assert.match(section, new RegExp(`(^|[ |,])${codeOf(row)}[ ,|]`, 'm'), `${vendor} ${row}`);
    }
});

// ---- limits ------------------------------------------------------------------------------

describe('limits, in the unit of each', () => {
    const contents = { dingtalk: (m) => m.message.markdown.text, feishu: (m) => m.message.card.elements[0].content,
                       wecom: (m) => m.message.markdown.content, text: (m) => m.message.text.content,
                       wecom_app: (m) => m.message.markdown.content };
    const rows = [['dingtalk', 'dingtalk', 19000], ['feishu', 'feishu', 19000], ['wecom', 'wecom', 4096],
                  ['text', 'wecom', 2048], ['wecom_app', 'wecom_app', 2048]];

    for (const [name, vendor, limit] of rows)
        for (const filling of ['x', '磁', '𝕬'])
            test(`${name}: ${limit} bytes of ${filling}`, async () => {
                const size = Buffer.byteLength(filling);
                // One less, exactly as much, one more: the rest is made of letters.
                for (const bytes of [limit - 1, limit, limit + 1]) {
                    const text = filling.repeat(Math.floor(bytes / size)) + 'y'.repeat(bytes % size);
                    const alertname = `limit ${name} ${filling} ${bytes}`;
                    await fire(belfry, { alertname, to: `own ${name}`, filling: text });
                    assert.equal((await attempts(belfry, alertname))[0].word, 'delivered');
                    const [message] = (await came(vendor))
                        .filter((m) => JSON.stringify(m).includes(filling.repeat(100))).slice(-1);
                    const content = contents[name](message);
                    assert.ok(message.bytes <= 20000);
                    assert.ok(Buffer.byteLength(content) <= limit);
                    assert.ok(!content.includes('\ufffd'));
                    if (bytes <= limit)
                        assert.equal(content, text);
                    else
                        assert.match(content, /… .*Open in Belfry.*http:/);
                }
            });

    for (const [vendor, code] of [['dingtalk', 130101], ['feishu', 11232], ['wecom', 45009]])
        test(`${vendor}: a third message where two a minute are taken`, async () => {
            for (const n of [1, 2, 3])
                await fire(belfry, { alertname: `rate ${vendor} ${n}`, to: `rate ${vendor}` });
            const words = [];
            for (const n of [1, 2, 3])
                words.push((await attempts(belfry, `rate ${vendor} ${n}`))[0]);
            const late = words.filter((a) => a.word === 'deferred');
            assert.equal(late.length, 1);
            assert.equal(late[0].detail.code, code);
        });
});

// ---- signatures, keywords, clocks ----------------------------------------------------------

describe('what the robot checks itself', () => {
    for (const [name, word, words] of [
        ['ding good', 'delivered', /^$/], ['ding bad sign', 'refused', /secret/], ['ding no keyword', 'refused', /keyword/],
        ['feishu good', 'delivered', /^$/], ['feishu bad sign', 'refused', /signature/],
        ['feishu no keyword', 'refused', /keyword/],
        ['ding ahead', 'delivered', /signed with the vendor's clock: ours is 7[23]\d\d s slow/],
    ])
        test(name, async () => {
            await fire(belfry, { alertname: name, to: name });
            const [attempt] = await attempts(belfry, name);
            assert.equal(attempt.word, word, JSON.stringify(attempt.detail));
            assert.match(attempt.detail.meaning, words);
        });

    test('an all-clear has the keyword, too', async () => {
        for (const [name, robot] of [['ding good', 'dingtalk_signed'], ['feishu good', 'feishu_signed']]) {
            const labels = { alertname: `${name} again`, to: name };
            await fire(belfry, labels);
            await attempts(belfry, labels.alertname);
            const r = await fetch(`${belfry.url}/api/v2/alerts`, {
                method: 'POST', headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify([{ labels, endsAt: new Date(Date.now() - 1).toISOString() }]) });
            assert.equal(r.status, 200);
            const tries = await attempts(belfry, labels.alertname, 2);
            assert.deepEqual(tries.map((t) => t.word), ['delivered', 'delivered']);
            const told = (await about(robot, labels.alertname)).map((m) => JSON.stringify(m.message));
            assert.match(told[1], /RESOLVED.*钟楼|钟楼.*RESOLVED/);
        }
    });
});

// ---- mentions and cards --------------------------------------------------------------------

describe('whom it calls', () => {
    test('DingTalk: in `at` and in the text', async () => {
        await fire(belfry, { alertname: 'at dingtalk', to: 'at dingtalk' });
        await attempts(belfry, 'at dingtalk');
        const [m] = await about('dingtalk', 'at dingtalk');
        assert.deepEqual(m.message.at, { atMobiles: ['13800000000'], atUserIds: [], isAtAll: true });
        assert.match(m.text, /@13800000000$/);
    });
    test('Feishu: in the card', async () => {
        await fire(belfry, { alertname: 'at feishu', to: 'at feishu' });
        await attempts(belfry, 'at feishu');
        const [m] = await about('feishu', 'at feishu');
        assert.match(m.message.card.elements[0].content, /<at id=ou_1><\/at> <at id=all><\/at>$/);
        assert.equal(m.message.card.header.template, 'blue');
    });
    test('WeCom: a text follows, in one attempt', async () => {
        await fire(belfry, { alertname: 'at wecom', to: 'at wecom' });
        const tries = await attempts(belfry, 'at wecom');
        assert.equal(tries[0].word, 'delivered');
        const messages = await about('wecom', 'at wecom');
        assert.deepEqual(messages.map((m) => m.message.msgtype), ['markdown', 'text']);
        assert.deepEqual(messages[1].message.text.mentioned_mobile_list, ['13800000000']);
        assert.equal((await history(belfry, 'at wecom')).length, 1);
    });
    test('WeCom: a call that fails does not send the message twice', async () => {
        const place = `${secret}-fails`;
        await control('wecom', { answer: 0, for: place });
        await control('wecom', { answer: 45009, words: 'too fast', for: place });
        await fire(belfry, { alertname: 'at wecom fails', to: 'at wecom fails' });
        const [attempt] = await attempts(belfry, 'at wecom fails');
        assert.equal(attempt.word, 'delivered');
        assert.match(attempt.detail.meaning, /nobody was called.*20 messages a minute/);
        assert.equal(attempt.detail.code, 45009);
        assert.equal((await about('wecom', 'at wecom fails')).length, 2);
    });
    test('cards have buttons', async () => {
        for (const vendor of ['dingtalk', 'wecom']) {
            await fire(belfry, { alertname: `card ${vendor}`, to: `card ${vendor}`, severity: 'critical' });
            assert.equal((await attempts(belfry, `card ${vendor}`))[0].word, 'delivered');
        }
        const [ding] = await about('dingtalk', 'card dingtalk');
        assert.equal(ding.message.msgtype, 'actionCard');
        assert.ok(ding.message.actionCard.btns.every((b) => b.actionURL.startsWith(belfry.url)));
        assert.ok(ding.message.actionCard.btns.length >= 2);
        const [wecom] = await about('wecom', 'card wecom');
        assert.equal(wecom.message.template_card.source.desc_color, 2);
        assert.ok(wecom.message.template_card.jump_list.length >= 2);
    });
});

// ---- tokens ----------------------------------------------------------------------------------

describe("WeCom's application", () => {
    const tokens = async (vendor = 'wecom_app') =>
        (await came(vendor)).filter((m) => m.call === 'gettoken' && m.query.corpid === 'corp').length;

    test('a token is shared, and dropped when it is not believed', async () => {
        await fire(belfry, { alertname: 'first', to: 'stale' });
        assert.equal((await attempts(belfry, 'first'))[0].word, 'delivered');
        const asked = await tokens();
        // As many as one member is told at once: more would become a digest.
        await fire(belfry, ...Array.from({ length: 3 }, (_, i) => ({ alertname: `shared ${i}`, to: 'stale' })));
        for (let i = 0; i < 3; i++)
            assert.equal((await attempts(belfry, `shared ${i}`))[0].word, 'delivered');
        assert.equal(await tokens(), asked);
        await control('wecom_app', { answer: 42001, for: 'stale after' });
        await fire(belfry, { alertname: 'stale after', to: 'stale' });
        assert.equal((await attempts(belfry, 'stale after'))[0].word, 'delivered');
        assert.equal((await history(belfry, 'stale after')).length, 1);
        assert.equal(await tokens(), asked + 1);
    });

    test('a token that is over soon is asked for anew before', async () => {
        // 11 s of life, of which the cache takes ten off.
        await fire(belfry, { alertname: 'short 1', to: 'short' });
        assert.equal((await attempts(belfry, 'short 1'))[0].word, 'delivered');
        await new Promise((done) => setTimeout(done, 1500));
        await fire(belfry, { alertname: 'short 2', to: 'short' });
        assert.equal((await attempts(belfry, 'short 2'))[0].word, 'delivered');
        assert.equal(await tokens('short_life'), 2);
    });

    test('who of several is not there is named', async () => {
        await fire(belfry, { alertname: 'partial', to: 'partial' });
        const [attempt] = await attempts(belfry, 'partial');
        assert.equal(attempt.word, 'delivered');
        assert.match(attempt.detail.meaning, /not all were told: members nobody\./);
    });
});

// ---- contacts and subscriptions ----------------------------------------------------------------

describe('people and topics', () => {
    const native = async (method, path, body) => {
        const r = await fetch(`${belfry.url}/api/belfry/v1${path}`, {
            method, headers: { ...admin, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
        return { status: r.status, json: await r.json().catch(() => null) };
    };

    test('contacts: a robot of each vendor, a member of WeCom', async () => {
        await enterPeople(belfry, 'ops', {
            ding: { 'Channels.DingWebHook': `${mocks.dingtalk_signed.url}/robot/send?access_token=${secret}-c&secret=SEC-${secret}&keyword=%E9%92%9F%E6%A5%BC` } });
        const people = {
            lark: { channel: 'feishu', secret: `${mocks.feishu_signed.url}/hook/${secret}-c?secret=${secret}&keyword=%E9%92%9F%E6%A5%BC` },
            wecom: { channel: 'wecom', secret: `${mocks.wecom.url}/cgi-bin/webhook/send?key=${secret}-c` },
            member: { channel: 'wecom_app', plain: 'zhangsan' },
            gone: { channel: 'wecom_app', plain: 'nobody' },
        };
        for (const [name, address] of Object.entries(people)) {
            const made = await native('PUT', `/contacts/${name}`, { addresses: [address] });
            assert.ok(made.status < 300, JSON.stringify(made));
        }
        const group = await native('PUT', '/contact-groups/ops', { name: 'ops', members: ['ding', ...Object.keys(people)] });
        assert.ok(group.status < 300, JSON.stringify(group));
        await fire(belfry, { alertname: 'people', to: 'people' });
        const tries = await attempts(belfry, 'people', 5);
        const of = (name) => tries.find((t) => t.to === name);
        for (const name of ['ding', 'lark', 'wecom', 'member'])
            assert.equal(of(name).word, 'delivered', JSON.stringify(of(name)));
        assert.equal(of('gone').word, 'refused');
        assert.match(of('gone').detail.meaning, /recipients/);
    });

    test('subscriptions of a topic: SMN\'s extension signs and has the keyword', async () => {
        const { project_id: project } = account([]);
        const call = async (method, path, body) => {
            const r = await huawei(belfry.url, accessKey, method, `/v2/${project}${path}`, body);
            assert.ok(r.status < 300, JSON.stringify(r));
            return r.body;
        };
        const { topic_urn } = await call('POST', '/notifications/topics', { name: 'night', display_name: '' });
        for (const [protocol, endpoint, extension] of [
            ['dingding', `${mocks.dingtalk_ahead.url}/robot/send?access_token=${secret}-t`, { sign_secret: `SEC-${secret}` }],
            ['feishu', `${mocks.feishu_keyword.url}/hook/${secret}-t`, { keyword: '钟楼' }],
            ['wechat', `${mocks.wecom.url}/cgi-bin/webhook/send?key=${secret}-t`],
        ])
            await call('POST', `/notifications/topics/${topic_urn}/subscriptions`, { protocol, endpoint, extension });
        await call('POST', '/alert/action-rules', {
            rule_name: 'oncall', project_id: project, user_name: 'ops', type: '1', time_zone: 'Asia/Shanghai',
            notification_template: 'aom.built-in.template.zh',
            smn_topics: [{ name: 'night', topic_urn, push_policy: 0 }] });
        await fire(belfry, { alertname: '磁盘满', to: 'topic', severity: 'critical' });
        const tries = await attempts(belfry, '磁盘满', 3);
        assert.deepEqual(tries.map((t) => [t.channel, t.word]).sort(),
                         [['dingtalk', 'delivered'], ['feishu', 'delivered'], ['wecom', 'delivered']]);
        const [card] = await about('feishu_keyword', '磁盘满');
        assert.match(card.message.card.elements[0].content, /级别|告警|报警/);
        assert.match(card.message.card.elements[0].content, /钟楼/);
        const [text] = await about('wecom', '磁盘满');
        assert.equal(text.message.msgtype, 'markdown');
    });
});

// ---- secrets -------------------------------------------------------------------------------------

test('no secret is in the history, the metrics or the log', async () => {
    let cursor = '', rows = 0;

    do {
        const r = await fetch(`${belfry.url}/api/belfry/v1/deliveries?limit=1000&cursor=${encodeURIComponent(cursor)}`,
                              { headers: admin });
        const text = await r.text();
        assert.ok(!text.includes(secret), text.slice(Math.max(0, text.indexOf(secret) - 400), text.indexOf(secret) + 50));
        assert.ok(!/token-\d+-abcdef/.test(text));
        const page = JSON.parse(text);
        rows += page.items.length;
        cursor = page.next ?? '';
    } while (cursor);
    assert.ok(rows > 100);
    assert.ok(!(await (await fetch(`${belfry.url}/metrics`)).text()).includes(secret));
    assert.ok(!belfry.log.includes(secret), belfry.log);
});
