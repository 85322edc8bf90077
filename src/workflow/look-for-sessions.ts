import type { OffboardEvent, Stopped } from '../events.ts';
import { createAsker, type Asker } from '../execute/ask.ts';
import { createRunningClock, type Clock } from '../execute/clock.ts';
import { stopMessage } from '../execute/stop/stop-message.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import type { Connection } from '../genauth/connection.ts';
import { codesOf } from '../genauth/reply.ts';
import { JournalError } from '../journal/journal-error.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import type { JournalFileOptions } from '../journal/journal-file.ts';
import type { JournalOptions } from '../journal/journal.ts';
import type { CallReader } from '../plan/call-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import { readPinnedUsers } from '../tenant/pinned-users.ts';
import { openChecksFile } from '../verify/checks-file.ts';
import { appsToProve, questionsOfControl } from '../verify/control.ts';
import { keepPinned } from '../verify/keep-pinned.ts';
import { look, lookUpsOf } from '../verify/look.ts';
import type { Looking } from '../verify/looking.ts';
import { rekick } from '../verify/rekick.ts';
import { chooseSample } from '../verify/sample.ts';
import type { Seen } from '../verify/seen.ts';
import { createServerClock } from '../verify/server-clock.ts';
import { verificationOf } from '../verify/verification-of.ts';
import type { Verification } from '../verify/verification.ts';
import { whoIsBack, type Back } from '../verify/who-is-back.ts';
import { witnessIn } from '../verify/witness.ts';
import { askWith, tellServer } from './ask-about-sessions.ts';
import { createKicks } from './kick-again.ts';
import type { VerifySettings } from './verify-settings.ts';

/** A run whose sessions are looked for: everything is checked and pinned. */
export interface OfSessions {
  readonly folder: string;
  /** As the journal's sessions name it. */
  readonly plan: string;
  readonly pace: PaceOptions;
  /** Describes the journal up to `journalEnd`. */
  readonly index: JournalIndex;
  readonly journalEnd: number;
  readonly calls: CallReader;
  readonly connection: Connection;
  readonly seen: Seen;
  /** Who the users were before the run, where GenAuth said so. */
  readonly pinnedUsers?: ProvenFile | undefined;
}

/** What the system gives; tests bring their own. */
export interface Surroundings {
  readonly clock?: Clock | undefined;
  /** Ms since the epoch. */
  readonly now?: (() => number) | undefined;
  readonly random?: (() => number) | undefined;
  readonly checksFile?: JournalFileOptions | undefined;
  readonly journal?: JournalOptions | undefined;
}

export interface Verifier {
  /** Looks for all chosen sessions, or goes on where the last look stopped. @returns undefined when it has not come to its end. */
  look(): Promise<Verification | undefined>;
  /** Tells what was seen. */
  tell(verification: Verification): void;
  /** Who has signed in again, so many at most. */
  back(most: number): readonly Back[];
  /** @returns false when it is not to go on. */
  wait(waitMs: number): Promise<boolean>;
  /** @returns why it stopped before the end. */
  close(): Promise<Stopped | undefined>;
}

const usualRekickWaitsMs = [5000, 30_000, 120_000];
/** A sample of so many is worth its time whatever the run. */
const leastChecks = 5000;
/** In a shorter time no rate is measured. */
const leastMeasuredMs = 1000;

/** What is at hand for all looks. */
interface Means {
  readonly asker: Asker;
  readonly looking: Looking;
  readonly chosen: number;
  readonly kicks: ReturnType<typeof createKicks>;
  readonly close: () => Promise<void>;
}

/** @throws {JournalError} when nothing can be kept. */
async function openMeans(
  of: OfSessions,
  settings: VerifySettings,
  { clock: given, now = Date.now, random, checksFile, journal }: Surroundings,
): Promise<Means> {
  const { folder, pace, connection, seen } = of;
  const { onEvent, stopSignal } = settings;
  const file = await openChecksFile(runFiles(folder).checks, seen.end, seen.checks, checksFile);
  const clock = createServerClock();
  const witness = () => witnessIn(seen);
  const running: Clock & { readonly stop?: () => void } = given ?? createRunningClock();
  const asker = createAsker({
    ...pace,
    serverIsKnown: true,
    renew: connection.renew,
    stopSignal,
    clock: running,
    random,
    onReply: (reply) => clock.hear(reply),
    onServer: tellServer((waitsFor) => onEvent?.({ type: 'server', waitsFor }), witness),
  });
  const kicks = createKicks(of, asker, now, journal);
  const chosen = chooseSessions(of, settings.maxChecks);
  const looking: Looking = {
    ...seen,
    calls: of.calls,
    isChosen: (pair) => chosen.isChosen[pair] === 1 || seen.checks.answer(pair) !== undefined,
    append(record) {
      file.append(record);
      if (file.failure !== undefined) asker.end({ reason: 'journal', error: file.failure });
    },
    ask: askWith(asker, connection, witness),
    clock,
    atOnce: pace.concurrency,
    now,
    onAnswer: () => onEvent?.({ type: 'looked' }),
  };
  return {
    asker,
    looking,
    chosen: chosen.count,
    kicks,
    async close() {
      running.stop?.();
      await keeping(asker, kicks.close);
      await keeping(asker, file.close);
    },
  };
}

/** What cannot be kept ends it. */
async function keeping<T>(asker: Asker, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    asker.end({ reason: 'journal', error });
    return undefined;
  }
}

/** @throws {JournalError} when nothing can be kept. */
export async function createVerifier(
  of: OfSessions,
  settings: VerifySettings,
  surroundings: Surroundings = {},
): Promise<Verifier> {
  const means = await openMeans(of, settings, surroundings);
  const { asker, looking, chosen, kicks } = means;
  const { wait } = asker;
  const { onEvent } = settings;
  let { pinnedUsers } = of;

  async function lookThrough(): Promise<boolean> {
    beginLook(of, looking, chosen);
    if (pinnedUsers !== undefined) await keepPinned(looking, readPinnedUsers(pinnedUsers));
    pinnedUsers = undefined;
    onEvent?.(lookingEvent(of, looking, chosen));
    if (!(await look(looking))) return false;
    if (settings.rekick !== true) return true;
    const onRound = (sessions: number, waitMs: number): void =>
      onEvent?.({ type: 'kicking_again', sessions, waitMs });
    const rekicking = { ...looking, kick: kicks.kick, wait, onRound };
    return rekick(rekicking, settings.rekickWaitsMs ?? usualRekickWaitsMs);
  }

  return {
    look: () =>
      keeping(asker, async () => {
        const isWhole = await lookThrough();
        const reason = asker.stop?.reason ?? (isWhole ? 'finished' : 'stopped');
        looking.append({ kind: 'end', endedAt: looking.now(), reason });
        return reason === 'finished' ? verificationOf(looking.checks, looking.pairs) : undefined;
      }),
    tell: (verification) => onEvent?.({ type: 'seen', verification }),
    back: (most) => whoIsBack(looking, most),
    wait,
    async close() {
      await means.close();
      return stoppedFor(asker, settings.abortSignal?.aborted === true);
    },
  };
}

interface Chosen {
  /** A byte for each pair. */
  readonly isChosen: Uint8Array;
  readonly count: number;
}

function chooseSessions({ plan, index, seen }: OfSessions, maxChecks: number | undefined): Chosen {
  const { pairs } = seen;
  const most = maxChecks ?? Math.max(leastChecks, index.calls);
  // By the plan, so that who goes on with a look goes on with its sample.
  const isInSample = chooseSample(pairs.said, most, plan);
  const isChosen = new Uint8Array(pairs.count);
  for (let pair = 0; pair < pairs.count; pair += 1)
    if (pairs.isSaid(pair) && isInSample()) isChosen[pair] = 1;
  return { isChosen, count: Math.min(pairs.said, most) };
}

/** Goes on with the last look where it stopped before its end, and is about the same sessions; else begins another. */
function beginLook({ plan }: OfSessions, { checks, pairs, append, now }: Looking, chosen: number): void {
  const { look: last } = checks;
  const isOpen = last !== undefined && last.end?.reason !== 'finished';
  if (isOpen && last.pairs === pairs.said && last.chosen === chosen) return;
  append({ kind: 'look', startedAt: now(), plan, pairs: pairs.said, chosen });
}

function lookingEvent(
  { pace, index }: OfSessions,
  looking: Looking,
  chosen: number,
): Extract<OffboardEvent, { readonly type: 'looking' }> {
  const { pairs, checks } = looking;
  let done = 0;
  for (let pair = 0; pair < pairs.count; pair += 1) {
    const answer = checks.answer(pair);
    if (answer !== undefined && answer !== 'active') done += 1;
  }
  const { attempts, workedMs } = index.totals;
  const measured = workedMs < leastMeasuredMs ? undefined : attempts / (workedMs / 1000);
  const { rate } = pace;
  const perSecond = rate === undefined ? measured : Math.min(rate, measured ?? rate);
  return {
    type: 'looking',
    sessions: pairs.said,
    checks: chosen,
    done,
    lookUps: lookUpsOf(looking),
    controls: questionsOfControl * appsToProve(looking).length,
    perSecond,
  };
}

function stoppedFor({ stop }: Asker, gaveUp: boolean): Stopped | undefined {
  if (stop === undefined) return undefined;
  const codes = 'reply' in stop ? codesOf(stop.reply) : undefined;
  const words =
    stop.reason === 'forbidden'
      ? {
          message: 'GenAuth refuses whatever is asked (403): the access key has no right to read sessions.',
          hint: 'Give the key that right in the GenAuth console, or use the key of an administrator. What was seen until then is kept.',
        }
      : stopMessage(stop, gaveUp);
  return { reason: stop.reason, ...words, codes };
}
