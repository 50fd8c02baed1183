// openapi.test.mjs - the native API's description against the server: every operation is
// asked, its answer and a refusal are held against the schema that the document has for
// them, and what is served is what is described, in both directions.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startMailSink } from '../demo/sinks.mjs';
import { send, v1, canonical } from './alibaba_sign.mjs';
import { account, Belfry, until } from './support.mjs';

const base = '/api/belfry/v1', key = { id: 'testAccessKeyId', secret: 'testAccessKeySecret' };
const password = 'correct horse battery', project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
let belfry, doc, sink;
const done = new Set(); // "GET /path" whose success was judged

before(async () => {
    sink = await startMailSink(() => undefined);
    belfry = await Belfry.start({
        smtp: { host: '127.0.0.1', port: sink.port, from: 'belfry@example.com', tls: 'none' },
        deny_private_addresses: false,
        alertmanager: { account: 'default', auth: 'required' },
        accounts: [account([{ name: 'ops', password, bearer: 'bk', access_keys: [key], policies: ['full-access'] },
                            { name: 'nothing', bearer: 'bk-none', policies: [] }])],
    });
    doc = await (await fetch(`${belfry.url}${base}/openapi.json`)).json();
});
after(async () => { await belfry.stop(); sink.close(); });

// ---- a judge of JSON by the words of JSON Schema that the document uses ------------------

const types = { string: (v) => typeof v === 'string', integer: Number.isInteger, boolean: (v) => typeof v === 'boolean', null: (v) => v === null,
    array: Array.isArray, object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v) };
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const words = ['$ref', 'anyOf', 'type', 'format', 'enum', 'items', 'properties', 'required', 'additionalProperties', 'description'];

function wrongs(schema, v, at = '$') {
    for (const word of Object.keys(schema))
        assert.ok(words.includes(word), `the judge does not know "${word}"`);
    if (schema.$ref) {
        const to = doc.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
        return to ? wrongs(to, v, at) : [`${at}: ${schema.$ref} is not there`];
    }
    if (schema.anyOf) {
        const each = schema.anyOf.map((s) => wrongs(s, v, at));
        return each.some((w) => w.length === 0) ? [] : each.sort((a, b) => a.length - b.length)[0];
    }
    if (schema.type && !types[schema.type](v))
        return [`${at}: ${JSON.stringify(v)?.slice(0, 80)} is not ${schema.type}`];
    if (schema.format === 'date-time' && !rfc3339.test(v))
        return [`${at}: ${v} is no time`];
    if (schema.enum && !schema.enum.includes(v))
        return [`${at}: ${v} is none of ${schema.enum}`];
    if (schema.type === 'array')
        return v.flatMap((item, i) => wrongs(schema.items ?? {}, item, `${at}[${i}]`));
    if (schema.type !== 'object')
        return [];
    return [...(schema.required ?? []).filter((n) => !(n in v)).map((n) => `${at}.${n} is missing`),
        ...Object.entries(v).flatMap(([n, x]) => {
            const of = schema.properties?.[n] ?? schema.additionalProperties;
            return of === false || of === undefined ? [`${at}.${n} is not described`] : wrongs(of, x, `${at}.${n}`);
        })];
}

// ---- asking -----------------------------------------------------------------------------

const templates = (path) => Object.keys(doc.paths).filter((t) => new RegExp(`^${t.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .sort((a, b) => a.split('{').length - b.split('{').length);

function judge(method, path, answer, text) {
    const of = templates(path.split('?')[0]).find((t) => doc.paths[t][method.toLowerCase()]), operation = doc.paths[of]?.[method.toLowerCase()];
    assert.ok(operation, `${method} ${path} is described`);
    const said = operation.responses[answer.status] ?? operation.responses.default;
    assert.ok(answer.status < 400 ? operation.responses[answer.status] : answer.status !== 500, `${method} ${path}: ${answer.status} ${text}`);
    const media = answer.headers.get('content-type')?.split(';')[0];
    if (!said.content) {
        assert.equal(text, '', `${method} ${path} has no body`);
    } else {
        assert.ok(said.content[media], `${method} ${path}: ${media} is not described`);
        if (media === 'application/json')
            assert.deepEqual(wrongs(said.content[media].schema, JSON.parse(text)), [], `${method} ${path}: ${text.slice(0, 300)}`);
    }
    if (answer.status < 400)
        done.add(`${method} ${of}`);
}

async function ask(method, path, body, { status, bearer = 'bk', headers = {} } = {}) {
    const answer = await fetch(`${belfry.url}${base}${path}`, { method, body: body && JSON.stringify(body),
        headers: { ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers } });
    const text = await answer.text();
    judge(method, base + path, answer, text);
    if (status ? answer.status !== status : !answer.ok)
        assert.fail(`${method} ${path}: ${answer.status} ${text}`);
    return /json/.test(answer.headers.get('content-type')) ? JSON.parse(text) : text;
}

// ---- what clouds' APIs alone can make ------------------------------------------------------

async function cloudObjects() {
    const rule = v1('PutResourceMetricRule', { RuleId: 'r1', RuleName: 'cpu', Namespace: 'acs_ecs_dashboard', MetricName: 'CPUUtilization',
        Resources: '[{"instanceId":"i-1"}]', ContactGroups: 'ops', 'Escalations.Critical.Statistics': 'Average',
        'Escalations.Critical.ComparisonOperator': 'GreaterThanThreshold', 'Escalations.Critical.Threshold': '90', 'Escalations.Critical.Times': '1' }, { key });
    const put = await send(belfry.host, { query: canonical(rule) });
    assert.equal(put.status, 200, JSON.stringify(put.body));
    const signIn = await fetch(`${belfry.url}/v3/auth/tokens`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user: { name: 'ops', password, domain: { name: 'example' } } } }, scope: { project: { id: project } } } }) });
    assert.equal(signIn.status, 201);
    const { urn } = await ask('GET', '/topics/pages');
    const made = await fetch(`${belfry.url}/v2/${project}/notifications/topics/${urn}/subscriptions`, { method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Auth-Token': signIn.headers.get('x-subject-token') }, body: JSON.stringify({ protocol: 'email', endpoint: 'sub@example.com' }) });
    assert.equal(made.status, 201, await made.text());
}

// ---- everything once -----------------------------------------------------------------------

// Twelve hours from now, and four in Shanghai: nobody is quiet while this runs.
const away = (new Date().getUTCHours() + 12) % 24 * 60, farOff = [{ from: away, to: away + 60 }];
const objects = {
    'contact-groups': ['ops', { describe: 'd', enable_subscribed: true, members: ['Alice'] }], topics: ['pages', { display_name: 'Pages' }],
    templates: ['words', { locale: 'en-us', templates: JSON.stringify([{ subType: 'email', topic: 't', content: '${event_name}' }]) }],
    'action-rules': ['act', { template_name: 'words', topics: [{ name: 'pages' }] }], 'time-intervals': ['nights', { items: [{ times: farOff, zone: 'Asia/Shanghai' }] }],
    receivers: ['hook', { integrations: [{ kind: 'webhook', settings: { url: 'http://127.0.0.1:1/x' } }] }],
    escalations: ['climb', { min_severity: 'critical', steps: [{ after: '10m', contact_groups: ['ops'] }] }],
    inhibitions: ['quiet', { source: ['severity="critical"'], target: ['severity="warning"'], equal: ['alertname'] }],
    heartbeats: ['beat', { period: '1h', grace: '5m' }],
    routes: ['ops', { matchers: 'team="ops"', contact_groups: ['ops'], action_rules: ['act'], mute_intervals: ['nights'], group_wait: '0s', group_interval: '1s', escalation: 'climb' }],
};
const differing = ['contact-groups', 'action-rules', 'time-intervals', 'receivers', 'escalations', 'inhibitions', 'routes'];

describe('the description and the server', () => {
    test('what is configured: made, read, listed, changed, compared, taken away', async () => {
        await ask('PUT', '/contacts/Alice', { lang: 'en', zone: 'Europe/Berlin', addresses: [{ channel: 'email', plain: 'alice@example.com' }], min_severity: [{ channel: 'email', severity: 'info' }] }, { status: 201 });
        await ask('PATCH', '/contacts/Alice', { quiet: [{ times: farOff }] });
        await ask('POST', '/contacts/Alice/addresses/email/resend', {});
        await ask('POST', '/contacts/Alice/addresses/email/confirm', {});
        for (const [path, [name, body]] of Object.entries(objects)) {
            await ask('PUT', `/${path}/${name}`, body, { status: 201 });
            const one = await ask('GET', `/${path}/${name}`);
            await ask('PUT', `/${path}/${name}`, one, { status: 200, headers: { 'If-Match': `"${one.meta.revision}"` } }); // as it came
            await ask('PUT', `/${path}/${name}`, one, { status: 412, headers: { 'If-Match': '"99999"' } });
            if (differing.includes(path))
                await ask('POST', `/${path}/${name}/difference`, one);
            assert.equal((await ask('GET', `/${path}`)).items.length >= 1, true);
        }
        const rule = await ask('GET', '/action-rules/act'), topic = await ask('GET', '/topics/pages');
        assert.equal(rule.topics[0].urn, topic.urn, 'a topic may be named alone');
        assert.match(topic.urn, new RegExp(`^urn:smn:[^:]+:${project}:pages$`));
        for (const [path, body] of [['action-rules/act', { template_name: 'words', topics: [{ name: 'none' }] }], ['templates/words', { templates: 'no' }], ['templates/words', { templates: '[{}]' }],
            ['topics/a b', {}], ['routes/x', { group_wait: 'soon' }], ['contacts/x', {}]])
            await ask('PUT', `/${path}`, body, { status: 400 });
        await cloudObjects();
        for (const path of ['contacts', 'contacts/Alice', 'metric-rules', 'metric-rules/r1', 'subscriptions'])
            await ask('GET', `/${path}`);
        const { topic: of, id } = (await ask('GET', '/subscriptions')).items[0];
        await ask('GET', `/subscriptions/${of}/${id}`);
        await ask('POST', `/subscriptions/${of}/${id}/confirm`, {});
        const { id: added } = await ask('POST', `/subscriptions/${of}`, { protocol: 'email', endpoint: 'added@example.com', remark: 'r' }, { status: 201 });
        await ask('POST', `/subscriptions/${of}`, { protocol: 'fax', endpoint: 'x' }, { status: 400 });
        await ask('DELETE', `/subscriptions/${of}/${added}`, undefined, { status: 204 });
        const silence = { matchers: 'a="b"', ends_at: new Date(Date.now() + 60e3).toISOString(), comment: 'c' };
        const { id: made } = await ask('POST', '/silences', silence, { status: 201 });
        await ask('GET', '/silences');
        await ask('GET', `/silences/${made}`);
        await ask('PUT', `/silences/${made}`, { ...silence, comment: 'd' });
        await ask('DELETE', `/silences/${made}`);
    });

    test('users and keys', async () => {
        await ask('PUT', '/users/joe', { policies: ['read-only'] }, { status: 201 });
        await ask('GET', '/users');
        await ask('GET', '/users/joe');
        const { id } = await ask('POST', '/users/joe/keys', {}, { status: 201 });
        await ask('PATCH', `/users/joe/keys/${id}`, { disabled: true });
        await ask('DELETE', `/users/joe/keys/${id}`);
        await ask('POST', '/policies/test', { user: 'ops', action: 'cms:PutContact' });
        await ask('POST', '/policies/test', { policies: ['{"x":1}'], action: 'cms:PutContact' });
        await ask('DELETE', '/users/joe', undefined, { status: 204 });
    });

    test('alerts, who is told, what became of it', async () => {
        const labels = { alertname: 'DiskFull', team: 'ops', severity: 'critical' };
        await ask('POST', '/explain', { labels });
        await ask('POST', '/explain', { labels: { alertname: 'x', team: 'opz' } });
        await ask('POST', '/alerts', { alerts: [{ labels, annotations: { summary: 's' } }] });
        const row = await until('an attempt', async () => (await ask('GET', '/deliveries?kind=attempt')).items.find((r) => r.word === 'accepted' && r.alert?.alertname === 'DiskFull'));
        await ask('GET', `/deliveries/${row.key}`);
        await ask('GET', '/deliveries?format=csv');
        await ask('POST', `/deliveries/${row.key}/resend`, {}, { status: 202 });
        await ask('POST', '/deliveries/resend', { failed_since: new Date(Date.now() - 60e3).toISOString(), dry_run: true }, { status: 202 });
        await ask('POST', '/test', { contact: 'Alice' }, { status: 202 });
        await ask('POST', '/test', { channel: 'email', address: 'typed@example.com' }, { status: 400 });
        const [alert] = (await ask('GET', '/alerts')).items;
        await ask('POST', `/alerts/${alert.id}/ack`, { comment: 'c' });
        await ask('GET', '/alerts?state=acknowledged');
        await ask('DELETE', `/alerts/${alert.id}/ack`);
        await ask('POST', '/acks', { matchers: 'team="ops"' });
        await ask('GET', '/deliveries?kind=alert');
        for (const path of ['routes', 'contact-groups'])
            assert.deepEqual((await ask('POST', `/${path}/ops/difference`, { ...objects[path][1], ...(path === 'routes' ? { matchers: 'team="x"' } : { members: [] }) })).items.map((i) => i.labels.alertname), ['DiskFull']);
        const fewer = await ask('POST', '/escalations/climb/difference', { ...objects.escalations[1], min_severity: 'critical', steps: [{ after: '10m', action_rules: ['act'] }] });
        assert.deepEqual(fewer.items[0].fewer.map((f) => [f.to, f.step]), [['Alice', 1]]);
        for (const kind of [{ kind: 'builtin', form: 'mail', keywords: ['k'] }, { kind: 'builtin', form: 'feishu_card' }, { kind: 'go', template: '{{ .Status }}' },
            { kind: 'aom', channel: 'email', template: objects.templates[1].templates }, { kind: 'report', contact_group: 'ops' }])
            await ask('POST', '/preview', kind);
        await ask('POST', '/preview', { kind: 'go', template: '{{ .Nope' }, { status: 400 });
        await ask('POST', '/heartbeats/beat/beat', {});
        await ask('GET', '/heartbeat-states');
        await ask('GET', '/audit?order=oldest');
        await ask('GET', '/status');
        await ask('POST', '/backup', {}, { status: 201 });
        const { items } = await ask('GET', '/config');
        const of = (name) => items.find((i) => i.key === name);
        assert.equal(of('smtp.port').value, String(sink.port));
        assert.match(of('smtp.port').origin, /belfry\.yml:\d+$/);
        assert.deepEqual([of('clock_skew').value, of('clock_skew').origin], ['15m', 'default']);
        assert.equal(of('accounts').value, '1');
        assert.doesNotMatch(JSON.stringify(items), /correct horse|testAccessKeySecret/);
    });

    test('sessions, the stream, itself', async () => {
        await ask('GET', '/openapi.json');
        await ask('GET', '/session');
        await ask('POST', '/session', { user: 'ops', password });
        await ask('POST', '/session', { user: 'ops', password: 'x' }, { status: 401 });
        await ask('DELETE', '/session', undefined, { status: 204 });
        const stream = await fetch(`${belfry.url}${base}/stream`, { headers: { Authorization: 'Bearer bk' } }), reader = stream.body.getReader();
        judge('GET', `${base}/stream`, stream, '');
        await reader.read();
        await reader.cancel();
    });

    test('what is taken away is gone', async () => {
        for (const path of ['routes', ...Object.keys(objects).filter((p) => p !== 'routes').reverse()])
            await ask('DELETE', `/${path}/${path === 'topics' ? 'spare' : objects[path][0]}`, undefined, { status: path === 'topics' ? 404 : 204 });
        await ask('PUT', '/topics/spare', {});
        await ask('DELETE', '/topics/spare', undefined, { status: 204 });
        await ask('DELETE', '/contacts/Alice', undefined, { status: 204 });
    });

    test('nothing described was left out, and nothing else is served', async () => {
        const all = Object.entries(doc.paths).flatMap(([path, of]) => Object.keys(of).map((m) => `${m.toUpperCase()} ${path}`));
        assert.deepEqual(all.filter((o) => !done.has(o)), [], 'not asked by this test');
        for (const [path, of] of Object.entries(doc.paths)) {
            const at = path.replaceAll(/\{\w+\}/g, 'x');
            const other = await raw('TRACE', at);
            assert.equal(other.status, 405, path);
            assert.deepEqual(other.headers.allow.split(/, ?/).filter((m) => m !== 'HEAD').sort(), [...new Set(templates(at).flatMap((t) => Object.keys(doc.paths[t])))].map((m) => m.toUpperCase()).sort(), `${path}: methods served and described`);
            for (const [method, operation] of Object.entries(of)) {
                if (operation['x-permission'] === '')
                    continue;
                await ask(method.toUpperCase(), at.slice(base.length), undefined, { status: 401, bearer: null });
                await ask(method.toUpperCase(), at.slice(base.length), undefined, { status: 403, bearer: 'bk-none' });
            }
        }
        assert.equal((await raw('GET', `${base}/nothing`)).status, 404);
    });

    test('the judge sees what is wrong', () => {
        const page = doc.paths[`${base}/contacts`].get.responses[200].content['application/json'].schema;
        assert.deepEqual(wrongs(page, { items: [], total: 0, next: null }), []);
        assert.deepEqual(wrongs(page, { items: [], total: '0', next: null, more: 1 }), ["$.total: \"0\" is not integer", '$.more is not described']);
        assert.deepEqual(wrongs({ $ref: '#/components/schemas/Error' }, { fault: 'x', field: '' }), ['$.message is missing']);
    });
});

const raw = (method, path) => new Promise((resolve, reject) => {
    const call = request({ hostname: '127.0.0.1', port: belfry.port, method, path }, (res) => { res.resume(); res.on('end', () => resolve(res)); });
    call.on('error', reject);
    call.end();
}).then((res) => ({ status: res.statusCode, headers: res.headers }));
