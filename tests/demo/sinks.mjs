// sinks.mjs - where the demo's messages arrive: a mail server and a DingTalk robot,
// both on loopback, both keeping what they were given.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';

function unquote(text) {
  return Buffer.from(text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');
}

function decodeWords(text) {
  return text.replace(/\r?\n[ \t]+/g, ' ').replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, body) =>
      kind.toLowerCase() === 'b' ? Buffer.from(body, 'base64').toString('utf8')
        : unquote(body.replace(/_/g, ' ')));
}

function plainPart(message) {
  const part = /Content-Type: text\/plain[^]*?\r\n\r\n([^]*?)(\r\n--|$)/i.exec(message);
  if (!part) return message;
  const base64 = /Content-Transfer-Encoding: base64/i.test(part[0]);
  return base64 ? Buffer.from(part[1], 'base64').toString('utf8') : unquote(part[1]);
}

export function readMail(raw, to) {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n') + 2);
  const field = (name) => (new RegExp(`^${name}: ([^]*?)\\r\\n(?![ \\t])`, 'im').exec(head) ?? ['', ''])[1];
  return { to, subject: decodeWords(field('Subject')), key: field('Message-ID').replace(/^<|@.*$/g, ''),
    text: plainPart(raw) };
}

// An SMTP server that takes everything. `onMail` gets { to, subject, key, text }.
export function startMailSink(onMail) {
  const open = new Set();
  const server = net.createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)));
    let rest = '', data = null, to = '';
    const say = (line) => socket.write(line + '\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (;;) {
        if (data !== null) {
          const end = rest.indexOf('\r\n.\r\n');
          if (end < 0) return;
          const raw = rest.slice(0, end + 2).replace(/\r\n\.\./g, '\r\n.');
          rest = rest.slice(end + 5);
          data = null;
          onMail(readMail(Buffer.from(raw, 'latin1').toString('utf8'), to));
          say('250 2.0.0 taken');
          continue;
        }
        const eol = rest.indexOf('\r\n');
        if (eol < 0) return;
        const line = rest.slice(0, eol);
        rest = rest.slice(eol + 2);
        if (/^EHLO/i.test(line)) say('250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8');
        else if (/^RCPT TO:<(.*?)>/i.test(line)) { to = RegExp.$1; say('250 2.1.5 ok'); }
        else if (/^DATA/i.test(line)) { data = ''; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); }
        else say('250 ok');
      }
    });
    say('220 sink ESMTP');
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1',
    () => resolve({ port: server.address().port, close: () => { server.close(); open.forEach((socket) => socket.destroy()); } })));
}

// A DingTalk group robot with signing on: a wrong signature is errcode 310000 in an
// HTTP 200, as the real one answers. `onMessage` gets { title, text, signed }.
export function startDingTalk(token, secret, onMessage) {
  const server = http.createServer((req, res) => {
    const url = new URL(req.url, 'http://robot');
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => {
      const stamp = url.searchParams.get('timestamp') ?? '';
      const want = createHmac('sha256', secret).update(`${stamp}\n${secret}`).digest('base64');
      const good = url.searchParams.get('access_token') === token &&
        url.searchParams.get('sign') === want && Math.abs(Date.now() - Number(stamp)) < 3600e3;
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      if (good) onMessage({ title: body.markdown?.title ?? body.text?.content, text: body.markdown?.text ?? '' });
      res.setHeader('Content-Type', 'application/json');
      res.end(JSON.stringify(good ? { errcode: 0, errmsg: 'ok' } : { errcode: 310000, errmsg: 'sign not match' }));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({
    url: `http://127.0.0.1:${server.address().port}/robot/send?access_token=${token}&secret=${secret}`,
    close: () => server.close(),
  })));
}
