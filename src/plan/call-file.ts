import type { ProvenFile } from '../files/proven-file.ts';
import { openPieces } from '../files/proven-pieces.ts';
import { parseUserIdType } from '../input/words/user-id-type.ts';
import type { Call, PlannedCall } from './call.ts';
import { createProvenWriter, type ProvenWriterOptions } from '../files/proven-writer.ts';

/** The plan as a table, a call on each line, and where in it each call begins. */
export interface CallFiles {
  readonly calls: ProvenFile;
  /** For each call, and behind the last, the byte where it begins, in 8 bytes, little-endian. */
  readonly callIndex: ProvenFile;
}

/** Calls by their number, however many there are. */
export interface CallReader {
  /** How many calls the plan has. */
  readonly count: number;
  /** @param seq from 1 to `count`. @throws {UserError} when the file is not what was pinned. */
  read(seq: number): Call;
  /** The same with its lines. */
  readPlanned(seq: number): PlannedCall;
  /** The lines of calls `from` to `to`, both included, as they stand; see {@link decodeCalls}. @throws {UserError} likewise. */
  bytes(from: number, to: number): Buffer;
  /** Whether the call is about this user. Cheaper than reading it. @throws {UserError} likewise. */
  isAbout(seq: number, user: Pick<Call, 'userId' | 'userIdType'>): boolean;
  close(): void;
}

/** The byte order mark is for Excel, which takes the code page of the machine without. */
const header = '\uFEFFseq,user_id,user_id_type,app_ids,lines\n';

const offsetBytes = 8;

/** Small, as calls may be read in any order: what is read more than once is kept, up to {@link maxChunks}. */
export const callChunkBytes = 16 * 1024;
const maxChunks = 256;

/** What was written for somebody to look at. */
export interface CallsWritten {
  readonly calls: number;
  /** The plan's: of the same file a run makes the same plan. */
  readonly sha256: string;
  /** Cells that a spreadsheet would take for a formula: they are as they are sent. */
  readonly formulas: number;
  /** The first of them. */
  readonly firstFormula: { readonly seq: number; readonly cell: string } | undefined;
}

/** Writes calls in the order of `seq`. */
interface Writer<T> {
  add(call: PlannedCall): void;
  finish(): Promise<T>;
  /** Gives the file up and deletes it; harmless after `finish`. */
  close(): void;
}

export type CallWriter = Writer<CallsWritten>;

/** Without an index, for people. @throws {UserError} when it cannot be written. */
export function createCallWriter(path: string, options: ProvenWriterOptions): CallWriter {
  const { add, finish, close } = writeCalls(path, undefined, options);
  let calls = 0;
  let formulas = 0;
  let firstFormula: CallsWritten['firstFormula'];
  return {
    add(call) {
      calls += 1;
      for (const cell of [call.userId, joined(call.appIds)]) {
        if (!formula.test(cell)) continue;
        formulas += 1;
        firstFormula ??= { seq: call.seq, cell };
      }
      add(call);
    },
    close,
    async finish() {
      const { sha256 } = (await finish()).calls;
      return { calls, sha256, formulas, firstFormula };
    },
  };
}

/** What spreadsheets begin a formula with, be it behind spaces. */
const formula = /^\s*[=+\-@＝＋－＠]/;

/** With where each call begins, for programs. @throws {UserError} when it cannot be written. */
export function createIndexedCallWriter(path: string, indexPath: string): Writer<CallFiles> {
  const { add, finish, close } = writeCalls(path, indexPath, {});
  return {
    add,
    close,
    async finish() {
      const { calls, callIndex } = await finish();
      if (callIndex === undefined) throw new Error('there was an index to be written');
      return { calls, callIndex };
    },
  };
}

/** To find out how many bytes a line takes costs more than to write it, so that it is asked of many together. */
const linesAtOnce = 64;

function writeCalls(path: string, indexPath: string | undefined, options: ProvenWriterOptions) {
  const own = { ...options, chunkBytes: callChunkBytes };
  const table = createProvenWriter(path, own);
  let index: ReturnType<typeof createProvenWriter> | undefined;
  try {
    index = indexPath === undefined ? undefined : createProvenWriter(indexPath, own);
    table.write(header);
  } catch (error) {
    table.close();
    throw error;
  }
  const lines: string[] = [];

  function place(): void {
    const begin = table.size;
    const text = lines.join('');
    table.write(text);
    const isAscii = table.size - begin === text.length;
    let at = begin;
    for (const line of lines) {
      index?.writeUInt64(at);
      at += isAscii ? line.length : Buffer.byteLength(line);
    }
    lines.length = 0;
  }

  return {
    add(call: PlannedCall): void {
      lines.push(encodeCall(call));
      if (lines.length === linesAtOnce) place();
    },
    async finish() {
      place();
      index?.writeUInt64(table.size);
      return { calls: await table.finish(), callIndex: await index?.finish() };
    },
    close(): void {
      table.close();
      index?.close();
    },
  };
}

/** How many calls a file of offsets is for. */
export function callsIn(indexSize: number): number {
  return indexSize / offsetBytes - 1;
}

export function openCalls({ calls, callIndex }: CallFiles): CallReader {
  const count = callsIn(callIndex.size);
  const index = openPieces(callIndex, maxChunks);
  let table: ReturnType<typeof openPieces>;
  try {
    table = openPieces(calls, maxChunks);
  } catch (error) {
    index.close();
    throw error;
  }

  /** 48 bits are enough for any file. */
  const beginAt = (seq: number): number => {
    const at = (seq - 1) * offsetBytes;
    return index.piece(at, at + offsetBytes).readUIntLE(0, 6);
  };

  function lineOf(seq: number): string {
    const at = (seq - 1) * offsetBytes;
    const ends = index.piece(at, at + 2 * offsetBytes);
    return table.piece(ends.readUIntLE(0, 6), ends.readUIntLE(offsetBytes, 6)).toString('utf8');
  }

  function checked<T extends Call>(seq: number, call: T): T {
    if (call.seq !== seq) throw new Error(`${calls.path}: call ${call.seq} stands where ${seq} should`);
    return call;
  }

  return {
    count,
    read: (seq) => checked(seq, decodeCall(lineOf(seq))),
    readPlanned(seq) {
      const line = lineOf(seq);
      const lines = line.slice(line.lastIndexOf(',') + 1).trim();
      return checked(seq, { ...decodeCall(line), lines: lines.split(';').map(Number) });
    },
    bytes: (from, to) => Buffer.from(table.piece(beginAt(from), beginAt(to + 1))),
    isAbout: (seq, user) => lineOf(seq).startsWith(beginOf(seq, user)),
    close() {
      index.close();
      table.close();
    },
  };
}

export function encodeCall(call: PlannedCall): string {
  const { seq, appIds, lines } = call;
  return `${beginOf(seq, call)}${quoted(joined(appIds))},${lines.length === 1 ? lines[0] : lines.join(';')}\n`;
}

function beginOf(seq: number, { userId, userIdType }: Pick<Call, 'userId' | 'userIdType'>): string {
  return `${seq},${quoted(userId)},${userIdType},`;
}

/** An app ID can hold what separates others. */
function joined(appIds: readonly string[]): string {
  const text = appIds.length === 1 ? (appIds[0] ?? '') : appIds.join(';');
  const isPlain =
    !text.startsWith('[') && (appIds.length === 1 ? !text.includes(';') : isCountedBy(text, appIds.length));
  return isPlain ? text : JSON.stringify(appIds);
}

function isCountedBy(text: string, count: number): boolean {
  let found = 1;
  for (let at = text.indexOf(';'); at !== -1; at = text.indexOf(';', at + 1)) found += 1;
  return found === count;
}

/** White space at an end could be taken for nothing by whoever reads the table. */
function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Of whole lines, see {@link CallReader.bytes}. */
export function decodeCalls(lines: Buffer): Call[] {
  const calls: Call[] = [];
  let line = '';
  for (const part of lines.toString('utf8').split('\n')) {
    line += part;
    // A user ID may hold a line break, and stands in quotes then.
    if (line.split('"').length % 2 === 0) line += '\n';
    else {
      if (line !== '') calls.push(decodeCall(line));
      line = '';
    }
  }
  return calls;
}

/** What stands before the first call. */
export const callsHeader = Buffer.from(header);

function decodeCall(line: string): Call {
  const [seq = '', userId = '', type = '', apps = ''] = line.includes('"')
    ? cellsOf(line)
    : line.split(',', 4);
  const userIdType = parseUserIdType(type);
  if (userIdType === undefined) throw new Error(`${type} is no user ID type`);
  const appIds = apps.startsWith('[') ? (JSON.parse(apps) as string[]) : apps.split(';');
  return { seq: Number(seq), userId, userIdType, appIds };
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(
    ([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '',
  );
}
