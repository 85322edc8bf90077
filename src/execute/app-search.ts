/**
 * What the calls of a run know together about apps that do not exist: a call looks for the bad app among its own, others
 * that name any of them wait, and leave it out once it is found. Calls that share no app search side by side.
 */
export interface AppSearch {
  /** Whether GenAuth has refused this app when it stood alone. */
  isMissing(appId: string): boolean;
  readonly missingCount: number;
  /** @returns undefined when the call may go; else a promise that resolves when the search in its way has ended. */
  hold(seq: number, appIds: readonly string[]): Promise<void> | undefined;
  /** @returns whether the call may search now among these apps: nobody else searches among any of them. */
  begin(seq: number, appIds: readonly string[]): boolean;
  found(appId: string): void;
  /** The call has ended, or gives up searching. */
  end(seq: number): void;
  /** Lets everybody go who waits, now and from now on: the run is stopping. */
  release(): void;
}

/** A server that refuses every app must not fill the memory; what is not remembered is found again. */
const maxMissing = 10_000;

interface Search {
  readonly appIds: readonly string[];
  waiting: (() => void)[];
}

/** @param missing the apps that are known not to exist; those that are found are added. */
export function createAppSearch(missing = new Set<string>()): AppSearch {
  const searches = new Map<number, Search>();
  /** Which call searches among which app. */
  const searcherOf = new Map<string, number>();

  /** Who else searches among any of these apps. */
  function inTheWay(seq: number, appIds: readonly string[]): Search | undefined {
    for (const appId of appIds) {
      const searcher = searcherOf.get(appId);
      if (searcher !== undefined && searcher !== seq) return searches.get(searcher);
    }
    return undefined;
  }

  function end(seq: number): void {
    const search = searches.get(seq);
    if (search === undefined) return;
    searches.delete(seq);
    for (const appId of search.appIds) searcherOf.delete(appId);
    for (const go of search.waiting) go();
  }

  return {
    isMissing: (appId) => missing.has(appId),
    get missingCount() {
      return missing.size;
    },
    hold(seq, appIds) {
      // Two that search, each held by the other, would wait for ever.
      const search = searches.has(seq) ? undefined : inTheWay(seq, appIds);
      return search && new Promise((resolve) => search.waiting.push(resolve));
    },
    begin(seq, appIds) {
      if (searches.has(seq)) return true;
      if (inTheWay(seq, appIds) !== undefined) return false;
      searches.set(seq, { appIds, waiting: [] });
      for (const appId of appIds) searcherOf.set(appId, seq);
      return true;
    },
    found(appId) {
      if (missing.size < maxMissing) missing.add(appId);
    },
    end,
    release() {
      for (const seq of searches.keys()) end(seq);
    },
  };
}
