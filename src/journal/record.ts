import type { Verdict } from '../genauth/verdict.ts';
import { sealed, unsealed } from './sealed-line.ts';

/** The journal's records; each is one line of JSON with its checksum inside. */
export type JournalRecord = SessionRecord | MarkRecord | AttemptRecord | EndRecord | CanaryRecord;

/** A process began to work on the run. */
interface SessionRecord {
  readonly kind: 'session';
  readonly startedAt: number;
  /** Calls that had ended without success are tried again. */
  readonly retryFailed: boolean;
  /** Which plan the calls are of, see `planName`; absent where the record stands for one that was damaged. */
  readonly plan?: string | undefined;
  /** Of a shared run, in which a session is one worker's claim: whose; empty where it is nobody's. */
  readonly worker?: string | undefined;
}

/** Written, and on disk, before any of these calls is sent: in this session the open ones from `from` to `upTo` may have been sent. */
interface MarkRecord {
  readonly kind: 'mark';
  readonly from: number;
  readonly upTo: number;
}

/** One HTTP exchange for a call, written as soon as it is answered or has failed. */
export interface AttemptRecord {
  readonly kind: 'attempt';
  readonly seq: number;
  /** Counts the call's attempts from 1, over all sessions. */
  readonly attempt: number;
  /** Where in the journal the call's record before this one begins; absent for its first. */
  readonly previous?: number | undefined;
  readonly verdict: Verdict;
  /** The call has ended: no further attempt will be made unless `--retry-failed` asks for it. */
  readonly final: boolean;
  /** It was or may have been sent, and no reply in full came: the kick may have taken effect. */
  readonly unanswered: boolean;
  /** Which of the call's apps it named, and which are open after it, as masks; absent where all went out together. */
  readonly apps?: string | undefined;
  readonly open?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly statusCode?: number | undefined;
  readonly apiCode?: number | undefined;
  readonly requestId?: string | undefined;
  /** Further IDs that the server gave for this attempt; never empty. */
  readonly otherRequestIds?: readonly string[] | undefined;
  readonly message?: string | undefined;
  readonly errorCode?: string | undefined;
  /** What the reply's `Date` says, which is cut to whole seconds; absent where it has none. Milliseconds since the epoch. */
  readonly serverTimeMs?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** The session ended in an orderly way: whatever it sent has its record. */
export interface EndRecord {
  readonly kind: 'end';
  readonly endedAt: number;
  /** `finished`, or the reason of the stop. */
  readonly reason: string;
  /** Until when the server asked to wait; milliseconds since the epoch. */
  readonly waitUntil?: number | undefined;
}

/** The first users are done, and the others may follow: the process that ended its session for the question goes on with another. */
interface CanaryRecord {
  readonly kind: 'canary';
  readonly confirmedAt: number;
  readonly retryFailed: boolean;
}

/** @returns the record as a line, line break included. */
export function encodeRecord(record: JournalRecord): string {
  return sealed(record.kind === 'attempt' ? attemptBody(record) : JSON.stringify(record).slice(0, -1));
}

/** Written out by hand: `JSON.stringify` of the whole record costs three times as much, for each attempt. */
function attemptBody(record: AttemptRecord): string {
  let body = `{"kind":"attempt","seq":${record.seq},"attempt":${record.attempt}`;
  if (record.previous !== undefined) body += `,"previous":${record.previous}`;
  body += `,"verdict":"${record.verdict}","final":${record.final},"unanswered":${record.unanswered}`;
  if (record.apps !== undefined) body += `,"apps":"${record.apps}"`;
  if (record.open !== undefined) body += `,"open":"${record.open}"`;
  if (record.httpStatus !== undefined) body += `,"httpStatus":${record.httpStatus}`;
  if (record.statusCode !== undefined) body += `,"statusCode":${record.statusCode}`;
  if (record.apiCode !== undefined) body += `,"apiCode":${record.apiCode}`;
  if (record.requestId !== undefined) body += `,"requestId":${JSON.stringify(record.requestId)}`;
  if (record.otherRequestIds !== undefined)
    body += `,"otherRequestIds":${JSON.stringify(record.otherRequestIds)}`;
  if (record.message !== undefined) body += `,"message":${JSON.stringify(record.message)}`;
  if (record.errorCode !== undefined) body += `,"errorCode":${JSON.stringify(record.errorCode)}`;
  if (record.serverTimeMs !== undefined) body += `,"serverTimeMs":${record.serverTimeMs}`;
  return `${body},"startedAt":${record.startedAt},"durationMs":${record.durationMs}`;
}

/**
 * What has not the usual form goes through `JSON.parse`, but for the checksum: it puts each text of up to ten characters into a
 * table of the whole process, where one for each record costs time and memory.
 * @param bytes hold the record's line from `start` to `end`, its line break left out.
 * @returns undefined when the line is damaged: no record, or not the bytes that were written.
 */
export function decodeRecord(bytes: Buffer, start = 0, end = bytes.length): JournalRecord | undefined {
  const body = unsealed(bytes, start, end);
  if (body === undefined) return undefined;
  const attempt = attemptOf(body);
  if (attempt !== undefined) return attempt;
  return parse(`${body}}`);
}

/** What {@link attemptBody} writes, as long as no text in it needs an escape. */
const attemptPattern = new RegExp(
  [
    '^{"kind":"attempt","seq":(\\d+),"attempt":(\\d+)(?:,"previous":(\\d+))?',
    ',"verdict":"([a-z]+)","final":(true|false),"unanswered":(true|false)',
    '(?:,"apps":"([0-9a-f]+)")?(?:,"open":"([0-9a-f]+)")?',
    '(?:,"httpStatus":(\\d+))?(?:,"statusCode":(-?\\d+))?(?:,"apiCode":(-?\\d+))?',
    '(?:,"requestId":"([^"\\\\]*)")?(?:,"otherRequestIds":\\["([^\\\\\\]]*)"\\])?(?:,"message":"([^"\\\\]*)")?(?:,"errorCode":"([^"\\\\]*)")?',
    '(?:,"serverTimeMs":(-?\\d+))?,"startedAt":(\\d+),"durationMs":(\\d+(?:\\.\\d+)?)$',
  ].join(''),
);

/** `JSON.parse` and the rest take 0.7 us longer, for each call of a report. The checksum vouches for what the texts say. */
function attemptOf(body: string): AttemptRecord | undefined {
  const found = attemptPattern.exec(body);
  if (found === null) return undefined;
  return {
    kind: 'attempt',
    seq: Number(found[1]),
    attempt: Number(found[2]),
    previous: numberOf(found[3]),
    verdict: found[4] as Verdict,
    final: found[5] === 'true',
    unanswered: found[6] === 'true',
    apps: found[7],
    open: found[8],
    httpStatus: numberOf(found[9]),
    statusCode: numberOf(found[10]),
    apiCode: numberOf(found[11]),
    requestId: found[12],
    otherRequestIds: found[13]?.split('","'),
    message: found[14],
    errorCode: found[15],
    serverTimeMs: numberOf(found[16]),
    startedAt: Number(found[17]),
    durationMs: Number(found[18]),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function parse(text: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const kinds: ReadonlySet<unknown> = new Set<JournalRecord['kind']>([
  'session',
  'mark',
  'attempt',
  'end',
  'canary',
]);

/** The checksum vouches for the rest of the record's shape. */
function isRecord(value: unknown): value is JournalRecord {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind);
}
