import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';

export type ReportRow = Record<string, string>;

/** A CSV file of a run folder, as an independent reader sees it. */
export function readCsvFile(
  folder: string,
  name: 'report.csv' | 'retry.csv' | 'verification.csv',
): ReportRow[] {
  return parse(readFileSync(path.join(folder, name)), { bom: true, columns: true }) as unknown as ReportRow[];
}
