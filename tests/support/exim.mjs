// exim.mjs - Debian's own mail server on loopback, with STARTTLS, implicit TLS and logins,
// configured by one file in a folder of the test. What it accepts lies in its inbox.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const logins = {
    PLAIN: `plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{ops}}{eq{$auth3}{secret}}}}
  server_set_id = $auth2`,
    LOGIN: `login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = "Username:: : Password::"
  server_condition = \${if and{{eq{$auth1}{ops}}{eq{$auth2}{secret}}}}
  server_set_id = $auth1`,
    'CRAM-MD5': `cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = \${if eq{$auth1}{ops}{secret}fail}
  server_set_id = $auth1`,
};

// Its login is ops, its password secret; only under TLS. nobody-here is no user of it,
// greylisted comes back later. A hundred deliveries wait for one inbox as long as it takes;
// for a lock file each would look ten times, 3 s apart, and send the mail back.
const config = (dir, user, port, implicit, pem, mechanisms) => `
exim_user = ${user}
exim_group = ${user === 'nobody' ? 'nogroup' : user}
spool_directory = ${dir}
log_file_path = ${dir}/%slog
log_selector = +smtp_connection
pid_file_path = ${dir}/pid
local_interfaces = <; [127.0.0.1]:${port} ; [127.0.0.1]:${implicit}
tls_on_connect_ports = ${implicit}
tls_advertise_hosts = *
tls_certificate = ${pem.cert}
tls_privatekey = ${pem.key}
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
host_lookup =
rfc1413_hosts =
primary_hostname = localhost
smtp_accept_queue_per_connection = 1000
keep_environment =

begin acl
rcpt:
  deny !encrypted = *
    message = 5.7.0 TLS first
  deny !authenticated = *
    message = 5.7.1 log in first
  deny local_parts = nobody-here
    message = 5.1.1 no such user
  defer local_parts = greylisted
    message = 4.7.1 come back later
  accept

begin routers
keep:
  driver = accept
  transport = keep

begin transports
keep:
  driver = appendfile
  file = ${dir}/inbox
  use_lockfile = false
  lock_fcntl_timeout = 1h
  user = ${user}
  envelope_to_add
  mode_fail_narrower = false

begin authenticators
${mechanisms.map((m) => logins[m]).join('\n')}
`;

function answers(port) {
    return new Promise((done) => {
        const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true); });
        socket.on('error', () => done(false));
    });
}

// pem: { cert, key } as files. Ports are free ones of the caller's.
export async function startExim(dir, [port, implicit], pem, mechanisms = Object.keys(logins)) {
    const root = process.getuid() === 0;
    const user = root ? 'nobody' : process.env.USER;
    mkdirSync(dir, { mode: 0o755, recursive: true });
    const own = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
    for (const part of ['cert', 'key']) {
        writeFileSync(own[part], readFileSync(pem[part]), { mode: 0o600 });
        if (root)
            chownSync(own[part], 65534, 65534);
    }
    if (root)
        chownSync(dir, 65534, 65534);
    const file = join(dir, 'exim.conf');
    writeFileSync(file, config(dir, user, port, implicit, own, mechanisms));
    chmodSync(file, 0o644);

    const child = spawn('/usr/sbin/exim4', ['-C', file, '-bdf', '-q1h'],
                        { stdio: ['ignore', 'inherit', 'inherit'] });
    const ended = new Promise((done) => child.on('close', done));
    const read = (name) => existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : '';
    for (let tries = 0; !await answers(port); tries++) {
        if (tries > 6000 || child.exitCode !== null)
            throw new Error(`exim does not start: ${read('paniclog')}${read('mainlog')}`);
        await new Promise((done) => setTimeout(done, 20));
    }
    return { port, implicit, log: () => read('mainlog'), inbox: () => read('inbox'),
             stop: () => { child.kill('SIGTERM'); return ended; } };
}
