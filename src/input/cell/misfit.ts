import type { ProblemKind } from '../words/problem-kinds.ts';
import type { UserIdType } from '../words/user-id-type.ts';

/** What the form of an ID says against its type. */
export interface Misfit {
  readonly kind: ProblemKind;
  /** Goes on from "The user ID". */
  readonly says: string;
}

export function findMisfit(userId: string, type: UserIdType | undefined): Misfit | undefined {
  if (type === 'email' && !userId.includes('@')) {
    return { kind: 'no_at_sign', says: 'has no "@"; expected an email address, since its type is email' };
  }
  if ((type === 'identity' || type === 'sync_relation') && !hasTwoSides(userId)) {
    const left = type === 'identity' ? '<extIdpId>' : '<provider>';
    const says = `is not in two parts; expected ${left}:<userIdInIdp>, since its type is ${type}`;
    return { kind: 'not_two_parts', says };
  }
  return undefined;
}

function hasTwoSides(userId: string): boolean {
  const colon = userId.indexOf(':');
  return colon > 0 && colon < userId.length - 1;
}
