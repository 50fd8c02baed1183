// make.mjs NAME - a data folder as an older version of Belfry writes it, with all it says of
// it, as NAME.tar.gz beside this file. BELFRY names that version's program (README.md).
//
// It holds a snapshot of a clean stop and a journal behind it, cut off by SIGKILL while one
// message waits for its next try. What its version cannot do yet is left out.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Belfry, program, until } from '../../clients/support.mjs';
import { cloudMonitor, huawei } from '../../demo/signed.mjs';
import { bearerHead, configuration, Ears, key, uidOf } from '../rig.mjs';
import { answersOf, project } from './questions.mjs';
import { routes } from './old.mjs';

const ears = await new Ears().open(), name = process.argv[2], here = dirname(fileURLToPath(import.meta.url));
const belfry = await Belfry.start(configuration(ears, { routes }));
const never = '2099-01-01T00:00:00.000Z', left = [];
const uids = { told: [], ended: [], silent: [], owed: [] };

async function must(words, asked) {
  const { status, body } = await asked;
  assert.ok(status < 300, `${words}: ${status} ${JSON.stringify(body)}`);
  return body;
}

async function native(method, path, body) {
  const answer = await fetch(`${belfry.url}/api/belfry/v1/${path}`, { method, headers: { ...bearerHead, 'Content-Type': 'application/json' },
    body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

// What a version does not have yet is left out, and said.
async function may(method, path, body) {
  const { status, body: said } = await native(method, path, body);
  if (status === 404 || status === 405) left.push(path);
  else assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(said)}`);
}

async function attempts() {
  const { items } = await must('attempts', native('GET', 'deliveries?order=newest&limit=100'));
  return items.filter((row) => row.kind === 'attempt');
}

let next = 0;
async function fire(what, labels = {}, uid = uidOf(next++), endsAt = never) {
  const startsAt = new Date().toISOString();
  const answer = await fetch(`${belfry.url}/api/v2/alerts`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([{ startsAt, endsAt, labels: { alertname: 'Kill', uid, ...labels }, annotations: { summary: `磁盘 🔥 ${uid}` } }]) });
  assert.equal(answer.status, 200, await answer.text());
  uids[what].push(uid);
  return uid;
}

// Told, and that is on record: the server's own mails of addresses count, too.
const quiet = (words) => until(words, async () => {
  const told = (await attempts()).filter((r) => r.word === 'delivered' || r.word === 'accepted').map((r) => r.key);
  return uids.told.every((uid) => ears.mail.some((h) => h.uid === uid)) && ears.mail.every((h) => told.includes(h.key));
});

async function people() {
  const put = (action, params) => must(action, cloudMonitor(belfry.url, key, action, params));
  await put('PutContact', { ContactName: 'Alice', Describe: '值班 1', Channels: { Mail: 'alice@example.com' } });
  await put('PutContact', { ContactName: '小波', Describe: 'x', Channels: { Mail: 'bob@example.com', SMS: '8613800138000',
    DingWebHook: 'https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef' } });
  await put('PutContactGroup', { ContactGroupName: 'ops', ContactNames: ['Alice'] });
  await put('PutContactGroup', { ContactGroupName: '值班', Describe: 'night', ContactNames: ['小波', 'Alice'] });
  const sent = (words, ...rest) => must(words, huawei(belfry.url, key, 'POST', ...rest));
  const { topic_urn } = await sent('topic', `/v2/${project}/notifications/topics`, { name: 'night', display_name: 'Night desk' });
  await sent('subscription', `/v2/${project}/notifications/topics/${topic_urn}/subscriptions`,
    { protocol: 'email', endpoint: 'night@example.com', remark: 'night desk' });
  await sent('action rule', `/v2/${project}/alert/action-rules`, { rule_name: 'oncall', project_id: project, user_name: 'demo', type: '1',
    time_zone: 'Asia/Shanghai', notification_template: 'aom.built-in.template.zh', smn_topics: [{ name: 'night', topic_urn, push_policy: 0 }] });
}

// Nothing here may begin to speak by itself when the folder is older.
async function rules() {
  await may('PUT', 'time-intervals/nights', { items: [{ times: [{ from: 0, to: 360 }], zone: 'Asia/Shanghai' }] });
  await may('PUT', 'inhibitions/quiet', { source: ['severity="critical"'], target: ['severity="warning"'], equal: ['alertname'] });
  await may('PUT', 'receivers/hook', { integrations: [{ kind: 'webhook', settings: { url: 'http://127.0.0.1:1/x' } }] });
  await may('PUT', 'escalations/climb', { min_severity: 'critical', steps: [{ after: '10m', contact_groups: ['ops'] }] });
  await may('PUT', 'routes/made', { matchers: 'team="nobody"', contact_groups: ['值班'], action_rules: ['oncall'] });
  await may('PUT', 'templates/words', { locale: 'en-us', templates: JSON.stringify([{ subType: 'email', topic: 't', content: '${event_name}' }]) });
  await may('PUT', 'users/joe', { policies: ['read-only'] });
  const answer = await fetch(`${belfry.url}/api/v2/silences`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ matchers: [{ name: 'team', value: 'silent', isRegex: false, isEqual: true }], startsAt: new Date().toISOString(),
      endsAt: never, createdBy: '小波', comment: 'maintenance' }) });
  if (answer.ok) await fire('silent', { team: 'silent' });
  else left.push('silences');
}

async function take(word) {
  await fire('told', { host: '服务器-一', severity: 'warning' });
  await fire('told', { part: word });
  const uid = await fire('told', { part: word, ends: 'yes' });
  await quiet('what fires to be told');
  await fire('ended', { part: word, ends: 'yes' }, uid, new Date().toISOString());
  await until('its end to be told', () => ears.mail.filter((h) => h.uid === uid).length === 2);
  await quiet('all to be on record');
}

await people();
await rules();
await take('snapshot');
await belfry.restart('SIGTERM');
ears.life++;
await take('tail');
await must('change', cloudMonitor(belfry.url, key, 'PutContactGroup', { ContactGroupName: 'later', ContactNames: ['小波'] }));
const [of] = (await native('GET', 'alerts')).body.items ?? [];
await may('POST', `alerts/${of?.id}/ack`, { comment: 'mine' });
const { length } = await attempts();
ears.post.close();
await fire('owed');
await until('a try that fails', async () => (await attempts()).length > length);
const made = Date.now(), answers = await answersOf(belfry.url);
await belfry.kill('SIGKILL');
ears.close();

const folder = join(belfry.dir, name), out = join(here, `${name}.tar.gz`);
mkdirSync(folder);
execFileSync('cp', ['-a', belfry.config.data_dir, join(folder, 'data')]);
writeFileSync(join(folder, 'told.json'), JSON.stringify({ made, uids, heard: ears.mail, answers }, null, 1));
execFileSync('tar', ['-C', belfry.dir, '--owner=0', '--group=0', '--numeric-owner', '-czf', out, name]);
rmSync(belfry.dir, { recursive: true });
console.log(`${out} by ${program}; not there yet: ${left.join(', ') || 'nothing'}`);
process.exit(0);
