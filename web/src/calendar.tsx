// calendar.tsx - what somebody was told in thirty days, by day and hour: how noisy it was,
// and how many nights it took.
import { getAll, type Row, useAsked } from './api';
import { day, hour } from './told';
import { lang, say } from './words';

const days = 30, wide = 14, high = 9, left = 34;

export function Calendar({ to }: { to: string }) {
  const since = new Date(new Date().setHours(0, 0, 0, 0) - (days - 1) * day);
  const rows = useAsked(`calendar ${to}`, () => getAll<Row>(`deliveries?kind=decision&word=told&to=${encodeURIComponent(to)}&since=${encodeURIComponent(since.toISOString())}`, 5000), ['deliveries']);
  if (!rows.data) return null;
  const cells = new Map<number, number>();
  let night = 0;
  for (const r of rows.data) {
    const at = new Date(r.at), d = Math.floor((new Date(at).setHours(0, 0, 0, 0) - since.getTime() + 2 * hour) / day), h = at.getHours();
    if (d < 0 || d >= days) continue;
    if (h >= 22 || h < 6) night++;
    cells.set(d * 24 + h, (cells.get(d * 24 + h) ?? 0) + 1);
  }
  const most = Math.max(1, ...cells.values()), words = say(`${rows.data.length} messages in 30 days, ${night} of them at night (22 to 6)`, `30 天内 ${rows.data.length} 条消息，其中夜间（22–6 点）${night} 条`);
  const label = (d: number) => new Intl.DateTimeFormat(lang.value === 'zh' ? 'zh-CN' : 'en-GB', { day: 'numeric', month: 'short' }).format(since.getTime() + d * day);
  return <><p>{words}</p><div class="picture" tabIndex={0} role="region" aria-label={say('30 days', '30 天')}><svg class="calendar" width={left + days * wide} height={24 * high + 18} viewBox={`0 0 ${left + days * wide} ${24 * high + 18}`} role="img" aria-label={words}>
    {[0, 6, 12, 18].map((h) => <text key={h} class="under" x="0" y={h * high + 9}>{String(h).padStart(2, '0')}:00</text>)}
    {Array.from({ length: days }, (_, d) => <rect key={d} class="cell" x={left + d * wide} y="0" width={wide - 1} height={24 * high} />)}
    {[...cells].map(([c, n]) => <rect key={c} class={`cell n${Math.min(4, Math.ceil((n / most) * 4))}`} x={left + Math.floor(c / 24) * wide} y={(c % 24) * high} width={wide - 1} height={high - 1}><title>{`${label(Math.floor(c / 24))} ${String(c % 24).padStart(2, '0')}:00 · ${n}`}</title></rect>)}
    {[0, 10, 20].map((d) => <text key={d} class="under" x={left + d * wide} y={24 * high + 13}>{label(d)}</text>)}</svg></div></>;
}
