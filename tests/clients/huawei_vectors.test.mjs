// huawei_vectors.test.mjs - requests recorded from real clients (tests/vectors/huawei), byte
// for byte as they stood on the wire, each answered with what its client needs
// (contracts/huawei.md 3.8). Signatures are old, so the window for them is wide.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { account, Belfry } from './support.mjs';

const records = (name) => JSON.parse(readFileSync(
    new URL(`../vectors/huawei/${name}.json`, import.meta.url), 'utf8'));
const key = { id: 'HWTESTAK0000000000', secret: 'test-secret-key-0123456789' };
const start = (more, password) => Belfry.start({
    region: 'cn-north-4', clock_skew: '200000h',
    accounts: [account([{ name: 'ops', password, access_keys: [
        { ...key, ...more }, ...['R', 'G'].map((c) => ({ ...key, id: key.id + c }))],
                          policies: ['full-access'] }],
                       { domain: { id: 'd78cbac186b744899480f25bd022f468', name: 'acct' } })] });
let belfry, temporary;

before(async () => {
    belfry = await start({}, 'pw');
    temporary = await start({ security_token: 'STS-TOKEN-abc' }, 'p@ss');
});
after(async () => {
    await belfry.stop();
    await temporary.stop();
});

function send(server, r, headers = r.headers) {
    return new Promise((resolve, reject) => {
        const ask = request({ host: '127.0.0.1', port: server.port, method: r.method,
                              path: r.target, setHost: false, headers: headers.flat() },
                            (answer) => {
            const pieces = [];
            answer.on('data', (p) => pieces.push(p));
            answer.on('end', () => {
                const text = Buffer.concat(pieces).toString();
                resolve({ status: answer.statusCode, headers: answer.headers, text,
                          body: text ? JSON.parse(text) : undefined });
            });
        });
        ask.on('error', reject);
        ask.end(Buffer.from(r.body_base64, 'base64'));
    });
}

// Where the recording mock played a part (err401 ...), or knew what is not there.
const otherwise = {
    'ShowActionRule-space': 404, 'ShowActionRule-a b': 404, 'ShowActionRule-err401': 404,
    'ShowActionRule-err403': 404, 'ShowActionRule-err404': 404, 'ShowActionRule-err500': 404,
    DeleteNotificationTemplate: 400, 'ListNotifiedHistories-empty-query': 200,
};
// By its other half: what the mock of the recording gave, or what the client reads of it.
const wants = {
    ListActionRule: (b) => b.action_rules.some((r) => r.rule_name === 'lhy_test01'),
    'ShowActionRule-ascii': (b) => b.type === '1' && typeof b.create_time === 'number',
    'ShowActionRule-chinese': (b) => b.rule_name === '告警规则1',
    'ShowActionRule-告警规则1': (b) => b.rule_name === '告警规则1',
    'SMN-CreateTopic': (b) => b.topic_urn.endsWith(':lhy_test01'),
    'SMN-AddSubscription': (b) => /:[0-9a-f]{32}$/.test(b.subscription_urn),
    'SMN-AddSubscription-urn-in-path': (b) => /:[0-9a-f]{32}$/.test(b.subscription_urn),
    'SMN-PublishMessage': (b) => /^[0-9a-f]{32}$/.test(b.message_id),
    'UpdateActionRule-400': (b) => b.error_code === 'AOM.08019006' && 'trace_id' in b,
};
const firsts = { '/v3/projects?name=cn-north-4': (b) => b.projects.length === 1,
                 '/v3/auth/domains': (b) => b.domains[0].id.length === 32 };

async function prepare(name, own) {
    if (!own.prepared && name.startsWith('ShowActionRule')) {
        own.prepared = true;
        const add = own.all.find((r) => r.name === 'AddActionRule');
        const token = await tokenOf();
        const body = { ...JSON.parse(add.body_utf8), rule_name: '告警规则1' };
        const made = await fetch(belfry.url + add.target, {
            method: 'POST', body: JSON.stringify(body),
            headers: { 'Content-Type': 'application/json', 'X-Auth-Token': token } });
        assert.equal(made.status, 200);
    }
}

async function tokenOf() {
    const { headers } = await send(belfry, records('keystone-openstackclient-6.0.0').find(
        (r) => r.name === 'token-issue' && r.method === 'POST'));
    return headers['x-subject-token'];
}

for (const file of ['nodejs-core-3.1.211', 'go-sdk-v3'])
    describe(file, () => {
        const own = { all: records(file) };
        // the rules go last: others look at them
        const order = [...own.all].sort((a, b) =>
            (a.name === 'DeleteActionRule') - (b.name === 'DeleteActionRule'));

        for (const r of order)
            test(`${r.name} ${r.method} ${r.target.split('?')[0].split('/').at(-1)}`, async () => {
                const one = /temporary|KeystoneCreateUser/.test(r.name) ? temporary : belfry;
                await prepare(r.name, own);
                const { status, body, text } = await send(one, r);
                const wanted = [otherwise[r.name] ?? r.response.status].flat();

                // what is there already from the other file: 200 where it was 201
                if (/^SMN-(Create|Add)/.test(r.name))
                    wanted.push(200);
                assert.ok(wanted.includes(status), `${status}, not ${wanted}: ${text}`);
                const look = wants[r.name] ?? firsts[r.target];
                if (look)
                    assert.ok(look(body), text);
            });
    });

describe('keystone-openstackclient-6.0.0', () => {
    for (const r of records('keystone-openstackclient-6.0.0'))
        test(`${r.name} ${r.method} ${r.target}`, async () => {
            // tokens of the recording are the mock's: ours stand in for them
            const token = JSON.stringify(r.body_utf8).includes('MIIfake') ||
                r.headers.some(([, v]) => v === 'MIIfake') ? await tokenOf() : undefined;
            const headers = r.headers.map(([k, v]) => v === 'MIIfake' ? [k, token] : [k, v]);
            let sent = r;
            if (token && r.body_utf8.includes('MIIfake')) {
                const body = r.body_utf8.replace('MIIfake', token);
                sent = { ...r, body_base64: Buffer.from(body).toString('base64') };
                for (const h of headers)
                    if (h[0].toLowerCase() === 'content-length')
                        h[1] = String(Buffer.byteLength(body));
            }
            const { status, body, headers: got, text } = await send(belfry, sent, headers);

            if (r.method === 'GET' && r.target === '/v3') {
                assert.equal(status, 200); // also where the recording's mock had none
                assert.equal(body.version.id, 'v3.6');
            } else {
                assert.equal(status, r.response.status, text);
            }
            if (status === 201) {
                assert.ok(got['x-subject-token']);
                assert.ok(body.token.expires_at && body.token.user.id && body.token.project.id);
            }
            if (status === 300) // where it leads has to be reachable
                assert.equal(body.versions.values[0].links[0].href, `http://${
                    r.headers.find(([k]) => k.toLowerCase() === 'host')[1]}/v3/`);
            if (status === 401)
                assert.equal(body.error.code, 401);
        });
});
