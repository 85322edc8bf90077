import { printable } from '../../printable.ts';
import type { Columns } from '../../input/columns/columns.ts';
import type { Cause } from '../../report/cause.ts';
import { otherColumns } from '../../report/report-tables.ts';
import type { Page } from '../../report/write-reports.ts';
import type { Summary } from '../../report/summary.ts';
import type { Timeline } from '../../journal/timeline.ts';
import type { ReportData, RowShown } from '../report/data.ts';
import { rowStateOf, rowStates, type RowState } from '../report/row-state.ts';
import { readAssets } from './assets.ts';
import { createCollector } from './collect.ts';
import { createRowEncoder } from './encode-row.ts';
import { mostWithoutScript } from './without-script.ts';
import { pageText } from './write-page.ts';

/** What the page is about, beside its rows. */
export interface PageOf {
  readonly version: string;
  readonly run: ReportData['run'];
  readonly columns: Columns;
  readonly rowCount: number;
  /** '' where it is not known. */
  readonly appName: (appId: string) => string;
}

/** More would make the page large, and are in report.csv. */
const mostOthers = 8;
const mostTextChars = 1000;

/** Makes `report.html` of the rows of a report, in memory that does not grow with them. @param now in ms since the epoch. */
export function createPage(of: PageOf, now: () => number = Date.now): Page {
  const others = otherColumns(of.columns).slice(0, mostOthers);
  const states = Object.fromEntries(rowStates.map((state) => [state, 0])) as Record<RowState, number>;
  const collector = createCollector(of.rowCount);
  const encoder = createRowEncoder(others);

  return {
    add(rows) {
      for (const settled of rows) {
        const [row, { status, apiCode }, verified] = settled;
        const kinds = 'problems' in row ? row.problems.map(({ kind }) => kind) : [];
        const state = rowStateOf(status, apiCode, verified, kinds);
        states[state] += 1;
        if (collector.wants(state)) collector.add(state, encoder.encode(settled, state));
      }
    },
    async write(handle, summary, timeline) {
      const rows = collector.list();
      const opening = harmless<ReportData>({
        madeAt: new Date(now()).toISOString(),
        version: of.version,
        run: of.run,
        numbers: numbersOf(summary),
        states,
        causes: summary.causes.map(causeOf),
        timeline: timelineOf(timeline),
        apps: encoder.appIds.map((appId) => [appId, of.appName(appId)]),
        advice: encoder.advice,
        others: others.map((place) => of.columns.names[place] ?? ''),
        rows: rows.slice(0, mostWithoutScript).map((row) => JSON.parse(row) as RowShown),
      });
      for await (const piece of pageText(opening, rows, readAssets())) await handle.appendFile(piece);
    },
  };
}

/** Nothing in its texts is active: what turns text around, or hides in it, is shown. */
function harmless<T>(data: T): T {
  const text = JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'string' ? printable(value, mostTextChars) : value,
  );
  return JSON.parse(text) as T;
}

function numbersOf(summary: Summary): ReportData['numbers'] {
  const { ended, waitUntil, rows, calls, attempts, throttled, sessions, startedAt, finishedAt } = summary;
  const { seconds, attemptsPerSecond, latencyMs, verification } = summary;
  return {
    ended,
    waitUntil,
    rows,
    calls,
    attempts,
    throttled,
    sessions,
    startedAt,
    finishedAt,
    seconds,
    attemptsPerSecond,
    latencyMs,
    verification,
  };
}

function causeOf(cause: Cause): ReportData['causes'][number] {
  const { rows, status, statusCode, apiCode, errorCode, message, advice, firstLine } = cause;
  return { rows, status, statusCode, apiCode, errorCode, message, advice, firstLine };
}

function timelineOf({ width, buckets, sessions }: Timeline): ReportData['timeline'] {
  return {
    width,
    buckets: buckets.map(({ at, succeeded, throttled, rejected, other }) => [
      at,
      succeeded,
      throttled,
      rejected,
      other,
    ]),
    sessions: sessions.map(({ startedAt, endedAt, reason }) => [startedAt, endedAt ?? null, reason ?? '']),
  };
}
