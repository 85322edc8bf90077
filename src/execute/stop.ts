import type { Reply } from '../genauth/reply.ts';
import type { JournalError } from '../journal/journal.ts';
import type { FailureLimit } from './stop-failures.ts';

/** Why a run ended before its last call. Each can be resumed. */
export type Stop =
  /** A signal, or the library's caller, asked for it. */
  | { readonly reason: 'interrupted' }
  /** The server refuses the credentials for good. */
  | { readonly reason: 'unauthorized'; readonly reply: Reply }
  /** The server named a cause that no further call can escape. */
  | { readonly reason: 'fatal'; readonly reply: Reply }
  /** Several users were refused with 403, and none was ever signed out. */
  | { readonly reason: 'forbidden'; readonly reply: Reply }
  /** Nothing ever answered in GenAuth's form. */
  | { readonly reason: 'unreachable'; readonly reply: Reply }
  /** For too long nothing was answered as it should. */
  | { readonly reason: 'server_down'; readonly reply: Reply }
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
