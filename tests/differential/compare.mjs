// compare.mjs - are the two the same? Each answer is proven to be in the one spelling
// that Go's encoder gives, so equal values in equal order are equal bytes. What may
// differ all the same is named here, one by one; doc/api/alertmanager.md lists it:
//
//   - members that newer Alertmanagers have and 0.25 has not are taken out of ours;
//   - uuids of silences are replaced by the order of their making, and an alert's list
//     of them, which Alertmanager sorts by these random ids, is sorted after that;
//   - where several alerts inhibit one, Alertmanager names any of them;
//   - since 0.28 an alert of a group that a time interval mutes is "suppressed", in
//     0.25 it is "active";
//   - silences of one state that end (begin) in the same moment have no order;
//   - two groups of the same labels and receiver (on two routes) have no order;
//   - a time that a server took from its own clock (updatedAt; the begin or end of a
//     silence that began or was ended "now") may differ by less than a second.

const newer = {
    webhook: ['notification_reason', 'routeLabels'],
    alerts: ['mutedBy'],
    groups: ['mutedBy', 'routeLabels'],
    silences: ['annotations'],
    receivers: ['labels'],
};
// Members of these names are data, not the schema's.
const data = new Set(['labels', 'annotations', 'groupLabels', 'commonLabels', 'commonAnnotations']);

function without(value, names) {
    if (Array.isArray(value))
        return value.map((v) => without(v, names));
    if (value === null || typeof value !== 'object')
        return value;
    return Object.fromEntries(Object.entries(value)
        .filter(([k]) => !names.includes(k))
        .map(([k, v]) => [k, data.has(k) ? v : without(v, names)]));
}

// As Go's encoder writes it, which escapes what HTML could mistake.
function spelled(value) {
    return `${JSON.stringify(value).replace(/[<>&\u2028\u2029]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

function namedSilences(text, known) {
    return known.reduce((t, id, i) => t.replaceAll(id, `silence-${String(i).padStart(3, '0')}`), text);
}

// In 0.25 there was no mutedBy.
function unmuted(value) {
    for (const { status } of Array.isArray(value) ? value.flatMap((v) => v.alerts ?? [v]) : [])
        if (status?.mutedBy?.length > 0 && status.silencedBy.length + status.inhibitedBy.length === 0)
            status.state = 'active';
    return value;
}

function settled(alert) {
    const { status } = alert;
    status?.silencedBy?.sort();
    if (status?.inhibitedBy?.length === 1)
        status.inhibitedBy = ['one of those'];
    return alert;
}

const members = (g) => JSON.stringify(g.alerts.map((a) => [a.fingerprint, a.status]));
const tie = (g) => JSON.stringify([g.labels, g.receiver]);

const moment_of = (s) => [s.status.state, s.status.state === 'pending' ? s.startsAt : s.endsAt].join();

function arranged(kind, value) {
    if (kind === 'silences')
        return value.map((s, i) => [s, i]).sort(([x, i], [y, j]) =>
            (moment_of(x) !== moment_of(y) ? i - j : x.id < y.id ? -1 : 1)).map(([s]) => s);
    if (kind === 'alerts')
        return value.map(settled);
    if (kind !== 'groups')
        return value;
    for (const g of value)
        g.alerts.forEach(settled);
    return value.map((g, i) => [g, i]).sort(([x, i], [y, j]) =>
        (tie(x) !== tie(y) ? i - j : members(x) < members(y) ? -1 : 1)).map(([g]) => g);
}

const moment = /"(updatedAt|startsAt|endsAt)":"(\d{4}-[^"]*)"/g;

// Times of a server's own clock, taken as the other's where they are near enough.
function near(ours, theirs) {
    const times = [...theirs.matchAll(moment)];
    let i = 0;
    return ours.replace(moment, (whole, name, text) => {
        const other = times[i++];
        return other && other[1] === name &&
               Math.abs(Date.parse(text) - Date.parse(other[2])) < 1000 ? `"${name}":"${other[2]}"` : whole;
    });
}

function where(a, b) {
    let at = 0;
    while (a[at] === b[at])
        at++;
    const wide = Number(process.env.WIDE ?? 160), around = (t) => t.slice(Math.max(0, at - 120), at + wide);
    return `at ${at}\n      ours:   ${around(a)}\n      theirs: ${around(b)}`;
}

// null: the same; else what differs first. `made`: the silences of each, in order.
export function differs(kind, ours, theirs, made = [[], []]) {
    const values = [];
    for (const [i, text] of [ours, theirs].entries()) {
        let value;
        try {
            value = JSON.parse(namedSilences(text, made[i]));
        } catch {
            return ours === theirs ? null : where(ours, theirs);
        }
        if (spelled(JSON.parse(text)) !== text)
            return `not as Go spells it (${i === 0 ? 'ours' : 'theirs'}): ${where(text, spelled(JSON.parse(text)))}`;
        values.push(JSON.stringify(arranged(kind, i === 0 ? without(unmuted(value), newer[kind] ?? []) : value)));
    }
    const [a, b] = [near(values[0], values[1]), values[1]];
    return a === b ? null : where(a, b);
}

// Messages of each integration and group, in order of arrival. Groups that flush in the
// same moment are told in no order of their own.
export function threads(heard) {
    const by = new Map();
    for (const h of heard) {
        const key = `${h.path} ${JSON.parse(h.body).groupKey}`;
        by.set(key, [...by.get(key) ?? [], h]);
    }
    return by;
}
