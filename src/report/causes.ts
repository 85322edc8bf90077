import { advise, mayHelpToTryAgain } from '../genauth/advice.ts';
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
  /** They may succeed when nothing is done but to try them again. */
  readonly mayHelpToTryAgain: boolean;
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
    { rows: number; isMixed: boolean; readonly line: number; readonly result: RowResult }
  >();
  return {
    add(line, result) {
      if (result.status === 'succeeded') return;
      const key = keyOf(result);
      const place = causes.size < maxCauses || causes.has(key) ? key : 'other';
      const known = causes.get(place);
      if (known === undefined) {
        causes.set(place, { rows: 1, isMixed: false, line, result });
      } else {
        known.rows += 1;
        known.isMixed ||= isOfTheFile(result) && result.message !== known.result.message;
      }
    },
    list() {
      return [...causes.values()]
        .map(({ rows, isMixed, line, result }) => toCause(rows, line, result, isMixed))
        .sort((a, b) => b.rows - a.rows || a.firstLine - b.firstLine);
    },
  };
}

function keyOf(result: RowResult): string {
  const { status, statusCode, apiCode, errorCode, isUnanswered, isLeftOut, isOpen } = result;
  return [status, statusCode, apiCode, errorCode, isUnanswered, isLeftOut, isOpen].join('/');
}

/** Each such row is judged by itself. */
function isOfTheFile({ status }: RowResult): boolean {
  return status === 'invalid' || status === 'skipped';
}

function toCause(rows: number, firstLine: number, result: RowResult, isMixed: boolean): Cause {
  const { status, isOpen, statusCode, apiCode, errorCode, message } = result;
  return {
    rows,
    status,
    isOpen,
    statusCode,
    apiCode,
    errorCode,
    message: isMixed ? `${message} (the first of them; report.csv says why for each)` : message,
    firstLine,
    advice: advise(status, result),
    mayHelpToTryAgain: mayHelpToTryAgain(status, result),
  };
}
