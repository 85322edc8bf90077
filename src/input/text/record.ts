import type { ProblemKind } from '../words/problem-kinds.ts';

/** What a reader of any format gives: one record, not yet judged. */
export interface RecordOfInput {
  /** The line where the record starts, the first line of the file being 1; in a workbook the sheet's row number. */
  readonly line: number;
  /** How many lines of the file it takes; absent when it is one. */
  readonly lines?: number;
  /** Every cell as it stands in the file, untrimmed, in the file's order. */
  readonly cells: readonly string[];
  /** What the reader knows of its cells beyond their text; absent when there is nothing. */
  readonly problems?: readonly CellProblem[] | undefined;
}

/** Why a cell is not to be taken for what it shows, such as a date that Excel made of an ID. */
export interface CellProblem {
  /** By index from 0; undefined when it is about the record as a whole. */
  readonly column: number | undefined;
  /** This and the rest as in a `Problem` of a row. */
  readonly kind: ProblemKind;
  readonly message: string;
  readonly repair?: string | undefined;
}
