// unruly.mjs - receivers as they are on a bad day: HTTP that behaves as its path says, and
// mail servers that refuse, or hang up, at the verb they are made for. A library of the
// tests; as a program (`node unruly.mjs`) it prints its ports as one line of JSON.
import { closeSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

const second = 1000;

function listen(server) {
    return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
}

// What is written to the socket behind the request, by path. Raw, for most of it is what
// no HTTP library would say.
const ways = {
    silent: () => {},
    reset: (socket) => socket.resetAndDestroy(),
    close: (socket) => socket.end(),
    'reset-mid-body': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"half":');
        setTimeout(() => socket.resetAndDestroy(), 50);
    },
    drip: (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n', 'x'),
    'drip-headers': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-Slow: ', 'x'),
    'error-body': (socket) => say(socket, 200, '', '{"errcode":310000,"errmsg":"no"}'),
    'endless-body': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        pour(socket, `10000\r\n${'y'.repeat(65536)}\r\n`);
    },
    'endless-headers': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour(socket, `X-Pad: ${'z'.repeat(1000)}\r\n`.repeat(60));
    },
    'endless-line': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nX-Pad: ');
        pour(socket, 'z'.repeat(65536));
    },
    garbage: (socket) => socket.end(Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256))),
    'retry-seconds': (socket) => say(socket, 429, 'Retry-After: 37\r\n', 'slow down'),
    'retry-date': (socket) => say(socket, 429,
        `Retry-After: ${new Date(Date.now() + 3600 * second).toUTCString()}\r\n`, 'slow down'),
};
for (const status of [200, 204, 301, 302, 307, 308, 400, 401, 404, 408, 410, 413, 429, 500, 502, 503])
    ways[status] = (socket) => say(socket, status, status >= 300 && status < 400
        ? `Location: http://127.0.0.1:${socket.localPort}/elsewhere\r\n` : '', status === 204 ? null : `it is ${status}`);

function say(socket, status, headers, body) {
    socket.write(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${headers}` +
        (body === null ? '\r\n' : `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
}

function drip(socket, head, drop) {
    socket.write(head);
    const timer = setInterval(() => socket.write(drop), second);
    socket.on('close', () => clearInterval(timer));
}

function pour(socket, piece) {
    const more = () => { while (!socket.destroyed && socket.write(piece)); };
    socket.on('drain', more);
    more();
}

// /WAY/anything. count[WAY] requests came.
export async function unrulyHttp() {
    const count = {}, sockets = new Set();
    const server = net.createServer((socket) => {
        let text = '';
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket)).on('error', () => {});
        socket.on('data', (bytes) => {
            text += bytes.toString('latin1');
            for (;;) {
                const end = text.indexOf('\r\n\r\n');
                const length = end < 0 ? 0 : Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
                if (end < 0 || text.length < end + 4 + length)
                    return;
                const way = /^\S+ \/([^/ ?]*)/.exec(text)?.[1];
                text = text.slice(end + 4 + length);
                count[way] = (count[way] ?? 0) + 1;
                (ways[way] ?? ways[404])(socket);
            }
        });
    });
    const port = await listen(server);
    return { port, count, url: (way) => `http://127.0.0.1:${port}/${way}/hook`,
             close: () => { server.close(); sockets.forEach((s) => s.destroy()); } };
}

// A port where nobody listens.
async function nobody() {
    const server = net.createServer();
    const port = await listen(server);
    await new Promise((done) => server.close(done));
    return port;
}

// A mail server without TLS that answers one verb (connect, ehlo, starttls, auth, mail,
// rcpt, data, dot, bye) as it is told: "451 4.3.0 words", "close", "hang". bye: behind the
// 250 of a mail it hangs up. offers: further lines of EHLO.
export async function unrulySmtp(verb, reply, offers = []) {
    const sockets = new Set(), heard = [];
    const at = { mails: 0 };
    const server = net.createServer((socket) => {
        let text = '', data = false;
        const put = (line) => socket.write(`${line}\r\n`);
        const answer = (now, line) => {
            if (verb !== now)
                put(line);
            else if (reply === 'close')
                socket.end();
            else if (reply !== 'hang')
                put(reply);
            return verb !== now;
        };
        const obey = (line) => {
            const word = line.slice(0, 4).toUpperCase();
            heard.push(line);
            if (word === 'EHLO')
                answer('ehlo', ['250-unruly.example', ...offers.map((o) => `250-${o}`),
                                '250 8BITMIME'].join('\r\n'));
            else if (word === 'HELO')
                answer('ehlo', '250 unruly.example');
            else if (word === 'STAR')
                answer('starttls', '454 4.7.0 no');
            else if (word === 'AUTH')
                answer('auth', '235 2.7.0 welcome');
            else if (word === 'MAIL')
                answer('mail', '250 2.1.0 fine');
            else if (word === 'RCPT')
                answer('rcpt', '250 2.1.5 fine');
            else if (word === 'DATA')
                data = answer('data', '354 go on');
            else if (word === 'QUIT')
                socket.end('221 2.0.0 bye\r\n');
            else
                put('250 2.0.0 fine');
        };
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket)).on('error', () => {});
        socket.on('data', (bytes) => {
            text += bytes.toString('latin1');
            for (let end; (end = text.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
                const piece = text.slice(0, end);
                text = text.slice(end + (data ? 5 : 2));
                if (!data) {
                    obey(piece);
                    continue;
                }
                data = false;
                at.mails++;
                answer('dot', '250 2.0.0 kept');
                if (verb === 'bye')
                    socket.end();
            }
        });
        answer('connect', '220 unruly.example ESMTP');
    });
    const port = await listen(server);
    return { port, heard, at, close: () => { server.close(); sockets.forEach((s) => s.destroy()); } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const smtp = {};

    for (const verb of ['connect', 'ehlo', 'mail', 'rcpt', 'data', 'dot'])
        for (const reply of ['451 4.3.0 later', 'close', 'hang'])
            smtp[`${verb} ${reply}`] = (await unrulySmtp(verb, reply)).port;
    console.log(JSON.stringify({ http: (await unrulyHttp()).port, ways: Object.keys(ways), smtp,
                                 nobody: await nobody() }));
    closeSync(1);
    process.on('SIGTERM', () => process.exit(0));
}
