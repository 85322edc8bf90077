import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { RequestRecord } from '../../src/simulator/request-record.ts';
import { readCsvFile, type ReportRow } from '../read-report.ts';
import { keyOf, type AskedRow } from './asked-rows.ts';
import type { Testimony } from './witness.ts';

/** What there is to judge a run folder by. */
export interface Evidence {
  readonly rows: readonly AskedRow[];
  /** Whose reports were made after everything else. */
  readonly folder: string;
  /** The server's own record of all that it was asked, over all the kills. */
  readonly log: readonly RequestRecord[];
  readonly testimony: Testimony;
}

export interface Judgement {
  /** Each is a broken promise. */
  readonly complaints: readonly string[];
  readonly statuses: Readonly<Record<string, number>>;
  /** As the summary has it. */
  readonly repeated: number;
}

interface Summary {
  readonly rows: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
}

/** How often the server carried out what it was asked about one user's app, and how often nobody got a reply. */
interface Seen {
  kicked: number;
  unanswered: number;
}

/**
 * Whether the reports are exact: every row once, every owed request ID there and none that the server did not give, no status
 * that the server's own log contradicts, and the calls made twice counted.
 */
export function judge({ rows, folder, log, testimony }: Evidence): Judgement {
  const complaints = [...testimony.complaints];
  const report = readCsvFile(folder, 'report.csv');
  const summary = JSON.parse(readFileSync(path.join(folder, 'summary.json'), 'utf8')) as Summary;
  const seen = seenByServer(log);
  const requestsOf = requestsByUser(log);
  const reported = new Set<string>();
  const statuses: Record<string, number> = {};

  if (report.length !== rows.length)
    complaints.push(`${report.length} rows in the report of ${rows.length} in the input`);
  for (const [index, asked] of rows.entries()) {
    const row = report[index];
    if (row === undefined) break;
    const status = row['status'] ?? '';
    statuses[status] = (statuses[status] ?? 0) + 1;
    const say = (what: string): void => void complaints.push(`line ${asked.line}, ${status}: ${what}`);
    if (Number(row['line']) !== asked.line || row['user_id'] !== asked.userId)
      say(`it is ${row['user_id']} on line ${row['line']} in the report`);
    judgeStatus(asked, row, seen, say);
    const ids = (row['request_ids'] ?? '').split(';').filter((id) => id !== '');
    judgeIds(asked, ids, requestsOf.get(asked.userId) ?? [], testimony.owedIds, say);
    for (const id of ids) reported.add(id);
  }
  for (const [id, why] of testimony.owedIds)
    if (!reported.has(id)) complaints.push(`request ID ${id} is lost: ${why}`);
  complaints.push(...judgeNumbers(summary, statuses, rows.length, testimony));
  complaints.push(...judgeRetryFile(report, readCsvFile(folder, 'retry.csv')));
  return { complaints, statuses, repeated: summary.calls['repeated'] ?? -1 };
}

function judgeStatus(
  asked: AskedRow,
  row: ReportRow,
  seen: ReadonlyMap<string, Seen>,
  say: (what: string) => void,
): void {
  const open = new Set((row['failed_app_ids'] ?? '').split(';').filter((id) => id !== ''));
  const wanted = { succeeded: [0, 0], partial: [1, asked.appIds.length - 1] }[row['status'] ?? ''];
  const [least, most] = wanted ?? [asked.appIds.length, asked.appIds.length];
  if (open.size < (least ?? 0) || open.size > (most ?? 0)) say(`${open.size} failed apps`);
  for (const appId of asked.appIds) {
    const { kicked, unanswered } = seen.get(keyOf(asked.userIdType, asked.userId, appId)) ?? nothingSeen;
    if (!open.has(appId) && kicked === 0) say(`the server never signed the user out of ${appId}`);
    if (['failed', 'not_attempted'].includes(row['status'] ?? '') && kicked > 0)
      say(`the server signed the user out of ${appId}`);
    if (row['status'] === 'not_attempted' && unanswered > 0)
      say(`the server was asked about ${appId}, and did not answer`);
  }
}

/** A row has the IDs of those requests that named any of its apps, each once, and no other. */
function judgeIds(
  asked: AskedRow,
  ids: readonly string[],
  requests: readonly RequestRecord[],
  owed: ReadonlyMap<string, string>,
  say: (what: string) => void,
): void {
  const apps = new Set(asked.appIds);
  const given = requests.flatMap(({ requestId, appIds }) =>
    requestId !== undefined && appIds.some((appId) => apps.has(appId)) ? requestId : [],
  );
  for (const [place, id] of ids.entries()) {
    if (ids.indexOf(id) !== place) say(`request ID ${id} is there twice`);
    if (!given.includes(id)) say(`the server gave no request ID ${id} for it`);
  }
  for (const id of given) if (owed.has(id) && !ids.includes(id)) say(`request ID ${id} is missing`);
}

const nothingSeen: Seen = { kicked: 0, unanswered: 0 };

function judgeNumbers(
  summary: Summary,
  statuses: Readonly<Record<string, number>>,
  rowCount: number,
  testimony: Testimony,
): string[] {
  const complaints: string[] = [];
  const { total, ...counts } = summary.rows;
  const { planned, repeated = -1, ...callCounts } = summary.calls;
  const add = (numbers: Readonly<Record<string, number>>): number =>
    Object.values(numbers).reduce((sum, number) => sum + number, 0);
  if (total !== rowCount || add(counts) !== total)
    complaints.push(`the summary's rows do not add up to ${rowCount}: ${JSON.stringify(summary.rows)}`);
  if (add(callCounts) !== planned)
    complaints.push(`the summary's calls do not add up: ${JSON.stringify(summary.calls)}`);
  for (const [status, count] of Object.entries(counts)) {
    if (count !== (statuses[status] ?? 0))
      complaints.push(`${count} rows ${status} in the summary, ${statuses[status]} in the report`);
  }
  if (repeated < testimony.sentTwice.size)
    complaints.push(`${testimony.sentTwice.size} calls were sent twice, and the summary says ${repeated}`);
  if (repeated > testimony.coveredAtKills)
    complaints.push(`${repeated} calls repeated, and marks covered ${testimony.coveredAtKills}`);
  return complaints;
}

function judgeRetryFile(report: readonly ReportRow[], retry: readonly ReportRow[]): string[] {
  const again = new Set(['partial', 'failed', 'unknown', 'not_attempted']);
  const expected = report.filter((row) => again.has(row['status'] ?? '')).map((row) => row['user_id']);
  const found = retry.map((row) => row['user_id']);
  return found.join('\n') === expected.join('\n') ? [] : ['retry.csv has other rows than those still open'];
}

function seenByServer(log: readonly RequestRecord[]): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const { userIdType, userId, appIds, kicked, answered } of log) {
    for (const appId of appIds) {
      const key = keyOf(userIdType, userId, appId);
      const known = seen.get(key) ?? { kicked: 0, unanswered: 0 };
      if (kicked) known.kicked += 1;
      if (!answered) known.unanswered += 1;
      seen.set(key, known);
    }
  }
  return seen;
}

function requestsByUser(log: readonly RequestRecord[]): Map<string, RequestRecord[]> {
  const requests = new Map<string, RequestRecord[]>();
  for (const request of log) {
    const known = requests.get(request.userId);
    if (known === undefined) requests.set(request.userId, [request]);
    else known.push(request);
  }
  return requests;
}
