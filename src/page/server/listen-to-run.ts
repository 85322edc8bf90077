import path from 'node:path';

import type { Live, OffboardEvent } from '../../events.ts';
import { createCallsCount } from '../../terminal/count-calls.ts';
import { hear, type Heard } from './hear.ts';
import type { Job } from './job.ts';
import { shownCalls, shownWaits } from './shown.ts';

/** Shows a session of a run while it works. */
export interface RunListener {
  listen(event: OffboardEvent): void;
  /** Leaves the last numbers standing. */
  close(): void;
}

/** Four times a second the numbers are told, whoever looks: what a run costs must not rest on it. */
const tellMs = 250;
/** So many of them are one point of the curve. */
const pointEvery = 4;

export function listenToRun({ tell, samples }: Job): RunListener {
  const now = (): number => performance.now();
  const calls = createCallsCount(now);
  let live: (() => Live) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ticks = 0;
  let isReporting = false;

  function show(isLast: boolean): void {
    const state = calls.state({ isStopping: false, isLast });
    const waits = shownWaits(isLast ? undefined : live?.().waitsFor);
    tell({ is: 'calls', calls: shownCalls(state), waits });
    if (!isLast && ticks % pointEvery !== 0) return;
    const { elapsedMs, attempts, throttled } = state;
    samples.add({ atMs: Math.round(elapsedMs), attempts, throttled });
  }

  function begin(): void {
    calls.begin();
    timer ??= setInterval(() => {
      calls.look();
      ticks += 1;
      show(false);
    }, tellMs);
  }

  function pause(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    calls.look();
    show(true);
    calls.pause();
  }

  const heard: Heard = {
    checking: ({ rows }) => tell({ is: 'rows', done: rows, total: null }),
    connecting: () => tell({ is: 'run_phase', phase: 'connecting' }),
    server({ waitsFor }) {
      if (timer === undefined) tell({ is: 'waits', waits: shownWaits(waitsFor) });
    },
    started({ folder }) {
      samples.clear();
      tell({ is: 'run_named', run: path.basename(folder) });
    },
    // Again after the canary's question.
    calling(event) {
      ({ live } = event);
      tell({ is: 'run_phase', phase: 'calling' });
      begin();
    },
    canary() {
      pause();
      tell({ is: 'run_phase', phase: 'canary' });
    },
    ended() {
      pause();
      tell({ is: 'run_phase', phase: 'ended' });
    },
    reporting({ rows, total }) {
      if (!isReporting) tell({ is: 'run_phase', phase: 'reporting' });
      isReporting = true;
      tell({ is: 'rows', done: rows, total });
    },
  };
  return {
    listen(event) {
      calls.listen(event);
      hear(heard, event);
    },
    close: pause,
  };
}
