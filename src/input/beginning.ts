import type { ProvenFile } from '../files/proven-file.ts';
import { provenChunks } from '../files/proven-file.ts';
import { neededInBy, type ReadOptions } from './read-rows.ts';
import type { Format } from './text/format.ts';
import { openCsv } from './text/open-csv.ts';
import { openIfWorkbook } from './workbook/open-workbook.ts';
import { openSheet } from './workbook/open-sheet.ts';

/** How a table begins, whichever its columns are: for somebody who is to choose them. */
export interface Beginning {
  readonly format: Format;
  /** The header's cells as they stand in the file; none where it is empty. */
  readonly header: readonly string[];
  /** The first {@link maxRecords} that are not empty. */
  readonly records: readonly (readonly string[])[];
}

const maxRecords = 5;

/** @throws {UserError} when it is no table, or not as `options` say. */
export async function readBeginning(
  file: ProvenFile,
  options: ReadOptions & { readonly name: string },
): Promise<Beginning> {
  const { name, encoding, delimiter } = options;
  const neededIn = neededInBy(options);
  const workbook = await openIfWorkbook(file, name, options);
  const { format, records } =
    workbook === undefined
      ? await openCsv(provenChunks(file, name), { encoding, delimiter, neededIn, name })
      : await openSheet(workbook, neededIn, name);
  const found: (readonly string[])[] = [];
  for await (const batch of records) {
    found.push(
      ...batch.map(({ cells }) => cells).filter((cells) => cells.some((cell) => cell.trim() !== '')),
    );
    if (found.length > maxRecords) break;
  }
  const [header = [], ...others] = found;
  return { format, header, records: others.slice(0, maxRecords) };
}
