// deliveries.tsx - every decision and every attempt: who was told, who was not and why,
// what the receiver answered, and once more.
import { useEffect, useState } from 'preact/hooks';
import { ask, base, mayChange, type Data, type Delivery, type Page, type Row, useGet } from './api';
import { asked, go, show } from './router';
import { day, hour, sinceText } from './told';
import { Timeline } from './timeline';
import { Copy, Dialog, Empty, Head, LabelList, Link, Loaded, Mark, Problem, shellWord, tell, Time, tone, useDoing } from './ui';
import { addressKinds, channel, clock, fixOf, now, outcome, reason, say, span, meaning } from './words';

const whom = (r: Row) => <>{r.to ? <bdi>{r.to}</bdi> : '–'}{r.channel && <span class="small"> {channel(r.channel)}</span>}</>;

function alertLink(r: Row) {
  const n = r.detail?.alert_count ?? 0;
  return r.alert ? <><Link to="alert" q={{ id: r.alert.id }}><bdi>{r.alert.alertname || r.alert.id}</bdi></Link>{n > 1 && <span class="small"> +{n - 1}</span>}</> : <span class="small">{reason(r.reason)}</span>;
}

// How long after the alert it arrived, if that was long.
function late(r: Row) {
  const start = r.detail?.alerts?.[0]?.starts_at;
  const ms = start ? new Date(r.at).getTime() - new Date(start).getTime() : 0;
  return ms > 60_000 && r.reason === 'first notification' ? <span class="small"> {say('after', '延迟')} {span(ms)}</span> : null;
}

export function RowList({ rows }: { rows: Row[] }) {
  return <div class="scroll" tabIndex={0} role="region" aria-label={say('Records', '记录')}><table class="rows"><thead><tr><th>{say('When', '时间')}</th><th>{say('What', '类型')}</th><th>{say('Whom', '对象')}</th><th>{say('Outcome', '结果')}</th><th>{say('Alert', '告警')}</th></tr></thead>
    <tbody>{rows.map((r) => <tr key={r.id}>
      <td><Time at={r.at} /></td>
      <td>{r.kind === 'attempt' ? `${say('attempt', '第')} ${r.attempt}${say('', ' 次尝试')}` : r.kind === 'decision' ? say('decision', '判定') : say('by a person', '人工')}</td>
      <td>{whom(r)}{r.address && <bdi class="small block">{r.address}</bdi>}</td>
      <td>{r.key ? <Link to="deliveries" q={{ key: r.key }}><Mark word={r.word} /></Link> : <Mark word={r.word} />}{late(r)}
        {r.detail?.meaning && tone(r.word) !== 'good' && <p class="fix"><bdi>{meaning(r.detail.meaning)}</bdi></p>}
        {r.kind === 'decision' && r.word !== 'told' && fixOf(r.word, r.fix) && <p class="fix">{fixOf(r.word, r.fix)}</p>}
        {r.kind !== 'attempt' && r.word === 'told' && <span class="small"> {reason(r.reason)}</span>}
        {r.kind === 'alert' && <span class="small"> <bdi>{r.reason}</bdi></span>}</td>
      <td>{alertLink(r)}</td></tr>)}</tbody></table></div>;
}

// ---- each channel's last day ---------------------------------------------------------

function Sparks({ rows, cut }: { rows: Row[]; cut: boolean }) {
  const all = new Map<string, { good: number[]; bad: number[] }>();
  for (const r of rows) {
    if (r.kind !== 'attempt' || !r.channel) continue;
    const cell = 23 - Math.floor((now.value - new Date(r.at).getTime()) / hour);
    if (cell < 0 || cell > 23) continue;
    let c = all.get(r.channel);
    if (!c) all.set(r.channel, c = { good: Array<number>(24).fill(0), bad: Array<number>(24).fill(0) });
    (tone(r.word) === 'good' ? c.good : c.bad)[cell]!++;
  }
  if (all.size === 0) return null;
  return <div class="sparks">{[...all].map(([name, c]) => {
    const most = Math.max(1, ...c.good.map((g, i) => g + c.bad[i]!)), good = c.good.reduce((a, b) => a + b, 0), bad = c.bad.reduce((a, b) => a + b, 0);
    const words = say(`${channel(name)}, ${cut ? 'the newest 1,000 attempts' : '24 hours'}: ${good} arrived, ${bad} did not`, `${channel(name)}，${cut ? '最近 1000 次尝试' : '24 小时'}：送达 ${good}，未送达 ${bad}`);
    return <button type="button" key={name} class="spark" onClick={() => show({ channel: asked('channel') === name ? '' : name }, false)} aria-pressed={asked('channel') === name}>
      <b>{channel(name)}</b><svg width="120" height="28" viewBox="0 0 120 28" role="img" aria-label={words}><title>{words}</title>
        {c.good.map((g, i) => { const b = c.bad[i]!, u = 28 / most; return <g key={i}><rect class="good" x={i * 5} y={28 - g * u} width="4" height={g * u} /><rect class="bad" x={i * 5} y={28 - (g + b) * u} width="4" height={b * u} /></g>; })}</svg>
      <span class="small">✓ {good} <span class={bad ? 'badtext' : ''}>✗ {bad}</span></span></button>;
  })}</div>;
}

// ---- the list --------------------------------------------------------------------------

const spans: [string, number][] = [['1h', hour], ['24h', day], ['7d', 7 * day], ['30d', 30 * day]];

export function Deliveries() { return asked('key') ? <Message key={asked('key')} messageKey={asked('key')} /> : <DeliveryList />; }

function DeliveryList() {
  const q = (name: string) => asked(name), back = q('back') || '24h', failed = q('failed') === 'true', word = q('kind');
  const params = new URLSearchParams();
  for (const name of ['to', 'channel', 'route', 'contact_group', 'alertname', 'filter', 'cursor']) if (q(name)) params.set(name, q(name));
  if (failed) params.set('failed', 'true');
  if (word) params.set('kind', word);
  params.set('since', sinceText((spans.find(([n]) => n === back) ?? spans[1]!)[1]));
  const list = useGet<Page<Row>>(`deliveries?${params}&limit=200`, 'deliveries');
  const spark = useGet<Page<Row>>(`deliveries?kind=attempt&limit=1000&since=${encodeURIComponent(sinceText(day))}`, 'deliveries');
  const [again, resend] = useState(false);
  const [text, type] = useState(q('filter'));
  useEffect(() => type(q('filter')), [q('filter')]);
  const csv = `${base}deliveries?${params}&format=csv`;
  return <>
    <Head title={say('Deliveries', '投递记录')}>
      <div class="tabs" role="group" aria-label={say('Which', '范围')}>
        <button type="button" aria-pressed={!failed && !word} onClick={() => show({ failed: '', kind: '', cursor: '' }, false)}>{say('all', '全部')}</button>
        <button type="button" aria-pressed={failed} onClick={() => show({ failed: 'true', kind: '', cursor: '' }, false)}>{say('failed', '失败')}</button>
        <button type="button" aria-pressed={word === 'decision'} onClick={() => show({ failed: '', kind: 'decision', cursor: '' }, false)}>{say('decisions', '判定')}</button>
        <button type="button" aria-pressed={word === 'attempt'} onClick={() => show({ failed: '', kind: 'attempt', cursor: '' }, false)}>{say('attempts', '尝试')}</button></div>
      <select aria-label={say('Since', '时间范围')} value={back} onChange={(e) => show({ back: e.currentTarget.value, cursor: '' }, false)}>{spans.map(([n]) => <option key={n} value={n}>{n}</option>)}</select>
      {mayChange() && <button type="button" onClick={() => resend(true)}>{say('Send what failed again', '重发失败消息')}</button>}
      <a class="button" href={csv} download>CSV</a>
      <Copy path={`deliveries?${params}`} command={`belfry deliveries${failed ? ' --failed' : ''} --since ${back}`} /></Head>
    {spark.data && <Sparks rows={spark.data.items} cut={spark.data.next !== null} />}
    <form class="bar" onSubmit={(e) => { e.preventDefault(); show({ filter: text, cursor: '' }, false); }}>
      <input data-search class="wide code" aria-label={say('Labels', '标签')} value={text} placeholder='team="ops", host="db-1"' spellcheck={false} onInput={(e) => type(e.currentTarget.value)} />
      <select aria-label={say('Channel', '渠道')} value={q('channel')} onChange={(e) => show({ channel: e.currentTarget.value, cursor: '' }, false)}><option value="">{say('every channel', '所有渠道')}</option>{addressKinds.map((k) => <option key={k} value={k}>{channel(k)}</option>)}</select>
      <button>{say('Filter', '筛选')}</button></form>
    {(q('to') || q('route') || q('contact_group')) && <p class="picks">{(['to', 'route', 'contact_group'] as const).filter((n) => q(n)).map((n) => <button type="button" class="chip on" key={n} onClick={() => show({ [n]: '', cursor: '' }, false)}>{n}: <bdi>{q(n)}</bdi> ×</button>)}</p>}
    <Loaded of={list}>{(page) => (page.items.length === 0
      ? <Empty>{failed ? say('Nothing failed in this time.', '此时间段内没有失败。') : say('Nothing was sent in this time.', '此时间段内没有投递。')}</Empty>
      : <><RowList rows={page.items} />{page.next && <button type="button" onClick={() => show({ cursor: page.next! }, false)}>{say('older', '更早')}</button>}</>)}</Loaded>
    {again && <ResendAll since={params.get('since')!} close={() => resend(false)} />}
  </>;
}

interface Resent { sent?: number; matched?: number; next: string | null }

function ResendAll({ since, close }: { since: string; close: () => void }) {
  const body = { failed_since: since, ...(asked('channel') ? { channel: asked('channel') } : {}), ...(asked('to') ? { to: asked('to') } : {}) };
  const doing = useDoing();
  const [count, set] = useState<number | null>(null);
  const total = async (dry: boolean) => {
    let n = 0, cursor: string | null = null;
    do {
      const page: Resent = await ask('POST', 'deliveries/resend', { ...body, dry_run: dry, ...(cursor ? { cursor } : {}) });
      n += (dry ? page.matched : page.sent) ?? 0;
      cursor = page.next;
    } while (cursor && n < 5000);
    return n;
  };
  useEffect(() => { void doing.run(async () => set(await total(true))); }, []);
  const send = async () => {
    const n = await doing.run(() => total(false));
    if (n !== undefined) { tell(say(`${n} messages are on their way again.`, `已重发 ${n} 条消息。`)); close(); }
  };
  return <Dialog title={say('Send what failed again', '重发失败消息')} close={close}>
    <p>{say('Refused or given up since', '被拒绝或放弃的消息，自')} <Time at={since} past />: <b data-test="resendable">{count ?? '…'}</b></p>
    <p class="note">{say('What was sent again already is left out. Each goes out under a new key, as it is now.', '已重发过的不再计入。每条以新编号、按当前内容发送。')}</p>
    <Problem error={doing.error} /><button type="button" class="main" disabled={doing.busy || !count} onClick={send}>{say('Send', '发送')} {count ?? ''}</button></Dialog>;
}

// ---- one message -----------------------------------------------------------------------

function Attempt({ r }: { r: Row }) {
  const d = r.detail ?? {};
  const took = d.started && d.finished ? new Date(d.finished).getTime() - new Date(d.started).getTime() : null;
  return <tr><td>{r.attempt}</td><td>{clock(r.at)} <span class="small"><Time at={r.at} /></span></td><td class="one">{took === null ? '–' : `${took} ms`}</td><td class="one"><bdi>{d.remote || '–'}</bdi></td>
    <td>{d.status || '–'}{d.code ? <span class="small"> {say('code', '代码')} <bdi>{d.code}</bdi></span> : null}</td>
    <td><Mark word={r.word} />{d.meaning && <p class="fix" data-test="meaning"><bdi>{meaning(d.meaning)}</bdi></p>}
      {d.next_try && <p class="small">{say('next try', '下次尝试')} <Time at={d.next_try} /></p>}
      {d.said && <details><summary>{say('what it said', '原始应答')}</summary><pre tabIndex={0}><bdi>{d.said}</bdi></pre></details>}</td></tr>;
}

export function useDelivery(key: string | null): Data<Delivery> { return useGet<Delivery>(key && `deliveries/${key}`, 'deliveries'); }

function Message({ messageKey }: { messageKey: string }) {
  const one = useDelivery(messageKey);
  const doing = useDoing();
  const again = async () => {
    const made = await doing.run(() => ask<{ key?: string; items?: { key?: string; told?: boolean; word?: string; reason?: string }[] }>('POST', `deliveries/${messageKey}/resend`, {}));
    const key = made?.key ?? made?.items?.[0]?.key;
    if (key) { tell(say('Sent again, under a new key.', '已以新编号重发。')); go('deliveries', { key }); } else if (made) tell(outcome(made.items?.[0]?.word));
  };
  return <><Head title={say('A message', '消息')}>
    <button type="button" class="main" disabled={doing.busy || !one.data?.state.ended || !mayChange()} onClick={again} title={one.data?.state.ended === false ? say('It is still on its way', '仍在投递中') : ''}>{say('Send again', '重发')}</button>
    <Copy path={`deliveries/${messageKey}`} command={`belfry deliveries resend ${shellWord(messageKey)}`} /></Head>
    <Problem error={doing.error} />
    <Loaded of={one}>{(m) => {
      const d = m.decision, alerts = d?.detail?.alerts ?? [], last = m.attempts.at(-1);
      return <>
        <p class={`verdict ${tone(m.state.word)}`} data-test="state"><Mark word={m.state.word} /> {d && <>{say('to', '发给')} <b><bdi>{d.to}</bdi></b> · {channel(d.channel)} <bdi class="small">{d.address}</bdi></>}
          {m.state.next_try && <span class="small"> {say('next try', '下次尝试')} <Time at={m.state.next_try} /></span>}</p>
        {last && tone(last.word) === 'bad' && <p class="problem"><b>{say('Why:', '原因：')}</b> <bdi>{meaning(last.detail?.meaning)}</bdi> {fixOf(last.word, '')} {d?.to && <Link to="contact" q={{ name: d.to }}>{say('To the contact', '打开联系人')}</Link>}</p>}
        <Timeline rows={[...(d ? [d] : []), ...m.attempts]} title={say('Timeline', '时间线')} />
        {m.attempts.length > 0 && <><h2>{say('Attempts', '尝试')}</h2><div class="scroll" tabIndex={0} role="region" aria-label={say('Attempts', '尝试')}><table><thead><tr><th>#</th><th>{say('When', '时间')}</th><th>{say('Took', '耗时')}</th><th>{say('Remote', '对端')}</th><th>{say('Status', '状态')}</th><th>{say('Outcome', '结果')}</th></tr></thead>
          <tbody>{m.attempts.map((r) => <Attempt key={r.id} r={r} />)}</tbody></table></div></>}
        {d && <><h2>{say('Why it was sent', '为何发送')}</h2><dl class="facts"><dt>{say('reason', '原因')}</dt><dd>{reason(d.reason)}</dd>
          {d.route && <><dt>{say('route', '路由')}</dt><dd><Link to="route" q={{ name: d.route }}><bdi>{d.route}</bdi></Link>{d.contact_group && <> → <Link to="group" q={{ name: d.contact_group }}><bdi>{d.contact_group}</bdi></Link></>}</dd></>}
          {d.detail?.trace && <><dt>{say('matched', '匹配条件')}</dt><dd><bdi>{d.detail.trace.matchers.join(', ') || '–'}</bdi></dd><dt>{say('words', '模板')}</dt><dd><bdi>{d.detail.trace.template} {d.detail.trace.lang}</bdi></dd></>}
          {last?.detail?.subject && <><dt>{say('subject', '标题')}</dt><dd><bdi>{last.detail.subject}</bdi></dd></>}
          <dt>{say('key', '编号')}</dt><dd><code>{m.key}</code></dd></dl>
          {alerts.length > 0 && <><h2>{say('Alerts in it', '包含的告警')} ({d.detail?.alert_count})</h2><ul class="plainlist">{alerts.map((a) => <li key={a.id}><Link to="alert" q={{ id: a.id }}><bdi>{a.alertname || a.id}</bdi></Link> <LabelList labels={a.labels ?? {}} skip={{ alertname: '' }} /></li>)}</ul></>}</>}
        {m.resent.length > 0 && <><h2>{say('Sent again as', '重发为')}</h2><RowList rows={m.resent} /></>}</>;
    }}</Loaded></>;
}
