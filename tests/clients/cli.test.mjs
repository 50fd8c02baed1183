// cli.test.mjs - the commands as somebody meets them who has read nothing but --help: each
// says what it takes, what a first run leaves is found, lists come as tables and as JSON.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { account, Belfry, program } from './support.mjs';

const bearer = 'bk-cli-test';
let belfry;
before(async () => { belfry = await Belfry.start({ accounts: [account([{ name: 'ops', bearer, policies: ['full-access'] }])] }); });
after(() => belfry.stop());

const run = (args, { env = {}, cwd } = {}) => new Promise((done) => execFile(program, args, { cwd, env: { PATH: process.env.PATH, ...env } },
    (e, stdout, stderr) => done({ code: e ? e.code : 0, stdout, stderr })));
const cli = (...args) => run(args, { env: { BELFRY_URL: belfry.url, BELFRY_TOKEN: bearer } });
const api = (method, path, body) => fetch(`${belfry.url}/api/belfry/v1/${path}`, { method, headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    .then((r) => assert.ok(r.ok, `${method} ${path} ${r.status}`));

test('every command says what it takes', async () => {
    const all = await cli('help');
    const names = [...all.stdout.matchAll(/^ {2}belfry (\S+)/gm)].map((m) => m[1]);
    assert.ok(names.length > 15);
    for (const name of new Set(names))
        for (const how of ['--help', '-h']) {
            const said = await cli(name, how);
            assert.equal(said.code, 0, `${name} ${how}: ${said.stderr}`);
            assert.ok(said.stdout.includes(name === 'alertmanager' ? 'config.file' : `belfry ${name}`), said.stdout);
            assert.equal(said.stderr, '', name);
        }
    const wrong = await cli('serve', '--prot', '1');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--prot is no option/);
    assert.equal((await cli('explain', '--', '--help')).code, 2, 'behind -- it is a word');
});

test('what there is, as a table and as JSON', async () => {
    await api('PUT', 'contacts/Alice', { lang: 'en', addresses: [{ channel: 'email', plain: 'alice@example.com' }] });
    await api('PUT', 'contact-groups/ops', { members: ['Alice'] });
    await api('PUT', 'routes/ops', { matchers: 'team="ops"', contact_groups: ['ops'] });
    await api('POST', 'alerts', { alerts: [{ labels: { alertname: 'Disk', team: 'ops' } }, { labels: { alertname: 'Other', team: 'db' } }] });
    const groups = await cli('get', 'groups');
    assert.match(groups.stdout, /^name +members +describe\nops +Alice +-\n$/);
    assert.match((await cli('get', 'contacts')).stdout, /Alice .*email alice@example.com pending/);
    assert.match((await cli('get', 'routes')).stdout, /ops .*team="ops"/);
    const some = await cli('get', 'alerts', '-l', 'team="ops"');
    assert.match(some.stdout, /alertname="Disk", team="ops"/);
    assert.doesNotMatch(some.stdout, /Other/);
    assert.equal(JSON.parse((await cli('get', 'alerts', '-o', 'json')).stdout).items.length, 2);
    assert.equal(JSON.parse((await cli('get', 'routes', 'ops')).stdout).name, 'ops');
    assert.equal((await cli('get', 'routes', 'none')).code, 5);
    const unknown = await cli('get', 'people');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /"people" is none of alerts, contacts, groups/);
    assert.equal(JSON.parse((await cli('status')).stdout).ready, true);
    const taken = await cli('ack', 'team="ops"');
    assert.deepEqual([taken.code, taken.stdout, taken.stderr], [0, '', '1 alert taken on.\n']);
    assert.equal((await cli('silence', 'add', 'team=ops', '--for', '2h')).code, 0);
    assert.match((await cli('silence', 'list')).stdout, / \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /, 'seconds do');
    const id = JSON.parse((await cli('get', 'alerts', '-l', 'team="db"', '-o', 'json')).stdout).items[0].id;
    assert.match((await cli('deliveries', '--alert', id)).stdout, /not_routed/);
});

test('what a first run wrote is a key file, and goes to no server that was named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'belfry-cli-'));
    try {
        const child = spawn(program, ['serve', '--listen', '127.0.0.1:0'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
        const url = await new Promise((done) => { let said = ''; child.stderr.on('data', (d) => { const at = /Listening on" address=(\S+)/.exec(said += d); if (at) done(`http://${at[1]}`); }); });
        const file = join(folder, 'belfry-data', 'first-run.txt');
        assert.equal((await run(['status', '--url', url, '--token-file', file])).code, 0, 'the file is a key');
        const elsewhere = await run(['status', '--url', url], { cwd: folder });
        assert.equal(elsewhere.code, 4, 'a key goes nowhere it was not meant for');
        assert.match(elsewhere.stderr, /--token-file DATA\/first-run.txt/);
        const ended = new Promise((done) => child.on('exit', done));
        child.kill('SIGTERM');
        await ended;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});
