// chats.test.mjs - the bodies that chats are sent, ours against Debian's Alertmanager: one
// file, the same alerts, every message of every receiver equal as JSON. What is different
// on purpose stands in `same` below and nowhere else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sleep, until } from '../clients/support.mjs';
import { Rig } from './rig.mjs';

// Each is an entry of its kind; the sink's URL stands for URL, its own path for PATH.
const entries = {
    'slack/usual': { api_url: 'URL/slack/usual', channel: '#ops' },
    'slack/all': {
        api_url: 'URL/slack/all', channel: '#{{ .GroupLabels.alertname }}', username: 'bell',
        color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}', title: '{{ .Status | toUpper }} <{{ len .Alerts }}>',
        title_link: 'http://t/?q={{ .GroupLabels.alertname | urlquery }}', pretext: 'vorher & nachher',
        text: '{{ range .Alerts }}• {{ .Labels.instance }}: {{ .Annotations.summary }}\n{{ end }}',
        fallback: 'f', callback_id: 'c', footer: 'Fuß 🔥', icon_emoji: ':bell:', icon_url: 'http://i', image_url: 'http://p',
        thumb_url: 'http://q', link_names: true, short_fields: true, mrkdwn_in: ['text', 'fields'],
        fields: [{ title: 'n', value: '{{ .Alerts.Firing | len }}' }, { title: '{{ .Status }}', value: 'x', short: false }],
        actions: [{ type: 'button', text: 'Go', url: 'http://u/{{ .Status }}', style: 'primary', name: 'lost' },
                  { type: 'button', text: 'Do', name: 'n', value: 'v',
                    confirm: { title: 'T', text: 'Sure {{ .Status }}?', ok_text: 'Yes', dismiss_text: 'No' } },
                  { type: 'button', text: 'Or', name: 'm', confirm: { text: 'Sure?' } }],
    },
    'slack/at': { api_url: 'URL/slack/at', channel: '#ops', text: 'x', username: 'x', title: '警'.repeat(1024) },
    'slack/above': { api_url: 'URL/slack/above', channel: '#ops', text: 'x', username: 'x', title: '🔥'.repeat(1025) },
    'telegram/usual': { api_url: 'URL', bot_token: 'PATH', chat_id: -100123 },
    // chats of their own: what waits for one chat's turn is merged, here alone
    'telegram/plain': { api_url: 'URL', bot_token: 'PATH', chat_id: 5, parse_mode: '', disable_notifications: true,
                        message: '{{ .CommonAnnotations.note }} *{{ .Status }}*' },
    'telegram/markdown': { api_url: 'URL', bot_token: 'PATH', chat_id: 6, parse_mode: 'MarkdownV2',
                           message: '*{{ .GroupLabels.alertname }}* {{ .CommonAnnotations.note }}' },
    'telegram/html': { api_url: 'URL', bot_token: 'PATH', chat_id: 7,
                       message: '<b>{{ .GroupLabels.alertname }}</b> {{ range .Alerts }}<i>{{ .Annotations.note }}</i>{{ end }}' },
    'discord/usual': { webhook_url: 'URL/discord/usual' },
    'discord/own': { webhook_url: 'URL/discord/own', title: '{{ .Status }}', message: '{{ .CommonAnnotations.note }} 🔥' },
    'webex/usual': { api_url: 'URL/webex/usual', room_id: 'room',
                     http_config: { authorization: { credentials: 'webex-token' } } },
    'webex/own': { api_url: 'URL/webex/own', room_id: 'room', message: '{{ range .Alerts }}{{ .Annotations.note }}\n{{ end }}',
                   http_config: { authorization: { credentials: 'webex-token' } } },
};

const receiver = (name, url) => {
    const [kind, word] = name.split('/');
    const text = JSON.stringify({ send_resolved: true, ...entries[name] })
        .replaceAll('URL', url).replaceAll('PATH', `${kind}-${word}`);
    return { name, [`${kind}_configs`]: [JSON.parse(text)] };
};
const configuration = (url) => JSON.stringify({
    route: { receiver: 'none', group_by: ['alertname'], group_wait: '5s', group_interval: '4s', repeat_interval: '1h',
             routes: Object.keys(entries).map((name) => ({ receiver: name, continue: true })) },
    receivers: [{ name: 'none' }, ...Object.keys(entries).map((name) => receiver(name, url))],
});

// What the vendor says to a good message.
const answers = { slack: [200, 'text/plain', 'ok'], discord: [204, 'text/plain', ''], webex: [200, 'application/json', '{"id":"x"}'] };
const toTelegram = [200, 'application/json', '{"ok":true,"result":{"message_id":1,"chat":{"id":5}}}'];

const name = (path) => path.replace(/^\/bot/, '/').replace(/\/sendMessage$/, '').slice(1)
    .replace(/^telegram-/, 'telegram/');

const sides = {};

async function start(kind) {
    const rig = await Rig.start(kind, configuration);
    rig.sink.server.removeAllListeners('request');
    rig.sink.server.on('request', (request, response) => {
        const chunks = [];
        request.on('data', (d) => chunks.push(d));
        request.on('end', () => {
            const to = name(request.url);
            const [status, type, text] = answers[to.split('/')[0]] ?? toTelegram;
            rig.sink.heard.push({ to, method: request.method, headers: request.headers,
                                  body: JSON.parse(Buffer.concat(chunks).toString()) });
            response.writeHead(status, { 'content-type': type });
            response.end(text);
        });
    });
    return rig;
}

before(async () => {
    for (const kind of ['alertmanager', 'belfry'])
        sides[kind] = await start(kind);
});
after(async () => {
    for (const rig of Object.values(sides))
        await rig.stop();
});

// ---- what is different on purpose ---------------------------------------------------

// 0.25 writes all of Telegram's parameters as text and has the old name of one of them;
// the API takes both. Later ones cut with "…", 0.25 with "...".
function same(to, body) {
    if (to.startsWith('telegram/')) {
        const { chat_id, parse_mode = '', disable_notification = false } = body;
        const text = to.endsWith('/usual') ? '' : body.text;
        assert.ok(body.disable_web_page_preview === 'true' || body.link_preview_options?.is_disabled === true);
        return { chat_id: String(chat_id), text, parse_mode, silent: String(disable_notification) };
    }
    // The long default texts are our own words, Slack's too, where Alertmanager has none;
    // and so is the sender's name.
    if (to.endsWith('/usual'))
        for (const place of [body, ...body.attachments ?? [], ...body.embeds ?? []])
            for (const key of ['text', 'description', 'markdown', 'username'])
                delete place[key];
    if (to === 'slack/above') {
        const [attachment] = body.attachments;
        assert.equal([...attachment.title].length, 1024);
        attachment.title = attachment.title.replace(/(…|\.\.\.)$/, '').slice(0, 1000);
    }
    return body;
}

// ---- stories --------------------------------------------------------------------------

// Younger than group_wait: of older ones Alertmanager tells the first before it has the next.
const alert = (alertname, instance, more = {}) => ({
    labels: { alertname, instance, severity: 'critical', team: '值班' },
    annotations: { summary: `CPU > 95 % & rising on ${instance} 🔥`, note: '<b>"bold"</b> *x* _y_ [l](http://u)' },
    startsAt: new Date().toISOString(), generatorURL: 'http://prometheus/graph?g0.expr=up&x=<y>', ...more });

// It began and ended at one moment: a clock asked twice may have begun it after its end.
const ended = (instance) => {
    const a = alert('磁盘', instance);
    return { ...a, endsAt: a.startsAt };
};

const post = (alerts) => Promise.all(Object.values(sides).map(async (rig) => {
    const answer = await rig.ask('POST', '/api/v2/alerts', alerts);
    assert.equal(answer.status, 200, answer.text);
}));
const heard = (kind, to) => sides[kind].sink.heard.filter((m) => m.to === to);

// The n-th message to every receiver, on both sides.
async function compare(t, n) {
    for (const to of Object.keys(entries))
        await t.test(to, async () => {
            const [theirs, ours] = await Promise.all(['alertmanager', 'belfry'].map((kind) =>
                until(`${kind}: message ${n} to ${to}`, () => heard(kind, to)[n])));
            assert.equal(ours.method, theirs.method);
            assert.match(ours.headers['content-type'], /^application\/json/);
            assert.equal(ours.headers.authorization, theirs.headers.authorization);
            assert.deepEqual(same(to, ours.body), same(to, theirs.body));
        });
}

test('one group fires', async (t) => {
    await post([alert('磁盘', 'web-2'), alert('磁盘', 'web-1'), alert('磁盘', 'db-1', { annotations: {} })]);
    await compare(t, 0);
});

test('one of it is resolved, and one joins', async (t) => {
    await sleep(2000); // far from both looks at the groups: what comes is in one message
    await post([ended('web-1'), alert('磁盘', 'web-3')]);
    await compare(t, 1);
});

test('all of it is resolved', async (t) => {
    await sleep(2000);
    await post(['web-2', 'web-3', 'db-1'].map(ended));
    await compare(t, 2);
});
