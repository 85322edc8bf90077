import type { Evidence } from './evidence.ts';
import type { KnownApps } from './known-apps.ts';
import type { UserIdType } from '../words/user-id-type.ts';

/** What holds for rows that do not say it themselves. */
export interface RowDefaults {
  /** Undefined where nothing tells what it would be. */
  readonly userIdType: UserIdType | undefined;
  /** Each app once; empty where every row must name its apps. Taken for undamaged. */
  readonly appIds: readonly string[];
}

/** By what all rows of a run are judged. */
export interface RowRules extends RowDefaults {
  /** The country code that phone numbers are sent without. */
  readonly phoneCountry?: string | undefined;
  /** Which IDs that look damaged are sent as they are: all, or those that are named. */
  readonly allowDamagedIds?: boolean | readonly string[] | undefined;
  /** What the whole file says about its IDs; absent as long as it has not been read. */
  readonly evidence?: Evidence | undefined;
  /** The user pool's apps; absent where nobody could say, and the form of their IDs is all there is. */
  readonly knownApps?: KnownApps | undefined;
}
