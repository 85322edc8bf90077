import { createLogUpdate } from 'log-update';

import type { Live, OffboardEvent } from '../events.ts';
import { say, type Terminal } from './terminal.ts';
import { showWaits } from './show-waits.ts';
import { grouped, lasting } from './wording.ts';

/** Shows how far things are, on stderr: a line that keeps changing on a terminal, else a plain line now and then. */
export interface Progress {
  listen(event: OffboardEvent): void;
  /** Leaves the last state on the screen. */
  close(): void;
}

const redrawMs = 100;
const plainLineMs = 10_000;
/** The rate shown is that of so many past seconds. */
const rateWindowMs = 5000;

interface Counts {
  total: number;
  ended: number;
  succeeded: number;
  partial: number;
  failed: number;
  unknown: number;
  throttled: number;
  attempts: number;
}

export function createProgress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  const isTerminal = terminal.stderr.isTTY === true;
  const update = isTerminal ? createLogUpdate(terminal.stderr as NodeJS.WriteStream) : undefined;
  const counts: Counts = {
    total: 0,
    ended: 0,
    succeeded: 0,
    partial: 0,
    failed: 0,
    unknown: 0,
    throttled: 0,
    attempts: 0,
  };
  const samples: { at: number; ended: number; attempts: number }[] = [];
  let stage: 'idle' | 'checking' | 'calling' | 'stopping' | 'reporting' = 'idle';
  let rows = 0;
  let timer: NodeJS.Timeout | undefined;
  let live: (() => Live) | undefined;
  let shownAt = now();

  function text(): string {
    switch (stage) {
      case 'idle':
        return '';
      case 'checking':
        return `Checking   ${grouped(rows)} rows`;
      case 'reporting':
        return `Reporting  ${grouped(rows)} rows`;
      case 'calling':
      case 'stopping':
        return showCalls(
          stage === 'stopping',
          counts,
          speed(),
          live?.(),
          isTerminal ? (terminal.stderr.columns ?? 80) : 0,
        );
    }
  }

  /** Calls and attempts a second over the last seconds. */
  function speed(): { calls: number; attempts: number } {
    const first = samples[0];
    const last = samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return { calls: 0, attempts: 0 };
    const seconds = (last.at - first.at) / 1000;
    return {
      calls: (last.ended - first.ended) / seconds,
      attempts: (last.attempts - first.attempts) / seconds,
    };
  }

  function tick(): void {
    // A question may be standing where the last state was.
    if (stage === 'idle') return;
    const at = now();
    if (stage === 'calling' || stage === 'stopping') {
      samples.push({ at, ended: counts.ended, attempts: counts.attempts });
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > rateWindowMs) samples.shift();
      if (stage === 'calling' && terminal.stopSignal.aborted) stage = 'stopping';
    }
    if (update !== undefined) {
      update(text());
    } else if (at - shownAt >= plainLineMs) {
      shownAt = at;
      say(terminal, text());
    }
  }

  function enter(next: typeof stage): void {
    if (stage === next) return;
    if (stage !== 'idle') settle();
    stage = next;
    timer ??= setInterval(tick, redrawMs);
  }

  /** Leaves the stage's last state standing. */
  function settle(): void {
    if (update !== undefined) {
      update(text());
      update.done();
    } else if (stage === 'calling' || stage === 'stopping') {
      say(terminal, text());
    }
    stage = 'idle';
  }

  return {
    listen(event) {
      switch (event.type) {
        case 'checking':
          rows = event.rows;
          enter('checking');
          break;
        case 'started':
          counts.total = event.calls;
          samples.push({ at: now(), ended: 0, attempts: 0 });
          enter('calling');
          break;
        case 'calling':
          live = event.live;
          // Again after the canary's question.
          enter('calling');
          break;
        case 'server':
          // On a terminal the line that keeps changing says it while calls are made.
          if (stage !== 'calling' || update === undefined) {
            const { waitsFor } = event;
            say(terminal, sentence(waitsFor === undefined ? 'the server is back' : showWaits(waitsFor)));
          }
          break;
        case 'clock':
          // What is said stays above the line that keeps changing.
          update?.clear();
          say(terminal, showClock(event.aheadMs));
          break;
        case 'attempt':
          counts.attempts += 1;
          if (event.verdict === 'throttled') counts.throttled += 1;
          if (event.ended !== undefined) {
            counts.ended += 1;
            counts[event.ended] += 1;
          }
          break;
        case 'reporting':
          rows = event.rows;
          enter('reporting');
          break;
        case 'checked':
        case 'canary':
        case 'ended':
          if (stage !== 'idle') settle();
          break;
        case 'reported':
          if (stage !== 'idle') settle();
          break;
      }
    },
    close() {
      clearInterval(timer);
      timer = undefined;
      if (stage !== 'idle') settle();
    },
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function showClock(aheadMs: number): string {
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  return `This computer's clock is ${lasting(Math.abs(aheadMs))} ${side} the server's, and so are the times in the report.`;
}

const barWidth = 24;
/** Below this the bar is left out, so that a line fits. */
const minColumnsForBar = 80;

/** @param columns the terminal's width; 0 for one plain line. */
function showCalls(
  isStopping: boolean,
  counts: Counts,
  speed: { calls: number; attempts: number },
  live: Live | undefined,
  columns: number,
): string {
  const share = counts.total === 0 ? 1 : counts.ended / counts.total;
  const filled = Math.round(share * barWidth);
  const leftMs = ((counts.total - counts.ended) / speed.calls) * 1000;
  const line = [
    isStopping ? 'Stopping ' : 'Calling  ',
    ...(columns >= minColumnsForBar ? [`${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`] : []),
    `${Math.floor(share * 100)}%`,
    `${grouped(counts.ended)} of ${grouped(counts.total)} calls`,
    `${grouped(Math.round(speed.attempts))}/s`,
    ...(!isStopping && counts.ended < counts.total && speed.calls > 0 ? [`${lasting(leftMs)} left`] : []),
  ].join('  ');
  const states = (['succeeded', 'partial', 'failed', 'unknown', 'throttled'] as const)
    .filter((state) => state === 'succeeded' || counts[state] > 0)
    .map((state) => `${state} ${grouped(counts[state])}`)
    .concat(isStopping ? 'waiting for what is in flight' : live === undefined ? [] : showLive(live))
    .join('   ');
  return columns === 0 ? `${line}   ${states}` : `${line}\n           ${states}`;
}

/** What holds the run back at present, if anything does. */
function showLive(live: Live): string[] {
  // A failure or two is no outage, and is retried before anybody has read of it.
  if (live.waitsFor !== undefined && live.waitsFor.sinceMs > 2000) return [showWaits(live.waitsFor)];
  const pace = `${grouped(Math.round(live.perSecond))}/s`;
  switch (live.setBy) {
    case 'tenant':
      return [`tenant allows about ${pace}`];
    case 'ceiling':
      return [`--rate allows ${pace}`];
    case 'searching':
    case 'concurrency':
      return [];
  }
}
