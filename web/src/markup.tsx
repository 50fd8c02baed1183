// markup.tsx - Markdown as robots show it, made of elements and never of markup: headings,
// quotes, lists, bold, code and links. Whatever else stands there is shown as it is.
import type { ComponentChildren } from 'preact';

const pieces = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)|<font color="?\w+"?>(.*?)<\/font>/gu;

function inline(text: string): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const m of text.matchAll(pieces)) {
    out.push(text.slice(at, m.index));
    out.push(m[1] !== undefined ? <b>{inline(m[1])}</b> : m[2] !== undefined ? <code>{m[2]}</code>
      : m[3] !== undefined ? <a href={m[4]} rel="noreferrer noopener" target="_blank">{m[3]}</a> : <i>{inline(m[5] ?? '')}</i>);
    at = m.index + m[0].length;
  }
  out.push(text.slice(at));
  return out;
}

const unescaped = (line: string): string => line.replace(/\\([\\`*_{}[\]()#+\-.!>~|])/gu, '$1');

export function Marked({ text }: { text: string }) {
  return <div class="marked">{text.split('\n').map((line, i) => {
    const m = /^(#{1,6}\s+|>\s?|[-*]\s+)?(.*)$/su.exec(line)!, head = m[1] ?? '', rest = inline(m[2] ?? '').map((p) => (typeof p === 'string' ? unescaped(p) : p));
    return <p key={i} class={head.startsWith('#') ? 'strong' : head.startsWith('>') ? 'quote' : ''}><bdi>{head.startsWith('-') || head.startsWith('*') ? '• ' : ''}{rest}</bdi></p>;
  })}</div>;
}
Marked.knows = (form: string): boolean => ['dingtalk', 'wecom', 'wecom_app', 'feishu_card', 'teams', 'discord'].includes(form);
