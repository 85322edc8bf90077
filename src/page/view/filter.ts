import type { ReportData, RowShown } from '../report/data.ts';
import { rowStates, settledStates, type RowState } from '../report/row-state.ts';
import type { View } from './address.ts';

/** Those of which somebody has to do something, or to know. */
export const statesInNeed = rowStates.filter((state) => !settledStates.includes(state));

/** Rows of which states are looked through. */
export function scopeOf({ search, states, isAll }: Omit<View, 'language'>): readonly RowState[] {
  if (isAll) return rowStates;
  if (states.length > 0) return states;
  return search.trim() === '' ? statesInNeed : rowStates;
}

/** Finds rows by what stands in them. */
export interface Finder {
  find(view: Omit<View, 'language'>): readonly RowShown[];
}

/** What is searched of each row is made once, when it is first asked for. */
export function createFinder(data: Pick<ReportData, 'rows' | 'apps'>): Finder {
  let texts: readonly string[] | undefined;
  const textOf = ([
    line,
    userId,
    type,
    state,
    message,
    apps,
    ,
    ,
    codes,
    ,
    ,
    requestIds,
    ,
    ,
    others,
  ]: RowShown) =>
    [
      line,
      userId,
      type,
      state,
      message,
      ...apps.flatMap((app) => data.apps[app] ?? []),
      codes,
      ...requestIds,
      ...others,
    ]
      .join('\n')
      .toLowerCase();
  return {
    find(view) {
      const { search } = view;
      const scope = scopeOf(view);
      const words = search
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      if (words.length > 0) texts ??= data.rows.map(textOf);
      return data.rows.filter(
        (row, at) => scope.includes(row[3]) && words.every((word) => texts?.[at]?.includes(word) === true),
      );
    },
  };
}
