// smn.test.mjs - SMN through the vendor's SDK core: topics, subscriptions and the ways in
// and out of them, what is published, and the envelope that its receivers verify
// (contracts/huawei.md 2.9 to 2.13).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { client, project, reader, start } from './aom_rig.mjs';
import { Mailboxes } from './mailboxes.mjs';
import { Endpoint, verify } from './smn_rig.mjs';

const smn = '/v2/notifications';
const urn = (name) => `urn:smn:cn-north-4:${project}:${name}`;
let belfry, c, endpoint, mailboxes;

before(async () => {
    endpoint = await Endpoint.start();
    mailboxes = await Mailboxes.start();
    belfry = await start({ smtp: mailboxes.smtp,
        routes: [{ name: 'way', matchers: ['resource_type="way"'], action_rules: ['way'],
                   group_wait: '0s', group_interval: '1s' }], activate_at_once: false, allow_addresses: ['127.0.0.0/8'] });
    c = client(belfry);
});
after(async () => {
    await belfry.stop();
    await endpoint.stop();
    await mailboxes.stop();
});

const topic = (name, more = {}) => c.call('POST', `${smn}/topics`, { data: { name, ...more } });
const at = (name, tail = '') => [`${smn}/topics/{topic_urn}${tail}`,
                                 { vars: { topic_urn: urn(name) } }];
const on = (method, [path, more], data, query) => c.call(method, path, { ...more, data, query });
const subscribe = (name, data) => on('POST', at(name, '/subscriptions'), data);
const list = async (name) => (await on('GET', at(name, '/subscriptions'))).subscriptions;

// This core reads no `code` and `message` (1.4): the status it says, the code we ask for.
async function refused(promise, status) {
    await assert.rejects(promise, (e) => {
        assert.equal(e.httpStatusCode, status, `${e.errorMsg} ${e}`);
        return true;
    });
}

describe('topics', () => {
    test('attributes and tags', async () => {
        const policy = JSON.stringify({ Version: '2016-09-07', Id: '__default_policy_ID',
            Statement: [{ Sid: '__service_pub_0', Effect: 'Allow', Principal: { Service: ['obs'] },
                          Action: ['SMN:Publish', 'SMN:QueryTopicDetail'], Resource: urn('t1') }] });

        assert.equal((await topic('t1', { display_name: '运维' })).httpStatusCode, 201);
        for (const [name, value] of [['access_policy', policy], ['introduction', '值班 🔔']])
            assert.equal((await on('PUT', at('t1', `/attributes/${name}`), { value }))
                .httpStatusCode, 200);
        assert.deepEqual((await on('GET', at('t1', '/attributes'))).attributes,
                         { access_policy: policy, introduction: '值班 🔔' });
        assert.equal((await on('DELETE', at('t1', '/attributes/introduction')))
            .httpStatusCode, 200);
        await refused(on('DELETE', at('t1', '/attributes/introduction')), 404);
        await on('DELETE', at('t1', '/attributes'));
        assert.deepEqual((await on('GET', at('t1', '/attributes'))).attributes,
                         { access_policy: '', introduction: '' });
        const tags = (method, tail, data) => c.call(method, `/v2/smn_topic/t1/tags${tail}`, {
            data, headers: { 'X-SMN-RESOURCEID-TYPE': 'name' } });
        assert.equal((await tags('POST', '/action', { action: 'create', tags: [
            { key: '组', value: '数据库' }, { key: 'empty', value: '' }] })).httpStatusCode, 204);
        await belfry.restart('SIGKILL');
        assert.deepEqual((await tags('GET', '')).tags,
                         [{ key: '组', value: '数据库' }, { key: 'empty', value: '' }]);
        assert.equal((await tags('POST', '/action', { action: 'delete', tags: [
            { key: 'empty' }] })).httpStatusCode, 204);
        assert.deepEqual((await tags('GET', '')).tags, [{ key: '组', value: '数据库' }]);
        await refused(client(belfry, reader).call('PUT', ...(([p, m]) => [p, {
            ...m, data: { value: '' } }])(at('t1', '/attributes/introduction'))), 403);
    });

    // 2.9, 2.10: 192 and 128 bytes, where AOM counts characters.
    test('names shown and remarks are bounded by their bytes', async () => {
        const shown = '示'.repeat(64), remark = '注'.repeat(42);
        const noted = (endpoint, words) => subscribe('bytes', {
            protocol: 'email', endpoint, remark: words });

        assert.equal((await topic('bytes', { display_name: shown })).httpStatusCode, 201);
        assert.equal((await on('GET', at('bytes'))).display_name, shown);
        await refused(topic('more', { display_name: `${shown}x` }), 400);
        await refused(on('PUT', at('bytes'), { display_name: `${shown}x` }), 400);
        assert.equal((await noted('at@example.com', `${remark}xx`)).httpStatusCode, 201);
        await refused(noted('above@example.com', `${remark}注`), 400);
        assert.deepEqual((await list('bytes')).map((s) => s.remark), [`${remark}xx`]);
        await on('DELETE', at('bytes'));
    });
});

describe('subscriptions', () => {
    test('every protocol that Belfry delivers by, in one call', async () => {
        await topic('many');
        const ways = [['email', 'Ops@Example.com'], ['sms', '+8613800000000'],
                      ['callnotify', '+8613800000001'], ['http', `${endpoint.url}/m`],
                      ['https', 'https://hook.example/x'],
                      ['dingding', 'https://oapi.dingtalk.com/robot/send?access_token=t'],
                      ['feishu', 'https://open.feishu.cn/hook/1'],
                      ['wechat', 'https://qyapi.weixin.qq.com/send?key=4']];
        const answer = await subscribe('many', { subscriptions: [
            ...ways.map(([protocol, e]) => ({ protocol, endpoint: e, remark: protocol })),
            { protocol: 'functionstage', endpoint: 'urn:fss:x' }] });
        assert.deepEqual(answer.subscriptions_result.map((r) => r.http_code),
                         [...ways.map(() => 201), 400]);
        assert.equal(answer.subscriptions_result.at(-1).code, 'SMN.0011');
        assert.deepEqual((await list('many')).map((s) => [s.protocol, s.endpoint, s.status]),
                         ways.map(([p, e], i) => [p, e, i < 5 ? 0 : 2]));
        const { protocols } = await fetch(`${belfry.url}/v2/notifications/protocols`, {
            headers: { 'X-Auth-Token': await token() } }).then((r) => r.json());
        assert.deepEqual(protocols, ways.map(([p]) => p));
        const gone = await c.call('DELETE', `${smn}/subscriptions`, { data: {
            subscription_urns: [...await list('many'), { subscription_urn: `${urn('many')}:00` }]
                .map(({ subscription_urn }) => ({ subscription_urn })) } });
        assert.deepEqual(gone.subscriptions_result.map((r) => r.http_code),
                         [...ways.map(() => 200), 404]);
        assert.deepEqual(await list('many'), []);
        await endpoint.next('/m', 'SubscriptionConfirmation');
    });

    // 2.10 and 2.11: a program confirms by its GET, leaves and comes back by links.
    test('an endpoint of ours: asked, confirmed, told, gone', async () => {
        await topic('hook', { display_name: '报警' });
        const { subscription_urn } = await subscribe('hook', {
            protocol: 'http', endpoint: `${endpoint.url}/hook`,
            extension: { header: { 'x-team': 'ops', 'X-Key': 's3cr=t&1' } } });
        const asked = await endpoint.next('/hook', 'SubscriptionConfirmation');
        assert.equal(asked.headers['x-smn-message-type'], 'SubscriptionConfirmation');
        assert.equal(asked.headers['x-smn-topic-urn'], urn('hook'));
        assert.equal(asked.headers['x-smn-message-id'], asked.body.message_id);
        assert.equal(asked.headers['x-team'], 'ops');
        assert.equal(asked.headers['x-key'], 's3cr=t&1');
        assert.match(asked.body.message, /^You are invited to subscribe to topic: urn:smn:/);
        await verify(asked.body);
        assert.equal((await list('hook'))[0].status, 0);
        const confirmed = await fetch(asked.body.subscribe_url);
        assert.equal(confirmed.status, 200);
        assert.equal((await confirmed.json()).subscription_urn, subscription_urn);
        assert.equal((await list('hook'))[0].status, 1);
        assert.equal((await fetch(asked.body.subscribe_url)).status, 403); // once only

        const { message_id } = await publish('hook', { subject: '主题 🔔', message: '第一行\n第二行 <b>' });
        const told = await endpoint.next('/hook', 'Notification');
        assert.deepEqual([told.body.message_id, told.headers['x-smn-message-id'],
                          told.body.subject, told.body.message],
                         [message_id, message_id, '主题 🔔', '第一行\n第二行 <b>']);
        await verify(told.body);
        // without a subject there is none in what is signed
        await publish('hook', { message: 'bare' });
        const bare = await endpoint.next('/hook', 'Notification');
        assert.ok(!('subject' in bare.body));
        await verify(bare.body);

        // whoever knows the URN only cannot end it; whoever has a message can
        assert.equal((await fetch(`${belfry.url}/v2/notifications/subscriptions/unsubscribe?` +
            `subscription_urn=${subscription_urn}`)).status, 403);
        const left = await fetch(told.body.unsubscribe_url);
        assert.equal(left.status, 200);
        assert.match((await left.json()).message, /cancelled/);
        const word = await endpoint.next('/hook', 'UnsubscribeConfirmation');
        assert.equal(word.headers['x-smn-message-type'], 'UnsubscribeConfirmation');
        assert.match(word.body.message, /^You are unsubscribed from topic: urn:smn:.* To subscribe/);
        await verify(word.body);
        assert.equal((await list('hook'))[0].status, 3);
        await publish('hook', { message: 'unheard' });
        assert.equal((await fetch(word.body.subscribe_url)).status, 200);
        assert.equal((await list('hook'))[0].status, 1);
        await publish('hook', { message: 'heard' });
        assert.equal((await endpoint.next('/hook', 'Notification')).body.message, 'heard');
    });

    // 2.10: opened by a person: a page with a button, for scanners open every link.
    test('a mailbox: asked by mail, confirmed by the page, told, out by its link', async () => {
        await topic('mail', { display_name: '值班' });
        await subscribe('mail', { protocol: 'email', endpoint: 'zhang@example.com' });
        const asked = await mailboxes.next('zhang@example.com');
        const link = asked.text.match(/http:\S+\/l\/\S+/)[0];
        const code = link.slice(link.lastIndexOf('/') + 1);
        const sent = await fetch(`${belfry.url}/v2/notifications/subscriptions/subscribe?token=${
            code}`, { redirect: 'manual' });
        assert.equal(sent.status, 302);
        assert.equal(sent.headers.get('location'), link);
        assert.equal((await fetch(link)).status, 200);
        assert.equal((await list('mail'))[0].status, 0); // looking is not pressing
        assert.equal((await press(link, 'confirm')).status, 200);
        assert.equal((await list('mail'))[0].status, 1);
        await publish('mail', { subject: '通知', message: 'one\ntwo 中文' });
        const told = await mailboxes.next('zhang@example.com', '通知');
        assert.equal(told.text.trimEnd(), 'one\r\ntwo 中文');
        const out = told.leave.match(/<(http[^>]+)>/)[1];
        assert.equal((await press(out, 'unsubscribe')).status, 200);
        assert.equal((await list('mail'))[0].status, 3);
    });
});

describe('publishing', () => {
    test('each protocol its own words', async () => {
        await topic('forms');
        await ours('forms', '/forms');
        await confirmedMail('forms', 'forms@example.com');
        await publish('forms', { subject: 'S', message_structure: JSON.stringify({
            default: '所有人', email: '邮件 only', functionstage: '{}' }) });
        assert.equal((await endpoint.next('/forms', 'Notification')).body.message, '所有人');
        assert.equal((await mailboxes.next('forms@example.com', 'S')).text.trimEnd(), '邮件 only');
        for (const bad of ['{"email":"x"}', '[]', 'x', '{"default":7}', '{"default":""}',
                           '{"default":"x","sms":"[x]"}'])
            await refused(publish('forms', { message_structure: bad }), 400);
    });

    test('templates: made, filled in, changed, gone', async () => {
        const templates = `${smn}/message_template`, name = 'alarm-1';
        const make = (protocol, content) => c.call('POST', templates, { data: {
            message_template_name: name, protocol, content } });
        const one = (method, message_template_id, data) => c.call(
            method, `${templates}/{message_template_id}`, { vars: { message_template_id }, data });

        await topic('filled');
        await ours('filled', '/filled');
        await confirmedMail('filled', 'filled@example.com');
        const mail = await make('email', '{who}，{what} 在 {where}；{unknown} {not a place}');
        assert.equal(mail.httpStatusCode, 201);
        await refused(publish('filled', { message_template_name: name, tags: {} }), 404);
        const all = await make('default', '{what}@{where}');
        const again = await make('default', 'other');
        assert.equal(again.httpStatusCode, 200); // SMN.0025: there already
        assert.equal(again.code, 'SMN.0025');
        const listed = await c.call('GET', templates, { query: { message_template_name: name } });
        assert.equal(listed.message_template_count, 2);
        assert.deepEqual(listed.message_templates.map((t) => [t.protocol, t.tag_names]),
                         [['default', ['what', 'where']],
                          ['email', ['who', 'what', 'where', 'unknown']]]);
        await publish('filled', { subject: 'T', message_template_name: name, message: 'not this',
                                  tags: { who: '张伟', what: '磁盘满', where: 'db-1' } });
        assert.equal((await endpoint.next('/filled', 'Notification')).body.message, '磁盘满@db-1');
        assert.equal((await mailboxes.next('filled@example.com', 'T')).text.trimEnd(),
                     '张伟，磁盘满 在 db-1；{unknown} {not a place}');
        assert.equal((await one('PUT', all.message_template_id, { content: 'v2 {what}' }))
            .httpStatusCode, 200);
        const shown = await one('GET', all.message_template_id);
        assert.equal(shown.content, 'v2 {what}');
        assert.match(shown.update_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        for (const id of [all.message_template_id, mail.message_template_id])
            assert.equal((await one('DELETE', id)).httpStatusCode, 200);
        await refused(one('GET', all.message_template_id), 404);
        await refused(publish('filled', { message_template_name: name }), 404);
    });

    test('what was published outlives a crash, and who may not', async () => {
        await topic('crash');
        const { subscription_urn } = await ours('crash', '/crash');
        await publish('crash', { message: 'before' });
        await endpoint.next('/crash', 'Notification');
        await belfry.restart('SIGKILL');
        await publish('crash', { message: 'after' });
        const next = async () => (await endpoint.next('/crash', 'Notification')).body.message;
        const told = await next(); // the first once more, where its outcome was not on disk yet
        assert.equal(told === 'before' ? await next() : told, 'after');
        assert.ok(subscription_urn);
        await refused(publish('none', { message: 'x' }), 404);
        await refused(on.call(null, 'POST', at('crash', '/publish'), {}), 403); // SMN.0009
        await refused(client(belfry, reader).call('POST', ...(([p, m]) => [p, {
            ...m, data: { message: 'x' } }])(at('crash', '/publish'))), 403);
    });
});

// From an alarm, pushed as the SDK does it, to a mailbox and an endpoint.
describe('the whole way', () => {
    const metadata = { event_name: '磁盘满', event_severity: 'Critical', event_type: 'alarm',
                       resource_provider: 'ecs', resource_type: 'way', resource_id: 'ecs123' };
    const push = (event, action) => c.call('PUT', '/v2/push/events', {
        data: { events: [{ metadata, ...event }] }, query: action ? { action } : {} });
    const rule = () => c.call('GET', '/v2/alert/action-rules/{n}', { vars: { n: 'way' } });
    const template = (subType, content, more = {}) => ({ subType, content, version: 'v2', ...more });

    test('action rule, Chinese template, Asia/Shanghai, topic', async () => {
        const starts_at = Date.parse('2026-01-31T18:30:00Z'); // the next day in Shanghai
        await topic('way', { display_name: '值班' });
        assert.equal((await c.call('POST', '/v2/events/notification/templates', { data: {
            name: '模板', locale: 'zh-cn', templates: JSON.stringify([
                template('email', '<b>${event_name}</b> ${starts_at} ${event_severity} ' +
                    '$event.metadata.resource_id ${message}', { topic: '告警 ${event_name}' }),
                template('webhook', '{"n":"${event_name}","t":"${starts_at}"}',
                         { sendType: 'JSON' })]) } })).httpStatusCode, 204);
        assert.equal((await c.call('POST', '/v2/alert/action-rules', { data: {
            rule_name: 'way', type: '1', notification_template: '模板', time_zone: 'Asia/Shanghai',
            user_name: 'ops', smn_topics: [{ name: 'way', topic_urn: urn('way') }] } }))
            .httpStatusCode, 200);

        // 1.2: what the rule says of its topic is computed: nobody, nobody confirmed, one
        const status = async () => (await rule()).smn_topics[0].status;
        assert.strictEqual(await status(), 0);
        await subscribe('way', { protocol: 'email', endpoint: 'way@example.com' });
        assert.strictEqual(await status(), 2);
        const link = (await mailboxes.next('way@example.com')).text.match(/http:\S+\/l\/\S+/)[0];
        await press(link, 'confirm');
        assert.strictEqual(await status(), 1);
        await ours('way', '/way');

        assert.equal((await push({ starts_at, ends_at: 0, timeout: 15 * 86_400_000,
                                   annotations: { message: '使用率 98% <db>' } })).httpStatusCode,
                     204);
        const mail = await mailboxes.next('way@example.com');
        assert.equal(mail.subject, '告警 磁盘满');
        for (const words of ['磁盘满', '2026-02-01 02:30:00 GMT+08:00', 'ecs123', '98%'])
            assert.ok(mail.text.includes(words), `${words} in ${mail.text}`);
        const told = await endpoint.next('/way', 'Notification');
        assert.deepEqual(JSON.parse(told.body.message),
                         { n: '磁盘满', t: '2026-02-01 02:30:00 GMT+08:00' });
        assert.equal(told.body.topic_urn, urn('way'));
        await verify(told.body);
        assert.equal((await push({ ends_at: Date.now() }, 'clear')).httpStatusCode, 204);
        await mailboxes.next('way@example.com');
        await verify((await endpoint.next('/way', 'Notification')).body);

        // the last of them gone: told to nobody, and the rule says so
        const all = await list('way');
        await c.call('DELETE', `${smn}/subscriptions/{u}`, { vars: { u: all[0].subscription_urn } });
        assert.strictEqual(await status(), 1);
        await fetch(told.body.unsubscribe_url);
        assert.strictEqual(await status(), 2);
        await on('DELETE', at('way'));
        assert.strictEqual(await status(), 0);
    });
});

const publish = (name, data) => on('POST', at(name, '/publish'), data);

// An endpoint of ours on the topic, confirmed.
async function ours(name, path) {
    const made = await subscribe(name, { protocol: 'http', endpoint: endpoint.url + path });
    const asked = await endpoint.next(path, 'SubscriptionConfirmation');
    assert.equal((await fetch(asked.body.subscribe_url)).status, 200);
    return made;
}

async function confirmedMail(name, address) {
    await subscribe(name, { protocol: 'email', endpoint: address });
    const link = (await mailboxes.next(address)).text.match(/http:\S+\/l\/\S+/)[0];
    assert.equal((await press(link, 'confirm')).status, 200);
}

const press = (link, action) => fetch(link, {
    method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `action=${action}` });

async function token() {
    const answer = await fetch(`${belfry.url}/v3/auth/tokens`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ auth: {
            identity: { methods: ['password'], password: { user: {
                name: 'ops', password: 'pw', domain: { name: 'example' } } } },
            scope: { project: { name: 'cn-north-4' } } } }) });
    assert.equal(answer.status, 201);
    return answer.headers.get('x-subject-token');
}
