import type { SessionState } from './session-state.ts';

/** What the last look for sessions has seen, in numbers. */
export interface Verification {
  /** `finished`, why it stopped, or `killed` where it left no word, or still goes on. */
  readonly ended: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** How often it was looked. */
  readonly looks: number;
  /**
   * In each app a user who is signed in was looked for first: `seen`; `partly`, and then nothing is gone in `unproven`; `not_seen`, and
   * then nothing is gone; `nobody`, likewise.
   */
  readonly control: 'seen' | 'partly' | 'not_seen' | 'nobody';
  /** Apps in which nothing is called gone, as nobody who is signed in was seen to be; the first hundred. */
  readonly unproven: readonly Unproven[];
  /** Users and apps, each pair once, of which GenAuth had said that they are signed out. */
  readonly sessions: Readonly<Record<SessionState, number>> & { readonly total: number };
  /** Of a sample of which all are gone: more than this share of all is not alive, with 95 % sureness. Else null. */
  readonly aliveAtMost: number | null;
  /** What that means, in a sentence. */
  readonly message: string;
}

export interface Unproven {
  readonly appId: string;
  /** Whoever was looked for was not seen; or nobody was found to be signed in. */
  readonly control: 'not_seen' | 'nobody';
  /** Of them nothing else is known, either. */
  readonly sessions: number;
}
