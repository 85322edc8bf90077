import { grouped } from '../printable.ts';
import type { Live, WaitsFor } from '../events.ts';
import { fitting, widthOf, wrapped, type RankedPiece } from './fit.ts';
import type { Piece, Tone } from './paint.ts';
import { showWaits } from './show-waits.ts';
import { counted, lasting, perSecond } from './wording.ts';

/** How the calls of a run stand: all of it, the sessions before this one included. */
export interface CallsState {
  readonly isStopping: boolean;
  /** Nothing follows. */
  readonly hasEnded: boolean;
  readonly total: number;
  readonly succeeded: number;
  readonly partial: number;
  readonly failed: number;
  readonly unknown: number;
  /** Attempts of this session. */
  readonly attempts: number;
  readonly throttled: number;
  /** So long it was worked on. */
  readonly elapsedMs: number;
  /** Undefined while it cannot be told. */
  readonly callsPerSecond: number | undefined;
  readonly attemptsPerSecond: number | undefined;
  /** What holds it back; undefined when nothing is sent any more. */
  readonly live: Live | undefined;
  /** Whose users are signed out where, for who comes to look. */
  readonly where: string;
}

const barWidth = { most: 24, least: 8 };
/** In the fonts of Chinese, Japanese and Korean consoles of Windows blocks are two columns wide, and the line would be broken. */
const [full, empty] = process.platform === 'win32' ? ['#', '-'] : ['█', '░'];
const columnsForLabel = 60;
/** A failure or two is no outage, and is tried again before anybody has read of it. */
const shortestWaitMs = 1000;

/** The lines for a terminal. @param now the time of day. */
export function showCalls(state: CallsState, columns: number, now: Date): Piece[][] {
  // The last column stays free: some terminals begin a new line in it.
  const width = columns - 1;
  const hasLabel = columns >= columnsForLabel;
  const waits = waitsOf(state);
  const label = state.isStopping ? 'Stopping' : waits === undefined ? 'Calling' : 'Waiting';
  const indent = hasLabel ? ' '.repeat(11) : '  ';
  const room = width - (hasLabel ? indent.length : 0);
  const first = fitting(howFar(state), '  ', room);
  const bar = hasLabel ? showBar(shareOf(state), room - widthOf([{ text: '' }, ...first], '  ')) : '';
  const second = fitting(howItWent(state), '   ', width - indent.length);
  const third =
    waits === undefined ? [] : wrapped(showWaits(waits, timeOfDay(now, waits)), width - indent.length);
  const where = hasLabel ? wrapped(state.where, width - indent.length) : [];
  return [
    [
      ...(hasLabel ? [{ text: label.padEnd(indent.length) }] : []),
      ...joined(bar === '' ? first : [{ text: bar }, ...first], '  '),
    ],
    ...(second.length === 0 ? [] : [[{ text: indent }, ...joined(second, '   ')]]),
    ...third.map((text): Piece[] => [{ text: indent }, { text, tone: 'bad' }]),
    ...where.map((text): Piece[] => [{ text: indent }, { text, tone: 'faint' }]),
  ];
}

/** The same in one line, for a file. @param now the time of day. */
export function showCallsPlainly(state: CallsState, now: Date): string {
  const waits = waitsOf(state);
  return [
    state.isStopping ? 'Stopping' : waits === undefined ? 'Calling' : 'Waiting',
    ...howFar(state).map(({ text }) => text),
    ...howItWent(state).map(({ text }) => text),
    ...(waits === undefined ? [] : [showWaits(waits, universalTime(now, waits))]),
  ].join('  ');
}

/** Of what is over within so long a second counts. */
const withSecondsMs = 60 * 60_000;

/** Until when, as people say it: `14:35`, and `14:35:20` where it is less than an hour. */
export function timeOfDay(now: Date, { givesUpInMs }: Pick<WaitsFor, 'givesUpInMs'>): string {
  const at = new Date(now.getTime() + givesUpInMs);
  const parts = [at.getHours(), at.getMinutes(), ...(givesUpInMs < withSecondsMs ? [at.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** The same in a log: `14:35:20 UTC`. */
export function universalTime(now: Date, { givesUpInMs }: Pick<WaitsFor, 'givesUpInMs'>): string {
  const at = new Date(now.getTime() + givesUpInMs).toISOString();
  return `${at.slice(11, givesUpInMs < withSecondsMs ? 19 : 16)} UTC`;
}

function joined(pieces: readonly Piece[], between: string): Piece[] {
  return pieces.flatMap(({ text, tone }, at) => [...(at === 0 ? [] : [{ text: between }]), { text, tone }]);
}

function endedOf({ succeeded, partial, failed, unknown }: CallsState): number {
  return succeeded + partial + failed + unknown;
}

function shareOf(state: CallsState): number {
  return state.total === 0 ? 1 : endedOf(state) / state.total;
}

/** As wide as there is room; none where it would say nothing. */
function showBar(share: number, room: number): string {
  if (room < barWidth.least) return '';
  const width = Math.min(room, barWidth.most);
  const filled = Math.round(share * width);
  return `${full.repeat(filled)}${empty.repeat(width - filled)}`;
}

function howFar(state: CallsState): RankedPiece[] {
  const { total, attemptsPerSecond, callsPerSecond, isStopping, live } = state;
  const ended = endedOf(state);
  const isWaiting = waitsOf(state) !== undefined;
  // What is left of less than a second is over before it is read.
  const leftMs = Math.max(1000, ((total - ended) / (callsPerSecond ?? 0)) * 1000);
  const hasLeft = !isStopping && live !== undefined && ended < total && Number.isFinite(leftMs);
  return [
    { text: `${Math.floor(shareOf(state) * 100)}%`, rank: 5 },
    { text: `${grouped(ended)} of ${counted(total, 'call')}`, rank: 4 },
    ...(attemptsPerSecond === undefined || isWaiting
      ? []
      : [{ text: perSecond(attemptsPerSecond), rank: 2 }]),
    ...(hasLeft ? [{ text: `${lasting(leftMs)} left${isWaiting ? ' once it goes on' : ''}`, rank: 3 }] : []),
  ];
}

const tones: Readonly<Record<string, Tone>> = { failed: 'bad', partial: 'doubtful', unknown: 'doubtful' };

function howItWent(state: CallsState): RankedPiece[] {
  const { hasEnded, elapsedMs } = state;
  const states = (['succeeded', 'partial', 'failed', 'unknown', 'throttled'] as const)
    .filter((each) => each === 'succeeded' || state[each] > 0)
    .map((each) => ({
      text: `${each} ${grouped(state[each])}`,
      tone: tones[each],
      rank: each === 'failed' ? 5 : each === 'throttled' ? 2 : 4,
    }));
  return [
    // The summary says how long it took.
    ...(hasEnded ? [] : [{ text: `${lasting(Math.max(1000, elapsedMs))} so far`, rank: 3 }]),
    ...states,
    ...(state.isStopping ? [{ text: 'waiting for what is in flight', rank: 1 }] : showLimit(state)),
  ];
}

function waitsOf({ live, isStopping }: CallsState): WaitsFor | undefined {
  const waits = live?.waitsFor;
  return waits !== undefined && !isStopping && waits.sinceMs >= shortestWaitMs ? waits : undefined;
}

/** A rate that is allowed and was never come near to is a guess. */
const mostAboveReached = 1.25;

function showLimit({ live, attemptsPerSecond }: CallsState): RankedPiece[] {
  if (live === undefined || live.waitsFor !== undefined || attemptsPerSecond === undefined) return [];
  switch (live.setBy) {
    case 'tenant':
      return live.perSecond > attemptsPerSecond * mostAboveReached
        ? []
        : [{ text: `the tenant allows about ${perSecond(live.perSecond)}`, rank: 1 }];
    case 'ceiling':
      return [{ text: `--rate allows ${perSecond(live.perSecond)}`, rank: 1 }];
    case 'searching':
    case 'concurrency':
      return [];
  }
}
