import { exitCodes } from '../errors.ts';
import { check } from '../offboard.ts';
import { number, planOptions } from '../options.ts';
import { createProgress } from '../terminal/progress.ts';
import { showPlan } from '../terminal/show-plan.ts';
import { print } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { jsonFlag, paceFlags, planFlags } from './flags.ts';

export const checkCommand: Command = {
  name: 'check',
  describe: 'Reads the whole file and prints what a run would do; sends nothing',
  argument: { name: 'input', describe: 'CSV file of users' },
  flags: { ...planFlags, rate: paceFlags.rate, ...jsonFlag },
  examples: [
    ['check leavers.csv', 'the plan, with all problems by line'],
    ['check leavers.csv --rate 50 --json', 'the plan as JSON, with the shortest time at 50 a second'],
  ],
  async run(input, flags, terminal) {
    const options = planOptions(flags);
    const rate = number(flags, 'rate', { from: 0.01, to: 1_000_000, fraction: true });
    const progress = createProgress(terminal);
    const plan = await check(input, options, {
      onEvent: (event) => progress.listen(event),
      stopSignal: terminal.stopSignal,
    }).finally(() => progress.close());
    const shortestSeconds = rate === undefined ? null : plan.calls / rate;
    await print(
      terminal,
      flags['json'] === true
        ? JSON.stringify({ ...plan, shortestSeconds }, undefined, 2)
        : showPlan(plan, rate),
    );
    return plan.rows.invalid > 0 ? exitCodes.incomplete : exitCodes.succeeded;
  },
};
