import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

import { expect, onTestFinished, test } from 'vitest';

import { networkOptions, proxyFor } from '../src/settings/network.ts';
import { checkedHost } from '../src/settings/server-options.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { genauthOffboard, genauthOffboardProcess } from './command-line.ts';
import { localCertificate } from './genauth/certificates.ts';
import { simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const host = 'https://api.example.com';
const proxied = { HTTPS_PROXY: 'http://proxy.example:3128' };

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  [{ HTTPS_PROXY: 'http://one.example:3128' }, 'http://one.example:3128'],
  [{ HTTPS_PROXY: 'http://one.example:3128', https_proxy: 'http://two.example' }, 'http://two.example'],
  [{ HTTP_PROXY: 'http://one.example:3128' }, 'http://one.example:3128'],
  [{ HTTP_PROXY: 'http://one.example', HTTPS_PROXY: 'https://two.example:8443' }, 'https://two.example:8443'],
  [{ HTTPS_PROXY: 'one.example:3128' }, 'http://one.example:3128'],
  [{ HTTPS_PROXY: 'http://robot:fake-password@one.example:3128' }, 'http://one.example:3128'],
  [{ ALL_PROXY: 'socks5://one.example' }, undefined],
])('the proxy of %j is shown as %s', (environment, shown) => {
  expect(proxyFor(host, environment)?.shown).toBe(shown);
});

test.each([
  ['*', true],
  ['api.example.com', true],
  ['API.Example.COM', true],
  ['example.com', true],
  ['.example.com', true],
  ['*.example.com', true],
  ['other.example, example.com', true],
  ['other.example example.com', true],
  ['api.example.com:443', true],
  ['api.example.com:8443', false],
  ['ample.com', false],
  ['example.com.cn', false],
  ['localhost,127.0.0.1', false],
  ['', false],
])('NO_PROXY=%j goes around the proxy: %s', (noProxy, direct) => {
  expect(proxyFor(host, { ...proxied, NO_PROXY: noProxy }) === undefined).toBe(direct);
  expect(proxyFor(host, { ...proxied, no_proxy: noProxy }) === undefined).toBe(direct);
});

test.each([
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '10.0.0.0/99', false],
  ['https://[fd00::1]:8443', 'fd00::/8', true],
  ['https://[fd00::1]:8443', 'fd00::1', true],
  ['https://[fd00::1]:8443', '[fd00::1]:8443', true],
  ['https://[fd00::1]:8443', '[fd00::1]:443', false],
])('%s with NO_PROXY=%s goes around the proxy: %s', (address, noProxy, direct) => {
  expect(proxyFor(address, { ...proxied, NO_PROXY: noProxy }) === undefined).toBe(direct);
});

test.each([
  ['127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['127.0.0.2', 'http://127.0.0.2'],
  ['localhost:8787/base', 'http://localhost:8787/base'],
  ['[::1]:8787', 'http://[::1]:8787'],
  ['api.genauth.ai', 'https://api.genauth.ai'],
  ['api.genauth.ai:443/x', 'https://api.genauth.ai:443/x'],
  ['genauth', 'https://genauth'],
  ['10.1.2.3:8443', 'https://10.1.2.3:8443'],
  ['localhost.example.com', 'https://localhost.example.com'],
  ['[fd00::1]', 'https://[fd00::1]'],
])('of a host that is %s without a scheme the whole address is proposed', (given, whole) => {
  const refused = (() => {
    try {
      return checkedHost(given, '--host');
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toMatchObject({ hint: `Probably it is ${whole}.`, ways: [['--host', whole]] });
  expect(checkedHost(whole, '--host')).toBe(whole.replace(':443/', '/'));
});

test.each(['ftp://x', 'some words', 'user@host', 'host?x=1', 'mailto:a@b.example', '://x'])(
  'of %s no address can be made',
  (given) => {
    expect(() => checkedHost(given, '--host')).toThrow('--host takes an https address');
  },
);

test('what is not encrypted never goes through a proxy', () => {
  expect(
    proxyFor('http://127.0.0.1:8787', { HTTP_PROXY: 'http://proxy.example', ...proxied }),
  ).toBeUndefined();
});

test.each([
  'socks5://robot:fake-password@one.example',
  'http://',
  'ftp://one.example',
  'http://rob%ot:fake-password@one.example',
])('a proxy variable that holds %s is refused by its name, and its value is not shown', (value) => {
  expect(() => proxyFor(host, { HTTPS_PROXY: value })).toThrow(/^HTTPS_PROXY holds no address/);
  expect(() => proxyFor(host, { HTTPS_PROXY: value })).not.toThrow('fake-password');
});

test('a certificate file may hold several certificates, in text or one in binary form', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'ca.pem');
  const read = (content: string | Buffer): string | undefined => {
    writeFileSync(file, content);
    return networkOptions({ 'ca-file': file }, {}, host, () => {}).ca;
  };
  const { cert } = localCertificate;
  const count = (pem: string | undefined): number => pem?.match(/BEGIN CERTIFICATE/g)?.length ?? 0;
  expect(count(read(`# ours\n${cert}\n# theirs\n${cert}`))).toBe(2);
  expect(count(read(new X509Certificate(cert).raw))).toBe(1);
  expect(() => read('no certificate')).toThrow(`--ca-file: ${file} holds no certificate.`);
  expect(() => read(`${cert}${cert.replace('MIIB', 'MIIx')}`)).toThrow('damaged certificate, number 2');
  expect(() => networkOptions({ 'ca-file': `${file}.missing` }, {}, host, () => {})).toThrow(
    'cannot be read (ENOENT)',
  );
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** The simulator as https, with a certificate of our own. */
async function behindTls(server: Simulator): Promise<string> {
  const front = createTlsServer(localCertificate, (socket) => {
    const upstream = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.pipe(upstream).pipe(socket);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  return `https://localhost:${await listening(front)}`;
}

async function proxyServer(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const upstream = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  return { port: await listening(server), asked };
}

test('a run goes through the proxy to a server with a certificate of its own authority, and shows no password', async () => {
  const server = await simulator();
  const address = await behindTls(server);
  const proxy = await proxyServer();
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nuser-1,app-1\n');
  writeFileSync(path.join(cwd, 'ca.pem'), localCertificate.cert);
  const credentials = {
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
    GENAUTH_HOST: address,
  };
  const environment = { ...credentials, HTTPS_PROXY: `http://robot:fake-password@127.0.0.1:${proxy.port}` };
  const arguments_ = ['--yes', '--ca-file', 'ca.pem', '--log-level', 'trace'];
  const ended = await genauthOffboard(['run', 'leavers.csv', '--out', 'out', ...arguments_], {
    cwd,
    environment,
  });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain(
    `Going to ${address} through the proxy http://127.0.0.1:${proxy.port} (HTTPS_PROXY).`,
  );
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(address).host]));
  const resumed = await genauthOffboard(['resume', 'out', ...arguments_], { cwd, environment });
  expect(resumed.code).toBe(0);
  const out = path.join(cwd, 'out');
  const written = readdirSync(out).map((name) => readFileSync(path.join(out, name), 'latin1'));
  for (const text of [ended.stdout, ended.stderr, resumed.stdout, resumed.stderr, ...written]) {
    expect(text).not.toMatch(/fake-password|ZmFrZS1wYXNzd29yZA/);
    expect(text).not.toContain(server.accessKeySecret);
  }

  const around = await genauthOffboard(['run', 'leavers.csv', '--out', 'around', ...arguments_], {
    cwd,
    environment: { ...environment, HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'localhost' },
  });
  expect(around.code).toBe(0);
  const extra = await genauthOffboardProcess(['run', 'leavers.csv', '--out', 'extra', '--yes'], {
    cwd,
    environment: { ...credentials, NODE_EXTRA_CA_CERTS: path.join(cwd, 'ca.pem') },
  });
  expect(extra.code).toBe(0);
  const unknown = await genauthOffboard(['run', 'leavers.csv', '--out', 'unknown', '--yes'], {
    cwd,
    environment: credentials,
  });
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('--ca-file');
});

test('https to a port for http, and http to one for https, end with the command for the other', async () => {
  const server = await simulator();
  const plain = new URL(server.url).port;
  const tls = createTlsServer(localCertificate);
  const encrypted = await listening(tls);
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\na1,66a1bb000000000000000001\n');
  const environment = { GENAUTH_ACCESS_KEY_ID: 'key', GENAUTH_ACCESS_KEY_SECRET: 'secret' };
  const args = ['run', 'leavers.csv', '--yes', '--give-up-after', '500ms', '--host'];
  const hosts = [
    [`https://127.0.0.1:${plain}`, `http://127.0.0.1:${plain}`],
    [`http://127.0.0.1:${encrypted}`, `https://127.0.0.1:${encrypted}`],
  ] as const;
  for (const [host, other] of hosts) {
    const ran = await genauthOffboard([...args, host], { cwd, environment });
    expect(ran.stderr).toMatch(new RegExp(`this port is one for .*: try --host ${other}\n`));
    expect(ran.stderr).toMatch(new RegExp(`Should the host be wrong: .* --host=${other} `));
  }
});
