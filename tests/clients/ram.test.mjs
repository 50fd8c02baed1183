// ram.test.mjs - users, access keys and policies: made, rotated and disabled by our API
// and command line, obeyed by CloudMonitor's door.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ask, refused, sdk } from './cms_rig.mjs';
import { account, Belfry, program } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
let belfry, dir;

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-ram-'));
    writeFileSync(join(dir, 'token'), 'admin-bearer-key', { mode: 0o600 });
    belfry = await Belfry.start({ activate_at_once: true, accounts: [account([
        { name: 'ops', access_keys: [full], policies: ['full-access'], bearer: 'admin-bearer-key' }])] });
});
after(async () => {
    await belfry.stop();
    rmSync(dir, { recursive: true, force: true });
});

const api = (method, path, body) => ask(belfry, method, path, body);
function cli(...args) {
    const { status, stdout, stderr } = spawnSync(program,
        [...args, '--url', belfry.url, '--token-file', join(dir, 'token')], { encoding: 'utf8' });
    return { status, stderr, json: stdout.trim() ? JSON.parse(stdout) : null };
}
const document = (...Statement) => JSON.stringify({ Version: '1', Statement });
const list = (key) => sdk(belfry, key)('DescribeContactList', {});
const key = ({ id, secret }) => ({ id, secret });

describe('users and keys by the API', () => {
    let first, second;

    test('a user is made, and its policies set', async () => {
        const made = await api('PUT', '/users/小王', { policies: ['read-only'] });
        assert.equal(made.status, 201, JSON.stringify(made));
        assert.match(made.body.id, /^[0-9a-f]{32}$/);
        assert.deepEqual(made.body.policies, ['read-only']);
        assert.equal((await api('PUT', '/users/小王', { policies: [] })).status, 200);
        assert.equal((await api('GET', '/users/小王')).body.id, made.body.id);
    });

    test('several keys, each shown once', async () => {
        first = (await api('POST', '/users/小王/keys', {})).body;
        second = (await api('POST', '/users/小王/keys', {})).body;
        assert.match(first.id, /^BF[0-9a-f]{20}$/);
        assert.match(first.secret, /^[0-9a-f]{40}$/);
        assert.notEqual(first.id, second.id);
        const shown = (await api('GET', '/users/小王')).body;
        assert.deepEqual(shown.access_keys.map((k) => k.id), [first.id, second.id]);
        assert.ok(!JSON.stringify(shown).includes(first.secret));
        await api('PUT', '/users/小王', { policies: ['read-only'] });
        for (const k of [first, second])
            assert.equal((await list(key(k))).Code, '200');
        await refused(sdk(belfry, key(first))('DeleteContact', { ContactName: 'x' }), 'NoPermission');
    });

    test('a disabled key is refused, enabled it is good again', async () => {
        const path = `/users/小王/keys/${first.id}`;
        assert.equal((await api('PATCH', path, { disabled: true })).status, 200);
        await refused(list(key(first)), 'InvalidAccessKeyId.Inactive');
        assert.equal((await list(key(second))).Code, '200');
        await api('PATCH', path, { disabled: false });
        assert.equal((await list(key(first))).Code, '200');
        await belfry.restart();
        assert.equal((await list(key(first))).Code, '200');
        assert.equal((await api('DELETE', path)).status, 200);
        await refused(list(key(first)), 'InvalidAccessKeyId.NotFound');
    });

    test('with the user its keys are gone', async () => {
        assert.equal((await api('DELETE', '/users/小王')).status, 204);
        await refused(list(key(second)), 'InvalidAccessKeyId.NotFound');
    });

    test('refused', async () => {
        assert.equal((await api('PUT', '/users/ops', { policies: [] })).body.fault, 'provisioned');
        assert.equal((await api('POST', '/users/ops/keys', {})).body.fault, 'provisioned');
        assert.equal((await api('POST', '/users/nobody/keys', {})).status, 404);
        assert.equal((await api('PUT', '/users/bad', { policies: ['{"Version":"1"}'] })).body.fault, 'invalid');
        assert.equal((await api('PUT', '/users/bad', { policies: Array(21).fill('read-only') })).body.fault, 'invalid');
        assert.equal((await api('PUT', '/users/bad', { policies: ['x'.repeat(2049)] })).status, 400);
        await api('PUT', '/users/small', { policies: [] });
        assert.equal((await api('PATCH', '/users/small/keys/none', { disabled: true })).status, 404);
        const made = (await api('POST', '/users/small/keys', {})).body;
        assert.equal((await api('PATCH', `/users/small/keys/${made.id}`, {})).body.fault, 'missing');
        const by = await fetch(`${belfry.url}/api/belfry/v1/users`, { headers: { authorization: 'Bearer nobody' } });
        assert.equal(by.status, 401);
    });
});

describe('by the command line', () => {
    test('user, key, rotation', async () => {
        const file = join(dir, 'policy.json');
        writeFileSync(file, document({ Effect: 'Allow', Action: 'cms:Describe*', Resource: '*' }));
        assert.equal(cli('user', 'put', 'night shift', file).status, 0);
        const old = cli('key', 'add', 'night shift').json;
        assert.equal((await list(key(old))).Code, '200');
        const fresh = cli('key', 'rotate', 'night shift', old.id).json;
        assert.equal((await list(key(fresh))).Code, '200');
        await refused(list(key(old)), 'InvalidAccessKeyId.Inactive');
        assert.equal(cli('key', 'enable', 'night shift', old.id).status, 0);
        assert.equal((await list(key(old))).Code, '200');
        assert.equal(cli('key', 'delete', 'night shift', old.id).status, 0);
        await refused(list(key(old)), 'InvalidAccessKeyId.NotFound');
        assert.deepEqual(cli('user', 'show', 'night shift').json.access_keys.map((k) => k.id), [fresh.id]);
        assert.ok(cli('user', 'list').json.items.some((u) => u.name === 'night shift'));
        assert.equal(cli('user', 'delete', 'night shift').status, 0);
        assert.equal(cli('user', 'show', 'night shift').status, 5);
        assert.equal(cli('key', 'add').status, 2);
        assert.equal(cli('user', 'put', 'x', 'no such file').status, 2);
    });

    test('policy test', () => {
        const file = join(dir, 'test.json');
        writeFileSync(file, document(
            { Effect: 'Allow', Action: ['cms:Put*', 'cms:?escribe*'], Resource: 'acs:cms:*:1234567890123456:*',
              Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } },
            { Effect: 'Deny', NotAction: 'cms:*', Resource: '*' }));
        const verdict = (action, ...more) => {
            const { status, json } = cli('policy', 'test', action, ...more);
            return [status, json.verdict];
        };
        assert.deepEqual(verdict('cms:PutContact', file, '--source-ip', '10.1.2.3'), [0, 'allow']);
        assert.deepEqual(verdict('cms:putcontact', file, '--source-ip', '10.1.2.3'), [0, 'allow']);
        assert.deepEqual(verdict('cms:PutContact', file, '--source-ip', '11.1.2.3'), [3, 'implicit_deny']);
        assert.deepEqual(verdict('cms:DeleteContact', file, '--source-ip', '10.1.2.3'), [3, 'implicit_deny']);
        assert.deepEqual(verdict('aom:x', file), [3, 'explicit_deny']);
        assert.deepEqual(verdict('cms:DescribeContactList', 'read-only'), [0, 'allow']);
        assert.deepEqual(verdict('cms:PutContact', 'read-only'), [3, 'implicit_deny']);
        assert.deepEqual(verdict('cms:PutContact', '--user', 'ops'), [0, 'allow']);
        writeFileSync(file, '{"Version":"2"}');
        const bad = cli('policy', 'test', 'cms:PutContact', file);
        assert.deepEqual([bad.status, bad.json.verdict, bad.json.policies[0].field], [3, 'explicit_deny', 'Version']);
    });
});

describe('every operator, as the door obeys it', () => {
    const past = '2020-01-01T00:00:00Z', future = '2099-01-01T00:00:00Z';
    const now = Math.floor(Date.now() / 1000);
    for (const [operator, name, yes, no] of [
        ['StringEquals', 'acs:SourceIp', '127.0.0.1', '127.0.0.2'],
        ['StringNotEquals', 'acs:SourceIp', '127.0.0.2', '127.0.0.1'],
        ['StringEqualsIgnoreCase', 'acs:SecureTransport', 'FALSE', 'TRUE'],
        ['StringNotEqualsIgnoreCase', 'acs:SecureTransport', 'TRUE', 'FALSE'],
        ['StringLike', 'acs:SourceIp', '127.*.?', '128.*'],
        ['StringNotLike', 'acs:SourceIp', '128.*', '127.*'],
        ['NumericEquals', 'acs:CurrentTime', null, '1'],
        ['NumericNotEquals', 'acs:CurrentTime', '1', null],
        ['NumericLessThan', 'acs:CurrentTime', String(now + 9999), '1'],
        ['NumericLessThanEquals', 'acs:CurrentTime', String(now + 9999), '1'],
        ['NumericGreaterThan', 'acs:CurrentTime', '1', String(now + 9999)],
        ['NumericGreaterThanEquals', 'acs:CurrentTime', '1', String(now + 9999)],
        ['DateEquals', 'acs:CurrentTime', null, past],
        ['DateNotEquals', 'acs:CurrentTime', past, null],
        ['DateLessThan', 'acs:CurrentTime', future, past],
        ['DateLessThanEquals', 'acs:CurrentTime', future, past],
        ['DateGreaterThan', 'acs:CurrentTime', past, future],
        ['DateGreaterThanEquals', 'acs:CurrentTime', past, future],
        ['Bool', 'acs:SecureTransport', 'false', 'true'],
        ['Bool', 'acs:MFAPresent', 'false', 'true'],
        ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8', '127.0.0.0/8'], ['10.0.0.0/8', '::/0']],
        ['NotIpAddress', 'acs:SourceIp', ['10.0.0.0/8', '::/0'], ['10.0.0.0/8', '127.0.0.1/32']],
    ])
        test(`${operator} ${name}`, async () => {
            await api('PUT', '/users/asker', { policies: [] });
            const asker = (await api('GET', '/users/asker')).body.access_keys.length
                ? asker_key : (asker_key = (await api('POST', '/users/asker/keys', {})).body);
            for (const [value, allowed] of [[yes, true], [no, false]]) {
                if (value === null)
                    continue;
                const made = await api('PUT', '/users/asker', { policies: [document({ Effect: 'Allow',
                    Action: 'cms:DescribeContactList', Resource: '*', Condition: { [operator]: { [name]: value } } })] });
                assert.equal(made.status, 200, JSON.stringify(made));
                if (allowed)
                    assert.equal((await list(key(asker))).Code, '200');
                else
                    await refused(list(key(asker)), 'NoPermission', 'cms:DescribeContactList');
            }
        });
    let asker_key;
});
