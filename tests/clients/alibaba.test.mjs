// alibaba.test.mjs - the vendor's own clients, unmodified, against build/belfry:
// @alicloud/cms20190101 (V3, and V1 by its switch) and @alicloud/pop-core (V1, GET
// and POST), through all seven contact operations.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import cms from '@alicloud/cms20190101';
import pop from '@alicloud/pop-core';
import { startMailSink } from '../demo/sinks.mjs';
import { account, Belfry, until } from './support.mjs';
import { canonical, percent, send, sendV1, sendV3, stamp, stringToSign, v1, v3 }
    from './alibaba_sign.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const sts = { id: 'STS.NTtestTemporary', secret: 'stsSecret',
              security_token: 'testSecurityToken+/=abc' };
const reader = { id: 'readerKey', secret: 'readerSecret' };
const clerk = { id: 'clerkKey', secret: 'clerkSecret' };
const guest = { id: 'guestKey', secret: 'guestSecret' };
const other = { id: 'otherKey', secret: 'otherSecret' };

const clerkPolicy = JSON.stringify({
    Version: '1',
    Statement: [
        { Effect: 'Allow', Action: ['cms:Describe*', 'cms:PutContact'], Resource: '*',
          Condition: { IpAddress: { 'acs:SourceIp': ['127.0.0.0/8', '::1'] } } },
        { Effect: 'Allow', NotAction: 'cms:*Contact', Resource: 'acs:cms:*:1234567890123456:*' },
        { Effect: 'Deny', Action: 'cms:Delete*', Resource: '*' },
    ],
});

const robot = 'https://oapi.dingtalk.com/robot/send?access_token=7d49515e8ebf2110&x=1';
const upperUuid = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/;

let belfry, mailServer;
const mails = [];

before(async () => {
    mailServer = await startMailSink((mail) => mails.push(mail));
    const user = (name, key, policies) => ({ name, access_keys: [key], policies });
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: mailServer.port, from: 'belfry@example.com' },
        accounts: [
            account([
                { name: 'ops', access_keys: [full, sts], policies: ['full-access'],
                  bearer: 'admin-bearer-key' },
                user('reader', reader, ['read-only']),
                user('clerk', clerk, [clerkPolicy]),
                user('guest', guest, []),
            ]),
            { name: 'other', uid: '6666', project_id: 'other',
              users: [user('ops', other, ['full-access'])] },
        ],
    });
});
after(async () => {
    await belfry.stop();
    mailServer.close();
});

// ---- the clients, each as call(action, params) -> body -----------------------------

// Parameters as the wire names them: { ContactNames: [..], Channels: { Mail: .. } }.
const lowerFirst = (name) => (/^[A-Z]{2}/.test(name) ? name : name[0].toLowerCase() + name.slice(1));

// Builds the SDK's own request object by its table of names.
function sdkRequest(Class, params) {
    const names = Object.fromEntries(Object.entries(Class.names()).map(([k, v]) => [v, k]));
    const types = Class.types();
    const fields = {};
    for (const [wire, value] of Object.entries(params)) {
        const field = names[wire] ?? lowerFirst(wire);
        const type = types[field];
        fields[field] = typeof type === 'function' ? sdkRequest(type, value) : value;
    }
    return new Class(fields);
}

function sdk(key, signatureAlgorithm) {
    const client = new cms.default({
        accessKeyId: key.id, accessKeySecret: key.secret, securityToken: key.security_token,
        endpoint: belfry.host, protocol: 'HTTP', regionId: 'cn-hangzhou', signatureAlgorithm,
    });
    return async (action, params = {}) => {
        const response = await client[lowerFirst(action)](
            sdkRequest(cms[`${action}Request`], params));
        return response.body.toMap();
    };
}

// pop-core does not flatten objects: its users write Channels.Mail themselves.
function popCore(key, method) {
    const client = new pop.RPCClient({
        accessKeyId: key.id, accessKeySecret: key.secret, securityToken: key.security_token,
        endpoint: belfry.url, apiVersion: '2019-01-01',
    });
    return (action, params = {}) => {
        const flat = {};
        for (const [name, value] of Object.entries(params)) {
            if (value !== null && typeof value === 'object' && !Array.isArray(value))
                for (const [member, text] of Object.entries(value))
                    flat[`${name}.${member}`] = text;
            else
                flat[name] = value;
        }
        // its JSON reader makes objects without a prototype
        return client.request(action, flat, { method })
            .then((body) => JSON.parse(JSON.stringify(body)));
    };
}

const clients = {
    'cms20190101 V3': (key) => sdk(key),
    'cms20190101 V1': (key) => sdk(key, 'v2'),
    'pop-core GET': (key) => popCore(key, 'GET'),
    'pop-core POST': (key) => popCore(key, 'POST'),
};

// What the SDK throws, with the Code and the words of our answer in it.
async function refused(promise, code, words = '') {
    const error = await promise.then(
        (body) => assert.fail(`passed: ${JSON.stringify(body)}`), (e) => e);
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(words), error.message);
    return error;
}

function succeeded(body) {
    assert.match(body.RequestId, upperUuid);
    assert.deepEqual({ Code: body.Code, Message: body.Message, Success: body.Success },
                     { Code: '200', Message: '', Success: true });
    return body;
}

const recent = (ms) => Number.isInteger(ms) && Math.abs(Date.now() - ms) < 120_000;

// ---- the seven operations, by each client ---------------------------------------------

for (const [name, connect] of Object.entries(clients)) {
    describe(name, () => {
        const tag = name.replace(/\W/g, '');
        const zhang = `张三.${tag}`;
        const alice = `Alice_${tag}-x`;
        const group = `考勤系统组 ${tag}`;
        let call;

        before(() => { call = connect(full); });

        test('PutContact with all four channels', async () => {
            succeeded(await call('PutContact', {
                ContactName: zhang, Describe: '告警 it\'s (a*b) ~ 100% +1/2 & x=y 🔔',
                Lang: 'zh-cn',
                Channels: { Mail: `zhang+${tag}@example.com`, SMS: '13333333333',
                            DingWebHook: robot, AliIM: 'Jim' },
            }));
            succeeded(await call('PutContact', {
                ContactName: alice, Describe: 'on call', Lang: 'en',
                Channels: { Mail: `alice.${tag}@example.com` },
            }));
        });

        test('DescribeContactList by exact name', async () => {
            const body = succeeded(await call('DescribeContactList', { ContactName: zhang }));
            assert.equal(body.Total, 1);
            const [contact] = body.Contacts.Contact;
            assert.ok(recent(contact.CreateTime) && recent(contact.UpdateTime));
            assert.deepEqual({ ...contact, CreateTime: 0, UpdateTime: 0 }, {
                Name: zhang, Desc: '告警 it\'s (a*b) ~ 100% +1/2 & x=y 🔔', Lang: 'zh-cn',
                CreateTime: 0, UpdateTime: 0, ContactGroups: { ContactGroup: [] },
                Channels: { Mail: `zhang+${tag}@example.com`, SMS: '13333333333',
                            DingWebHook: robot, AliIM: 'Jim' },
                ChannelsState: { Mail: 'PENDING', SMS: 'PENDING', DingWebHook: 'OK',
                                 AliIM: 'OK' },
            });
        });

        test('PutContactGroup makes a group', async () => {
            succeeded(await call('PutContactGroup', {
                ContactGroupName: group, ContactNames: [zhang, alice], Describe: '告警测试',
                EnableSubscribed: true,
            }));
        });

        test('DescribeContactGroupList, both lists', async () => {
            const body = succeeded(await call('DescribeContactGroupList',
                                              { PageNumber: 1, PageSize: 100 }));
            assert.equal(body.Total, body.ContactGroups.ContactGroup.length);
            assert.ok(body.ContactGroups.ContactGroup.includes(group));
            const found = body.ContactGroupList.ContactGroup.find((g) => g.Name === group);
            assert.ok(recent(found.CreateTime) && recent(found.UpdateTime));
            assert.deepEqual({ ...found, CreateTime: 0, UpdateTime: 0 }, {
                Name: group, Describe: '告警测试', CreateTime: 0, UpdateTime: 0,
                EnabledWeeklyReport: false, EnableSubscribed: true,
                Contacts: { Contact: [zhang, alice] },
            });
        });

        test('DescribeContactListByContactGroup', async () => {
            const body = succeeded(await call('DescribeContactListByContactGroup',
                                              { ContactGroupName: group }));
            assert.deepEqual(Object.keys(body).sort(),
                             ['Code', 'Contacts', 'Message', 'RequestId', 'Success']);
            assert.deepEqual(body.Contacts.Contact.map((c) => c.Name), [zhang, alice]);
            assert.deepEqual(Object.keys(body.Contacts.Contact[0]).sort(),
                             ['Channels', 'CreateTime', 'Desc', 'Name', 'UpdateTime']);
            assert.deepEqual(body.Contacts.Contact[1].Channels,
                             { Mail: `alice.${tag}@example.com` });
        });

        test('PutContactGroup leaves what is not given', async () => {
            succeeded(await call('PutContactGroup', { ContactGroupName: group }));
            succeeded(await call('PutContactGroup',
                                 { ContactGroupName: group, EnableSubscribed: false }));
            let found = await groupOf(call, group);
            assert.deepEqual([found.Describe, found.EnableSubscribed, found.Contacts.Contact],
                             ['告警测试', false, [zhang, alice]]);
            succeeded(await call('PutContactGroup',
                                 { ContactGroupName: group, ContactNames: [alice],
                                   Describe: '' }));
            found = await groupOf(call, group);
            assert.deepEqual([found.Describe, found.EnableSubscribed, found.Contacts.Contact],
                             ['', false, [alice]]);
            succeeded(await call('PutContactGroup',
                                 { ContactGroupName: group, ContactNames: [alice, zhang] }));
        });

        test('PutContact removes a channel that is not given, keeps Lang', async () => {
            succeeded(await call('PutContact', {
                ContactName: zhang, Describe: '', Channels: { DingWebHook: robot } }));
            const { Contacts: { Contact: [contact] } } =
                await call('DescribeContactList', { ContactName: zhang });
            assert.deepEqual([contact.Desc, contact.Lang, contact.Channels, contact.ChannelsState,
                              contact.ContactGroups.ContactGroup],
                             ['', 'zh-cn', { DingWebHook: robot }, { DingWebHook: 'OK' },
                              [group]]);
        });

        test('filters by channel', async () => {
            const names = async (filter) => (await call('DescribeContactList', filter))
                .Contacts.Contact.map((c) => c.Name);
            const mail = `alice.${tag}@example.com`;
            assert.deepEqual(await names({ ChanelType: 'Mail', ChanelValue: mail }), [alice]);
            assert.deepEqual(await names({ ChanelType: 'Email', ChanelValue: mail }), [alice]);
            assert.deepEqual(await names({ ChanelType: 'SMS', ChanelValue: mail }), []);
            assert.deepEqual(await names({ ChanelType: 'Mail', ChanelValue: mail.slice(1) }), []);
            assert.ok((await names({ ChanelType: 'DingWebHook', ChanelValue: robot }))
                .includes(zhang));
            assert.deepEqual(await names({ ChanelType: 'DingWebHook', ContactName: alice }), []);
            assert.deepEqual(await names({ ContactName: alice.slice(0, 4) }), []); // not fuzzy
            await refused(call('DescribeContactList', { ChanelType: 'Phone' }),
                          'InvalidParameterValue', 'ChanelType');
        });

        test('errors', async () => {
            await refused(call('DeleteContact', { ContactName: 'nobody' }),
                          'ContactNotExists', 'ContactName does not exist.');
            await refused(call('DeleteContactGroup', { ContactGroupName: 'none' }),
                          'ContactNotExists', 'ContactGroupName Not Exists');
            await refused(call('DescribeContactListByContactGroup', { ContactGroupName: 'none' }),
                          'ContactGroup.NotExists', 'ContactGroup not exists');
            await refused(call('PutContactGroup',
                               { ContactGroupName: group, ContactNames: [alice, 'nobody'],
                                 Describe: 'never' }),
                          'InvalidParameterValue', 'ContactNames');
            assert.deepEqual((await groupOf(call, group)).Contacts.Contact, [alice, zhang]);
            assert.equal((await groupOf(call, group)).Describe, '');
            await refused(call('PutContactGroup', { Describe: 'x' }), 'MissingContactGroupName',
                          'ContactGroupName is mandatory for this action.');
            await refused(call('PutContact', { ContactName: zhang, Describe: 'x' }),
                          'MissingChannels');
            await refused(call('DescribeContactList', { PageSize: 101 }),
                          'InvalidParameterValue', 'PageSize');
        });

        test('a wrong secret', async () => {
            const error = await refused(connect({ ...full, secret: 'x' })('DescribeContactList'),
                                        'SignatureDoesNotMatch');
            assert.match(error.message, /server string to sign is:(POST|GET|ACS3-HMAC-SHA256)/);
        });

        test('an unknown key', async () => {
            await refused(connect({ id: 'nobody', secret: 'x' })('DescribeContactList'),
                          'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
        });

        test('a temporary key needs its token', async () => {
            succeeded(await connect(sts)('DescribeContactList', { ContactName: alice }));
            succeeded(await connect(sts)('PutContactGroup', { ContactGroupName: group }));
            await refused(connect({ ...sts, security_token: 'wrong' })('DescribeContactList'),
                          'InvalidSecurityToken.MismatchWithAccessKey');
            await refused(connect({ ...sts, security_token: undefined })('DescribeContactList'),
                          'MissingSecurityToken');
            await refused(connect({ ...full, security_token: 'any' })('DescribeContactList'),
                          'InvalidSecurityToken.MismatchWithAccessKey');
        });

        test('a read-only user', async () => {
            const read = connect(reader);
            succeeded(await read('DescribeContactList', { ContactName: alice }));
            succeeded(await read('DescribeContactGroupList'));
            succeeded(await read('DescribeContactListByContactGroup',
                                 { ContactGroupName: group }));
            const error = await refused(read('PutContactGroup', { ContactGroupName: group }),
                                        'NoPermission');
            const detail = error.accessDeniedDetail ?? error.data.AccessDeniedDetail;
            assert.equal(detail.AuthAction, 'cms:PutContactGroup');
            assert.equal(detail.AuthPrincipalDisplayName, 'reader');
            assert.equal(detail.AuthPrincipalOwnerId, '1234567890123456');
            assert.equal(detail.AuthPrincipalType, 'SubUser');
            assert.equal(detail.NoPermissionType, 'ImplicitDeny');
            for (const action of ['PutContact', 'DeleteContact', 'DeleteContactGroup'])
                await refused(read(action, { ContactName: alice, ContactGroupName: group,
                                             Describe: 'x', Channels: { AliIM: 'x' } }),
                              'NoPermission');
        });

        test('a user with a policy document', async () => {
            const work = connect(clerk);
            succeeded(await work('DescribeContactList', { ContactName: alice }));
            succeeded(await work('PutContact', { ContactName: `clerk${tag}`, Describe: 'c',
                                                 Channels: { AliIM: 'c' } }));
            succeeded(await work('PutContactGroup', { ContactGroupName: group })); // NotAction
            const error = await refused(work('DeleteContactGroup', { ContactGroupName: group }),
                                        'NoPermission');
            const detail = error.accessDeniedDetail ?? error.data.AccessDeniedDetail;
            assert.equal(detail.NoPermissionType, 'ExplicitDeny');
            await refused(connect(guest)('DescribeContactList'), 'NoPermission');
        });

        test('another account sees nothing of it', async () => {
            const body = succeeded(await connect(other)('DescribeContactList'));
            assert.equal(body.Total, 0);
            assert.deepEqual(body.Contacts.Contact, []);
            await refused(connect(other)('DeleteContact', { ContactName: alice }),
                          'ContactNotExists');
        });

        test('DeleteContact: it leaves its groups', async () => {
            succeeded(await call('DeleteContact', { ContactName: alice }));
            assert.deepEqual((await groupOf(call, group)).Contacts.Contact, [zhang]);
            await refused(call('DeleteContact', { ContactName: alice }), 'ContactNotExists');
        });

        test('DeleteContactGroup: its contacts stay', async () => {
            succeeded(await call('DeleteContactGroup', { ContactGroupName: group }));
            assert.equal(await groupOf(call, group), undefined);
            const { Contacts: { Contact: [contact] } } =
                await call('DescribeContactList', { ContactName: zhang });
            assert.deepEqual(contact.ContactGroups.ContactGroup, []);
            succeeded(await call('DeleteContact', { ContactName: zhang }));
            succeeded(await call('DeleteContact', { ContactName: `clerk${tag}` }));
        });
    });
}

async function groupOf(call, name) {
    const body = await call('DescribeContactGroupList');
    return body.ContactGroupList.ContactGroup.find((g) => g.Name === name);
}

// ---- activation ------------------------------------------------------------------------

describe('activation', () => {
    const list = async () => (await sdk(full)('DescribeContactList', { ContactName: '激活' }))
        .Contacts.Contact[0];
    const put = (channels) => sdk(full)('PutContact', {
        ContactName: '激活', Describe: '', Lang: 'zh-cn', Channels: channels });
    const linkFor = (address) => until(`a mail for ${address}`, () => mails
        .filter((mail) => mail.to === address)
        .map((mail) => /http:\/\/127\.0\.0\.1:\d+\/l\/[\w%.~-]+/.exec(mail.text)?.[0])
        .findLast((link) => link));
    const admin = (channel, act) => fetch(
        `${belfry.url}/api/belfry/v1/contacts/${encodeURIComponent('激活')}/addresses/${channel}/${act}`,
        { method: 'POST', headers: { Authorization: 'Bearer admin-bearer-key' } });

    after(() => sdk(full)('DeleteContact', { ContactName: '激活' }));

    test('by the link in the mail: looking changes nothing, the button does', async () => {
        succeeded(await put({ Mail: 'wang@example.com', SMS: '13333333333' }));
        const link = await linkFor('wang@example.com');
        const page = await fetch(link);
        assert.equal(page.status, 200);
        assert.deepEqual((await list()).ChannelsState, { Mail: 'PENDING', SMS: 'PENDING' });
        assert.equal((await fetch(link, { method: 'POST' })).status, 200);
        assert.deepEqual((await list()).ChannelsState, { Mail: 'OK', SMS: 'PENDING' });
    });

    test('by an administrator', async () => {
        assert.equal((await admin('sms', 'confirm')).status, 200);
        assert.deepEqual((await list()).ChannelsState, { Mail: 'OK', SMS: 'OK' });
    });

    test('an address that stays is not asked again, a new one is', async () => {
        succeeded(await put({ Mail: 'wang@example.com', SMS: '13333333333' }));
        assert.deepEqual((await list()).ChannelsState, { Mail: 'OK', SMS: 'OK' });
        succeeded(await put({ Mail: 'wang@example.org', SMS: '13333333333' }));
        assert.deepEqual((await list()).Channels.Mail, 'wang@example.org');
        assert.deepEqual((await list()).ChannelsState, { Mail: 'PENDING', SMS: 'OK' });
    });

    test('a new link makes the old one worthless', async () => {
        const old = await linkFor('wang@example.org');
        assert.equal((await admin('email', 'resend')).status, 200);
        const link = await until('another link', async () => {
            const newest = await linkFor('wang@example.org');
            return newest !== old && newest;
        });
        assert.notEqual((await fetch(old, { method: 'POST' })).status, 200);
        assert.deepEqual((await list()).ChannelsState, { Mail: 'PENDING', SMS: 'OK' });
        assert.equal((await fetch(link, { method: 'POST' })).status, 200);
        assert.deepEqual((await list()).ChannelsState, { Mail: 'OK', SMS: 'OK' });
    });
});

// ---- bounds ----------------------------------------------------------------------------

describe('bounds', () => {
    const put = (name, more = {}) => sdk(full)('PutContact', {
        ContactName: name, Describe: 'b', Channels: { AliIM: 'b' }, ...more });
    const putGroup = (name, more = {}) =>
        sdk(full)('PutContactGroup', { ContactGroupName: name, ...more });
    const bad = (promise, word) => refused(promise, 'InvalidParameterValue', word);

    test('contact names have 2 to 40 characters', async () => {
        for (const name of ['ab', '张三', '字'.repeat(40), 'a'.repeat(40), 'tf-testAcc_1.x']) {
            succeeded(await put(name));
            succeeded(await sdk(full)('DeleteContact', { ContactName: name }));
        }
        for (const name of ['a', '张', '字'.repeat(41), 'a'.repeat(41), '1abc', 'a\u0007b'])
            await bad(put(name), 'ContactName');
    });

    test('group names have 1 to 128 characters', async () => {
        for (const name of ['g', '组'.repeat(128), 'My alert contact group', '🔥']) {
            succeeded(await putGroup(name));
            succeeded(await sdk(full)('DeleteContactGroup', { ContactGroupName: name }));
        }
        for (const name of ['组'.repeat(129), ' g', 'g ', 'a\nb', 'a\u007fb'])
            await bad(putGroup(name), 'ContactGroupName');
    });

    test('a name is the same however it is composed', async () => {
        succeeded(await putGroup('Cafe\u0301'));
        const found = await groupOf(sdk(full), 'Cafe\u0301');
        assert.ok(found, 'echoed as first sent');
        succeeded(await putGroup('Caf\u00e9', { Describe: 'the same' }));
        assert.equal((await groupOf(sdk(full), 'Cafe\u0301')).Describe, 'the same');
        succeeded(await sdk(full)('DeleteContactGroup', { ContactGroupName: 'Caf\u00e9' }));
    });

    test('a group has at most 100 members; pages and totals of 105 contacts', async () => {
        const names = Array.from({ length: 105 }, (_, i) => `m${String(i).padStart(3, '0')}`);
        const call = sdk(full);
        for (const name of names)
            succeeded(await put(name, { Channels: { AliIM: `im-${name}`, SMS: '13300000000' } }));
        succeeded(await putGroup('big', { ContactNames: names.slice(0, 100) }));
        await bad(putGroup('big', { ContactNames: names.slice(0, 101) }), 'ContactNames');
        assert.deepEqual((await groupOf(call, 'big')).Contacts.Contact, names.slice(0, 100));

        for (const filter of [{}, { ChanelType: 'SMS', ChanelValue: '13300000000' }]) {
            const seen = [];
            for (let page = 1; ; page++) {
                const body = await call('DescribeContactList',
                                        { PageNumber: page, PageSize: 50, ...filter });
                assert.equal(body.Total, 105);
                if (body.Contacts.Contact.length === 0)
                    break;
                seen.push(...body.Contacts.Contact.map((c) => c.Name));
            }
            assert.deepEqual(seen.toSorted(), names);
        }
        assert.equal((await call('DescribeContactList')).Contacts.Contact.length, 100);
        const far = await call('DescribeContactList', { PageNumber: 2147483647 });
        assert.deepEqual([far.Total, far.Contacts.Contact], [105, []]);

        for (const [page, size] of [[0, 10], [1, 0], [1, 101], [-1, 1]])
            await bad(call('DescribeContactList', { PageNumber: page, PageSize: size }), 'Page');
        succeeded(await call('DeleteContactGroup', { ContactGroupName: 'big' }));
        for (const name of names)
            succeeded(await call('DeleteContact', { ContactName: name }));
    });

    test('channels and language', async () => {
        await bad(put('Lang', { Lang: 'fr' }), 'Lang');
        await bad(put('Mail', { Channels: { Mail: 'not an address' } }), 'Channels.Mail');
        await bad(put('Ding', { Channels: { DingWebHook: 'ftp://x' } }), 'Channels.DingWebHook');
        const body = await sdk(full)('DescribeContactList', { ContactName: 'Lang' });
        assert.equal(body.Total, 0);
    });

    test('an object where pop-core wants Channels.Mail', async () => {
        const client = new pop.RPCClient({ accessKeyId: full.id, accessKeySecret: full.secret,
                                           endpoint: belfry.url, apiVersion: '2019-01-01' });
        await bad(client.request('PutContact', { ContactName: 'Bob', Describe: 'x',
                                                 Channels: { Mail: 'a@example.com' } }),
                  'Channels');
        succeeded(await client.request('PutContact', {
            ContactName: 'Bob', Describe: 'x', Channels: JSON.stringify({ AliIM: 'bob' }) }));
        succeeded(await client.request('DeleteContact', { ContactName: 'Bob' }));
    });
});

// ---- the gateway, by hand -----------------------------------------------------------------

describe('gateway', () => {
    const list = 'DescribeContactList';

    function shaped(answer, status, code) {
        assert.equal(answer.status, status, answer.text);
        assert.equal(answer.json.Code, code, answer.text);
        assert.equal(answer.headers['content-type'], 'application/json;charset=utf-8');
        assert.match(answer.json.RequestId, upperUuid);
        assert.equal(answer.json.HostId, belfry.host);
        assert.equal(typeof answer.json.Message, 'string');
        return answer.json;
    }

    test('what V1 must hold', async () => {
        for (const name of ['Version', 'Timestamp', 'SignatureNonce', 'SignatureMethod',
                            'SignatureVersion', 'AccessKeyId'])
            shaped(await sendV1(belfry.host, list, {}, { key: full, drop: [name] }), 400,
                   `Missing${name}`);
        shaped(await send(belfry.host, { query: 'Signature=x' }), 400, 'MissingAction');
        for (const [more, code, status = 400] of [
            [{ Version: '2018-03-08' }, 'InvalidVersion'],
            [{ SignatureMethod: 'HMAC-SHA256' }, 'InvalidSignatureMethod'],
            [{ SignatureVersion: '2.0' }, 'InvalidSignatureVersion'],
            [{ Timestamp: 'today' }, 'InvalidTimeStamp.Format'],
            [{ Timestamp: stamp(Date.now() - 16 * 60_000) }, 'InvalidTimeStamp.Expired'],
            [{ Timestamp: stamp(Date.now() + 16 * 60_000) }, 'InvalidTimeStamp.Expired'],
            [{ AccessKeyId: 'nobody' }, 'InvalidAccessKeyId.NotFound', 404],
            [{ Action: 'DescribeNothing' }, 'InvalidAction.NotFound', 404],
            [{ Action: 'CreateMonitorGroup' }, 'InvalidAction.NotFound', 404],
        ])
            shaped(await sendV1(belfry.host, list, {}, { key: full, ...more }), status, code);
        for (const skew of [-14, 14])
            assert.equal((await sendV1(belfry.host, list, {}, {
                key: full, Timestamp: stamp(Date.now() + skew * 60_000) })).status, 200);
        const built = await sendV1(belfry.host, 'CreateMonitorGroup', {}, { key: full });
        assert.match(built.json.Message, /not supported by Belfry yet/);
    });

    test('a signature that does not match tells our string to sign, and nothing after it', async () => {
        const params = v1(list, { ContactName: '张 三*' }, { key: { ...full, secret: 'x' } });
        const answer = shaped(await send(belfry.host, { query: canonical(params) }), 400,
                              'SignatureDoesNotMatch');
        delete params.Signature;
        assert.equal(answer.Message, 'Specified signature is not matched with our calculation. '
            + `server string to sign is:${stringToSign('GET', params)}`);
    });

    test('replays', async () => {
        const query = canonical(v1(list, {}, { key: full }));
        assert.equal((await send(belfry.host, { query })).status, 200);
        shaped(await send(belfry.host, { query }), 400, 'SignatureNonceUsed');
        const headers = v3(belfry.host, list, {}, { key: full });
        assert.equal((await send(belfry.host, { method: 'POST', headers })).status, 200);
        shaped(await send(belfry.host, { method: 'POST', headers }), 400, 'SignatureNonceUsed');
        // per key: another's equal nonce is another nonce
        const nonce = randomUUID();
        for (const key of [full, reader])
            assert.equal((await sendV1(belfry.host, list, {},
                                       { key, SignatureNonce: nonce })).status, 200);
    });

    test('a nonce is used up across a crash: of a read, a change, a refused change', async () => {
        const queries = [
            v1(list, {}, { key: full }),
            v1('PutContactGroup', { ContactGroupName: 'replay' }, { key: full }),
            v1('DeleteContactGroup', { ContactGroupName: 'nothing' }, { key: full }),
            v1('PutContactGroup', { ContactGroupName: 'replay', ContactNames: 'x' },
               { key: full }),
        ].map(canonical);
        for (const query of queries)
            await send(belfry.host, { query });
        // reads are journaled with the next flush: a change brings one about
        assert.equal((await sendV1(belfry.host, 'DeleteContactGroup',
                                   { ContactGroupName: 'replay' }, { key: full })).status, 200);
        await belfry.restart('SIGKILL');
        for (const query of queries)
            shaped(await send(belfry.host, { query }), 400, 'SignatureNonceUsed');
        assert.equal(await groupOf(sdk(full), 'replay'), undefined);
    });

    test('bearer requests', async () => {
        shaped(await send(belfry.host, { method: 'POST',
            query: `Action=${list}&Version=2019-01-01&BearerToken=t&SignatureType=BEARERTOKEN` }),
               400, 'InvalidBearerToken');
        shaped(await send(belfry.host, { method: 'POST', query: 'SignatureType=BEARERTOKEN',
            headers: { 'x-acs-action': list, 'x-acs-version': '2019-01-01',
                       'x-acs-bearer-token': 't' } }), 400, 'InvalidBearerToken');
    });

    test('no signature at all', async () => {
        shaped(await send(belfry.host, { method: 'POST' }), 400, 'MissingAccessKeyId');
        shaped(await send(belfry.host, { query: `Action=${list}&AccessKeyId=${full.id}` }), 400,
               'IncompleteSignature');
        shaped(await send(belfry.host, { method: 'POST',
            headers: { Authorization: 'ACS4-HMAC-SHA256 Credential=x' } }), 400, 'MissingAction');
        shaped(await send(belfry.host, { method: 'POST',
            headers: { ...v3(belfry.host, list, {}, { key: full }),
                       Authorization: 'ACS3-RSA-SHA256 Credential=x' } }), 400,
               'InvalidSignatureMethod');
    });

    test('methods', async () => {
        for (const method of ['PUT', 'DELETE', 'PATCH'])
            shaped(await send(belfry.host, { method,
                query: canonical(v1(list, {}, { key: full, method })) }), 400,
                   'UnsupportedHTTPMethod');
    });

    test('bad encodings, contradictions', async () => {
        for (const query of ['%', 'A=%zz', 'ContactName=%ff', 'A=1&A=2'])
            shaped(await send(belfry.host, { query: `Action=${list}&${query}` }), 400,
                   'InvalidParameter.Format');
    });

    test('V1 with system parameters in the query and the others in a form', async () => {
        const params = v1('PutContactGroup', { ContactGroupName: 'two places',
                                               Describe: 'a b' }, { key: full, method: 'POST' });
        const { ContactGroupName, Describe, ...system } = params;
        const post = (body, headers) => send(belfry.host, {
            method: 'POST', query: canonical(system), body, headers });
        const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
        shaped(await post(`ContactGroupName=${percent(ContactGroupName)}&Describe=a+c`, form),
               400, 'SignatureDoesNotMatch');
        shaped(await post(`ContactGroupName=${percent(ContactGroupName)}&Describe=a+b`,
                          { 'Content-Type': 'text/plain' }), 400, 'SignatureDoesNotMatch');
        const answer = await post(`ContactGroupName=${percent(ContactGroupName)}&Describe=a+b`,
                                  form);
        assert.equal(answer.status, 200, answer.text);
        assert.equal((await groupOf(sdk(full), 'two places')).Describe, 'a b');
        succeeded(await sdk(full)('DeleteContactGroup', { ContactGroupName: 'two places' }));
    });

    test('V3 with a form', async () => {
        const body = `ContactGroupName=${percent('表单')}&ContactNames=%5B%5D`;
        const form = { 'content-type': 'application/x-www-form-urlencoded' };
        assert.equal((await sendV3(belfry.host, 'PutContactGroup', {},
                                   { key: full, body, headers: form })).status, 200);
        assert.ok(await groupOf(sdk(full), '表单'));
        const headers = v3(belfry.host, 'PutContactGroup', {}, { key: full, body, headers: form });
        shaped(await send(belfry.host, { method: 'POST', headers, body: `${body}x` }), 400,
               'SignatureDoesNotMatch');
        // a type that nobody signed decides nothing
        shaped(await send(belfry.host, { method: 'POST', body, headers: {
            ...v3(belfry.host, 'PutContactGroup', {}, { key: full, body }), ...form } }), 400,
               'IncompleteSignature');
        succeeded(await sdk(full)('DeleteContactGroup', { ContactGroupName: '表单' }));
    });

    test('unknown parameters are ignored, their signature is not', async () => {
        assert.equal((await sendV1(belfry.host, list, { Foo: 'bar', RegionId: 'x',
                                                        SignatureType: '' },
                                   { key: full })).status, 200);
    });

    test('XML', async () => {
        succeeded(await sdk(full)('PutContact', { ContactName: '叉烧', Describe: '<&>"\'',
                                                  Channels: { AliIM: 'x' } }));
        const answer = await sendV1(belfry.host, list, { ContactName: '叉烧', Format: 'xml' },
                                    { key: full });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], 'text/xml;charset=utf-8');
        assert.match(answer.text, /^<\?xml version="1.0" encoding="UTF-8"\?><DescribeContactListResponse><RequestId>[0-9A-F-]{36}<\/RequestId><Code>200<\/Code>/);
        assert.ok(answer.text.includes('<Total>1</Total><Contacts><Contact><Name>叉烧</Name>'
            + '<Desc>&lt;&amp;&gt;&#34;&#39;</Desc>'), answer.text);
        assert.ok(answer.text.endsWith('<ContactGroups></ContactGroups><Channels><AliIM>x</AliIM>'
            + '</Channels><ChannelsState><AliIM>OK</AliIM></ChannelsState></Contact></Contacts>'
            + '</DescribeContactListResponse>'), answer.text);
        const error = await sendV1(belfry.host, 'DeleteContact',
                                   { ContactName: 'nobody', Format: 'XML' }, { key: full });
        assert.equal(error.status, 404);
        assert.match(error.text, /^<\?xml [^>]*><Error><RequestId>[0-9A-F-]{36}<\/RequestId><HostId>[^<]+<\/HostId><Code>ContactNotExists<\/Code><Message>ContactName does not exist\.<\/Message><\/Error>$/);
        succeeded(await sdk(full)('DeleteContact', { ContactName: '叉烧' }));
    });

    test('a body of 9 MiB', async () => {
        const answer = await send(belfry.host, {
            method: 'POST', body: 'a='.padEnd(9 << 20, 'x'), headers: {
                'x-acs-action': list, 'Content-Type': 'application/x-www-form-urlencoded' } });
        shaped(answer, 413, 'RequestTooLarge');
    });

    test('what was answered is on disk', async () => {
        succeeded(await sdk(full)('PutContact', { ContactName: '王五', Describe: 'd', Lang: 'en',
                                                  Channels: { DingWebHook: robot, SMS: '13300000001' } }));
        succeeded(await sdk(full)('PutContactGroup', { ContactGroupName: '持久',
                                                       ContactNames: ['王五'] }));
        const before = await sdk(full)('DescribeContactList', { ContactName: '王五' });
        await belfry.restart('SIGKILL');
        const after = await sdk(full)('DescribeContactList', { ContactName: '王五' });
        assert.deepEqual(after.Contacts, before.Contacts);
        assert.deepEqual((await groupOf(sdk(full), '持久')).Contacts.Contact, ['王五']);
    });
});
