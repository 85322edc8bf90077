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
  /** As the first such row has it, without what tells who that is; where each row of the file is judged by itself, it says so when others differ. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** They may succeed when nothing is done but to try them again. */
  readonly mayHelpToTryAgain: boolean;
  /** Nothing helps them but other IDs, in a run of their own: this run keeps to those of its plan. */
  readonly needsOtherIds: boolean;
  /** Where the first such row is. */
  readonly firstLine: number;
}
