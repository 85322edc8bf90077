import { prefixOf } from '../input/cell/phone.ts';
import type { ValidRow } from '../input/row.ts';

/** How the phone numbers of the valid rows are written, and what becomes of that. */
export interface PhoneSummary {
  readonly rows: number;
  /** Rows by the prefix that the number has in the file, such as `+86`; `+` and `00` are those of other countries. */
  readonly prefixes: Readonly<Record<string, number>>;
  /** Rows whose number is sent without its prefix. */
  readonly stripped: number;
  /** The first that is stripped, else the first. */
  readonly first: { readonly line: number; readonly written: string; readonly sent: string };
}

export function createPhoneCounts() {
  const prefixes: Record<string, number> = {};
  let [rows, stripped] = [0, 0];
  let first: PhoneSummary['first'] | undefined;
  return {
    add({ line, userId, writtenUserId }: ValidRow): void {
      rows += 1;
      const written = writtenUserId ?? userId;
      const prefix = writtenUserId?.slice(0, -userId.length) ?? prefixOf(userId);
      if (prefix !== undefined) prefixes[prefix] = (prefixes[prefix] ?? 0) + 1;
      if (first === undefined || (stripped === 0 && writtenUserId !== undefined)) {
        first = { line, written, sent: userId };
      }
      if (writtenUserId !== undefined) stripped += 1;
    },
    summary: (): PhoneSummary | null => (first === undefined ? null : { rows, prefixes, stripped, first }),
  };
}
