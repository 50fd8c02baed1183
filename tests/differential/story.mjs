// story.mjs - a configuration and a history, both from one seed.
//
// Times are chosen so that nothing races: what is asked comes 20 ms earlier in each
// second than in the one before, so that a group which flushed because of it, or half a
// second later, flushes at another moment than anything is asked; a reload comes a quarter
// second behind, and what is asked after it half a second. Old alerts, which are told at
// once, come behind the others: Alertmanager hears of them and of what inhibits them in no
// order. No repeat is due on a tick.
import { Chance } from './chance.mjs';

const values = {
    alertname: ['Disk', 'Cpu', 'Net', '磁盘'],
    team: ['ops', 'dba', 'web'],
    severity: ['critical', 'warning', 'info'],
    instance: ['a:1', 'b:2', 'c.d:3', 'x"y\\z'],
    job: ['node', 'db'],
    empty: [''],
};
const labelNames = Object.keys(values);

function matcher(c) {
    const name = c.pick(labelNames.slice(0, 5));
    const value = c.pick(values[name]).replace(/[\\"]/g, '\\$&');
    switch (c.below(6)) {
    case 0: return `${name}!="${value}"`;
    case 1: return `${name}=~"${c.pick(['o.*|w.+', 'c.*', 'D(isk)?', '.*', '[a-d].*'])}"`;
    case 2: return `${name}!~"${c.pick(['o.*', 'c.*', 'web|dba'])}"`;
    case 3: return `${name} = ${/^[a-zA-Z]+$/.test(value) ? value : `"${value}"`}`;
    default: return `${name}="${value}"`;
    }
}

const quote = (text) => JSON.stringify(text);
const listOf = (items) => `[${items.map(quote).join(', ')}]`;

function matcherLines(c, indent) {
    const lines = [];
    const kind = c.below(4);
    if (kind === 0)
        lines.push(`${indent}match: {${c.pick(['team', 'job'])}: ${c.pick(['ops', 'node', 'web'])}}`);
    if (kind === 1)
        lines.push(`${indent}match_re: {severity: ${quote(c.pick(['crit.*|warn.*', 'info', '.*']))}}`);
    if (kind >= 2 || c.often(30))
        lines.push(`${indent}matchers: ${listOf(Array.from({ length: 1 + c.below(2) }, () => matcher(c)))}`);
    return lines;
}

function groupBy(c) {
    if (c.often(15))
        return "['...']";
    return listOf(c.some(labelNames.slice(0, 5), 35));
}

const intervals = ['never', 'always', 'office'];

function route(c, depth, state) {
    const pad = '  '.repeat(depth + 1), lines = [];
    const key = (text) => lines.push(`${pad}${text}`);
    if (depth > 0)
        lines.push(...matcherLines(c, pad));
    if (depth === 0 || c.often(60))
        key(`receiver: ${quote(c.pick(state.receivers))}`);
    // an empty list in a child: 0.25 takes the parent's, from 0.31 on it is empty
    const by = groupBy(c);
    if (depth === 0 || (c.often(50) && by !== '[]'))
        key(`group_by: ${by}`);
    if (depth === 0 || c.often(30))
        key(`group_wait: ${c.pick(['500ms', '1500ms'])}`);
    if (depth === 0 || c.often(30))
        key(`group_interval: ${c.pick(['2s', '3s'])}`);
    if (depth === 0 || c.often(30))
        key(`repeat_interval: ${c.pick(['1h', '4700ms', '3300ms'])}`);
    if (depth > 0 && c.often(40))
        key('continue: true');
    if (depth > 0 && c.often(20))
        key(`${c.pick(['mute_time_intervals', 'active_time_intervals'])}: [${c.pick(intervals)}]`);
    const children = depth < 3 ? c.below(depth === 0 ? 5 : 3) : 0;
    if (children > 0) {
        const known = new Set(); // equal siblings would share a key, and their log of what was told
        key('routes:');
        for (let i = 0; i < children; i++) {
            const child = route(c, depth + 1, state);
            const matches = child.filter((l) => /^ *match/.test(l)).join();
            if (known.has(matches))
                continue;
            known.add(matches);
            lines.push(`${pad}- ${child[0].trimStart()}`, ...child.slice(1));
        }
    }
    return lines;
}

function inhibitRule(c) {
    const lines = [];
    const side = (name) => {
        if (c.often(30))
            lines.push(`${name}_match: {severity: ${c.pick(values.severity)}}`);
        else
            lines.push(`${name}_matchers: ${listOf([matcher(c)])}`);
    };
    side('source');
    side('target');
    if (c.often(80))
        lines.push(`equal: ${listOf(c.some(['alertname', 'team', 'instance'], 50))}`);
    return `- ${lines.join('\n  ')}`;
}

function receiver(c, name, sink) {
    const lines = [`- name: ${quote(name)}`];
    const count = c.pick([0, 1, 1, 1, 2]);
    if (count > 0)
        lines.push('  webhook_configs:');
    for (let i = 0; i < count; i++) {
        lines.push(`  - url: ${sink}/${encodeURIComponent(name)}/${i}`);
        if (c.often(35))
            lines.push('    send_resolved: false');
        if (c.often(25))
            lines.push(`    max_alerts: ${1 + c.below(2)}`);
    }
    return lines.join('\n');
}

export function configuration(c, sink) {
    const receivers = ['default', 'r.x', '值班 组'];
    const tree = route(c, 0, { receivers });
    const rules = Array.from({ length: c.below(3) }, () => inhibitRule(c));
    return [
        'global: {resolve_timeout: 5m}',
        'route:', ...tree,
        ...(rules.length ? ['inhibit_rules:', ...rules] : []),
        'time_intervals:',
        '- {name: never, time_intervals: [{years: ["2000:2001"]}]}',
        '- {name: always, time_intervals: [{times: [{start_time: "00:00", end_time: "24:00"}], location: Asia/Shanghai}]}',
        `- {name: office, time_intervals: [{weekdays: ["monday:friday"], months: ["january:december"], days_of_month: ["1:31"], location: ${c.pick(['UTC', 'Asia/Shanghai', 'America/New_York'])}}]}`,
        'receivers:', ...receivers.map((name) => receiver(c, name, sink)),
        '',
    ].join('\n');
}

// ---- history ------------------------------------------------------------------------

function labels(c) {
    const set = { alertname: c.pick(values.alertname) };
    for (const name of labelNames.slice(1))
        if (c.often(60))
            set[name] = c.pick(values[name]);
    return set;
}

function silenceMatchers(c) {
    const regex = c.often(30);
    const name = c.pick(['alertname', 'team', 'severity']);
    const one = { name, value: regex ? 'D.*|o.*|crit.*' : c.pick(values[name]), isRegex: regex };
    if (c.often(70))
        one.isEqual = c.often(80);
    return c.often(20) ? [one, { name: 'job', value: 'node', isRegex: false }] : [one];
}

// Steps {at: ms, kind, ...}; the end of the story is the last one's time. Alerts begin
// in the first half and end in the second: a group that emptied is not filled again.
// Alertmanager 0.25 looks for emptied groups every 30 s only, and one that is filled
// before goes on with its old timer; later versions, and we, let it go at once.
export function history(c) {
    const steps = [], pool = Array.from({ length: 4 + c.below(8) }, () => labels(c));
    const firing = new Map(); // index -> startsAt offset
    let silences = 0, shift = 0;
    for (let second = 1; second <= 13; second++) {
        const at = second * 980 + shift;
        const batch = [];
        for (const [i] of pool.entries()) {
            const roll = c.below(100);
            if (second <= 6 && !firing.has(i) && roll < 28)
                firing.set(i, c.often(15) ? -600_000 : at - 20);
            else if (second > 6 && firing.has(i) && roll < 22) {
                batch.push({ i, starts: firing.get(i), ends: at - 5 });
                firing.delete(i);
            } else if (!(firing.has(i) && roll < 60))
                continue;
            if (firing.has(i))
                batch.push({ i, starts: firing.get(i), ends: 3600_000, note: c.below(3) });
        }
        const roll = c.below(100);
        if (roll < 22)
            steps.push({ at, kind: 'silence', n: silences++, matchers: silenceMatchers(c),
                         from: c.often(80) ? null : at + 3400, to: at + c.pick([3400, 6300, 600_000]),
                         comment: `because ${second}` });
        else if (roll < 32 && silences > 0)
            steps.push({ at, kind: 'expire', n: c.below(silences) });
        else if (roll < 42 && silences > 0)
            steps.push({ at, kind: 'extend', n: c.below(silences), to: at + 1200_000 });
        const old = batch.filter((b) => b.starts < 0), fresh = batch.filter((b) => b.starts >= 0);
        for (const [some, behind] of [[fresh, 0], [old, 60]])
            if (some.length > 0)
                steps.push({ at: at + behind, kind: 'alerts', batch: some.map((b) => ({ ...b, labels: pool[b.i] })) });
        if (roll >= 42 && roll < 47 && shift === 0) {
            steps.push({ at: at + 250, kind: 'reload' });
            shift = 500;
        }
    }
    return steps;
}

export const story = (seed, sink) => {
    const c = new Chance(seed * 7919 + 1);
    return { config: configuration(c, sink), steps: history(c) };
};
