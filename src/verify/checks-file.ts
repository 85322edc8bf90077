import { statSync, truncateSync } from 'node:fs';

import { createLines } from '../files/lines.ts';
import { openJournalFile, type JournalFile, type JournalFileOptions } from '../journal/journal-file.ts';
import { readPieces } from '../journal/line-reader.ts';
import type { Checks } from './checks.ts';
import { decodeCheck, encodeCheck, type CheckRecord } from './record.ts';

/** No record is longer: a page has 50 users, and a message at most 500 characters. */
const maxLineLength = 1 << 20;

/**
 * Reads all records of the file in memory that does not grow with it. A missing file is an empty one.
 * @returns how many bytes its whole lines have.
 */
export async function readChecks(
  file: string,
  checks: Pick<Checks, 'add' | 'addDamaged'>,
  onRecord?: (record: CheckRecord) => void,
): Promise<number> {
  let end = 0;
  const lines = createLines((bytes, start, feed, offset, isTooLong) => {
    const record = isTooLong ? undefined : decodeCheck(bytes, start, feed);
    if (record === undefined) checks.addDamaged();
    else {
      checks.add(record, offset);
      onRecord?.(record);
    }
    end = offset + feed - start + 1;
  }, maxLineLength);
  for await (const piece of readPieces(file)) lines.add(piece);
  return end;
}

/** The append-only file of what was asked about sessions. */
export interface ChecksFile {
  /** @throws {JournalError} when it cannot be written. */
  append(record: CheckRecord): void;
  /** Why nothing more can be written. */
  readonly failure: JournalFile['failure'];
  close(): Promise<void>;
}

const neededMB = 1;

/** @param end where its whole lines end: half a line behind them is cut off. @param checks is kept up to date. */
export async function openChecksFile(
  file: string,
  end: number,
  checks: Checks,
  options: JournalFileOptions = {},
): Promise<ChecksFile> {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > end) truncateSync(file, end);
  const opened = await openJournalFile(file, end, () => neededMB, options);
  return {
    append(record) {
      checks.add(record, opened.append(encodeCheck(record)));
    },
    get failure() {
      return opened.failure;
    },
    close: opened.close,
  };
}
