import { statSync } from 'node:fs';

import { exitCodes, UserError } from '../errors.ts';
import { createLines } from '../files/lines.ts';
import type { JournalIndex } from './journal-index.ts';
import { openLineReader, readPieces } from './line-reader.ts';
import { decodeRecord, type AttemptRecord } from './record.ts';

/** What a journal holds beyond its whole records. */
export interface JournalEnd {
  /** How many bytes of whole records it begins with. */
  readonly end: number;
  /** Bytes after the last whole record: a write that a crash, or a process still writing, cut short. */
  readonly tornBytes: number;
  /** Where lines begin that are damaged although whole ones follow. */
  readonly damagedAt: readonly number[];
  /**
   * What damaged lines after the last whole record may have been: a record from within a session, or the begin of one, too. A write
   * that was cut short was neither, as nothing rests on a record before it is whole.
   */
  readonly lost: 'nothing' | 'record' | 'session';
}

/** No record is longer: a message has at most 500 characters and a request ID comes from a reply of 64 KiB. */
const maxLineLength = 1 << 20;

/**
 * Reads the whole journal into the index, in memory that does not grow with it. A missing file is an empty journal.
 * @param onAttempt told of each attempt, in order, and about how many bytes stand behind it.
 */
export async function readJournal(
  file: string,
  index: JournalIndex,
  onAttempt?: (record: AttemptRecord, bytesBehind: number) => void,
): Promise<JournalEnd> {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let damaged: number[] = [];
  let hidesSession = false;
  const damagedAt: number[] = [];
  let end = 0;

  function take(bytes: Buffer, start: number, feed: number, offset: number, isTooLong: boolean): void {
    const record = isTooLong ? undefined : decodeRecord(bytes, start, feed);
    if (record === undefined) {
      damaged.push(offset);
      hidesSession ||= !isOneOfSession(bytes.toString('utf8', start, feed));
      return;
    }
    giveUpDamaged();
    damagedAt.push(...damaged);
    damaged = [];
    index.add(record, offset);
    if (record.kind === 'attempt') onAttempt?.(record, size - offset);
    end = offset + feed - start + 1;
  }

  function giveUpDamaged(): void {
    const last = damaged.at(-1);
    if (last !== undefined) index.addDamaged(last, hidesSession);
    hidesSession = false;
  }

  const lines = createLines(take, maxLineLength);
  for await (const piece of readPieces(file)) lines.add(piece);
  // No crash tears a line that has its line break: these were damaged later. After a single one nothing was written any more.
  if (damaged.length === 1) hidesSession = false;
  const lost = damaged.length === 0 ? 'nothing' : hidesSession ? 'session' : 'record';
  giveUpDamaged();
  index.settle();
  return { end, tornBytes: lines.size - end, damagedAt, lost };
}

/** Whether a damaged line can still be told to have been one record from within a session. */
function isOneOfSession(line: string): boolean {
  return /^\{"kind":"(attempt|mark)"/.test(line) && !/.\{"kind"|\0/.test(line);
}

export function damagedJournal(file: string, offset: number): UserError {
  return new UserError(`${file} is damaged at byte ${offset}: the record there is not what was written.`, {
    hint: 'Restore the file from a copy. `report` still works, and calls without an intact record are `unknown` in it.',
    exitCode: exitCodes.broken,
  });
}

/** Reads single records of a journal. */
export interface RecordReader {
  /** @returns the attempts of a call from its first on. @param last where its last record begins. */
  attempts(last: number): AttemptRecord[];
  close(): void;
}

/** Mostly calls are asked for nearly in the order in which the journal has them. */
export function openRecordReader(file: string): RecordReader {
  const records = openLineReader(file, decodeRecord);
  return {
    attempts(last) {
      const found: AttemptRecord[] = [];
      for (let at: number | undefined = last; at !== undefined;) {
        const record = records.at(at);
        // Damage in the middle ends the chain: what came before it is lost to the report.
        if (record?.kind !== 'attempt') break;
        found.push(record);
        at = record.previous;
      }
      return found.toReversed();
    },
    close: records.close,
  };
}
