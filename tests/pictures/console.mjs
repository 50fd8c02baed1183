// console.mjs FOLDER - the screens of the console as doc/images/console-*.png, from a real
// server with people, routes, a robot that refuses and a night's alerts.
//   make screenshots     needs chromium and fonts-noto-cjk
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Rig, until } from '../clients/console_rig.mjs';

const folder = process.argv[2];
const rig = await Rig.start();
const later = (hours) => new Date(Date.now() + hours * 3600e3).toISOString();

async function night() {
  await rig.people();
  await rig.api('PUT', `contacts/${encodeURIComponent('李娜')}`, { lang: 'zh-cn', zone: 'Asia/Shanghai', describe: '数据库', addresses: [{ channel: 'email', plain: 'lina@example.com' }, { channel: 'feishu', plain: rig.robotUrl.replace('/robot/send', '/open-apis/bot/v2/hook/x') }] });
  await rig.api('POST', `contacts/${encodeURIComponent('李娜')}/addresses/email/confirm`, {});
  await rig.api('PUT', 'contact-groups/dba', { members: ['李娜', 'Alice'], describe: 'databases' });
  await rig.api('PUT', 'routes/databases', { matchers: [{ name: 'job', op: '=', value: 'mysql' }, { name: 'severity', op: '=~', value: 'critical|error' }], group_by: ['alertname', 'cluster'], group_wait: '0s', group_interval: '1s', contact_groups: ['dba'] });
  rig.robot.keyword = true;
  const at = { team: 'ops', cluster: 'prod-cn' };
  await rig.fire({ ...at, alertname: 'DiskFull', severity: 'critical', host: 'db-1', job: 'mysql', summary: '/data has 2 % left, full in 40 minutes' }, { ...at, alertname: 'DiskFull', severity: 'critical', host: 'db-2', job: 'mysql', summary: '/data has 4 % left' },
    { ...at, alertname: 'ReplicationLag', severity: 'error', host: 'db-3', job: 'mysql', summary: '复制延迟 340 秒' }, { ...at, alertname: 'CPUHigh', severity: 'warning', host: 'web-7', job: 'node', summary: 'load 22 on 8 cores' },
    { ...at, alertname: 'CertificateExpires', severity: 'info', host: 'gate-1', job: 'blackbox', summary: '13 days left' }, { cluster: 'prod-cn', team: 'pay', alertname: 'RefundsSlow', severity: 'warning', host: 'pay-2', job: 'pay', summary: 'p99 4.1 s' });
  await until('the refusals', async () => (await rig.api('GET', 'deliveries?failed=true')).items.length > 3);
  rig.robot.keyword = false;
  await rig.api('POST', 'acks', { matchers: 'host="db-1"', by: 'Alice', comment: 'cleaning up old dumps' });
  await rig.api('POST', 'silences', { matchers: [{ name: 'host', op: '=', value: 'web-7' }, { name: 'alertname', op: '=', value: 'CPUHigh' }], ends_at: later(3), comment: 'load test until noon' });
  await new Promise((done) => setTimeout(done, 2500));
}

async function shoot(name, path, options = {}, act = null) {
  const page = await rig.open(path, options);
  await page.waitForFunction(() => !document.querySelector('main .loading'));
  if (act) await act(page);
  await page.waitForTimeout(500);
  const file = join(folder, `console-${name}.png`);
  await page.screenshot({ path: file });
  if (page.complaints.length) throw new Error(`${name}: ${page.complaints}`);
  await page.context().close();
  console.log(`${file} ${(statSync(file).size / 1024).toFixed(0)} KB`);
}

try {
  await night();
  const q = encodeURIComponent, labels = q('alertname="DiskFull", job="mysql", severity="critical", team="ops"');
  const refused = (await rig.api('GET', 'deliveries?failed=true&channel=dingtalk&limit=1')).items[0], alert = (await rig.api('GET', 'alerts?filter=host%3D%22db-1%22')).items[0];
  const dark = { theme: 'dark', lang: 'zh' }, phone = { viewport: { width: 390, height: 844 } };
  // Every screen in the light and in English, and in the dark and in Chinese.
  const both = async (name, path, act) => { await shoot(name, path, {}, act && ((page) => act(page, 'en'))); await shoot(`${name}-dark`, path, dark, act && ((page) => act(page, 'zh'))); };
  const test = async (page, lang) => { await page.getByRole('button', { name: lang === 'en' ? 'Send a test' : '发送测试' }).first().click(); await page.locator('[data-test=watched] .mark.good').waitFor(); };
  await both('who', `who?labels=${labels}`);
  await both('who-nobody', `who?labels=${q('alertname="RefundsSlow", team="pay", severity="warning"')}`);
  await both('alerts', 'alerts');
  await shoot('alerts-phone', 'alerts', { ...phone, ...dark });
  await both('cards', 'alerts?view=cards');
  await both('alert', `alert?id=${alert.id}`);
  await both('silence', `silence?filter=${q('job="mysql"')}`);
  await both('silences', 'silences');
  await both('deliveries', 'deliveries');
  await both('delivery', `deliveries?key=${refused.key}`);
  await both('people', 'people');
  await both('contact', 'contact?name=Alice', test);
  await both('group', `group?name=ops`);
  await rig.api('PUT', 'topics/pages', { display_name: '值班电话' });
  await rig.api('PUT', 'action-rules/night', { template_name: 'aom.built-in.template.zh', topics: [{ name: 'pages' }] });
  await rig.api('PUT', 'time-intervals/nights', { items: [{ times: [{ from: 0, to: 420 }], zone: 'Asia/Shanghai' }, { weekdays: [{ from: 6, to: 6 }, { from: 0, to: 0 }], zone: 'Asia/Shanghai' }] });
  await rig.api('PUT', 'escalations/climb', { min_severity: 'critical', steps: [{ after: '15m', contact_groups: ['dba'] }, { after: '30m', contact_groups: ['ops'] }] });
  await both('rules', 'rules');
  await rig.api('POST', `contacts/${encodeURIComponent('张伟')}/addresses/email/confirm`, {});
  await both('route', 'route?name=pay', (page, lang) => page.getByLabel(lang === 'en' ? 'Remove severity' : '移除 severity').click().then(() => page.locator('[data-test=difference]').waitFor()).then(() => page.waitForTimeout(1500)));
  await both('object', 'object?kind=escalations&name=climb', (page) => page.locator('[data-test=difference]').waitFor());
  await both('templates', 'templates', (page) => page.locator('[data-test=room]').first().waitFor());
  await both('audit', 'audit');
  await both('settings', 'settings', (page) => page.locator('[data-test=config]').waitFor());
  await both('first', 'first');
} finally {
  await rig.stop();
}
