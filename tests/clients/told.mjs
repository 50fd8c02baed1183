// told.mjs - what the tests of delivery share: an alert goes in, and the attempts that
// were made for it come back from the history.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sendV1 } from './alibaba_sign.mjs';
import { until } from './support.mjs';

export const bearer = 'bk-delivery-test';
export const admin = { Authorization: `Bearer ${bearer}` };

export const accessKey = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
export const users = [{ name: 'ops', password: 'pw', bearer, access_keys: [accessKey], policies: ['full-access'] }];

// A contact for each name and one group of them all, by CloudMonitor's API.
export async function enterPeople(belfry, group, people) {
    const call = async (action, params) => {
        const answer = await sendV1(belfry.host, action, params, { key: accessKey });
        assert.equal(answer.status, 200, JSON.stringify(answer.json));
    };
    const members = {};
    for (const [i, [name, channels]] of Object.entries(people).entries()) {
        await call('PutContact', { ContactName: name, Describe: 'x', ...channels });
        members[`ContactNames.${i + 1}`] = name;
    }
    await call('PutContactGroup', { ContactGroupName: group, ...members });
}

const support = join(dirname(fileURLToPath(import.meta.url)), '..', 'support');

// A mock of tests/support on a free port. stop() ends it.
export async function mock(name, ...options) {
    const process = spawn(join(support, name), options, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: process.stdout });
    const port = Number(await new Promise((done) => lines.once('line', done)));
    const ended = new Promise((done) => process.on('close', done));
    return { port, process, url: `http://127.0.0.1:${port}`,
             stop: () => { process.kill('SIGTERM'); return ended; } };
}

// A mock that keeps what its webhook is sent: received() gives { headers, body, json } each.
export async function webhookSink() {
    const sink = await mock('webhook_sink');
    return { ...sink, url: `${sink.url}/hook`,
             received: async () => (await (await fetch(`${sink.url}/_log`)).json())
                 .map((r) => ({ ...r, json: JSON.parse(r.body) })) };
}

export async function fire(belfry, ...alerts) {
    const answer = await fetch(`${belfry.url}/api/v2/alerts`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(alerts.map((labels) => ({ labels }))) });
    assert.equal(answer.status, 200, await answer.text());
}

// Oldest first: by their sequence, for the times of two may be equal.
export async function history(belfry, alertname, kind = 'attempt') {
    const query = new URLSearchParams({ alertname, kind, order: 'oldest' });
    const answer = await fetch(`${belfry.url}/api/belfry/v1/deliveries?${query}`, { headers: admin });
    assert.equal(answer.status, 200);
    return (await answer.json()).items.filter((row) => row.kind === kind);
}

// The first `n` attempts for the alert, oldest first: { word, detail, ... }.
export async function attempts(belfry, alertname, n = 1) {
    return until(`${n} attempts for ${alertname}`, async () => {
        const all = await history(belfry, alertname);
        return all.length >= n && all;
    });
}
