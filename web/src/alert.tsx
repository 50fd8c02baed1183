// alert.tsx - one alert: what it says, who took it on, who was told of it and who was not.
import { useState } from 'preact/hooks';
import { type Alert, get, type Page, type Row, useAsked, useGet } from './api';
import { AckDialog } from './ack';
import { filterOf, giveBack, State } from './alerts';
import { RowList } from './deliveries';
import { labelsText, matchersText, nameOf } from './labels';
import { asked } from './router';
import { Timeline } from './timeline';
import { Copy, Empty, Head, LabelList, Link, Loaded, Problem, Severity, Time, useDoing } from './ui';
import { say } from './words';

// The list goes by id: what stands behind the one before it.
async function find(id: string): Promise<Alert | null> {
  const before = (BigInt(id) - 1n).toString();
  const page = await get<Page<Alert>>(`alerts?limit=1&cursor=${before}`);
  return page.items[0]?.id === id ? page.items[0] : null;
}

const httpOnly = (url: string | undefined): string | undefined => (url && /^https?:\/\//.test(url) ? url : undefined);

function Facts({ a }: { a: Alert }) {
  return <dl class="facts">
    <dt>{say('Labels', '标签')}</dt><dd><LabelList labels={a.labels} /></dd>
    {Object.entries(a.annotations).map(([k, v]) => <><dt key={k}><bdi>{k}</bdi></dt><dd>{httpOnly(v) ? <a href={httpOnly(v)} rel="noreferrer noopener" target="_blank"><bdi>{v}</bdi></a> : <bdi class="prose">{v}</bdi>}</dd></>)}
    <dt>{say('Since', '开始')}</dt><dd><Time at={a.starts_at} /> (<Time at={a.starts_at} past />)</dd>
    <dt>{say('Ends by itself', '自动结束')}</dt><dd><Time at={a.ends_at} /></dd>
    <dt>{say('Came by', '来源')}</dt><dd>{a.door}{httpOnly(a.generator_url) && <> · <a href={httpOnly(a.generator_url)} rel="noreferrer noopener" target="_blank">{say('at its source', '查看来源')}</a></>}</dd>
    {a.acknowledged && <><dt>{say('Taken by', '认领人')}</dt><dd><bdi>{a.acknowledged.by}</bdi>, <Time at={a.acknowledged.at} />{a.acknowledged.comment && <>: <bdi>{a.acknowledged.comment}</bdi></>}</dd></>}
  </dl>;
}

export function AlertPage() {
  const id = /^\d{1,19}$/.test(asked('id')) ? asked('id') : '0';
  const [acking, ack] = useState(false);
  const doing = useDoing();
  const live = useAsked(id, () => find(id), ['alerts']);
  const rows = useGet<Page<Row>>(`deliveries?alert=${id}&limit=500`, 'deliveries', 'alerts');
  const a = live.data;
  const past = rows.data?.items.flatMap((r) => r.detail?.alerts ?? []).find((x) => x.id === id);
  const labels = a?.labels ?? past?.labels ?? {};
  return <>
    <Head title={nameOf(labels)}>{a && <>
      {a.acknowledged ? <button type="button" onClick={() => doing.run(() => giveBack(a))}>{say('Give back', '取消认领')}</button> : <button type="button" class="main" onClick={() => ack(true)}>{say('Acknowledge', '认领')}</button>}
      <Link class="button" to="silence" q={{ filter: matchersText(filterOf([a])) }}>{say('Silence', '静默')}</Link></>}
      {Object.keys(labels).length > 0 && <Link class="button" to="who" q={{ labels: labelsText(labels) }}>{say('Who gets told?', '会通知谁')}</Link>}
      <Copy path={`deliveries?alert=${id}`} command={`belfry deliveries --alert ${id}`} /></Head>
    <Problem error={doing.error} />
    <Loaded of={live}>{(alert) => (alert ? <><p><Severity labels={alert.labels} /> <State a={alert} /></p><Facts a={alert} /></>
      : past ? <><p class="note">{say('This alert has ended. This is what history knows of it.', '该告警已结束，以下为历史记录。')}</p><LabelList labels={past.labels ?? {}} /></>
        : <Empty>{say('No alert of this id fires, and history does not know it.', '没有此编号的告警，历史中也没有记录。')}</Empty>)}</Loaded>
    <h2>{say('Who was told, and who was not', '通知情况')}</h2>
    <Loaded of={rows}>{(page) => (page.items.length === 0
      ? <Empty>{say('Nothing yet: its group still waits to gather what comes together.', '尚无记录：分组仍在等待汇集。')}</Empty>
      : <><Timeline rows={page.items} from={a?.starts_at} title={say('Deliveries of this alert', '该告警的投递')} /><RowList rows={page.items} /></>)}</Loaded>
    {acking && a && <AckDialog alerts={[a]} close={() => ack(false)} done={() => ack(false)} />}
  </>;
}
