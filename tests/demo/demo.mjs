// demo.mjs - the main job as a story, on a real server in a temporary folder: people,
// a group and a rule made by signed requests, two alerts, a SIGKILL in the middle, a
// restart; then who was told what, read from the history API.
//   on a terminal it stays up until Ctrl-C; without one (or with --check) it checks that
//   every expected message arrived exactly once and exits 0 or 1.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDingTalk, startMailSink } from './sinks.mjs';
import { cloudMonitor, huawei } from './signed.mjs';
import { tellStory } from './story.mjs';

const checking = process.argv.includes('--check') || !process.stdout.isTTY;
const binary = process.env.BELFRY ?? 'build/belfry';
const key = { id: 'demoAccessKey', secret: 'demoAccessSecret' };
const bearer = 'demo-native-key';
const project = 'demo0000000000000000000000000000';
const group = '考勤系统组';
const mails = [], robot = [];
const questions = new Set(); // keys of the mails that ask for confirmation
const say = (text) => console.log(text);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, test, ms = 120000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (await test()) return;
  throw new Error(`waited ${ms / 1000} s in vain for ${what}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    // below those that the kernel deals out: nobody's connection gets it while the server is down
    const port = randomInt(11000, 32000);
    const s = net.createServer().on('error', (e) => e.code === 'EADDRINUSE' ? resolve(freePort()) : reject(e));
    s.listen(port, '127.0.0.1', () => s.close(() => resolve(port)));
  });
}

function configuration(port, smtpPort, folder) {
  return `listen: 127.0.0.1:${port}
external_url: http://127.0.0.1:${port}
data_dir: ${folder}/data
deny_private_addresses: false
smtp: {host: 127.0.0.1, port: ${smtpPort}, from: belfry@example.com, tls: none}
routes:
  - {name: ops, matchers: ['team="ops"'], group_by: [alertname], group_wait: 6s, group_interval: 3s, contact_groups: [${group}]}
  - {name: night, matchers: ['severity="critical"'], group_by: [alertname], group_wait: 6s, group_interval: 3s, action_rules: [oncall]}
accounts:
  - name: default
    uid: "1234567890123456"
    project_id: ${project}
    users:
      - name: demo
        password: demo-password
        bearer: ${bearer}
        access_keys: [{id: ${key.id}, secret: ${key.secret}}]
        policies: [full-access]
`;
}

function start(config, url) {
  const child = spawn(binary, ['serve', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.log = '';
  child.stderr.on('data', (d) => { child.log += d; });
  const ready = until('the server', async () => {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${child.log}`);
    return (await fetch(`${url}/-/ready`).catch(() => ({}))).status === 200;
  });
  return { child, ended, ready };
}

function must(answer, status, what) {
  if (answer.status !== status)
    throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

// What a person does with "please confirm": opens the link and presses the button.
async function confirm(to) {
  await until(`a mail to ${to}`, () => mails.some((m) => m.to === to));
  const question = mails.find((m) => m.to === to);
  const link = /https?:\/\/\S+\/l\/[\w-]+/.exec(question.text)[0];
  questions.add(question.key);
  const answer = await fetch(link, { method: 'POST' });
  if (answer.status !== 200) throw new Error(`confirming ${to}: ${answer.status}`);
}

async function makePeople(url, dingtalk) {
  const put = async (ContactName, Channels, Lang) => must(
    await cloudMonitor(url, key, 'PutContact', { ContactName, Describe: 'demo', Channels, Lang }), 200, 'PutContact');
  await put('张伟', { Mail: 'zhangwei@example.com', DingWebHook: dingtalk }, 'zh-cn');
  await put('Alice', { Mail: 'alice@example.com' }, 'en');
  await put('Bob', { Mail: 'bob@example.com' }, 'en');
  must(await cloudMonitor(url, key, 'PutContactGroup',
    { ContactGroupName: group, Describe: '告警测试', ContactNames: ['张伟', 'Alice', 'Bob'] }), 200, 'PutContactGroup');
  await confirm('zhangwei@example.com');
  await confirm('alice@example.com');
  await until('a mail to Bob', () => mails.some((m) => m.to === 'bob@example.com'));
  mails.filter((m) => m.to === 'bob@example.com').forEach((m) => questions.add(m.key));
}

async function makeRule(url) {
  const { topic_urn } = must(await huawei(url, key, 'POST', `/v2/${project}/notifications/topics`,
    { name: 'night', display_name: 'Night desk' }), 201, 'topic');
  must(await huawei(url, key, 'POST', `/v2/${project}/notifications/topics/${topic_urn}/subscriptions`,
    { protocol: 'email', endpoint: 'night@example.com', remark: 'night desk' }), 201, 'subscription');
  must(await huawei(url, key, 'POST', `/v2/${project}/alert/action-rules`,
    { rule_name: 'oncall', project_id: project, user_name: 'demo', type: '1', time_zone: 'Asia/Shanghai',
      notification_template: 'aom.built-in.template.zh',
      smn_topics: [{ name: 'night', topic_urn, push_policy: 0 }] }), 200, 'action rule');
  await confirm('night@example.com');
}

async function postAlerts(url, alerts) {
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(alerts) });
  if (answer.status !== 200) throw new Error(`alerts: ${answer.status} ${await answer.text()}`);
}

const diskFull = { startsAt: new Date().toISOString(), labels: { alertname: 'DiskFull', team: 'ops', severity: 'critical', instance: 'db-1' },
  annotations: { summary: '磁盘 /data 只剩 2 %' } };

async function fireTwo(url) {
  await postAlerts(url, [{ ...diskFull, endsAt: new Date(Date.now() + 3600e3).toISOString() }]);
  const event = { starts_at: Date.now(), timeout: 3600000,
    metadata: { event_name: 'HighCPU', event_severity: 'Major', event_type: 'alarm', resource_provider: 'ecs',
      resource_type: 'vm', resource_id: 'i-7f3a', team: 'ops' },
    annotations: { message: 'CPU at 97 % for 10 minutes' } };
  must(await huawei(url, key, 'PUT', `/v2/${project}/push/events`, { events: [event] }), 204, 'event');
}

// Who has to hear what; [DiskFull fires, HighCPU fires, DiskFull ends].
const expected = [
  ['mail', 'zhangwei@example.com', 3], ['mail', 'alice@example.com', 3],
  ['mail', 'night@example.com', 2], ['robot', '张伟', 3], ['mail', 'bob@example.com', 0],
];

function heard(kind, who) {
  if (kind === 'robot') return robot.length;
  return new Set(alarms().filter((m) => m.to === who).map((m) => m.key)).size;
}

const alarms = () => mails.filter((m) => !questions.has(m.key));

function verdict() {
  const faults = expected.filter(([kind, who, n]) => heard(kind, who) !== n)
    .map(([kind, who, n]) => `${kind} ${who}: ${heard(kind, who)} messages, ${n} expected`);
  const twice = alarms().length - new Set(alarms().map((m) => m.key)).size;
  if (twice > 0) faults.push(`${twice} mails arrived twice under one key`);
  return faults;
}

async function play(url, config, dingtalk) {
  let server = start(config, url);
  await server.ready;
  await makePeople(url, dingtalk);
  await makeRule(url);
  say(`People, the group ${group} and the rule "oncall" are made by signed requests; Bob never confirmed his address.`);
  await fireTwo(url);
  say('Two alerts fire: DiskFull through Alertmanager\'s API, HighCPU as an AOM event.');
  server.child.kill('SIGKILL');
  await server.ended;
  say('The server is killed (SIGKILL) before anybody was told, and started again.');
  server = start(config, url);
  await server.ready;
  await until('the first messages', () => robot.length >= 2 && heard('mail', 'night@example.com') >= 1 &&
    heard('mail', 'alice@example.com') >= 2 && heard('mail', 'zhangwei@example.com') >= 2);
  await postAlerts(url, [{ ...diskFull, endsAt: new Date(Date.now() - 1).toISOString() }]);
  say('DiskFull ends.');
  await until('the last messages', () => verdict().length === 0).catch(() => {});
  await sleep(4000); /* one more interval: nothing may come twice */
  return server;
}

function waitForCtrlC() {
  return new Promise((resolve) => process.once('SIGINT', resolve));
}

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'belfry-demo-'));
  const sink = await startMailSink((mail) => mails.push(mail));
  const ding = await startDingTalk('demo-token', 'SECdemo', (message) => robot.push(message));
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = path.join(folder, 'belfry.yaml');
  let server;
  try {
    writeFileSync(config, configuration(new URL(url).port, sink.port, folder), { mode: 0o600 });
    server = await play(url, config, ding.url);
    await tellStory(url, bearer, { mails: alarms(), robot });
    const faults = verdict();
    for (const fault of faults) say(`  ✗ ${fault}`);
    say(faults.length ? `\n0 passed, ${faults.length} failed`
      : `\nEvery expected message arrived exactly once.\n${expected.length} passed, 0 failed`);
    process.exitCode = faults.length ? 1 : 0;
    if (!checking) {
      say(`\n  URL                 ${url}\n  user, password      demo  demo-password\n  access key          ${key.id}  ${key.secret}` +
        `\n  native API key      ${bearer}\n  history             curl -H 'Authorization: Bearer ${bearer}' ${url}/api/belfry/v1/deliveries` +
        `\n  who gets told?      BELFRY_URL=${url} BELFRY_TOKEN=${bearer} ${binary} explain alertname=DiskFull team=ops\n\nCtrl-C ends it.`);
      await waitForCtrlC();
    }
  } catch (error) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  } finally {
    if (server) { server.child.kill('SIGTERM'); await server.ended; }
    sink.close();
    ding.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
process.exit();
