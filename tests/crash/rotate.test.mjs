// rotate.test.mjs - another master key for a data folder, killed at each of its system calls
// that change something: afterwards the folder is the old one or the new one, whole. strace
// does the killing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sendV1 } from '../clients/alibaba_sign.mjs';
import { account, Belfry, program } from '../clients/support.mjs';

const key = { id: 'rotateKey', secret: 'rotate-secret-41b0' };
const hook = (name) => `https://oapi.dingtalk.com/robot/send?access_token=${name}-9c1e5f0a77`;
const changes = 'write,pwrite64,fsync,fdatasync,rename,link,linkat,unlink,ftruncate,fchmod';

let belfry, kept, dir;

const put = async (name) => {
    const answer = await sendV1(belfry.host, 'PutContact', { ContactName: name, Describe: name,
                                                            'Channels.DingWebHook': hook(name) }, { key });
    assert.equal(answer.status, 200, answer.text);
};

// Some of it in a snapshot, some in the records behind it.
before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-rotate-'));
    belfry = await Belfry.start({ accounts: [account([{ name: 'ops', password: 'pw', policies: ['full-access'],
                                                       access_keys: [key] }])] });
    await put('early');
    await belfry.restart('SIGTERM');
    await put('late');
    await belfry.kill('SIGKILL');
    kept = belfry.config.data_dir;
});
after(async () => {
    await belfry.kill();
    rmSync(belfry.dir, { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
});

const copy = (name) => {
    const to = join(dir, name);
    cpSync(kept, to, { recursive: true });
    return to;
};
const masterOf = (data) => readFileSync(join(data, 'master.key'), 'latin1');
const rotate = (data, ...by) => spawnSync(by[0] ?? program,
    [...by.slice(1), ...(by.length ? [program] : []), 'key', 'rotate-master', '--data', data],
    // a leak checker cannot look while strace does
    { encoding: 'utf8', env: { ...process.env, ...(by.length ? { ASAN_OPTIONS: 'detect_leaks=0' } : {}) } });
// Everything that was sealed is looked at: a key that signs, and what is answered whole.
async function opens(data) {
    belfry.config.data_dir = data;
    await belfry.run();
    const { status, json, text } = await sendV1(belfry.host, 'DescribeContactList', {}, { key });
    await belfry.kill('SIGTERM');
    assert.equal(status, 200, text);
    assert.deepEqual(json.Contacts.Contact.map((c) => c.Channels.DingWebHook).sort(), [hook('early'), hook('late')]);
    assert.deepEqual(readdirSync(data).filter((name) => name.includes('.next')), []);
    assert.doesNotMatch(belfry.log, /another master key|signing key .* damaged/);
}

const idIn = (data, id) => readdirSync(data).filter((name) => /\.db/.test(name) &&
    readFileSync(join(data, name)).includes(id));
// What stands at the head of each box: the format, and the id of its key.
function headOf(data) {
    const bytes = readFileSync(join(data, 'journal.db')), wal = join(data, 'journal.db-wal');
    const all = Buffer.concat([bytes, existsSync(wal) ? readFileSync(wal) : Buffer.alloc(0)]);
    const at = all.indexOf('https://oapi.dingtalk.com/'); // what is shown stands behind its box
    const heads = new Map();
    for (let i = Math.max(0, at - 400); i < at; i++)
        if (all[i] === 1) {
            const head = all.subarray(i, i + 5);
            let n = 0;
            for (let k = all.indexOf(head); k >= 0; k = all.indexOf(head, k + 1))
                n++;
            heads.set(head.toString('hex'), n);
        }
    return Buffer.from([...heads].sort((a, b) => b[1] - a[1])[0][0], 'hex');
}

test('all is sealed by the new key, nothing by the old one, and it still opens', async () => {
    const data = copy('whole'), old = masterOf(data), head = headOf(data);
    assert.ok(idIn(data, head).length > 0);
    const { status, stdout, stderr } = rotate(data);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^[3-9] secrets are sealed|^\d\d+ secrets/);
    assert.notEqual(masterOf(data).slice(0, 64), old.slice(0, 64));
    assert.deepEqual(idIn(data, head), []);
    await opens(data);
    assert.equal(rotate(data).status, 0); // and once more
    await opens(data);
});

test('a server that runs is left alone, and a wrong key changes nothing', async () => {
    const data = copy('held');
    belfry.config.data_dir = data;
    await belfry.run();
    const held = rotate(data);
    assert.equal(held.status, 1);
    assert.match(held.stderr, /in use by another Belfry/);
    await belfry.kill('SIGTERM');
    const none = rotate(join(dir, 'nowhere'));
    assert.equal(none.status, 1);
    assert.match(none.stderr, /there is no folder/);
});

const strace = spawnSync('strace', ['-V']).status === 0;

test('killed at any point it leaves the old folder or the new one', { skip: !strace && 'strace is not here' }, async () => {
    const counted = copy('counted'), list = join(dir, 'calls');
    const clean = rotate(counted, 'strace', '-qq', '-o', list, '-e', `trace=${changes}`);
    assert.equal(clean.status, 0, clean.stderr);
    // strace counts each kind of call for itself
    const seen = {}, points = [];
    for (const [, call] of readFileSync(list, 'utf8').matchAll(/^(\w+)\(/gm))
        points.push([call, seen[call] = (seen[call] ?? 0) + 1]);
    assert.ok(points.length > 20, `${points.length}`);
    const old = masterOf(kept), ends = { old: 0, new: 0 };
    const every = Number(process.env.ROTATE_EVERY ?? Math.ceil(points.length / 30));
    for (const [call, n] of points.filter((_, i) => i % every === 0)) {
        const data = copy(`at-${call}-${n}`);
        const { signal } = rotate(data, 'strace', '-qq', '-o', '/dev/null', '-e', `trace=${call}`,
                                  '-e', `inject=${call}:signal=SIGKILL:when=${n}`);
        assert.equal(signal, 'SIGKILL', `${call} ${n}`);
        await opens(data);
        ends[masterOf(data) === old ? 'old' : 'new']++;
        rmSync(data, { recursive: true });
    }
    assert.ok(ends.old > 0 && ends.new > 0, JSON.stringify(ends));
    console.log(`# killed at ${ends.old + ends.new} of ${points.length} calls: ${ends.old} times the old key, ${ends.new} the new`);
});
