// judge.mjs - what a crash run has to have kept: pure, so that it can be tested itself.

// acked: uids whose POST was answered 200. heard: [{ uid, key }] in order of arrival.
// rows: attempts on record, [{ key, word }].
export function judge(acked, heard, rows) {
  const keysOf = new Map(), timesOf = new Map(), told = new Map();
  for (const { uid, key } of heard) {
    keysOf.set(uid, (keysOf.get(uid) ?? new Set()).add(key));
    timesOf.set(key, (timesOf.get(key) ?? 0) + 1);
  }
  for (const { key, word } of rows)
    if (word === 'delivered' || word === 'accepted') told.set(key, (told.get(key) ?? 0) + 1);
  const repeated = [...timesOf].filter(([, n]) => n > 1);
  return {
    lost: [...acked].filter((uid) => !keysOf.has(uid)),
    // told again under another key: the far end could not know it for a repeat
    rekeyed: [...keysOf].filter(([, keys]) => keys.size > 1).map(([uid]) => uid),
    // sent again although the outcome was on record
    resent: repeated.filter(([key]) => (told.get(key) ?? 0) > 1).map(([key]) => key),
    repeats: repeated.reduce((sum, [, n]) => sum + n - 1, 0),
    messages: heard.length,
  };
}
