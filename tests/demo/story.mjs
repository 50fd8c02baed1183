// story.mjs - what happened, as a person wants to read it: from the history API alone.

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

async function rows(url, bearer, what) {
  const out = [];
  for (let cursor = ''; ;) {
    const answer = await fetch(`${url}/api/belfry/v1/${what}?order=oldest&limit=1000${cursor && `&cursor=${cursor}`}`,
      { headers: { Authorization: `Bearer ${bearer}` } });
    if (answer.status !== 200) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    const page = await answer.json();
    out.push(...page.items);
    if (!page.next) return out;
    cursor = encodeURIComponent(page.next);
  }
}

const clock = (at) => at.slice(11, 19);
const who = (row) => `${row.to}${row.channel ? ` (${row.channel}${row.address ? ` ${row.address}` : ''})` : ''}`;

function decisionLine(row) {
  if (row.word === 'told') return `${clock(row.at)}  notify   ${who(row)}: ${row.reason}`;
  return `${clock(row.at)}  notify   ${who(row)}: not told, ${row.reason}`;
}

function attemptLine(row) {
  const took = row.detail.started && row.detail.finished
    ? `, ${Date.parse(row.detail.finished) - Date.parse(row.detail.started)} ms` : '';
  const lines = [`${clock(row.at)}  deliver  ${who(row)}: ${row.word}, attempt ${row.attempt}${took}`];
  if (row.detail.subject) lines.push(`                   “${row.detail.subject}”`);
  if (row.detail.meaning) lines.push(`                   ${row.detail.meaning}`);
  return lines.join('\n');
}

function auditLine(row) {
  const by = row.detail.user ? ` by ${row.detail.user} with ${row.detail.operation}` : ` (${row.detail.operation})`;
  return `${clock(row.at)}  ${row.word} ${row.reason.replace('_', ' ')} ${row.to}${by}`;
}

// The first steps of an alert, as its first decisions remember them.
function pathLines(name, rows) {
  const told = rows.filter((r) => r.kind === 'decision' && r.detail?.alerts?.length);
  const first = told[0]?.detail.alerts.find((a) => a.alertname === name);
  const routes = [...new Set(told.map((r) => r.route))];
  const groups = [...new Set(told.map((r) => r.detail.trace?.group_key))];
  if (!first) return [];
  return [
    `${clock(first.starts_at)}  intake   through the door ${first.door}, fingerprint ${first.fingerprint}`,
    `          match    ${routes.length === 1 ? 'route' : 'routes'} ${routes.join(', ')}`,
    ...groups.map((g) => `          group    ${g}`),
  ];
}

const tells = (row) => row.kind === 'decision' || row.kind === 'attempt';

export async function tellStory(url, bearer, arrived) {
  const all = await rows(url, bearer, 'deliveries');
  const audit = await rows(url, bearer, 'audit');
  const nameOf = (row) => row.alert?.alertname;
  const names = [...new Set(all.filter((r) => tells(r) && nameOf(r)).map(nameOf))];
  const print = (lines) => lines.forEach((line) => console.log(`  ${line}`));

  console.log(`\n${bold('Who made what')}`);
  print(audit.filter((r) => r.detail.operation !== 'config file').map(auditLine));
  console.log(`\n${bold('Who was asked to confirm an address')}`);
  print(all.filter((r) => tells(r) && !nameOf(r) && r.kind === 'attempt').map(attemptLine));
  for (const name of names) {
    const own = all.filter((r) => tells(r) && nameOf(r) === name);
    console.log(`\n${bold(name)}`);
    print(pathLines(name, own));
    print(own.map((r) => (r.kind === 'decision' ? decisionLine(r) : attemptLine(r))));
  }
  const suppressed = all.filter((r) => r.kind === 'decision' && r.word !== 'told');
  const count = (kind) => all.filter((r) => r.kind === kind).length;
  console.log(`\n${bold('In numbers')}\n  ${count('decision')} decisions, ${suppressed.length} of them not to tell; ` +
    `${count('attempt')} attempts; ${arrived.mails.length} alarm mails and ${arrived.robot.length} robot messages arrived.`);
  console.log(`  Where to look next: ${url}/api/belfry/v1/deliveries, /audit, and \`belfry explain LABELS\`.`);
}
