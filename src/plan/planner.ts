import { maxAppIds } from '../genauth/kick-users.ts';
import type { ValidRow } from '../input/row.ts';
import type { UserIdType } from '../input/user-id-type.ts';
import type { Call } from './call.ts';

/** A target ends after so many apps, so that one user's rows cannot fill the memory. A multiple of {@link maxAppIds}. */
const maxTargetAppIds = 5000;

/** The target that rows are being merged into. */
interface Target {
  readonly userId: string;
  readonly userIdType: UserIdType;
  readonly firstSeq: number;
  appIds: string[];
  /** App to its place in `appIds`; made when a second row of the user arrives, as most users have one row. */
  places: Map<string, number> | undefined;
  /** How many of `appIds` have left in calls. */
  emitted: number;
}

export interface Planner {
  /**
   * Takes the next row, in input order.
   * @returns for each of the row's `appIds` its slot, see {@link seqOf} and {@link placeOf}. The calls follow
   * through `onCall` as they fill up, at the latest with the next user or with `end`.
   */
  add(row: ValidRow): readonly number[];
  /** No more rows: hands out the last call. */
  end(): void;
}

/** A slot is one app's place in one call, in a single number. @returns the call's `seq`. */
export function seqOf(slot: number): number {
  return Math.floor(slot / maxAppIds);
}

/** @returns where in the call's `appIds` the app stands. */
export function placeOf(slot: number): number {
  return slot % maxAppIds;
}

/**
 * Rows to calls: rows that follow each other and name the same user become one target, its apps are taken once each and
 * split into calls of at most 50. Only the order and the content of the rows count, so the same rows always give
 * the same calls with the same `seq`. Holds one target in memory.
 * @param onCall gets every call once, in the order of `seq`, from 1.
 */
export function createPlanner(onCall: (call: Call) => void): Planner {
  let target: Target | undefined;
  let nextSeq = 1;

  function emit(from: Target, appIds: readonly string[]): void {
    onCall({ seq: nextSeq, userId: from.userId, userIdType: from.userIdType, appIds });
    nextSeq += 1;
    from.emitted += appIds.length;
  }

  function end(): void {
    if (target === undefined) return;
    if (target.emitted < target.appIds.length) {
      emit(target, target.emitted === 0 ? target.appIds : target.appIds.slice(target.emitted));
    }
    target = undefined;
  }

  function begin(row: ValidRow): Target {
    end();
    target = {
      userId: row.userId,
      userIdType: row.userIdType,
      firstSeq: nextSeq,
      appIds: [],
      places: undefined,
      emitted: 0,
    };
    return target;
  }

  function slotOf({ firstSeq }: Target, place: number): number {
    return firstSeq * maxAppIds + place;
  }

  /** Puts an app that the target does not hold yet at its end and returns its slot. */
  function append(to: Target, appId: string): number {
    const place = to.appIds.push(appId) - 1;
    to.places?.set(appId, place);
    if (to.appIds.length - to.emitted === maxAppIds) emit(to, to.appIds.slice(to.emitted));
    return slotOf(to, place);
  }

  return {
    add(row) {
      let into = target;
      const goesOn = into !== undefined && into.userId === row.userId && into.userIdType === row.userIdType;
      if (into === undefined || !goesOn) {
        const begun = begin(row);
        // Nearly every row is a user of its own with few apps: they differ from each other, and fill no call.
        if (row.appIds.length < maxAppIds) {
          begun.appIds = [...row.appIds];
          return row.appIds.map((_, place) => slotOf(begun, place));
        }
        into = begun;
      } else {
        into.places ??= new Map(into.appIds.map((appId, place) => [appId, place]));
      }
      const slots: number[] = [];
      for (const appId of row.appIds) {
        const place = into.places?.get(appId);
        if (place !== undefined) {
          slots.push(slotOf(into, place));
          continue;
        }
        // A row's own apps differ from each other, so the new target needs no places until another row comes.
        if (into.appIds.length === maxTargetAppIds) into = begin(row);
        slots.push(append(into, appId));
      }
      return slots;
    },
    end,
  };
}
