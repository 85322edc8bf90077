/**
 * What the calls of a run know together about apps that do not exist: a call looks for the bad app among its own, others
 * that name any of them wait, and leave it out once it is found. Calls that share no app search side by side.
 */
export interface AppSearch {
  /** Apps that GenAuth has refused when they stood alone. */
  readonly missing: Set<string>;
  /** Who searches among which apps, by `seq`. */
  readonly searching: Map<number, Search>;
}

interface Search {
  readonly appIds: readonly string[];
  readonly waiting: (() => void)[];
}

/** A server that refuses every app must not fill the memory; what is not remembered is found again. */
const maxMissing = 10_000;

/** @param missing the apps that are known not to exist; those that are found are added. */
export function createAppSearch(missing = new Set<string>()): AppSearch {
  return { missing, searching: new Map() };
}

export function found({ missing }: AppSearch, appId: string): void {
  if (missing.size < maxMissing) missing.add(appId);
}

function among({ searching }: AppSearch, appIds: readonly string[]): Search | undefined {
  if (searching.size === 0) return undefined;
  return [...searching.values()].find((search) => search.appIds.some((appId) => appIds.includes(appId)));
}

/** @returns undefined when the call may go; else a promise that resolves when the search in its way has ended. */
export function hold(search: AppSearch, seq: number, appIds: readonly string[]): Promise<void> | undefined {
  const inTheWay = among(search, appIds);
  // Two that search, each held by the other, would wait for ever.
  if (inTheWay === undefined || search.searching.has(seq)) return undefined;
  return new Promise((resolve) => inTheWay.waiting.push(resolve));
}

/** @returns whether the call may search now among these apps: nobody else searches among any of them. */
export function beginSearch(search: AppSearch, seq: number, appIds: readonly string[]): boolean {
  if (search.searching.has(seq)) return true;
  if (among(search, appIds) !== undefined) return false;
  search.searching.set(seq, { appIds, waiting: [] });
  return true;
}

/** The call has ended, or will not be tried again. */
export function endSearch({ searching }: AppSearch, seq: number): void {
  const search = searching.get(seq);
  searching.delete(seq);
  for (const go of search?.waiting ?? []) go();
}
