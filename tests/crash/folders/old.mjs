// old.mjs - folders that older versions wrote (README.md says which and how), and a clock
// that stands where they were left.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realNow, shiftClock } from '../rig.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const names = ['rules-1-history-1', 'rules-2-history-2', 'rules-3-history-2'];

// The configuration they were made with: nothing is repeated for ten years.
export const routes = [{ name: 'all', group_by: ['...'], group_wait: '100ms', group_interval: '1s', repeat_interval: '87600h',
  contact_groups: ['ops'] }];

// A copy becomes the data folder of `m`, an hour after it was left; what its version said of it.
// Until shiftClock(0) this process lives in that time, too.
export function unpack(m, name) {
  execFileSync('tar', ['-C', m.root, '--strip-components=1', '--no-same-owner', '-xzf', join(here, `${name}.tar.gz`)]);
  const told = JSON.parse(readFileSync(join(m.root, 'told.json'), 'utf8'));
  rmSync(join(m.root, 'told.json'));
  const ahead = told.made + 3600e3 - realNow(); // ms
  m.clock = ahead * 1e6;
  m.tell({});
  shiftClock(ahead);
  return told;
}

// Where an answer of today lacks what the old one said; members that are new are welcome, and
// what the file says stands in another file here, which makes it a new revision.
function lacking(then, now, at = '') {
  if (Array.isArray(then))
    return then.flatMap((item, i) => now?.some?.((other) => lacking(item, other).length === 0) ? [] : lacking(item, now?.[i], `${at}[${i}]`));
  if (then && typeof then === 'object')
    return Object.keys(then).filter((name) => !(name === 'meta' && then.meta.provisioned)).flatMap((name) => lacking(then[name], now?.[name], `${at}.${name}`));
  return then === now ? [] : [`${at}: ${JSON.stringify(then)} is ${JSON.stringify(now)}`];
}

// All that was said then and is not so now.
export const lost = (then, now) => Object.entries(then).flatMap(([question, said]) => lacking(said, now[question], question));
