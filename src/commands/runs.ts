import { exitCodes } from '../errors.ts';
import { grouped, printable } from '../printable.ts';
import { neededQueue, queueFlag } from '../settings/queue-option.ts';
import { print, say } from '../terminal/terminal.ts';
import { counted } from '../terminal/wording.ts';
import type { Command } from './command.ts';
import { jsonFlag } from './flags.ts';

export const runsCommand: Command = {
  name: 'runs',
  describe: 'Lists the shared runs of a queue',
  flags: { ...queueFlag, ...jsonFlag },
  examples: [['runs --queue postgres://offboard@db.example/offboard', 'name, state, and how far each is']],
  async run(_, flags, terminal) {
    const queue = neededQueue(flags, terminal.environment);
    const { listRuns } = await import('../workflow/shared/runs-of-queue.ts');
    const runs = await listRuns(queue);
    if (flags['json'] === true) {
      await print(terminal, JSON.stringify(runs, undefined, 2));
      return exitCodes.succeeded;
    }
    if (runs.length === 0) say(terminal, 'The queue has no runs.');
    await print(
      terminal,
      runs.map(({ name, state, createdAt, calls, ended, users, workers, host }) => ({
        text: `${printable(name)}  ${state}, ${grouped(ended)} of ${counted(calls, 'call')}, ${counted(users, 'user')}, ${counted(workers, 'worker')}, ${printable(host)}, ${createdAt.toISOString()}`,
      })),
    );
    return exitCodes.succeeded;
  },
};
