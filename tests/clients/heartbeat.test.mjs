// heartbeat.test.mjs - heartbeats of the file on a real server: beats by POST and by an
// alert, a miss that is an alert, kill -9 in between; and ping_url.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';

import { account, Belfry, until } from './support.mjs';

const users = [{ name: 'ops', bearer: 'bk-ops', policies: ['full-access'] }];
const headers = { Authorization: 'Bearer bk-ops' };

async function states(belfry) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/heartbeat-states`, { headers });

    return Object.fromEntries((await answer.json()).items.map((h) => [h.name, h]));
}

const beat = (belfry, name) =>
    fetch(`${belfry.url}/api/belfry/v1/heartbeats/${name}/beat`, { method: 'POST', headers });

const alerts = async (belfry) => (await fetch(`${belfry.url}/api/v2/alerts`)).json();

test('who does not beat is an alert, until it beats', async () => {
    const belfry = await Belfry.start({
        accounts: [account(users)],
        heartbeats: [
            { name: 'backup', period: '1s', grace: '1s', labels: ['severity="critical"'] },
            { name: 'watchdog', period: '1h', matchers: ['alertname="Watchdog"'] },
        ],
    });

    try {
        assert.equal((await beat(belfry, 'nobody')).status, 404);
        assert.equal((await beat(belfry, 'backup')).status, 200);
        await until('backup is missed', async () =>
            (await states(belfry)).backup.state === 'missed');
        assert.equal((await states(belfry)).watchdog.state, 'waiting');
        const [missed] = await alerts(belfry);
        assert.deepEqual(missed.labels, { alertname: 'HeartbeatMissed', heartbeat: 'backup',
                                          severity: 'critical' });
        await fetch(`${belfry.url}/api/v2/alerts`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify([{ labels: { alertname: 'Watchdog' } }]),
        });
        const before = (await states(belfry)).watchdog;
        assert.equal(before.state, 'beating');
        await belfry.restart();
        assert.equal((await states(belfry)).backup.state, 'missed');
        assert.equal((await states(belfry)).watchdog.last_beat, before.last_beat);
        assert.equal((await alerts(belfry)).length, 2);
        await until('a beat ends it', async () => { // who looks 2 s later is late
            await beat(belfry, 'backup');
            const names = (await alerts(belfry)).map((a) => a.labels.alertname);
            return names.length === 1 && names[0] === 'Watchdog';
        });
    } finally {
        await belfry.stop();
    }
});

test('ping_url is asked while the server lives', async () => {
    const asked = [];
    const sink = createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.end();
    });

    await new Promise((done) => sink.listen(0, '127.0.0.1', done));
    const belfry = await Belfry.start({
        accounts: [account(users)],
        ping_url: `http://127.0.0.1:${sink.address().port}/ping/t0ken`,
        ping_interval: '1s',
    });

    try {
        await until('two pings', () => asked.length >= 2);
        assert.equal(asked[0], 'GET /ping/t0ken');
        sink.close();
        sink.closeAllConnections();
        await until('a warning', () => belfry.log.includes('the ping to ping_url failed'));
        assert.ok(!belfry.log.includes('t0ken'));
    } finally {
        await belfry.stop();
        sink.close();
    }
});

test('a label of a heartbeat is no comparison', async () => {
    await assert.rejects(Belfry.start({
        accounts: [account(users)],
        heartbeats: [{ name: 'a', period: '1s', labels: ['severity=~"c.*"'] }],
    }), /a label is written name=/);
});
