import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { RequestRecord } from '../../src/simulator/request-record.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { callsOf, type AskedRow } from './asked-rows.ts';

/** What is on record about the processes that have worked on a run so far. */
export interface Testimony {
  readonly sessions: number;
  readonly kills: number;
  /** IDs that the final report must have, and why. */
  readonly owedIds: ReadonlyMap<string, string>;
  /** Calls that the server saw before a kill took their reply, and again after it, and that have a record since then. */
  readonly sentTwice: ReadonlySet<number>;
  /** How many calls marks covered at each kill without an end on record, those included that mending put there; added up. */
  readonly coveredAtKills: number;
  /** Replies that nobody can say whether they had reached the process when it was killed. */
  readonly perhapsUnread: number;
  readonly complaints: readonly string[];
}

/** Takes down, after each process, what journal and server say. Shares no code with the program. */
export interface Witness {
  /**
   * To be called when a process has gone and everything that it had sent has arrived.
   * @param retriedFailed it was told to try again what had failed, so that calls which had ended go out again.
   */
  takeDown(retriedFailed?: boolean): void;
  readonly testimony: Testimony;
}

/** A journal's line, as far as it matters here. */
export type Line =
  | { readonly kind: 'session' | 'canary' | 'end' }
  | { readonly kind: 'mark'; readonly from: number; readonly upTo: number }
  | {
      readonly kind: 'attempt';
      readonly seq: number;
      readonly verdict: string;
      readonly final: boolean;
      readonly unanswered: boolean;
      readonly open?: string;
      readonly requestId?: string;
      readonly httpStatus?: number;
    };

export function createWitness(
  folder: string,
  server: Pick<Simulator, 'log'>,
  rows: readonly AskedRow[],
): Witness {
  const plan = callsOf(rows);
  const ended = new Set<number>();
  const succeeded = new Set<number>();
  const owedIds = new Map<string, string>();
  const unreplied = new Set<number>();
  const sentAgain = new Set<number>();
  const sentTwice = new Set<number>();
  const everMarked = new Set<number>();
  const complaints: string[] = [];
  let sessions = 0;
  let kills = 0;
  let coveredAtKills = 0;
  let perhapsUnread = 0;
  let known: readonly string[] = [];
  let requestsRead = 0;

  function takeDown(retriedFailed = false): void {
    const all = journalLines(path.join(folder, 'journal.ndjson'));
    const texts = all.map((line) => JSON.stringify(line));
    // Mending puts others in the place of lines that were damaged.
    const firstNew = texts.findIndex((text, place) => text !== known[place]);
    const lines = firstNew === -1 ? [] : all.slice(firstNew);
    known = texts;
    const requests = server.log.slice(requestsRead);
    requestsRead += requests.length;
    // A canary's answer begins another session in the same process.
    const last = lines.findLast(({ kind }) => ['session', 'canary', 'end'].includes(kind));
    const isOrderly = last?.kind === 'end';
    sessions += lines.filter((line) => line.kind === 'session').length;
    if (!isOrderly) kills += 1;
    const marked = markedIn(lines);
    // What a killed process had sent may arrive after it was taken down.
    for (const seq of marked) everMarked.add(seq);
    const done = retriedFailed ? succeeded : ended;
    judgeRequests(requests, done);
    for (const id of reachedIds(requests, isOrderly)) owedIds.set(id, 'its connection carried on after it');
    // What mending puts in the place of lost lines is about those who were killed before.
    const begin = lines.findLastIndex(({ kind }) => kind === 'session');
    for (const seq of markedIn(lines.slice(0, Math.max(0, begin)))) if (!done.has(seq)) coveredAtKills += 1;
    const answers = new Map<number, number>();
    for (const line of lines) read(line, answers);
    if (!isOrderly) {
      noteUnreplied(requests, answers);
      for (const seq of marked) if (!done.has(seq)) coveredAtKills += 1;
    }
  }

  /** @param done calls that were not to be sent any more when the process began. */
  function judgeRequests(requests: readonly RequestRecord[], done: ReadonlySet<number>): void {
    for (const request of requests) {
      const seq = plan.seqOf(request);
      if (seq === 0) complaints.push(`a request that nobody asked for: ${request.userId}`);
      if (!everMarked.has(seq)) complaints.push(`call ${seq} was sent, and no mark in the journal says so`);
      if (done.has(seq)) complaints.push(`call ${seq} had ended and was sent again`);
      if (unreplied.has(seq)) sentAgain.add(seq);
    }
  }

  function read(line: Line, answers: Map<number, number>): void {
    if (line.kind !== 'attempt') return;
    const { seq, requestId } = line;
    if (sentAgain.has(seq)) sentTwice.add(seq);
    if (requestId !== undefined) owedIds.set(requestId, 'the journal had it');
    if (line.httpStatus !== undefined || line.unanswered) answers.set(seq, (answers.get(seq) ?? 0) + 1);
    const isWhole = line.verdict === 'succeeded' && (line.open ?? '0') === '0';
    if (isWhole) succeeded.add(seq);
    if (line.final || isWhole) ended.add(seq);
    else ended.delete(seq);
  }

  /**
   * A connection carries one exchange at a time, so when it carries another request the reply before it was read.
   * Of a connection's last reply that is only certain when the process ended in order.
   */
  function reachedIds(requests: readonly RequestRecord[], isOrderly: boolean): string[] {
    const lastOf = new Map<number, RequestRecord>();
    for (const request of requests) lastOf.set(request.connection, request);
    return requests.flatMap((request) => {
      if (!request.answered || request.requestId === undefined) return [];
      if (isOrderly || lastOf.get(request.connection) !== request) return request.requestId;
      perhapsUnread += 1;
      return [];
    });
  }

  function noteUnreplied(requests: readonly RequestRecord[], answers: ReadonlyMap<number, number>): void {
    const asked = new Map<number, number>();
    for (const request of requests) {
      const seq = plan.seqOf(request);
      asked.set(seq, (asked.get(seq) ?? 0) + 1);
    }
    for (const [seq, times] of asked) if (times > (answers.get(seq) ?? 0)) unreplied.add(seq);
  }

  return {
    takeDown,
    get testimony() {
      return { sessions, kills, owedIds, sentTwice, coveredAtKills, perhapsUnread, complaints };
    },
  };
}

/** The whole lines; a torn last one is no line, nor is one that was damaged beyond reading. */
export function journalLines(file: string): Line[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).filter(isJson).map(parseLine);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

export function parseLine(line: string): Line {
  return JSON.parse(line) as Line;
}

/** The calls that marks say may have been sent. */
function markedIn(lines: readonly Line[]): ReadonlySet<number> {
  const marked = new Set<number>();
  for (const line of lines) {
    if (line.kind !== 'mark') continue;
    for (let seq = line.from; seq <= line.upTo; seq += 1) marked.add(seq);
  }
  return marked;
}
