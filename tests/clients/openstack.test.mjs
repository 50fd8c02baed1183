// openstack.test.mjs - Debian's python3-openstackclient, unmodified: keystoneauth finds
// our identity service from its URL, gets tokens, and uses them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry } from './support.mjs';

const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const home = mkdtempSync(join(tmpdir(), 'belfry-home-'));
let belfry;

before(async () => {
    belfry = await Belfry.start({ region: 'cn-north-4', accounts: [
        account([{ name: 'ops', password: '密码 p@ss', policies: ['full-access'] }])] });
});
after(async () => {
    await belfry.stop();
    rmSync(home, { recursive: true, force: true });
});

// Runs openstack with OS_* settings; gives { code, out, err }.
function openstack(settings, ...args) {
    const defaults = {
        OS_AUTH_URL: `${belfry.url}/v3`, OS_IDENTITY_API_VERSION: '3',
        OS_USERNAME: 'ops', OS_PASSWORD: '密码 p@ss', OS_USER_DOMAIN_NAME: 'example',
        OS_PROJECT_NAME: 'cn-north-4', OS_PROJECT_DOMAIN_NAME: 'example',
        OS_REGION_NAME: 'cn-north-4',
    };
    const env = Object.fromEntries(Object.entries({
        PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', NO_PROXY: '*',
        ...defaults, ...settings }).filter(([, value]) => value !== undefined));
    return new Promise((resolve) => {
        execFile('openstack', args, { env, timeout: 300_000 }, (error, out, err) => {
            if (error?.code === 'ENOENT')
                throw new Error('openstack is missing: ./dev test installs it');
            resolve({ code: error ? error.code : 0, out, err });
        });
    });
}

async function token(settings = {}) {
    const { code, out, err } = await openstack(settings, 'token', 'issue', '-f', 'json');
    assert.equal(code, 0, err);
    return JSON.parse(out);
}

const unscoped = { OS_PROJECT_NAME: undefined, OS_PROJECT_DOMAIN_NAME: undefined };

describe('openstack', () => {
    test('token issue, for a project', async () => {
        const issued = await token();

        assert.equal(issued.project_id, project);
        assert.match(issued.user_id, /^[0-9a-f]{32}$/);
        const left = Date.parse(issued.expires) - Date.now();
        assert.ok(left > 23.9 * 3_600_000 && left <= 24 * 3_600_000, `${left} ms`);
        const answer = await fetch(`${belfry.url}/v2/${project}/alert/action-rules`,
                                   { headers: { 'X-Auth-Token': issued.id } });
        assert.equal(answer.status, 200);
        assert.deepEqual(await answer.json(), { action_rules: [] });
    });

    test('token issue, from the root URL', async () => {
        assert.equal((await token({ OS_AUTH_URL: belfry.url })).project_id, project);
    });

    test('token issue, for the domain', async () => {
        const issued = await token({ ...unscoped, OS_DOMAIN_NAME: 'example' });

        assert.equal(issued.domain_id, 'd78cbac186b744899480f25bd022f468');
        assert.equal(issued.project_id, undefined);
    });

    test('a token for a token', async () => {
        const { id } = await token();
        const again = await token({ OS_AUTH_TYPE: 'v3token', OS_TOKEN: id,
                                    OS_USERNAME: undefined, OS_PASSWORD: undefined,
                                    OS_USER_DOMAIN_NAME: undefined });

        assert.equal(again.project_id, project);
        assert.notEqual(again.id, id);
    });

    test('project list and catalog list', async () => {
        const projects = await openstack({}, 'project', 'list', '-f', 'json');
        assert.equal(projects.code, 0, projects.err);
        assert.deepEqual(JSON.parse(projects.out), [{ ID: project, Name: 'cn-north-4' }]);
        const catalog = await openstack({}, 'catalog', 'list', '-f', 'json');
        assert.equal(catalog.code, 0, catalog.err);
        assert.deepEqual(JSON.parse(catalog.out).map((s) => s.Type).sort(),
                         ['aom', 'iam', 'identity', 'smn']);
    });

    test('endpoints, and whose they are', async () => {
        const { code, out, err } = await openstack({}, 'endpoint', 'list', '-f', 'json');
        assert.equal(code, 0, err);
        const endpoints = JSON.parse(out);

        assert.deepEqual(endpoints.map((e) => [e['Service Type'], e.Interface, e.Enabled]).sort(),
                         ['aom', 'iam', 'identity', 'smn'].map((type) => [type, 'public', true]));
        assert.ok(endpoints.every((e) => e.URL.startsWith(belfry.url)));
    });

    test('a token that was revoked opens nothing', async () => {
        const { id } = await token();
        const ask = () => fetch(`${belfry.url}/v2/${project}/alert/action-rules`,
                                { headers: { 'X-Auth-Token': id } });
        assert.equal((await ask()).status, 200);
        const { code, err } = await openstack({}, 'token', 'revoke', id);
        assert.equal(code, 0, err);
        assert.equal((await ask()).status, 401);
        await belfry.restart('SIGKILL');
        assert.equal((await ask()).status, 401);
    });

    test('a wrong password, and our words for it', async () => {
        const { code, err } = await openstack({ OS_PASSWORD: 'wrong' }, 'token', 'issue');

        assert.equal(code, 1);
        assert.match(err, /The username or password is wrong\. \(HTTP 401\)/);
    });

    test('a project that is none of theirs', async () => {
        const { code, err } = await openstack({ OS_PROJECT_NAME: 'elsewhere' },
                                              'token', 'issue');

        assert.equal(code, 1);
        assert.match(err, /HTTP 401/);
    });
});
