import { userIdTypes } from '../input/words/user-id-type.ts';
import type { PlannedRow } from '../plan/planned-row.ts';

const blot = '***';
/**
 * Whoever these belong to: an address, and a number as long as a phone's, however it is grouped. A request ID names nobody, though some
 * of its digits may look like one.
 */
const people =
  /(?<requestId>\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b)(?![^\s"'<>(),;:]*@)|[^\s"'<>(),;:]+@[^\s"'<>(),;:]+|\+?\d(?:[ .()/-]{0,2}\d){6,}/giu;
/** A shorter text may well be part of a word. */
const minLength = 4;
const notPeople: ReadonlySet<string> = new Set(userIdTypes);

/**
 * Why a row did not succeed, without anything that tells who it is about: what is wrong with a cell without its repair, and what the
 * server says without what stands in the row, and without addresses and phone numbers of others.
 */
export function withoutValues(message: string, row: PlannedRow): string {
  let text = reasonOf(message, row);
  const own = [...new Set([row.userId, ...row.cells].map((value) => value.trim()))]
    .filter((value) => value.length >= minLength && !notPeople.has(value.toLowerCase()))
    .sort((a, b) => b.length - a.length);
  for (const value of own) text = text.replaceAll(new RegExp(escaped(value), 'giu'), blot);
  return text.replaceAll(people, (_, requestId?: string) => requestId ?? blot);
}

/** Without the repair of a cell, which is somebody's ID. */
export function reasonOf(message: string, row: PlannedRow): string {
  if (!('problems' in row)) return message;
  return row.problems.map((each) => `${each.column}: ${each.message}`).join(' | ');
}

function escaped(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
