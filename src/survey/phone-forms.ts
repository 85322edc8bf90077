import { prefixOf } from '../input/cell/phone.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { cut, grouped } from '../printable.ts';
import type { Oddity } from './oddities.ts';

/** Counts phone numbers by their digits, in memory that does not grow with them: one with a digit too few or too many reaches nobody, or somebody else. */
export interface PhoneForms {
  add(row: PlannedRow): void;
  oddity(): Oddity | undefined;
}

const maxNamed = 5;
/** Among fewer, none can be told to be the odd one. */
const leastAlike = 8;
/** Whoever has numbers of several lengths has more of them than those who mistype one. */
const leastShareAlike = 0.9;
const mostShareOdd = 0.02;
const alwaysOdd = 2;

const chineseMobile = /^1[3-9]\d{9}$/;

const beginnings = ['0', 'mobile', 'other'] as const;

/** Numbers that look alike: of so many digits, and of one beginning. */
interface Form {
  readonly digits: number;
  readonly begins: (typeof beginnings)[number];
  count: number;
  /** The first of them. */
  readonly first: { readonly line: number; readonly phone: string }[];
}

export function createPhoneForms(): PhoneForms {
  const forms = new Map<number, Form>();
  let former = '';
  return {
    add(row) {
      if (!row.valid || row.userIdType !== 'phone' || row.userId === former) return;
      former = row.userId;
      const prefix = prefixOf(former);
      // Abroad, lengths differ.
      if (prefix === '+' || prefix === '00') return;
      const national = prefix === undefined ? former : former.slice(prefix.length);
      const isMobile = chineseMobile.test(national);
      if (!isMobile && !/^\d{5,15}$/.test(national)) return;
      const begins = isMobile ? 'mobile' : national.startsWith('0') ? '0' : 'other';
      const key = 3 * national.length + beginnings.indexOf(begins);
      let form = forms.get(key);
      if (form === undefined) {
        form = { digits: national.length, begins, count: 0, first: [] };
        forms.set(key, form);
      }
      form.count += 1;
      if (form.first.length < maxNamed) form.first.push({ line: row.line, phone: former });
    },
    oddity: () => findOddity([...forms.values()]),
  };
}

function findOddity(forms: readonly Form[]): Oddity | undefined {
  const all = sum(forms);
  const [usual, ...others] = forms.toSorted((a, b) => b.count - a.count);
  if (usual === undefined || usual.count < leastAlike || usual.count < all * leastShareAlike)
    return undefined;
  const odd = others.filter(
    ({ count, begins }) =>
      count <= Math.max(alwaysOdd, all * mostShareOdd) &&
      // A landline among mobile phones has its area code before it.
      (begins !== '0' || usual.begins === '0'),
  );
  if (odd.length === 0) return undefined;
  const count = sum(odd);
  const first = odd
    .flatMap((form) => form.first.map((each) => ({ ...each, digits: form.digits })))
    .toSorted((a, b) => a.line - b.line)
    .slice(0, maxNamed);
  const named = first.map(({ line, phone, digits }) => `line ${line} "${cut(phone, 40)}" (${digits} digits)`);
  const rest = count > named.length ? ` and ${grouped(count - named.length)} more` : '';
  const look = `${usual.digits} digits${usual.begins === 'mobile' ? ' and begin with 13 to 19' : ''}`;
  return {
    kind: 'phone_form',
    message: `${grouped(count)} of ${grouped(all)} phone numbers ${count === 1 ? 'is' : 'are'} not like nearly all others, which have ${look}: ${named.join(', ')}${rest}. With a digit too many, too few or wrong it reaches nobody, or somebody else: compare with where it came from.`,
    lines: first.map(({ line }) => line),
  };
}

function sum(forms: readonly Form[]): number {
  return forms.reduce((total, { count }) => total + count, 0);
}
