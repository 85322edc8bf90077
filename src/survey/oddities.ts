import type { Columns } from '../input/columns/columns.ts';
import { cut, grouped } from '../printable.ts';
import type { ValidRow } from '../input/row.ts';
import { findStatusColumns, type Employment, type StatusColumn } from './employment-status.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { createUserSet, markBits, type UserSet } from './user-set.ts';

/** Something about the file as a whole that makes it look like the wrong one. No proof, so nothing is refused for it. */
export interface Oddity {
  readonly kind:
    /** Apps whose IDs are not GenAuth's own; it comes first. */
    | 'app_form'
    /** Users of the type `user_id` whose IDs are not GenAuth's own; it comes next. */
    | 'user_form'
    /** Phone numbers that are not like nearly all others of the file; it follows. */
    | 'phone_form'
    /** Email addresses without a dot behind the `@`, where others have one. */
    | 'email_form'
    /** So many users are not known to GenAuth that the look-up is not believed. */
    | 'not_found'
    /** Most users could not be looked up. */
    | 'not_looked_up'
    /** Users who can sign in again at once. */
    | 'still_activated'
    /** Rows that do not say that the person has left. */
    | 'active_staff'
    /** Users whom one row says to have left, and another to be still there. */
    | 'contradiction'
    /** A file that seems to name everybody. */
    | 'directory';
  /** One or two sentences; they hold text of the file. */
  readonly message: string;
  /** The lines of the first rows that show it. */
  readonly lines: readonly number[];
}

export interface Oddities {
  add(row: PlannedRow): void;
  list(): Oddity[];
}

const maxLines = 5;
/** So many different values of a column are told apart; the rest count together. */
const maxValues = 20;
/** Fewer rows are a list that somebody may have put together by hand, whatever they say. */
const minDirectoryRows = 50;

/**
 * Watches the valid rows, in no memory but for the marks of their users where a column says who has left.
 * @param users to be marked; those of whoever counts them.
 */
export function createOddities(columns: Columns, users: UserSet = createUserSet()): Oddities {
  const watches = findStatusColumns(columns).map((column, at) =>
    createWatch(column, createHistory(users, at * bitsOfColumn)),
  );
  return {
    add(row) {
      if (row.valid) for (const watch of watches) watch.add(row);
    },
    list: () => watches.flatMap((watch) => watch.list()),
  };
}

interface Value {
  readonly employment: Employment;
  readonly lines: number[];
  count: number;
}

/** Of a user's marks, for each column: said to have left, and said to be still there. */
const bitsOfColumn = 2;

/** What former rows have said about users. */
interface History {
  /** @returns whether this is the first row that says the opposite of one before it. */
  contradicts(row: ValidRow, employment: 'left' | 'active'): boolean;
}

/** @param shift where the column's marks begin. A ninth such column, which no file has, finds no contradictions. */
function createHistory(users: UserSet, shift: number): History | undefined {
  if (shift + bitsOfColumn > markBits) return undefined;
  const marks = { left: 1 << shift, active: 2 << shift };
  return {
    contradicts({ userIdType, userId }, employment) {
      const before = users.mark(userIdType, userId, marks[employment]);
      const opposite = marks[employment === 'left' ? 'active' : 'left'];
      return (before & marks[employment]) === 0 && (before & opposite) !== 0;
    },
  };
}

function createWatch({ name, place, read }: StatusColumn, history: History | undefined) {
  const values = new Map<string, Value>();
  const rows = { total: 0, left: 0, active: 0, unclear: 0 };
  let contradictions = 0;
  const contradicting: { readonly userId: string; readonly line: number; readonly cell: string }[] = [];

  function valueOf(cell: string): Value {
    const known = values.get(cell);
    if (known !== undefined) return known;
    const value: Value = { employment: read(cell), lines: [], count: 0 };
    if (values.size < maxValues) values.set(cell, value);
    return value;
  }

  function compare(row: ValidRow, employment: 'left' | 'active', cell: string): void {
    if (history?.contradicts(row, employment) !== true) return;
    contradictions += 1;
    const { userId, line } = row;
    if (contradicting.length < maxLines) contradicting.push({ userId, line, cell });
  }

  function activeStaff(): Oddity | undefined {
    const others = [...values].filter(([, { employment }]) => employment !== 'left');
    if (rows.left === rows.total || others.length === 0) return undefined;
    const shown = others
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, maxLines)
      .map(([cell, { count, lines }]) => `${quote(cell)} ${grouped(count)} (first line ${lines[0]})`);
    return {
      kind: 'active_staff',
      message: `${grouped(rows.total - rows.left)} of ${grouped(rows.total)} rows do not say in the column ${quote(name)} that the person has left: ${shown.join(', ')}${others.length > shown.length ? ' and others' : ''}.`,
      lines: others
        .flatMap(([, { lines }]) => lines)
        .sort((a, b) => a - b)
        .slice(0, maxLines),
    };
  }

  function directory(): Oddity | undefined {
    if (rows.total < minDirectoryRows || rows.active * 2 <= rows.total) return undefined;
    return {
      kind: 'directory',
      message: `Most people in this file are still there, as its column ${quote(name)} says: it looks like a whole directory and not like a list of leavers.`,
      lines: [],
    };
  }

  function contradiction(): Oddity | undefined {
    const [first] = contradicting;
    if (first === undefined) return undefined;
    const count = contradictions;
    return {
      kind: 'contradiction',
      message: `${count === 1 ? '1 user is' : `${grouped(count)} users are`} said to have left in one row and to be still there in another, as the column ${quote(name)} has it: the first is ${quote(first.userId)}, for whom line ${first.line} says ${quote(first.cell)} and a line before it the opposite.`,
      lines: contradicting.map(({ line }) => line),
    };
  }

  return {
    add(row: ValidRow): void {
      const cell = (row.cells[place] ?? '').trim();
      const value = valueOf(cell);
      value.count += 1;
      if (value.lines.length < maxLines) value.lines.push(row.line);
      rows.total += 1;
      rows[value.employment] += 1;
      if (value.employment !== 'unclear') compare(row, value.employment, cell);
    },
    list(): Oddity[] {
      // A column of which nothing is understood is about something else.
      if (rows.left + rows.active === 0) return [];
      return [directory(), activeStaff(), contradiction()].filter((oddity) => oddity !== undefined);
    },
  };
}

/** Cut, as a cell can hold a novel. */
function quote(text: string): string {
  return text === '' ? '(empty)' : `"${cut(text, 40)}"`;
}
