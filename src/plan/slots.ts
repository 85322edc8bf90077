import type { CallReader } from './call-file.ts';
import type { Call } from './call.ts';
import type { FiledRow } from './row-file.ts';
import { slotOf } from './planner.ts';

/** The apps of large targets that are kept, in all: rows of some users may stand in turn. */
const maxKept = 200_000;

/**
 * @returns what tells for each app of a row its slot. The apps of a user stand in the calls from the first on, and nearly all have one.
 */
export function createSlots(calls: CallReader): (filed: FiledRow) => readonly number[] {
  /** By the first call: where each app of a target with several calls stands. */
  const large = new Map<number, ReadonlyMap<string, number>>();
  let kept = 0;
  let latest: Call | undefined;

  function first(seq: number): Call {
    if (latest?.seq !== seq) latest = calls.read(seq);
    return latest;
  }

  function slotsOfTarget(of: Call): ReadonlyMap<string, number> {
    const known = large.get(of.seq);
    if (known !== undefined) return known;
    const slots = new Map<string, number>();
    for (let call = of; isSameUser(call, of);) {
      for (const [place, appId] of call.appIds.entries()) slots.set(appId, slotOf(call.seq, place));
      if (call.seq === calls.count) break;
      call = calls.read(call.seq + 1);
    }
    if (kept + slots.size > maxKept) {
      large.clear();
      kept = 0;
    }
    large.set(of.seq, slots);
    kept += slots.size;
    return slots;
  }

  return ({ row, firstSeq }) => {
    if (!row.valid) return [];
    const call = first(firstSeq);
    if (!isSameUser(call, row)) throw new Error(`line ${row.line}: call ${firstSeq} is about somebody else`);
    const slots: number[] = [];
    for (const [number, appId] of row.appIds.entries()) {
      // Nearly always the row's apps are the call's.
      const place = call.appIds[number] === appId ? number : call.appIds.indexOf(appId);
      const slot = place === -1 ? slotsOfTarget(call).get(appId) : slotOf(firstSeq, place);
      if (slot === undefined) throw new Error(`line ${row.line}: no call from ${firstSeq} on has the app`);
      slots.push(slot);
    }
    return slots;
  };
}

type User = Pick<Call, 'userId' | 'userIdType'>;

function isSameUser(one: User, other: User): boolean {
  return one.userId === other.userId && one.userIdType === other.userIdType;
}
