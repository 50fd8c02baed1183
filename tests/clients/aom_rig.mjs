// aom_rig.mjs - AOM's clients for tests: the vendor's SDK core, unmodified, with hand-made
// operations; and Terraform's HTTP layer written down request by request, with the statuses
// its resources take (contracts/huawei.md 4.2).
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account, Belfry } from './support.mjs';

// The core keeps a cache and a log below the home directory.
const home = mkdtempSync(join(tmpdir(), 'belfry-home-'));
process.env.HOME = home;
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
const load = createRequire(import.meta.url);
const core = load('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = load('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');
load('@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger').Logger4jInstance.level = 'off';

export const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
export const key = { id: 'HWTESTAK0000000000', secret: 'test-secret-key-0123456789' };
export const reader = { id: 'HWREADER0000000000', secret: 'reader-secret' };
export const nativeKey = 'test-native-key-of-ops-0123456789';

export const start = (more = {}) => Belfry.start({
    region: 'cn-north-4', activate_at_once: true,
    accounts: [account([
        { name: 'ops', password: 'pw', bearer: nativeKey, access_keys: [key],
          policies: ['full-access'] },
        { name: 'reader', access_keys: [reader], policies: ['read-only'] },
    ])],
    ...more });

// ---- the SDK ------------------------------------------------------------------------

class Client {
    constructor(hcClient) { this.hcClient = hcClient; }

    call(method, path, { vars = {}, query = {}, data, headers = {} } = {}) {
        return this.hcClient.sendRequest({
            method, url: path.replace(/^\/v(\d)\//, '/v$1/{project_id}/'),
            contentType: 'application/json', queryParams: query, pathParams: vars, headers,
            data: data ?? {} });
    }
}

// path: "/v2/alert/mute-rules"; the project is put behind the version.
export function client(belfry, k = key) {
    const credentials = new core.BasicCredentials()
        .withAk(k.id).withSk(k.secret).withProjectId(project);
    return new ClientBuilder((hc) => new Client(hc))
        .withCredential(credentials).withEndpoint(belfry.url).build();
}

// A list that came as a bare array, without what the SDK hangs on it.
export const list = (answer) => [...answer];

// What the SDK makes of a refusal: status, code and words must all be readable.
export async function refused(promise, status, code, words) {
    await assert.rejects(promise, (e) => {
        assert.equal(e.httpStatusCode, status, `${e.errorCode}: ${e.errorMsg} ${e}`);
        assert.equal(e.errorCode, code);
        assert.match(e.errorMsg, words);
        return true;
    });
}

// ---- Terraform ------------------------------------------------------------------------

// Go's encoder: no blanks, sorted keys, <, > and & escaped, a newline at the end.
export function goJson(value) {
    const sorted = (v) => Array.isArray(v) ? v.map(sorted)
        : v !== null && typeof v === 'object'
            ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : v;
    return JSON.stringify(sorted(value)).replace(/[<>&]/g, (c) =>
        `\\u00${c.charCodeAt(0).toString(16)}`) + '\n';
}

// Rule 2 of 3.4: each part of the path decoded once, and all but a few bytes encoded again.
const segment = (s) => encodeURIComponent(decodeURIComponent(s)).replace(/[!'()*]/g, (c) =>
    `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const hex = (text) => createHash('sha256').update(text).digest('hex');

// The headers of a request, signed: all that are given, and the time.
export function signedHeaders(method, path, text, { by = key, at = Date.now(), headers = {} } = {}) {
    const date = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
    const signed = { ...headers, 'x-sdk-date': date };
    const names = Object.keys(signed).sort();
    const [plain, search = ''] = path.split('?');
    const query = search.split('&').filter(Boolean).sort().map(
        (p) => p.includes('=') ? p : `${p}=`).join('&');
    const canonical = [method, `${plain.split('/').map(segment).join('/').replace(/\/$/, '')}/`, query,
                       ...names.map((n) => `${n}:${signed[n]}`), '', names.join(';'),
                       hex(text)].join('\n');
    const signature = createHmac('sha256', by.secret)
        .update(`SDK-HMAC-SHA256\n${date}\n${hex(canonical)}`).digest('hex');
    return { ...signed, Authorization: `SDK-HMAC-SHA256 Access=${by.id}, SignedHeaders=${
        names.join(';')}, Signature=${signature}` };
}

// accept;content-type;user-agent;x-sdk-date are signed; the project's header is put on
// behind that (3.4).
export function terraform(belfry, takes) {
    return async (method, path, body, more = {}) => {
        const text = body === undefined ? '' : goJson(body);
        const headers = { accept: 'application/json', 'content-type': 'application/json',
                          'user-agent': 'terraform-provider-huaweicloud',
                          ...Object.fromEntries(Object.entries(more).map(
                              ([k, v]) => [k.toLowerCase(), v])) };
        const answer = await fetch(belfry.url + path, {
            method, body: text || undefined,
            headers: { ...signedHeaders(method, path, text, { headers }), 'X-Project-Id': project } });
        const got = await answer.text();
        const ok = takes?.[method] ?? { GET: [200], POST: [200, 201, 202],
                                        PUT: [200, 201, 202], DELETE: [200, 202, 204] }[method];
        return { status: answer.status, ok: ok.includes(answer.status),
                 body: got ? JSON.parse(got) : undefined, text: got };
    };
}
