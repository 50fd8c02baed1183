// routes.test.mjs - which receivers does an alert reach? amtool's own reading of a
// configuration against ours (a server with that file, asked to explain): random trees,
// random label sets. ROUTES=N of these (400); `make routes` asks 10,000.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Chance } from './chance.mjs';
import { account, Belfry } from '../clients/support.mjs';
import { configuration } from './story.mjs';

const wanted = Number(process.env.ROUTES ?? 400), perTree = 40, together = 4;

// Every receiver with a webhook of its own, so that each has somebody to tell.
const withWebhooks = (config) => config.split('\nreceivers:')[0] + '\nreceivers:\n' +
    ['default', 'r.x', '值班 组'].map((name) =>
        `- {name: ${JSON.stringify(name)}, webhook_configs: [{url: "http://127.0.0.1:9/${encodeURIComponent(name)}"}]}`).join('\n') + '\n';

const values = {
    alertname: ['Disk', 'Cpu', 'Net', '磁盘'], team: ['ops', 'dba', 'web'],
    severity: ['critical', 'warning', 'info', 'crit'], instance: ['a:1', 'b:2', 'c.d:3', 'x"y\\z'],
    job: ['node', 'db'],
};

function labels(c) {
    const set = {};
    for (const [name, list] of Object.entries(values))
        if (c.often(65))
            set[name] = c.pick(list);
    return Object.keys(set).length > 0 ? set : { alertname: 'Disk' };
}

const amtool = (file, set) => new Promise((done, wrong) => {
    // amtool reads NAME=VALUE as a matcher: quoted, so that any value is one
    const args = Object.entries(set).map(([k, v]) => `${k}=${JSON.stringify(v)}`);
    execFile('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...args],
             (e, out, said) => (e ? wrong(new Error(`${said}\n${args}`)) : done(out.trim().split(','))));
});

const key = 'route-key-1234567890';

async function ours(belfry, set) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/explain`, {
        method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ labels: set }) });
    assert.equal(answer.status, 200);
    const { decisions } = await answer.json();
    // one line an address: a route's receivers each have one
    return decisions.map((d) => d.to);
}

async function tree(seed) {
    const c = new Chance(seed * 104729 + 3);
    const text = withWebhooks(configuration(c, 'http://127.0.0.1:9'));
    const dir = mkdtempSync(join(tmpdir(), 'belfry-routes-')), file = join(dir, 'am.yml');
    writeFileSync(file, text);
    const belfry = await Belfry.start({
        alertmanager: { config_file: file },
        accounts: [account([{ name: 'ops', bearer: key, policies: ['full-access'] }])],
    });
    const wrong = [];
    let told = 0;
    try {
        for (let i = 0; i < perTree; i++) {
            const set = labels(c);
            const [a, b] = await Promise.all([ours(belfry, set), amtool(file, set)]);
            told += b.length;
            if (JSON.stringify(a) !== JSON.stringify(b))
                wrong.push(`tree ${seed}, ${JSON.stringify(set)}: ours ${a}, amtool ${b}`);
        }
    } finally {
        await belfry.stop();
        rmSync(dir, { recursive: true, force: true });
    }
    return { wrong, told };
}

describe('routes', () => {
    test(`${wanted} label sets, as amtool routes them`, async () => {
        const seeds = Array.from({ length: Math.ceil(wanted / perTree) }, (_, i) => i + 1);
        const wrong = [];
        let told = 0;
        await Promise.all(Array.from({ length: together }, async () => {
            for (let seed; (seed = seeds.shift()) !== undefined;) {
                const one = await tree(seed);
                wrong.push(...one.wrong);
                told += one.told;
            }
        }));
        console.log(`# ${wanted} label sets, ${told} receivers, ${wrong.length} differences`);
        assert.equal(wrong.length, 0, `\n${wrong.slice(0, 10).join('\n')}`);
        assert.ok(told >= wanted);
    });
});
