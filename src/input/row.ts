import type { RecordOfInput } from './text/record.ts';
import type { ProblemKind } from './words/problem-kinds.ts';
import type { UserIdType } from './words/user-id-type.ts';

/** Stands where a column's name would, of a record that is wrong as a whole. */
export const wholeRow = '(row)';

/** One thing that is wrong with a row, or odd about it: enough to find the cell and to mend it. */
export interface Problem {
  /** The line where the record starts; the first line of the file is 1. */
  readonly line: number;
  /** The column's name as the file spells it, or `(row)` where the record as a whole is wrong. */
  readonly column: string;
  readonly kind: ProblemKind;
  /** What the cell holds, or the one app ID of it that is meant; cut to 100 characters. */
  readonly value: string;
  /** What is wrong and what was expected, one sentence without the line or the value. */
  readonly message: string;
  /** What probably stood in place of `value`, cut alike; absent where that cannot be told. */
  readonly repair?: string;
}

export interface ValidRow extends Omit<RecordOfInput, 'problems' | 'lines'> {
  readonly valid: true;
  /** As it is sent. */
  readonly userId: string;
  /** Where another text stands in the file: a phone number whose country prefix was stripped. */
  readonly writtenUserId?: string | undefined;
  readonly userIdType: UserIdType;
  /** At least one, each once, in the order of the cell. */
  readonly appIds: readonly string[];
  /** Oddities that do not stop the row from being sent. */
  readonly warnings: readonly Problem[];
}

export interface InvalidRow extends Omit<RecordOfInput, 'problems' | 'lines'> {
  readonly valid: false;
  /** What could be read, for the report; never sent. */
  readonly userId: string;
  readonly userIdType: string;
  readonly appIds: readonly string[];
  /** At least one. */
  readonly problems: readonly Problem[];
  /** The cells with the proposed repairs in them; what cannot be repaired stays as it is. */
  readonly repairs: readonly CellRepair[];
  /** Only the workbook shows what is wrong with it: in a copy as text it would pass for a valid one. */
  readonly isWrongInWorkbook?: boolean | undefined;
}

/** What a whole cell should hold instead. */
export interface CellRepair {
  /** Index from 0. */
  readonly column: number;
  readonly cell: string;
}

/** One record of the input. */
export type Row = ValidRow | InvalidRow;
