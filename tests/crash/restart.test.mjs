// restart.test.mjs - a clean stop loses nothing and tells nothing twice; what was refused
// before a restart is refused after it; SIGHUP; one folder, one server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { canonical, send, v1, v3 } from '../clients/alibaba_sign.mjs';
import { freePort, program, sleep, until } from '../clients/support.mjs';
import { judge } from './judge.mjs';
import { attempts, Ears, key, post, startTelling, uidOf } from './rig.mjs';

// A server with ears, for the time of `work`; it must end well.
async function withServer(more, work, delay) {
  const ears = await new Ears().open(delay);
  const belfry = await startTelling(ears, more);
  try {
    await work(belfry, ears);
  } finally {
    await belfry.stop().finally(() => ears.close());
  }
}

const heardAll = (list, uids) => uids.every((uid) => list.some((h) => h.uid === uid));

async function firing(belfry) {
  const answer = await fetch(`${belfry.url}/api/v2/alerts`);
  assert.equal(answer.status, 200);
  return (await answer.json()).map((a) => [a.labels.uid, a.fingerprint, a.startsAt, a.endsAt,
    a.receivers.map((r) => r.name)]).sort();
}

// The webhook takes its time, so that each stop finds messages on their way.
test('clean stops while alerts come in: each is told exactly once', () => withServer({}, async (belfry, ears) => {
  const uids = [];
  for (let stop = 0; stop < 5; stop++) {
    for (let i = 0; i < 10; i++) {
      const batch = Array.from({ length: 4 }, (_, k) => uidOf(uids.length + k));
      assert.ok(await post(belfry.url, batch));
      uids.push(...batch);
      await sleep(15);
    }
    const { code } = await belfry.kill('SIGTERM');
    assert.equal(code, 0, belfry.log);
    await ears.drain();
    ears.life++;
    await belfry.run();
  }
  await until('all to be told', () => heardAll(ears.webhook, uids) && heardAll(ears.mail, uids));
  await sleep(1000); // nothing more may come
  const rows = await until('all on record', async () => {
    const on = await attempts(belfry);
    return ears.lists().every(([, heard]) => judge(new Set(uids), heard, on).unrecorded.length === 0) && on;
  });
  for (const [name, heard] of ears.lists()) {
    const { lost, repeats, rekeyed, messages, unrecorded } = judge(new Set(uids), heard, rows);
    console.log(`${name}: ${messages} messages for ${uids.length} alerts over 5 clean stops, ${repeats} repeated`);
    assert.deepEqual({ lost, repeats, rekeyed, unrecorded, messages },
      { lost: [], repeats: 0, rekeyed: [], unrecorded: [], messages: uids.length });
  }
}, 30));

test('what stood before a restart stands after it', () => withServer({}, async (belfry) => {
  const uids = Array.from({ length: 50 }, (_, i) => uidOf(i));
  assert.ok(await post(belfry.url, uids, { host: '服务器-一' }));
  const before = await firing(belfry);
  assert.equal(before.length, 50);
  await belfry.restart('SIGTERM'); // from its snapshot
  assert.deepEqual(await firing(belfry), before);
  await belfry.restart('SIGKILL'); // from the same, with a tail
  assert.deepEqual(await firing(belfry), before);
}));

test('a signed request is good once, whatever happens in between', () => withServer({}, async (belfry) => {
  const once = { ContactGroupName: '一次' };
  const change = { query: canonical(v1('PutContactGroup', once, { key })) };
  const read = { query: canonical(v1('DescribeContactGroupList', {}, { key })) };
  const remove = { method: 'POST', query: canonical(once), headers: v3(belfry.host, 'DeleteContactGroup', once, { key }) };
  for (const request of [change, read, remove]) assert.equal((await send(belfry.host, request)).status, 200);
  // the nonce of the read went with the flush of the change behind it
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGTERM', 'SIGKILL']) {
    await belfry.restart(signal);
    for (const request of [change, read, remove]) {
      const again = await send(belfry.host, request);
      assert.equal(again.status, 400, signal);
      assert.match(again.text, /SignatureNonceUsed/);
    }
  }
}));

function configure(belfry, text) {
  writeFileSync(join(belfry.dir, 'belfry.yml'), text, { mode: 0o600 });
}

test('SIGHUP reads the file again; a broken one changes nothing', () => withServer({}, async (belfry, ears) => {
  const file = join(belfry.dir, 'belfry.yml'), config = JSON.parse(readFileSync(file, 'utf8'));
  const tells = async (uid, labels) => {
    assert.ok(await post(belfry.url, [uid], labels));
    await until(uid, () => ears.webhook.some((h) => h.uid === uid));
  };
  await tells('u000001');
  config.routes[0].matchers = ['team="new"'];
  configure(belfry, JSON.stringify(config));
  belfry.process.kill('SIGHUP');
  await until('the new route', async () => {
    const metrics = await (await fetch(`${belfry.url}/metrics`)).text();
    return /alertmanager_config_last_reload_successful 1/.test(metrics) && (await explained(belfry)).includes('team');
  });
  await tells('u000002', { team: 'new' });
  assert.ok(await post(belfry.url, ['u000003'])); // matches no more
  configure(belfry, '{ routes: [ {name: ');
  belfry.process.kill('SIGHUP');
  await until('the refusal in the log', () => /level=error.*belfry\.yml|level=error.*config/s.test(belfry.log));
  await tells('u000004', { team: 'new' });
  assert.ok(!ears.webhook.some((h) => h.uid === 'u000003'));
  configure(belfry, JSON.stringify(config));
}));

async function explained(belfry) {
  const answer = await fetch(`${belfry.url}/api/belfry/v1/explain`, { method: 'POST',
    headers: { Authorization: 'Bearer crash-bearer', 'Content-Type': 'application/json' },
    body: JSON.stringify({ labels: { alertname: 'Kill' } }) });
  return answer.text();
}

test('a second server on the folder is refused with words, the first goes on', () => withServer({}, async (belfry, ears) => {
  const port = await freePort();
  const second = spawn(program, ['serve', '--config', join(belfry.dir, 'belfry.yml'), '--listen', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [second.stdout, second.stderr]) stream.on('data', (bytes) => { log += bytes; });
  const code = await new Promise((done) => second.on('close', done));
  assert.equal(code, 1, log);
  assert.match(log, new RegExp(`\\b${belfry.process.pid}\\b`));
  assert.ok(await post(belfry.url, ['u000001']));
  await until('the alert', () => ears.webhook.some((h) => h.uid === 'u000001'));
}));
