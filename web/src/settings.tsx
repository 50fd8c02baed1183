// settings.tsx - is it well? What goes through, what waits, who beats; mail, users, the
// configuration with where each key stands.
import { useState } from 'preact/hooks';
import { type Contact, isOpen, session, useAll, useGet } from './api';
import { Test } from './people';
import { Copy, Field, Head, Link, Loaded, Mark, Time } from './ui';
import { Users } from './users';
import { say } from './words';

interface Status { version: string; ready: boolean; started: string; now: string; account: string; external_url: string; revision: number; counters: Record<string, number> }
interface Beats { items: { name: string; state: string; last_beat: string | null; due: string | null }[] }
interface Config { items: { key: string; value: string; origin: string; default: string; doc: string }[]; alertmanager_yml: string }

// A mail by the real road, to somebody who has a confirmed address; what came of it is watched.
function Mail({ c }: { c: Config }) {
  const contacts = useAll<Contact>('contacts', 'book'), able = contacts.data?.filter((p) => p.addresses.some((a) => a.channel === 'email' && a.state === 'ok')) ?? [];
  const [to, set] = useState('');
  const of = (name: string) => c.items.find((i) => i.key === `smtp.${name}`)?.value ?? '', name = to || able[0]?.name;
  return <><h2>{say('Mail out', '外发邮件')}</h2><p>{of('host') ? <><code><bdi>{of('host')}:{of('port')}</bdi></code> · TLS {of('tls') || say('required', '必需')} · {say('from', '发件人')} <bdi>{of('from')}</bdi></> : say('No mail server is set: see smtp below.', '未配置邮件服务器，见下方 smtp。')}</p>
    {name ? <><Field label={say('Send a test mail to', '发送测试邮件给')}><select value={name} onChange={(e) => set(e.currentTarget.value)}>{able.map((p) => <option key={p.name} value={p.name}>{p.name}</option>)}</select></Field><Test key={name} what={{ contact: name, channel: 'email' }} /></>
      : <p class="note">{say('For a test somebody needs a confirmed mail address.', '测试需要有已确认的邮件地址。')} <Link to="people">{say('People', '联系人')}</Link></p>}</>;
}

function Configured({ c }: { c: Config }) {
  const [all, set] = useState(false);
  const rows = c.items.filter((i) => all || i.origin !== 'default');
  return <>{c.items.length > 0 && <><h2>{say('Configuration', '配置')}</h2><label class="check"><input type="checkbox" checked={all} onChange={(e) => set(e.currentTarget.checked)} /> {say(`all ${c.items.length} keys, defaults too`, `显示全部 ${c.items.length} 项（含默认值）`)}</label>
    <div class="scroll" tabIndex={0} role="region" aria-label={say('Configuration', '配置')}><table class="rows" data-test="config"><thead><tr><th>{say('Key', '配置项')}</th><th>{say('Value', '值')}</th><th>{say('Stands in', '来源')}</th><th>{say('If nobody says', '默认值')}</th></tr></thead>
      <tbody>{rows.map((i) => <tr key={i.key}><td title={i.doc}><code>{i.key}</code></td><td><bdi>{i.value || '–'}</bdi></td><td>{i.origin === 'default' ? <span class="small">{say('default', '默认')}</span> : <bdi>{i.origin}</bdi>}</td><td><bdi class="small">{i.default || '–'}</bdi></td></tr>)}</tbody></table></div></>}
    {c.alertmanager_yml && <details><summary>{say('The Alertmanager file in force, secrets masked', '生效的 Alertmanager 配置（密钥已隐藏）')}</summary><pre tabIndex={0}><bdi>{c.alertmanager_yml}</bdi></pre></details>}</>;
}

// How much noise was kept from people, as one picture.
function Flow({ c }: { c: Record<string, number> }) {
  const bars: [string, number, string][] = [[say('alerts firing', '正在告警'), c['alerts_active'] ?? 0, 'quiet'], [say('kept back now', '被压制'), c['alerts_suppressed'] ?? 0, 'slow'],
    [say('groups', '分组'), c['groups'] ?? 0, 'quiet'], [say('told', '已通知'), c['told'] ?? 0, 'good'], [say('delivered', '已送达'), c['delivered'] ?? 0, 'good'], [say('failed', '失败'), c['failed'] ?? 0, 'bad'], [say('on their way', '待发送'), c['outbox'] ?? 0, 'slow']];
  const most = Math.max(1, ...bars.map(([, n]) => n));
  return <div class="picture" tabIndex={0} role="region" aria-label={say('What goes through', '流量')}><svg class="fit" width="560" height={bars.length * 28} viewBox={`0 0 560 ${bars.length * 28}`} role="img" aria-label={bars.map(([w, n]) => `${w} ${n}`).join(', ')}>
    {bars.map(([words, n, t], i) => <g key={words} class={`event ${t}`}><text x="0" y={i * 28 + 17}>{words}</text><rect x="140" y={i * 28 + 5} width={Math.max(2, (n / most) * 340)} height="16" rx="3" /><text class="under" x={150 + Math.max(2, (n / most) * 340)} y={i * 28 + 17}>{n}</text></g>)}</svg></div>;
}

export function Settings() {
  const status = useGet<Status>('status', 'alerts', 'deliveries', 'book');
  const beats = useGet<Beats>('heartbeat-states', 'alerts'), config = useGet<Config>('config', 'book');
  return <><Head title={say('Settings', '设置')}><Copy path="status" command="belfry status" /></Head>
    <Loaded of={status}>{(s) => <><p class={s.ready ? 'verdict good' : 'verdict bad'}><Mark word={s.ready ? 'ok' : 'refused'}>{s.ready ? say('Belfry is well.', '运行正常。') : say('Not ready.', '未就绪。')}</Mark></p>
      <dl class="facts"><dt>{say('version', '版本')}</dt><dd>{s.version}</dd><dt>{say('runs since', '启动时间')}</dt><dd><Time at={s.started} /></dd><dt>{say('account', '账号')}</dt><dd><bdi>{s.account}</bdi></dd>
        <dt>{say('address in messages', '消息中的地址')}</dt><dd><bdi>{s.external_url}</bdi></dd><dt>{say('signed in', '当前用户')}</dt><dd><bdi>{session.value?.user}</bdi> <span class="small"><bdi>{session.value?.policies.join(', ')}</bdi></span></dd>
        <dt>{say('book, revision', '配置版本')}</dt><dd><Link to="audit">{s.revision}</Link></dd>
        <dt>{say('addresses that fail', '故障地址')}</dt><dd>{s.counters['addresses_failing'] ? <Link to="deliveries" q={{ failed: 'true' }}><Mark word="refused">{s.counters['addresses_failing']}</Mark></Link> : '0'}</dd>
        <dt>{say('not routed', '未匹配路由')}</dt><dd>{s.counters['not_routed']}</dd></dl>
      <h2>{say('What goes through', '流量')}</h2><Flow c={s.counters} /></>}</Loaded>
    {beats.data && beats.data.items.length > 0 && <><h2>{say('Heartbeats', '心跳')}</h2><ul class="list">{beats.data.items.map((b) => <li class="card" key={b.name}><b><bdi>{b.name}</bdi></b> <Mark word={b.state === 'missed' ? 'refused' : b.state === 'beating' ? 'ok' : 'waiting'}>{b.state === 'missed' ? say('missed', '丢失') : b.state === 'beating' ? say('beats', '正常') : say('not heard yet', '尚未收到')}</Mark> {say('last', '上次')} <Time at={b.last_beat} /> · {say('due', '应到')} <Time at={b.due} /></li>)}</ul></>}
    {config.data && config.data.items.length > 0 && <Mail c={config.data} />}
    {!isOpen() && <Users />}
    {config.data && <Configured c={config.data} />}
    <p class="note">{say('Accounts, users, keys and routes of the configuration file are read again by', '配置文件中的账号、用户、密钥和路由，修改后执行')} <code>kill -HUP</code> {say('or', '或')} <code>POST /-/reload</code>; {say('its other keys need a restart.', '其他配置项需要重启。')}</p></>;
}
