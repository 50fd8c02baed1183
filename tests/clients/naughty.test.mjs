// naughty.test.mjs - strings that break what is careless, in every string field of every
// operation of every dialect, one at a time: the answer comes, is no 5xx, and is in the
// dialect's words; and what was taken reads back as it was sent, character for character.
//
// The operations are those of the tables: doc/api/*.md and openapi.json are written off
// them. What has no request in doors.mjs is asked as far as its row says how.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import cms from '@alicloud/cms20190101';
import { alertmanager, alibaba, huawei, native, project } from './doors.mjs';
import { broken, naughty } from './naughty.mjs';
import { account, Belfry } from './support.mjs';

const bearer = 'bk-naughty-test', enc = encodeURIComponent;
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
let belfry, token;

before(async () => {
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' }, region: 'cn-north-4', activate_at_once: true,
        smtp: { host: '127.0.0.1', port: 1, from: 'belfry@example.com', tls: 'none' },
        accounts: [account([{ name: 'ops', password: 'p@ss', bearer, policies: ['full-access'] }])],
    });
    const auth = { identity: { methods: ['password'], password: { user: {
        name: 'ops', password: 'p@ss', domain: { name: 'example' } } } }, scope: { project: { id: project } } };
    token = (await ask({ method: 'POST', path: '/v3/auth/tokens', body: { auth } })).headers['x-subject-token'];
    assert.ok(token);
    for (const r of [
        { ...native.PutContact, vars: { name: 'ada' } },
        { ...native.PutContactGroup, vars: { name: 'ops' } },
        { ...native.PutRoute, vars: { name: 'ops' } },
        { ...huawei.CreateTopic, body: { name: 't', display_name: 'd' } },
        { ...huawei.AddActionRule, body: { ...huawei.AddActionRule.body, rule_name: 'act' } },
    ])
        await good(r);
    const kept = { ...bare(alibaba.PutEventRule), RuleName: 'kept' };
    assert.equal((await call('PutEventRule', kept)).status, 200);
});
after(() => { agent.destroy(); return belfry.stop(); });

// ---- asking --------------------------------------------------------------------------------

const credentials = (path) => path.startsWith('/api') || path.startsWith('/-')
    ? { authorization: `Bearer ${bearer}` } : token ? { 'x-auth-token': token } : {};

function send(method, path, headers, body) {
    return new Promise((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', port: belfry.port, method, path, headers, agent,
                                       timeout: 120_000 }, (answer) => {
            const pieces = [];
            answer.on('data', (p) => pieces.push(p));
            answer.on('end', () => {
                const text = Buffer.concat(pieces).toString();
                let json = null;
                try {
                    json = JSON.parse(text);
                } catch { /* not every answer is JSON */ }
                resolve({ status: answer.statusCode, headers: answer.headers, text, json });
            });
            answer.on('error', reject);
        });
        request.on('timeout', () => request.destroy(new Error(`no answer: ${method} ${path.slice(0, 200)}`)));
        request.on('error', reject);
        request.end(body);
    });
}

// encodeURIComponent throws at a lone surrogate; here there is none.
const fill = (path, vars = {}) => path.replace(/\{(\w+)\}/g, (_, name) => enc(vars[name]));
const search = (query) => query
    ? `?${Object.entries(query).map(([k, v]) => `${enc(k)}=${enc(v)}`).join('&')}` : '';

const packed = (r) => (r.packed ?? []).reduce(
    (body, name) => ({ ...body, [name]: JSON.stringify(body[name]) }), r.body);

function ask(r) {
    if (typeof r === 'string')
        r = { method: 'GET', path: r };
    const body = r.raw ?? (r.body === undefined ? undefined : Buffer.from(JSON.stringify(packed(r))));
    return send(r.method, fill(r.path, r.vars) + search(r.query), {
        ...credentials(r.path), ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
    }, body);
}

async function good(r) {
    const answer = await ask(r);
    assert.ok(answer.status < 300, `${r.method} ${r.path}: ${answer.status} ${answer.text}`);
    return answer;
}

function flatten(value, name, out) {
    if (Array.isArray(value))
        value.forEach((item, i) => flatten(item, `${name}.${i + 1}`, out));
    else if (value !== null && typeof value === 'object')
        for (const [member, item] of Object.entries(value))
            flatten(item, name ? `${name}.${member}` : member, out);
    else if (value !== undefined)
        out[name] = value;
    return out;
}

function call(Action, params) {
    const form = Object.entries({ Action, Version: '2019-01-01', Format: 'JSON', ...flatten(params, '', {}) })
        .map(([k, v]) => `${enc(k)}=${enc(v)}`).join('&');
    return send('POST', '/', { 'x-acs-bearer-token': bearer, 'content-length': Buffer.byteLength(form),
                               'content-type': 'application/x-www-form-urlencoded' }, form);
}

// ---- judging -------------------------------------------------------------------------------

// Every refusal speaks its dialect, in well-formed text.
const words = {
    native: (a) => assert.deepEqual(Object.keys(a.json ?? {}), ['fault', 'field', 'message']),
    // What go-openapi refuses has a code, what a handler refuses is a string.
    alertmanager: (a) => assert.ok(typeof a.json === 'string' || Number.isInteger(a.json?.code)),
    huawei: (a) => assert.ok(a.json?.error_code ?? a.json?.code ?? a.json?.error?.code),
    alibaba: (a) => assert.ok(a.json?.Code && a.json?.Message && a.json?.RequestId),
};
// Where people come by a link, they see a page.
const pages = new Set(['ConfirmSubscription', 'CancelSubscriptionByLink']);

function judge(dialect, op, what, answer) {
    const about = `${op} ${what}: ${answer.status} ${answer.text.slice(0, 500)}`;
    assert.ok(answer.status < 500, about);
    assert.ok(!answer.text.includes('\ufffd') || what.includes('four bytes'), `cut text: ${about}`);
    if (answer.status >= 400 && !pages.has(op))
        try {
            words[dialect](answer);
        } catch {
            assert.fail(`not in the dialect's words: ${about}`);
        }
}

// Also within JSON in a string.
const inner = (value) => {
    try {
        return /^[[{]/.test(value) && JSON.parse(value);
    } catch {
        return false;
    }
};
const has = (value, s) => value === s || (typeof value === 'string' && has(inner(value), s)) ||
    (value !== null && typeof value === 'object' &&
     Object.entries(value).some(([k, v]) => k === s || has(v, s)));

// ---- the fields -------------------------------------------------------------------------------

// Every string in it: the way there.
function* strings(value, way) {
    if (typeof value === 'string')
        yield way;
    else if (value !== null && typeof value === 'object')
        for (const [k, v] of Object.entries(value))
            yield* strings(v, [...way, Array.isArray(value) ? Number(k) : k]);
}
function put(request, way, s) {
    const copy = structuredClone(request);
    let at = copy;
    for (const step of way.slice(0, -1))
        at = at[step];
    at[way.at(-1)] = s;
    return copy;
}
const plain = ({ method, path, query, vars, body, packed: p }) => ({ method, path, query, vars, body, packed: p });

// What is taken and does not come back as it was sent: what it means is kept, not how it
// was written (matchers, numbers, times, lists in one string; a label without a value is
// none), it is secret, it names what is not there (the answer says so beside the others),
// or nothing of ours is written in that language.
const unshown = new RegExp([
    'PutRoute body.(matchers|webhooks)', 'Post\\w+ body.*(matchers|(starts|ends)_?[aA]t|generatorURL)',
    'PostAlerts body.*labels.\\w+: empty', 'PutInhibition body.(source|target)', 'PutHeartbeat body.matchers',
    'PutReceiver body.*plain', 'AddOrUpdate\\w+ body.*notify_frequency', 'CreateMessageTemplate body.locale',
    'PutEventRule SilenceTime', 'PutEventRuleTargets ContactParameters', 'Put\\w+MetricRule ContactGroups',
].map((one) => `^${one}`).join('|'));

// All strings in every field are some fifty thousand requests (make naughty). The suite
// takes a few for each field, others for the next, so that each string has its turn.
const every = process.env.NAUGHTY === 'all' ? 1 : 14;
let turn = 0;
const some = (list) => {
    turn++;
    return list.filter((_, i) => (i + turn) % every === 0);
};

async function tryAll(dialect, op, row) {
    const base = plain(row);
    for (const part of ['vars', 'query', 'body'])
        for (const way of strings(base[part] ?? {}, [part]))
            for (const [name, s] of some(naughty)) {
                // A head of 48 KiB and more is refused before it is read.
                if (part !== 'body' && enc(s).length > 16_000)
                    continue;
                const what = `${way.join('.')}: ${name}`, r = put(base, way, s);
                const answer = await ask(r);
                judge(dialect, op, what, answer);
                if (answer.status >= 300 || !row.shows)
                    continue;
                if (part !== 'query' && !unshown.test(`${op} ${what}`)) {
                    const seen = await Promise.all(row.shows(r, answer.json).map(ask));
                    assert.ok(seen.every((a) => a.status === 200),
                              `${op} ${what}: ${seen[0].status} ${seen[0].text.slice(0, 300)}`);
                    assert.ok(seen.some((a) => has(a.json, s)), `${op} ${what}: not read back`);
                }
                for (const u of row.undo?.(r, answer.json) ?? [])
                    judge(dialect, op, `${what}, taken away`, await ask(u));
            }
}

// operations: [name, method, path]. One that doors.mjs does not know is asked by its path alone.
function everyOperation(dialect, table, operations) {
    for (const [op, method, path] of operations.filter(([name]) => !table[name]))
        test(`${op}, by its path`, () => tryAll(dialect, op, {
            method, path, vars: Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map((m) => [m[1], 'x'])),
            ...(/^P/.test(method) && { body: { name: 'x', x: ['y'] } }) }));
    for (const [op, row] of Object.entries(table))
        test(op, () => tryAll(dialect, op, row));
}

// The requests are good ones: else nothing would be taken, and nothing read back.
test('what they start from is taken', async () => {
    const refused = [];
    const look = (op, answer) => {
        if (answer.status >= 300)
            refused.push(`${op}: ${answer.status} ${answer.text}`);
        return answer;
    };
    for (const table of [native, alertmanager, huawei])
        for (const [op, row] of Object.entries(table).filter(([, r]) => r.shows)) {
            const answer = look(op, await ask(row));
            for (const u of answer.status < 300 ? row.undo?.(row, answer.json) ?? [] : [])
                look(`${op}, taken away`, await ask(u));
        }
    for (const [op, row] of Object.entries(alibaba)) {
        const answer = look(op, await call(op, bare(row)));
        for (const u of answer.status < 300 ? row.undo?.(row, answer.json) ?? [] : [])
            look(`${op}, taken away`, await call(u.action, u.params));
    }
    assert.deepEqual(refused, []);
});

const page = (name) => readFileSync(new URL(`../../doc/api/${name}.md`, import.meta.url), 'utf8');
const rows = (text) => [...text.matchAll(/^\| (\w+) \| `/gm)].map((m) => m[1]);

// An operation that doors.mjs does not know is asked as its description says: strings where
// nothing else is said.
const sample = (schema) => schema?.type === 'array' ? [sample(schema.items)]
    : schema?.type === 'integer' ? 1 : schema?.type === 'boolean' ? true
    : schema?.properties ? Object.fromEntries(Object.entries(schema.properties).map(
        ([name, s]) => [name, sample(s)])) : 'x';
function described(method, path, { parameters = [], requestBody }) {
    const named = (where) => Object.fromEntries(parameters.filter((p) => p.in === where)
        .map((p) => [p.name, 'x']));
    const schema = requestBody?.content?.['application/json']?.schema;
    return { method: method.toUpperCase(), path, vars: named('path'), query: named('query'),
             ...(schema && { body: sample(schema) }) };
}
test('native, whatever else there is', async () => {
    for (const [path, methods] of Object.entries((await ask('/api/belfry/v1/openapi.json')).json.paths))
        for (const [method, o] of Object.entries(methods))
            if (!native[o.operationId] && o.operationId !== 'Stream') // it does not end
                await tryAll('native', o.operationId, described(method, path, o));
});
describe('native', () => {
    for (const [op, row] of Object.entries(native))
        test(op, () => tryAll('native', op, row));
});
describe('Alertmanager', () => everyOperation('alertmanager', alertmanager, [...readFileSync(
    new URL('../../src/api/alertmanager/operations.c', import.meta.url), 'utf8')
    .matchAll(/^ {4}\{ "(\w+)", "(\w+)", "([^"]+)"/gm)].map((m) => m.slice(1, 4))));
describe('AOM, SMN, IAM', () => everyOperation('huawei', huawei,
    [...page('huawei').matchAll(/^\| (\w+) \| `(\w+) ([^`]+)`/gm)]
        .map(([, name, method, path]) => [name, method, path.replace('{project_id}', project)])));

// ---- CloudMonitor -----------------------------------------------------------------------------

const bare = ({ shows, undo, ...params }) => params;

// All that the SDK can say, as parameters on the wire.
function* fields(Class, at = '') {
    const names = Object.fromEntries(Object.entries(Class.names()).map(([k, v]) => [k, v]));
    for (const [field, type] of Object.entries(Class.types())) {
        const name = at + names[field];
        if (typeof type === 'function')
            yield* fields(type, `${name}.`);
        else if (type?.type !== 'array')
            yield name;
        else if (typeof type.itemType === 'function')
            yield* fields(type.itemType, `${name}.1.`);
        else
            yield `${name}.1`;
    }
}

async function tryAction(op) {
    const row = alibaba[op] ?? {}, base = flatten(bare(row), '', {});
    for (const field of new Set([...fields(cms[`${op}Request`]), ...Object.keys(base)]))
        for (const [name, s] of some(naughty)) {
            const what = `${field}: ${name}`, params = { ...base, [field]: s };
            const answer = await call(op, params);
            judge('alibaba', op, what, answer);
            if (answer.status !== 200)
                continue;
            if (field in base && row.shows && s !== '' && !unshown.test(`${op} ${what}`)) {
                const seen = await Promise.all(row.shows(params).map((q) => call(q.action, q.params)));
                assert.ok(seen.some((a) => has(a.json, s)), `${op} ${what}: not read back`);
            }
            for (const u of row.undo?.(params, answer.json) ?? [])
                judge('alibaba', op, `${what}, taken away`, await call(u.action, u.params));
        }
}

describe('CloudMonitor', () => {
    for (const op of rows(page('alibaba')))
        test(op, () => tryAction(op));
});

// ---- what is no Unicode ------------------------------------------------------------------------

describe('strings that are no text', () => {
    for (const [dialect, table] of [['native', native], ['alertmanager', alertmanager], ['huawei', huawei]])
        test(dialect, async () => {
            for (const [op, row] of Object.entries(table))
                for (const way of strings(row.body ?? {}, ['body']))
                    for (const [name, bytes] of some(broken)) {
                        const text = JSON.stringify(packed(put(plain(row), way, '\u0001here')));
                        const [head, tail] = text.split('"\\u0001here"');
                        if (tail === undefined)
                            continue; // in a string of JSON it is backslashes
                        const raw = Buffer.concat([head, bytes, tail].map((p) => Buffer.from(p)));
                        const r = { ...plain(row), raw };
                        const what = `${way.join('.')}: ${name}`, answer = await ask(r);
                        assert.ok(answer.status < 500, `${op} ${what}: ${answer.status} ${answer.text}`);
                        if (answer.status < 300)
                            for (const u of row.undo?.(r, answer.json) ?? [])
                                await ask(u);
                    }
        });
});

test('the server is as it was', async () => {
    assert.equal(belfry.exit, null);
    assert.equal((await ask('/-/healthy')).status, 200);
});
