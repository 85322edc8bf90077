/** A command line that can be pasted into a shell of the system that this runs on. */
export function commandLine(...words: readonly string[]): string {
  return words.map((word) => quoted(word)).join(' ');
}

/** @param platform as in `process.platform`. */
export function quoted(word: string, platform: string = process.platform): string {
  return platform === 'win32' ? forWindows(word) : forPosix(word);
}

function forPosix(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * As both cmd and PowerShell take it: a comma or an @ is a sign of PowerShell's, and within its quotation marks only what follows a
 * `$` or a backtick is read otherwise, which a name of a file hardly has. A backslash before a quotation mark belongs to that.
 */
function forWindows(word: string): string {
  if (/^[\w+=:./\\-]+$/.test(word)) return word;
  return `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/\\+$/, '$&$&')}"`;
}
