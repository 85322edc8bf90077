import { isProven } from '../workflow/host-proof.ts';
import { whoWorksOn, type Worker } from '../run-folder/lock.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { report, reportOnJournal } from '../workflow/report.ts';
import { queueFlag } from '../settings/queue-option.ts';
import type { Flags } from '../settings/rules.ts';
import { exitCodeOfReport } from '../report/exit-code.ts';
import type { Summary } from '../report/summary.ts';
import type { RunChoices, RunPlan } from '../workflow/stored-run.ts';
import { createProgress } from '../terminal/progress.ts';
import { say, type Terminal } from '../terminal/terminal.ts';
import { counted } from '../terminal/wording.ts';
import type { Command } from './command.ts';
import { jsonFlag } from './flags.ts';
import { bringShared } from './queue-of-run.ts';
import type { OfRun } from './whole-command.ts';
import { commandsOf, printSummary, sayNextCommand } from './watch-run.ts';

export const reportCommand: Command = {
  name: 'report',
  describe: 'Makes the reports of a run again, also of one that was killed or is still going',
  argument: { name: 'run-folder', describe: 'The folder that the run printed' },
  flags: { ...queueFlag, ...jsonFlag },
  examples: [
    ['report offboard-leavers-20261124T170000Z', 'writes report.html, report.csv and the other reports anew'],
  ],
  async run(folder, flags, terminal) {
    const shared = await bringShared(folder, flags, terminal.environment);
    const progress = createProgress(terminal);
    const summary = await (shared === undefined ? report : reportOnJournal)(folder, {
      onEvent: (event) => progress.listen(event),
      abortSignal: terminal.stopSignal,
    }).finally(() => progress.close());
    const of = await ofRun(terminal, flags, folder);
    const worker = await whoWorksOn(folder);
    const elsewhere = shared?.brought.state === 'going' ? shared.brought.workers : 0;
    const isGoing = worker !== undefined || elsewhere > 0;
    // While it goes on there is nothing to be run from what it has left so far.
    const commands = isGoing ? undefined : await commandsOf(of, summary);
    await printSummary(terminal, flags, summary, folder, commands, isGoing);
    if (elsewhere > 0) {
      say(terminal, '');
      say(
        terminal,
        `The run is still going: ${counted(elsewhere, 'worker')} ${elsewhere === 1 ? 'works' : 'work'} on it.`,
      );
      return exitCodeOfReport(summary);
    }
    if (worker !== undefined) {
      say(terminal, '');
      say(terminal, stillGoing(worker));
      if (worker.isSeen) return exitCodeOfReport(summary);
    } else if (summary.ended === 'killed') {
      say(terminal, '');
      say(terminal, 'The run has not come to its end: it was killed.');
      sayInDoubt(terminal, summary);
    }
    sayNextCommand(terminal, of, summary, commands);
    return exitCodeOfReport(summary);
  },
};

/** Whether the host is the run's own is known where the access key secret is at hand that proves it. */
async function ofRun({ environment }: Terminal, flags: Flags, folder: string): Promise<OfRun> {
  const run = await readRunFile<RunChoices, RunPlan>(folder);
  const { GENAUTH_ACCESS_KEY_ID: accessKeyId = '', GENAUTH_ACCESS_KEY_SECRET: accessKeySecret = '' } =
    environment;
  const isHostSure = accessKeySecret !== '' && isProven(run, { accessKeyId, accessKeySecret });
  return { folder, host: run.options.server?.host, isHostSure, flags, anew: [], environment };
}

/** @param file the lock, which keeps a `resume` away. */
function stillGoing({ pid, machine, file, isHere, isSeen }: Worker): string {
  if (isSeen) return `The run is still going: process ${pid} works on it, and will leave its own reports.`;
  const where = isHere ? 'on this computer' : `on ${machine}`;
  const look = process.platform === 'win32' && isHere ? ' (node.exe in the Task Manager)' : '';
  return `The run may be still going ${where}, as process ${pid}: look there${look}. If it runs, wait: it will leave its own reports. If no genauth-offboard is at work there, delete ${file}, and go on as below.`;
}

/** What is `unknown` after a kill is what may have gone, and not what has. */
function sayInDoubt(terminal: Terminal, { calls }: Summary): void {
  if (calls.unknown === 0) return;
  say(
    terminal,
    `Up to ${counted(calls.unknown, 'call')} may have been sent without a reply on record; to go on sends them again.`,
  );
}
