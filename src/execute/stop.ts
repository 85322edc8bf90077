import type { Reply } from '../genauth/reply.ts';
import type { JournalError } from '../journal/journal.ts';

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
  /** The journal cannot be written. */
  | { readonly reason: 'journal'; readonly error: JournalError };
