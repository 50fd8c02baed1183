// badinput.test.mjs - malformed requests of every dialect on a running server: each
// gets its dialect's own error, the server stays up, and nothing is changed. And the
// framings in which a second request could hide: none ever runs.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { canonical, sendV1, sendV3, v1 } from './alibaba_sign.mjs';
import { account, Belfry } from './support.mjs';

const key = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const bearer = 'bk-badinput-test';
const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const json = { 'Content-Type': 'application/json' };

let belfry, token;

before(async () => {
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' },
        routes: [{ name: 'ops', matchers: ['team="ops"'], contact_groups: ['ops'] }],
        accounts: [
            account([{ name: 'ops', password: 'p@ss', bearer, access_keys: [key],
                       policies: ['full-access'] }]),
            { name: 'other', uid: '6666', project_id: 'other', users: [] },
        ],
    });
    const answer = await ask('POST', '/v3/auth/tokens', json, JSON.stringify({ auth: {
        identity: { methods: ['password'], password: { user: {
            name: 'ops', password: 'p@ss', domain: { name: 'example' } } } },
        scope: { project: { id: project } },
    } }));
    assert.equal(answer.status, 201, answer.text);
    token = answer.headers.get('x-subject-token');
    await sendV1(belfry.host, 'PutContactGroup', { ContactGroupName: 'stays' }, { key });
});
after(() => belfry.stop());

async function ask(method, path, headers = {}, body = undefined) {
    const r = await fetch(belfry.url + path, { method, headers, body, redirect: 'manual' });
    const text = await r.text();
    let data = null;
    try {
        data = JSON.parse(text);
    } catch { /* not every answer is JSON */ }
    return { status: r.status, headers: r.headers, text, json: data };
}

const own = { Authorization: `Bearer ${bearer}` };

// Everything that a request could have changed.
async function world() {
    const kinds = ['contacts', 'contact-groups', 'action-rules', 'topics', 'subscriptions',
                   'templates', 'routes'];
    const all = { alerts: (await ask('GET', '/api/v2/alerts')).text };
    for (const kind of kinds)
        all[kind] = (await ask('GET', `/api/belfry/v1/${kind}`, own)).text;
    const { revision } = (await ask('GET', '/api/belfry/v1/status', own)).json;
    return { ...all, revision };
}

// Runs it, and looks whether anything is different afterwards.
async function changesNothing(run) {
    const before_ = await world();
    await run();
    assert.deepEqual(await world(), before_);
}

const deep = (n) => '['.repeat(n) + ']'.repeat(n);
const big = 9 * 1024 * 1024;

// ---- the shapes ---------------------------------------------------------------------------

const shapes = {
    alibaba: (a) => assert.deepEqual(
        Object.keys(a.json).sort().filter((k) => k !== 'AccessDeniedDetail' && k !== 'Recommend'),
        ['Code', 'HostId', 'Message', 'RequestId'], a.text),
    aom: (a) => {
        assert.equal(typeof a.json.error_code, 'string', a.text);
        assert.equal(typeof a.json.error_msg, 'string', a.text);
    },
    smn: (a) => assert.deepEqual(Object.keys(a.json), ['request_id', 'code', 'message'], a.text),
    iam: (a) => assert.deepEqual(Object.keys(a.json.error), ['code', 'message', 'title'], a.text),
    schema: (a) => assert.deepEqual(Object.keys(a.json), ['code', 'message'], a.text),
    words: (a) => assert.equal(typeof a.json, 'string', a.text),
    native: (a) => assert.deepEqual(Object.keys(a.json), ['fault', 'field', 'message'], a.text),
    page: (a) => assert.match(a.text, /^<!doctype html>/),
};

function cases(shape, rows) {
    for (const [name, status, call] of rows)
        test(name, () => changesNothing(async () => {
            const answer = await call();
            assert.equal(answer.status, status, answer.text);
            shapes[shape](answer);
        }));
}

// ---- Alertmanager ---------------------------------------------------------------------------

const post = (body, headers = json) => () => ask('POST', '/api/v2/alerts', headers, body);

describe('Alertmanager: what breaks the schema', () => cases('schema', [
    ['truncated', 400, post('[{"labels":{"a":"b"}')],
    ['an object', 400, post('{}')],
    ['wrong types', 400, post('[{"labels":{"a":1}}]')],
    ['a good one and a wrong type', 400, post('[{"labels":{"a":"b"}},{"labels":[]}]')],
    ['control characters', 400, post('[{"labels":{"a":"x\u0001y"}}]')],
    ['depth 65', 400, post(`[{"labels":{"a":"b"},"x":${deep(63)}}]`)],
    ['depth 100,000', 400, post(deep(100_000))],
    ['9 MiB', 413, post(`[${' '.repeat(big)}]`)],
    ['no labels', 422, post('[{}]')],
    ['null', 422, post('[null]')],
    ['nothing', 422, post(undefined)],
    ['a form', 415, post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' })],
    ['a wrong method', 405, () => ask('DELETE', '/api/v2/alerts')],
    ['a wrong path', 404, () => ask('GET', '/api/v2/alertz')],
    ['bad percent-encoding', 400, () => ask('GET', '/api/v2/alerts?filter=%zz')],
    ['percent-encoded bytes that are no text', 400, () => ask('GET', '/api/v2/alerts?filter=%ff')],
]));

describe('Alertmanager: what a handler refuses', () => cases('words', [
    ['a label set without labels', 400, post('[{"labels":{}}]')],
    ['NUL in a label', 400, post('[{"labels":{"a":"\\u0000"}}]')],
    ['a bad matcher', 400, () => ask('GET', '/api/v2/alerts?filter=x')],
    ['a bad regex', 400, () => ask('GET', '/api/v2/alerts?receiver=(')],
]));

// ---- native ------------------------------------------------------------------------------------

const explain = (body, headers = { ...own, ...json }) => () =>
    ask('POST', '/api/belfry/v1/explain', headers, body);

describe('native', () => cases('native', [
    ['truncated', 400, explain('{"labels":{"a":"b"}')],
    ['an array', 400, explain('[]')],
    ['wrong types', 400, explain('{"labels":{"a":[]}}')],
    ['unknown members', 400, explain('{"label":{}}')],
    ['depth 65', 400, explain(`{"labels":${deep(64)}}`)],
    ['9 MiB', 413, explain(' '.repeat(big))],
    ['no key', 401, explain('{}', json)],
    ['a wrong key', 401, explain('{}', { ...json, Authorization: 'Bearer x' })],
    ['a key that is no text', 401, explain('{}', { ...json, Authorization: 'Basic /w==' })],
    ['bad percent-encoding in the path', 404, () => ask('GET', '/api/belfry/v1/contacts/%zz', own)],
    ['bad percent-encoding in the query', 400, () => ask('GET', '/api/belfry/v1/contacts?limit=%', own)],
    ['a limit of letters', 400, () => ask('GET', '/api/belfry/v1/deliveries?limit=ten', own)],
    ['no such contact', 404, () => ask('POST', '/api/belfry/v1/contacts/x/addresses/email/confirm', own)],
    ['one bad alert among good ones', 400, () => ask('POST', '/api/belfry/v1/alerts', { ...own, ...json },
        '{"alerts":[{"labels":{"a":"b"}},{"labels":{}}]}')],
]));

describe('links', () => cases('page', [
    ['no such link', 404, () => ask('POST', '/l/nothing')],
    ['bad percent-encoding', 404, () => ask('GET', '/l/%zz')],
]));

// ---- Huawei --------------------------------------------------------------------------------------

const rules = `/v2/${project}/alert/action-rules`;
const put = (body, headers = {}) => () =>
    ask('PUT', rules, { ...json, 'X-Auth-Token': token, ...headers }, body);

describe('AOM', () => cases('aom', [
    ['truncated', 400, put('{"rule_name":"a"')],
    ['an array', 400, put('[]')],
    ['wrong types', 400, put('{"rule_name":1}')],
    ['nothing', 400, put('{}')],
    ['control characters', 400, put('{"rule_name":"a\u0001b"}')],
    ['depth 65', 400, put(`{"rule_name":${deep(64)}}`)],
    ['9 MiB', 413, put(' '.repeat(big))],
    ['a forged token', 401, put('{}', { 'X-Auth-Token': 'gAAAA-forged' })],
    ['another tenant\'s project', 403,
        () => ask('PUT', '/v2/other/alert/action-rules', { ...json, 'X-Auth-Token': token }, '{}')],
    ['events that are no list', 400, () => ask('PUT', `/v2/${project}/push/events`,
        { ...json, 'X-Auth-Token': token }, '{"events":{}}')],
    ['a wrong method', 405, () => ask('PATCH', rules, { 'X-Auth-Token': token })],
]));

describe('IAM', () => cases('iam', [
    ['truncated', 400, () => ask('POST', '/v3/auth/tokens', json, '{"auth":')],
    ['nothing', 400, () => ask('POST', '/v3/auth/tokens', json, '{}')],
    ['wrong types', 400, () => ask('POST', '/v3/auth/tokens', json, '{"auth":[]}')],
    ['a wrong path', 404, () => ask('GET', '/v3/nothing')],
]));

const topics = `/v2/${project}/notifications/topics`;
describe('SMN', () => cases('smn', [
    ['truncated', 400, () => ask('POST', topics, { ...json, 'X-Auth-Token': token }, '{"name":')],
    ['a bad name', 400, () => ask('POST', topics, { ...json, 'X-Auth-Token': token }, '{"name":"a b"}')],
]));

// ---- Alibaba -------------------------------------------------------------------------------------

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const signed = (params) => () => sendV3(belfry.host, 'PutContact', params, { key });

describe('CloudMonitor', () => cases('alibaba', [
    ['nothing', 400, () => ask('POST', '/')],
    ['an unknown action', 404, () => sendV1(belfry.host, 'PutNothing', {}, { key })],
    ['bad percent-encoding', 400, () => ask('GET', '/?Action=PutContact&ContactName=%zz')],
    ['a form with bad percent-encoding', 400, () => ask('POST', '/', form, 'Action=%')],
    ['9 MiB', 413, () => ask('POST', '/', form, `Action=${'x'.repeat(big)}`)],
    ['no parameters', 400, signed({})],
    ['control characters', 400, signed({ ContactName: 'a\u0001b', Describe: 'x' })],
    ['wrong types', 400, () => sendV3(belfry.host, 'PutContactGroup',
        { ContactGroupName: 'g', EnableSubscribed: 'perhaps' }, { key })],
    ['a forged signature', 400, () => ask('GET',
        `/?${canonical({ ...v1('DeleteContactGroup', { ContactGroupName: 'stays' }, { key }),
                         Signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })}`)],
    ['an unknown key', 404, () => sendV1(belfry.host, 'DeleteContactGroup',
        { ContactGroupName: 'stays' }, { key: { id: 'x', secret: 'y' } })],
    ['an expired signature', 400, () => sendV1(belfry.host, 'DeleteContactGroup',
        { ContactGroupName: 'stays' }, { key, Timestamp: '2020-01-01T00:00:00Z' })],
]));

test('a replayed signature changes nothing', () => changesNothing(async () => {
    const query = canonical(v1('DescribeContactGroupList', {}, { key }));
    assert.equal((await ask('GET', `/?${query}`)).status, 200);
    const again = await ask('GET', `/?${query}`);
    assert.equal(again.status, 400, again.text);
    shapes.alibaba(again);
}));

// ---- framing ----------------------------------------------------------------------------------------

// Raw bytes on one connection; all that comes back until it ends.
function raw(bytes) {
    return new Promise((resolve, reject) => {
        const [host, port] = belfry.host.split(':');
        const socket = connect({ host, port }, () => socket.write(bytes));
        const pieces = [];
        socket.setTimeout(120_000, () => { socket.destroy(); resolve(Buffer.concat(pieces).toString('latin1')); });
        socket.on('data', (piece) => pieces.push(piece));
        socket.on('close', () => resolve(Buffer.concat(pieces).toString('latin1')));
        socket.on('error', (e) => (e.code === 'ECONNRESET' || e.code === 'EPIPE' ? null : reject(e)));
    });
}

const alert = '[{"labels":{"smuggled":"1"}}]';
const hidden = 'POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
    `Content-Length: ${alert.length}\r\nConnection: close\r\n\r\n${alert}`;
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const head = (lines, first = 'POST /api/v2/alerts HTTP/1.1') =>
    `${first}\r\n${['Host: x', 'Content-Type: application/json', ...lines].join('\r\n')}\r\n\r\n`;

// Each is refused and its connection closed: what follows is never a request.
const framings = {
    'a length and chunks': head([`Content-Length: ${hidden.length + 5}`, 'Transfer-Encoding: chunked']) + `0\r\n\r\n${hidden}`,
    'chunks and a length': head(['Transfer-Encoding: chunked', 'Content-Length: 5']) + `0\r\n\r\n${hidden}`,
    'two lengths': head(['Content-Length: 2', `Content-Length: ${hidden.length}`]) + `[]${hidden}`,
    'two equal lengths': head(['Content-Length: 2', 'Content-Length: 2']) + `[]${hidden}`,
    'a list of lengths': head([`Content-Length: 2, ${hidden.length}`]) + `[]${hidden}`,
    'a length with a sign': head(['Content-Length: +2']) + `[]${hidden}`,
    'a negative length': head(['Content-Length: -2']) + `[]${hidden}`,
    'a hexadecimal length': head(['Content-Length: 0x2']) + `[]${hidden}`,
    'an overflowing length': head(['Content-Length: 18446744073709551618']) + `[]${hidden}`,
    'another transfer coding': head(['Transfer-Encoding: identity']) + `[]${hidden}`,
    'chunked twice': head(['Transfer-Encoding: chunked, chunked']) + `0\r\n\r\n${hidden}`,
    'chunked not last': head(['Transfer-Encoding: chunked, gzip']) + `0\r\n\r\n${hidden}`,
    'a coding that only looks chunked': head(['Transfer-Encoding: xchunked']) + `0\r\n\r\n${hidden}`,
    'a blank before the colon': head(['Transfer-Encoding : chunked', 'Content-Length: 2']) + `[]${hidden}`,
    'a folded header': head(['X: a', ' Transfer-Encoding: chunked', 'Content-Length: 2']) + `[]${hidden}`,
    'bad chunk sizes': head(['Transfer-Encoding: chunked']) + `2x\r\n[]\r\n0\r\n\r\n${hidden}`,
    'a negative chunk size': head(['Transfer-Encoding: chunked']) + `-2\r\n[]\r\n0\r\n\r\n${hidden}`,
    'an overflowing chunk size': head(['Transfer-Encoding: chunked']) + `fffffffffffffffff2\r\n[]\r\n0\r\n\r\n${hidden}`,
};

describe('framing', () => {
    for (const [name, bytes] of Object.entries(framings))
        test(name, () => changesNothing(async () => {
            const answer = await raw(bytes);
            assert.doesNotMatch(answer, /^HTTP\/1\.1 2/m, 'nothing succeeds');
        }));

    test('honest chunks are a body', async () => {
        const answer = await raw(head(['Transfer-Encoding: chunked', 'Connection: close']) +
            chunk('[') + chunk(']') + '0\r\n\r\n');
        assert.match(answer, /^HTTP\/1\.1 200 /);
    });

    test('a half request ends when its client does', () => changesNothing(async () => {
        const [host, port] = belfry.host.split(':');
        await new Promise((done) => {
            const socket = connect({ host, port }, () => {
                socket.write(head([`Content-Length: ${alert.length}`]) + alert.slice(0, -1));
                setTimeout(() => { socket.destroy(); done(); }, 50);
            });
        });
    }));
});

// ---- and after all that --------------------------------------------------------------------------------

test('the server still serves', async () => {
    assert.equal(belfry.exit, null);
    assert.equal((await ask('GET', '/-/healthy')).status, 200);
    assert.equal((await post(alert)()).status, 200);
    assert.match((await ask('GET', '/api/v2/alerts')).text, /"smuggled":"1"/);
    const groups = await sendV1(belfry.host, 'DescribeContactGroupList', {}, { key });
    assert.deepEqual(groups.json.ContactGroups.ContactGroup, ['stays']);
});
