import { Client } from 'pg';

import type { Pacer } from '../../../src/execute/pace/pace.ts';
import { openSharedPacer } from '../../../src/queue/rate/open-shared-pacer.ts';
import { rateSchema } from '../../../src/queue/rate/schema.ts';
import { createServer, type ServerOptions } from '../../execute/pace/server.ts';
import { createVirtualClock, type VirtualClock } from '../../execute/virtual-clock.ts';

/** Members who share one rate through a real database, in virtual time: nothing waits but for the database's answers. */
export interface SharedWorld extends ServerOptions {
  readonly members: readonly MemberOptions[];
  readonly seconds: number;
  readonly latencyMs: number;
  /** To the database and back. @default 2 */
  readonly roundTripMs?: number;
  /** Timers fire later than they are due by up to so much, as in a process that waits for its processor. @default 0 */
  readonly lateMs?: number;
  /** The database cannot be reached in between. */
  readonly awayMs?: Span;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface MemberOptions {
  readonly concurrency?: number;
  readonly rate?: number;
  /** When it begins, and when it is killed. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Its own clock at the begin. */
  readonly clockMs?: number;
  /** How long it has nothing to send after each attempt. @default 0 */
  readonly idleMs?: number;
}

/** One attempt, as the server saw it. */
interface Arrival {
  readonly at: number;
  readonly member: number;
  readonly isAccepted: boolean;
}

export interface SharedRecord {
  readonly arrivals: readonly Arrival[];
  readonly queries: number;
}

/** A database whose clock is the test's. */
export type TimedDatabase = Awaited<ReturnType<typeof openTimedDatabase>>;

export async function openTimedDatabase(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(rateSchema);
  await client.query(
    `CREATE OR REPLACE FUNCTION genauth_offboard.now_ms() RETURNS double precision LANGUAGE sql VOLATILE
     AS $$ SELECT current_setting('offboard.now_ms')::double precision $$`,
  );
  let last: Promise<unknown> = Promise.resolve();
  return {
    /** One after another, in the order in which they are asked. */
    query<Row>(at: number, text: string, values: unknown[] = []): Promise<Row[]> {
      const answer = last.then(async () => {
        await client.query(`SET offboard.now_ms = ${at}`);
        return (await client.query(text, values)).rows as Row[];
      });
      last = answer.catch(() => {});
      return answer;
    },
    close: () => client.end(),
  };
}

let worlds = 0;

export async function runShared(database: TimedDatabase, world: SharedWorld): Promise<SharedRecord> {
  const clock = createVirtualClock();
  const random = createRandom();
  const server = createServer(world, random);
  const key = `world ${(worlds += 1)}`;
  const arrivals: Arrival[] = [];
  const answers = new Set<Promise<unknown>>();
  let queries = 0;

  /** Answers come when the real ones are there, and not before the virtual time has passed. */
  function query<Row>(text: string, values?: unknown[]): Promise<Row[]> {
    const wayMs = (world.roundTripMs ?? 2) / 2;
    queries += 1;
    return new Promise((resolve, reject) => {
      clock.after(wayMs, () => {
        const at = clock.now();
        const { awayMs } = world;
        if (awayMs !== undefined && at >= awayMs.from && at < awayMs.to) {
          clock.after(wayMs, () => reject(new Error('connection refused')));
          return;
        }
        const answer = answerAt(at);
        answers.add(answer);
      });

      async function answerAt(at: number): Promise<void> {
        const rows = await database.query<Row>(databaseEpoch + at, text, values);
        clock.after(wayMs, () => resolve(rows));
      }
    });
  }

  for (const [member, options] of world.members.entries()) {
    clock.after(options.fromMs ?? 0, () => {
      const { pacer, kill } = openMember(clock, options, key, member, query);
      send(pacer, member, options);
      if (options.untilMs !== undefined) clock.after(options.untilMs - clock.now(), kill);
    });
  }

  function send(pacer: Pacer, member: number, options: MemberOptions): void {
    const { concurrency = 64, untilMs = Number.POSITIVE_INFINITY, idleMs = 0 } = options;
    let inFlight = 0;
    let [wakesAt, freeAt] = [Number.POSITIVE_INFINITY, 0];

    function look(): void {
      while (inFlight < concurrency && clock.now() < untilMs && clock.now() >= freeAt) {
        const at = clock.now();
        const due = pacer.nextAt(at);
        if (due > at) {
          wake(due);
          return;
        }
        pacer.sent(at);
        inFlight += 1;
        freeAt = at + idleMs;
        if (idleMs > 0) clock.after(idleMs, look);
        clock.after(world.latencyMs / 2, () => arrive(at));
      }
    }

    function wake(due: number): void {
      if (due >= wakesAt || due === Number.POSITIVE_INFINITY) return;
      wakesAt = due;
      // Timers are in whole milliseconds.
      clock.after(Math.ceil(due - clock.now()) + random() * (world.lateMs ?? 0), () => {
        wakesAt = Number.POSITIVE_INFINITY;
        look();
      });
    }

    function arrive(sentAt: number): void {
      const { outcome } = server.take(clock.now(), 0);
      arrivals.push({ at: clock.now(), member, isAccepted: outcome === 'accepted' });
      clock.after(world.latencyMs / 2, () => {
        if (outcome === 'accepted') server.done();
        inFlight -= 1;
        pacer.saw(outcome, sentAt, clock.now(), false);
        look();
      });
    }

    pacer.onChange = look;
    look();
  }

  for (let next = clock.nextAt(); next !== undefined && next < world.seconds * 1000; next = clock.nextAt()) {
    await clock.runUntil(next);
    while (answers.size > 0) {
      const all = [...answers];
      await Promise.all(all);
      for (const each of all) answers.delete(each);
    }
  }
  return { arrivals, queries };
}

/** When the virtual time begins, on the database's clock. */
const databaseEpoch = 1_700_000_000_000;

function openMember(
  clock: VirtualClock,
  { concurrency = 64, rate, clockMs = 0 }: MemberOptions,
  key: string,
  member: number,
  query: Parameters<typeof openSharedPacer>[0]['query'],
) {
  let isDead = false;
  const { pacer } = openSharedPacer({
    query: (text, values) => (isDead ? new Promise(() => {}) : query(text, values)),
    key,
    member: `member ${member}`,
    concurrency,
    rate,
    clock: { now: () => clock.now() + clockMs, after: clock.after },
  });
  return { pacer, kill: () => (isDead = true) };
}

function createRandom(): () => number {
  let state = 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** What share of a limit was used from one second to another, what share was refused, and how much the largest part is of the smallest. */
export function useOf({ arrivals }: SharedRecord, limit: number, from: number, to: number) {
  const between = arrivals.filter(({ at }) => at >= from * 1000 && at < to * 1000);
  const accepted = between.filter(({ isAccepted }) => isAccepted);
  const members = [...new Set(accepted.map(({ member }) => member))];
  const counts = members.map((each) => accepted.filter(({ member }) => member === each).length);
  return {
    used: accepted.length / (limit * (to - from)),
    refused: 1 - accepted.length / between.length,
    spread: Math.max(...counts) / Math.min(...counts),
    members: members.length,
  };
}
