// rules.tsx - who is told of what, as sentences: routes, and what stands beside them.
import { useState } from 'preact/hooks';
import { type Address, ask, mayChange, type Group, type Matcher, type Route, type Row, type Page, useAll, useGet } from './api';
import { asked, go } from './router';
import { type Named, NewOf, Others, titleOf } from './object';
import { OneMatcher } from './silences';
import { Test } from './people';
import { Difference } from './difference';
import { day, sinceText } from './told';
import { Chip, Copy, Delete, Empty, Field, Head, Link, Loaded, Mark, Problem, Provisioned, Steady, tell, useDoing } from './ui';
import { addressState, plural, say } from './words';

const names = (all: string[], to: string) => all.map((g, i) => <>{i > 0 && say(' and ', '、')}<Link to={to} q={{ name: g }}><b><bdi>{g}</bdi></b></Link></>);

export function Sentence({ r }: { r: Route }) {
  const nobody = r.contact_groups.length + r.action_rules.length + r.webhooks.length === 0 && !r.receiver;
  return <p class="sentence">{r.matchers.length === 0 ? say('Every alert', '所有告警') : <>{say('Alerts with', '满足')} {r.matchers.map((m, i) => <Chip key={i} matcher={m} />)}{say('', ' 的告警')}</>}
    {' '}{say('tell', '通知')} {nobody ? <span class="badtext">{say('nobody', '不通知任何人')}</span> : <>{names(r.contact_groups, 'group')}
      {r.action_rules.length > 0 && <> {say('action rules', '行动规则')} <b><bdi>{r.action_rules.join(', ')}</bdi></b></>}{r.receiver && <> {say('receiver', '接收者')} <b><bdi>{r.receiver}</bdi></b></>}
      {r.webhooks.length > 0 && <> {plural(r.webhooks.length, 'webhook', 'webhooks', '个 Webhook')}</>}</>}
    {', '}{r.group_by.length > 0 ? <>{say('one message for each', '按')} <bdi>{r.group_by.join(', ')}</bdi>{say('', ' 分组')}</> : say('all in one message', '合并为一条消息')},
    {' '}{say(`first after ${r.group_wait}, news after ${r.group_interval}, again every ${r.repeat_interval}`, `首次等待 ${r.group_wait}，新情况间隔 ${r.group_interval}，每 ${r.repeat_interval} 重复`)}
    {r.mute_intervals.length > 0 && <>, {say('not in', '除')} <bdi>{r.mute_intervals.join(', ')}</bdi></>}{r.active_intervals.length > 0 && <>, {say('only in', '仅在')} <bdi>{r.active_intervals.join(', ')}</bdi></>}
    {r.escalation && <>, {say('escalates by', '升级策略')} <bdi>{r.escalation}</bdi></>}.</p>;
}

// How often a route told somebody in the last week.
function useHits() {
  const page = useGet<Page<Row>>(`deliveries?kind=decision&limit=1000&since=${encodeURIComponent(sinceText(7 * day))}`, 'deliveries');
  const hits = new Map<string, number>();
  for (const r of page.data?.items ?? []) if (r.route && r.word === 'told') hits.set(r.route, (hits.get(r.route) ?? 0) + 1);
  return { hits, cut: !!page.data?.next, known: !!page.data };
}

interface Subscription { topic: string; id: string; protocol: string; remark: string; addresses: Address[] }

// Whoever is added here is asked to confirm, as if SMN had been asked.
const protocols = ['email', 'sms', 'callnotify', 'https', 'http', 'dingding', 'feishu', 'wechat'];
function Subscribe({ topic }: { topic: string }) {
  const [open, show] = useState(false), [protocol, choose] = useState('email'), [endpoint, type] = useState('');
  const doing = useDoing();
  const send = async (e: Event) => {
    e.preventDefault();
    if (await doing.run(() => ask('POST', `subscriptions/${encodeURIComponent(topic)}`, { protocol, endpoint }))) { type(''); show(false); tell(say('Subscribed.', '已订阅。')); }
  };
  if (!open) return <button type="button" onClick={() => show(true)}>{say('Subscribe somebody', '添加订阅')}</button>;
  return <form class="bar" onSubmit={send}><Field label={say('Protocol', '协议')}><select value={protocol} onChange={(e) => choose(e.currentTarget.value)}>{protocols.map((p) => <option key={p}>{p}</option>)}</select></Field>
    <Field label={say('Endpoint', '终端地址')}><input class="wide" required value={endpoint} onInput={(e) => type(e.currentTarget.value)} /></Field>
    <button class="main" disabled={doing.busy}>{say('Subscribe', '订阅')}</button><button type="button" onClick={() => show(false)}>{say('Cancel', '取消')}</button><Problem error={doing.error} /></form>;
}

// Topics with who subscribed to them: a topic without one tells nobody.
function Topics() {
  const topics = useAll<Named>('topics', 'book'), subscriptions = useAll<Subscription>('subscriptions', 'book');
  const doing = useDoing();
  if (!topics.data || (topics.data.length === 0 && !mayChange())) return null;
  const at = (s: Subscription) => `subscriptions/${encodeURIComponent(s.topic)}/${encodeURIComponent(s.id)}`;
  const confirm = (s: Subscription) => doing.run(() => ask('POST', `${at(s)}/confirm`, {})).then(() => undefined);
  const drop = (s: Subscription) => { void doing.run(() => ask('DELETE', at(s))); };
  return <section><div class="between"><h2>{titleOf('topics')}</h2><NewOf path="topics" /></div><Problem error={doing.error} /><ul class="list">{topics.data.slice(0, 200).map((t) => {
    const mine = subscriptions.data?.filter((s) => s.topic === t.name) ?? [];
    return <li key={t.name} class="card" data-test="topic"><Link to="object" q={{ kind: 'topics', name: t.name }}><b><bdi>{t.name}</bdi></b></Link> <span class="small"><bdi>{String(t['display_name'] ?? '')}</bdi></span>
      {subscriptions.data && mine.length === 0 && <p class="problem">{say('Nobody subscribed: it tells nobody.', '没有订阅，不会通知任何人。')}</p>}
      <ul class="plainlist">{mine.slice(0, 50).map((s) => s.addresses.map((a) => <li key={s.id}>{s.protocol} <bdi class="small">{a.plain || a.secret}</bdi> <Mark word={a.state === 'cancelled' ? 'refused' : a.state}>{addressState(a.state)}</Mark>
        {mayChange() && <> {a.state === 'pending' && <button type="button" disabled={doing.busy} onClick={() => confirm(s)}>{say('Confirm for them', '代为确认')}</button>} <Delete busy={doing.busy} run={() => drop(s)} /></>}</li>))}</ul>
      {mayChange() && <Subscribe topic={t.name} />}</li>;
  })}</ul></section>;
}

export function Rules() {
  const routes = useAll<Route>('routes', 'book');
  const { hits, cut, known } = useHits();
  return <>
    <Head title={say('Rules', '规则')}>{mayChange() && <Link class="button main" to="route">{say('New route', '新建路由')}</Link>}<Link class="button" to="templates">{say('Templates', '模板')}</Link><Copy path="routes" command="belfry get routes" /></Head>
    <p class="note">{say('All routes that match apply; an address that is reached twice is told once.', '所有匹配的路由都会生效；同一地址只通知一次。')}</p>
    <Loaded of={routes}>{(all) => (all.length === 0 ? <Empty><p>{say('No route: alerts come in, and nobody is told.', '没有路由：告警进来后不会通知任何人。')}</p><Link class="button main" to="first">{say('First steps', '新手引导')}</Link></Empty>
      : <ul class="list">{[...all].sort((a, b) => a.position - b.position).map((r) => <li key={r.name} class="card"><div class="between"><Link to="route" q={{ name: r.name }}><b><bdi>{r.parent ? `${r.parent} → ` : ''}{r.name}</bdi></b></Link>
        <span class="small">{r.disabled && <Mark word="refused">{say('switched off', '已停用')}</Mark>} {known && (hits.get(r.name) ? <Link to="deliveries" q={{ route: r.name, back: '7d' }}>{say(`${cut ? '≥ ' : ''}${hits.get(r.name)} messages in 7 days`, `7 天内 ${cut ? '≥ ' : ''}${hits.get(r.name)} 条消息`)}</Link> : say(cut ? 'not lately' : 'told nobody in 7 days', cut ? '近期没有' : '7 天内未通知'))}</span></div>
        <Sentence r={r} /></li>)}</ul>)}</Loaded>
    <Others path="action-rules" /><Topics />
    {['metric-rules', 'inhibitions', 'time-intervals', 'escalations', 'receivers', 'heartbeats'].map((path) => <Others key={path} path={path} />)}</>;
}

// ---- one route ---------------------------------------------------------------------------

export function RoutePage() {
  const name = asked('name');
  const one = useGet<Route>(name && `routes/${encodeURIComponent(name)}`, 'book');
  return name ? <Steady key={name} of={one} title={name} form={(r, _now, saved) => <RouteForm r={r} saved={saved} />} /> : <RouteForm />;
}

function RouteForm({ r, saved }: { r?: Route; saved?: (r: Route) => void }) {
  const [name, setName] = useState(r?.name ?? ''), [matchers, setMatchers] = useState<Matcher[]>(r?.matchers ?? []), [blank, add] = useState<Matcher>({ name: '', op: '=', value: '' });
  const [groups, setGroups] = useState(r?.contact_groups ?? []), [by, setBy] = useState((r?.group_by ?? ['alertname']).join(', '));
  const [wait, setWait] = useState(r?.group_wait ?? '30s'), [interval, setInterval] = useState(r?.group_interval ?? '5m'), [repeat, setRepeat] = useState(r?.repeat_interval ?? '4h');
  const [off, setOff] = useState(r?.disabled ?? false);
  const known = useAll<Group>('contact-groups', 'book');
  const doing = useDoing();
  const fixed = !!r?.meta.provisioned || !mayChange();
  const { meta: _meta, ...rest } = r ?? { meta: undefined };
  // what was typed and not yet added counts, too: without it the route would want more
  const whole = blank.name ? [...matchers, blank] : matchers;
  const body = { ...rest, name, matchers: whole, contact_groups: groups, group_by: by.split(',').map((w) => w.trim()).filter(Boolean), group_wait: wait, group_interval: interval, repeat_interval: repeat, disabled: off };
  const path = `routes/${encodeURIComponent(name)}`;
  const save = async (e: Event) => {
    e.preventDefault();
    const made = await doing.run(() => ask<Route>('PUT', path, body, r ? { 'If-Match': `"${r.meta.revision}"` } : { 'If-None-Match': '*' }));
    if (made) { tell(say('Saved.', '已保存。')); setMatchers(whole); add({ name: '', op: '=', value: '' }); saved?.(made); go('route', { name: made.name }, !!r); }
  };
  const remove = async () => { if (await doing.run(() => ask('DELETE', path).then(() => true))) { tell(say('Deleted.', '已删除。')); go('rules'); } };
  const shown: Route = { action_rules: [], webhooks: [], position: 0, parent: '', go_on: false, receiver: '', mute_intervals: [], active_intervals: [], escalation: '', meta: { revision: 0, created: '', updated: '', provisioned: '' }, ...rest, ...body };
  return <>
    <Head title={r ? r.name : say('New route', '新建路由')}>{name && <Copy method="PUT" path={path} body={body} />}</Head>
    <Provisioned meta={r?.meta} />
    <div class="card"><Sentence r={shown} /></div>
    <div class="columns"><form onSubmit={save}>
      <Field label={say('Name', '名称')}><input required readOnly={!!r} value={name} onInput={(e) => setName(e.currentTarget.value)} /></Field>
      <fieldset><legend>{say('Which alerts (all must hold)', '哪些告警（须全部满足）')}</legend>
        {matchers.map((m, i) => <OneMatcher key={`${i}${m.name}`} m={m} change={(n) => setMatchers(matchers.map((o, k) => (k === i ? n : o)))} drop={() => setMatchers(matchers.filter((_, k) => k !== i))} />)}
        <div class="matcher"><input aria-label={say('New label', '新标签')} class="code" placeholder="team" value={blank.name} onInput={(e) => add({ ...blank, name: e.currentTarget.value })} />
          <select aria-label={say('New comparison', '新比较')} value={blank.op} onChange={(e) => add({ ...blank, op: e.currentTarget.value })}>{['=', '!=', '=~', '!~'].map((o) => <option key={o}>{o}</option>)}</select>
          <input aria-label={say('New value', '新值')} class="code grow" placeholder="ops" value={blank.value} onInput={(e) => add({ ...blank, value: e.currentTarget.value })} />
          <button type="button" disabled={!blank.name} onClick={() => { setMatchers([...matchers, blank]); add({ name: '', op: '=', value: '' }); }}>{say('Add', '添加')}</button></div></fieldset>
      <fieldset><legend>{say('Whom to tell', '通知谁')}</legend><p class="labels">{groups.map((g) => <span class="chip" key={g}><bdi>{g}</bdi> {known.data && !known.data.some((k) => k.name === g) && <span class="badtext">{say('does not exist', '不存在')}</span>}
        <button type="button" aria-label={`${say('Remove', '移除')} ${g}`} onClick={() => setGroups(groups.filter((o) => o !== g))}>×</button></span>)}</p>
        <select aria-label={say('Add a group', '添加联系人组')} value="" onChange={(e) => { const v = e.currentTarget.value; if (v) setGroups([...groups, v]); }}><option value="">{say('add a group', '添加联系人组')}</option>
          {known.data?.filter((g) => !groups.includes(g.name)).map((g) => <option key={g.name} value={g.name}>{g.name}</option>)}</select></fieldset>
      <Field label={say('One message for each', '分组标签')}><input class="code" value={by} onInput={(e) => setBy(e.currentTarget.value)} /></Field>
      <div class="three"><Field label={say('First after', '首次等待')}><input value={wait} onInput={(e) => setWait(e.currentTarget.value)} /></Field>
        <Field label={say('News after', '新情况间隔')}><input value={interval} onInput={(e) => setInterval(e.currentTarget.value)} /></Field>
        <Field label={say('Again every', '重复间隔')}><input value={repeat} onInput={(e) => setRepeat(e.currentTarget.value)} /></Field></div>
      <label class="check"><input type="checkbox" checked={off} onChange={(e) => setOff(e.currentTarget.checked)} /> {say('switched off', '停用')}</label>
      <Problem error={doing.error} />
      <button class="main" disabled={doing.busy || fixed || !name}>{say('Save', '保存')}</button>{r && !fixed && <Delete busy={doing.busy} run={remove} />}</form>
    <section aria-label={say('What changes', '影响')}>{!fixed && <Difference path="routes" object={body} name={name} />}{r && <><h2>{say('Does it arrive?', '能否送达')}</h2><Test what={{ route: r.name }} /></>}</section></div></>;
}
