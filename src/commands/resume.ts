import { UserError } from '../errors.ts';
import { failureLimit } from '../guards.ts';
import { printable } from '../input/printable.ts';
import { readRunFile } from '../journal/run-file.ts';
import { resume } from '../offboard.ts';
import { paceOptions, serverOptions, type Flags } from '../options.ts';
import type { RunChoices } from '../run-choices.ts';
import { say, type Terminal } from '../terminal/terminal.ts';
import type { Command, Flag } from './command.ts';
import { connectionSettings } from './connection-settings.ts';
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
import { runCommand } from './run.ts';
import { refuseWithoutTerminal, workOn } from './work-on.ts';

const { host } = serverFlags;
const { 'stop-after-failures': stopAfterFailures } = guardFlags;

const ownFlags = {
  'retry-failed': { describe: 'Also try again the calls that ended without success' },
  host: { value: host.value, describe: "Checked against the run's own, which cannot be changed" },
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
    const { input, options, confirmed } = await readRunFile<RunChoices>(folder);
    if (options.server !== null) refuseOtherHost(options.server.host, flags, terminal);
    const connection = connectionSettings(flags, terminal, options.server?.host);
    const pace = paceOptions(flags, options.pace);
    const guards = { stopAfterFailures: failureLimit(flags) ?? options.guards.stopAfterFailures };
    if (!confirmed) refuseWithoutTerminal(terminal, flags);
    const retryFailed = flags['retry-failed'] === true;
    say(
      terminal,
      `Going on with ${printable(input.name)}${options.server === null ? '' : ` at ${options.server.host}`}.`,
    );
    return workOn(terminal, flags, (hooks) =>
      resume(folder, { retryFailed, pace, guards, ...connection, ...hooks }),
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

/** The same phone number may be someone else's at another host. */
function refuseOtherHost(own: string, flags: Flags, terminal: Terminal): void {
  if (flags['host'] === undefined && !terminal.environment['GENAUTH_HOST']) return;
  const asked = serverOptions(flags, terminal.environment).host;
  if (asked === own) return;
  throw new UserError(
    `This run goes to ${own}, and ${flags['host'] === undefined ? 'GENAUTH_HOST' : '--host'} says ${asked}.`,
    {
      hint: 'Leave it away to go on with the run, or start a new run for the other host.',
    },
  );
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
