import { UserError } from '../errors.ts';
import { canStandAbove, maxLinesAbove } from './find-header.ts';
import type { SheetFormat } from './format.ts';
import { printable } from './printable.ts';
import type { OpenWorkbook } from './read-workbook.ts';
import type { RecordOfInput } from './row.ts';

export interface OpenSheet {
  readonly format: SheetFormat;
  /** The header first, whole; the other records end with their last text. Ending it early closes the file. */
  readonly records: AsyncGenerator<RecordOfInput[]>;
  /** Throws a `UserError` when cells below the header are merged. To be called after the last record. */
  refuseMerged: () => void;
}

/**
 * Finds the header of a sheet by the rule of `findHeader`: the first row that holds the columns needed, below nothing but
 * rows that can be no part of a table. Where no row does, the one to show to the user comes first.
 * @param isHeader whether these cells hold the columns needed.
 */
export async function openSheet(
  workbook: OpenWorkbook,
  isHeader: (cells: readonly string[]) => boolean,
): Promise<OpenSheet> {
  const { sheet, records } = workbook;
  const beginning: RecordOfInput[] = [];
  try {
    while (beginning.length <= maxLinesAbove && !beginning.some(({ cells }) => isHeader(cells))) {
      const next = await records.next();
      if (next.done === true) break;
      beginning.push(...next.value);
    }
  } catch (error) {
    await records.return(undefined);
    throw error;
  }
  const at = findHeaderAmong(beginning, isHeader);
  const headerLine = beginning[at]?.line ?? 1;
  const others = sheet.all.filter((name) => name !== sheet.name);
  return {
    format: { sheet: sheet.name, otherSheets: others, headerLine },
    records: withBeginning(beginning.slice(at), records),
    refuseMerged: () => workbook.refuseMergedBelow(headerLine),
  };
}

function findHeaderAmong(
  beginning: readonly RecordOfInput[],
  isHeader: (cells: readonly string[]) => boolean,
): number {
  const lines = beginning.slice(0, maxLinesAbove + 1);
  const texts = lines.map(({ cells }) => cells.filter((cell) => cell.trim() !== ''));
  const found = lines.findIndex(({ cells }) => isHeader(cells));
  const header = lines[found]?.cells;
  if (header !== undefined && texts.slice(0, found).every((above) => canStandAbove(above, header)))
    return found;
  const above = found === -1 ? texts : texts.slice(0, found);
  return Math.max(
    0,
    above.findIndex(({ length }) => length > 1),
  );
}

async function* withBeginning(
  beginning: RecordOfInput[],
  rest: AsyncGenerator<RecordOfInput[]>,
): AsyncGenerator<RecordOfInput[]> {
  try {
    if (beginning.length > 0) yield beginning;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** The error, with the other sheets named where the one that was read is not the right one. */
export function orOtherSheet(error: unknown, { otherSheets }: SheetFormat): unknown {
  if (!(error instanceof UserError) || otherSheets.length === 0) return error;
  const names = otherSheets.map((name) => `"${printable(name, 31)}"`).join(', ');
  const hint = `${error.hint ?? ''} Or name another sheet with --sheet: ${names}.`.trimStart();
  return new UserError(error.message, { hint, exitCode: error.exitCode, cause: error.cause });
}
