// amtool.mjs - the lines of `render` on stdin, each rendered again by Debian's own `amtool
// template render`: equal bytes, or both refuse. Cases that need a function which this
// amtool does not have, or newer data, are the oracle's alone.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const newer = ['trimSpace', 'date', 'tz', 'since', 'humanizeDuration', 'now', 'toDate', 'toJson',
               'base64encode', 'base64decode', 'list', 'append', 'dict', 'safeUrl', 'urlUnescape',
               'routeLabels'];
const dir = mkdtempSync(join(tmpdir(), 'belfry-amtool-'));

const amtool = (...args) => new Promise((done) => execFile('amtool', ['template', 'render', ...args],
    { encoding: 'buffer', maxBuffer: 1 << 26, timeout: 60_000 },
    (error, stdout, stderr) => done({ good: !error, text: stdout, why: String(stderr) })));

const lacks = (await Promise.all(newer.map(async (name) => {
    const said = await amtool('--template.glob=/nowhere/*', `--template.text={{ ${name} }}`);
    return /not defined/.test(said.why) ? name : null;
}))).filter(Boolean);

// amtool hands the data by value, Alertmanager itself by a pointer, which can be compared.
const byValue = '{{ eq . . }}';
const needs = (c) => c.newer || c.text === byValue || lacks.some((name) =>
    [c.text, ...c.files].some((text) => new RegExp(`\\b${name}\\b`).test(text)));

async function judge(c, number) {
    const folder = join(dir, String(number)), globs = [];
    mkdirSync(folder);
    for (let i = 0; i < c.files.length; i += 2) {
        // one folder a file: they keep their order and their names
        mkdirSync(join(folder, String(i)));
        const path = join(folder, String(i), basename(c.files[i]));
        writeFileSync(path, c.files[i + 1]);
        globs.push(`--template.glob=${path}`);
    }
    const data = join(folder, 'data.json');
    writeFileSync(data, JSON.stringify(c.data));
    const said = await amtool(...globs.length ? globs : ['--template.glob=/nowhere/*'],
        `--template.text=${c.text}`, `--template.type=${c.html ? 'html' : 'text'}`,
        `--template.data=${data}`);
    const ours = Buffer.from(c.got, 'base64');
    rmSync(folder, { recursive: true });
    if (said.good === c.good && (!c.good || said.text.equals(ours)))
        return true;
    console.log(`${c.name}: ${c.text}\n  amtool: ${said.good ? said.text : said.why}` +
                `\n  ours:   ${c.good ? '' : 'refused: '}${ours}`);
    return false;
}

const cases = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const fit = cases.filter((c) => !needs(c) && !c.text.includes('\0'));
let passed = 0, failed = 0, next = 0;
await Promise.all(Array.from({ length: cpus().length }, async () => {
    while (next < fit.length) {
        const i = next++;
        await judge(fit[i], i) ? passed++ : failed++;
    }
}));
rmSync(dir, { recursive: true, force: true });
console.log(`${cases.length - fit.length} of ${cases.length} cases are for the oracle alone; this amtool lacks ${lacks.join(' ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
