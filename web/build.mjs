// build.mjs FOLDER - checks the types, builds the pages, and packs them for the linker:
// each file as it is, gzipped and in brotli, a table of them (console/pages.inc) and
// what puts their bytes into the binary (pages.S). Fails above 60 kB of gzipped script.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const most = 60_000; // bytes of JavaScript, gzipped
const folder = resolve(process.argv[2]);
const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml',
  json: 'application/json', webmanifest: 'application/manifest+json' };

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' });
rmSync(folder, { recursive: true, force: true });
await build({ build: { outDir: folder, emptyOutDir: true }, logLevel: 'warn' });

const files = readdirSync(folder, { recursive: true }).filter((f) => statSync(join(folder, f)).isFile()).sort();
let table = '', bytes = '', script = 0;
const labels = (name, coding, file) =>
  `    .globl ${name}_${coding}, ${name}_${coding}_end\n${name}_${coding}: .incbin "${file}"\n${name}_${coding}_end: .byte 0\n`;

for (const [i, file] of files.entries()) {
  const path = relative(folder, join(folder, file)).replaceAll('\\', '/');
  const content = readFileSync(join(folder, file));
  const gz = gzipSync(content, { level: 9 });
  const br = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const tag = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const hashed = path.startsWith('assets/');
  const small = gz.length >= content.length;
  const type = types[path.split('.').at(-1)];
  if (!type) throw new Error(`${path}: of which type?`);
  if (path.endsWith('.js')) script += gz.length;
  bytes += labels(`page${i}`, 'none', path);
  if (!small) {
    writeFileSync(join(folder, `${file}.gz`), gz);
    writeFileSync(join(folder, `${file}.br`), br);
    bytes += labels(`page${i}`, 'gz', `${path}.gz`) + labels(`page${i}`, 'br', `${path}.br`);
  }
  table += `${small ? 'PAGE_PLAIN' : 'PAGE'}("${path}", "${type}${/text|json/.test(type) ? '; charset=utf-8' : ''}", ${hashed}, page${i}, "${tag}")\n`;
}
if (script > most) throw new Error(`${script} bytes of gzipped script: at most ${most}`);
mkdirSync(join(folder, 'console'), { recursive: true });
writeFileSync(join(folder, 'console', 'pages.inc'), table);
writeFileSync(join(folder, 'pages.S'),
  `    .section .rodata.pages, "a"\n    .balign 16\n${bytes}    .section .note.GNU-stack, "", %progbits\n`);
console.log(`  ${files.length} files, ${script} bytes of script gzipped`);
