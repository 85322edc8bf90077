import { grouped } from '../printable.ts';
import type { OffboardEvent, WaitsFor } from '../events.ts';
import { createBoard, type Board } from './board.ts';
import { wrapped } from './fit.ts';
import { createCallsCount, showWhere, type CallsCount } from './count-calls.ts';
import type { Piece } from './paint.ts';
import { showCalls, showCallsPlainly, timeOfDay, universalTime } from './show-calls.ts';
import { showOver, showWaits } from './show-waits.ts';
import { maxLookedUp } from '../settings/plan-options.ts';
import type { Terminal } from './terminal.ts';
import { showLooking } from './show-verification.ts';
import { counted, lasting } from './wording.ts';

/** Shows how far things are, on stderr: lines that keep changing on a terminal, else a plain line now and then. */
export interface Progress {
  listen(event: OffboardEvent): void;
  /** Leaves the last state on the screen. */
  close(): void;
}

const redrawMs = 100;

type Stage =
  | 'idle'
  | 'looking_up'
  | 'checking'
  | 'connecting'
  | 'calling'
  | 'stopping'
  | 'looking'
  | 'reporting';

/** What is known of how far things are. */
interface State {
  readonly calls: CallsCount;
  /** Monotonic, in ms. */
  readonly now: () => number;
  stage: Stage;
  rows: number;
  looked: { done: number; readonly total: number };
  connecting: Connecting | undefined;
  waits: { readonly waitsFor: WaitsFor; readonly at: number } | undefined;
}

type Connecting = Extract<OffboardEvent, { readonly type: 'connecting' }> & { readonly at: number };

/** @param now monotonic, in ms. */
export function createProgress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  const calls = createCallsCount(now);
  const looked = { done: 0, total: 0 };
  const state: State = {
    calls,
    now,
    stage: 'idle',
    rows: 0,
    looked,
    connecting: undefined,
    waits: undefined,
  };
  const board = createBoard(terminal, now, {
    lines: (isLast, columns) => lines(state, isLast, columns),
    plain: (isLast) => plain(state, isLast, universalTime),
  });
  const stages = createStages(state, board, terminal);
  return {
    listen(event) {
      calls.listen(event);
      switch (event.type) {
        case 'checking':
        case 'reporting':
          state.rows = event.rows;
          stages.enter(event.type);
          break;
        case 'connecting':
          state.connecting = { ...event, at: now() };
          stages.enter('connecting');
          board.note(showConnecting(state.connecting, now(), universalTime));
          break;
        case 'started':
          stages.enter('calling');
          board.note(sentence(showWhere(event)));
          break;
        case 'calling':
          // Again after the canary's question.
          stages.enter('calling');
          break;
        case 'server':
          showServer(state, board, stages, event.waitsFor);
          break;
        case 'clock':
        case 'not_listed':
        case 'not_looked_up':
        case 'kicking_again':
          board.sayAbove(remark(event));
          break;
        case 'looking_up':
          state.rows = event.users;
          stages.enter('looking_up');
          break;
        case 'looking':
          showLook(state, board, stages, event);
          break;
        case 'looked':
          // Whoever is listed without being in the sample is looked at beyond it.
          state.looked.done = Math.min(state.looked.done + 1, state.looked.total);
          break;
        case 'seen':
          stages.settle();
          board.sayAbove(event.verification.message);
          break;
        case 'attempt':
        case 'shared':
          break;
        case 'connected':
        case 'checked':
        case 'canary':
        case 'ended':
        case 'reported':
          stages.settle();
          break;
      }
    },
    close: stages.close,
  };
}

function showLook(
  state: State,
  board: Board,
  stages: Stages,
  event: Extract<OffboardEvent, { readonly type: 'looking' }>,
): void {
  // Whoever watches is told what changes, and not that it is looked again.
  if (state.looked.total > 0) return;
  stages.settle();
  state.looked = { done: Math.min(event.done, event.checks), total: event.checks };
  board.sayAbove(showLooking(event));
  stages.enter('looking');
}

/** What is said once, and belongs to no stage. */
type Remarked = 'clock' | 'not_listed' | 'not_looked_up' | 'kicking_again';

function remark(event: Extract<OffboardEvent, { readonly type: Remarked }>): string {
  switch (event.type) {
    case 'clock':
      return showClock(event.aheadMs);
    case 'not_listed':
      return `${notListed[event.why]}: app IDs are taken as they stand, and a wrong one shows only when it is sent.`;
    case 'not_looked_up':
      return `More than ${grouped(maxLookedUp)} users: GenAuth is not asked who they are, which a run does with --look-up.`;
    case 'kicking_again':
      return `${counted(event.sessions, 'session')} survived: they are ended once more, and looked for again in ${lasting(event.waitMs)}.`;
  }
}

type Stages = ReturnType<typeof createStages>;

/** From one stage to the next, each shown until it is over. */
function createStages(state: State, board: Board, { stopSignal }: Terminal) {
  const { calls } = state;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    // A question may be standing where the last state was.
    if (state.stage === 'idle') return;
    if (isCalling(state)) calls.look();
    if (state.stage === 'calling' && stopSignal.aborted) state.stage = 'stopping';
    board.refresh();
  }

  /** Leaves the stage's last state standing. */
  function settle(): void {
    if (state.stage === 'idle') return;
    board.settle(isCalling(state));
    if (isCalling(state)) calls.pause();
    state.stage = 'idle';
  }

  return {
    enter(next: Stage): void {
      if (state.stage === next) return;
      settle();
      state.stage = next;
      if (next === 'calling') calls.begin();
      timer ??= setInterval(tick, redrawMs);
    },
    settle,
    close(): void {
      clearInterval(timer);
      timer = undefined;
      settle();
    },
  };
}

function isCalling({ stage }: State): boolean {
  return stage === 'calling' || stage === 'stopping';
}

function lines(state: State, isLast: boolean, columns: number): readonly Piece[][] {
  const { stage, calls, waits } = state;
  if (isCalling(state)) {
    return showCalls(calls.state({ isStopping: stage === 'stopping', isLast }), columns, new Date());
  }
  const text = plain(state, isLast, timeOfDay);
  const tone = stage === 'connecting' && waits !== undefined ? ('bad' as const) : undefined;
  return text === '' ? [] : wrapped(text, columns - 1).map((line) => [{ text: line, tone }]);
}

function plain(state: State, isLast: boolean, until: typeof timeOfDay): string {
  const { stage, calls, rows, looked, waits, connecting, now } = state;
  switch (stage) {
    case 'idle':
      return '';
    case 'checking':
      return `Checking   ${counted(rows, 'row')}`;
    case 'looking_up':
      return `Looking up ${counted(rows, 'user')}`;
    case 'looking':
      return `Looking    ${grouped(looked.done)} of ${counted(looked.total, 'session')}`;
    case 'reporting':
      return `Reporting  ${counted(rows, 'row')}`;
    case 'connecting':
      if (isLast) return '';
      if (waits !== undefined) return sentence(showLater(waits, now(), until));
      return connecting === undefined ? '' : showConnecting(connecting, now(), until);
    case 'calling':
    case 'stopping':
      return showCallsPlainly(calls.state({ isStopping: stage === 'stopping', isLast }), new Date());
  }
}

function showServer(state: State, board: Board, stages: Stages, waitsFor: WaitsFor | undefined): void {
  const before = state.waits?.waitsFor;
  state.waits = waitsFor === undefined ? undefined : { waitsFor, at: state.now() };
  if (waitsFor === undefined) board.note(showOver(before));
  // Before the first call each try says so anew.
  else if (state.stage !== 'connecting' || before === undefined) {
    board.note(sentence(showWaits(waitsFor, universalTime(new Date(), waitsFor))));
  }
  if (waitsFor !== undefined && state.stage === 'idle') stages.enter('connecting');
}

const notListed = {
  no_right: 'This access key may not read the list of apps',
  no_such_call: 'The server has no list of apps',
  no_answer: 'The list of apps was not answered',
  none: 'This access key sees no app of the user pool',
} as const;

/** The end of it shows in what follows. */
function showConnecting({ host, givesUpInMs, at }: Connecting, now: number, until: typeof timeOfDay): string {
  const left = Math.max(0, givesUpInMs - (now - at));
  return `Connecting to ${host}, until ${until(new Date(), { givesUpInMs: left })} at most.`;
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
