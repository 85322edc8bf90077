import { freeName } from '../files/free-name.ts';
import { isFlag, nameIn } from './read-flags.ts';

/**
 * A command line with some flags, and its argument, in place of what was given for them.
 * @param words as `readWords` gives them: the command, its argument, flags with their values.
 * @param way flags with their values.
 */
export function changed(words: readonly string[], way: readonly string[], argument?: string): string[] {
  const anew = new Set(way.filter(isFlag).map(nameIn));
  const [[command = '', ...given], flags] = parted(words);
  const kept = filtered(flags, (name) => !anew.has(name));
  return [command, ...(argument === undefined ? given : [argument]), ...kept, ...way];
}

/**
 * The same command line with an `--out` at which nothing is: where a run was refused, its folder may still stand, as a disk that fails
 * deletes nothing, and no run writes over another.
 */
export function ontoFreeFolder(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => isFlag(word) && nameIn(word) === 'out');
  const flag = words[at];
  if (flag === undefined) return words;
  const folder = flag.includes('=') ? flag.slice(flag.indexOf('=') + 1) : words[at + 1];
  const free = folder === undefined ? undefined : freeName(folder);
  return free === folder ? words : changed(words, [`--out=${free}`]);
}

/** Another command with the same argument, and with those of the flags that it has. @param names without dashes. */
export function onlyOf(words: readonly string[], command: string, names: ReadonlySet<string>): string[] {
  const [[, ...given], flags] = parted(words);
  return [command, ...given, ...filtered(flags, (name) => names.has(name))];
}

/** The command with its argument, and the flags. */
function parted(words: readonly string[]): [readonly string[], readonly string[]] {
  const firstFlag = words.findIndex(isFlag);
  const at = firstFlag === -1 ? words.length : firstFlag;
  return [words.slice(0, at), words.slice(at)];
}

/** Flags with their values. */
function filtered(flags: readonly string[], isWanted: (name: string) => boolean): string[] {
  let isKept = true;
  return flags.filter((word) => {
    if (isFlag(word)) isKept = isWanted(nameIn(word));
    return isKept;
  });
}
