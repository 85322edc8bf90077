import { advise, mayHelpToTryAgain, needsOtherIds } from './advice.ts';
import type { Cause } from './cause.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import type { RowResult } from './row-result.ts';
import { reasonOf, withoutValues } from './without-values.ts';

export interface Causes {
  add(row: PlannedRow, result: RowResult): void;
  /** The most frequent first. */
  list(): Cause[];
}

/** More are counted under the last, so that a server which invents codes cannot fill the memory. */
const maxCauses = 200;

/** Rows of one cause. */
interface Counted {
  rows: number;
  isMixed: boolean;
  /** Of the first of them; so are the others. */
  readonly line: number;
  readonly reason: string;
  /** That, without what tells who it is about. */
  readonly message: string;
  readonly result: RowResult;
}

export function createCauses(): Causes {
  const causes = new Map<string, Counted>();
  return {
    add(row, result) {
      if (result.status === 'succeeded') return;
      const key = keyOf(result);
      const place = causes.size < maxCauses || causes.has(key) ? key : 'other';
      const known = causes.get(place);
      if (known === undefined) {
        const [reason, message] = [reasonOf(result.message, row), withoutValues(result.message, row)];
        causes.set(place, { rows: 1, isMixed: false, line: row.line, reason, message, result });
      } else {
        known.rows += 1;
        known.isMixed ||= isOfTheFile(result) && reasonOf(result.message, row) !== known.reason;
      }
    },
    list() {
      return [...causes.values()].map(toCause).sort((a, b) => b.rows - a.rows || a.firstLine - b.firstLine);
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

function toCause({ rows, isMixed, line, message, result }: Counted): Cause {
  const { status, isOpen, statusCode, apiCode, errorCode } = result;
  return {
    rows,
    status,
    isOpen,
    statusCode,
    apiCode,
    errorCode,
    message: isMixed ? `${message} (the first of them; report.csv says why for each)` : message,
    firstLine: line,
    advice: advise(status, result),
    mayHelpToTryAgain: mayHelpToTryAgain(status, result),
    needsOtherIds: needsOtherIds(status, result),
  };
}
