/** The process's exit codes (shown in every command's help). */
export const exitCodes = {
  /** Every row succeeded. */
  succeeded: 0,
  /** It could not go on, or this is a bug. */
  broken: 1,
  /** Refused before the first call: usage, input, a guard, a declined question, no credentials, an existing folder. */
  refused: 2,
  /** Finished, and some rows did not succeed (for `check`: some are invalid; for `verify`: some sessions are not gone). */
  incomplete: 3,
  /** Stopped before the end, by the server, the disk or a guard; `resume` goes on. For `report`: the run has not come to its end. */
  stopped: 4,
  /** Interrupted by a signal; `resume` goes on. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * Something a user can act on: what is wrong and where (`message`), and what to do next (`hint`).
 * Whatever else is thrown is a bug and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  /**
   * Flags that decide what was unclear, one list for each way; the same command with one of them, in place of what was given for the
   * same flags, goes on.
   */
  readonly ways: readonly (readonly string[])[];
  /** What is to be given in place of the command's argument; undefined where that is not what is wrong. */
  readonly argument: string | undefined;
  /** `check` with the same input and flags says more about it. */
  readonly isShownByCheck: boolean | 'looked_up';
  /** The command that `hint` ends with, in its words without the program's name; empty when it ends with none. */
  readonly command: readonly string[];
  /** Whole commands, without the program's name, one of which may be what was meant. */
  readonly instead: readonly (readonly string[])[];

  constructor(
    message: string,
    options: {
      hint?: string | undefined;
      exitCode?: ExitCode;
      ways?: readonly (readonly string[])[];
      argument?: string | undefined;
      isShownByCheck?: boolean | 'looked_up';
      command?: readonly string[];
      instead?: readonly (readonly string[])[];
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCodes.refused;
    this.ways = options.ways ?? [];
    this.isShownByCheck = options.isShownByCheck ?? false;
    this.argument = options.argument;
    this.command = options.command ?? [];
    this.instead = options.instead ?? [];
  }
}

/** @throws {UserError} when what ends it has come before anything was sent. */
export function refuseInterrupted(hooks: { readonly stopSignal?: AbortSignal | undefined }): void {
  if (hooks.stopSignal?.aborted === true) throw interruption();
}

/** What ends it has come before anything was sent. */
export function interruption(): UserError {
  return new UserError('Interrupted before anything was sent.', {
    hint: 'Start it again when you are ready.',
    ways: [[]],
    exitCode: exitCodes.interrupted,
  });
}

/** Stand in a command for what only the user knows. No shell takes the signs around them for a part of a word that it runs. */

export const appPlaceholder = '<app ID>';
export const appsPlaceholder = `${appPlaceholder},${appPlaceholder}`;
export const filePlaceholder = '<file>';
export const hostPlaceholder = 'https://<host>';
export const countryPlaceholder = '<country code>';

const meanings: readonly (readonly [placeholder: string, stands: string])[] = [
  [appPlaceholder, 'the ID of an app (24 hexadecimal digits)'],
  ['<host>', 'the name of the host'],
  [countryPlaceholder, "the code that a country's phone numbers begin with, such as 86,"],
];

/** What a value that was pasted as it stood still lacks, as in "the ID of an app"; undefined where it is whole. */
export function unfilled(
  value: string,
): { readonly placeholder: string; readonly stands: string } | undefined {
  const found = meanings.find(([placeholder]) => value.includes(placeholder));
  return found === undefined ? undefined : { placeholder: found[0], stands: found[1] };
}
