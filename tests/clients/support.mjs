// support.mjs - a real belfry for a test: its own port, data folder and config.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program = process.env.BELFRY || join(project, 'build', 'belfry');
const patience = 1000 * (process.env.BELFRY_PATIENCE ?? 120); // ms; a slow machine is no failure

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Below those that the kernel deals out: until its server listens there, and while it is
// down between two lives, no connection of anybody's gets the port as its own end.
// None is given twice: the first may not be taken yet when the second is asked for.
const given = new Set();
export function freePort() {
    return new Promise((resolve, reject) => {
        const port = randomInt(11_000, 32_000), server = createServer();
        if (given.has(port))
            return resolve(freePort());
        given.add(port);
        server.on('error', (e) => e.code === 'EADDRINUSE' ? resolve(freePort()) : reject(e));
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
    });
}

// Asks `question` until it gives something, or fails with the words.
export async function until(words, question) {
    for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) {
        const answer = await question();
        if (answer)
            return answer;
    }
    throw new Error(`not within ${patience / 1000} s: ${words}`);
}

// A program beside the server. What it says is kept; stop() ends it and gives its code.
export function child(file, args, options = {}) {
    const process = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const c = { process, log: '', exit: undefined };
    for (const stream of [process.stdout, process.stderr])
        stream.on('data', (bytes) => { c.log += bytes; });
    c.ended = new Promise((done) => process.on('close', (code) => done(c.exit = code)));
    c.stop = (signal = 'SIGTERM') => { process.kill(signal); return c.ended; };
    return c;
}

// The account of DESIGN 11, with the users given.
export function account(users, more = {}) {
    return {
        name: 'default',
        uid: '1234567890123456',
        project_id: '2b31ed520xxxxxxebedb6e57xxxxxxxx',
        domain: { id: 'd78cbac186b744899480f25bd022f468', name: 'example' },
        users,
        ...more,
    };
}

export class Belfry {
    // config: DESIGN 11's keys; listen, data_dir and external_url are filled in.
    // `through`: a command that runs it, as ['prlimit', '--nofile=64'].
    static async start(config, through = []) {
        const b = new Belfry();
        b.through = through;
        b.dir = mkdtempSync(join(tmpdir(), 'belfry-test-'));
        b.port = await freePort();
        b.host = `127.0.0.1:${b.port}`;
        b.url = `http://${b.host}`;
        b.config = { listen: b.host, external_url: b.url,
                     data_dir: join(b.dir, 'data'), ...config };
        try {
            await b.run();
        } catch (e) {
            await b.kill();
            rmSync(b.dir, { recursive: true, force: true });
            throw new Error(`${e.message}\n${b.log}`);
        }
        return b;
    }

    // JSON is YAML.
    async run() {
        const file = join(this.dir, 'belfry.yml');
        writeFileSync(file, JSON.stringify(this.config, null, 1), { mode: 0o600 });
        this.log = '';
        const [command, ...rest] = [...this.through ?? [], program, 'serve', '--config', file];
        this.process = spawn(command, rest,
                             { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.env } });
        this.ended = new Promise((done) => this.process.on('close', (code, signal) => {
            this.exit = { code, signal };
            this.judge();
            done(this.exit);
        }));
        this.exit = null;
        for (const stream of [this.process.stdout, this.process.stderr])
            stream.on('data', (bytes) => { this.log += bytes; });
        await until('ready', async () => {
            if (this.exit)
                throw new Error(`belfry ended with ${JSON.stringify(this.exit)}`);
            try {
                return (await fetch(`${this.url}${this.config.route_prefix ?? ''}/-/ready`)).status === 200;
            } catch {
                return false;
            }
        });
    }

    // A race, or an error below valgrind, makes the file fail also where the server was killed
    // before it could exit with a code that says so.
    judge() {
        if (/^WARNING: ThreadSanitizer|^==\d+== (?!ERROR: )/m.test(this.log)) {
            console.error(this.log);
            process.exitCode = 1;
        }
    }

    async kill(signal = 'SIGKILL') {
        this.process.kill(signal);
        return this.ended;
    }

    async restart(signal = 'SIGKILL') {
        await this.kill(signal);
        await this.run();
    }

    // Ends it kindly; what it said is shown if that went wrong.
    async stop() {
        const { code } = this.exit ?? await this.kill('SIGTERM');
        rmSync(this.dir, { recursive: true, force: true });
        if (code !== 0)
            throw new Error(`belfry exited with ${code}:\n${this.log}`);
    }
}
