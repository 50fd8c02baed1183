// kill.test.mjs - SIGKILL at random moments while alerts come in: whatever was answered
// 200 is told, on a webhook and by mail; what arrives twice carries the same key, and only
// if its outcome was not on disk. BELFRY_KILLS (25), BELFRY_SEED, BELFRY_ALERTS (2000).
import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { account, Belfry, sleep, until } from '../clients/support.mjs';
import { startMailSink } from '../demo/sinks.mjs';
import { cloudMonitor } from '../demo/signed.mjs';
import { judge } from './judge.mjs';

const kills = Number(process.env.BELFRY_KILLS ?? 25);
const alerts = Number(process.env.BELFRY_ALERTS ?? 2000);
const seed = Number(process.env.BELFRY_SEED ?? Date.now() % 1e9);
const key = { id: 'crashKey', secret: 'crashSecret' };
const batch = 4;

// mulberry32: small, seeded, good enough to choose moments.
function randomOf(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function startWebhook(heard) {
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      for (const a of body.alerts) heard.push({ uid: a.labels.uid, key: req.headers['webhook-id'] });
      res.end();
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({
    url: `http://127.0.0.1:${server.address().port}/hook`,
    close: () => { server.closeAllConnections(); server.close(); } })));
}

async function post(url, uids) {
  const startsAt = new Date().toISOString(), endsAt = new Date(Date.now() + 3600e3).toISOString();
  const body = JSON.stringify(uids.map((uid) => ({ startsAt, endsAt, labels: { alertname: 'Kill', uid } })));
  const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', body,
    headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(10000) });
  await answer.arrayBuffer();
  return answer.status === 200;
}

// A client as Prometheus is one: what was not answered is sent again.
async function postAll(belfry, acked, random, done) {
  for (let i = 0; i < alerts; i += batch) {
    const uids = Array.from({ length: Math.min(batch, alerts - i) }, (_, k) => `u${String(i + k).padStart(6, '0')}`);
    while (!(await post(belfry.url, uids).catch(() => false))) await sleep(10);
    uids.forEach((uid) => acked.add(uid));
    if (!done()) await sleep(random() * 2 * (kills * 200 * batch) / alerts);
  }
}

async function attempts(belfry) {
  const rows = [];
  for (let cursor = ''; ;) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/deliveries?order=oldest&limit=1000${cursor}`,
      { headers: { Authorization: 'Bearer crash-bearer' } });
    assert.equal(answer.status, 200);
    const page = await answer.json();
    rows.push(...page.items.map((r) => ({ key: r.key, word: r.word })));
    if (!page.next) return rows;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

function report(name, verdict) {
  console.log(`${name}: ${verdict.messages} messages, ${verdict.lost.length} lost, ${verdict.repeats} repeated ` +
    `under the same key, ${verdict.rekeyed.length} under another, ${verdict.resent.length} after their outcome`);
}

test('the judge sees what is missing, rekeyed and resent', () => {
  const bad = judge(new Set(['a', 'b', 'c']),
    [{ uid: 'a', key: '1' }, { uid: 'a', key: '2' }, { uid: 'b', key: '3' }, { uid: 'b', key: '3' }],
    [{ key: '3', word: 'delivered' }, { key: '3', word: 'accepted' }]);
  assert.deepEqual([bad.lost, bad.rekeyed, bad.resent, bad.repeats], [['c'], ['a'], ['3'], 1]);
});

test(`${kills} kills while ${alerts} alerts come in`, { timeout: 900_000 }, async () => {
  const random = randomOf(seed), hooks = [], mails = [], acked = new Set();
  const sink = await startMailSink((m) => mails.push({ uid: /u\d{6}/.exec(m.subject + m.text)?.[0], key: m.key }));
  const hook = await startWebhook(hooks);
  const belfry = await Belfry.start({
    activate_at_once: true,
    smtp: { host: '127.0.0.1', port: sink.port, from: 'belfry@example.com', tls: 'none' },
    routes: [{ name: 'all', group_by: ['...'], group_wait: '100ms', group_interval: '10m', repeat_interval: '4h',
      contact_groups: ['ops'], webhooks: [hook.url] }],
    accounts: [account([{ name: 'ops', bearer: 'crash-bearer', access_keys: [key], policies: ['full-access'] }])],
  });
  try {
    console.log(`seed ${seed}`);
    for (const [action, params] of [['PutContact', { ContactName: 'Alice', Describe: 'x', Channels: { Mail: 'alice@example.com' } }],
      ['PutContactGroup', { ContactGroupName: 'ops', ContactNames: ['Alice'] }]])
      assert.equal((await cloudMonitor(belfry.url, key, action, params)).status, 200);
    let killing = true;
    const posting = postAll(belfry, acked, random, () => !killing);
    for (let k = 0; k < kills; k++) {
      await sleep(random() * 300);
      await belfry.restart('SIGKILL');
    }
    killing = false;
    await posting;
    assert.equal(acked.size, alerts);
    const all = (heard) => new Set(heard.map((h) => h.uid)).size >= alerts;
    for (const end = Date.now() + 120e3; Date.now() < end && !(all(hooks) && all(mails)); ) await sleep(100);
    await sleep(2000);
    const rows = await attempts(belfry);
    for (const [name, heard] of [['webhook', hooks], ['mail', mails]]) {
      const verdict = judge(acked, heard, rows);
      report(name, verdict);
      assert.deepEqual([verdict.lost, verdict.rekeyed, verdict.resent], [[], [], []]);
    }
  } finally {
    await until('the end', async () => { await belfry.stop(); return true; });
    hook.close();
    sink.close();
  }
});
