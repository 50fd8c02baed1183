// authority.mjs - certificates of a test: an authority of its own, and what it signs,
// made anew each time with openssl; no key lies in the tree.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class Authority {
    constructor(dir, name = 'authority') {
        this.dir = dir;
        this.name = name;
        this.cert = join(dir, `${name}.pem`);
        this.key = join(dir, `${name}.key`);
        openssl('req', '-x509', ...curve, '-days', '30', '-subj', `/CN=${name}`,
                '-addext', 'basicConstraints=critical,CA:TRUE',
                '-keyout', this.key, '-out', this.cert);
    }

    // names: "DNS:localhost,IP:127.0.0.1". dates: [from, to] as openssl's ca writes them,
    // e.g. ['20200101000000Z', '20200201000000Z'].
    sign(name, names, dates = null) {
        const file = (end) => join(this.dir, `${name}.${end}`);
        openssl('req', '-new', ...curve, '-subj', `/CN=${name}`, '-keyout', file('key'),
                '-out', file('csr'));
        writeFileSync(file('ext'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
        if (dates === null) {
            openssl('x509', '-req', '-in', file('csr'), '-CA', this.cert, '-CAkey', this.key,
                    '-CAcreateserial', '-days', '30', '-extfile', file('ext'),
                    '-out', file('pem'));
        } else {
            writeFileSync(file('index'), '');
            writeFileSync(file('serial'), '1000\n');
            writeFileSync(file('cnf'), `[ca]\ndefault_ca=it\n[it]\ndatabase=${file('index')}\n` +
                `serial=${file('serial')}\nnew_certs_dir=${this.dir}\ndefault_md=sha256\n` +
                'policy=any\n[any]\ncommonName=supplied\n');
            openssl('ca', '-batch', '-notext', '-config', file('cnf'), '-cert', this.cert,
                    '-keyfile', this.key, '-startdate', dates[0], '-enddate', dates[1],
                    '-extfile', file('ext'), '-in', file('csr'), '-out', file('pem'));
        }
        return { cert: file('pem'), key: file('key'),
                 pem: { cert: readFileSync(file('pem')), key: readFileSync(file('key')) } };
    }
}

export function selfSigned(dir, name, names) {
    const cert = join(dir, `${name}.pem`), key = join(dir, `${name}.key`);
    openssl('req', '-x509', ...curve, '-days', '30', '-subj', `/CN=${name}`,
            '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert);
    return { cert, key, pem: { cert: readFileSync(cert), key: readFileSync(key) } };
}

export const past = ['20200101000000Z', '20200201000000Z'];
