import path from 'node:path';

import { UserError, hostPlaceholder, refuseInterrupted } from '../errors.ts';
import { commandLine, programName } from '../settings/shell.ts';
import { isProven, otherHost, unprovenHost } from '../workflow/host-proof.ts';
import { failureLimit } from '../settings/guard-options.ts';
import { printable } from '../printable.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { flagWords, type Flags, type Flag } from '../settings/rules.ts';
import { paceOptions } from '../settings/pace-options.ts';
import { delimiterWords, planFlags } from '../settings/plan-options.ts';
import { queueFlag } from '../settings/queue-option.ts';
import { serverOptions } from '../settings/server-options.ts';
import { text } from '../settings/read-flag.ts';
import type { Run, RunChoices, RunPlan } from '../workflow/stored-run.ts';
import { askFor } from '../terminal/read-line.ts';
import { isInteractive, say, type Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { connectionSettings, sayFewerInFlight } from './connection-settings.ts';
import {
  askFlags,
  credentialFlags,
  failureLimitFlag,
  jsonFlag,
  logFlag,
  networkFlags,
  paceFlags,
  verifyFlag,
} from './flags.ts';
import { allOf, gather } from './gather.ts';
import { bringShared, resuming } from './queue-of-run.ts';
import { runCommand } from './run.ts';
import { fileWord, guardWords, paceWords, serverWords } from './whole-command.ts';
import { thenVerify } from './then-verify.ts';
import { refuseWithoutTerminal, watchRun } from './watch-run.ts';

const ownFlags = {
  'retry-failed': { describe: 'Also try again the calls that ended without success' },
  host: {
    value: 'url',
    describe:
      "The run's own, to be compared; needed when run.json was changed or the access key secret is another one",
  },
  ...credentialFlags,
  ...networkFlags,
  ...asBefore(paceFlags, 'as the run had it'),
  ...asBefore(failureLimitFlag, 'as the run had it, counted anew'),
  ...queueFlag,
  ...askFlags,
  ...verifyFlag,
  ...jsonFlag,
  ...logFlag,
} satisfies Record<string, Flag>;

/** What the calls are and where they go was decided by `run`, and half a run done in another way would be neither. */
const fixedFlags = Object.entries<Flag>(runCommand.flags).filter(([name]) => !Object.hasOwn(ownFlags, name));

export const resumeCommand: Command = {
  name: 'resume',
  describe: 'Goes on where a run stopped, with its own host, plan and options',
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
    const { queue } = (await bringShared(folder, flags, terminal.environment)) ?? {};
    const { run, connection, pace, guards, host } = await settings(folder, flags, terminal);
    const goOn = await resuming(queue);
    const { input, options } = run;
    sayFewerInFlight(terminal, pace);
    const isHostKnown = host !== undefined || isProven(run, connection.credentials);
    const typed = isHostKnown ? undefined : await askForHost(terminal);
    say(
      terminal,
      `Going on with ${printable(input.name)}${options.server === null ? '' : ` at ${options.server.host}`}.`,
    );
    const where = { host: options.server?.host, elsewhere: elsewhere(folder, run), anew: anewWords(flags) };
    const retryFailed = flags['retry-failed'] === true;
    const of = { host: where.host, settings: { host: host ?? typed, pace, ...connection } };
    return thenVerify(terminal, flags, of, (shown, keep) =>
      watchRun(shown, flags, where, async (hooks) =>
        keep(await goOn(folder, { host: host ?? typed, retryFailed, pace, guards, ...connection, ...hooks })),
      ),
    );
  },
};

/** All that is needed before anything is done, or one refusal that names all that is missing. */
async function settings(folder: string, flags: Flags, terminal: Terminal) {
  const { attempt, faults } = gather();
  const read = await readRunFile<RunChoices, RunPlan>(folder).catch((error: unknown) => ({ error }));
  const run = attempt(() => {
    if ('error' in read) throw read.error;
    return read;
  });
  const isFree = attempt(() => refuseFixed(flags)) ?? false;
  const server = run?.options.server ?? undefined;
  const pace = attempt(() => paceOptions(flags, run?.options.pace));
  const limit = attempt(() => ({ stopAfterFailures: failureLimit(flags) }));
  const connection = attempt(() => connectionSettings(flags, terminal, server?.host));
  const given = attempt(() => ({ host: givenHost(flags, terminal) }));
  const isProvenHere = run !== undefined && connection !== undefined && isProven(run, connection.credentials);
  const isRight = attempt(() => refuseOtherHost(server?.host, given?.host, flags, isProvenHere)) ?? false;
  const isAnswered =
    run === undefined || run.confirmed || (attempt(() => refuseWithoutTerminal(terminal, flags)) ?? false);
  const isSure =
    attempt(() => {
      const canBeAsked = flags['yes'] !== true && isInteractive(terminal);
      const isKnown = isProvenHere || given?.host !== undefined || connection === undefined;
      if (run === undefined || isKnown || canBeAsked) return true;
      throw unprovenHost(folder);
    }) ?? false;
  if (run && pace && limit && connection && given && isFree && isRight && isAnswered && isSure) {
    const guards = { stopAfterFailures: limit.stopAfterFailures ?? run.options.guards.stopAfterFailures };
    return { run, connection, pace, guards, host: given.host };
  }
  const canBePasted = flags['access-key-secret'] === undefined && run !== undefined;
  throw allOf(faults, canBePasted ? (isAnswered ? [] : ['--yes']) : undefined);
}

/** @returns true: the host that was given is the run's, or none was. */
function refuseOtherHost(
  own: string | undefined,
  given: string | undefined,
  flags: Flags,
  isProvenHere: boolean,
): true {
  if (own === undefined || given === undefined || own === given) return true;
  const says = flags['host'] === undefined ? 'GENAUTH_HOST' : '--host';
  // What only the file says may be somebody else's, and would be pasted all the same.
  throw otherHost(own, `${says} says ${given}`, isProvenHere ? own : hostPlaceholder);
}

/** What this session was given and the next one has to be, too. */
function anewWords(flags: Flags): string[] {
  const given = Object.keys({ ...paceFlags, ...failureLimitFlag }).flatMap((name) =>
    flagWords(`--${name}`, text(flags, name)),
  );
  return flags['verify'] === true ? [...given, '--verify'] : given;
}

/** The command that does the same at another host. */
function elsewhere(folder: string, { input, protect, options }: Run): (host: string) => string {
  const { plan, server, pace, guards } = options;
  const { sheet, encoding, delimiter, skipInvalid } = plan;
  const pinned = { ...plan, protect: protect === null ? undefined : path.join(folder, protect.file) };
  const words = [
    'run',
    fileWord(path.join(folder, input.file)),
    ...flagWords('--sheet', sheet),
    ...flagWords('--encoding', encoding),
    ...delimiterWords(delimiter),
    ...planFlags(pinned),
    ...(skipInvalid ? ['--skip-invalid'] : []),
    ...serverWords(server),
    ...paceWords(pace),
    ...guardWords(guards),
  ];
  return (host) => commandLine(programName, ...words, `--host=${host}`);
}

/** @returns true: there are none. */
function refuseFixed(flags: Flags): true {
  const [name] = fixedFlags.find(([name]) => flags[name] !== undefined) ?? [];
  if (name === undefined) return true;
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
  refuseInterrupted(terminal);
  if (!typed) return undefined;
  return /^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`;
}

/** What is not given stays as it was, whatever it is otherwise. */
function asBefore(flags: Readonly<Record<string, Flag>>, kept: string): Record<string, Flag> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { describe, value }]) => [
      name,
      { ...(value === undefined ? {} : { value }), describe: `${describe} [${kept}]` },
    ]),
  );
}
