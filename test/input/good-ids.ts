import fc from 'fast-check';

import type { IdKind } from '../../src/input/cell/damage.ts';

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: length,
    maxLength: length,
  });

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: length, maxLength: length });

/** 24 hexadecimal digits, those among them that are all digits, and those that look like 1e5. */
export const objectId: fc.Arbitrary<string> = fc.oneof(
  hex(24),
  digits(24).filter((id) => !id.endsWith('000')),
  fc.tuple(digits(20), digits(3)).map(([left, right]) => `${left}e${right}`),
);

const word = fc.string({
  unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789')),
  minLength: 4,
  maxLength: 12,
});

const username = fc.oneof(
  fc.tuple(word, word).map(([a, b]) => `${a}.${b}`),
  word.map((name) => `u_${name}`),
  fc.constantFrom(
    '1e10',
    '0x1F',
    '王小明',
    '张三（外包）',
    'Jean Exemple',
    "o'neill",
    'مثال‌ها',
    '👩‍💻',
    'c++',
    '#1',
    'a=b',
  ),
);

/** Whole columns of external IDs as systems number their people; each in one way. */
const externalIds: fc.Arbitrary<string[]> = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: 9_999_999 }).map(String), { minLength: 1, maxLength: 60 }),
  fc.uniqueArray(
    fc.integer({ min: 1, max: 99_999 }).map((id) => String(id).padStart(8, '0')),
    { minLength: 1, maxLength: 60 },
  ),
  fc.uniqueArray(
    digits(18).filter((id) => !id.endsWith('0')),
    { minLength: 1, maxLength: 60 },
  ),
  fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 30 }),
  fc.uniqueArray(
    hex(8).map((id) => `0x${id}`),
    { minLength: 1, maxLength: 30 },
  ),
  fc.uniqueArray(
    fc.integer({ min: 0, max: 9999 }).map((id) => `HR-${id}`),
    { minLength: 1, maxLength: 30 },
  ),
);

const phone = fc.oneof(
  digits(9).map((rest) => `13${rest}`),
  digits(8).map((rest) => `010${rest}`),
);

/** A column of IDs of each kind, as they should be. */
export const goodIds: Readonly<
  Record<Exclude<IdKind, 'custom_field' | 'any' | 'app_ids'>, fc.Arbitrary<string[]>>
> = {
  user_id: fc.uniqueArray(objectId, { minLength: 1, maxLength: 60 }),
  app_id: fc.uniqueArray(objectId, { minLength: 1, maxLength: 60 }),
  phone: fc.uniqueArray(phone, { minLength: 1, maxLength: 60 }),
  // The mail standards allow stranger signs than people have.
  email: fc.uniqueArray(
    fc.emailAddress().filter((address) => /^[a-z\d_][\w.+'&~-]*@/i.test(address)),
    { minLength: 1, maxLength: 30 },
  ),
  username: fc.uniqueArray(username, { minLength: 1, maxLength: 30 }),
  external_id: externalIds,
  identity: fc.uniqueArray(
    fc.tuple(objectId, hex(16)).map(([left, right]) => `${left}:ou_${right}`),
    { minLength: 1, maxLength: 30 },
  ),
  sync_relation: fc.uniqueArray(
    fc
      .tuple(fc.constantFrom('lark', 'wechatwork', 'dingtalk'), word)
      .map(([left, right]) => `${left}:${right}`),
    { minLength: 1, maxLength: 30 },
  ),
};
