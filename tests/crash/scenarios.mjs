// scenarios.mjs - what the server is doing when it is stopped. Each has
//   older    (optional) the folder is one that an older version left, and so is its clock
//   prepare  (optional) what was done before; the folder is kept, and every run begins there
//   atStart  counted from the first call of the process, not from when it is ready
//   act      may fail at any call; what was answered with a yes it notes in `run`
//   judge    (optional) what the next server shows, beside the messages: faults as words
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cloudMonitor } from '../demo/signed.mjs';
import { until } from '../clients/support.mjs';
import { lost, routes, unpack } from './folders/old.mjs';
import { answersOf } from './folders/questions.mjs';
import { bearerHead, key, post } from './rig.mjs';

// What a dead server did not answer is no answer.
async function ask(url, options = {}) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(60_000), ...options }).catch(() => null);
  const text = await answer?.text().catch(() => null);
  return text === null || text === undefined ? null : { status: answer.status, text };
}

const json = (method, body) => ({ method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

// Posts and notes what was acknowledged.
export async function tell(m, run, n, labels = {}) {
  const uids = Array.from({ length: n }, () => run.uid());
  if (await post(m.url, uids, labels)) uids.forEach((uid) => run.acked.add(uid));
  return uids;
}

async function tellAll(m, run, batches, n) {
  for (let i = 0; i < batches && !m.exit; i++) await tell(m, run, n);
}

const silence = (uid) => json('POST', { matchers: [{ name: 'quiet', value: uid, isRegex: false, isEqual: true }],
  startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3600e3).toISOString(), createdBy: 'crash', comment: 'x' });

async function makeSilence(m, run) {
  const uid = run.uid(), answer = await ask(`${m.url}/api/v2/silences`, silence(uid));
  if (answer?.status !== 200) return;
  const { silenceID } = JSON.parse(answer.text);
  run.silences.set(silenceID, 'active');
  return silenceID;
}

const nameOf = (run) => `组-${run.uid()}`;
const groups = async (m) => (await cloudMonitor(m.url, key, 'DescribeContactGroupList', {})).body.ContactGroupList.ContactGroup
  .map((g) => g.Name);

async function change(m, run, action, name) {
  const answer = await cloudMonitor(m.url, key, action, { ContactGroupName: name, ...(action === 'PutContactGroup' && { ContactNames: ['Alice'] }) })
    .catch(() => null);
  // what was not answered may be or not be
  run.groups.set(name, answer?.status === 200 ? action === 'PutContactGroup' : null);
}

function upgrade(name) {
  let said;
  return {
    more: { routes },
    atStart: true,
    older: (m, run, ears) => {
      const { uids, heard, answers } = unpack(m, name);
      said = answers;
      ears.mail = [...new Map(heard.map((h) => [h.uid, h])).values()]; // of what ended its end
      run.next = 500_000;
      [...uids.told, ...uids.owed].forEach((uid) => run.acked.add(uid));
    },
    act: (m) => m.settle(300),
    judge: async (m) => lost(said, await answersOf(m.url)),
  };
}

export const scenarios = {
  // alerts come in, are told at once, by webhook and by mail, and what became of it is written
  ingest: { act: (m, run) => tellAll(m, run, 3, 2) },

  // from some call on the disk is full; then there is room again, and nobody restarts it
  'disk full': {
    fails: true,
    act: async (m, run) => {
      await tellAll(m, run, 4, 1);
      m.set('fail_calls', 0);
      const uid = run.uid();
      await until('it takes alerts again', () => m.exit || post(m.url, [uid]));
      run.acked.add(uid);
      await tellAll(m, run, 1, 2);
    },
  },

  // one group's timer fires for what came before; it starts with what the last process owed
  flush: {
    more: { routes: [{ name: 'all', group_by: ['alertname'], group_wait: '200ms', group_interval: '10m', contact_groups: ['ops'] }] },
    prepare: (m, run) => tell(m, run, 5),
    atStart: true,
    act: (m) => m.settle(300),
  },

  // each message is refused once, and tried again
  retry: {
    act: async (m, run, ears) => {
      ears.hook.refuse = 1;
      await tellAll(m, run, 2, 1);
      await m.settle(700);
    },
  },

  silence: {
    act: async (m, run) => {
      const first = await makeSilence(m, run);
      await makeSilence(m, run);
      if (first && (await ask(`${m.url}/api/v2/silence/${first}`, { method: 'DELETE' }))?.status === 200)
        run.silences.set(first, 'expired');
      else if (first) run.silences.delete(first);
      await tell(m, run, 1);
    },
    judge: async (m, run) => {
      const there = new Map(JSON.parse((await ask(`${m.url}/api/v2/silences`)).text).map((s) => [s.id, s.status.state]));
      return [...run.silences].filter(([id, state]) => there.get(id) !== state).map(([id]) => `silence ${id} is ${there.get(id)}`);
    },
  },

  'book change': {
    act: async (m, run) => {
      const names = [nameOf(run), nameOf(run)];
      for (const name of names) await change(m, run, 'PutContactGroup', name);
      await change(m, run, 'DeleteContactGroup', names[0]);
      await tell(m, run, 1);
    },
    judge: async (m, run) => {
      const there = new Set(await groups(m));
      return [...run.groups].filter(([name, is]) => is !== null && there.has(name) !== is)
        .map(([name, is]) => `group ${name} ${is ? 'is gone' : 'came back'}`);
    },
  },

  // a clean stop: the state is walked, written, pointed at, and the journal cut
  snapshot: {
    prepare: (m, run) => tellAll(m, run, 5, 4),
    act: async (m, run) => {
      await tell(m, run, 1);
      m.process.kill('SIGTERM');
      await m.ended;
    },
  },

  // the folder is copied while alerts come in; a copy that has its name is whole
  backup: {
    act: async (m, run) => {
      await tell(m, run, 1);
      const [answer] = await Promise.all([ask(`${m.url}/api/belfry/v1/backup`, { method: 'POST', headers: bearerHead }),
        tellAll(m, run, 2, 1)]);
      if (answer?.status === 201) run.backups.push(JSON.parse(answer.text).folder);
    },
    judge: (m, run) => {
      const made = existsSync(join(m.data, 'backups')) ? readdirSync(join(m.data, 'backups')).filter((n) => n !== 'unfinished') : [];
      return [...run.backups.filter((folder) => !made.includes(basename(folder))).map((folder) => `${folder} is gone`),
        ...made.flatMap((name) => m.integrity(join(m.data, 'backups', name)).map((words) => `${name}: ${words}`))];
    },
  },

  // the first start of today's version on a folder that an older one left when it was killed
  'upgrade of history 1': upgrade('rules-1-history-1'),
  'upgrade of history 2': upgrade('rules-3-history-2'),

  // no folder, no file: the keys that are written down are the ones that open
  'first start': {
    fresh: true,
    atStart: true,
    act: async (m, run) => {
      if (!m.exit) await tell(m, run, 1);
    },
    judge: async (m, run) => {
      const file = join(m.data, 'first-run.txt');
      if (!existsSync(file)) return ['first-run.txt is gone'];
      const bearer = /native API key +(\S+)/.exec(readFileSync(file, 'utf8'))?.[1];
      const answer = await ask(`${m.url}/api/belfry/v1/contacts`, { headers: { Authorization: `Bearer ${bearer}` } });
      const alerts = JSON.parse((await ask(`${m.url}/api/v2/alerts`)).text).map((a) => a.labels.uid);
      return [...answer.status === 200 ? [] : [`the key of first-run.txt is answered ${answer.status}`],
        ...[...run.acked].filter((uid) => !alerts.includes(uid)).map((uid) => `${uid} is gone`)];
    },
  },
};
