import { lstatSync } from 'node:fs';
import path from 'node:path';

/** Whether something of this name is there, be it a link that leads nowhere. */
export function isTaken(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** A name like this one at which nothing is yet: itself, else with a number. */
export function freeName(file: string): string {
  const { dir, name, ext } = path.parse(file);
  let free = file;
  for (let number = 2; isTaken(free); number += 1) free = path.join(dir, `${name}-${number}${ext}`);
  return free;
}
