import type { ProblemKind } from '../words/problem-kinds.ts';
import type { UserIdType } from '../words/user-id-type.ts';

/**
 * What belongs into a cell. `app_ids` is a whole cell of apps, of which each is judged as `app_id`; `any` is an ID whose type
 * is not known, as on a list of protected users.
 */
export type IdKind = UserIdType | 'app_id' | 'app_ids' | 'any';

/** Why a cell does not name a user or an app. */
export interface Damage {
  readonly kind: ProblemKind;
  /** Goes on from "The user ID" or "An app ID". */
  readonly says: string;
  /** What it probably was; undefined where that cannot be told. */
  readonly repair: string | undefined;
  /** Whether it is beyond reasonable doubt; otherwise the ID may be right as it is. */
  readonly isClear: boolean;
}

/** A damage, when its kind is known anyway. */
export type Found = Omit<Damage, 'kind'>;

/** Damage beyond doubt. */
export function clear(says: string, repair?: string): Found {
  return { says, repair, isClear: true };
}

/** What may be right as it is. */
export function doubtful(says: string): Found {
  return { says, repair: undefined, isClear: false };
}

/** Names may hold spaces and any script; other IDs hold neither. */
export function isName(kind: IdKind): boolean {
  return kind === 'username' || kind === 'external_id' || kind === 'custom_field';
}

/** IDs of two parts, `<provider>:<userIdInIdp>`. */
export function hasTwoParts(kind: IdKind): boolean {
  return kind === 'identity' || kind === 'sync_relation';
}

/** A name in a directory, such as `CN=Ada,OU=People,DC=example`: commas, spaces and `=` belong to it. */
export function isDistinguishedName(text: string): boolean {
  return /^(?:[\w.-]+:)?[A-Za-z][\w.-]*\s*=[^=]+,\s*[A-Za-z][\w.-]*\s*=/.test(text);
}
