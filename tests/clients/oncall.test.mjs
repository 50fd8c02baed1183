// oncall.test.mjs - text messages, calls, and the services that wake people: one message on
// the wire for each row of their error tables (contracts/channels.md 12 to 15), through the
// real server; what became of it is read from our own history.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sendV1 } from './alibaba_sign.mjs';
import { checkRows, checkSecrets, Mock, secret, start, ymlOf } from './oncall_rig.mjs';
import { until } from './support.mjs';

let mock;
before(async () => { mock = await Mock.start(); });
after(() => mock.stop());

const form = (entry) => Object.fromEntries(new URLSearchParams(entry.body));
const nextNumber = ((n) => () => `1380000${String(n++).padStart(4, '0')}`)(1);

// Midnight in China, and a minute.
const untilMidnight = (ms, month = false) => {
    const china = new Date(ms + 8 * 3600_000);
    const at = Date.UTC(china.getUTCFullYear(), china.getUTCMonth() + (month ? 1 : 0),
                        month ? 1 : china.getUTCDate() + 1) - 8 * 3600_000 + 60_000;
    return (at - ms) / 1000;
};

// What a carrier may do to us, whoever it is.
const inAnHour = new Date(Date.now() + 3600_000).toUTCString();
const misdeeds = (prefix) => [
    { name: `${prefix}Busy429`, order: { status: 429, body: '<html>', headers: { 'Retry-After': '17' } },
      verdict: 'deferred', words: /Too many/, seconds: 17 },
    { name: `${prefix}Date429`, order: { status: 503, body: '<html>',
        headers: { 'Retry-After': inAnHour } },
      verdict: 'deferred', words: /trouble/, seconds: (end) => (Date.parse(inAnHour) - end) / 1000 },
    { name: `${prefix}Garbage`, order: { answer: 'garbage' }, verdict: 'deferred', words: /cannot be read|no JSON|no code/ },
    { name: `${prefix}Half`, order: { answer: 'half' }, verdict: 'unknown', words: /may have arrived/ },
    { name: `${prefix}Reset`, order: { answer: 'reset' }, verdict: 'unknown', words: /may have arrived/ },
    { name: `${prefix}Moved`, order: { status: 302, headers: { Location: '/' } }, verdict: 'refused', words: /redirect/ },
    { name: `${prefix}Empty`, order: { status: 200, body: '' }, verdict: 'deferred', words: /not known|cannot be read|no JSON/ },
];

const smsReceivers = (rows) => ymlOf(rows.map((r) => ({ name: r.name, sms_configs: [{ to: nextNumber() }] })));

describe('SMS by Alibaba', () => {
    const code = (name, c, verdict, words, more = {}) => ({ name, verdict, words,
        order: { status: more.status ?? 200, body: { Code: c, Message: more.message ?? 'no', RequestId: 'R' } },
        seconds: more.seconds });
    const limit = 'isv.BUSINESS_LIMIT_CONTROL';
    const rows = [
        { name: 'AliOk', verdict: 'accepted' },
        code('AliMinute', limit, 'deferred', /in a minute/, { message: '触发分钟级流控Permits:1', seconds: 60 }),
        code('AliHour', limit, 'deferred', /in an hour/, { message: '触发小时级流控Permits:5', seconds: 3600 }),
        code('AliDay', limit, 'deferred', /today/, { message: '触发天级流控Permits:10', seconds: untilMidnight }),
        code('AliDayQuota', 'isv.DAY_LIMIT_CONTROL', 'deferred', /of today/, { seconds: untilMidnight }),
        code('AliMonthQuota', 'isv.MONTH_LIMIT_CONTROL', 'deferred', /of this month/),
        code('AliService', 'isv.OUT_OF_SERVICE', 'refused', /pay its bill/),
        code('AliAmount', 'isv.AMOUNT_NOT_ENOUGH', 'refused', /no money/),
        code('AliSign', 'isv.SMS_SIGN_ILLEGAL', 'refused', /no such signature/),
        code('AliSignState', 'isv.SIGN_STATE_ILLEGAL', 'refused', /may not be used now/),
        code('AliSignature', 'isv.SMS_SIGNATURE_ILLEGAL', 'refused', /not valid/),
        code('AliTemplate', 'isv.SMS_TEMPLATE_ILLEGAL', 'refused', /no such template/),
        code('AliContent', 'isv.SMS_CONTENT_ILLEGAL', 'unfit', /may not be sent/),
        code('AliLength', 'isv.PARAM_LENGTH_LIMIT', 'unfit', /too long/),
        code('AliParams', 'isv.TEMPLATE_PARAMS_ILLEGAL', 'unfit', /do not fit/),
        code('AliBlack', 'isv.BLACK_KEY_CONTROL_LIMIT', 'unfit', /list/),
        code('AliMobile', 'isv.MOBILE_NUMBER_ILLEGAL', 'refused', /no telephone number/),
        code('AliRam', 'isp.RAM_PERMISSION_DENY', 'refused', /RAM user/),
        code('AliAccount', 'isv.ACCOUNT_NOT_EXISTS', 'refused', /account/),
        code('AliIp', 'isv.DENY_IP_RANGE', 'refused', /public address/),
        code('AliKey', 'InvalidAccessKeyId.NotFound', 'refused', /access_key_id/, { status: 404 }),
        code('AliSecret', 'SignatureDoesNotMatch', 'refused', /access_key_secret/, { status: 400 }),
        code('AliSystem', 'isp.SYSTEM_ERROR', 'deferred', /trouble/),
        code('AliThrottling', 'Throttling.User', 'deferred', /Too many/, { status: 400 }),
        code('AliFiveHundred', 'InternalError', 'deferred', /trouble/, { status: 500 }),
        code('AliNew', 'isv.BRAND_NEW', 'deferred', /do not know/),
        ...misdeeds('Ali'),
    ];
    let belfry;
    before(async () => {
        belfry = await start(smsReceivers(rows), { channels: { sms: { provider: 'aliyun',
            params: ['level=severity', 'name=name', 'since=since'],
            aliyun: { url: `${mock.url}/aliyun/`, access_key_id: 'testKey', access_key_secret: secret,
                      sign_name: '钟楼', template: 'SMS_1', confirm_template: 'SMS_2' } } } });
    });
    after(() => belfry.stop());

    test('every row of its table', () => checkRows(belfry, mock, rows));

    test('what it is sent: a template without addresses, our key, a good signature', async () => {
        const entry = (await mock.log()).find((e) => e.body.includes('AliOk'));
        assert.deepEqual(entry.judged, [200, { Code: 'OK', Message: 'OK', BizId: 'B1^0', RequestId: 'R' }]);
        const { OutId, SignName, TemplateCode, TemplateParam } = form(entry);
        assert.equal(OutId, (await belfry.attempts('AliOk'))[0].key);
        assert.deepEqual([SignName, TemplateCode], ['钟楼', 'SMS_1']);
        assert.deepEqual(Object.keys(JSON.parse(TemplateParam)), ['level', 'name', 'since']);
        assert.equal(JSON.parse(TemplateParam).name, 'AliOk');
    });

    test('the owner of a number is asked by the link of a template', async () => {
        const sent = await sendV1(belfry.host, 'PutContact', { ContactName: '张伟', Describe: 'x',
            'Channels.SMS': '13911112222' }, { key: { id: 'testAccessKeyId', secret: 'testAccessKeySecret' } });
        assert.equal(sent.status, 200, JSON.stringify(sent.json));
        const asked = await until('the question', async () =>
            (await mock.log()).find((e) => form(e).PhoneNumbers === '13911112222'));
        assert.equal(form(asked).TemplateCode, 'SMS_2');
        const { code } = JSON.parse(form(asked).TemplateParam);
        const state = async () => (await belfry.ask(`/contacts/${encodeURIComponent('张伟')}`)).json.addresses[0].state;
        assert.equal(await state(), 'pending');
        const pressed = await fetch(`${belfry.url}/l/${code}`, { method: 'POST',
            body: new URLSearchParams({ action: 'confirm' }) });
        assert.equal(pressed.status, 200);
        assert.equal(await state(), 'ok');
        await checkSecrets(belfry, [code]);
    });

    test('no secret is kept or said', () => checkSecrets(belfry, [secret]));
});

describe('SMS by Huawei', () => {
    const code = (name, c, verdict, words, result = []) => ({ name, verdict, words,
        order: { body: { code: c, description: 'x', result } } });
    const rows = [
        { name: 'HwOk', verdict: 'accepted' },
        code('HwFormat', 'E000000', 'refused', /cannot read/),
        code('HwAuth', 'E000101', 'refused', /app_secret/),
        code('HwKey', 'E000102', 'refused', /app_key/),
        code('HwState', 'E000103', 'refused', /state in the console/),
        code('HwUser', 'E000111', 'refused', /no user/),
        code('HwFrozen', 'E000112', 'refused', /frozen/),
        code('HwParam', 'E000503', 'refused', /parameter/),
        code('HwNumber', 'E000510', 'refused', /this number/),
        code('HwNumberState', '000000', 'refused', /frozen/, [{ status: 'E000112' }]),
        code('HwNew', 'E999999', 'deferred', /do not know/),
        ...misdeeds('Hw'),
    ];
    let belfry;
    before(async () => {
        belfry = await start(smsReceivers(rows), { channels: { sms: { provider: 'huawei',
            huawei: { url: `${mock.url}/huawei`, app_key: 'testKey', app_secret: secret, from: 'csms100',
                      signature: '钟楼', template: 'tpl1' } } } });
    });
    after(() => belfry.stop());

    test('every row of its table', () => checkRows(belfry, mock, rows));
    test('what it is sent', async () => {
        const entry = (await mock.log()).find((e) => e.body.includes('HwOk'));
        assert.equal(entry.judged[1].code, '000000', JSON.stringify(entry));
        const { from, templateId, templateParas, signature } = form(entry);
        assert.deepEqual([from, templateId, signature], ['csms100', 'tpl1', '钟楼']);
        assert.deepEqual(JSON.parse(templateParas).slice(1), ['critical', 'HwOk', '1']);
        await checkSecrets(belfry, [secret]);
    });
});

describe('SMS by Twilio', () => {
    const code = (name, c, verdict, words, more = {}) => ({ name, verdict, words, seconds: more.seconds,
        order: { status: more.status ?? 400, body: { code: c, message: 'x', status: 400 }, headers: more.headers } });
    const state = (name, s, verdict, words, error_code = null) => ({ name, verdict, words,
        order: { status: 201, body: { sid: 'SM1', status: s, error_code } } });
    const rows = [
        { name: 'TwOk', verdict: 'accepted' },
        ...['queued', 'sending', 'sent', 'accepted'].map((s) => state(`TwState${s}`, s, 'accepted')),
        state('TwStatedelivered', 'delivered', 'delivered'), state('TwStateread', 'read', 'delivered'),
        state('TwFailed', 'failed', 'refused', /landline/, 30006),
        code('TwNumber', 21211, 'refused', /no telephone number/),
        code('TwMobile', 21614, 'refused', /no text messages/),
        code('TwStop', 21610, 'refused', /STOP/),
        code('TwTrial', 21608, 'refused', /verify/),
        code('TwAuth', 20003, 'refused', /auth_token/, { status: 401 }),
        code('TwMany', 20429, 'deferred', /Too many/, { status: 429, headers: { 'Retry-After': '33' }, seconds: 33 }),
        code('TwFive', 20500, 'deferred', /trouble/, { status: 500 }),
        code('TwQueue', 30001, 'deferred', /queue/),
        code('TwReach', 30003, 'deferred', /cannot be reached/, { seconds: 60 }),
        code('TwBlocked', 30004, 'refused', /blocks/),
        code('TwGone', 30005, 'refused', /not known/),
        code('TwLandline', 30006, 'refused', /landline/),
        code('TwFilter', 30007, 'refused', /filtered/),
        code('TwNew', 29999, 'deferred', /do not know/),
        ...misdeeds('Tw'),
    ];
    let belfry;
    before(async () => {
        belfry = await start(smsReceivers(rows), { channels: {
            sms: { provider: 'twilio', twilio: { url: `${mock.url}/twilio`, account_sid: 'testKey',
                auth_token: secret, from: '+15005550006' } },
            voice: { provider: 'twilio', twilio: { url: `${mock.url}/twilio`, account_sid: 'testKey',
                auth_token: secret, from: '+15005550006' } } } });
    });
    after(() => belfry.stop());

    test('every row of its table', () => checkRows(belfry, mock, rows));
    test('what it is sent', async () => {
        const entry = (await mock.log()).find((e) => e.body.includes('TwOk'));
        assert.equal(entry.judged[0], 201, JSON.stringify(entry));
        assert.match(form(entry).Body, /FIRING.*critical TwOk/);
        assert.match(form(entry).To, /^\+861380000\d{4}$/);
        await checkSecrets(belfry, [secret]);
    });
});

describe('SMS by any gateway', () => {
    const rows = [
        { name: 'GwOk', verdict: 'accepted', words: /as G1/ },
        { name: 'GwOkText', order: { body: { code: '0', id: 'x-9' } }, verdict: 'accepted', words: /as x-9/ },
        { name: 'GwNo', order: { body: { code: 7, msg: 'no credit' } }, verdict: 'deferred', words: /does not say/ },
        { name: 'GwWrongPlace', order: { body: { result: { code: 0 } } }, verdict: 'deferred', words: /does not say/ },
        { name: 'GwDenied', order: { status: 401, body: { code: 0 } }, verdict: 'refused', words: /credentials/ },
        { name: 'GwGone', order: { status: 410 }, verdict: 'refused', words: /gone/ },
        ...misdeeds('Gw'),
    ];
    let belfry;
    before(async () => {
        belfry = await start(smsReceivers(rows), { channels: { sms: { provider: 'http', http: {
            url: `${mock.url}/gateway/send?user=\${number}&x=${secret}`, headers: ['X-Key: ${key}', `X-Auth: ${secret}`],
            body: '{"to":"${to}","text":"${text}","sev":"${severity}"}',
            pointer: '/code', value: '0', id: '/id' } } } });
    });
    after(() => belfry.stop());

    test('every answer', () => checkRows(belfry, mock, rows));
    test('what it is sent', async () => {
        const entry = (await mock.log()).find((e) => e.body.includes('GwOk,'));
        const body = JSON.parse(entry.body);
        assert.match(body.to, /^\+86138/);
        assert.equal(body.sev, 'critical');
        assert.match(body.text, /🔥/);
        assert.match(entry.path, /user=138/);
        assert.equal(entry.headers['x-key'], (await belfry.attempts('GwOk'))[0].key);
    });
    test('no secret is kept or said', () => checkSecrets(belfry, [secret]));
});

describe('those who wake people', () => {
    const key = 'ROUTINGKEY-0123456789abcdef-KEY';
    const status = (name, n, verdict, words, body = { status: 'x' }, more = {}) =>
        ({ name, verdict, words, order: { status: n, body, headers: more.headers }, seconds: more.seconds });
    const later = { headers: { 'Retry-After': '41' }, seconds: 41 };
    const pagerduty = [
        { name: 'PdOk', verdict: 'accepted' },
        status('PdNotSuccess', 202, 'deferred', /does not say success/, { status: 'queue full' }),
        status('PdBad', 400, 'refused', /integration key/, { status: 'invalid event', errors: ['routing_key'] }),
        status('PdKey', 401, 'refused', /know this key/), status('PdPath', 404, 'refused', /address/),
        status('PdLarge', 413, 'unfit', /too large/), status('PdMany', 429, 'deferred', /Too many/, {}, later),
        status('PdFive', 503, 'deferred', /trouble/, {}, later), status('PdForbidden', 403, 'refused', /forbids/),
    ];
    const service = [
        { name: 'PsOk', verdict: 'accepted' },
        status('PsMany', 403, 'deferred', /Too many/), status('PsBad', 400, 'refused', /see its words/),
    ];
    const opsgenie = [
        { name: 'OgOk', verdict: 'accepted' },
        status('OgKey', 401, 'refused', /know this key/), status('OgPlan', 402, 'refused', /plan/),
        status('OgAccess', 403, 'refused', /may not do this/), status('OgLarge', 413, 'unfit', /too large/),
        status('OgBad', 422, 'refused', /does not take/), status('OgMany', 429, 'deferred', /Too many/, {}, later),
        status('OgFive', 500, 'deferred', /trouble/, {}, later),
    ];
    const victorops = [
        { name: 'VoOk', verdict: 'delivered' },
        status('VoFailure', 200, 'refused', /api_key and routing_key/, { result: 'failure', messages: 'x' }),
        status('VoKey', 401, 'refused', /know this key/), status('VoGone', 404, 'refused', /know this key/),
        status('VoLarge', 413, 'unfit', /too large/), status('VoMany', 429, 'deferred', /Too many/, {}, later),
        status('VoFive', 502, 'deferred', /trouble/, {}, later),
    ];
    const incidentio = [
        { name: 'IiOk', verdict: 'accepted' },
        status('IiToken', 401, 'refused', /alert_source_token/), status('IiOther', 403, 'refused', /copy both/),
        status('IiGone', 404, 'refused', /url/), status('IiLarge', 413, 'unfit', /too large/),
        status('IiBad', 422, 'refused', /see its words/), status('IiMany', 429, 'deferred', /Too many/, {}, later),
        status('IiFive', 500, 'deferred', /trouble/, {}, later),
    ];
    const aws = (name, n, code, verdict, words, more) => status(name, n, verdict, words,
        `<ErrorResponse><Error><Code>${code}</Code><Message>x</Message></Error></ErrorResponse>`, more);
    const sns = [
        { name: 'SnOk', verdict: 'accepted' },
        aws('SnKey', 403, 'InvalidClientTokenId', 'refused', /no such access key/),
        aws('SnSignature', 403, 'SignatureDoesNotMatch', 'refused', /does not match/),
        aws('SnDenied', 403, 'AuthorizationError', 'refused', /sns:Publish/),
        aws('SnTopic', 404, 'NotFound', 'refused', /topic_arn/), aws('SnParameter', 400, 'InvalidParameter', 'refused', /parameter/),
        aws('SnDisabled', 400, 'EndpointDisabled', 'refused', /switched off/),
        aws('SnThrottled', 400, 'Throttling', 'deferred', /Too many/), aws('SnThrottled2', 429, 'ThrottledException', 'deferred', /Too many/, later),
        aws('SnInternal', 500, 'InternalError', 'deferred', /trouble/), status('SnLarge', 413, 'unfit', /too large/),
    ];
    const jira = [
        { name: 'JiOk', verdict: 'delivered', words: /OPS-\d+ was made/ },
        status('JiBad', 400, 'refused', /issue_type/), status('JiWho', 401, 'refused', /credentials/),
        status('JiMay', 403, 'refused', /may not/), status('JiGone', 404, 'refused', /api_url/),
        status('JiLarge', 413, 'unfit', /too large/), status('JiMany', 429, 'deferred', /Too many/, {}, later),
        status('JiFive', 503, 'deferred', /trouble/, {}, later), status('JiOdd', 200, 'deferred', /no issues/, {}),
    ];
    const of = (rows, entry) => rows.map((r) => ({ name: r.name, ...entry(r) }));
    let belfry;
    before(async () => {
        belfry = await start(ymlOf([
            ...of(pagerduty, (r) => ({ pagerduty_configs: [{ routing_key: `${key}${r.name}`, url: `${mock.url}/pagerduty/v2/enqueue` }] })),
            ...of(service, (r) => ({ pagerduty_configs: [{ service_key: `${key}${r.name}` }] })),
            ...of(opsgenie, (r) => ({ opsgenie_configs: [{ api_key: `${key}${r.name}`, api_url: `${mock.url}/opsgenie` }] })),
            ...of(victorops, (r) => ({ victorops_configs: [{ api_key: `${key}${r.name}`, routing_key: 'team', api_url: `${mock.url}/victorops/` }] })),
            ...of(incidentio, (r) => ({ incidentio_configs: [{ url: `${mock.url}/incidentio/${r.name}`, alert_source_token: key, metadata: { team: '{{ .CommonLabels.to }}' } }] })),
            ...of(sns, (r) => ({ sns_configs: [{ api_url: `${mock.url}/sns/`, topic_arn: `arn:${r.name}`,
                sigv4: { region: 'eu-west-1', access_key: 'testKey', secret_key: secret } }] })),
            ...of(jira, (r) => ({ jira_configs: [{ api_url: `${mock.url}/jira/rest/api/2`, project: r.name, issue_type: 'Bug',
                labels: ['{{ .CommonLabels.to }}', 'zz'], priority: '{{ if true }}High{{ end }}', fields: { customfield_1: { value: '{{ .Status }}', n: 1 } },
                resolve_transition: 'Done', reopen_transition: 'Reopen', reopen_duration: '1h',
                http_config: { basic_auth: { username: 'testKey', password: secret } } }] })),
        ]), { channels: { pagerduty: { service_url: `${mock.url}/pagerduty/v1` } } });
    });
    after(() => belfry.stop());

    test('PagerDuty', () => checkRows(belfry, mock, pagerduty));
    test('PagerDuty with a service key', async () => {
        await checkRows(belfry, mock, service);
        const event = JSON.parse((await mock.log()).find((e) => e.body.includes('PsOk')).body);
        assert.equal(event.event_type, 'trigger');
        assert.equal(event.service_key, `${key}PsOk`);
        assert.match(event.incident_key, /^[0-9a-f]{64}$/);
        assert.equal(event.details.num_firing, '1');
    });
    test('Opsgenie', () => checkRows(belfry, mock, opsgenie));
    test('VictorOps', () => checkRows(belfry, mock, victorops));
    test('incident.io', async () => {
        await checkRows(belfry, mock, incidentio);
        const entry = (await mock.log()).find((e) => e.path === '/incidentio/IiOk');
        const body = JSON.parse(entry.body);
        assert.equal(entry.headers.authorization, `Bearer ${key}`);
        assert.deepEqual([body.version, body.status, body.alerts.length, body.metadata], ['1', 'firing', 1, { team: 'IiOk' }]);
    });
    test('SNS', () => checkRows(belfry, mock, sns));
    test('Jira: made, changed, resolved, opened again', async () => {
        await checkRows(belfry, mock, jira);
        const made = JSON.parse((await mock.log()).find((e) => e.path.endsWith('/issue') && e.body.includes('JiOk')).body).fields;
        assert.deepEqual(made.project, { key: 'JiOk' });
        assert.deepEqual(made.labels.slice(1), ['JiOk', 'zz']);
        assert.match(made.labels[0], /^ALERT\{[0-9a-f]{64}\}$/);
        assert.deepEqual([made.priority, made.customfield_1], [{ name: 'High' }, { value: 'firing', n: 1 }]);
        const told = async (n, words) => until(`attempt ${n}`, async () => {
            const all = await belfry.attempts('JiOk');
            return all.length >= n && assert.match(all[n - 1].detail.meaning, words) === undefined;
        });
        const alert = (ends) => ({ labels: { alertname: 'JiOk', to: 'JiOk', severity: 'critical' },
                                   annotations: { summary: 'x' }, endsAt: new Date(Date.now() + ends).toISOString() });
        await belfry.tell(alert(-1000));
        await told(2, /was moved/);
        await belfry.tell(alert(3600_000));
        await told(3, /was moved/);
        const moves = (await mock.log()).filter((e) => e.path.endsWith('/transitions') && e.method === 'POST');
        assert.deepEqual(moves.map((e) => JSON.parse(e.body).transition.id), ['31', '41']);
    });
    test('a plain event has no details', async () => {
        const events = (await mock.log()).filter((e) => e.body.includes('PdLarge')).map((e) => JSON.parse(e.body));
        assert.ok(events[0].payload.custom_details.firing.includes('PdLarge'));
        assert.match(events[1].payload.custom_details.error, /left out/);
    });
    test('no secret is kept or said', () => checkSecrets(belfry, [key, secret]));
});

// Contacts: their own addresses, through a contact group.
describe('people', () => {
    const call = (provider, settings, path) => ({ provider, [provider]: { url: mock.url + path, ...settings } });
    const told = async (channels, channel, address, name) => {
        const belfry = await start(ymlOf([]), { activate_at_once: true, channels });
        try {
            const put = async (path, body) => {
                const { status, json } = await belfry.ask(path, 'PUT', body);
                assert.ok(status < 300, JSON.stringify(json));
            };
            await put('/contacts/wang', { name: 'wang', addresses: [{ channel, ...address }] });
            await put('/contact-groups/oncall', { name: 'oncall', members: ['wang'] });
            await put('/routes/calls', { name: 'calls', group_wait: '0s', group_interval: '1m', repeat_interval: '4h',
                                         contact_groups: ['oncall'] });
            await belfry.tell({ labels: { alertname: name, severity: 'critical' } });
            const [first] = await until('an attempt', async () => {
                const all = (await belfry.attempts(name)).filter((r) => r.channel === channel);
                return all.length > 0 && all;
            });
            await checkSecrets(belfry, [secret]);
            return { first, entry: (await mock.log()).findLast((e) => e.body.includes(name)) };
        } finally {
            await belfry.stop();
        }
    };

    test('a call by Alibaba', async () => {
        const { first, entry } = await told({ voice: call('aliyun', { access_key_id: 'testKey', access_key_secret: secret,
            template: 'TTS_1', show_number: '0571000' }, '/aliyun/') }, 'voice', { plain: '+86 139-0000-0001' }, 'CallAli');
        assert.equal(first.word, 'accepted', JSON.stringify(first));
        const { CalledNumber, PlayTimes, TtsParam } = form(entry);
        assert.deepEqual([CalledNumber, PlayTimes, JSON.parse(TtsParam).name], ['13900000001', '2', 'CallAli']);
    });
    test('a call by Twilio', async () => {
        const { first, entry } = await told({ voice: call('twilio', { account_sid: 'testKey', auth_token: secret,
            from: '+15005550006' }, '/twilio') }, 'voice', { plain: '13900000001' }, 'CallTwilio');
        assert.equal(first.word, 'accepted', JSON.stringify(first));
        assert.match(entry.path, /Calls\.json$/);
        assert.match(form(entry).Twiml, /^<Response><Say loop="2" language="\S+">.*CallTwilio.*<\/Say><\/Response>$/);
    });
    test('nobody makes our calls', async () => {
        const { first } = await told({}, 'voice', { plain: '13900000001' }, 'CallNobody');
        assert.deepEqual([first.word, /channels\.voice/.test(first.detail.meaning)], ['refused', true]);
    });
    for (const [channel, channels, verdict, field] of [
        ['pagerduty', () => ({ pagerduty: { url: `${mock.url}/pagerduty/v2/enqueue` } }), 'accepted', (b) => b.payload.severity],
        ['opsgenie', () => ({ opsgenie: { url: `${mock.url}/opsgenie` } }), 'accepted', (b) => b.priority],
        ['victorops', () => ({ victorops: { url: `${mock.url}/victorops/` } }), 'delivered', (b) => b.message_type],
    ])
        test(`a key of ${channel}`, async () => {
            const { first, entry } = await told(channels(), channel, { secret }, `Key${channel}`);
            assert.equal(first.word, verdict, JSON.stringify(first));
            assert.match(field(JSON.parse(entry.body)), /^(critical|P1|CRITICAL)$/);
        });
});

test('a configuration that cannot work says which key', async () => {
    for (const [sms, words] of [
        [{ provider: 'pigeon' }, /sms\.provider: .*pigeon/],
        [{ provider: 'aliyun', aliyun: { sign_name: 'x' } }, /sms\.aliyun\.access_key_id/],
        [{ provider: 'http', http: { url: 'http://x/${nonsense}' } }, /sms\.http\.url: .*nonsense/],
        [{ provider: 'http', http: { url: 'http://x/', pointer: 'code' } }, /sms\.http\.pointer/],
    ])
        await assert.rejects(start(ymlOf([]), { channels: { sms } }), words);
});
