import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { exitCodes, UserError } from '../errors.ts';
import { isObjectId } from '../input/cell/evidence.ts';
import { foldName } from '../input/cell/known-apps.ts';
import { printable } from '../printable.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { guardOptions } from '../settings/guard-options.ts';
import { check } from '../workflow/check.ts';
import { run } from '../workflow/run.ts';
import { withinOpenFiles } from '../workflow/open-files.ts';
import { paceOptions } from '../settings/pace-options.ts';
import { planOptions, type PlanOptions } from '../settings/plan-options.ts';
import { text } from '../settings/read-flag.ts';
import { maxCountedApps } from '../survey/app-counts.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { sayReading } from '../terminal/read-line.ts';
import { showPlan } from '../terminal/show-plan.ts';
import { print, say, sayLines, type Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { faultSet, faultSetFlag } from './fault-flags.ts';
import { guardFlags, jsonFlag, logFlag, paceFlags, planFlags, outFlag, skipInvalidFlag } from './flags.ts';
import { watchRun } from './watch-run.ts';

/** Looks like a real export of leavers, and holds a user that does not exist and one that is throttled at first. */
const bundledInput = fileURLToPath(new URL('../../fixtures/leavers.csv', import.meta.url));

/** As long as a call to a server far away takes, so that there is something to see. */
const latencyMs = { min: 40, max: 160 };

export const demoCommand: Command = {
  name: 'demo',
  describe: 'Does a whole run against a simulated GenAuth: with a bundled file, or with yours as a rehearsal',
  argument: {
    name: 'input',
    describe: 'CSV file or Excel workbook (.xlsx) of users, or - for stdin [a bundled one]',
    optional: true,
  },
  flags: {
    ...outFlag,
    ...faultSetFlag,
    ...planFlags,
    ...skipInvalidFlag,
    ...paceFlags,
    ...guardFlags,
    ...jsonFlag,
    ...logFlag,
  },
  examples: [
    ['demo', 'shows what a run looks like'],
    ['demo --faults bad-night', 'shows what a run lives through'],
    ['demo leavers.csv', 'rehearses a run with your own file; no tenant is touched'],
  ],
  async run(input, flags, terminal) {
    const options = {
      plan: planOptions(flags),
      // Both ends of each connection are in this process.
      pace: withinOpenFiles(paceOptions(flags), 2),
      guards: guardOptions(flags),
      folder: text(flags, 'out'),
    };
    const source = input === '-' ? terminal.stdin : input === '' ? bundledInput : input;
    if (input === '-') sayReading(terminal, terminal.stdin);
    const apps = typeof source === 'string' ? await appsOf(source, options.plan, terminal.stopSignal) : [];
    const faults = faultSet(flags) ?? { latencyMs, retryAfter: 1 };
    const simulator = await startSimulator({ faults, apps });
    try {
      say(terminal, `Practising against a simulated GenAuth at ${simulator.url}; no tenant is touched.`);
      let folder: string | undefined;
      const { accessKeyId, accessKeySecret, url } = simulator;
      const exitCode = await watchRun(
        terminal,
        { ...flags, yes: true },
        { host: url, elsewhere: undefined },
        (hooks) =>
          run(source, {
            ...options,
            ...hooks,
            server: { host: url },
            credentials: { accessKeyId, accessKeySecret },
            // The plan is shown below, with all that there is to say.
            confirm: undefined,
            onEvent(event) {
              if (event.type === 'started') folder = event.folder;
              if (event.type === 'checked')
                sayLines(terminal, [...showPlan(event.plan, options.pace.rate), { text: '' }]);
              // It takes whatever apps the file names.
              if (event.type !== 'not_listed') hooks.onEvent(event);
            },
          }),
        // The simulated server goes with the demo, so there is nobody to go on with.
        false,
      );
      if (folder !== undefined && flags['json'] !== true) await showReport(terminal, folder);
      return exitCode === exitCodes.incomplete ? exitCodes.succeeded : exitCode;
    } finally {
      await simulator.close();
    }
  },
};

/** The begin of IDs that no input is likely to have. */
const madeUp = 'de7035';

/**
 * The apps of the simulated user pool, so that a file that calls them by their names can be rehearsed: `name=id` for each that it names.
 * @returns none where it names none, as then any app ID is taken; and none where the file is refused, which the run says.
 */
async function appsOf(input: string, plan: PlanOptions, stopSignal: AbortSignal): Promise<string[]> {
  const { usersByApp } = await check(input, { ...plan, allowDamagedIds: true }, { stopSignal }).catch(
    (error: unknown) => {
      if (error instanceof UserError) return { usersByApp: [] };
      throw error;
    },
  );
  const named = [...new Map(usersByApp.map(({ appId }) => [foldName(appId), appId])).values()];
  if (named.every(isObjectId) || usersByApp.length >= maxCountedApps) return [];
  return named.map((app, at) =>
    isObjectId(app) ? `App ${app}=${app}` : `${app}=${madeUp}${String(at + 1).padStart(18, '0')}`,
  );
}

/** The report's header and its first two rows, as they stand in the file. */
async function showReport(terminal: Terminal, folder: string): Promise<void> {
  const file = await open(runFiles(folder).report);
  const shown: string[] = [];
  for await (const line of file.readLines()) {
    shown.push(`  ${printable(line.replace(/^\uFEFF/, ''), 200)}`);
    if (shown.length === 3) break;
  }
  await file.close();
  await print(terminal, ['', 'It begins:', ...shown].join('\n'));
}
