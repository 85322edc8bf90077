import { grouped } from '../../printable.ts';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { UserError } from '../../errors.ts';
import type { OffboardEvent } from '../../events.ts';
import { freeName } from '../../files/free-name.ts';
import { runFolderName } from '../../run-folder/run-folder.ts';
import { failureLimit } from '../../settings/guard-options.ts';
import { paceRules } from '../../settings/pace-options.ts';
import { fromFlags } from '../../settings/rules.ts';
import type { Plan } from '../../survey/plan.ts';
import { isNumberOfUsers, type CanaryQuestion, type Confirm, type Question } from '../../workflow/confirm.ts';
import { withinOpenFiles } from '../../workflow/open-files.ts';
import type { Outcome } from '../../workflow/session.ts';
import type { ResumeGiven } from '../api.ts';
import type { Connected, PlanStep, Refusal, ReportStep } from '../state.ts';
import { beginWork, type Job, type Work } from './job.ts';
import { listenToRun } from './listen-to-run.ts';
import { reportOf } from './report-of.ts';
import { refusalOf, shownCanary } from './shown.ts';
import { refuseAsItStands, startSurvey } from './survey.ts';
import { forgetFiles } from './take-file.ts';

/** What `run` and `resume` are handed. */
interface Hooks extends Required<Confirm> {
  readonly onEvent: (event: OffboardEvent) => void;
  readonly stopSignal: AbortSignal;
  readonly abortSignal: AbortSignal;
}

/** Begins a run of the plan that is shown. @param typed the number of users. @throws {UserError} when it is another one. */
export function start(job: Job, step: PlanStep, typed: string): void {
  const { memory, surroundings } = job;
  const { reach, file, options, checked } = memory;
  if (reach === undefined || file === undefined || options === undefined || checked === undefined) {
    throw new Error('there is no plan');
  }
  refuseAsItStands(checked.plan, options);
  refuseOtherNumber(typed, checked.plan);
  const { server, credentials, network } = reach;
  const folder = freeName(path.join(surroundings.runsFolder, runFolderName(file.name, new Date())));
  const pace = withinOpenFiles(options.pace);
  const { plan, guards } = options;
  const input = file.name;
  work(job, { connection: step.connection, run: null, input }, typed, checked.plan, {
    send: (hooks) =>
      surroundings.workflow.run(file.proven.path, {
        folder,
        plan,
        guards,
        pace,
        server,
        credentials,
        network,
        ...hooks,
      }),
    refused(refusal) {
      job.tell({ is: 'not_begun', plan: { ...step, refusal } });
      // What the user pool says may have changed meanwhile.
      startSurvey(job);
    },
  });
}

/** Goes on with a run. @throws {UserError} for what the command line would refuse. */
export function goOn(
  job: Job,
  step: ReportStep,
  { retryFailed, users = '', settings = {} }: ResumeGiven,
): void {
  const { memory, surroundings } = job;
  const { reach } = memory;
  const { connection, run: of } = step;
  if (reach === undefined || connection === null) throw new Error('there is no connection');
  if (!of.isConfirmed) refuseOtherNumber(users, of);
  const { 'stop-after-failures': limit, ...ofPace } = settings;
  const stopAfterFailures = failureLimit(limit === undefined ? {} : { 'stop-after-failures': limit });
  const pace = fromFlags(paceRules, ofPace);
  const guards = stopAfterFailures === undefined ? undefined : { stopAfterFailures };
  const { server, credentials, network } = reach;
  const { host } = server;
  work(job, { connection, run: of.run, input: of.input }, users, undefined, {
    send: (hooks) =>
      surroundings.workflow.resume(path.join(surroundings.runsFolder, of.run), {
        ...hooks,
        credentials,
        network,
        host,
        retryFailed,
        pace,
        guards,
      }),
    refused: (refusal) => job.tell({ is: 'report', report: { ...step, refusal } }),
  });
}

function refuseOtherNumber(typed: string, { users }: { readonly users: number }): void {
  if (isNumberOfUsers(typed, { users })) return;
  throw new UserError('Not confirmed: nothing was sent.', {
    hint: `Type the number of users: ${grouped(users)}.`,
  });
}

/** What is done, and what is shown where it was refused before anything was sent. */
interface Sending {
  send(hooks: Hooks): Promise<Outcome>;
  refused(refusal: Refusal): void;
}

function work(
  job: Job,
  shown: { readonly connection: Connected; readonly run: string | null; readonly input: string },
  typed: string,
  seen: Plan | undefined,
  sending: Sending,
): void {
  const own = beginWork(job);
  job.tell({ is: 'run', ...shown });
  void job.inBackground(() => send(job, own, typed, seen, sending));
}

async function send(
  job: Job,
  { stop, abort }: Work,
  typed: string,
  seen: Plan | undefined,
  sending: Sending,
): Promise<void> {
  const { memory, surroundings, tell } = job;
  const listener = listenToRun(job);
  let folder: string | undefined;
  try {
    const outcome = await sending.send({
      onEvent(event) {
        if (event.type === 'started') ({ folder } = event);
        listener.listen(event);
        surroundings.watch(event);
      },
      confirm: (question) => answer(question, typed, seen),
      confirmCanary: (question) => askCanary(job, question),
      stopSignal: stop.signal,
      abortSignal: abort.signal,
    });
    listener.close();
    forgetFiles(job);
    const { summary, stop: stopped } = outcome;
    tell({ is: 'report', report: await reportOf(job, outcome.folder, { summary, stop: stopped }) });
  } catch (error) {
    listener.close();
    const refusal = refusalOf(error);
    if (folder === undefined) sending.refused(refusal);
    else tell({ is: 'report', report: await reportOf(job, folder, { refusal }) });
    if (!(error instanceof UserError)) throw error;
  } finally {
    memory.work = undefined;
    memory.answerCanary = undefined;
    surroundings.watch(undefined);
  }
}

/** Right before the first call: what was looked at has to be what is sent. */
async function answer({ plan }: Question, typed: string, seen: Plan | undefined): Promise<boolean> {
  refuseOtherNumber(typed, plan);
  if (seen === undefined || isDeepStrictEqual(whoAndWhere(plan), whoAndWhere(seen))) return true;
  throw new UserError('The plan is not the one any more that was shown: nothing was sent.', {
    hint: 'Users or apps of the user pool have changed meanwhile. Look at it again.',
  });
}

/** As far as a plan tells it: numbers alone stay the same when one user takes the place of another. */
function whoAndWhere({ input, rows, calls, usersByApp, problems, protect }: Plan) {
  const users = usersByApp.map((app) => [app.appId, app.users]);
  return { sha256: input.sha256, rows, calls, users, problems, skipped: protect?.rows };
}

function askCanary({ memory, tell }: Job, { plan, canary }: CanaryQuestion): Promise<boolean> {
  tell({ is: 'canary', canary: shownCanary(canary, plan.calls) });
  return new Promise((resolve) => {
    memory.answerCanary = (goOn) => {
      memory.answerCanary = undefined;
      tell({ is: 'canary', canary: null });
      resolve(goOn);
    };
  });
}
