// judge.mjs - what a crash run has to have kept: pure, so that it can be tested itself.

function group(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

// acked: uids whose POST was answered 200. heard: [{ uid, key, n, at, life }], the alerts
// that came to one place, `n` the number of the message, `at` in ms, `life` the number of
// the server's process. rows: attempts on record, [{ key, word, at }]; their clock is ours.
export function judge(acked, heard, rows) {
  const messages = [...new Map(heard.map((h) => [h.n, h])).values()];
  const byUid = group(heard, (h) => h.uid), byKey = group(messages, (h) => h.key);
  const told = group(rows.filter((r) => r.word === 'delivered' || r.word === 'accepted'), (r) => r.key);
  const repeated = [...byKey].filter(([, arrivals]) => arrivals.length > 1);
  const keys = (entries) => entries.map(([key]) => key);
  return {
    lost: [...acked].filter((uid) => !byUid.has(uid)),
    // told again under another key: the far end could not know it for a repeat
    rekeyed: keys([...byUid].filter(([, arrivals]) => new Set(arrivals.map((h) => h.key)).size > 1)),
    // sent although the outcome was on record
    resent: keys(repeated.filter(([key, arrivals]) => (told.get(key) ?? []).length > 1 ||
      (told.get(key) ?? []).some((row) => arrivals.some((h) => h.at > row.at)))),
    // sent twice without a crash in between
    crowded: keys(repeated.filter(([, arrivals]) => new Set(arrivals.map((h) => h.life)).size < arrivals.length)),
    // come, but never on record
    unrecorded: keys([...byKey].filter(([key]) => !told.has(key))),
    repeats: repeated.reduce((sum, [, arrivals]) => sum + arrivals.length - 1, 0),
    most: Math.max(0, ...[...byKey.values()].map((arrivals) => arrivals.length)),
    messages: messages.length,
  };
}

const faults = ['lost', 'rekeyed', 'resent', 'crowded', 'unrecorded'];

// What a verdict found fault with, by name; {} is what was promised.
export function faultsOf(verdict) {
  return Object.fromEntries(faults.filter((name) => verdict[name].length > 0).map((name) => [name, verdict[name]]));
}

// Which messages to tell the story of: those that carried an alert (lost, rekeyed) or had a key
// (resent, crowded, unrecorded) that the verdict names; in the order they came.
export function suspects(verdict, heard) {
  const { lost = [], rekeyed = [], resent = [], crowded = [], unrecorded = [] } = faultsOf(verdict);
  const uids = new Set([...lost, ...rekeyed]), keys = new Set([...resent, ...crowded, ...unrecorded]);
  for (const h of heard) if (uids.has(h.uid)) keys.add(h.key);
  const messages = group(heard.filter((h) => keys.has(h.key)), (h) => h.n);
  return [...messages].map(([n, [h, ...more]]) =>
    ({ n, key: h.key, life: h.life, at: h.at, uids: [h, ...more].map((one) => one.uid) }));
}
