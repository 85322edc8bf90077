import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';

import type { State } from '../../src/page/state.ts';
import { simulator } from '../start-simulator.ts';
import { ask, isStep, keyOf, openPage, refusalIn, surveyed, type OpenPage, type Tab } from './open-page.ts';

const app = '66a1bb000000000000000001';

async function connected(page: OpenPage): Promise<Tab> {
  const tab = await page.tab();
  await tab.send('POST', '/api/connection', keyOf(await simulator()));
  await tab.until(isStep('file'));
  return tab;
}

test('whoever has no session, another origin or another host name gets nothing, and changes nothing', async () => {
  const page = await openPage();
  const { cookie, at } = await page.tab();
  const host = `127.0.0.1:${page.port}`;
  const own = { host, cookie, origin: `http://${host}`, 'content-type': 'application/json' };
  const others: readonly (readonly [what: string, headers: Record<string, string>, status: number])[] = [
    ['no cookie', { ...own, cookie: '' }, 401],
    ['a made-up cookie', { ...own, cookie: `genauth-offboard-${page.port}=${'A'.repeat(43)}` }, 401],
    ['another origin', { ...own, origin: 'https://evil.example' }, 403],
    ['another port of this machine', { ...own, origin: 'http://127.0.0.1:1' }, 403],
    ['no origin at all', { host, cookie, 'content-type': 'application/json' }, 403],
    ['an opaque origin', { ...own, origin: 'null' }, 403],
    ['a name that leads here', { ...own, host: `rebound.example:${page.port}` }, 403],
    ['another name of this machine', { ...own, host: `localhost:${page.port}` }, 403],
    ['the page of another site', { ...own, 'sec-fetch-site': 'cross-site' }, 403],
    ['the page of another port', { ...own, 'sec-fetch-site': 'same-site' }, 403],
    ['a form', { ...own, 'content-type': 'text/plain' }, 415],
  ];
  for (const [what, headers, status] of others) {
    const answer = await ask(page.port, 'POST', at('/api/connection'), headers, { host: 'x' });
    expect([what, answer.status]).toEqual([what, status]);
    expect([what, refusalIn(answer).message]).not.toEqual([what, '']);
    if (status === 415) continue;
    const { origin: _, ...reading } = headers;
    const seen = await ask(page.port, 'GET', at('/api/runs'), what.includes('origin') ? headers : reading);
    const mayRead = ['no origin at all', 'another port of this machine'].includes(what);
    expect([what, seen.status]).toEqual([what, mayRead ? 200 : status]);
  }
  // What any other server of this machine is sent, as cookies know no ports.
  for (const place of ['/api/runs', `/api/${'A'.repeat(43)}/runs`]) {
    expect([place, (await ask(page.port, 'GET', place, own)).status]).toEqual([place, 401]);
    const shell = await ask(page.port, 'GET', '/', { host, cookie });
    expect(shell.text + JSON.stringify(shell.headers)).not.toContain(at('/api/').split('/')[2]);
  }
});

test('an address opens once; the terminal prints another one, which shuts out whoever used the first', async () => {
  const page = await openPage();
  const thief = await page.tab();
  await thief.until(isStep('connection'));
  const { pathname, search } = new URL(page.address);
  const host = `127.0.0.1:${page.port}`;
  const again = await ask(page.port, 'GET', pathname + search, { host });
  expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
  expect(again.text).toContain('Press Enter in the window in which genauth-offboard runs');
  // The browser that has the page just goes on.
  expect((await thief.get(pathname + search)).status).toBe(200);
  const tab = await page.tab(await page.newAddress());
  expect((await tab.get('/api/runs')).status).toBe(200);
  expect((await thief.get('/api/runs')).status).toBe(401);
  expect((await tab.get('/')).text).toContain('The page');
});

test('nothing is kept or framed, only the page’s own files are sent, and no inline script would run', async () => {
  const page = await openPage();
  const tab = await page.tab();
  for (const place of ['/', '/ui.js', '/api/runs', '/nothing']) {
    const { headers } = await tab.get(place);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toContain('unsafe-');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  expect(tab.cookie).toMatch(/^genauth-offboard-\d+=[\w-]{43}$/);
  const outside = [
    '/api.js',
    '/../package.json',
    '/..%2fpackage.json',
    '/server/server.js',
    '//evil.example/ui',
  ];
  for (const place of outside) expect([place, (await tab.get(place)).status]).toEqual([place, 404]);
  expect((await tab.get('http://[')).status).toBe(400);
});

test('only runs of the folder can be had, and of them only the files that are named', async () => {
  const page = await openPage();
  const tab = await page.tab();
  const outside = path.join(page.runsFolder, '..', path.basename(page.runsFolder));
  mkdirSync(path.join(page.runsFolder, 'no-run'));
  writeFileSync(path.join(page.runsFolder, 'no-run', 'report.csv'), 'x');
  symlinkSync(outside, path.join(page.runsFolder, 'link'));
  const names = ['no-run', 'link', '..', '.', '%2e%2e', '..%2f..', '%00', '%', 'nothing'];
  for (const name of names) {
    const status = async (place: string): Promise<number> => (await tab.get(place)).status;
    expect([name, await status(`/api/runs/${name}/files/report.csv`)]).toEqual([name, 404]);
    expect([name, await status(`/api/runs/${name}/files/folder.zip`)]).toEqual([name, 404]);
    const made = await tab.send('POST', `/api/runs/${name}/report`, {});
    expect([name, made.status]).toEqual([name, 404]);
  }
});

test('a download that breaks off does not pass for a whole one', async () => {
  const page = await openPage();
  const { cookie, at } = await page.tab();
  const folder = path.join(page.runsFolder, 'run');
  mkdirSync(folder);
  for (const name of ['run.json', 'a', 'b'])
    writeFileSync(path.join(folder, name), randomBytes(12 * 2 ** 20));
  const headers = { host: `127.0.0.1:${page.port}`, cookie };
  const place = { host: '127.0.0.1', port: page.port, path: at('/api/runs/run/files/folder.zip') };
  const end = await new Promise((resolve, reject) => {
    const request = get({ ...place, headers, agent: false }, (response) => {
      response.once('data', () => rmSync(folder, { recursive: true }));
      response.on('end', () => resolve('whole'));
      response.on('error', () => resolve('cut'));
    });
    request.on('error', reject);
  });
  expect(end).toBe('cut');
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of buffers that somebody holds. */
function kept(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

test('a file of any size goes straight to a private place, and is gone when another one takes its place', async () => {
  const page = await openPage();
  const tab = await connected(page);
  const [big, little] = ['big', 'little'].map((name) => `${name}-${randomUUID()}.csv`) as [string, string];
  const size = 96 * 2 ** 20;
  const chunk = Buffer.alloc(2 ** 20, 'external_id;app\n');
  const base = kept();
  let most = 0;
  function* chunks(): Generator<Buffer> {
    for (let at = 0; at < size; at += chunk.length) {
      if (at % (16 * chunk.length) === 0) most = Math.max(most, kept() - base);
      yield chunk;
    }
  }
  const answer = await tab.send('PUT', `/api/file?name=${big}`, Readable.from(chunks()));
  expect(answer.json()).toMatchObject({ step: 'plan', file: { name: big, size } });
  expect(most).toBeLessThan(size / 4);
  const isOwn = (name: string): boolean => existsSync(path.join(page.runsFolder, name, big));
  const folder = path.join(page.runsFolder, readdirSync(page.runsFolder).find(isOwn) ?? 'none');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(folder, big)).mode & 0o777).toBe(0o600);
  const small = Buffer.from(`external_id,app_ids\na-1,${app}\n`);
  await surveyed(tab, await tab.send('PUT', `/api/file?name=${little}`, small));
  page.stop();
  await page.ended;
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(page.runsFolder)).toEqual([]);
});

test('a file that arrives whole only after Ctrl-C is gone, too', async () => {
  const page = await openPage();
  const tab = await connected(page);
  const name = `${randomUUID()}.csv`;
  const rest = new AbortController();
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from('external_id,app_ids\n');
    await once(rest.signal, 'abort');
    yield Buffer.from(`a-1,${app}\n`);
  }
  const answer = tab.send('PUT', `/api/file?name=${name}`, Readable.from(chunks()));
  await tab.until((state) => state.step === 'file' && state.upload !== null);
  page.stop();
  await tab.until(({ isClosing }) => isClosing);
  rest.abort();
  expect(refusalIn(await answer).message).toBe(`${name} did not arrive whole.`);
  await page.ended;
  expect(readdirSync(page.runsFolder)).toEqual([]);
});

test('hostile names become names of files, and hostile cells stay what they are: text', async () => {
  const page = await openPage();
  const tab = await connected(page);
  const names: readonly (readonly [given: string, kept: string])[] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\hr\\leavers.csv', 'leavers.csv'],
    ['leavers\u202e\u0000\nvsc.csv', 'leavers___vsc.csv'],
    ['con.csv', '_con.csv'],
    ['-rf', 'rf'],
    ['...', 'input.csv'],
    ['<img src=x onerror=alert(1)>.csv', '_img src=x onerror=alert(1)_.csv'],
    ['离职名单.csv', '离职名单.csv'],
    [`${'x'.repeat(5000)}.csv`, `${'x'.repeat(100)}.csv`],
  ];
  const cell = '<script>alert("1")</script>\u202e=cmd|x';
  const file = Buffer.from(`external_id,app_ids\n"${cell.replaceAll('"', '""')}",${app}\n`);
  for (const [given, kept] of names) {
    const answer = await tab.send('PUT', `/api/file?name=${encodeURIComponent(given)}`, file);
    expect([given, (answer.json() as State & { file: unknown }).file]).toEqual([
      given,
      { name: kept, size: file.length },
    ]);
  }
  const state = await tab.until((each) => each.step === 'plan' && each.beginning !== null);
  expect(state).toMatchObject({ beginning: { records: [[cell, app]] } });
});

test('the key that is typed is nowhere: no file, no log, no answer, no word on the terminal', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  const wrong = { ...keyOf(server), accessKeySecret: 'wrong-secret-1234567890' };
  await tab.send('POST', '/api/connection', wrong);
  const refused = await tab.until((state) => state.step === 'connection' && state.refusal !== null);
  expect(JSON.stringify(refused)).not.toContain('wrong-secret');
  await tab.send('POST', '/api/connection', keyOf(server));
  await tab.until(isStep('file'));
  const rows = `external_id,app_ids\na-1,${app}\na-2,${app}\n`;
  await tab.send('PUT', '/api/file?name=a.csv', Buffer.from(rows));
  await tab.until((state) => state.step === 'plan' && state.survey.is === 'ready');
  await tab.send('POST', '/api/start', { users: '2' });
  await tab.until(isStep('report'));
  const files = readdirSync(page.runsFolder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(page.runsFolder, name))
    .filter((name) => statSync(name).isFile());
  expect(files.length).toBeGreaterThan(8);
  const all = [
    ...files.map((name) => readFileSync(name, 'latin1')),
    JSON.stringify(tab.events),
    page.printed(),
  ];
  for (const text of all) {
    expect(text).not.toContain(server.accessKeySecret);
    expect(text).not.toContain('wrong-secret');
  }
});
