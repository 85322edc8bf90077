import path from 'node:path';

import { hostPlaceholder, UserError, type ExitCode } from '../errors.ts';
import type { OffboardEvent } from '../events.ts';
import { enoughFor } from '../execute/stop/stop-message.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { logLevel } from '../settings/read-flag.ts';
import { planFlags } from '../settings/plan-options.ts';
import { flagWords, type Flags } from '../settings/rules.ts';
import { paceOptions } from '../settings/pace-options.ts';
import type { CanaryQuestion, Question } from '../workflow/confirm.ts';
import type { Summary } from '../report/summary.ts';
import type { RunChoices, RunPlan } from '../workflow/stored-run.ts';
import type { Outcome } from '../workflow/session.ts';
import { createLog } from '../terminal/log.ts';
import { createProgress } from '../terminal/progress.ts';
import { showSummary, type FileCommands } from '../terminal/show-summary.ts';
import { isInteractive, print, say, type Terminal } from '../terminal/terminal.ts';
import { answerCanary, answerPlan } from './prompts.ts';
import { printError } from './print-error.ts';
import { reportCommandLine, resumeCommandLine, runCommandLine, type OfRun } from './whole-command.ts';

/** What a command that sends calls hands to `run` or `resume`. */
export interface Hooks {
  readonly onEvent: (event: OffboardEvent) => void;
  readonly confirm: (question: Question) => Promise<boolean>;
  readonly confirmCanary: (question: CanaryQuestion) => Promise<boolean>;
  readonly stopSignal: AbortSignal;
  readonly abortSignal: AbortSignal;
}

/** Where the calls go. */
export interface Where {
  /** Undefined with a client of the caller's own. */
  readonly host: string | undefined;
  /** The command that does the same at another host; undefined where there is none. */
  readonly elsewhere: ((host: string) => string) | undefined;
  /** Flags of a `resume` that another one has to be given anew. */
  readonly anew?: readonly string[];
}

/**
 * Shows and logs a session while it works, and says how it ended: the summary on stdout, the way on as the last line of stderr.
 */
export async function watchRun(
  terminal: Terminal,
  flags: Flags,
  where: Where,
  work: (hooks: Hooks) => Promise<Outcome>,
  canGoOn = true,
): Promise<ExitCode> {
  const log = createLog(logLevel(flags), (message) => say(terminal, message));
  const progress = createProgress(terminal);
  try {
    const outcome = await work({
      onEvent(event) {
        if (event.type === 'started' && canGoOn) {
          const of = ofRun(terminal, flags, event.folder, where);
          terminal.crash.resumeCommand = resumeCommandLine(of, {
            retryFailed: flags['retry-failed'] === true,
          });
        }
        progress.listen(event);
        log.listen(event);
      },
      confirm: (question) => answerPlan(terminal, flags, question),
      confirmCanary: (question) => answerCanary(terminal, flags, question),
      stopSignal: terminal.stopSignal,
      abortSignal: terminal.abortSignal,
    });
    progress.close();
    await tell(terminal, flags, where, outcome, canGoOn);
    return outcome.exitCode;
  } catch (error) {
    progress.close();
    const code = printError(error, terminal);
    if (error instanceof UserError) sayElsewhere(terminal, where, error.hint);
    return code;
  } finally {
    terminal.crash.resumeCommand = undefined;
    log.close();
  }
}

async function tell(
  terminal: Terminal,
  flags: Flags,
  where: Where,
  { folder, summary, stop }: Outcome,
  canGoOn: boolean,
): Promise<void> {
  const of = ofRun(terminal, flags, folder, where);
  let commands: FileCommands | undefined;
  if (summary !== undefined) {
    commands = canGoOn ? await commandsOf(of, summary) : undefined;
    await printSummary(terminal, flags, summary, folder, commands);
  }
  if (stop !== undefined) {
    say(terminal, '');
    say(terminal, `Stopped before the end. ${stop.message}`, 'bad');
    say(terminal, stop.hint);
    if (summary === undefined) {
      say(terminal, `The reports were not written; make them with: ${reportCommandLine(folder, flags)}`);
    }
    const { reason, giveUpAfter } = stop;
    const retryFailed = flags['retry-failed'] === true;
    sayElsewhere(terminal, where, stop.hint, stop.otherHost);
    if (canGoOn)
      say(terminal, `Go on with: ${resumeCommandLine(of, { ended: reason, giveUpAfter, retryFailed })}`);
  } else if (canGoOn && summary !== undefined) {
    sayNextCommand(terminal, of, summary, commands);
  }
}

/** Of a run whose host is certain: whoever started it has said so, or it was proven before anything was sent. */
function ofRun({ environment }: Terminal, flags: Flags, folder: string, { host, anew = [] }: Where): OfRun {
  return { folder, host, isHostSure: true, flags, anew, environment };
}

/** The summary on stdout, and on a person's the commands for the files that are to be run. */
export async function printSummary(
  terminal: Terminal,
  flags: Flags,
  summary: Summary,
  folder: string,
  commands: FileCommands | undefined,
  isGoing = false,
): Promise<void> {
  const shown =
    flags['json'] === true
      ? JSON.stringify({ folder, ...summary }, undefined, 2)
      : showSummary(summary, folder, commands, isGoing);
  await print(terminal, shown);
}

/** The commands that run the files which a run leaves; none for what a `resume` goes on with by itself. */
export async function commandsOf(of: OfRun, summary: Summary): Promise<FileCommands> {
  const { folder, flags } = of;
  const { options, protect } = await readRunFile<RunChoices, RunPlan>(folder);
  const { server, guards, plan } = options;
  const pace = paceOptions(flags, options.pace);
  const left = leftOf(summary);
  // A canary of all that is left would be none.
  const canary = (guards.canary ?? 0) < left ? guards.canary : undefined;
  // The list is pinned beside it, wherever the one that was given is by now.
  const pinned = { ...plan, protect: protect === null ? undefined : path.join(folder, protect.file) };
  const files = runFiles(folder);
  // It names none of them by these IDs; but somebody may add to it, and GenAuth may know them by others.
  const words = [...summary.flags.retry, ...flagWords('--protect', pinned.protect)];
  const forInvalid = { file: files.invalid, words: planFlags(pinned), server, pace };
  const ofInvalid = {
    ...guards,
    canary: (guards.canary ?? 0) < summary.rows.invalid ? guards.canary : undefined,
  };
  return {
    retry:
      left === 0 || isOpen(summary)
        ? undefined
        : runCommandLine(of, { file: files.retry, words, server, pace, guards: { ...guards, canary } }),
    invalid:
      summary.rows.invalid === 0 ? undefined : runCommandLine(of, { ...forInvalid, guards: ofInvalid }),
  };
}

function leftOf({ rows }: Summary): number {
  return rows.partial + rows.failed + rows.unknown + rows.not_attempted;
}

/** A plain `resume` goes on with it. */
function isOpen({ ended, causes }: Summary): boolean {
  return ended !== 'finished' || causes.some((cause) => cause.isOpen);
}

/** A run keeps to its host, so that one which is wrong takes another run. */
function sayElsewhere(
  terminal: Terminal,
  { elsewhere }: Where,
  hint: string | undefined,
  host: string = hostPlaceholder,
): void {
  if (hint?.includes('--host') === true && elsewhere !== undefined)
    say(terminal, `Should the host be wrong: ${elsewhere(host)}`);
}

/** The command that does what is left of a run, as the last line; nothing when nothing is. */
export function sayNextCommand(
  terminal: Terminal,
  of: OfRun,
  summary: Summary,
  commands: FileCommands | undefined,
): void {
  const { ended, causes, retryFailed, waitUntil } = summary;
  const failed = causes.filter(({ status }) => status !== 'invalid' && status !== 'skipped');
  if (isOpen(summary)) {
    const waitMs = waitUntil === null ? 0 : Date.parse(waitUntil) - Date.now();
    const giveUpAfter = waitMs > 0 ? enoughFor(waitMs) : undefined;
    const again = { ended, giveUpAfter, retryFailed: retryFailed && ended !== 'finished' };
    say(terminal, `Go on with: ${resumeCommandLine(of, again)}`);
  } else if (failed.length > 0) {
    say(terminal, '');
    const again = resumeCommandLine(of, { ended, retryFailed: true });
    if (failed.some((cause) => cause.mayHelpToTryAgain)) say(terminal, `Try again what failed: ${again}`);
    else if (commands?.retry !== undefined && failed.every((cause) => cause.needsOtherIds))
      say(
        terminal,
        `To try again will not help. Correct the IDs in retry.csv, then run it: ${commands.retry}`,
      );
    else say(terminal, `To try again alone will not help. Once what stands above is put right: ${again}`);
  }
}

/**
 * Without a terminal there is nobody to ask, and that is better said before a big file is read.
 * @param isStdinTaken the file is read from it, which leaves nothing of it for an answer.
 * @returns true: somebody can be asked, or need not be.
 */
export function refuseWithoutTerminal(terminal: Terminal, flags: Flags, isStdinTaken = false): true {
  if (flags['yes'] === true) return true;
  if (isStdinTaken) {
    throw new UserError('The file comes from stdin, so nobody can answer there, and --yes was not given.', {
      hint: 'Give the file by its name; or look at the plan with `check`, then run it with --yes.',
    });
  }
  if (isInteractive(terminal)) return true;
  throw new UserError('There is no terminal to ask on, and --yes was not given: nothing was sent.', {
    hint: 'Look at the plan with `check`, then run it with --yes.',
  });
}
