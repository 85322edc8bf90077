import type { ProblemKind } from './problem-kinds.ts';
import type { UserIdType } from './user-id-type.ts';

/** What an ID is: damage is judged by what belongs into it. */
export type IdKind = UserIdType | 'app_id';

/** What a spreadsheet or copying has done to an ID. */
export interface Damage {
  readonly kind: ProblemKind;
  /** Goes on from "The user ID" or "An app ID". */
  readonly says: string;
  /** What it probably was; undefined where that cannot be told. */
  readonly repair: string | undefined;
  /** Whether it is beyond reasonable doubt; otherwise the ID may be right as it is. */
  readonly isClear: boolean;
}

/** Damage beyond doubt. */
export function damage(kind: ProblemKind, says: string, repair?: string): Damage {
  return { kind, says, repair, isClear: true };
}

/** Names may hold spaces and any script; other IDs hold neither. */
export function isName(kind: IdKind): boolean {
  return kind === 'username' || kind === 'external_id' || kind === 'custom_field';
}
