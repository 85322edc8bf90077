import { isObjectId } from '../input/cell/evidence.ts';
import { isUsualPhone } from '../input/cell/phone.ts';
import { cut, grouped } from '../printable.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import type { Oddity } from './oddities.ts';

const maxNamed = 5;

/** Counts the rows that name a user of the type `user_id` otherwise than GenAuth does; in no memory. */
export interface UserForms {
  add(row: PlannedRow): void;
  /** User IDs are opaque, so that nothing is refused for it. */
  oddity(): Oddity | undefined;
}

export function createUserForms(): UserForms {
  const named: string[] = [];
  const lines: number[] = [];
  let [rows, others] = [0, 0];
  return {
    add(row) {
      if (!row.valid || row.userIdType !== 'user_id') return;
      rows += 1;
      if (isObjectId(row.userId)) return;
      others += 1;
      if (named.length === maxNamed) return;
      named.push(`line ${row.line} "${cut(row.userId, 40)}"${lookOf(row.userId)}`);
      lines.push(row.line);
    },
    oddity() {
      if (others === 0) return undefined;
      const rest = others > maxNamed ? ` and ${grouped(others - maxNamed)} more` : '';
      const row = rows === 1 ? 'row' : 'rows';
      const name = others === 1 ? 'names' : 'name';
      const whatToDo =
        others === rows
          ? 'If they are IDs of another type, say of which with --user-id-type.'
          : 'Copy them anew; or say in a column user_id_type which type they are of.';
      return {
        kind: 'user_form',
        message: `${grouped(others)} of ${grouped(rows)} ${row} of the type user_id ${name} no ID of 24 hexadecimal digits, as GenAuth gives them: ${named.join(', ')}${rest}. GenAuth will hardly find anybody by them. ${whatToDo}`,
        lines,
      };
    },
  };
}

/** What it may be instead, for whoever has to look it up. */
function lookOf(userId: string): string {
  if (userId.includes('@')) return ' (an email address?)';
  if (/^[\da-f]{16,40}$/i.test(userId)) return ` (${userId.length} digits)`;
  return isUsualPhone(userId) ? ' (a phone number?)' : '';
}
