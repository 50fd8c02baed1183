// object.tsx - what stands beside the routes: read as a sentence, changed as the text that
// the API takes. What is wrong is shown where it stands, and what the change would do, before.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, type Matcher, mayChange, type Meta, type Route, useAll, useGet } from './api';
import { Difference } from './difference';
import { matchersText } from './labels';
import { Test } from './people';
import { asked, go } from './router';
import { fieldSpot, jsonOf, pointed, type Spot } from './text';
import { contentOf, Copy, Delete, Field, Head, Link, Problem, Provisioned, Steady, tell, useDoing } from './ui';
import { lang, plural, say } from './words';

export interface Named { name: string; meta: Meta; [more: string]: unknown }

const listed = (v: unknown): string => (Array.isArray(v) ? v.map((x) => (typeof x === 'string' ? x : (x as { name?: string }).name ?? JSON.stringify(x))).join(say(', ', '、')) : String(v ?? ''));
const matched = (v: unknown): string => (Array.isArray(v) ? (typeof v[0] === 'string' ? v.join(', ') : matchersText(v as Matcher[])) : String(v ?? ''));

interface Span { from: number; to: number }
interface Item { times?: Span[]; weekdays?: Span[]; days?: Span[]; months?: Span[]; years?: Span[]; zone?: string }
const minutes = (n: number): string => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
const spans = (all: Span[] | undefined, one: (n: number) => string): string => (all ?? []).map((s) => (s.from === s.to ? one(s.from) : `${one(s.from)}–${one(s.to)}`)).join(', ');
const named = (form: Intl.DateTimeFormatOptions, day: (n: number) => Date) => (n: number): string => new Intl.DateTimeFormat(lang.value === 'zh' ? 'zh-CN' : 'en-GB', { ...form, timeZone: 'UTC' }).format(day(n));

function hours(items: Item[]): string {
  const weekday = named({ weekday: 'short' }, (n) => new Date(Date.UTC(2023, 0, 1 + n))), month = named({ month: 'short' }, (n) => new Date(Date.UTC(2023, n - 1, 1)));
  return items.map((i) => [spans(i.weekdays, weekday), spans(i.days, (n) => say(`day ${n}`, `${n} 日`)), spans(i.months, month), spans(i.years, String), spans(i.times, minutes), i.zone || 'UTC']
    .filter(Boolean).join(' ')).join(say('; ', '；'));
}

interface Kind {
  title: [string, string]; start: object; words: (o: Named) => string; differs?: boolean; test?: string; fixed?: boolean;
  used?: (o: Named, r: Route) => boolean;
}
const steps = (o: Named) => (o['steps'] as { after?: string; contact_groups?: string[]; action_rules?: string[] }[] | undefined) ?? [];

export const kinds: Record<string, Kind> = {
  'action-rules': { title: ['Action rules', '行动规则'], start: { template_name: 'aom.built-in.template.en', topics: [{ name: '' }] }, differs: true, test: 'action_rule', used: (o, r) => r.action_rules.includes(o.name),
    words: (o) => say(`tells topics ${listed(o['topics'])} in the words of ${String(o['template_name'] ?? '')}`, `通知主题 ${listed(o['topics'])}，模板 ${String(o['template_name'] ?? '')}`) },
  topics: { title: ['Topics', '主题'], start: { display_name: '' }, test: 'topic', words: (o) => String(o['display_name'] ?? '') },
  'metric-rules': { title: ['Metric rules', '指标规则'], start: {}, fixed: true,
    words: (o) => say(`watches ${String(o['metric'] ?? '')} over ${String(o['period'] ?? '')}, tells ${listed(o['contact_groups'])}`, `监控 ${String(o['metric'] ?? '')}，周期 ${String(o['period'] ?? '')}，通知 ${listed(o['contact_groups'])}`) },
  inhibitions: { title: ['Inhibitions', '抑制规则'], start: { source: ['severity="critical"'], target: ['severity="warning"'], equal: ['alertname'] }, differs: true,
    words: (o) => say(`while ${matched(o['source'])} fires, ${matched(o['target'])} is kept back (same ${listed(o['equal'])})`, `${matched(o['source'])} 触发时压制 ${matched(o['target'])}（相同 ${listed(o['equal'])}）`) },
  'time-intervals': { title: ['Time intervals', '时间段'], start: { items: [{ weekdays: [{ from: 1, to: 5 }], times: [{ from: 0, to: 480 }], zone: 'Asia/Shanghai' }] }, differs: true,
    used: (o, r) => r.mute_intervals.includes(o.name) || r.active_intervals.includes(o.name), words: (o) => hours((o['items'] as Item[] | undefined) ?? []) },
  escalations: { title: ['Escalations', '升级策略'], start: { min_severity: 'critical', steps: [{ after: '15m', contact_groups: [''] }] }, differs: true, used: (o, r) => r.escalation === o.name,
    words: (o) => steps(o).map((s) => { const whom = [...s.contact_groups ?? [], ...s.action_rules ?? []].join(', '); return say(`after ${s.after}: ${whom}`, `${s.after} 后：${whom}`); }).join(' → ') },
  receivers: { title: ['Receivers', '接收者'], start: { integrations: [{ kind: 'webhook', settings: { url: 'https://' } }] }, differs: true, test: 'receiver', used: (o, r) => r.receiver === o.name,
    words: (o) => listed((o['integrations'] as { kind?: string }[] | undefined)?.map((i) => i.kind ?? '')) },
  heartbeats: { title: ['Heartbeats', '心跳'], start: { period: '5m', grace: '1m' },
    words: (o) => say(`beats every ${String(o['period'] ?? '')}, ${String(o['grace'] ?? '')} late is an alert`, `每 ${String(o['period'] ?? '')} 一次，迟到 ${String(o['grace'] ?? '')} 即告警`) },
};
export const titleOf = (path: string): string => say(...kinds[path]!.title);

export const NewOf = ({ path }: { path: string }) => (!kinds[path]!.fixed && mayChange()
  ? <Link class="button" to="object" q={{ kind: path }} title={titleOf(path)}>{say('New', '新建')}</Link> : null);

export function Others({ path }: { path: string }) {
  const all = useAll<Named>(path, 'book'), kind = kinds[path]!;
  if (!all.data || (all.data.length === 0 && (kind.fixed || !mayChange()))) return null;
  return <section><div class="between"><h2>{titleOf(path)}</h2><NewOf path={path} /></div>
    {all.data.length > 0 && <ul class="list">{all.data.slice(0, 200).map((o) => <li key={String(o['id'] ?? o.name)} class="card"><Link to="object" q={{ kind: path, name: path === 'metric-rules' ? String(o['id']) : o.name }}><b><bdi>{o.name}</bdi></b></Link> <span><bdi>{kind.words(o)}</bdi></span></li>)}</ul>}</section>;
}

export function ObjectPage() {
  const path = Object.hasOwn(kinds, asked('kind')) ? asked('kind') : 'action-rules', name = asked('name');
  const one = useGet<Named>(name && `${path}/${encodeURIComponent(name)}`, 'book');
  return name ? <Steady key={path + name} of={one} title={name} form={(o, _now, saved) => <Editor path={path} o={o} saved={saved} />} /> : <Editor key={path} path={path} />;
}

interface Described { paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: { properties: Record<string, { description?: string }> } }> } }>> }

function Members({ path }: { path: string }) {
  const doc = useGet<Described>('openapi.json');
  const all = doc.data?.paths[`/api/belfry/v1/${path}/{name}`]?.['put']?.requestBody?.content['application/json']?.schema.properties;
  return all ? <details><summary>{say('What may stand in it', '可用字段')}</summary><dl class="facts">{Object.entries(all).map(([k, v]) => <><dt key={k}><code>{k}</code></dt><dd>{v.description}</dd></>)}</dl></details> : null;
}

export const Wrong = ({ text, spot }: { text: string; spot: Spot }) => <div class="problem" role="alert" id="wrong" data-test="wrong"><b>{say(`Line ${spot.line}:`, `第 ${spot.line} 行：`)}</b> <bdi>{spot.words}</bdi><pre tabIndex={0}><bdi>{pointed(text, spot)}</bdi></pre></div>;

function Editor({ path, o, saved }: { path: string; o?: Named; saved?: (o: Named) => void }) {
  const kind = kinds[path]!;
  const { meta: _meta, name: _name, ...rest } = o ?? { meta: undefined, name: '', ...kind.start };
  const [name, setName] = useState(o?.name ?? ''), [text, type] = useState(JSON.stringify(rest, null, 2));
  const box = useRef<HTMLTextAreaElement>(null), doing = useDoing(), routes = useAll<Route>('routes', 'book');
  useEffect(() => { type(JSON.stringify(rest, null, 2)); }, [contentOf(o)]);
  const { value, spot } = jsonOf(text);
  const wrong = spot ?? (doing.error?.field ? fieldSpot(text, doing.error.field, doing.error.message) : null);
  const fixed = !!kind.fixed || !!o?.meta.provisioned || !mayChange(), at = `${path}/${encodeURIComponent(name)}`;
  useEffect(() => { if (doing.error && wrong) { box.current?.focus(); box.current?.setSelectionRange(wrong.at, wrong.at); } }, [doing.error]);
  const save = async (e: Event) => {
    e.preventDefault();
    const made = await doing.run(() => ask<Named>('PUT', at, value, o ? { 'If-Match': `"${o.meta.revision}"` } : { 'If-None-Match': '*' }));
    if (made) { tell(say('Saved.', '已保存。')); saved?.(made); go('object', { kind: path, name: made.name }, !!o); }
  };
  const remove = async () => { if (await doing.run(() => ask('DELETE', at).then(() => true))) { tell(say('Deleted.', '已删除。')); go('rules'); } };
  const used = o && kind.used ? routes.data?.filter((r) => kind.used!(o, r)) ?? [] : null;
  const meaning = value ? kind.words({ ...value, name, meta: o?.meta } as Named) : '';
  return <>
    <Head title={o ? o.name : say(`New: ${kind.title[0]}`, `新建：${kind.title[1]}`)}><Link class="button" to="rules">{titleOf(path)}</Link>{name && <Copy method={fixed ? 'GET' : 'PUT'} path={at} body={fixed ? undefined : value ?? undefined} />}</Head>
    <Provisioned meta={o?.meta} />
    {meaning && <p class="card sentence"><b><bdi>{name || '…'}</bdi></b> <bdi>{meaning}</bdi></p>}
    <div class="columns"><form onSubmit={save}>
      {!kind.fixed && <Field label={say('Name', '名称')}><input required readOnly={!!o} value={name} onInput={(e) => setName(e.currentTarget.value)} /></Field>}
      <Field label={say('As the API takes it', '内容（JSON）')}><textarea ref={box} class="code" rows={Math.min(24, text.split('\n').length + 2)} spellcheck={false} readOnly={fixed} aria-invalid={!!wrong} aria-describedby={wrong ? 'wrong' : undefined}
        value={text} onInput={(e) => { type(e.currentTarget.value); if (doing.error) doing.clear(); }} /></Field>
      {wrong ? <Wrong text={text} spot={wrong} /> : <Problem error={doing.error} />}
      {!kind.fixed && <Members path={path} />}
      {!fixed && <p class="tools"><button class="main" disabled={doing.busy || !value || !name}>{say('Save', '保存')}</button>{o && <Delete busy={doing.busy} run={remove} />}</p>}</form>
    <section aria-label={say('What changes', '影响')}>
      {used && <><h2>{say('Used by', '被引用')}</h2><p>{used.length === 0 ? say('no route', '没有路由') : <>{plural(used.length, 'route', 'routes', '条路由')}: {used.map((r, i) => <>{i > 0 && ', '}<Link to="route" q={{ name: r.name }}><bdi>{r.name}</bdi></Link></>)}</>}</p></>}
      {!fixed && kind.differs && <Difference path={path} object={value} name={name} />}
      {o && kind.test && <><h2>{say('Does it arrive?', '能否送达')}</h2><Test what={{ [kind.test]: o.name }} /></>}</section></div></>;
}
