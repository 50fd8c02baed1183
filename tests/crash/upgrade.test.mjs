// upgrade.test.mjs - folders that older versions wrote, killed while they worked
// (folders/README.md): today's server has all that is in them, by every API, tells what they
// owed under the key they gave it, and nothing twice; and so it does when it starts again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { until } from '../clients/support.mjs';
import { answersOf, histories } from './folders/questions.mjs';
import { lost, names, routes, unpack } from './folders/old.mjs';
import { judge } from './judge.mjs';
import { Machine } from './machine.mjs';
import { attempts, bearerHead, configuration, Ears, post, shiftClock } from './rig.mjs';

const patience = { timeout: 300_000 };
const key = (row) => row.key;

// As many objects and alerts as there were; rows of history may have been added behind.
function check(then, now) {
  assert.deepEqual(lost(then, now), []);
  const sizes = (answers) => Object.keys(then).filter((question) => !Object.values(histories).includes(question))
    .map((question) => [question, (answers[question].items ?? Object.values(answers[question])).length]);
  assert.deepEqual(sizes(now), sizes(then));
}

// Old rows are found by what they are asked for.
async function checkSearch(m, rows) {
  const ids = (items) => items.map((row) => row.id);
  const wanted = { alertname: (row) => row.alert?.alertname, to: (row) => row.to, key: (row) => row.key, word: (row) => row.word };
  for (const [name, of] of Object.entries(wanted))
    for (const value of new Set(rows.map(of).filter(Boolean))) {
      const answer = await fetch(`${m.url}${histories.all}&${new URLSearchParams({ [name]: value })}`, { headers: bearerHead });
      assert.equal(answer.status, 200);
      const found = ids((await answer.json()).items);
      assert.deepEqual(ids(rows.filter((row) => of(row) === value)).filter((id) => !found.includes(id)), [], `${name}=${value}`);
    }
}

for (const name of names)
  test(`${name}: all is there, what was owed is told, nothing is told twice`, patience, async () => {
    const ears = await new Ears().open(), m = await Machine.make(configuration(ears, { routes }));
    try {
      const { uids, heard, answers, made } = unpack(m, name), acked = new Set([...uids.told, ...uids.owed]);
      ears.mail = heard;
      ears.life = 2;
      assert.ok(await m.boot(), m.log);
      check(answers, await answersOf(m.url));
      for (const of of [histories.all, histories.attempts]) await checkSearch(m, answers[of].items);
      const owed = (await attempts(m)).filter((row) => row.word === 'deferred' && row.at < made).map(key);
      assert.equal(owed.length, uids.owed.length);
      for (const [i, signal] of ['SIGKILL', 'SIGTERM', 'SIGKILL', null].entries()) {
        const last = `u1${i}0000`; // behind all that is owed
        assert.ok(await post(m.url, [last], { alertname: 'Last' }));
        acked.add(last);
        const all = () => [...acked].every((uid) => ears.mail.some((h) => h.uid === uid));
        await until('all to be told', all);
        const rows = await until('all to be on record', async () => {
          const found = await attempts(m);
          return judge(acked, ears.mail, found).unrecorded.length === 0 && found;
        });
        const { resent, crowded, repeats } = judge(acked, ears.mail, rows);
        assert.deepEqual({ resent, crowded, repeats }, { resent: [], crowded: [], repeats: 0 });
        assert.deepEqual(ears.mail.filter((h) => uids.owed.includes(h.uid)).map(key), owed, 'under the same key');
        assert.ok(!ears.mail.some((h) => uids.silent.includes(h.uid)), 'the silence holds');
        assert.equal(ears.mail.filter((h) => h.life > 1).length, uids.owed.length + i + 1, 'nobody else is told');
        if (signal === null) break;
        await m.kill(signal);
        await ears.drain();
        ears.life++;
        assert.ok(await m.boot(), m.log);
        assert.deepEqual(lost(answers, await answersOf(m.url)), [], `after ${signal}`);
      }
      const { code } = await m.kill('SIGTERM');
      assert.equal(code, 0, m.log);
      assert.deepEqual(m.integrity(), []);
      assert.ok(!/level=error/.test(m.log), m.log);
    } finally {
      shiftClock(0);
      await m.end().finally(() => ears.close());
    }
  });
