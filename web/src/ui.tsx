// ui.tsx - the small pieces of which every screen is made.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { base, type Data, type Fault, isOpen, type Labels, type Matcher, type Meta, visitor } from './api';
import { matcherText } from './labels';
import { go, href, type Params } from './router';
import { absolute, outcome, relative, say, severity } from './words';

type Children = { children?: ComponentChildren };

type LinkProps = { to: string; q?: Params; class?: string; title?: string; 'aria-current'?: 'page' } & Children;
export function Link({ to, q, children, ...rest }: LinkProps) {
  const click = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(to, q);
  };
  return <a {...rest} href={href(to, q)} onClick={click}>{children}</a>;
}

export const Time = ({ at, past }: { at: string | number | null | undefined; past?: boolean }) =>
  at ? <time dateTime={new Date(at).toISOString()} title={absolute(at)}>{past ? absolute(at) : relative(at)}</time> : <span>–</span>;

// Colour, symbol and word: red is good on some exchanges, and some see no colour.
const symbols: Record<string, string> = { critical: '▲', error: '◆', warning: '●', info: '○' };
export function Severity({ labels }: { labels: Labels }) {
  const word = (labels['severity'] ?? '').toLowerCase();
  const known = Object.hasOwn(symbols, word);
  return <span class={`severity ${known ? word : 'none'}`}><span aria-hidden="true">{known ? symbols[word] : '·'}</span> {severity(word)}</span>;
}

const good = ['told', 'delivered', 'accepted', 'ok'], bad = ['refused', 'unfit', 'dead_letter', 'quarantined', 'unknown'];
const slow = ['deferred', 'waiting', 'sending', 'pending'];
export const tone = (word: string): 'good' | 'bad' | 'slow' | 'quiet' =>
  (good.includes(word) ? 'good' : bad.includes(word) ? 'bad' : slow.includes(word) ? 'slow' : 'quiet');
const marks = { good: '✓', bad: '✗', slow: '…', quiet: '–' };
export const Mark = ({ word, children }: { word: string } & Children) =>
  <span class={`mark ${tone(word)}`}><span aria-hidden="true">{marks[tone(word)]}</span> {children ?? outcome(word)}</span>;

export const Chip = ({ matcher, drop }: { matcher: Matcher; drop?: () => void }) =>
  <span class="chip"><bdi>{matcherText(matcher)}</bdi>{drop && <button type="button" aria-label={`${say('Remove', '移除')} ${matcherText(matcher)}`} onClick={drop}>×</button>}</span>;

// A label that filters when it is clicked.
export const Label = ({ name, value, pick }: { name: string; value: string; pick?: (m: Matcher) => void }) => (pick
  ? <button type="button" class="chip" title={say('Click: only these. Alt-click: without these.', '点击：仅看这些。Alt+点击：排除这些。')}
    onClick={(e) => pick({ name, op: e.altKey ? '!=' : '=', value })}><bdi>{name}=<b>{value}</b></bdi></button>
  : <span class="chip"><bdi>{name}=<b>{value}</b></bdi></span>);
export const LabelList = ({ labels, skip = {}, pick }: { labels: Labels; skip?: Labels; pick?: (m: Matcher) => void }) =>
  <span class="labels">{Object.entries(labels).filter(([k]) => !Object.hasOwn(skip, k)).map(([k, v]) => <Label key={k} name={k} value={v} pick={pick} />)}</span>;

export const Problem = ({ error }: { error?: Fault | null }) =>
  (error ? <p class="problem" role="alert"><b>{say('That did not work.', '操作未成功。')}</b> <bdi>{error.message}</bdi></p> : null);

export function Loaded<T>({ of, children }: { of: Data<T>; children: (data: T) => ComponentChildren }) {
  if (of.data !== undefined) return <><Problem error={of.error} />{children(of.data)}</>;
  if (of.error) return <><Problem error={of.error} /><button type="button" onClick={of.again}>{say('Try again', '重试')}</button></>;
  return <p class="loading" role="status">{say('Loading', '加载中')} …</p>;
}

export const Empty = ({ children }: Children) => <div class="empty">{children}</div>;

export const Head = ({ title, children }: { title: string } & Children) => {
  useEffect(() => { document.title = `${title} · Belfry`; }, [title]);
  return <header class="head"><h1>{title}</h1><div class="tools">{children}</div></header>;
};

export const Field = ({ label, hint, children }: { label: string; hint?: string } & Children) =>
  <label class="field"><span>{label}</span>{children}{hint && <small>{hint}</small>}</label>;

// Where nobody signs in, whoever silences or acknowledges says who they are.
export const Visitor = () => (isOpen() ? <Field label={say('Your name', '你的姓名')}><input required value={visitor.value}
  onInput={(e) => { visitor.value = e.currentTarget.value; localStorage.setItem('belfry.visitor', visitor.value); }} /></Field> : null);

// What was asked, for a terminal. The key is not ours to show: it stands in $BELFRY_TOKEN.
const shell = (s: string): string => `'${s.replaceAll("'", `'\\''`)}'`;
export function curlOf(method: string, path: string, body?: unknown): string {
  return `curl${method === 'GET' ? '' : ` -X ${method}`} -H "Authorization: Bearer $BELFRY_TOKEN"` +
    (body === undefined ? '' : ` \\\n  -H 'Content-Type: application/json' -d ${shell(JSON.stringify(body))}`) + ` \\\n  ${shell(base + path)}`;
}
export function Copy({ method = 'GET', path, body, command }: { method?: string; path: string; body?: unknown; command?: string }) {
  const [done, set] = useState('');
  const text = curlOf(method, path, body);
  const copy = (what: string) => {
    navigator.clipboard?.writeText(what).then(() => { set(say('copied', '已复制')); setTimeout(() => set(''), 2000); }, () => set(say('mark the text and copy it', '请选中文本复制')));
  };
  return <details class="copy"><summary>{say('as command', '命令行')}</summary><div>
    <pre tabIndex={0}>{text}</pre><button type="button" onClick={() => copy(text)}>{say('Copy as curl', '复制 curl')}</button>
    {command && <><pre tabIndex={0}>{command}</pre><button type="button" onClick={() => copy(command)}>{say('Copy as belfry', '复制 belfry 命令')}</button></>}
    <span role="status">{done}</span></div></details>;
}
export const shellWord = shell;

export const Provisioned = ({ meta }: { meta?: Meta }) => (meta?.provisioned
  ? <p class="note">{say('This stands in a file and is changed there:', '此项由文件配置，请在文件中修改：')} <code><bdi>{meta.provisioned}</bdi></code></p> : null);

// A dialog that takes the focus, and gives it back.
export function Dialog({ title, close, children }: { title: string; close: () => void } & Children) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const d = ref.current!;
    d.showModal();
    return () => d.close();
  }, []);
  return <dialog ref={ref} aria-label={title} onCancel={close} onClick={(e) => { if (e.target === ref.current) close(); }}>
    <div class="dialog"><header><h2>{title}</h2><button type="button" class="plain" aria-label={say('Close', '关闭')} onClick={close}>×</button></header>{children}</div></dialog>;
}

// What people put into a thing: not how often it was stored, nor what became of it since.
export const contentOf = (thing: unknown): string => JSON.stringify(thing, (k, v) => (/^(meta|state|code|.*_at)$/.test(k) ? undefined : v));

// A form begins with one version of a thing and is saved over that one alone. Until somebody
// types it follows what others change; then it says so, and loses neither theirs nor ours.
export function Steady<T extends { meta: Meta }>({ of, title, form }: { of: Data<T>; title: string; form: (began: T, now: T, saved: (t: T) => void) => ComponentChildren }) {
  const [began, begin] = useState<{ as: T; turn: number } | null>(null), touched = useRef(false);
  const now = of.data, base = began?.as ?? now, newer = !!now && !!base && now.meta.revision > base.meta.revision;
  const adopt = (t: T) => { touched.current = false; begin({ as: t, turn: (began?.turn ?? 0) + 1 }); };
  const keep = (t: T) => { begin({ as: t, turn: began?.turn ?? 0 }); };
  useEffect(() => {
    if (!now || (began && !newer)) return;
    if (!began || contentOf(now) === contentOf(began.as)) keep(now);
    else if (!touched.current) adopt(now);
  }, [now, began]);
  if (!now || !base) return <><Head title={title} /><Loaded of={of}>{() => null}</Loaded></>;
  const touch = (e: Event) => { const at = e.target as Element; if (at.closest('form') && !at.closest('button.main')) touched.current = true; };
  return <div onInput={touch} onChange={touch} onClick={touch} key={began?.turn ?? 0}>
    <Problem error={of.error} />
    {newer && touched.current && contentOf(now) !== contentOf(base) && <p class="problem" role="alert" data-test="newer">{say('Somebody changed this meanwhile. What you typed is still here, and cannot be saved over theirs.', '此项已被他人修改。你的输入仍保留，但不能覆盖他人的修改。')}{' '}
      <button type="button" onClick={() => adopt(now)}>{say('Show what is there now', '显示最新内容')}</button></p>}
    {form(base, now, (t) => { touched.current = false; keep(t); })}</div>;
}

// Twice, and before the second time it says what hangs on it.
export function Delete({ busy, run, children }: { busy: boolean; run: () => void } & Children) {
  const [sure, ask] = useState(false);
  return sure ? <span class="tools" role="group" aria-label={say('Delete', '删除')}><span class="badtext">{say('Delete it?', '确定删除？')}</span> {children}
    <button type="button" disabled={busy} onClick={run}>{say('Yes, delete', '确定删除')}</button><button type="button" ref={(b) => b?.focus()} onClick={() => ask(false)}>{say('Keep it', '保留')}</button></span>
    : <button type="button" disabled={busy} onClick={() => ask(true)}>{say('Delete', '删除')}</button>;
}

// Doing something, with what came of it; one at a time.
export function useDoing() {
  const [state, set] = useState<{ busy: boolean; error: Fault | null }>({ busy: false, error: null });
  const run = async <T,>(what: () => Promise<T>): Promise<T | undefined> => {
    set({ busy: true, error: null });
    try {
      const answer = await what();
      set({ busy: false, error: null });
      return answer;
    } catch (error) {
      set({ busy: false, error: error as Fault });
      return undefined;
    }
  };
  return { ...state, run, clear: () => set({ busy: false, error: null }) };
}

// Said once, in a corner and to screen readers.
const note = signal('');
let noteTimer = 0;
export function tell(words: string): void {
  note.value = words;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => { note.value = ''; }, 5000);
}
export const Told = () => <div class={note.value ? 'told' : 'told off'} role="status">{note.value}</div>;

// Keys act where nobody types.
export function useKeys(keys: Record<string, () => void>): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const at = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || document.querySelector('dialog[open]')) return;
      const act = now.current[e.key];
      if (act) { e.preventDefault(); act(); }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
