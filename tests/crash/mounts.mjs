// mounts.mjs power|full [CYCLES] - what needs a file system of its own, and so root:
//   power   the server's folder lies on an ext4 image; the power goes: the image is copied as
//           the block device has it, the server killed, and the next one starts on the copy
//   full    ... on a small tmpfs that fills up under load and has room again; no restart
// Exit code 77: mounts are not allowed here, nothing was shown.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Belfry, freePort, sleep, until } from '../clients/support.mjs';
import { judge } from './judge.mjs';
import { attempts, configuration, Ears, enterAlice, post, randomOf, uidOf } from './rig.mjs';

const [mode, cycles = '100'] = process.argv.slice(2), seed = Number(process.env.CRASH_SEED ?? Date.now() % 1e9);
const random = randomOf(seed), lifeMost = 400; // ms
const dir = mkdtempSync(join(tmpdir(), 'belfry-mounts-')), at = join(dir, 'at'), image = join(dir, 'image');
const copies = [join(dir, 'copy-1'), join(dir, 'copy-2')];
let mounted = false;

function mount(...args) {
  const { status, stderr } = spawnSync('mount', [...args, at]);
  if (status !== 0) {
    console.log(`skipped: mounts are not allowed here: ${String(stderr).trim()}`);
    rmSync(dir, { recursive: true });
    process.exit(77);
  }
  mounted = true;
}

function unmount() {
  if (mounted) execFileSync('umount', [at]);
  mounted = false;
}

// ---- the power ----------------------------------------------------------------------

function makeImage() {
  execFileSync('truncate', ['-s', '48M', image]);
  execFileSync('mkfs.ext4', ['-q', image]);
  mount('-o', 'loop', image);
}

// Two copies that are the same: nothing was written while the first was made.
async function copyOf() {
  for (let tries = 1; ; tries++) {
    for (const copy of copies) execFileSync('cp', ['--sparse=always', image, copy]);
    if (spawnSync('cmp', ['-s', ...copies]).status === 0) return tries;
    await sleep(20);
  }
}

async function powerCut(belfry, ears, run) {
  await sleep(random() * lifeMost);
  belfry.process.kill('SIGSTOP');
  await copyOf();
  await belfry.kill('SIGKILL');
  await ears.drain();
  unmount();
  renameSync(copies[0], image);
  mount('-o', 'loop', image);
  ears.life++;
  await belfry.run();
  run.cycles++;
}

// ---- the room -------------------------------------------------------------------------

async function fullAndBack(belfry, ears, run) {
  await sleep(random() * lifeMost);
  const ballast = join(at, 'ballast');
  try {
    writeFileSync(ballast, Buffer.alloc(64 << 20));
  } catch (e) {
    assert.equal(e.code, 'ENOSPC');
  }
  const refused = run.refused;
  await until('a 503', () => run.refused > refused);
  await sleep(random() * lifeMost);
  unlinkSync(ballast);
  const acked = run.acked.size;
  await until('alerts are taken again', () => run.acked.size > acked);
  run.cycles++;
}

// ---- the whole --------------------------------------------------------------------------

async function postAll(belfry, run) {
  for (let i = 0; !run.over; i++) {
    const uids = [uidOf(2 * i), uidOf(2 * i + 1)];
    while (!(await post(belfry.url, uids))) {
      run.refused++;
      await sleep(10);
    }
    uids.forEach((uid) => run.acked.add(uid));
    await sleep(random() * 20);
  }
}

async function main() {
  mkdirSync(at);
  if (mode === 'power') makeImage();
  else mount('-t', 'tmpfs', '-o', 'size=16m', 'belfry-crash');
  const ears = await new Ears().open(), run = { acked: new Set(), refused: 0, cycles: 0, over: false };
  const belfry = new Belfry(), port = await freePort();
  Object.assign(belfry, { dir, port, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}` });
  belfry.config = { listen: belfry.host, external_url: belfry.url, data_dir: join(at, 'data'), ...configuration(ears) };
  await belfry.run();
  await enterAlice(belfry);
  const posting = postAll(belfry, run);
  while (run.cycles < Number(cycles)) {
    await (mode === 'power' ? powerCut : fullAndBack)(belfry, ears, run);
    if (run.cycles % 10 === 0) console.log(`${run.cycles} cycles, ${run.acked.size} alerts acknowledged`);
  }
  run.over = true;
  await posting;
  const pending = ([, heard]) => { const uids = new Set(heard.map((h) => h.uid)); return [...run.acked].some((uid) => !uids.has(uid)); };
  for (const end = Date.now() + 60e3; Date.now() < end && ears.lists().some(pending);) await sleep(50);
  await sleep(2000); // nothing more may come
  const rows = await attempts(belfry);
  let faults = 0;
  console.log(`${mode}: ${run.cycles} cycles, ${run.acked.size} alerts acknowledged, ${run.refused} batches refused or unanswered and sent ` +
    `again, ${rows.length} attempts on record; seed ${seed}`);
  for (const [name, heard] of ears.lists()) {
    const v = judge(run.acked, heard, rows);
    for (const what of ['lost', 'rekeyed', 'resent', 'crowded', 'unrecorded']) faults += v[what].length;
    console.log(`${name}: ${v.messages} messages, ${v.lost.length} lost, ${v.repeats} repeated under the same key (at most ${v.most} of one), ` +
      `${v.rekeyed.length} under another, ${v.resent.length} after their outcome was on record, ${v.crowded.length} twice in one life, ` +
      `${v.unrecorded.length} not on record`);
  }
  const { code } = await belfry.kill('SIGTERM');
  console.log(`a clean stop: exit code ${code}`);
  ears.close();
  return faults + code;
}

let wrong = 1;
try {
  wrong = await main();
} finally {
  unmount();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(wrong === 0 ? 0 : 1);
