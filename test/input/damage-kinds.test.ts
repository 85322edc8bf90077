import { writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { IdKind } from '../../src/input/cell/damage.ts';
import { judgeCell } from '../../src/input/cell/judge-cell.ts';
import { createRowCheck } from '../../src/input/check-row.ts';
import type { Columns } from '../../src/input/columns/columns.ts';
import type { ProblemKind } from '../../src/input/words/problem-kinds.ts';
import { prove } from '../../src/files/proven-file.ts';
import { readProtectList } from '../../src/input/protect-list.ts';
import type { Row } from '../../src/input/row.ts';
import { userIdTypes, type UserIdType } from '../../src/input/words/user-id-type.ts';
import { createProtectedUsers } from '../../src/survey/protected-users.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { encode } from './encode.ts';
import { createDraw, goodId, goodIdMakers } from './many-good-ids.ts';
import { noDefaults } from './read-all.ts';

const columns: Columns = { names: ['ID', 'Type', 'Apps'], userId: 0, userIdType: 1, appIds: 2 };
const app = '66a1bb000000000000000001';
const types = userIdTypes.filter((type) => type !== 'custom_field');

function row(userId: string, type: UserIdType, apps = app): Row {
  return createRowCheck(columns, noDefaults)(2, [userId, type, apps]);
}

/** The kinds found in one column of a row that is not sent; none where it is sent. */
function refusals(judged: Row, column: string): string[] {
  return judged.valid ? [] : judged.problems.filter((each) => each.column === column).map(({ kind }) => kind);
}

/** The list refuses it, or protects whom it means all the same. */
async function isSafeOnList(
  folder: string,
  written: string,
  meant: string,
  type: UserIdType,
): Promise<boolean> {
  const file = path.join(folder, 'vips.csv');
  writeFileSync(file, `user_id,user_id_type\n"${written.replaceAll('"', '""')}",${type}\n`);
  const ids = await readProtectList(await prove(file), 'vips.csv').catch(() => undefined);
  return ids === undefined || createProtectedUsers(ids).find(type, meant) !== undefined;
}

const good = (
  kinds: readonly UserIdType[] = types,
): fc.Arbitrary<{ type: UserIdType; id: string; other: string }> =>
  fc.tuple(fc.constantFrom(...kinds), fc.nat(), fc.nat({ max: 100 })).map(([type, seed, at]) => {
    const draw = createDraw(seed);
    const kind = type as keyof typeof goodIdMakers;
    return { type, id: goodId(kind, at, draw), other: goodId(kind, at, draw) };
  });

/** Of what is damaged so, the first that is sent or not named, in whatever column; none where all are found. */
async function missed(
  damaged: fc.Arbitrary<{ type: UserIdType; id: string; damaged: string }>,
  { inApps = true }: { inApps?: boolean } = {},
): Promise<unknown> {
  const folder = temporaryFolder();
  const found = await fc.check(
    fc.asyncProperty(damaged, async ({ type, id, damaged }) => {
      const asUser = refusals(row(damaged, type), 'ID').length > 0;
      const asApp =
        !inApps ||
        type !== 'user_id' ||
        refusals(row('65f0aa000000000000000001', 'user_id', damaged), 'Apps').length > 0;
      return asUser && asApp && (await isSafeOnList(folder, damaged, id, type));
    }),
    { numRuns: 150 },
  );
  return found.counterexample ?? undefined;
}

type Case = readonly [kind: IdKind, text: string, repair?: string];

function tableOf(damage: ProblemKind, cases: readonly Case[]): void {
  test.each(cases.map(([kind, text, repair]) => [kind, text, repair] as const))(
    '%s %j, repaired %j',
    (kind, text, repair) => {
      expect(judgeCell(text, kind)).toMatchObject({ kind: damage, repair, isClear: true });
    },
  );
}

describe('what stands for nothing', () => {
  tableOf('nothing', [
    ['user_id', 'NULL'],
    ['user_id', 'N/A'],
    ['phone', 'n. a.'],
    ['email', 'none'],
    ['external_id', 'TBD'],
    ['app_id', 'undefined'],
    ['app_ids', 'not available'],
    ['username', '<null>'],
    ['username', '\\N'],
    ['username', '—'],
    ['username', 'NaN'],
    ['user_id', '<NA>'],
    ['user_id', '(blank)'],
    ['phone', '00000000000'],
    ['user_id', '00000000-0000-0000-0000-000000000000'],
    ['external_id', 'k. A.'],
    ['external_id', 'non renseigné'],
    ['external_id', '暂无'],
    ['external_id', 'なし'],
    ['external_id', '-1.#IND'],
    ['sync_relation', 'lark:null'],
    ['identity', 'undefined:ou_1'],
    ['user_id', '-----+------'],
    ['user_id', '════'],
    ['any', 'Ninguno'],
    // A repair makes no user of it.
    ['user_id', '"NULL"'],
    ['username', '="N/A"'],
    ['phone', '(-)'],
    ['user_id', '0.0'],
    ['email', '\u200bn/a'],
    ['app_ids', '{}'],
  ]);

  test.each(['Nan', 'Na', 'Nil', 'nan', 'tbd', 'Unknown', '未知', 'none', '3-4-25', 'Total', 'login'])(
    'somebody may be called %s: it is only warned of',
    (name) => {
      expect(judgeCell(name, 'username')).toMatchObject({ isClear: false });
      expect(row(name, 'username').valid).toBe(true);
    },
  );

  test('but not where it stands on several rows', () => {
    const evidence = { username: { onSeveralRows: ['Nan'] } };
    expect(judgeCell('Nan', 'username', { evidence })).toMatchObject({ isClear: true });
    expect(judgeCell('Na', 'username', { evidence })).toMatchObject({ isClear: false });
  });

  test('is never sent, in whatever column, and is named', async () => {
    const word = fc.constantFrom(
      'NULL',
      'null',
      'N/A',
      'n/a',
      '\\N',
      '#N/A',
      '-',
      '--',
      '—',
      '.',
      '...',
      '?',
      '/',
      '(null)',
      '<NA>',
      'undefined',
    );
    const around = fc.constantFrom(
      (text: string) => text,
      (text: string) => `"${text}"`,
      (text: string) => `\u00a0${text}`,
    );
    expect(
      await missed(
        fc
          .tuple(good(), word, around)
          .map(([{ type, id }, text, wrap]) => ({ type, id, damaged: wrap(text) })),
      ),
    ).toBeUndefined();
  });
});

describe('totals and headers', () => {
  tableOf('total', [
    ['user_id', 'Total'],
    ['username', 'Total: 42'],
    ['username', 'Grand Total 1,234'],
    ['external_id', 'Summe'],
    ['external_id', 'Gesamtergebnis'],
    ['username', '合计：42'],
    ['username', '共 42 人'],
    ['user_id', '(42 rows affected)'],
    ['username', '42 row(s) selected.'],
    ['phone', 'Sum'],
    ['email', 'Totale complessivo'],
    ['username', '*** End of report ***'],
  ]);
  tableOf('header', [
    ['user_id', 'user_id'],
    ['email', 'E-Mail'],
    ['phone', '手机号'],
    ['external_id', 'Employee ID'],
    ['app_id', 'app_ids'],
    ['app_ids', 'App IDs'],
    ['user_id', '"User ID"'],
    ['user_id', '\ufeffuser_id'],
    ['any', 'Username'],
    ['external_id', '工号'],
  ]);

  test('a number beside it tells a total from somebody who is called so', () => {
    expect(judgeCell('Total', 'username', { beside: ['Total', '', '1,234'] })).toMatchObject({
      isClear: true,
    });
    expect(judgeCell('Total', 'username', { beside: ['Total', 'Ada', 'app-1'] })).toMatchObject({
      isClear: false,
    });
  });
});

describe('more than one value', () => {
  tableOf('several', [
    ['email', 'a@example.com; b@example.com'],
    ['email', 'a@example.com b@example.com'],
    ['email', 'a@example.com/b@example.com'],
    ['email', 'ada@example.com (Ada)'],
    ['phone', '13800138000, 13900139000'],
    ['phone', '13800138000、13900139000'],
    ['phone', '13800138000 or 13900139000'],
    ['user_id', '65f0aa000000000000000001 65f0aa000000000000000002'],
    ['user_id', '65f0aa000000000000000001\u00a065f0aa000000000000000002'],
    ['user_id', 'Jane Doe'],
    ['external_id', 'HR-1234 & HR-1235'],
    ['external_id', 'E12345/E12346'],
    ['username', 'leaver.one, leaver.two'],
    ['username', 'leaver_1；leaver_2'],
    ['username', 'a@example.com b@example.com'],
    ['identity', '65f0aa:ou_1;65f0aa:ou_2'],
    ['any', 'a@example.com,b@example.com'],
  ]);

  test('is never sent, in whatever column, and is named', async () => {
    const between = fc.constantFrom(';', '; ', '；', '、', ' ; ', '\n', '\t');
    const damaged = fc
      .tuple(good(), between)
      .map(([{ type, id, other }, sign]) => ({ type, id, damaged: `${id}${sign}${other}` }));
    // A cell of apps is a list.
    expect(await missed(damaged, { inApps: false })).toBeUndefined();
  });

  test('nor with a comma, a slash or a space between IDs that have none of their own', async () => {
    const between = fc.constantFrom(',', ', ', '/', ' / ', ' ', ' & ', ' and ', '|');
    const damaged = fc
      .tuple(good(['user_id', 'phone', 'email']), between)
      .map(([{ type, id, other }, sign]) => ({ type, id, damaged: `${id}${sign}${other}` }));
    expect(await missed(damaged, { inApps: false })).toBeUndefined();
  });
});

describe('an email address with a slip', () => {
  tableOf('email_form', [
    ['email', 'a@b@c'],
    ['email', 'jane@doe@example.com'],
    ['email', 'jane@@example.com'],
    ['email', 'a@example.comb@example.com'],
    ['email', 'jane@example,com', 'jane@example.com'],
    ['email', 'jane@example。com', 'jane@example.com'],
    ['email', 'jane @example.com', 'jane@example.com'],
    ['email', 'jane@ example.com', 'jane@example.com'],
    ['email', 'jane@example .com', 'jane@example.com'],
    ['email', 'jane doe@example.com'],
    ['email', 'jane,doe@example.com'],
    ['email', 'jane@exam ple.com'],
    ['email', 'jane@example..com'],
    ['email', 'jane@example.com.'],
    ['email', 'jane@.example.com'],
    ['email', '@example.com'],
    ['email', 'jane@'],
    ['user_id', 'jane@doe@example.com'],
    ['any', 'jane@example,com', 'jane@example.com'],
  ]);

  test('is never sent, and is named, whatever the address', async () => {
    const slips = fc.constantFrom<(address: string) => string>(
      (address) => address.replace('@', '@@'),
      (address) => address.replace('@', ' @'),
      (address) => address.replace(/\.(?=[^.]*$)/, ','),
      (address) => address.replace(/\.(?=[^.]*$)/, '..'),
      (address) => address.replace('@', '@x@'),
    );
    const damaged = fc
      .tuple(good(['email']), slips)
      .map(([{ type, id }, slip]) => ({ type, id, damaged: slip(id) }));
    expect(await missed(damaged, { inApps: false })).toBeUndefined();
  });

  test.each(['jane@localhost', "o'neill@example.com", 'jane_x.com#EXT#@example.com'])(
    '%s has none',
    (address) => {
      expect(judgeCell(address, 'email')).toBeUndefined();
    },
  );
});

describe('wrapped', () => {
  tableOf('wrapped', [
    ['user_id', '“65f0aa000000000000000001”', '65f0aa000000000000000001'],
    ['user_id', '""65f0aa000000000000000001""', '65f0aa000000000000000001'],
    ['user_id', '65f0aa000000000000000001"', '65f0aa000000000000000001'],
    ['user_id', 'ObjectId("65f0aa000000000000000001")', '65f0aa000000000000000001'],
    ['user_id', '{"$oid": "65f0aa000000000000000001"}', '65f0aa000000000000000001'],
    ['app_id', '{66a1bb000000000000000001}', '66a1bb000000000000000001'],
    [
      'app_ids',
      '{66a1bb000000000000000001,66a1bb000000000000000002}',
      '66a1bb000000000000000001,66a1bb000000000000000002',
    ],
    ['email', 'mailto:bob@example.com?subject=x', 'bob@example.com'],
    ['email', 'SMTP:bob@example.com', 'bob@example.com'],
    ['email', 'Jane Doe <jane@example.com>', 'jane@example.com'],
    ['email', '[bob@example.com](mailto:bob@example.com)', 'bob@example.com'],
    ['email', 'c@example.com;', 'c@example.com'],
    ['phone', 'tel:+86-138-0013-8000', '+8613800138000'],
    ['phone', '(13800138000)', '13800138000'],
    ['username', '«leaver.one»', 'leaver.one'],
    ['username', '「王小明」', '王小明'],
    ['external_id', "b'HR-17'", 'HR-17'],
    ['external_id', 'NumberLong(1234567)', '1234567'],
    ['external_id', 'ID: HR-17', 'HR-17'],
    ['user_id', '<b>65f0aa000000000000000001</b>', '65f0aa000000000000000001'],
  ]);

  test('is never sent, in whatever column, and is named', async () => {
    const wrap = fc.constantFrom<(id: string) => string>(
      ...(
        [
          '"…"',
          '“…”',
          '„…“',
          '«…»',
          '`…`',
          '<…>',
          '[…]',
          '(…)',
          '【…】',
          'ObjectId("…")',
          'UUID("…")',
          '\\"…\\"',
          '"…',
          '…"',
          '…;',
          ', …',
          '"“…”"',
          "'…'",
          '="…"',
        ] as const
      ).map((pattern) => (id: string) => pattern.replace('…', () => id)),
    );
    // Somebody's name may have marks of its own, and a braced GUID more braces.
    const whole = good().filter(({ id }) => !/["{}()（）]/.test(id));
    const damaged = fc
      .tuple(whole, wrap)
      .map(([{ type, id }, around]) => ({ type, id, damaged: around(id) }));
    // A cell of apps is a list, and may be a JSON array.
    expect(await missed(damaged.filter(({ damaged }) => !/^\[|^, |;$/.test(damaged)))).toBeUndefined();
    expect(await missed(damaged, { inApps: false })).toBeUndefined();
  });

  test.each([
    '{0F8FAD5B-D9CB-469F-A165-70867728950E}',
    'Anna "Nan" Vogel',
    'Ada HR)',
    '张三（外包）',
    'CN=Ada,OU=People,DC=example',
    'uid=ada,ou=people,dc=example',
    'auth0|5f7c8ec7c33c6c004bbafe82',
    'samlp|acme|ada',
    'ada_example.com#EXT#@acme.onmicrosoft.com',
    'S-1-5-21-1-2-3-500',
    '12-345-678',
    'Doe-Example',
  ])('what belongs to an ID is no wrapping: %s', (id) => {
    for (const kind of ['username', 'external_id'] as const) expect(judgeCell(id, kind)).toBeUndefined();
  });
});

describe('numbers', () => {
  tableOf('shortened_number', [
    ['external_id', '1.3800138E10'],
    ['phone', '1,38E10'],
    ['external_id', '1.2345678901234568E17'],
    ['user_id', '2.0E7'],
    ['external_id', '1.38e+010'],
    ['external_id', '1.38 E+10'],
    ['external_id', '1.38D+10'],
    ['external_id', '1.38×10^10'],
    ['external_id', '1,38·10¹⁰'],
    ['external_id', '-1.38E+10'],
    ['phone', '138E8'],
    ['app_ids', '6,50123E+23'],
    ['any', '1.38E+10'],
  ]);
  tableOf('decimal', [
    ['phone', '13800138000.0', '13800138000'],
    ['external_id', '123.0', '123'],
    ['external_id', '12345,00', '12345'],
    ['username', '13800138000.0', '13800138000'],
    ['external_id', '12,345', '12345'],
    ['external_id', '13.800.138.000', '13800138000'],
    ['external_id', "13'800'138'000", '13800138000'],
    ['external_id', '13 800 138 000', '13800138000'],
    ['external_id', '1,38,00,138', '13800138'],
    ['external_id', '1,234.00', '1234'],
    ['external_id', '1.234,00', '1234'],
    ['external_id', '¥1,234.00', '1234'],
    ['external_id', '1,234.56'],
    ['app_ids', '650,123,456', '650123456'],
  ]);

  const locales = [
    'en',
    'de',
    'fr',
    'es',
    'it',
    'pt',
    'zh',
    'ja',
    'ko',
    'sv',
    'de-CH',
    'en-IN',
    'ru',
    'pl',
    'nl',
    'hi',
  ];
  const numeric: readonly UserIdType[] = ['phone', 'username', 'external_id', 'user_id'];

  test('written by whatever program in whatever language are never sent, and are named', async () => {
    const write = fc.constantFrom<(number: number) => string>(
      ...locales.map((locale) => (number: number) => number.toLocaleString(locale, { useGrouping: true })),
      ...locales.map(
        (locale) => (number: number) => number.toLocaleString(locale, { minimumFractionDigits: 2 }),
      ),
      (number) => number.toExponential(2),
      (number) => number.toExponential(5).toUpperCase(),
      (number) =>
        number
          .toExponential()
          .replace('e+', 'E')
          .replace(/^(\d)E/, '$1.0E'),
      (number) => number.toExponential(4).replace('.', ','),
      (number) => number.toFixed(1),
      (number) => number.toFixed(2).replace('.', ','),
      (number) => `${number.toFixed(0)}.`,
    );
    const number = fc.integer({ min: 10_000, max: 19_999_999_999 });
    const damaged = fc
      .tuple(fc.constantFrom(...numeric), number, write)
      .map(([type, number, as]) => ({ type, id: String(number), damaged: as(number) }))
      // Polish and Spanish write four digits without a sign between.
      .filter(({ id, damaged }) => id !== damaged);
    expect(await missed(damaged)).toBeUndefined();
  });
});

describe('dates', () => {
  tableOf('date', [
    ['external_id', '01. Mrz'],
    ['external_id', 'Mrz 25'],
    ['external_id', '01-mars'],
    ['external_id', '2-Sept'],
    ['external_id', '3/4/2025'],
    ['external_id', '04.03.2025'],
    ['external_id', 'janv.-25'],
    ['external_id', '1-ago'],
    ['external_id', '01/mar'],
    ['external_id', 'gen-25'],
    ['external_id', '04-MAR-2025'],
    ['external_id', '4 de marzo de 2025'],
    ['external_id', '2025年3月4日'],
    ['external_id', '三月四日'],
    ['external_id', '令和7年3月4日'],
    ['external_id', '2025/3/4'],
    ['external_id', '2025-03-04 00:00:00'],
    ['external_id', 'Tuesday, March 4, 2025'],
    ['phone', '2025-03-04'],
    ['app_ids', '1. Mrz'],
    ['any', '3-Apr'],
  ]);

  test.each([
    '123-45-6789',
    '12-345',
    '2025-99-99',
    '10.0.0.1',
    'MAR-1',
    'SET-12',
    'mars',
    'may2025',
    'jan.sample',
    'HR-12',
  ])('is no date: %s', (id) => expect(judgeCell(id, 'external_id')).toBeUndefined());

  test('in the languages that Excel speaks are never sent, and are named', async () => {
    const locales = ['en-US', 'en-GB', 'de', 'de-AT', 'fr', 'es', 'it', 'pt-BR', 'zh-CN', 'ja'];
    const styles: readonly Intl.DateTimeFormatOptions[] = [
      { day: 'numeric', month: 'short' },
      { day: '2-digit', month: 'short', year: '2-digit' },
      { day: 'numeric', month: 'long' },
      { month: 'short', year: '2-digit' },
      { month: 'long', year: 'numeric' },
      { dateStyle: 'short' },
      { dateStyle: 'medium' },
      { dateStyle: 'long' },
      { dateStyle: 'full' },
    ];
    const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
    const damaged = fc
      .tuple(
        fc.constantFrom<UserIdType>('external_id', 'user_id', 'phone'),
        date,
        fc.constantFrom(...locales),
        fc.constantFrom(...styles),
      )
      .map(([type, day, locale, style]) => ({
        type,
        id: 'MAR1',
        damaged: new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...style }).format(day),
      }));
    expect(await missed(damaged, { inApps: false })).toBeUndefined();
  });
});

describe('lost characters', () => {
  tableOf('lost_characters', [
    ['username', 'J\ufffdrgen'],
    ['email', 'j\ufffdrgen@example.com'],
    ['username', '???'],
    ['username', 'J?rgen'],
    ['external_id', '?'],
    ['username', 'Jos\u00bf'],
    ['username', 'MÃ¼ller', 'Müller'],
    ['username', 'JosÃ© NÃºÃ±ez', 'José Núñez'],
    ['username', '鐜嬪皬', '王小'],
    ['username', 'ÍõÐ¡Ã÷', '王小明'],
    ['username', '锟斤拷锟斤拷'],
    ['username', 'M├╝ller'],
    ['username', 'M√ºller'],
    ['username', 'Mﾃｼller', 'Müller'],
    ['any', '??'],
  ]);

  test('a lost letter is never sent, in whatever column, and is named', async () => {
    const damaged = fc
      .tuple(good(), fc.nat(), fc.constantFrom('\ufffd', '?', '\ufffd\ufffd'))
      .map(([{ type, id }, seed, sign]) => {
        const at = seed % id.length;
        return { type, id, damaged: `${id.slice(0, at)}${sign}${id.slice(at + 1)}` };
      });
    expect(await missed(damaged)).toBeUndefined();
  });

  test('nor is text that was read in another encoding', async () => {
    const name = fc.constantFrom(
      'Müller',
      'José',
      'Ångström',
      'Dvořák',
      '王小明',
      '欧阳娜娜',
      '佐藤太郎',
      'Иван',
      'Nguyễn',
    );
    const read = fc.constantFrom('windows-1252', 'gb18030', 'macintosh', 'shift_jis', 'big5', 'windows-1251');
    const misread = fc
      .tuple(fc.constantFrom<UserIdType>('username', 'external_id'), name, read)
      .map(([type, id, encoding]) => ({
        type,
        id,
        damaged: new TextDecoder(encoding).decode(Buffer.from(id)),
      }));
    expect(await missed(misread, { inApps: false })).toBeUndefined();
    const asLatin = fc
      .constantFrom('王小明', '欧阳娜娜', '张伟')
      .map((id) => ({ type: 'username' as const, id, damaged: encode(id, 'gb18030').toString('latin1') }));
    expect(await missed(asLatin, { inApps: false })).toBeUndefined();
  });
});

test('of ten thousand good IDs of each kind none is called damaged', () => {
  for (const kind of Object.keys(goodIdMakers) as (keyof typeof goodIdMakers)[]) {
    const draw = createDraw(7);
    const alarms = Array.from({ length: 10_000 }, (_, at) => goodId(kind, at, draw)).filter(
      (id) => judgeCell(id, kind) !== undefined,
    );
    expect(alarms).toEqual([]);
  }
});
