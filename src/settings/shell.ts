/** How this program is called on a command line. */
export const programName = 'genauth-offboard';

/** Whose quoting a printed command needs. */
export type Shell = 'sh' | 'cmd' | 'powershell';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The shell that a command was probably typed into. Windows' two do not say who they are: PowerShell puts the user's own modules
 * in front of the machine's, and whatever it starts inherits that. A guess that is wrong matters little, as both take most quoted words alike.
 */
export function shellAtHand(platform: string, environment: Environment): Shell {
  if (platform !== 'win32') return 'sh';
  // Git Bash, MSYS2, Cygwin.
  if (environment['MSYSTEM'] || environment['SHELL']) return 'sh';
  const modules = environment['PSModulePath']?.split(';') ?? [];
  return modules.length >= 3 || modules.some((folder) => /\\Documents\\/i.test(folder))
    ? 'powershell'
    : 'cmd';
}

/** What none of the three looks at. A backslash is an escape to `sh` only. */
const plain: Readonly<Record<Shell, RegExp>> = {
  sh: /^[\w@%+=:,./-]+$/,
  cmd: /^[\w@+:./\\-]+$/,
  powershell: /^[\w+:./\\][\w@+:./\\-]*$/,
};
/** PowerShell takes these for the beginning of a flag of its own, and passes them on as they are when nothing odd follows. */
const plainFlag = /^--?[A-Za-z][\w-]*$/;

/** One word of a command line, so that the shell passes it on as it is. */
export function quoted(word: string, shell: Shell): string {
  if (plain[shell].test(word) || plainFlag.test(word)) return word;
  if (shell === 'sh') return `'${word.replaceAll("'", `'\\''`)}'`;
  // How a program on Windows takes its words apart again: a backslash counts only before a quotation mark.
  const escaped = word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1');
  // Between double quotation marks both shells leave all but these alone; `%` only means something where there are two of them.
  if (!/["$`“”„]|%.+%/.test(word)) return `"${escaped}"`;
  // PowerShell takes typographic apostrophes for straight ones.
  if (shell === 'powershell') return `'${escaped.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
  // A caret takes the meaning from what follows, but only outside of quotation marks.
  return `"${escaped.replaceAll(/(\\*)%/g, '$1$1"^%"')}"`;
}

/** A command line that can be pasted into the shell at hand. */
export function commandLine(...words: readonly string[]): string {
  const shell = shellAtHand(process.platform, process.env);
  return words.map((word) => quoted(word, shell)).join(' ');
}
