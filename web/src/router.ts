// router.ts - every state of a page is its address: /console/<screen>?<what is shown>.
import { signal } from '@preact/signals';

export interface Place { screen: string; query: URLSearchParams }
export type Params = Record<string, string | undefined>;

const root = location.pathname.replace(/[^/]*$/, '');

function read(): Place {
  return { screen: location.pathname.slice(root.length), query: new URLSearchParams(location.search) };
}

// Links in messages that were sent before there was a console are Alertmanager's:
// /#/alerts?receiver=..&filter=.., /#/silences/new?filter=.., /#/silences/ID.
function translated(hash: string): string | null {
  const [path = '', query = ''] = hash.replace(/^#\//, '').split('?');
  const q = new URLSearchParams(query);
  const [first, second] = path.split('/');
  if (first === 'alerts') return href('alerts', { filter: q.get('filter') ?? undefined, receiver: q.get('receiver') ?? undefined });
  if (first === 'silences' && second === 'new') return href('silence', { filter: q.get('filter') ?? undefined });
  if (first === 'silences') return href('silences', { id: second });
  return first === 'status' ? href('settings') : null;
}

export function href(screen: string, params: Params = {}): string {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) q.set(name, value);
  const text = q.toString();
  return root + screen + (text ? `?${text}` : '');
}

if (location.hash.startsWith('#/')) {
  const to = translated(location.hash);
  if (to) history.replaceState(null, '', to);
}

export const place = signal<Place>(read());
addEventListener('popstate', () => { place.value = read(); });

export function go(screen: string, params: Params = {}, replace = false): void {
  const to = href(screen, params);
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  place.value = read();
  if (!replace) { scrollTo(0, 0); document.getElementById('main')?.focus(); }
}

// Changes some of what this screen shows.
export function show(params: Params, replace = true): void {
  const all: Params = Object.fromEntries(place.value.query);
  go(place.value.screen, { ...all, ...params }, replace);
}

export const asked = (name: string): string => place.value.query.get(name) ?? '';
