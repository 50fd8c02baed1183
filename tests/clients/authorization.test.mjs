// authorization.test.mjs - who may do what: a matrix over every operation of every dialect,
// made from the tables the server itself serves by (tests/authorization/operations.c). An
// operation that lands in a table is in the matrix; nothing here names one but exceptions.
//   AUTHORIZATION=FILE  the matrix is kept there as text (make authorization)
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { signedHeaders } from './aom_rig.mjs';
import { canonical, send, stamp, v1 } from './alibaba_sign.mjs';
import { operations } from './operations.mjs';
import { account, Belfry } from './support.mjs';

const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const json = { 'Content-Type': 'application/json' };
const mark = 'zhang-san-7f3a91'; // stands in what the account has, and in nothing that is asked
const hour = 3_600_000;

const all = operations();
const person = (name, policies) => ({ name, password: `password-of-${name}`, bearer: `bearer-of-${name}-0123456789`,
                                      access_keys: [key(name)], policies });
const key = (name) => ({ id: `key-${name}`, secret: `secret-of-${name}` });
const bearer = (name) => ({ Authorization: `Bearer bearer-of-${name}-0123456789` });
const deny = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

let belfry, names;
const tokens = {}, kept = {}; // kept: what is sent a second time

before(async () => {
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'required' }, activate_at_once: true,
        allow_addresses: ['127.0.0.0/8'],
        accounts: [
            account([person('full', ['full-access']), person('reader', ['read-only']),
                     person('denied', ['full-access', deny]), person('empty', [])]),
            { name: 'rival', uid: '6666', project_id: 'rival', domain: { id: 'r', name: 'rival' },
              users: [person('rival', ['full-access'])] },
        ],
    });
    for (const [name, domain, id] of [['full', 'example', project], ['reader', 'example', project],
                                      ['denied', 'example', project], ['empty', 'example', project],
                                      ['rival', 'rival', 'rival'], ['revoked', 'example', project]])
        tokens[name] = await token(name === 'revoked' ? 'full' : name, domain, id);
    const out = await ask('DELETE', '/v3/auth/tokens',
                          { 'X-Auth-Token': tokens.full, 'X-Subject-Token': tokens.revoked });
    assert.equal(out.status, 204, out.text);
    names = await fill();
});
after(() => belfry.stop());

// A stream that was let in goes on until somebody leaves.
async function ask(method, path, headers = {}, body = undefined) {
    const leave = new AbortController();
    const r = await fetch(belfry.url + path, { method, headers, body, redirect: 'manual', signal: leave.signal });
    if (path.endsWith('/stream') && r.status === 200) {
        leave.abort();
        return { status: 200, text: '' };
    }
    return { status: r.status, headers: r.headers, text: await r.text() };
}

async function token(name, domain, id) {
    const answer = await ask('POST', '/v3/auth/tokens', json, JSON.stringify({ auth: {
        identity: { methods: ['password'], password: { user: {
            name, password: `password-of-${name}`, domain: { name: domain } } } },
        scope: { project: { id } } } }));
    assert.equal(answer.status, 201, answer.text);
    return answer.headers.get('x-subject-token');
}

// One object of each kind that a path can name, with the mark in it.
async function fill() {
    const own = { ...json, ...bearer('full') }, native = '/api/belfry/v1';
    const put = async (method, path, body, headers = own) => {
        const answer = await ask(method, path, headers, JSON.stringify(body));
        assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
        return answer.text ? JSON.parse(answer.text) : null;
    };
    await put('PUT', `${native}/contacts/alice`, { describe: mark, addresses: [
        { channel: 'email', plain: `${mark}@example.com` }] });
    await put('PUT', `${native}/contact-groups/ops`, { describe: mark, members: ['alice'] });
    await put('PUT', `${native}/routes/r`, { matchers: [`team="${mark}"`], contact_groups: ['ops'] });

    await put('PUT', `${native}/users/joe`, { policies: ['read-only'] });
    const smn = `/v2/${project}/notifications/topics`;
    const { topic_urn } = await put('POST', smn, { name: 'topic', display_name: mark },
                                    { ...json, 'X-Auth-Token': tokens.full });
    await put('POST', `${smn}/${topic_urn}/subscriptions`, { protocol: 'email', endpoint: `${mark}@example.com` },
              { ...json, 'X-Auth-Token': tokens.full });
    await put('POST', '/api/v2/alerts', [{ labels: { alertname: 'A', team: mark } }]);
    const { silenceID } = await put('POST', '/api/v2/silences', {
        matchers: [{ name: 'a', value: mark, isRegex: false }], createdBy: mark, comment: mark,
        startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + hour).toISOString() });
    return { topic_urn, silenceID, name: { contacts: 'alice', 'contact-groups': 'ops', routes: 'r',
                                           users: 'joe', topics: 'topic', silences: silenceID } };
}

// All that the account has, as its owner sees it: what nobody else may change.
async function owned() {
    const lists = all.filter((op) => op.dialect === 'native' && op.name.startsWith('List') &&
        !/Audit|Deliveries|HeartbeatStates|Alerts/.test(op.name)).map((op) => op.path);
    const seen = {};
    for (const path of [...lists, '/api/v2/silences']) {
        const { status, text } = await ask('GET', path, bearer('full'));
        assert.equal(status, 200, path);
        seen[path] = text;
    }
    assert.ok(JSON.stringify(seen).includes(mark));
    return seen;
}

// ---- who asks -----------------------------------------------------------------------------------

const path = (op, of) => op.path.replace('{project_id}', of).replace(/\{([^}]+)\}/g, (_, name) =>
    name === 'topic_urn' ? names.topic_urn : name === 'silenceID' ? names.silenceID
        : names.name[op.path.split('/')[4]] ?? 'x');
const body = (op) => op.method === 'GET' || op.method === 'HEAD' ? undefined : '{}';

async function alibaba(op, { by, at, twice }) {
    const params = { ContactName: 'alice', ContactGroupName: 'ops', RuleName: 'x', 'RuleNames.1': 'x', Name: 'x', Id: 'x' };
    const call = twice && kept[op.name] || canonical(by === null
        ? { Action: op.name, Version: '2019-01-01', Format: 'JSON', ...params }
        : v1(op.name, params, { key: key(by), method: 'POST', ...(at ? { Timestamp: stamp(at) } : {}) }));
    if (by === 'full' && at === undefined)
        kept[op.name] = call;
    const answer = await send(belfry.host, { method: 'POST', query: call });
    return { status: answer.status, code: answer.json?.Code ?? '', text: answer.text };
}

async function huawei(op, { by, at, token: given, of = project }) {
    const where = path(op, of), text = body(op) ?? '';
    const headers = by === null ? json
        : at !== undefined ? signedHeaders(op.method, where, text, { by: key(by), at, headers: { 'content-type': 'application/json' } })
            : { ...json, 'X-Auth-Token': tokens[given ?? by], 'X-Subject-Token': tokens[by === 'full' ? 'revoked' : 'full'] };
    return ask(op.method, where, headers, text || undefined);
}

const plain = (op, { by, wrong }) => ask(op.method, path(op, project),
    { ...(body(op) ? json : {}), ...(wrong ? { Authorization: 'Bearer bearer-of-nobody-0123456789' } : by === null ? {} : bearer(by)) },
    body(op));

const doors = { alibaba, huawei, alertmanager: plain, native: plain };

// ---- what is expected: a door's own words for each refusal ---------------------------------------

const refusals = {
    alibaba: { nobody: '400 MissingAccessKeyId', denied: '403 NoPermission', stale: '400 InvalidTimeStamp.Expired',
               wrong: '404 InvalidAccessKeyId.NotFound', replayed: '400 SignatureNonceUsed' },
    huawei: { nobody: '401', denied: '403', stale: '401', wrong: '401' },
    alertmanager: { nobody: '401', denied: '403', wrong: '401' },
    native: { nobody: '401', denied: '403', wrong: '401' },
};

// Not of an account: users of the one that the server is run by may see it.
const serversOwn = /^(GetConfig|Backup|Reload)$/;

// Each: how it asks, and what it is told; `pass`: whatever the operation itself says, which is
// no refusal of who asks; `own`: that as well, and nothing of the other account.
const columns = {
    nobody: [{ by: null }, (op) => op.open ? 'pass' : refusals[op.dialect].nobody],
    wrong: [{ by: 'nobody', token: 'revoked', wrong: true }, (op) => op.open ? 'pass' : refusals[op.dialect].wrong],
    stale: [{ by: 'full', at: Date.now() - hour }, (op) => op.dialect === 'huawei' || op.dialect === 'alibaba'
        ? op.open ? 'pass' : refusals[op.dialect].stale : null],
    tenant: [{ by: 'rival' }, (op) => op.open ? 'pass' : op.path.includes('{project_id}') || serversOwn.test(op.name)
        ? refusals[op.dialect].denied : 'own'],
    'its project': [{ by: 'rival', of: 'rival' }, (op) => op.path.includes('{project_id}') ? 'own' : null],
    reader: [{ by: 'reader' }, (op) => op.permission && !op.reads ? refusals[op.dialect].denied : 'pass'],
    denied: [{ by: 'denied' }, (op) => op.permission ? refusals[op.dialect].denied : 'pass'],
    'no policy': [{ by: 'empty' }, (op) => op.permission ? refusals[op.dialect].denied : 'pass'],
};
const last = {
    full: [{ by: 'full' }, () => 'pass'],
    replayed: [{ by: 'full', twice: true }, (op) => op.dialect === 'alibaba' ? refusals.alibaba.replayed : null],
};

// Whoever asks for a token proves by the body who that is, the page that signs in and the
// links of invitations as well; what is asked here proves nothing, and that is what they say.
const provesItself = new RegExp('^(CreateToken|CreateTemporaryAccessKeyByToken|GetSession|SignIn|SignOut|' +
                                'ConfirmSubscription|CancelSubscriptionByLink)$');
// Everybody may see oneself, nobody else without the right to: refused behind the door.
const judgesItself = /^(ShowUser|ShowProject|ShowToken|DeleteToken)$/;

const said = (op, answer) => answer.code ? `${answer.status} ${answer.code}` : `${answer.status}`;

function judge(op, who, expected, answer) {
    const what = `${op.dialect} ${op.method} ${op.path} ${op.name} by ${who}: ${said(op, answer)} ${answer.text.slice(0, 200)}`;
    if (expected !== 'pass' && expected !== 'own')
        return assert.equal(said(op, answer), expected, what);
    assert.ok(answer.status < 500, what);
    if (!provesItself.test(op.name) && !judgesItself.test(op.name))
        for (const refusal of Object.values(refusals[op.dialect]))
            assert.notEqual(said(op, answer), refusal, what);
    if (expected === 'own')
        assert.ok(!answer.text.includes(mark), what);
}

const ask1 = async (op, [who, [how, expect]]) => {
    const expected = expect(op);
    if (expected === null)
        return '-';
    const answer = await doors[op.dialect](op, how);
    try {
        judge(op, who, expected, answer);
    } catch (e) {
        wrong.push(`wants ${expected}: ${e.message.split('\n')[0]}`);
    }
    return said(op, answer);
};

const wrong = []; // cells that are not as expected; each test judges those it filled
const allRight = () => assert.deepEqual(wrong.splice(0), []);

// ---- the matrix ------------------------------------------------------------------------------------

const rows = new Map(all.map((op) => [op, {}]));

test('every door has its operations in the matrix, and reading is what reads', () => {
    const count = (dialect) => all.filter((op) => op.dialect === dialect).length;
    assert.ok(count('alibaba') >= 40 && count('huawei') >= 90 && count('alertmanager') >= 16 && count('native') >= 90,
              JSON.stringify(Object.keys(doors).map((d) => [d, count(d)])));
    // A row that calls itself reading is open to read-only users: it says so by its name.
    const asks = /^(Describe|List|Get|Show|Count|Explain|Preview|Metrics|Healthy|Ready|Stream|Download)|Difference$|^TestPolicy$|^RenderTemplate$|^CheckTemplate$/;
    const other = all.filter((op) => op.reads !== (asks.test(op.name) && !['PUT', 'DELETE'].includes(op.method)));
    assert.deepEqual(other.map((op) => `${op.dialect} ${op.name} ${op.reads}`), ['huawei DeleteToken true']);
    // Who needs no right is named: everything else asks.
    assert.deepEqual([...new Set(all.filter((op) => op.open).map((op) => op.name))].sort(), [
        'CancelSubscriptionByLink', 'ConfirmSubscription', 'CreateTemporaryAccessKeyByToken', 'CreateToken',
        'DownloadHttpSignCert', 'GetOpenApi', 'GetSession', 'Healthy', 'ListVersions', 'Ready', 'ShowVersion',
        'SignIn', 'SignOut']);
    // So is what everybody may who is signed in: about oneself and one's own account.
    assert.deepEqual([...new Set(all.filter((op) => !op.open && !op.permission).map((op) => op.name))].sort(), [
        'DeleteToken', 'GetCallerIdentity', 'ListAuthDomains', 'ListAuthProjects', 'ListEndpoints', 'ListProjects', 'ListProtocols',
        'ListRegions', 'ListServices', 'ShowCatalog', 'ShowEndpoint', 'ShowProject', 'ShowRegion', 'ShowService',
        'ShowToken', 'ShowUser']);
});

test('nobody, a wrong or taken back key, an old signature, another tenant, read-only, denied, no policy', async () => {
    const before = await owned();
    for (const op of all)
        for (const column of Object.entries(columns))
            rows.get(op)[column[0]] = await ask1(op, column);
    allRight();
    assert.deepEqual(await owned(), before);
    // none of these took back the token of somebody else
    assert.equal((await ask('GET', `/v2/${project}/notifications/topics`, { 'X-Auth-Token': tokens.full })).status, 200);
});

test('64 at once are told the same, and change as little', async () => {
    const before = await owned();
    const cells = all.flatMap((op) => Object.entries(columns).map((column) => [op, column]));
    for (let i = cells.length - 1, seed = 7; i > 0; i--) { // each beside others
        seed = (seed * 1103515245 + 12345) % 2147483648;
        const k = seed % (i + 1);
        [cells[i], cells[k]] = [cells[k], cells[i]];
    }
    let next = 0;
    await Promise.all(Array.from({ length: 64 }, async () => {
        while (next < cells.length)
            await ask1(...cells[next++]);
    }));
    allRight();
    assert.deepEqual(await owned(), before);
});

test('whoever may do all is refused nothing, once', async () => {
    for (const column of Object.entries(last))
        for (const op of all)
            rows.get(op)[column[0]] = await ask1(op, column);
    allRight();
});

after(() => {
    if (!process.env.AUTHORIZATION)
        return;
    const heads = [...Object.keys(columns), ...Object.keys(last)];
    const short = (text) => (text ?? '').replace('400 MissingAccessKeyId', '400 Missing').replace('InvalidTimeStamp.', '')
        .replace('InvalidAccessKeyId.', '').replace('SignatureNonceUsed', 'NonceUsed').slice(0, 16);
    writeFileSync(process.env.AUTHORIZATION, [
        'What each operation answers to whom (./dev authorization): the status, and behind it CloudMonitor\'s code.',
        'nobody: no credential; wrong: a key nobody has, or a token taken back; stale: signed an hour ago; tenant:',
        'full access to another account; its project: the same, asking in its own project for this one\'s things;',
        'denied: full access and a statement that denies; replayed: the same bytes again. "-": there is no such thing.', '',
        ['door        ', 'operation'.padEnd(46), ...heads.map((h) => h.padEnd(16))].join(' ').trimEnd(),
        ...all.map((op) => [op.dialect.padEnd(12), `${op.method} ${op.name}`.trim().padEnd(46),
                            ...heads.map((h) => short(rows.get(op)[h]).padEnd(16))].join(' ').trimEnd()), ''].join('\n'));
});
