// machine.mjs - a server whose disk and clock can be told what to do (disk/page.h): stopped
// at a call, errors, no room, syncs that lie, a clock that jumps; and what the next start
// finds.
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Belfry, freePort, program, sleep } from '../clients/support.mjs';

const build = process.env.BELFRY_BUILD ?? dirname(program);
const shim = join(build, 'tests', 'crash', 'disk.so');
if (!existsSync(shim)) throw new Error(`${shim} is not there: make it`);

export const KEEP = 0, FORGET = 1, TORN = 2;
export const SYNC_TRUE = 0, SYNC_NEVER = 1, SYNC_LATE = 2;
export const EIO = 5, ENOSPC = 28;
const fields = ['armed', 'calls', 'stop', 'how', 'seed', 'sync', 'fail_from', 'fail_calls', 'fail_errno', 'full',
  'clock', 'allocations', 'fail_allocation', 'failed', 'room'];
export const kinds = ['create', 'write', 'truncate', 'sync file', 'sync folder', 'rename', 'unlink', 'mkdir', 'chmod'];

export class Machine extends Belfry {
  // Not started. `configuration(machine)` gives the keys beside listen, data_dir and url.
  static async make(configuration) {
    const m = new Machine();
    m.dir = mkdtempSync(join(tmpdir(), 'belfry-crash-'));
    m.root = join(m.dir, 'disk');
    m.data = join(m.root, 'data');
    m.kept = join(m.dir, 'kept');
    m.base = join(m.dir, 'base');
    m.pageFile = join(m.dir, 'page');
    for (const folder of [m.root, m.kept]) mkdirSync(folder);
    m.page = openSync(m.pageFile, 'w+', 0o600);
    writeSync(m.page, new BigInt64Array(fields.length + kinds.length));
    m.port = await freePort();
    m.host = `127.0.0.1:${m.port}`;
    m.url = `http://${m.host}`;
    m.config = { listen: m.host, external_url: m.url, data_dir: m.data, writable: [m.dir], ...configuration };
    m.env = { LD_PRELOAD: shim, CRASH_ROOT: m.root, CRASH_KEPT: m.kept, CRASH_PAGE: m.pageFile,
      ASAN_OPTIONS: `verify_asan_link_order=0:${process.env.ASAN_OPTIONS ?? ''}` };
    return m;
  }

  // A page of zeros but for what is given, and the clock it lives by (ns beside ours).
  tell(page) {
    const all = { clock: this.clock ?? 0, ...page };
    writeSync(this.page, new BigInt64Array([...fields, ...kinds].map((f) => BigInt(all[f] ?? 0))), 0, null, 0);
  }

  set(field, value) {
    writeSync(this.page, new BigInt64Array([BigInt(value)]), 0, 8, 8 * fields.indexOf(field));
  }

  get(field) {
    const i = fields.indexOf(field), at = i < 0 ? fields.length + kinds.indexOf(field) : i;
    const value = new BigInt64Array(1);
    readSync(this.page, value, 0, 8, 8 * at);
    return Number(value[0]);
  }

  kinds() { return Object.fromEntries(kinds.map((k) => [k, this.get(k)])); }

  async kill(signal) { return this.isStopping() ? this.ended : super.kill(signal); }

  // Its folder is the one every run of a scenario begins with.
  keepAsBase() {
    rmSync(this.base, { recursive: true, force: true });
    cpSync(this.root, this.base, { recursive: true });
  }

  toBase() {
    this.clean();
    rmSync(this.root, { recursive: true, force: true });
    cpSync(this.base, this.root, { recursive: true });
  }

  clean() {
    rmSync(this.kept, { recursive: true, force: true });
    mkdirSync(this.kept);
  }

  // Starts, and says whether it came to be ready before it ended.
  async boot() {
    try {
      await this.run();
      return true;
    } catch (e) {
      if (this.exit) return false;
      throw new Error(`${e.message}\n${this.log}`);
    }
  }

  // Until it is dead, or has made no call that changes the disk for a while.
  async settle(quiet = 150) {
    let calls = this.get('calls');
    for (let since = Date.now(); !this.exit && Date.now() - since < quiet; await sleep(5))
      if (this.get('calls') !== calls) {
        calls = this.get('calls');
        since = Date.now();
      }
    if (this.isStopping()) await this.ended;
  }

  // At its last call: what the disk keeps is being put together.
  isStopping() { return this.get('stop') > 0 && this.get('calls') >= this.get('stop'); }

  // It is dead: from here on the folder is what the disk kept.
  powerBack() {
    const left = join(this.kept, 'left');
    if (existsSync(left)) {
      rmSync(this.root, { recursive: true });
      renameSync(left, this.root);
    }
    this.clean();
    this.tell({});
  }

  // What SQLite finds wrong with both files of a folder that nobody has open.
  integrity(folder = this.data) {
    return ['journal.db', 'history.db'].flatMap((name) => {
      if (!existsSync(join(folder, name))) return [`${name} is not there`];
      const db = new DatabaseSync(join(folder, name));
      try {
        return db.prepare('PRAGMA integrity_check').all().map((r) => r.integrity_check).filter((w) => w !== 'ok')
          .map((w) => `${name}: ${w}`);
      } finally {
        db.close();
      }
    });
  }

  async end() {
    if (this.process && !this.exit) await super.kill();
    closeSync(this.page);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
