// first.tsx - three steps from nothing to the first alert: your address, a test that
// arrives, and an alert that lights up here by itself.
import { useState } from 'preact/hooks';
import { type Alert, ask, type Contact, type Decision, type Page, type Route, session, useAll, useGet } from './api';
import { nameOf } from './labels';
import { useDelivery } from './deliveries';
import { Field, Head, Link, Mark, Problem, Severity, useDoing } from './ui';
import { addressKinds, channel, outcome, say } from './words';

export function First() {
  const contacts = useAll<Contact>('contacts', 'book'), routes = useAll<Route>('routes', 'book');
  const able = contacts.data?.find((c) => c.addresses.some((a) => a.state === 'ok'));
  const waiting = contacts.data?.find((c) => c.addresses.some((a) => a.state === 'pending'));
  const alerts = useGet<Page<Alert>>('alerts?limit=5', 'alerts');
  return <><Head title={say('First steps', '新手引导')} />
    <ol class="steps"><li class={contacts.data?.length ? 'done' : ''}><h2>{say('An address of yours', '添加你的地址')}</h2><Who contacts={contacts.data} waiting={able ? undefined : waiting} /></li>
      <li class={able ? 'ready' : ''}><h2>{say('A test arrives', '收到测试消息')}</h2>{able ? <Try c={able} /> : <p class="note">{say('As soon as an address is confirmed.', '地址确认后即可测试。')}</p>}</li>
      <li class={alerts.data?.items.length ? 'done' : ''}><h2>{say('The first alert', '第一条告警')}</h2><Fire routes={routes.data} />
        {alerts.data?.items.map((a) => <p class="card lit" key={a.id} data-test="lit"><Severity labels={a.labels} /> <Link to="alert" q={{ id: a.id }}><b><bdi>{nameOf(a.labels)}</bdi></b></Link></p>)}</li></ol></>;
}

function Who({ contacts, waiting }: { contacts?: Contact[]; waiting?: Contact }) {
  const [name, setName] = useState(session.value?.user ?? ''), [kind, setKind] = useState('email'), [value, setValue] = useState('');
  const doing = useDoing();
  const save = async (e: Event) => {
    e.preventDefault();
    await doing.run(async () => {
      await ask('PUT', `contacts/${encodeURIComponent(name)}`, { lang: say('en', 'zh-cn'), zone: Intl.DateTimeFormat().resolvedOptions().timeZone, addresses: [{ channel: kind, plain: value }] }, { 'If-None-Match': '*' });
      await ask('PUT', 'contact-groups/everybody', { members: [name] }, { 'If-None-Match': '*' });
      await ask('PUT', 'routes/everything', { name: 'everything', matchers: [], group_by: ['alertname'], group_wait: '5s', contact_groups: ['everybody'] }, { 'If-None-Match': '*' });
    });
  };
  if (contacts?.length) return <>{contacts.slice(0, 3).map((c) => <p key={c.name}><Link to="contact" q={{ name: c.name }}><bdi>{c.name}</bdi></Link>: {c.addresses.map((a) => channel(a.channel)).join(', ')}</p>)}
    {waiting && <p class="note">{say('A link was sent there: open it, or confirm the address on the page of', '确认链接已发出：请打开链接，或在此页代为确认：')} <Link to="contact" q={{ name: waiting.name }}><bdi>{waiting.name}</bdi></Link></p>}</>;
  return <form class="bar" onSubmit={save}><Field label={say('Your name', '你的姓名')}><input required minLength={2} value={name} onInput={(e) => setName(e.currentTarget.value)} /></Field>
    <Field label={say('Channel', '渠道')}><select value={kind} onChange={(e) => setKind(e.currentTarget.value)}>{addressKinds.map((k) => <option key={k} value={k}>{channel(k)}</option>)}</select></Field>
    <Field label={say('Address', '地址')}><input required value={value} placeholder={kind === 'email' ? 'you@example.com' : ''} onInput={(e) => setValue(e.currentTarget.value)} /></Field>
    <button class="main" disabled={doing.busy}>{say('That is me', '就是我')}</button><Problem error={doing.error} />
    <p class="note">{say('Also makes the group “everybody” and the route “everything”.', '同时创建联系人组 everybody 和路由 everything。')}</p></form>;
}

function Try({ c }: { c: Contact }) {
  const [key, set] = useState<string | null>(null);
  const doing = useDoing(), one = useDelivery(key);
  const send = async () => { const t = await doing.run(() => ask<{ items: (Decision & { key?: string })[] }>('POST', 'test', { contact: c.name })); set(t?.items.find((i) => i.key)?.key ?? null); };
  return <p><button type="button" class={key ? '' : 'main'} disabled={doing.busy} onClick={send}>{say('Send a test to', '发送测试给')} <bdi>{c.name}</bdi></button> {key && <span data-test="tested"><Mark word={one.data?.state.word ?? 'waiting'}>{outcome(one.data?.state.word ?? 'waiting')}</Mark> <Link to="deliveries" q={{ key }}>{say('details', '详情')}</Link></span>}<Problem error={doing.error} /></p>;
}

function Fire({ routes }: { routes?: Route[] }) {
  const doing = useDoing();
  const root = new URL('../', location.origin + location.pathname).href.replace(/\/$/, '');
  const body = { alerts: [{ labels: { alertname: 'FirstAlert', severity: 'warning', ...(routes?.[0]?.matchers ? Object.fromEntries(routes[0].matchers.filter((m) => m.op === '=').map((m) => [m.name, m.value])) : {}) }, annotations: { summary: say('The first alert of Belfry', 'Belfry 的第一条告警') } }] };
  const url = new URL(root);
  return <><p>{say('With curl:', '使用 curl：')}</p><pre tabIndex={0}>{`curl -H "Authorization: Bearer $BELFRY_TOKEN" -H 'Content-Type: application/json' \\\n  ${root}/api/belfry/v1/alerts -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`}</pre>
    <p>{say('Or in prometheus.yml:', '或在 prometheus.yml 中：')}</p><pre tabIndex={0}>{`alerting:\n  alertmanagers:\n    - scheme: ${url.protocol.replace(':', '')}\n      path_prefix: ${url.pathname}\n      authorization: {credentials_file: /etc/prometheus/belfry.key}\n      static_configs: [{targets: ['${url.host}']}]`}</pre>
    <button type="button" disabled={doing.busy} onClick={() => doing.run(() => ask('POST', 'alerts', body))}>{say('Or fire one from here', '或在此触发一条')}</button><Problem error={doing.error} /></>;
}
