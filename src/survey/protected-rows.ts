import type { ProtectedId } from '../input/protect-list.ts';
import type { Oddity } from './oddities.ts';
import type { ProtectedRow } from '../plan/planned-row.ts';

/** A row that is left out, and why. */
export interface NamedProtectedRow extends Pick<ProtectedRow, 'line' | 'userId' | 'userIdType'> {
  readonly protectedAs: ProtectedId;
}

export interface ProtectedRows {
  add(row: ProtectedRow): void;
  /** The first {@link maxNamed}. */
  readonly named: readonly NamedProtectedRow[];
  /** A list of leavers would hardly name most administrators. */
  oddity(): Oddity | undefined;
}

const maxNamed = 1000;

/** Collects the rows of protected users. @param listed how many IDs the list has. */
export function createProtectedRows(listed: number): ProtectedRows {
  const named: NamedProtectedRow[] = [];
  const found = new Set<ProtectedId>();
  return {
    add({ line, userId, userIdType, protectedAs }) {
      found.add(protectedAs);
      if (named.length < maxNamed) named.push({ line, userId, userIdType, protectedAs });
    },
    named,
    oddity() {
      if (found.size < 2 || found.size * 2 < listed) return undefined;
      return {
        kind: 'directory',
        message: `The file names ${found.size} of the ${listed} protected IDs: it looks like a whole directory and not like a list of leavers.`,
        lines: named.slice(0, 5).map(({ line }) => line),
      };
    },
  };
}
