import { printable } from '../../printable.ts';
import { advise } from '../../report/advice.ts';
import type { SettledRow } from '../../report/report-tables.ts';
import type { ProblemShown, RowShown } from '../report/data.ts';
import type { RowState } from '../report/row-state.ts';

const most = {
  idChars: 300,
  messageChars: 600,
  cellChars: 120,
  apps: 50,
  allApps: 20_000,
  requestIds: 12,
  problems: 10,
};

/** What is wrong with an invalid row, for other languages than the program's own. */
function problemsOf(row: SettledRow[0]): ProblemShown[] {
  if (!('problems' in row)) return [];
  return row.problems
    .slice(0, most.problems)
    .map(({ column, kind }) => [printable(column, most.cellChars), kind]);
}

/** Texts that rows refer to by their place. */
interface Places {
  readonly texts: string[];
  /** @returns -1 where there are too many. */
  of(text: string): number;
}

function createPlaces(limit: number): Places {
  const texts: string[] = [];
  const known = new Map<string, number>();
  return {
    texts,
    of(text) {
      const place = known.get(text);
      if (place !== undefined) return place;
      if (texts.length === limit) return -1;
      known.set(text, texts.length);
      return texts.push(text) - 1;
    },
  };
}

/** @param others where the input's other columns stand that the page carries. */
export function createRowEncoder(others: readonly number[]) {
  const apps = createPlaces(most.allApps);
  const advice = createPlaces(1000);

  function placesOf(appIds: readonly string[]): number[] {
    return appIds
      .slice(0, most.apps)
      .map((appId) => apps.of(appId))
      .filter((place) => place >= 0);
  }

  return {
    appIds: apps.texts,
    advice: advice.texts,
    /** The row as JSON in which nothing is active, so that the page shows each text as it stands. */
    encode([row, result]: SettledRow, state: RowState): string {
      const { status, statusCode, apiCode, errorCode, failedAppIds } = result;
      const isAllOpen = status === 'succeeded' || failedAppIds.length === row.appIds.length;
      const shown: RowShown = [
        row.line,
        printable(row.userId, most.idChars),
        row.userIdType,
        state,
        printable(result.message, most.messageChars),
        placesOf(row.appIds),
        row.appIds.length,
        isAllOpen ? null : placesOf(failedAppIds),
        [statusCode, apiCode, errorCode].filter((code) => code !== undefined).join(' / '),
        status === 'succeeded' ? -1 : advice.of(advise(status, result)),
        result.attempts,
        result.requestIds.slice(0, most.requestIds).map((id) => printable(id, most.idChars)),
        result.startedAt ?? null,
        result.finishedAt ?? null,
        others.map((place) => printable(row.cells[place] ?? '', most.cellChars)),
        problemsOf(row),
      ];
      return JSON.stringify(shown);
    },
  };
}
