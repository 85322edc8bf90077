import { filePlaceholder } from '../errors.ts';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { nearest } from '../input/words/nearest.ts';
import { isFlag, ofFile } from './read-flags.ts';

const withInput: ReadonlySet<string> = new Set(['check', 'run', 'demo']);

/** More names than anybody would look through. */
const maxNames = 10_000;

/**
 * What to give in place of an input that there is not, or that is a folder: the one file that is called nearly so, or that is in it; a
 * placeholder where none or several are.
 * @param words a command line as `readWords` gives it.
 * @returns undefined where the input is a file.
 */
export function otherInput([command = '', input]: readonly string[]): string | undefined {
  if (!withInput.has(command) || input === undefined || isFlag(input) || input === '-') return undefined;
  if (!hasFolder()) return undefined;
  const found = statSync(input, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) return undefined;
  const folder = found === undefined ? path.dirname(input) : input;
  const names = inputsIn(folder);
  const [only, other] = found === undefined ? nearest(path.basename(input), names) : names;
  if (only === undefined || other !== undefined) return filePlaceholder;
  return folder === '.' ? only : path.join(folder, only);
}

/** The folder that the command was started in may be gone, and all names with it. */
function hasFolder(): boolean {
  try {
    return process.cwd() !== '';
  } catch {
    return false;
  }
}

function inputsIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).slice(0, maxNames);
    return entries.flatMap((entry) => (entry.isFile() && ofFile.test(entry.name) ? [entry.name] : []));
  } catch {
    return [];
  }
}
