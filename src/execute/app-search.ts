/**
 * What the calls of a run know together about apps that do not exist: one call looks for the bad app among its own,
 * the others that name any of them wait, and leave it out once it is found.
 */
export interface AppSearch {
  /** Whether GenAuth has refused this app when it stood alone. */
  isMissing(appId: string): boolean;
  readonly missingCount: number;
  /** @returns undefined when the call may go; else a promise that resolves when the search in its way has ended. */
  hold(seq: number, appIds: readonly string[]): Promise<void> | undefined;
  /** @returns whether the call may search now: it does already, or nobody does. */
  begin(seq: number, appIds: readonly string[]): boolean;
  found(appId: string): void;
  /** The call has ended, or gives up searching. */
  end(seq: number): void;
  /** Lets everybody go who waits, now and from now on: the run is stopping. */
  release(): void;
}

/** A server that refuses every app must not fill the memory; what is not remembered is found again. */
const maxMissing = 10_000;

/** @param missing the apps that are known not to exist; those that are found are added. */
export function createAppSearch(missing = new Set<string>()): AppSearch {
  let search: { readonly seq: number; readonly among: ReadonlySet<string> } | undefined;
  let waiting: (() => void)[] = [];

  function endSearch(): void {
    search = undefined;
    const going = waiting;
    waiting = [];
    for (const go of going) go();
  }

  return {
    isMissing: (appId) => missing.has(appId),
    get missingCount() {
      return missing.size;
    },
    hold(seq, appIds) {
      const { seq: searcher, among } = search ?? {};
      if (among === undefined || searcher === seq || !appIds.some((appId) => among.has(appId)))
        return undefined;
      return new Promise((resolve) => waiting.push(resolve));
    },
    begin(seq, appIds) {
      search ??= { seq, among: new Set(appIds) };
      return search.seq === seq;
    },
    found(appId) {
      if (missing.size < maxMissing) missing.add(appId);
    },
    end(seq) {
      if (search?.seq === seq) endSearch();
    },
    release: endSearch,
  };
}
