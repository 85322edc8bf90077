/** Runs one statement. `values` stand for `$1`, `$2`, ... @returns its rows. */
export type Query = <Row = unknown>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** All or nothing of what `work` does. */
export type Transaction = <T>(work: (query: Query) => Promise<T>) => Promise<T>;
