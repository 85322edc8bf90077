import { hostname } from 'node:os';

import { exitCodes } from '../errors.ts';
import { printable } from '../printable.ts';
import { neededQueue, queueFlag } from '../settings/queue-option.ts';
import { commandLine, programName } from '../settings/shell.ts';
import { say } from '../terminal/terminal.ts';
import type { Command } from './command.ts';

export const stopCommand: Command = {
  name: 'stop',
  describe: 'Ends a shared run for all of its workers, resumable',
  argument: { name: 'run', describe: 'Its name, as `runs` shows it' },
  flags: { ...queueFlag },
  examples: [['stop offboard-leavers-20261124T170000Z', 'what is in flight ends, and nothing more is sent']],
  async run(name, flags, terminal) {
    const queue = neededQueue(flags, terminal.environment);
    const { stopRun } = await import('../workflow/shared/runs-of-queue.ts');
    await stopRun(queue, name, hostname());
    say(terminal, `${printable(name)} is stopped. Each worker leaves it within a second or two.`);
    say(terminal, `Go on with: ${commandLine(programName, 'resume', name)}`);
    return exitCodes.succeeded;
  },
};
