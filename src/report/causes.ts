import { advise } from '../genauth/advice.ts';
import type { RowResult } from './row-result.ts';
import type { RowStatus } from './row-status.ts';

/** Rows that did not succeed for the same reason. */
export interface Cause {
  readonly rows: number;
  readonly status: RowStatus;
  /** The run has not ended for them: a plain `resume` tries them again. */
  readonly isOpen: boolean;
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  /** The error's code where there was no reply. */
  readonly errorCode: string | undefined;
  /** As the first such row has it; where each row of the file is judged by itself, it says so when others differ. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** Where the first such row is. */
  readonly firstLine: number;
}

export interface Causes {
  add(line: number, result: RowResult): void;
  /** The most frequent first. */
  list(): Cause[];
}

/** More are counted under the last, so that a server which invents codes cannot fill the memory. */
const maxCauses = 200;

export function createCauses(): Causes {
  const causes = new Map<
    string,
    { rows: number; isMixed: boolean; readonly cause: Omit<Cause, 'rows' | 'advice'> }
  >();
  return {
    add(line, result) {
      const { status, statusCode, apiCode, errorCode, message, isOpen } = result;
      if (status === 'succeeded') return;
      const key = [status, statusCode, apiCode, errorCode, isOpen].join('/');
      const known = causes.get(causes.size < maxCauses || causes.has(key) ? key : 'other');
      if (known === undefined) {
        const place = causes.size < maxCauses ? key : 'other';
        causes.set(place, {
          rows: 1,
          isMixed: false,
          cause: { status, isOpen, statusCode, apiCode, errorCode, message, firstLine: line },
        });
      } else {
        known.rows += 1;
        known.isMixed ||= (status === 'invalid' || status === 'skipped') && message !== known.cause.message;
      }
    },
    list() {
      return [...causes.values()]
        .map(({ rows, isMixed, cause }) => ({
          rows,
          ...cause,
          message: isMixed
            ? `${cause.message} (the first of them; report.csv says why for each)`
            : cause.message,
          advice: advise(cause.status, cause, cause.isOpen),
        }))
        .sort((a, b) => b.rows - a.rows || a.firstLine - b.firstLine);
    },
  };
}
