// rig.mjs - one server of either kind under one story, and everything it said.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, program, until } from '../clients/support.mjs';

export const kinds = {
    alertmanager: (args) => ['prometheus-alertmanager', args],
    belfry: (args) => [program, ['alertmanager', ...args]],
};

// What webhooks were told, by path, in order of arrival.
export class Sink {
    static async start() {
        const s = new Sink();
        s.heard = [];
        s.server = createServer((request, response) => {
            const chunks = [];
            request.on('data', (d) => chunks.push(d));
            request.on('end', () => {
                s.heard.push({ at: Date.now(), path: request.url,
                               type: request.headers['content-type'],
                               body: Buffer.concat(chunks).toString() });
                response.end();
            });
        });
        s.server.keepAliveTimeout = 60_000;
        await new Promise((done) => s.server.listen(0, '127.0.0.1', done));
        s.url = `http://127.0.0.1:${s.server.address().port}`;
        return s;
    }
    stop() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }
}

export class Rig {
    static async start(kind, makeConfig) {
        const r = new Rig();
        r.kind = kind;
        r.dir = mkdtempSync(join(tmpdir(), 'belfry-differential-'));
        r.sink = await Sink.start();
        writeFileSync(join(r.dir, 'am.yml'), makeConfig(r.sink.url));
        r.port = await freePort();
        r.url = `http://127.0.0.1:${r.port}`;
        const [file, args] = kinds[kind]([
            `--config.file=${join(r.dir, 'am.yml')}`, `--storage.path=${join(r.dir, 'data')}`,
            `--web.listen-address=127.0.0.1:${r.port}`, '--cluster.listen-address=',
            '--web.external-url=http://am.example:9093/', '--web.route-prefix=/',
        ]);
        r.log = '';
        r.process = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        r.ended = new Promise((done) => r.process.on('close', (code) => { r.exit = code ?? -1; done(); }));
        for (const stream of [r.process.stdout, r.process.stderr])
            stream.on('data', (d) => { r.log += d; });
        await until(`${kind} ready`, async () => {
            if (r.exit !== undefined)
                throw new Error(`${kind} ended with ${r.exit}\n${r.log}`);
            // Alertmanager is "ready" before it knows its file, and answers with nothing till then
            return fetch(`${r.url}/api/v2/status`).then(async (a) => (await a.text()).includes('route:'),
                                                        () => false);
        });
        r.ids = []; // of each silence of the story, its present id
        r.made = []; // all ids, in the order of their making
        return r;
    }

    async ask(method, path, body) {
        const answer = await fetch(`${this.url}${path}`, {
            method, headers: body === undefined ? {} : { 'content-type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
    }

    // One step of the story; `epoch`: wall ms of its beginning.
    async step(step, epoch) {
        const time = (offset) => new Date(epoch + offset).toISOString();
        switch (step.kind) {
        case 'alerts':
            return this.ask('POST', '/api/v2/alerts', step.batch.map((b) => ({
                labels: b.labels, startsAt: time(b.starts), endsAt: time(b.ends),
                annotations: b.note ? { note: `<${b.note}>`, 'summary': 'ü & 😀' } : {},
                generatorURL: b.i % 2 ? `http://p.example/g?i=${b.i}` : undefined,
            })));
        case 'silence': {
            const body = { matchers: step.matchers, startsAt: time(step.from ?? step.at),
                           endsAt: time(step.to), createdBy: 'tester', comment: step.comment };
            const answer = await this.ask('POST', '/api/v2/silences', body);
            return { status: answer.status, ...this.known(step.n, answer) };
        }
        case 'expire':
            return this.ask('DELETE', `/api/v2/silence/${this.ids[step.n]}`);
        case 'extend': {
            const old = JSON.parse((await this.ask('GET', `/api/v2/silence/${this.ids[step.n]}`)).text);
            const answer = await this.ask('POST', '/api/v2/silences', {
                id: old.id, matchers: old.matchers, startsAt: old.startsAt,
                endsAt: time(step.to), createdBy: old.createdBy, comment: 'extended',
            });
            return { status: answer.status, ...this.known(step.n, answer) };
        }
        case 'reload':
            return this.ask('POST', '/-/reload');
        }
        throw new Error(step.kind);
    }

    // A refusal's words, or which of the silences it is now.
    known(n, answer) {
        if (answer.status !== 200)
            return { said: answer.text };
        const id = JSON.parse(answer.text).silenceID;
        this.ids[n] = id;
        if (!this.made.includes(id))
            this.made.push(id);
        return { which: this.made.indexOf(id) };
    }

    async stop() {
        this.process.kill('SIGTERM');
        await this.ended;
        await this.sink.stop();
        rmSync(this.dir, { recursive: true, force: true });
    }
}
