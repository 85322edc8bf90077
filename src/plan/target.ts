import { UserError } from '../errors.ts';
import { maxAppIds } from '../genauth/kick-users.ts';
import { cut, grouped } from '../printable.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import type { PlannedCall } from './call.ts';

/** One user, with the apps that rows ask for. */
export interface Target {
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** Each once, in the order in which they are first named. */
  appIds: readonly string[];
  /** Where each of `appIds` is first named; one number where one row names them all. */
  lines: number | number[];
  /** App to its place in `appIds`; made when there are many, as most users have few. */
  known: Set<string> | undefined;
}

/** What a target is made of: a valid row's own. */
type OfRow = Pick<Target, 'userId' | 'userIdType' | 'appIds'> & { readonly line: number };

/** Nobody is signed out of so many apps: a user who stands for a whole table must not fill the memory. */
export const maxAppsOfUser = 100_000;

/** Up to so many it is faster to look through them all. */
const maxLookedThrough = 16;

export function targetOf({ userId, userIdType, appIds, line }: OfRow): Target {
  if (appIds.length > maxAppsOfUser) throw tooManyApps(userId, line);
  return { userId, userIdType, appIds, lines: line, known: undefined };
}

export function isOf(target: Target, row: Pick<OfRow, 'userId' | 'userIdType'>): boolean {
  return target.userId === row.userId && target.userIdType === row.userIdType;
}

/** Adds what a further row of the same user asks for. @throws {UserError} when the user has too many apps. */
export function addApps(target: Target, appIds: readonly string[], line: number): void {
  let grown: string[] | undefined;
  for (const appId of appIds) {
    if (hasApp(target, appId)) continue;
    if (typeof target.lines === 'number') {
      target.lines = Array<number>(target.appIds.length).fill(target.lines);
      // A row's own list, until now.
      target.appIds = [...target.appIds];
    }
    grown ??= target.appIds as string[];
    grown.push(appId);
    target.lines.push(line);
    target.known?.add(appId);
    if (grown.length > maxAppsOfUser) throw tooManyApps(target.userId, line);
  }
}

function hasApp(target: Target, appId: string): boolean {
  if (target.known === undefined) {
    if (target.appIds.length <= maxLookedThrough) return target.appIds.includes(appId);
    target.known = new Set(target.appIds);
  }
  return target.known.has(appId);
}

/** Splits a target into its calls. @returns how many they are. */
export function emitCalls(target: Target, firstSeq: number, onCall: (call: PlannedCall) => void): number {
  const { userId, userIdType, appIds, lines } = target;
  if (appIds.length <= maxAppIds) {
    onCall({ seq: firstSeq, userId, userIdType, appIds, lines: distinct(lines, 0, appIds.length) });
    return 1;
  }
  let seq = firstSeq;
  for (let from = 0; from < appIds.length; from += maxAppIds) {
    const to = from + maxAppIds;
    onCall({
      seq,
      userId,
      userIdType,
      appIds: appIds.slice(from, to),
      lines: distinct(lines, from, to),
    });
    seq += 1;
  }
  return seq - firstSeq;
}

/** Lines stand in order, as rows do. */
function distinct(lines: Target['lines'], from: number, to: number): readonly number[] {
  if (typeof lines === 'number') return [lines];
  return lines.slice(from, to).filter((line, at, own) => line !== own[at - 1]);
}

export function tooManyApps(userId: string, line: number): UserError {
  return new UserError(
    `Line ${line}: the user "${cut(userId, 100)}" has more than ${grouped(maxAppsOfUser)} different apps.`,
    { hint: 'Is the right column taken for the user ID, and the right one for the apps?' },
  );
}
