// cms_rig.mjs - CloudMonitor's own clients for tests: parameters are named as on the wire
// ({ EventPattern: [{ Product: 'ecs', LevelList: ['WARN'] }] }), whatever the client.
import assert from 'node:assert/strict';
import cms from '@alicloud/cms20190101';
import pop from '@alicloud/pop-core';
import { flat } from './alibaba_sign.mjs';

export const upperUuid = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/;

const lowerFirst = (name) => (/^[A-Z]{2}/.test(name) ? name : name[0].toLowerCase() + name.slice(1));

// By the SDK's own table of names and types.
function sdkValue(type, value) {
    if (typeof type === 'function')
        return sdkRequest(type, value);
    if (type?.type === 'array')
        return value.map((item) => (item === null ? null : sdkValue(type.itemType, item)));
    return value;
}

function sdkRequest(Class, params) {
    const names = Object.fromEntries(Object.entries(Class.names()).map(([k, v]) => [v, k]));
    const types = Class.types();
    const fields = {};
    for (const [wire, value] of Object.entries(params)) {
        assert.ok(names[wire], `${Class.name} has no ${wire}`);
        fields[names[wire]] = sdkValue(types[names[wire]], value);
    }
    return new Class(fields);
}

// What an answer holds and its model does not know, or of another type: "Total: number".
export function unlike(Class, map, at = '') {
    const names = Object.fromEntries(Object.entries(Class.names()).map(([k, v]) => [v, k]));
    const types = Class.types();
    const wrong = [];
    const judge = (type, value, where) => {
        if (typeof type === 'function') {
            if (value === null || typeof value !== 'object' || Array.isArray(value))
                wrong.push(`${where}: no object`);
            else
                wrong.push(...unlike(type, value, `${where}.`));
        } else if (type?.type === 'array') {
            if (!Array.isArray(value))
                wrong.push(`${where}: no array`);
            else
                value.forEach((item, i) => judge(type.itemType, item, `${where}[${i}]`));
        } else if (typeof value !== type) {
            wrong.push(`${where}: ${typeof value}, not ${type}`);
        }
    };
    for (const [wire, value] of Object.entries(map)) {
        if (!names[wire])
            wrong.push(`${at}${wire}: not in the model`);
        else
            judge(types[names[wire]], value, at + wire);
    }
    return wrong;
}

export function sdk(belfry, key, signatureAlgorithm) {
    const client = new cms.default({
        accessKeyId: key.id, accessKeySecret: key.secret, securityToken: key.security_token,
        endpoint: belfry.host, protocol: 'HTTP', regionId: 'cn-hangzhou', signatureAlgorithm,
    });
    return async (action, params = {}) => {
        const response = await client[lowerFirst(action)](
            sdkRequest(cms[`${action}Request`], params));
        return response.body.toMap();
    };
}

export function popCore(belfry, key, method) {
    const client = new pop.RPCClient({
        accessKeyId: key.id, accessKeySecret: key.secret, securityToken: key.security_token,
        endpoint: belfry.url, apiVersion: '2019-01-01',
    });
    return (action, params = {}) => client.request(action, flat(params), { method })
        .then((body) => JSON.parse(JSON.stringify(body)));
}

export const connections = {
    'cms20190101 V3': (belfry, key) => sdk(belfry, key),
    'cms20190101 V1': (belfry, key) => sdk(belfry, key, 'v2'),
    'pop-core GET': (belfry, key) => popCore(belfry, key, 'GET'),
    'pop-core POST': (belfry, key) => popCore(belfry, key, 'POST'),
};

// What the client throws, with the Code and the words of our answer in it.
export async function refused(promise, code, words = '') {
    const error = await promise.then(
        (body) => assert.fail(`passed: ${JSON.stringify(body)}`), (e) => e);
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(words), error.message);
    return error;
}

// Code "200", a request id, and nothing that the SDK's model does not know.
// success: what Success has to be; null: the operation has none.
export function succeeded(action, body, success = true) {
    assert.match(body.RequestId, upperUuid);
    assert.equal(body.Code, '200');
    assert.equal(body.Success, success ?? undefined);
    const Class = cms[`${action}ResponseBody`];
    // Terraform reads an object where the SDKs read a list: both are answered.
    assert.deepEqual(unlike(Class, body).filter((w) => !/EventPattern\.(?!EventPattern)/.test(w)), []);
    return body;
}

// By our own API, with the bearer key of the test's configuration.
export async function ask(belfry, method, path, body) {
    const answer = await fetch(`${belfry.url}/api/belfry/v1${path}`, {
        method, body: body && JSON.stringify(body),
        headers: { authorization: 'Bearer admin-bearer-key', 'content-type': 'application/json' },
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
}
