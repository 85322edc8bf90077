import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { resume, run, type Outcome } from '../src/index.ts';
import { httpReply, serve, tokenReply, type Script } from './genauth/scripted-server.ts';
import { readCsvFile, type ReportRow } from './read-report.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Runs so many users against a server that gives tokens and answers kicks as the script says. */
async function runAgainst(
  users: number,
  kick: Script,
  pace: { retries?: number; concurrency?: number; giveUpAfterMs?: number } = {},
): Promise<{ outcome: Outcome; rows: ReportRow[] }> {
  const server = await serve((socket, request, count) => {
    if (request.requestLine.includes('/get-management-token')) socket.write(tokenReply());
    else if (request.requestLine.startsWith('GET ')) socket.write(httpReply('', { status: 404 }));
    else kick(socket, request, count);
  });
  const cwd = temporaryFolder();
  const input = path.join(cwd, 'leavers.csv');
  const lines = Array.from({ length: users }, (_, index) => `user-${index},app-1`);
  writeFileSync(input, ['user_id,app_ids', ...lines].join('\n'));
  const folder = path.join(cwd, 'run');
  const outcome = await run(input, {
    folder,
    pace,
    server: { host: server.host },
    credentials: { accessKeyId: 'fake-key', accessKeySecret: 'fake-secret' },
  });
  return { outcome, rows: readCsvFile(folder, 'report.csv') };
}

function userOf(body: string): string {
  return (JSON.parse(body) as { userId: string }).userId;
}

test.each([400, 401, 403, 404, 405, 413, 418, 421])(
  'a page with HTTP %i of somebody on the way costs no row, however late it comes',
  async (status) => {
    const seen = new Set<string>();
    const { rows } = await runAgainst(20, (socket, { body }) => {
      const user = userOf(body);
      const isPage = seen.size % 5 === 4 && !seen.has(user);
      seen.add(user);
      const page = httpReply('<html>no</html>', { status, headers: { 'content-type': 'text/html' } });
      const kicked = { statusCode: 200, message: 'ok', requestId: `r-${user}`, data: { success: true } };
      socket.write(isPage ? page : httpReply(kicked));
    });
    expect(rows.filter((row) => row['status'] !== 'succeeded')).toEqual([]);
  },
);

test('a user for whom only pages came may be signed out: unknown, and not failed', async () => {
  const { rows } = await runAgainst(
    8,
    (socket, { body }) => {
      const user = userOf(body);
      const kicked = { statusCode: 200, message: 'ok', requestId: `r-${user}`, data: { success: true } };
      socket.write(user === 'user-5' ? httpReply('<html>', { status: 404 }) : httpReply(kicked));
    },
    { retries: 1, concurrency: 1, giveUpAfterMs: 2000 },
  );
  expect(rows.filter((row) => row['status'] !== 'succeeded')).toMatchObject([
    { user_id: 'user-5', status: 'unknown', status_code: '404' },
  ]);
}, 20_000);

test('every request ID that a reply gave stands in the report, through journal and all', async () => {
  const { rows } = await runAgainst(3, (socket, { body }) => {
    const user = userOf(body);
    const number = 738529527931269420n + BigInt(user.slice(-1));
    const headers = { 'x-request-id': `edge-${user}`, 'X-Request-ID': `origin ${user}]"` };
    socket.write(
      user === 'user-2'
        ? httpReply({ statusCode: 404, apiCode: 2004, error: { request_id: 'inner' } }, { headers })
        : httpReply(`{"statusCode":200,"requestId":${number},"data":{"success":true}}`, { headers }),
    );
  });
  expect(rows.map((row) => row['request_ids'])).toEqual([
    '738529527931269420;edge-user-0;origin user-0]"',
    '738529527931269421;edge-user-1;origin user-1]"',
    'inner;edge-user-2;origin user-2]"',
  ]);
});

test("a cached reply of the session before proves nothing to another call: the server's own word is asked for", async () => {
  const asked: string[] = [];
  let isSecond = false;
  const server = await serve((socket, request) => {
    if (request.requestLine.includes('/get-management-token')) return socket.write(tokenReply());
    if (request.requestLine.startsWith('GET ')) return socket.write(httpReply('', { status: 404 }));
    const user = userOf(request.body);
    const isCached = user === 'user-2' && !asked.includes(user);
    const fails = user === 'user-1' && !isSecond;
    asked.push(user);
    socket.write(
      httpReply({
        statusCode: fails ? 500 : 200,
        requestId: isCached ? 'r-user-0' : `r-${user}`,
        data: { success: !fails },
      }),
    );
  });
  const cwd = temporaryFolder();
  const input = path.join(cwd, 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nuser-0,app-1\nuser-1,app-1\nuser-2,app-1\n');
  const folder = path.join(cwd, 'run');
  const credentials = { accessKeyId: 'fake-key', accessKeySecret: 'fake-secret' };
  const stop = new AbortController();
  await run(input, {
    folder,
    credentials,
    server: { host: server.host },
    pace: { concurrency: 1 },
    stopSignal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'attempt' && event.call.userId === 'user-1') stop.abort();
    },
  });
  expect(asked).toEqual(['user-0', 'user-1']);
  isSecond = true;
  await resume(folder, { credentials });
  expect(asked.slice(2)).toEqual(['user-1', 'user-2', 'user-2']);
  const rows = readCsvFile(folder, 'report.csv').map((row) => [row['status'], row['request_ids']]);
  expect(rows).toEqual([
    ['succeeded', 'r-user-0'],
    ['succeeded', 'r-user-1;r-user-1'],
    ['succeeded', 'r-user-2'],
  ]);
});
