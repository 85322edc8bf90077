import { rowStates, settledStates, type RowState } from '../report/row-state.ts';

/** So many rows are all inside. */
const mostWhole = 25_000;
/** Of more rows so many that need a look are. */
const mostOfMany = 5000;

/** The rows that the page holds, each as JSON. */
export interface Collector {
  /** Whether it would be kept; to make its text may not be worth it. */
  wants(state: RowState): boolean;
  add(state: RowState, text: string): void;
  /** The worst first, then in the order in which they came. */
  list(): string[];
}

/**
 * Keeps all rows of a small input, and of a large one the worst that need a look: no more memory for a million rows than for the limit.
 * @param total how many rows the input has.
 */
export function createCollector(total: number, limits = { mostWhole, mostOfMany }): Collector {
  const isWhole = total <= limits.mostWhole;
  const most = isWhole ? limits.mostWhole : limits.mostOfMany;
  const kept = new Map<RowState, string[]>(rowStates.map((state) => [state, []]));
  let count = 0;

  /** Of the mildest state that has any, if that is milder than this one. */
  function milderThan(state: RowState): string[] | undefined {
    const milder = rowStates.slice(rowStates.indexOf(state) + 1).toReversed();
    return milder.map((each) => kept.get(each) ?? []).find((texts) => texts.length > 0);
  }

  return {
    wants(state) {
      if (!isWhole && settledStates.includes(state)) return false;
      return count < most || milderThan(state) !== undefined;
    },
    add(state, text) {
      if (count < most) count += 1;
      else milderThan(state)?.pop();
      kept.get(state)?.push(text);
    },
    list: () => rowStates.flatMap((state) => kept.get(state) ?? []),
  };
}
