import { clear, hasTwoParts, type Found, type IdKind } from './damage.ts';

const minus = '[-+−＋－]';
const exponents: readonly RegExp[] = [
  // With a sign in the exponent, as spreadsheets write it: `1e5...` without one is the beginning of many an ID.
  new RegExp(`^${minus}?\\d[\\dA-F]*(?:[.,٫][\\dA-F]+)?\\s?E\\+\\s?\\d{1,3}$`, 'i'),
  new RegExp(`^${minus}?\\d[.,٫]\\d{2,}E[-−]\\d{1,3}$`, 'i'),
  // With a point there is no doubt without a sign either: so Java, C and Fortran write.
  new RegExp(`^${minus}?\\d+[.,٫]\\d*\\s?[ED]\\s?${minus}?\\d{1,3}$`, 'i'),
  new RegExp(`^${minus}?[.,٫]\\d+[ED]${minus}?\\d{1,3}$`, 'i'),
  new RegExp(
    `^${minus}?\\d+(?:[.,٫]\\d+)?\\s?[x×*·⋅]\\s?10\\s?(?:\\^|\\*\\*)?\\s?(?:${minus}?\\d{1,3}|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})$`,
    'i',
  ),
];
const mayBeShortened = /\d[\s.,٫\dA-F]*[EDx×*·⋅]/i;
const bareExponent = /^\d+E\d{1,3}$/i;

const shortened = 'is a number that a program has shortened: the digits that are not shown are lost';

/** What is left of a number in few digits and an exponent. */
export function findShortened(text: string, kind: IdKind): Found | undefined {
  if (text.length > 60 || !mayBeShortened.test(text)) return undefined;
  const parts = hasTwoParts(kind) ? text.split(':') : [text];
  const isShortened = (part: string): boolean => exponents.some((exponent) => exponent.test(part));
  return parts.some(isShortened) ? clear(shortened) : undefined;
}

/** Other IDs may have a letter among their digits. */
export function findShortenedPhone(text: string, kind: IdKind): Found | undefined {
  return kind === 'phone' && bareExponent.test(text) ? clear(shortened) : undefined;
}

const currency = '[¥￥$€£₩₹元]';
const aroundNumbers = new RegExp(`^${currency}\\s?|\\s?(?:${currency}|%)$`, 'g');

/** `13,800,138,000`, `13.800.138.000`, `13'800'138'000`, `13 800 138 000`, `1,38,00,138`, `138,0013,8000` */
const groups =
  /^[-+]?\d{1,3}(?:([.,٬'’ \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*|(?:,\d{2})+,\d{3}|(?:[,，]\d{4})+)$/;
const mayBeNumber = new RegExp(`^[-+]?(?:${currency})?\\s?\\d`);
/** With digits behind the point. */
const point = /^(.*\d)([.,٫])(\d*)$/;

/**
 * An ID that went through a program as a number: `13800138000.0`, `12,345`.
 * The repair is there where what follows the point is nothing but zeros.
 */
export function findDecimal(text: string, kind: IdKind): Found | undefined {
  if (text.length > 60 || !mayBeNumber.test(text)) return undefined;
  const number = text.replaceAll(aroundNumbers, '');
  const says = 'is written as a decimal number; expected its digits only';
  if (isGrouped(number, kind)) return clear(says, digitsOf(number));
  const [, whole = '', sign = '', fraction = ''] = point.exec(number) ?? [];
  if (whole === '') return number === text || !/^\d+$/.test(number) ? undefined : clear(says, number);
  const isWhole = /^0*$/.test(fraction);
  if (/^[-+]?\d+$/.test(whole)) {
    // `12.000` may be twelve, or twelve thousand.
    if (isWhole) return clear(says, digitsOf(whole));
    return number === text ? undefined : clear(says);
  }
  const isOtherSign = !whole.includes(sign);
  return isOtherSign && isGrouped(whole, kind)
    ? clear(says, isWhole ? digitsOf(whole) : undefined)
    : undefined;
}

/** Between the digits of a phone number spaces and dots are there for readers. */
function isGrouped(text: string, kind: IdKind): boolean {
  return groups.test(text) && !(kind === 'phone' && /^\+?[\d.\s\u00a0\u2009\u202f]+$/.test(text));
}

function digitsOf(text: string): string | undefined {
  return /^[-+]/.test(text) ? undefined : text.replaceAll(/\D/g, '');
}
