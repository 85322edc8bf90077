import type { ExitCode } from '../errors.ts';
import type { Flags } from '../settings/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A flag as help shows it. All values arrive as text and are checked in `options.ts`. */
export interface Flag {
  readonly describe: string;
  /** Absent: the flag takes no value. */
  readonly value?: string;
  /** The flag may stand without its value. */
  readonly isValueOptional?: true;
  /** Shown in the help; `options.ts` holds the defaults. */
  readonly default?: string | number;
  /** Known only to be refused with a reason, and not shown. */
  readonly hidden?: true;
}

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
