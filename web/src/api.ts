// api.ts - all that the console knows comes through the native API, and nothing else.
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';

export const base = new URL('../api/belfry/v1/', location.origin + location.pathname).href;

export interface Session { user: string | null; account: string; token: string; policies: string[] }
export const session = signal<Session | null | undefined>(undefined); // undefined: not asked yet

// `belfry alertmanager` without users: whoever reaches the page may look, silence and
// acknowledge, and says who they are; the rest the server refuses.
export const isOpen = (): boolean => session.value?.user === '';
export const mayChange = (): boolean => !isOpen() && !session.value?.policies.every((p) => p === 'read-only');
export const visitor = signal(localStorage.getItem('belfry.visitor') ?? '');

export class Fault extends Error {
  constructor(readonly status: number, readonly fault: string, readonly field: string, message: string) { super(message); }
}

export async function ask<T = unknown>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(base + path, {
      method, credentials: 'same-origin',
      headers: { 'X-Belfry-Token': session.peek()?.token ?? '', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Fault(0, 'unreachable', '', 'Belfry cannot be reached');
  }
  const text = await answer.text();
  if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
  let said: { fault?: string; field?: string; message?: string } = {};
  try { said = JSON.parse(text); } catch { said = { message: `${answer.status} ${answer.statusText}` }; }
  if (answer.status === 401 && path !== 'session') session.value = null;
  throw new Fault(answer.status, said.fault ?? '', said.field ?? '', said.message ?? '');
}

export const get = <T = unknown>(path: string) => ask<T>('GET', path);

export async function openSession(): Promise<void> {
  const s = await get<Session>('session');
  session.value = s.user === null ? null : s;
}

// ---- what moved: server-sent events name it, a page asks again for what it shows ----

export type Kind = 'alerts' | 'deliveries' | 'book';
export const moved = { alerts: signal(0), deliveries: signal(0), book: signal(0) };
export const live = signal(false);
let source: EventSource | null = null;

export function listen(): void {
  source?.close();
  source = new EventSource(base + 'stream');
  source.onopen = () => { live.value = true; };
  source.onmessage = (e) => {
    const now = JSON.parse(e.data) as Record<Kind, number>;
    for (const kind of ['alerts', 'deliveries', 'book'] as const) moved[kind].value = now[kind];
  };
  source.onerror = () => {
    live.value = false;
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => { if (session.peek()) listen(); }, 5000);
  };
}
export function deafen(): void { source?.close(); source = null; live.value = false; }

// ---- data of a page ---------------------------------------------------------------

export interface Data<T> { data?: T; error?: Fault; again: () => void }

// Asks when `key` changes or what it depends on moved; what was there stays until then.
// Under a storm of changes an answer under way is waited for, then one more is asked.
export function useAsked<T>(key: string | null, load: () => Promise<T>, kinds: Kind[] = []): Data<T> {
  const version = kinds.map((k) => moved[k].value).join();
  const [state, set] = useState<{ key?: string; data?: T; error?: Fault }>({});
  const [tick, again] = useState(0);
  const run = useRef({ key: null as string | null, busy: false, stale: false });
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const r = run.current;
    const ask = () => {
      const mine = r.key;
      if (mine === null) return;
      r.busy = true;
      r.stale = false;
      const done = (next: (s: { key?: string; data?: T; error?: Fault }) => { key?: string; data?: T; error?: Fault }) => {
        if (r.key !== mine) return;
        r.busy = false;
        set(next);
        if (r.stale) ask();
      };
      latest.current().then((data) => done(() => ({ key: mine, data })),
        (error: Fault) => done((s) => (s.key === mine ? { ...s, error } : { key: mine, error })));
    };
    if (r.key === key && r.busy) { r.stale = true; return; }
    r.key = key;
    ask();
  }, [key, version, tick]);
  useEffect(() => () => { run.current.key = null; }, []);
  const here = state.key === key;
  return { data: here ? state.data : undefined, error: here ? state.error : undefined, again: () => again((n) => n + 1) };
}

export const useGet = <T>(path: string | null, ...kinds: Kind[]) => useAsked<T>(path, () => get<T>(path!), kinds);

// All pages of a list, at most `most` items.
export async function getAll<T>(path: string, most = 10_000): Promise<T[]> {
  const all: T[] = [];
  const join = path.includes('?') ? '&' : '?';
  for (let cursor: string | null = ''; cursor !== null && all.length < most;) {
    const page: { items: T[]; next: string | null } = await get(`${path}${join}limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}
export const useAll = <T>(path: string | null, ...kinds: Kind[]) => useAsked<T[]>(path, () => getAll<T>(path!), kinds);

// ---- shapes --------------------------------------------------------------------------

export type Labels = Record<string, string>;
export interface Matcher { name: string; op: string; value: string }
export interface Meta { revision: number; created: string; updated: string; provisioned: string }
export interface Ack { by: string; comment: string; at: string; expires_at: string | null; link: boolean }
export interface Alert {
  id: string; fingerprint: string; door: string; labels: Labels; annotations: Labels; starts_at: string; ends_at: string | null;
  updated_at: string; generator_url: string; receivers: string[]; state: string; silenced_by: string[]; inhibited_by: string[]; acknowledged: Ack | null;
}
export interface Trace { matchers: string[]; group_labels: Labels; group_key: string; template: string; lang: string; kept_back: { word?: string; reason?: string; by?: string; by_rule?: string }[] }
export interface Decision {
  told: boolean; word: string; reason: string; fix?: string; to: string; channel: string; address: string; route: string; contact_group: string;
  action_rule: string; topic: string; at?: string; waits?: string; waits_reason?: string; by?: string; by_rule?: string; route_rule?: string; trace?: Trace; key?: string;
}
export interface Explanation {
  sentence: string; at: string; told: number; decisions: Decision[]; routes: string[]; routes_looked_at: number;
  escalation: { step: number; at: string; word: string; to: string; channel: string; address: string; route: string; contact_group: string }[];
  nearest_miss: { route: string; matcher: string; misses: number } | null;
}
export interface RowAlert { id: string; fingerprint: string; alertname: string; status?: string; labels?: Labels; annotations?: Labels; starts_at?: string }
export interface Row {
  id: string; at: string; kind: 'decision' | 'attempt' | 'alert' | 'audit'; alert?: RowAlert; word: string; reason?: string; fix?: string; route?: string;
  contact_group?: string; action_rule?: string; topic?: string; to?: string; channel?: string; address?: string; key?: string; attempt?: number;
  detail?: {
    started?: string; connected?: string; finished?: string; remote?: string; status?: number; code?: number | string; said?: string; meaning?: string;
    subject?: string; next_try?: string | null; alert_count?: number; alerts?: RowAlert[]; trace?: Trace; bytes?: number;
    asked?: string; user?: string; key_id?: string; remote_address?: string; operation?: string; before?: unknown; after?: unknown;
  };
}
export interface Delivery { key: string; state: { word: string; ended: boolean; attempt?: number; next_try?: string }; decision: Row | null; attempts: Row[]; also_decided: Row[]; resent: Row[] }
export interface Address { channel: string; plain: string; secret: string; state: string; asked_at: string | null; confirmed_at: string | null }
export interface Contact { name: string; describe: string; lang: string; zone: string; addresses: Address[]; min_severity: { channel: string; severity: string }[]; quiet: unknown[]; quiet_except: string; meta: Meta }
export interface Group { name: string; describe: string; enable_subscribed: boolean; members: string[]; meta: Meta }
export interface Route {
  name: string; matchers: Matcher[]; group_by: string[]; group_wait: string; group_interval: string; repeat_interval: string; contact_groups: string[];
  action_rules: string[]; webhooks: { url: string }[]; position: number; parent: string; go_on: boolean; receiver: string; mute_intervals: string[];
  active_intervals: string[]; disabled: boolean; escalation: string; meta: Meta;
}
export interface Silence { id: string; matchers: Matcher[]; starts_at: string; ends_at: string; created_by: string; comment: string; meta: Meta }
export interface Page<T> { items: T[]; total?: number; next: string | null }
