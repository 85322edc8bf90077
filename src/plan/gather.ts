import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { UserIdType } from '../input/words/user-id-type.ts';
import { createGroups, type Gathered } from './groups.ts';
import type { Planner, PlannerHooks } from './planner.ts';
import { createScratch, type ScratchFile, type ScratchWriter } from './scratch-lines.ts';
import { emitCalls } from './target.ts';
import { createUint32List, type Uint32List } from './uint32-list.ts';

/** How rows are gathered. */
export interface Gathering {
  /** Where a private folder is made for what does not fit into the memory. */
  readonly folder: string;
  /** About how much all rows together take. */
  readonly bytes: number;
  /** How much memory the targets may take. @default 64 MiB */
  readonly memory?: number | undefined;
  /** Called now and then, as the end can take a while; what it throws ends it. */
  readonly pause?: (() => Promise<void>) | undefined;
  /** What to throw when the disk refuses. */
  readonly told?: ((folder: string, error: unknown) => unknown) | undefined;
}

export interface GatheringPlanner extends Planner {
  end(): Promise<void>;
  /** Deletes what it has on the disk. */
  close(): void;
}

const defaultMemory = 64 * 1024 * 1024;
/** Each has a file open. */
const maxParts = 128;
/** So much text of a file, once it is targets, takes about a quarter of the memory that it may. */
const bytesOfPart = 4 * 1024 * 1024;
/** So many rows are dealt with between two pauses. */
const pauseEvery = 20_000;

/** Marks, in the list of rows, the first of a user; the other bits are the number of the part that has the target. */
const isFirst = 2 ** 31;

/**
 * Plans rows in any order: all rows of a user become one target, in the order of their first row. What is one user is decided by type
 * and ID themselves. What does not fit into the memory goes into parts on the disk, by a hash of the user, and one part after the
 * other is read again. The targets of a part come in the order of their first rows, and the list of rows says from which part
 * the next one is. Takes 4 bytes a row beside what it may for the targets.
 */
export function createGatheringPlanner(hooks: PlannerHooks, gathering: Gathering): GatheringPlanner {
  const { memory = defaultMemory, pause = async () => {} } = gathering;
  /**
   * For each row: 0 where it is not sent, the number of an earlier row of its user plus 1, or {@link isFirst}. What was gathered in
   * several pieces is a chain, which always leads to a row further up.
   */
  const rows = createUint32List();
  let groups = createGroups();
  let parts: Parts | undefined;
  let most = memory;

  function telling<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw gathering.told !== undefined && isOfSystem(error)
        ? gathering.told(parts?.folder ?? gathering.folder, error)
        : error;
    }
  }

  function spill(): void {
    parts ??= createParts(gathering);
    for (const target of groups.targets()) parts.add(target);
    groups = createGroups();
    // What was given up is still there until the next great garbage collection.
    most = memory / 4;
  }

  /** Once, for the first rows of its users have to be marked before any target is taken. */
  async function sources(): Promise<Iterator<Gathered>[]> {
    if (parts === undefined) {
      for (const firstRow of groups.firstRows()) rows.set(firstRow, isFirst);
      return [groups.targets()];
    }
    telling(spill);
    const targets: Iterator<Gathered>[] = [];
    for (const [number, part] of parts.end().entries()) {
      await pause();
      targets.push(telling(() => groupPart(part, number, rows)));
    }
    return targets;
  }

  return {
    add(row) {
      const number = rows.length;
      rows.push(0);
      if (!row.valid) return;
      const { userId, userIdType, appIds, line } = row;
      const firstRow = groups.add({ userId, userIdType, appIds, lines: line, firstRow: number });
      if (firstRow !== number) rows.set(number, firstRow + 1);
      if (groups.bytes > most) telling(spill);
    },
    async end() {
      const targets = await sources();
      try {
        const next = (part: number): unknown => telling(() => targets[part]?.next().value);
        await settle(rows, next as (part: number) => Gathered | undefined, hooks, pause);
      } finally {
        // Those that were not read to their end have a file open.
        for (const each of targets) each.return?.();
      }
    },
    close() {
      groups = createGroups();
      parts?.close();
    },
  };
}

/** @returns the targets of a part in the order of their first rows, which are marked with its number. */
function groupPart(part: ScratchFile, number: number, rows: Uint32List): Iterator<Gathered> {
  const own = createGroups();
  for (const target of readTargets(part)) {
    const firstRow = own.add(target);
    if (firstRow !== target.firstRow) rows.set(target.firstRow, firstRow + 1);
  }
  part.remove();
  const sorted = createScratch(`${part.path}-targets`);
  try {
    for (const target of own.targets()) {
      rows.set(target.firstRow, isFirst + number);
      sorted.add(encodeTarget(target));
    }
    return readTargets(sorted.end());
  } finally {
    sorted.close();
  }
}

/**
 * Hands out the calls and what each row belongs to. In ascending order the first row of a user is always settled before the others.
 * @param rows become the first call of each.
 * @param next takes the next target of a part.
 */
async function settle(
  rows: Uint32List,
  next: (part: number) => Gathered | undefined,
  hooks: PlannerHooks,
  pause: () => Promise<void>,
): Promise<void> {
  let nextSeq = 1;
  for (let row = 0; row < rows.length; row += 1) {
    const noted = rows.get(row);
    let firstSeq = 0;
    if (noted >= isFirst) {
      const target = next(noted - isFirst);
      if (target?.firstRow !== row) throw new Error(`no target begins with row ${row}`);
      firstSeq = nextSeq;
      nextSeq += emitCalls(target, firstSeq, hooks.onCall);
    } else if (noted > 0) {
      firstSeq = rows.get(noted - 1);
    }
    rows.set(row, firstSeq);
    hooks.onRow(firstSeq);
    if (row % pauseEvery === pauseEvery - 1) await pause();
  }
}

/** What is on the disk: the targets of some users in each file, all of each user. */
interface Parts {
  readonly folder: string;
  add(target: Gathered): void;
  end(): ScratchFile[];
  close(): void;
}

function createParts({ folder: parent, bytes }: Gathering): Parts {
  const folder = mkdtempSync(path.join(parent, 'plan-'));
  const count = Math.min(maxParts, Math.max(2, Math.ceil(bytes / bytesOfPart)));
  const writers: ScratchWriter[] = [];

  function close(): void {
    for (const writer of writers) writer.close();
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    for (let number = 0; number < count; number += 1)
      writers.push(createScratch(path.join(folder, String(number))));
  } catch (error) {
    close();
    throw error;
  }
  return {
    folder,
    add: (target) => writers[partOf(target.userId, count)]?.add(encodeTarget(target)),
    end: () => writers.map((writer) => writer.end()),
    close,
  };
}

function encodeTarget({ firstRow, userIdType, userId, lines, appIds }: Gathered): string {
  const where = typeof lines === 'number' ? String(lines) : lines.join(',');
  return `${firstRow}\t${userIdType}\t${plain(userId)}\t${where}\t${appIds.map(plain).join('\t')}\n`;
}

function* readTargets(file: ScratchFile): Generator<Gathered> {
  for (const lines of file.batches()) {
    for (const each of lines) {
      const [firstRow, userIdType, userId = '', where = '', ...appIds] = each.split('\t');
      yield {
        firstRow: Number(firstRow),
        userIdType: userIdType as UserIdType,
        userId,
        appIds,
        lines: where.includes(',') ? where.split(',').map(Number) : Number(where),
        known: undefined,
      };
    }
  }
}

/** IDs hold no control characters: a row that has one is never valid. */
function plain(id: string): string {
  if (/[\t\n]/.test(id)) throw new Error('an ID of a valid row holds a control character');
  return id;
}

function partOf(userId: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < userId.length; at += 1) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % count;
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
