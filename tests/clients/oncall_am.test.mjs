// oncall_am.test.mjs - what PagerDuty, Opsgenie, VictorOps and SNS are sent, beside Debian's
// own Alertmanager 0.25: the same files, the same alerts, the same JSON. Where no template is
// given the words are ours, and every such difference has its name here.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Rig } from '../differential/rig.mjs';
import { Mock, secret } from './oncall_rig.mjs';
import { sleep, until } from './support.mjs';

const explicit = '{{ .Status }} {{ .GroupLabels.alertname }} {{ range .Alerts }}<{{ .Labels.host }}>{{ end }}';
const SNS = 'SNS-URL/'; // the mock's, once it runs
const receivers = {
    pd: { pagerduty_configs: [{ routing_key: 'R{{ .CommonLabels.team }}K', description: explicit, client: 'me',
        client_url: 'http://me/?a=1&b=2', source: 'src {{ .GroupLabels.alertname }}', severity: 'warning',
        class: 'c', component: '{{ .CommonLabels.team }}', group: '',
        details: { firing: explicit, resolved: '', num_firing: '{{ .Alerts.Firing | len }}', num_resolved: 'n', own: 'ü <&> 😀' },
        images: [{ src: 'http://i/{{ .Status }}', alt: 'a', href: '' }, { src: '', alt: 'none' }],
        links: [{ href: 'http://l/', text: 't' }, { href: '{{ .CommonLabels.nothing }}', text: 'none' }] }] },
    pdplain: { pagerduty_configs: [{ routing_key: 'k' }] },
    pdlong: { pagerduty_configs: [{ routing_key: 'k', client: 'me', client_url: 'u',
        description: '{{ range .Alerts }}{{ range .Labels.SortedPairs }}{{ .Value }}{{ end }}{{ end }}',
        details: { firing: '', resolved: '' } }] },
    og: { opsgenie_configs: [{ api_key: 'OG{{ .CommonLabels.team }}', message: explicit, description: explicit,
        source: 's', details: { team: 'mine', more: '{{ .Status }}' }, entity: 'e', note: 'n', priority: 'P2',
        tags: 'a,,b c,{{ .CommonLabels.team }}', actions: 'x,y', update_alerts: true,
        responders: [{ name: 'one', type: 'team' }, { name: 'a,b', type: 'teams' }, { username: '{{ .CommonLabels.nothing }}', type: 'user' },
                     { id: 'i', type: '{{ if true }}schedule{{ end }}' }] }] },
    ogplain: { opsgenie_configs: [{ api_key: 'k' }] },
    oglong: { opsgenie_configs: [{ api_key: 'k', message: '{{ .CommonLabels.long }}', description: 'd', source: 'src-oglong' }] },
    vo: { victorops_configs: [{ api_key: 'VK', routing_key: 'team-{{ .CommonLabels.team }}', message_type: 'WARNING',
        state_message: explicit, entity_display_name: explicit, monitoring_tool: 'm', custom_fields: { f: '{{ .Status }}' } }] },
    voodd: { victorops_configs: [{ api_key: 'VK', routing_key: 'r', message_type: 'ODD', state_message: 's',
        entity_display_name: 'e', monitoring_tool: 'm' }] },
    sns: { sns_configs: [{ api_url: SNS, topic_arn: 'arn:aws:sns:cn-north-1:1:{{ .CommonLabels.team }}', subject: explicit,
        message: explicit, attributes: { a: '{{ .Status }}', 'b.c': 'ü &' },
        sigv4: { region: 'cn-north-1', access_key: 'testKey', secret_key: secret } }] },
    snsfifo: { sns_configs: [{ api_url: SNS, topic_arn: 'arn:x.fifo', subject: '', message: explicit,
        sigv4: { region: 'eu-west-1', access_key: 'testKey', secret_key: secret } }] },
    snsphone: { sns_configs: [{ api_url: SNS, phone_number: '+8613800000000', subject: 's', message: '{{ .CommonLabels.host }}snsphone' + 'a'.repeat(1700),
        sigv4: { region: 'eu-west-1', access_key: 'testKey', secret_key: secret } }] },
    snsplain: { sns_configs: [{ api_url: SNS, target_arn: 'arn:snsplain',
        sigv4: { region: 'eu-west-1', access_key: 'testKey', secret_key: secret } }] },
    voplain: { victorops_configs: [{ api_key: 'VK', routing_key: 'r' }] },
};

const config = (mock) => JSON.stringify({
    global: { pagerduty_url: `${mock.url}/pagerduty/v2/enqueue`, opsgenie_api_url: `${mock.url}/opsgenie/`,
              victorops_api_url: `${mock.url}/victorops/alert/` },
    route: { receiver: 'nobody', group_by: ['alertname'], group_wait: '5s', group_interval: '5s',
             routes: Object.keys(receivers).map((name) => ({ matchers: [`to="${name}"`], receiver: name })) },
    receivers: [{ name: 'nobody' }, ...Object.entries(receivers).map(([name, kinds]) => ({ name, ...kinds }))],
}).replaceAll('SNS-URL', `${mock.url}/sns`);

const sides = {};
const start = async (kind) => {
    const mock = await Mock.start();
    const rig = await Rig.start(kind, () => config(mock));
    sides[kind] = { mock, rig };
};
after(() => Promise.all(Object.values(sides).map(async ({ mock, rig }) => { await rig.stop(); mock.stop(); })));

const long = '警🔥a'.repeat(600);
// Two alerts for each receiver fire, and end when all are told. What began longer ago than
// group_wait is told at once, and the second of a batch later.
const story = async (startsAt, endsAt) => {
    const alerts = Object.keys(receivers).flatMap((name) => ['web-1', 'web-2'].map((host) => ({
        labels: { alertname: `A-${name}`, to: name, team: 'ops', severity: 'critical', host, long: name.endsWith('long') ? long : 'x' },
        annotations: { summary: 'ü & 😀 <b>' }, startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() })));
    await Promise.all(Object.values(sides).map(async ({ rig }) =>
        assert.equal((await rig.ask('POST', '/api/v2/alerts', alerts)).status, 200)));
};
const requests = { og: [3, 1] }; // to fire, to end; of the others one each
const requestsOf = (name) => requests[name] ?? [1, 1];
const told = (phases) => until(`${phases} of both`, async () => {
    const wanted = Object.keys(receivers).flatMap((name) => requestsOf(name).slice(0, phases)).reduce((a, b) => a + b);
    const logs = await Promise.all(Object.values(sides).map(({ mock }) => mock.log()));
    return logs.every((log) => log.length >= wanted);
});
before(async () => {
    await Promise.all([start('alertmanager'), start('belfry')]);
    const startsAt = Date.now();
    await story(startsAt, startsAt + 3600_000);
    await told(1);
    await sleep(2000); // far from the next look at the groups: a batch is in one message
    await story(startsAt, Date.now());
    await told(2);
});

// Amazon's SDK writes an empty list of attributes as an empty parameter; we leave it out.
const formOf = (body) => Object.fromEntries([...new URLSearchParams(body)]
    .filter(([name, value]) => name !== 'MessageAttributes' || value !== ''));

// What came for this receiver, and who came: method, path, key, JSON.
const heard = async (kind, prefix) => (await sides[kind].mock.log())
    .filter((e) => prefix.test(e.path + e.body))
    .map((e) => ({ method: e.method, path: e.path, authorization: e.headers.authorization,
                   type: e.headers['content-type'].split(';')[0], judged: e.judged[0],
                   body: e.path.startsWith('/sns') ? formOf(e.body) : JSON.parse(e.body) }))
    .map((e) => e.path.startsWith('/sns') ? { ...e, authorization: e.authorization.replace(/, SignedHeaders.*/, '') } : e);

async function compare(name, prefix, differing = []) {
    const all = {};
    for (const kind of Object.keys(sides))
        all[kind] = await heard(kind, prefix);
    const [first, second] = requestsOf(name);
    assert.equal(all.alertmanager.length, first + second);
    for (const side of Object.values(all))
        for (const e of side)
            for (const key of differing)
                key.split('.').reduce((at, k, i, { length }) => {
                    if (i === length - 1 && at && k in at)
                        at[k] = `(${k})`;
                    return at?.[k];
                }, e.body);
    assert.deepEqual(all.belfry, all.alertmanager);
    return all.belfry;
}

describe('PagerDuty', () => {
    test('an entry of one\'s own words', async () => {
        const [trigger, resolve] = await compare('pd', /"src A-pd"/);
        assert.equal(trigger.body.event_action, 'trigger');
        assert.equal(trigger.body.routing_key, 'RopsK');
        assert.equal(resolve.body.event_action, 'resolve');
        assert.equal(resolve.body.dedup_key, trigger.body.dedup_key);
        assert.deepEqual([trigger.judged, resolve.judged], [202, 202]);
    });
    // Ours: who we are, the page of the alerts, how the alerts are listed.
    test('the default words', () => compare('pdplain', /A-pdplain/,
        ['client', 'client_url', 'payload.source', 'payload.custom_details.firing', 'payload.custom_details.resolved']));
    test('a summary that is too long', async () => {
        const [trigger] = await compare('pdlong', /A-pdlong/, ['payload.source']);
        assert.equal([...trigger.body.payload.summary].length, 1024);
    });
});

describe('Opsgenie', () => {
    test('an entry of one\'s own words, with updates', async () => {
        const all = await compare('og', /A-og |"source": ?"s"/);
        assert.equal(all[0].authorization, 'GenieKey OGops');
        assert.deepEqual(all.map((e) => [e.method, e.path.replace(/[0-9a-f]{64}/, 'HASH')]), [
            ['POST', '/opsgenie/v2/alerts'],
            ['PUT', '/opsgenie/v2/alerts/HASH/message?identifierType=alias'],
            ['PUT', '/opsgenie/v2/alerts/HASH/description?identifierType=alias'],
            ['POST', '/opsgenie/v2/alerts/HASH/close?identifierType=alias']]);
    });
    // Ours: the page of the alerts, how they are listed.
    test('the default words', () => compare('ogplain', /ogplain/, ['source', 'description']));
    test('a message that is too long', async () => {
        const [created] = await compare('oglong', /oglong/);
        assert.equal([...created.body.message].length, 130);
    });
});

describe('VictorOps', () => {
    test('an entry of one\'s own words', async () => {
        const [fired, ended] = await compare('vo', /team-ops/);
        assert.equal(fired.path, '/victorops/alert/VK/team-ops');
        assert.deepEqual([fired.body.message_type, ended.body.message_type], ['WARNING', 'RECOVERY']);
    });
    test('a type that is none', () => compare('voodd', /"entity_display_name": ?"e"/));
    test('the default words', () => compare('voplain', /A-voplain/, ['state_message', 'monitoring_tool']));
});

// The mock checks the signatures of both.
describe('SNS', () => {
    test('an entry of one\'s own words', async () => {
        const [fired] = await compare('sns', /A-sns&|A-sns%20|A-sns\+/);
        assert.equal(fired.judged, 200);
        assert.equal(fired.body.TopicArn, 'arn:aws:sns:cn-north-1:1:ops');
        assert.deepEqual(fired.body['MessageAttributes.entry.2.Value.StringValue'], 'ü &');
    });
    test('a FIFO topic', () => compare('snsfifo', /x\.fifo/));
    test('a number: 1600 bytes', async () => {
        const [fired] = await compare('snsphone', /snsphone/);
        assert.equal(fired.body.Message.length, 1600);
        assert.equal(fired.body['MessageAttributes.entry.1.Name'], 'truncated');
    });
    test('the default words', () => compare('snsplain', /snsplain/, ['Message']));
});
