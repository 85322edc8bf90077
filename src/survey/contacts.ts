import type { Columns } from '../input/columns/columns.ts';
import { typeByName } from '../input/words/known-names.ts';
import { trimSpaces } from '../input/words/trim-spaces.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';

/** A column beside the user ID's that names the same person by something else. */
export interface ContactColumn {
  readonly column: number;
  readonly type: 'email' | 'phone' | 'username';
}

const types: ReadonlySet<unknown> = new Set<UserIdType>(['email', 'phone', 'username']);

export function contactColumns({ names, userId, userIdType, appIds }: Columns): ContactColumn[] {
  return names.flatMap((name, column) => {
    const type = typeByName(name);
    const isOther = ![userId, userIdType, appIds].includes(column);
    return isOther && types.has(type) ? [{ column, type: type as ContactColumn['type'] }] : [];
  });
}

/** Empty where the cell holds nothing. */
export function contactIn(cells: readonly string[], { column }: ContactColumn): string {
  return trimSpaces(cells[column] ?? '');
}
