// apiv2.test.mjs - the same requests to Debian's prometheus-alertmanager and to
// build/belfry: status, headers and bodies are the same, but where a row says `ours`.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry, freePort, program, until } from './support.mjs';

let belfry, theirs, dir;

async function startAlertmanager() {
    const port = await freePort();
    writeFileSync(join(dir, 'am.yml'), JSON.stringify({
        route: { receiver: 'default' }, receivers: [{ name: 'default' }] }));
    const c = spawn('prometheus-alertmanager', [
        `--config.file=${join(dir, 'am.yml')}`, `--storage.path=${join(dir, 'am')}`,
        `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=',
    ], { stdio: 'ignore' });
    c.url = `http://127.0.0.1:${port}`;
    c.ended = new Promise((done) => c.on('close', done));
    await until('alertmanager is ready', async () => {
        try {
            return (await fetch(`${c.url}/-/ready`)).status === 200;
        } catch {
            return false;
        }
    });
    return c;
}

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-apiv2-'));
    theirs = await startAlertmanager();
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' },
        routes: [{ name: 'default', group_wait: '1h', group_interval: '1h' }],
        accounts: [account([{ name: 'ops', bearer: 'bk-apiv2', policies: ['full-access'] }])],
    });
});
after(async () => {
    theirs.kill('SIGTERM');
    await theirs.ended;
    await belfry.stop();
    rmSync(dir, { recursive: true, force: true });
});

// Raw, so that nothing is added: {status, headers, body}.
function ask(base, method, path, headers = {}, body = undefined) {
    return new Promise((resolve, reject) => {
        const rq = request(base + path, { method, headers: {
            ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
            ...headers } }, (rs) => {
            const parts = [];
            rs.on('data', (p) => parts.push(p));
            rs.on('end', () => resolve({ status: rs.statusCode, headers: rs.headers,
                                         body: Buffer.concat(parts).toString() }));
        });
        rq.on('error', reject);
        rq.end(body);
    });
}

const json = { 'Content-Type': 'application/json' };
const sorted = (list) => list?.split(/,\s*/).sort().join(', ');

// What may differ from run to run, and the words of Go's parsers.
const tidy = (body) => body
    .replace(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"<uuid>"')
    .replace(/failed, because .*?"}$/s, 'failed, because <words>"}')
    .replace(/error parsing regexp: .*?"$/m, 'error parsing regexp"')
    .replace(/bad matcher format: {|unexpected open or close brace: {/, 'braces: {')
    .replace(/but \[(.*?)\] are/, (all, list) => `but [${sorted(list)}] are`);

function essence(an) {
    const h = an.headers;
    return { status: an.status, body: tidy(an.body), type: h['content-type'],
             allow: sorted(h.allow), vary: h.vary,
             origin: h['access-control-allow-origin'],
             methods: h['access-control-allow-methods'],
             names: h['access-control-allow-headers'] };
}

async function both(method, path, headers, body) {
    const [a, b] = await Promise.all([theirs.url, belfry.url].map(
        (base) => ask(base, method, path, headers, body)));
    return [essence(a), essence(b), b];
}

async function same(method, path, headers, body) {
    const [a, b] = await both(method, path, headers, body);
    assert.deepEqual(b, a, `${method} ${path} ${JSON.stringify(headers)} ${body}`);
}

// ---- the wire ----------------------------------------------------------------------------

test('paths, methods, media types, in the order in which they are judged', async () => {
    const text = { 'Content-Type': 'text/plain' };
    const rows = [
        ['GET', '/api/v2/nothing'], ['GET', '/api/v2/'], ['GET', '/api/v2/nothing%3C'],
        ['PUT', '/api/v2/alerts'], ['DELETE', '/api/v2/status'],
        ['DELETE', '/api/v2/silences'], ['POST', '/api/v2/silence/x'],
        ['HEAD', '/api/v2/status'], ['OPTIONS', '/api/v2/alerts'],
        ['GET', '/api/v2/silence/'],
        ['POST', '/api/v2/alerts', text, '[]'], ['POST', '/api/v2/alerts', {}, '[]'],
        ['POST', '/api/v2/alerts', { ...text, Accept: 'text/html' }, '[]'],
        ['POST', '/api/v2/alerts', { 'Content-Type': 'application/json; charset=utf-8' }, '[]'],
        ['POST', '/api/v2/alerts', json, ''], ['POST', '/api/v2/alerts', {}, ''],
        ['GET', '/api/v2/alerts', { Accept: 'text/html' }],
        ['GET', '/api/v2/alerts', { Accept: 'application/json;q=0.1' }],
        ['GET', '/api/v2/alerts/'],
    ];
    for (const [method, path, headers = {}, body] of rows)
        await same(method, path, headers, body);
});

test('other origins may read and post, not delete', async () => {
    const origin = { Origin: 'http://grafana.example' };
    const pre = (method, names) => ({ ...origin, 'Access-Control-Request-Method': method,
        ...(names ? { 'Access-Control-Request-Headers': names } : {}) });
    for (const row of [
        ['GET', '/api/v2/silences?filter=none%3D1', origin],
        ['GET', '/api/v2/nothing', origin],
        ['PUT', '/api/v2/alerts', origin],
        ['OPTIONS', '/api/v2/alerts', pre('POST')],
        ['OPTIONS', '/api/v2/alerts', pre('POST', 'content-type')],
        ['OPTIONS', '/api/v2/alerts', pre('POST', 'content-type, accept')],
        ['OPTIONS', '/api/v2/alerts', pre('POST', 'x-secret')],
        ['OPTIONS', '/api/v2/silence/x', pre('DELETE')],
        ['OPTIONS', '/api/v2/alerts', { 'Access-Control-Request-Method': 'POST' }],
    ])
        await same(...row);
});

test('health, reload, metrics', async () => {
    for (const row of [['GET', '/-/healthy'], ['HEAD', '/-/healthy'], ['GET', '/-/reload'],
                       ['POST', '/-/reload'], ['PUT', '/-/healthy'], ['OPTIONS', '/-/reload']]) {
        const [a, b] = await both(...row);
        if (row[0] === 'HEAD')
            b.type = a.type; // we say it, they do not
        assert.deepEqual(b, a, row.join(' '));
    }
    const pprof = await ask(belfry.url, 'GET', '/debug/pprof/');
    assert.equal(pprof.status, 404);
    const v1 = await ask(belfry.url, 'GET', '/api/v1/alerts');
    assert.equal(v1.status, 410);
    assert.equal(JSON.parse(v1.body).status, 'deprecated');
    const fine = await ask(belfry.url, 'GET', '/api/v2/receivers');
    assert.equal(fine.headers['cache-control'], 'no-store');
});

// ---- alerts ------------------------------------------------------------------------------

const good = { labels: { a: '1' } };
const bodies = [
    'null', '[]', '{}', '[', 'x', '[{}]', '[{"labels":null}]', '[{"labels":{}}]',
    '[{"labels":{"a":""}}]', '[{"labels":{"":"1"}}]', '[{"labels":{"a":1}}]',
    '[{"labels":{"a":null}}]', '[{"labels":[]}]', '[1]', '["x"]', '[[]]',
    '[{"annotations":{},"generatorURL":"nope"}]', '[{"generatorURL":"nope"},{}]',
    '[{},{"labels":{"a":1}}]', '[{"labels":{"a":"1"},"annotations":"x"}]',
    '[{"labels":{"a":"1"},"annotations":{"":"x"}}]',
    '[{"labels":{"a":"1"},"what":{"x":[]}}]',
    '[{"labels":{"a":"1"},"labels":{"b":"1"}}]',
    ...['2020', '', 5, null, '2026-11-22T00:00:00+0800', '2026-11-22 00:00:00', '2026-11-22',
        '2026-11-22T00:00:00', '2026-11-22T00:00:00.123456789+08:00', '2026-11-22T00:00Z',
        '0001-01-01T00:00:00.000Z', 'x'].map(
        (startsAt) => JSON.stringify([{ ...good, startsAt }])),
    ...['x y', 'nope', 'http://', '/a/b', 5, 'http://x/%zz', 'mailto:x', ''].map(
        (generatorURL) => JSON.stringify([{ ...good, generatorURL }])),
    JSON.stringify([{ ...good, startsAt: '2026-11-23T00:00:00Z', endsAt: '2026-11-22T00:00:00Z' }]),
    JSON.stringify([{ ...good, startsAt: '0001-01-01T00:00:00.000Z',
                      endsAt: '0001-01-01T00:00:00.000Z' }]),
    Buffer.from('5b7b226c6162656c73223a7b2261223a22fffe227d7d5d', 'hex'),
];

test('POST alerts: what is refused, with which code and words', async () => {
    const differences = [];
    for (const body of bodies) {
        const [a, b] = await both('POST', '/api/v2/alerts', json, body);
        if (JSON.stringify(a) !== JSON.stringify(b))
            differences.push({ body: body.toString(), theirs: a, ours: b });
    }
    assert.deepEqual(differences, []);
    const got = await ask(belfry.url, 'POST', '/api/v2/alerts', json, '[null]');
    assert.equal(got.status, 422); // theirs closes the connection
});

test('the good ones of a batch are stored though others are not', async () => {
    const body = JSON.stringify([{ labels: { 'a': '' } }, { labels: { kept: '1' } },
                                 { labels: { '': 'x' } }]);
    const [a, b] = await both('POST', '/api/v2/alerts', json, body);
    assert.equal(b.status, a.status);
    assert.equal(JSON.parse(b.body), JSON.parse(a.body).replaceAll('; ', '\n')); // 0.28 on
    for (const base of [theirs.url, belfry.url]) {
        const list = JSON.parse((await ask(base, 'GET', '/api/v2/alerts?filter=kept=1')).body);
        assert.equal(list.length, 1, base);
    }
});

// ---- silences ----------------------------------------------------------------------------

const matchers = [{ name: 'a', value: 'b', isRegex: false }];
const far = { startsAt: '2020-11-22T00:00:00Z', endsAt: '2057-11-22T00:00:00Z' };
const who = { createdBy: 'me', comment: '静默' };
const silence = { matchers, ...far, ...who };
const silenceBodies = [
    '', 'null', '[]', '{}', 'x', { comment: 'x' }, { comment: 'x', createdBy: 'y' },
    { comment: 'x', createdBy: 'y', endsAt: far.endsAt },
    { comment: 'x', createdBy: 'y', endsAt: far.endsAt, startsAt: far.startsAt },
    ...[[], null, [{}], [{ name: 'a' }], [{ name: 'a', value: 'b' }],
        [{ name: 'a', isRegex: true }], {}, [{ name: 5, value: '', isRegex: false }],
        [{ name: 'a', value: 'x', isRegex: 'no' }],
        [{ name: 'a', value: 'x', isRegex: false, isEqual: false }],
        [{ name: 'a', value: 'x', isRegex: false, isEqual: null }],
        [{ name: '', value: 'x', isRegex: false }], [{ name: 'a', value: '', isRegex: false }],
        [{ name: 'a', value: '.*', isRegex: true }],
        [{ name: 'a', value: '', isRegex: false }, { name: 'b', value: 'x', isRegex: false }],
    ].map((m) => ({ ...silence, matchers: m })),
    { ...silence, startsAt: far.endsAt }, { ...silence, endsAt: '2020-11-23T00:00:00Z' },
    { ...silence, comment: '', createdBy: '' }, { ...silence, id: '' },
    { ...silence, id: 'nope' }, { ...silence, id: '7d7cbd3b-1111-4111-8111-111111111111' },
    { ...silence, endsAt: 'x' }, { ...silence, endsAt: '0001-01-01T00:00:00Z' },
    { ...silence, startsAt: '0001-01-01T00:00:00Z' },
    { ...silence, startsAt: '2056-12-01T00:00:00.123456+08:00' },
    { ...silence, comment: 7 },
];

test('POST silences: what is refused, with which code and words', async () => {
    const differences = [];
    for (const b of silenceBodies) {
        const body = typeof b === 'string' ? b : JSON.stringify(b);
        const [x, y] = await both('POST', '/api/v2/silences', json, body);
        if (JSON.stringify(x) !== JSON.stringify(y))
            differences.push({ body, theirs: x, ours: y });
    }
    assert.deepEqual(differences, []);
    const bad = JSON.stringify({ ...silence, matchers: [{ name: 'a', value: '(', isRegex: true }] });
    const [x, y] = await both('POST', '/api/v2/silences', json, bad);
    assert.equal(y.status, x.status);
    const words = /^"silence invalid: invalid label matcher 0: invalid regular expression \\"\(\\": /;
    assert.match(x.body, words);
    assert.match(y.body, words);
});

// Everything but ids and times, and what newer versions add.
const plain = (list) => list.map((s) => {
    delete s.annotations;
    return { ...s, id: '', updatedAt: '', startsAt: '',
             endsAt: s.status.state === 'expired' || new Date(s.endsAt).toISOString() };
});

test('silences are listed, filtered, changed and ended alike', async () => {
    const post = async (base, body) => JSON.parse(
        (await ask(base, 'POST', '/api/v2/silences', json, JSON.stringify(body))).body).silenceID;
    const get = async (base, path) => ask(base, 'GET', path);
    const seen = await Promise.all([theirs.url, belfry.url].map(async (base) => {
        const marks = [];
        const m = [{ name: 'story', value: 'x"y', isRegex: false }];
        const id = await post(base, { ...silence, matchers: m });
        const pending = await post(base, { ...silence, matchers: m, comment: 'later',
                                           startsAt: '2056-01-01T00:00:00Z' });
        const list = async (q) => plain(JSON.parse((await get(base, `/api/v2/silences${q}`)).body));
        const f = `?filter=${encodeURIComponent('story="x\\"y"')}`;
        marks.push(await list(f), await list('?filter=story%3D~x'), await list('?filter=story!%3Dx'));
        const one = JSON.parse((await get(base, `/api/v2/silence/${id}`)).body);
        marks.push(plain([one]));
        // the same silence, longer: it keeps its id
        marks.push(await post(base, { ...one, endsAt: '2058-01-01T00:00:00Z' }) === id);
        // another meaning: a new one, and the old one ends
        const next = await post(base, { ...one, matchers: [...m, ...matchers] });
        marks.push(next === id, await list(f));
        marks.push(await post(base, { ...one, id: pending, matchers: m,
                                      startsAt: '2056-02-01T00:00:00Z' }) === pending);
        for (const x of [next, pending, pending])
            marks.push(essence(await ask(base, 'DELETE', `/api/v2/silence/${x}`)));
        marks.push(await list(f));
        // ended is ended: naming it makes a new one
        const again = await post(base, { ...one, id: next });
        marks.push(again === next);
        marks.push(essence(await ask(base, 'DELETE', `/api/v2/silence/${again}`)));
        for (const path of ['nope', 'nope%22%3C', '7d7cbd3b-1111-4111-8111-111111111111'])
            marks.push(essence(await get(base, `/api/v2/silence/${path}`)));
        for (const q of ['bad', '%7Ba=b%7D', 'a%3D~(', ''])
            marks.push(essence(await get(base, `/api/v2/silences?filter=${q}`)));
        marks.push(essence(await ask(base, 'DELETE', '/api/v2/silence/nope')));
        return marks;
    }));
    assert.deepEqual(seen[1], seen[0]);
    const unknown = await ask(belfry.url, 'DELETE',
                              '/api/v2/silence/7d7cbd3b-1111-4111-8111-111111111111');
    assert.equal(unknown.status, 404); // 0.25: 500; 0.27 on: this
    assert.equal(unknown.body, '');
    const active = JSON.parse((await get(belfry.url, '/api/v2/silences?expired=false')).body);
    assert.ok(active.length > 0 && active.every((s) => s.status.state !== 'expired'));
});

test('a silence suppresses at once, and no more when it ends', async () => {
    const seen = await Promise.all([theirs.url, belfry.url].map(async (base) => {
        await ask(base, 'POST', '/api/v2/alerts', json, JSON.stringify([{ labels: { hush: 'now' } }]));
        const made = JSON.parse((await ask(base, 'POST', '/api/v2/silences', json, JSON.stringify({
            ...silence, matchers: [{ name: 'hush', value: 'n.w', isRegex: true }] }))).body);
        const hushed = async () => {
            const [a] = JSON.parse((await ask(base, 'GET', '/api/v2/alerts?filter=hush=now')).body);
            return [a.status.state, a.status.silencedBy.includes(made.silenceID)];
        };
        const marks = [await hushed()];
        await ask(base, 'DELETE', `/api/v2/silence/${made.silenceID}`);
        marks.push((await hushed())[1]);
        return marks;
    }));
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[0], [['suppressed', true], false]);
});

// ---- the rest ----------------------------------------------------------------------------

test('status and receivers have every member that Alertmanager has', async () => {
    const [a, b] = await Promise.all([theirs.url, belfry.url].map(async (base) =>
        JSON.parse((await ask(base, 'GET', '/api/v2/status')).body)));
    for (const member of ['cluster', 'config', 'uptime', 'versionInfo'])
        assert.equal(typeof b[member], typeof a[member], member);
    assert.deepEqual(Object.keys(b.versionInfo).sort(), Object.keys(a.versionInfo).sort());
    assert.deepEqual(b.cluster, a.cluster);
    assert.match(b.uptime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const [r] = JSON.parse((await ask(belfry.url, 'GET', '/api/v2/receivers')).body);
    assert.equal(r.name, 'default');
});

// Families that dashboards, the mixin and its rules name (contract, section 10); of ours
// every one that Debian's has but what belongs to Go and to its API v1.
test('/metrics has every family of Alertmanager, fit for promtool', async () => {
    const families = (text) => [...text.matchAll(/^# TYPE (alertmanager_\S+) (\S+)$/gm)]
        .map(([, name, type]) => `${name} ${type}`);
    const labels = (text, name) => new Set([...text.matchAll(
        new RegExp(`^${name}\\{(.*?)\\} `, 'gm'))].map(([, l]) => l));
    const [a, b] = await Promise.all([theirs.url, belfry.url].map(async (base) =>
        (await ask(base, 'GET', '/metrics')).body));
    assert.deepEqual(families(a).filter((f) => !families(b).includes(f)), []);
    const ours = labels(b, 'alertmanager_notifications_total');
    for (const l of labels(a, 'alertmanager_notifications_total'))
        assert.ok(ours.has(l), l);
    assert.ok(labels(b, 'alertmanager_notifications_failed_total')
        .has('integration="webhook",reason="clientError"'));
    assert.match(b, /^alertmanager_silences\{state="active"\} [1-9]/m);
    const lint = await new Promise((done) => {
        const c = execFile('promtool', ['check', 'metrics'], (error, stdout, stderr) =>
            done(stdout + stderr));
        c.stdin.end(b);
    });
    assert.equal(lint, '');
});

// ---- amtool ------------------------------------------------------------------------------

const amtool = (base, ...args) => new Promise((resolve) => {
    execFile('amtool', [`--alertmanager.url=${base}`, ...args], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout: stdout.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'),
                  stderr, raw: stdout }));
});

describe('amtool tells the same story of both', () => {
    test('alert add and query; silence add, query, update, expire, import', async () => {
        const seen = await Promise.all([theirs.url, belfry.url].map(async (base) => {
            const marks = [];
            const run = async (...args) => {
                const got = await amtool(base, ...args);
                marks.push([args[0], args[1], got.code, args.includes('-q') || args[1] === 'expire'
                    || args[1] === 'import' ? got.stdout.split('\n').length : '']);
                return got.raw.trim();
            };
            await run('alert', 'add', 'alertname=tool', 'x=1', '--annotation=s=t');
            await run('alert', 'query', '-q', 'alertname=tool');
            const id = await run('silence', 'add', '-c', 'why', '-a', 'me', '-d', '1h', 'tool=1', 'y=~a|b');
            marks.push(/^[0-9a-f-]{36}$/.test(id));
            await run('silence', 'query', '-q', 'tool=1');
            await run('silence', 'update', '-d', '2h', id);
            await run('silence', 'update', '-q', '-c', 'other', id);
            await run('silence', 'expire', id);
            await run('silence', 'query', '-q', '--expired', 'tool=1');
            const file = join(dir, `silences-${base.split(':')[2]}.json`);
            writeFileSync(file, JSON.stringify([1, 2].map((i) => ({ ...silence, comment: `n${i}` }))));
            await run('silence', 'import', file);
            await run('cluster', 'show');
            return marks;
        }));
        assert.deepEqual(seen[1], seen[0]);
    });
});

test('amtool takes the configuration that the status shows', async () => {
    const shown = JSON.parse((await ask(belfry.url, 'GET', '/api/v2/status')).body).config.original;
    const file = join(dir, 'shown.yml');
    writeFileSync(file, shown);
    const checked = await new Promise((resolve) => execFile('amtool', ['check-config', file],
        (error, stdout) => resolve({ code: error?.code ?? 0, stdout })));
    assert.equal(checked.code, 0, checked.stdout + shown);
    assert.match(checked.stdout, /SUCCESS/);
    const routes = await amtool(belfry.url, 'config', 'routes', 'test', 'a=b');
    assert.equal(routes.code, 0, routes.stderr);
    assert.equal(routes.stdout.trim(), 'default');
    assert.doesNotMatch(routes.stderr, /Warning/); // of another version
});

// ---- belfry silence ----------------------------------------------------------------------

const silenceCommand = (...args) => new Promise((resolve) => {
    execFile(program, ['silence', ...args], { env: {
        ...process.env, BELFRY_URL: belfry.url, BELFRY_TOKEN: 'bk-apiv2' } },
    (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
});

test('belfry silence adds, lists and ends', async () => {
    const made = await silenceCommand('add', 'team=夜班', 'host=~"db.*"', '--for', '2h',
                                      '--comment', '升级');
    assert.equal(made.code, 0, made.stderr);
    const id = made.stdout.trim();
    assert.match(id, /^[0-9a-f-]{36}$/);
    const one = JSON.parse((await ask(belfry.url, 'GET', `/api/v2/silence/${id}`)).body);
    assert.equal(one.createdBy, 'ops');
    assert.equal(one.comment, '升级');
    assert.deepEqual(one.matchers.map((m) => [m.name, m.isRegex, m.value]),
                     [['team', false, '夜班'], ['host', true, 'db.*']]);
    const listed = await silenceCommand('list', 'team=夜班');
    assert.match(listed.stdout, new RegExp(`${id} +active .* ops +team="夜班", host=~"db\\.\\*" +升级`));
    assert.equal((await silenceCommand('expire', id)).code, 0);
    assert.equal((await silenceCommand('list', 'team=夜班')).stdout, '');
    assert.equal((await silenceCommand('expire', 'nope')).code, 5);
    assert.equal((await silenceCommand('add', 'a=b')).code, 2);
    assert.equal((await silenceCommand('add', 'what', '--for', '1h')).code, 1);
});
