import type { UserError } from '../../errors.ts';
import type { CellProblem, RecordOfInput } from '../text/record.ts';
import { columnOf, lastRowOf, maxColumns, maxSheetRows } from './cell-reference.ts';
import { maxCellChars, maxTextChars, parseXml, type XmlListener } from './parse-xml.ts';
import { withoutExponent } from './number-format.ts';
import { isTrue } from './read-contents.ts';
import type { Styles } from './read-styles.ts';
import type { SharedStrings } from './shared-strings.ts';
import { unescapeText } from './text-escapes.ts';

/** What the cells of a sheet refer to. */
export interface SheetContext {
  readonly styles: Styles;
  readonly sharedStrings: SharedStrings;
  /** The results of formulas that are stored are not to be believed. */
  readonly isUncalculated: boolean;
  /** Makes the error to throw from a clause that says what is wrong with the sheet. */
  readonly fault: (what: string, cause?: unknown) => UserError;
  /** In all cells together: texts that they share can come out longer than any file. */
  readonly maxChars: number;
  /** Makes the error to throw from a clause that says what of the sheet goes beyond which limit. */
  readonly tooBig: (what: string) => UserError;
  /** Told of each range of merged cells, after the last row. */
  readonly onMerged: (range: string, lastRow: number) => void;
}

/** A row of a sheet, in no more room than what stands in it takes. */
export interface SheetRecord extends RecordOfInput {
  /** The cells behind a stretch of empty ones that is long for what stands before it. */
  readonly far?: readonly FarCell[] | undefined;
}

interface FarCell {
  /** By index from 0. */
  readonly column: number;
  readonly text: string;
}

/** Empty cells are filled in up to so many columns, and to four times as many as there are cells before them. */
const nearColumns = 64;

/** A batch has so many rows at most, and not many more characters. */
const batchRows = 256;
const batchChars = 1024 * 1024;

type Fault = Omit<CellProblem, 'column'>;

const hiddenRow: Fault = {
  kind: 'hidden_row',
  message:
    'This row is hidden in the sheet, by a filter or by hand, so it may not be meant; expected a row that is shown.',
};
const errorCell: Fault = {
  kind: 'spreadsheet_error',
  message: 'This is an error of a formula; expected its result.',
};
const dateCell: Fault = {
  kind: 'date',
  message: 'The workbook holds a date here, into which Excel turns IDs such as 3-4 or MAR1; expected text.',
};
const formulaWithoutResult: Fault = {
  kind: 'no_result',
  message: 'The workbook holds a formula here without its result, or with an old one; expected the result.',
};

function otherDigits(stored: string, text: string): Fault {
  return {
    kind: 'other_digits',
    message: `The workbook holds the number ${stored} here, which its format shows otherwise; expected a number that is shown as it is.`,
    // Where an exponent shows all that is stored, digits were lost before.
    repair: /^\d+$/.test(stored) && Number(text) !== Number(stored) ? stored : undefined,
  };
}

/**
 * A sheet's XML -> batches of records; a record's line is its row's number in the sheet. Rows without any text give none,
 * and cells after the last one with text are left out.
 */
export async function* readSheet(
  xml: AsyncIterable<Buffer>,
  context: SheetContext,
): AsyncGenerator<SheetRecord[]> {
  const rows = createSheetRows(context);
  for await (const _ of parseXml(xml, createSheetListener(rows, context), context.fault)) {
    if (rows.isFull()) yield rows.takeRecords();
  }
  const rest = rows.takeRecords();
  if (rest.length > 0) yield rest;
}

interface Cell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  hasFormula: boolean;
  /** Also of an empty text. */
  hasValue: boolean;
  text: string;
}

/** @param least the column behind the cell before it. @returns where it stands, where that is out of place. */
function newCell(attributes: Readonly<Record<string, string>>, least: number): Cell | string {
  const { r: reference, t: type = 'n', s: style = '0' } = attributes;
  const column = reference === undefined ? least : columnOf(reference);
  if (column === undefined || column < least || column >= maxColumns) {
    return reference ?? `column ${least + 1}`;
  }
  return { column, type, style: Number(style), hasFormula: false, hasValue: false, text: '' };
}

/** Puts cells together to records. */
function createSheetRows(context: SheetContext) {
  const { fault } = context;
  let records: SheetRecord[] = [];
  let line = 0;
  let cells: string[] = [];
  let far: FarCell[] | undefined;
  let count = 0;
  let problems: CellProblem[] = [];
  let nextColumn = 0;
  const chars = { row: 0, batch: 0, sheet: 0 };

  const openRow = (attributes: Readonly<Record<string, string>>): void => {
    const { r: row, hidden, ht: height } = attributes;
    const number = row === undefined ? line + 1 : Number(row);
    if (!(number > line && number <= maxSheetRows)) {
      throw fault(`after row ${line} comes row ${row ?? number}`);
    }
    line = number;
    cells = [];
    far = undefined;
    count = 0;
    problems = isTrue(hidden) || Number(height ?? 1) === 0 ? [{ column: undefined, ...hiddenRow }] : [];
    nextColumn = 0;
    chars.row = 0;
  };

  const openCell = (attributes: Readonly<Record<string, string>>): Cell => {
    const cell = newCell(attributes, nextColumn);
    if (typeof cell === 'string') throw fault(`in row ${line} a cell is out of place (${cell})`);
    nextColumn = cell.column + 1;
    return cell;
  };

  const closeCell = (closed: Cell): void => {
    const { text, problem } = shown(closed, line, context);
    if (problem !== undefined) problems.push({ column: closed.column, ...problem });
    if (text === '' && problem === undefined) return;
    chars.row += text.length;
    if (chars.row > maxTextChars) throw fault(`row ${line} holds more than ${maxTextChars} characters`);
    chars.batch += text.length;
    chars.sheet += text.length;
    if (chars.sheet > context.maxChars) {
      throw context.tooBig(`its cells show more than ${context.maxChars} characters`);
    }
    place(closed.column, text);
  };

  const place = (column: number, text: string): void => {
    if (far !== undefined || column >= nearColumns + 4 * count) {
      far ??= [];
      far.push({ column, text });
      return;
    }
    while (cells.length < column) cells.push('');
    cells.push(text);
    count += 1;
  };

  const closeRow = (): void => {
    if (cells.length === 0 && far === undefined) return;
    const record = far === undefined ? { line, cells } : { line, cells, far };
    records.push(problems.length === 0 ? record : { ...record, problems });
  };

  return {
    openRow,
    openCell,
    closeCell,
    closeRow,
    line: () => line,
    /** It is time to take the records. */
    isFull: () => records.length >= batchRows || chars.batch >= batchChars,
    takeRecords(): SheetRecord[] {
      const taken = records;
      records = [];
      chars.batch = 0;
      return taken;
    },
  };
}

function createSheetListener(rows: ReturnType<typeof createSheetRows>, context: SheetContext): XmlListener {
  let isInData = false;
  let cell: Cell | undefined;
  let isText = false;
  let phonetic = 0;
  return {
    open(element, attributes) {
      if (!isInData) {
        if (element === 'sheetData') isInData = true;
        else if (element === 'mergeCell') {
          const range = attributes['ref'] ?? '';
          context.onMerged(range, lastRowOf(range) ?? maxSheetRows);
        }
      } else if (element === 'c') cell = rows.openCell(attributes);
      else if (element === 'v') {
        isText = cell !== undefined && cell.type !== 'inlineStr';
        if (cell !== undefined) cell.hasValue = true;
      } else if (element === 'row') rows.openRow(attributes);
      else if (element === 't') isText = cell?.type === 'inlineStr' && phonetic === 0;
      else if (element === 'f') {
        if (cell !== undefined) cell.hasFormula = true;
      } else if (element === 'rPh') phonetic += 1;
    },
    text(stretch) {
      if (!isText || cell === undefined) return;
      cell.text += stretch;
      if (cell.text.length > maxCellChars) {
        throw context.fault(`row ${rows.line()} holds a text of more than ${maxCellChars} characters`);
      }
    },
    close(element) {
      if (!isInData) return;
      if (element === 'c') {
        if (cell !== undefined) rows.closeCell(cell);
        cell = undefined;
      } else if (element === 'v' || element === 't') isText = false;
      else if (element === 'row') rows.closeRow();
      else if (element === 'rPh') phonetic -= 1;
      else if (element === 'sheetData') isInData = false;
    },
  };
}

/** What a cell shows, and why that is not to be taken for an ID. */
function shown(
  cell: Cell,
  line: number,
  { styles, sharedStrings, isUncalculated, fault }: SheetContext,
): { readonly text: string; readonly problem?: Fault } {
  const isUnknown =
    cell.hasFormula && (isUncalculated || !cell.hasValue || (cell.text === '' && cell.type !== 'str'));
  const problem = isUnknown ? { problem: formulaWithoutResult } : {};
  switch (cell.type) {
    case 's': {
      if (cell.text === '') return { text: '', ...problem };
      const text = sharedStrings.get(Number(cell.text));
      if (text === undefined) throw fault(`row ${line} names the text ${cell.text}, which there is not`);
      return { text: styles.get(cell.style).showText(text), ...problem };
    }
    case 'str':
    case 'inlineStr':
      return { text: styles.get(cell.style).showText(unescapeText(cell.text)), ...problem };
    case 'b':
      return { text: cell.text === '' ? '' : isTrue(cell.text.trim()) ? 'TRUE' : 'FALSE', ...problem };
    case 'e':
      return { text: cell.text, problem: errorCell };
    // ISO 8601, of the strict form of the format.
    case 'd':
      return { text: cell.text, problem: dateCell };
    case 'n': {
      const stored = withoutExponent(cell.text.trim());
      if (stored === '') return { text: '', ...problem };
      const { isDate, showNumber } = styles.get(cell.style);
      const { text, hasItsDigits } = showNumber(stored);
      if (isDate) return { text, problem: dateCell };
      return hasItsDigits ? { text, ...problem } : { text, problem: otherDigits(stored, text) };
    }
    default:
      throw fault(`row ${line} holds a cell of the unknown type "${cell.type}"`);
  }
}
