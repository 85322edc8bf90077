import type { ReportData, RowShown } from '../report/data.ts';
import type { View } from './address.ts';

/** Finds rows by what stands in them. */
export interface Finder {
  find(view: Pick<View, 'search' | 'states'>): readonly RowShown[];
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
    find({ search, states }) {
      const words = search
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      if (words.length > 0) texts ??= data.rows.map(textOf);
      return data.rows.filter(
        (row, at) =>
          (states.length === 0 || states.includes(row[3])) &&
          words.every((word) => texts?.[at]?.includes(word) === true),
      );
    },
  };
}
