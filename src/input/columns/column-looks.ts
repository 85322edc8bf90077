import { readAppIds } from '../cell/app-ids.ts';
import { findDate } from '../cell/dates.ts';
import { judgeCell } from '../cell/judge-cell.ts';
import { isObjectId } from '../cell/evidence.ts';
import { printable } from '../../printable.ts';
import { trimSpaces } from '../words/trim-spaces.ts';
import type { UserIdType } from '../words/user-id-type.ts';

/** The cells of a file's first records, the header aside: by them a question can say what a column holds. */
export type Sample = readonly (readonly string[])[];

/** So many records are looked at. */
const maxSample = 500;

type Form = 'object_id' | 'object_ids' | 'email' | 'phone' | 'number' | 'code' | 'word' | 'date';

/** What the values of a column have in common. */
export interface Looks {
  /** `mixed` where most values are not of one form; `nothing` where there are none. */
  readonly form: Form | 'mixed' | 'nothing';
  /** Whether all of them are so, and not only most. */
  readonly isWhole: boolean;
  /** How many different ones there are. */
  readonly different: number;
  /** No two rows have the same. */
  readonly areDifferent: boolean;
  readonly example: string;
}

export function looksOf(sample: Sample, column: number): Looks {
  const counts = new Map<Form, number>();
  const values = new Set<string>();
  let [total, example] = [0, ''];
  for (const cells of sample.slice(0, maxSample)) {
    const value = trimSpaces(cells[column] ?? '');
    if (value === '' || judgeCell(value, 'any')?.kind === 'nothing') continue;
    const form = formOf(value);
    counts.set(form, (counts.get(form) ?? 0) + 1);
    values.add(value);
    total += 1;
    if (example === '') example = value;
  }
  if (total === 0) return { form: 'nothing', isWhole: true, different: 0, areDifferent: false, example };
  const [most = ['word', 0] as const] = [...counts].sort(([, one], [, other]) => other - one);
  const joint = jointForm([...counts.keys()]);
  const [form, count] = joint === undefined ? most : [joint, total];
  return {
    form: count >= total * 0.8 ? form : 'mixed',
    isWhole: count === total,
    different: values.size,
    areDifferent: values.size === total,
    example,
  };
}

/** One form for values of two that often stand in one column. */
function jointForm(forms: readonly Form[]): Form | undefined {
  if (forms.length !== 2) return undefined;
  if (forms.includes('number') && forms.includes('code')) return 'code';
  return forms.includes('object_id') && forms.includes('object_ids') ? 'object_ids' : undefined;
}

function formOf(value: string): Form {
  if (isObjectId(value)) return 'object_id';
  const apps = readAppIds(value) ?? [];
  if (apps.length > 1 && apps.every(isObjectId)) return 'object_ids';
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return 'email';
  if (isLikePhone(value)) return 'phone';
  if (/^\d+$/.test(value)) return 'number';
  if (findDate(value, 'any') !== undefined) return 'date';
  return /\d/.test(value) && !/\s/.test(value) ? 'code' : 'word';
}

/** With a prefix, or with what stands between digits that are dialled; or a Chinese mobile number. */
function isLikePhone(value: string): boolean {
  const digits = value.replaceAll(/\D/g, '').length;
  if (digits < 7 || digits > 15) return false;
  return /^(?:\+|00)[\d\s()./-]+$|^1[3-9]\d{9}$|^\(?0\d+\)?[\s/-][\d\s/-]+$/.test(value);
}

const described: Readonly<Record<Looks['form'], string>> = {
  object_id: "24 hexadecimal digits, as GenAuth's own IDs have",
  object_ids: "lists of IDs of 24 hexadecimal digits, as GenAuth's apps have",
  email: 'email addresses',
  phone: 'phone numbers',
  number: 'numbers',
  code: 'numbers of employees or other codes',
  word: 'words or names',
  date: 'dates',
  mixed: 'values of several forms',
  nothing: '',
};

/** What the values look like, in a sentence; none where there are none to be seen. */
export function describeLooks({ form, isWhole, example }: Looks): string {
  if (form === 'nothing') return '';
  const most = isWhole || form === 'mixed' ? 'Its values look like' : 'Most of its values look like';
  return ` ${most} ${described[form]}, such as "${printable(example, 40)}".`;
}

const typesOfForm: Readonly<Partial<Record<Looks['form'], readonly UserIdType[]>>> = {
  object_id: ['user_id', 'external_id'],
  email: ['email', 'username'],
  phone: ['phone', 'external_id'],
  word: ['username'],
};

/** The types that such values may have, the likeliest first. */
export function typesFor({ form }: Looks): readonly UserIdType[] {
  return typesOfForm[form] ?? ['external_id', 'username'];
}

/** Of columns that could name the users, one that holds what is nobody else's comes first: an ID, an email, a phone, a name. */
export function rankOf(type: UserIdType): number {
  const order: readonly UserIdType[] = [
    'user_id',
    'external_id',
    'identity',
    'sync_relation',
    'email',
    'phone',
  ];
  const at = order.indexOf(type);
  return at === -1 ? order.length : at;
}
