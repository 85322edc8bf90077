import { describe, expect, test } from 'vitest';

import { UserError } from '../../src/errors.ts';
import { type ColumnChoice, defaultTypeIn, findColumns } from '../../src/input/columns/columns.ts';
import type { UserIdType } from '../../src/input/words/user-id-type.ts';

const app = '66a1bb000000000000000001';
const user = (at: number): string => `65f0aa${String(at).padStart(18, '0')}`;

/** The type that is taken, or what is asked. */
function read(
  names: string[],
  sample: string[][],
  choice: ColumnChoice = {},
  defaults: { appIds: string[]; userIdType?: UserIdType } = { appIds: [app] },
): UserError | [column: string | undefined, type: UserIdType | undefined] {
  try {
    const columns = findColumns(names, choice, defaults, 'users.csv', sample);
    const type = defaults.userIdType ?? defaultTypeIn(columns, choice, 'users.csv', sample);
    return [names[columns.userId], type];
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function ask(...given: Parameters<typeof read>): UserError {
  const found = read(...given);
  if (found instanceof UserError) return found;
  throw new Error(`not asked: ${String(found)}`);
}

describe('a column of an unknown name, given by --user-id-column, is not read as any type', () => {
  test.each<[name: string, values: string[], looks: string, types: string[]]>([
    ['Ident', [user(1), user(2)], 'like 24 hexadecimal digits', ['user_id', 'external_id']],
    [
      'Kontakt',
      ['a@example.com', 'b@example.com', 'N/A'],
      'like email addresses, such as "a@',
      ['email', 'username'],
    ],
    ['Erreichbar', ['+49 170 1234567', '0170/7654321'], 'like phone numbers', ['phone', 'external_id']],
    ['联系方式', ['13800138000', '13900139000'], 'like phone numbers', ['phone', 'external_id']],
    ['personal_no', ['1001', '1002'], 'like numbers, such as "1001"', ['external_id', 'username']],
    ['Key', ['E1', '1002', 'X-3'], 'like numbers of employees or other codes', ['external_id', 'username']],
    ['Nachname', ['Muster', 'Beispiel'], 'like words or names', ['username']],
    [
      'Was',
      ['a@example.com', 'E17', user(1), 'Muster'],
      'like values of several forms',
      ['external_id', 'username'],
    ],
    ['Leer', ['', ''], '', ['external_id', 'username']],
  ])('%s', (name, values, looks, types) => {
    const sample = values.map((value) => ['D1', value]);
    const { message, ways } = ask(['Abteilung', name], sample, { userIdColumn: name });
    expect(message).toContain(
      `the name of the column "${name}" does not tell which type of user ID it holds.`,
    );
    expect(message).toContain(looks);
    expect(ways).toEqual(types.map((type) => ['--user-id-type', type]));
    for (const type of types as UserIdType[]) {
      expect(
        read(['Abteilung', name], sample, { userIdColumn: name }, { appIds: [app], userIdType: type }),
      ).toEqual([name, type]);
    }
  });

  test('most values are not all of them, and that is said', () => {
    const sample = [...Array(9).keys()].map((at) => [`u${at}@example.com`]).concat([['E1']]);
    expect(ask(['Kontakt'], sample, { userIdColumn: 'Kontakt' }).message).toContain(
      'Most of its values look like email addresses',
    );
  });

  test('a column of types says it, too', () => {
    const names = ['Nachname', 'user_id_type'];
    expect(read(names, [['Muster', 'username']], { userIdColumn: 'Nachname' })).toEqual([
      'Nachname',
      undefined,
    ]);
  });

  test('where it holds names, a column that tells one person from another comes first', () => {
    const names = [
      'Nachname',
      'Benutzername',
      'Telefon',
      'E-Mail-Adresse',
      'Personalnummer',
      'Benutzer-ID',
      'Abteilung',
    ];
    const sample = [['Muster', 'm.muster', '0170 1234567', 'm@example.com', '1001', user(1), 'D1']];
    expect(ask(names, sample, { userIdColumn: 'Nachname' }).ways).toEqual([
      ['--user-id-column', 'Benutzer-ID'],
      ['--user-id-column', 'Personalnummer', '--user-id-type', 'external_id'],
      ['--user-id-column', 'Personalnummer', '--user-id-type', 'username'],
      ['--user-id-column', 'E-Mail-Adresse'],
      ['--user-id-column', 'Telefon'],
      ['--user-id-column', 'Benutzername'],
    ]);
  });
});

describe('a header of which no name is known', () => {
  const names = ['Wer', 'Kontakt', 'Rufe', 'Abteilung', 'Rechte', 'Eintritt'];
  const sample = [1, 2].map((at) => [
    user(at),
    `u${at}@example.com`,
    `+49 170 123456${at}`,
    `D${at}`,
    at === 1 ? `${app};${user(9)}` : app,
    `2024-01-0${at}`,
  ]);

  test('is asked about with a command for each column that may name the users, the safest first', () => {
    const apps = ['--app-ids-column', 'Rechte'];
    expect(ask(names, sample, {}, { appIds: [] }).ways).toEqual([
      ['--user-id-column', 'Wer', '--user-id-type', 'user_id', ...apps],
      ['--user-id-column', 'Kontakt', '--user-id-type', 'email', ...apps],
      ['--user-id-column', 'Rufe', '--user-id-type', 'phone', ...apps],
    ]);
  });

  test('codes are proposed only where there is nothing better, and never words, dates and what repeats', () => {
    const rest = [
      ['Eintritt', 'Name', 'Nummer', 'Abteilung'],
      [
        ['2024-01-01', 'A', 'X1', 'D1'],
        ['2024-01-02', 'B', 'X2', 'D1'],
      ],
    ] as const;
    expect(
      ask(
        [...rest[0]],
        rest[1].map((row) => [...row]),
      ).ways,
    ).toEqual([
      ['--user-id-column', 'Nummer', '--user-id-type', 'external_id'],
      ['--user-id-column', 'Nummer', '--user-id-type', 'username'],
    ]);
  });

  test('where the first line is a user already, no command leaves that user out', () => {
    for (const first of [
      [user(1), app],
      ['a@example.com', 'x'],
      ['13800138000.0', 'phone'],
      ['1.3800138E10', 'phone'],
      ['+49 170 1234567', 'x'],
    ]) {
      const { message, hint, ways } = ask(first, [[user(2), app]], {}, { appIds: [] });
      expect(message).toContain('Columns found');
      expect(hint).toContain('has to stand above it');
      expect(ways).toEqual([]);
    }
  });
});

test.each<[what: string, rows: string[][], ways: string[][]]>([
  [
    'as there are fewer of them than of users',
    [1, 2, 3].map((at) => [user(at), app, `2026-11-0${at}`]),
    [['--user-id-column', 'Wer', '--user-id-type', 'user_id', '--app-ids-column', 'Was']],
  ],
  [
    'beside email addresses',
    [1, 2, 3].map((at) => [`u${at}@example.com`, app, `2026-11-0${at}`]),
    [['--user-id-column', 'Wer', '--user-id-type', 'email', '--app-ids-column', 'Was']],
  ],
  [
    'unless there are as many, as then each may be either',
    [1, 2].map((at) => [user(at), user(at + 5), `2026-11-0${at}`]),
    [
      ['--user-id-column', 'Wer', '--user-id-type', 'user_id', '--app-ids-column', 'Was'],
      ['--user-id-column', 'Was', '--user-id-type', 'user_id', '--app-ids-column', 'Wer'],
    ],
  ],
  [
    'and a list of apps never',
    [1, 2].map((at) => [`E${at}`, `${user(at)};${user(at + 5)}`, `2026-11-0${at}`]),
    [
      ['--user-id-column', 'Wer', '--user-id-type', 'external_id', '--app-ids-column', 'Was'],
      ['--user-id-column', 'Wer', '--user-id-type', 'username', '--app-ids-column', 'Was'],
    ],
  ],
])('a column of apps of an unknown name is not offered as the users, %s', (_, rows, ways) => {
  expect(ask(['Wer', 'Was', 'Wann'], rows, {}, { appIds: [] }).ways).toEqual(ways);
});

test('a flag with a name that is nearly a column’s is answered with that column', () => {
  const sample = [['1001', 'a@example.com']];
  expect(ask(['personal_no', 'Kontakt'], sample, { userIdColumn: 'personel_no' }).ways).toEqual([
    ['--user-id-column', 'personal_no', '--user-id-type', 'external_id'],
    ['--user-id-column', 'personal_no', '--user-id-type', 'username'],
  ]);
  expect(ask(['user_id', 'Rechte'], [], { appIdsColumn: 'Recht' }).ways).toEqual([
    ['--app-ids-column', 'Rechte'],
  ]);
});

const people = ['a@example.com', 'b@example.com', 'c@example.com'];

test.each<[what: string, header: string, cells: [string, string, string]]>([
  ['lists of names that repeat', 'Systems', ['Jira; Confluence', 'Jira', 'Wiki']],
  ['lists with a bar', 'Zugang', ['Jira|SAP HR', 'SAP HR', '']],
  ['lists of Chinese names', '系统', ['飞书；邮箱', '飞书', '钉钉']],
  ['lists on lines of a cell', 'Tools', ['Jira\nConfluence', 'Jira', 'Jira']],
  ['names under a name that says apps', 'Application names', ['Jira', 'Wiki', 'SAP']],
  ['the same in one word', 'app_names', ['Jira', 'Wiki', 'SAP']],
  ['names under 应用名称', '应用名称', ['飞书', '邮箱', '飞书']],
  ['names under Software', 'Software', ['Jira', 'Jira', 'Jira']],
  ['IDs of GenAuth', 'Rechte', [app, app, `${app};${user(9)}`]],
  ['IDs, whatever else looks like a list', 'Rechte', [app, app, app]],
])('a column of apps with %s is proposed before one list for all rows', (_, header, cells) => {
  const sample = people.map((person, at) => [person, cells[at] ?? '', ['Sales', 'HR', 'Sales'][at] ?? '']);
  const asked = ask(['Email', header, 'Department'], sample, {}, { appIds: [] });
  expect(asked.ways).toEqual([['--user-id-column', 'Email', '--app-ids-column', header]]);
  expect(asked.hint).toContain(`The column "${header}" seems to hold the apps`);
});

test.each<[what: string, header: string, cells: [string, string, string]]>([
  ['words', 'Location', ['Berlin', 'Paris', 'Berlin']],
  ['names with a comma', 'Name', ['Doe, Jane', 'Doe, John', 'Roe, Jane']],
  ['lists in which nothing repeats', 'Notes', ['asked; told', 'left', 'moved']],
  ['lists of addresses', 'Copies', ['x@example.com; y@example.com', 'x@example.com', '']],
  ['dates', 'App since', ['2026-01-01', '2026-01-02', '2026-01-01']],
  ['nothing', 'Applications used', ['', '', '']],
])('a column with %s is not taken for one of apps', (_, header, cells) => {
  const sample = people.map((person, at) => [person, cells[at] ?? '']);
  const asked = ask(['Email', header], sample, {}, { appIds: [] });
  expect(asked.ways.flat()).toContain('--app-ids');
  expect(asked.hint).not.toContain('seems to hold');
});

test('where two columns may hold the apps none is proposed', () => {
  const sample = people.map((person) => [person, 'Jira; Wiki', 'VPN; Wiki']);
  const asked = ask(['Email', 'Systems', 'Tools'], sample, {}, { appIds: [] });
  expect(asked.ways.flat()).toContain('--app-ids');
});
