// huawei_operations.test.mjs - every operation of doc/api/huawei.md's table through the
// vendor's SDK core, in the order of the table: each is answered as the SDK reads it, and
// those that make something make it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { client, project, start } from './aom_rig.mjs';
import { huawei } from './doors.mjs';

const page = readFileSync(new URL('../../doc/api/huawei.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (\w+) \| `(GET|HEAD|POST|PUT|DELETE) ([^`]+)` \|/gm)].map(
    ([, op, method, path]) => ({ op, method, path }));
const urn = (topic) => `urn:smn:cn-north-4:${project}:${topic}`;
const made = (op) => huawei[op].body;
const name = (op, key = 'name') => made(op)[key];
let belfry, c, subscription, template;

// What a row sends beside what doors.mjs does: the thing that the row before it made.
const own = {
    UpdateActionRule: () => ({ data: made('AddActionRule') }),
    DeleteActionRule: () => ({ data: [name('AddActionRule', 'rule_name')] }),
    UpdateNotificationTemplate: () => ({ data: packed(made('CreateNotificationTemplate')) }),
    CreateNotificationTemplate: () => ({ data: packed(made('CreateNotificationTemplate')) }),
    DeleteNotificationTemplates: () => ({ data: { names: [name('CreateNotificationTemplate')] } }),
    UpdateEventRule: () => ({ data: made('AddEvent2alarmRule') }),
    DeleteEvent2alarmRule: () => ({ data: [name('AddEvent2alarmRule')] }),
    BatchUpdateAlarmRule: () => ({ query: { action: 'disable' }, data: {
        alarm_rules: [{ alarm_rule_name: 'doors' }] } }),
    DeleteMetricOrEventAlarmRule: () => ({ data: { alarm_rules: ['doors'] } }),
    UpdateMuteRules: () => ({ data: made('AddMuteRules') }),
    DeleteMuteRules: () => ({ data: [{ name: name('AddMuteRules') }] }),
    UpdateGroupRule: () => ({ data: made('AddGroupRule') }),
    DeleteGroupRule: () => ({ data: [name('AddGroupRule')] }),
    UpdateInhibitRule: () => ({ data: made('AddInhibitRule') }),
    DeleteInhibitRule: () => ({ data: [name('AddInhibitRule')] }),
    DeleteTopic: () => ({ vars: { topic_urn: urn('doors') } }),
    DeleteTopicAttributes: () => ({ vars: { topic_urn: urn('t') } }),
    DeleteTopicAttributeByName: () => ({ vars: { topic_urn: urn('t'), attribute: 'introduction' } }),
    ListTopicAttributes: () => ({ query: {} }),
    UpdateSubscription: () => ({ vars: { topic_urn: urn('t'), urn: subscription } }),
    CancelSubscription: () => ({ vars: { urn: subscription } }),
    ListMessageTemplateDetails: () => ({ vars: { id: template } }),
    UpdateMessageTemplate: () => ({ vars: { id: template } }),
    DeleteMessageTemplate: () => ({ vars: { id: template } }),
};
const packed = (body) => ({ ...body, templates: JSON.stringify(body.templates) });

// What has nothing to act on is refused, in words that say so; nothing else is.
const refusals = {
    ShowNotificationTemplate: 400, ConfirmSubscription: 403, CancelSubscriptionByLink: 404,
    DownloadHttpSignCert: 404, CreateToken: 401, CreateTemporaryAccessKeyByToken: 401, ShowToken: 400,
    DeleteToken: 400, ShowProject: 404, ShowRegion: 404, ShowService: 404, ShowEndpoint: 404, ShowUser: 404,
    DeleteSubscriptionByTopic: 404,
};

before(async () => {
    belfry = await start({ allow_addresses: ['127.0.0.0/8'] });
    c = client(belfry);
    await c.call('POST', '/v2/notifications/topics', { data: { name: 't' } });
    const act = { ...made('AddActionRule'), rule_name: 'act' };
    await c.call('POST', '/v2/alert/action-rules', { data: act });
});
after(() => belfry.stop());

async function ask({ op, method, path }) {
    const door = huawei[op] ?? {};
    const mine = own[op]?.() ?? {};
    const vars = { ...door.vars, ...mine.vars };
    const url = path.replaceAll('{project_id}', project).replace('{rule_name}', '{name}')
        .replace('{message_template_id}', '{id}').replace(/\{(\w+)\}/g, (_, key) =>
            encodeURIComponent(vars[key] ?? 'x'));
    try {
        const answer = await c.hcClient.sendRequest({
            method, url, contentType: 'application/json', pathParams: {}, headers: {},
            queryParams: mine.query ?? door.query ?? {}, data: mine.data ?? door.body ?? {} });
        return { status: answer.httpStatusCode, answer };
    } catch (e) {
        return { status: e.httpStatusCode, words: `${e.errorCode}: ${e.errorMsg}` };
    }
}

describe('every operation of the table', () => {
    test('the table is read', () => assert.ok(rows.length > 90, `${rows.length}`));
    for (const row of rows)
        test(`${row.op} ${row.method} ${row.path}`, async () => {
            // deleting twice (another path does the same): made again first
            if (row.path.endsWith('/delete'))
                await ask({ ...rows.find((r) => r.method === 'POST' && row.path === `${r.path}/delete`) });
            const { status, answer, words } = await ask(row);
            const wanted = refusals[row.op] ?? (row.op === 'ListVersions' ? 300 : undefined);

            if (wanted === undefined)
                assert.ok(status >= 200 && status < 300, `${status} ${words}`);
            else
                assert.equal(status, wanted, words);
            if (row.op === 'AddSubscription')
                subscription = answer.subscription_urn;
            if (row.op === 'CreateMessageTemplate')
                template = answer.message_template_id;
        });
});
