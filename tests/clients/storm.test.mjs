// storm.test.mjs - five thousand alerts within seconds to one robot and 25 mailboxes: each is
// told once to whom it concerns, alone or in a digest, and the robot's vendor has nothing to
// mind. `./dev bench storm` is the same with 100,000 and 50.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { perMinute, Storm } from './storm.mjs';
import { admin } from './told.mjs';

const alerts = 5000, mailboxes = 25;
let dir, storm, sums, seen;

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-storm-'));
    storm = await Storm.start({ alerts, mailboxes, seconds: 3, dir });
    await storm.blow();
    sums = await storm.calm(300);
    seen = await storm.figures();
});
after(async () => {
    await storm?.stop();
    rmSync(dir, { recursive: true, force: true });
});

test('the robot is never told more than its vendor allows', () => {
    assert.equal(seen.refused, 0, 'the robot refused a message');
    assert.ok(seen.busiest <= perMinute, `${seen.busiest} messages within a minute`);
    assert.ok(seen.robot.length < 20, `${seen.robot.length} messages for one reader`);
    for (const m of seen.robot)
        assert.ok(Buffer.byteLength(m.body) <= 20_000);
});

test('every alert is told, alone or inside a digest', () => {
    assert.equal(seen.robot.reduce((sum, m) => sum + m.firing, 0), alerts);
    const told = new Map();
    for (const m of seen.mails)
        told.set(m.to, (told.get(m.to) ?? 0) + m.firing);
    assert.deepEqual([...told.keys()].sort(),
                     Array.from({ length: mailboxes }, (_, i) => `team${i}@example.org`).sort());
    for (const [to, firing] of told)
        assert.equal(firing, alerts / mailboxes, to);
});

test('a digest shows the most urgent, and counts the others', () => {
    const big = seen.robot.filter((m) => m.firing > 500);
    assert.notEqual(big.length, 0);
    for (const m of big) {
        const shown = m.text.match(/^\*\*🔴 critical · StormDisk\*\*/gm).length;
        assert.equal(Number(m.text.match(/＋(\d+) more/)[1]) + shown, m.firing);
        assert.doesNotMatch(m.text, /^\*\*. (error|warning|info)/m);
    }
});

test('nothing is owed, nobody failed, and what happened is known', async () => {
    assert.equal(sums.outbox, 0);
    assert.equal(sums.waiting, 0);
    assert.equal(sums.dead, 0);
    assert.equal(sums.failing, 0);
    assert.equal(sums.merged + seen.robot.length + seen.mails.length - sums.digests, 2 * alerts);
    const ask = async (query) => (await fetch(
        `${storm.belfry.url}/api/belfry/v1/deliveries?${new URLSearchParams(query)}`,
        { headers: admin })).json();
    const { items } = await ask({ filter: 'instance="host-4321.example.org:9100"', limit: '50' });
    const merged = items.find((row) => row.word === 'merged' && row.channel === 'dingtalk');
    assert.ok(merged, JSON.stringify(items));
    const into = await ask({ key: merged.detail.into });
    assert.deepEqual(into.items.map((row) => row.word).sort(), ['delivered', 'told']);
});

test('memory stays small', () => {
    // 90 MB as a rule; a sanitizer's build takes three times as much
    assert.ok(seen.memory.most < 500, `${seen.memory.most} MB`);
});
