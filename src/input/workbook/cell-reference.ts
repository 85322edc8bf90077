/** As many columns and rows as a sheet can have in Excel. */
export const maxColumns = 16_384;
export const maxSheetRows = 1_048_576;

/** @returns the column's place from 0, of a reference such as `AB12`; undefined when it is none. */
export function columnOf(reference: string): number | undefined {
  let column = 0;
  let at = 0;
  for (; at < reference.length; at += 1) {
    // Some programs write small letters.
    const letter = (reference.charCodeAt(at) & ~0x20) - 0x40;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  const isReference = at > 0 && at <= 3 && at < reference.length && column <= maxColumns;
  return isReference ? column - 1 : undefined;
}

/** @param column from 0. @returns its name, such as `AB`. */
export function nameOfColumn(column: number): string {
  const letter = String.fromCharCode(0x41 + (column % 26));
  return column < 26 ? letter : `${nameOfColumn(Math.floor(column / 26) - 1)}${letter}`;
}

/** @returns the last row of a range such as `A2:B4`, or of a single cell; undefined when it is none. */
export function lastRowOf(range: string): number | undefined {
  const row = /^(?:[A-Z]{1,3}\d+:)?[A-Z]{1,3}(\d+)$/i.exec(range)?.[1];
  return row === undefined ? undefined : Number(row);
}
