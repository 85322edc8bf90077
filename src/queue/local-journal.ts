import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { createLines } from '../files/lines.ts';
import { JournalError } from '../journal/journal-error.ts';
import { openJournalFile, type JournalDisk } from '../journal/journal-file.ts';
import { readPieces } from '../journal/line-reader.ts';
import { decodeRecord } from '../journal/record.ts';
import { sealed, unsealed } from '../journal/sealed-line.ts';
import type { Claim } from './chunks.ts';
import type { NumberedRecord } from './replies.ts';

/**
 * What a worker was answered, on its own disk before anything else is done about it: replies outlive the worker and the database's
 * absence. It is a journal's lines, with the claims under which calls were sent, and with notes how far the database has them.
 */
export interface LocalJournal {
  claimed(claim: Claim, from: number, to: number): void;
  /** Hands a record's line, line break included, to the operating system before it returns. */
  append(line: string): void;
  /** The database has so many of the records that were appended, the first ones. */
  stored(records: number): void;
  /** Why it takes nothing more: nothing may be sent any more. What it did not take, the database can still be given. */
  readonly failure: JournalError | undefined;
  close(): Promise<void>;
}

/** @param run of which run the replies are. @param disk default: this computer's. */
export async function openLocalJournal(file: string, run: string, disk?: JournalDisk): Promise<LocalJournal> {
  const options = disk === undefined ? {} : { disk };
  const opened = await openJournalFile(file, 0, (size) => Math.ceil(size / 1e6) + 1, options);
  const lineOf = (what: object): string => sealed(JSON.stringify(what).slice(0, -1));
  opened.append(lineOf({ kind: 'run', run }));

  function append(line: string): void {
    try {
      opened.append(line);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
    }
  }
  return {
    claimed: (claim, from, to) => append(lineOf({ kind: 'claim', ...claim, from, to })),
    append,
    stored: (records) => append(lineOf({ kind: 'stored', records })),
    get failure() {
      return opened.failure;
    },
    close: opened.close,
  };
}

type Noted =
  | { readonly kind: 'run'; readonly run: string }
  | (Claim & { readonly kind: 'claim'; readonly from: number; readonly to: number })
  | { readonly kind: 'stored'; readonly records: number };

/** What a worker that was killed had been answered and had not yet stored, or not said so. */
interface LeftReplies {
  /** Undefined where there are none. */
  readonly run: string | undefined;
  readonly records: readonly NumberedRecord[];
}

export async function readLocalJournal(file: string): Promise<LeftReplies> {
  if (!existsSync(file)) return { run: undefined, records: [] };
  let run: string | undefined;
  const claims: (Extract<Noted, { kind: 'claim' }> & { number: number })[] = [];
  let left: NumberedRecord[] = [];
  let read = 0;

  function take(bytes: Buffer, start: number, end: number): void {
    const record = decodeRecord(bytes, start, end);
    if (record?.kind === 'attempt') {
      const claim = claims.findLast(({ from, to }) => from <= record.seq && record.seq <= to);
      if (claim === undefined) return;
      claim.number += 1;
      const { chunk, epoch, number } = claim;
      left.push({ chunk, epoch, number, line: bytes.toString('utf8', start, end) });
      read += 1;
      return;
    }
    const body = unsealed(bytes, start, end);
    // A line that was cut short by the kill was not acted upon.
    const noted = body === undefined ? undefined : (JSON.parse(`${body}}`) as Noted);
    if (noted?.kind === 'stored') left = left.slice(left.length - (read - noted.records));
    else if (noted?.kind === 'run') run = noted.run;
    else if (noted?.kind === 'claim') claims.push({ ...noted, number: 0 });
  }

  const lines = createLines(take);
  for await (const piece of readPieces(file)) lines.add(piece);
  return { run, records: left };
}

export async function deleteLocalJournal(file: string): Promise<void> {
  await rm(file, { force: true });
}
