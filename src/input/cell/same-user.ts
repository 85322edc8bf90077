/**
 * When two IDs may be the same user's. Compared generously: case, white space, invisible characters, full-width forms, quotation marks
 * and leading zeros never count; phone numbers are the same when one is the other with a prefix of up to four digits, `+`
 * and zeros aside.
 */

/** The width of the user IDs that GenAuth gives; some are all digits, and begin with zeros. */
const objectIdWidth = 24;
/** Shorter numbers are too many people's, or an extension. */
export const minPhoneDigits = 7;
/** A country code has up to three digits, and a zero may stand behind it. */
const maxPrefixDigits = 4;

const hasNothingToFold = /^[\x21\x23-\x26\x28-\x3c\x3e-\x5f\x61-\x7e]*$/;
const ignored = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
const marksAround = /^[='"`‘’“”]+|['"`‘’“”]+$/gu;

/** A form in which the same IDs are the same text. */
export function fold(text: string): string {
  const folded = foldLetters(text);
  // A spreadsheet takes the zeros from the list, or from the file, or from neither; but GenAuth's own IDs have 24 digits.
  return folded.length >= objectIdWidth ? folded : folded.replace(/^0+(?=\d+$)/, '');
}

function foldLetters(text: string): string {
  if (hasNothingToFold.test(text)) return text.toLowerCase();
  const visible = text.normalize('NFKC').replaceAll(ignored, '').replaceAll(marksAround, '');
  // Up and down again, so that letters with several small forms are one.
  return visible.toUpperCase().toLowerCase().normalize('NFKC');
}

/** @returns the digits of a folded number, without `+` and leading zeros; undefined for what is no phone number. */
export function phoneDigits(folded: string): string | undefined {
  if (!/^[\d+().·/\p{Pd}]+$/u.test(folded)) return undefined;
  // +86 (0) 138...: the zero is dialled without the prefix only.
  const digits = folded.replace('(0)', '').replaceAll(/\D/g, '').replace(/^0+/, '');
  return digits.length < minPhoneDigits ? undefined : digits;
}

export function isSamePhone(one: string, other: string): boolean {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return long.endsWith(short) && long.length - short.length <= maxPrefixDigits;
}

/** Whether two spellings of one ID are found to be the same. */
export function isSameId(one: string, other: string, isPhone: boolean): boolean {
  const [first, second] = [fold(one), fold(other)];
  if (first === second) return true;
  const [digits, others] = [phoneDigits(first), phoneDigits(second)];
  return isPhone && digits !== undefined && others !== undefined && isSamePhone(digits, others);
}
