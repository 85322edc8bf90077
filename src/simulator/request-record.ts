import type { FaultName } from './faults.ts';

/** What the server knows of one request: the independent record to judge a client by. */
export interface ExchangeRecord {
  /** When the whole request had been read: milliseconds since 1970, with fractions, of a clock that never goes back. */
  readonly arrivedAtMs: number;
  readonly accessKeyId: string | undefined;
  readonly userPoolId: string | undefined;
  /** Connections are numbered from 1. */
  readonly connection: number;
  /** Requests of its kind (kicks, questions) not yet answered when this one arrived, itself included. */
  readonly inFlight: number;

  /** When the reply was sent or the fault done; `undefined` while that is still to come. */
  readonly answeredAtMs: number | undefined;
  /** The ID that the reply carries, also where only a part of the reply was sent. */
  readonly requestId: string | undefined;
  /** `undefined` where there was no reply in HTTP. */
  readonly httpStatus: number | undefined;
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  /** How long `Retry-After` asked the client to wait, from `answeredAtMs`. */
  readonly retryAfterMs: number | undefined;
  /** Whether a whole reply in HTTP was sent to a client that was still there. */
  readonly answered: boolean;
  readonly fault: FaultName | undefined;
}

/** One kick-users request. */
export interface RequestRecord extends ExchangeRecord {
  /** Empty where the body could not be read; so are `appIds`. */
  readonly userId: string;
  readonly userIdType: string;
  readonly appIds: readonly string[];
  /** Whether the user was signed out by it. */
  readonly kicked: boolean;
}

/** One request that asks for something and changes nothing. */
export interface QuestionRecord extends ExchangeRecord {
  readonly path: string;
  /** The body, or what the query asks: `{userIds: [...], userIdType: "email"}`. */
  readonly asked: unknown;
}

/** Records while their requests are being dealt with. */
export type Open<Record> = { -readonly [field in keyof Record]: Record[field] };
export type OpenRecord = Open<RequestRecord>;
export type OpenQuestion = Open<QuestionRecord>;

/** Everything that a simulator counts. */
export interface Counts {
  connections: number;
  /** HTTP requests read, of any kind. */
  requests: number;
  /** Tokens given out. */
  tokens: number;
  /** Kick requests read. */
  kickRequests: number;
  /** Questions read, see `QuestionRecord`. */
  questions: number;
  /** Kicks that took effect, answered or not. */
  kicks: number;
  /** Kick requests that were throttled. */
  throttled: number;
  /** Kick requests hit by a fault other than throttling. */
  faults: number;
}

export function newCounts(): Counts {
  return {
    connections: 0,
    requests: 0,
    tokens: 0,
    kickRequests: 0,
    questions: 0,
    kicks: 0,
    throttled: 0,
    faults: 0,
  };
}
