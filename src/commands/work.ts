import { hostname } from 'node:os';

import { exitCodes } from '../errors.ts';
import { printable } from '../printable.ts';
import { paceRules } from '../settings/pace-options.ts';
import { text } from '../settings/read-flag.ts';
import { serverOptions } from '../settings/server-options.ts';
import { createProgress } from '../terminal/progress.ts';
import { say, type Terminal } from '../terminal/terminal.ts';
import { counted } from '../terminal/wording.ts';
import { fromFlags, type Flags } from '../settings/rules.ts';
import type { Command } from './command.ts';
import { neededQueue, queueFlag } from '../settings/queue-option.ts';
import { connectionSettings } from './connection-settings.ts';
import { credentialFlags, networkFlags, paceFlags, serverFlags } from './flags.ts';
import { allOf, gather } from './gather.ts';

export const workCommand: Command = {
  name: 'work',
  describe: 'Takes part in shared runs from this machine, until it is told to stop',
  flags: {
    ...queueFlag,
    run: { value: 'name', describe: 'Only in this run, and until it has ended' },
    ...serverFlags,
    ...credentialFlags,
    ...networkFlags,
    ...paceFlags,
  },
  examples: [
    [
      'work --queue postgres://offboard@db.example/offboard',
      'in all runs that go to the same host and user pool, one after another',
    ],
    [
      'work --queue postgres://offboard@db.example/offboard --run offboard-leavers-20261124T170000Z',
      'in this one',
    ],
  ],
  async run(_, flags, terminal) {
    const settings = gathered(flags, terminal);
    const { work } = await import('../workflow/shared/work.ts');
    const { queue, server, pace, connection } = settings;
    let progress = createProgress(terminal);
    say(terminal, `Working at ${server.host} from ${hostname()}. Ctrl-C leaves, and others go on.`);
    const { runs, kept, stop } = await work(queue, {
      run: text(flags, 'run'),
      server,
      pace,
      ...connection,
      onEvent: (event) => progress.listen(event),
      onRun({ name, left, state, why }) {
        progress.close();
        progress = createProgress(terminal);
        const goesOn = left
          ? `left ${printable(name)}, which is ${state}`
          : `takes part in ${printable(name)}`;
        say(terminal, `${new Date().toISOString()} ${goesOn}.${why === undefined ? '' : ` ${why}`}`);
      },
      onPassedOver(name, why) {
        say(terminal, `Passes over ${printable(name)}. ${printable(why)}`);
      },
      onOthersReplies(file) {
        say(
          terminal,
          `${printable(file)} holds replies of a run that this queue does not have: delete it if the run was forgotten.`,
        );
      },
      stopSignal: terminal.stopSignal,
      abortSignal: terminal.abortSignal,
    }).finally(() => progress.close());
    say(terminal, `Took part in ${counted(runs, 'run')}.`);
    for (const file of kept) {
      say(
        terminal,
        `The queue does not have what was answered and is kept in ${printable(file)}: start a worker here again once it can be reached.`,
        'bad',
      );
    }
    if (stop === undefined) return exitCodes.succeeded;
    if (terminal.stopSignal.aborted && stop.reason === 'interrupted') return exitCodes.interrupted;
    say(terminal, `Stopped. ${stop.message}`, 'bad');
    say(terminal, stop.hint);
    return exitCodes.stopped;
  },
};

/** All that is given, or one refusal that names all that is missing. */
function gathered(flags: Flags, terminal: Terminal) {
  const { attempt, faults } = gather();
  const queue = attempt(() => neededQueue(flags, terminal.environment));
  const server = attempt(() => serverOptions(flags, terminal.environment));
  // What is not given is as each run has it.
  const pace = attempt(() => fromFlags(paceRules, flags));
  const connection = attempt(() => connectionSettings(flags, terminal, server?.host));
  if (!queue || !server || !pace || !connection) throw allOf(faults, []);
  return { queue, server, pace, connection };
}
