import { format, getFormatFromId, isDateFormat, isValidFormat } from 'numfmt';

interface ShownNumber {
  readonly text: string;
  /** Whether the text has the digits that are stored, all and together; more around them, such as zeros, is no matter. */
  readonly hasItsDigits: boolean;
}

/** How cells of one style show what they hold. */
export interface NumberFormat {
  readonly isDate: boolean;
  /** @param stored the number as the file writes it. */
  showNumber: (stored: string) => ShownNumber;
  showText: (stored: string) => string;
}

/** Dates that Excel writes as the machine's language does; here the same on all machines. */
const dateFormats = new Map<number, string>([
  [14, 'yyyy-mm-dd'],
  [22, 'yyyy-mm-dd hh:mm'],
  ...[27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'yyyy-mm-dd'] as const),
  ...[32, 33, 34, 35, 55, 56].map((id) => [id, 'hh:mm:ss'] as const),
]);

/** Between the day 0 of the two ways to count. */
const daysFrom1900To1904 = 1462;

/** "G/通用格式" is how WPS and Chinese versions of Excel write "General". */
const plain = /^(?:general|g\/通用格式|@)?$/i;
const decimal = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?(?:[eE]([+-]?)\d+)?$/;
const maxExactDigits = 15;

/** @param code a format that the file defines for this number; without one, what Excel has built in. */
export function createNumberFormat(id: number, code: string | undefined, isDate1904: boolean): NumberFormat {
  const pattern = code ?? dateFormats.get(id) ?? getFormatFromId(id) ?? 'General';
  // What is none would be parsed anew, and in vain, for each cell.
  if (plain.test(pattern.trim()) || !isValidFormat(pattern)) {
    return {
      isDate: isDateFormat(pattern),
      showNumber: (stored) => ({ text: showPlain(stored), hasItsDigits: true }),
      showText: (stored) => stored,
    };
  }
  const isDate = isDateFormat(pattern);
  const shift = isDate && isDate1904 ? daysFrom1900To1904 : 0;
  return {
    isDate,
    showNumber(stored) {
      const digits = showPlain(stored);
      const text = isExact(stored) ? (apply(pattern, Number(stored) + shift) ?? digits) : digits;
      return { text, hasItsDigits: text.includes(digits) };
    },
    showText: createShowText(pattern),
  };
}

const exponent = /^(-?\d+)(?:\.(\d*))?E(\d{1,2})$/;

/**
 * A number as Excel would have stored it: Google Sheets and Java write whole numbers as `1.3800138E10`. One that has more digits
 * than a double holds stays as it is, and so does `1.38E+10`: programs that write a sign have shortened it before.
 */
export function withoutExponent(stored: string): string {
  const [, whole, fraction = '', power] = exponent.exec(stored) ?? [];
  if (whole === undefined) return stored;
  const shift = Number(power);
  const digits = fraction.replace(/0+$/, '');
  const number = `${whole}${digits.padEnd(shift, '0')}`;
  return digits.length <= shift && number.length <= maxExactDigits ? number : stored;
}

/** Only what a double holds exactly is formatted; from the rest an ID would come out that was never there. */
function isExact(stored: string): boolean {
  const [, , whole = '', , sign] = decimal.exec(stored) ?? [undefined, '', ' '.repeat(maxExactDigits + 1)];
  const isScaledUp = sign === '' || sign === '+';
  return whole.length <= maxExactDigits && !isScaledUp;
}

/**
 * Whole numbers digit for digit as the file has them, also where the sheet would show `1.23457E+11`: the digits were
 * typed. Others as Excel shows them, with 15 digits: it stores 1.1 as 1.1000000000000001.
 */
function showPlain(stored: string): string {
  const [, sign, whole, fraction] = decimal.exec(stored) ?? [];
  if (whole === undefined || !isExact(stored)) return stored;
  const isNegativeExponent = /e/i.test(stored);
  if ((fraction ?? '') === '' && !isNegativeExponent)
    return whole === '' ? '0' : `${sign === '-' ? '-' : ''}${whole}`;
  return String(Number(Number(stored).toPrecision(maxExactDigits)));
}

/** Such as the format `"E-"@`, which shows 7001 as E-7001; nearly all others show a text as it is. */
function createShowText(pattern: string): (stored: string) => string {
  const probe = 'text';
  const shown = apply(pattern, probe);
  if (shown === undefined || shown === probe) return (stored) => stored;
  return (stored) => apply(pattern, stored) ?? stored;
}

/** @returns undefined where the format is none, or hides what is in the cell. Without the room that formats leave at the sides. */
function apply(pattern: string, value: number | string): string | undefined {
  const shown = format(pattern, value, { throws: false, fillChar: '' }).trim();
  return shown === '' || shown.startsWith('####') ? undefined : shown;
}
