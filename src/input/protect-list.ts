import { UserError } from '../errors.ts';
import { looseName } from './words/loose-name.ts';
import { openList } from './text/open-csv.ts';
import { printable } from '../printable.ts';
import { provenChunks, type ProvenFile } from '../files/proven-file.ts';
import type { RecordOfInput } from './text/record.ts';
import { typeByName, type TypeByName } from './words/known-names.ts';
import { judgeCell } from './cell/judge-cell.ts';
import { findMisfit } from './cell/misfit.ts';
import { isCut } from './cell/digit-evidence.ts';
import { isSameId } from './cell/same-user.ts';
import { parseUserIdType, userIdTypes, type UserIdType } from './words/user-id-type.ts';

/** One ID of somebody who must not be signed out. */
export interface ProtectedId {
  /** Where in the list it stands, from 1. */
  readonly line: number;
  readonly id: string;
  /** Undefined where the list names none: then it holds for users of any type. */
  readonly userIdType: UserIdType | undefined;
}

/** A longer list is more likely the wrong file than a list of a tenant's administrators. */
const maxIds = 100_000;

const howToWrite =
  'Write one ID on each line, or an ID, a comma and its type; or a header such as user_id,email,phone with a line for each person.';

/**
 * Reads a list of protected users: an ID on each line, with or without its type behind a comma, or a table whose header names its
 * columns by user ID types, so that one line can hold all IDs of a person. `#` begins a comment.
 * @param name how messages call the file.
 * @throws {UserError} when it cannot be read, is empty, or a line makes no sense: half a list would protect half of those on it.
 */
export async function readProtectList(file: ProvenFile, name: string): Promise<ProtectedId[]> {
  const ids: ProtectedId[] = [];
  let read: ((record: RecordOfInput) => ProtectedId[]) | undefined;
  for await (const batch of openList(provenChunks(file, name), name)) {
    for (const record of batch) {
      if (isPassedOver(record)) continue;
      const header = read === undefined ? readHeader(record, name) : undefined;
      read ??= header ?? ((one) => readLine(one, name));
      if (header === undefined) ids.push(...read(record));
      if (ids.length > maxIds) throw unusable(name, record.line, `here it goes beyond ${maxIds} IDs`);
    }
  }
  if (ids.length > 0) return ids;
  throw new UserError(`--protect: ${name} names nobody, so it would protect nobody.`, { hint: howToWrite });
}

function isPassedOver({ cells }: RecordOfInput): boolean {
  return cells.every((cell) => bare(cell) === '') || bare(cells[0] ?? '').startsWith('#');
}

const typeColumns = ['useridtype', 'idtype', 'type', '用户id类型'];

/** What a list's columns may be called, by loose name. `user_id` stands for any type where a type column says which. */
const idColumns = new Map<string, UserIdType>([
  ...userIdTypes.map((type) => [looseName(type), type] as const),
  ...['id', 'uid', '用户id'].map((name) => [name, 'user_id'] as const),
  ...['mail', 'emailaddress', '邮箱', '电子邮箱'].map((name) => [name, 'email'] as const),
  ...['mobile', 'mobilephone', 'phonenumber', '手机', '手机号', '手机号码'].map(
    (name) => [name, 'phone'] as const,
  ),
  ['用户名', 'username'],
]);

/** @returns how to read the lines under it; undefined when the record is no header but names somebody. */
function readHeader(
  { cells, line }: RecordOfInput,
  name: string,
): ((record: RecordOfInput) => ProtectedId[]) | undefined {
  const names = cells.map((cell) => looseName(bare(cell)));
  const types = cells.map((cell) => idColumns.get(looseName(bare(cell))) ?? typeByName(bare(cell)));
  const typePlace = names.findIndex((each) => typeColumns.includes(each));
  // An ID with its type behind it has a type in its second cell, and no third.
  const isHeader = types[0] !== undefined || typePlace !== -1 || names.length > 2;
  if (!isHeader || types.every((type) => type === undefined)) return undefined;
  if (cells.some((cell) => cell.includes('@'))) throw unusable(name, line, 'the type belongs behind the ID');
  return (record) => {
    const ofRow = typePlace === -1 ? '' : bare(record.cells[typePlace] ?? '');
    for (const [place, cell] of record.cells.entries()) {
      if (place !== typePlace && types[place] === undefined && looksLikeId(bare(cell))) {
        const column = printable(bare(cells[place] ?? ''));
        throw unusable(name, record.line, `the column "${column}" holds an ID, and its name tells no type`);
      }
    }
    const ids = types.flatMap((type, place) => {
      const id = bare(record.cells[place] ?? '');
      if (type === undefined || id === '') return [];
      const userIdType = typeIn(type, () => typeOf(ofRow, record.line, name));
      return [checked({ line: record.line, id, userIdType }, name)];
    });
    if (ids.length === 0) throw unusable(name, record.line, 'there is no ID');
    return ids;
  };
}

/** In a column that other systems fill, an ID is that of whoever has it, whatever GenAuth calls it. */
function typeIn(type: TypeByName, ofRow: () => UserIdType | undefined): UserIdType | undefined {
  if (type === 'unclear') return undefined;
  return type === 'user_id' ? ofRow() : type;
}

/** An address or a long number in a column that is not read: somebody meant it to be. */
function looksLikeId(cell: string): boolean {
  return cell.includes('@') || /^\+?\d[\d ()-]{6,}$/.test(cell);
}

function readLine({ cells, line }: RecordOfInput, name: string): ProtectedId[] {
  const [id = '', type = '', ...rest] = cells.map(bare);
  if (rest.some((cell) => cell !== '')) throw unusable(name, line, 'there is more than an ID and its type');
  return [checked({ line, id, userIdType: typeOf(type, line, name) }, name)];
}

function typeOf(text: string, line: number, name: string): UserIdType | undefined {
  if (text === '') return undefined;
  const type = parseUserIdType(text);
  if (type !== undefined) return type;
  throw unusable(name, line, `"${printable(text)}" is no user ID type (${userIdTypes.join(', ')})`);
}

/** What would match nobody although it was meant to protect somebody must not pass. */
function checked(entry: ProtectedId, name: string): ProtectedId {
  const { id, line, userIdType } = entry;
  const fault = faultOf(id, userIdType);
  if (fault === undefined) return entry;
  throw unusable(name, line, `"${printable(id)}" ${fault}`);
}

const typeNames = userIdTypes.join('|');
const typeInFront = new RegExp(`^(?:${typeNames})\\s*[:=]`, 'i');
const typeBehind = new RegExp(`[|;/\\s](?:${typeNames})$`, 'i');

/** What only a list can have wrong, and then what makes any ID none. */
function faultOf(id: string, type: UserIdType | undefined): string | undefined {
  if (id.includes('*')) return 'is a pattern, and only whole IDs are compared';
  if (typeInFront.test(id)) return 'has its type in front; it belongs behind the ID, after a comma';
  if (typeBehind.test(id)) return 'has its type behind it without a comma between';
  if (parseUserIdType(id) !== undefined) return 'is a type and no ID';
  if (isCut(id) && id.length > 16) return 'has lost its last digits in a spreadsheet';
  const isPhone = type === 'phone' || (type === undefined && /^[\d\s+()./\u2010-\u2015-]+$/u.test(id));
  const damage = judgeCell(id, isPhone ? 'phone' : (type ?? 'any'));
  // Somebody may be called Nan; nobody has an address at null.
  const isNobody = damage?.kind === 'nothing' && type !== 'username';
  // What the comparison sees through protects all the same.
  if (damage !== undefined && (damage.isClear || isNobody)) {
    const { kind, says, repair } = damage;
    if (repair === undefined) return kind === 'phone_separators' ? undefined : says;
    if (!isSameId(id, repair, isPhone)) return `${says}; it is probably "${printable(repair)}"`;
  }
  if (type === 'phone' && id.replaceAll(/\P{Nd}/gu, '').length < 5) return 'is no phone number';
  return findMisfit(id, type)?.says;
}

/** Without what cannot be seen at either end. */
function bare(cell: string): string {
  return cell.replaceAll(/^[\p{White_Space}\p{Cf}]+|[\p{White_Space}\p{Cf}]+$/gu, '');
}

function unusable(name: string, line: number, fault: string): UserError {
  return new UserError(`--protect: ${name} line ${line}: ${fault}. Nothing was sent.`, { hint: howToWrite });
}
