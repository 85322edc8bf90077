import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowCheck } from '../../src/input/check-row.ts';
import type { Columns } from '../../src/input/columns/columns.ts';
import type { InvalidRow, Row, ValidRow } from '../../src/input/row.ts';
import { userIdTypes } from '../../src/input/words/user-id-type.ts';
import { noDefaults } from './read-all.ts';

const columns: Columns = { names: ['ID', 'Kind', 'Apps'], userId: 0, userIdType: 1, appIds: 2 };

function check(userId: string, type = '', apps = 'app-1', defaults = noDefaults): Row {
  return createRowCheck(columns, defaults)(7, [userId, type, apps]);
}

function problems(row: Row): string[] {
  return row.valid ? [] : row.problems.map(({ column, message }) => `${column}: ${message}`);
}

describe('a row that can be sent', () => {
  test('keeps its line and its cells as they are, and takes the spaces off the values only', () => {
    expect(check('  u-1 ', '  ', ' app-1 ')).toEqual({
      valid: true,
      line: 7,
      cells: ['  u-1 ', '  ', ' app-1 '],
      userId: 'u-1',
      writtenUserId: undefined,
      userIdType: 'user_id',
      appIds: ['app-1'],
      warnings: [],
    });
  });

  test('keeps an ID that looks like a number or true as text', () => {
    for (const userId of ['0013800138000', '1e5', 'true', '12345678901234567890']) {
      expect(check(userId, '', userId)).toMatchObject({ valid: true, userId, appIds: [userId] });
    }
  });

  test.each([
    ['user_id', 'user_id'],
    ['userId', 'user_id'],
    ['Email', 'email'],
    ['E-Mail', 'email'],
    ['External ID', 'external_id'],
    ['ＰＨＯＮＥ', 'phone'],
    ['user name', 'username'],
    ['Sync-Relation', 'sync_relation'],
  ])('understands the type %j as %s', (type, expected) => {
    expect(check('lark:ou@1', type)).toMatchObject({ valid: true, userIdType: expected });
  });

  test('takes the type and the apps given for all rows where its own cells are empty', () => {
    const defaults = { userIdType: 'external_id', appIds: ['app-8', 'app-9'] } as const;
    expect(check('u-1', '', '', defaults)).toMatchObject({
      userIdType: 'external_id',
      appIds: ['app-8', 'app-9'],
    });
    expect(check('u-1', 'phone', 'app-1', defaults)).toMatchObject({
      userIdType: 'phone',
      appIds: ['app-1'],
    });
    const onlyUserIds: Columns = { names: ['ID'], userId: 0, userIdType: undefined, appIds: undefined };
    expect(createRowCheck(onlyUserIds, defaults)(2, ['u-1'])).toMatchObject({
      valid: true,
      userIdType: 'external_id',
      appIds: ['app-8', 'app-9'],
    });
  });

  test.each([
    ['a;b|c,d e', ['a', 'b', 'c', 'd', 'e']],
    ['a\nb\r\nc\td', ['a', 'b', 'c', 'd']],
    ['a；b，c、d\u3000e', ['a', 'b', 'c', 'd', 'e']],
    ['; a ;; b ,', ['a', 'b']],
    ['a;b;a', ['a', 'b']],
    ['["a","b-c", " d "]', ['a', 'b-c', 'd']],
    ['["a","a",""]', ['a']],
  ])('reads the apps %j', (cell, expected) => {
    expect(check('u-1', '', cell)).toMatchObject({ valid: true, appIds: expected });
  });

  test('is sent with a warning when its type is custom_field, for which no form is documented', () => {
    const row = check('anything', 'custom_field');
    expect(row).toMatchObject({ valid: true, userIdType: 'custom_field' });
    expect(row.valid && row.warnings).toEqual([
      {
        line: 7,
        column: 'Kind',
        kind: 'custom_field',
        value: 'custom_field',
        message: 'GenAuth documents no form for custom_field; the user ID is sent as it is.',
      },
    ]);
  });
});

describe('a row that must not be sent', () => {
  test('says for each cell what it holds, what is wrong and what was expected', () => {
    const row = check(' ', 'passport', '[app-1]');
    expect(row).toEqual({
      valid: false,
      line: 7,
      cells: [' ', 'passport', '[app-1]'],
      userId: '',
      userIdType: 'passport',
      appIds: [],
      problems: [
        {
          line: 7,
          column: 'ID',
          kind: 'no_user_id',
          value: ' ',
          message: 'The user ID is empty; every row needs one.',
        },
        {
          line: 7,
          column: 'Kind',
          kind: 'unknown_type',
          value: 'passport',
          message:
            'This is no user ID type; expected one of user_id, phone, email, username, external_id, identity, sync_relation, custom_field.',
        },
        {
          line: 7,
          column: 'Apps',
          kind: 'bad_json',
          value: '[app-1]',
          message:
            'This begins like a JSON array and is not a JSON array of strings; expected one such as ["66a1bb000000000000000001"], or app IDs with ";" between them.',
        },
      ],
      repairs: [],
    });
  });

  test.each([[''], [' '], [';,|'], ['[]']])('names no app in %j', (cell) => {
    expect(problems(check('u-1', '', cell))).toEqual([
      'Apps: No app is named; expected app IDs here, or --app-ids for all rows.',
    ]);
  });

  test.each([['[1]'], ['["a",null]'], ['[["a"]]'], ["['a']"], ['["a"'], ['["a"] b']])(
    'has apps that begin like JSON and are none: %j',
    (cell) => {
      expect(problems(check('u-1', '', cell))[0]).toMatch(/^Apps: This begins like a JSON array/);
    },
  );

  test.each([
    ['u\t1', 'TAB (U+0009)'],
    ['\tu1', 'TAB (U+0009)'],
    ['u1\t ', 'TAB (U+0009)'],
    ['u\n1', 'line feed (U+000A)'],
    ['u\u0000', 'NUL (U+0000)'],
    ['u\u007f', 'U+007F'],
    ['u\u009b31m', 'U+009B'],
  ])('has a control character in the user ID %j', (userId, shown) => {
    expect(problems(check(userId))).toEqual([
      `ID: The user ID holds the control character ${shown}; expected text without any.`,
    ]);
  });

  test.each([['a\u001b;b'], ['["a\\u001b"]']])('has a control character in an app ID: %j', (cell) => {
    expect(problems(check('u-1', '', cell))).toEqual([
      'Apps: An app ID holds the control character U+001B; expected text without any.',
    ]);
  });

  test('has half a character in an app ID, which cannot be sent', () => {
    expect(problems(check('u-1', '', '["a\\ud800"]'))).toHaveLength(1);
    expect(problems(check('u-1', '', '["\\ud83d\\ude00"]'))).toEqual([]);
  });

  test.each(['identity', 'sync_relation'])('has no two sides for the type %s', (type) => {
    for (const userId of ['ou_1', ':ou_1', 'lark:', ':']) {
      expect(problems(check(userId, type))).toEqual([
        `ID: The user ID is not in two parts; expected ${type === 'identity' ? '<extIdpId>' : '<provider>'}:<userIdInIdp>, since its type is ${type}.`,
      ]);
    }
    expect(problems(check('lark:ou:1', type))).toEqual([]);
  });

  test('has no @ for the type email, be it the type of all rows', () => {
    const expected = ['ID: The user ID has no "@"; expected an email address, since its type is email.'];
    expect(problems(check('u-1', 'email'))).toEqual(expected);
    expect(problems(check('u-1', '', 'app-1', { ...noDefaults, userIdType: 'email' }))).toEqual(expected);
  });

  test.each([
    [
      ['u-1', 'email'],
      'The record has 2 cells; expected 3, one for each column of the header, where at most the last may be missing, and neither user ID nor apps.',
      'u-1,email',
    ],
    [['', '', '', ' x'], 'The record has 4 cells; expected 3, one for each column of the header.', ',,, x'],
    [
      ['u-1'],
      'The record has 1 cell; expected 3, one for each column of the header, where at most the last may be missing, and neither user ID nor apps.',
      'u-1',
    ],
  ])('has the wrong number of cells: %j', (cells, message, value) => {
    const row = createRowCheck(columns, noDefaults)(9, cells);
    expect(!row.valid && row.problems).toEqual([
      { line: 9, column: '(row)', kind: 'cell_count', value, message },
    ]);
  });

  test('shows at most 100 characters of a cell and never half of one', () => {
    const row = check(`${'x'.repeat(98)}😀😀\u0000`);
    const value = row.valid ? '' : row.problems[0]!.value;
    expect(value).toBe(`${'x'.repeat(98)}…`);
  });
});

test('whatever the cells hold, a row is judged, quickly, and never both sent and faulty', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.json(),
    fc.constantFrom(...userIdTypes, '[', '["', 'a:b', '@', ' ', '\u0000'),
  );
  const index = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 5 }),
      fc.array(cell, { maxLength: 5 }),
      index,
      index,
      (cells, names, a, b) => {
        const row = createRowCheck({ names, userId: a, userIdType: b, appIds: undefined }, noDefaults)(
          1,
          cells,
        );
        const other = createRowCheck({ names, userId: a, userIdType: undefined, appIds: b }, noDefaults)(
          1,
          cells,
        );
        for (const judged of [row, other]) {
          expect(judged.cells === cells || cells.length !== names.length).toBe(true);
          expect(judged).toSatisfy(judged.valid ? canBeSent : saysWhy);
        }
      },
    ),
  );
});

test('a row is judged alike whatever rows came before it', () => {
  const apps = fc.oneof(
    fc.constantFrom('app-1', 'app-1;app-2', 'app-2, app-1;app-1', '', ' ; ', '["app-1"]', '["app-1", 5]'),
    fc.constantFrom('1.5E+10', '="app-1"', "'app-1", '1-Mar', 'app\u0000', 'app\u200b', '\ud800', '0012'),
    fc.string({ maxLength: 4 }),
    fc.constantFrom('a', 'b').map((letter) => Array(600).fill(`${letter}x`).join(';')),
  );
  const rows = fc.array(fc.tuple(fc.constantFrom('u-1', '', '1-Mar'), apps), { maxLength: 12 });
  const rules = fc.record({
    userIdType: fc.constant('user_id' as const),
    appIds: fc.constantFrom([], ['app-9']),
    allowDamagedIds: fc.boolean(),
  });
  fc.assert(
    fc.property(rows, rules, (cells, defaults) => {
      const check = createRowCheck(columns, defaults);
      for (const [userId, appsText] of [...cells, ...cells]) {
        const row = [userId, '', appsText];
        expect(check(3, row)).toEqual(createRowCheck(columns, defaults)(3, row));
      }
    }),
  );
});

function canBeSent(row: ValidRow): boolean {
  const apps = new Set(row.appIds);
  return row.userId !== '' && apps.size > 0 && apps.size === row.appIds.length && !apps.has('');
}

function saysWhy(row: InvalidRow): boolean {
  return row.problems.length > 0 && row.problems.every(({ value }) => value.length <= 100);
}

test('a cell of a million spaces is read to its end', () => {
  const cell = ` ${' '.repeat(1_000_000)}x${' '.repeat(1_000_000)}`;
  expect(check(cell, '', cell)).toMatchObject({ userId: 'x', appIds: ['x'] });
});
