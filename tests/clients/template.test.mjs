// template.test.mjs - previews: `belfry template render|check` and POST /preview, on a
// real server, with a sample, with given alerts, and with one that fires.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import http from 'node:http';
import { account, Belfry, program, until } from './support.mjs';

let belfry, dir, sink;
const bodies = [];

const ask = async (body) => {
    const answer = await fetch(`${belfry.url}/api/belfry/v1/preview`, {
        method: 'POST', body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', authorization: 'Bearer preview-key-1234567890' },
    });
    return { status: answer.status, json: await answer.json() };
};

const cli = (...args) => new Promise((done) => {
    execFile(program, ['template', ...args, '--url', belfry.url, '--token-file', join(dir, 'token')],
             (error, stdout, stderr) => done({ code: error?.code ?? 0, stdout, stderr }));
});

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-template-'));
    writeFileSync(join(dir, 'token'), 'preview-key-1234567890', { mode: 0o600 });
    sink = http.createServer((request, response) => {
        let body = '';
        request.on('data', (bytes) => { body += bytes; });
        request.on('end', () => { bodies.push(JSON.parse(body)); response.end(); });
    });
    await new Promise((done) => sink.listen(0, '127.0.0.1', done));
    // what has ended is forgotten at once
    writeFileSync(join(dir, 'am.yml'), JSON.stringify({
        route: { receiver: 'team', group_by: ['alertname'], group_wait: '20ms', group_interval: '1s' },
        receivers: [{ name: 'team', webhook_configs: [
            { url: `http://127.0.0.1:${sink.address().port}/` }] }] }));
    belfry = await Belfry.start({
        accounts: [account([{
            name: 'ops', bearer: 'preview-key-1234567890', policies: ['full-access'] }])],
        alertmanager: { account: 'default', auth: 'none', config_file: join(dir, 'am.yml') } });
});
after(async () => {
    await belfry?.stop();
    sink.closeAllConnections();
    sink.close();
    rmSync(dir, { recursive: true, force: true });
});

describe('previews', () => {
    test('a template over the sample, text and html', async () => {
        const text = await ask({ template: '{{ range .Alerts }}{{ .Labels.alertname }}<{{ end }}' });
        assert.deepEqual([text.status, text.json.text], [200, 'DiskFull<']);
        const html = await ask({ kind: 'html', template: '<p title={{ .CommonLabels.instance }}>{{ "<b>" }}' });
        assert.equal(html.json.text, '<p title=db-1:9100>&lt;b&gt;');
        const named = await ask({ template: '{{ template "__subject" . }}' });
        assert.match(named.json.text, /^\[FIRING:1\] DiskFull/);
    });

    test('alerts that are written down, one of them resolved', async () => {
        const { json } = await ask({
            template: '{{ len .Alerts.Firing }} {{ len .Alerts.Resolved }} {{ .CommonLabels.team }}',
            alerts: [{ labels: { alertname: 'A', team: '值班' } },
                     { labels: { alertname: 'B', team: '值班' }, status: 'resolved' }],
        });
        assert.equal(json.text, '1 1 值班');
    });

    test('an alert that fires, by its id; nobody by another', async () => {
        const posted = await fetch(`${belfry.url}/api/v2/alerts`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify([{ labels: { alertname: 'Live', rack: 'r7' } }]) });
        assert.equal(posted.status, 200);
        const { json: list } = await (async () => {
            const answer = await fetch(`${belfry.url}/api/belfry/v1/alerts`, {
                headers: { authorization: 'Bearer preview-key-1234567890' } });
            return { json: await answer.json() };
        })();
        const { id } = list.items.find((a) => a.labels.alertname === 'Live');
        const { json } = await ask({ template: '{{ .CommonLabels.rack }}', alert: id });
        assert.equal(json.text, 'r7');
        assert.equal((await ask({ template: 'x', alert: (BigInt(id) + 1000n).toString().padStart(19, '0') })).status, 404);
    });

    test('one of the past by its id or fingerprint; a delivery by its key, as it was', async () => {
        const post = async (alerts) => assert.equal((await fetch(`${belfry.url}/api/v2/alerts`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify(alerts) })).status, 200);
        const past = (rack) => ({ labels: { alertname: 'Past', rack },
            annotations: { summary: `架 ${rack}` }, startsAt: '2026-11-01T10:00:00.5+08:00',
            generatorURL: 'http://prom/g?x=1&y' });
        await post([past('r1'), past('r2')]);
        await until('told', () => bodies.find((b) => b.commonLabels.alertname === 'Past'));
        await post([past('r1'), past('r2')].map((a) => ({ ...a, endsAt: '2026-11-01T11:00:00Z' })));
        const told = await until('told of the end', () =>
            bodies.find((b) => b.commonLabels.alertname === 'Past' && b.status === 'resolved'));
        const rows = async () => (await (await fetch(
            `${belfry.url}/api/belfry/v1/deliveries?kind=decision&alertname=Past&order=oldest`,
            { headers: { authorization: 'Bearer preview-key-1234567890' } })).json()).items
            .filter((row) => row.key);
        const [first, second] = await until('both in history', async () =>
            (await rows()).length > 1 && await rows());
        const template = '{{ .Receiver }}|{{ .Status }}|{{ .NotificationReason }}|{{ range .GroupLabels.SortedPairs }}' +
            '{{ .Name }}={{ .Value }}{{ end }}|{{ range .Alerts }}{{ .Labels.rack }} {{ .Annotations.summary }} ' +
            '{{ .Status }} {{ .StartsAt.Unix }} {{ .GeneratorURL }} {{ .Fingerprint }};{{ end }}';
        const was = (status) => told.alerts.map((a) => `${a.labels.rack} 架 ${a.labels.rack} ${status} ` +
            `${Date.parse(a.startsAt) / 1000 | 0} http://prom/g?x=1&y ${a.fingerprint};`).join('');
        assert.equal((await ask({ template, delivery: first.key })).json.text,
            `team|firing|first notification|alertname=Past|${was('firing')}`);
        assert.equal((await ask({ template, delivery: second.key })).json.text,
            `team|resolved|all alerts resolved|alertname=Past|${was('resolved')}`);
        writeFileSync(join(dir, 'past.tmpl'), '{{ range .Alerts }}{{ .Labels.rack }} {{ .Status }}\n{{ end }}');
        assert.equal((await cli('render', join(dir, 'past.tmpl'), '--delivery', first.key)).stdout,
                     'r1 firing\nr2 firing\n');
        const fingerprint = told.alerts[1].fingerprint;
        assert.equal((await cli('render', join(dir, 'past.tmpl'), '--alert', fingerprint)).stdout,
                     'r2 resolved\n');
        await belfry.restart(); // the ended are gone from memory in Alertmanager's way, not from history
        const one = await ask({ template: '{{ range .Alerts }}{{ .Labels.rack }}{{ end }}', alert: first.alert.id });
        assert.deepEqual([one.status, one.json.text], [200, 'r1']);
        assert.equal((await ask({ template: 'x', delivery: 'f'.repeat(32) })).status, 404);
        assert.equal((await ask({ template: 'x', alert: 'f'.repeat(16) })).status, 404);
        assert.equal((await ask({ template: 'x', delivery: 'nonsense' })).status, 400);
        assert.equal((await ask({ template: 'x', delivery: first.key, alert: fingerprint })).status, 400);
    });

    test('what is wrong, and where', async () => {
        const { status, json } = await ask({ template: 'a\nb {{ nosuch . }}' });
        assert.equal(status, 400);
        assert.equal(json.field, 'template');
        assert.match(json.message, /:2.*nosuch.*\n.*\n\s*\^/s);
        const bomb = await ask({ template: '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}' });
        assert.equal(bomb.status, 400);
        assert.equal((await ask({ kind: 'yaml', template: 'x' })).status, 400);
        assert.equal((await ask({})).status, 400);
    });

    test('our own texts in the form of a channel, and the keyword of a robot', async () => {
        const own = await ask({ kind: 'builtin', form: 'dingtalk', lang: 'zh-cn', keywords: ['报警'] });
        assert.equal(own.status, 200);
        assert.match(own.json.text, /DiskFull/);
        assert.deepEqual(own.json.keyword_missing, []);
        assert.equal((await ask({ kind: 'builtin', form: 'pigeon' })).status, 400);
    });

    test('an AOM template', async () => {
        const { status, json } = await ask({ kind: 'aom', channel: 'dingding', lang: 'en', template: JSON.stringify([
            { sub_type: 'dingding', topic: '', content: 'on ${resource_name} / $event.metadata.alertname' }]) });
        assert.equal(status, 200);
        assert.match(json.text, /DiskFull|NA/);
    });

    test('belfry template render and check', async () => {
        writeFileSync(join(dir, 'good.tmpl'), 'name: {{ .CommonLabels.alertname }}\n');
        writeFileSync(join(dir, 'bad.tmpl'), '{{ if }}\n');
        assert.deepEqual(await cli('render', join(dir, 'good.tmpl')),
                         { code: 0, stdout: 'name: DiskFull\n', stderr: '' });
        assert.match((await cli('check', join(dir, 'good.tmpl'))).stdout, /ok\n$/);
        const bad = await cli('check', join(dir, 'bad.tmpl'));
        assert.notEqual(bad.code, 0);
        assert.match(bad.stderr, /if/);
        assert.equal((await cli('paint', 'x')).code, 2);
    });
});
