import { UserError } from '../../errors.ts';
import { canStandAbove, maxLinesAbove, unclearBeginning, type NeededIn } from '../text/find-header.ts';
import type { SheetFormat } from '../text/format.ts';
import { listed, printable } from '../../printable.ts';
import type { OpenWorkbook } from './read-workbook.ts';
import type { RecordOfInput } from '../text/record.ts';
import { textsIn, wholeHeader, within } from './sheet-width.ts';
import type { SheetRecord } from './read-sheet.ts';

export interface OpenSheet {
  readonly format: SheetFormat;
  /** The header first, whole; the other records end with their last text. Ending it early closes the file. */
  readonly records: AsyncGenerator<RecordOfInput[]>;
  /** As in the workbook. */
  readonly totalRows: readonly number[];
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
  const beginning: SheetRecord[] = [];
  try {
    while (beginning.length <= maxLinesAbove) {
      const next = await records.next();
      if (next.done === true) break;
      beginning.push(...next.value);
    }
    const header = findHeaderAmong(beginning.slice(0, maxLinesAbove + 1), neededIn, name);
    const headerLine = header?.line ?? 1;
    const whole = header === undefined ? undefined : wholeHeader(header, name);
    const below = beginning.filter(({ line }) => line > headerLine);
    return {
      format: {
        sheet: sheet.name,
        otherSheets: sheet.all.filter((each) => each !== sheet.name),
        headerLine,
      },
      records: whole === undefined ? noRecords(records) : tableOf(whole, below, records),
      totalRows: workbook.totalRows,
      refuseMerged: () => workbook.refuseMergedBelow(headerLine),
    };
  } catch (error) {
    await records.return(undefined);
    throw error;
  }
}

function findHeaderAmong(
  beginning: readonly SheetRecord[],
  neededIn: NeededIn,
  name: string,
): SheetRecord | undefined {
  const texts = beginning.map(textsIn);
  const at = texts.findIndex((row) => neededIn(row) === 'all');
  const header = beginning[at];
  if (header !== undefined) {
    const inTheWay = texts.slice(0, at).findIndex((above) => !canStandAbove(above, texts[at] ?? []));
    if (inTheWay !== -1) throw unclearBeginning(beginning[inTheWay]?.line ?? 1, header.line, name);
    return header;
  }
  return (
    beginning[texts.findIndex((row) => neededIn(row) === 'some')] ??
    beginning[texts.findIndex(({ length }) => length > 1)] ??
    beginning[0]
  );
}

async function* tableOf(
  header: RecordOfInput,
  below: readonly SheetRecord[],
  rest: AsyncGenerator<SheetRecord[]>,
): AsyncGenerator<RecordOfInput[]> {
  const width = header.cells.length;
  const inTable = (record: SheetRecord): RecordOfInput => within(record, width);
  try {
    yield [header, ...below.map(inTable)];
    for await (const batch of rest) yield batch.map(inTable);
  } finally {
    await rest.return(undefined);
  }
}

/** Of a sheet in which nothing stands. */
async function* noRecords(rest: AsyncGenerator<SheetRecord[]>): AsyncGenerator<RecordOfInput[]> {
  await rest.return(undefined);
  yield* [];
}

/**
 * The error, with the other sheets named where the one that was read is not the right one.
 * @param fitting those that have the columns needed.
 */
export function orOtherSheet(
  error: UserError,
  others: readonly string[],
  fitting: readonly string[],
): UserError {
  if (others.length === 0) return error;
  const names = listed(others.map((name) => `"${printable(name, 31)}"`));
  const hint = `${error.hint ?? ''} Or name another sheet with --sheet: ${names}.`.trimStart();
  const { exitCode, cause } = error;
  // Where another sheet has all that is needed, the columns of this one are hardly what is meant.
  const ways = fitting.length === 0 ? error.ways : fitting.map((name) => ['--sheet', name]);
  return new UserError(error.message, { hint, exitCode, ways, cause });
}
