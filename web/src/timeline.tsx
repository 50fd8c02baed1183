// timeline.tsx - who heard what, when: a lane for each person and channel, a mark for each
// attempt, the next try dashed. Time runs faster where it is long ago.
import type { Row } from './api';
import { cut } from './picture';
import { tone } from './ui';
import { channel, clock, outcome, say, span, meaning } from './words';

interface Lane { who: string; rows: Row[]; next: number | null }
const left = 190, right = 170, laneHeight = 34, wide = 940;

function lanesOf(rows: Row[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const row of [...rows].sort((a, b) => a.at.localeCompare(b.at))) {
    if (row.kind === 'audit' || (!row.to && row.kind !== 'alert')) continue;
    const who = row.kind === 'alert' ? say('people', '人员操作') : `${row.to} · ${channel(row.channel)}`;
    const lane = lanes.get(who) ?? { who, rows: [], next: null };
    lane.rows.push(row);
    lane.next = row.kind === 'attempt' && row.detail?.next_try && row.word === 'deferred' ? new Date(row.detail.next_try).getTime() : row.kind === 'attempt' ? null : lane.next;
    lanes.set(who, lane);
  }
  return [...lanes.values()].slice(0, 24);
}

export function Timeline({ rows, from, title }: { rows: Row[]; from?: string; title: string }) {
  const lanes = lanesOf(rows);
  if (lanes.length === 0) return null;
  const times = lanes.flatMap((l) => [...l.rows.map((r) => new Date(r.at).getTime()), ...(l.next ? [l.next] : [])]);
  const first = Math.min(...times, from ? new Date(from).getTime() : Infinity), last = Math.max(...times), length = Math.max(1000, last - first);
  // log(1 + t/s): seconds at the beginning stay apart when the end is hours away
  const x = (at: number) => left + ((wide - left - right) * Math.log1p(Math.max(0, at - first) / 1000)) / Math.log1p(length / 1000);
  const h = lanes.length * laneHeight + 34;
  const ticks = [0, 1, 10, 60, 600, 3600, 6 * 3600, 86400].filter((s) => s * 1000 <= length);
  return <div class="picture" tabIndex={0} role="region" aria-label={title}>
    <svg width={wide} height={h} viewBox={`0 0 ${wide} ${h}`} role="img" aria-label={say(`${title}: ${lanes.length} lanes. The table says the same.`, `${title}：${lanes.length} 条。下表内容相同。`)}>
      {ticks.map((s) => <g key={s}><line class="tick" x1={x(first + s * 1000)} x2={x(first + s * 1000)} y1="4" y2={h - 22} />
        <text class="under" x={x(first + s * 1000)} y={h - 8} text-anchor="middle">{s === 0 ? clock(first) : `+${span(s * 1000)}`}</text></g>)}
      {lanes.map((lane, i) => {
        const y = i * laneHeight + 20, end = lane.rows.at(-1)!;
        return <g key={lane.who}><text x="4" y={y + 4}><title>{lane.who}</title>{cut(lane.who, 25)}</text>
          <line class="lane" x1={left} x2={wide - right} y1={y} y2={y} />
          {lane.rows.map((r) => <g key={r.id} class={`event ${tone(r.word)}`}><title>{clock(r.at)} {outcome(r.word)} {meaning(r.detail?.meaning)}</title>
            {r.kind === 'decision' ? <rect x={x(new Date(r.at).getTime()) - 4} y={y - 4} width="8" height="8" /> : <circle cx={x(new Date(r.at).getTime())} cy={y} r="6" />}</g>)}
          {lane.next && <line class="next" x1={x(new Date(end.at).getTime())} x2={x(lane.next)} y1={y} y2={y} />}
          <text class="under" x={Math.min(wide - right, x(new Date(end.at).getTime())) + 8} y={y - 7}>{cut(outcome(end.word), 24)}</text></g>;
      })}</svg></div>;
}
