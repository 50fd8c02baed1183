// silences.tsx - keeping alerts back for a while: what it would hit is shown before.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Alert, ask, get, getAll, isOpen, type Matcher, type Page, type Row, type Silence, useAll, useAsked, useGet, visitor } from './api';
import { labelsText, matchersOf, matchersText, nameOf } from './labels';
import { asked, go, show } from './router';
import { day, sinceText } from './told';
import { Chip, Copy, Empty, Field, Head, LabelList, Link, Loaded, Problem, Severity, shellWord, tell, Time, useDoing, Visitor } from './ui';
import { now, plural, say } from './words';

function stateOf(s: Silence): 'active' | 'pending' | 'expired' {
  const at = Math.max(now.value, Date.now()); // what was ended a moment ago has ended
  return new Date(s.ends_at).getTime() <= at ? 'expired' : new Date(s.starts_at).getTime() > at ? 'pending' : 'active';
}

export function Silences() {
  const list = useAll<Silence>('silences', 'book');
  const tab = asked('state'), id = asked('id');
  const doing = useDoing();
  const end = async (s: Silence) => { if (await doing.run(() => ask('DELETE', `silences/${s.id}`).then(() => true))) { tell(say('Ended.', '已结束。')); list.again(); } };
  return <>
    <Head title={say('Silences', '静默')}>
      <div class="tabs" role="group" aria-label={say('State', '状态')}>{([['', say('active', '生效中')], ['pending', say('to come', '未开始')], ['expired', say('ended', '已结束')]] as const).map(([s, words]) =>
        <button type="button" key={s} aria-pressed={!id && tab === s} onClick={() => go('silences', { state: s })}>{words} {list.data ? list.data.filter((x) => stateOf(x) === (s || 'active')).length : ''}</button>)}</div>
      <Link class="button main" to="silence">{say('New silence', '新建静默')}</Link><Copy path="silences" command="belfry get silences" /></Head>
    <Problem error={doing.error} />
    <Loaded of={list}>{(all) => {
      const some = all.filter((s) => (id ? s.id === id : stateOf(s) === (tab || 'active'))).sort((a, b) => a.ends_at.localeCompare(b.ends_at));
      return some.length === 0 ? <Empty>{say('No silence here.', '没有静默。')}</Empty>
        : <ul class="list">{some.map((s) => <li key={s.id} class="card"><div class="between"><span class="labels">{s.matchers.map((m, i) => <Chip key={i} matcher={m} />)}</span>
          <span class="tools"><Link class="button" to="alerts" q={{ filter: matchersText(s.matchers) }}>{say('What it hits', '命中的告警')}</Link>
            <Link class="button" to="silence" q={{ filter: matchersText(s.matchers), ...(stateOf(s) === 'expired' ? {} : { id: s.id }) }}>{stateOf(s) === 'expired' ? say('Again', '再次静默') : say('Change', '修改')}</Link>
            {stateOf(s) !== 'expired' && <button type="button" onClick={() => end(s)}>{say('End now', '立即结束')}</button>}</span></div>
          <p>{stateOf(s) === 'pending' ? <>{say('begins', '开始')} <Time at={s.starts_at} />, </> : null}{stateOf(s) === 'expired' ? say('ended', '已结束') : say('ends', '结束')} <Time at={s.ends_at} />
            {' '}· <bdi>{s.created_by}</bdi>{s.comment && <>: <bdi>{s.comment}</bdi></>}</p></li>)}</ul>;
    }}</Loaded></>;
}

// ---- what it would hit: the server judges the matchers, now and of the last day --------

interface Hits { now: Alert[]; past: number; messages: number; cut: boolean }

// History is found by its = matchers; the rest is compared with what fires here, so that
// the count is never made up: with others it is said to be an upper bound.
async function hitsOf(matchers: Matcher[]): Promise<Hits> {
  const firing = await getAll<Alert>(`alerts?filter=${encodeURIComponent(matchersText(matchers))}`, 5000);
  const equal = matchers.filter((m) => m.op === '=' && m.value).slice(0, 8);
  const q = new URLSearchParams({ kind: 'decision', since: sinceText(day), limit: '1000', ...(equal.length ? { filter: labelsText(Object.fromEntries(equal.map((m) => [m.name, m.value]))) } : {}) });
  const page = await get<Page<Row>>(`deliveries?${q}`);
  const fits = (labels: Record<string, string>) => equal.every((m) => (labels[m.name] ?? '') === m.value);
  const seen = new Set<string>();
  let messages = 0;
  for (const row of page.items) {
    if (row.detail?.asked) continue; // a test, or one sent again
    const hit = (row.detail?.alerts ?? []).filter((a) => a.labels && fits(a.labels));
    for (const a of hit) seen.add(a.id);
    if (hit.length > 0 && row.word === 'told') messages++;
  }
  return { now: firing, past: seen.size, messages, cut: page.next !== null || equal.length < matchers.length };
}

const presets: [number, string, string][] = [[60, '1 h', '1 小时'], [240, '4 h', '4 小时'], [1440, '1 day', '1 天'], [10080, '1 week', '1 周']];

function untilNine(): number {
  const d = new Date();
  if (d.getHours() >= 9) d.setDate(d.getDate() + 1);
  d.setHours(9, 0, 0, 0);
  return d.getTime();
}
const local = (ms: number): string => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function OneMatcher({ m, change, drop }: { m: Matcher; change: (m: Matcher) => void; drop: () => void }) {
  return <div class="matcher" data-test="matcher"><input aria-label={say('Label', '标签')} class="code" value={m.name} onChange={(e) => change({ ...m, name: e.currentTarget.value })} />
    <select aria-label={say('Comparison', '比较')} value={m.op} onChange={(e) => change({ ...m, op: e.currentTarget.value })}>{['=', '!=', '=~', '!~'].map((o) => <option key={o}>{o}</option>)}</select>
    <input aria-label={say('Value', '值')} class="code grow" value={m.value} onChange={(e) => change({ ...m, value: e.currentTarget.value })} />
    <button type="button" aria-label={`${say('Remove', '移除')} ${m.name}`} onClick={drop}>×</button></div>;
}
export { OneMatcher };

export function SilencePage() {
  const filter = asked('filter'), id = asked('id');
  const { matchers } = useMemo(() => matchersOf(filter), [filter]);
  const set = (next: Matcher[]) => show({ filter: matchersText(next) });
  const [comment, typeComment] = useState(sessionStorage.getItem('belfry.silence.comment') ?? '');
  const setComment = (text: string) => { sessionStorage.setItem('belfry.silence.comment', text); typeComment(text); };
  const [ends, setEnds] = useState(local(Date.now() + 60 * 60_000));
  const before = useGet<Silence>(id && `silences/${id}`);
  const [blank, add] = useState<Matcher>({ name: '', op: '=', value: '' });
  const doing = useDoing();
  // what was typed and not yet added counts, too: without it more would be silenced
  const whole = [...matchers, blank].filter((m) => m.name);
  const hits = useAsked(whole.length ? matchersText(whole) : null, () => hitsOf(whole), ['alerts']);
  useEffect(() => { if (before.data) { setEnds(local(new Date(before.data.ends_at).getTime())); setComment(before.data.comment); } }, [before.data?.id]);
  const body = { matchers: whole, ends_at: new Date(ends || Date.now()).toISOString(), comment, ...(isOpen() ? { created_by: visitor.value } : {}), ...(before.data && id ? { starts_at: before.data.starts_at } : {}) };
  const save = async (e: Event) => {
    e.preventDefault();
    const made = await doing.run(() => ask<Silence>(id ? 'PUT' : 'POST', id ? `silences/${id}` : 'silences', body));
    if (made) { sessionStorage.removeItem('belfry.silence.comment'); tell(say('Silenced.', '已静默。')); go('silences', { id: made.id }); }
  };
  return <>
    <Head title={id ? say('Change a silence', '修改静默') : say('New silence', '新建静默')}><Copy method={id ? 'PUT' : 'POST'} path={id ? `silences/${id}` : 'silences'} body={body} command={`belfry silence add ${shellWord(matchersText(whole))} --for ${Math.max(1, Math.round((Date.parse(body.ends_at) - Date.now()) / 60_000))}m${comment ? ` --comment ${shellWord(comment)}` : ''}`} /></Head>
    <div class="columns"><form onSubmit={save}>
      <fieldset><legend>{say('Which alerts', '哪些告警')}</legend>
        {matchers.map((m, i) => <OneMatcher key={`${i}${m.name}`} m={m} change={(n) => set(matchers.map((o, k) => (k === i ? n : o)))} drop={() => set(matchers.filter((_, k) => k !== i))} />)}
        <div class="matcher"><input aria-label={say('New label', '新标签')} class="code" placeholder="team" value={blank.name} onInput={(e) => add({ ...blank, name: e.currentTarget.value })} />
          <select aria-label={say('New comparison', '新比较')} value={blank.op} onChange={(e) => add({ ...blank, op: e.currentTarget.value })}>{['=', '!=', '=~', '!~'].map((o) => <option key={o}>{o}</option>)}</select>
          <input aria-label={say('New value', '新值')} class="code grow" placeholder="ops" value={blank.value} onInput={(e) => add({ ...blank, value: e.currentTarget.value })} />
          <button type="button" disabled={!blank.name} onClick={() => { set([...matchers, blank]); add({ name: '', op: '=', value: '' }); }}>{say('Add', '添加')}</button></div></fieldset>
      <Field label={say('Until', '直到')}><input type="datetime-local" required value={ends} onInput={(e) => setEnds(e.currentTarget.value)} /></Field>
      <p class="picks">{presets.map(([m, en, zh]) => <button type="button" key={m} onClick={() => setEnds(local(Date.now() + m * 60_000))}>{say(en, zh)}</button>)}
        <button type="button" onClick={() => setEnds(local(untilNine()))}>{say('until 09:00', '到 09:00')}</button></p>
      <Field label={say('Why', '原因')}><input value={comment} onInput={(e) => setComment(e.currentTarget.value)} required /></Field>
      <Visitor /><Problem error={doing.error} />
      <button class="main" disabled={doing.busy || whole.length === 0 || (!!id && !before.data)}>{say('Silence', '静默')} {hits.data ? `(${hits.data.now.length})` : ''}</button>
      <p class="note">{say('“Until it is resolved” is an acknowledgement: take the alert on instead.', '若要“直到恢复”，请改用认领。')}</p>
    </form>
    <section aria-label={say('What it would hit', '命中预览')}><h2>{say('What it would hit', '命中预览')}</h2>
      {whole.length === 0 ? <Empty>{say('Name at least one label.', '请至少填写一个标签。')}</Empty> : <Loaded of={hits}>{(h) => <>
        <p class="verdict slow" data-test="hits">{plural(h.now.length, 'alert fires now', 'alerts fire now', '条正在告警')}</p>
        <p data-test="past">{say(`In the last 24 hours: ${h.cut ? 'up to ' : ''}${h.past} alerts, ${h.messages} messages.`, `最近 24 小时：${h.cut ? '至多 ' : ''}${h.past} 条告警，${h.messages} 条消息。`)}</p>
        <ul class="plainlist">{h.now.slice(0, 20).map((a) => <li key={a.id}><Severity labels={a.labels} /> <Link to="alert" q={{ id: a.id }}><bdi>{nameOf(a.labels)}</bdi></Link> <LabelList labels={a.labels} skip={{ alertname: '', severity: '', ...Object.fromEntries(whole.map((m) => [m.name, ''])) }} /></li>)}</ul>
        {h.now.length > 20 && <p class="small">+{h.now.length - 20}</p>}</>}</Loaded>}</section></div></>;
}
