import type { ExitCode } from '../errors.ts';
import { printable } from '../printable.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { paceOptions } from '../settings/pace-options.ts';
import { queueFlag } from '../settings/queue-option.ts';
import { flagsOf, type Flags, type Flag } from '../settings/rules.ts';
import { serverOptions } from '../settings/server-options.ts';
import { verifyOptions, verifyRules } from '../settings/verify-options.ts';
import { createProgress } from '../terminal/progress.ts';
import { showVerification } from '../terminal/show-verification.ts';
import { print, say, type Terminal } from '../terminal/terminal.ts';
import { counted } from '../terminal/wording.ts';
import type { RunChoices, RunPlan } from '../workflow/stored-run.ts';
import type { Verified } from '../workflow/verify.ts';
import type { VerifySettings } from '../workflow/verify-settings.ts';
import type { Command } from './command.ts';
import { connectionSettings, sayFewerInFlight } from './connection-settings.ts';
import { credentialFlags, jsonFlag, networkFlags, paceFlags } from './flags.ts';
import { allOf, gather } from './gather.ts';
import { bringShared, queueOfRun, verifying } from './queue-of-run.ts';
import { verifyCommandLine, type OfRun } from './whole-command.ts';

const ownFlags = {
  ...flagsOf(verifyRules),
  ...queueFlag,
  host: {
    value: 'url',
    describe:
      "The run's own, to be compared; needed when run.json was changed or the access key secret is another one",
  },
  ...credentialFlags,
  ...networkFlags,
  ...paceFlags,
  ...jsonFlag,
} satisfies Record<string, Flag>;

export const verifyCommand: Command = {
  name: 'verify',
  describe: 'Looks whether the sessions that a run has ended are gone',
  argument: { name: 'run-folder', describe: 'The folder that the run printed' },
  flags: ownFlags,
  examples: [
    ['verify offboard-leavers-20261124T170000Z', 'looks for each session, and writes verification.csv'],
    [
      'verify offboard-leavers-20261124T170000Z --rekick --watch 2h',
      'ends what has survived once more, and looks again every 5 minutes until somebody is back',
    ],
  ],
  async run(folder, flags, terminal) {
    await bringShared(folder, flags, terminal.environment);
    const settings = await gathered(folder, flags, terminal);
    sayFewerInFlight(terminal, settings.pace);
    const { input, options } = await readRunFile<RunChoices, RunPlan>(folder);
    const at = options.server === null ? '' : ` at ${options.server.host}`;
    say(terminal, `Looking for the sessions of ${printable(input.name)}${at}.`);
    const of: OfRun = {
      folder,
      host: options.server?.host,
      isHostSure: true,
      flags,
      anew: [],
      environment: terminal.environment,
    };
    return watchVerify(terminal, flags, of, settings);
  },
};

/** What a command gives to a look; the rest is shown and stopped by the terminal. */
export type VerifySettingsOfCommand = Omit<VerifySettings, 'onEvent' | 'stopSignal' | 'abortSignal'>;

/** Shows the look while it goes on, and what it has seen. */
export async function watchVerify(
  terminal: Terminal,
  flags: Flags,
  of: OfRun,
  settings: VerifySettingsOfCommand,
): Promise<ExitCode> {
  const doing = await verifying(await queueOfRun(of.folder, flags, terminal.environment));
  const progress = createProgress(terminal);
  const goOn = verifyCommandLine(of, settings);
  terminal.crash.resumeCommand = goOn;
  try {
    const verified = await doing(of.folder, {
      ...settings,
      onEvent: (event) => progress.listen(event),
      stopSignal: terminal.stopSignal,
      abortSignal: terminal.abortSignal,
    }).finally(() => progress.close());
    await tell(terminal, flags, verified, goOn);
    sayNext(terminal, verified, of, settings);
    return verified.exitCode;
  } finally {
    terminal.crash.resumeCommand = undefined;
  }
}

async function tell(
  terminal: Terminal,
  flags: Flags,
  { folder, summary, stop, back }: Verified,
  goOn: string,
): Promise<void> {
  const { verification } = summary;
  if (flags['json'] === true)
    await print(terminal, JSON.stringify({ folder, ...summary, back }, undefined, 2));
  else if (verification !== null) {
    await print(terminal, [
      ...showVerification(verification, back),
      { text: '' },
      { text: `Page     ${runFiles(folder).page}, for a browser` },
      { text: `Sessions ${runFiles(folder).verification}` },
      { text: `Report   ${runFiles(folder).report}` },
    ]);
  }
  if (stop === undefined) return;
  say(terminal, '');
  say(terminal, `Stopped before the end. ${stop.message}`, 'bad');
  say(terminal, stop.hint);
  say(terminal, `Go on with: ${goOn}`);
}

/** What a look that has come to its end leaves to be done. */
function sayNext(
  terminal: Terminal,
  { summary, stop }: Verified,
  of: OfRun,
  settings: VerifySettingsOfCommand,
): void {
  if (stop !== undefined || summary.verification === null) return;
  const { survived, not_checked: unchecked, total } = summary.verification.sessions;
  if (survived > 0) {
    say(terminal, '');
    if (settings.rekick === true) {
      say(
        terminal,
        `${counted(survived, 'session')} survived each further kick: end them in the GenAuth console.`,
      );
    } else {
      say(
        terminal,
        `${counted(survived, 'session')} survived the kick. End ${survived === 1 ? 'it' : 'them'} once more, and nobody else's, with:`,
      );
      say(terminal, `  ${verifyCommandLine(of, { ...settings, rekick: true })}`);
    }
  }
  if (unchecked > 0 && summary.verification.control === 'seen') {
    say(terminal, '');
    say(terminal, 'Look for each session, and not for a sample, with:');
    say(terminal, `  ${verifyCommandLine(of, { ...settings, maxChecks: total })}`);
  }
}

/** All that is needed before anything is asked, or one refusal that names all that is missing. */
async function gathered(folder: string, flags: Flags, terminal: Terminal) {
  const { attempt, faults } = gather();
  const read = await readRunFile<RunChoices, RunPlan>(folder).catch((error: unknown) => ({ error }));
  const run = attempt(() => {
    if ('error' in read) throw read.error;
    return read;
  });
  const pace = attempt(() => paceOptions(flags, run?.options.pace));
  const options = attempt(() => verifyOptions(flags));
  const connection = attempt(() => connectionSettings(flags, terminal, run?.options.server?.host));
  const given = attempt(() => ({ host: givenHost(flags, terminal) }));
  if (run === undefined || !pace || !options || !connection || !given) throw allOf(faults, []);
  return { ...options, pace, ...connection, host: given.host };
}

/** What flag or environment say; whoever set them knows where the credentials may go. */
function givenHost(flags: Flags, { environment }: Terminal): string | undefined {
  if (flags['host'] === undefined && !environment['GENAUTH_HOST']) return undefined;
  return serverOptions(flags, environment).host;
}
