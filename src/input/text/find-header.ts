import { UserError } from '../../errors.ts';
import { printable } from '../../printable.ts';

/** What can stand between columns, the usual one first. */
export const delimiters = [',', ';', '\t', '|'] as const;

export type Delimiter = (typeof delimiters)[number];

/** As `--delimiter` calls them, in the same order. */
export const delimiterNames = ['comma', 'semicolon', 'tab', 'pipe'] as const;

function nameOf(delimiter: Delimiter): string {
  return delimiterNames[delimiters.indexOf(delimiter)] ?? delimiter;
}

/** How many of the columns needed are among cells. */
export type NeededIn = (cells: readonly string[]) => 'all' | 'some' | 'none';

interface Line {
  /** The first line of the file is 1. */
  readonly number: number;
  /** Where it starts in the text, in UTF-16 units. */
  readonly start: number;
  readonly text: string;
}

/** Where the table begins. */
export interface Header {
  readonly delimiter: Delimiter;
  readonly line: number;
  /** The line to read from: the header's own, or one with nothing but empty lines between the two. */
  readonly from: Pick<Line, 'number' | 'start'>;
  readonly cells: readonly string[];
}

/** More than any export puts above its table. */
export const maxLinesAbove = 30;

/** Excel's own way to say what stands between the columns. */
const separatorLine = /^"?sep=(.)"?$/i;

/** The first line of the files for bulk operations of Microsoft Entra. */
const entraVersion = /^version:v\d+(?:\.\d+)*$/;

/**
 * Finds the header in the beginning of a file: the first line that holds the columns needed with one of the delimiters,
 * below nothing but lines that can be no part of a table. Where no line does, it is the one to show to the user.
 * `undefined` where there is no text at all.
 * @param chosen what `--delimiter` says.
 * @throws {UserError} when two delimiters would give the columns needed, or what is above the header may be a table itself.
 */
export function findHeader(
  text: string,
  neededIn: NeededIn,
  name: string,
  chosen?: Delimiter,
): Header | undefined {
  const lines = linesOf(text);
  const separator = separatorLine.exec(lines[0]?.text ?? '')?.[1];
  const said = chosen ?? (separator === undefined ? undefined : asDelimiter(separator, name));
  const choices = said === undefined ? delimiters : [said];
  const table = separator === undefined ? lines : lines.slice(1);

  for (const [index, line] of table.entries()) {
    const fitting = choices.flatMap((delimiter) => {
      const cells = firstRecord(text.slice(line.start), delimiter);
      return cells !== undefined && neededIn(cells) === 'all' ? [{ delimiter, cells }] : [];
    });
    const [found, other] = fitting;
    if (found === undefined) continue;
    // A header of one column is the same whatever stands between columns.
    if (other !== undefined && found.cells.length > 1) throw ambiguous(line, found, other, name);
    const above = table.slice(0, index).map((each) => textsOf(each, found.delimiter));
    const inTheWay = above.findIndex((texts) => !canStandAbove(texts, found.cells));
    if (inTheWay !== -1) throw unclearBeginning(table[inTheWay]?.number ?? 1, line.number, name);
    const from = above.every((texts) => texts.length === 0) ? table[0] : line;
    return { ...found, line: line.number, from: from ?? line };
  }
  return headerToShow(table, choices, neededIn);
}

/** Line by line, as a title may hold quotation marks that would swallow the lines below it. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const match of text.matchAll(/([^\r\n]*)(?:\r\n|\n|\r|$)/g)) {
    if (match.index === text.length || lines.length > maxLinesAbove) break;
    lines.push({ number: lines.length + 1, start: match.index, text: match[1] ?? '' });
  }
  return lines;
}

/** A cell, quoted or not, with what ends it; where the text is cut off inside a quoted one, the rest of it. */
const cellPatterns: Readonly<Record<Delimiter, RegExp>> = {
  ',': cellPattern(','),
  ';': cellPattern(';'),
  '\t': cellPattern('\t'),
  '|': cellPattern('|'),
};

function cellPattern(delimiter: Delimiter): RegExp {
  return new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)(?:"|$)|([^"\\r\\n${delimiter}]*))([${delimiter}]|\\r\\n|\\n|\\r|$)`,
    'y',
  );
}

/**
 * The cells of the record with which a text begins, the same that `readCsv` will find; `undefined` where its quotation
 * marks do not fit. Parsed here, since `csv-parse/sync` beside the stream makes the stream slower: 15 to 20 % of CPU
 * for a million rows.
 */
function firstRecord(text: string, delimiter: Delimiter): string[] | undefined {
  const pattern = cellPatterns[delimiter];
  const cells: string[] = [];
  pattern.lastIndex = 0;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain = '', end] = match;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== delimiter) return cells;
  }
}

/** The cells that hold something. */
function textsOf(line: Line, delimiter: Delimiter): string[] {
  return (firstRecord(line.text, delimiter) ?? [line.text]).filter((cell) => cell.trim() !== '');
}

/**
 * A title, or a setting with its name, as in `Effective Date,2026-11-30`: fewer cells than the table has. So a row under a
 * header that is not known is never taken for the header itself.
 */
export function canStandAbove(texts: readonly string[], header: readonly string[]): boolean {
  if (texts.length === 0 || (texts.length === 1 && entraVersion.test(texts[0] ?? ''))) return true;
  const width = header.filter((cell) => cell.trim() !== '').length;
  return texts.length <= 2 && texts.length < width && !header.some(looksLikeValue);
}

/** What stands in rows and not in headers: an address, a number. */
export function looksLikeValue(cell: string): boolean {
  return cell.includes('@') || /^\s*\+?\d[\d\s.-]*$/.test(cell);
}

/** Of a header without the columns needed, the line and the delimiter that the message should be about. */
function headerToShow(
  table: readonly Line[],
  choices: readonly Delimiter[],
  neededIn: NeededIn,
): Header | undefined {
  const shown = table.filter(hasText).map((line) => {
    const asRead = choices.map((delimiter) => ({ delimiter, cells: textsOf(line, delimiter) }));
    const { delimiter, cells } = asRead.reduce((best, each) =>
      each.cells.length > best.cells.length ? each : best,
    );
    return { delimiter, cells, line: line.number, from: line };
  });
  return (
    shown.find(({ cells }) => neededIn(cells) === 'some') ??
    shown.find(({ cells }) => cells.length > 1) ??
    shown[0]
  );
}

function hasText(line: Line): boolean {
  return /[^\s"]/.test(delimiters.reduce((text, delimiter) => text.replaceAll(delimiter, ''), line.text));
}

function asDelimiter(separator: string, name: string): Delimiter {
  const delimiter = delimiters.find((each) => each === separator);
  if (delimiter !== undefined) return delimiter;
  throw new UserError(`${name} line 1: "sep=${printable(separator)}" names no delimiter that can be read.`, {
    hint: 'Save the file with one of , ; | or TAB between the columns, and without this line.',
  });
}

function ambiguous(
  line: Line,
  one: Pick<Header, 'delimiter' | 'cells'>,
  other: Pick<Header, 'delimiter' | 'cells'>,
  name: string,
): UserError {
  const [first, second] = [one, other].map(
    ({ delimiter, cells }) => `${showDelimiter(delimiter)} (${cells.length} columns)`,
  );
  return new UserError(
    `${name} line ${line.number}: the columns needed are found with ${first} between the columns, and with ${second}.`,
    {
      hint: `Write the line sep=${one.delimiter} or sep=${other.delimiter} above it, or say with --delimiter which it is.`,
      ways: [one, other].map(({ delimiter }) => ['--delimiter', nameOf(delimiter)]),
    },
  );
}

/** @param above the line that is in the way. @param header the one that names the columns needed. */
export function unclearBeginning(above: number, header: number, name: string): UserError {
  return new UserError(
    `${name}: line ${header} names the columns needed, but line ${above} above it could be a part of the table.`,
    {
      hint: `If the table begins in line ${header}, remove the lines above it. If it begins above, name its columns there, or by flags such as --user-id-column.`,
    },
  );
}

export function showDelimiter(delimiter: Delimiter): string {
  return delimiter === '\t' ? 'TAB' : `"${delimiter}"`;
}
