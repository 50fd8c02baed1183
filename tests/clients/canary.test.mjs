// canary.test.mjs - a word that nobody else would write is put through every door that takes
// a secret, then looked for: in every answer that is not the one whose contract returns it,
// in the log, in history, in errors, in each file of the data folder before and after a clean
// stop, and in what the server keeps of a start that failed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sendV1 } from './alibaba_sign.mjs';
import { operations } from './operations.mjs';
import { account, Belfry, until } from './support.mjs';

const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx', native = '/api/belfry/v1';
const json = { 'Content-Type': 'application/json' };
const put = new Set(); // by what door
const canary = (what) => {
    put.add(what);
    return `CANARY-${what}-0b9d4c7e1f`;
};
const url = (what) => `http://127.0.0.1:9/${canary(`${what}-path`)}?key=${canary(`${what}-query`)}`;
const key = { id: 'canaryKey', secret: canary('access-key') };
const bearer = { Authorization: `Bearer ${canary('bearer')}` };

// Of a receiver of each kind that an Alertmanager's file may have, all that is secret.
const receivers = {
    webhook: { webhook_configs: [{ url: url('am-webhook'), signing_secret: `whsec_${Buffer.from(canary('whsec-of-24-bytes')).toString('base64')}`,
        http_config: { basic_auth: { username: 'u', password: canary('am-basic') } } },
    { url: url('am-bearer'), http_config: { authorization: { credentials: canary('am-credentials') } } }] },
    pagerduty: { pagerduty_configs: [{ routing_key: canary('am-pagerduty'), url: 'http://127.0.0.1:9/' }] },
    opsgenie: { opsgenie_configs: [{ api_key: canary('am-opsgenie'), api_url: 'http://127.0.0.1:9/' }] },
    victorops: { victorops_configs: [{ api_key: canary('am-victorops'), routing_key: 'r', api_url: 'http://127.0.0.1:9/' }] },
    slack: { slack_configs: [{ api_url: url('am-slack'), channel: '#x' }] },
    pushover: { pushover_configs: [{ user_key: canary('am-pushover-user'), token: canary('am-pushover') }] },
    telegram: { telegram_configs: [{ bot_token: `123456:${canary('am-telegram')}`, chat_id: 5, api_url: 'http://127.0.0.1:9' }] },
    wechat: { wechat_configs: [{ api_secret: canary('am-wechat'), corp_id: 'c', api_url: 'http://127.0.0.1:9/', to_user: 'u' }] },
    discord: { discord_configs: [{ webhook_url: url('am-discord') }] },
    email: { email_configs: [{ to: 'a@example.com', from: 'b@example.com', smarthost: '127.0.0.1:9', require_tls: false,
                               auth_username: 'u', auth_password: canary('am-mail') }] },
};

let belfry, told = '';
const ask = async (method, path, headers = bearer, body = undefined) => {
    const r = await fetch(belfry.url + path, { method, headers: { ...(body ? json : {}), ...headers }, redirect: 'manual',
                                               body: body && JSON.stringify(body) });
    const text = await r.text();
    return { status: r.status, headers: r.headers, text };
};
const heard = async (...args) => {
    const answer = await ask(...args);
    told += `${args[0]} ${args[1]}\n${[...answer.headers].join('\n')}\n${answer.text}\n`;
    return answer;
};
const well = async (...args) => {
    const answer = await heard(...args);
    assert.ok(answer.status < 300, `${args[0]} ${args[1]}: ${answer.status} ${answer.text}`);
    return answer.text ? JSON.parse(answer.text) : null;
};
const cms = async (action, params = {}) => {
    const answer = await sendV1(belfry.host, action, params, { key, method: 'POST' });
    assert.equal(answer.status, 200, `${action}: ${answer.text}`);
    return answer.text;
};

before(async () => {
    belfry = await Belfry.start({
        log_level: 'debug', alertmanager: { account: 'default', auth: 'required' }, activate_at_once: true,
        allow_addresses: ['127.0.0.0/8'], ping_url: url('ping'),
        smtp: { host: '127.0.0.1', port: 9, from: 'belfry@example.com', tls: 'none', username: 'u', password: canary('smtp') },
        channels: {
            sms: { provider: 'http', http: { url: `http://127.0.0.1:9/?key=${canary('sms-url')}&to=\${number}`,
                                             headers: [`Authorization: Bearer ${canary('sms-header')}`],
                                             body: '{"to":"${to}","text":"${text}"}' } },
            ntfy: { server: `https://user:${canary('ntfy-password')}@127.0.0.1:9` },
        },
        routes: [{ name: 'ops', matchers: ['team="ops"'], group_wait: '0s', contact_groups: ['ops'], webhooks: [url('route')] }],
        accounts: [account([{ name: 'ops', password: canary('password'), bearer: bearer.Authorization.slice(7),
                              access_keys: [key, { id: 'canaryTemporary', secret: canary('temporary-key'),
                                                   security_token: canary('security-token') }],
                              policies: ['full-access'] }])],
    });
    writeFileSync(join(belfry.dir, 'am.yml'), JSON.stringify({
        global: { slack_api_url: url('am-global-slack'), smtp_auth_password: canary('am-global-mail') },
        route: { receiver: 'nobody', routes: Object.keys(receivers).map((receiver) => (
            { receiver, matchers: ['team="ops"'], group_wait: '0s', continue: true })) },
        receivers: [{ name: 'nobody' }, ...Object.entries(receivers).map(([name, of]) => ({ name, ...of }))] }));
    belfry.config.alertmanager.config_file = join(belfry.dir, 'am.yml');
    await belfry.restart('SIGTERM');
});
after(() => belfry.stop());

test('it goes in by every door', async () => {
    await cms('PutContact', { ContactName: 'Ding', Describe: 'x', 'Channels.DingWebHook': url('ding') });
    await cms('PutContactGroup', { ContactGroupName: 'ops', 'ContactNames.1': 'Ding' });
    await cms('PutEventRule', { RuleName: 'e', EventType: 'CUSTOM', State: 'ENABLED', 'EventPattern.1.Product': 'CUSTOM' });
    await cms('PutEventRuleTargets', { RuleName: 'e', 'WebhookParameters.1.Id': '1', 'WebhookParameters.1.Protocol': 'http',
                                       'WebhookParameters.1.Method': 'POST', 'WebhookParameters.1.Url': url('event') });
    for (const channel of ['webhook', 'feishu', 'wecom', 'slack'])
        await well('PUT', `${native}/contacts/${channel}`, bearer, { addresses: [{ channel, secret: url(`native-${channel}`) }] });
    await well('PUT', `${native}/contact-groups/ops`, bearer, { members: ['Ding', 'webhook', 'feishu', 'wecom', 'slack'] });
    const topics = `/v2/${project}/notifications/topics`;
    const { headers } = await ask('POST', '/v3/auth/tokens', {}, { auth: { scope: { project: { id: project } },
        identity: { methods: ['password'], password: { user: { name: 'ops', password: canary('password'), domain: { name: 'example' } } } } } });
    const token = { 'X-Auth-Token': headers.get('x-subject-token') };
    const { topic_urn } = await well('POST', topics, token, { name: 't', display_name: '' });
    await well('POST', `${topics}/${topic_urn}/subscriptions`, token, { protocol: 'http', endpoint: url('smn') });
    // and where it is wrong: the words of a refusal name no secret
    await heard('PUT', `${native}/contacts/bad`, bearer, { addresses: [{ channel: 'slack', secret: canary('no-url') }] });
    await heard('POST', '/v3/auth/tokens', {}, { auth: { identity: { methods: ['password'], password: { user: {
        name: 'ops', password: canary('wrong-password'), domain: { name: 'example' } } } } } });
    await heard('GET', `${native}/status`, { Authorization: `Bearer ${canary('wrong-bearer')}` });
    await heard('GET', topics, { 'X-Auth-Token': canary('wrong-token') });
    const wrong = await sendV1(belfry.host, 'DescribeContactList', {}, { key: { id: key.id, secret: canary('wrong-key') }, method: 'POST' });
    told += wrong.text;
    await well('POST', '/api/v2/alerts', bearer, [{ labels: { alertname: 'A', team: 'ops' } }]);
    await well('POST', `${native}/explain`, bearer, { labels: { alertname: 'A', team: 'ops' } });
    await cms('PutCustomEvent', { 'EventInfo.1.EventName': 'E', 'EventInfo.1.Content': 'x', 'EventInfo.1.GroupId': '0', 'EventInfo.1.Time': '20261122T100000.000+0800' });
    await until('an attempt at each receiver', async () => {
        const { items } = JSON.parse((await ask('GET', `${native}/deliveries?kind=attempt&limit=1000`)).text);
        return new Set(items.map((i) => i.to ?? i.detail?.to)).size >= 12;
    });
});

// Whose contract returns it to whoever may read the object (DESIGN 13, doc/adr/0017).
const returns = /^(ListSubscriptions|ListSubscriptionsByTopic)$/;

test('no answer tells it', async () => {
    const reads = operations().filter((op) => op.method === 'GET' && op.dialect !== 'alibaba' && !op.path.endsWith('/stream') &&
        !(op.dialect === 'huawei' && returns.test(op.name)));
    assert.ok(reads.length > 80);
    const { headers } = await ask('POST', '/v3/auth/tokens', {}, { auth: { scope: { project: { id: project } },
        identity: { methods: ['password'], password: { user: { name: 'ops', password: canary('password'), domain: { name: 'example' } } } } } });
    const token = headers.get('x-subject-token');
    const names = { contacts: ['Ding', 'webhook', 'slack'], 'contact-groups': ['ops'], users: ['ops'], topics: ['t'],
                    receivers: Object.keys(receivers), routes: ['ops', 'root'] };
    for (const op of reads)
        for (const name of names[op.path.split('/')[4]] ?? ['x'])
            await heard('GET', op.path.replace('{project_id}', project).replace('{topic_urn}', `urn:smn:cn-north-4:${project}:t`)
                .replace(/\{[^}]+\}/g, name), op.dialect === 'huawei' ? { 'X-Auth-Token': token, 'X-Subject-Token': token } : bearer);
    for (const list of ['deliveries?limit=1000', 'audit?limit=1000'])
        assert.equal((await heard('GET', `${native}/${list}`)).status, 200);
    for (const action of ['DescribeContactGroupList', 'DescribeAlertLogList', 'DescribeEventRuleList'])
        told += await cms(action);
    assert.deepEqual(told.match(/.{0,80}CANARY.{0,40}|Q0FOQVJZ.{0,20}/g) ?? [], []);
    assert.ok(told.includes('...'), 'addresses are shown masked');
    // and the ones whose contract says so do
    assert.match(await cms('DescribeContactList'), /CANARY-ding-query/);
});

const inFiles = (folder) => readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile() &&
    /CANARY|Q0FOQVJZ/.test(readFileSync(join(folder, name), 'latin1')));

test('no file of the data folder holds it, while it runs, after a kill, after a stop', async () => {
    const data = belfry.config.data_dir;
    assert.ok(readdirSync(data).length > 5);
    assert.deepEqual(inFiles(data), []);
    let log = belfry.log;
    await belfry.restart('SIGKILL');
    log += belfry.log;
    assert.deepEqual(inFiles(data), []);
    await belfry.restart('SIGTERM'); // a snapshot
    log += belfry.log;
    assert.deepEqual(inFiles(data), []);
    // a file that is wrong near a secret
    const { config } = belfry;
    for (const wrong of [`accounts: ${canary('config')}`, `smtp: {password: [${canary('config-list')}]}`,
                         `routes: [{name: x, webhooks: [{url: "${canary('config-url')}"}]}]`, `ping_url: ${canary('config-ping')}`]) {
        writeFileSync(join(belfry.dir, 'belfry.yml'), wrong);
        assert.equal((await heard('POST', '/-/reload')).status, 500, wrong);
    }
    belfry.config = config;
    log += belfry.log;
    assert.deepEqual((log + told).match(/.{0,80}CANARY.{0,40}|Q0FOQVJZ.{0,20}/g) ?? [], []);
    assert.ok(put.size > 45, `${put.size} doors`);
});
