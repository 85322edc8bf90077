import { existsSync } from 'node:fs';

import { exitCodes, UserError } from '../errors.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { openLineReader } from '../journal/line-reader.ts';
import { openRecordReader, type RecordReader } from '../journal/read-journal.ts';
import type { AttemptRecord } from '../journal/record.ts';
import type { CallReader } from '../plan/call-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { createChecks, type Checks } from './checks.ts';
import { readChecks } from './checks-file.ts';
import { findPairs, type Pairs } from './pairs.ts';
import { decodeCheck, type CheckRecord } from './record.ts';

/** What was asked about the sessions of a run, and what came of it. */
export interface Seen {
  readonly pairs: Pairs;
  readonly checks: Checks;
  /** How many bytes the whole lines of the file have. */
  readonly end: number;
  /** What stands there in the file. */
  recordAt(offset: number): CheckRecord | undefined;
  /** Of a call, in order. */
  attemptsOf(seq: number): readonly AttemptRecord[];
  close(): void;
}

/**
 * @param plan by what the journal knows whose calls it is about. @param onRecord told of each record, in order.
 * @throws {UserError} when the checks are about another plan.
 */
export async function openSeen(
  folder: string,
  of: { readonly calls: CallReader; readonly index: JournalIndex; readonly plan: string },
  onRecord?: (record: CheckRecord) => void,
): Promise<Seen> {
  const { calls, index, plan } = of;
  const files = runFiles(folder);
  const journal = existsSync(files.journal) ? openRecordReader(files.journal) : undefined;
  const readers = { journal, checks: lazily(() => openLineReader(files.checks, decodeCheck)) };
  const close = (): void => {
    readers.journal?.close();
    readers.checks.opened?.close();
  };
  try {
    const attempts = (last: number): AttemptRecord[] => journal?.attempts(last) ?? [];
    const pairs = findPairs(calls, index, attempts);
    const checks = createChecks(pairs, calls.count);
    let other: string | undefined;
    const end = await readChecks(files.checks, checks, (record) => {
      if (record.kind === 'look' && record.plan !== plan) other ??= record.plan;
      onRecord?.(record);
    });
    if (other !== undefined) throw ofOtherPlan(files.checks, other, plan);
    return {
      pairs,
      checks,
      end,
      recordAt: (offset) => readers.checks.get().at(offset),
      attemptsOf: (seq) => attemptsOf(journal, index, seq),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function attemptsOf(journal: RecordReader | undefined, index: JournalIndex, seq: number): AttemptRecord[] {
  const { lastRecord } = index.state(seq);
  return lastRecord === undefined ? [] : (journal?.attempts(lastRecord) ?? []);
}

/** What is made when it is first asked for: the file may not be there before. */
function lazily<T>(make: () => T) {
  const made: { opened: T | undefined; get(): T } = {
    opened: undefined,
    get: () => (made.opened ??= make()),
  };
  return made;
}

function ofOtherPlan(file: string, other: string, own: string): UserError {
  return new UserError(`${file} is about another plan than calls.csv beside it: ${other}, and not ${own}.`, {
    hint: 'One of them came from another run folder: put the right one back.',
    exitCode: exitCodes.broken,
  });
}
