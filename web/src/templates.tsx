// templates.tsx - words: source, sample, and what comes out, rendered by the server as it
// is for a delivery.
import { useEffect, useState } from 'preact/hooks';
import { type Alert, ask, type Fault, type Meta, type Page, useAll, useAsked, useGet } from './api';
import { labelsText, nameOf } from './labels';
import { asked, show } from './router';
import { Copy, Field, Head } from './ui';
import { say } from './words';

interface Rendered { title?: string; text?: string; html?: string; json?: string; keyword_missing?: string[] }
interface Template { name: string; meta: Meta; [more: string]: unknown }

const forms = ['dingtalk', 'feishu', 'wecom', 'mail', 'sms', 'slack', 'telegram', 'teams'];
const starts: Record<string, string> = {
  go: '{{ range .Alerts }}{{ .Labels.alertname }} on {{ .Labels.instance }}: {{ .Annotations.summary }}\n{{ end }}',
  aom: '${event_name} ${event_severity}\n$event.metadata.alertname',
};

function Preview({ body }: { body: object }) {
  const key = JSON.stringify(body);
  const [settled, settle] = useState(key);
  useEffect(() => { const t = setTimeout(() => settle(key), 400); return () => clearTimeout(t); }, [key]);
  const x = useAsked(settled, () => ask<Rendered>('POST', 'preview', JSON.parse(settled)));
  if (x.error && !x.data) return <Wrong error={x.error} />;
  const d = x.data;
  const bytes = new TextEncoder().encode(d?.text ?? '').length;
  return <div data-test="rendered">{d?.keyword_missing && d.keyword_missing.length > 0 && <p class="problem">{say('The keyword is missing in:', '缺少关键词：')} {d.keyword_missing.join(', ')}</p>}
    <div class="bubble">{d?.title && <p><b><bdi>{d.title}</bdi></b></p>}<pre tabIndex={0}><bdi>{d?.text || d?.json}</bdi></pre></div>
    <p class="small">{say(`${bytes} bytes, ${[...(d?.text ?? '')].length} characters`, `${bytes} 字节，${[...(d?.text ?? '')].length} 字符`)}</p></div>;
}

// The server's words point with a caret below the line: as they are, in fixed width.
const Wrong = ({ error }: { error: Fault }) => <div class="problem" role="alert"><b>{say('The template fails:', '模板出错：')}</b><pre tabIndex={0}><bdi>{error.message}</bdi></pre></div>;

export function Templates() {
  const kind = asked('kind') || 'builtin', form = asked('form') || 'dingtalk', resolved = asked('status') === 'resolved', sample = asked('sample');
  const [texts, setTexts] = useState<Record<string, string>>({});
  const source = texts[kind] ?? sessionStorage.getItem(`belfry.template.${kind}`) ?? starts[kind] ?? '';
  const write = (text: string) => { sessionStorage.setItem(`belfry.template.${kind}`, text); setTexts({ ...texts, [kind]: text }); };
  const [keyword, setKeyword] = useState('');
  const recent = useGet<Page<Alert>>('alerts?limit=20', 'alerts');
  const stored = useAll<Template>('templates', 'book');
  const alert = recent.data?.items.find((a) => a.id === sample);
  const given = alert ?? { labels: { alertname: 'DiskFull', instance: 'db-1:9100', job: 'node', severity: 'critical' }, annotations: { summary: say('The disk of db-1 is almost full', 'db-1 磁盘空间不足'), description: say('3 GiB are left on /var', '/var 仅剩 3 GiB') } };
  const body = (lang: string) => ({ kind, lang, ...(kind === 'builtin' ? { form } : kind === 'aom' ? aomOf(source) : { template: source || ' ' }), ...(keyword ? { keywords: [keyword] } : {}),
    alerts: [{ labels: given.labels, annotations: given.annotations, ...(resolved ? { status: 'resolved' } : {}) }] });
  return <>
    <Head title={say('Templates', '模板')}><div class="tabs" role="group" aria-label={say('Kind', '类型')}>{[['builtin', say('our own texts', '内置文本')], ['go', 'Go'], ['aom', 'AOM']].map(([k, words]) =>
      <button type="button" key={k} aria-pressed={kind === k} onClick={() => show({ kind: k }, false)}>{words}</button>)}</div><Copy method="POST" path="preview" body={body('en')} /></Head>
    <div class="bar">{kind === 'builtin' && <Field label={say('As shown in', '渠道形式')}><select value={form} onChange={(e) => show({ form: e.currentTarget.value })}>{forms.map((f) => <option key={f} value={f}>{f}</option>)}</select></Field>}
      <Field label={say('Sample', '样例')}><select value={sample} onChange={(e) => show({ sample: e.currentTarget.value })}><option value="">DiskFull</option>{recent.data?.items.map((a) => <option key={a.id} value={a.id}>{nameOf(a.labels)} {labelsText(a.labels).slice(0, 60)}</option>)}</select></Field>
      <Field label={say('State', '状态')}><select value={resolved ? 'resolved' : ''} onChange={(e) => show({ status: e.currentTarget.value })}><option value="">{say('firing', '触发')}</option><option value="resolved">{say('resolved', '恢复')}</option></select></Field>
      {kind === 'builtin' && <Field label={say("The robot's keyword", '机器人关键词')}><input value={keyword} onInput={(e) => setKeyword(e.currentTarget.value)} /></Field>}</div>
    {kind !== 'builtin' && <Field label={say('Source', '模板内容')}><textarea class="code" rows={8} spellcheck={false} value={source} onInput={(e) => write(e.currentTarget.value)} /></Field>}
    {kind === 'aom' && stored.data && stored.data.length > 0 && <p class="picks">{say('Stored:', '已保存：')} {stored.data.map((t) => <button type="button" class="chip" key={t.name} onClick={() => write(contentOf(t))}><bdi>{t.name}</bdi></button>)}</p>}
    <div class="columns"><section aria-label="English"><h2>English</h2><Preview body={body('en')} /></section><section aria-label="中文" lang="zh-CN"><h2>中文</h2><Preview body={body('zh-cn')} /></section></div></>;
}

// AOM's templates are a list of texts, one a channel; a text alone is meant for DingTalk.
function aomOf(source: string): { template: string; channel: string } {
  let first = 'dingding';
  if (!source.trim().startsWith('[')) return { template: JSON.stringify([{ subType: first, topic: '', content: source || ' ' }]), channel: first };
  try { first = (JSON.parse(source) as { subType?: string }[])[0]?.subType ?? first; } catch { /* the server says what is wrong */ }
  return { template: source, channel: first };
}

// A stored template is a JSON text of channels, which is what a preview takes, too.
function contentOf(t: Template): string {
  const v = t['templates'];
  return typeof v === 'string' ? v : '';
}
