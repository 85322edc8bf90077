import { looseName } from '../words/loose-name.ts';
import { trimSpaces } from '../words/trim-spaces.ts';
import { clear, doubtful, type Found, type IdKind } from './damage.ts';

/** Loose names. */
const words = [
  'total totals grandtotal subtotal overalltotal reporttotal totalusers totalrows totalrecords totalcount sum count average',
  'summe gesamt gesamtsumme gesamtanzahl gesamtergebnis zwischensumme teilergebnis insgesamt anzahl mittelwert',
  'totalgénéral totalgeneral soustotal somme moyenne suma sumatotal promedio totale totalecomplessivo somma totalgeral soma',
  '合计 总计 總計 小计 共计 总数 汇总 合計 総計 小計 計 人数 平均',
].flatMap((list) => list.split(' '));

const known = new Set(words);
/** How a total or a footer begins that begins with two letters of ASCII. */
const beginnings = new Set([...words, 'end'].map((word) => word.slice(0, 2)));

/** Whether more of it is to be looked at: of rows whose IDs are short numbers each cell is, and names begin otherwise. */
function mayBeTotal(text: string): boolean {
  const begin = text.slice(0, 2).toLowerCase();
  return beginnings.has(begin) || !isTwoLetters(begin);
}

function isTwoLetters(begin: string): boolean {
  const [first, second] = [begin.charCodeAt(0), begin.charCodeAt(1)];
  return first >= 0x61 && first <= 0x7a && second >= 0x61 && second <= 0x7a;
}

const number = String.raw`\d[\d.,'\s]*`;
/** `Total: 42`, `合计42人` */
const withNumber = new RegExp(`^(.{1,30}?)\\s*[:：=(（]?\\s*${number}\\s*[)）]?\\s*[人名条行件]?\\.?$`, 'u');
/** `42 rows`, `(42 rows affected)`, `共 42 条记录` */
const ofRows = new RegExp(
  `^[(（]?(?:共|合计|总计|total of)?\\s*${number}\\s*(?:rows?|records?|users?|lines?|entries|results?|employees?|people|Zeilen?|Datensätze|Benutzer|lignes?|enregistrements?|filas?|registros?|righe|record|linhas?|行|条|人|名|件|位|項)(?![\\p{L}\\p{N}_]{3}).*$`,
  'iu',
);
const end = /^\W*(?:end of (?:report|file|list|data|export)|\*+ ?end ?\*+|-+ ?end ?-+)\W*$/i;

/**
 * A total or a footer below a table.
 * @param beside the row's cells: a number among them tells a total from somebody who is called so.
 */
export function findTotal(text: string, kind: IdKind, beside: readonly string[]): Found | undefined {
  if (text.length > 80 || !mayBeTotal(text)) return undefined;
  // With nothing else between them, letters and digits are an ID.
  if (/^[\w.-]+$/.test(text) && /\d/.test(text)) return undefined;
  const says = 'is a total or a footer below the table, and no ID';
  if (end.test(text) || (kind !== 'phone' && ofRows.test(text))) return clear(says);
  const word = withNumber.exec(text)?.[1];
  if (word !== undefined && known.has(looseName(word.replace(/[:：=(（]\s*$/, '')))) return clear(says);
  if (!known.has(looseName(text.replace(/[:：.]+$/, '')))) return undefined;
  const isTotal = kind !== 'username' || beside.some((cell) => /^\s*\d[\d.,]*\s*$/.test(cell));
  return isTotal ? clear(says) : doubtful('is what totals are called');
}

/** Of these, some are people's names as well. */
const alsoNames = new Set(['sum', 'count', 'average', 'suma', 'soma', 'somma', 'somme', '計']);
/** No ID is shorter for having a sign between its digits. */
const sumInPlaceOfId = /^\d{1,12}$|^\d[\d.,'\s]{0,15}$/;

/**
 * A row of totals whose user ID is none, or is the number itself: in all other cells stand numbers and what totals are called.
 * @param column of the user ID.
 * @returns the column that says so; undefined for any other row.
 */
export function findTotalBeside(cells: readonly string[], column: number): number | undefined {
  const userId = trimSpaces(cells[column] ?? '');
  if (userId !== '' && !sumInPlaceOfId.test(userId)) return undefined;
  let found: number | undefined;
  for (let at = 0; at < cells.length; at += 1) {
    if (at === column) continue;
    const cell = trimSpaces(cells[at] ?? '');
    if (cell === '' || sumInPlaceOfId.test(cell)) continue;
    const isTotal = findTotal(cell, 'any', []) !== undefined;
    if (!isTotal || (userId !== '' && alsoNames.has(looseName(cell)))) return undefined;
    found ??= at;
  }
  return found;
}
