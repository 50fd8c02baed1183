// strip.tsx - 24 hours in 24 cells: darker is more.
import { say } from './words';

export function Strip({ hours, from }: { hours: number[]; from?: number }) {
  const most = Math.max(1, ...hours), total = hours.reduce((a, b) => a + b, 0);
  return <svg class="strip" width="96" height="14" viewBox="0 0 96 14" role="img" aria-label={say(`${total} messages in 24 hours`, `24 小时内 ${total} 条消息`)}>
    <title>{say(`${total} messages in 24 hours`, `24 小时内 ${total} 条消息`)}</title>
    {hours.map((n, i) => <rect key={i} x={i * 4} y="0" width="3" height="14" class={n === 0 ? (from !== undefined && i >= from ? 'cell fires' : 'cell') : `cell n${Math.min(4, Math.ceil((n / most) * 4))}`} />)}
  </svg>;
}
