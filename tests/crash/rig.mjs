// rig.mjs - a server that is to be killed: what it is told, and where its messages come.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { account, Belfry } from '../clients/support.mjs';
import { startMailSink } from '../demo/sinks.mjs';
import { cloudMonitor } from '../demo/signed.mjs';
import { faultsOf, suspects } from './judge.mjs';

export const key = { id: 'crashKey', secret: 'crashSecret' };
const bearer = 'crash-bearer';

// mulberry32: small, seeded, good enough to choose moments.
export function randomOf(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// `onPost` gets { uids, key } of each message, before it is answered.
// It answers 503 to the first `refuse` tries of each message.
export function startWebhook(onPost, delay = 0) {
  const refused = new Map(), hook = { refuse: 0 };
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => {
      if (req.method === 'GET') return res.end(); // Ears.drain
      const key = req.headers['webhook-id'], tries = refused.get(key) ?? 0;
      if (tries < hook.refuse) {
        refused.set(key, tries + 1);
        return res.writeHead(503).end();
      }
      onPost({ uids: JSON.parse(Buffer.concat(chunks).toString('utf8')).alerts.map((a) => a.labels.uid), key });
      setTimeout(() => res.end(), delay);
    });
  });
  hook.close = () => { server.closeAllConnections(); server.close(); };
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
    hook.url = `http://127.0.0.1:${server.address().port}/hook`;
    resolve(hook);
  }));
}

// What came to the two sinks, with the time and the life of the server that sent it.
export class Ears {
  constructor() {
    this.life = this.messages = 0;
    this.webhook = [];
    this.mail = [];
    this.letters = new Map(); // of mails, by their number
  }

  // One entry for each alert; those of one message have its number.
  hear(list, uids, key) {
    const n = ++this.messages;
    for (const uid of uids) this[list].push({ uid, key, n, at: Date.now(), life: this.life });
    return n;
  }

  hearMail({ subject, text, key }) {
    const n = this.hear('mail', new Set(`${subject} ${text}`.match(/\bu\d{6}\b/g)), key);
    this.letters.set(n, { subject, text });
  }

  async open(delay = 0) {
    this.hook = await startWebhook((m) => this.hear('webhook', m.uids, m.key), delay);
    this.post = await startMailSink((m) => this.hearMail(m));
    return this;
  }

  // All that a dead server sent has been heard: a new connection stands behind its in the
  // sinks' queues (Node accepts one a turn).
  async drain() {
    const visit = (port, bytes) => new Promise((done) => {
      const socket = net.connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.on('data', () => {}).on('close', done);
    });
    for (let round = 0; round < 3; round++) {
      await visit(new URL(this.hook.url).port, 'GET /drain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      await visit(this.post.port, 'QUIT\r\n');
    }
  }

  lists() { return [['webhook', this.webhook], ['mail', this.mail]]; }

  close() {
    this.hook.close();
    this.post.close();
  }
}

// One route to a contact group (one person, by mail) and a webhook; each alert its own group.
export function configuration(ears, more = {}) {
  return {
    activate_at_once: true,
    smtp: { host: '127.0.0.1', port: ears.post.port, from: 'belfry@example.com', tls: 'none' },
    routes: [{ name: 'all', group_by: ['...'], group_wait: '100ms', group_interval: '10m', repeat_interval: '4h',
      contact_groups: ['ops'], webhooks: [ears.hook.url] }],
    accounts: [account([{ name: 'ops', bearer, access_keys: [key], policies: ['full-access'] }])],
    ...more,
  };
}

export const bearerHead = { Authorization: `Bearer ${bearer}` };

// The one person of the group.
export async function enterAlice(belfry) {
  for (const [action, params] of [['PutContact', { ContactName: 'Alice', Describe: 'x', Channels: { Mail: 'alice@example.com' } }],
    ['PutContactGroup', { ContactGroupName: 'ops', ContactNames: ['Alice'] }]])
    assert.equal((await cloudMonitor(belfry.url, key, action, params)).status, 200);
}

export async function startTelling(ears, more) {
  const belfry = await Belfry.start(configuration(ears, more));
  await enterAlice(belfry);
  return belfry;
}

// The time of this process, as a server's (Machine: page.clock) that was moved by so many ms.
const RealDate = Date;
export const realNow = () => RealDate.now();
export function shiftClock(ms) {
  if (ms === 0) return void (globalThis.Date = RealDate);
  globalThis.Date = class extends RealDate {
    constructor(...args) { super(...args.length > 0 ? args : [RealDate.now() + ms]); }
    static now() { return RealDate.now() + ms; }
  };
}

export const uidOf = (i) => `u${String(i).padStart(6, '0')}`;

// Whether it was answered 200: only then it is owed.
export async function post(url, uids, labels = {}) {
  const startsAt = new Date().toISOString(), endsAt = new Date(Date.now() + 3600e3).toISOString();
  const body = JSON.stringify(uids.map((uid) => ({ startsAt, endsAt, labels: { alertname: 'Kill', uid, ...labels } })));
  const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', body,
    headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(60_000) }).catch(() => null);
  await answer?.arrayBuffer().catch(() => null);
  return answer?.status === 200;
}

// All that is on record of a message (key) or of an alert (filter), as lines.
async function recordOf(belfry, ask) {
  const answer = await fetch(`${belfry.url}/api/belfry/v1/deliveries?order=oldest&limit=1000&${new URLSearchParams(ask)}`,
    { headers: bearerHead });
  const { items } = await answer.json();
  return [`on record with ${JSON.stringify(ask)}: ${items.length}`,
    ...items.map((r) => `  ${JSON.stringify(r)}`)];
}

// What came of all that a verdict finds fault with, and what is on record of it: for whoever
// has nothing but the output of a run that failed.
export async function story(belfry, ears, name, verdict) {
  const { lost = [], rekeyed = [] } = faultsOf(verdict), messages = suspects(verdict, ears[name]);
  const lines = [`${name}: ${JSON.stringify(faultsOf(verdict))}`];
  for (const { n, key, life, at, uids } of messages) {
    const letter = ears.letters.get(n);
    lines.push(`message ${n} under ${key}, life ${life}, at ${new Date(at).toISOString()}: ${uids.join(' ')}; ${letter?.subject ?? ''}`);
    if (letter && uids.length > 1) lines.push(JSON.stringify(letter.text));
  }
  for (const uid of [...lost, ...rekeyed]) lines.push(...await recordOf(belfry, { filter: `uid="${uid}"` }));
  for (const key of new Set(messages.map((m) => m.key))) lines.push(...await recordOf(belfry, { key }));
  return lines.join('\n');
}

// All attempts on record.
export async function attempts(belfry) {
  const rows = [];
  for (let cursor = ''; ;) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/deliveries?kind=attempt&order=oldest&limit=1000${cursor}`,
      { headers: bearerHead });
    assert.equal(answer.status, 200);
    const page = await answer.json();
    rows.push(...page.items.map((r) => ({ key: r.key, word: r.word, at: Date.parse(r.at) })));
    if (!page.next) return rows;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}
