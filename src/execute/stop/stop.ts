import type { Reply } from '../../genauth/reply.ts';
import type { JournalError } from '../../journal/journal-error.ts';
import type { FailureLimit } from '../../settings/guard-options.ts';

/** Why a run ended before its last call. Each can be resumed. */
export type Stop =
  /** A signal, or the library's caller, asked for it. */
  | { readonly reason: 'interrupted' }
  /** The server refuses the credentials, also those of a call from far on in the plan. */
  | { readonly reason: 'unauthorized'; readonly reply: Reply }
  /** The server named a cause that no further call can escape. */
  | { readonly reason: 'fatal'; readonly reply: Reply }
  /** One user after another was refused with 403, one from far on in the plan, too. */
  | { readonly reason: 'forbidden'; readonly reply: Reply }
  /** Nothing ever answered in GenAuth's form. */
  | { readonly reason: 'unreachable'; readonly reply: Reply; readonly waitMs?: number | undefined }
  /** For too long nothing was answered as it should. `waitMs`: how long the server asked to wait. */
  | { readonly reason: 'server_down'; readonly reply: Reply; readonly waitMs?: number | undefined }
  /** For too long everything was throttled, or would be. */
  | { readonly reason: 'throttled'; readonly reply: Reply; readonly waitMs?: number | undefined }
  /** More calls ended without success than the user allowed. */
  | {
      readonly reason: 'failures';
      readonly failed: number;
      readonly ended: number;
      readonly limit: FailureLimit;
    }
  /** The first users are done, and nobody said that the others may follow. */
  | {
      readonly reason: 'canary';
      readonly users: number;
      readonly rows: { readonly total: number; readonly succeeded: number };
    }
  /** The journal cannot be written. */
  | { readonly reason: 'journal'; readonly error: JournalError };

/** Of the first few calls a share says nothing. */
const minCallsForShare = 100;

/** How the calls have ended that one process sends. */
export interface FailureCount {
  readonly limit: FailureLimit | undefined;
  ended: number;
  failed: number;
}

export type HowEnded = 'succeeded' | 'partial' | 'failed' | 'unknown';

export function createFailureCount(limit: FailureLimit | undefined): FailureCount {
  return { limit, ended: 0, failed: 0 };
}

/** @returns why the run stops, when it is too much. */
export function countEnd(count: FailureCount, how: HowEnded): Stop | undefined {
  count.ended += 1;
  if (how !== 'succeeded') count.failed += 1;
  const { limit, ended, failed } = count;
  if (limit === undefined) return undefined;
  const allowed =
    typeof limit === 'number' ? limit : (Number.parseFloat(limit) / 100) * Math.max(ended, minCallsForShare);
  return failed > allowed ? { reason: 'failures', failed, ended, limit } : undefined;
}
