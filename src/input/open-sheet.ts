import { UserError } from '../errors.ts';
import { canStandAbove, maxLinesAbove, unclearBeginning, type NeededIn } from './find-header.ts';
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
 * @param name how messages call the sheet.
 * @throws {UserError} when what is above the header may be a table itself.
 */
export async function openSheet(
  workbook: OpenWorkbook,
  neededIn: NeededIn,
  name: string,
): Promise<OpenSheet> {
  const { sheet, records } = workbook;
  const beginning: RecordOfInput[] = [];
  try {
    while (beginning.length <= maxLinesAbove) {
      const next = await records.next();
      if (next.done === true) break;
      beginning.push(...next.value);
    }
    const header = findHeaderAmong(beginning.slice(0, maxLinesAbove + 1), neededIn, name);
    const headerLine = header?.line ?? 1;
    return {
      format: {
        sheet: sheet.name,
        otherSheets: sheet.all.filter((each) => each !== sheet.name),
        headerLine,
      },
      records: withBeginning(
        beginning.filter(({ line }) => line >= headerLine),
        records,
      ),
      refuseMerged: () => workbook.refuseMergedBelow(headerLine),
    };
  } catch (error) {
    await records.return(undefined);
    throw error;
  }
}

function findHeaderAmong(
  beginning: readonly RecordOfInput[],
  neededIn: NeededIn,
  name: string,
): RecordOfInput | undefined {
  const texts = beginning.map(({ cells }) => cells.filter((cell) => cell.trim() !== ''));
  const at = beginning.findIndex(({ cells }) => neededIn(cells) === 'all');
  const header = beginning[at];
  if (header !== undefined) {
    const inTheWay = texts.slice(0, at).findIndex((above) => !canStandAbove(above, header.cells));
    if (inTheWay !== -1) throw unclearBeginning(beginning[inTheWay]?.line ?? 1, header.line, name);
    return header;
  }
  return (
    beginning.find(({ cells }) => neededIn(cells) === 'some') ??
    beginning[texts.findIndex(({ length }) => length > 1)] ??
    beginning[0]
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
