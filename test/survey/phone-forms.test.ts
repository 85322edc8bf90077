import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createPhoneForms } from '../../src/survey/phone-forms.ts';
import type { Oddity } from '../../src/survey/oddities.ts';

function oddityOf(phones: readonly string[]): Oddity | undefined {
  const forms = createPhoneForms();
  for (const [at, userId] of phones.entries()) {
    forms.add({
      valid: true,
      line: at + 2,
      cells: [],
      userId,
      writtenUserId: undefined,
      userIdType: 'phone',
      appIds: [],
      warnings: [],
    });
  }
  return forms.oddity();
}

const mobiles = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `138${String(at * 977).padStart(8, '0')}`);
const american = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `415555${String(at).padStart(4, '0')}`);

test.each([
  ['a digit too few', mobiles(31), '1380013800'],
  ['a digit too many', mobiles(31), '138001380000'],
  ['a beginning that no mobile number has', mobiles(31), '12800138000'],
  ['a digit too few after its prefix', mobiles(31), '+861380013800'],
  ['the country code without a sign', american(12), '14155550100'],
  ['a digit too few, in another country', american(12), '415555010'],
  ['several digits too few', mobiles(10), '138001'],
])('%s among good numbers is warned of, with its line and its digits', (_, good, odd) => {
  const at = Math.floor(good.length / 2);
  const oddity = oddityOf(good.toSpliced(at, 0, odd));
  expect(oddity?.lines).toEqual([at + 2]);
  expect(oddity?.message).toContain(`1 of ${good.length + 1} phone numbers is not like nearly all others`);
  expect(oddity?.message).toContain(`line ${at + 2} "${odd}" (`);
});

test.each([
  ['numbers that are all alike', mobiles(40)],
  ['a few numbers, of which none is the usual one', [...mobiles(5), '1380013800']],
  ['mobile phones with and without their prefix', [...mobiles(20), '+8613800138000', '008613800138001']],
  ['landlines among mobile phones', [...mobiles(20), '01012345678', '057112345678']],
  ['numbers from abroad', [...mobiles(20), '+4915112345678', '+14155550100', '0033612345678']],
  ['two lengths, as one country has them', [...mobiles(90), ...american(10)]],
  ['what is no number', [...mobiles(20), 'n/a']],
])('%s raise no alarm', (_, phones) => {
  expect(oddityOf(phones)).toBeUndefined();
});

test('numbers whose lengths really vary raise no alarm, whatever they are', () => {
  const number = fc
    .integer({ min: 7, max: 12 })
    .chain((length) => fc.stringMatching(new RegExp(`^[2-9]\\d{${length - 1}}$`)));
  fc.assert(
    fc.property(fc.array(number, { minLength: 30, maxLength: 60 }), (phones) => {
      const lengths = new Map<number, number>();
      for (const { length } of phones) lengths.set(length, (lengths.get(length) ?? 0) + 1);
      fc.pre(Math.max(...lengths.values()) < phones.length * 0.9);
      expect(oddityOf(phones)).toBeUndefined();
    }),
  );
});

test('however many are odd, memory and message stay small, and the first are named', () => {
  const phones = mobiles(5000).flatMap((phone, at) => (at % 60 === 0 ? [phone, phone.slice(1)] : [phone]));
  const oddity = oddityOf(phones);
  expect(oddity?.lines).toHaveLength(5);
  expect(oddity?.message).toContain('84 of 5,084 phone numbers are not like');
  expect(oddity?.message).toContain(' and 79 more');
});
