// people.tsx - who can be told, how, and whether that would work: contacts and groups.
import { useEffect, useState } from 'preact/hooks';
import { type Address, ask, mayChange, type Contact, type Decision, type Group, type Route, useAll, useGet } from './api';
import { asked, go } from './router';
import { Calendar } from './calendar';
import { useDelivery } from './deliveries';
import { contentOf, Copy, Delete, Empty, Field, Head, Link, Loaded, Mark, Problem, Provisioned, shellWord, Steady, tell, Time, useDoing } from './ui';
import { addressKinds, addressState, channel, outcome, plural, say, meaning } from './words';

const works = (c: Contact | undefined): boolean => !!c && c.addresses.some((a) => a.state === 'ok');
const shown = (a: Address): string => a.plain || a.secret;
const AddressMark = ({ a }: { a: Address }) => <Mark word={a.state === 'cancelled' ? 'refused' : a.state}>{addressState(a.state)}</Mark>;

export function People() {
  const contacts = useAll<Contact>('contacts', 'book'), groups = useAll<Group>('contact-groups', 'book');
  const [text, type] = useState('');
  const byName = new Map(contacts.data?.map((c) => [c.name, c]));
  const fits = (words: string) => words.toLowerCase().includes(text.toLowerCase());
  return <>
    <Head title={say('People', '联系人')}><input data-search aria-label={say('Search', '搜索')} placeholder={say('search', '搜索')} value={text} onInput={(e) => type(e.currentTarget.value)} />
      {mayChange() && <><Link class="button main" to="contact">{say('New contact', '新建联系人')}</Link><Link class="button" to="group">{say('New group', '新建联系人组')}</Link><Link class="button" to="import">{say('Import', '导入')}</Link></>}<Copy path="contacts" command="belfry get contacts" /></Head>
    <h2>{say('Contacts', '联系人')}</h2>
    <Loaded of={contacts}>{(all) => (all.length === 0 ? <Empty><p>{say('Nobody can be told yet.', '还没有联系人。')}</p><Link class="button main" to="first">{say('First steps', '新手引导')}</Link></Empty>
      : <div class="scroll" tabIndex={0} role="region" aria-label={say('Contacts', '联系人')}><table><thead><tr><th>{say('Name', '姓名')}</th><th>{say('Addresses', '地址')}</th><th>{say('Language', '语言')}</th><th>{say('In groups', '所在组')}</th></tr></thead>
        <tbody>{all.filter((c) => fits(`${c.name} ${c.describe}`)).slice(0, 500).map((c) => {
          const inGroups = (groups.data ?? []).filter((g) => g.members.includes(c.name));
          return <tr key={c.name}><td><Link to="contact" q={{ name: c.name }}><b><bdi>{c.name}</bdi></b></Link>{c.describe && <div class="small"><bdi>{c.describe}</bdi></div>}</td>
            <td>{c.addresses.length === 0 ? <Mark word="refused">{outcome('contact_no_address')}</Mark> : <ul class="plainlist">{c.addresses.map((a) => <li key={a.channel}>{channel(a.channel)} <bdi class="small">{shown(a)}</bdi> <AddressMark a={a} /></li>)}</ul>}</td>
            <td>{c.lang === 'en' ? 'English' : '中文'}{c.zone && <div class="small">{c.zone}</div>}</td>
            <td>{inGroups.length === 0 ? <span class="small">{say('in none: is never told', '未加入任何组，不会收到通知')}</span> : inGroups.map((g, i) => <>{i > 0 && ', '}<Link to="group" q={{ name: g.name }}><bdi>{g.name}</bdi></Link></>)}</td></tr>;
        })}</tbody></table></div>)}</Loaded>
    <h2>{say('Groups', '联系人组')}</h2>
    <Loaded of={groups}>{(all) => (all.length === 0 ? <Empty>{say('No group yet: routes tell groups.', '还没有联系人组，路由需要通知到组。')}</Empty>
      : <ul class="list">{all.filter((g) => fits(`${g.name} ${g.describe}`)).slice(0, 500).map((g) => <li key={g.name} class="card"><div class="between"><Link to="group" q={{ name: g.name }}><b><bdi>{g.name}</bdi></b></Link>
        <span class="small">{plural(g.members.length, 'member', 'members', '名成员')}</span></div>
        <p class="labels">{g.members.map((m) => <Link key={m} class="chip" to="contact" q={{ name: m }}><bdi>{m}</bdi> {contacts.data && !works(byName.get(m)) && <span class="badtext">✗</span>}</Link>)}</p>
        {contacts.data && <Coverage g={g} contacts={byName} />}</li>)}</ul>)}</Loaded>
  </>;
}

function Coverage({ g, contacts }: { g: Group; contacts: Map<string, Contact> }) {
  const able = g.members.filter((m) => works(contacts.get(m))).length;
  if (g.members.length === 0) return <p class="problem">{say('Nobody is in this group.', '该组没有成员。')}</p>;
  if (able === 0) return <p class="problem">{say('Nobody in this group has a confirmed address: nobody would hear.', '该组没有人的地址已确认：不会有人收到通知。')}</p>;
  return able < g.members.length ? <p class="note">{say(`${able} of ${g.members.length} would hear.`, `${g.members.length} 人中有 ${able} 人能收到。`)}</p> : null;
}

// ---- a test, watched -----------------------------------------------------------------

interface Tested { sent: number; items: (Decision & { key?: string })[] }

function Watch({ item }: { item: Decision }) {
  const one = useDelivery(item.key ?? null);
  const last = one.data?.attempts.at(-1), word = item.key ? one.data?.state.word ?? 'waiting' : item.word;
  return <li data-test="watched"><b><bdi>{item.to}</bdi></b> {channel(item.channel)} <Mark word={item.key ? word : 'refused'}>{outcome(word)}</Mark>
    {item.key && <> <Link to="deliveries" q={{ key: item.key }}>{say('details', '详情')}</Link></>}
    {last?.detail?.meaning && <p class="fix"><bdi>{meaning(last.detail.meaning)}</bdi></p>}</li>;
}

export function Test({ what }: { what: Record<string, string> }) {
  const [made, set] = useState<Tested | null>(null);
  const doing = useDoing();
  const send = async () => { const t = await doing.run(() => ask<Tested>('POST', 'test', what)); if (t) set(t); };
  if (!mayChange()) return null;
  return <div class="test"><button type="button" disabled={doing.busy} onClick={send}>{say('Send a test', '发送测试')}</button> <span class="small">{say('marked [DRILL], by the real road', '带【演练】标记，走真实通道')}</span>
    <Problem error={doing.error} />{made && <ul class="plainlist" role="status">{made.items.map((i, k) => <Watch key={i.key ?? k} item={i} />)}</ul>}</div>;
}

// ---- a contact -------------------------------------------------------------------------

interface Draft { channel: string; value: string; kept: Address | null }
const draftsOf = (c: Contact | undefined): Draft[] => c?.addresses.map((a) => ({ channel: a.channel, value: shown(a), kept: a })) ?? [{ channel: 'email', value: '', kept: null }];

export function ContactPage() {
  const name = asked('name');
  const one = useGet<Contact>(name && `contacts/${encodeURIComponent(name)}`, 'book');
  return name ? <Steady key={name} of={one} title={name} form={(c, now, saved) => <ContactForm c={c} now={now} saved={saved} />} /> : <ContactForm />;
}

function usedBy(name: string, groups: Group[] = [], routes: Route[] = []) {
  const mine = groups.filter((g) => g.members.includes(name)).map((g) => g.name);
  return { groups: mine, routes: routes.filter((r) => r.contact_groups.some((g) => mine.includes(g))).map((r) => r.name) };
}

function ContactForm({ c, now, saved }: { c?: Contact; now?: Contact; saved?: (c: Contact) => void }) {
  const [name, setName] = useState(c?.name ?? ''), [describe, setDescribe] = useState(c?.describe ?? '');
  const [lang, setLang] = useState(c?.lang || 'zh-cn'), [zone, setZone] = useState(c?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [drafts, setDrafts] = useState(draftsOf(c));
  const groups = useAll<Group>('contact-groups', 'book'), routes = useAll<Route>('routes', 'book');
  const doing = useDoing();
  useEffect(() => { setDrafts(draftsOf(c)); }, [contentOf(c)]);
  const used = usedBy(c?.name ?? '', groups.data, routes.data);
  const fixed = !!c?.meta.provisioned || !mayChange();
  // What was there and is not touched goes back as it came: a sealed one by its masked form.
  const save = async (e: Event) => {
    e.preventDefault();
    const body = { describe, lang, zone, ...(c ? { min_severity: c.min_severity, quiet: c.quiet, quiet_except: c.quiet_except } : {}),
      addresses: drafts.filter((d) => d.value).map((d) => ({ channel: d.channel, ...(d.kept && d.value === shown(d.kept) && d.kept.secret ? { secret: d.value } : { plain: d.value }) })) };
    const path = `contacts/${encodeURIComponent(name)}`;
    const made = await doing.run(() => ask<Contact>('PUT', path, body, c ? { 'If-Match': `"${c.meta.revision}"` } : { 'If-None-Match': '*' }));
    if (made) { tell(say('Saved.', '已保存。')); saved?.(made); go('contact', { name: made.name }, !!c); }
  };
  const remove = async () => { if (await doing.run(() => ask('DELETE', `contacts/${encodeURIComponent(name)}`).then(() => true))) { tell(say('Deleted.', '已删除。')); go('people'); } };
  return <>
    <Head title={c ? c.name : say('New contact', '新建联系人')}>{c && <Copy path={`contacts/${encodeURIComponent(c.name)}`} command={`belfry get contacts ${shellWord(c.name)}`} />}</Head>
    <Provisioned meta={c?.meta} />
    <div class="columns"><form onSubmit={save}>
      <Field label={say('Name', '姓名')} hint={say('2 to 40 characters', '2 到 40 个字符')}><input required minLength={2} maxLength={40} readOnly={!!c} value={name} onInput={(e) => setName(e.currentTarget.value)} /></Field>
      <Field label={say('Description', '描述')}><input value={describe} onInput={(e) => setDescribe(e.currentTarget.value)} /></Field>
      <Field label={say('Language of messages', '消息语言')}><select value={lang} onChange={(e) => setLang(e.currentTarget.value)}><option value="zh-cn">中文</option><option value="en">English</option></select></Field>
      <Field label={say('Time zone', '时区')}><input value={zone} placeholder="Asia/Shanghai" onInput={(e) => setZone(e.currentTarget.value)} /></Field>
      <fieldset><legend>{say('Addresses', '地址')}</legend>{drafts.map((d, i) => <div class="matcher" key={i} data-test="address">
        <select aria-label={say('Channel', '渠道')} value={d.channel} disabled={!!d.kept} onChange={(e) => setDrafts(drafts.map((o, k) => (k === i ? { ...o, channel: e.currentTarget.value } : o)))}>
          {addressKinds.filter((k) => k === d.channel || !drafts.some((o) => o.channel === k)).map((k) => <option key={k} value={k}>{channel(k)}</option>)}</select>
        <input class="grow" aria-label={say('Address', '地址')} value={d.value} onInput={(e) => setDrafts(drafts.map((o, k) => (k === i ? { ...o, value: e.currentTarget.value } : o)))} />
        <button type="button" aria-label={`${say('Remove', '移除')} ${channel(d.channel)}`} onClick={() => setDrafts(drafts.filter((_, k) => k !== i))}>×</button></div>)}
        <button type="button" onClick={() => setDrafts([...drafts, { channel: addressKinds.find((k) => !drafts.some((o) => o.channel === k)) ?? 'email', value: '', kept: null }])}>{say('Add an address', '添加地址')}</button></fieldset>
      <Problem error={doing.error} />
      <button class="main" disabled={doing.busy || fixed}>{say('Save', '保存')}</button>
      {c && !fixed && <Delete busy={doing.busy} run={remove}>{used.groups.length > 0 && <span class="small">{say('It leaves', '将退出')} <bdi>{used.groups.join(', ')}</bdi>.</span>}</Delete>}</form>
    {c && <section aria-label={say('State', '状态')}><h2>{say('Would it arrive?', '能否送达')}</h2>
      <ul class="plainlist">{(now ?? c).addresses.map((a) => <AddressRow key={a.channel} c={c} a={a} />)}</ul>
      <h2>{say('Used by', '被引用')}</h2>
      <p>{say('Groups:', '联系人组：')} {used.groups.length ? used.groups.map((g, i) => <>{i > 0 && ', '}<Link to="group" q={{ name: g }}><bdi>{g}</bdi></Link></>) : say('none: is never told', '无，不会收到通知')}</p>
      <p>{say('Routes:', '路由：')} {used.routes.length ? used.routes.map((r, i) => <>{i > 0 && ', '}<Link to="route" q={{ name: r }}><bdi>{r}</bdi></Link></>) : say('none', '无')}</p>
      <h2>{say('How noisy', '打扰情况')}</h2><Calendar to={c.name} />
      <p><Link to="deliveries" q={{ to: c.name }}>{say('What was sent to', '投递记录：')} <bdi>{c.name}</bdi></Link></p></section>}</div></>;
}

function AddressRow({ c, a }: { c: Contact; a: Address }) {
  const doing = useDoing();
  const path = `contacts/${encodeURIComponent(c.name)}/addresses/${a.channel}`;
  const act = async (what: 'confirm' | 'resend', words: string) => { if (await doing.run(() => ask('POST', `${path}/${what}`, {}).then(() => true))) tell(words); };
  return <li class="card"><div class="between"><span><b>{channel(a.channel)}</b> <bdi>{shown(a)}</bdi></span> <AddressMark a={a} /></div>
    {a.state === 'pending' && <><p class="fix">{say('The owner has to open a link first', '需本人先打开确认链接')}{a.asked_at && <> (<Time at={a.asked_at} />)</>}</p>
      <button type="button" disabled={doing.busy} onClick={() => act('resend', say('A new link is on its way.', '新的确认链接已发送。'))}>{say('Send the link again', '重新发送链接')}</button>
      <button type="button" disabled={doing.busy} onClick={() => act('confirm', say('Confirmed.', '已确认。'))}>{say('Confirm for them', '代为确认')}</button></>}
    {a.state === 'cancelled' && <p class="fix">{say('The owner unsubscribed: only they can come back.', '本人已退订，只有本人可恢复。')}</p>}
    {a.state === 'ok' && <Test what={{ contact: c.name, channel: a.channel }} />}<Problem error={doing.error} /></li>;
}

// ---- a group ---------------------------------------------------------------------------

export function GroupPage() {
  const name = asked('name');
  const one = useGet<Group>(name && `contact-groups/${encodeURIComponent(name)}`, 'book');
  return name ? <Steady key={name} of={one} title={name} form={(g, _now, saved) => <GroupForm g={g} saved={saved} />} /> : <GroupForm />;
}

function GroupForm({ g, saved }: { g?: Group; saved?: (g: Group) => void }) {
  const [name, setName] = useState(g?.name ?? ''), [describe, setDescribe] = useState(g?.describe ?? ''), [weekly, setWeekly] = useState(g?.enable_subscribed ?? false);
  const [members, setMembers] = useState(g?.members ?? []), [adding, add] = useState('');
  const contacts = useAll<Contact>('contacts', 'book'), routes = useAll<Route>('routes', 'book');
  const byName = new Map(contacts.data?.map((c) => [c.name, c]));
  const doing = useDoing();
  const fixed = !!g?.meta.provisioned || !mayChange();
  const path = `contact-groups/${encodeURIComponent(name)}`;
  const save = async (e: Event) => {
    e.preventDefault();
    const made = await doing.run(() => ask<Group>('PUT', path, { describe, enable_subscribed: weekly, members }, g ? { 'If-Match': `"${g.meta.revision}"` } : { 'If-None-Match': '*' }));
    if (made) { tell(say('Saved.', '已保存。')); saved?.(made); go('group', { name: made.name }, !!g); }
  };
  const remove = async () => { if (await doing.run(() => ask('DELETE', path).then(() => true))) { tell(say('Deleted.', '已删除。')); go('people'); } };
  const using = routes.data?.filter((r) => r.contact_groups.includes(g?.name ?? '')) ?? [];
  return <>
    <Head title={g ? g.name : say('New group', '新建联系人组')}>{g && <Copy path={path} command={`belfry get groups ${shellWord(g.name)}`} />}</Head>
    <Provisioned meta={g?.meta} />
    <div class="columns"><form onSubmit={save}>
      <Field label={say('Name', '名称')}><input required readOnly={!!g} value={name} onInput={(e) => setName(e.currentTarget.value)} /></Field>
      <Field label={say('Description', '描述')}><input value={describe} onInput={(e) => setDescribe(e.currentTarget.value)} /></Field>
      <fieldset><legend>{say('Members', '成员')}</legend><p class="labels">{members.map((m) => <span class="chip" key={m}><bdi>{m}</bdi> {contacts.data && !works(byName.get(m)) && <span class="badtext" title={say('has no confirmed address', '没有已确认的地址')}>✗</span>}
        <button type="button" aria-label={`${say('Remove', '移除')} ${m}`} onClick={() => setMembers(members.filter((o) => o !== m))}>×</button></span>)}</p>
        <select aria-label={say('Add a member', '添加成员')} value={adding} onChange={(e) => { const v = e.currentTarget.value; if (v) setMembers([...members, v]); add(''); }}>
          <option value="">{say('add a member', '添加成员')}</option>{contacts.data?.filter((c) => !members.includes(c.name)).map((c) => <option key={c.name} value={c.name}>{c.name}</option>)}</select></fieldset>
      <label class="check"><input type="checkbox" checked={weekly} onChange={(e) => setWeekly(e.currentTarget.checked)} /> {say('weekly report', '每周报告')}</label>
      <Problem error={doing.error} />
      <button class="main" disabled={doing.busy || fixed}>{say('Save', '保存')}</button>{g && !fixed && <Delete busy={doing.busy} run={remove} />}</form>
    {g && <section aria-label={say('State', '状态')}><h2>{say('Would it arrive?', '能否送达')}</h2>{contacts.data && <Coverage g={g} contacts={byName} />}
      {g.members.length > 0 && <Test what={{ contact_group: g.name }} />}
      <h2>{say('Used by', '被引用')}</h2><p>{say('Routes:', '路由：')} {using.length ? using.map((r, i) => <>{i > 0 && ', '}<Link to="route" q={{ name: r.name }}><bdi>{r.name}</bdi></Link></>) : say('none: this group is never told', '无：该组不会收到通知')}</p>
      <p><Link to="deliveries" q={{ contact_group: g.name }}>{say('What was sent to', '投递记录：')} <bdi>{g.name}</bdi></Link></p></section>}</div></>;
}
