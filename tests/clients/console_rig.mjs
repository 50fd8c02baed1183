// console_rig.mjs - a belfry with people, routes and a robot that can refuse, and a real
// browser (Debian's chromium) on its console. For the test and for doc/images.
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { startMailSink } from '../demo/sinks.mjs';
import { account, Belfry, until } from './support.mjs';

export const user = 'ops', password = 'correct horse battery';
const bearer = 'bk-console-test';
export const hostile = '<script>alert(1)</script>"\'& \u202Eevil\u202C 🦑𠜎';

export class Rig {
    static async start(more = {}) {
        const rig = new Rig();
        rig.mails = [];
        rig.robot = { keyword: false, got: [] };
        rig.sink = await startMailSink((m) => rig.mails.push(m));
        rig.server = createServer((req, res) => {
            let body = '';
            req.on('data', (d) => { body += d; });
            req.on('end', () => {
                rig.robot.got.push(body);
                res.setHeader('Content-Type', 'application/json');
                const wrong = rig.robot.keyword;
                res.end(JSON.stringify(req.url.startsWith('/open-apis/') ? { code: wrong ? 19024 : 0, msg: wrong ? 'Key Words Not Found' : 'success', data: {} }
                    : wrong ? { errcode: 310000, errmsg: 'keywords not in content' } : { errcode: 0, errmsg: 'ok' }));
            });
        });
        await new Promise((done) => rig.server.listen(0, '127.0.0.1', done));
        rig.robotUrl = `http://127.0.0.1:${rig.server.address().port}/robot/send?access_token=abcdefabcdefabcdef0123456789`;
        rig.belfry = await Belfry.start({
            smtp: { host: '127.0.0.1', port: rig.sink.port, from: 'belfry@example.com', tls: 'none' },
            deny_private_addresses: false,
            alertmanager: { account: 'default', auth: 'required' },
            accounts: [account([{ name: user, password, bearer, policies: ['full-access'] },
                                { name: 'reader', password: 'only looks', policies: ['read-only'] }])],
            ...more,
        });
        rig.browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
            args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-lcd-text', '--font-render-hinting=none'] });
        return rig;
    }

    async api(method, path, body, headers = {}) {
        const answer = await fetch(`${this.belfry.url}${this.belfry.config.route_prefix ?? ''}/api/belfry/v1/${path}`, { method,
            headers: { Authorization: `Bearer ${bearer}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers }, body: body && JSON.stringify(body) });
        const text = await answer.text();
        if (!answer.ok)
            throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : null;
    }

    async people() {
        await this.api('PUT', 'contacts/Alice', { lang: 'en', zone: 'Europe/Berlin', addresses: [{ channel: 'email', plain: 'alice@example.com' }, { channel: 'dingtalk', plain: this.robotUrl }] });
        await this.api('PUT', `contacts/${encodeURIComponent('张伟')}`, { lang: 'zh-cn', zone: 'Asia/Shanghai', addresses: [{ channel: 'email', plain: 'zhangwei@example.com' }] });
        await this.api('POST', 'contacts/Alice/addresses/email/confirm', {});
        await this.api('PUT', 'contact-groups/ops', { members: ['Alice', '张伟'] });
        await this.api('PUT', 'contact-groups/pay', { members: ['张伟'] });
        const times = { group_wait: '0s', group_interval: '1s', repeat_interval: '4h', group_by: ['alertname'] };
        await this.api('PUT', 'routes/ops', { matchers: [{ name: 'team', op: '=', value: 'ops' }], contact_groups: ['ops'], ...times });
        await this.api('PUT', 'routes/pay', { matchers: [{ name: 'team', op: '=', value: 'pay' }, { name: 'severity', op: '=', value: 'critical' }], contact_groups: ['pay'], ...times });
    }

    fire(...all) {
        return this.api('POST', 'alerts', { alerts: all.map(({ summary = '', ...labels }) => ({ labels, annotations: { summary }, starts_at: new Date(Date.now() - 300e3).toISOString(), ends_at: new Date(Date.now() + 3600e3).toISOString() })) });
    }

    // A page of somebody signed in, which remembers what the browser complained about.
    async open(path = '', { lang = 'en', theme = 'light', viewport = { width: 1280, height: 800 }, signedIn = true, url = this.belfry.url } = {}) {
        const context = await this.browser.newContext({ viewport, locale: lang === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' });
        context.setDefaultTimeout(120_000);
        const page = await context.newPage();
        page.complaints = [];
        page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) page.complaints.push(m.text()); });
        page.on('pageerror', (e) => page.complaints.push(String(e)));
        page.on('dialog', (d) => { page.complaints.push(`dialog ${d.message()}`); d.dismiss(); });
        await context.addInitScript(({ lang, theme }) => {
            addEventListener('securitypolicyviolation', (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));
            if (localStorage.getItem('belfry.lang')) return; // what was chosen here stays
            localStorage.setItem('belfry.lang', lang);
            localStorage.setItem('belfry.theme', theme);
        }, { lang, theme });
        if (signedIn) {
            if (!this.cookie) {
                const answer = await fetch(`${this.belfry.url}/api/belfry/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user, password }) });
                this.cookie = /belfry_session=([^;]+)/.exec(answer.headers.get('set-cookie'))[1];
            }
            await context.addCookies([{ name: 'belfry_session', value: this.cookie, domain: '127.0.0.1', path: '/api/belfry/v1', httpOnly: true, sameSite: 'Strict' }]);
        }
        await page.goto(`${url}/console/${path}`);
        await page.waitForSelector('h1');
        return page;
    }

    async stop() {
        await this.browser?.close();
        await this.belfry?.stop();
        this.server?.close();
        this.sink?.close();
    }
}
export { until };
