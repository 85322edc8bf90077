import type { KickUsersDto } from '../genauth/kick-users.ts';
import type { Reply } from '../genauth/reply.ts';
import type { Verdict } from '../genauth/verdict.ts';
import type { CallStates } from '../journal/call-states.ts';
import type { Journal } from '../journal/journal.ts';
import type { AttemptRecord } from '../journal/record.ts';
import type { AppMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import type { Outlook } from './core.ts';
import type { SendingOptions } from './sending.ts';
import type { HowEnded } from './stop/stop.ts';

export interface Execution extends SendingOptions {
  /**
   * The calls to make, in plan order, in batches of any size. Read only as far as there is room. An empty batch: there is none for now,
   * and perhaps none will come.
   */
  readonly calls: AsyncIterable<readonly Call[]>;
  /**
   * A call from far on in the plan that is still to be made, for a trial before a stop: the first one from there on.
   * @param after the last one that was taken in its turn. @param share how much of what comes after it is passed over, from 0 to 1.
   */
  readonly farCall?: ((after: number, share: number) => Promise<Call | undefined>) | undefined;
  /** Makes one attempt; must not reject. @param key tells the request from all others of the run. */
  readonly kickUsers: (dto: KickUsersDto, key: string) => Promise<Reply>;
  /** Its last session has begun. Every attempt is appended before anything else is done about it. */
  readonly journal: Pick<Journal, 'cover' | 'coverAlone' | 'failure'> & {
    append(record: AttemptRecord): number;
    readonly index: Pick<CallStates, 'state'>;
  };
  /** The apps that former sessions left open, of a call that succeeded in part. @param last where its last record begins. */
  readonly openApps: (last: number) => AppMask | undefined;
  /** Apps that are known not to exist; those that are found are added. */
  readonly missingApps?: Set<string> | undefined;
  /** Calls that wait for another attempt at most, before no more are taken: they are kept in memory. @default 4096 */
  readonly maxWaiting?: number | undefined;
  readonly onAttempt?: ((attempt: AttemptEvent) => void) | undefined;
  /** Told once when this computer's clock is far from the server's; negative when it is behind. */
  readonly onClock?: (aheadMs: number) => void;
  /** Gets, at the start, what tells how things stand whenever it is asked. */
  readonly onLive?: (live: () => Live) => void;
}

/** How the execution stands at a moment, for whoever shows it. `waiting`: calls that wait for another attempt. */
export type Live = Outlook & { readonly waiting: number };

export interface AttemptEvent {
  readonly type: 'attempt';
  readonly call: Call;
  readonly verdict: Verdict;
  readonly reply: Reply;
  /** How the call ended; undefined when another attempt follows, or none in this session. */
  readonly ended: HowEnded | undefined;
}
