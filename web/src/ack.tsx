// ack.tsx - taking alerts on: reminders and escalation rest until they are resolved.
import { useState } from 'preact/hooks';
import { type Alert, ask, isOpen, visitor } from './api';
import { nameOf } from './labels';
import { Dialog, Field, Problem, tell, useDoing, Visitor } from './ui';
import { plural, say } from './words';

export function AckDialog({ alerts, close, done }: { alerts: Alert[]; close: () => void; done: () => void }) {
  const [comment, set] = useState(''), [until, setUntil] = useState('');
  const doing = useDoing();
  const send = async (e: Event) => {
    e.preventDefault();
    const body = { comment, ...(isOpen() ? { by: visitor.value } : {}), ...(until ? { expires_at: new Date(Date.now() + Number(until) * 60_000).toISOString() } : {}) };
    const ok = await doing.run(async () => {
      for (const a of alerts) await ask('POST', `alerts/${a.id}/ack`, body);
      return true;
    });
    if (ok) { tell(say(`${alerts.length} taken on.`, `已认领 ${alerts.length} 条。`)); done(); }
  };
  return <Dialog title={say('Acknowledge', '认领')} close={close}><form onSubmit={send}>
    <p>{plural(alerts.length, 'alert', 'alerts', '条告警')}: <bdi>{[...new Set(alerts.map((a) => nameOf(a.labels)))].slice(0, 5).join(', ')}</bdi></p>
    <p class="note">{say('No reminders and no escalation until it is resolved. Whatever is new is told as ever: a worse severity, another alert, the end.', '恢复前不再重复提醒，也不再升级。新情况（级别上升、新增告警、恢复）照常通知。')}</p>
    <Field label={say('For how long', '时长')}><select value={until} onChange={(e) => setUntil(e.currentTarget.value)}><option value="">{say('until it is resolved', '直到恢复')}</option>
      <option value="15">{say('15 minutes', '15 分钟')}</option><option value="60">{say('1 hour', '1 小时')}</option><option value="240">{say('4 hours', '4 小时')}</option></select></Field>
    <Field label={say('Comment', '备注')}><input value={comment} onInput={(e) => set(e.currentTarget.value)} /></Field>
    <Visitor /><Problem error={doing.error} />
    <button class="main" disabled={doing.busy}>{say('I take it on', '我来处理')}</button></form></Dialog>;
}
