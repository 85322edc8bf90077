import { judgeRow, type Knowledge } from './judge-row.ts';
import { readSummary, readTable, type SummaryFile } from './read-report.ts';
import type { Exchange } from './record.ts';
import type { PlannedRow } from './scenario.ts';

/** Each is a broken promise. */
export interface Complaint {
  /** Which promise. */
  readonly rule: string;
  readonly text: string;
}

export interface Judged {
  readonly complaints: readonly Complaint[];
  readonly rows: readonly JudgedRow[];
}

/** What the report says about a row. */
export interface JudgedRow {
  readonly status: string;
  readonly openApps: readonly string[];
}

const stillOpen = new Set(['partial', 'failed', 'unknown', 'not_attempted']);

/** Holds report.csv, retry.csv and summary.json against what really happened. */
export function judgeReports(
  folder: string,
  rows: readonly PlannedRow[],
  knowledge: Omit<Knowledge, 'of' | 'ofUser'>,
): Judged {
  const complaints: Complaint[] = [];
  const report = readTable(folder, 'report.csv');
  const byUser = new Map<string, Exchange[]>();
  for (const exchange of knowledge.exchanges) {
    const known = byUser.get(exchange.userId);
    if (known === undefined) byUser.set(exchange.userId, [exchange]);
    else known.push(exchange);
  }
  if (report.length !== rows.length) {
    complaints.push({ rule: 'rows', text: `${report.length} rows in the report of ${rows.length}` });
  }
  const judged: JudgedRow[] = [];
  for (const [place, row] of rows.entries()) {
    const reported = report[place];
    if (reported === undefined) break;
    judged.push({
      status: reported['status'] ?? '',
      openApps: appsIn(reported['failed_app_ids']),
    });
    const ofUser = byUser.get(row.userId) ?? [];
    const of = ofUser.filter(({ appIds }) => appIds.some((app) => row.appIds.includes(app)));
    for (const { rule, text } of judgeRow(row, reported, { ...knowledge, of, ofUser })) {
      complaints.push({ rule, text: `line ${row.line} (${row.userId}), ${reported['status']}: ${text}` });
    }
  }
  const summary = readSummary(folder);
  const statuses = judged.map(({ status }) => status);
  complaints.push(
    ...judgeNumbers(summary, statuses),
    ...judgeRepeated(summary, knowledge),
    ...judgeRetry(report, readTable(folder, 'retry.csv')),
  );
  return { complaints, rows: judged };
}

function appsIn(cell = ''): string[] {
  return cell.split(';').filter((app) => app !== '');
}

function judgeNumbers({ rows, calls }: SummaryFile, statuses: readonly string[]): Complaint[] {
  const complaints: Complaint[] = [];
  const { total, ...counts } = rows;
  const { planned, repeated: _, ...ended } = calls;
  const add = (numbers: Readonly<Record<string, number>>): number =>
    Object.values(numbers).reduce((sum, number) => sum + number, 0);
  if (total !== statuses.length || add(counts) !== total) {
    complaints.push({
      rule: 'sums',
      text: `the rows do not add up to ${statuses.length}: ${JSON.stringify(rows)}`,
    });
  }
  if (add(ended) !== planned)
    complaints.push({ rule: 'sums', text: `the calls do not add up: ${JSON.stringify(calls)}` });
  for (const [status, count] of Object.entries(counts)) {
    const found = statuses.filter((each) => each === status).length;
    if (found !== count)
      complaints.push({ rule: 'sums', text: `${count} rows ${status}, and ${found} in the report` });
  }
  return complaints;
}

/** What a process that died left open, and another sent again, is counted; and nothing where none has died. */
function judgeRepeated(
  { calls }: SummaryFile,
  { exchanges, dead }: Omit<Knowledge, 'of' | 'ofUser'>,
): Complaint[] {
  const { repeated = 0 } = calls;
  const left = new Map<string, Exchange>();
  const again = new Set<string>();
  for (const exchange of exchanges) {
    const before = left.get(exchange.userId);
    const isSame = before?.appIds.some((app) => exchange.appIds.includes(app)) === true;
    if (before !== undefined && isSame && exchange.isKept && exchange.session > before.session)
      again.add(exchange.userId);
    // By no ID it can be seen whether the last write of a process that died was whole.
    const mayBeKept = exchange.deliveredAt !== undefined && exchange.requestIds.length === 0;
    if (dead.has(exchange.session) && !exchange.isKept && !mayBeKept) left.set(exchange.userId, exchange);
  }
  if (repeated > 0 && dead.size === 0)
    return [{ rule: 'repeated', text: `${repeated} repeated, and no process died` }];
  if (repeated >= again.size) return [];
  return [{ rule: 'repeated', text: `${repeated} repeated, and at least ${again.size} were sent again` }];
}

function judgeRetry(
  report: readonly Record<string, string>[],
  retry: readonly Record<string, string>[],
): Complaint[] {
  const line = (row: Record<string, string>, apps: string): string =>
    `${row['user_id']} ${appsIn(row[apps]).toSorted().join(';')}`;
  const wanted = report
    .filter((row) => stillOpen.has(row['status'] ?? ''))
    .map((row) => line(row, 'failed_app_ids'));
  const found = retry.map((row) => line(row, 'app_ids'));
  if (wanted.join('\n') === found.join('\n')) return [];
  const odd = found.find((each, place) => each !== wanted[place]) ?? wanted[found.length];
  return [
    { rule: 'retry', text: `retry.csv has ${found.length} rows and ${wanted.length} are open; see ${odd}` },
  ];
}
