// audit.tsx - who changed what, from where; before and after.
import { type Page, type Row, useGet } from './api';
import { asked, show } from './router';
import { Copy, Empty, Head, Loaded, Mark, Time } from './ui';
import { plural, say } from './words';

const flat = (v: unknown): Record<string, string> => (v && typeof v === 'object'
  ? Object.fromEntries(Object.entries(v).filter(([k]) => k !== 'meta').map(([k, x]) => [k, typeof x === 'string' ? x : JSON.stringify(x)])) : {});

function Changes({ r }: { r: Row }) {
  const before = flat(r.detail?.before), after = flat(r.detail?.after);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((k) => before[k] !== after[k] && !(r.detail?.before === null && ['""', '', '[]', 'false', '0', 'null'].includes(after[k] ?? '')));
  if (keys.length === 0) return null;
  return <details><summary>{plural(keys.length, 'field', 'fields', '个字段')}</summary><dl class="facts">{keys.map((k) => <><dt key={k}>{k}</dt><dd>{before[k] !== undefined && <del><bdi>{before[k]}</bdi></del>} {after[k] !== undefined && <ins><bdi>{after[k]}</bdi></ins>}</dd></>)}</dl></details>;
}

export function Audit() {
  const cursor = asked('cursor'), to = asked('to');
  const path = `audit?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}${to ? `&to=${encodeURIComponent(to)}` : ''}`;
  const list = useGet<Page<Row>>(path, 'book', 'alerts');
  return <><Head title={say('Audit', '审计')}><Copy path={path} /></Head>
    {to && <p class="picks"><button type="button" class="chip on" onClick={() => show({ to: '' }, false)}><bdi>{to}</bdi> ×</button></p>}
    <Loaded of={list}>{(page) => (page.items.length === 0 ? <Empty>{say('Nothing was changed yet.', '还没有变更。')}</Empty> : <>
      <div class="scroll" tabIndex={0} role="region" aria-label={say('Audit', '审计')}><table class="rows"><thead><tr><th>{say('When', '时间')}</th><th>{say('Who', '操作者')}</th><th>{say('What', '变更')}</th><th>{say('How', '方式')}</th></tr></thead>
        <tbody>{page.items.map((r) => <tr key={r.id}><td><Time at={r.at} /></td><td><bdi>{r.detail?.user || say('the file', '配置文件')}</bdi><div class="small"><bdi>{[r.detail?.key_id, r.detail?.remote].filter(Boolean).join(' · ')}</bdi></div></td>
          <td><Mark word={r.word} /> {r.reason?.replaceAll('_', ' ')} <button type="button" class="chip" onClick={() => show({ to: r.to ?? '', cursor: '' }, false)}><bdi>{r.to}</bdi></button><Changes r={r} /></td>
          <td><bdi>{r.detail?.operation}</bdi></td></tr>)}</tbody></table></div>
      {page.next && <button type="button" onClick={() => show({ cursor: page.next! }, false)}>{say('older', '更早')}</button>}</>)}</Loaded></>;
}
