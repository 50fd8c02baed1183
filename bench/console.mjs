// console.mjs - what the console costs: its frames with ten thousand alerts in its table, the
// weight of its script, and the server's memory and CPU with 200 pages open.
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

// Frames by chromium's own trace: from when it began one (BeginFrame) to when it was drawn
// (DrawFrame of the same number). Beside it the longest task of the page's main thread in
// its own CPU time, in which a busy machine does not count.
async function traced(page, act) {
  const client = await page.context().newCDPSession(page), events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame', '__metadata'] } });
  await act();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const done = new Promise((end) => client.on('Tracing.tracingComplete', end));
  await client.send('Tracing.end');
  await done;
  const main = new Set(events.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid}/${e.tid}`));
  const tasks = events.filter((e) => /RunTask|ThreadControllerImpl::RunTask/.test(e.name) && main.has(`${e.pid}/${e.tid}`)).map((e) => (e.tdur ?? e.dur ?? 0) / 1000).sort((a, b) => b - a);
  const begun = new Map(), frames = [];
  for (const e of events.sort((a, b) => a.ts - b.ts)) {
    const number = `${e.pid} ${e.args?.layerTreeId} ${e.args?.frameSeqId}`;
    if (e.name === 'BeginFrame') begun.set(number, e.ts);
    else if (e.name === 'DrawFrame' && begun.has(number)) { frames.push((e.ts - begun.get(number)) / 1000); begun.delete(number); }
  }
  frames.sort((a, b) => b - a);
  return { longest: tasks[0] ?? NaN, frames, n: tasks.length };
}

try {
  for (let i = 0; i < many; i += 1000)
    await rig.fire(...Array.from({ length: 1000 }, (_, k) => ({ alertname: `Alert${(i + k) % 40}`, team: 'none', severity: ['critical', 'error', 'warning', 'info'][k % 4], host: `host-${i + k}`, summary: 'a summary of some words' })));
  const page = await rig.open('settings');
  const say = (what, { frames, longest }) => console.log(`${what.padEnd(44)} ${frames.length} frames, longest ${frames[0]?.toFixed(0)} ms, 99 of 100 below ${frames[Math.floor(frames.length / 100)]?.toFixed(0)} ms, ${frames.filter((t) => t > 100).length} over 100 ms; longest task ${longest.toFixed(0)} ms of CPU`);
  say(`${many} alerts: opening the table`, await traced(page, async () => { await page.getByRole('link', { name: 'Alerts' }).click(); await page.locator('[data-test=count]', { hasText: `${many}` }).waitFor({ timeout: 60_000 }); }));
  say('scrolling through', await traced(page, async () => { for (let y = 0; y < 60; y++) { await page.mouse.wheel(0, 4000); await sleep(50); } }));
  say('another order', await traced(page, async () => { await page.getByLabel('Order').selectOption('name'); await sleep(1500); }));
  say('100 new ones while it is open', await traced(page, async () => { await rig.fire(...Array.from({ length: 100 }, (_, k) => ({ alertname: 'New', host: `new-${k}` }))); await page.locator('.pill').waitFor({ timeout: 60_000 }); }));
  await page.context().close();

  const script = await fetch(`${rig.belfry.url}/console/`).then((r) => r.text()).then((t) => /assets\/[^"]+\.js/.exec(t)[0]);
  for (const coding of ['gzip', 'br'])
    await new Promise((done) => get(`${rig.belfry.url}/console/${script}`, { headers: { 'Accept-Encoding': coding } }, (r) => { let n = 0; r.on('data', (d) => { n += d.length; }).on('end', () => { console.log(`script, ${coding}`.padEnd(44), `${n} bytes`); done(); }); }));

  // A console that is open: its stream, and behind each event that names alerts what the
  // page of alerts asks for, which is a page of them and the last day's rows.
  const before = rss(), streams = [], seen = [], auth = { Authorization: 'Bearer bk-console-test' };
  const ask = (path) => fetch(`${rig.belfry.url}/api/belfry/v1/${path}`, { headers: auth }).then((r) => r.arrayBuffer());
  let asking = false, answers = 0;
  const stories = () => `deliveries?kind=decision,attempt&limit=1000&since=${encodeURIComponent(new Date(Date.now() - 864e5).toISOString())}`;
  for (let i = 0; i < pages; i++)
    streams.push(get(`${rig.belfry.url}/api/belfry/v1/stream`, { headers: auth }, (r) => r.on('data', (d) => {
      seen[i] = true;
      if (asking && String(d).startsWith('data:'))
        void ask('alerts?filter=team%3D%22ops%22&limit=1000').then(() => { answers++; });
      if (asking && String(d).startsWith('data:'))
        void ask(stories()).then(() => { answers++; });
    })));
  await until('all streams', () => seen.filter(Boolean).length === pages);
  const over = async (words, act) => {
    const began = cpu(), at = Date.now();
    await act();
    console.log(words.padEnd(44), `${((100 * (cpu() - began)) / ((Date.now() - at) / 1000)).toFixed(2)} % of a core, ${((rss() - before) / pages).toFixed(1)} KiB a page`);
  };
  let fired = 0; // another one each time: a re-send moves nothing
  const tick = async () => { for (let i = 0; i < 10; i++) { await rig.fire({ alertname: 'Tick', team: 'ops', host: `t${++fired}` }); await sleep(1000); } };
  await over(`${pages} pages open, nothing moves`, () => sleep(10_000));
  await over(`${pages} pages open, an alert a second`, tick);
  asking = true;
  await over(`the same, each page asks again`, tick);
  await until('the last answers', () => answers >= 2 * pages);
  console.log('answers given to them'.padEnd(44), answers);
  for (const s of streams) s.destroy();
} finally {
  await rig.stop();
}
