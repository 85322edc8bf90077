import type { Cause } from '../../report/cause.ts';
import type { Summary } from '../../report/summary.ts';
import type { RowState } from './row-state.ts';

/** All that the page shows of a run; plain data, as JSON has it. Times are ms since the epoch, or ISO 8601 in texts. */
export interface ReportData {
  readonly madeAt: string;
  /** The program's. */
  readonly version: string;
  readonly run: RunFacts;
  readonly numbers: Numbers;
  /** Of all rows of the input. */
  readonly states: Readonly<Record<RowState, number>>;
  readonly causes: readonly CauseShown[];
  readonly timeline: TimelineShown;
  /** By where the rows refer to them. */
  readonly apps: readonly (readonly [appId: string, name: string])[];
  readonly advice: readonly string[];
  /** Names of the input's other columns, as far as rows carry them. */
  readonly others: readonly string[];
  /** The worst first, then in the order of the input. */
  readonly rows: readonly RowShown[];
}

/** What the run is, and what tells that nothing of it was changed. */
interface RunFacts {
  readonly folder: string;
  readonly input: { readonly name: string; readonly sha256: string };
  readonly users: number;
  readonly host: string | null;
  /** Whose users they are; null where GenAuth never said. */
  readonly userPoolId: string | null;
  readonly createdAt: string;
  readonly createdBy: { readonly user: string; readonly machine: string };
  /** Other files of the folder by what `run.json` says of them. */
  readonly pinned: readonly (readonly [file: string, sha256: string])[];
  /** Whole command lines. */
  readonly commands: { readonly resume: string; readonly verify: string };
}

/** As in `summary.json`. */
type Numbers = Pick<
  Summary,
  | 'ended'
  | 'waitUntil'
  | 'rows'
  | 'calls'
  | 'attempts'
  | 'throttled'
  | 'sessions'
  | 'startedAt'
  | 'finishedAt'
  | 'seconds'
  | 'attemptsPerSecond'
  | 'latencyMs'
  | 'verification'
>;

/** Rows that did not succeed for the same reason. */
export type CauseShown = Pick<
  Cause,
  'rows' | 'status' | 'statusCode' | 'apiCode' | 'errorCode' | 'message' | 'advice' | 'firstLine'
>;

/** How the run went: attempts by when they were answered. */
export interface TimelineShown {
  /** Of each bucket, in ms. */
  readonly width: number;
  /** Where nothing was answered there is none. In order. */
  readonly buckets: readonly Bucket[];
  /** Processes that worked on the run: since when, until when (null: killed, or still at work) and how each ended. The first of them. */
  readonly sessions: readonly (readonly [startedAt: number, endedAt: number | null, reason: string])[];
}

/** Attempts that were answered in one stretch of time; `other`: timeouts, outages, strangers. */
export type Bucket = readonly [
  at: number,
  succeeded: number,
  throttled: number,
  rejected: number,
  other: number,
];

/** A row, by place, as there are many. */
export type RowShown = readonly [
  line: number,
  userId: string,
  userIdType: string,
  state: RowState,
  message: string,
  /** Places in `apps`; the first of them where there are very many. */
  apps: readonly number[],
  appCount: number,
  /** Those that are not known to be signed out; null where that is all, or none of a row that has succeeded. */
  open: readonly number[] | null,
  /** Status code, API code and the error's code, as far as there are any. */
  codes: string,
  /** Place in `advice`; -1 where there is none. */
  advice: number,
  attempts: number,
  requestIds: readonly string[],
  startedAt: number | null,
  finishedAt: number | null,
  others: readonly string[],
  /** Of an invalid row: each column with the kind of what is wrong there. */
  problems: readonly ProblemShown[],
];

export type ProblemShown = readonly [column: string, kind: string];
