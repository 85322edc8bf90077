import type { AttemptRecord } from './record.ts';

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

/** How all calls stand, in 11 bytes each. */
export interface CallStates {
  /** @returns whether it was sent again after a crash although it may have been carried out before. */
  add(record: AttemptRecord, offset: number): boolean;
  /**
   * These calls may have been sent in a session that was killed, but for those that it has answered.
   * @param begin where the session's begin stands: a call's record behind it is of this session.
   */
  doubt(range: Marked, begin: number, retryFailed: boolean): void;
  state(seq: number): CallState;
  /** The call has to be sent in a session that is about to begin, or has begun. */
  isOpen(seq: number, retryFailed: boolean): boolean;
}

/** Calls by `seq`, both included. */
interface Marked {
  readonly from: number;
  readonly upTo: number;
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

/** @param calls how many calls the plan has. */
export function createCallStates(calls: number): CallStates {
  const flags = new Uint8Array(calls + 1);
  const attempts = new Uint16Array(calls + 1);
  const lastRecords = new Float64Array(calls + 1).fill(-1);

  function isOpen(seq: number, retryFailed: boolean): boolean {
    const flag = flags[seq] ?? 0;
    return (flag & succeeded) === 0 && ((flag & final) === 0 || retryFailed);
  }

  return {
    isOpen,
    add(record, offset) {
      const { seq } = record;
      const before = flags[seq] ?? 0;
      let flag = before & ~(covered | final);
      if (record.verdict === 'succeeded') flag |= (record.open ?? '0') === '0' ? succeeded : partial;
      if (record.final) flag |= final;
      if (record.unanswered) flag |= unanswered;
      flags[seq] = flag;
      attempts[seq] = Math.min(record.attempt, 0xffff);
      lastRecords[seq] = offset;
      return (before & covered) !== 0;
    },
    doubt({ from, upTo }, begin, retryFailed) {
      for (let seq = from; seq <= upTo; seq += 1) {
        const flag = flags[seq] ?? 0;
        const isAnswered = (flag & (succeeded | final)) !== 0 && (lastRecords[seq] ?? -1) >= begin;
        if (isAnswered || !isOpen(seq, retryFailed)) continue;
        flags[seq] = (flag | unanswered | unrecorded | covered) & ~final;
      }
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
  };
}
