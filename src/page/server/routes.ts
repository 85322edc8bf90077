import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ConnectionGiven, ProblemPage, Requests } from '../api.ts';
import type { State } from '../state.ts';
import { isTrueIn, readJson, settingsIn, textIn } from './body.ts';
import { connect } from './connect.ts';
import { runFolderOf, sendProblems, sendRunFile } from './download.ts';
import { stopWork, type Job } from './job.ts';
import { look, showReport } from './look-again.ts';
import { mayDo, type Doing } from './may-do.ts';
import { notFound, RequestError } from './request-error.ts';
import { shownRun } from './shown.ts';
import { goOn, start } from './sign-out.ts';
import { backTo } from './back-to.ts';
import { changeSettings } from './survey.ts';
import { setProtected, takeProtected, takeUsers, type Upload } from './take-file.ts';
import { findRuns } from '../../workflow/runs.ts';

/** One request for data, with what its path holds. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly run: string;
  readonly file: string;
}

/** @returns what is sent as JSON; undefined where the answer has been given. */
type Route = (job: Job, asked: Asked) => Promise<unknown>;

/** What changes something; it answers with the state that came of it. */
const doings: Readonly<Record<Doing, (job: Job, asked: Asked, step: State) => Promise<void>>> = {
  async 'POST /api/connection'(job, { request }) {
    const body = await readJson(request);
    const given: ConnectionGiven = {
      host: textIn(body, 'host'),
      accessKeyId: textIn(body, 'accessKeyId'),
      accessKeySecret: textIn(body, 'accessKeySecret'),
    };
    again(job, 'POST /api/connection');
    connect(job, given);
  },
  'PUT /api/file': (job, asked) => takeUsers(job, uploadOf(asked)),
  'PUT /api/protect': (job, asked) => takeProtected(job, uploadOf(asked)),
  'DELETE /api/protect': (job) => setProtected(job, undefined),
  async 'PATCH /api/settings'(job, { request }) {
    const change = await readJson(request);
    again(job, 'PATCH /api/settings');
    changeSettings(job, change);
  },
  async 'POST /api/start'(job, { request }) {
    const typed = textIn(await readJson(request), 'users');
    const step = again(job, 'POST /api/start');
    if (step.step === 'plan') start(job, step, typed);
  },
  async 'POST /api/canary'(job, { request }) {
    const goesOn = isTrueIn(await readJson(request), 'goOn');
    again(job, 'POST /api/canary');
    job.memory.answerCanary?.(goesOn);
  },
  async 'POST /api/stop'(job, { request }) {
    stopWork(job, isTrueIn(await readJson(request), 'now'));
  },
  async 'POST /api/step'(job, { request }) {
    const step = textIn(await readJson(request), 'step');
    again(job, 'POST /api/step');
    if (step !== 'connection' && step !== 'file') throw new RequestError(400, 'There is no such step.');
    backTo(job, step);
  },
  async 'POST /api/resume'(job, { request }) {
    const body = await readJson(request);
    const given = {
      retryFailed: isTrueIn(body, 'retryFailed'),
      users: 'users' in body ? textIn(body, 'users') : '',
      settings: settingsIn(body, 'settings') as Requests['POST /api/resume']['sent']['settings'] & object,
    };
    const step = again(job, 'POST /api/resume');
    if (step.step === 'report') goOn(job, step, given);
  },
  async 'POST /api/verify'(job, { request }) {
    const settings = settingsIn(await readJson(request), 'settings');
    const step = again(job, 'POST /api/verify');
    if (step.step === 'report') look(job, step, { settings });
  },
  async 'POST /api/runs/:run/report'(job, { run }) {
    await runFolderOf(job, run);
    again(job, 'POST /api/runs/:run/report');
    showReport(job, run);
  },
};

/** What only looks. */
const readings: Readonly<Record<Exclude<keyof Requests, Doing>, Route>> = {
  'GET /api/runs': async ({ surroundings }) => (await findRuns(surroundings.runsFolder)).map(shownRun),
  'GET /api/apps': async ({ memory }) => memory.reach?.apps ?? [],
  'GET /api/problems': async (job, { url }) => problemPage(job, url.searchParams),
  'GET /api/problems.csv': (job, { response }) => sendProblems(job, 'problems', response),
  'GET /api/repaired.csv': (job, { response }) => sendProblems(job, 'repaired', response),
  'GET /api/runs/:run/files/:file': (job, { run, file, response }) => sendRunFile(job, run, file, response),
};

/** @throws {RequestError} where another tab was faster; looked at again once a body has arrived, and then nothing comes between. */
function again({ state }: Job, doing: Doing): State {
  if (mayDo(state, doing)) return state;
  throw new RequestError(409, 'The job is at another step by now.', 'The page shows at which.');
}

const inRun = /^\/api\/runs\/([^/]+)\/(?:report|files\/([^/]+))$/;

/** Finds what is asked for. @throws {RequestError} where there is no such thing, or it has no place now. */
export async function answerTo(
  job: Job,
  given: Pick<Asked, 'request' | 'response' | 'url'>,
): Promise<unknown> {
  const { request, url } = given;
  const [, run, file] = inRun.exec(url.pathname)?.map((part) => decoded(part)) ?? [];
  const place =
    run === undefined ? url.pathname : `/api/runs/:run/${file === undefined ? 'report' : 'files/:file'}`;
  const name = `${request.method ?? ''} ${place}`;
  const asked = { ...given, run: run ?? '', file: file ?? '' };
  if (Object.hasOwn(readings, name)) return readings[name as keyof typeof readings](job, asked);
  if (!Object.hasOwn(doings, name)) throw notFound();
  const doing = name as Doing;
  await doings[doing](job, asked, again(job, doing));
  return job.state;
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}

function uploadOf({ request, url }: Asked): Upload {
  const length = request.headers['content-length'];
  return {
    bytes: request as AsyncIterable<Buffer>,
    name: url.searchParams.get('name') ?? '',
    size: length === undefined ? undefined : Number(length),
  };
}

const mostProblems = 500;

function problemPage({ memory }: Job, query: URLSearchParams): ProblemPage {
  const { problems: kept = [], problemCount: total = 0 } = memory.checked?.plan ?? {};
  const from = wholeIn(query, 'from', 0);
  const problems = kept.slice(from, from + Math.min(mostProblems, wholeIn(query, 'count', 100)));
  return { total, kept: kept.length, from, problems };
}

function wholeIn(query: URLSearchParams, name: string, otherwise: number): number {
  const given = query.get(name) ?? '';
  return /^\d{1,9}$/.test(given) ? Number(given) : otherwise;
}
