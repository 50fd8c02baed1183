// alerts.tsx - what fires: a table, or cards by name. New alerts wait behind a button, so
// that no row moves under the cursor.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Alert, ask, getAll, isOpen, type Labels, type Matcher, useAsked } from './api';
import { common, matchersOf, matchersText, nameOf, rankOf } from './labels';
import { asked, go, show } from './router';
import { Strip } from './strip';
import { day, hour, score, type Story, useStories } from './told';
import { AckDialog } from './ack';
import { Copy, Empty, Head, Label, LabelList, Link, Loaded, Severity, shellWord, tell, Time, useKeys } from './ui';
import { now, plural, say, severity } from './words';

const rowHeight = 46, windowed = 500, most = 50_000;

// The list as it was shown, brought up to date in place: who is new waits, who is gone stays as ended.
function useSteady(fresh: Alert[] | undefined, key: string) {
  const [shown, set] = useState<{ key: string; ids: string[] } | null>(null);
  const gone = useRef(new Map<string, Alert>());
  const byId = useMemo(() => new Map(fresh?.map((a) => [a.id, a])), [fresh]);
  const stand = shown?.key === key && shown.ids.length > 0 ? shown.ids : null;
  useEffect(() => {
    if (fresh && !stand) set({ key, ids: fresh.map((a) => a.id) });
  }, [fresh, key, stand === null]);
  if (!fresh) return { rows: undefined, more: 0, ended: new Set<string>(), take: () => undefined };
  const ids = stand ?? fresh.map((a) => a.id);
  for (const a of fresh) gone.current.set(a.id, a);
  const rows = ids.map((id) => byId.get(id) ?? gone.current.get(id)).filter((a) => a !== undefined);
  const known = new Set(ids), ended = new Set(ids.filter((id) => !byId.has(id)));
  return {
    rows, ended, more: fresh.filter((a) => !known.has(a.id)).length,
    take: () => { gone.current = new Map(fresh.map((a) => [a.id, a])); set({ key, ids: fresh.map((a) => a.id) }); },
  };
}

// Ten thousand rows: localeCompare would take a tenth of a second.
const order = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
const sorts: Record<string, (a: Alert, b: Alert) => number> = {
  severity: (a, b) => rankOf(b.labels) - rankOf(a.labels) || order(b.starts_at, a.starts_at),
  newest: (a, b) => order(b.starts_at, a.starts_at),
  oldest: (a, b) => order(a.starts_at, b.starts_at),
  name: (a, b) => order(nameOf(a.labels), nameOf(b.labels)),
};

function Told({ story }: { story?: Story }) {
  const s = score(story);
  if (s.all === 0) return <span class="small">–</span>;
  return <span class={`mark score ${s.bad ? 'bad' : s.good === s.all ? 'good' : 'slow'}`}><span aria-hidden="true">{s.bad ? '✗' : s.good === s.all ? '✓' : '…'}</span> {s.good}/{s.all}</span>;
}

export function State({ a, ended }: { a: Alert; ended?: boolean }) {
  if (ended) return <span class="mark good"><span aria-hidden="true">✓</span> {say('ended', '已结束')}</span>;
  return <>{a.silenced_by.length > 0 && <Link to="silences" q={{ id: a.silenced_by[0] }} class="state">{say('silenced', '已静默')}</Link>}
    {a.inhibited_by.length > 0 && <span class="state">{say('inhibited', '被抑制')}</span>}
    {a.acknowledged && <span class="state" title={a.acknowledged.comment}>{say('taken by', '认领：')} <bdi>{a.acknowledged.by}</bdi></span>}</>;
}

export function Alerts() {
  const filter = asked('filter'), receiver = asked('receiver'), state = asked('state'), view = asked('view'), sort = asked('sort') || 'severity';
  const [typed, type] = useState(filter);
  useEffect(() => type(filter), [filter]);
  const path = `alerts?${new URLSearchParams({ ...(filter ? { filter } : {}), ...(state ? { state } : {}) })}`;
  const list = useAsked<Alert[]>(path, () => getAll<Alert>(path, most), ['alerts']);
  const fresh = useMemo(() => list.data?.filter((a) => !receiver || a.receivers.includes(receiver)).sort(sorts[sort] ?? sorts['severity']!), [list.data, receiver, sort]);
  const { rows, more, ended, take } = useSteady(fresh, `${path} ${receiver} ${sort}`);
  const pick = (m: Matcher) => {
    const { matchers } = matchersOf(filter);
    show({ filter: matchersText([...matchers.filter((o) => !(o.name === m.name && o.op === m.op && o.value === m.value)), m]) }, false);
  };
  const { matchers } = matchersOf(filter);
  return <>
    <Head title={say('Alerts', '告警')}>
      <div class="tabs" role="group" aria-label={say('State', '状态')}>{[['', say('all', '全部')], ['open', say('nobody has taken', '未认领')], ['acknowledged', say('taken', '已认领')], ['suppressed', say('kept back', '被压制')]].map(([s, words]) =>
        <button type="button" key={s} aria-pressed={state === s} onClick={() => show({ state: s })}>{words}</button>)}</div>
      <div class="tabs" role="group" aria-label={say('View', '视图')}>{[['', say('table', '表格')], ['cards', say('cards', '卡片')]].map(([v, words]) =>
        <button type="button" key={v} aria-pressed={view === v} onClick={() => show({ view: v })}>{words}</button>)}</div>
      <select aria-label={say('Order', '排序')} value={sort} onChange={(e) => show({ sort: e.currentTarget.value })}>
        <option value="severity">{say('worst first', '按级别')}</option><option value="newest">{say('newest first', '最新优先')}</option>
        <option value="oldest">{say('oldest first', '最早优先')}</option><option value="name">{say('by name', '按名称')}</option></select>
      <Copy path={path} command={`belfry get alerts${filter ? ` -l ${shellWord(filter)}` : ''}`} /></Head>
    <form class="bar" onSubmit={(e) => { e.preventDefault(); show({ filter: typed }, false); }}>
      <input data-search class="wide code" aria-label={say('Filter', '筛选')} value={typed} placeholder='team="ops", host=~"db-.*", severity!="info"' spellcheck={false} onInput={(e) => type(e.currentTarget.value)} />
      <button>{say('Filter', '筛选')}</button></form>
    {(matchers.length > 0 || receiver) && <p class="picks">{matchers.map((m, i) =>
      <button type="button" class="chip on" key={i} onClick={() => show({ filter: matchersText(matchers.filter((o) => o !== m)) }, false)}><bdi>{m.name}{m.op}<b>{m.value}</b></bdi> <span aria-label={say('remove', '移除')}>×</span></button>)}
      {receiver && <button type="button" class="chip on" onClick={() => show({ receiver: '' }, false)}>{say('receiver', '接收者')}: <bdi>{receiver}</bdi> ×</button>}</p>}
    {list.data && list.data.length >= most && <p class="note">{say(`Only the oldest ${most} are read: filter.`, `仅读取最早的 ${most} 条，请使用筛选。`)}</p>}
    <Loaded of={list}>{() => (rows && rows.length > 0
      ? <List rows={rows} ended={ended} more={more} take={take} pick={pick} cards={view === 'cards'} />
      : <Empty><p>{filter || state || receiver ? say('Nothing that fires fits this.', '没有符合条件的告警。') : say('Nothing fires. A new alert appears here by itself.', '当前没有告警。新告警会自动出现在这里。')}</p>
        {!filter && !state && !isOpen() && <p><Link to="first">{say('Send a first alert', '发送第一条告警')}</Link></p>}</Empty>)}</Loaded>
  </>;
}

interface ListProps { rows: Alert[]; ended: Set<string>; more: number; take: () => void; pick: (m: Matcher) => void; cards: boolean }

function Counts({ rows }: { rows: Alert[] }) {
  const by = new Map<string, number>();
  for (const a of rows) { const s = (a.labels['severity'] ?? '').toLowerCase(); by.set(s, (by.get(s) ?? 0) + 1); }
  return <span class="small" data-test="count">{plural(rows.length, 'alert', 'alerts', '条告警')}{[...by].sort((x, y) => rankOf({ severity: y[0] }) - rankOf({ severity: x[0] })).map(([s, n]) => ` · ${n} ${severity(s)}`).join('')}</span>;
}

function List({ rows, ended, more, take, pick, cards }: ListProps) {
  const [selected, select] = useState<Set<string>>(new Set());
  const [at, focus] = useState(-1);
  const [acking, ack] = useState<Alert[] | null>(null);
  const stories = useStories();
  const shared = useMemo(() => common(rows.map((a) => a.labels)), [rows]);
  const chosen = () => (selected.size ? rows.filter((a) => selected.has(a.id)) : rows[at] ? [rows[at]!] : []);
  const toggle = (id: string) => select((s) => { const n = new Set(s); if (!n.delete(id)) n.add(id); return n; });
  const silence = (all: Alert[]) => { if (all.length) go('silence', { filter: matchersText(filterOf(all)) }); };
  const step = (by: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, at + by));
    focus(next);
    document.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => step(1), k: () => step(-1), x: () => rows[at] && toggle(rows[at]!.id), Enter: () => rows[at] && go('alert', { id: rows[at]!.id }),
    a: () => { if (chosen().length) ack(chosen()); }, s: () => silence(chosen()), w: () => rows[at] && go('who', { labels: matchersText(filterOf([rows[at]!])) }),
  });
  const story = (a: Alert) => stories.data?.get(a.fingerprint);
  return <>
    <div class="bar between"><Counts rows={rows} />
      {more > 0 && <button type="button" class="pill" onClick={take}>{say(`${more} new, show`, `${more} 条新告警，点击显示`)}</button>}
      {ended.size > 0 && <button type="button" class="plain" onClick={take}>{say(`put ${ended.size} ended away`, `收起 ${ended.size} 条已结束`)}</button>}
      <span class="tools"><button type="button" disabled={selected.size === 0} onClick={() => ack(chosen())}>{say('Acknowledge', '认领')} {selected.size || ''}</button>
        <button type="button" disabled={selected.size === 0} onClick={() => silence(chosen())}>{say('Silence', '静默')} {selected.size || ''}</button></span></div>
    {Object.keys(shared).length > 0 && <p class="picks small">{say('All of them:', '共同标签：')} <LabelList labels={shared} pick={pick} /></p>}
    {cards ? <Cards rows={rows} ended={ended} shared={shared} pick={pick} story={story} ack={(all) => ack(all)} silence={silence} />
      : <Table rows={rows} ended={ended} shared={shared} pick={pick} selected={selected} toggle={toggle} at={at} story={story}
        all={() => select(selected.size === rows.length ? new Set() : new Set(rows.map((a) => a.id)))} />}
    {acking && <AckDialog alerts={acking} close={() => ack(null)} done={() => { ack(null); select(new Set()); }} />}
  </>;
}

// What the chosen alerts have in common; of one, all it has.
export function filterOf(all: Alert[]): Matcher[] {
  const labels: Labels = all.length === 1 ? all[0]!.labels : common(all.map((a) => a.labels));
  return Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }));
}

interface TableProps {
  rows: Alert[]; ended: Set<string>; shared: Labels; pick: (m: Matcher) => void; selected: Set<string>; toggle: (id: string) => void; at: number;
  story: (a: Alert) => Story | undefined; all: () => void;
}

// Above some hundred rows only those in sight are there.
function useWindow(count: number): { from: number; to: number; ref: { current: HTMLTableSectionElement | null } } {
  const ref = useRef<HTMLTableSectionElement>(null);
  const [top, set] = useState(0);
  useEffect(() => {
    if (count <= windowed) return;
    const move = () => { const y = ref.current?.getBoundingClientRect().top ?? 0; set(Math.max(0, Math.floor(-y / rowHeight / 10) * 10)); };
    addEventListener('scroll', move, { passive: true });
    move();
    return () => removeEventListener('scroll', move);
  }, [count]);
  if (count <= windowed) return { from: 0, to: count, ref };
  const inSight = Math.ceil(innerHeight / rowHeight);
  const from = Math.max(0, Math.min(top - 10, count - inSight));
  return { from, to: Math.min(count, top + inSight + 20), ref };
}

function Table({ rows, ended, shared, pick, selected, toggle, at, story, all }: TableProps) {
  const { from, to, ref } = useWindow(rows.length);
  return <table class={rows.length > windowed ? 'alerts fixed' : 'alerts'} aria-rowcount={rows.length + 1}><thead><tr>
    <th><input type="checkbox" aria-label={say('Select all', '全选')} checked={selected.size > 0 && selected.size === rows.length} onClick={all} /></th>
    <th>{say('Severity', '级别')}</th><th>{say('Alert', '告警')}</th><th>{say('Since', '持续')}</th><th class="wide-only">{say('24 hours', '24 小时')}</th><th>{say('Told', '通知')}</th><th>{say('State', '状态')}</th></tr></thead>
    <tbody ref={ref}>
      {from > 0 && <tr aria-hidden="true"><td colSpan={7} style={{ height: from * rowHeight, padding: 0 }} /></tr>}
      {rows.slice(from, to).map((a, i) => <Row key={a.id} a={a} i={from + i} ended={ended.has(a.id)} shared={shared} pick={pick} on={selected.has(a.id)} toggle={toggle} here={at === from + i} story={story(a)} />)}
      {to < rows.length && <tr aria-hidden="true"><td colSpan={7} style={{ height: (rows.length - to) * rowHeight, padding: 0 }} /></tr>}
    </tbody></table>;
}

interface RowProps { a: Alert; i: number; ended: boolean; shared: Labels; pick: (m: Matcher) => void; on: boolean; toggle: (id: string) => void; here: boolean; story?: Story }

const firstHour = (a: Alert): number => Math.max(0, 23 - Math.floor(Math.min(day, now.value - new Date(a.starts_at).getTime()) / hour));

function Row({ a, i, ended, shared, pick, on, toggle, here, story }: RowProps) {
  return <tr data-row={i} aria-rowindex={i + 2} class={`${here ? 'here' : ''} ${ended ? 'ended' : ''}`}>
    <td><input type="checkbox" aria-label={`${say('Select', '选择')} ${nameOf(a.labels)}`} checked={on} onClick={() => toggle(a.id)} /></td>
    <td><Severity labels={a.labels} /></td>
    <td class="name"><Link to="alert" q={{ id: a.id }}><b><bdi>{nameOf(a.labels)}</bdi></b></Link> <LabelList labels={a.labels} skip={{ ...shared, alertname: '', severity: '' }} pick={pick} />
      {a.annotations['summary'] && <div class="summary"><bdi>{a.annotations['summary']}</bdi></div>}</td>
    <td><Time at={a.starts_at} /></td>
    <td class="wide-only"><Strip hours={story?.hours ?? Array<number>(24).fill(0)} from={firstHour(a)} /></td>
    <td><Told story={story} /></td>
    <td><State a={a} ended={ended} /></td></tr>;
}

function Cards({ rows, ended, shared, pick, story, ack, silence }: {
  rows: Alert[]; ended: Set<string>; shared: Labels; pick: (m: Matcher) => void; story: (a: Alert) => Story | undefined; ack: (all: Alert[]) => void; silence: (all: Alert[]) => void;
}) {
  const groups = new Map<string, Alert[]>();
  for (const a of rows) groups.set(nameOf(a.labels), [...(groups.get(nameOf(a.labels)) ?? []), a]);
  return <div class="cards">{[...groups].slice(0, 200).map(([name, all]) => {
    const here = common(all.map((a) => a.labels)), worst = [...all].sort(sorts['severity']!)[0]!;
    const lifted = all.length === 1 ? {} : here;
    return <section class="card" key={name}><header><h2><bdi>{name}</bdi> <span class="small">{all.length > 1 ? all.length : ''}</span></h2><Severity labels={worst.labels} /></header>
      <ul class="plainlist">{all.slice(0, 50).map((a) => <li key={a.id}><Link to="alert" q={{ id: a.id }}><Time at={a.starts_at} /></Link> <Told story={story(a)} /> <State a={a} ended={ended.has(a.id)} />
        <LabelList labels={a.labels} skip={{ ...shared, ...lifted, alertname: '', severity: '' }} pick={pick} /></li>)}</ul>
      {all.length > 1 && <p class="picks">{Object.entries(here).filter(([k]) => !Object.hasOwn(shared, k) && k !== 'alertname').map(([k, v]) => <Label key={k} name={k} value={v} pick={pick} />)}</p>}
      <footer><button type="button" onClick={() => ack(all)}>{say('Acknowledge', '认领')}</button><button type="button" onClick={() => silence(all)}>{say('Silence', '静默')}</button></footer></section>;
  })}</div>;
}

export async function giveBack(a: Alert): Promise<void> {
  await ask('DELETE', `alerts/${a.id}/ack`);
  tell(say('Given back: reminders go on.', '已取消认领，将继续提醒。'));
}
