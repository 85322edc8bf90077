import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { UserIdType } from '../../src/input/words/user-id-type.ts';
import { createProtectedUsers } from '../../src/survey/protected-users.ts';

function isProtected(
  [listed, listedType]: readonly [string, UserIdType?],
  userId: string,
  userIdType: UserIdType,
): boolean {
  const users = createProtectedUsers([{ line: 1, id: listed, userIdType: listedType }]);
  return users.find(userIdType, userId) !== undefined;
}

/** One character in another spelling that a person, a spreadsheet or a copy by mouse can leave in its place. */
const respelled = (char: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    char,
    char.toUpperCase(),
    char.toLowerCase(),
    // Full width.
    /^[!-~]$/.test(char) ? String.fromCodePoint(char.charCodeAt(0) + 0xfee0) : char,
    `\u200B${char}`,
    `${char}\u00AD`,
    ` ${char}`,
    `\u00A0${char}`,
    `${char}\u200E`,
    `\uFEFF${char}`,
  );

const spellingOf = (text: string): fc.Arbitrary<string> =>
  fc.tuple(...Array.from(text, respelled)).map((chars) => chars.join(''));

const ids = fc.constantFrom(
  'admin@example.com',
  '65f0aa000000000000000001',
  'break.glass-01',
  'HR-0001',
  'lark:ou_1',
  'straße',
);

test('no spelling of a protected ID slips past, in the file or in the list', () => {
  fc.assert(
    fc.property(
      ids.chain((id) => fc.tuple(spellingOf(id), spellingOf(id))),
      fc.constantFrom<UserIdType>('user_id', 'email', 'username', 'external_id', 'custom_field'),
      fc.boolean(),
      ([listed, userId], type, isTyped) => {
        expect(isProtected(isTyped ? [listed, type] : [listed], userId, type)).toBe(true);
      },
    ),
  );
});

const phoneSpelling = fc
  .tuple(
    fc.constantFrom('', '+86', '0086', '86', '+86 ', '(+86)', '+ 86-', '0', '00 86 (0)'),
    fc.constantFrom(
      '13800138000',
      '138 0013 8000',
      '138-0013-8000',
      '138.0013.8000',
      '１３８００１３８０００',
    ),
    fc.constantFrom('', '\u200B', '\u00A0', ' '),
  )
  .map((parts) => parts.join(''));

test('a phone is the same with and without its country prefix, however it is written', () => {
  fc.assert(
    fc.property(phoneSpelling, phoneSpelling, fc.boolean(), (listed, userId, isTyped) => {
      expect(isProtected(isTyped ? [listed, 'phone'] : [listed], userId, 'phone')).toBe(true);
    }),
  );
});

test.each<[readonly [string, UserIdType?], string, UserIdType]>([
  [['13800138000'], '13800138001', 'phone'],
  [['13800138000', 'email'], '13800138000', 'phone'],
  [['1001', 'external_id'], '1001', 'username'],
  // Ends alike, and is no phone number with another prefix.
  [['13800138000'], '000000000000013800138000', 'user_id'],
  [['5550100'], '100000005550100', 'phone'],
  [['1380013', 'phone'], '13800138000', 'phone'],
  [['admin@example.com'], 'admin@example.org', 'email'],
  [['admin@example.com'], 'admin2@example.com', 'email'],
])('%j does not protect %s as %s', (listed, userId, userIdType) => {
  expect(isProtected(listed, userId, userIdType)).toBe(false);
});

test('different phone numbers of one country are hardly ever taken for one', () => {
  const listed = Array.from({ length: 20 }, (_, index) => ({
    line: index + 1,
    id: `+86138${String(index * 4_999_999).padStart(8, '0')}`,
    userIdType: undefined,
  }));
  const users = createProtectedUsers(listed);
  const others = Array.from({ length: 20_000 }, (_, index) => `139${String(index * 4993).padStart(8, '0')}`);
  expect(others.filter((phone) => users.find('phone', phone) !== undefined)).toEqual([]);
});

test('leading zeros that a spreadsheet took do not matter, but for IDs of 24 digits', () => {
  const users = createProtectedUsers([{ line: 1, id: '42', userIdType: undefined }]);
  expect(users.find('external_id', '00042')?.id).toBe('42');
  expect(users.find('user_id', '42'.padStart(24, '0'))).toBeUndefined();
});
