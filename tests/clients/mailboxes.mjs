// mailboxes.mjs - a real mail server on loopback that keeps every mail it is given.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMail } from '../demo/sinks.mjs';
import { until } from './support.mjs';
import { mock } from './told.mjs';

export class Mailboxes {
    static async start() {
        const m = new Mailboxes();
        m.dir = mkdtempSync(join(tmpdir(), 'belfry-mail-'));
        m.read = new Set();
        m.sink = await mock('smtp_sink', '--dir', m.dir);
        m.smtp = { host: '127.0.0.1', port: m.sink.port, from: 'belfry@example.com', tls: 'none' };
        return m;
    }
    async stop() {
        await this.sink.stop();
        rmSync(this.dir, { recursive: true, force: true });
    }

    // All of them, as they came: name, raw, to, and what readMail says.
    mails() {
        return readdirSync(this.dir).sort().map((name) => {
            const raw = readFileSync(join(this.dir, name), 'utf8').replace(/\r?\n/g, '\r\n');
            return { name, raw, ...readMail(raw, /^To: .*?([^\s<>]+@[^\s<>]+)/im.exec(raw)?.[1]) };
        });
    }

    // The next mail to the address, with this subject if one is given.
    next(address, subject) {
        return until(`a mail to ${address}: ${subject ?? 'any'}`, () => {
            const mail = this.mails().find((m) => !this.read.has(m.name) && m.to === address &&
                                                  (subject === undefined || m.subject === subject));
            if (mail === undefined)
                return false;
            this.read.add(mail.name);
            mail.leave = /^List-Unsubscribe: ([^]*?)\r\n(?![ \t])/im.exec(mail.raw)?.[1];
            return mail;
        });
    }
}

// The link in it that belfry made.
export const linkOf = (mail) => /http:\/\/\S+\/l\/[A-Za-z0-9_-]+/.exec(mail.text)[0];
