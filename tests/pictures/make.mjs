// make.mjs RENDER FOLDER - draws doc/images: our mails as a browser shows them, and
// our chat texts in plain bubbles of ours, from what RENDER prints.
//   make pictures      needs chromium and fonts-noto-cjk; nothing else does
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [render, folder] = process.argv.slice(2);
const messages = JSON.parse(execFileSync(render, { maxBuffer: 64 << 20 }));
const work = mkdtempSync(join(tmpdir(), 'pictures-'));
const find = (sample, form, lang) =>
  messages.find((m) => m.sample === sample && m.form === form && m.lang === lang);
const escaped = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// ---- pages to pictures -------------------------------------------------------

const chromium = (...args) =>
  execFileSync('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-lcd-text',
    '--virtual-time-budget=3000', `--user-data-dir=${join(work, 'profile')}`, ...args],
    { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 << 20 });

// Twice: once to learn how high the page is.
function draw(name, width, html) {
  const page = join(work, 'page.html');
  const measure = '<script>addEventListener("load", () => setTimeout(() => document.title = ' +
    '"height=" + Math.ceil(document.getElementById("all").getBoundingClientRect().bottom), 500))</script>';
  writeFileSync(page, html + measure);
  const dom = chromium('--dump-dom', `--window-size=${width},600`, `file://${page}`).toString();
  const height = Number(/height=(\d+)/.exec(dom)[1]);
  const out = join(folder, `${name}.png`);
  chromium(`--screenshot=${out}`, `--window-size=${width},${height}`, `file://${page}`);
  console.log(`${out} ${width}x${height}, ${(statSync(out).size / 1024).toFixed(0)} KB`);
}

// ---- mails ---------------------------------------------------------------------

const inDark = (html) => html.replace('@media (prefers-color-scheme:dark)', '@media all')
  .replace('color-scheme:light dark', 'color-scheme:dark');

const frame = (html, width) =>
  `<iframe style="border:0;width:${width}px;display:block" srcdoc="${escaped(html)}"
    onload="this.style.height=this.contentDocument.documentElement.scrollHeight+'px'"></iframe>`;

function mails() {
  const sheet = (html, width, dark) => `<!doctype html><meta charset=utf-8>
    <body style="margin:0;background:${dark ? '#121417' : '#f1f3f6'}"><div id=all style="width:${width}px">
    ${frame(dark ? inDark(html) : html, width)}</div></body>`;
  draw('mail-light', 680, sheet(find('several', 'mail', 'en').html, 680, false));
  draw('mail-dark', 680, sheet(find('single', 'mail', 'en').html, 680, true));
  const phone = (m, dark) => `<div class=phone style="background:${dark ? '#121417' : '#f1f3f6'}">
    <div class=subject style="color:${dark ? '#e8eaed' : '#1f2328'}">${escaped(m.title)}</div>
    ${frame(dark ? inDark(m.html) : m.html, 375)}</div>`;
  draw('mail-phone', 830, `<!doctype html><meta charset=utf-8><style>
    body{margin:0;background:#c9d1da;font:15px/1.4 "Noto Sans CJK SC",sans-serif}
    #all{display:flex;gap:24px;padding:16px;align-items:flex-start}
    .phone{width:375px;border-radius:24px;overflow:hidden;border:6px solid #24292f;padding:10px 0}
    .subject{padding:6px 14px 2px;font-weight:600}</style>
    <div id=all>${phone(find('single', 'mail', 'zh'), false)}${phone(find('resolved', 'mail', 'zh'), true)}</div>`);
}

// ---- chats ----------------------------------------------------------------------

const anchors = (s) => s.replace(/!?\[([^\]]*)\]\(([^)]*)\)/g, '<a href="$2">$1</a>');
const bold = (s) => s.replace(/\*\*([^*\n]+)\*\*/g, '<b>$1</b>');

// What our own texts use of a chat's markdown, and no more.
function markdown(text, gap = /\n\n+/) {
  return text.split(gap).map((part) => {
    const inner = anchors(bold(part));
    if (inner.startsWith('### ')) {
      const [first, ...rest] = inner.slice(4).split('\n');
      return `<h3>${first}</h3>${rest.join('<br>')}`;
    }
    if (inner.startsWith('> ')) return `<blockquote>${inner.slice(2)}</blockquote>`;
    return `<p>${inner.replaceAll(/ {2}\n|\n/g, '<br>')}</p>`;
  }).join('');
}

const mrkdwn = (text) => text.split('\n\n').map((part) => `<p>${part
  .replace(/<([^|>]+)\|([^>]*)>/g, '<a href="$1">$2</a>')
  .replace(/\*([^*\n]+)\*/g, '<b>$1</b>').replace(/^_(.+)_$/gm, '<i>$1</i>')
  .replaceAll('\n', '<br>')}</p>`).join('');

const feishuColours = { red: '#f54a45', orange: '#ff8800', yellow: '#ffc60a', blue: '#3370ff', green: '#34c724' };

function feishuCard(m) {
  const card = JSON.parse(m.json);
  const button = (b) => `<span class="button ${b.type}">${escaped(b.text.content)}</span>`;
  return `<div class=bar style="background:${feishuColours[card.header.template]}">${escaped(card.header.title.content)}</div>` +
    card.elements.map((e) => e.tag === 'markdown' ? markdown(e.content)
      .replaceAll("<font color='grey'>", '<font color="#8f959e">') : `<p>${e.actions.map(button).join('')}</p>`).join('');
}

function slackCard(m) {
  const [card] = JSON.parse(m.json);
  return `<div style="border-left:4px solid ${card.color};padding-left:10px">` + card.blocks.map((b) =>
    b.type === 'header' ? `<h3>${escaped(b.text.text)}</h3>` : mrkdwn(b.text.text)).join('') + '</div>';
}

function teamsCard(m) {
  const card = JSON.parse(m.json);
  const colours = { Attention: '#c4314b', Warning: '#b26b00', Good: '#237b4b', Accent: '#4b53bc' };
  return card.body.map((b) => b.weight === 'Bolder'
    ? `<h3 style="color:${colours[b.color]}">${escaped(b.text)}</h3>`
    : markdown(b.text).replace(/<p>_(.+)_<\/p>/g, '<p><i>$1</i></p>')).join('') +
    `<p>${card.actions.map((x) => `<span class=button>${escaped(x.title)}</span>`).join('')}</p>`;
}

const wecom = (m) => markdown(m.text.replaceAll('"warning"', '"#ff7a00"').replaceAll('"comment"', '"#8c8c8c"')
  .replaceAll('"info"', '"#2e9e57"'));

const bubble = (app, inner) => `<div class=chat><div class=app>${app}</div><div class=bubble>${inner}</div></div>`;

const chats = (columns) => `<!doctype html><meta charset=utf-8><style>
  body{margin:0;background:#e9edf1;font:13px/1.5 "Noto Sans CJK SC",sans-serif;color:#1f2328}
  #all{display:flex;gap:16px;padding:16px;align-items:flex-start;box-sizing:border-box}
  .chat{flex:1;min-width:0}.app{color:#57606a;font-size:13px;padding:0 4px 4px}
  .bubble{background:#fff;border-radius:8px;padding:12px 14px;overflow-wrap:anywhere}
  h3{font-size:15px;margin:0 0 8px;line-height:1.35}p,blockquote{margin:0 0 8px}
  blockquote{border-left:3px solid #c9d1da;padding-left:8px;color:#57606a}a{color:#1a5fb4;text-decoration:none}
  .bar{color:#fff;margin:-12px -14px 10px;padding:10px 14px;border-radius:8px 8px 0 0;font-weight:600}
  .button{display:inline-block;border:1px solid #c9d1da;border-radius:6px;padding:2px 10px;margin:0 6px 6px 0}
  .primary{background:#3370ff;border-color:#3370ff;color:#fff}</style><div id=all>${columns.join('')}</div>`;

function bubbles() {
  draw('chat-zh', 960, chats([
    bubble('钉钉', markdown(find('single', 'dingtalk', 'zh').text)),
    bubble('飞书', feishuCard(find('single', 'feishu_card', 'zh'))),
    bubble('企业微信', wecom(find('several', 'wecom', 'zh'))),
  ]));
  const sms = find('single', 'sms', 'en');
  draw('chat-en', 960, chats([
    bubble('Slack', slackCard(find('several', 'slack_blocks', 'en'))),
    bubble('Microsoft Teams', teamsCard(find('single', 'teams', 'en'))),
    bubble('Telegram', find('resolved', 'telegram', 'en').text.replaceAll('\n', '<br>')) .replace('</div></div>',
      `</div><div class=app style="padding-top:14px">SMS</div><div class=bubble>${escaped(sms.text)}</div></div>`),
  ]));
}

mails();
bubbles();
rmSync(work, { recursive: true });
