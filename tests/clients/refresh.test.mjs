// refresh.test.mjs - what is sent again with a later end is answered before it is on disk:
// who reads then sees it, and once it went to the disk by itself a kill -9 loses nothing of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, Belfry, until } from './support.mjs';

let belfry;

before(async () => {
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' },
        routes: [{ name: 'default', group_wait: '1h', group_interval: '1h' }],
        accounts: [account([{ name: 'ops', bearer: 'bk-refresh', policies: ['full-access'] }])],
    });
});
after(() => belfry.stop());

const startsAt = new Date(Date.now() - 60_000).toISOString();
const at = (minutes) => new Date(Math.floor(Date.now() / 1000) * 1000 + minutes * 60_000).toISOString();

async function post(...alerts) {
    const rs = await fetch(`${belfry.url}/api/v2/alerts`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(alerts) });
    assert.equal(rs.status, 200, await rs.text());
}

async function list() {
    const rs = await fetch(`${belfry.url}/api/v2/alerts`);
    return (await rs.json()).sort((a, b) => a.labels.n - b.labels.n);
}

const alert = (n, endsAt, summary = 'slow') => ({
    labels: { alertname: '延迟', n: `${n}` }, annotations: { summary }, startsAt, endsAt });

test('a reader sees what was answered', async () => {
    const started = at(5);
    await post(alert(1, started), alert(2, started));
    for (let i = 6; i < 60; i++) {
        const moved = at(i);
        await post(alert(1, moved));
        const seen = await list();
        assert.equal(seen[0].endsAt, moved);
        assert.equal(seen[1].endsAt, started);
        assert.equal(seen[0].annotations.summary, 'slow');
    }
});

test('what changes otherwise is as it was sent, in order', async () => {
    for (let i = 0; i < 20; i++) {
        const moved = at(100 + i);
        await post(alert(1, moved));
        await post(alert(1, moved, `changed ${i}`));
        await post(alert(1, at(200 + i), `changed ${i}`));
        const [seen] = await list();
        assert.equal(seen.annotations.summary, `changed ${i}`);
        assert.ok(seen.endsAt > moved);
    }
});

test('many at once: each has its last end', async () => {
    const all = Array.from({ length: 40 }, (_, n) => n + 10);
    await post(...all.map((n) => alert(n, at(10))));
    let last;
    for (let round = 0; round < 5; round++) {
        last = at(20 + round);
        await Promise.all(all.map((n) => post(alert(n, last))));
    }
    const seen = (await list()).filter((a) => Number(a.labels.n) >= 10);
    assert.equal(seen.length, 40);
    for (const a of seen)
        assert.equal(a.endsAt, last);
});

const onDisk = async () =>
    Number(/^belfry_journal_sequence (\d+)$/m.exec(await (await fetch(`${belfry.url}/metrics`)).text())[1]);

test('it goes to the disk by itself', async () => {
    const moved = at(500);
    await post(alert(99, at(10))); // new: all that was before is on disk with it
    const before = await onDisk();
    await post(alert(1, moved));
    await until('it is on disk', async () => await onDisk() > before);
    await belfry.restart('SIGKILL');
    const [seen] = await list();
    assert.ok(seen.endsAt >= moved, `${seen.endsAt} after ${moved}`); // its time once more
});
