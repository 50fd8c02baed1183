// told.ts - what the last day's rows of history say of each alert: who was told with what
// outcome, and how many messages in which hour.
import { get, type Page, type Row, useAsked } from './api';
import { tone } from './ui';

export interface Story { hours: number[]; last: Map<string, string> }
export const day = 86_400_000, hour = 3_600_000;

export function storiesOf(rows: Row[], until: number): Map<string, Story> {
  const all = new Map<string, Story>(), ended = new Map<string, string>();
  const story = (fingerprint: string) => {
    let s = all.get(fingerprint);
    if (!s) all.set(fingerprint, s = { hours: Array<number>(24).fill(0), last: new Map() });
    return s;
  };
  for (const row of rows) { // newest first
    if (row.kind === 'attempt') { if (row.key && !ended.has(row.key)) ended.set(row.key, row.word); continue; }
    if (row.kind !== 'decision') continue;
    const cell = 23 - Math.floor((until - new Date(row.at).getTime()) / hour);
    for (const a of row.detail?.alerts ?? (row.alert ? [row.alert] : [])) {
      const s = story(a.fingerprint), who = `${row.to ?? ''}\n${row.channel ?? ''}`;
      if (row.word === 'told' && cell >= 0 && cell < 24) s.hours[cell]!++;
      if (row.to && row.channel && !s.last.has(who)) s.last.set(who, row.word === 'told' ? (row.key && ended.get(row.key)) || 'waiting' : row.word);
    }
  }
  return all;
}

export const sinceText = (ms: number): string => new Date(Math.floor((Date.now() - ms) / 60_000) * 60_000).toISOString();

export function useStories() {
  return useAsked('stories', async () => {
    const page = await get<Page<Row>>(`deliveries?kind=decision,attempt&limit=1000&since=${encodeURIComponent(sinceText(day))}`);
    return storiesOf(page.items, Date.now());
  }, ['deliveries']);
}

// "2/3": of those who should have been told, how many were.
export function score(s: Story | undefined): { good: number; all: number; bad: number } {
  const tones = [...(s?.last.values() ?? [])].map(tone);
  return { good: tones.filter((t) => t === 'good').length, bad: tones.filter((t) => t === 'bad').length, all: tones.filter((t) => t !== 'quiet').length };
}
