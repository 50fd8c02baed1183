// picture.tsx - the road of an alert: routes, groups, people, with the lit path. Own SVG;
// the table below it says the same.
import type { Decision, Explanation } from './api';
import { channel, outcome, say } from './words';
import { tone } from './ui';

interface Node { id: string; column: number; title: string; under: string; lit: boolean; tone: 'good' | 'bad' | 'slow' | 'quiet' | ''; y: number }
interface Edge { from: string; to: string; lit: boolean }

const width = 212, height = 46, gap = 14, across = 282;
// Wide letters count twice.
export function cut(text: string, most: number): string {
  let n = 0, out = '';
  for (const c of text) {
    n += /[\u2e80-\uffff]|[\u{1f000}-\u{3ffff}]/u.test(c) ? 2 : 1;
    if (n > most) return `${out}…`;
    out += c;
  }
  return out;
}

const toneOf = (d: Decision) => (d.told ? (d.waits ? 'slow' : 'good') : tone(d.word) === 'quiet' ? 'bad' : tone(d.word));

function build(x: Explanation, name: string): { nodes: Node[]; edges: Edge[] } {
  const nodes = new Map<string, Node>(), edges = new Map<string, Edge>();
  const node = (id: string, column: number, title: string, under: string, lit: boolean, t: Node['tone'] = '') => {
    const was = nodes.get(id);
    if (was) was.lit ||= lit;
    else nodes.set(id, { id, column, title, under, lit, tone: t, y: 0 });
    return id;
  };
  const edge = (from: string, to: string, lit: boolean) => {
    const key = `${from}→${to}`, was = edges.get(key);
    if (was) was.lit ||= lit;
    else edges.set(key, { from, to, lit });
  };
  const start = node('alert', 0, name, say('this alert', '此告警'), true);
  for (const [i, d] of x.decisions.entries()) {
    if (!d.route) continue;
    const route = node(`r:${d.route}`, 1, d.route, d.trace?.matchers.join(' ') || say('every alert', '所有告警'), d.told);
    edge(start, route, true);
    const by = d.contact_group || d.action_rule || d.topic;
    const via = by ? node(`g:${d.route}:${by}`, 2, by, d.contact_group ? say('contact group', '联系人组') : d.action_rule ? say('action rule', '行动规则') : say('topic', '主题'), d.told) : route;
    if (by) edge(route, via, d.told);
    if (d.to && d.to !== by) {
      const to = node(`t:${i}`, 3, `${d.to} · ${channel(d.channel)}`, d.told && !d.waits ? say('will be told', '会通知') : outcome(d.waits ?? d.word), d.told, toneOf(d));
      edge(via, to, d.told);
    }
  }
  if (x.nearest_miss && !x.routes.includes(x.nearest_miss.route)) {
    const miss = node(`r:${x.nearest_miss.route}`, 1, x.nearest_miss.route, `${say('misses', '未匹配')} ${x.nearest_miss.matcher}`, false, 'quiet');
    edge(start, miss, false);
  }
  const columns = [0, 1, 2, 3].map((c) => [...nodes.values()].filter((n) => n.column === c));
  const rows = Math.max(...columns.map((c) => c.length));
  for (const c of columns) c.forEach((n, i) => { n.y = (i + (rows - c.length) / 2) * (height + gap); });
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

const symbol = { good: '✓', bad: '✗', slow: '…', quiet: '–', '': '' };

export function RoadPicture({ x, name }: { x: Explanation; name: string }) {
  const { nodes, edges } = build(x, name);
  const columns = Math.max(...nodes.map((n) => n.column));
  const w = columns * across + width + 4, h = Math.max(...nodes.map((n) => n.y)) + height + 4;
  const at = new Map(nodes.map((n) => [n.id, n]));
  return <div class="picture" tabIndex={0} role="region" aria-label={say('Picture of the road', '路由图')}>
    <svg width={w} height={h} viewBox={`-2 -2 ${w} ${h}`} role="img" aria-label={say(
      `${name}: ${x.routes.length} routes match, ${x.told} messages. The table below says the same.`, `${name}：匹配 ${x.routes.length} 条路由，${x.told} 条消息。下表内容相同。`)}>
      {edges.map((e) => {
        const a = at.get(e.from)!, b = at.get(e.to)!;
        const x1 = a.column * across + width, y1 = a.y + height / 2, x2 = b.column * across, y2 = b.y + height / 2, m = (x1 + x2) / 2;
        return <path key={e.from + e.to} class={e.lit ? 'edge lit' : 'edge'} d={`M${x1} ${y1} C${m} ${y1} ${m} ${y2} ${x2} ${y2}`} />;
      })}
      {nodes.map((n) => <g key={n.id} class={`node ${n.lit ? 'lit' : ''} ${n.tone}`} transform={`translate(${n.column * across} ${n.y})`}>
        <title>{n.title} — {n.under}</title>
        <rect width={width} height={height} rx="8" />
        <text x="12" y="19" class="title">{cut(n.title, 25)}</text>
        <text x="12" y="36" class="under">{symbol[n.tone]} {cut(n.under, 30)}</text></g>)}
    </svg></div>;
}
