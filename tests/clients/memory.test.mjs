// memory.test.mjs - memory runs short: new alerts are told to come again before it is used
// up, everything else goes on, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { account, Belfry, until } from './support.mjs';

const taken = [];
let belfry, limit; // MiB: what it has at first, of which a sanitizer's is most, and room

before(async () => {
    belfry = await Belfry.start({ alertmanager: { account: 'default', auth: 'none' },
                                  accounts: [account([])] });
    limit = belfry.config.memory_limit = Math.ceil(resident()) + 80;
    await belfry.restart('SIGTERM');
});
after(() => belfry.stop());

const post = (alerts) => fetch(`${belfry.url}/api/v2/alerts`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(alerts) });
const startsAt = new Date().toISOString(); // as Prometheus: the same with each
const batch = (n) => Array.from({ length: 200 }, (_, i) => ({
    startsAt,
    labels: { alertname: `m-${n}-${i}` }, annotations: { words: `${n}.${i}.`.repeat(400) } }));
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(
    readFileSync(`/proc/${belfry.process.pid}/status`, 'utf8'))[1]) / 1024;
const beside = (known) => post([{ ...known, annotations: { words: 'beside a new one' } },
                                { labels: { alertname: `new-${others}` } }]);
const count = async () => (await (await fetch(`${belfry.url}/api/v2/alerts`)).json()).length;

// New alerts until they are refused.
let next = 0, others = 0;
async function fill() {
    for (let answer; next < 1000; next++) {
        answer = await post(batch(next));
        const text = await answer.text();
        if (answer.status !== 200) {
            assert.equal(answer.status, 503, text);
            return answer;
        }
        taken.push(next);
    }
    assert.fail('it was never refused');
}

test('new alerts are refused before memory is used up', async () => {
    const answer = await fill();
    assert.match(answer.headers.get('retry-after'), /^\d+$/);
    assert.ok(taken.length > 5, 'some were taken');
    assert.match(belfry.log, /memory is short/);
    assert.ok(resident() < limit, `${resident()} MiB`);
});

test('all else goes on: what is sent again, silences, reading', async () => {
    assert.equal((await post(batch(taken[0]))).status, 200);
    // what is there is heard, whatever is new of it: else it would end and people be told so
    const [first, second, ...rest] = batch(taken[0]);
    assert.equal((await post([{ ...first, annotations: { words: 'moved' } }])).status, 200);
    assert.equal((await post([{ ...second, endsAt: new Date().toISOString() }])).status, 200);
    // free pages are given back now and then: what was tight may have room for one more
    let mixed = await beside(rest[0]);
    while (mixed.status === 200 && others < 20) {
        others++;
        await fill();
        mixed = await beside(rest[0]);
    }
    assert.equal(mixed.status, 503);
    const of = async (name) => (await (await fetch(
        `${belfry.url}/api/v2/alerts?filter=${encodeURIComponent(`alertname="${name}"`)}`)).json()).map((a) => a.annotations.words);
    assert.deepEqual(await of(first.labels.alertname), ['moved']);
    assert.deepEqual(await of(second.labels.alertname), []);
    await until('it is heard', async () => (await of(rest[0].labels.alertname))[0] === 'beside a new one');
    assert.deepEqual(await of(`new-${others}`), []);
    const silence = await fetch(`${belfry.url}/api/v2/silences`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ matchers: [{ name: 'a', value: 'b', isRegex: false }], createdBy: 'a', comment: 'c',
                               startsAt: new Date().toISOString(), endsAt: '2037-01-01T00:00:00Z' }) });
    assert.equal(silence.status, 200, await silence.text());
    assert.equal((await fetch(`${belfry.url}/-/healthy`)).status, 200);
    const metrics = await (await fetch(`${belfry.url}/metrics`)).text();
    assert.match(metrics, /belfry_memory_refused_total [1-9]/);
});

test('with more memory all are there, and more are taken', async () => {
    belfry.config.memory_limit = 0;
    await belfry.restart();
    assert.equal(await count(), taken.length * 200 - 1 + others); // one ended
    assert.equal((await post(batch('more'))).status, 200);
});
