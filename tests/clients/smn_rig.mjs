// smn_rig.mjs - an endpoint on loopback that keeps what SMN sends there, and a judge of its
// signatures: OpenSSL's own command line, with the certificate that the message names.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './support.mjs';

export class Endpoint {
    static async start() {
        const e = new Endpoint();
        e.got = [];
        e.server = createServer((ask, answer) => {
            const pieces = [];
            ask.on('data', (p) => pieces.push(p));
            ask.on('end', () => {
                const text = Buffer.concat(pieces).toString();
                e.got.push({ path: ask.url, headers: ask.headers, text, body: JSON.parse(text) });
                answer.end();
            });
        });
        await new Promise((done) => e.server.listen(0, '127.0.0.1', done));
        e.url = `http://127.0.0.1:${e.server.address().port}`;
        return e;
    }
    stop() { return new Promise((done) => this.server.close(done)); }

    // The first that came to this path and is of this type.
    next(path, type) {
        return until(`${type} at ${path}`, () => {
            const at = this.got.findIndex((m) => m.path === path && m.body.type === type);
            return at >= 0 && this.got.splice(at, 1)[0];
        });
    }
}

const signedKeys = (b) => b.type === 'Notification'
    ? ['message', 'message_id', ...('subject' in b ? ['subject'] : []), 'timestamp', 'topic_urn',
       'type']
    : ['message', 'message_id', 'subscribe_url', 'timestamp', 'topic_urn', 'type'];

// As SMN's samples for receivers do it (contracts/huawei.md 2.11), word by word.
export async function verify(body) {
    const dir = mkdtempSync(join(tmpdir(), 'belfry-smn-'));
    const file = (name, content) => {
        writeFileSync(join(dir, name), content);
        return join(dir, name);
    };
    const openssl = (...args) => execFileSync('openssl', args, { encoding: 'utf8',
                                                                  stdio: ['ignore', 'pipe', 'pipe'] });

    try {
        assert.equal(body.signature_version, 'v1');
        const answer = await fetch(body.signing_cert_url);
        assert.equal(answer.status, 200);
        const pem = file('cert.pem', await answer.text());
        assert.match(openssl('x509', '-in', pem, '-noout', '-text'), /sha256WithRSAEncryption/);
        const key = file('key.pem', openssl('x509', '-in', pem, '-noout', '-pubkey'));
        const text = signedKeys(body).map((k) => `${k}\n${body[k]}\n`).join('');
        const check = (what) => {
            try {
                return openssl('dgst', '-sha256', '-verify', key, '-signature',
                               file('sig', Buffer.from(body.signature, 'base64')),
                               file('text', what)).trim();
            } catch (e) {
                return e.stdout.trim();
            }
        };
        assert.equal(check(text), 'Verified OK');
        assert.match(check(`${text}x`), /[Ff]ailure/);
    } finally {
        rmSync(dir, { recursive: true, force: true });
    }
}
