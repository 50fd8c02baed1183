// smn_terraform.test.mjs - what Terraform's provider sends for huaweicloud_smn_topic and
// huaweicloud_smn_subscription, request by request, each with the statuses it takes
// (contracts/huawei.md 4.2, 4.5, 4.6, 4.7). "Plan" is the read once more: what it gives has
// to be what was configured, or Terraform changes it for ever.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { project, start, terraform } from './aom_rig.mjs';

// 4.2: one row a resource.
const topicTakes = { POST: [200, 201], PUT: [200], GET: [200], DELETE: [200] };
const subscriptionTakes = { POST: [200, 201], PUT: [200, 201, 202], GET: [200], DELETE: [200] };
const base = `/v2/${project}/notifications`;
const language = { 'X-Language': 'en-us' }; // 4.5: headers of topic calls
let belfry, topicApi, api;

before(async () => {
    belfry = await start({ activate_at_once: false });
    topicApi = terraform(belfry, topicTakes);
    api = terraform(belfry, subscriptionTakes);
});
after(() => belfry.stop());

async function took(answer) {
    const { ok, status, text, body } = await answer;
    assert.ok(ok, `${status} ${text}`);
    return body;
}

// 4.5: GET topic, the two attributes (both must be 200 and strings), the tags.
async function readTopic(urn, name) {
    const topic = await took(topicApi('GET', `${base}/topics/${urn}`, undefined, language));
    const attribute = async (word) => {
        const body = await took(topicApi('GET', `${base}/topics/${urn}/attributes?name=${word}`,
                                         undefined, language));
        assert.equal(typeof body.attributes[word], 'string');
        return body.attributes[word];
    };
    const access_policy = await attribute('access_policy');
    const introduction = await attribute('introduction');
    const { tags } = await took(topicApi('GET', `/v2/${project}/smn_topic/${name}/tags`, undefined,
                                         { 'X-SMN-RESOURCEID-TYPE': 'name' }));
    if (access_policy !== '')
        JSON.parse(access_policy);
    return { name: topic.name, topic_urn: topic.topic_urn, display_name: topic.display_name,
             push_policy: topic.push_policy, enterprise_project_id: topic.enterprise_project_id,
             create_time: topic.create_time, access_policy, introduction,
             tags: Object.fromEntries(tags.map((t) => [t.key, t.value])) };
}

// 4.6: a pager without limit that goes on until a page is empty.
async function readSubscription(urn) {
    const all = [];
    for (let page; page === undefined || page.subscriptions.length > 0;) {
        page = await took(api('GET', `${base}/subscriptions${all.length ? `?offset=${all.length}` : ''}`));
        assert.equal(Object.values(page).filter(Array.isArray).length, 1); // it takes the first
        all.push(...page.subscriptions);
        assert.ok(all.length < 1000);
    }
    return all.find((s) => s.subscription_urn === urn);
}

describe('huaweicloud_smn_topic', () => {
    const name = 'tf_topic', urn = `urn:smn:cn-north-4:${project}:tf_topic`;
    const policy = JSON.stringify({ Version: '2016-09-07', Id: '__default_policy_ID', Statement: [
        { Sid: '__user_pub_0', Effect: 'Allow', Principal: { CSP: '*' },
          Action: ['SMN:Publish', 'SMN:QueryTopicDetail'], Resource: urn },
        { Sid: '__service_pub_0', Effect: 'Allow', Principal: { Service: ['obs', 'vod'] },
          Action: ['SMN:Publish', 'SMN:QueryTopicDetail'], Resource: urn }] });
    let state;

    test('4.5 create: POST, two attributes, tags; then the read', async () => {
        const made = await took(topicApi('POST', `${base}/topics`, {
            name, display_name: 'The display <name>', enterprise_project_id: '0' }, language));
        assert.equal(made.topic_urn, urn);
        await took(topicApi('PUT', `${base}/topics/${urn}/attributes/access_policy`,
                            { value: policy }, language));
        await took(topicApi('PUT', `${base}/topics/${urn}/attributes/introduction`,
                            { value: '值班' }, language));
        const tags = await topicApi('POST', `/v2/${project}/smn_topic/${name}/tags/action`, {
            action: 'create', tags: [{ key: 'foo', value: 'bar' }, { key: 'key', value: '值' }] },
            { 'X-SMN-RESOURCEID-TYPE': 'name' });
        assert.equal(tags.status, 204); // 2.9
        state = await readTopic(urn, name);
        assert.deepEqual(state, {
            name, topic_urn: urn, display_name: 'The display <name>', push_policy: 0,
            enterprise_project_id: '0', create_time: state.create_time, access_policy: policy,
            introduction: '值班', tags: { foo: 'bar', key: '值' } });
        assert.match(state.create_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/); // 4.7: ISO strings
    });

    test('4.7 plan: nothing differs, not even after a restart', async () => {
        assert.deepEqual(await readTopic(urn, name), state);
        await belfry.restart('SIGKILL');
        assert.deepEqual(await readTopic(urn, name), state);
        const { Statement } = JSON.parse(state.access_policy); // 4.5: what it looks for
        const by = (sid) => Statement.find((s) => s.Sid === sid).Principal;
        assert.equal(by('__user_pub_0').CSP, '*');
        assert.ok(Array.isArray(by('__service_pub_0').Service));
    });

    test('4.5 update: the name shown, the attributes, the tags', async () => {
        await took(topicApi('PUT', `${base}/topics/${urn}`, { display_name: 'New' }, language));
        await took(topicApi('PUT', `${base}/topics/${urn}`, {}, language)); // omitempty
        await took(topicApi('PUT', `${base}/topics/${urn}/attributes/introduction`, { value: '' },
                            language));
        for (const [action, tags] of [['delete', [{ key: 'foo', value: 'bar' }]],
                                      ['create', [{ key: 'key', value: 'other' }]]])
            assert.equal((await topicApi('POST', `/v2/${project}/smn_topic/${name}/tags/action`,
                                         { action, tags }, { 'X-SMN-RESOURCEID-TYPE': 'name' })).status,
                         204);
        const now = await readTopic(urn, name);
        assert.deepEqual(now, { ...state, display_name: 'New', introduction: '',
                                tags: { key: 'other' } });
    });

    test('4.5 destroy: DELETE 200, then GET until 404; and once more it is gone', async () => {
        assert.equal((await topicApi('DELETE', `${base}/topics/${urn}`, undefined, language)).status,
                     200);
        const gone = await topicApi('GET', `${base}/topics/${urn}`, undefined, language);
        assert.equal(gone.status, 404);
        assert.deepEqual(Object.keys(gone.body).sort(), ['code', 'message', 'request_id']);
        assert.equal(gone.body.code, 'SMN.0006');
        assert.equal((await topicApi('DELETE', `${base}/topics/${urn}`, undefined, language)).status,
                     404);
    });
});

describe('huaweicloud_smn_subscription', () => {
    const urn = `urn:smn:cn-north-4:${project}:tf_sub`;
    const endpoint = 'https://Hook.Example.com:8443/a//b/?token=X&y=%2F'; // 4.7: as it was sent
    let state, other;

    test('4.6 create: POST gives the urn, the pager finds it unconfirmed', async () => {
        await took(topicApi('POST', `${base}/topics`, { name: 'tf_sub', display_name: '' }, language));
        const made = await took(api('POST', `${base}/topics/${urn}/subscriptions`, {
            protocol: 'https', endpoint, remark: 'O&M <ops>', extension: {
                header: { 'X-Custom': 'v' } } }));
        assert.ok(made.subscription_urn.startsWith(`${urn}:`));
        other = await took(api('POST', `${base}/topics/${urn}/subscriptions`, {
            protocol: 'sms', endpoint: '+8613600000000' }));
        state = await readSubscription(made.subscription_urn);
        assert.deepEqual(state, {
            topic_urn: urn, protocol: 'https', subscription_urn: made.subscription_urn,
            owner: project, endpoint, remark: 'O&M <ops>', status: 0, filter_polices: [] });
        assert.equal((await readSubscription(other.subscription_urn)).endpoint, '+8613600000000');
    });

    test('4.7 plan: nothing differs', async () => {
        await belfry.restart('SIGKILL');
        assert.deepEqual(await readSubscription(state.subscription_urn), state);
        const again = await api('POST', `${base}/topics/${urn}/subscriptions`, {
            protocol: 'https', endpoint, extension: { header: { 'X-Custom': 'v' } } });
        assert.equal(again.status, 200); // 2.10: idempotent
        assert.equal(again.body.subscription_urn, state.subscription_urn);
    });

    test('4.6 update: the remark alone', async () => {
        await took(api('PUT', `${base}/topics/${urn}/subscriptions/${state.subscription_urn}`,
                       { remark: '备注' }));
        assert.deepEqual(await readSubscription(state.subscription_urn),
                         { ...state, remark: '备注' });
    });

    test('4.6 destroy: DELETE 200, the pager ends empty; 404 is an error here', async () => {
        for (const one of [state.subscription_urn, other.subscription_urn])
            assert.equal((await api('DELETE', `${base}/subscriptions/${one}`)).status, 200);
        assert.equal(await readSubscription(state.subscription_urn), undefined);
        const twice = await api('DELETE', `${base}/subscriptions/${state.subscription_urn}`);
        assert.equal(twice.status, 404);
        assert.equal(twice.body.code, 'SMN.0013');
        await took(topicApi('DELETE', `${base}/topics/${urn}`, undefined, language));
    });
});

// 3.1, 4.1: what the provider asks before any resource.
describe('provider configuration', () => {
    test('3.1 key pair without project_id; the domain; another region', async () => {
        const named = await took(api('GET', '/v3/projects?name=cn-north-4'));
        assert.deepEqual(named.projects.map((p) => p.id), [project]);
        assert.equal((await took(api('GET', '/v3/auth/domains'))).domains.length, 1);
        assert.deepEqual((await took(api('GET', '/v3/projects?domain_id=none&name=cn-north-1')))
            .projects, []);
        assert.equal((await took(api('GET', '/v3/users?name=ops'))).users[0].name, 'ops');
    });

    test('3.1 user and password: a token for the project, then for the domain', async () => {
        for (const scope of [{ project: { name: 'cn-north-4', domain: { name: 'example' } } },
                             { domain: { name: 'example' } }]) {
            const answer = await fetch(`${belfry.url}/v3/auth/tokens`, {
                method: 'POST', headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ auth: { identity: { methods: ['password'], password: {
                    user: { name: 'ops', password: 'pw', domain: { name: 'example' } } } }, scope } }) });
            assert.equal(answer.status, 201);
            const { token } = await answer.json();
            assert.ok(answer.headers.get('x-subject-token'));
            assert.match(token.expires_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
            assert.deepEqual(token.catalog.map((s) => s.type), ['identity', 'iam', 'aom', 'smn']);
        }
    });
});
