// signed.mjs - the two clouds' request signatures, as their clients make them.
import { createHash, createHmac, randomUUID } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g,
  (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());

function flatten(params, prefix = '', out = {}) {
  for (const [key, value] of Object.entries(params)) {
    const name = Array.isArray(params) ? `${prefix}${Number(key) + 1}` : `${prefix}${key}`;
    if (typeof value === 'object') flatten(value, `${name}.`, out);
    else out[name] = String(value);
  }
  return out;
}

// CloudMonitor, signature V3 (ACS3-HMAC-SHA256).
export async function cloudMonitor(base, key, action, params = {}) {
  const flat = flatten(params);
  const query = Object.keys(flat).sort().map((k) => `${encode(k)}=${encode(flat[k])}`).join('&');
  const headers = {
    host: new URL(base).host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2019-01-01',
  };
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', query, ...names.map((n) => `${n}:${headers[n]}`), '', names.join(';'),
    sha256('')].join('\n');
  const signature = createHmac('sha256', key.secret).update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`).digest('hex');
  headers.Authorization = `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${names.join(';')},Signature=${signature}`;
  const answer = await fetch(`${base}/${query ? '?' + query : ''}`, { method: 'POST', headers });
  return { status: answer.status, body: await answer.json() };
}

// Huawei Cloud (SDK-HMAC-SHA256).
export async function huawei(base, key, method, path, body) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = { 'content-type': 'application/json', 'x-sdk-date': date };
  const names = Object.keys(headers).sort();
  const uri = path.split('/').map((s) => encode(decodeURIComponent(s))).join('/') + '/';
  const canonical = [method, uri, '', ...names.map((n) => `${n}:${headers[n]}`), '', names.join(';'),
    sha256(text)].join('\n');
  const signature = createHmac('sha256', key.secret).update(`SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`).digest('hex');
  headers.Authorization = `SDK-HMAC-SHA256 Access=${key.id}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const answer = await fetch(base + path, { method, headers, body: text || undefined });
  const reply = await answer.text();
  return { status: answer.status, body: reply ? JSON.parse(reply) : null };
}
