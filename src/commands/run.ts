import { guardOptions } from '../guards.ts';
import { CopyError } from '../input/file-error.ts';
import { run } from '../offboard.ts';
import { paceOptions, planOptions, serverOptions, text, type Flags } from '../options.ts';
import { commandLine } from '../settings/shell.ts';
import type { Command } from './command.ts';
import { connectionSettings, sayFewerInFlight } from './connection-settings.ts';
import {
  askFlags,
  credentialFlags,
  guardFlags,
  jsonFlag,
  logFlag,
  networkFlags,
  paceFlags,
  planFlags,
  runOnlyFlags,
  serverFlags,
} from './flags.ts';
import { programName } from './refuse.ts';
import { refuseWithoutTerminal, workOn } from './work-on.ts';

export const runCommand: Command = {
  name: 'run',
  describe: 'Checks the file, asks, signs the users out, and reports on every row',
  argument: { name: 'input', describe: 'CSV file or Excel workbook (.xlsx) of users, or - for stdin' },
  flags: {
    out: runOnlyFlags.out,
    ...serverFlags,
    ...credentialFlags,
    ...networkFlags,
    ...planFlags,
    ...paceFlags,
    'skip-invalid': runOnlyFlags['skip-invalid'],
    ...guardFlags,
    ...askFlags,
    ...jsonFlag,
    ...logFlag,
  },
  examples: [
    ['run leavers.csv', 'with GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET in the environment'],
    [
      'run everyone.csv --app-ids app1,app2 --rate 200 --yes',
      'without a question, 200 attempts a second at most',
    ],
  ],
  async run(input, flags, terminal) {
    const plan = planOptions(flags);
    const server = serverOptions(flags, terminal.environment);
    const pace = paceOptions(flags);
    const guards = guardOptions(flags);
    const folder = text(flags, 'out');
    const connection = connectionSettings(flags, terminal, server.host);
    sayFewerInFlight(terminal, pace);
    refuseWithoutTerminal(terminal, flags);
    return workOn(terminal, flags, server.host, (hooks) =>
      run(input === '-' ? terminal.stdin : input, {
        folder,
        plan,
        server,
        pace,
        guards,
        ...connection,
        ...hooks,
      }).catch((error: unknown) => {
        // No folder is left that could be resumed.
        if (error instanceof CopyError) terminal.crash.wayOn = sameAgain(input, flags);
        throw error;
      }),
    );
  },
};

function sameAgain(input: string, flags: Flags): string {
  const given = Object.keys(runCommand.flags).flatMap((name) => {
    const value = flags[name];
    if (value === true) return `--${name}`;
    return typeof value === 'string' ? `--${name}=${value}` : [];
  });
  return commandLine(programName, 'run', input, ...given);
}
