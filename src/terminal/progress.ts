import type { OffboardEvent, WaitsFor } from '../events.ts';
import { createBoard } from './board.ts';
import { wrapped } from './fit.ts';
import { createCallsCount, showWhere } from './count-calls.ts';
import { showCalls, showCallsPlainly, timeOfDay, universalTime } from './show-calls.ts';
import { showWaits } from './show-waits.ts';
import type { Terminal } from './terminal.ts';
import { counted, lasting } from './wording.ts';

/** Shows how far things are, on stderr: lines that keep changing on a terminal, else a plain line now and then. */
export interface Progress {
  listen(event: OffboardEvent): void;
  /** Leaves the last state on the screen. */
  close(): void;
}

const redrawMs = 100;

type Stage = 'idle' | 'checking' | 'connecting' | 'calling' | 'stopping' | 'reporting';

/** @param now monotonic, in ms. */
export function createProgress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  const calls = createCallsCount(now);
  let stage: Stage = 'idle';
  let rows = 0;
  let timer: NodeJS.Timeout | undefined;
  let waits: { readonly waitsFor: WaitsFor; readonly at: number } | undefined;
  const board = createBoard(terminal, now, {
    lines: (isLast, columns) => {
      if (stage !== 'calling' && stage !== 'stopping') {
        const text = plain(isLast, timeOfDay);
        const tone = stage === 'connecting' ? ('bad' as const) : undefined;
        return text === '' ? [] : wrapped(text, columns - 1).map((line) => [{ text: line, tone }]);
      }
      return showCalls(calls.state({ isStopping: stage === 'stopping', isLast }), columns, new Date());
    },
    plain: (isLast) => plain(isLast, universalTime),
  });

  function plain(isLast: boolean, until: typeof timeOfDay): string {
    switch (stage) {
      case 'idle':
        return '';
      case 'checking':
        return `Checking   ${counted(rows, 'row')}`;
      case 'reporting':
        return `Reporting  ${counted(rows, 'row')}`;
      case 'connecting':
        return isLast || waits === undefined ? '' : sentence(showLater(waits, now(), until));
      case 'calling':
      case 'stopping':
        return showCallsPlainly(calls.state({ isStopping: stage === 'stopping', isLast }), new Date());
    }
  }

  function tick(): void {
    // A question may be standing where the last state was.
    if (stage === 'idle') return;
    if (stage === 'calling' || stage === 'stopping') calls.look();
    if (stage === 'calling' && terminal.stopSignal.aborted) stage = 'stopping';
    board.refresh();
  }

  function enter(next: Stage): void {
    if (stage === next) return;
    settle();
    stage = next;
    if (next === 'calling') calls.begin();
    timer ??= setInterval(tick, redrawMs);
  }

  /** Leaves the stage's last state standing. */
  function settle(): void {
    if (stage === 'idle') return;
    const isCalling = stage === 'calling' || stage === 'stopping';
    board.settle(isCalling);
    if (isCalling) calls.pause();
    stage = 'idle';
  }

  function showServer(waitsFor: WaitsFor | undefined): void {
    const wasIdle = stage === 'idle';
    waits = waitsFor === undefined ? undefined : { waitsFor, at: now() };
    if (waitsFor !== undefined && wasIdle) enter('connecting');
    // Before the first call each try says so anew.
    if (stage !== 'connecting' || wasIdle || waitsFor === undefined)
      board.note(
        sentence(
          waitsFor === undefined
            ? 'the server is back'
            : showWaits(waitsFor, universalTime(new Date(), waitsFor)),
        ),
      );
    if (waitsFor === undefined && stage === 'connecting') settle();
  }

  return {
    listen(event) {
      calls.listen(event);
      switch (event.type) {
        case 'checking':
        case 'reporting':
          rows = event.rows;
          enter(event.type);
          break;
        case 'started':
          enter('calling');
          board.note(sentence(showWhere(event)));
          break;
        case 'calling':
          // Again after the canary's question.
          enter('calling');
          break;
        case 'server':
          showServer(event.waitsFor);
          break;
        case 'clock':
          board.sayAbove(showClock(event.aheadMs));
          break;
        case 'attempt':
          break;
        case 'checked':
        case 'canary':
        case 'ended':
        case 'reported':
          settle();
          break;
      }
    },
    close() {
      clearInterval(timer);
      timer = undefined;
      settle();
    },
  };
}

/** @param at monotonic, in ms: what was told then has come nearer by now. */
function showLater(
  { waitsFor, at }: { readonly waitsFor: WaitsFor; readonly at: number },
  now: number,
  until: typeof timeOfDay,
): string {
  const givesUpInMs = Math.max(0, waitsFor.givesUpInMs - (now - at));
  const still = { ...waitsFor, nextInMs: waitsFor.nextInMs - (now - at), givesUpInMs };
  return showWaits(still, until(new Date(), still));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function showClock(aheadMs: number): string {
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  return `This computer's clock is ${lasting(Math.abs(aheadMs))} ${side} the server's, and so are the times in the report.`;
}
