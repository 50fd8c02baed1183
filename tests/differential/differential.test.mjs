// differential.test.mjs - the same configurations and histories to Debian's
// prometheus-alertmanager and to `belfry alertmanager`: the same answers, and the same
// webhook bodies in the same order. DIFFERENTIAL=N stories (24; `make differential` tells
// 200), SEED=S only that one, AGAINST=alertmanager compares Debian's with itself.
//
// Stories are told in real time, and a harness or a server that came late tells another
// one: what differs is told again with less beside it, and thrice alone. It differs if it
// does so each time, and alone in time: Alertmanager differs from itself at times. One that
// was late alone was not compared, and says nothing of either.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sleep } from '../clients/support.mjs';
import { differs, threads } from './compare.mjs';
import { Rig } from './rig.mjs';
import { story } from './story.mjs';

const stories = Number(process.env.DIFFERENTIAL ?? 24);
const only = process.env.SEED;
const side = process.env.AGAINST ?? 'belfry';
const rounds = [16, 3, 1, 1, 1]; // stories at once
const late = 150; // ms: a story whose harness was later was not compared
const alone = 300_000; // ms for those that are told alone: of a slow machine all would be

const questions = [
    ['alerts', '/api/v2/alerts'],
    ['groups', '/api/v2/alerts/groups'],
    ['silences', '/api/v2/silences'],
    ['receivers', '/api/v2/receivers'],
    ['alerts', '/api/v2/alerts?silenced=false&inhibited=false'],
    ['alerts', '/api/v2/alerts?active=false'],
    ['alerts', `/api/v2/alerts?filter=${encodeURIComponent('team=~"o.*|web"')}&filter=job!%3D"db"`],
    ['alerts', `/api/v2/alerts?receiver=${encodeURIComponent('r.x')}`],
    ['groups', `/api/v2/alerts/groups?filter=${encodeURIComponent('severity="critical"')}&silenced=false`],
    ['groups', '/api/v2/alerts/groups?receiver=default&inhibited=false'],
    ['silences', `/api/v2/silences?filter=${encodeURIComponent('alertname="Disk"')}`],
];

class Telling {
    constructor(seed) { this.seed = seed; this.wrong = []; this.lateness = 0; this.asked = 0; }

    async until(at) {
        await sleep(Math.max(0, this.epoch + at - Date.now()));
        this.lateness = Math.max(this.lateness, Date.now() - this.epoch - at);
    }

    note(words, difference) {
        if (difference)
            this.wrong.push(`${words}: ${difference}`);
    }

    async both(act) {
        const began = Date.now();
        const answers = await Promise.all(this.rigs.map(act));
        this.lateness = Math.max(this.lateness, Date.now() - began);
        return answers;
    }

    async look(step) {
        for (const [kind, path] of questions) {
            const [a, b] = await this.both((r) => r.ask('GET', path));
            this.asked++;
            this.note(`after ${step.kind} at ${step.at} ms, GET ${path}`,
                      a.status !== b.status ? `${a.status} for ${b.status}`
                                            : differs(kind, a.text, b.text, this.rigs.map((r) => r.made)));
        }
    }

    async tell() {
        this.rigs = [];
        try {
            for (const kind of [side, 'alertmanager'])
                this.rigs.push(await Rig.start(kind, (sink) => story(this.seed, sink).config));
            await this.steps();
        } finally {
            await Promise.all(this.rigs.map((r) => r.stop()));
        }
        return this;
    }

    async steps() {
        const { steps } = story(this.seed, '');
        this.epoch = Math.ceil(Date.now() / 1000) * 1000;
        for (const step of steps) {
            await this.until(step.at);
            const [a, b] = await this.both((r) => r.step(step, this.epoch));
            this.note(`${step.kind} at ${step.at} ms`, JSON.stringify(a) === JSON.stringify(b) ? null
                : `${JSON.stringify(a)} for ${JSON.stringify(b)}`);
            if (step.kind === 'reload') // Alertmanager fills its groups after it answered
                await this.until(step.at + 120);
            await this.look(step);
        }
        await this.until(steps.at(-1).at + 5300);
        this.messages();
    }

    messages() {
        const [ours, theirs] = this.rigs.map((r) => threads(r.sink.heard));
        this.told = this.rigs[1].sink.heard.length;
        for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
            const a = ours.get(key) ?? [], b = theirs.get(key) ?? [];
            if (a.length !== b.length)
                this.note(`messages to ${key}`, `${a.length} for ${b.length} at ${
                    [a, b].map((l) => l.map((m) => m.at - this.epoch).join(' ')).join(' | ')}`);
            for (let i = 0; i < Math.min(a.length, b.length); i++) {
                this.note(`message ${i} to ${key}`, differs('webhook', a[i].body, b[i].body));
                if (Math.abs(a[i].at - b[i].at) > 400)
                    this.note(`message ${i} to ${key}`, `${a[i].at - this.epoch} ms for ${b[i].at - this.epoch} ms`);
            }
        }
    }
}

// Tells so many at once; those that differ.
async function tellAll(seeds, lanes, end, sums) {
    const left = [...seeds], different = [];
    await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
        await sleep(lane * 150);
        for (let seed; (seed = left.shift()) !== undefined;) {
            const t = new Telling(seed);
            if (Date.now() > end)
                t.lateness = Infinity, t.wrong.push('there was no time to tell it');
            else
                await t.tell();
            sums.asked += t.asked;
            sums.messages += t.told ?? 0;
            if (t.wrong.length > 0)
                different.push(t);
        }
    }));
    return different;
}

describe('the same stories', () => {
    test(`${only ?? stories} of them, ${side} and alertmanager`, async (context) => {
        const seeds = only ? [Number(only)] : Array.from({ length: stories }, (_, i) => i + 1);
        const sums = { asked: 0, messages: 0 }, slow = new Set();
        let left = seeds, different = [], again = 0, end = Infinity;
        for (const lanes of rounds) {
            if (lanes === 1 && end === Infinity)
                end = Date.now() + alone;
            different = await tellAll(left, lanes, end, sums);
            left = different.map((t) => t.seed);
            again += left.length;
            if (lanes === 1)
                different.filter((t) => t.lateness > late).forEach((t) => slow.add(t.seed));
        }
        const wrong = different.filter((t) => !slow.has(t.seed)).map((t) =>
            `seed ${t.seed}: ${t.wrong.length} differences\n    ${
                t.wrong.slice(0, Number(process.env.SHOW ?? 3)).join('\n    ')}`);
        console.log(`# ${seeds.length} stories, ${sums.asked} answers, ${sums.messages} messages compared; ${again} told ` +
                    `again, ${left.length - wrong.length} late to the last, ${wrong.length} different`);
        assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`);
        assert.ok(sums.asked > 0 && sums.messages > 0);
        if (left.length === seeds.length)
            context.skip('this machine was late with every story');
    });
});
