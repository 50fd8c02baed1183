// console.mjs - what the console costs: the longest task of the page's main thread with ten
// thousand alerts in its table (its own CPU time, so that a busy machine does not count),
// the weight of its script, and the server's memory and CPU with 200 pages open.
//   make bench-console; the result is kept as bench/results/console.txt
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { Rig, until } from '../tests/clients/console_rig.mjs';

const rig = await Rig.start(), many = 10_000, pages = 200;
const pid = rig.belfry.process.pid;
const ticks = Number(execFileSync('getconf', ['CLK_TCK']));
const cpu = () => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(f[11]) + Number(f[12])) / ticks; };
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function traced(page, act) {
  const client = await page.context().newCDPSession(page), events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata'] } });
  await act();
  const done = new Promise((end) => client.on('Tracing.tracingComplete', end));
  await client.send('Tracing.end');
  await done;
  const main = new Set(events.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid}/${e.tid}`));
  const tasks = events.filter((e) => /RunTask|ThreadControllerImpl::RunTask/.test(e.name) && main.has(`${e.pid}/${e.tid}`)).map((e) => (e.tdur ?? e.dur ?? 0) / 1000).sort((a, b) => b - a);
  return { longest: tasks[0] ?? NaN, over50: tasks.filter((t) => t > 50).length, n: tasks.length };
}

try {
  for (let i = 0; i < many; i += 1000)
    await rig.fire(...Array.from({ length: 1000 }, (_, k) => ({ alertname: `Alert${(i + k) % 40}`, team: 'none', severity: ['critical', 'error', 'warning', 'info'][k % 4], host: `host-${i + k}`, summary: 'a summary of some words' })));
  const page = await rig.open('settings');
  const say = (what, t) => console.log(`${what.padEnd(44)} longest task ${t.longest.toFixed(0)} ms, ${t.over50} of ${t.n} over 50 ms`);
  say(`${many} alerts: opening the table`, await traced(page, async () => { await page.getByRole('link', { name: 'Alerts' }).click(); await page.locator('[data-test=count]', { hasText: `${many}` }).waitFor({ timeout: 60_000 }); }));
  say('scrolling through', await traced(page, async () => { for (let y = 0; y < 60; y++) { await page.mouse.wheel(0, 4000); await sleep(50); } }));
  say('another order', await traced(page, async () => { await page.getByLabel('Order').selectOption('name'); await sleep(1500); }));
  say('100 new ones while it is open', await traced(page, async () => { await rig.fire(...Array.from({ length: 100 }, (_, k) => ({ alertname: 'New', host: `new-${k}` }))); await page.locator('.pill').waitFor({ timeout: 60_000 }); }));
  await page.context().close();

  const script = await fetch(`${rig.belfry.url}/console/`).then((r) => r.text()).then((t) => /assets\/[^"]+\.js/.exec(t)[0]);
  for (const coding of ['gzip', 'br'])
    await new Promise((done) => get(`${rig.belfry.url}/console/${script}`, { headers: { 'Accept-Encoding': coding } }, (r) => { let n = 0; r.on('data', (d) => { n += d.length; }).on('end', () => { console.log(`script, ${coding}`.padEnd(44), `${n} bytes`); done(); }); }));

  const before = rss(), streams = [], seen = [];
  for (let i = 0; i < pages; i++)
    streams.push(get(`${rig.belfry.url}/api/belfry/v1/stream`, { headers: { Authorization: 'Bearer bk-console-test' } }, (r) => r.on('data', () => { seen[i] = true; })));
  await until('all streams', () => seen.filter(Boolean).length === pages);
  const began = cpu(), at = Date.now();
  await sleep(10_000);
  console.log(`${pages} pages open, nothing moves`.padEnd(44), `${((100 * (cpu() - began)) / ((Date.now() - at) / 1000)).toFixed(2)} % of a core, ${((rss() - before) / pages).toFixed(1)} KiB a page`);
  const busy = cpu(), from = Date.now();
  for (let i = 0; i < 10; i++) { await rig.fire({ alertname: 'Tick', host: `t${i}` }); await sleep(1000); }
  console.log(`${pages} pages open, an alert a second`.padEnd(44), `${((100 * (cpu() - busy)) / ((Date.now() - from) / 1000)).toFixed(2)} % of a core`);
  for (const s of streams) s.destroy();
} finally {
  await rig.stop();
}
