// cms_terraform.test.mjs - what the alicloud provider sends for its resources, request by
// request, in its two transports, and what it reads from the answers. Each test names the
// row of contracts/alibaba.md (section, step) that its requests come from: create, a plan
// without difference, update, destroy.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { send, stamp, stringToSign } from './alibaba_sign.mjs';
import { account, Belfry } from './support.mjs';

const key = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
let belfry;

before(async () => {
    belfry = await Belfry.start({ accounts: [account([
        { name: 'ops', access_keys: [key], policies: ['full-access'] }])] });
});
after(() => belfry.stop());

// ---- the two transports (contract 3.2) -------------------------------------------------

const sign = (method, all) => createHmac('sha1', `${key.secret}&`)
    .update(stringToSign(method, all)).digest('base64');
// As Go writes a form: a blank is a plus.
const goForm = (all) => Object.keys(all).sort()
    .map((k) => `${encodeURIComponent(k)}=${encodeURIComponent(all[k]).replace(/%20/g, '+')
        .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`).join('&');

// The classic SDK: contacts and groups. Everything in the query; empty values are dropped.
async function classic(Action, params) {
    const all = { AccessKeyId: key.id, Action, Format: 'JSON', RegionId: 'cn-hangzhou',
                  SignatureMethod: 'HMAC-SHA1', SignatureNonce: randomUUID().replace(/-/g, ''),
                  SignatureType: '', SignatureVersion: '1.0', Timestamp: stamp(), Version: '2019-01-01',
                  ...Object.fromEntries(Object.entries(params).filter(([, v]) => v !== '')) };
    const answer = await send(belfry.host, { method: 'POST', query: goForm({ ...all, Signature: sign('POST', all) }),
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-acs-action': Action,
                   'x-acs-version': '2019-01-01', 'x-acs-credentials-provider': 'static_ak' } });
    // a number, or an object, in any of these makes the provider panic (contract 1.0)
    for (const name of ['Code', 'Message', 'RequestId'])
        assert.equal(typeof answer.json[name], 'string', name);
    return answer;
}

// tea-rpc: rules and blacklists. System parameters in the query, the others as a form.
async function tea(Action, params) {
    const query = { Action, Format: 'json', Timestamp: stamp(), Version: '2019-01-01',
                    SignatureNonce: randomUUID().replace(/-/g, ''), SignatureMethod: 'HMAC-SHA1',
                    SignatureVersion: '1.0', AccessKeyId: key.id };
    const form = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, String(v)]));
    const Signature = sign('POST', { ...query, ...form });
    return chunked(goForm({ ...query, Signature }), goForm(form).replace(/\+/g, '%20'),
                   { 'x-acs-action': Action, 'x-acs-version': '2019-01-01' });
}

// Its body has no length of its own.
function chunked(query, body, headers) {
    return new Promise((resolve, reject) => {
        const call = request(`${belfry.url}/?${query}`, { method: 'POST', headers: {
            'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked', ...headers } }, async (answer) => {
            let text = '';
            for await (const bytes of answer)
                text += bytes;
            resolve({ status: answer.statusCode, json: JSON.parse(text) });
        });
        call.on('error', reject);
        call.end(body);
    });
}

// What the provider does with an answer of either (5.1, 5.2, 5.7).
function done({ status, json }) {
    assert.equal(status, 200, JSON.stringify(json));
    assert.ok([200, '200'].includes(json.Code));
    return json;
}

describe('5.1 alicloud_cms_alarm_contact', () => {
    const read = async (id) => {
        const { Contacts } = done(await classic('DescribeContactList', { ContactName: id }));
        if (Contacts.Contact.length < 1)
            return null; // removed from the state
        const c = Contacts.Contact[0]; // its name is not compared
        return { describe: c.Desc, lang: c.Lang, channels_aliim: c.Channels.AliIM ?? '',
                 channels_ding_web_hook: c.Channels.DingWebHook ?? '', channels_mail: c.Channels.Mail ?? '',
                 channels_sms: c.Channels.SMS ?? '' };
    };
    const put = async (id, w, changed = []) => done(await classic('PutContact', { ContactName: id,
        Describe: w.describe, 'Channels.AliIM': w.channels_aliim, 'Channels.DingWebHook': w.channels_ding_web_hook,
        'Channels.Mail': w.channels_mail, 'Channels.SMS': w.channels_sms,
        ...(changed.includes('lang') ? { Lang: w.lang } : {}) }));
    const id = 'tf-testAcc-zhangsan-1234567890-abcdefgh';
    const wish = { describe: 'For Test it\'s (a*b) ~ 100% +1/2', lang: 'en', channels_aliim: '', channels_sms: '13333333333',
                   channels_ding_web_hook: 'https://oapi.dingtalk.com/robot/send?access_token=abc&x=1', channels_mail: 'hello+a@example.com' };

    test('create, plan without difference', async () => {
        await put(id, wish, ['lang']);
        assert.deepEqual(await read(id), wish);
    });
    test('a name that begins like it is another', async () => {
        assert.equal(await read(id.slice(0, -1)), null);
    });
    test('update: a channel dropped is removed, the language stays', async () => {
        Object.assign(wish, { describe: 'changed', channels_sms: '', channels_aliim: 'Jim' });
        await put(id, wish);
        assert.deepEqual(await read(id), wish);
    });
    test('destroy, and the next refresh', async () => {
        done(await classic('DeleteContact', { ContactName: id }));
        assert.equal(await read(id), null);
        const again = await classic('DeleteContact', { ContactName: id });
        assert.deepEqual([again.status, again.json.Code], [404, 'ContactNotExists']);
    });
});

describe('5.2 alicloud_cms_alarm_contact_group', () => {
    const read = async (id) => {
        for (let PageNumber = 1; ; PageNumber++) {
            const { ContactGroupList } = done(await classic('DescribeContactGroupList', { PageNumber: String(PageNumber), PageSize: '20' }));
            const found = ContactGroupList.ContactGroup.find((g) => g.Name === id);
            if (found)
                return { contacts: [...found.Contacts.Contact].sort(), describe: found.Describe,
                         enable_subscribed: found.EnableSubscribed };
            if (ContactGroupList.ContactGroup.length < 20)
                return null;
        }
    };
    const members = (names) => Object.fromEntries(names.map((n, i) => [`ContactNames.${i + 1}`, n]));
    const id = 'zz tf-testAcc group 组';

    before(async () => {
        for (const name of ['user', 'user1', 'user2'])
            done(await classic('PutContact', { ContactName: name, Describe: 'd', 'Channels.Mail': `${name}@example.com` }));
        for (let i = 0; i < 25; i++)
            done(await classic('PutContactGroup', { ContactGroupName: `page ${i}` }));
    });
    test('create, plan without difference, on the second page', async () => {
        done(await classic('PutContactGroup', { ContactGroupName: id, Describe: 'For 测试', EnableSubscribed: 'true', ...members(['user', 'user1', 'user2']) }));
        assert.deepEqual(await read(id), { contacts: ['user', 'user1', 'user2'], describe: 'For 测试', enable_subscribed: true });
    });
    test('update sends what changed: the others stay', async () => {
        done(await classic('PutContactGroup', { ContactGroupName: id, Describe: 'new' }));
        assert.deepEqual(await read(id), { contacts: ['user', 'user1', 'user2'], describe: 'new', enable_subscribed: true });
        done(await classic('PutContactGroup', { ContactGroupName: id, EnableSubscribed: 'false' }));
        done(await classic('PutContactGroup', { ContactGroupName: id, ...members(['user2']) }));
        assert.deepEqual(await read(id), { contacts: ['user2'], describe: 'new', enable_subscribed: false });
    });
    test('destroy', async () => {
        done(await classic('DeleteContactGroup', { ContactGroupName: id }));
        assert.equal(await read(id), null);
    });
});

describe('5.3 data sources', () => {
    test('alicloud_cms_alarm_contacts', async () => {
        const { Contacts } = done(await classic('DescribeContactList', { PageNumber: '1', PageSize: '50', ChanelType: 'Mail', ChanelValue: 'user1@example.com' }));
        assert.deepEqual(Contacts.Contact.map((c) => c.Name), ['user1']);
        assert.equal(Contacts.Contact[0].ChannelsState.Mail, 'PENDING');
        assert.ok(Array.isArray(Contacts.Contact[0].ContactGroups.ContactGroup));
    });
    test('alicloud_cms_alarm_contact_groups', async () => {
        const page = async (n) => done(await classic('DescribeContactGroupList', { PageNumber: String(n), PageSize: '50' })).ContactGroupList.ContactGroup;
        assert.ok((await page(1)).length >= 25);
        assert.deepEqual(await page(2), []);
    });
});

describe('5.4 alicloud_cms_alarm', () => {
    const RuleId = randomUUID();
    const list = async () => {
        const body = done(await tea('DescribeMetricRuleList', { RuleIds: RuleId }));
        assert.equal(typeof body.Code, 'number');
        assert.equal(typeof body.Total, 'string');
        return body.Alarms.Alarm[0];
    };
    const wish = { RuleId, RuleName: 'cpu 告警', Namespace: 'acs_ecs_dashboard', MetricName: 'CPUUtilization', ContactGroups: 'page 1,page 2',
                   Resources: '[{"instanceId":"i-abc"}]', EffectiveInterval: '00:00-23:59', Period: 300, SilenceTime: 86400,
                   'Escalations.Critical.ComparisonOperator': 'GreaterThanThreshold', 'Escalations.Critical.Statistics': 'Average',
                   'Escalations.Critical.Threshold': '90', 'Escalations.Critical.Times': 3 };
    test('create: put, enable, poll; read', async () => {
        done(await tea('PutResourceMetricRule', wish));
        done(await tea('EnableMetricRules', { 'RuleId.1': RuleId }));
        const rule = await list();
        assert.equal(rule.EnableState, true);
        for (const name of ['RuleName', 'Namespace', 'MetricName', 'ContactGroups', 'Resources', 'EffectiveInterval'])
            assert.equal(rule[name], wish[name]);
        assert.deepEqual(rule.Escalations.Critical, { ComparisonOperator: 'GreaterThanThreshold', Statistics: 'Average', Threshold: '90', Times: 3 });
        assert.ok(!('CompositeExpression' in rule) && !('Prometheus' in rule));
        assert.deepEqual(done(await tea('DescribeMetricRuleTargets', { RuleId })).Targets.Target, []);
    });
    test('update: disabled; destroy and poll', async () => {
        done(await tea('PutResourceMetricRule', { ...wish, 'Escalations.Critical.Threshold': '95' }));
        done(await tea('DisableMetricRules', { 'RuleId.1': RuleId }));
        const rule = await list();
        assert.deepEqual([rule.EnableState, rule.Escalations.Critical.Threshold], [false, '95']);
        done(await tea('DeleteMetricRules', { 'Id.1': RuleId }));
        assert.equal(await list(), undefined);
    });
});

describe('5.5 alicloud_cms_metric_rule_black_list', () => {
    let Id;
    const wish = { Name: 'tf-black 名单', Namespace: 'acs_ecs_dashboard', Category: 'ecs', 'Instances.1': '{"instanceId":"i-abc"}',
                   EffectiveTime: '00:00-23:59', EnableStartTime: '1640237400000', EnableEndTime: '1640608200000',
                   'Metrics.1.MetricName': 'disk_utilization', ScopeType: 'USER' };
    const read = async () => {
        const body = done(await tea('DescribeMetricRuleBlackList', { 'Ids.1': Id }));
        assert.equal(typeof body.Total, 'number');
        return body.DescribeMetricRuleBlackList[0];
    };
    test('create, plan without difference', async () => {
        ({ Id } = done(await tea('CreateMetricRuleBlackList', wish)));
        const b = await read();
        assert.ok(Array.isArray(b.Metrics) && Array.isArray(b.Instances));
        assert.deepEqual([b.Name, b.Namespace, b.Category, b.Instances, b.EffectiveTime, b.EnableStartTime, b.EnableEndTime, b.Metrics, b.ScopeType, b.IsEnable],
            [wish.Name, wish.Namespace, 'ecs', [wish['Instances.1']], '00:00-23:59', 1640237400000, 1640608200000, [{ MetricName: 'disk_utilization' }], 'USER', true]);
    });
    test('update: switch, modify', async () => {
        done(await tea('EnableMetricRuleBlackList', { Id, IsEnable: false }));
        assert.equal((await read()).IsEnable, false);
        done(await tea('ModifyMetricRuleBlackList', { Id, ...wish, ScopeType: 'GROUP', ScopeValue: '67,78', 'Metrics.1.MetricName': 'cpu_total' }));
        const b = await read();
        assert.deepEqual([b.ScopeType, b.ScopeValue, b.Metrics, b.IsEnable], ['GROUP', ['67', '78'], [{ MetricName: 'cpu_total' }], false]);
    });
    test('destroy; again it is 404, which the provider ignores', async () => {
        done(await tea('DeleteMetricRuleBlackList', { Id }));
        assert.equal(await read(), undefined);
        assert.equal((await tea('DeleteMetricRuleBlackList', { Id })).status, 404);
    });
});

describe('5.6 alicloud_cms_event_rule', () => {
    const RuleName = 'tf-testAcc event';
    const wish = { RuleName, Description: 'desc 说明', State: 'ENABLED', SilenceTime: 100, 'EventPattern.1.Product': 'ecs',
                   'EventPattern.1.SQLFilter': 'example_value', 'EventPattern.1.NameList.1': 'n1', 'EventPattern.1.NameList.2': 'n2',
                   'EventPattern.1.LevelList.1': 'CRITICAL', 'EventPattern.1.EventTypeList.1': 'StatusNotification' };
    const targets = { RuleName, 'ContactParameters.1.Id': '1', 'ContactParameters.1.ContactGroupName': 'page 1', 'ContactParameters.1.Level': '2',
                      'WebhookParameters.1.Id': '2', 'WebhookParameters.1.Protocol': 'http', 'WebhookParameters.1.Method': 'POST',
                      'WebhookParameters.1.Url': 'http://www.aliyun.com/hook?x=1' };
    const read = async () => done(await tea('DescribeEventRuleList', { NamePrefix: RuleName }))
        .EventRules.EventRule.find((r) => r.Name === RuleName);
    test('create, plan without difference', async () => {
        assert.notEqual(String(done(await tea('PutEventRule', wish)).Success), 'false');
        assert.equal(done(await tea('PutEventRuleTargets', targets)).FailedParameterCount, '0');
        const rule = await read();
        assert.ok(!Array.isArray(rule.EventPattern)); // an array would panic
        assert.deepEqual([rule.Description, rule.State, rule.SilenceTime, rule.EventPattern.Product, rule.EventPattern.SQLFilter,
                          rule.EventPattern.NameList.NameList, rule.EventPattern.LevelList.LevelList, rule.EventPattern.EventTypeList.EventTypeList],
                         ['desc 说明', 'ENABLED', 100, 'ecs', 'example_value', ['n1', 'n2'], ['CRITICAL'], ['StatusNotification']]);
        const shown = done(await tea('DescribeEventRuleTargetList', { RuleName }));
        assert.deepEqual(shown.ContactParameters.ContactParameter, [{ Id: '1', ContactGroupName: 'page 1', Level: '2' }]);
        assert.deepEqual(shown.WebhookParameters.WebhookParameter, [{ Id: '2', Protocol: 'http', Method: 'POST', Url: 'http://www.aliyun.com/hook?x=1' }]);
    });
    test('update', async () => {
        done(await tea('PutEventRule', { ...wish, State: 'DISABLED', 'EventPattern.1.LevelList.1': 'WARN' }));
        const rule = await read();
        assert.deepEqual([rule.State, rule.EventPattern.LevelList.LevelList], ['DISABLED', ['WARN']]);
        assert.equal(done(await tea('DescribeEventRuleTargetList', { RuleName })).ContactParameters.ContactParameter.length, 1);
    });
    test('destroy', async () => {
        done(await tea('DeleteEventRules', { 'RuleNames.1': RuleName }));
        assert.equal(await read(), undefined);
    });
});
