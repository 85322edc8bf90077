import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { say, type Terminal } from '../terminal/terminal.ts';

export const programName = 'genauth-offboard';

/** Says what went wrong: an error that the user can act on in its own words, anything else as the bug that it is. */
export function refuse(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UserError) {
    say(terminal, `${programName}: ${error.message}`);
    if (error.hint !== undefined) say(terminal, error.hint);
    return error.exitCode;
  }
  say(terminal, `${programName}: this is a bug, please report it.`);
  say(terminal, error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.broken;
}
