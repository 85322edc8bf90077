import { createLines } from '../files/lines.ts';
import { provenChunks, type ProvenFile } from '../files/proven-file.ts';
import { openPieces } from '../files/proven-pieces.ts';
import type { InvalidRow, ValidRow } from '../input/row.ts';
import type { PlannedRow, ProtectedRow } from './planned-row.ts';

/** Every row of the input as it was judged, in order, and which call each belongs to. */
export interface RowFiles {
  /** A line of JSON for each row. */
  readonly rows: ProvenFile;
  /** For each row the `seq` of its user's first call, in 4 bytes, little-endian; 0 where it is not sent. */
  readonly rowIndex: ProvenFile;
}

/** A row, and the `seq` of its user's first call; 0 where it is not sent. */
export interface FiledRow {
  readonly row: PlannedRow;
  readonly firstSeq: number;
}

const seqBytes = 4;

/** How many rows a file of numbers is for. */
export function rowsIn(indexSize: number): number {
  return indexSize / seqBytes;
}

/** Of the index; its rows are read in order. */
const maxChunks = 2;

/** The rows of so much are alive together: few enough to be gone before the garbage collector has met them twice. */
const pieceBytes = 8 * 1024;

/**
 * Reads rows in the order of the input, some tens at a time.
 * @param isWanted those of others are passed over, and cost hardly anything.
 * @throws {UserError} when a file is not what was pinned.
 */
export async function* readRows(
  { rows, rowIndex }: RowFiles,
  isWanted: (firstSeq: number) => boolean = () => true,
): AsyncGenerator<readonly FiledRow[]> {
  const index = openPieces(rowIndex, maxChunks);
  let number = 0;
  let batch: FiledRow[] = [];
  const lines = createLines((bytes, start, end) => {
    const at = number * seqBytes;
    const firstSeq = index.piece(at, at + seqBytes).readUInt32LE();
    if (isWanted(firstSeq)) batch.push({ row: decodeRow(bytes.toString('utf8', start, end)), firstSeq });
    number += 1;
  });
  try {
    for await (const chunk of provenChunks(rows, rows.path)) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        batch = [];
        lines.add(chunk.subarray(at, at + pieceBytes));
        if (batch.length > 0) yield batch;
      }
    }
  } finally {
    index.close();
  }
}

/** What a line holds: of a valid row, an invalid one with `problems`, or one of a protected user. */
type Filed = Pick<ValidRow, 'line' | 'cells' | 'userId' | 'writtenUserId' | 'appIds'> & {
  readonly userIdType: ValidRow['userIdType'];
  readonly problems?: InvalidRow['problems'];
  readonly isWrongInWorkbook?: true;
  readonly protectedAs?: ProtectedRow['protectedAs'];
};

export function encodeRow(row: PlannedRow): string {
  const { line, cells, userId, userIdType, appIds } = row;
  let text = `{"line":${line},"cells":${listOf(cells)},"userId":${stringOf(userId)}`;
  if ('writtenUserId' in row && row.writtenUserId !== undefined)
    text += `,"writtenUserId":${stringOf(row.writtenUserId)}`;
  text += `,"userIdType":${JSON.stringify(userIdType)},"appIds":${listOf(appIds)}`;
  if ('problems' in row) text += `,"problems":${JSON.stringify(row.problems)}`;
  if ('isWrongInWorkbook' in row && row.isWrongInWorkbook === true) text += ',"isWrongInWorkbook":true';
  if ('protectedAs' in row) text += `,"protectedAs":${JSON.stringify(row.protectedAs)}`;
  return `${text}}\n`;
}

/** What JSON escapes, and surrogates, of which it escapes the single ones. */
const escaped = /[^\u0020\u0021\u0023-\u005b\u005d-\ud7ff\ue000-\uffff]/;

/** Hardly any text needs an escape, and to find that out costs less than `JSON.stringify`, for each row. */
function stringOf(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function listOf(texts: readonly string[]): string {
  let list = '';
  for (const text of texts) list += list === '' ? stringOf(text) : `,${stringOf(text)}`;
  return `[${list}]`;
}

const none: readonly never[] = [];

/** Warnings and repairs are said before the first call, and not kept. */
function decodeRow(text: string): PlannedRow {
  const filed = JSON.parse(text) as Filed;
  const { line, cells, userId, writtenUserId, userIdType, appIds, problems, protectedAs } = filed;
  if (protectedAs !== undefined) {
    return { valid: false, line, cells, userId, userIdType, appIds, protectedAs };
  }
  if (problems !== undefined) {
    const { isWrongInWorkbook } = filed;
    return {
      valid: false,
      line,
      cells,
      userId,
      userIdType,
      appIds,
      problems,
      repairs: none,
      isWrongInWorkbook,
    };
  }
  return { valid: true, line, cells, userId, writtenUserId, userIdType, appIds, warnings: none };
}
