import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { say, type Terminal } from '../terminal/terminal.ts';
import { commandLine, programName } from '../settings/shell.ts';
import { changed, onlyOf, ontoFreeFolder } from './changed-words.ts';
import { namesOfCheck } from './flags.ts';
import { otherInput } from './other-input.ts';

/**
 * Says what went wrong: an error that the user can act on in its own words, anything else as the bug that it is; and, as even
 * a bug takes nothing of what was sent, how to go on.
 */
export function printError(thrown: unknown, terminal: Terminal): ExitCode {
  const { secrets, resumeCommand, argv } = terminal.crash;
  const error = inWords(thrown);
  const isKnown = error instanceof UserError;
  if (isKnown) {
    say(terminal, `${programName}: ${error.message}`, 'bad');
    const command = error.command.length === 0 ? '' : ` ${commandLine(programName, ...error.command)}`;
    if (error.hint !== undefined) say(terminal, `${error.hint}${command}`);
    const ways = nextCommands(error, argv);
    // What was given in the wrong place is not repeated there.
    const isSafe = !argv.some((word) => /^--access-key-secret(=|$)/.test(word));
    for (const way of isSafe ? ways : error.instead) say(terminal, `  ${commandLine(programName, ...way)}`);
  } else {
    // The stack, and not what else hangs on the error, such as a request with its headers.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(terminal, `${programName}: this is a bug, please report it.`, 'bad');
    say(terminal, withoutSecrets(text, secrets));
  }
  if (resumeCommand !== undefined) say(terminal, `Go on with: ${resumeCommand}`);
  return isKnown ? error.exitCode : exitCodes.broken;
}

/** The commands that go on, whole: what only shows more first. */
function nextCommands(error: UserError, given: readonly string[]): (readonly string[])[] {
  const argv = ontoFreeFolder(given);
  const argument = error.argument ?? otherInput(argv);
  const ways = error.ways.length === 0 && argument !== undefined ? [[]] : error.ways;
  return [
    ...(error.isShownByCheck && argv[0] === 'run' && argv[1] !== '-'
      ? [onlyOf(changed(argv, [...(error.ways[0] ?? []), ...lookUpFlags(error)]), 'check', namesOfCheck)]
      : []),
    ...ways.map((way) => changed(argv, way, argument)),
    ...error.instead,
  ];
}

/** What GenAuth said of the file only a check that asks it shows, too. */
function lookUpFlags({ isShownByCheck }: UserError): string[] {
  return isShownByCheck === 'looked_up' ? ['--look-up'] : [];
}

/** What the system refuses wherever it is asked, and is no bug. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  if (error.syscall === 'uv_cwd') {
    return new UserError('The folder that this command was started in is gone.', {
      hint: 'Change into one that is there, and do the same again.',
      cause: error,
    });
  }
  if (error.code === 'EMFILE' || error.code === 'ENFILE') {
    return new UserError(`Too many files are open at once (${error.code}).`, {
      hint: 'Raise the limit with `ulimit -n 4096`, or give a lower --concurrency.',
      exitCode: exitCodes.broken,
      cause: error,
    });
  }
  return error;
}

/** As they stand in headers: a bearer token, a signature, any token of that kind. */
const authorizations =
  /\b(?:Bearer|Basic|authing|genauth) +[^\s:"']*:?[\w.~+/-]{16,}=*|\beyJ[\w-]+\.[\w-]+\.[\w-]*/gi;

function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret !== '') safe = safe.replaceAll(secret, '***');
  }
  return safe.replace(authorizations, '***');
}
