// cms_gateway.test.mjs - what holds of every operation of CloudMonitor's door: JSON and XML,
// nonces across restarts, throttling, bearer keys, and the whole list of operations.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import cms from '@alicloud/cms20190101';
import { percent, send, sendV1, sendV3, v3 } from './alibaba_sign.mjs';
import { ask, sdk } from './cms_rig.mjs';
import { account, Belfry, until } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const sts = { id: 'STS.temporary', secret: 'stsSecret', security_token: 'token+/=abc' };
const reader = { id: 'readerKey', secret: 'readerSecret' };
let belfry;

const config = (more) => ({ activate_at_once: true, accounts: [account([
    { name: 'ops', access_keys: [full, sts], policies: ['full-access'], bearer: 'admin-bearer-key' },
    { name: 'reader', access_keys: [reader], policies: ['read-only'], bearer: 'reader-bearer-key' }])], ...more });
before(async () => { belfry = await Belfry.start(config()); });
after(() => belfry.stop());

describe('every operation', () => {
    const source = readFileSync(new URL('./node_modules/@alicloud/cms20190101/src/client.ts', import.meta.url), 'utf8');
    const actions = [...new Set([...source.matchAll(/action: "(\w+)"/g)].map((m) => m[1]))].sort();
    const page = readFileSync(new URL('../../doc/api/alibaba.md', import.meta.url), 'utf8');

    test('of the SDK is answered, or refused in so many words', async () => {
        assert.ok(actions.length > 150);
        let built = 0;
        for (const action of actions) {
            const answer = await sendV1(belfry.host, action, {}, { key: full });
            const missing = answer.json.Code === 'InvalidAction.NotFound';
            assert.equal(missing, !page.includes(`| ${action} |`), action);
            built += !missing;
            if (!missing)
                continue;
            assert.equal(answer.status, 404);
            assert.equal(answer.json.Message, `The operation ${action} is not supported by Belfry yet.`);
            assert.ok(new RegExp(`\\b${action}\\b`).test(page), action);
        }
        assert.ok(page.includes(`${built} of CloudMonitor's ${actions.length} operations are answered`));
    });

    test('that reads may be called by read-only users, no other', async () => {
        for (const [, action, reads] of page.matchAll(/^\| (\w+) \| `cms:\w+` \| (yes|no) \|/gm)) {
            const { json } = await sendV1(belfry.host, action, {}, { key: reader });
            assert.equal(json.Code === 'NoPermission', reads === 'no', action);
            if (reads === 'no')
                assert.deepEqual([json.AccessDeniedDetail.AuthAction, json.AccessDeniedDetail.NoPermissionType,
                                  json.AccessDeniedDetail.AuthPrincipalType], [`cms:${action}`, 'ImplicitDeny', 'SubUser']);
        }
    });

    test('answers XML when it is asked to', async () => {
        await sendV1(belfry.host, 'PutEventRule', { RuleName: 'x<&>', 'EventPattern.1.Product': 'ecs',
            'EventPattern.1.LevelList.1': 'WARN', 'EventPattern.1.LevelList.2': 'INFO' }, { key: full });
        const list = await sendV1(belfry.host, 'DescribeEventRuleList', {}, { key: full, Format: 'xml' });
        assert.equal(list.headers['content-type'], 'text/xml;charset=utf-8');
        assert.match(list.text, /^<\?xml[^]*<DescribeEventRuleListResponse>[^]*<EventRules><EventRule><Name>x&lt;&amp;&gt;<\/Name>/);
        assert.ok(list.text.includes('<LevelList><LevelList>WARN</LevelList><LevelList>INFO</LevelList></LevelList>'));
        assert.ok(list.text.endsWith('<Total>1</Total></DescribeEventRuleListResponse>'));
        const logs = await sendV1(belfry.host, 'DescribeAlertLogList', {}, { key: full, Format: 'XML' });
        assert.match(logs.text, /<Code>200<\/Code>[^]*<PageSize>10<\/PageSize>/);
        const bad = await sendV1(belfry.host, 'DeleteEventRules', { 'RuleNames.1': 'no' }, { key: full, Format: 'XML' });
        assert.equal(bad.status, 404);
        assert.match(bad.text, /<Error>[^]*<Code>ResourceNotFound<\/Code>/);
    });
});

describe('a nonce is good once, also behind a restart', () => {
    for (const [what, action, params] of [
        ['a read', 'DescribeEventRuleList', {}],
        ['a change', 'PutEventRule', { RuleName: 'nonce', 'EventPattern.1.Product': 'ecs' }],
        ['a refused change', 'DeleteEventRules', { 'RuleNames.1': 'no such' }],
        ['an event', 'PutCustomEvent', { 'EventInfo.1.EventName': 'n', 'EventInfo.1.Content': 'c' }],
    ])
        test(what, async () => {
            const nonce = randomUUID();
            const once = () => sendV1(belfry.host, action, params, { key: full, SignatureNonce: nonce });
            assert.notEqual((await once()).json.Code, 'SignatureNonceUsed');
            assert.equal((await once()).json.Code, 'SignatureNonceUsed');
            // of a read the nonce rides with the next flush
            assert.equal((await sendV1(belfry.host, 'PutContactGroup', { ContactGroupName: 'flush' }, { key: full })).status, 200);
            await belfry.restart('SIGKILL');
            assert.equal((await once()).json.Code, 'SignatureNonceUsed');
            // of another key it is another nonce
            assert.notEqual((await sendV1(belfry.host, action, params, { key: reader, SignatureNonce: nonce })).json.Code,
                            'SignatureNonceUsed');
        });
});

describe('tokens', () => {
    test('STS, V1 and V3', async () => {
        for (const by of [sdk(belfry, sts), sdk(belfry, sts, 'v2')])
            assert.equal((await by('DescribeEventRuleList', {})).Code, '200');
    });

    test('a bearer key is its user', async () => {
        const list = (token) => send(belfry.host, { method: 'POST',
            query: `Action=DescribeEventRuleList&Version=2019-01-01&BearerToken=${percent(token)}&SignatureType=BEARERTOKEN` });
        const put = (token) => send(belfry.host, { method: 'POST', query: 'RuleName=b&EventPattern.1.Product=ecs&SignatureType=BEARERTOKEN',
            headers: { 'x-acs-action': 'PutEventRule', 'x-acs-version': '2019-01-01', 'x-acs-bearer-token': token } });
        assert.equal((await list('reader-bearer-key')).json.Code, '200');
        assert.equal((await put('reader-bearer-key')).json.Code, 'NoPermission');
        assert.equal((await put('admin-bearer-key')).json.Code, '200');
        for (const bad of ['', 'nobody'])
            assert.equal((await put(bad)).json.Code, 'InvalidBearerToken');
    });
});

describe('throttling', () => {
    let slow;
    before(async () => { slow = await Belfry.start(config({ user_rate: 2 })); });
    after(() => slow.stop());

    test('a user who asks too often is told to wait, in each client\'s way', async () => {
        const began = Date.now(), many = [];
        do
            many.push(...await Promise.all(Array.from({ length: 8 }, () => sendV3(slow.host, 'DescribeEventRuleList', {}, { key: full }))));
        while (many.every((a) => a.status !== 429));
        const late = many.filter((a) => a.status === 429), taken = many.length - late.length;
        assert.ok(taken >= 2 && taken <= 3 + 2 * (Date.now() - began) / 1000, `${taken} of ${many.length}`);
        assert.equal(late[0].json.Code, 'Throttling.User');
        assert.ok(Number(late[0].headers['x-acs-retry-after']) > 0 && Number(late[0].headers['x-acs-retry-after']) <= 1001);
        assert.equal(late[0].headers['retry-after'], '1');
        // another user is not concerned
        assert.equal((await sendV3(slow.host, 'DescribeEventRuleList', {}, { key: reader })).status, 200);
        const error = await (async () => {
            for (;;)
                await Promise.all(Array.from({ length: 8 }, () => sdk(slow, full)('DescribeEventRuleList', {})));
        })().catch((e) => e);
        assert.equal(error.code, 'Throttling.User');
        assert.ok(error.retryAfter > 0);
        await until('it is served again', async () =>
            (await sendV3(slow.host, 'DescribeEventRuleList', {}, { key: full })).status === 200);
    });
});
