/** E.164 allows no more. */
const maxDigits = 15;

// E.164 codes; none is the beginning of another, so taking one off never cuts into a longer one.
const countryCodes =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?:2[1-69]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])\d)$/;

/** Whether `code` is one that phone numbers of some country begin with after their `+`. */
export function isCountryCode(code: string): boolean {
  return countryCodes.test(code);
}

/**
 * The country prefix that a phone number carries: `+86` or `0086` in full, `86` where a Chinese mobile number follows it,
 * `+` or `00` where it is that of another country.
 * @param country the code that is looked for.
 */
export function prefixOf(phone: string, country = '86'): string | undefined {
  // Most numbers begin with another digit.
  if (!/^[+08]/.test(phone)) return undefined;
  for (const prefix of [`+${country}`, `00${country}`]) if (phone.startsWith(prefix)) return prefix;
  // Without a sign before it, only this shape tells a country code from the first digits of a number.
  if (country === '86' && /^861\d{10}$/.test(phone)) return country;
  return /^(?:\+|00)[1-9]/.exec(phone)?.[0].slice(0, -1);
}

/** A phone number without the prefix of `country`; as it is where it has none, or anything but digits follows. */
export function withoutPrefix(phone: string, country: string | undefined): string {
  if (country === undefined) return phone;
  const prefix = prefixOf(phone, country);
  if (prefix === undefined || !prefix.endsWith(country)) return phone;
  const rest = phone.slice(prefix.length);
  return /^\d+$/.test(rest) ? rest : phone;
}

/** Of countries whose numbers show by their form whether they can be: without the country code, and in words. */
const formsOfCountries: Readonly<Record<string, { readonly form: RegExp; readonly says: string }>> = {
  '1': {
    form: /^[2-9]\d{2}[2-9]\d{6}$/,
    says: 'North America (+1), which has ten digits, and 2 to 9 as the first and the fourth of them',
  },
  // Of landlines and hotlines only the bounds are sure.
  '86': {
    form: /^(?:1[3-9]\d{9}|(?!1[3-9])\d{5,12})$/,
    says: 'China (+86), which has 11 digits where it begins with 13 to 19',
  },
};

/**
 * What tells that a number cannot be one of its country: goes on from "This". Undefined where it can, and where nothing tells.
 * @param country of numbers without a prefix, where it is known.
 */
export function findImpossible(phone: string, country: string | undefined): string | undefined {
  const international = /^(?:\+|00)(\d{5,})$/.exec(phone)?.[1];
  if (international === undefined) {
    // Of other numbers without a prefix nothing tells whether they are from there.
    return country === '86' && /^1[3-9]\d{3,}$/.test(phone) ? findMisform('86', phone) : undefined;
  }
  const code = [1, 2, 3].map((length) => international.slice(0, length)).find(isCountryCode);
  if (code !== undefined) return findMisform(code, international.slice(code.length));
  // The zeros of 00 may be the number's own.
  return phone.startsWith('+') ? 'begins with the code of no country' : undefined;
}

function findMisform(code: string, rest: string): string | undefined {
  const country = formsOfCountries[code];
  if (country === undefined || country.form.test(rest)) return undefined;
  return `is no phone number of ${country.says}`;
}

/** Whether this is a phone number as they usually are: digits, with a `+` before them at most. */
export function isUsualPhone(phone: string): boolean {
  return /^\+?\d{5,15}$/.test(phone);
}

/** Spaces, hyphens, dots, slashes and parentheses between the digits of a phone number. */
const separated = /^\+?[\d\s().\-\u2010-\u2015/·]*$/u;

/**
 * What a phone number is without the separators that people write for readers; undefined when it has none, or is not
 * made of digits and separators. `''` where it cannot be told: `(0)` may belong to it or not, and a slash or too many
 * digits may be two numbers in one cell.
 */
export function withoutSeparators(phone: string): string | undefined {
  if (/^\+?\d*$/.test(phone) || !separated.test(phone)) return undefined;
  const digits = phone.replaceAll(/[^\d+]/g, '');
  const isTold = !phone.includes('(0)') && !phone.includes('/');
  return isTold && digits.replace(/^(?:\+|00)/, '').length <= maxDigits ? digits : '';
}
