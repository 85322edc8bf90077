import fc from 'fast-check';
import { expect, test } from 'vitest';

import { findImpossible, isCountryCode, prefixOf, withoutPrefix } from '../../src/input/cell/phone.ts';

test.each([
  ['+8613800138000', '+86', '13800138000'],
  ['008613800138000', '0086', '13800138000'],
  ['8613800138000', '86', '13800138000'],
  ['+861012345678', '+86', '1012345678'],
  // Neither a mobile number after 86 nor a sign before it: these may be the number's own first digits.
  ['8612345678', undefined, '8612345678'],
  ['861380013800', undefined, '861380013800'],
  ['13800138000', undefined, '13800138000'],
  ['+14155550100', '+', '+14155550100'],
  ['0014155550100', '00', '0014155550100'],
  ['+88612345678', '+', '+88612345678'],
  ['+86', '+86', '+86'],
  ['+86 138', '+86', '+86 138'],
])('%s begins with %s and is %s without the prefix of China', (phone, prefix, rest) => {
  expect(prefixOf(phone)).toBe(prefix);
  expect(withoutPrefix(phone, '86')).toBe(rest);
});

test('a number keeps its prefix where no country is given, and that of another country', () => {
  expect(withoutPrefix('+8613800138000', undefined)).toBe('+8613800138000');
  expect(withoutPrefix('+8613800138000', '49')).toBe('+8613800138000');
  expect(withoutPrefix('+4915112345678', '49')).toBe('15112345678');
});

test('country codes are told from what only begins like one', () => {
  for (const code of ['1', '7', '86', '49', '852', '886', '353']) expect(isCountryCode(code)).toBe(true);
  for (const code of ['0', '8', '88', '35', '28', '861', '', '+86', '8 6'])
    expect(isCountryCode(code)).toBe(false);
});

test('no country code begins with another, so that a prefix is never cut out of a longer one', () => {
  const codes = Array.from({ length: 999 }, (_, index) => String(index + 1)).filter(isCountryCode);
  expect(codes.filter((code) => codes.some((other) => other !== code && code.startsWith(other)))).toEqual([]);
  expect(codes.length).toBeGreaterThan(200);
});

test('what is stripped is the prefix and nothing else', () => {
  const country = fc.constantFrom('86', '49', '1', '852');
  const phone = fc.string({ unit: fc.constantFrom(...Array.from('+0186 49-')), maxLength: 16 });
  fc.assert(
    fc.property(phone, country, (phone, country) => {
      const rest = withoutPrefix(phone, country);
      expect(phone.endsWith(rest)).toBe(true);
      expect(['', `+${country}`, `00${country}`, country]).toContain(
        phone.slice(0, phone.length - rest.length),
      );
    }),
  );
});

test.each([
  ['+861380013800', undefined, 'China'],
  ['0086138001380000', undefined, 'China'],
  ['1380013800', '86', 'China'],
  ['138001380000', '86', 'China'],
  ['+1415555010', undefined, 'North America'],
  ['+141555501000', undefined, 'North America'],
  ['+11155550100', '86', 'North America'],
  ['+0123456789', undefined, 'the code of no country'],
])('%s cannot be, with the country %s', (phone, country, says) => {
  expect(findImpossible(phone, country)).toContain(says);
});

test.each([
  ['+8613800138000', undefined],
  ['+861012345678', undefined],
  ['+86106123456', undefined],
  ['+864008123456', undefined],
  ['13800138000', '86'],
  ['01012345678', '86'],
  ['4155550100', '86'],
  ['1380013800', undefined],
  ['1380013800', '49'],
  ['+14155550100', undefined],
  ['+4915112345678', undefined],
  ['+85291234567', '86'],
  ['00123', undefined],
  ['009991234567', undefined],
  ['leaver', '86'],
])('%s may be, with the country %s', (phone, country) => {
  expect(findImpossible(phone, country)).toBeUndefined();
});
