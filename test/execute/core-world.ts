import { answered, createCore, go, mayGoAt, outlook, type CoreOptions } from '../../src/execute/core.ts';
import { afterWait, longWaitLookMs } from '../../src/execute/long-wait.ts';
import { moveTrial } from '../../src/execute/gate.ts';
import { newTries, type Next, type Tries } from '../../src/execute/next-attempt.ts';
import { countEnd, createFailureCount, type Stop } from '../../src/execute/stop/stop.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { judge } from '../../src/genauth/verdict.ts';

export interface World {
  readonly calls: number;
  /** What is answered to this call, sent at `at` for the `attempt`th time, from 1. */
  readonly reply: (call: number, attempt: number, at: number) => Reply;
  readonly latencyMs?: number;
  /** Calls that are open at once. */
  readonly concurrency?: number;
  /** Whether a call from far on can be had for a trial. */
  readonly hasFarCalls?: boolean;
}

interface CallLog {
  readonly attempts: readonly number[];
  /** How it ended; undefined when it is left to another session. */
  readonly ended: { readonly isAccepted: boolean; readonly final: boolean } | undefined;
}

export interface Outcome {
  readonly stop: Stop | undefined;
  /** By number, from 0. */
  readonly calls: readonly CallLog[];
  /** Every attempt: which call, and when. */
  readonly sent: readonly { readonly call: number; readonly at: number }[];
  readonly endedAt: number;
  /** When it was told that nothing but probes goes (with what for), and when that was over. */
  readonly told: readonly { readonly at: number; readonly why: string | undefined }[];
  /** After every reply while nothing was accepted: when the run will give up. */
  readonly foretold: readonly { readonly at: number; readonly givesUpAt: number }[];
}

interface Open extends Tries {
  readonly number: number;
  readonly attempts: number[];
  next: Next;
  isAccepted: boolean;
}

/** Its multiples fall everywhere alike. */
const golden = (Math.sqrt(5) - 1) / 2;
/** So many attempts nobody makes who has a reason for each. */
const absurd = 50_000;

/** Does what the core says, in time that passes only when nothing else can happen. */
export function runCore(
  { calls, reply, latencyMs = 10, concurrency = 8, hasFarCalls = true }: World,
  options: Partial<CoreOptions> = {},
): Outcome {
  let at = 0;
  const told: { at: number; why: string | undefined }[] = [];
  const foretold: { at: number; givesUpAt: number }[] = [];
  const core = createCore({
    concurrency,
    retries: 8,
    giveUpAfterMs: 900_000,
    serverIsKnown: true,
    failures: createFailureCount(undefined),
    random: () => 0.5,
    onServer: (waitsFor) => told.push({ at, why: waitsFor?.why }),
    ...options,
  });
  const all: (Open | undefined)[] = Array.from({ length: calls }, () => undefined);
  const sent: { call: number; at: number }[] = [];
  let lastInTurn = -1;
  let trials = 0;
  let ready: Open[] = [];
  let waiting: { readonly open: Open; readonly since: number }[] = [];
  let inFlight: { readonly open: Open; readonly reply: Reply; readonly dueAt: number }[] = [];

  function begin(number: number): Open {
    const open: Open = {
      ...newTries(),
      number,
      attempts: [],
      next: { kind: 'again', at },
      isAccepted: false,
    };
    all[number] = open;
    core.open.add(open);
    if (!all.includes(undefined)) core.moreToCome = false;
    return open;
  }

  function follow(open: Open): void {
    if (open.next.kind === 'ended') return;
    if (open.next.at <= at) ready.push(open);
    else waiting.push({ open, since: at });
  }

  function answer(): void {
    const due = inFlight.filter(({ dueAt }) => dueAt <= at);
    inFlight = inFlight.filter(({ dueAt }) => dueAt > at);
    for (const { open, reply: got } of due) {
      const verdict = judge(got);
      open.next = answered(core, open, got, verdict, at);
      if (open.next.kind === 'ended') {
        core.open.delete(open);
        open.isAccepted = verdict === 'succeeded';
        core.stop ??= countEnd(core.failures, open.isAccepted ? 'succeeded' : 'failed');
      }
      follow(open);
      sendTrial();
      const { waitsFor } = outlook(core, at);
      if (waitsFor !== undefined) foretold.push({ at, givesUpAt: at + waitsFor.givesUpInMs });
    }
  }

  function sendTrial(): void {
    if (core.stop !== undefined || !moveTrial(core.gate, 'wanted', 'sought')) return;
    // Anywhere in the rest of the plan: the first one from there on.
    trials += 1;
    const from = lastInTurn + 1 + Math.floor(((trials * golden) % 1) * (calls - 1 - lastInTurn));
    const far = all.findIndex((open, number) => number >= from && open === undefined);
    const next = all.indexOf(undefined);
    if (next === -1) {
      const highest = ready.toSorted((a, b) => b.number - a.number)[0];
      if (highest !== undefined) ready = [highest, ...ready.filter((open) => open !== highest)];
    } else ready.unshift(begin(hasFarCalls && far !== -1 ? far : next));
    moveTrial(core.gate, 'sought', 'ready');
  }

  function wake(): void {
    const look = waiting;
    waiting = [];
    for (const { open, since } of look) {
      const { next } = open;
      if (next.kind === 'ended' || at < Math.min(next.at, since + longWaitLookMs)) {
        waiting.push({ open, since });
        continue;
      }
      open.next = afterWait(core, next, at);
      follow(open);
    }
  }

  function send(): void {
    const isUntried = (open: Open): boolean => open.isUntried;
    // As many as there are slots, and one that was not tried yet, before all others, where only others can tell what fails.
    const isFree = (): boolean => ready.length + inFlight.length < concurrency;
    const onlyOthersTell = (): boolean =>
      core.failuresInRow >= 2 && !(ready.some(isUntried) || inFlight.some(({ open }) => isUntried(open)));
    for (let number = 0; number < calls && (isFree() || onlyOthersTell()); number += 1) {
      if (all[number] !== undefined) continue;
      if (isFree()) ready.push(begin(number));
      else ready.unshift(begin(number));
      lastInTurn = number;
    }
    while (core.stop === undefined && ready.length > 0 && mayGoAt(core, at) <= at) {
      const open = ready.shift()!;
      go(core, open, at);
      open.attempts.push(at);
      sent.push({ call: open.number, at });
      if (sent.length > absurd) throw new Error('attempts without end');
      const got = reply(open.number, open.attempts.length, at);
      inFlight.push({ open, reply: { ...got, durationMs: latencyMs }, dueAt: at + latencyMs });
    }
  }

  for (;;) {
    answer();
    wake();
    if (core.stop === undefined) send();
    const moments = [
      ...inFlight.map(({ dueAt }) => dueAt),
      ...(core.stop === undefined
        ? waiting.map(({ open: { next }, since }) =>
            next.kind === 'ended' ? Number.POSITIVE_INFINITY : Math.min(next.at, since + longWaitLookMs),
          )
        : []),
      ...(core.stop === undefined && ready.length > 0 ? [mayGoAt(core, at)] : []),
    ];
    const nextAt = Math.min(...moments);
    if (nextAt === Number.POSITIVE_INFINITY) break;
    at = Math.max(at, nextAt);
  }
  return {
    stop: core.stop,
    calls: all.map((open) => ({
      attempts: open?.attempts ?? [],
      ended:
        open?.next.kind === 'ended' ? { isAccepted: open.isAccepted, final: open.next.final } : undefined,
    })),
    sent,
    endedAt: at,
    told,
    foretold,
  };
}
