// import.tsx - contacts from a table: a line each, a column for each channel. What a line
// lacks is said before anything is made; who is there already stays as they are.
import { useState } from 'preact/hooks';
import { ask, type Contact, Fault, type Group, get, useAll } from './api';
import { Field, Head, Link, Mark, Problem, tell, useDoing } from './ui';
import { addressKinds, channel, plural, say } from './words';

// RFC 4180, and tabs as a spreadsheet copies them.
export function cellsOf(text: string): string[][] {
  const apart = text.slice(0, text.indexOf('\n') + 1 || undefined).includes('\t') ? '\t' : ',';
  const rows: string[][] = [];
  let row: string[] = [], cell = '', quoted = false;
  const end = () => { row.push(cell.trim()); if (row.some(Boolean)) rows.push(row); row = []; cell = ''; };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted && c === '"' && text[i + 1] === '"') { cell += c; i++; }
    else if (c === '"' && (quoted || cell.trim() === '')) { quoted = !quoted; if (quoted) cell = ''; }
    else if (c === apart && !quoted) { row.push(cell.trim()); cell = ''; }
    else if (c === '\n' && !quoted) end();
    else cell += c;
  }
  end();
  return rows;
}

interface Line { name: string; groups: string[]; body: { lang?: string; zone?: string; describe?: string; addresses: { channel: string; plain: string }[] }; wrong: string }
const fields = ['lang', 'zone', 'describe'] as const;

export function linesOf(text: string): { lines: Line[]; wrong: string } {
  const [head = [], ...rows] = cellsOf(text), heads = head.map((h) => h.toLowerCase());
  const unknown = heads.filter((h) => h !== 'name' && h !== 'group' && !fields.some((f) => f === h) && !addressKinds.includes(h));
  if (!heads.includes('name')) return { lines: [], wrong: say('The first line names the columns, one of them “name”.', '首行为列名，其中必须有 name。') };
  if (unknown.length) return { lines: [], wrong: say(`Unknown columns: ${unknown.join(', ')}`, `未知的列：${unknown.join('、')}`) };
  const seen = new Set<string>();
  return { wrong: '', lines: rows.map((row) => {
    const at = (h: string) => row[heads.indexOf(h)] ?? '';
    const addresses = heads.flatMap((h, i) => (addressKinds.includes(h) && row[i] ? [{ channel: h, plain: row[i] }] : []));
    const name = at('name'), twice = seen.has(name);
    seen.add(name);
    return { name, groups: at('group').split(';').map((g) => g.trim()).filter(Boolean), body: { addresses, ...Object.fromEntries(fields.filter((f) => at(f)).map((f) => [f, at(f)])) },
      wrong: !name ? say('no name', '缺少姓名') : twice ? say('stands there twice', '重复') : addresses.length === 0 ? say('no address', '没有地址') : row.length > heads.length ? say('more cells than columns', '单元格多于列数') : '' };
  }) };
}

// Into a group that may be there, over nobody's change.
async function join(group: string, names: string[]): Promise<void> {
  const path = `contact-groups/${encodeURIComponent(group)}`;
  const before = await get<Group>(path).catch((e: Fault) => { if (e.status === 404) return null; throw e; });
  const members = [...before?.members ?? [], ...names.filter((n) => !before?.members.includes(n))];
  await ask('PUT', path, { describe: before?.describe ?? '', enable_subscribed: before?.enable_subscribed ?? false, members }, before ? { 'If-Match': `"${before.meta.revision}"` } : { 'If-None-Match': '*' });
}

export function Import() {
  const [text, type] = useState(''), [done, set] = useState<Record<string, string>>({});
  const contacts = useAll<Contact>('contacts', 'book'), doing = useDoing();
  const { lines, wrong } = text.trim() ? linesOf(text) : { lines: [], wrong: '' };
  const there = new Set(contacts.data?.map((c) => c.name)), fresh = lines.filter((l) => !l.wrong && !there.has(l.name));
  const run = () => doing.run(async () => {
    const said: Record<string, string> = {}, groups = new Map<string, string[]>();
    for (const l of fresh) {
      said[l.name] = await ask('PUT', `contacts/${encodeURIComponent(l.name)}`, l.body, { 'If-None-Match': '*' }).then(() => 'ok', (e: Fault) => e.message);
      if (said[l.name] === 'ok') for (const g of l.groups) groups.set(g, [...groups.get(g) ?? [], l.name]);
      set({ ...said });
    }
    for (const [g, names] of groups) await join(g, names);
    const made = Object.values(said).filter((s) => s === 'ok').length;
    tell(say(`${plural(made, 'contact', 'contacts', '')} made.`, `已创建 ${made} 个联系人。`));
  });
  const state = (l: Line) => (done[l.name] === 'ok' ? <Mark word="ok">{say('made', '已创建')}</Mark> : done[l.name] || l.wrong ? <Mark word="refused"><bdi>{done[l.name] || l.wrong}</bdi></Mark>
    : there.has(l.name) ? <Mark word="quiet">{say('is there already: stays', '已存在，保持不变')}</Mark> : <Mark word="waiting">{say('new', '新建')}</Mark>);
  return <><Head title={say('Import contacts', '导入联系人')}><Link class="button" to="people">{say('People', '联系人')}</Link></Head>
    <p class="note">{say('A table as CSV, or copied from a spreadsheet. Columns: name, group (several with “;”), lang, zone, describe, and any channel:', 'CSV 表格，或从电子表格复制。列：name、group（多个用“;”分隔）、lang、zone、describe，以及各渠道：')} <code>{addressKinds.join(', ')}</code>. {say('Everyone is asked to confirm their address.', '每个地址都需本人确认。')}</p>
    <Field label="CSV"><textarea class="code" rows={8} spellcheck={false} value={text} placeholder={'name,email,sms,group\nAlice,alice@example.com,+8613800000000,ops'} onInput={(e) => { type(e.currentTarget.value); set({}); }} /></Field>
    {wrong && <p class="problem" role="alert">{wrong}</p>}<Problem error={doing.error} />
    <p class="tools"><button type="button" class="main" disabled={doing.busy || fresh.length === 0} onClick={() => { void run(); }}>{say(`Make ${plural(fresh.length, 'contact', 'contacts', '')}`, `创建 ${fresh.length} 个联系人`)}</button></p>
    {lines.length > 0 && <div class="scroll" tabIndex={0} role="region" aria-label={say('Lines', '各行')}><table><thead><tr><th>{say('Name', '姓名')}</th><th>{say('Addresses', '地址')}</th><th>{say('In groups', '所在组')}</th><th>{say('State', '状态')}</th></tr></thead>
      <tbody>{lines.slice(0, 500).map((l, i) => <tr key={i}><td><b><bdi>{l.name || '–'}</bdi></b></td><td>{l.body.addresses.map((a) => <div key={a.channel}>{channel(a.channel)} <bdi class="small">{a.plain}</bdi></div>)}</td><td><bdi>{l.groups.join(', ')}</bdi></td><td data-test="line">{state(l)}</td></tr>)}</tbody></table></div>}</>;
}
