import { ballastBytes } from '../run-folder/ballast.ts';
import { openJournalFile, type JournalFileOptions } from './journal-file.ts';
import type { JournalError } from './journal-error.ts';
import type { JournalIndex } from './journal-index.ts';
import { createMarks, type Marks } from './marks.ts';
import { encodeRecord, type JournalRecord } from './record.ts';

/** The append-only file of attempts. One process writes it; others may read it at any time. */
export interface Journal extends Marks {
  /**
   * Hands the record to the operating system before it returns, so that `kill -9` cannot take it, and to the disk soon
   * after. Throws {@link JournalError} when it cannot; what was written before stays whole. Look at `failure` afterwards.
   * @returns where in the file the record begins.
   */
  append(record: JournalRecord): number;
  /** Why the run has to stop. When the disk is full, there is still room for the replies to what is in flight. */
  readonly failure: JournalError | undefined;
  readonly index: JournalIndex;
  /** Syncs what is written and closes the file. Rejects with {@link JournalError} when the sync fails. */
  close(): Promise<void>;
}

export interface JournalOptions extends JournalFileOptions {
  /** Monotonic, in ms. @default this computer's */
  readonly now?: () => number;
}

/**
 * Creates the journal, or opens it to append.
 * @param end how many bytes of the file are known to be whole records: 0 for a new journal.
 * @param index describes those bytes, and is kept up to date.
 */
export async function openJournal(
  file: string,
  index: JournalIndex,
  end: number,
  options: JournalOptions = {},
): Promise<Journal> {
  const { now = () => performance.now() } = options;
  const opened = await openJournalFile(file, end, (size) => roomNeeded(index, size), options);

  function append(record: JournalRecord): number {
    const offset = opened.append(encodeRecord(record));
    index.add(record, offset);
    return offset;
  }

  return {
    append,
    ...createMarks({ index, append }, opened, now),
    get failure() {
      return opened.failure;
    },
    index,
    close: opened.close,
  };
}

/** What the rest of the run will write, judged by what it wrote until now, and the ballast. */
function roomNeeded(index: JournalIndex, position: number): number {
  const { attempts } = index.totals;
  const rest = Math.max(index.calls - attempts, 0) * (position / Math.max(attempts, 1));
  return Math.ceil((ballastBytes + rest) / 1e6);
}
