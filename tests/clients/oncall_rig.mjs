// oncall_rig.mjs - oncall_mock as a child, and a Belfry whose alertmanager.yml has one
// receiver for each row of an error table; each row is one alert, one message, one verdict.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { account, Belfry, until } from './support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const secret = 'SECRET-9f8e7d6c5b4a-SECRET';
export const bearer = 'oncall-test-key';

export class Mock {
    static async start() {
        const m = new Mock();
        m.process = spawn(join(here, '..', 'support', 'oncall_mock'),
                          ['--key', 'testKey', '--secret', secret],
                          { stdio: ['ignore', 'pipe', 'inherit'] });
        m.port = Number(await new Promise((done) =>
            createInterface({ input: m.process.stdout }).once('line', done)));
        m.url = `http://127.0.0.1:${m.port}`;
        return m;
    }
    stop() {
        this.process.kill('SIGTERM');
    }
    async order(...orders) {
        await fetch(`${this.url}/_control`, { method: 'POST',
            body: JSON.stringify(orders.map((o) => ({ times: 1000, ...o }))) });
    }
    async log() {
        return (await fetch(`${this.url}/_log`)).json();
    }
}

// A Belfry with this alertmanager.yml, and channels as given.
export async function start(yml, config = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'belfry-oncall-'));
    const file = join(folder, 'am.yml');
    writeFileSync(file, JSON.stringify(yml));
    const belfry = await Belfry.start({
        alertmanager: { config_file: file }, log_level: 'debug',
        accounts: [account([{ name: 'ops', bearer, policies: ['full-access'],
                              access_keys: [{ id: 'testAccessKeyId', secret: 'testAccessKeySecret' }] }])],
        ...config,
    });
    const stop = belfry.stop.bind(belfry);
    belfry.stop = async () => {
        try {
            await stop();
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    };
    belfry.tell = (...alerts) => fetch(`${belfry.url}/api/v2/alerts`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts) }).then((r) => assert.equal(r.status, 200));
    belfry.ask = async (path, method = 'GET', body = undefined) => {
        const r = await fetch(`${belfry.url}/api/belfry/v1${path}`, { method,
            headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
            body: body && JSON.stringify(body) });
        return { status: r.status, json: await r.json() };
    };
    // The attempts of the alert of this name, in order.
    belfry.attempts = async (name) => {
        const { json } = await belfry.ask(`/deliveries?alertname=${encodeURIComponent(name)}&order=oldest&limit=100`);
        return json.items.filter((row) => row.kind === 'attempt');
    };
    return belfry;
}

export const ymlOf = (receivers) => ({
    route: { receiver: 'nobody', group_by: ['alertname'], group_wait: '0s', group_interval: '1s',
             routes: receivers.map((r) => ({ matchers: [`to="${r.name}"`], receiver: r.name })) },
    receivers: [{ name: 'nobody' }, ...receivers],
});

// rows: { name, order, verdict, words, seconds, plain }; `receiver` makes a row's entry.
// seconds: until the next try, or how many there should be by the attempt's end.
export async function checkRows(belfry, mock, rows) {
    await mock.order(...rows.filter((r) => r.order).map((r) => ({ match: r.name, ...r.order })));
    for (const row of rows)
        await belfry.tell({ labels: { alertname: row.name, to: row.name, severity: 'critical' },
                            annotations: { summary: 'a 🔥 summary' } });
    for (const row of rows) {
        const [first, second] = await until(`an attempt of ${row.name}`, async () => {
            const all = await belfry.attempts(row.name);
            return all.length > (row.verdict === 'unfit' ? 1 : 0) && all;
        });
        const said = JSON.stringify({ row, first });
        assert.equal(first.word, row.verdict, said);
        assert.match(first.detail.meaning, row.words ?? /^/, said);
        if (row.seconds !== undefined) {
            const end = Date.parse(first.detail.finished);
            const want = typeof row.seconds === 'function' ? row.seconds(end) : row.seconds;
            const got = (Date.parse(first.detail.next_try) - end) / 1000;
            assert.ok(got >= want - 1 && got < want + 20, `${got} s, not ${want}: ${said}`);
        }
        if (row.verdict === 'unfit')
            assert.equal(second.detail.plain, true, said);
    }
}

// Nothing that authorises is in what we keep and show.
export async function checkSecrets(belfry, secrets) {
    const { json } = await belfry.ask('/deliveries?limit=1000');
    for (const s of secrets) {
        assert.ok(!JSON.stringify(json).includes(s), `${s} is in the history`);
        assert.ok(!belfry.log.includes(s), `${s} is in the log`);
    }
}
