import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type LookupFunction } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readReply } from '../../src/genauth/reply.ts';
import type { Exchange } from '../../src/genauth/exchange.ts';
import { createTransport, type TransportOptions } from '../../src/genauth/transport.ts';
import { judge, mayHaveTakenEffect } from '../../src/genauth/verdict.ts';
import { localCertificate, otherCertificate } from './certificates.ts';
import { serveProxy } from './scripted-proxy.ts';
import { httpReply, kicked, serve, type Script } from './scripted-server.ts';

const headers = ['content-type', 'application/json', 'authorization', 'Bearer a-secret-token'];

function transportTo(host: string, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ host, connections: 4, timeoutMs: 5000, ...options });
  onTestFinished(() => transport.destroy());
  return transport;
}

async function postTo(host: string, options: Partial<TransportOptions> = {}): Promise<Exchange> {
  return transportTo(host, options).post('/api/v3/kick-users', headers, '{"userId":"u"}');
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A port where a connection is neither made nor refused. */
async function deafPort(address: string): Promise<number> {
  // Stopped, a process accepts nothing; what its queue cannot hold waits until the time to connect is up.
  const server = spawn(process.execPath, [
    '-e',
    `const s = require('node:net').createServer();
     s.listen({ port: 0, host: '${address}', backlog: 1 }, () => console.log(s.address().port));`,
  ]);
  onTestFinished(() => void server.kill('SIGKILL'));
  const [text] = (await once(server.stdout, 'data')) as [Buffer];
  const port = Number(String(text));
  server.kill('SIGSTOP');
  const queued = Array.from({ length: 4 }, () => connect(port, address).on('error', () => undefined));
  onTestFinished(() => queued.forEach((socket) => socket.destroy()));
  await Promise.all(queued.slice(0, 2).map((socket) => once(socket, 'connect')));
  return port;
}

const half = JSON.stringify(kicked).slice(0, 40);
const ok = httpReply(kicked);

const answered: [string, Script][] = [
  ['a reply in one piece', (socket) => socket.write(ok)],
  [
    'a reply byte by byte',
    (socket) => {
      const drip = (at: number): void => {
        if (at < ok.length) socket.write(ok.charAt(at), () => setImmediate(() => drip(at + 1)));
      };
      drip(0);
    },
  ],
  [
    'a chunked reply',
    (socket) => {
      const text = JSON.stringify(kicked);
      socket.write(
        `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n${text.slice(0, 5)}\r\n${(text.length - 5).toString(16)}\r\n${text.slice(5)}\r\n0\r\n\r\n`,
      );
    },
  ],
  [
    'a reply that ends with the connection',
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${JSON.stringify(kicked)}`),
  ],
  [
    'a reply after a Continue that was not asked for',
    (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok}`),
  ],
  [
    'a reply some time after two of them',
    (socket) => {
      socket.write('HTTP/1.0 100 Continue\r\nvia: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n');
      setTimeout(() => socket.write(ok), 20);
    },
  ],
  ['a reply after early hints', (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${ok}`)],
];

describe('a whole reply', () => {
  test.each(answered)('%s is answered', async (_name, script) => {
    const { host } = await serve(script);
    const exchange = await postTo(host);
    expect(exchange).toMatchObject({ delivery: 'answered', httpStatus: 200, body: JSON.stringify(kicked) });
    expect(exchange.errorCode).toBeUndefined();
    expect(judge(readReply(exchange))).toBe('succeeded');
  });

  test('in characters of several bytes is put together whole', async () => {
    const body = JSON.stringify({ statusCode: 404, message: '用户不存在😀'.repeat(50) });
    const { host } = await serve((socket) => {
      const bytes = Buffer.from(httpReply(body));
      const drip = (at: number): void => {
        if (at < bytes.length)
          socket.write(bytes.subarray(at, at + 7), () => setImmediate(() => drip(at + 7)));
      };
      drip(0);
    });
    expect((await postTo(host)).body).toBe(body);
  });

  const packings: [string, (text: string) => Buffer][] = [
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['deflate, gzip', (text) => gzipSync(deflateSync(text))],
    ['identity', (text) => Buffer.from(text)],
  ];

  /** A reply that is packed. @param sent how many of its bytes come before the connection ends. */
  function packed(coding: string, bytes: Buffer, sent = bytes.length): Script {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: ${coding}\r\ncontent-length: ${bytes.length}\r\n\r\n`;
    return (socket) => {
      socket.write(head);
      socket.write(bytes.subarray(0, sent));
      if (sent < bytes.length) socket.end();
    };
  }

  test.each(packings)(
    'that is packed as %s, though that was not asked for, is read',
    async (coding, pack) => {
      const { host } = await serve(packed(coding, pack(JSON.stringify(kicked))));
      const exchange = await postTo(host);
      expect(judge(readReply(exchange))).toBe('succeeded');
    },
  );

  test.each([
    ['zstd', Buffer.from('28b52ffd', 'hex')],
    ['gzip', Buffer.from('no gzip at all')],
    // Unpacked, it takes more than any reply of GenAuth's.
    ['gzip', gzipSync(JSON.stringify({ ...kicked, padding: 'x'.repeat(70_000) }))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
  ])(
    'that cannot be unpacked (%s) says nothing, and the message says how it was packed',
    async (coding, bytes) => {
      const { host } = await serve(packed(coding, bytes));
      const reply = readReply(await postTo(host));
      expect(judge(reply)).toBe('transient');
      expect(reply.message).toBe(`HTTP 200 is not in GenAuth's form (application/json, packed as ${coding})`);
    },
  );

  test.each(['gzip', 'deflate', 'br'])(
    'that is packed as %s and cut short keeps its request ID',
    async (coding) => {
      const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[coding] ?? gzipSync;
      // What cannot be packed further comes after the ID.
      const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251)).toString(
        'base64',
      );
      const bytes = pack(JSON.stringify({ requestId: 'req-9', noise }));
      const { host } = await serve(packed(coding, bytes, bytes.length - 100));
      expect(readReply(await postTo(host))).toMatchObject({ delivery: 'unanswered', requestIds: ['req-9'] });
    },
  );

  test('that redirects is not followed', async () => {
    const other = await serve((socket) => socket.write(ok));
    const { host } = await serve((socket) =>
      socket.write(httpReply('', { status: 307, headers: { location: other.host } })),
    );
    expect(await postTo(host)).toMatchObject({ delivery: 'answered', httpStatus: 307 });
    expect(other.requests).toStrictEqual([]);
  });
});

/** What undici throws for each, seen with real sockets: the table in the facts on undici, and more. */
const unanswered: [string, RegExp, Script][] = [
  ['a reset after the request', /^ECONNRESET$/, (socket) => socket.resetAndDestroy()],
  [
    'a reset inside the reply',
    /^(?:ECONNRESET|UND_ERR_SOCKET)$/,
    (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n${half}`, () => socket.resetAndDestroy()),
  ],
  ['an end without reply', /^UND_ERR_SOCKET$/, (socket) => socket.end()],
  [
    'an end inside a reply with a length',
    /^UND_ERR_SOCKET$/,
    (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n${half}`),
  ],
  [
    'an end inside a chunked reply',
    /^UND_ERR_SOCKET$/,
    (socket) => socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n50\r\n${half}`),
  ],
  [
    'an end inside a chunked reply on a connection to be closed',
    /^HTTPParserError$/,
    (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n50\r\n${half}`),
  ],
  [
    'an end inside a reply with a length on a connection to be closed',
    /^(?:UND_ERR_|HPE_)/,
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 90\r\n\r\n${half}`),
  ],
  [
    'a Continue that was not asked for, in pieces',
    /^CONTINUE_UNASKED$/,
    (socket) => {
      socket.write('HTTP/1.1 100 Con');
      setTimeout(() => socket.write(`tinue\r\n\r\n${ok}`), 20);
    },
  ],
  [
    'another protocol',
    /^UPGRADE_UNASKED$/,
    (socket) => socket.write('HTTP/1.1 101 Over\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
  ],
  ['garbage', /^(?:HPE_|HTTPParserError)/, (socket) => socket.write('220 mail.example ESMTP ready\r\n')],
  [
    'a head without end',
    /^UND_ERR_HEADERS_OVERFLOW$/,
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`),
  ],
  [
    'a reply of 10 MB',
    /^UND_ERR_RES_EXCEEDED_MAX_SIZE$/,
    (socket) => socket.write(httpReply(`"${'x'.repeat(10_000_000)}"`)),
  ],
  ['no reply', /^TIMEOUT$/, () => undefined],
  [
    'a reply that stalls',
    /^TIMEOUT$/,
    (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n${half}`),
  ],
];

describe('a request that was sent and not answered in full', () => {
  test.each(unanswered)('%s', async (_name, code, script) => {
    const { host } = await serve(script);
    // Only where nothing comes is the time to be up.
    const exchange = await postTo(host, { timeoutMs: code.test('TIMEOUT') ? 500 : 20_000 });
    expect(exchange).toMatchObject({ delivery: 'unanswered' });
    expect(exchange.errorCode).toMatch(code);
    const reply = readReply(exchange);
    expect(judge(reply)).toBe('transient');
    expect(mayHaveTakenEffect(reply, 'transient')).toBe(true);
    expect(reply.message).toMatch(/^[a-z].{12,} \(\w+\)$/);
    expect(reply.message).not.toContain('the exchange failed');
  });

  test('keeps what had come of it, the request IDs above all', async () => {
    const { host } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-request-id: req-9\r\ncontent-length: 90\r\n\r\n{"requestId":');
      setImmediate(() => socket.end('"req-8","statusCode":200'));
    });
    expect(readReply(await postTo(host))).toMatchObject({
      requestIds: ['req-8', 'req-9'],
      genauthForm: false,
    });
  });

  test('has no HTTP status when it was only announced', async () => {
    const { host } = await serve((socket) => socket.end('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'));
    const exchange = await postTo(host);
    expect(exchange).toMatchObject({ delivery: 'unanswered', errorCode: 'UND_ERR_SOCKET' });
    expect(exchange.httpStatus).toBeUndefined();
  });

  test('keeps what the head said', async () => {
    const { host } = await serve((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nx-request-id: req-9\r\ncontent-length: 90\r\n\r\n${half}`),
    );
    expect(readReply(await postTo(host))).toMatchObject({
      delivery: 'unanswered',
      httpStatus: 200,
      requestIds: ['req-9'],
      genauthForm: false,
    });
  });

  test('half a JSON that ends with the connection looks whole to HTTP, but is not in GenAuth form', async () => {
    const { host } = await serve((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${half}`),
    );
    const reply = readReply(await postTo(host));
    expect(reply).toMatchObject({ delivery: 'answered', genauthForm: false });
    expect(judge(reply)).toBe('transient');
    expect(mayHaveTakenEffect(reply, 'transient')).toBe(true);
  });
});

describe('a request that never left', () => {
  test('to a port where nobody listens', async () => {
    const exchange = await postTo(`http://127.0.0.1:${await closedPort()}`);
    expect(exchange).toMatchObject({ delivery: 'unsent', errorCode: 'ECONNREFUSED' });
  });

  test('to a name with several addresses, none of which answers', async () => {
    const exchange = await postTo(`http://localhost:${await closedPort()}`);
    expect(exchange).toMatchObject({ delivery: 'unsent', errorCode: 'ECONNREFUSED' });
  });

  test('to a server that takes no more connections', async () => {
    const port = await deafPort('127.0.0.1');
    const exchange = await postTo(`http://127.0.0.1:${port}`, { timeoutMs: 500 });
    expect(exchange.delivery).toBe('unsent');
    expect(exchange.errorCode).toMatch(/^(?:UND_ERR_CONNECT_TIMEOUT|TIMEOUT)$/);
    expect(judge(readReply(exchange))).toBe('transient');
  });

  test('to a name that does not exist', async () => {
    const exchange = await postTo('http://genauth.invalid', { timeoutMs: 20_000 });
    expect(exchange.delivery).toBe('unsent');
    expect(exchange.errorCode).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  });

  test('more at once than there are connections, all of them refused', async () => {
    const transport = transportTo(`http://127.0.0.1:${await closedPort()}`, { connections: 2 });
    const exchanges = await Promise.all(Array.from({ length: 20 }, () => transport.post('/', headers, '{}')));
    expect(new Set(exchanges.map(({ delivery }) => delivery))).toStrictEqual(new Set(['unsent']));
  });

  test('with a header that HTTP cannot carry', async () => {
    const { host, requests } = await serve((socket) => socket.write(ok));
    const exchange = await transportTo(host).post('/', ['authorization', 'a\nb'], '{}');
    expect(exchange).toMatchObject({ delivery: 'unsent', errorCode: 'UND_ERR_INVALID_ARG' });
    expect(requests).toStrictEqual([]);
  });

  test('as its time was up before a connection was free, and is not sent later either', async () => {
    let arrived: () => void = () => undefined;
    const firstArrived = new Promise<void>((resolve) => (arrived = resolve));
    const { host, requests } = await serve((socket, _request, count) => {
      if (count === 1) arrived();
      else socket.write(ok);
    });
    const transport = transportTo(host, { connections: 1, timeoutMs: 500 });
    const exchanging = [transport.post('/first', headers, '{}'), transport.post('/second', headers, '{}')];
    await firstArrived;
    // The time of both is up before the first gives its connection free.
    const busyUntil = performance.now() + 700;
    while (performance.now() < busyUntil);
    const exchanges = await Promise.all(exchanging);
    expect(exchanges.map(({ delivery, errorCode }) => [delivery, errorCode])).toStrictEqual([
      ['unanswered', 'TIMEOUT'],
      ['unsent', 'TIMEOUT'],
    ]);
    await transport.post('/third', headers, '{}');
    expect(requests.map(({ requestLine }) => requestLine.split(' ')[1])).toStrictEqual(['/first', '/third']);
  });
});

describe('the deadline', () => {
  test('is kept to within 100 ms, also by a reply that drips for longer', async () => {
    const { host } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
      const timer = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const transport = transportTo(host, { timeoutMs: 300 });
    const exchanges = await Promise.all([
      transport.post('/', headers, '{}'),
      transport.post('/', headers, '{}'),
    ]);
    for (const exchange of exchanges) {
      expect(exchange.errorCode).toBe('TIMEOUT');
      expect(exchange.durationMs).toBeGreaterThanOrEqual(300);
      expect(exchange.durationMs).toBeLessThan(400);
    }
  });

  test('does not throw away a reply that came in time while this process was busy', async () => {
    // The server is another process: it answers while this one is blocked.
    const server = spawn(process.execPath, [
      '-e',
      `const s = require('node:http').createServer((q, r) => q.on('end', () => r.end('{}')).resume());
       s.listen(0, '127.0.0.1', () => console.log(s.address().port));`,
    ]);
    onTestFinished(() => void server.kill());
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const transport = transportTo(`http://127.0.0.1:${String(port).trim()}`, { timeoutMs: 200 });
    await transport.post('/', headers, '{}');
    const pending = transport.post('/', headers, '{}');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const busyUntil = performance.now() + 400;
    while (performance.now() < busyUntil);
    expect(await pending).toMatchObject({ delivery: 'answered' });
  });
});

describe('connections', () => {
  test('are kept for the next request', async () => {
    const server = await serve((socket) => socket.write(ok));
    const transport = transportTo(server.host);
    for (let i = 0; i < 20; i += 1) await transport.post('/', headers, '{}');
    // A connection is free again one turn after its reply, so one that follows at once takes a second.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('are never more than asked for', async () => {
    const server = await serve((socket) => setImmediate(() => socket.write(ok)));
    const transport = transportTo(server.host, { connections: 3 });
    await Promise.all(Array.from({ length: 50 }, () => transport.post('/', headers, '{}')));
    expect(server.requests).toHaveLength(50);
    expect(server.connections()).toBe(3);
  });
});

describe('a name with several addresses', () => {
  const lookup: LookupFunction = (_name, _options, callback) =>
    callback(null, [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);

  test.each(['server', 'proxy'])(
    'gives each address a quarter of the time to connect, and not the quarter of a second that is usual (%s)',
    async (which) => {
      const deaf = await deafPort('127.0.0.2');
      const isProxy = which === 'proxy';
      const server = await serve(
        (socket) => socket.write(ok),
        isProxy ? localCertificate : undefined,
        isProxy ? 0 : deaf,
      );
      if (isProxy) await serveProxy(200, deaf);
      const exchange = await postTo(isProxy ? server.host : `http://many.example:${deaf}`, {
        timeoutMs: 4000,
        lookup,
        ...(isProxy ? { proxy: `http://many.example:${deaf}`, ca: localCertificate.cert } : {}),
      });
      expect(exchange).toMatchObject({ delivery: 'answered', httpStatus: 200 });
      expect(exchange.durationMs).toBeGreaterThan(900);
    },
  );
});

describe('the base address', () => {
  test.each(['', '/', '/genauth', '/genauth/'])('may end in %j', async (path) => {
    const { host, requests } = await serve((socket) => socket.write(ok));
    await postTo(host + path);
    const prefix = path.startsWith('/genauth') ? '/genauth' : '';
    expect(requests[0]?.requestLine).toBe(`POST ${prefix}/api/v3/kick-users HTTP/1.1`);
  });
});

describe('closing', () => {
  test('waits for what is in flight', async () => {
    const { host } = await serve((socket) => setTimeout(() => socket.write(ok), 50));
    const transport = transportTo(host);
    const pending = transport.post('/', headers, '{}');
    await transport.close();
    expect(await pending).toMatchObject({ delivery: 'answered' });
  });

  test('lets nothing more out', async () => {
    const { host, requests } = await serve((socket) => socket.write(ok));
    const transport = transportTo(host);
    await transport.close();
    expect(await transport.post('/', headers, '{}')).toMatchObject({
      delivery: 'unsent',
      errorCode: expect.stringMatching(/^UND_ERR_(?:CLOSED|DESTROYED)$/),
    });
    expect(requests).toStrictEqual([]);
  });

  test('by force ends what is in flight at once, each with its own outcome', async () => {
    let arrived: () => void = () => undefined;
    const bothArrived = new Promise<void>((resolve) => (arrived = resolve));
    const { host } = await serve((_socket, _request, count) => {
      if (count === 2) arrived();
    });
    const transport = transportTo(host, { connections: 2 });
    const pending = [1, 2, 3].map(() => transport.post('/', headers, '{}'));
    await bothArrived;
    await transport.destroy();
    const exchanges = await Promise.all(pending);
    expect(exchanges.map(({ delivery, errorCode }) => [delivery, errorCode])).toStrictEqual([
      ['unanswered', 'CLIENT_DESTROYED'],
      ['unanswered', 'CLIENT_DESTROYED'],
      ['unsent', 'CLIENT_DESTROYED'],
    ]);
  });

  test('may be done twice and in any order', async () => {
    const transport = transportTo('http://127.0.0.1:1');
    const closing = [transport.close(), transport.destroy(), transport.close(), transport.destroy()];
    await expect(Promise.all(closing)).resolves.toHaveLength(4);
    await expect(transport.close()).resolves.toBeUndefined();
  });
});

describe('TLS', () => {
  const script: Script = (socket) => socket.write(ok);

  test('a certificate of an unknown authority lets nothing out, and is fatal', async () => {
    const { host, requests } = await serve(script, localCertificate);
    const exchange = await postTo(host);
    expect(exchange).toMatchObject({ delivery: 'unsent', errorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(judge(readReply(exchange))).toBe('fatal');
    expect(requests).toStrictEqual([]);
  });

  test('a certificate that `ca` names is accepted', async () => {
    const { host } = await serve(script, localCertificate);
    expect(await postTo(host, { ca: localCertificate.cert })).toMatchObject({ delivery: 'answered' });
  });

  test('a certificate made out to another name is fatal, for each of several requests', async () => {
    const { host, requests } = await serve(script, otherCertificate);
    const transport = transportTo(host, { ca: otherCertificate.cert, connections: 4 });
    const exchanges = await Promise.all([1, 2, 3, 4].map(() => transport.post('/', headers, '{}')));
    for (const exchange of exchanges) {
      expect(exchange).toMatchObject({ delivery: 'unsent', errorCode: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      expect(judge(readReply(exchange))).toBe('fatal');
    }
    expect(requests).toStrictEqual([]);
  });

  test('a server that speaks plain HTTP gets nothing', async () => {
    const { host, requests } = await serve(script);
    const exchange = await postTo(host.replace('http:', 'https:'), { timeoutMs: 1000 });
    expect(exchange.delivery).toBe('unsent');
    expect(requests).toStrictEqual([]);
  });

  test('a port of http that answers is named as such', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const exchange = await postTo(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(exchange.delivery).toBe('unsent');
    expect(readReply(exchange).message).toContain('does not speak https on this port');
  });
});

describe('a proxy', () => {
  test('is gone through', async () => {
    const { host, port } = await serve((socket) => socket.write(ok), localCertificate);
    const proxy = await serveProxy();
    const exchange = await postTo(host, { ca: localCertificate.cert, proxy: proxy.url });
    expect(exchange).toMatchObject({ delivery: 'answered', httpStatus: 200 });
    expect(proxy.asked).toStrictEqual([`127.0.0.1:${port}`]);
  });

  test.each([
    ['http://robot:s3%40cret@', 'robot:s3@cret'],
    ['http://robot@', 'robot:'],
  ])('is given the user name and password of %s', async (start, login) => {
    const { host } = await serve((socket) => socket.write(ok), localCertificate);
    const proxy = await serveProxy();
    await postTo(host, { ca: localCertificate.cert, proxy: proxy.url.replace('http://', start) });
    expect(proxy.logins).toStrictEqual([`Basic ${Buffer.from(login).toString('base64')}`]);
  });

  test('reaches a server by its name, whose certificate must be for that name', async () => {
    const { port } = await serve((socket) => socket.write(ok), localCertificate);
    const proxy = await serveProxy();
    const options = { ca: localCertificate.cert, proxy: proxy.url };
    expect(await postTo(`https://localhost:${port}`, options)).toMatchObject({ delivery: 'answered' });
    const other = await serve((socket) => socket.write(ok), otherCertificate);
    const exchange = await postTo(`https://localhost:${other.port}`, {
      ...options,
      ca: otherCertificate.cert,
    });
    expect(exchange.delivery).toBe('unsent');
    expect(judge(readReply(exchange))).toBe('fatal');
  });

  test('changes nothing about the bounds: connections, size of a reply, time', async () => {
    const server = await serve((socket, _request, count) => {
      if (count <= 20) setImmediate(() => socket.write(ok));
      else if (count === 21) socket.write(httpReply(`"${'x'.repeat(10_000_000)}"`));
    }, localCertificate);
    const proxy = await serveProxy();
    const options = { ca: localCertificate.cert, proxy: proxy.url, connections: 3, timeoutMs: 2000 };
    const transport = transportTo(server.host, options);
    await Promise.all(Array.from({ length: 20 }, () => transport.post('/', headers, '{}')));
    expect(server.connections()).toBe(3);
    const huge = await transport.post('/', headers, '{}');
    expect(huge).toMatchObject({ delivery: 'unanswered', errorCode: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
    expect(await transport.post('/', headers, '{}')).toMatchObject({
      delivery: 'unanswered',
      errorCode: 'TIMEOUT',
    });
  });

  test.each([
    [407, 'PROXY_LOGIN'],
    [403, 'PROXY_REFUSED'],
    [502, 'PROXY_REFUSED'],
  ])('that refuses with %i lets nothing out', async (status, errorCode) => {
    const { host, requests } = await serve((socket) => socket.write(ok), localCertificate);
    const proxy = await serveProxy(status);
    const exchange = await postTo(host, { ca: localCertificate.cert, proxy: proxy.url });
    expect(exchange).toMatchObject({ delivery: 'unsent', errorCode });
    expect(requests).toStrictEqual([]);
  });

  test('that is not there lets nothing out', async () => {
    const { host } = await serve((socket) => socket.write(ok), localCertificate);
    const exchange = await postTo(host, { proxy: `http://127.0.0.1:${await closedPort()}` });
    expect(exchange).toMatchObject({ delivery: 'unsent', errorCode: 'ECONNREFUSED' });
  });
});
