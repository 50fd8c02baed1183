// meanings.test.mjs - the Chinese of what receivers' answers mean (web/src/meanings.ts)
// against the sentences of the server: no row is left behind by a sentence that changed,
// and none of the channels people use in China lacks one.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const channel = join(root, 'src', 'channel');

// Sentences: string literals of C, those that stand side by side as one.
function sentences(file) {
    const code = readFileSync(join(channel, file), 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/^#include.*$/gm, '');
    return [...code.matchAll(/"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*/g)]
        .map(([all]) => [...all.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((m) => m[1]).join('').replaceAll('\\"', '"'))
        .filter((s) => /^[A-Z].{20,}[.)]$/s.test(s));
}

const rows = [...readFileSync(join(root, 'web', 'src', 'meanings.ts'), 'utf8').matchAll(/^ {2}\[(['"])(.*?)\1, '(.+)'\],$/gm)].map(([, , begins, zh]) => ({ begins, zh }));

test('each row begins a sentence of the server, and none hides behind another', () => {
    const all = readdirSync(channel).filter((f) => f.endsWith('.c')).flatMap(sentences);
    assert.ok(rows.length > 100);
    for (const { begins, zh } of rows) {
        assert.ok(all.some((s) => s.startsWith(begins)), begins);
        assert.match(zh, /[\u4e00-\u9fff].*[。：]$/u, zh);
        assert.equal(rows.find((r) => begins.startsWith(r.begins)).begins, begins, 'the first that fits is its own');
    }
});

test('nothing is missing where answers are judged', () => {
    for (const file of ['dingtalk_verdict.c', 'feishu_verdict.c', 'wecom_verdict.c', 'aliyun_verdict.c', 'email_verdict.c', 'http_verdict.c', 'receipt.c'])
        assert.deepEqual(sentences(file).filter((s) => !rows.some((r) => s.startsWith(r.begins))), [], file);
});
