import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { IdKind } from '../../src/input/cell/damage.ts';
import { createEvidenceCounts, type Evidence } from '../../src/input/cell/evidence.ts';
import { judgeCell } from '../../src/input/cell/judge-cell.ts';
import { throughExcel, type NumberFormat } from './excel-model.ts';
import { goodIds, objectId } from './good-ids.ts';

function evidenceOf(kind: IdKind, ids: readonly string[]): Evidence {
  const counts = createEvidenceCounts();
  for (const id of ids) counts.add(kind, id);
  return counts.judge();
}

describe('an ID that shows its damage by itself', () => {
  test.each<[IdKind, string, string, string | undefined]>([
    ['phone', '1.38E+10', 'shortened_number', undefined],
    ['phone', '1,38E+10', 'shortened_number', undefined],
    ['user_id', '6.50123E+23', 'shortened_number', undefined],
    ['app_id', '6.5F0E+23', 'shortened_number', undefined],
    ['external_id', '1E+11', 'shortened_number', undefined],
    ['username', '1.00E+10', 'shortened_number', undefined],
    ['external_id', '3.00E-15', 'shortened_number', undefined],
    ['sync_relation', 'dingtalk:2.46127E+15', 'shortened_number', undefined],
    ['external_id', '="00123"', 'formula', '00123'],
    ['external_id', '= "00123"', 'formula', '00123'],
    ['username', '="say ""hi"""', 'formula', 'say "hi"'],
    ['phone', '=13800138000', 'formula', '13800138000'],
    ['user_id', '=A1', 'formula', undefined],
    ['user_id', '=VLOOKUP(A1,B:C,2)', 'formula', undefined],
    ['phone', "'13800138000", 'apostrophe', '13800138000'],
    ['email', "'leaver@example.com'", 'apostrophe', 'leaver@example.com'],
    ['external_id', '’00123', 'apostrophe', '00123'],
    ['phone', '１３８００１３８０００', 'full_width', '13800138000'],
    ['email', 'leaver＠example.com', 'full_width', 'leaver@example.com'],
    ['username', '王小明２', 'full_width', '王小明2'],
    ['user_id', '\u200b65f0aa000000000000000001', 'invisible_character', '65f0aa000000000000000001'],
    ['user_id', '65f0aa000000000000000001\u00a0', 'invisible_character', '65f0aa000000000000000001'],
    ['phone', '\u202a13800138000\u202c', 'invisible_character', '13800138000'],
    ['email', '\ufeffleaver@example.com', 'invisible_character', 'leaver@example.com'],
    ['username', 'Jean\u00a0Exemple', 'invisible_character', 'Jean Exemple'],
    ['username', '\u3000王小明', 'invisible_character', '王小明'],
    ['external_id', '\t00123', 'control_character', '00123'],
    ['external_id', '00\t123', 'control_character', undefined],
    ['phone', '138 0013 8000', 'phone_separators', '13800138000'],
    ['phone', '138-0013-8000', 'phone_separators', '13800138000'],
    ['phone', '138.0013.8000', 'phone_separators', '13800138000'],
    ['phone', '+86 138-0013-8000', 'phone_separators', '+8613800138000'],
    ['phone', '(010)\u00a01234 5678', 'invisible_character', '01012345678'],
    ['phone', '+44 (0)20 7946 0000', 'phone_separators', undefined],
    ['phone', '13800138000 13900139000', 'several', undefined],
    ['phone', '62345678/62345679', 'several', undefined],
    ['phone', 'a@example.com; b@example.com', 'several', undefined],
    ['phone', 'a@example.com/b@example.com', 'several', undefined],
    ['phone', 'a@example.com b@example.com', 'several', undefined],
    ['external_id', '12345.0', 'decimal', '12345'],
    ['phone', '13,800,138,000', 'decimal', '13800138000'],
    ['external_id', '3-Apr', 'date', undefined],
    ['external_id', 'Mar-01', 'date', undefined],
    ['external_id', '3月4日', 'date', undefined],
    ['user_id', '#N/A', 'spreadsheet_error', undefined],
    ['external_id', '########', 'spreadsheet_error', undefined],
    // One upon another.
    ['phone', '="１３８００１３８０００"', 'formula', '13800138000'],
    ['phone', "'1.38E+10", 'shortened_number', undefined],
    ['phone', '="\u200b"', 'nothing', undefined],
  ])('%s %j: %s, repaired %j', (kind, id, damage, repair) => {
    expect(judgeCell(id, kind)).toMatchObject({ kind: damage, repair, isClear: true });
  });

  test('says what is hidden in it, and by what name', () => {
    expect(judgeCell('a\u00a0', 'user_id')?.says).toContain('a no-break space (U+00A0)');
    expect(judgeCell('a\u200f', 'user_id')?.says).toContain('a mark of writing direction (U+200F)');
  });

  test('is only warned of where somebody may be called so', () => {
    expect(judgeCell('12-May', 'username')).toMatchObject({ kind: 'date', isClear: false });
  });

  test('has a repair that is found undamaged itself, or none, and whatever it is ends soon', () => {
    const piece = fc.constantFrom(
      '="',
      '"',
      "'",
      '１',
      '\u200b',
      '\t',
      '1',
      'E+',
      '.',
      ',',
      '-',
      ' ',
      'a',
      '=',
      '0',
      '"',
    );
    const kind = fc.constantFrom<IdKind>(
      'user_id',
      'phone',
      'email',
      'username',
      'external_id',
      'app_id',
      'identity',
    );
    fc.assert(
      fc.property(kind, fc.array(piece, { minLength: 1, maxLength: 12 }), (kind, pieces) => {
        const repair = judgeCell(pieces.join(''), kind)?.repair ?? 'undamaged';
        expect(judgeCell(repair, kind)?.isClear ?? false).toBe(false);
      }),
      { numRuns: 2000 },
    );
    for (const piece of ["'", '="', '=', '１']) {
      expect(judgeCell(piece.repeat(300_000), 'phone')).toBeDefined();
    }
    for (const piece of ['\t', ' ', '\u00a0', '""', '1.', 'E+', '1,000']) {
      expect(judgeCell(`="x${piece.repeat(300_000)}x`, 'external_id')).toBeDefined();
      expect(judgeCell(`\u200bx${piece.repeat(300_000)}x`, 'phone')).toBeDefined();
    }
  });
});

describe('leading zeros', () => {
  const padded = ['000123', '000124', '000999', '001200'];

  test('are missed where nearly all others have one width and begin with 0', () => {
    const evidence = evidenceOf('external_id', [...padded, '125']);
    expect(judgeCell('125', 'external_id', { evidence })).toMatchObject({
      kind: 'lost_zeros',
      repair: '000125',
      isClear: true,
      says: 'has 3 digits, where 4 others of its kind have 6, of which 4 begin with 0: it seems to have lost its leading zeros',
    });
    for (const id of padded) expect(judgeCell(id, 'external_id', { evidence })).toBeUndefined();
  });

  test('are not missed by IDs of another kind', () => {
    expect(
      judgeCell('125', 'username', { evidence: evidenceOf('external_id', [...padded, '125']) }),
    ).toBeUndefined();
  });

  test.each<[string, IdKind, string[]]>([
    ['no ID begins with 0', 'external_id', ['100123', '100124', '200125', '125']],
    ['the widths differ anyway', 'external_id', ['1', '22', '333', '4444', '05', '666666']],
    [
      'landlines stand among mobile numbers',
      'phone',
      ['13800138000', '13800138001', '01012345678', '12345678'],
    ],
  ])('are not missed where %s', (_, kind, ids) => {
    const evidence = evidenceOf(kind, ids);
    for (const id of ids) expect(judgeCell(id, kind, { evidence })).toBeUndefined();
  });

  test('are missed by phone numbers where all others begin with 0', () => {
    const evidence = evidenceOf('phone', ['07700900123', '07700900124', '7700900125']);
    expect(judgeCell('7700900125', 'phone', { evidence })).toMatchObject({
      repair: '07700900125',
      isClear: true,
    });
  });

  test('are asked about where the evidence is thin', () => {
    const evidence = evidenceOf('external_id', ['000123', '124']);
    expect(judgeCell('124', 'external_id', { evidence })).toMatchObject({
      kind: 'lost_zeros',
      isClear: false,
    });
  });
});

describe('zeros after the fifteenth digit', () => {
  test.each([
    [['1234567890123450', '2234567890123450']],
    [['123456789012345000']],
    [['123456789012345000', '1234567890123450000', '12345']],
  ])('are damage where all numbers that long end so: %j', (ids) => {
    const evidence = evidenceOf('external_id', ids);
    expect(judgeCell(ids[0]!, 'external_id', { evidence })).toMatchObject({
      kind: 'cut_number',
      repair: undefined,
      isClear: true,
    });
  });

  test('are asked about where only one number is that long, and could end in 0 by itself', () => {
    const evidence = evidenceOf('external_id', ['1234567890123450', '77']);
    expect(judgeCell('1234567890123450', 'external_id', { evidence })).toMatchObject({ isClear: false });
  });

  test('are no damage where as many end so as one in ten does anyway', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `123456789012${3000 + index}`);
    expect(evidenceOf('external_id', ids)).toEqual({});
  });

  test('are damage of some where far more end so than would by accident', () => {
    const good = Array.from({ length: 200 }, (_, index) => `1234567890123456${100 + index}`).filter(
      (id) => !id.endsWith('0'),
    );
    const cut = Array.from({ length: 20 }, (_, index) => `${123456789012300 + index}0000`);
    const evidence = evidenceOf('external_id', [...good, ...cut]);
    expect(judgeCell(cut[0]!, 'external_id', { evidence })).toMatchObject({
      kind: 'cut_number',
      isClear: true,
    });
    expect(judgeCell(good[0]!, 'external_id', { evidence })).toBeUndefined();
  });

  test('of 24 digits are never more than asked about', () => {
    const ids = ['650123456789012000000000', '123456789012345000'];
    const evidence = evidenceOf('user_id', ids);
    expect(judgeCell(ids[0]!, 'user_id', { evidence })).toMatchObject({ isClear: false });
  });
});

test.each(Object.entries(goodIds))('a file of good IDs raises no alarm: %s', (kind, ids) => {
  fc.assert(
    fc.property(ids, (ids) => {
      const evidence = evidenceOf(kind as IdKind, ids);
      expect(ids.filter((id) => judgeCell(id, kind as IdKind, { evidence }) !== undefined)).toEqual([]);
    }),
  );
});

test('24 hexadecimal digits are never damage, whatever the file says', () => {
  fc.assert(
    fc.property(objectId, fc.array(objectId), (id, others) => {
      for (const kind of ['user_id', 'app_id'] as const) {
        expect(judgeCell(id, kind, { evidence: evidenceOf(kind, [id, ...others]) })?.isClear ?? false).toBe(
          false,
        );
      }
    }),
  );
});

test('whatever a spreadsheet changes in a column is found, but for zeros that no other ID shows', () => {
  const column = fc.oneof(
    ...(['user_id', 'app_id', 'phone', 'username', 'external_id'] as const).map((kind) =>
      goodIds[kind].map((ids) => ({ kind: kind as IdKind, ids })),
    ),
    fc
      .array(fc.constantFrom('1e10', 'MAR1', '3-4', '2E3', '123456789012'), { minLength: 1 })
      .map((ids) => ({ kind: 'external_id' as IdKind, ids })),
  );
  const format = fc.constantFrom<NumberFormat>('General', '0');
  let changes = 0;
  fc.assert(
    fc.property(column, format, ({ kind, ids }, format) => {
      const damaged = ids.map((id) => throughExcel(id, format));
      const evidence = evidenceOf(kind, damaged);
      const missed = damaged.filter((id, index) => {
        if (id === ids[index]) return false;
        changes += 1;
        // Where a whole column went through the spreadsheet, no zero is left to tell.
        const lostZerosOnly = ids[index]!.startsWith('0') && ids[index]!.replace(/^0+/, '') === id;
        return !lostZerosOnly && judgeCell(id, kind, { evidence }) === undefined;
      });
      expect(missed).toEqual([]);
    }),
    { numRuns: 500 },
  );
  expect(changes).toBeGreaterThan(500);
});

test('zeros that a spreadsheet took from up to a fifth of a padded column are found, and repaired to what they were', () => {
  const ids = fc.uniqueArray(
    fc.integer({ min: 1, max: 99_999 }).map((id) => String(id).padStart(8, '0')),
    { minLength: 10, maxLength: 60 },
  );
  fc.assert(
    fc.property(ids, (ids) => {
      const column = ids.map((id, index) => (index % 6 === 5 ? throughExcel(id) : id));
      const evidence = evidenceOf('external_id', column);
      const repaired = column.map((id) => judgeCell(id, 'external_id', { evidence })?.repair ?? id);
      expect(repaired).toEqual(ids);
    }),
  );
});
