import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { UserIdType } from '../input/user-id-type.ts';
import type { Planner, PlannerHooks } from './planner.ts';
import { createScratch, type ScratchFile } from './scratch-lines.ts';
import { addApps, emitCalls, targetOf, type Target } from './target.ts';
import { createUint32List } from './uint32-list.ts';

/** How rows are gathered. */
export interface Gathering {
  /** Where a private folder is made for what does not fit into the memory. */
  readonly folder: string;
  /** About how much all rows together take. */
  readonly bytes: number;
  /** How much of it is in memory at once. @default 4 MiB, which take ten times the room there */
  readonly bytesAtOnce?: number | undefined;
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

/** Each has a file open. */
const maxParts = 128;
const defaultBytesAtOnce = 4 * 1024 * 1024;
/** So many targets are dealt with between two pauses. */
const pauseEvery = 20_000;

/** Marks, in the list of rows, the first of a user; the other bits are the number of the part that has the target. */
const isFirst = 2 ** 31;

/**
 * Plans rows in any order: all rows of a user become one target, in the order of their first row. What is one user is decided by type
 * and ID themselves. Rows go into parts by a hash of their user, so that one part after the other fits into the memory; the targets
 * of a part come in the order of their first rows, and the list of rows says from which part the next one is. Takes 4 bytes a
 * row, and what one part takes.
 */
export function createGatheringPlanner(hooks: PlannerHooks, gathering: Gathering): GatheringPlanner {
  const { bytes, bytesAtOnce = defaultBytesAtOnce, pause = async () => {}, told } = gathering;
  const count = Math.min(maxParts, Math.ceil(bytes / bytesAtOnce) || 1);
  /** For each row: 0 where it is not sent, the number of its user's first row plus 1, or {@link isFirst}. */
  const rows = createUint32List();
  const parts: Part[] = [];
  let folder: string | undefined;

  function telling<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw told === undefined || !isOfSystem(error) ? error : told(folder ?? gathering.folder, error);
    }
  }

  telling(() => {
    if (count === 1) parts.push(createPartInMemory());
    else {
      folder = mkdtempSync(path.join(gathering.folder, 'plan-'));
      for (let number = 0; number < count; number += 1) parts.push(createPartOnDisk(folder, number));
    }
  });

  function note(row: number, firstRow: number, part: number): void {
    rows.set(row, row === firstRow ? isFirst + part : firstRow + 1);
  }

  async function group(): Promise<Iterator<Gathered>[]> {
    const targets: Iterator<Gathered>[] = [];
    for (const [number, part] of parts.entries()) {
      await pause();
      targets.push(telling(() => part.group((row, firstRow) => note(row, firstRow, number))));
    }
    return targets;
  }

  /** In ascending order the first row of a user is always settled before the others. */
  async function settle(targets: readonly Iterator<Gathered>[]): Promise<void> {
    let nextSeq = 1;
    let sinceLastPause = 0;
    for (let row = 0; row < rows.length; row += 1) {
      const noted = rows.get(row);
      let firstSeq = 0;
      if (noted >= isFirst) {
        const target = telling(() => targets[noted - isFirst]?.next().value as Gathered | undefined);
        if (target?.firstRow !== row) throw new Error(`no target begins with row ${row}`);
        firstSeq = nextSeq;
        nextSeq += emitCalls(target, firstSeq, hooks.onCall);
      } else if (noted > 0) {
        firstSeq = rows.get(noted - 1);
      }
      rows.set(row, firstSeq);
      hooks.onRow(firstSeq);
      sinceLastPause += 1;
      if (sinceLastPause === pauseEvery) {
        sinceLastPause = 0;
        await pause();
      }
    }
  }

  return {
    add(row) {
      const number = rows.length;
      rows.push(0);
      if (!row.valid) return;
      const { userId, userIdType, appIds, line } = row;
      const at = count === 1 ? 0 : partOf(userId, count);
      telling(() => {
        const firstRow = parts[at]?.add({ row: number, line, userId, userIdType, appIds });
        if (firstRow !== undefined) note(number, firstRow, at);
      });
    },
    async end() {
      const targets = await group();
      try {
        await settle(targets);
      } finally {
        // Those that were not read to their end have a file open.
        for (const each of targets) each.return?.();
      }
    },
    close() {
      for (const part of parts) part.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What is gathered of a row. */
interface RowOfUser {
  readonly row: number;
  readonly line: number;
  readonly userId: string;
  readonly userIdType: UserIdType;
  readonly appIds: readonly string[];
}

interface Gathered extends Target {
  readonly firstRow: number;
}

/** The rows of some users, all rows of each. */
interface Part {
  /** @returns the number of the user's first row, where that is known at once. */
  add(row: RowOfUser): number | undefined;
  /** @param note gets each row whose first one was not told at once. @returns the targets in the order of their first rows. */
  group(note: (row: number, firstRow: number) => void): Iterator<Gathered>;
  close(): void;
}

function createPartInMemory(): Part {
  const groups = createGroups();
  return { add: groups.add, group: () => groups.targets(), close: () => {} };
}

function createPartOnDisk(folder: string, number: number): Part {
  const written = createScratch(path.join(folder, `rows-${number}`));
  return {
    add({ row, line, userId, userIdType, appIds }) {
      written.add(`${row}\t${line}\t${userIdType}\t${plain(userId)}\t${appIds.map(plain).join('\t')}\n`);
      return undefined;
    },
    group(note) {
      const file = written.end();
      const targets = sortedTargets(file, path.join(folder, `targets-${number}`), note);
      file.remove();
      return readTargets(targets);
    },
    close: () => written.close(),
  };
}

function sortedTargets(
  rows: ScratchFile,
  file: string,
  note: (row: number, firstRow: number) => void,
): ScratchFile {
  const groups = createGroups();
  for (const lines of rows.batches()) {
    for (const each of lines) {
      const [row, line, userIdType, userId = '', ...appIds] = each.split('\t');
      const number = Number(row);
      const firstRow = groups.add({
        row: number,
        line: Number(line),
        userId,
        userIdType: userIdType as UserIdType,
        appIds,
      });
      note(number, firstRow);
    }
  }
  const written = createScratch(file);
  for (const { firstRow, userIdType, userId, lines, appIds } of groups.targets()) {
    const where = typeof lines === 'number' ? String(lines) : lines.join(',');
    written.add(`${firstRow}\t${userIdType}\t${userId}\t${where}\t${appIds.join('\t')}\n`);
  }
  return written.end();
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

/** Users by type and ID, in the order in which they are added. */
function createGroups() {
  const byType = new Map<UserIdType, Map<string, Gathered>>();
  const all: Gathered[] = [];
  const known = new Map<string, string>();

  /** Most apps are asked for again and again: one text for each is enough. */
  function once(appId: string): string {
    const same = known.get(appId);
    if (same !== undefined) return same;
    if (known.size < maxKnown) known.set(appId, appId);
    return appId;
  }

  return {
    add({ row, line, userId, userIdType, appIds }: RowOfUser): number {
      let users = byType.get(userIdType);
      if (users === undefined) byType.set(userIdType, (users = new Map()));
      const target = users.get(userId);
      const own = appIds.map(once);
      if (target !== undefined) {
        addApps(target, own, line);
        return target.firstRow;
      }
      const begun = { ...targetOf({ userId, userIdType, appIds: own, line }), firstRow: row };
      users.set(userId, begun);
      all.push(begun);
      return row;
    },
    targets: () => all.values(),
  };
}

const maxKnown = 10_000;

/** IDs hold no control characters: a row that has one is never valid. */
function plain(id: string): string {
  if (/[\t\n]/.test(id)) throw new Error('an ID of a valid row holds a control character');
  return id;
}

function partOf(userId: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < userId.length; at += 1) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193);
  return (hash >>> 8) % count;
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
