// points.test.mjs - the server stopped before the N-th call that changes its disk, for every
// N of each scenario (scenarios.mjs): killed, the power gone with what was not synced, or
// with some of it; calls that fail, and memory that runs out. And two disks that lie, which
// the judge has to notice.
//   CRASH_POINTS (1)   so many points of each scenario and way; 0: all of them
//   CRASH_ALLOCATIONS (20)  of CRASH_POINTS=0 every so-many-th allocation
//   CRASH_SCENARIOS, CRASH_WAYS   these only, by semicolon
//   CRASH_SEED                    of what is torn
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EIO, ENOSPC, FORGET, KEEP, SYNC_LATE, SYNC_NEVER, TORN } from './machine.mjs';
import { Stage } from './points.mjs';
import { scenarios } from './scenarios.mjs';

const most = Number(process.env.CRASH_POINTS ?? 1), seed = Number(process.env.CRASH_SEED ?? Date.now() % 1e6);
const allocations = Number(process.env.CRASH_ALLOCATIONS ?? 20);
const wanted = process.env.CRASH_SCENARIOS?.split(';').filter((name) => scenarios[name]) ?? Object.keys(scenarios);
const ofWays = process.env.CRASH_WAYS?.split(';');
const total = { points: 0, stopped: 0, repeats: 0, faults: 0 };
const hour = { timeout: 4 * 3600e3 };

const FOREVER = 1e9;
const ways = {
  killed: (n) => [{ stop: n, how: KEEP }],
  'power off': (n) => [{ stop: n, how: FORGET }],
  'power off, torn': (n) => [{ stop: n, how: TORN, seed: seed + n }],
  'one call fails (EIO), power off later': (n) => [{ fail_from: n, fail_calls: 1, fail_errno: EIO }, { end: FORGET }],
};
const full = { 'full from here, then not, power off later': (n) =>
  [{ fail_from: n, fail_calls: FOREVER, fail_errno: ENOSPC }, { end: FORGET }] };
const memory = { 'this allocation fails': (n) => [{ fail_allocation: n }] };

// Spread over all of them; a different few each time.
function pointsOf(count) {
  if (most === 0 || count <= most) return Array.from({ length: count }, (_, i) => i + 1);
  return Array.from({ length: most }, (_, i) => 1 + Math.floor((i + (seed % 97) / 97) * count / most));
}

async function runAll(stage, way, make, points) {
  const sum = { points: 0, stopped: 0, failed: 0, repeats: 0 }, faults = [];
  for (const n of points) {
    const did = await stage.run(...make(n));
    sum.points++;
    sum.stopped += did.stopped ? 1 : 0;
    sum.failed += did.failed > 0 ? 1 : 0;
    sum.repeats += did.repeats;
    faults.push(...did.faults.map((words) => `call ${n}: ${words}`));
  }
  console.log(`${stage.name}, ${way}: ${sum.points} points, ${sum.stopped} stopped, ${sum.failed} with a failed call, ` +
    `${sum.repeats} repeated under the same key, ${faults.length} faults`);
  for (const key of ['points', 'stopped', 'repeats']) total[key] += sum[key];
  total.faults += faults.length;
  assert.deepEqual(faults, []);
}

describe('at every call', { ...hour }, () => {
  for (const name of wanted) {
    const scenario = scenarios[name];
    test(name, hour, async () => {
      const stage = await Stage.open(name, scenario);
      try {
        const plain = await stage.run({}, { end: FORGET });
        assert.deepEqual(plain.faults, [], 'power off when all was quiet');
        console.log(`${name}: ${plain.calls} calls (${Object.entries(plain.kinds).filter(([, n]) => n > 0)
          .map(([kind, n]) => `${kind} ${n}`).join(', ')}), ${plain.allocations} allocations`);
        for (const [way, make] of Object.entries(scenario.fails ? full : ways).filter(([way]) => ofWays?.includes(way) ?? true))
          await runAll(stage, way, make, pointsOf(plain.calls));
        if (name === 'ingest' && (ofWays?.includes('memory') ?? most === 0))
          for (const [way, make] of Object.entries(memory))
            await runAll(stage, way, make, pointsOf(plain.allocations).filter((n) => most > 0 || n % allocations === 0));
      } finally {
        await stage.close();
      }
    });
  }
});

describe('what the judge has to notice', { ...hour }, () => {
  let stage;
  before(async () => { stage = await Stage.open('ingest', scenarios.ingest); });
  after(() => stage?.close());

  // Where the power goes after an answer and before its alerts are told.
  for (const [words, sync] of [['a disk that never syncs', SYNC_NEVER], ['an answer before its flush', SYNC_LATE]])
    test(words, hour, async () => {
      const { calls } = await stage.run();
      for (let n = 1; n <= calls; n++) {
        const { faults } = await stage.run({ sync, stop: n, how: FORGET }, { barrier: true });
        if (!faults.some((fault) => /lost u\d/.test(fault))) continue;
        console.log(`noticed: ${words}, power off at call ${n}: ${faults.join('; ')}`);
        return;
      }
      assert.fail(`not noticed at any of ${calls} calls`);
    });
});

after(() => console.log(`in all: ${total.points} points, ${total.stopped} stopped, ${total.repeats} repeated under the ` +
  `same key, ${total.faults} faults; seed ${seed}`));
