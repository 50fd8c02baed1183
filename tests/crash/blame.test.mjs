// blame.test.mjs - a fault while a message is rendered: the process dies of it, and the next
// one tries the plain form; if it dies of that, too, the message is set aside, everybody else
// is told, and a person may send it again. The fault is a signal to the very thread that
// renders; the message is one whose template keeps that thread busy long enough to be found.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { account, Belfry, until } from '../clients/support.mjs';
import { admin, fire, history, users } from '../clients/told.mjs';

// Twenty million steps at most, some 1.2 s, with this many labels.
const slow = `{{ $p := .CommonLabels.SortedPairs }}${'{{ range $p }}'.repeat(4)}${'{{ end }}'.repeat(4)}told at last`;
const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, 'x']));
let dir, receiver, belfry;
const came = { robot: [], opsgenie: [] };
// A sanitizer takes the signal before we do.
const skip = /SAN=1/.test(process.env.MAKE_VARIANT ?? '') && 'a sanitizer takes the signal';

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-blame-'));
    receiver = http.createServer(async (req, res) => {
        let body = '';
        for await (const piece of req)
            body += piece;
        const robot = req.url.startsWith('/robot');
        came[robot ? 'robot' : 'opsgenie'].push(body);
        res.writeHead(robot ? 200 : 202, { 'Content-Type': 'application/json' })
            .end(robot ? '{"errcode":0,"errmsg":"ok"}' : '{"result":"Request will be processed"}');
    });
    await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${receiver.address().port}`;
    const routes = ['opsgenie', 'robot'].map((name) => ({ receiver: name, matchers: [`to="${name}"`] }));
    writeFileSync(join(dir, 'alertmanager.yml'), JSON.stringify({
        route: { receiver: 'nowhere', group_by: ['alertname'], group_wait: '0s', routes },
        receivers: [
            { name: 'nowhere' },
            { name: 'robot', dingtalk_configs: [{ webhook_url: `${url}/robot?access_token=x`, message: slow }] },
            // its plain form has this text, too
            { name: 'opsgenie', opsgenie_configs: [{ api_url: url, api_key: 'x', message: slow }] }] }));
    belfry = await Belfry.start({
        confine: false, // else nobody sees what its threads do
        alertmanager: { account: 'default', auth: 'none', config_file: join(dir, 'alertmanager.yml') },
        accounts: [account(users)] });
});
after(async () => {
    receiver?.close();
    await belfry?.stop().finally(() => rmSync(dir, { recursive: true, force: true }));
});

// A thread is hit by tgkill, which Node has not; and whoever hits looks himself, and stands
// ready before there is anything to see: the message is written within a second.
const look = `
import ctypes, os, re, sys, time
print("ready", flush=True)
pid, signal = map(int, sys.stdin.readline().split())
def renders(tid):
    try:
        with open(f"/proc/{pid}/task/{tid}/stat") as f:
            name, rest = re.match(r"\\d+ \\((.*)\\) (.*)", f.read(), re.S).groups()
    except OSError:
        return False # it ended
    return name.startswith("render") and rest[0] == "R" and int(rest.split(" ")[11]) >= 2
end = time.monotonic() + 120
while time.monotonic() < end:
    for tid in map(int, os.listdir(f"/proc/{pid}/task")):
        if renders(tid):
            sys.exit(ctypes.CDLL(None).tgkill(pid, tid, signal))
    time.sleep(0.002)
sys.exit("nothing is rendered")`;

// hits(signal): the thread that renders, of the server that is there then, which ends of it.
async function marksman() {
    const python = spawn('python3', ['-c', look], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(python.stdout, 'data');
    return async (signal) => {
        const closed = once(python, 'close');
        python.stdin.end(`${belfry.process.pid} ${constants.signals[signal]}\n`);
        assert.equal((await closed)[0], 0);
        assert.equal((await belfry.ended).signal, signal, belfry.log);
    };
}

// It may be at it, and dead, before it says that it is ready.
async function runAnd(hits, signal) {
    const ready = belfry.run().catch(() => {});
    await hits(signal);
    await ready;
}

test('a fault of the words: it is told in the plain form', { skip }, async () => {
    const hits = await marksman();
    await fire(belfry, { alertname: 'Once', to: 'robot', ...many });
    await hits('SIGSEGV');
    await belfry.run();
    await until('it came', () => came.robot.length > 0);
    assert.match(came.robot[0], /Once/);
    assert.doesNotMatch(came.robot[0], /told at last/);
    assert.equal(JSON.parse(came.robot[0]).msgtype, 'text');
});

test('twice, then it is set aside; others are told', { skip }, async () => {
    const first = await marksman(), second = await marksman();
    await fire(belfry, { alertname: 'Poison', to: 'opsgenie', ...many });
    await first('SIGSEGV');
    await runAnd(second, 'SIGSEGV');
    await belfry.run();
    await fire(belfry, { alertname: 'Fine', to: 'robot' });
    await until('others are told', () => came.robot.length > 1);
    const row = await until('its row', async () =>
        (await history(belfry, 'Poison', 'decision')).find((r) => r.word === 'quarantined'));
    assert.match(row.reason, /crashed/);
    assert.match(belfry.log, new RegExp(`crashed \\(signal 11\\) while it wrote message ${row.key}`));
    assert.equal(came.opsgenie.length, 0);
    const failed = await (await fetch(`${belfry.url}/api/belfry/v1/deliveries?failed=true`,
                                      { headers: admin })).json();
    assert.deepEqual(failed.items.map((r) => r.key), [row.key]);

    // a person sends it again, to a server that lives
    const answer = await fetch(`${belfry.url}/api/belfry/v1/deliveries/${row.key}/resend`,
                               { method: 'POST', headers: admin });
    assert.equal(answer.status, 202, await answer.text());
    await until('it came', () => came.opsgenie.some((body) => body.includes('told at last')));
});

test('a kill blames nobody', async () => {
    const [first, second, third] = [await marksman(), await marksman(), await marksman()];
    await fire(belfry, { alertname: 'Innocent', to: 'robot', ...many });
    await first('SIGKILL');
    await runAnd(second, 'SIGKILL');
    await runAnd(third, 'SIGKILL');
    await belfry.run();
    assert.doesNotMatch(belfry.log, /crashed/);
    // Fine's message says so, too
    await until('it came', () =>
        came.robot.some((body) => body.includes('Innocent') && body.includes('told at last')));
    assert.deepEqual((await history(belfry, 'Innocent', 'decision')).map((r) => r.word), ['told']);
});
