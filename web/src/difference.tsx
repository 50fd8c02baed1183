// difference.tsx - before something is saved: which of the last day's alerts would have told
// somebody else. The server tries it on the alerts of its history with the code that delivers.
import { useEffect, useState } from 'preact/hooks';
import { ask, type Labels, useAsked } from './api';
import { nameOf } from './labels';
import { Empty, LabelList, Loaded } from './ui';
import { channel, say } from './words';

interface Told { to: string; channel: string; address: string; step: number }
interface Changed { labels: Labels; more: Told[]; fewer: Told[] }
interface Answer { since: string; alerts: number; changed: number; complete: boolean; items: Changed[] }

const People = ({ all, sign }: { all: Told[]; sign: '+' | '−' }) => <>{all.map((t, i) => <span key={i} class={sign === '+' ? 'mark good' : 'mark bad'}><span aria-hidden="true">{sign}</span> <bdi>{t.to}</bdi> {channel(t.channel)}{t.step > 0 && say(` (step ${t.step})`, `（第 ${t.step} 级）`)}</span>)}</>;

// `path`: "routes", "action-rules"; the object as PUT takes it.
export function Difference({ path, object, name }: { path: string; object: object | null; name: string }) {
  const text = JSON.stringify(object);
  const [settled, settle] = useState(text);
  useEffect(() => { const t = setTimeout(() => settle(text), 500); return () => clearTimeout(t); }, [text]);
  const x = useAsked(name && settled !== 'null' ? `${path} ${settled}` : null, () => ask<Answer>('POST', `${path}/${encodeURIComponent(name)}/difference`, JSON.parse(settled)), ['book']);
  return <><h2>{say('Who would have been told otherwise', '通知对象的变化')}</h2>
    {!name ? <Empty>{say('Give it a name first.', '请先填写名称。')}</Empty> : object === null ? <Empty>{say('As soon as it can be read.', '内容可解析后显示。')}</Empty> : <Loaded of={x}>{(d) => <>
      <p class={d.changed ? 'verdict slow' : 'verdict'} data-test="difference">{d.changed === 0 ? say(`No difference: ${d.alerts} alerts of the last 24 hours would have told the same people.`, `没有变化：最近 24 小时的 ${d.alerts} 条告警通知对象相同。`)
        : say(`${d.changed} of ${d.alerts} alerts of the last 24 hours would have told somebody else.`, `最近 24 小时 ${d.alerts} 条告警中，有 ${d.changed} 条的通知对象不同。`)}</p>
      {!d.complete && <p class="note">{say('There were more alerts than are tried here.', '告警较多，仅比较了其中一部分。')}</p>}
      <ul class="plainlist">{d.items.map((c, i) => <li key={i}><b><bdi>{nameOf(c.labels)}</bdi></b> <People all={c.more} sign="+" /> <People all={c.fewer} sign="−" /> <LabelList labels={c.labels} skip={{ alertname: '' }} /></li>)}</ul></>}</Loaded>}</>;
}
