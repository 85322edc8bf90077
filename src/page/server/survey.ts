import { UserError } from '../../errors.ts';
import { createKnownApps } from '../../input/cell/known-apps.ts';
import type { Plan } from '../../survey/plan.ts';
import { check, type Known } from '../../workflow/check.ts';
import { lookUp } from '../../workflow/apps.ts';
import { readBeginning } from '../../workflow/beginning.ts';
import { refuseOtherFile, refuseTooManyUsers, refuseUnusable } from '../../workflow/refusals.ts';
import { findRuns } from '../../workflow/runs.ts';
import type { SettingsChange } from '../settings.ts';
import type { Beginning, Ready, Refusal } from '../state.ts';
import { bearsOnPlan, changedSettings, optionsOf, type Options } from './given-settings.ts';
import { forgetChecked, type Checked, type Job, type Kept } from './job.ts';
import { refusalOf, shownPlan } from './shown.ts';

/** @throws {UserError} in the command line's words; then the settings are what they were. */
export function changeSettings(job: Job, change: SettingsChange): void {
  const { state, memory, tell } = job;
  if (state.step !== 'plan') return;
  const settings = changedSettings(state.settings, change);
  memory.options = optionsOf(settings, memory.protect?.proven.path);
  tell({ is: 'settings', settings });
  if (bearsOnPlan(change) || state.survey.is === 'refused') startSurvey(job);
  else if (state.survey.is === 'ready') tell({ is: 'survey', survey: ready(job) });
}

/** @returns what resolves when nothing is read any more. */
export async function stopSurvey({ memory }: Job): Promise<void> {
  const { survey } = memory;
  memory.survey = undefined;
  survey?.stop.abort();
  await survey?.done;
}

/** Reads the whole file with the settings as they are; what was read with others before is not waited for. */
export function startSurvey(job: Job): void {
  const { memory, tell } = job;
  const { file, options } = memory;
  if (file === undefined || options === undefined || job.state.isClosing) return;
  void stopSurvey(job);
  const own = { stop: new AbortController(), done: Promise.resolve() };
  memory.survey = own;
  forgetChecked(job);
  tell({ is: 'survey', survey: { is: 'reading', rows: 0 } });
  const isLast = (): boolean => memory.survey === own;
  own.done = job.inBackground(() => survey(job, file, options, own.stop.signal, isLast));
}

async function survey(
  job: Job,
  file: Kept,
  options: Options,
  stopSignal: AbortSignal,
  isLast: () => boolean,
): Promise<void> {
  const { memory, tell } = job;
  let known: Known | undefined;
  try {
    const beginning = await beginningOf(file, options);
    if (!isLast()) return;
    tell({ is: 'beginning', beginning });
    known = await knownOf(job, file, options, stopSignal);
    const plan = await check(file.proven.path, options.plan, {
      known,
      stopSignal,
      onEvent(event) {
        if (event.type === 'checking' && isLast())
          tell({ is: 'survey', survey: { is: 'reading', rows: event.rows } });
      },
    });
    if (!isLast()) return;
    const callsPerSecond = await lastSpeed(job);
    if (!isLast()) return;
    memory.checked = { plan, known, callsPerSecond };
    known = undefined;
    tell({ is: 'survey', survey: ready(job) });
  } catch (error) {
    if (isLast()) tell({ is: 'survey', survey: { is: 'refused', refusal: refusalOf(error) } });
    if (!(error instanceof UserError)) throw error;
  } finally {
    known?.close();
  }
}

/** @returns null where it is no table; the survey says why. */
async function beginningOf({ proven, name }: Kept, { plan }: Options): Promise<Beginning | null> {
  try {
    return await readBeginning(proven, name, plan);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** As a run will know it. */
async function knownOf(
  { memory }: Job,
  { proven }: Kept,
  { plan }: Options,
  stopSignal: AbortSignal,
): Promise<Known> {
  const { reach } = memory;
  if (plan.lookUp !== false && reach !== undefined) {
    const { server, credentials, network } = reach;
    return lookUp(proven.path, plan, { server, credentials, network, stopSignal });
  }
  const knownApps = reach?.apps === undefined ? undefined : createKnownApps(reach.apps);
  return { knownApps, knownUsers: undefined, close: () => {} };
}

/** @throws {UserError} where a run would be refused. */
export function refuseAsItStands(plan: Plan, { plan: options, guards }: Options): void {
  refuseOtherFile(plan.input.name, plan.input, guards);
  refuseUnusable(plan, options);
  refuseTooManyUsers(plan, guards);
}

function ready({ memory }: Job): Ready {
  const { checked, options } = memory;
  if (checked === undefined || options === undefined) throw new Error('nothing was checked');
  const { plan } = checked;
  let refusal: Refusal | null = null;
  try {
    refuseAsItStands(plan, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    refusal = refusalOf(error);
  }
  const perSecond = Math.min(checked.callsPerSecond ?? Infinity, options.pace.rate ?? Infinity);
  const duration = Number.isFinite(perSecond) ? plan.calls / perSecond : null;
  return { is: 'ready', plan: shownPlan(plan), refusal, duration };
}

/** How fast the last run at this host went that took long enough to say something. */
async function lastSpeed({ memory, surroundings }: Job): Promise<Checked['callsPerSecond']> {
  const runs = await findRuns(surroundings.runsFolder);
  const last = runs.find(
    ({ run, summary }) =>
      run?.options.server?.host === memory.reach?.server.host &&
      summary !== undefined &&
      summary.seconds >= 10,
  );
  if (last?.summary === undefined || last.summary.attempts === 0) return undefined;
  return last.summary.attempts / last.summary.seconds;
}
