// users.tsx - who may sign in and call the APIs: users, what they may, and their keys. A
// key's secret is shown once, as the server says it once.
import { useState } from 'preact/hooks';
import { ask, mayChange, type Meta, useAll } from './api';
import { Delete, Dialog, Field, Mark, Problem, Provisioned, tell, useDoing } from './ui';
import { say } from './words';

interface Key { id: string; disabled: boolean; expires_at: string | null }
interface User { name: string; policies: string[]; access_keys: Key[]; password_hash: number; bearer_digest: number; meta: Meta }
interface Made { id: string; secret: string }

function Shown({ made, old, close, retire }: { made: Made; old?: Key; close: () => void; retire: () => void }) {
  return <Dialog title={say('The new key', '新密钥')} close={close}><p>{say('The secret is shown now and never again:', '密钥内容仅此一次显示：')}</p>
    <dl class="facts"><dt>{say('id', '编号')}</dt><dd><code>{made.id}</code></dd></dl><pre class="secret" tabIndex={0} data-test="secret">{made.secret}</pre>
    {old && <p class="note">{say('When everything uses the new one, disable', '全部切换后，请停用')} <code>{old.id}</code>. <button type="button" onClick={retire}>{say('Disable it now', '立即停用')}</button></p>}
    <button type="button" class="main" onClick={close}>{say('I have kept it', '已保存')}</button></Dialog>;
}

function Keys({ u, fixed }: { u: User; fixed: boolean }) {
  const doing = useDoing();
  const [made, set] = useState<{ made: Made; old?: Key } | null>(null);
  const path = `users/${encodeURIComponent(u.name)}/keys`;
  const make = async (old?: Key) => { const m = await doing.run(() => ask<Made>('POST', path, {})); if (m) set({ made: m, old }); };
  const turn = (k: Key, disabled: boolean) => doing.run(async () => { await ask('PATCH', `${path}/${encodeURIComponent(k.id)}`, { disabled }); tell(disabled ? say('Disabled.', '已停用。') : say('Enabled.', '已启用。')); });
  const drop = (k: Key) => doing.run(async () => { await ask('DELETE', `${path}/${encodeURIComponent(k.id)}`); tell(say('Deleted.', '已删除。')); });
  return <><ul class="plainlist">{u.access_keys.map((k) => <li key={k.id} data-test="key"><code><bdi>{k.id}</bdi></code> <Mark word={k.disabled ? 'refused' : 'ok'}>{k.disabled ? say('disabled', '已停用') : say('in use', '启用')}</Mark>
    {!fixed && <> <button type="button" disabled={doing.busy} onClick={() => make(k)}>{say('Rotate', '轮换')}</button> <button type="button" disabled={doing.busy} onClick={() => turn(k, !k.disabled)}>{k.disabled ? say('Enable', '启用') : say('Disable', '停用')}</button>
      {k.disabled && <button type="button" disabled={doing.busy} onClick={() => drop(k)}>{say('Delete', '删除')}</button>}</>}</li>)}</ul>
    <Problem error={doing.error} />{!fixed && <button type="button" disabled={doing.busy} onClick={() => make()}>{say('New key', '新建密钥')}</button>}
    {made && <Shown made={made.made} old={made.old} close={() => set(null)} retire={() => { void turn(made.old!, true); set(null); }} />}</>;
}

// One policy a line is a word; a document may stand over several, so it stands alone.
function Policies({ u, done }: { u?: User; done: () => void }) {
  const first = u?.policies[0] ?? 'read-only', word = first === 'full-access' || first === 'read-only';
  const [name, setName] = useState(u?.name ?? ''), [what, setWhat] = useState(word ? first : 'document'), [text, type] = useState(word ? '{"Version":"1","Statement":[{"Effect":"Allow","Action":["belfry:List*"],"Resource":"*"}]}' : first);
  const doing = useDoing();
  const save = async (e: Event) => {
    e.preventDefault();
    const policies = [what === 'document' ? text : what, ...(u?.policies.slice(1) ?? [])];
    const ok = await doing.run(() => ask('PUT', `users/${encodeURIComponent(name)}`, { policies }, u ? {} : { 'If-None-Match': '*' }).then(() => true));
    if (ok) { tell(say('Saved.', '已保存。')); done(); }
  };
  return <form class="card" onSubmit={save}><div class="bar"><Field label={say('Name', '名称')}><input required readOnly={!!u} value={name} onInput={(e) => setName(e.currentTarget.value)} /></Field>
    <Field label={say('May', '权限')}><select value={what} onChange={(e) => setWhat(e.currentTarget.value)}><option value="read-only">{say('look only', '只读')}</option><option value="full-access">{say('do everything', '完全访问')}</option><option value="document">{say('as a policy says', '按策略文档')}</option></select></Field></div>
    {what === 'document' && <Field label={say('RAM policy', 'RAM 策略')}><textarea class="code" rows={6} spellcheck={false} value={text} onInput={(e) => type(e.currentTarget.value)} /></Field>}
    <Problem error={doing.error} /><p class="tools"><button class="main" disabled={doing.busy || !name}>{say('Save', '保存')}</button><button type="button" onClick={done}>{say('Cancel', '取消')}</button></p></form>;
}

function One({ u }: { u: User }) {
  const [editing, edit] = useState(false), doing = useDoing();
  const fixed = !!u.meta.provisioned || !mayChange();
  return <li class="card" data-test="user"><div class="between"><b><bdi>{u.name}</bdi></b><span class="tools">{!fixed && <><button type="button" onClick={() => edit(!editing)}>{say('What they may', '修改权限')}</button>
    <Delete busy={doing.busy} run={() => { void doing.run(async () => { await ask('DELETE', `users/${encodeURIComponent(u.name)}`); tell(say('Deleted.', '已删除。')); }); }} /></>}</span></div>
    <p><bdi>{u.policies.join(', ') || say('may nothing', '无权限')}</bdi> <span class="small">{[u.password_hash > 0 && say('password', '密码'), u.bearer_digest > 0 && say('bearer key', 'Bearer 密钥')].filter(Boolean).join(' · ')}</span></p>
    <Provisioned meta={u.meta} /><Problem error={doing.error} />{editing && <Policies u={u} done={() => edit(false)} />}<Keys u={u} fixed={fixed} /></li>;
}

export function Users() {
  const users = useAll<User>('users', 'book'), [making, make] = useState(false);
  if (!users.data) return null;
  return <><div class="between"><h2>{say('Users and keys', '用户与密钥')}</h2>{mayChange() && <button type="button" onClick={() => make(!making)}>{say('New user', '新建用户')}</button>}</div>
    {making && <Policies done={() => make(false)} />}<ul class="list">{users.data.map((u) => <One key={u.name} u={u} />)}</ul></>;
}
