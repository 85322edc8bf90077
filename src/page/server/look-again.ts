import path from 'node:path';

import { UserError } from '../../errors.ts';
import type { OffboardEvent } from '../../events.ts';
import { verifyOptions } from '../../settings/verify-options.ts';
import type { VerifyGiven } from '../api.ts';
import type { LookStep, ReportStep } from '../state.ts';
import { hear, type Heard } from './hear.ts';
import { beginWork, type Job } from './job.ts';
import { connectionOf, reportOf } from './report-of.ts';
import { refusalOf } from './shown.ts';

/** Looks for the sessions of a run. @throws {UserError} for what the command line would refuse. */
export function look(job: Job, step: ReportStep, { settings = {} }: VerifyGiven): void {
  const { memory, tell } = job;
  const { reach } = memory;
  const { connection, run } = step;
  if (reach === undefined || connection === null) throw new Error('there is no connection');
  const options = verifyOptions(settings);
  const own = beginWork(job);
  tell({ is: 'look', connection, run });
  void job.inBackground(async () => {
    const folder = path.join(job.surroundings.runsFolder, run.run);
    const listener = listenToLook(job, options.watchMs !== undefined);
    const { server, credentials, network } = reach;
    try {
      const { summary, stop } = await job.surroundings.workflow.verify(folder, {
        ...options,
        host: server.host,
        credentials,
        network,
        onEvent: listener.listen,
        stopSignal: own.stop.signal,
        abortSignal: own.abort.signal,
      });
      tell({ is: 'report', report: await reportOf(job, folder, { summary, stop }) });
    } catch (error) {
      tell({ is: 'report', report: { ...step, refusal: refusalOf(error) } });
      if (!(error instanceof UserError)) throw error;
    } finally {
      listener.close();
      memory.work = undefined;
    }
  });
}

const tellMs = 250;

/** Each answer is told by itself, and there may be thousands in a second. */
function listenToLook({ tell }: Job, isWatching: boolean) {
  let checks = { done: 0, total: 0 };
  let told = checks;
  const timer = setInterval(tellChecks, tellMs);

  function tellChecks(): void {
    if (told.done === checks.done && told.total === checks.total) return;
    told = checks;
    tell({ is: 'checks', ...checks });
  }

  function enter(phase: LookStep['phase']): void {
    tellChecks();
    tell({ is: 'look_phase', phase });
  }

  const heard: Heard = {
    looking(event) {
      checks = { done: event.done, total: event.checks };
      enter('looking');
    },
    looked() {
      checks = { ...checks, done: checks.done + 1 };
    },
    kicking_again: () => enter('kicking'),
    seen({ verification }) {
      tell({ is: 'seen', seen: verification });
      if (isWatching) enter('waiting');
    },
    reporting: () => enter('reporting'),
  };
  return { listen: (event: OffboardEvent) => hear(heard, event), close: () => clearInterval(timer) };
}

/** Makes the report of a run again, and shows it. @param run its folder's name, which was found in the folder of runs. */
export function showReport(job: Job, run: string): void {
  const { memory, tell, state } = job;
  const own = beginWork(job);
  const connection = connectionOf(state);
  tell({ is: 'making', run });
  void job.inBackground(async () => {
    const folder = path.join(job.surroundings.runsFolder, run);
    try {
      const summary = await job.surroundings.workflow.report(folder, {
        onEvent(event) {
          if (event.type === 'reporting') tell({ is: 'rows', done: event.rows, total: event.total });
        },
        abortSignal: own.stop.signal,
      });
      tell({ is: 'report', report: { ...(await reportOf(job, folder, { summary })), connection } });
    } catch (error) {
      const refusal = refusalOf(error);
      tell({ is: 'report', report: { ...(await reportOf(job, folder, { refusal })), connection } });
      if (!(error instanceof UserError)) throw error;
    } finally {
      memory.work = undefined;
    }
  });
}
