import type { WaitsFor } from './execute/core.ts';
import type { AttemptEvent, Live } from './execute/execution.ts';
import type { StopMessage } from './execute/stop/stop-message.ts';
import type { Stop } from './execute/stop/stop.ts';
import type { Identity } from './genauth/client.ts';
import type { ReplyCodes } from './genauth/reply.ts';
import type { PaceOptions } from './settings/pace-options.ts';
import type { CanaryResult } from './report/canary-result.ts';
import type { SurveyEvent } from './survey/plan.ts';
import type { Summary } from './report/summary.ts';
import type { Verification } from './verify/verification.ts';

export type { Live, WaitsFor };

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

/** Why the user pool's apps are not known: the key may not read them, it sees none, or the server has no such list or did not answer. */
export type NotListed = 'no_right' | 'none' | 'no_such_call' | 'no_answer';

/** What happens, for whoever wants to show or log it. Listeners must not throw. */
export type OffboardEvent =
  | SurveyEvent
  /**
   * The server is asked to authorise, before `confirm` is; `givesUpInMs` from now on the run stops if it does not. Left out with a
   * client of the caller's own. `connected`: it has answered, or has not, and nothing is asked any more.
   */
  | { readonly type: 'connecting'; readonly host: string; readonly givesUpInMs: number }
  | { readonly type: 'connected' }
  /** The user pool's apps are not known, so that app IDs are taken as they stand. Told once, before the file is read. */
  | { readonly type: 'not_listed'; readonly why: NotListed }
  /** The file names so many users that GenAuth is asked who they are only where that is wished for. Told once, before the plan is made. */
  | { readonly type: 'not_looked_up' }
  /** GenAuth is asked who the users of the file are, and was about so many; before the plan is made. */
  | { readonly type: 'looking_up'; readonly users: number }
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
  /** Of a shared run: how calls have ended by all workers, former sessions included. Told about once a second. */
  | ({ readonly type: 'shared'; readonly ended: EndedCalls } & Progress)
  /** Nothing is accepted, and the run waits until something is; `waitsFor` is undefined once it is. */
  | { readonly type: 'server'; readonly waitsFor: WaitsFor | undefined }
  /** This computer's clock is far ahead of the server's, or behind where negative. Signatures are dated by the server's. */
  | { readonly type: 'clock'; readonly aheadMs: number }
  /** The calls of the first users have ended, and a question may follow. */
  | { readonly type: 'canary'; readonly result: CanaryResult }
  /**
   * Sessions are about to be looked for: `checks` of `sessions` at most, `done` of which were answered before, after `lookUps` questions
   * who users are and about `controls` whether a session would be seen. `perSecond` is what the run has sent; undefined where that says nothing.
   */
  | {
      readonly type: 'looking';
      readonly sessions: number;
      readonly checks: number;
      readonly done: number;
      readonly lookUps: number;
      readonly controls: number;
      readonly perSecond: number | undefined;
    }
  /** One of them was answered. */
  | { readonly type: 'looked' }
  /** Sessions that survived are ended once more; it is looked again in `waitMs`. */
  | { readonly type: 'kicking_again'; readonly sessions: number; readonly waitMs: number }
  /** What a look has seen, where that is something else than before it. */
  | { readonly type: 'seen'; readonly verification: Verification }
  /** Nothing is in flight any more. Without `stop` all calls have ended. */
  | { readonly type: 'ended'; readonly stop: Stopped | undefined }
  /** The reports are being made; `rows` of `total` are done. */
  | { readonly type: 'reporting'; readonly rows: number; readonly total: number }
  | { readonly type: 'reported'; readonly summary: Summary };
