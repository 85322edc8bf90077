import { UserError } from '../../errors.ts';
import { nearest } from '../words/nearest.ts';
import { listed, printable } from '../../printable.ts';
import type { ProvenFile } from '../../files/proven-file.ts';
import { openZip, type Zip } from './open-zip.ts';
import { readContents, type Sheet } from './read-contents.ts';
import { readSheet, type SheetRecord } from './read-sheet.ts';
import { readTotalRows } from './read-total-rows.ts';
import { readStyles } from './read-styles.ts';
import { otherArchive } from './refuse-other-archives.ts';
import { readRelationships } from './relationships.ts';
import { readSharedStrings, type SharedStrings } from './shared-strings.ts';
import { damagedWorkbook, tooBigWorkbook } from './workbook-error.ts';

/** Which sheet of a workbook is read. */
interface SheetChoice {
  readonly name: string;
  /** All sheets that hold cells, in the order of their tabs, hidden ones too. */
  readonly all: readonly string[];
}

export interface OpenWorkbook {
  readonly sheet: SheetChoice;
  /**
   * The sheet's rows, as `readSheet` gives them; can be gone through once. Throws a `UserError` where the workbook cannot
   * be read on. Going through it, or ending it early with `return`, closes the file.
   */
  readonly records: AsyncGenerator<SheetRecord[]>;
  /** Rows read until now that hold the totals of a table, and are none of the records. */
  readonly totalRows: readonly number[];
  /**
   * Throws a `UserError` when cells below this line are merged: only the first of them has the value, and nothing tells
   * what was meant for the others. To be called after the last record.
   */
  refuseMergedBelow: (line: number) => void;
}

/** A million rows with 30 columns take about this much. */
const maxSheetBytes = 2 * 1024 * 1024 * 1024;
/** A million rows with a thousand characters each. */
const maxSheetChars = 2 ** 30;
const maxSharedStringsBytes = 512 * 1024 * 1024;

/**
 * Opens an Excel workbook (.xlsx, .xlsm).
 * @param file begins as a ZIP file does.
 * @param sheetName as `--sheet` gives it; without it the first sheet that is not hidden.
 * @throws {UserError} when it is no workbook, or has no such sheet.
 */
export async function openWorkbook(
  file: ProvenFile,
  name: string,
  sheetName: string | undefined,
): Promise<OpenWorkbook> {
  const zip = await openZip(file, name);
  try {
    const part = await mainPart(zip, name);
    const contents = await readContents(zip, part, name);
    const sheet = chooseSheet(contents.sheets, sheetName, name);
    const where = `in the sheet "${printable(sheet.name)}"`;
    let lastMerged: { readonly range: string; readonly lastRow: number } | undefined;

    const totalRows: number[] = [];

    async function* records(): AsyncGenerator<SheetRecord[]> {
      try {
        const { sharedStringsPart, stylesPart, isDate1904, isUncalculated } = contents;
        const totals = await readTotalRows(zip, sheet.part, name);
        const rows = readSheet(zip.read(sheet.part, maxSheetBytes), {
          sharedStrings: await openSharedStrings(zip, sharedStringsPart, name),
          styles: await readStyles(zip, stylesPart, isDate1904, name),
          isUncalculated,
          fault: (what, cause) => damagedWorkbook(name, `${where}, ${what}`, cause),
          maxChars: maxSheetChars,
          tooBig: (what) => tooBigWorkbook(name, `${where}, ${what}`),
          onMerged(range, lastRow) {
            if (lastRow > (lastMerged?.lastRow ?? 0)) lastMerged = { range, lastRow };
          },
        });
        if (totals.size === 0) yield* rows;
        else {
          for await (const batch of rows) {
            totalRows.push(...batch.map(({ line }) => line).filter((line) => totals.has(line)));
            yield batch.filter(({ line }) => !totals.has(line));
          }
        }
      } finally {
        zip.close();
      }
    }

    return {
      sheet: { name: sheet.name, all: contents.sheets.map((each) => each.name) },
      records: records(),
      totalRows,
      refuseMergedBelow(line) {
        if (lastMerged === undefined || lastMerged.lastRow <= line) return;
        throw new UserError(
          `${name}: ${where}, the cells ${printable(lastMerged.range)} are merged, so only the first of them has a value.`,
          { hint: 'Unmerge all cells below the header, write into each row what belongs there, and save.' },
        );
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function mainPart(zip: Zip, name: string): Promise<string> {
  const relationships = await readRelationships(zip, '', name);
  const part = relationships.find(({ kind }) => kind === 'officeDocument')?.part ?? 'xl/workbook.xml';
  if (!zip.has(part) || !/workbook[^/]*\.xml$/i.test(part)) throw otherArchive(zip, name);
  return part;
}

function chooseSheet(sheets: readonly Sheet[], wanted: string | undefined, name: string): Sheet {
  const list = listed(
    sheets.map((sheet) => `"${printable(sheet.name)}"${sheet.isHidden ? ' (hidden)' : ''}`),
  );
  if (wanted === undefined) {
    const first = sheets.find((sheet) => !sheet.isHidden);
    if (first !== undefined) return first;
    throw new UserError(`${name} has no sheet with cells that is shown${list === '' ? '' : `: ${list}`}.`, {
      hint: list === '' ? 'Is it the right file?' : 'Choose one with --sheet <name>.',
      ways: waysTo(sheets.map((sheet) => sheet.name)),
    });
  }
  // Excel takes names that differ in case only for the same.
  const found =
    sheets.find((sheet) => sheet.name === wanted) ??
    sheets.find((sheet) => folded(sheet.name) === folded(wanted));
  if (found !== undefined) return found;
  const shown = sheets.filter((sheet) => !sheet.isHidden).map((sheet) => sheet.name);
  const alike = nearest(wanted, shown);
  throw new UserError(`${name} has no sheet "${printable(wanted)}" (--sheet). Its sheets: ${list}.`, {
    hint: 'Give --sheet one of these names, or leave it away for the first one.',
    ways: waysTo(alike.length > 0 ? alike : shown),
  });
}

const maxWays = 4;

function waysTo(names: readonly string[]): string[][] {
  return names.slice(0, maxWays).map((sheet) => ['--sheet', sheet]);
}

function folded(sheetName: string): string {
  return sheetName.trim().normalize('NFC').toLowerCase();
}

async function openSharedStrings(zip: Zip, part: string | undefined, name: string): Promise<SharedStrings> {
  if (part === undefined) return { get: () => undefined };
  return readSharedStrings(zip.read(part, maxSharedStringsBytes), name);
}
