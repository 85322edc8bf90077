import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import type { ValidRow } from '../src/input/row.ts';
import { withoutValues } from '../src/report/without-values.ts';
import { genauthOffboard } from './command-line.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A GenAuth that names the people that it speaks about, and others. */
async function talkativeServer(answer: (kicks: number) => { apiCode: number; statusCode: number }) {
  let kicks = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { userId?: string };
      const isToken = request.url?.endsWith('get-management-token');
      if (!isToken) kicks += 1;
      const message = `No: ${body.userId}, Ada Leaver <ada.leaver@example.com>, +86 138 0013 8000, like bob@example.org`;
      const content = isToken
        ? { statusCode: 200, data: { access_token: 'x.y.z', expires_in: 7200 } }
        : {
            ...answer(kicks),
            message,
            requestId:
              kicks === 1
                ? 'of.ada@example.com'
                : `11111111-2222-4333-9444-${String(kicks).padStart(12, '0')}`,
          };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const personal = ['ada', 'leaver@', 'example.', '8000', 'a.leaver', 'hr-0001', 'bob'];

test('neither run.log at any level nor summary.json names anybody, whatever the server says', async () => {
  const cwd = temporaryFolder();
  const host = await talkativeServer((kicks) =>
    kicks < 5 ? { statusCode: 404, apiCode: 2004 } : { statusCode: 400, apiCode: 1303 },
  );
  const rows = ['a.leaver,username', 'HR-0001,external_id', '13800138000,phone'].map(
    (user) => `${user},app-1,Ada Leaver`,
  );
  const damaged = ['1.38001E+10,phone,app-1,Ada Leaver', '"ada.leaver@example.com ,",email,app-1,Ada'];
  const more = Array.from({ length: 5 }, (_, index) => `user-${index},user_id,app-1,Ada Leaver`);
  writeFileSync(
    path.join(cwd, 'list.csv'),
    ['user_id,user_id_type,app_ids,name', ...rows, ...damaged, ...more].join('\n'),
  );
  const args = ['run', 'list.csv', '--yes', '--skip-invalid', '--out', 'out', '--log-level', 'trace'];
  const environment = {
    GENAUTH_HOST: host,
    GENAUTH_ACCESS_KEY_ID: 'fake-key',
    GENAUTH_ACCESS_KEY_SECRET: 'fake-secret',
  };
  const ended = await genauthOffboard([...args, '--concurrency', '1'], { cwd, environment });
  expect(ended.code).toBe(4);
  const read = (file: string): string => readFileSync(path.join(cwd, 'out', file), 'utf8').toLowerCase();
  expect(read('report.csv')).toContain('ada.leaver@example.com');
  for (const file of ['run.log', 'summary.json']) {
    expect(personal.filter((text) => read(file).includes(text))).toEqual([]);
  }
  // The codes are there, and so are IDs of the usual form.
  expect(read('run.log')).toMatch(/"reason":"fatal","httpstatus":200,"statuscode":400,"apicode":1303/);
  expect(read('run.log')).toMatch(/"requestids":\["[0-9a-f-]{36}"\]/);
  expect(read('run.log')).toMatch(/"requestids":\[\]/);
  expect(read('summary.json')).toContain('"message": "no: ***, ***');
});

const row: ValidRow = {
  valid: true,
  line: 2,
  cells: ['A.Leaver', 'email', 'app-1', ' Ada (HR) ', 'x'],
  userId: 'a.leaver',
  userIdType: 'username',
  appIds: ['app-1'],
  warnings: [],
};

test.each([
  ['User A.LEAVER does not exist', 'User *** does not exist'],
  ['Ada (HR) is protected', '*** is protected'],
  ['The email eve@example.com is no user', 'The email *** is no user'],
  ['phone 138-0013-8000, +8613800138000', 'phone ***, ***'],
  ['ask 12345678-9012-4345-8678-901234567890@example.com', 'ask ***'],
  [
    'not of request 12345678-9012-4345-8678-901234567890',
    'not of request 12345678-9012-4345-8678-901234567890',
  ],
  ['code 2004 of app x, 50 apps, HTTP 429', 'code 2004 of app x, 50 apps, HTTP 429'],
])('of %j stays %j', (message, left) => {
  expect(withoutValues(message, row)).toBe(left);
});

test('a repair is somebody’s ID, and is left out', () => {
  const problem = {
    line: 2,
    column: 'user_id',
    kind: 'damaged_id',
    value: '1.38E+10',
    message: 'The user ID is a number in scientific notation.',
    repair: 'a-repaired-id',
  } as const;
  const invalid = {
    valid: false,
    line: 2,
    cells: ['1.38E+10', 'app-1'],
    userId: '1.38E+10',
    userIdType: 'phone',
    appIds: [],
    problems: [problem],
    repairs: [],
  } as const;
  expect(withoutValues('user_id: ... Probably it was "a-repaired-id".', invalid as never)).toBe(
    'user_id: The user ID is a number in scientific notation.',
  );
});

test('no value of a row of four characters and more is left, whatever it holds', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (cells) => {
      const values = cells
        .map((cell) => cell.trim())
        .filter((cell) => cell.length >= 4 && !cell.includes('*'));
      const told = withoutValues(values.join('\n'), { ...row, cells: values });
      expect(told.split('\n').filter((line) => values.includes(line))).toEqual([]);
    }),
  );
});
