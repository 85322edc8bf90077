import { blamesAnApp } from '../genauth/verdict.ts';
import { createCallStates, type CallStates } from './call-states.ts';
import { createTotals, type JournalTotals } from './journal-totals.ts';
import type { AttemptRecord, JournalRecord } from './record.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** The journal without its texts, kept up to date by whoever appends, or built by reading it once. */
export interface JournalIndex extends Pick<CallStates, 'state' | 'isOpen'> {
  add(record: JournalRecord, offset: number): void;
  /**
   * To be called where a damaged line stands, whose record is lost: nothing is claimed that it could contradict.
   * @param hidesSession the record may have been the end of a session, or the begin of one that tried again what had failed.
   */
  addDamaged(offset: number, hidesSession: boolean): void;
  /** To be called when the whole journal was read: a session without an end was killed. Harmless when it had one. */
  settle(): void;
  readonly calls: number;
  /** By call: the apps that were refused when they stood alone, each as a mask; at most {@link maxMissing} of them. */
  readonly missingApps: ReadonlyMap<number, readonly string[]>;
  readonly totals: JournalTotals;
  /** As it stands. */
  timeline(): Timeline;
}

/** A server that refuses every app must not fill the memory. */
const maxMissing = 10_000;

/** What is known of the session that is being read. */
interface Session {
  readonly retryFailed: boolean;
  /** Where its begin stands. */
  readonly begin: number;
  /** What its marks cover: one long range, and single calls from far on. */
  readonly marked: { readonly from: number; upTo: number }[];
  isDamaged: boolean;
}

/** @param calls how many calls the plan has. */
export function createJournalIndex(calls: number): JournalIndex {
  const states = createCallStates(calls);
  const counted = createTotals();
  const { totals } = counted;
  const timeline = createTimeline();
  const missingApps = new Map<number, string[]>();
  let session: Session | undefined;

  /** @param killed the session left no end record: what its marks cover and no final record answers may have been sent. */
  function endSession(killed: boolean): void {
    if (session === undefined) return;
    const { retryFailed, isDamaged, begin, marked } = session;
    session = undefined;
    if (!killed && !isDamaged) return;
    // What was lost may have been a mark, or the record of any call.
    const inDoubt = isDamaged ? [{ from: 1, upTo: calls }] : marked;
    for (const range of inDoubt) states.doubt(range, begin, retryFailed);
  }

  function beginSession(retryFailed: boolean, begin: number, worker?: string): void {
    endSession(true);
    counted.beginSession(retryFailed, worker !== undefined);
    session = { retryFailed, begin, marked: [], isDamaged: false };
  }

  function addAttempt(record: AttemptRecord, offset: number): void {
    const { seq } = record;
    if (states.add(record, offset)) totals.repeated += 1;
    if (isMissingApp(record) && missingApps.size < maxMissing) {
      missingApps.set(seq, [...(missingApps.get(seq) ?? []), record.apps ?? '']);
    }
    counted.add(record);
    timeline.add(record);
  }

  return {
    add(record, offset) {
      switch (record.kind) {
        case 'session':
          beginSession(record.retryFailed, offset, record.worker);
          if (timeline.begin(record.startedAt, record.worker)) totals.sessions += 1;
          if (record.plan !== undefined) totals.plans.add(record.plan);
          break;
        case 'mark':
          if (session !== undefined) mark(session, record.from, record.upTo);
          break;
        case 'attempt':
          addAttempt(record, offset);
          break;
        case 'canary':
          beginSession(record.retryFailed, offset);
          totals.canaryConfirmed = true;
          timeline.begin(record.confirmedAt);
          break;
        case 'end':
          endSession(false);
          totals.end = record;
          timeline.end(record.endedAt, record.reason);
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
    state: states.state,
    isOpen: states.isOpen,
    calls,
    missingApps,
    totals,
    timeline: timeline.taken,
  };
}

function mark({ marked }: Session, from: number, upTo: number): void {
  const known = marked.find((range) => range.from === from);
  if (known === undefined) marked.push({ from, upTo });
  else known.upTo = Math.max(known.upTo, upTo);
}

/** It named one app, and that app was the reason of the refusal. */
function isMissingApp(record: AttemptRecord): boolean {
  const isAlone = record.apps !== undefined && /^[1248]0*$/.test(record.apps);
  return isAlone && record.verdict === 'rejected' && blamesAnApp(record);
}
