// who.tsx - who gets told of an alert, and why (or why nobody). The answer is made by the
// code that delivers; here it is only shown.
import { useState } from 'preact/hooks';
import { type Alert, ask, type Decision, type Explanation, type Page, useAsked, useGet } from './api';
import { labelsOf, labelsText, nameOf } from './labels';
import { asked, show } from './router';
import { RoadPicture } from './picture';
import { Copy, Empty, Field, Head, LabelList, Link, Loaded, Mark, shellWord, Time } from './ui';
import { channel, fixOf, outcome, plural, reason, say } from './words';

function sentence(x: Explanation): string {
  const people = new Set(x.decisions.filter((d) => d.told).map((d) => d.to)).size;
  const not = x.decisions.filter((d) => !d.told && d.to && d.channel).length;
  if (x.told === 0) {
    const why = [...new Set(x.decisions.map((d) => outcome(d.word)))].join(say('; ', '；'));
    return say(`Nobody would be told: ${why}.`, `不会通知任何人：${why}。`);
  }
  return say(`${plural(x.told, 'message', 'messages', '')} to ${plural(people, 'person or robot', 'people or robots', '')}`, `${x.told} 条消息，通知 ${people} 个人或机器人`) +
    (not ? say(` — ${not} would not arrive.`, `——其中另有 ${not} 个地址不会收到。`) : say('.', '。'));
}

function Row({ d }: { d: Decision }) {
  const fix = d.told ? '' : fixOf(d.word, d.fix);
  return <tr>
    <td><b><bdi>{d.to || '–'}</bdi></b></td>
    <td>{channel(d.channel)}{d.address && <><br /><bdi class="small">{d.address}</bdi></>}</td>
    <td><Mark word={d.told ? (d.waits ? 'waiting' : 'told') : d.word === 'told_already' || d.word === 'same_address' ? d.word : 'refused'}>
      {d.told ? (d.waits ? outcome(d.waits) : say('will be told', '会通知')) : outcome(d.word)}</Mark>
      {d.told && d.at && <span class="small"> <Time at={d.at} /> · {reason(d.reason)}</span>}
      {d.by_rule && <span class="small"> <bdi>{d.by_rule}</bdi></span>}
      {d.by && <span class="small"> {d.word === 'silenced' ? <Link to="silences" q={{ id: d.by }}>{say('which silence', '查看静默')}</Link> : <bdi>({d.by})</bdi>}</span>}
      {fix && <p class="fix">{fix} {d.word === 'address_pending' && d.to && <Link to="contact" q={{ name: d.to }}>{say('To the contact', '打开联系人')}</Link>}
        {d.route && /route|group_missing/.test(d.word) && <Link to="route" q={{ name: d.route }}>{say('To the route', '打开路由')}</Link>}
        {d.word === 'group_empty' && <Link to="group" q={{ name: d.contact_group }}>{say('To the group', '打开联系人组')}</Link>}</p>}</td>
    <td>{d.route ? <Link to="route" q={{ name: d.route }}><bdi>{d.route}</bdi></Link> : '–'}{d.route_rule && <span class="small"> <bdi>{d.route_rule}</bdi></span>}
      {d.contact_group && <> → <Link to="group" q={{ name: d.contact_group }}><bdi>{d.contact_group}</bdi></Link></>}
      {(d.action_rule || d.topic) && <> → <bdi>{[d.action_rule, d.topic].filter(Boolean).join(' → ')}</bdi></>}
      {d.trace && <details><summary>{say('the road', '详细路径')}</summary><dl class="facts">
        <dt>{say('matched', '匹配条件')}</dt><dd><bdi>{d.trace.matchers.join(', ') || say('every alert', '所有告警')}</bdi></dd>
        <dt>{say('grouped by', '分组')}</dt><dd><bdi>{labelsText(d.trace.group_labels) || '–'}</bdi></dd>
        <dt>{say('words', '模板')}</dt><dd><bdi>{d.trace.template} {d.trace.lang}</bdi></dd></dl></details>}</td>
  </tr>;
}

export function Verdict({ x, name }: { x: Explanation; name: string }) {
  const miss = x.nearest_miss;
  return <>
    <p class={x.told ? 'verdict good' : 'verdict bad'} data-test="sentence"><span aria-hidden="true">{x.told ? '✓' : '✗'}</span> {sentence(x)}</p>
    {miss && x.routes.length === 0 && <p class="note" data-test="miss">{say('Nearest route:', '最接近的路由：')} <Link to="route" q={{ name: miss.route }}><bdi>{miss.route}</bdi></Link>,
      {' '}{say('which wants', '它要求')} <del><bdi>{miss.matcher}</bdi></del>{miss.misses > 1 && ` (+${miss.misses - 1})`}</p>}
    <RoadPicture x={x} name={name} />
    {x.decisions.some((d) => d.to || d.route) && <div class="scroll" tabIndex={0} role="region" aria-label={say('Who and why', '通知对象与原因')}><table><thead><tr><th>{say('Who', '对象')}</th><th>{say('Through', '渠道')}</th><th>{say('Outcome', '结果')}</th><th>{say('By', '经由')}</th></tr></thead>
      <tbody>{x.decisions.map((d, i) => <Row key={i} d={d} />)}</tbody></table></div>}
    {x.escalation.length > 0 && <section><h2>{say('If nobody acknowledges', '如无人认领')}</h2><ol class="plainlist">{x.escalation.map((s, i) =>
      <li key={i}><Time at={s.at} past /> · {say('step', '第')} {s.step}{say('', ' 级')}: <b><bdi>{s.to}</bdi></b> {channel(s.channel)} {s.word !== 'told' && <Mark word={s.word} />}</li>)}</ol></section>}
    <p class="small">{say(`${x.routes_looked_at} routes looked at; as of`, `共检查 ${x.routes_looked_at} 条路由；时间`)} <Time at={x.at} past /></p>
  </>;
}

export function Who() {
  const text = asked('labels'), at = Number.isNaN(Date.parse(asked('at'))) ? '' : asked('at');
  const [typed, type] = useState(text), [when, setWhen] = useState(at);
  const { labels, bad } = labelsOf(text);
  const some = Object.keys(labels).length > 0;
  const body = { labels, ...(at ? { at: new Date(at).toISOString() } : {}) };
  const x = useAsked(some ? JSON.stringify(body) : null, () => ask<Explanation>('POST', 'explain', body), ['book', 'alerts']);
  const recent = useGet<Page<Alert>>('alerts?limit=6', 'alerts');
  const send = (e: Event) => { e.preventDefault(); show({ labels: typed, at: when }, false); };
  const pick = (l: Record<string, string>) => { type(labelsText(l)); show({ labels: labelsText(l) }, false); };
  return <>
    <Head title={say('Who gets told?', '会通知谁')}>{some && <Copy method="POST" path="explain" body={body} command={`belfry explain ${Object.entries(labels).map(([k, v]) => shellWord(`${k}=${v}`)).join(' ')}`} />}</Head>
    <form class="bar" onSubmit={send}>
      <Field label={say('Labels of an alert', '告警标签')}><input data-search class="wide code" value={typed} placeholder='alertname="DiskFull", team="ops", severity="critical"' spellcheck={false} onInput={(e) => type(e.currentTarget.value)} /></Field>
      <Field label={say('When (empty: now)', '时间（空为现在）')}><input type="datetime-local" value={when} onInput={(e) => setWhen(e.currentTarget.value)} /></Field>
      <button class="main">{say('Explain', '查看')}</button></form>
    {bad && <p class="problem" role="alert">{say('This is no label:', '无法识别：')} <code><bdi>{bad}</bdi></code></p>}
    {recent.data && recent.data.items.length > 0 && <p class="picks">{say('Firing now:', '正在告警：')} {recent.data.items.map((a) =>
      <button type="button" class="chip" key={a.id} onClick={() => pick(a.labels)}><bdi>{nameOf(a.labels)}</bdi></button>)}</p>}
    {some ? <><LabelList labels={labels} /><Loaded of={x}>{(data) => <Verdict x={data} name={nameOf(labels)} />}</Loaded></>
      : <Empty><p>{say('Type the labels of an alert, or pick one that fires. You see everyone who would hear of it, through what, when, and whoever would not, with the reason. It is decided by the same code that delivers.',
        '输入告警标签，或选择一条正在触发的告警，即可看到：会通知谁、用什么渠道、何时发送；不会通知的对象及原因。判断与实际投递使用同一段代码。')}</p>
        <button type="button" onClick={() => pick({ alertname: 'DiskFull', severity: 'critical', team: 'ops' })}>{say('Try an example', '试一个例子')}</button></Empty>}
  </>;
}
