import type { PlannedRow } from '../plan/planned-row.ts';
import { cut, grouped } from '../printable.ts';
import type { Oddity } from './oddities.ts';

/** Looks for email addresses that were cut, in memory that does not grow with them: without a dot behind the "@" hardly one reaches anybody. */
export interface EmailForms {
  add(row: PlannedRow): void;
  oddity(): Oddity | undefined;
}

const maxNamed = 5;

export function createEmailForms(): EmailForms {
  const first: { readonly line: number; readonly email: string }[] = [];
  let [odd, all] = [0, 0];
  let former = '';
  return {
    add(row) {
      if (!row.valid || row.userIdType !== 'email' || row.userId === former) return;
      former = row.userId;
      all += 1;
      // What stands in brackets is an IP address.
      if (/@.*[.[]/s.test(former)) return;
      odd += 1;
      if (first.length < maxNamed) first.push({ line: row.line, email: former });
    },
    oddity() {
      // Where hardly one has a dot they are a company's own, by which it knows its people.
      if (odd === 0 || odd * 2 >= all) return undefined;
      const named = first.map(({ line, email }) => `line ${line} "${cut(email, 60)}"`).join(', ');
      const rest = odd > first.length ? ` and ${grouped(odd - first.length)} more` : '';
      const have = odd === 1 ? 'has' : 'have';
      return {
        kind: 'email_form',
        message: `${grouped(odd)} of ${grouped(all)} email addresses ${have} no dot behind the "@", unlike the others: ${named}${rest}. Where an address was cut it reaches nobody, or somebody else: compare with where it came from.`,
        lines: first.map(({ line }) => line),
      };
    },
  };
}
