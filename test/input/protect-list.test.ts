import { writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { UserError } from '../../src/errors.ts';
import { prove } from '../../src/files/proven-file.ts';
import { readProtectList, type ProtectedId } from '../../src/input/protect-list.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { encode, withMark } from './encode.ts';

async function read(text: string | Buffer): Promise<ProtectedId[]> {
  const file = path.join(temporaryFolder(), 'vips.txt');
  writeFileSync(file, text);
  return readProtectList(await prove(file), 'vips.txt');
}

test('a list has an ID on each line, with or without its type', async () => {
  const text = [
    '\uFEFF# Break-glass accounts',
    'Admin@example.com',
    '',
    '13800138000 , Phone',
    '  HR-0001  ,external_id',
    'auth0|5f7c,username',
    '# the end',
  ].join('\r\n');
  expect(await read(text)).toEqual([
    { line: 2, id: 'Admin@example.com', userIdType: undefined },
    { line: 4, id: '13800138000', userIdType: 'phone' },
    { line: 5, id: 'HR-0001', userIdType: 'external_id' },
    { line: 6, id: 'auth0|5f7c', userIdType: 'username' },
  ]);
});

test('a table can give all IDs of a person in one line, and other columns are passed over', async () => {
  const text = 'Name,user_id,Email,手机号\nAda,65f0,ada@example.com,13800138000\nBob,,bob@example.com,\n';
  expect(await read(text)).toEqual([
    { line: 2, id: '65f0', userIdType: undefined },
    { line: 2, id: 'ada@example.com', userIdType: 'email' },
    { line: 2, id: '13800138000', userIdType: 'phone' },
    { line: 3, id: 'bob@example.com', userIdType: 'email' },
  ]);
});

test.each(['utf-16le', 'gb18030'] as const)('a list in %s is read as it was written', async (encoding) => {
  const text = '姓名,手机号,用户名\r\n王样本,13800138000,王测试\r\n';
  expect(await read(withMark(encode(text, encoding), encoding))).toEqual([
    { line: 2, id: '13800138000', userIdType: 'phone' },
    { line: 2, id: '王测试', userIdType: 'username' },
  ]);
  const unmarked = read(encode('# IDs\r\n王测试\r\n', encoding));
  await expect(unmarked).rejects.toThrow(UserError);
});

test('a table in the form of the input is read like one', async () => {
  expect(await read('user_id,user_id_type\nu1,\nroot,username\n')).toEqual([
    { line: 2, id: 'u1', userIdType: undefined },
    { line: 3, id: 'root', userIdType: 'username' },
  ]);
});

test.each<[string, string, RegExp]>([
  ['an empty file', '', /names nobody/],
  ['comments only', '# nobody yet\n\n', /names nobody/],
  ['a header without lines', 'user_id,email\n', /names nobody/],
  ['a word that is no type', 'u1\nu2,admin\n', /line 2: "admin" is no user ID type/],
  ['the type in front', 'u1\nemail,admin@example.com\n', /line 2: "admin@example.com" is no user ID type/],
  ['the type in front of the first', 'email,admin@example.com\n', /line 1: the type belongs behind the ID/],
  ['a type glued to the ID', 'email:admin@example.com\n', /line 1: .* has its type in front/],
  ['two IDs in a line', 'a@example.com;b@example.com\n', /line 1: .* holds more than one value/],
  [
    'a name with the address',
    'Ada <ada@example.com>\n',
    /line 1: .* a name with the ID in <>; it is probably "ada@example.com"/,
  ],
  ['a pattern', '*@example.com\n', /line 1: .* is a pattern/],
  [
    'a number that a spreadsheet has damaged',
    '1.38E+10\n',
    /line 1: .* a number that a program has shortened/,
  ],
  ['an email without @', 'admin,email\n', /line 1: .* has no "@"/],
  ['a table line without any ID', 'name,email,phone\nAda,,\n', /line 2: there is no ID/],
  ['a third cell', 'u1\nu2,user_id,really\n', /line 2: there is more than an ID and its type/],
])('%s refuses the list, with the line and how to write it', async (_, text, message) => {
  const error = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
  expect((error as UserError).hint).toMatch(/an ID on each line|one ID on each line/i);
});

test('whatever the bytes, a list is read or refused in words', async () => {
  const text = fc.array(
    fc.constantFrom('admin', '@', 'x.org', ',', 'email', '"', '\n', '\r\n', '#', ' ', '\u200B', '1e+5'),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    text.map((parts) => Buffer.from(parts.join(''))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (list) => {
      const result = await read(list).catch((error: unknown) => error);
      expect(result instanceof UserError || (Array.isArray(result) && result.length > 0)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('columns that the input knows are known here, and one that only looks like IDs is refused', async () => {
  expect(await read('Work Email,UPN\nceo@example.com,ceo-upn@example.com\n')).toEqual([
    { line: 2, id: 'ceo@example.com', userIdType: 'email' },
    { line: 2, id: 'ceo-upn@example.com', userIdType: undefined },
  ]);
  await expect(read('user_id,Contact\n65f0,ceo@example.com\n')).rejects.toThrow('"Contact" holds an ID');
});

test.each(['13800138001 phone', '13800138003 # the CEO', '123456789012345000'])(
  'a line that would protect nobody is refused: %s',
  async (line) => {
    await expect(read(`${line}\n`)).rejects.toThrow('line 1');
  },
);
