// cms_blacklist.test.mjs - CloudMonitor's blacklists by the vendor's clients: silences of
// the one model, muted and told again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, connections, refused, sdk, succeeded } from './cms_rig.mjs';
import { account, Belfry } from './support.mjs';

const full = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
let belfry, call;

before(async () => {
    belfry = await Belfry.start({
        activate_at_once: true,
        routes: [{ name: 'all', matchers: [], group_wait: '0s', group_interval: '1m', repeat_interval: '4h',
                   contact_groups: ['nobody'] }],
        accounts: [account([{ name: 'ops', access_keys: [full], policies: ['full-access'],
                              bearer: 'admin-bearer-key' }])],
    });
    call = sdk(belfry, full);
});
after(() => belfry.stop());

const wish = (more = {}) => ({ Name: '维护', Namespace: 'acs_ecs_dashboard', Category: 'ecs',
                               Instances: ['{"instanceId":"i-abc"}'], ...more });
const shown = async (id, by = call) => {
    const body = succeeded('DescribeMetricRuleBlackList', await by('DescribeMetricRuleBlackList', { Ids: [id] }));
    return body.DescribeMetricRuleBlackList[0];
};
// Would an alert with these labels be kept back by a silence?
async function muted(labels) {
    const { body } = await ask(belfry, 'POST', '/explain', { labels: {
        alertname: 'cpu', source: 'cloudmonitor', namespace: 'acs_ecs_dashboard', metricName: 'CPUUtilization',
        instanceId: 'i-abc', severity: 'critical', ...labels } });
    return JSON.stringify(body).includes('"silenced"');
}
const hhmm = (ms) => new Date(ms).toISOString().slice(11, 16);

for (const [name, connect] of Object.entries(connections))
    test(`${name}: made, shown, switched, modified and deleted`, async () => {
        const by = connect(belfry, full);
        const { Id } = succeeded('CreateMetricRuleBlackList', await by('CreateMetricRuleBlackList', wish({
            Name: `维护 ${name}`, EnableStartTime: '1640237400000', EnableEndTime: '4070908800000',
            EffectiveTime: '00:00-23:59', Metrics: [{ MetricName: 'disk_utilization', Resource: '{"device":"C:"}' },
                                                    { MetricName: 'cpu_total' }],
            ScopeType: 'GROUP', ScopeValue: '["67","78"]' })));
        assert.match(Id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
        const one = await shown(Id, by);
        assert.ok(Math.abs(Date.now() - Number(one.CreateTime)) < 120_000);
        assert.deepEqual({ ...one, CreateTime: '', UpdateTime: '' }, {
            Id, Name: `维护 ${name}`, Namespace: 'acs_ecs_dashboard', Category: 'ecs',
            Instances: ['{"instanceId":"i-abc"}'],
            Metrics: [{ MetricName: 'disk_utilization', Resource: '{"device":"C:"}' }, { MetricName: 'cpu_total' }],
            ScopeType: 'GROUP', ScopeValue: ['67', '78'], EffectiveTime: '00:00-23:59',
            EnableStartTime: 1640237400000, EnableEndTime: 4070908800000, IsEnable: true,
            CreateTime: '', UpdateTime: '' });
        assert.equal(await muted({ metricName: 'cpu_total', groupId: '78' }), true);
        assert.equal(await muted({ metricName: 'cpu_total', groupId: '7' }), false);
        assert.equal(await muted({ metricName: 'disk_utilization', groupId: '67' }), false);
        assert.equal(await muted({ metricName: 'disk_utilization', groupId: '67', device: 'C:' }), true);
        assert.equal(succeeded('EnableMetricRuleBlackList', await by('EnableMetricRuleBlackList',
                                                                     { Id, IsEnable: false })).Count, 1);
        assert.equal(await muted({ metricName: 'cpu_total', groupId: '78' }), false);
        assert.equal((await shown(Id)).IsEnable, false);
        await by('EnableMetricRuleBlackList', { Id: `["${Id}"]`, IsEnable: true });
        assert.equal(await muted({ metricName: 'cpu_total', groupId: '78' }), true);
        assert.equal(succeeded('ModifyMetricRuleBlackList', await by('ModifyMetricRuleBlackList', {
            Id, ...wish({ Name: 'new name', Instances: ['{"instanceId":"i-other"}'] }) })).Count, '1');
        const after = await shown(Id, by);
        assert.deepEqual([after.Name, after.Metrics, after.ScopeType, after.EffectiveTime, after.EnableEndTime],
                         ['new name', [], 'USER', undefined, undefined]);
        assert.equal(await muted({ metricName: 'cpu_total', groupId: '78' }), false);
        assert.equal(await muted({ instanceId: 'i-other' }), true);
        assert.equal(succeeded('DeleteMetricRuleBlackList', await by('DeleteMetricRuleBlackList', { Id })).Count, 1);
        assert.equal(await shown(Id), undefined);
        assert.equal(await muted({ instanceId: 'i-other' }), false);
        await refused(by('DeleteMetricRuleBlackList', { Id }), 'ResourceNotFound', Id);
    });

test('only threshold alerts of its namespace are muted', async () => {
    const { Id } = await call('CreateMetricRuleBlackList', wish());
    assert.equal(await muted({}), true);
    assert.equal(await muted({ namespace: 'acs_rds_dashboard' }), false);
    assert.equal(await muted({ instanceId: 'i-abcd' }), false);
    assert.equal(await muted({ source: 'aom' }), false);
    const all = await call('CreateMetricRuleBlackList', wish({ Instances: ['{"resource":"_ALL"}'],
                                                              Metrics: [{ MetricName: 'a' }, { MetricName: 'b.c' }] }));
    assert.equal(await muted({ metricName: 'b.c', instanceId: 'x' }), true);
    assert.equal(await muted({ metricName: 'bxc', instanceId: 'x' }), false);
    await call('DeleteMetricRuleBlackList', { Id: `${Id},${all.Id}` });
    assert.equal(await muted({}), false);
});

test('it holds in its hours and its time only', async () => {
    const now = Date.now(), hour = 3_600_000;
    const hours = (from, to, zone) => `${hhmm(now + from * hour)}-${hhmm(now + to * hour)} UTC${zone}`;
    for (const [more, held] of [
        [{ EffectiveTime: hours(-2, 2, '+0000') }, true],
        [{ EffectiveTime: hours(2, 4, '+0000') }, false],
        [{ EffectiveTime: hours(-2 + 7, 2 + 7, '+0700') }, true],
        [{ EffectiveTime: hours(-2, 2, '+0700') }, false],
        [{ EnableStartTime: String(now + hour) }, false],
        [{ EnableEndTime: String(now + hour) }, true],
        [{ EnableEndTime: String(now - hour) }, false],
    ]) {
        const { Id } = await call('CreateMetricRuleBlackList', wish(more));
        assert.equal(await muted({}), held, JSON.stringify(more));
        await call('DeleteMetricRuleBlackList', { Id });
    }
});

test('lists: filters, order and pages', async () => {
    const ids = [];
    for (let i = 0; i < 12; i++)
        ids.push((await call('CreateMetricRuleBlackList', wish({ Name: `list ${i}`, Instances: [`{"instanceId":"i-${i}x"}`] }))).Id);
    const list = async (params) => call('DescribeMetricRuleBlackList', params);
    const first = await list({ Name: 'list' });
    assert.equal(first.Total, 12);
    assert.deepEqual(first.DescribeMetricRuleBlackList.map((b) => b.Id), ids.slice(2).reverse());
    const second = await list({ Name: 'list', PageNumber: 2, PageSize: 5 });
    assert.deepEqual(second.DescribeMetricRuleBlackList.map((b) => b.Id), ids.slice(2, 7).reverse());
    const oldest = await connections['pop-core GET'](belfry, full)('DescribeMetricRuleBlackList', { Order: 'ASC', Name: 'list' });
    assert.equal(oldest.DescribeMetricRuleBlackList[0].Id, ids[0]);
    assert.deepEqual((await list({ InstanceIds: ['i-3x'] })).DescribeMetricRuleBlackList.map((b) => b.Id), [ids[3]]);
    await call('EnableMetricRuleBlackList', { Id: ids[4], IsEnable: false });
    assert.equal((await list({ IsEnable: false })).Total, 1);
    await belfry.restart();
    assert.equal((await list({ IsEnable: false })).DescribeMetricRuleBlackList[0].Id, ids[4]);
    assert.equal((await list({ Name: 'list', PageNumber: 9 })).DescribeMetricRuleBlackList.length, 0);
});

describe('refused', () => {
    for (const [action, params, code, words = ''] of [
        ['CreateMetricRuleBlackList', { ...wish(), Name: undefined }, 'MissingName'],
        ['CreateMetricRuleBlackList', { ...wish(), Namespace: undefined }, 'MissingNamespace'],
        ['CreateMetricRuleBlackList', { ...wish(), Category: undefined }, 'MissingCategory'],
        ['CreateMetricRuleBlackList', wish({ Instances: [] }), 'MissingInstances'],
        ['CreateMetricRuleBlackList', wish({ Instances: ['i-abc'] }), 'InvalidParameterValue', 'Instances'],
        ['CreateMetricRuleBlackList', wish({ Metrics: [{ Resource: '{}' }] }), 'MissingMetrics.1.MetricName'],
        ['CreateMetricRuleBlackList', wish({ Metrics: Array(11).fill({ MetricName: 'a' }) }), 'InvalidParameterValue', 'Metrics.N'],
        ['CreateMetricRuleBlackList', wish({ EffectiveTime: '25:00-26:00' }), 'InvalidParameterValue', 'EffectiveTime'],
        ['CreateMetricRuleBlackList', wish({ EnableStartTime: '2', EnableEndTime: '1' }), 'InvalidParameterValue', 'EnableEndTime'],
        ['CreateMetricRuleBlackList', wish({ EnableStartTime: 'soon' }), 'InvalidParameterValue', 'EnableStartTime'],
        ['CreateMetricRuleBlackList', wish({ ScopeType: 'WORLD' }), 'InvalidParameterValue', 'ScopeType'],
        ['CreateMetricRuleBlackList', wish({ ScopeType: 'GROUP' }), 'MissingScopeValue'],
        ['CreateMetricRuleBlackList', wish({ Name: 'n'.repeat(129) }), 'InvalidParameterValue', 'Name'],
        ['ModifyMetricRuleBlackList', wish(), 'MissingId'],
        ['ModifyMetricRuleBlackList', wish({ Id: 'no-such' }), 'ResourceNotFound', 'no-such'],
        ['EnableMetricRuleBlackList', { IsEnable: true }, 'MissingId'],
        ['EnableMetricRuleBlackList', { Id: 'no-such' }, 'MissingIsEnable'],
        ['EnableMetricRuleBlackList', { Id: 'no-such', IsEnable: true }, 'ResourceNotFound'],
        ['EnableMetricRuleBlackList', { Id: Array(51).fill('x').join(), IsEnable: true }, 'InvalidParameterValue', 'Id'],
        ['DeleteMetricRuleBlackList', {}, 'MissingId'],
        ['DescribeMetricRuleBlackList', { PageSize: 101 }, 'InvalidParameterValue', 'PageSize'],
        ['DescribeMetricRuleBlackList', { InstanceIds: Array(11).fill('x') }, 'InvalidParameterValue', 'InstanceIds'],
    ])
        test(`${action}: ${code} ${words}`, async () => {
            const given = Object.fromEntries(Object.entries(params).filter(([, v]) => v !== undefined));
            await refused(call(action, given), code, words);
        });
});
