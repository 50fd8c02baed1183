// labels.ts - labels and matchers as people type them. What is typed here is judged by
// the server; here it is only taken apart.
import type { Labels, Matcher } from './api';

const word = /^[\s,{}]*("(?:[^"\\]|\\.)*"|[^\s=!~,{}"]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s,{}"]*)/u;

const plain = (s: string): string => (s.startsWith('"') ? s.slice(1, -1).replace(/\\(.)/gu, (_, c: string) => (c === 'n' ? '\n' : c)) : s);

// `{team="ops", host=~db.*}` or `team=ops host=db-1`; null: what cannot be read begins at `at`.
export function matchersOf(text: string): { matchers: Matcher[]; rest: string } {
  const matchers: Matcher[] = [];
  let rest = text;
  for (let m = word.exec(rest); m; m = word.exec(rest)) {
    matchers.push({ name: plain(m[1]!), op: m[2]!, value: plain(m[3]!) });
    rest = rest.slice(m[0].length);
  }
  return { matchers, rest: rest.replace(/^[\s,{}]+/u, '') };
}

const quoted = (s: string): string => `"${s.replace(/["\\]/gu, '\\$&').replace(/\n/gu, '\\n')}"`;
const simple = /^[a-zA-Z_][a-zA-Z0-9_]*$/u;

export const matcherText = (m: Matcher): string => `${simple.test(m.name) ? m.name : quoted(m.name)}${m.op}${quoted(m.value)}`;
export const matchersText = (all: Matcher[]): string => all.map(matcherText).join(', ');

export function labelsOf(text: string): { labels: Labels; bad: string } {
  const { matchers, rest } = matchersOf(text);
  const wrong = matchers.find((m) => m.op !== '=');
  return { labels: Object.fromEntries(matchers.map((m) => [m.name, m.value])), bad: wrong ? matcherText(wrong) : rest };
}
export const labelsText = (labels: Labels): string =>
  matchersText(Object.entries(labels).map(([name, value]) => ({ name, op: '=', value })));

// The words of an alert that tell it from others.
export const nameOf = (labels: Labels): string => labels['alertname'] || labels['resource'] || labelsText(labels) || '-';

export function common(all: Labels[]): Labels {
  const [first, ...rest] = all;
  if (!first || rest.length === 0) return {};
  return Object.fromEntries(Object.entries(first).filter(([k, v]) => rest.every((l) => Object.hasOwn(l, k) && l[k] === v)));
}

const ranks: Record<string, number> = { critical: 3, error: 2, warning: 1, info: 0 };
export function rankOf(labels: Labels): number {
  const word = (labels['severity'] ?? '').toLowerCase();
  return Object.hasOwn(ranks, word) ? ranks[word]! : -1;
}
