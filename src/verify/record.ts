import { sealed, unsealed } from '../journal/sealed-line.ts';

/** What was asked about sessions, and what came of it; each record is one line of JSON with its checksum inside. */
export type CheckRecord = LookRecord | UserRecord | ControlRecord | PageRecord | SessionRecord | EndRecord;

/** Somebody begins to look for sessions. */
export interface LookRecord {
  readonly kind: 'look';
  readonly startedAt: number;
  /** Which plan the calls are of, as in the journal. */
  readonly plan: string;
  /** Users and apps, each pair once, of which GenAuth had said that they are signed out. */
  readonly pairs: number;
  /** So many of them are looked for; a sample, where it is fewer. */
  readonly chosen: number;
}

/** What came with an answer. Absent where the server said nothing. */
export interface Said {
  /** When it was answered, in ms since the epoch, on this computer's clock. */
  readonly at: number;
  readonly requestIds?: readonly string[] | undefined;
  readonly statusCode?: number | undefined;
  readonly apiCode?: number | undefined;
  readonly errorCode?: string | undefined;
  readonly message?: string | undefined;
}

/** Whom a call is about, in GenAuth's own words. */
export interface UserRecord extends Said {
  readonly kind: 'user';
  readonly seq: number;
  /** GenAuth's own ID; absent where it knows nobody, or did not say whom. */
  readonly userId?: string | undefined;
}

/** Somebody who is signed in, by a listing, was looked for. */
export interface ControlRecord extends Said {
  readonly kind: 'control';
  readonly appId: string;
  readonly userId: string;
  /** Absent where it was not answered. */
  readonly active?: boolean | undefined;
  /** Logins of theirs are found by the time of one. */
  readonly hasLogins: boolean;
}

/** A page of those who are signed in to an app. */
interface PageRecord extends Said {
  readonly kind: 'page';
  readonly appId: string;
  readonly page: number;
  /** Of all pages; absent where it was not answered. */
  readonly totalCount?: number | undefined;
  /** Of the run's: by call and place in it. */
  readonly found: readonly (readonly [seq: number, place: number])[];
}

/** What is known of one user's session in one app. */
export type Answer =
  /** `active: false` */
  | 'inactive'
  /** It is alive, and since when is not known yet. */
  | 'active'
  | 'signed_in_again'
  | 'survived'
  /** It is alive, and since when cannot be told; or nobody can say. */
  | 'unclear';

/** One user's session in one app was looked for. The last record of a pair holds all that was said about it in this look. */
interface SessionRecord extends Said {
  readonly kind: 'session';
  readonly seq: number;
  /** Where the app stands in the call. */
  readonly place: number;
  readonly answer: Answer;
  /** When the user signed in again, in ms since the epoch, on GenAuth's clock. */
  readonly signedInAt?: number | undefined;
}

/** All that was to be looked for has been, or why not. */
export interface EndRecord {
  readonly kind: 'end';
  readonly endedAt: number;
  readonly reason: string;
}

export function encodeCheck(record: CheckRecord): string {
  return sealed(JSON.stringify(record).slice(0, -1));
}

/**
 * @param bytes hold the record's line from `start` to `end`, its line break left out.
 * @returns undefined when the line is damaged.
 */
export function decodeCheck(bytes: Buffer, start = 0, end = bytes.length): CheckRecord | undefined {
  const body = unsealed(bytes, start, end);
  // The checksum vouches for the record's shape.
  return body === undefined ? undefined : (JSON.parse(`${body}}`) as CheckRecord);
}
