// folder.test.mjs - the data folder in other hands: a backup made while alerts come in and
// started elsewhere; one that has no room; folders of newer versions, which are refused with
// words and left as they are. And a wall clock that jumps under a running server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { promisify } from 'node:util';
import { program, until } from '../clients/support.mjs';
import { judge } from './judge.mjs';
import { ENOSPC, Machine } from './machine.mjs';
import { attempts, bearerHead, configuration, Ears, enterAlice, post, uidOf } from './rig.mjs';

const run = promisify(execFile);

async function withMachine(work, more) {
  const ears = await new Ears().open();
  const m = await Machine.make(configuration(ears, more));
  try {
    await work(m, ears);
  } finally {
    await m.end().finally(() => ears.close());
  }
}

const heardAll = (list, uids) => uids.every((uid) => list.some((h) => h.uid === uid));

// ---- backup -----------------------------------------------------------------------

test('an account that is alone makes one, whatever its name', () => withMachine(async (m) => {
  m.config.accounts[0].name = 'acme';
  await m.run();
  const answer = await fetch(`${m.url}/api/belfry/v1/backup`, { method: 'POST', headers: bearerHead });
  assert.equal(answer.status, 201, await answer.text());
}));

// Every alert that was acknowledged before the backup was asked for is in it; what it shows as
// told is not told again; what was acknowledged later may be or not be.
test('a backup made while alerts come in is a server', () => withMachine(async (m, ears) => {
  await m.run();
  await enterAlice(m);
  let next = 0, on = true;
  const acked = [];
  const posting = (async () => {
    while (on) {
      const uid = uidOf(next++);
      if (await post(m.url, [uid])) acked.push(uid);
    }
  })();
  await until('some alerts', () => acked.length > 20);
  await until('some told', () => ears.webhook.length > 10);
  const before = [...acked], token = { BELFRY_TOKEN: bearerHead.Authorization.split(' ')[1], BELFRY_URL: m.url };
  const { stdout } = await run(program, ['backup'], { env: { ...process.env, ...token } });
  const folder = stdout.trim();
  assert.ok(folder.startsWith(join(m.data, 'backups')), folder);
  assert.deepEqual(readdirSync(folder).sort(), ['history.db', 'journal.db']);
  on = false;
  await posting;
  const again = await run(program, ['backup'], { env: { ...process.env, ...token } });
  assert.notEqual(again.stdout.trim(), folder);
  await m.kill('SIGTERM');
  assert.deepEqual(m.integrity(folder), []);
  await ears.drain();
  ears.life++;

  const kept = join(m.root, 'restored');
  cpSync(folder, kept, { recursive: true });
  for (const name of ['master.key', 'signing.key']) copyFileSync(join(m.data, name), join(kept, name));
  m.config.data_dir = m.data = kept;
  await m.run();
  const last = uidOf(next++);
  assert.ok(await post(m.url, [last], { alertname: 'Last' }));
  for (const [, heard] of ears.lists()) await until('all told', () => heardAll(heard, [...before, last]));
  const there = (await (await fetch(`${m.url}/api/v2/alerts`)).json()).map((a) => a.labels.uid);
  assert.deepEqual(before.filter((uid) => !there.includes(uid)), []);
  const rows = await attempts(m);
  for (const [name, heard] of ears.lists()) {
    const { lost, resent, crowded } = judge(new Set([...before, last]), heard, rows);
    assert.deepEqual({ lost, resent, crowded }, { lost: [], resent: [], crowded: [] }, name);
  }
}));

// Its own journal needs what is left; and it goes on, backups and all, when there is room again.
test('a backup that has no room is not begun, one that finds none is cleaned away', () => withMachine(async (m, ears) => {
  const backups = join(m.data, 'backups'), token = { BELFRY_TOKEN: bearerHead.Authorization.split(' ')[1], BELFRY_URL: m.url };
  const made = () => existsSync(backups) ? readdirSync(backups) : [];
  const ask = () => fetch(`${m.url}/api/belfry/v1/backup`, { method: 'POST', headers: bearerHead });
  const command = () => run(program, ['backup'], { env: { ...process.env, ...token } });
  m.tell({});
  await m.run();
  await enterAlice(m);
  const words = /there is no room for a backup: it takes up to \d+ MiB and 16 more are left to the server, but only \d+ are free for .*: take old backups away, or make room/;
  for (const room of [4096, 16 << 20]) {
    m.tell({ room, armed: 1 });
    const answer = await ask(), { message } = await answer.json();
    assert.equal(answer.status, 503);
    assert.match(message, words);
    assert.deepEqual([m.get('create'), made()], [0, []], 'nothing is begun');
    await assert.rejects(command, (e) => words.test(e.stderr) && e.code !== 0 && e.stdout === '');
  }
  m.tell({ room: 32 << 20 });
  assert.equal((await ask()).status, 201);
  m.tell({ armed: 1 });
  assert.equal((await ask()).status, 201);
  const calls = m.get('calls'), before = made();
  for (let n = 1; n <= calls; n += 5) { // full from its n-th call on
    m.tell({ armed: 1, fail_from: n, fail_calls: 1e9, fail_errno: ENOSPC });
    const { status } = await ask();
    m.tell({});
    assert.ok(status === 503 || n > calls - 5, `${status} at call ${n} of ${calls}`);
    if (status === 503) assert.ok(!made().includes('unfinished'), `at call ${n}`);
  }
  assert.equal((await ask()).status, 201);
  assert.ok(made().length > before.length && !made().includes('unfinished'));
  assert.ok(await post(m.url, ['u000001']));
  await until('it is told', () => heardAll(ears.webhook, ['u000001']) && heardAll(ears.mail, ['u000001']));
}));

// ---- versions ----------------------------------------------------------------------

async function startFails(m) {
  await assert.rejects(() => m.run());
  assert.deepEqual(m.exit, { code: 1, signal: null });
  return m.log;
}

function edit(m, file, sql, ...values) {
  const db = new DatabaseSync(join(m.data, file));
  try {
    return db.prepare(sql).run(...values);
  } finally {
    db.close();
  }
}

const newer = [
  ['journal.db of a newer format', 'journal.db', "UPDATE meta SET value=99 WHERE key='format'"],
  ['history.db of a newer format', 'history.db', "UPDATE meta SET value=99 WHERE key='format'"],
  ['a snapshot of newer rules', 'journal.db', "UPDATE meta SET value=99 WHERE key='snapshot_rules'"],
];

test('a folder of a newer version is refused with words, and left as it is', () => withMachine(async (m, ears) => {
  await m.run();
  await enterAlice(m);
  assert.ok(await post(m.url, ['u000001']));
  await until('it is told', () => ears.webhook.length > 0 && ears.mail.length > 0);
  await m.kill('SIGTERM');
  m.keepAsBase();
  for (const [words, file, sql] of newer) {
    m.toBase();
    assert.equal(Number(edit(m, file, sql).changes), 1, words);
    const before = readFileSync(join(m.data, file));
    const said = await startFails(m);
    assert.match(said, /was written by a newer Belfry .*: start that version again, or put a backup made with this one in its place/, words);
    assert.ok(before.equals(readFileSync(join(m.data, file))), `${words}: it was changed`);
  }
  m.toBase();
  await m.run();
  assert.equal((await (await fetch(`${m.url}/api/v2/alerts`)).json()).length, 1);
}));

// ---- the wall clock -----------------------------------------------------------------

const second = 1e9, hour = 3600 * second;

async function states(m) {
  const alerts = await (await fetch(`${m.url}/api/v2/alerts`)).json();
  return new Map(alerts.map((a) => [a.labels.uid, Date.parse(a.endsAt)]));
}

// What was re-sent gets at least as long to live from the step on as it had; an end that was
// stated once is kept; nobody is told anything by the jump itself, and new alerts are told.
test('a wall clock that jumps under a running server', () => withMachine(async (m, ears) => {
  await m.run();
  await enterAlice(m);
  m.tell({ armed: 0 });
  const sent = async (uid) => {
    const body = JSON.stringify([{ labels: { alertname: 'Kill', uid } }]); // no end of its own
    const answer = await fetch(`${m.url}/api/v2/alerts`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    assert.equal(answer.status, 200);
  };
  let clock = 0;
  for (const [i, step] of [2 * hour, -3 * hour, 30 * 24 * hour, -60 * 24 * hour, 5 * second, -5 * second].entries()) {
    const uid = uidOf(i);
    await sent(uid);
    await until(`${uid} is told`, () => heardAll(ears.webhook, [uid]) && heardAll(ears.mail, [uid]));
    clock += step;
    m.set('clock', clock);
    // an input makes the server look at its clock
    await sent(uidOf(100 + i));
    await until(`${uidOf(100 + i)} is told`, () => heardAll(ears.webhook, [uidOf(100 + i)]));
    const there = await states(m);
    for (let k = 0; k <= i; k++) assert.ok(there.has(uidOf(k)), `${uidOf(k)} ended by a step of ${step / second} s`);
  }
  const uids = [0, 1, 2, 3, 4, 5].flatMap((i) => [uidOf(i), uidOf(100 + i)]);
  await until('all by mail', () => heardAll(ears.mail, uids));
  await until('all on record', async () => { // else the kill would have it told once more
    const rows = await attempts(m);
    return ears.lists().every(([, heard]) => judge(new Set(uids), heard, rows).unrecorded.length === 0);
  });
  for (const signal of ['SIGKILL', 'SIGTERM']) {
    await m.restart(signal);
    const there = await states(m);
    assert.deepEqual(uids.filter((uid) => !there.has(uid)), [], signal);
  }
  assert.equal(ears.webhook.length, uids.length, 'each told once');
}));
