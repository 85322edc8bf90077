import type { UserIdType } from '../input/words/user-id-type.ts';

/** One `kick-users` request: one user and 1 to 50 apps. */
export interface Call {
  /** Its number in plan order, from 1. */
  readonly seq: number;
  readonly userId: string;
  readonly userIdType: UserIdType;
  readonly appIds: readonly string[];
}

/** A call as it is planned. */
export interface PlannedCall extends Call {
  /** Where its apps are first named for the user, each line once, in order. */
  readonly lines: readonly number[];
}
