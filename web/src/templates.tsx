// templates.tsx - words: source, sample, and what comes out, rendered by the server as it
// is for a delivery. Our own texts are looked at, Go's are tried, AOM's are stored here, too.
import { useEffect, useState } from 'preact/hooks';
import { type Alert, ask, type Fault, mayChange, type Meta, type Page, useAll, useAsked, useGet } from './api';
import { labelsText, nameOf } from './labels';
import { Marked } from './markup';
import { asked, show } from './router';
import { Copy, Delete, Field, Head, Mark, Problem, Provisioned, tell, useDoing } from './ui';
import { say } from './words';

interface Rendered { title?: string; text?: string; html?: string; json?: string; keyword_missing?: string[]; room?: { unit: string; used: number; most: number } }
interface Template { name: string; locale: string; templates: string; desc: string; meta: Meta }
interface Part { subType: string; topic?: string; content: string; version?: string; sendType?: string }

const forms = ['mail', 'dingtalk', 'feishu_card', 'wecom', 'wecom_app', 'sms', 'voice', 'slack_blocks', 'telegram', 'teams', 'discord', 'matrix', 'ntfy'];
// AOM's word for a channel, and the form whose limits hold there.
const channels: Record<string, string> = { email: 'mail', sms: 'sms', dingding: 'dingtalk', wechat: 'wecom', feishu: 'feishu_text', voice: 'voice', webhook: 'mail', welink: 'mail', espace: 'mail' };
const startOfGo = '{{ range .Alerts }}{{ .Labels.alertname }} on {{ .Labels.instance }}: {{ .Annotations.summary }}\n{{ end }}';

const units: Record<string, [string, string]> = { bytes: ['bytes', '字节'], characters: ['characters', '字符'], utf16: ['UTF-16 units', 'UTF-16 单元'], json: ['bytes in JSON', '字节（JSON）'] };

// A text message is cut into parts: of 70 characters alone, of 67 together; of plain Latin more.
function partsOf(text: string): number {
  const plain = /^[\n\r -_a-~]*$/.test(text), n = text.length, [alone, each] = plain ? [160, 153] : [70, 67];
  return n <= alone ? 1 : Math.ceil(n / each);
}

function Room({ d, form }: { d: Rendered; form: string }) {
  const text = d.text ?? '', bytes = new TextEncoder().encode(text).length, room = d.room;
  return <p class="small" data-test="room">{room ? <>{room.used > room.most ? <Mark word="refused">{say('too long', '超长')}</Mark> : null} {room.used} / {room.most} {say(...(units[room.unit] ?? ['', '']))}
    {' '}<meter min={0} max={room.most} value={room.used} aria-label={say('Room', '长度')} /></> : say(`${bytes} bytes, ${[...text].length} characters`, `${bytes} 字节，${[...text].length} 字符`)}
    {form === 'sms' && say(`, ${partsOf(text)} part(s)`, `，${partsOf(text)} 条短信`)}</p>;
}

function Preview({ body, form }: { body: object; form: string }) {
  const key = JSON.stringify(body);
  const [settled, settle] = useState(key), [raw, setRaw] = useState(false);
  useEffect(() => { const t = setTimeout(() => settle(key), 400); return () => clearTimeout(t); }, [key]);
  const x = useAsked(settled, () => ask<Rendered>('POST', 'preview', JSON.parse(settled)));
  if (x.error && !x.data) return <Wrong error={x.error} />;
  const d = x.data, text = d?.text || d?.json || '';
  return <div data-test="rendered">{d?.keyword_missing && d.keyword_missing.length > 0 && <p class="problem">{say('The keyword is missing in:', '缺少关键词：')} {d.keyword_missing.join(', ')}</p>}
    <div class={`bubble ${form}`}>{d?.title && <p><b><bdi>{d.title}</bdi></b></p>}{raw || !Marked.knows(form) ? <pre tabIndex={0}><bdi>{text}</bdi></pre> : <Marked text={text} />}</div>
    {d && <Room d={d} form={form} />}
    {Marked.knows(form) && <label class="check"><input type="checkbox" checked={raw} onChange={(e) => setRaw(e.currentTarget.checked)} /> {say('as it is sent', '显示原文')}</label>}</div>;
}

// The server's words point with a caret below the line: as they are, in fixed width.
const Wrong = ({ error }: { error: Fault }) => <div class="problem" role="alert"><b>{say('The template fails:', '模板出错：')}</b><pre tabIndex={0}><bdi>{error.message}</bdi></pre></div>;

function partsIn(text: string): Part[] {
  try { const v = JSON.parse(text) as unknown; return Array.isArray(v) ? v as Part[] : []; } catch { return []; }
}
interface Draft { name: string; locale: string; parts: Part[]; revision?: number /* it began with */ }
const emptyDraft = (): Draft => ({ name: '', locale: say('en-us', 'zh-cn'), parts: [{ subType: 'dingding', content: '${event_name} ${event_severity}\n$event.metadata.alertname' }] });
function kept(): Draft | null {
  try { return JSON.parse(sessionStorage.getItem('belfry.template.aom') ?? 'null') as Draft | null; } catch { return null; }
}

// A stored template, one text a channel.
function Stored({ draft, write, at, pick, stored }: { draft: Draft; write: (d: Draft) => void; at: number; pick: (i: number) => void; stored: Template[] }) {
  const doing = useDoing(), was = stored.find((t) => t.name === draft.name), part = draft.parts[at];
  const set = (more: Partial<Part>) => write({ ...draft, parts: draft.parts.map((p, i) => (i === at ? { ...p, ...more } : p)) });
  const path = `templates/${encodeURIComponent(draft.name)}`, body = { locale: draft.locale, desc: was?.desc ?? '', templates: JSON.stringify(draft.parts) };
  const fixed = !mayChange() || !!was?.meta.provisioned || draft.name.startsWith('aom.built-in.');
  const save = () => doing.run(async () => { const made = await ask<Template>('PUT', path, body, was ? { 'If-Match': `"${draft.revision ?? was.meta.revision}"` } : { 'If-None-Match': '*' }); write({ ...draft, revision: made.meta.revision }); tell(say('Saved.', '已保存。')); });
  const remove = () => doing.run(async () => { await ask('DELETE', path); write(emptyDraft()); tell(say('Deleted.', '已删除。')); });
  const free = Object.keys(channels).filter((c) => !draft.parts.some((p) => p.subType === c));
  return <><p class="picks">{stored.map((t) => <button type="button" class="chip" key={t.name} aria-pressed={t.name === draft.name} onClick={() => { pick(0); write({ name: t.name, revision: t.meta.revision, locale: t.locale || 'zh-cn', parts: partsIn(t.templates) }); }}><bdi>{t.name}</bdi></button>)}
    {mayChange() && <button type="button" class="chip" onClick={() => { pick(0); write(emptyDraft()); }}>{say('a new one', '新建模板')}</button>}</p>
    <Provisioned meta={was?.meta} />
    <div class="bar"><Field label={say('Name', '名称')}><input value={draft.name} onInput={(e) => write({ ...draft, name: e.currentTarget.value })} /></Field>
      <Field label={say('Language', '语言')}><select value={draft.locale} onChange={(e) => write({ ...draft, locale: e.currentTarget.value })}><option value="zh-cn">中文</option><option value="en-us">English</option></select></Field>
      <div class="tabs" role="group" aria-label={say('Channel', '渠道')}>{draft.parts.map((p, i) => <button type="button" key={i} aria-pressed={i === at} onClick={() => pick(i)}>{p.subType}</button>)}</div>
      {free.length > 0 && <select aria-label={say('Add a channel', '添加渠道')} value="" onChange={(e) => { const c = e.currentTarget.value; if (c) { pick(draft.parts.length); write({ ...draft, parts: [...draft.parts, { subType: c, content: '${event_name}' }] }); } }}><option value="">{say('add a channel', '添加渠道')}</option>{free.map((c) => <option key={c} value={c}>{c}</option>)}</select>}
      {draft.parts.length > 1 && <button type="button" onClick={() => { pick(0); write({ ...draft, parts: draft.parts.filter((_, i) => i !== at) }); }}>{say('Without this channel', '移除此渠道')}</button>}</div>
    {part && <>{part.subType === 'email' && <Field label={say('Subject', '标题')}><input class="wide" value={part.topic ?? ''} onInput={(e) => set({ topic: e.currentTarget.value })} /></Field>}
      <Field label={say('Source', '模板内容')}><textarea class="code" rows={8} spellcheck={false} value={part.content} onInput={(e) => set({ content: e.currentTarget.value })} /></Field></>}
    <Problem error={doing.error} />
    {!fixed && <p class="tools"><button type="button" class="main" disabled={doing.busy || !draft.name} onClick={save}>{say('Save', '保存')}</button>{was && <Delete busy={doing.busy} run={remove} />}</p>}
    <p class="note">{say('A name that the alert does not have comes out as NA.', '告警中不存在的变量显示为 NA。')}</p></>;
}

export function Templates() {
  const kind = asked('kind') || 'builtin', form = asked('form') || 'dingtalk', resolved = asked('status') === 'resolved', sample = asked('sample');
  const [go, setGo] = useState(sessionStorage.getItem('belfry.template.go') ?? startOfGo), [draft, setDraft] = useState<Draft>(kept() ?? emptyDraft()), [at, pick] = useState(0);
  const writeGo = (text: string) => { sessionStorage.setItem('belfry.template.go', text); setGo(text); };
  const write = (d: Draft) => { sessionStorage.setItem('belfry.template.aom', JSON.stringify(d)); setDraft(d); };
  const [keyword, setKeyword] = useState('');
  const recent = useGet<Page<Alert>>('alerts?limit=20', 'alerts'), stored = useAll<Template>('templates', 'book');
  const given = recent.data?.items.find((a) => a.id === sample) ?? { labels: { alertname: 'DiskFull', instance: 'db-1:9100', job: 'node', severity: 'critical' }, annotations: { summary: say('The disk of db-1 is almost full', 'db-1 磁盘空间不足'), description: say('3 GiB are left on /var', '/var 仅剩 3 GiB') } };
  const part = draft.parts[at], shape = kind === 'builtin' ? form : kind === 'aom' ? (part && Object.hasOwn(channels, part.subType) ? channels[part.subType]! : 'mail') : 'text';
  const body = (lang: string) => ({ kind, lang, ...(kind === 'builtin' ? { form } : kind === 'aom' ? { template: JSON.stringify(draft.parts), channel: part?.subType ?? 'email', form: shape } : { template: go || ' ' }), ...(keyword && kind !== 'go' ? { keywords: [keyword] } : {}),
    alerts: [{ labels: given.labels, annotations: given.annotations, ...(resolved ? { status: 'resolved' } : {}) }] });
  return <>
    <Head title={say('Templates', '模板')}><div class="tabs" role="group" aria-label={say('Kind', '类型')}>{[['builtin', say('our own texts', '内置文本')], ['go', 'Go'], ['aom', 'AOM']].map(([k, words]) =>
      <button type="button" key={k} aria-pressed={kind === k} onClick={() => show({ kind: k }, false)}>{words}</button>)}</div><Copy method="POST" path="preview" body={body('en')} /></Head>
    <div class="bar">{kind === 'builtin' && <Field label={say('As shown in', '渠道形式')}><select value={form} onChange={(e) => show({ form: e.currentTarget.value })}>{forms.map((f) => <option key={f} value={f}>{f}</option>)}</select></Field>}
      <Field label={say('Sample', '示例告警')}><select value={sample} onChange={(e) => show({ sample: e.currentTarget.value })}><option value="">DiskFull</option>{recent.data?.items.map((a) => <option key={a.id} value={a.id}>{nameOf(a.labels)} {labelsText(a.labels).slice(0, 60)}</option>)}</select></Field>
      <Field label={say('State', '状态')}><select value={resolved ? 'resolved' : ''} onChange={(e) => show({ status: e.currentTarget.value })}><option value="">{say('firing', '触发')}</option><option value="resolved">{say('resolved', '恢复')}</option></select></Field>
      {kind !== 'go' && <Field label={say("The robot's keyword", '机器人关键词')}><input value={keyword} onInput={(e) => setKeyword(e.currentTarget.value)} /></Field>}</div>
    {kind === 'go' && <><Field label={say('Source', '模板内容')}><textarea class="code" rows={8} spellcheck={false} value={go} onInput={(e) => writeGo(e.currentTarget.value)} /></Field>
      <p class="note">{say('Go templates stand in alertmanager.yml and its template files: here they are tried, there they are kept.', 'Go 模板保存在 alertmanager.yml 及其模板文件中，此处仅用于试验。')}</p></>}
    {kind === 'aom' && <Stored draft={draft} write={write} at={at} pick={pick} stored={stored.data ?? []} />}
    <div class="columns"><section aria-label="English"><h2>English</h2><Preview body={body('en')} form={shape} /></section><section aria-label="中文" lang="zh-CN"><h2>中文</h2><Preview body={body('zh-cn')} form={shape} /></section></div></>;
}
