// kill.test.mjs - SIGKILL at random moments while alerts come in: whatever was answered
// 200 is told, on a webhook and by mail; what arrives twice carries the same key, once
// more for each kill at most, and only if its outcome was not on disk. Every tenth kill
// meets a clean stop, while it writes its snapshot. What goes wrong is told in full, for it
// may not come again.
// BELFRY_KILLS (25), BELFRY_SEED, BELFRY_ALERTS (2000), BELFRY_STOPS (10): every so-manyth
// kill meets a clean stop.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sleep } from '../clients/support.mjs';
import { faultsOf, judge, suspects } from './judge.mjs';
import { attempts, Ears, post, randomOf, startTelling, story, uidOf } from './rig.mjs';

const kills = Number(process.env.BELFRY_KILLS ?? 25);
const alerts = Number(process.env.BELFRY_ALERTS ?? 2000);
const seed = Number(process.env.BELFRY_SEED ?? Date.now() % 1e9);
const stops = Number(process.env.BELFRY_STOPS ?? 10);
const batch = 4, lifeMost = 300, stopMost = 200, patience = 120e3; // ms

// A client as Prometheus is one: what was not answered is sent again. Its alerts are
// spread over all lives of the server.
async function postAll(belfry, run, random) {
  for (let i = 0; i < alerts; i += batch) {
    while (run.killed < Math.floor(i * kills / alerts)) await sleep(2);
    const uids = Array.from({ length: Math.min(batch, alerts - i) }, (_, k) => uidOf(i + k));
    while (!(await post(belfry.url, uids))) {
      run.retries++;
      await sleep(10);
    }
    uids.forEach((uid) => run.acked.add(uid));
    await sleep(random() * lifeMost * kills * batch / alerts);
  }
  run.killedAtEnd = run.killed;
}

async function killOnce(belfry, ears, run, random) {
  await sleep(random() * lifeMost);
  if (run.killed % stops === stops - 1) {
    belfry.process.kill('SIGTERM');
    await sleep(random() * stopMost);
  }
  const { signal } = await belfry.kill('SIGKILL');
  run.clean += signal === null ? 1 : 0; // it was quicker than we
  await ears.drain();
  ears.life++;
  await belfry.run();
  if (++run.killed % 100 === 0) console.log(`${run.killed} kills, ${run.acked.size} alerts acknowledged`);
}

async function quiet(ears, run) {
  const all = (heard) => { const uids = new Set(heard.map((h) => h.uid)); return [...run.acked].every((uid) => uids.has(uid)); };
  for (const end = Date.now() + patience; Date.now() < end; await sleep(100))
    if (all(ears.webhook) && all(ears.mail)) break;
  await sleep(2000); // nothing more may come
}

// History is written behind the answers: as long as it takes, for whoever waits in vain is told which.
async function recorded(belfry, ears, run) {
  for (const end = Date.now() + patience; ; await sleep(100)) {
    const rows = await attempts(belfry);
    if (Date.now() > end || ears.lists().every(([, heard]) => judge(run.acked, heard, rows).unrecorded.length === 0)) return rows;
  }
}

function report(name, v) {
  console.log(`${name}: ${v.messages} messages, ${v.lost.length} lost; ${v.repeats} repeated under the same key (at most ` +
    `${v.most} of one), ${v.rekeyed.length} under another, ${v.resent.length} after their outcome was on record, ` +
    `${v.crowded.length} without a kill between`);
}

test('the judge sees what is lost, rekeyed, resent, crowded, unrecorded', () => {
  let n = 0;
  const at = (uid, key, when, life) => ({ uid, key, n: ++n, at: when, life });
  const bad = judge(new Set(['a', 'b', 'c', 'd', 'e']), [
    at('a', '1', 10, 0), at('a', '2', 20, 1), // another key
    at('b', '3', 10, 0), at('b', '3', 30, 1), // on record at 20
    at('d', '4', 10, 2), at('d', '4', 11, 2), // twice in one life
    at('e', '5', 10, 0), at('e', '5', 30, 1), // as it should be
  ], [{ key: '1', word: 'delivered', at: 10 }, { key: '3', word: 'delivered', at: 20 }, { key: '4', word: 'accepted', at: 11 },
    { key: '5', word: 'unknown', at: 11 }, { key: '5', word: 'delivered', at: 31 }]);
  assert.deepEqual(bad, { lost: ['c'], rekeyed: ['a'], resent: ['3'], crowded: ['4'], unrecorded: ['2'],
    repeats: 3, most: 2, messages: 8 });
});

test('of what the judge finds all messages are named, of others none', () => {
  const heard = [{ uid: 'a', key: '1', n: 1, at: 10, life: 0 }, { uid: 'b', key: '1', n: 1, at: 10, life: 0 },
    { uid: 'c', key: '2', n: 2, at: 15, life: 0 }, { uid: 'a', key: '3', n: 3, at: 20, life: 1 },
    { uid: 'd', key: '4', n: 4, at: 30, life: 1 }, { uid: 'd', key: '4', n: 5, at: 31, life: 1 }];
  const told = (key) => ({ key, word: 'delivered', at: 40 });
  const verdict = judge(new Set(['a', 'b', 'c', 'd']), heard, ['1', '2', '3', '4'].map(told));
  assert.deepEqual(faultsOf(verdict), { rekeyed: ['a'], crowded: ['4'] });
  assert.deepEqual(suspects(verdict, heard), [{ n: 1, key: '1', life: 0, at: 10, uids: ['a', 'b'] },
    { n: 3, key: '3', life: 1, at: 20, uids: ['a'] }, { n: 4, key: '4', life: 1, at: 30, uids: ['d'] },
    { n: 5, key: '4', life: 1, at: 31, uids: ['d'] }]);
  assert.deepEqual(faultsOf(judge(new Set(['c']), [heard[2]], [told('2')])), {});
});

test(`${kills} kills while ${alerts} alerts come in`, { timeout: 7200_000 }, async () => {
  const random = randomOf(seed), run = { acked: new Set(), killed: 0, clean: 0, retries: 0 };
  const ears = await new Ears().open();
  const belfry = await startTelling(ears);
  try {
    console.log(`seed ${seed}`);
    const posting = postAll(belfry, run, randomOf(seed + 1));
    while (run.killed < kills) await killOnce(belfry, ears, run, random);
    await posting;
    await quiet(ears, run);
    const rows = await recorded(belfry, ears, run);
    console.log(`${run.killed} kills (${run.clean} after a clean stop had ended), ${run.killedAtEnd} before the last alert; ` +
      `${run.acked.size} alerts acknowledged, ${run.retries} batches sent again, ${rows.length} attempts on record`);
    for (const [name, heard] of ears.lists()) {
      const verdict = judge(run.acked, heard, rows), faults = faultsOf(verdict);
      report(name, verdict);
      if (Object.keys(faults).length > 0) console.log(await story(belfry, ears, name, verdict).catch(String));
      assert.deepEqual(faults, {});
      assert.ok(verdict.most <= kills + 1);
    }
    assert.equal(run.acked.size, alerts);
  } finally {
    await belfry.stop().finally(() => ears.close());
  }
});
