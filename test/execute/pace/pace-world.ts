import type { Pacer } from '../../../src/execute/pace/pace.ts';
import { createQueue } from './queue.ts';
import { createServer, type Refusal, type ServerOptions } from './server.ts';

/** Clients that always have more to send to one server, in virtual time. */
export interface World extends ServerOptions {
  readonly createPacer: () => Pacer;
  readonly seconds: number;
  readonly concurrency: number;
  /** 10 % more or less. */
  readonly latencyMs: number;
  readonly clients?: number;
  readonly seed?: number;
  /** Replies leave the server together, so far apart. */
  readonly batchMs?: number;
  /** The process stands still from then on for so long. */
  readonly suspended?: { readonly fromMs: number; readonly forMs: number };
}

/** What the server saw in tenths of a second. */
export interface Record {
  readonly sent: Float64Array;
  readonly accepted: Float64Array;
  /** Refused for what the client did. */
  readonly own: Float64Array;
  readonly acceptedOf: readonly Float64Array[];
  readonly pacers: readonly Pacer[];
}

interface Attempt {
  readonly client: number;
  readonly sentAt: number;
  readonly timesRefused: number;
  /** Its user was refused before. */
  readonly isRepeated: boolean;
  outcome: 'accepted' | Refusal;
}

type Event =
  | { readonly kind: 'arrives'; readonly attempt: Attempt }
  | { readonly kind: 'answered'; readonly attempt: Attempt }
  | { readonly kind: 'timer'; readonly client: number }
  | { readonly kind: 'retry'; readonly client: number; readonly timesRefused: number };

/** How long a user who was refused waits until the next attempt: so long at first, twice as long each time, no longer. */
const backoffMs = { first: 250, most: 4000 };

function createRandom(seed: number): () => number {
  let state = (seed * 7919 + 12_345) % 2_147_483_647;
  for (let warmUp = 0; warmUp < 5; warmUp += 1) state = (state * 48_271) % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

export function run(world: World): Record {
  const { seconds, concurrency, latencyMs, clients = 1, seed = 1, batchMs = 0, suspended, users } = world;
  const random = createRandom(seed);
  const server = createServer(world, random);
  const tenths = seconds * 10;
  const counts = {
    sent: new Float64Array(tenths),
    accepted: new Float64Array(tenths),
    own: new Float64Array(tenths),
  };
  const acceptedOf = Array.from({ length: clients }, () => new Float64Array(tenths));
  const pacers = Array.from({ length: clients }, () => world.createPacer());
  const inFlight = new Float64Array(clients);
  const timerAt = new Float64Array(clients).fill(Number.POSITIVE_INFINITY);
  /** Users who are to be tried again now. */
  const again: number[][] = pacers.map(() => []);
  const events = createQueue<Event>();

  /** What counts how many there are at once is the server itself, and a refusal for that comes soon. */
  const way =
    world.atOnce === undefined
      ? { there: 0.5, back: 0.5, refused: 0.5 }
      : { there: 0.05, back: 0.95, refused: 0.05 };
  const time = (part: number): number => latencyMs * part * (0.9 + random() / 5);
  const awake = (at: number): number =>
    suspended !== undefined && at >= suspended.fromMs && at < suspended.fromMs + suspended.forMs
      ? suspended.fromMs + suspended.forMs
      : at;

  function nextUser(client: number): Pick<Attempt, 'timesRefused' | 'isRepeated'> {
    const waiting = again[client]!.pop();
    if (waiting !== undefined) return { timesRefused: waiting, isRepeated: true };
    return {
      timesRefused: users !== undefined && random() < users.share ? users.times : 0,
      isRepeated: false,
    };
  }

  function sendAll(client: number, at: number): void {
    const pacer = pacers[client]!;
    while (inFlight[client]! < concurrency) {
      const next = pacer.nextAt(at);
      if (next > at) {
        // Timers are in whole milliseconds and late by up to one.
        const due = at + Math.max(1, Math.ceil(next - at));
        if (due < timerAt[client]!) {
          const firesAt = awake(due + random());
          timerAt[client] = firesAt;
          events.push(firesAt, { kind: 'timer', client });
        }
        return;
      }
      pacer.sent(at);
      inFlight[client]! += 1;
      const attempt: Attempt = { client, sentAt: at, ...nextUser(client), outcome: 'accepted' };
      events.push(at + time(way.there), { kind: 'arrives', attempt });
    }
  }

  function arrive(attempt: Attempt, at: number): void {
    const answer = server.take(at, attempt.timesRefused);
    attempt.outcome = answer.outcome;
    const tenth = Math.floor(at / 100);
    if (tenth < tenths) {
      counts.sent[tenth]! += 1;
      if (answer.outcome === 'accepted') {
        counts.accepted[tenth]! += 1;
        acceptedOf[attempt.client]![tenth]! += 1;
      } else if (answer.by === 'own') counts.own[tenth]! += 1;
    }
    const leaves = at + time(answer.by === 'own' ? way.refused : way.back);
    const answeredAt = batchMs > 0 ? Math.ceil(leaves / batchMs) * batchMs : leaves;
    events.push(awake(answeredAt), { kind: 'answered', attempt });
  }

  function answered({ client, sentAt, outcome, timesRefused, isRepeated }: Attempt, at: number): void {
    if (outcome === 'accepted') server.done();
    inFlight[client]! -= 1;
    pacers[client]!.saw(outcome, sentAt, at, isRepeated);
    if (outcome !== 'accepted') {
      const times = timesRefused > 0 ? (users?.times ?? 0) - timesRefused : 0;
      const waitMs = Math.min(backoffMs.first * 2 ** times, backoffMs.most) * (0.5 + random() / 2);
      events.push(at + waitMs, { kind: 'retry', client, timesRefused: Math.max(0, timesRefused - 1) });
    }
    sendAll(client, at);
  }

  for (let client = 0; client < clients; client += 1) {
    timerAt[client] = client === 0 ? 0 : random() * 1000;
    events.push(timerAt[client]!, { kind: 'timer', client });
  }
  for (;;) {
    const next = events.pop();
    if (next === undefined || next.at >= seconds * 1000) break;
    const { at, item } = next;
    if (item.kind === 'arrives') arrive(item.attempt, at);
    else if (item.kind === 'answered') answered(item.attempt, at);
    else {
      if (item.kind === 'timer') {
        if (at !== timerAt[item.client]) continue;
        timerAt[item.client] = Number.POSITIVE_INFINITY;
      } else again[item.client]!.push(item.timesRefused);
      sendAll(item.client, at);
    }
  }
  return { ...counts, acceptedOf, pacers };
}

export function sum(tenths: Float64Array, from: number, to: number): number {
  let all = 0;
  for (let tenth = Math.round(from * 10); tenth < Math.round(to * 10); tenth += 1) all += tenths[tenth] ?? 0;
  return all;
}
