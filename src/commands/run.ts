import type { ExitCode } from '../errors.ts';
import { guardOptions } from '../settings/guard-options.ts';
import { CopyError } from '../files/disk-error.ts';
import { refuseTakenFolder } from '../run-folder/run-folder.ts';
import { run } from '../workflow/run.ts';
import { paceOptions } from '../settings/pace-options.ts';
import { planOptions } from '../settings/plan-options.ts';
import { queueFlag, queueOf } from '../settings/queue-option.ts';
import { serverOptions } from '../settings/server-options.ts';
import { text } from '../settings/read-flag.ts';
import type { Flags } from '../settings/rules.ts';
import { commandLine, programName } from '../settings/shell.ts';
import { ontoFreeFolder } from './changed-words.ts';
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
  outFlag,
  skipInvalidFlag,
  serverFlags,
  verifyFlag,
} from './flags.ts';
import { allOf, faultsOfInput, gather } from './gather.ts';
import { sayReading } from '../terminal/read-line.ts';
import { openKeyboard } from '../terminal/keyboard.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { sharingOf } from './queue-of-run.ts';
import { thenVerify } from './then-verify.ts';
import { refuseWithoutTerminal, watchRun } from './watch-run.ts';

export const runCommand: Command = {
  name: 'run',
  describe: 'Checks the file, asks, signs the users out, and reports on every row',
  argument: { name: 'input', describe: 'CSV file or Excel workbook (.xlsx) of users, or - for stdin' },
  flags: {
    ...outFlag,
    ...serverFlags,
    ...credentialFlags,
    ...networkFlags,
    ...planFlags,
    ...paceFlags,
    ...skipInvalidFlag,
    ...guardFlags,
    ...queueFlag,
    ...askFlags,
    ...verifyFlag,
    ...jsonFlag,
    ...logFlag,
  },
  examples: [
    ['run leavers.csv', 'with GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET in the environment'],
    [
      'run everyone.csv --app-ids 66a1bb000000000000000001,66a1bb000000000000000002 --rate 200 --yes',
      'without a question, 200 attempts a second at most',
    ],
  ],
  async run(input, flags, terminal) {
    if (input !== '-') return runFrom(input, input, flags, terminal);
    const keyboard = openKeyboard(terminal);
    try {
      return await runFrom(input, terminal.stdin, flags, { ...terminal, stdin: keyboard ?? terminal.stdin });
    } finally {
      keyboard?.destroy();
    }
  },
};

/** @param input as it was given. @param source what it is read from. @param terminal with the stdin that questions are answered on. */
async function runFrom(
  input: string,
  source: string | Terminal['stdin'],
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  const isStdinTaken = terminal.stdin === source;
  const { connection, folder, ...options } = await checkedSettings(input, flags, terminal, isStdinTaken);
  sayFewerInFlight(terminal, options.pace);
  if (typeof source !== 'string') sayReading(terminal, source);
  const elsewhere = (host: string): string => sameAgain(input, { ...flags, out: undefined, host });
  const { host } = options.server;
  const where = { host, elsewhere, anew: flags['verify'] === true ? ['--verify'] : [] };
  const settings = { host, pace: options.pace, ...connection };
  const sharing = await sharingOf(queueOf(flags, terminal.environment));
  try {
    return await thenVerify(terminal, flags, { host, settings }, (shown, keep) =>
      watchRun(shown, flags, where, (hooks) =>
        run(source, { folder, ...options, ...connection, ...hooks, sharing }).then(keep, (error: unknown) => {
          // There is no run that could be resumed.
          if (error instanceof CopyError) terminal.crash.resumeCommand = sameAgain(input, flags);
          throw error;
        }),
      ),
    );
  } finally {
    await sharing?.close();
  }
}

/** All that is needed before the file is read, or one refusal that names all that is missing, the file's own faults included. */
async function checkedSettings(input: string, flags: Flags, terminal: Terminal, isStdinTaken: boolean) {
  const { attempt, faults } = gather();
  const plan = attempt(() => planOptions(flags));
  const server = attempt(() => serverOptions(flags, terminal.environment));
  const pace = attempt(() => paceOptions(flags));
  const guards = attempt(() => guardOptions(flags));
  const folder = attempt(() => freeFolder(flags));
  const connection = attempt(() => connectionSettings(flags, terminal, server?.host));
  attempt(() => queueOf(flags, terminal.environment));
  const isAnswered = attempt(() => refuseWithoutTerminal(terminal, flags, isStdinTaken)) ?? false;
  const isComplete = plan && server && pace && guards && connection && isAnswered && faults.length === 0;
  if (isComplete) return { plan, server, pace, guards, folder, connection };
  const ofInput = await faultsOfInput(input, plan, guards, terminal.stopSignal);
  const further = isAnswered ? [] : ['--yes'];
  const canBePasted = flags['access-key-secret'] === undefined;
  throw allOf([...ofInput, ...faults], canBePasted ? further : undefined);
}

/** The folder that was asked for, which must not be there. */
function freeFolder(flags: Flags): string | undefined {
  const folder = text(flags, 'out');
  if (folder !== undefined) refuseTakenFolder(folder);
  return folder;
}

function sameAgain(input: string, flags: Flags): string {
  const given = Object.keys(runCommand.flags).flatMap((name) => {
    const value = flags[name];
    if (value === true) return `--${name}`;
    return typeof value === 'string' ? `--${name}=${value}` : [];
  });
  return commandLine(programName, ...ontoFreeFolder(['run', input, ...given]));
}
