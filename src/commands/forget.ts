import { exitCodes, UserError } from '../errors.ts';
import { printable } from '../printable.ts';
import { neededQueue, queueFlag } from '../settings/queue-option.ts';
import { askUntil } from '../terminal/read-line.ts';
import { isInteractive, say } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { askFlags } from './flags.ts';

export const forgetCommand: Command = {
  name: 'forget',
  describe: 'Takes a shared run out of its queue, with all that stands there about its users',
  argument: { name: 'run', describe: 'Its name, as `runs` shows it' },
  flags: { ...queueFlag, ...askFlags },
  examples: [['forget offboard-leavers-20261124T170000Z', 'folders on computers stay as they are']],
  async run(name, flags, terminal) {
    const queue = neededQueue(flags, terminal.environment);
    if (flags['yes'] !== true) {
      if (!isInteractive(terminal)) {
        throw new UserError('There is no terminal to ask on.', { hint: 'Add --yes.', ways: [['--yes']] });
      }
      say(
        terminal,
        'What only the queue knows of it is gone then: bring its report here first, if you need it.',
      );
      const question = `Type the name of the run (${printable(name)}) to forget it: `;
      const isMeant = await askUntil(terminal, question, 'the name of the run', (typed) => typed === name);
      if (!isMeant) throw new UserError('Not confirmed: nothing was forgotten.', { ways: [[]] });
    }
    const { forgetRun } = await import('../workflow/shared/runs-of-queue.ts');
    const { begunOn, endedOn } = await forgetRun(queue, name);
    say(terminal, `${printable(name)} is forgotten.`);
    say(
      terminal,
      `Folders of that name stay: the one of \`run\` on ${printable(begunOn)}, and those that \`resume\`, \`report\` and \`verify\` have made.`,
    );
    if (endedOn.length > 0) {
      const [own, where] = [`${name}.worker-1`, endedOn.join(', ')];
      say(
        terminal,
        `Workers were ended on ${printable(where)} that may have left replies there: look for ${printable(own)} where they were started.`,
      );
    }
    return exitCodes.succeeded;
  },
};
