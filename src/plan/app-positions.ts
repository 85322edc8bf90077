import type { CallReader } from './call-file.ts';
import type { Call } from './call.ts';
import type { FiledRow } from './row-file.ts';
import { positionOf } from './planner.ts';

/** The apps of large targets that are kept, in all: rows of some users may stand in turn. */
const maxKept = 200_000;

/**
 * @returns what tells for each app of a row its position; takes rows in the order of the input. The apps of a user stand in the calls from
 * the first on, those of the user's first row before all others.
 */
export function createAppPositions(calls: CallReader): (filed: FiledRow) => readonly number[] {
  /** By the first call: where each app of a target with several calls stands. */
  const large = new Map<number, ReadonlyMap<string, number>>();
  let kept = 0;
  let latest: Call | undefined;
  /** Of all rows until now: where a row has a higher one it is the first of its user. */
  let highest = 0;

  function first(seq: number): Call {
    if (latest?.seq !== seq) latest = calls.read(seq);
    return latest;
  }

  function positionsOfTarget(of: Call): ReadonlyMap<string, number> {
    const known = large.get(of.seq);
    if (known !== undefined) return known;
    const positions = new Map<string, number>();
    for (let call = of; isSameUser(call, of);) {
      for (const [place, appId] of call.appIds.entries()) positions.set(appId, positionOf(call.seq, place));
      if (call.seq === calls.count) break;
      call = calls.read(call.seq + 1);
    }
    if (kept + positions.size > maxKept) {
      large.clear();
      kept = 0;
    }
    large.set(of.seq, positions);
    kept += positions.size;
    return positions;
  }

  return ({ row, firstSeq }) => {
    if (!row.valid) return [];
    if (firstSeq > highest) {
      if (!calls.isAbout(firstSeq, row)) throw isOfAnother(row.line, firstSeq);
      highest = firstSeq;
      return row.appIds.map((_, place) => positionOf(firstSeq, 0) + place);
    }
    const call = first(firstSeq);
    if (!isSameUser(call, row)) throw isOfAnother(row.line, firstSeq);
    const positions: number[] = [];
    for (const [number, appId] of row.appIds.entries()) {
      // Nearly always the row's apps are the call's.
      const place = call.appIds[number] === appId ? number : call.appIds.indexOf(appId);
      const position = place === -1 ? positionsOfTarget(call).get(appId) : positionOf(firstSeq, place);
      if (position === undefined)
        throw new Error(`line ${row.line}: no call from ${firstSeq} on has the app`);
      positions.push(position);
    }
    return positions;
  };
}

function isOfAnother(line: number, seq: number): Error {
  return new Error(`line ${line}: call ${seq} is about somebody else`);
}

type User = Pick<Call, 'userId' | 'userIdType'>;

function isSameUser(one: User, other: User): boolean {
  return one.userId === other.userId && one.userIdType === other.userIdType;
}
