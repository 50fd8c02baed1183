// alibaba_sign.mjs - signing by hand, for the requests that no SDK would send:
// forged, stale, replayed, malformed, XML.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';

export const percent = (text) => encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const stamp = (ms = Date.now()) =>
    new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

const byBytes = ([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export const canonical = (params) => Object.entries(params).sort(byBytes)
    .map(([k, v]) => `${percent(k)}=${percent(v)}`).join('&');

// Members of lists and objects by their paths: { a: [{ b: 1 }] } is { 'a.1.b': '1' }.
export const flat = (value, name = '', out = {}) => {
    if (value !== null && typeof value === 'object')
        for (const [k, item] of Object.entries(value))
            flat(item, name ? `${name}.${Array.isArray(value) ? +k + 1 : k}` : k, out);
    else if (value !== null && value !== undefined)
        out[name] = `${value}`;
    return out;
};

export const stringToSign = (method, params) =>
    `${method}&%2F&${percent(canonical(params))}`;

// All parameters of a V1 request, signed.
export function v1(action, params, { key, method = 'GET', drop = [], token, ...more } = {}) {
    const all = {
        Action: action, Version: '2019-01-01', Format: 'JSON',
        AccessKeyId: key.id, SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0',
        SignatureNonce: randomUUID(), Timestamp: stamp(),
        ...(token ? { SecurityToken: token } : {}), ...params, ...more,
    };
    for (const name of drop)
        delete all[name];
    const Signature = createHmac('sha1', `${key.secret}&`)
        .update(stringToSign(method, all)).digest('base64');
    return drop.includes('Signature') ? all : { ...all, Signature };
}

// Headers of a V3 request, signed.
export function v3(host, action, params,
                   { key, method = 'POST', body = '', token, headers = {}, date, nonce } = {}) {
    const all = {
        host, 'x-acs-action': action, 'x-acs-version': '2019-01-01',
        'x-acs-date': date ?? stamp(), 'x-acs-signature-nonce': nonce ?? randomUUID(),
        'x-acs-content-sha256': createHash('sha256').update(body).digest('hex'),
        ...(token ? { 'x-acs-security-token': token, 'x-acs-accesskey-id': key.id } : {}),
        ...headers,
    };
    const names = Object.keys(all).sort();
    const canonicalRequest = [method, '/', canonical(params),
                              names.map((n) => `${n}:${all[n]}\n`).join(''),
                              names.join(';'), all['x-acs-content-sha256']].join('\n');
    const text = `ACS3-HMAC-SHA256\n${
        createHash('sha256').update(canonicalRequest).digest('hex')}`;
    const signature = createHmac('sha256', key.secret).update(text).digest('hex');
    return { ...all, Authorization: `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${
        names.join(';')},Signature=${signature}` };
}

// Sends exactly this; gives status, headers and the body, parsed if it is JSON.
export function send(host, { method = 'GET', query = '', headers = {}, body = '' } = {}) {
    const [hostname, port] = host.split(':');
    return new Promise((resolve, reject) => {
        const call = request({ hostname, port, method, path: query ? `/?${query}` : '/',
                               headers: { ...headers, 'Content-Length': Buffer.byteLength(body) } },
                             (answer) => {
            const pieces = [];
            answer.on('data', (bytes) => pieces.push(bytes));
            answer.on('end', () => {
                const text = Buffer.concat(pieces).toString();
                let json = null;
                if ((answer.headers['content-type'] ?? '').startsWith('application/json'))
                    json = JSON.parse(text);
                resolve({ status: answer.statusCode, headers: answer.headers, text, json });
            });
        });
        call.on('error', reject);
        call.end(body);
    });
}

export const sendV1 = (host, action, params, how) =>
    send(host, { method: how.method ?? 'GET', query: canonical(v1(action, params, how)) });

export const sendV3 = (host, action, params, how) =>
    send(host, { method: how.method ?? 'POST', query: canonical(params), body: how.body,
                 headers: v3(host, action, params, how) });
