import type { CallReader } from '../../src/plan/call-file.ts';
import type { PlannedCall } from '../../src/plan/call.ts';
import type { PlannedRow } from '../../src/plan/planned-row.ts';
import { createGatheringPlanner, type Gathering } from '../../src/plan/gather.ts';
import { createPlanner, type PlannerHooks } from '../../src/plan/planner.ts';
import type { FiledRow } from '../../src/plan/row-file.ts';
import { createAppPositions } from '../../src/plan/app-positions.ts';

/** What a run would find in the files of its plan. */
export interface Planned {
  readonly calls: readonly PlannedCall[];
  readonly filed: readonly FiledRow[];
  readonly reader: CallReader;
  /** For each row, by its apps. */
  readonly positions: readonly (readonly number[])[];
}

/** Of rows that stand in any order. @param gathering by default nothing is written. */
export async function planned(
  rows: readonly PlannedRow[],
  gathering: Gathering = { folder: '', bytes: 0 },
): Promise<Planned> {
  const made = collect();
  const planner = createGatheringPlanner(made.hooks, gathering);
  for (const row of rows) planner.add(row);
  await planner.end();
  planner.close();
  return made.planned(rows);
}

/** Of rows of which those of a user follow each other. */
export function plannedInOrder(rows: readonly PlannedRow[]): Planned {
  const made = collect();
  const planner = createPlanner(made.hooks);
  for (const row of rows) planner.add(row);
  void planner.end();
  return made.planned(rows);
}

function collect() {
  const calls: PlannedCall[] = [];
  const firstSeqs: number[] = [];
  const hooks: PlannerHooks = {
    onCall: (call) => void calls.push(call),
    onRow: (firstSeq) => void firstSeqs.push(firstSeq),
  };
  return {
    hooks,
    planned(rows: readonly PlannedRow[]): Planned {
      const filed = rows.map((row, place) => ({ row, firstSeq: firstSeqs[place] ?? 0 }));
      const reader = readerOf(calls);
      return { calls, filed, reader, positions: filed.map(createAppPositions(reader)) };
    },
  };
}

function readerOf(calls: readonly PlannedCall[]): CallReader {
  function read(seq: number): PlannedCall {
    const call = calls[seq - 1];
    if (call === undefined) throw new Error(`there is no call ${seq}`);
    return call;
  }
  return {
    count: calls.length,
    read,
    readPlanned: read,
    bytes: () => {
      throw new Error('there is no file');
    },
    isAbout: (seq, { userId, userIdType }) => {
      const call = read(seq);
      return call.userId === userId && call.userIdType === userIdType;
    },
    close: () => {},
  };
}
