// alertmanager.test.mjs - Debian's own prometheus and amtool, unmodified, against
// build/belfry: a rule that fires is listed, told to a webhook, and told again when it
// is over; amtool reads and adds; and `belfry explain` says who would be told.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry, child, freePort, program, until } from './support.mjs';
import { webhookSink } from './told.mjs';

let belfry, sink, dir;

// ---- what runs beside ------------------------------------------------------------------

const rules = (expr) => JSON.stringify({ groups: [{ name: 'g', interval: '500ms', rules: [{
    alert: '磁盘满', expr, labels: { team: 'ops', severity: 'critical', host: 'h<1>' },
    annotations: { summary: '剩余 {{ $value }} GiB' },
}] }] });

async function startPrometheus() {
    const port = await freePort();
    writeFileSync(join(dir, 'rules.yml'), rules('vector(3)'));
    writeFileSync(join(dir, 'prometheus.yml'), JSON.stringify({
        global: { evaluation_interval: '500ms' },
        rule_files: [join(dir, 'rules.yml')],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [belfry.host] }] }] },
    }));
    const c = child('prometheus', [
        `--config.file=${join(dir, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(dir, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.external-url=http://prometheus.example/`,
        // its first try comes before it has found us: the second shall come soon
        `--rules.alert.resend-delay=3s`,
    ]);
    c.process.on('error', (e) => { c.log += e.message; });
    return c;
}

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-am-'));
    sink = await webhookSink();
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' },
        routes: [{ name: 'ops', matchers: ['team="ops"'], group_by: ['alertname'],
                   group_wait: '1s', group_interval: '1s', repeat_interval: '4h',
                   webhooks: [{ url: sink.url }] }],
        accounts: [account([
            { name: 'ops', bearer: 'bk-alertmanager-test', policies: ['full-access'] },
            { name: 'none', bearer: 'bk-nobody-at-all', policies: [] },
        ])],
    });
});
after(async () => {
    await belfry.stop();
    await sink.stop();
    rmSync(dir, { recursive: true, force: true });
});

const alerts = async (query = '') =>
    (await fetch(`${belfry.url}/api/v2/alerts${query}`)).json();

// ---- prometheus --------------------------------------------------------------------------

test('a rule of a real Prometheus fires, is listed, told, and resolved', async () => {
    const prometheus = await startPrometheus();
    try {
        const [alert] = await until('the alert is listed', async () => {
            const list = await alerts('?filter=alertname%3D%22%E7%A3%81%E7%9B%98%E6%BB%A1%22');
            return list.length > 0 && list;
        });
        assert.deepEqual(alert.labels, { alertname: '磁盘满', team: 'ops',
                                         severity: 'critical', host: 'h<1>' });
        assert.deepEqual(alert.annotations, { summary: '剩余 3 GiB' });
        assert.deepEqual(alert.receivers, [{ name: 'ops' }]);
        assert.equal(alert.status.state, 'active');
        assert.match(alert.generatorURL, /^http:\/\/prometheus\.example\/graph\?g0\.expr=/);
        assert.match(alert.fingerprint, /^[0-9a-f]{16}$/);

        const [told] = await until('the webhook is told', async () => {
            const got = await sink.received();
            return got.length > 0 && got;
        });
        assert.equal(told.json.version, '4');
        assert.equal(told.json.status, 'firing');
        assert.equal(told.json.receiver, 'ops');
        assert.equal(told.json.groupKey, '{}/{team="ops"}:{alertname="磁盘满"}');
        assert.equal(told.json.alerts[0].fingerprint, alert.fingerprint);
        assert.match(told.headers['webhook-id'], /^[0-9a-f]{32}$/);

        writeFileSync(join(dir, 'rules.yml'), rules('vector(3) > 5'));
        prometheus.process.kill('SIGHUP');
        await until('it is over', async () => (await alerts()).length === 0);
        const last = await until('the webhook is told that it is over', async () =>
            (await sink.received()).find((r) => r.json.status === 'resolved'));
        assert.equal(last.json.alerts[0].labels.alertname, '磁盘满');
        assert.notEqual(last.headers['webhook-id'], told.headers['webhook-id']);
        const keys = (await sink.received()).map((r) => r.headers['webhook-id']);
        assert.equal(new Set(keys).size, keys.length, 'each message once');
    } catch (e) {
        throw new Error(`${e.message}\n${prometheus.log}`);
    } finally {
        await prometheus.stop();
    }
});

// ---- amtool -------------------------------------------------------------------------------

function run(file, args, env = {}) {
    return new Promise((done) => execFile(file, args,
        { env: { ...process.env, HOME: dir, ...env } },
        (e, stdout, stderr) => done({ code: e ? e.code : 0, stdout, stderr })));
}

describe('amtool', () => {
    const amtool = async (...args) => {
        const r = await run('amtool', [`--alertmanager.url=${belfry.url}`, ...args]);
        assert.equal(r.code, 0, `amtool ${args.join(' ')}: ${r.stdout}${r.stderr}`);
        return r.stdout;
    };

    test('adds and queries alerts', async () => {
        await amtool('alert', 'add', 'alertname=由amtool', 'team=dev', 'node=n1',
                     '--annotation=summary="x \\"y\\" <z>"');
        await amtool('alert', 'add', 'alertname=other', 'team=dev', 'node=n2');
        const all = JSON.parse(await amtool('alert', 'query', '-o', 'json', 'team=dev'));
        assert.deepEqual(all.map((a) => a.labels.node).sort(), ['n1', 'n2']);
        const one = JSON.parse(await amtool('alert', 'query', '-o', 'json', 'node=~n1|x'));
        assert.equal(one.length, 1);
        assert.equal(one[0].annotations.summary, 'x "y" <z>');
        assert.match(await amtool('alert', 'query', 'team=dev', 'node!=n1'), /other/);
        assert.doesNotMatch(await amtool('alert', 'query', 'node!~n.*'), /other/);
    });

    test('reads the routes', async () => {
        assert.match(await amtool('config', 'show'), /receiver: "ops"/);
        assert.match(await amtool('config', 'routes', 'test', 'team=ops'), /ops/);
        await amtool('config', 'routes', 'test', '--verify.receivers=ops', 'team=ops');
    });
});

// ---- belfry explain -------------------------------------------------------------------------

describe('belfry explain', () => {
    const explain = (args, env = {}) => run(program, ['explain', ...args], {
        BELFRY_URL: belfry.url, BELFRY_TOKEN: 'bk-alertmanager-test', ...env });

    test('says who would be told', async () => {
        const r = await explain(['alertname=new', 'team=ops']);
        assert.equal(r.code, 0, r.stderr);
        assert.match(r.stdout, /^1 message to 1 receiver\.\n\nWHO +CHANNEL +ADDRESS/);
        assert.match(r.stdout, /webhook .*route ops +told: first notification\n$/);
        assert.doesNotMatch(r.stdout, /\/hook/, 'the address is masked');
        assert.equal(r.stderr, '');
        assert.equal((await alerts('?filter=alertname%3Dnew')).length, 0);
    });

    test('says why nobody is, and what was nearest', async () => {
        const r = await explain(['alertname=new', 'team=dev', '-o', 'table']);
        assert.equal(r.code, 0);
        assert.equal(r.stdout, 'Nobody would be told: no route matches.\n\nNearest route: ' +
            'ops, which wants team="ops" (1 of its matchers miss, 1 routes looked at)\n');
    });

    test('answers programs', async () => {
        const r = await explain(['-o', 'json', 'team=ops']);
        assert.equal(JSON.parse(r.stdout).decisions[0].channel, 'webhook');
    });

    test('exits as it should', async () => {
        const exits = async (code, args, env) => {
            const r = await explain(args, env);
            assert.equal(r.code, code, `${args}: ${r.stdout}${r.stderr}`);
            return r.stderr;
        };
        const json = JSON.parse((await explain(['-o', 'json', 'team=ops'])).stdout);
        const { to, channel } = json.decisions[0];
        await exits(0, ['team=ops', '--expect', to]);
        await exits(0, ['team=ops', `--expect=${to}:${channel}`]);
        await exits(0, ['team=dev', '--expect=']);
        assert.match(await exits(3, ['team=ops', '--expect=zhang']),
                     /expected, but not told: zhang/);
        assert.match(await exits(3, ['team=ops', '--expect=']), /told, but not expected/);
        await exits(2, []);
        await exits(2, ['team']);
        await exits(2, ['team=ops', '--colour=red']);
        await exits(2, ['team=ops', '-o', 'xml']);
        await exits(2, ['team=ops', '--token-file', join(dir, 'none')]);
        await exits(4, ['team=ops'], { BELFRY_TOKEN: '' });
        await exits(4, ['team=ops'], { BELFRY_TOKEN: 'wrong' });
        await exits(4, ['team=ops'], { BELFRY_TOKEN: 'bk-nobody-at-all' });
        await exits(6, ['team=ops', `--url=http://127.0.0.1:${await freePort()}`]);
        await exits(5, ['team=ops', `--url=${belfry.url}/elsewhere`]);
        await exits(1, ['team=ops', '--at', 'noon']);
        writeFileSync(join(dir, 'words'), 'the key is\nbk-alertmanager-test\n');
        await exits(2, ['team=ops', '--token-file', join(dir, 'words')]);
        writeFileSync(join(dir, 'key'), 'bk-alertmanager-test\n');
        await exits(0, ['team=ops', '--token-file', join(dir, 'key')], { BELFRY_TOKEN: '' });
    });

    test('has help and a version', async () => {
        assert.match((await run(program, ['help'])).stdout, /belfry explain LABEL=VALUE/);
        assert.match((await run(program, ['help', 'explain'])).stdout, /--expect LIST/);
        assert.match((await run(program, ['version'])).stdout, /^belfry \d+\.\d+\.\d+\n$/);
        assert.equal((await run(program, ['nothing'])).code, 2);
        assert.equal((await run(program, [])).code, 2);
    });
});
