import path from 'node:path';

import { UserError } from '../errors.ts';
import { hostPlaceholder } from '../settings/placeholders.ts';
import { commandLine } from '../settings/shell.ts';
import { isProven, otherHost } from '../host-proof.ts';
import { failureLimit } from '../guards.ts';
import { printable } from '../input/printable.ts';
import { readRunFile } from '../journal/run-file.ts';
import { resume } from '../offboard.ts';
import { paceOptions, planFlags, serverOptions, type Flags } from '../options.ts';
import type { RunChoices } from '../run-choices.ts';
import { askFor } from '../terminal/ask.ts';
import { isInteractive, say, type Terminal } from '../terminal/terminal.ts';
import type { Command, Flag } from './command.ts';
import { connectionSettings, sayFewerInFlight } from './connection-settings.ts';
import {
  askFlags,
  credentialFlags,
  guardFlags,
  jsonFlag,
  logFlag,
  networkFlags,
  paceFlags,
  serverFlags,
} from './flags.ts';
import { programName } from './refuse.ts';
import { runCommand } from './run.ts';
import { refuseWithoutTerminal, workOn } from './work-on.ts';

const { host } = serverFlags;
const { 'stop-after-failures': stopAfterFailures } = guardFlags;

const ownFlags = {
  'retry-failed': { describe: 'Also try again the calls that ended without success' },
  host: {
    value: host.value,
    describe:
      "The run's own, to be compared; needed when run.json was changed or the access key secret is another one",
  },
  ...credentialFlags,
  ...networkFlags,
  ...withoutDefaults(paceFlags),
  'stop-after-failures': {
    value: stopAfterFailures.value,
    describe: `${stopAfterFailures.describe} [as the run had it, counted anew]`,
  },
  ...askFlags,
  ...jsonFlag,
  ...logFlag,
} as const satisfies Record<string, Flag>;

/** What the calls are and where they go was decided by `run`, and half a run done in another way would be neither. */
const fixedFlags = Object.entries<Flag>(runCommand.flags).filter(([name]) => !Object.hasOwn(ownFlags, name));

export const resumeCommand: Command = {
  name: 'resume',
  describe: 'Goes on where a run stopped, with its own host, input and options',
  argument: { name: 'run-folder', describe: 'The folder that the run printed' },
  flags: {
    ...ownFlags,
    ...Object.fromEntries(fixedFlags.map(([name, flag]) => [name, { ...flag, hidden: true }])),
  },
  examples: [
    ['resume offboard-leavers-20261124T170000Z', 'finishes what is open'],
    ['resume offboard-leavers-20261124T170000Z --retry-failed', 'tries again what failed, too'],
  ],
  async run(folder, flags, terminal) {
    refuseFixed(flags);
    const run = await readRunFile<RunChoices>(folder);
    const { input, options, confirmed } = run;
    let host = givenHost(flags, terminal);
    if (host !== undefined && options.server !== null && host !== options.server.host) {
      const says = flags['host'] === undefined ? 'GENAUTH_HOST' : '--host';
      throw otherHost(options.server.host, `${says} says ${host}`);
    }
    const connection = connectionSettings(flags, terminal, options.server?.host);
    const pace = paceOptions(flags, options.pace);
    sayFewerInFlight(terminal, pace);
    const guards = { stopAfterFailures: failureLimit(flags) ?? options.guards.stopAfterFailures };
    if (!confirmed) refuseWithoutTerminal(terminal, flags);
    const isProvenOrGiven = host !== undefined || isProven(run, connection.credentials);
    if (!isProvenOrGiven && flags['yes'] !== true && isInteractive(terminal))
      host = await askForHost(terminal);
    const retryFailed = flags['retry-failed'] === true;
    say(
      terminal,
      `Going on with ${printable(input.name)}${options.server === null ? '' : ` at ${options.server.host}`}.`,
    );
    const elsewhere = commandLine(
      programName,
      'run',
      path.join(folder, input.file),
      ...planFlags(options.plan),
      `--host=${hostPlaceholder}`,
    );
    return workOn(terminal, flags, { host: options.server?.host, elsewhere }, (hooks) =>
      resume(folder, { host, retryFailed, pace, guards, ...connection, ...hooks }),
    );
  },
};

function refuseFixed(flags: Flags): void {
  const [name] = fixedFlags.find(([name]) => flags[name] !== undefined) ?? [];
  if (name === undefined) return;
  throw new UserError(
    `--${name} belongs to \`run\`: a run keeps it to its end, and \`resume\` cannot change it.`,
    {
      hint: 'Leave it away to go on as planned. To do what is still open in another way, start a new run with retry.csv.',
    },
  );
}

/** What flag or environment say; whoever set them knows where the credentials may go. */
function givenHost(flags: Flags, { environment }: Terminal): string | undefined {
  if (flags['host'] === undefined && !environment['GENAUTH_HOST']) return undefined;
  return serverOptions(flags, environment).host;
}

/** Not shown first: what stands in the file may be somebody else's, and would only be typed off. */
async function askForHost(terminal: Terminal): Promise<string | undefined> {
  say(
    terminal,
    'The run was changed, or started with another access key secret, so its host has to be given.',
  );
  const typed = await askFor(terminal, 'Type the host that it was started for: ');
  if (!typed) return undefined;
  return /^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`;
}

function withoutDefaults(flags: typeof paceFlags) {
  const { concurrency, rate, retries, timeout, 'give-up-after': giveUpAfter } = flags;
  const kept = ' [as the run had it]';
  return {
    concurrency: { value: concurrency.value, describe: concurrency.describe + kept },
    rate: { value: rate.value, describe: rate.describe + kept },
    retries: { value: retries.value, describe: retries.describe + kept },
    timeout: { value: timeout.value, describe: timeout.describe + kept },
    'give-up-after': { value: giveUpAfter.value, describe: giveUpAfter.describe + kept },
  };
}
