// hardening.test.mjs - what a hole in the server would open: how the program is built, what
// the running process gave up, and what the unit of the package forbids it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
         statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { account, Belfry, freePort, program, until } from './support.mjs';

const tree = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
const variant = /\/(san|tsan|cov)\/belfry$/.exec(program)?.[1]; // built for something else
const root = process.getuid() === 0;

// ---- the program ---------------------------------------------------------------------------

describe('the program', { skip: variant }, () => {
    const headers = run('readelf', '-lW', program), dynamic = run('readelf', '-dW', program);
    const symbols = run('readelf', '--dyn-syms', '-W', program).split('\n')
        .map((line) => line.trim().split(/\s+/)).filter((words) => words.length >= 8 && /^\d+:$/.test(words[0]));

    test('lies anywhere, and nothing in it is both written and run', () => {
        assert.match(run('readelf', '-hW', program), /Type:\s+DYN/);
        assert.match(dynamic, /FLAGS_1.*PIE/);
        const segments = headers.split('\n').map((l) => /^\s+(\w+)\s.*\s([R ][W ][E ])\s+0x/.exec(l)).filter(Boolean);
        assert.ok(segments.filter(([, type]) => type === 'LOAD').length >= 3, headers);
        assert.ok(segments.some(([, type, mode]) => type === 'GNU_STACK' && mode === 'RW '), headers);
        assert.deepEqual(segments.filter(([, , mode]) => mode.includes('W') && mode.includes('E')), []);
        assert.doesNotMatch(dynamic, /TEXTREL/);
    });

    test('binds everything at its start and closes the table', () => {
        assert.match(headers, /GNU_RELRO/);
        assert.match(dynamic, /BIND_NOW/);
        assert.match(dynamic, /FLAGS_1.*NOW/);
    });

    test('takes no library from a path of its builder, and lends out no symbol', () => {
        assert.doesNotMatch(dynamic, /RPATH|RUNPATH/);
        // what is defined here by a library's name is that library's, copied at the start
        const own = symbols.filter((w) => w[4] !== 'LOCAL' && w[6] !== 'UND' && !w[7].includes('@'));
        assert.deepEqual(own.map((w) => w[7]), []);
    });

    test('watches its stack and its buffers', () => {
        const wanted = symbols.filter((w) => w[6] === 'UND').map((w) => w[7].replace(/@.*/, ''));
        assert.ok(wanted.includes('__stack_chk_fail'));
        for (const name of ['__snprintf_chk', '__vsnprintf_chk', '__memcpy_chk', '__fprintf_chk'])
            assert.ok(wanted.includes(name), name);
        for (const name of ['gets', 'strcat', 'sprintf', 'vsprintf', 'system', 'popen', 'execve', 'fork'])
            assert.ok(!wanted.includes(name), name);
        assert.match(readFileSync(join(tree, 'Makefile'), 'utf8'), /-D_FORTIFY_SOURCE=3/);
    });

    // The program itself is not marked: Debian 12's start files are not.
    test('each part of it marks where it may be jumped to', { skip: process.arch !== 'x64' }, () => {
        const parts = run('readelf', '-nW', join(dirname(program), 'libbelfry.a')).split(/^File: /m).slice(1);
        assert.ok(parts.length > 300, `${parts.length}`);
        const bare = parts.filter((p) => !/x86 feature: IBT, SHSTK/.test(p)).map((p) => p.split('\n')[0]);
        assert.deepEqual(bare.filter((name) => !/pages_data\.o/.test(name)), []);
    });
});

// ---- the process ---------------------------------------------------------------------------

const status = (pid, task = pid) => Object.fromEntries(
    readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8').split('\n').map((l) => l.split(/:\s*/)));

describe('the process', () => {
    let dir;
    before(() => {
        dir = mkdtempSync(join(tmpdir(), 'belfry-hard-'));
        chmodSync(dir, 0o755);
    });
    after(() => rmSync(dir, { recursive: true, force: true }));

    // A first run writes its words into the data folder; this link leads them out of it.
    function trap(name) {
        const data = join(dir, name);
        mkdirSync(data, { mode: 0o700 });
        symlinkSync(join(dir, `${name}-caught`), join(data, 'first-run.txt'));
        return { data_dir: data, caught: join(dir, `${name}-caught`) };
    }

    const landlock = /landlock/.test(spawnSync('sh', ['-c', 'cat /sys/kernel/security/lsm /proc/kallsyms | grep -m1 landlock'],
                                               { encoding: 'utf8' }).stdout);

    test('all its threads give up what they do not need', async () => {
        const b = await Belfry.start({ accounts: [account([])] });
        const tasks = readdirSync(`/proc/${b.process.pid}/task`);
        assert.ok(tasks.length > 4);
        for (const task of tasks) {
            const { Seccomp, NoNewPrivs } = status(b.process.pid, task);
            assert.deepEqual({ Seccomp, NoNewPrivs }, { Seccomp: '2', NoNewPrivs: '1' });
        }
        const limits = readFileSync(`/proc/${b.process.pid}/limits`, 'utf8');
        assert.match(limits, /Max core file size\s+0\s+0/);
        await b.stop();
    });

    test('it writes nowhere but in its folder', { skip: !landlock || variant === 'cov' }, async () => {
        const { data_dir, caught } = trap('confined');
        await assert.rejects(Belfry.start({ data_dir }), /first-run\.txt: Permission denied/);
        assert.equal(existsSync(caught), false);
    });

    test('confine: false leaves all of it out, for debuggers', async () => {
        const { data_dir, caught } = trap('open');
        const b = await Belfry.start({ data_dir, confine: false });
        const { Seccomp, NoNewPrivs } = status(b.process.pid);
        assert.deepEqual({ Seccomp, NoNewPrivs }, { Seccomp: '0', NoNewPrivs: '0' });
        assert.equal(existsSync(caught), true);
        await b.stop();
    });

    test('a folder named writable is, and one that is not there is named', async () => {
        const { data_dir, caught } = trap('more');
        await assert.rejects(Belfry.start({ data_dir, writable: [join(dir, 'absent')] }), /absent/);
        const b = await Belfry.start({ data_dir, writable: [dir] });
        assert.equal(existsSync(caught), true);
        await b.stop();
    });

    test('started by root it becomes who it is told, and nobody else of that name reads its memory',
         { skip: !root }, async () => {
        const data_dir = join(dir, 'nobodys');
        // its file lies in a folder of root's: a reload could not read it
        await assert.rejects(Belfry.start({ data_dir, user: 'nobody' }), /nobody may not read .*belfry\.yml/);
        const c = new Belfry(), port = await freePort();
        c.dir = mkdtempSync(join(tmpdir(), 'belfry-user-'));
        c.url = `http://127.0.0.1:${port}`;
        c.config = { listen: `127.0.0.1:${port}`, data_dir, user: 'nobody' };
        chmodSync(c.dir, 0o755);
        writeFileSync(join(c.dir, 'belfry.yml'), '', { mode: 0o644 }); // run() keeps its mode
        // nor a file that its file names
        writeFileSync(join(c.dir, 'secret'), 'x', { mode: 0o600 });
        c.config.smtp = { host: '127.0.0.1', password_file: join(c.dir, 'secret') };
        await assert.rejects(c.run());
        await until('it says why', () => /secret.*Permission denied/.test(c.log));
        delete c.config.smtp;
        // it is read twice, and what it warns of is said once
        writeFileSync(join(c.dir, 'am.yml'), JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r', slack_configs: [
            { api_url: 'http://127.0.0.1:9/', channel: '#a', text: '{{ template "nope" . }}' }] }] }));
        c.config.alertmanager = { account: 'default', config_file: join(c.dir, 'am.yml') };
        c.config.accounts = [account([{ name: 'ops', policies: ['full-access'] }])];
        await c.run();
        assert.equal(c.log.split('there is no template').length, 2, c.log);
        const own = status(c.process.pid);
        const nobody = run('id', '-u', 'nobody').trim();
        assert.deepEqual([...new Set(own.Uid.split(/\s+/))], [nobody]);
        assert.equal(own.CapEff, '0000000000000000');
        assert.equal(own.CapPrm, '0000000000000000');
        assert.equal(statSync(data_dir).uid, Number(nobody));
        for (const what of ['mem', 'environ', 'maps', 'fd/0'])
            assert.notEqual(spawnSync('setpriv', ['--reuid', nobody, '--clear-groups', '--inh-caps=-all', 'head', '-c1',
                                                  `/proc/${c.process.pid}/${what}`]).status, 0, what);
        assert.equal((await fetch(`${c.url}/metrics`)).status, 200); // it reads of itself
        await c.restart('SIGTERM');
        await c.stop();
    });
});

// ---- the package ---------------------------------------------------------------------------

test('make install puts each file where Debian wants it, and the unit scores 1.5 or better', () => {
    const to = mkdtempSync(join(tmpdir(), 'belfry-install-'));
    try {
        const make = () => execFileSync('make', ['-s', '-o', 'all', 'install', `O=${dirname(program)}`, `DESTDIR=${to}`, 'PREFIX=/usr'],
                                        { cwd: tree, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, MAKEFLAGS: '' } });
        make();
        assert.equal(statSync(join(to, 'usr/bin/belfry')).mode & 0o7777, 0o755);
        assert.equal(statSync(join(to, 'etc/belfry/belfry.yml')).mode & 0o777, 0o640);
        assert.match(readFileSync(join(to, 'usr/lib/sysusers.d/belfry.conf'), 'utf8'), /^u belfry /);
        writeFileSync(join(to, 'etc/belfry/belfry.yml'), 'listen: 127.0.0.1:1\n');
        make(); // an upgrade keeps what somebody wrote
        assert.equal(readFileSync(join(to, 'etc/belfry/belfry.yml'), 'utf8'), 'listen: 127.0.0.1:1\n');
        const unit = join(to, 'lib/systemd/system/belfry.service');
        assert.match(readFileSync(unit, 'utf8'), /^ExecStart=\/usr\/bin\/belfry serve /m);
        const said = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=15', '--no-pager', unit],
                               { encoding: 'utf8' });
        const [, score] = /exposure level for \S+: ([\d.]+)/.exec(said.stdout) ?? [];
        assert.ok(Number(score) <= 1.5, said.stdout + said.stderr);
        assert.equal(said.status, 0, said.stderr);
        assert.doesNotMatch(said.stderr, /Unknown|ignoring/);
    } finally {
        rmSync(to, { recursive: true, force: true });
    }
});
