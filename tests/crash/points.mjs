// points.mjs - one scenario, stopped at one point: what the server did until then, what the
// next one finds, and whether that is what was promised.
import assert from 'node:assert/strict';

import { sleep, until } from '../clients/support.mjs';
import { judge } from './judge.mjs';
import { KEEP, Machine } from './machine.mjs';
import { attempts, configuration, Ears, enterAlice, post, shiftClock, uidOf } from './rig.mjs';

const patience = 120_000; // ms until what was not heard counts as lost

// What is acknowledged while a scenario runs.
class Run {
  constructor(from) {
    this.next = from?.next ?? 0;
    this.acked = new Set(from?.acked);
    this.silences = new Map(from?.silences);
    this.groups = new Map(from?.groups);
    this.backups = [];
  }

  uid() { return uidOf(this.next++); }
}

// A machine, its ears, and the folder that every run of one scenario begins with.
export class Stage {
  static async open(name, scenario) {
    const s = new Stage();
    Object.assign(s, { name, scenario, ears: await new Ears().open(), before: new Run() });
    s.m = await Machine.make(scenario.fresh ? {} : { ...configuration(s.ears, scenario.more), log_level: 'info' });
    if (!scenario.fresh) await s.prepare();
    s.m.keepAsBase();
    s.heard = { webhook: s.ears.webhook, mail: s.ears.mail };
    return s;
  }

  async prepare() {
    if (this.scenario.older) return this.scenario.older(this.m, this.before, this.ears);
    assert.ok(await this.m.boot(), this.m.log);
    await enterAlice(this.m);
    await this.scenario.prepare?.(this.m, this.before, this.ears);
    if (!this.scenario.atStart) await this.quiet();
    await this.m.kill();
    await this.ears.drain();
  }

  // All is told, and that is on record.
  async quiet() {
    const { m, ears, before } = this;
    await until('all to be told', async () => {
      const rows = await attempts(m);
      return ears.lists().every(([, heard]) => {
        const { lost, unrecorded } = judge(before.acked, heard, rows);
        return lost.length + unrecorded.length === 0;
      });
    });
    await m.settle();
  }

  // `page` says when and how it is stopped, or what fails; `end` how the power goes when all
  // is quiet and it was not stopped. `barrier`: what did not come before the last alert is
  // lost at once.
  async run(page = {}, { end = KEEP, barrier = false } = {}) {
    const { m, ears, scenario } = this, run = new Run(this.before);
    ears.life = 0;
    ears.webhook = [...this.heard.webhook];
    ears.mail = [...this.heard.mail];
    ears.hook.refuse = 0;
    m.toBase();
    m.tell({ ...page, armed: scenario.atStart ? 1 : 0 });
    ears.life++;
    const up = await m.boot();
    if (!scenario.atStart) m.set('armed', 1);
    if (up) await scenario.act(m, run, ears);
    if (up && !m.exit) await m.settle();
    const did = { calls: m.get('calls'), failed: m.get('failed'), allocations: m.get('allocations'), kinds: m.kinds(),
      stopped: m.exit?.signal === 'SIGKILL', exit: m.exit, log: m.log };
    if (!m.exit) await this.powerOff(end);
    await ears.drain();
    return { ...did, faults: await this.judge(run, barrier), repeats: this.repeats };
  }

  // At the next call that changes the disk; nothing is acknowledged any more.
  async powerOff(how) {
    const { m } = this;
    if (how === KEEP) return m.kill();
    m.set('how', how);
    m.set('stop', m.get('calls') + 1);
    await post(m.url, ['u999999']);
    return m.ended;
  }

  // Faults as words; none: all is as promised.
  async judge(run, barrier) {
    const { m, ears, scenario } = this, faults = [];
    this.repeats = 0;
    m.powerBack();
    ears.life++;
    if (!(await m.boot())) return [`it did not start: ${JSON.stringify(m.exit)} ${m.log}`];
    if (!scenario.fresh) faults.push(...await this.judgeMessages(run, barrier));
    faults.push(...await scenario.judge?.(m, run) ?? []);
    const { code } = await m.kill('SIGTERM');
    if (code !== 0) faults.push(`its stop gave ${code}: ${m.log}`);
    return [...faults, ...m.integrity(), ...m.log.split('\n').filter((line) => /level=error/.test(line) && !/the last process crashed/.test(line))];
  }

  // The last alert goes behind all that is owed: in each place messages stand in line.
  async judgeMessages(run, barrier) {
    const { m, ears } = this, last = run.uid();
    const heardAll = (list) => { const uids = new Set(list.map((h) => h.uid)); return [...run.acked].every((uid) => uids.has(uid)); };
    if (!(await post(m.url, [last], { alertname: 'Last' }))) return ['it takes no alert any more'];
    run.acked.add(last);
    const lists = ears.lists().filter(([name]) => name === 'mail' || m.config.routes[0].webhooks);
    const verdicts = (rows) => lists.map(([name, heard]) => [name, judge(run.acked, heard, rows)]);
    let found;
    for (const end = Date.now() + patience; ; await sleep(10)) {
      this.rows = await attempts(m);
      found = verdicts(this.rows);
      if (lists.every(([, heard]) => heardAll(heard)) && found.every(([, v]) => v.unrecorded.length === 0)) break;
      if (Date.now() > end || (barrier && lists.every(([, heard]) => heard.some((h) => h.uid === last)))) break;
    }
    return found.flatMap(([name, v]) => {
      this.repeats += v.repeats;
      const { lost, rekeyed, resent, crowded, unrecorded } = v;
      return [...Object.entries({ lost, rekeyed, resent, crowded, unrecorded }).filter(([, keys]) => keys.length > 0)
        .map(([what, keys]) => `${name}: ${what} ${keys.join(' ')}`)];
    });
  }

  async close() {
    shiftClock(0);
    await this.m.end();
    this.ears.close();
  }
}

