import { blamesAnApp } from '../genauth/verdict.ts';
import { createLatencies, type Latencies } from './latencies.ts';
import type { AttemptRecord, EndRecord, JournalRecord } from './record.ts';

/** What is known of a call without opening the journal again. */
export interface CallState {
  /** Replies said that all its apps are signed out. */
  readonly succeeded: boolean;
  /** Of some of its apps only. */
  readonly partial: boolean;
  /** It has ended: no further attempt is made but with `--retry-failed`. */
  readonly final: boolean;
  /** It was or may have been sent without a reply in full: the kick may have taken effect. */
  readonly unanswered: boolean;
  /** So that no record tells which of its apps: a session was killed that may have sent it. */
  readonly unrecorded: boolean;
  readonly attempts: number;
  /** Where in the journal its last record begins; undefined when it has none. */
  readonly lastRecord: number | undefined;
}

interface JournalTotals {
  readonly attempts: number;
  readonly throttled: number;
  /** Attempts that succeeded. */
  readonly succeeded: number;
  /** Calls sent again after a crash although they may have been carried out before it. */
  readonly repeated: number;
  readonly sessions: number;
  /** Which plans the sessions say that they are about. */
  readonly plans: ReadonlySet<string>;
  /** Some reply was in GenAuth's form. */
  readonly hasAnswered: boolean;
  /** Milliseconds since the epoch; undefined before the first attempt. */
  readonly firstAttemptAt: number | undefined;
  readonly lastReplyAt: number | undefined;
  /** From the first attempt to the last reply of each session, all together: what lies between sessions is left out. */
  readonly workedMs: number;
  /** The users after the first few may follow. */
  readonly canaryConfirmed: boolean;
  /** How the last session ended; undefined when it did not: it was killed, or is still going. */
  readonly end: EndRecord | undefined;
  readonly latencies: Latencies;
  /** The last session tried again what had failed. */
  readonly retryFailed: boolean;
}

/** The journal in 11 bytes a call, kept up to date by whoever appends, or built by reading it once. */
export interface JournalIndex {
  add(record: JournalRecord, offset: number): void;
  /**
   * To be called where a damaged line stands, whose record is lost: nothing is claimed that it could contradict.
   * @param hidesSession the record may have been the end of a session, or the begin of one that tried again what had failed.
   */
  addDamaged(offset: number, hidesSession: boolean): void;
  /** To be called when the whole journal was read: a session without an end was killed. Harmless when it had one. */
  settle(): void;
  state(seq: number): CallState;
  /** The call has to be sent in a session that is about to begin, or has begun. */
  isOpen(seq: number, retryFailed: boolean): boolean;
  readonly calls: number;
  /** By call: the apps that were refused when they stood alone, each as a mask; at most {@link maxMissing} of them. */
  readonly missingApps: ReadonlyMap<number, readonly string[]>;
  readonly totals: JournalTotals;
}

const succeeded = 1;
const final = 2;
const unanswered = 4;
/** May have been carried out in a session that was killed. */
const covered = 8;
/** Some of its apps are signed out. */
const partial = 16;
/** It was {@link covered} once: what was sent then has no record. */
const unrecorded = 32;

/** A server that refuses every app must not fill the memory. */
const maxMissing = 10_000;

/** Calls by `seq`, both included. */
interface Marked {
  readonly from: number;
  upTo: number;
}

/** What is known of the session that is being read. */
interface Session {
  readonly retryFailed: boolean;
  /** Where its begin stands: a call's record behind it is of this session. */
  readonly begin: number;
  /** What its marks cover: one long range, and single calls from far on. */
  readonly marked: Marked[];
  isDamaged: boolean;
}

/** @param calls how many calls the plan has. */
export function createJournalIndex(calls: number): JournalIndex {
  const flags = new Uint8Array(calls + 1);
  const attempts = new Uint16Array(calls + 1);
  const lastRecords = new Float64Array(calls + 1).fill(-1);
  const missingApps = new Map<number, string[]>();
  const latencies = createLatencies();
  const totals = {
    attempts: 0,
    throttled: 0,
    succeeded: 0,
    repeated: 0,
    hasAnswered: false,
    sessions: 0,
    plans: new Set<string>(),
    firstAttemptAt: undefined as number | undefined,
    lastReplyAt: undefined as number | undefined,
    get workedMs() {
      return workedBeforeMs + Math.max(0, (lastOfSession ?? 0) - (firstOfSession ?? 0));
    },
    canaryConfirmed: false,
    end: undefined as EndRecord | undefined,
    latencies,
    retryFailed: false,
  };
  let session: Session | undefined;
  let workedBeforeMs = 0;
  let firstOfSession: number | undefined;
  let lastOfSession: number | undefined;

  function isOpen(seq: number, retryFailed: boolean): boolean {
    const flag = flags[seq] ?? 0;
    return (flag & succeeded) === 0 && ((flag & final) === 0 || retryFailed);
  }

  /** @param killed the session left no end record: what its marks cover and no final record answers may have been sent. */
  function endSession(killed: boolean): void {
    if (session === undefined) return;
    const { retryFailed, isDamaged, begin, marked } = session;
    session = undefined;
    if (!killed && !isDamaged) return;
    // What was lost may have been a mark, or the record of any call.
    for (const { from, upTo } of isDamaged ? [{ from: 1, upTo: calls }] : marked) {
      for (let seq = from; seq <= upTo; seq += 1) {
        const flag = flags[seq] ?? 0;
        const isAnswered = (flag & (succeeded | final)) !== 0 && (lastRecords[seq] ?? -1) >= begin;
        if (isAnswered || !isOpen(seq, retryFailed)) continue;
        flags[seq] = (flag | unanswered | unrecorded | covered) & ~final;
      }
    }
  }

  function beginSession(retryFailed: boolean, begin: number): void {
    endSession(true);
    workedBeforeMs = totals.workedMs;
    firstOfSession = undefined;
    lastOfSession = undefined;
    session = { retryFailed, begin, marked: [], isDamaged: false };
    totals.end = undefined;
    totals.retryFailed = retryFailed;
  }

  function mark(from: number, upTo: number): void {
    const known = session?.marked.find((range) => range.from === from);
    if (known === undefined) session?.marked.push({ from, upTo });
    else known.upTo = Math.max(known.upTo, upTo);
  }

  function addAttempt(record: AttemptRecord, offset: number): void {
    const { seq } = record;
    let flag = flags[seq] ?? 0;
    if ((flag & covered) !== 0) totals.repeated += 1;
    flag &= ~(covered | final);
    if (record.verdict === 'succeeded') flag |= (record.open ?? '0') === '0' ? succeeded : partial;
    if (record.final) flag |= final;
    if (record.unanswered) flag |= unanswered;
    flags[seq] = flag;
    attempts[seq] = Math.min(record.attempt, 0xffff);
    lastRecords[seq] = offset;
    if (isMissingApp(record) && missingApps.size < maxMissing) {
      missingApps.set(seq, [...(missingApps.get(seq) ?? []), record.apps ?? '']);
    }
    totals.attempts += 1;
    totals.hasAnswered ||= record.statusCode !== undefined;
    if (record.verdict === 'throttled') totals.throttled += 1;
    if (record.verdict === 'succeeded') totals.succeeded += 1;
    totals.firstAttemptAt ??= record.startedAt;
    const repliedAt = record.startedAt + record.durationMs;
    totals.lastReplyAt = Math.max(totals.lastReplyAt ?? 0, repliedAt);
    firstOfSession ??= record.startedAt;
    lastOfSession = Math.max(lastOfSession ?? 0, repliedAt);
    latencies.add(record.durationMs);
  }

  return {
    add(record, offset) {
      switch (record.kind) {
        case 'session':
          beginSession(record.retryFailed, offset);
          totals.sessions += 1;
          if (record.plan !== undefined) totals.plans.add(record.plan);
          break;
        case 'mark':
          mark(record.from ?? 1, record.upTo);
          break;
        case 'attempt':
          addAttempt(record, offset);
          break;
        case 'canary':
          beginSession(record.retryFailed, offset);
          totals.canaryConfirmed = true;
          break;
        case 'end':
          endSession(false);
          for (const seq of record.reopened ?? []) flags[seq] = (flags[seq] ?? 0) & ~final;
          totals.end = record;
          break;
      }
    },
    addDamaged(offset, hidesSession) {
      if (hidesSession) session = { retryFailed: true, begin: offset, marked: [], isDamaged: true };
      else if (session !== undefined) session.isDamaged = true;
    },
    settle() {
      endSession(true);
    },
    state(seq) {
      const flag = flags[seq] ?? 0;
      const lastRecord = lastRecords[seq] ?? -1;
      return {
        succeeded: (flag & succeeded) !== 0,
        partial: (flag & partial) !== 0,
        final: (flag & final) !== 0,
        unanswered: (flag & unanswered) !== 0,
        unrecorded: (flag & unrecorded) !== 0,
        attempts: attempts[seq] ?? 0,
        lastRecord: lastRecord < 0 ? undefined : lastRecord,
      };
    },
    isOpen,
    calls,
    missingApps,
    totals,
  };
}

/** It named one app, and that app was the reason of the refusal. */
function isMissingApp(record: AttemptRecord): boolean {
  const isAlone = record.apps !== undefined && /^[1248]0*$/.test(record.apps);
  return isAlone && record.verdict === 'rejected' && blamesAnApp(record);
}
