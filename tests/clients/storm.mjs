// storm.mjs - many alerts at once to one DingTalk robot and to mailboxes, on the wire: what
// left, what was merged, what memory it took, and whether the robot's vendor would have
// minded. Shared by the test and by bench/storm.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { account, Belfry, sleep } from './support.mjs';
import { enterPeople, mock, users } from './told.mjs';

export const perMinute = 20; // of one robot; the 21st is answered with ten minutes of silence
const batch = 100;

// The most that came within any minute, by the mock's own clock.
function busiestMinute(times) {
    let most = 0;
    for (let i = 0, first = 0; i < times.length; i++) {
        while (times[i] - times[first] >= 60)
            first++;
        most = Math.max(most, i - first + 1);
    }
    return most;
}

const lines = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l));

// How many alerts fire, says the first line: [FIRING], [FIRING:397].
const firing = (title) => Number(title.match(/\[FIRING(?::(\d+))?\]/)?.[1] ?? 1);

// Of RFC 2047's encoded words, on any number of lines.
const subject = (mail) => (mail.match(/^Subject: (.*(?:\r?\n[ \t].*)*)/m)[1])
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, text) => `<${text}>`)
    .replace(/(?:<[^>]*>)+/g, (words) => Buffer.concat(words.match(/[^<>]+/g).map((w) => Buffer.from(w, 'base64'))).toString());

function resident(pid) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
    return { now: of('VmRSS'), most: of('VmHWM') };
}

// One number of /metrics, summed over its labels.
export function metric(text, name) {
    let sum = 0;
    for (const line of text.split('\n'))
        if (line.startsWith(name) && ' {'.includes(line[name.length]))
            sum += Number(line.slice(line.lastIndexOf(' ') + 1));
    return sum;
}

export class Storm {
    // alerts: how many, each in a group of its own or in one of `groups`; mailboxes: how
    // many; all: each alert goes to every mailbox, not to one of them.
    static async start(wish) {
        const s = new Storm();
        s.wish = wish;
        s.belfry = null;
        s.mocks = [];
        const byTeam = Array.from({ length: wish.mailboxes }, (_, i) => `team${i}`);
        const groupBy = wish.groups ? ['service'] : ['...'];
        const route = (name, matchers, group) =>
            ({ name, matchers, group_by: groupBy, group_wait: wish.wait ?? '0s',
               group_interval: '10s', contact_groups: [group] });
        s.belfry = await Belfry.start({
            allow_addresses: ['127.0.0.0/8'], activate_at_once: true, log_level: 'error',
            alertmanager: { account: 'default', auth: 'none' },
            routes: [route('robot', ['storm="yes"'], 'robot'),
                     ...wish.all ? [route('mail', ['storm="yes"'], 'everyone')]
                                 : byTeam.map((t) => route(t, [`team="${t}"`], t))],
            smtp: { host: '127.0.0.1', port: await s.startMocks(), from: 'belfry@example.com', tls: 'none' },
            accounts: [account(users)] });
        const boxes = Object.fromEntries(byTeam.map((t) => [t, { 'Channels.Mail': `${t}@example.org` }]));
        await enterPeople(s.belfry, 'robot', { Robot: {
            'Channels.DingWebHook': `${s.robot.url}/robot/send?access_token=storm` } });
        if (wish.all)
            await enterPeople(s.belfry, 'everyone', boxes);
        else
            for (const t of byTeam)
                await enterPeople(s.belfry, t, { [t]: boxes[t] });
        return s;
    }

    async startMocks() {
        const { dir } = this.wish, mails = join(dir, 'mails');
        mkdirSync(mails);
        this.logs = { robot: join(dir, 'robot.log'), mail: join(dir, 'mail.log') };
        this.robot = await mock('dingtalk_mock', '--rate', String(perMinute), '--log', this.logs.robot);
        this.mocks.push(this.robot);
        this.mail = await mock('smtp_sink', '--log', this.logs.mail, '--dir', mails);
        this.mocks.push(this.mail);
        return this.mail.port;
    }

    // One batch of alerts; its status.
    post(agent, from, n) {
        const { groups, mailboxes } = this.wish;
        const levels = ['critical', 'error', 'warning', 'info'];
        const body = JSON.stringify(Array.from({ length: n }, (_, i) => from + i).map((k) => ({
            labels: { alertname: 'StormDisk', storm: 'yes', instance: `host-${k}.example.org:9100`,
                      severity: levels[k % 4], team: `team${k % mailboxes}`,
                      service: groups ? `service${Math.floor(k / mailboxes) % groups}` : `service${k}` },
            annotations: { summary: `磁盘快满了 disk ${k} is filling up`,
                           description: `instance host-${k} has 7 % left` } })));
        return new Promise((done, fail) => {
            const r = request(`${this.belfry.url}/api/v2/alerts`, {
                method: 'POST', agent, headers: { 'Content-Type': 'application/json',
                                                  'Content-Length': Buffer.byteLength(body) } }, (answer) => {
                answer.resume().on('end', () => done({
                    status: answer.statusCode, after: Number(answer.headers['retry-after'] ?? 0) }));
            });
            r.on('error', fail);
            r.end(body);
        });
    }

    // Spread over so many seconds. What is refused with a 503 is sent again when it says.
    async blow() {
        const { alerts, seconds } = this.wish, agent = new Agent({ keepAlive: true, maxSockets: 8 });
        const began = Date.now(), under = new Set();
        this.busy = 0;
        const send = async (from, n) => {
            for (;;) {
                const answer = await this.post(agent, from, n);
                if (answer.status === 200)
                    return;
                if (answer.status !== 503 || !(answer.after > 0))
                    throw new Error(`POST: ${answer.status}, Retry-After ${answer.after}`);
                this.busy++;
                await sleep(answer.after * 1000);
            }
        };
        for (let k = 0; k < alerts; k += batch) {
            const due = began + seconds * 1000 * k / alerts;
            if (due > Date.now())
                await sleep(due - Date.now());
            while (under.size >= 8)
                await Promise.race(under);
            const one = send(k, Math.min(batch, alerts - k)).finally(() => under.delete(one));
            under.add(one);
        }
        await Promise.all(under);
        agent.destroy();
        this.took = (Date.now() - began) / 1000;
    }

    async metrics() {
        const text = await (await fetch(`${this.belfry.url}/metrics`)).text();
        const of = (name) => metric(text, `belfry_${name}`);
        return { outbox: of('outbox'), waiting: of('outbox_waiting'), merged: of('notifications_merged_total'),
                 digests: of('digests_total'), dead: of('notifications_dead_total'),
                 failing: of('addresses_failing'),
                 rows: of('history_rows_total'), behind: of('history_waiting') };
    }

    // Until nothing is owed to anybody.
    async calm(patience) {
        const began = Date.now();
        for (;;) {
            const m = await this.metrics();
            if (m.outbox === 0 && m.behind === 0)
                return { ...m, waited: (Date.now() - began) / 1000 };
            if (Date.now() - began > patience * 1000)
                throw new Error(`after ${patience} s there is still owed: ${JSON.stringify(m)}`);
            await sleep(200);
        }
    }

    async figures() {
        const robot = lines(this.logs.robot).map((m) => ({ ...m, firing: firing(m.title) }));
        const mails = lines(this.logs.mail).map((m) => ({
            at: m.at, to: m.rcpt_to[0], firing: firing(subject(readFileSync(m.file, 'utf8'))) }));
        const folder = join(this.belfry.dir, 'data');
        const size = (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
        return { robot, mails, busiest: busiestMinute(robot.map((m) => m.at)),
                 refused: robot.filter((m) => m.errcode !== 0).length,
                 memory: resident(this.belfry.process.pid),
                 journal: size('journal.db') + size('journal.db-wal'), history: size('history.db') };
    }

    async stop() {
        await this.belfry?.stop();
        await Promise.all(this.mocks.map((m) => m.stop()));
    }
}

