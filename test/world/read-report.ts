import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A CSV file of the folder, read by the rules of RFC 4180 and nothing of the program's own. */
export function readTable(folder: string, name: string): Record<string, string>[] {
  const text = readFileSync(path.join(folder, name), 'utf8').replace(/^\uFEFF/, '');
  const [header = [], ...records] = readRecords(text);
  return records.map((cells) =>
    Object.fromEntries(header.map((column, place) => [column, cells[place] ?? ''])),
  );
}

function readRecords(text: string): string[][] {
  const records: string[][] = [];
  // A cell, quoted or not, and what ends it.
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let record: string[] = [];
  while (cells.lastIndex < text.length) {
    const [, quoted, plain, ending] = cells.exec(text) ?? [];
    if (ending === undefined) throw new Error(`no CSV: ${text.slice(0, 200)}`);
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (ending === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

export interface SummaryFile {
  readonly ended: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
}

export function readSummary(folder: string): SummaryFile {
  return JSON.parse(readFileSync(path.join(folder, 'summary.json'), 'utf8')) as SummaryFile;
}
