// slow.test.mjs - clients that say a byte a second, by the hundred, when there are fewer
// connections than they want; and no open files at all. Healthy clients go on, nothing is
// lost, no processor is burnt, and the log says what is missing.
//
// `make slow` runs it with 5,000 slow clients and the usual number of connections.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { account, Belfry, sleep, until } from './support.mjs';

const slow = Number(process.env.SLOW ?? 500), rounds = Number(process.env.ROUNDS ?? 40);
const files = slow <= 1000 ? 600 : 0; // 0: as it is
const told = new Set();
let belfry, hook, pid, resting = 0; // open files when nothing is under way

before(async () => {
    hook = http.createServer((req, res) => {
        let body = '';
        req.on('data', (b) => { body += b; });
        req.on('end', () => {
            for (const a of JSON.parse(body).alerts)
                told.add(a.labels.alertname);
            res.end();
        });
    });
    await new Promise((done) => hook.listen(0, '127.0.0.1', done));
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' },
        routes: [{ name: 'all', matchers: [], group_by: ['alertname'], group_wait: '0s', group_interval: '1s',
                   webhooks: [{ url: `http://127.0.0.1:${hook.address().port}/` }] }],
        accounts: [account([])],
    }, files ? ['prlimit', `--nofile=${files}:${files}`] : []);
    pid = belfry.process.pid;
    if (process.getuid() === 0)
        resting = readdirSync(`/proc/${pid}/fd`).length;
});
after(async () => {
    await belfry.stop();
    hook.close();
});

// One request on a connection of its own; null: it was not answered.
const once = (method, path, body) => new Promise((resolve) => {
    const request = http.request({ host: '127.0.0.1', port: belfry.port, method, path, agent: false,
                                   headers: body ? { 'content-type': 'application/json' } : {} }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
        answer.on('error', () => resolve(null));
    });
    request.on('error', () => resolve(null));
    request.setTimeout(120_000, () => request.destroy());
    request.end(body);
});
// As a sensible client: hung up on, it comes again.
let turnedAway = 0;
const served = (words, ...how) => until(`an answer to ${words}`, async () => {
    const status = await once(...how);
    turnedAway += status === null;
    return status;
});
async function fire(name) {
    assert.equal(await served(name, 'POST', '/api/v2/alerts', JSON.stringify([{ labels: { alertname: name } }])), 200);
}

// Seconds of processor it has used.
function used() {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(stat[11]) + Number(stat[12])) / 100;
}
async function rests(words, ms = 2000) {
    const [began, cpu] = [Date.now(), used()];
    await sleep(ms);
    const share = (used() - cpu) / ((Date.now() - began) / 1000);
    assert.ok(share < 0.6, `${words}: ${Math.round(share * 100)} % of a processor`);
    return share;
}
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

test(`${slow} slow clients, and healthy ones beside them`, async (t) => {
    let ended = 0;
    const sockets = Array.from({ length: slow }, (_, i) => {
        const s = connect({ host: '127.0.0.1', port: belfry.port });
        s.on('connect', () => s.write(i % 2
            ? 'POST /api/v2/alerts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n['
            : 'GET /api/v2/alerts HTTP/1.1\r\nHost: a\r\nX-Slow: '));
        s.on('error', () => {});
        s.on('close', () => { ended++; });
        s.resume();
        return s;
    });
    const drip = setInterval(() => sockets.forEach((s) => s.writable && s.write(' ')), 1000);
    const took = [];
    try {
        for (let i = 0; i < rounds; i++) {
            const began = performance.now();
            await fire(`slow-${i}`);
            assert.equal(await served('the status', 'GET', '/api/v2/status'), 200);
            took.push(performance.now() - began);
        }
        const share = await rests('with slow clients');
        took.sort((a, b) => a - b);
        t.diagnostic(`${slow} slow clients, ${ended} ended; healthy: ${2 * rounds} requests answered, ${turnedAway} ` +
            `came again, a pair took ${took[rounds >> 1].toFixed(1)} ms (median), ${took.at(-1).toFixed(0)} ms (most); ` +
            `${Math.round(share * 100)} % of a processor, ${memory().toFixed(0)} MiB`);
        await until('every alert told', () => Array.from({ length: rounds }, (_, i) => told.has(`slow-${i}`)).every(Boolean));
        if (files) {
            assert.match(belfry.log, /only 300 connections fit into 600 open files/);
            assert.ok(ended > 0, 'somebody made room');
            assert.match(belfry.log, /all 300 connections are taken/);
        }
    } finally {
        clearInterval(drip);
        sockets.forEach((s) => s.destroy());
    }
});

// A limit is lowered from outside, which is for root where the server lets nobody look at it.
test('no open files are left, and they come back', { skip: !files || process.getuid() !== 0 }, async () => {
    const limit = (n) => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${n}:`]);
    for (let turn = 0; turn < 4; turn++) {
        const waiting = [];
        limit(resting);
        try {
            for (let i = 0; i < 20; i++)
                waiting.push(once('POST', '/api/v2/alerts',
                                  JSON.stringify([{ labels: { alertname: `files-${turn}-${i}` } }])));
            await rests('without open files', turn === 0 ? 1500 : 300);
            await until('it is said', () => /no open files are left/.test(belfry.log));
            assert.equal(belfry.exit, null);
        } finally {
            limit(files);
        }
        await Promise.all(waiting);
        await fire(`files-back-${turn}`);
        await until('it is told again', () => told.has(`files-back-${turn}`));
    }
});
