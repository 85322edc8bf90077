import type { WaitsFor } from './execute/core.ts';
import type { AttemptEvent, Live } from './execute/execution.ts';
import type { StopMessage } from './execute/stop/stop-message.ts';
import type { Stop } from './execute/stop/stop.ts';
import type { Identity } from './genauth/client.ts';
import type { ReplyCodes } from './genauth/reply.ts';
import type { Format } from './input/format.ts';
import type { LineTally } from './input/read-rows.ts';
import type { UserIdType } from './input/user-id-type.ts';
import type { PaceOptions } from './options.ts';
import type { Canary } from './plan/canary.ts';
import type { Oddity } from './plan/oddities.ts';
import type { PlanSummary } from './plan/plan-summary.ts';
import type { NamedProtectedRow } from './plan/protected-rows.ts';
import type { UnderstoodRow } from './plan/understood-row.ts';
import type { CanaryResult } from './report/canary-result.ts';
import type { Summary } from './report/summary.ts';

export type { Live, WaitsFor };

/** What a file asks for, and which file it is. */
export interface Plan extends PlanSummary {
  readonly input: { readonly name: string; readonly size: number; readonly sha256: string };
  readonly format: Format;
  /** The header's names of the columns in use. */
  readonly columns: {
    readonly userId: string;
    readonly userIdType: string | null;
    /** Of rows that name none; null where each row has to name one. */
    readonly defaultUserIdType: UserIdType | null;
    readonly appIds: string | null;
    /** Kept for the report, and not looked at. */
    readonly others: readonly string[];
  };
  /** Records whose cells are all empty: passed over. */
  readonly emptyRecords: number;
  /** What became of each line of the file; null for a workbook. */
  readonly lines: LineTally | null;
  /** Rows of a sheet that are passed over, as a table says that they hold its totals. */
  readonly totalRows: readonly number[];
  /** The first few valid rows. */
  readonly firstRows: readonly UnderstoodRow[];
  /** The list of protected users, and the first thousand of the rows that are never sent because of it; null without a list. */
  readonly protect: {
    readonly name: string;
    readonly sha256: string;
    readonly ids: number;
    readonly rows: readonly NamedProtectedRow[];
  } | null;
  /** Who is signed out first when a canary is asked for; null without one, or when nobody would follow. */
  readonly canary: Canary | null;
  /** What makes the file look like the wrong one. */
  readonly oddities: readonly Oddity[];
}

/** Why a session stopped before the last call. */
export interface Stopped extends StopMessage {
  readonly reason: Stop['reason'];
  /** Of the reply that it was for; the message may hold the server's own words. */
  readonly codes: ReplyCodes | undefined;
}

/** Calls that no further attempt is made for, by how they ended. */
export interface EndedCalls {
  readonly succeeded: number;
  readonly partial: number;
  readonly failed: number;
  readonly unknown: number;
}

/** How far the whole run is, former sessions included. */
export interface Progress {
  /** Calls that have ended, whatever came of them. */
  readonly done: number;
  /** Calls of the plan. */
  readonly total: number;
}

/** What happens, for whoever wants to show or log it. Listeners must not throw. */
export type OffboardEvent =
  /** The whole file is being read, and how many rows it has is not known before its end; left out on a resume, and so is `checked`. */
  | { readonly type: 'checking'; readonly rows: number }
  | { readonly type: 'checked'; readonly plan: Plan }
  /**
   * The server is asked to authorise, before `confirm` is; `givesUpInMs` from now on the run stops if it does not. Left out with a
   * client of the caller's own. `connected`: it has answered, or has not, and nothing is asked any more.
   */
  | { readonly type: 'connecting'; readonly host: string; readonly givesUpInMs: number }
  | { readonly type: 'connected' }
  /** The run folder is complete, and calls are about to be sent. */
  | {
      readonly type: 'started';
      readonly folder: string;
      /** Of the whole run. */
      readonly planned: number;
      /** Those that this session has to make. */
      readonly calls: number;
      /** How the others have ended, in the sessions before this one. */
      readonly before: EndedCalls;
      /** How long those sessions have worked, in ms. */
      readonly workedMs: number;
      /** Whose users they are, and where; undefined with a client of the caller's own, or where it is not known. */
      readonly host: string | undefined;
      readonly identity: Identity | undefined;
      readonly users: number | undefined;
      readonly pace: PaceOptions;
    }
  /** Sending begins; `live` tells how it stands whenever it is asked, from this very moment on. */
  | { readonly type: 'calling'; readonly live: () => Live }
  | (AttemptEvent & Progress)
  /** Nothing is accepted, and the run waits until something is; `waitsFor` is undefined when that is over. */
  | { readonly type: 'server'; readonly waitsFor: WaitsFor | undefined }
  /** This computer's clock is far ahead of the server's, or behind where negative. Signatures are dated by the server's. */
  | { readonly type: 'clock'; readonly aheadMs: number }
  /** The calls of the first users have ended, and a question may follow. */
  | { readonly type: 'canary'; readonly result: CanaryResult }
  /** Nothing is in flight any more. Without `stop` all calls have ended. */
  | { readonly type: 'ended'; readonly stop: Stopped | undefined }
  /** The reports are being made; `rows` of `total` are done. */
  | { readonly type: 'reporting'; readonly rows: number; readonly total: number }
  | { readonly type: 'reported'; readonly summary: Summary };
