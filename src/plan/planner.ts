import { maxAppIds } from '../genauth/kick-users.ts';
import type { PlannedCall } from './call.ts';
import type { PlannedRow } from './planned-row.ts';
import { addApps, emitCalls, isOf, targetOf, type Target } from './target.ts';

/** Rows to calls. What comes of them may follow at any time, at the latest with `end`. */
export interface Planner {
  /** Takes the next row, in input order. @throws {UserError} when its user has too many apps. */
  add(row: PlannedRow): void;
  /** No more rows. */
  end(): void | Promise<void>;
}

export interface PlannerHooks {
  /** Gets every call once, in the order of `seq`, from 1. */
  readonly onCall: (call: PlannedCall) => void;
  /** Gets for every row, in order, the `seq` of its user's first call; 0 for a row that is not sent. */
  readonly onRow: (firstSeq: number) => void;
}

/** A position is one app's place in one call, in a single number. @returns the call's `seq`. */
export function seqOf(position: number): number {
  return Math.floor(position / maxAppIds);
}

/** @returns where in the call's `appIds` the app stands. */
export function placeOf(position: number): number {
  return position % maxAppIds;
}

export function positionOf(seq: number, place: number): number {
  return seq * maxAppIds + place;
}

/**
 * Plans rows of which those of a user follow each other: they become one target, its apps are taken once each, in the order in which
 * they are first named, and split into calls of at most 50. Holds one target in memory.
 */
export function createPlanner({ onCall, onRow }: PlannerHooks): Planner {
  let target: Target | undefined;
  let firstSeq = 1;

  function end(): void {
    if (target !== undefined) firstSeq += emitCalls(target, firstSeq, onCall);
    target = undefined;
  }

  return {
    add(row) {
      if (!row.valid) {
        onRow(0);
        return;
      }
      if (target !== undefined && isOf(target, row)) addApps(target, row.appIds, row.line);
      else {
        end();
        target = targetOf(row);
      }
      onRow(firstSeq);
    },
    end,
  };
}
