import type { ExitCode } from '../errors.ts';
import type { Flag, Flags } from '../settings/rules.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** One command: what it is called, what it takes, and what it does. */
export interface Command {
  readonly name: string;
  readonly describe: string;
  readonly argument?: { readonly name: string; readonly describe: string; readonly optional?: true };
  readonly flags: Readonly<Record<string, Flag>>;
  /** Command lines without the program's name, and what they do. */
  readonly examples: readonly (readonly [string, string])[];
  /** @param argument '' when it is optional and was not given. @throws {UserError} for whatever the user can mend. */
  run(argument: string, flags: Flags, terminal: Terminal): Promise<ExitCode>;
}
