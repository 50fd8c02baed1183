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
  const less = (page) => page.getByLabel('Remove severity').click().then(() => page.locator('[data-test=difference]').waitFor()).then(() => page.waitForTimeout(1500));
  await shoot('who', `who?labels=${labels}`);
  await shoot('who-dark', `who?labels=${labels}`, dark);
  await shoot('who-nobody', `who?labels=${q('alertname="RefundsSlow", team="pay", severity="warning"')}`);
  await shoot('alerts', 'alerts');
  await shoot('alerts-dark', 'alerts', dark);
  await shoot('alerts-phone', 'alerts', { ...phone, ...dark });
  await shoot('cards', 'alerts?view=cards');
  await shoot('alert', `alert?id=${alert.id}`);
  await shoot('silence', `silence?filter=${q('job="mysql"')}`);
  await shoot('silences', 'silences');
  await shoot('deliveries', 'deliveries');
  await shoot('deliveries-dark', 'deliveries', dark);
  await shoot('delivery', `deliveries?key=${refused.key}`);
  await shoot('people', 'people');
  await shoot('people-dark', 'people', dark);
  await shoot('contact', 'contact?name=Alice', {}, async (page) => { await page.getByRole('button', { name: 'Send a test' }).first().click(); await page.locator('[data-test=watched] .mark.good').waitFor(); });
  await shoot('rules', 'rules');
  await rig.api('POST', `contacts/${encodeURIComponent('张伟')}/addresses/email/confirm`, {});
  await shoot('route', 'route?name=pay', {}, less);
  await shoot('templates', 'templates');
  await shoot('audit', 'audit');
  await shoot('settings', 'settings');
  await shoot('first', 'first');
} finally {
  await rig.stop();
}
