// operations.mjs - every operation of every dialect, read off the tables that the server
// serves by (tests/authorization/operations.c).
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tree = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// dialect, name, method, path, permission ("": none), reads, open
export function operations() {
    const build = process.env.BELFRY_BUILD ?? join(tree, 'build');
    const target = join(build, 'tests/authorization/operations');
    const { MAKEFLAGS, MAKELEVEL, ...env } = process.env;
    execFileSync('make', ['-s', ...(process.env.MAKE_VARIANT ? [process.env.MAKE_VARIANT] : []),
                          target.slice(tree.length + 1)], { cwd: tree, env, stdio: 'pipe' });
    return execFileSync(target, { encoding: 'utf8' }).trim().split('\n').map((l) => JSON.parse(l));
}
