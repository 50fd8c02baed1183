// cms_contract.test.mjs - every operation that doc/api/alibaba.md says is answered, against
// the vendor's words: each required parameter left out, each documented error provoked, and
// each field of the response's model there. An operation that is added without its rows
// here fails. ResourceOverLimit is tests/unit/api/alibaba/gateway_test.c: ten thousand rules
// are many calls.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import cms from '@alicloud/cms20190101';
import { startMailSink } from '../demo/sinks.mjs';
import { canonical, flat, send, sendV1, v1 } from './alibaba_sign.mjs';
import { account, Belfry, until } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const nobody = { id: 'nobodyKey', secret: 'nobodySecret' };
const page = readFileSync(new URL('../../doc/api/alibaba.md', import.meta.url), 'utf8');
const built = [...page.matchAll(/^\| (\w+) \| `cms:\w+` \| (?:yes|no) \|/gm)].map((m) => m[1]);
let belfry, mailServer;

const ask = (action, params, key = full, more = {}) => send(belfry.host, {
    method: 'POST', body: canonical(v1(action, flat(params), { key, method: 'POST', ...more })),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
async function good(action, params) {
    const answer = await ask(action, params);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(String(answer.json.Code), '200');
    return answer.json;
}

const level = { Statistics: 'Average', ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: '90', Times: 1 };
const rule = { RuleId: 'r', RuleName: 'r', Namespace: 'acs_ecs_dashboard', MetricName: 'cpu', ContactGroups: 'ops', Resources: '[]',
               Escalations: { Critical: level, Warn: level, Info: level } };
const point = { GroupId: '0', MetricName: 'm', Dimensions: '{"i":"1"}', Type: '0', Values: '{"value":1}' };
const blacklist = { Name: 'b', Namespace: 'acs_ecs_dashboard', Category: 'ecs', Instances: ['{"instanceId":"i"}'] };
const names = (n) => Array.from({ length: n }, (_, i) => `none-${i}`);

// What each is called with when all is well, and its documented errors (contracts/alibaba.md
// 1.1 to 1.13): [what is changed, status, Code, Message or a part of it].
const invalid = (more, words) => [more, 400, 'InvalidParameterValue', words];
const missing = (more) => [more, 404, 'ResourceNotFound', 'The specified resource is not found.'];
const operations = {
    PutContact: [{ ContactName: 'alice', Describe: 'd', Channels: { Mail: 'a@example.com' } }, [
        invalid({ ContactName: 'a' }, 'ContactName'), invalid({ Channels: { Mail: 'x' } }, 'Channels.Mail'), invalid({ Lang: 'fr' }, 'Lang')]],
    DeleteContact: [{ ContactName: 'alice' }, [[{ ContactName: 'nobody' }, 404, 'ContactNotExists', 'ContactName does not exist.']]],
    DescribeContactList: [{}, [invalid({ PageSize: 101 }, 'PageSize'), invalid({ PageNumber: 0 }, 'PageNumber'), invalid({ ChanelType: 'Fax' }, 'ChanelType')]],
    PutContactGroup: [{ ContactGroupName: 'ops' }, [invalid({ ContactNames: ['nobody'] }, 'ContactNames'), invalid({ ContactGroupName: ' x' }, 'ContactGroupName')]],
    DeleteContactGroup: [{ ContactGroupName: 'ops' }, [[{ ContactGroupName: 'nobody' }, 404, 'ContactNotExists', 'ContactGroupName Not Exists']]],
    DescribeContactGroupList: [{}, [invalid({ PageSize: 0 }, 'PageSize')]],
    DescribeContactListByContactGroup: [{ ContactGroupName: 'ops' }, [[{ ContactGroupName: 'nobody' }, 404, 'ContactGroup.NotExists', 'ContactGroup not exists']]],
    PutCustomEvent: [{ EventInfo: [{ EventName: 'e', Content: 'c' }] }, [invalid({ EventInfo: [{ EventName: 'e', Content: 'c', Time: 'x' }] }, 'EventInfo.1.Time')]],
    SendDryRunSystemEvent: [{ Product: 'ecs', EventName: 'e' }, [invalid({ EventContent: '[]' }, 'EventContent')]],
    PutEventRule: [{ RuleName: 'e', EventPattern: [{ Product: 'ecs' }] }, [invalid({ State: 'ON' }, 'State'), invalid({ EventType: 'X' }, 'EventType')]],
    EnableEventRules: [{ RuleNames: ['e'] }, [missing({ RuleNames: ['no'] })]],
    DisableEventRules: [{ RuleNames: ['e'] }, [missing({ RuleNames: ['no'] })]],
    DeleteEventRules: [{ RuleNames: ['e'] }, [missing({ RuleNames: ['no'] })]],
    DescribeEventRuleList: [{}, [invalid({ PageSize: 101 }, 'PageSize')]],
    DescribeEventRuleAttribute: [{ RuleName: 'e' }, [missing({ RuleName: 'no' })]],
    PutEventRuleTargets: [{ RuleName: 'e', ContactParameters: [{ Id: '1', ContactGroupName: 'ops', Level: '2' }] }, [
        missing({ RuleName: 'no' }), invalid({ ContactParameters: [{ Id: '1', ContactGroupName: 'ops', Level: '9' }] }, 'Level')]],
    DeleteEventRuleTargets: [{ RuleName: 'e', Ids: ['1'] }, [missing({ RuleName: 'no' })]],
    DescribeEventRuleTargetList: [{ RuleName: 'e' }, [missing({ RuleName: 'no' })]],
    CreateMetricRuleBlackList: [blacklist, [invalid({ Instances: ['x'] }, 'Instances')]],
    ModifyMetricRuleBlackList: [null, [missing({ ...blacklist, Id: 'no' }), invalid({ ...blacklist, Id: 'no', Instances: ['x'] }, 'Instances')]],
    EnableMetricRuleBlackList: [null, [missing({ Id: 'no', IsEnable: true }), invalid({ Id: names(51).join(), IsEnable: true }, 'Id')]],
    DeleteMetricRuleBlackList: [null, [missing({ Id: 'no' }), invalid({ Id: names(51).join() }, 'Id')]],
    DescribeMetricRuleBlackList: [{}, [invalid({ InstanceIds: names(11) }, 'InstanceIds')]],
    DescribeAlertLogList: [{}, [missing({ RuleId: 'never was' }), invalid({ Level: 'P9' }, 'Level'), invalid({ StartTime: 1 }, 'StartTime')]],
    DescribeAlertLogCount: [{ GroupBy: 'product' }, [invalid({ GroupBy: 'x' }, 'GroupBy')]],
    DescribeAlertLogHistogram: [{}, [invalid({ Level: 'P9' }, 'Level')]],
    DescribeAlertHistoryList: [{}, [invalid({ State: 'X' }, 'State')]],
    PutResourceMetricRule: [rule, [invalid({ Escalations: { Warn: { ...level, Threshold: 'x' } } }, 'Escalations.Warn.Threshold'),
        invalid({ Prometheus: { PromQL: 'up' } }, 'Prometheus'), invalid({ Escalations: { Warn: { ...level, PreCondition: 'x' } } }, 'PreCondition')]],
    PutResourceMetricRules: [{ Rules: [rule] }, [invalid({ Rules: Array(101).fill({ RuleId: 'x' }) }, 'Rules.N')]],
    PutGroupMetricRule: [{ ...rule, Resources: undefined, GroupId: '7' }, [invalid({ SilenceTime: 3599 }, 'SilenceTime'), invalid({ Options: 'x' }, 'Options')]],
    CreateGroupMetricRules: [{ GroupId: '7', GroupMetricRules: [{ ...rule, Category: 'ecs' }] }, [invalid({ GroupMetricRules: Array(201).fill({ RuleId: 'x' }) }, 'GroupMetricRules.N')]],
    PutCustomMetricRule: [{ RuleId: 'c', MetricName: 'm', Statistics: 'Sum', ComparisonOperator: '>', Threshold: '1', EvaluationCount: 1, Level: 'INFO',
                            ContactGroups: 'ops', Resources: '[]' }, [invalid({ Level: 'info' }, 'Level')]],
    PutCustomEventRule: [{ RuleId: 'ev', RuleName: 'ev', EventName: 'e', GroupId: '0', Level: 'WARN', Threshold: '1', ContactGroups: 'ops' }, [invalid({ Period: '61' }, 'Period')]],
    DescribeMetricRuleList: [{}, [[{ Page: 0 }, 400, 'InvalidParameter', 'Invalid parameter.'], [{ RuleIds: names(21).join() }, 400, 'InvalidParameter', 'Invalid parameter.']]],
    EnableMetricRules: [{ RuleId: ['r'] }, [missing({ RuleId: ['no'] }), [{ RuleId: names(101) }, 400, 'ParameterInvalid', 'Illegal parameters.']]],
    DisableMetricRules: [{ RuleId: ['r'] }, [missing({ RuleId: ['no'] }), [{ RuleId: names(21) }, 400, 'ParameterInvalid', 'Illegal parameters.']]],
    DeleteMetricRules: [{ Id: ['r'] }, [missing({ Id: ['no'] }), [{ Id: names(101) }, 400, 'ParameterInvalid', 'Illegal parameters.']]],
    PutMetricRuleTargets: [null, [invalid({ RuleId: 'r', Targets: [{ Id: '1', Arn: 'x' }] }, 'Targets.1.Arn'), missing({ RuleId: 'no', Targets: [{ Id: '1', Arn: 'x' }] })]],
    DescribeMetricRuleTargets: [{ RuleId: 'r' }, [missing({ RuleId: 'no' })]],
    DeleteMetricRuleTargets: [{ RuleId: 'r', TargetIds: ['1'] }, [missing({ RuleId: 'no' })]],
    PutCustomMetric: [{ MetricList: [point] }, [invalid({ MetricList: [{ ...point, Type: '9' }] }, 'MetricList.1.Type')]],
};

// The parameters that the SDK's own documentation calls required, as on the wire.
function required(action) {
    const source = readFileSync(new URL(`./node_modules/@alicloud/cms20190101/src/models/${action}Request.ts`, import.meta.url), 'utf8');
    const own = source.slice(source.lastIndexOf(`export class ${action}Request extends`));
    const fields = [...own.matchAll(/This parameter is required\.(?:(?!\/\*\*)[^])*?\*\/\s*(\w+)\?:/g)].map((m) => m[1]);
    const wire = cms[`${action}Request`].names();
    return fields.map((f) => wire[f]);
}

// The gateway's shape, for every client: each field a string (contract 3.7).
function judge(answer, status, Code, words) {
    assert.deepEqual([answer.status, answer.json.Code], [status, Code], answer.text);
    assert.ok(answer.json.Message.includes(words), `${answer.json.Message} lacks ${words}`);
    assert.match(answer.json.RequestId, /^[0-9A-F-]{36}$/);
    assert.equal(answer.json.HostId, belfry.host);
    assert.deepEqual(Object.keys(answer.json).filter((k) => !['RequestId', 'HostId', 'Code', 'Message', 'AccessDeniedDetail'].includes(k)), []);
    assert.equal(answer.headers['content-type'], 'application/json;charset=utf-8');
}

before(async () => {
    mailServer = await startMailSink(() => {});
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: mailServer.port, from: 'belfry@example.com' }, activate_at_once: true,
        allow_addresses: ['127.0.0.0/8'],
        accounts: [account([{ name: 'ops', access_keys: [full], policies: ['full-access'], bearer: 'admin-bearer-key' },
                            { name: 'nobody', access_keys: [nobody], policies: [JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: 'ecs:*', Resource: '*' }] })] }])],
    });
    await good('PutContact', operations.PutContact[0]);
    await good('PutContactGroup', { ContactGroupName: 'ops', ContactNames: ['alice'] });
    await good('PutEventRule', operations.PutEventRule[0]);
    await good('PutResourceMetricRule', rule);
});
after(async () => {
    await belfry.stop();
    mailServer.close();
});

// ---- errors --------------------------------------------------------------------------------

test('every operation that is answered has its rows', () => {
    assert.deepEqual(Object.keys(operations).sort(), [...built].sort());
    for (const [action, [, errors]] of Object.entries(operations))
        assert.ok(errors.length > 0, action);
});

for (const action of built) {
    const [params, errors] = operations[action] ?? [null, []];
    describe(action, () => {
        test('its documented errors', async () => {
            for (const [more, status, Code, words] of errors)
                judge(await ask(action, { ...params, ...more }), status, Code, words);
        });
        test('without what it requires', async () => {
            const whole = params ?? errors[0][0];
            for (const name of required(action)) {
                assert.ok(name in whole, `${name} of ${action} is not in its row`);
                const { [name]: gone, ...rest } = whole;
                judge(await ask(action, rest), 400, `Missing${name}`, `${name} is mandatory for this action.`);
            }
        });
        test('by somebody who may not', async () => {
            const answer = await ask(action, params ?? errors[0][0], nobody);
            judge(answer, 403, 'NoPermission', 'You are not authorized to do this action.');
            assert.equal(answer.json.AccessDeniedDetail.AuthAction, `cms:${action}`);
        });
        test('the same as XML', async () => {
            const [more, status, Code] = errors[0];
            const answer = await ask(action, { ...params, ...more }, full, { Format: 'XML' });
            assert.equal(answer.status, status);
            assert.match(answer.text, new RegExp(`<Error>.*<RequestId>[0-9A-F-]{36}</RequestId>.*<Code>${Code}</Code>.*</Error>`, 's'));
        });
    });
}

// What the contract's tables print and Belfry never answers; the page says why.
test('documented codes that are never answered are named in the documentation', () => {
    const section = page.slice(page.indexOf('## Documented errors that Belfry does not answer'));
    for (const code of ['InternalError', 'InvalidAuthorization', 'AccessDeniedException', 'LimitExceeded', 'AccessForbidden',
                        'ThrottlingException', 'ExceedingQuota'])
        assert.ok(section.includes(`\`${code}\``), code);
});

// ---- fields of the answers -------------------------------------------------------------------

// Paths of the model that nothing in this answer fills; of a list any of its items may.
function lacks(Class, values, at = '') {
    const types = Class.types();
    const out = [];
    for (const [field, wire] of Object.entries(Class.names())) {
        const here = values.map((v) => v[wire]).filter((v) => v !== undefined);
        const type = types[field];
        const path = at + wire;
        if (here.length === 0)
            out.push(path);
        else if (typeof type === 'function')
            out.push(...lacks(type, here, `${path}.`));
        else if (typeof type?.itemType === 'function')
            out.push(...lacks(type.itemType, here.flat(), `${path}.`));
    }
    return out;
}

// What Belfry has nothing for, by answer: the reason.
const absent = {
    PutEventRuleTargets: [/^Failed(Fc|Mns|Sls|Webhook)Parameters\./], // nothing of those kinds was sent and refused
    DescribeEventRuleTargetList: [/^(FcParameters|MnsParameters|SlsParameters|OpenApiParameters)\./], // refused, so never there
    DescribeMetricRuleList: [/^Alarms\.Alarm\.Prometheus$/, /PreCondition$/], // refused, so never there
    DescribeEventRuleList: [/KeywordFilter$/], // no request sets it
    DescribeEventRuleAttribute: [/KeywordFilterObj$/],
    DescribeMetricRuleTargets: [/^Targets\.Target\./],
    PutMetricRuleTargets: [/^FailData/], // refused as a whole
};

describe('every field of the model is filled', () => {
    before(async () => {
        await good('PutContact', { ContactName: 'bob', Describe: 'd', Lang: 'en', Channels: { Mail: 'b@example.com', SMS: '13900000000',
            DingWebHook: 'https://oapi.dingtalk.com/robot/send?access_token=a', AliIM: 'bob' } });
        await good('PutContactGroup', { ContactGroupName: 'ops', ContactNames: ['alice', 'bob'], Describe: 'd', EnableSubscribed: true });
        await good('PutEventRule', { RuleName: 'e', Description: 'd', EventType: 'SYSTEM', State: 'ENABLED', SilenceTime: 60, GroupId: '7',
            EventPattern: [{ Product: 'ecs', EventTypeList: ['Exception'], LevelList: ['CRITICAL'], NameList: ['n'], StatusList: ['s'],
                             CustomFilters: 'c', SQLFilter: 'x' }] });
        await good('PutResourceMetricRule', { ...rule, RuleId: 'fields', MetricName: 'fields', Period: 10, Webhook: 'http://127.0.0.1:9/x',
            Labels: [{ Key: 'k', Value: 'v' }], EmailSubject: 's' });
        await good('PutResourceMetricRule', { RuleId: 'comp', RuleName: 'comp', Namespace: 'n', MetricName: 'comp', ContactGroups: 'ops', Resources: '[]',
            CompositeExpression: JSON.stringify({ ExpressionList: [{ MetricName: 'a', Period: 60, Statistics: '$Sum', ComparisonOperator: 'GreaterThanThreshold', Threshold: '1' }],
                                                  ExpressionListJoin: '&&', Level: 'WARN', Times: 1 }) });
        await good('PutResourceMetricRule', { RuleId: 'comp-raw', RuleName: 'x', Namespace: 'n', MetricName: 'comp', ContactGroups: 'ops', Resources: '[]',
            CompositeExpression: JSON.stringify({ ExpressionRaw: '$Sum > 1', Level: 'WARN', Times: 1 }) });
        await good('CreateMetricRuleBlackList', { ...blacklist, Name: 'fields', Metrics: [{ MetricName: 'muted', Resource: '{"device":"sda"}' }],
            EnableStartTime: Date.now() - 1000, EnableEndTime: Date.now() + 86_400_000, EffectiveTime: '00:00-23:59', ScopeType: 'GROUP', ScopeValue: '["0","7"]' });
        await good('CreateMetricRuleBlackList', { ...blacklist, Name: 'mute', Metrics: [{ MetricName: 'fields' }] });
        const base = Math.floor(Date.now() / 10_000) * 10_000 - 20_000;
        await good('PutCustomMetric', { MetricList: ['i', 'other'].map((instanceId) => ({ ...point, MetricName: 'fields', Dimensions: JSON.stringify({ instanceId, instanceName: 'web' }),
            Values: '{"value":99}', Time: `${base}` })) });
        await until('both logs', async () => {
            const { AlertLogList } = await good('DescribeAlertLogList', { RuleId: 'fields', PageSize: 100 });
            return AlertLogList.some((l) => l.BlackListUUID) && AlertLogList.some((l) => l.SendResultList.length > 1);
        });
    });

    const shown = {
        PutContact: { ContactName: 'carl', Describe: '', Channels: { Mail: 'c@example.com' } }, DeleteContact: { ContactName: 'carl' },
        DescribeContactList: {}, PutContactGroup: { ContactGroupName: 'tmp' }, DeleteContactGroup: { ContactGroupName: 'tmp' },
        DescribeContactGroupList: {}, DescribeContactListByContactGroup: { ContactGroupName: 'ops' },
        PutCustomEvent: operations.PutCustomEvent[0], SendDryRunSystemEvent: operations.SendDryRunSystemEvent[0],
        PutEventRule: { RuleName: 'tmp', EventPattern: [{ Product: 'a' }] },
        PutEventRuleTargets: { RuleName: 'e', ContactParameters: [{ Id: '1', ContactGroupName: 'ops', Level: '2' }, { Id: '2', ContactGroupName: 'no such', Level: '2' }],
            WebhookParameters: [{ Id: '1', Protocol: 'http', Method: 'POST', Url: 'http://127.0.0.1:9/' }] },
        DescribeEventRuleList: { NamePrefix: 'e' }, DescribeEventRuleAttribute: { RuleName: 'e' }, DescribeEventRuleTargetList: { RuleName: 'e' },
        EnableEventRules: { RuleNames: ['tmp'] }, DisableEventRules: { RuleNames: ['tmp'] }, DeleteEventRules: { RuleNames: ['tmp'] },
        DeleteEventRuleTargets: { RuleName: 'e', Ids: ['9'] },
        CreateMetricRuleBlackList: { ...blacklist, Name: 'tmp' }, DescribeMetricRuleBlackList: {},
        DescribeAlertLogList: { PageSize: 100 }, DescribeAlertLogCount: { GroupBy: 'product' }, DescribeAlertLogHistogram: {}, DescribeAlertHistoryList: { PageSize: 100 },
        PutResourceMetricRule: { ...rule, RuleId: 'tmp' }, PutResourceMetricRules: { Rules: [{ ...rule, RuleId: 'bad', RuleName: ' ' }] },
        PutGroupMetricRule: { ...operations.PutGroupMetricRule[0], RuleId: 'tmp2' }, CreateGroupMetricRules: operations.CreateGroupMetricRules[0],
        PutCustomMetricRule: operations.PutCustomMetricRule[0], PutCustomEventRule: operations.PutCustomEventRule[0],
        DescribeMetricRuleList: { PageSize: 100 }, EnableMetricRules: { RuleId: ['tmp'] }, DisableMetricRules: { RuleId: ['tmp'] }, DeleteMetricRules: { Id: ['tmp'] },
        DescribeMetricRuleTargets: { RuleId: 'fields' }, DeleteMetricRuleTargets: { RuleId: 'fields', TargetIds: ['1'] }, PutCustomMetric: { MetricList: [point] },
    };
    // those whose parameters come from an earlier answer, or that refuse all
    const others = ['ModifyMetricRuleBlackList', 'EnableMetricRuleBlackList', 'DeleteMetricRuleBlackList', 'PutMetricRuleTargets'];

    test('of each operation', () => assert.deepEqual([...Object.keys(shown), ...others].sort(), [...built].sort()));
    const complete = (action, body) => assert.deepEqual(
        lacks(cms[`${action}ResponseBody`], [body]).filter((path) => !(absent[action] ?? []).some((r) => r.test(path))), []);
    for (const [action, params] of Object.entries(shown))
        test(action, async () => complete(action, await good(action, params)));
    test('the other blacklist operations', async () => {
        const { Id } = await good('CreateMetricRuleBlackList', { ...blacklist, Name: 'three' });
        complete('EnableMetricRuleBlackList', await good('EnableMetricRuleBlackList', { Id, IsEnable: false }));
        complete('ModifyMetricRuleBlackList', await good('ModifyMetricRuleBlackList', { ...blacklist, Id }));
        complete('DeleteMetricRuleBlackList', await good('DeleteMetricRuleBlackList', { Id }));
    });
});
