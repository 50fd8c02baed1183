// dropin.test.mjs - `belfry alertmanager` in Alertmanager's place: its flags, its file,
// its signals, with Debian's amtool and beside Debian's prometheus-alertmanager.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { child as spawned, freePort, program, until } from './support.mjs';
import { webhookSink } from './told.mjs';

let dir, sink, theirs;
const running = new Set();

function child(...args) {
    const c = spawned(...args);
    running.add(c);
    c.ended.then(() => running.delete(c));
    return c;
}

function run(file, args) {
    return new Promise((done) => execFile(file, args, { timeout: 120_000 },
        (error, stdout, stderr) => done({ code: error ? error.code ?? -1 : 0, stdout, stderr })));
}

// Port 0: the port it got is read off its log, as Alertmanager's harness does.
async function start(config, ...flags) {
    const folder = mkdtempSync(join(dir, 'run-'));
    const file = join(folder, 'am.yml');
    writeFileSync(file, config);
    const c = child(program, ['alertmanager', `--config.file=${file}`,
        '--storage.path', join(folder, 'data'), '--web.listen-address=127.0.0.1:0',
        '--cluster.listen-address=', ...flags]);
    const address = await until('its address', () => {
        assert.equal(c.exit, undefined, c.log);
        return /Listening on.*address=(\S+)/.exec(c.log)?.[1];
    });
    return Object.assign(c, { file, folder, address, url: `http://${address}` });
}

const amtool = async (server, ...args) => {
    const said = await run('amtool', [`--alertmanager.url=${server.url}`, ...args]);
    assert.equal(said.code, 0, said.stderr);
    return said.stdout;
};

const bodies = async () => (await sink.received()).map((r) => r.json);

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-dropin-'));
    sink = await webhookSink();
});
after(async () => {
    await Promise.all([...running].map((c) => c.stop('SIGKILL')));
    await sink.stop();
    rmSync(dir, { recursive: true, force: true });
});

const full = () => `
global:
  resolve_timeout: 6m
  smtp_smarthost: 'localhost:25'
  smtp_from: 'am@example.com'
  opsgenie_api_key: hush
route:
  receiver: fallback
  group_by: [alertname]
  group_wait: 100ms
  routes:
  - matchers: ['team="ops"']
    receiver: ops
    mute_time_intervals: [never]
    continue: true
  - match_re: {team: 'ops|dev'}
    receiver: both
    group_by: ['...']
inhibit_rules:
- source_matchers: ['severity="critical"']
  target_matchers: ['severity="warning"']
  equal: [alertname]
receivers:
- name: fallback
- name: ops
  webhook_configs: [{url: '${sink.url}'}]
  email_configs: [{to: 'a@example.com, b@example.com', headers: {x-y: z}}]
- name: both
  webhook_configs: [{url: '${sink.url}', send_resolved: false, max_alerts: 2}]
time_intervals:
- name: never
  time_intervals: [{years: ['1980'], months: ['january:march'], weekdays: [monday],
                    days_of_month: ['-3:-1'], times: [{start_time: '00:00', end_time: '24:00'}],
                    location: Asia/Shanghai}]
`;

describe('the file in force', () => {
    let server;
    before(async () => { server = await start(full()); });
    after(async () => { assert.equal(await server.stop(), 0, server.log); });

    test('amtool reads it back, with the defaults and without the secrets', async () => {
        const { original } = (await (await fetch(`${server.url}/api/v2/status`)).json()).config;
        const file = join(dir, 'original.yml');
        writeFileSync(file, original);
        const said = await run('amtool', ['check-config', file]);
        assert.equal(said.code, 0, said.stdout + said.stderr);
        assert.match(said.stdout, /3 receivers/);
        assert.match(original, /resolve_timeout: 6m/);
        assert.match(original, /opsgenie_api_key: <secret>/);
        assert.doesNotMatch(original, /hush/);
        assert.match(original, /pagerduty_url: https:\/\/events\.pagerduty\.com/);
    });

    test('amtool shows and tests the routes', async () => {
        assert.match(await amtool(server, 'config', 'routes', 'show'), /\{team="ops"\}.*receiver: ops/);
        const told = (...labels) => amtool(server, 'config', 'routes', 'test', ...labels);
        assert.equal(await told('team=ops'), 'ops,both\n');
        assert.equal(await told('team=dev'), 'both\n');
        assert.equal(await told('team=x'), 'fallback\n');
    });

    test('what Alertmanager checks, belfry check-config takes', async () => {
        const good = await run(program, ['check-config', server.file]);
        assert.equal(good.code, 0, good.stderr);
        assert.match(good.stdout, /3 routes, 1 inhibit rules, 3 receivers, 1 time intervals/);
        const bad = join(dir, 'bad.yml');
        writeFileSync(bad, 'route: {recever: x}\nreceivers: [{name: a}, {name: a}]\n');
        const said = await run(program, ['check-config', server.file, bad]);
        assert.equal(said.code, 1);
        assert.match(said.stderr, /bad\.yml:1:9: .*did you mean "receiver"/);
        assert.match(said.stderr, /bad\.yml:2:24: .*"a" stands there twice/);
    });
});

describe('life', () => {
    test('an alert is told; a reload by signal and by POST; a bad file keeps the old', async () => {
        const server = await start(full());
        await amtool(server, 'alert', 'add', 'Disk', 'team=ops', 'run=1');
        await until('the webhook', async () => (await bodies())
            .some((b) => b.receiver === 'ops' && b.alerts[0].labels.run === '1' &&
                         b.groupKey === '{}/{team="ops"}:{alertname="Disk"}'));

        writeFileSync(server.file, full().replace('receiver: fallback', 'receiver: ops'));
        server.process.kill('SIGHUP');
        await until('the new root', async () =>
            (await amtool(server, 'config', 'routes', 'test', 'team=x')) === 'ops\n');

        writeFileSync(server.file, 'route: {}\nreceivers: [{name: a}]\n');
        const bad = await fetch(`${server.url}/-/reload`, { method: 'POST' });
        assert.equal(bad.status, 500);
        assert.match(await bad.text(), /^failed to reload config: .*am\.yml:1:8: route: the root has to name/);
        assert.equal(await amtool(server, 'config', 'routes', 'test', 'team=x'), 'ops\n');

        writeFileSync(server.file, full());
        assert.equal((await fetch(`${server.url}/-/reload`, { method: 'POST' })).status, 200);
        assert.equal(await amtool(server, 'config', 'routes', 'test', 'team=x'), 'fallback\n');
        assert.equal(await server.stop(), 0, server.log);
    });

    test('silences outlive the process', async () => {
        const server = await start(full());
        const id = (await amtool(server, 'silence', 'add', 'team=ops', '-c', 'quiet', '-d', '1h')).trim();
        assert.equal(await server.stop('SIGKILL'), null);
        const again = child(program, ['alertmanager', '--config.file', server.file,
            `--storage.path=${join(server.folder, 'data')}`, '--web.listen-address=127.0.0.1:0']);
        const address = await until('its address', () => /address=(\S+)/.exec(again.log)?.[1]);
        assert.match(await amtool({ url: `http://${address}` }, 'silence', 'query', '-q'), new RegExp(id));
        assert.equal(await again.stop(), 0, again.log);
    });

    test('everything stands below the prefix of the external URL', async () => {
        const server = await start(full(), '--web.external-url=http://am.example/pre/');
        server.url += '/pre';
        assert.equal(await amtool(server, 'config', 'routes', 'test', 'team=dev'), 'both\n');
        assert.equal((await fetch(`${server.url}/-/ready`)).status, 200);
        assert.equal(await server.stop(), 0);
    });

    test('users of the web configuration, and nobody else', async () => {
        const web = join(dir, 'web.yml');
        writeFileSync(web, "basic_auth_users: {joe: '$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'}\n");
        const server = await start(full(), `--web.config.file=${web}`);
        const ask = async (password) => (await fetch(`${server.url}/api/v2/alerts`, password && {
            headers: { authorization: `Basic ${btoa(`joe:${password}`)}` } })).status;
        assert.equal(await ask(), 401);
        assert.equal(await ask('wrong'), 401);
        assert.equal(await ask('secret'), 200);
        assert.equal(await server.stop(), 0);
    });

    test('a flag that is none is refused with the nearest', async () => {
        const said = await run(program, ['alertmanager', '--config.fil=x']);
        assert.equal(said.code, 1);
        assert.match(said.stderr, /unknown flag --config\.fil \(did you mean "config\.file"\?\)/);
        const help = await run(program, ['alertmanager', '--help']);
        assert.equal(help.code, 0);
        assert.match(help.stdout, /--web\.listen-address=:9093/);
    });
});

// ---- beside the original ----------------------------------------------------------------

// Small numbers, the same for a seed.
function dice(seed) {
    let s = seed >>> 0;
    return (n) => {
        s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
        return Math.floor(s / 65536) % n;
    };
}

function tree(roll, depth) {
    const ops = ['=', '!=', '=~', '!~'];
    const matchers = Array.from({ length: roll(3) }, () =>
        `${'abc'[roll(3)]}${ops[roll(4)]}"${['', 'x', 'y', 'x|y', '.+'][roll(5)]}"`);
    const node = { receiver: `r${roll(6)}`, matchers, continue: roll(2) === 1 };
    if (depth > 0)
        node.routes = Array.from({ length: roll(4) }, () => tree(roll, depth - 1));
    return node;
}

describe('beside Debian\'s Alertmanager', () => {
    test('random trees route random labels to the same receivers', async () => {
        const seed = Number(process.env.BELFRY_SEED ?? 7);
        const roll = dice(seed);
        const { matchers, continue: go, ...root } = tree(roll, 3);
        root.routes = Array.from({ length: 4 }, () => tree(roll, 3));
        const config = JSON.stringify({ route: root,
            receivers: [0, 1, 2, 3, 4, 5].map((i) => ({ name: `r${i}` })) });
        const server = await start(config);
        const port = await freePort();
        theirs = child('prometheus-alertmanager', [`--config.file=${server.file}`,
            `--storage.path=${join(server.folder, 'theirs')}`, '--cluster.listen-address=',
            `--web.listen-address=127.0.0.1:${port}`]);
        theirs.url = `http://127.0.0.1:${port}`;
        await until('theirs', () => fetch(`${theirs.url}/-/ready`).then((r) => r.ok, () => false));
        const before = (await amtool(server, 'config', 'routes', 'show'));
        assert.equal(before, await amtool(theirs, 'config', 'routes', 'show'), `seed ${seed}`);
        for (let i = 0; i < 40; i++) {
            const labels = [];
            for (const name of 'abc')
                if (roll(3) > 0)
                    labels.push(`${name}=${['x', 'y', 'z'][roll(3)]}`);
            if (labels.length === 0)
                labels.push('a=x');
            const [ours, original] = await Promise.all([server, theirs].map((s) =>
                amtool(s, 'config', 'routes', 'test', ...labels)));
            assert.equal(ours, original, `seed ${seed}: ${labels}`);
        }
        assert.equal(await server.stop(), 0);
        await theirs.stop();
    });

    test('what it writes out of a file, it reads: and so do we, the same', async () => {
        const server = await start(full());
        const port = await freePort();
        const file = join(dir, 'ours.yml');
        writeFileSync(file, (await (await fetch(`${server.url}/api/v2/status`)).json()).config.original);
        theirs = child('prometheus-alertmanager', [`--config.file=${file}`,
            `--storage.path=${join(dir, 'theirs')}`, '--cluster.listen-address=',
            `--web.listen-address=127.0.0.1:${port}`]);
        theirs.url = `http://127.0.0.1:${port}`;
        await until('theirs', () => fetch(`${theirs.url}/-/ready`).then((r) => r.ok, () => false));
        const theirText = (await (await fetch(`${theirs.url}/api/v2/status`)).json()).config.original;
        writeFileSync(server.file, theirText.replaceAll('<secret>', 'http://x/'));
        const said = await run(program, ['check-config', server.file]);
        assert.equal(said.code, 0, said.stderr);
        // each key of theirs stands in ours; an empty list of templates is none
        const keys = (text) => new Set([...text.matchAll(/^\s*(?:- )?([a-z_]+):/gm)].map((m) => m[1]));
        const ours = keys(readFileSync(file, 'utf8'));
        assert.deepEqual([...keys(theirText)].filter((k) => !ours.has(k)), ['templates']);
        assert.equal(await server.stop(), 0);
        await theirs.stop();
    });

    test('what it left in its folder is taken over: silences, and what it told', async () => {
        const folder = mkdtempSync(join(dir, 'left-'));
        const file = join(folder, 'am.yml'), data = join(folder, 'data');
        const port = await freePort();
        writeFileSync(file, full());
        theirs = child('prometheus-alertmanager', [`--config.file=${file}`,
            `--storage.path=${data}`, '--cluster.listen-address=',
            `--web.listen-address=127.0.0.1:${port}`]);
        theirs.url = `http://127.0.0.1:${port}`;
        await until('theirs', () => fetch(`${theirs.url}/-/ready`).then((r) => r.ok, () => false));
        const told = async () => (await bodies()).filter((b) =>
            b.alerts[0].labels.run === '2' && b.receiver === 'ops').length;
        await amtool(theirs, 'alert', 'add', 'Disk', 'team=ops', 'run=2', 'host=磁盘');
        await amtool(theirs, 'silence', 'add', 'a=~"b|c"', 'd!=e', '-c', '静默', '-d', '1h');
        const gone = (await amtool(theirs, 'silence', 'add', 'x=y', '-c', 'gone', '-d', '1h')).trim();
        await amtool(theirs, 'silence', 'expire', gone);
        await until('their message', async () => await told() === 1);
        const silences = async (url) => (await (await fetch(`${url}/api/v2/silences`)).json())
            .map(({ annotations, ...s }) => s);
        const before = await silences(theirs.url);
        assert.equal(before.length, 2);
        await theirs.stop();

        const server = child(program, ['alertmanager', `--config.file=${file}`,
            `--storage.path=${data}`, '--web.listen-address=127.0.0.1:0']);
        server.url = 'http://' + await until('its address', () => /address=(\S+)/.exec(server.log)?.[1]);
        assert.deepEqual(await silences(server.url), before);
        await amtool(server, 'alert', 'add', 'Disk', 'team=ops', 'run=2', 'host=磁盘');
        await amtool(server, 'alert', 'add', 'Other', 'team=ops', 'run=3');
        await until('the other', async () =>
            (await bodies()).some((b) => b.alerts[0].labels.run === '3'));
        assert.equal(await told(), 1, 'it was told before');
        assert.match(server.log, /taken over from Alertmanager: 2 silences/);
        assert.equal(await server.stop(), 0, server.log);
    });
});
