// aom_templates.test.mjs - message templates through the SDK and as Terraform does it
// (contracts/huawei.md 2.5, 4.2, 4.4).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { client, list, project, reader, refused, start, terraform } from './aom_rig.mjs';

const templates = '/v2/events/notification/templates';
const one = '/v2/events/notification/template/{name}';
const zh = 'aom.built-in.template.zh', en = 'aom.built-in.template.en';
let belfry, c;

before(async () => {
    belfry = await start();
    c = client(belfry);
});
after(() => belfry.stop());

const words = (parts = [{ subType: 'email', topic: '告警', content: 'x', version: 'v2' }]) =>
    JSON.stringify(parts);
const add = (name, more = {}) => c.call('POST', templates, {
    data: { name, locale: 'zh-cn', templates: words(), ...more } });
const show = (name) => c.call('GET', one, { vars: { name } });
const drop = (...names) => c.call('DELETE', templates, { data: { names } });

describe('message templates', () => {
    test('life: all nine channels, byte for byte', async () => {
        // blanks, escapes as Go writes them, an escaped slash, surrogates: all kept
        const text = '[ {"subType":"email","topic":"\\u544a\\u8b66 ${event_name}",' +
            '"content":"\\u003cb\\u003e${message}\\u003c\\/b\\u003e \\ud83d\\udd25",' +
            '"version":"v2","sendType":"HTML"},' +
            ['sms', 'wechat', 'dingding', 'voice', 'espace', 'feishu', 'welink', 'email'].map(
                (subType) => `{"subType":"${subType}","content":"${subType} 🔥 \${id}\\n"}`)
                .join() + ',{"subType":"webhook","sendType":"JSON","topic":null,' +
            '"version":null,"content":"{\\"a\\":\\"$event.metadata.x\\"}"}]\n';

        assert.equal((await add('模板-1', { desc: '说明', source: 'LTS', templates: text }))
            .httpStatusCode, 204);
        const shown = await show('模板-1');
        assert.strictEqual(shown.templates, text);
        assert.deepEqual([shown.name, shown.locale, shown.desc, shown.source,
                          shown.project_id, shown.enterprise_project_id],
                         ['模板-1', 'zh-cn', '说明', 'LTS', project, '0']);
        assert.deepEqual(shown.type, ['email', 'sms', 'wechat', 'dingding', 'voice', 'espace',
                                      'feishu', 'welink', 'webhook']);
        for (const time of [shown.create_time, shown.modify_time])
            assert.ok(Math.abs(time - Date.now()) < 60_000); // numbers, of ms
        assert.equal((await c.call('PUT', templates, {
            data: { name: '模板-1', locale: 'en-us', templates: words(), desc: null } }))
            .httpStatusCode, 204);
        const changed = await show('模板-1');
        assert.deepEqual([changed.locale, changed.desc, changed.source, changed.templates],
                         ['en-us', '', 'LTS', words()]);
        assert.equal(changed.create_time, shown.create_time);
        assert.equal((await drop('模板-1')).httpStatusCode, 204);
        await refused(show('模板-1'), 400, 'AOM.08025006', /does not exist/);
    });

    test('the built-in ones are there, and stay', async () => {
        const all = list(await c.call('GET', templates));

        assert.deepEqual(all.map((t) => t.name), [zh, en]);
        for (const name of [zh, en]) {
            const shown = await show(name);
            const parts = JSON.parse(shown.templates);

            assert.equal(parts.length, 9);
            assert.ok(parts.every((p) => p.content.includes('${event_name}')));
            await refused(add(name), 400, 'AOM.08021001', /built-in/);
            await refused(c.call('PUT', templates, {
                data: { name, locale: 'zh-cn', templates: words() } }), 400, 'AOM.08022001',
                          /built-in/);
            await refused(drop(name), 400, 'AOM.08023001', /built-in/);
        }
    });

    test('one that an action rule names cannot go', async () => {
        await add('used');
        const rule = (notification_template) => ({
            rule_name: 'r', type: '1', notification_template, smn_topics: [
                { name: 't', topic_urn: `urn:smn:cn-north-4:${project}:t` }] });
        await c.call('POST', '/v2/alert/action-rules', { data: rule('used') });
        await refused(drop('used'), 400, 'AOM.08023001', /in use/);
        await c.call('PUT', '/v2/alert/action-rules', { data: rule(zh) });
        await drop('used');
        await c.call('DELETE', '/v2/alert/action-rules', { data: ['r'] });
    });

    test('every bound', async () => {
        const invalid = (name, more, what) => refused(add(name, more), 400, 'AOM.08021001', what);
        const parts = (...v) => ({ templates: words(v) });
        const mail = { subType: 'email', content: 'x' };

        await add('名'.repeat(100), { desc: '说'.repeat(1024) });
        await drop('名'.repeat(100));
        await invalid('名'.repeat(101), {}, /name/);
        await invalid('', {}, /name/);
        await invalid('a b', {}, /name/);
        await invalid('a', { desc: '说'.repeat(1025) }, /desc/);
        await invalid('a', { locale: 'fr' }, /locale/);
        await invalid('a', { locale: undefined }, /locale is missing/);
        await invalid('a', { source: 'AOM' }, /source/);
        await invalid('a', { templates: 'x' }, /templates must hold JSON/);
        await invalid('a', { templates: '{}' }, /array/);
        await invalid('a', { templates: '[]' }, /1 to 50/);
        await invalid('a', { templates: undefined }, /templates is missing/);
        await invalid('a', { templates: [mail] }, /templates must be a string/);
        await add('a', parts({ ...mail, topic: '题'.repeat(512) }));
        await refused(add('a'), 400, 'AOM.08021012', /already exists/);
        await drop('a');
        await invalid('a', parts({ ...mail, topic: '题'.repeat(513) }), /templates\[0\].topic/);
        await invalid('a', parts(mail, { subType: 'fax', content: 'x' }),
                      /templates\[1\].subType/);
        await invalid('a', parts({ subType: 'email' }), /templates\[0\].content is missing/);
        await invalid('a', parts({ ...mail, sendType: 'XML' }), /sendType/);
        await add('a', parts(...Array(50).fill(mail)));
        await drop('a');
        await invalid('a', parts(...Array(51).fill(mail)), /1 to 50/);
        await refused(c.call('PUT', templates, {
            data: { name: 'nobody', locale: 'zh-cn', templates: words() } }), 400,
                      'AOM.08022006', /does not exist/);
        await refused(drop('nobody'), 400, 'AOM.08023006', /does not exist/);
        await refused(c.call('DELETE', templates, { data: ['a'] }), 400, 'AOM.08023001',
                      /object/);
        await refused(client(belfry, reader).call('DELETE', templates,
                                                  { data: { names: ['a'] } }), 403,
                      'AOM.0403', /auth failed/);
    });

    test('a hundred of each source', async () => {
        for (let i = 0; i < 100; i++)
            await add(`t${i}`);
        await refused(add('t100'), 400, 'AOM.08001300', /maximum number/);
        await add('log', { source: 'LTS' });
        await add('t99').catch((e) => assert.equal(e.errorCode, 'AOM.08021012'));
        await drop('log', ...Array.from({ length: 100 }, (_, i) => `t${i}`));
        assert.equal(list(await c.call('GET', templates)).length, 2);
    });
});

// 4.2: POST and PUT 204; GET 200, gone is 400 AOM.08025006; DELETE 400 AOM.08023006.
test('Terraform: aom_message_template', async () => {
    const tf = terraform(belfry, { POST: [204], PUT: [204], GET: [200], DELETE: [200, 202, 204] });
    const base = `/v2/${project}/events/notification`;
    const content = '<b>${event_name} & more</b>';
    const body = (desc) => ({ name: 'tf_template', locale: 'en-us', desc, templates:
        '[{"content":"\\u003cb\\u003e${event_name} \\u0026 more\\u003c/b\\u003e",' +
        '"subType":"email","topic":null,"version":null}]' });
    // 4.4: read with all_granted_eps, the nine fields that it reads
    const read = async () => {
        const got = await tf('GET', `${base}/template/tf_template`, undefined,
                             { 'Enterprise-Project-Id': 'all_granted_eps' });
        assert.ok(got.ok, got.text);
        assert.equal(typeof got.body.create_time, 'number');
        assert.equal(typeof got.body.modify_time, 'number');
        return { name: got.body.name, locale: got.body.locale, desc: got.body.desc,
                 source: got.body.source, eps: got.body.enterprise_project_id,
                 parts: JSON.parse(got.body.templates) };
    };
    const parts = [{ content, subType: 'email', topic: null, version: null }];

    assert.ok((await tf('POST', `${base}/templates`, body('made by terraform'),
                        { 'Enterprise-Project-Id': 'eps-1' })).ok);
    const planned = { name: 'tf_template', locale: 'en-us', desc: 'made by terraform',
                      source: '', eps: 'eps-1', parts };
    assert.deepEqual(await read(), planned);
    assert.deepEqual(await read(), planned); // plan: no difference
    assert.ok((await tf('PUT', `${base}/templates`, body(null))).ok);
    assert.deepEqual(await read(), { ...planned, desc: '' });
    assert.ok((await tf('DELETE', `${base}/templates`, { names: ['tf_template'] })).ok);
    for (const [answer, code] of [
        [await tf('GET', `${base}/template/tf_template`), 'AOM.08025006'],
        [await tf('DELETE', `${base}/templates`, { names: ['tf_template'] }), 'AOM.08023006'],
    ]) {
        assert.equal(answer.status, 400);
        assert.deepEqual(Object.keys(answer.body), ['error_code', 'error_msg', 'trace_id']);
        assert.equal(answer.body.error_code, code);
    }
});
