// bombs.test.mjs - small requests that want to be large work: patterns, policies, templates,
// nested JSON, YAML aliases. Each is answered, in words, and the server goes on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { account, Belfry, program } from './support.mjs';

const bearer = 'bk-bombs', own = '/api/belfry/v1';
let belfry;

before(async () => {
    belfry = await Belfry.start({
        alertmanager: { account: 'default', auth: 'none' },
        accounts: [account([{ name: 'ops', bearer, policies: ['full-access'] }])] });
    await ask('POST', '/api/v2/alerts', [{ labels: { alertname: 'a'.repeat(1000), team: 'ops' } }]);
});
after(() => belfry.stop());

// Not answered in a minute is a failure, whatever the machine.
async function ask(method, path, body) {
    const answer = await fetch(belfry.url + path, {
        method, body: typeof body === 'string' ? body : JSON.stringify(body), signal: AbortSignal.timeout(60_000),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` } });
    return { status: answer.status, text: await answer.text() };
}
const goesOn = async () => assert.equal((await ask('GET', '/-/healthy')).status, 200);

// [pattern, is it taken?]: what backtracks elsewhere is linear here, what grows is refused.
const patterns = [
    ['(a+)+$', true], ['(a|aa)+$', true], ['(a|a?)+$', null], ['(.*a){12}', true], ['a?'.repeat(500) + 'a'.repeat(500), true],
    ['((a{1,100}){1,100}){1,100}', false], ['(((a{1,30}){1,30}){1,30}){1,30}', false], ['a{1001}', false],
    ['('.repeat(2000) + 'a' + ')'.repeat(2000), null], ['(?<=a)b', false], ['\\1', false], ['a**', false], ['[[:foo:]]', false],
    ['\\pN{100}', null], ['(?i)[^\\x00-\\x{10FFFF}]', null], [`(${Array.from({ length: 5000 }, (_, i) => `w${i}`).join('|')})`, null],
];

describe('patterns', () => {
    const silence = (value) => ({ matchers: [{ name: 'alertname', value, isRegex: true }], createdBy: 'a', comment: 'c',
                                  startsAt: '2026-01-01T00:00:00Z', endsAt: '2037-01-01T00:00:00Z' });
    for (const [pattern, taken] of patterns)
        test(pattern.slice(0, 40), async () => {
            const quoted = JSON.stringify(pattern);
            const answers = {
                silence: await ask('POST', '/api/v2/silences', silence(pattern)),
                filter: await ask('GET', `/api/v2/alerts?filter=${encodeURIComponent(`alertname=~${quoted}`)}`),
                receiver: await ask('GET', `/api/v2/alerts?receiver=${encodeURIComponent(pattern)}`),
                route: await ask('PUT', `${own}/routes/bomb`, { matchers: `alertname=~${quoted}`, group_by: [] }),
                list: await ask('GET', `${own}/alerts?filter=${encodeURIComponent(`alertname=~${quoted}`)}`),
            };
            for (const [where, { status, text }] of Object.entries(answers)) {
                assert.ok(status < 500, `${where}: ${status} ${text.slice(0, 300)}`);
                if (taken !== null && !(pattern.length > 1000 && where !== 'silence'))
                    assert.equal(status < 300, taken, `${where}: ${status} ${text.slice(0, 300)}`);
                if (status >= 400)
                    assert.ok(text.length > 10 && text.length < 100_000, `${where} says why`);
            }
            await goesOn();
        });
});

test('a policy of nothing but stars', async () => {
    const stars = `cms:${'*a'.repeat(200)}*b`;
    const policy = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: [stars], Resource: [stars] }] });
    const answer = await ask('POST', `${own}/policies/test`, {
        policies: [policy], action: `cms:${'a'.repeat(2000)}`, resource: `cms:${'a'.repeat(2000)}` });
    assert.ok(answer.status < 500, answer.text);
    await goesOn();
});

describe('templates', () => {
    const preview = (template) => ask('POST', `${own}/preview`, {
        template, alerts: [{ labels: { alertname: 'a', team: 'ops' } }], channel: 'email', form: 'text' });
    const bombs = {
        'calls itself': '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
        'doubles itself': '{{ define "x" }}{{ template "y" . }}{{ template "y" . }}{{ end }}' + Array.from({ length: 40 }, (_, i) =>
            `{{ define "y${i || ''}" }}{{ template "y${i + 1}" . }}{{ template "y${i + 1}" . }}{{ end }}`).join('') +
            '{{ define "y40" }}a{{ end }}{{ template "x" . }}',
        'prints widely': '{{ printf "%999999999d" 1 }}',
        'prints by a star': '{{ printf "%*d" 999999999 1 }}',
        'ranges in ranges': '{{ range .Alerts }}'.repeat(150) + 'a' + '{{ end }}'.repeat(150),
        'nests deeply': '{{ if true }}'.repeat(5000) + '{{ end }}'.repeat(5000),
        'opens many parentheses': `{{ ${'('.repeat(20000)}1${')'.repeat(20000)} }}`,
        'a pattern that grows': '{{ reReplaceAll "((a{1,100}){1,100}){1,100}" "b" "aaaa" }}',
        'replaces by more': '{{ $a := "aaaaaaaaaa" }}' + '{{ $a = reReplaceAll "a" "aaaaaaaaaa" $a }}'.repeat(12) + '{{ $a }}',
        'joins long': '{{ $a := "aaaaaaaaaa" }}' + '{{ $a = printf "%s%s%s%s%s%s%s%s%s%s" $a $a $a $a $a $a $a $a $a $a }}'.repeat(12),
    };
    for (const [name, template] of Object.entries(bombs))
        test(name, async () => {
            const { status, text } = await preview(template);
            assert.ok(status === 200 || status === 400 || status === 422, `${status} ${text.slice(0, 300)}`);
            assert.ok(text.length < 6 * 1024 * 1024, `${text.length} bytes`);
            await goesOn();
        });
    test('an alert of more labels than there may be', async () => {
        for (const [n, status] of [[512, 200], [513, 409], [70_000, 409]]) {
            const many = Object.fromEntries(Array.from({ length: n }, (_, i) => [`l${i}`, 'x']));
            const said = (alert) => ask('POST', `${own}/preview`, { kind: 'go', template: '{{ .Status }}', alerts: [alert] });
            for (const alert of [{ labels: many }, { labels: { a: 'b' }, annotations: many }]) {
                const answer = await said(alert);
                assert.equal(answer.status, status, answer.text.slice(0, 300));
            }
        }
        await goesOn();
    });
});

describe('documents', () => {
    test('nested JSON', async () => {
        for (const [open, close] of [['[', ']'], ['{"a":', '}']])
            for (const depth of [65, 5000, 200_000]) {
                const { status } = await ask('POST', '/api/v2/alerts', open.repeat(depth) + '1' + close.repeat(depth));
                assert.equal(status, 400, `${open} ${depth}`);
            }
        await goesOn();
    });
    test('a million members', async () => {
        const members = Array.from({ length: 200_000 }, (_, i) => `"k${i}":"v"`).join(',');
        const { status, text } = await ask('POST', '/api/v2/alerts', `[{"labels":{${members}}}]`);
        assert.ok(status === 400 || status === 200, text.slice(0, 200));
        await goesOn();
    });
    test('YAML that doubles itself by aliases', () => {
        const dir = mkdtempSync(join(tmpdir(), 'belfry-bomb-'));
        try {
            const rows = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
            for (let i = 1; i < 12; i++)
                rows.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(',')}]`);
            writeFileSync(join(dir, 'belfry.yml'), rows.join('\n'));
            for (const args of [['check-config', join(dir, 'belfry.yml')],
                                ['serve', '--config', join(dir, 'belfry.yml'), '--data', join(dir, 'data')]]) {
                const { status, signal } = spawnSync(program, args, { timeout: 60_000 });
                assert.equal(signal, null, args[0]);
                assert.ok(status > 0, `${args[0]} ends with ${status}`);
            }
        } finally {
            rmSync(dir, { recursive: true, force: true });
        }
    });
});
