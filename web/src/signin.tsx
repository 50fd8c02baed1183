// signin.tsx - a user's name and password, as configured for the account.
import { useEffect, useState } from 'preact/hooks';
import { ask, type Session, session } from './api';
import { Field, Problem, useDoing } from './ui';
import { say } from './words';

export function SignIn() {
  const [user, setUser] = useState(''), [password, setPassword] = useState('');
  const doing = useDoing();
  const send = async (e: Event) => {
    e.preventDefault();
    const s = await doing.run(() => ask<Session>('POST', 'session', { user, password }));
    if (s) session.value = s;
  };
  useEffect(() => { document.title = `${say('Sign in', '登录')} · Belfry`; });
  return <main id="main" class="signin"><h1>Belfry</h1>
    <p>{say('Tells the right people that something is wrong, and can prove that it did.', '把出问题的消息告诉对的人，并能证明已经送达。')}</p>
    <form onSubmit={send}>
      <Field label={say('User', '用户')}><input name="user" autocomplete="username" autocapitalize="none" required value={user} onInput={(e) => setUser(e.currentTarget.value)} /></Field>
      <Field label={say('Password', '密码')}><input name="password" type="password" autocomplete="current-password" required value={password} onInput={(e) => setPassword(e.currentTarget.value)} /></Field>
      <Problem error={doing.error} />
      <button class="main" disabled={doing.busy}>{say('Sign in', '登录')}</button>
    </form>
    <p class="note">{say('Fresh installation: user and password stand in', '全新安装时，用户名和密码在')} <code>belfry-data/first-run.txt</code></p>
  </main>;
}
