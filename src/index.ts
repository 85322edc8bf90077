/**
 * The library's door: what the command line uses, for programs. Whatever a user could act on is thrown as a {@link UserError}, in the
 * words of a program: it names `pace.rate` where the command line says `--rate`.
 * @module
 */
import type { Readable } from 'node:stream';

import * as checking from './workflow/check.ts';
import { openOwnClient, type ClientOptions } from './workflow/open-connection.ts';
import { UserError } from './errors.ts';
import type { OffboardEvent } from './events.ts';
import type { Plan } from './survey/plan.ts';
import type { GenAuthClient } from './genauth/client.ts';
import type { ResumeOptions } from './workflow/resume.ts';
import { guardRules } from './settings/guard-options.ts';
import { networkRules } from './settings/network.ts';
import * as reporting from './workflow/report.ts';
import * as resuming from './workflow/resume.ts';
import * as running from './workflow/run.ts';
import * as verifying from './workflow/verify.ts';
import type { Verified } from './workflow/verify.ts';
import type { VerifySettings } from './workflow/verify-settings.ts';
import type { ReportOptions } from './workflow/report.ts';
import type { RunOptions } from './workflow/run.ts';
import { columnRules, planRules, type PlanOptions } from './settings/plan-options.ts';
import { paceRules } from './settings/pace-options.ts';
import type { Some } from './settings/rules.ts';
import type { CallsWritten } from './plan/call-file.ts';
import type { ProblemFiles, ProblemFilesWritten } from './report/write-problems.ts';
import type { Summary } from './report/summary.ts';
import type { Outcome } from './workflow/session.ts';
import { inWords, optionNames, type Names } from './settings/own-words.ts';
import { serverRules } from './settings/server-options.ts';
import * as asking from './workflow/apps.ts';
import * as covering from './workflow/coverage.ts';
import type { Coverage, CoverageOptions } from './workflow/coverage.ts';
import type { AppsOptions } from './workflow/apps.ts';
import type { CheckOptions, Known } from './workflow/check.ts';
import type { App } from './input/cell/known-apps.ts';
import { verifyRules } from './settings/verify-options.ts';

const names: Names = new Map([
  ...optionNames([
    [planRules, 'plan'],
    [columnRules, 'plan.columns'],
    [serverRules, 'server'],
    [paceRules, 'pace'],
    [guardRules, 'guards'],
    [networkRules, 'network'],
    [verifyRules, ''],
  ]),
  ['--out', '`folder`'],
  ['--retry-failed', 'retryFailed'],
  ['--yes', 'no confirmCanary'],
  ['--help', 'the documentation'],
  ['GENAUTH_ACCESS_KEY_ID', 'credentials.accessKeyId'],
  ['GENAUTH_ACCESS_KEY_SECRET', 'credentials.accessKeySecret'],
]);
/** `resume` takes the host for itself, as it only compares it. */
const namesOfResume: Names = new Map([...names, ['--host', 'host']]);

/**
 * Reads the whole file and says what a run would do. Nothing is sent and nothing is written.
 * @param file a CSV file or an Excel workbook (`.xlsx`).
 * @throws {UserError} when an option is wrong, or the file cannot be read as a table of users. Invalid rows are no error: they are in the plan.
 */
export function check(file: string, plan: Some<PlanOptions> = {}, hooks: CheckOptions = {}): Promise<Plan> {
  return inOwnWords(names, async () => checking.check(file, plan, heard(hooks, names)));
}

/**
 * Writes what is wrong with a file into other files: a list of all problems, a copy with the proposed repairs, or both.
 * @param checked what `check` said about the file.
 * @param plan the options that `check` was given.
 * @throws {UserError} when it is not the file that was checked any more, or when one of the others exists or cannot be written; then
 * none is left behind.
 */
export function writeProblems(
  file: string,
  files: ProblemFiles,
  checked: Pick<Plan, 'evidence' | 'input'>,
  plan: Some<PlanOptions> = {},
  hooks: CheckOptions = {},
): Promise<ProblemFilesWritten> {
  return inOwnWords(names, async () =>
    checking.writeProblems(file, files, checked, plan, heard(hooks, names)),
  );
}

/**
 * Writes the calls that a run would make into a new file: the same bytes as the run's own `calls.csv`.
 * @param destination must not exist.
 * @param checked what `check` said about the file.
 * @param plan the options that `check` was given.
 * @throws {UserError} when it is not the file that was checked any more, or when the other exists or cannot be written; then none is
 * left behind.
 */
export function writeCalls(
  file: string,
  destination: string,
  checked: Pick<Plan, 'evidence' | 'input'>,
  plan: Some<PlanOptions> = {},
  hooks: CheckOptions = {},
): Promise<CallsWritten> {
  return inOwnWords(names, async () =>
    checking.writeCalls(file, destination, checked, plan, heard(hooks, names)),
  );
}

/**
 * The user pool's apps, as far as the access key sees them, in the server's order.
 * @throws {UserError} when an option is wrong, or they cannot be read.
 */
export function listApps(options: AppsOptions): Promise<readonly App[]> {
  return inOwnWords(names, async () => asking.listApps(heard(options, names)));
}

/**
 * What GenAuth says of a file: which apps there are, and who its users are. `check`, `writeProblems` and `writeCalls` take it as
 * `known`, and then plan as `run` would with `plan.lookUp`.
 * @throws {UserError} when an option is wrong, or the file, the server or the key is not there.
 */
export function lookUp(file: string, plan: Some<PlanOptions>, options: AppsOptions): Promise<Known> {
  return inOwnWords(names, async () => asking.lookUp(file, plan, heard(options, names)));
}

/**
 * Asks for each user of a file which apps they have ever used, and writes those that the file does not name into a new file, which `run`
 * takes. One question for each user; in memory for each user and app.
 * @param destination must not exist.
 * @param checked what `check` said about the file.
 * @param plan the options that `check` was given.
 * @throws {UserError} when the server or the key is not there, the file was changed, or the other cannot be written.
 */
export function writeCoverage(
  file: string,
  destination: string,
  checked: Pick<Plan, 'evidence' | 'input'>,
  plan: Some<PlanOptions>,
  options: CoverageOptions,
): Promise<Coverage> {
  return inOwnWords(names, async () =>
    covering.writeCoverage(file, destination, checked, plan, heard(options, names)),
  );
}

/**
 * The main job: pins a copy of the input, checks it, asks, sends every call, and leaves a report of every row. A run that stops resolves,
 * too, with `stop`; `resume` goes on with it.
 * @param input a path, or a stream such as stdin.
 * @throws {UserError} when an option is wrong, or the run is refused before its first call; then no folder is left behind.
 */
export function run(input: string | Readable, options: RunOptions = {}): Promise<Outcome> {
  return inOwnWords(names, async () => running.run(input, heard(options, names)));
}

/**
 * Goes on with a run where it stopped: with its own plan, host and options, and credentials given anew.
 * @throws {UserError} when an option is wrong, the folder holds no run or another process works on it, or plan, journal or identity
 * are no longer those of the run.
 */
export function resume(folder: string, options: ResumeOptions = {}): Promise<Outcome> {
  return inOwnWords(namesOfResume, async () => resuming.resume(folder, heard(options, namesOfResume)));
}

/**
 * Makes the reports of a run again from its plan and journal, which it only reads: the run may be still going.
 * @throws {UserError} when the folder holds no run; and after the reports are made, when the journal is damaged before its end.
 */
export function report(folder: string, hooks: ReportOptions = {}): Promise<Summary> {
  return inOwnWords(names, async () => reporting.report(folder, heard(hooks, names)));
}

/**
 * Looks for each session of which GenAuth said that a run has ended it, and writes down what it sees in `verification.csv`; with `rekick` it
 * ends those that have survived once more. One that stops resolves, too, with `stop`: the same call goes on with it.
 * @throws {UserError} when an option is wrong, or it is refused before the first question.
 */
export function verify(folder: string, options: VerifySettings = {}): Promise<Verified> {
  return inOwnWords(namesOfResume, async () => verifying.verify(folder, heard(options, namesOfResume)));
}

/**
 * A client for single `kick-users` calls, each of which is one attempt. The caller closes it.
 * @throws {UserError} when an option is wrong.
 */
export function createClient(options: ClientOptions): GenAuthClient {
  return openOwnClient(options);
}

async function inOwnWords<T>(own: Names, work: () => Promise<T>): Promise<T> {
  try {
    return inWords(await work(), own);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = inWords({ message: error.message, hint: error.hint ?? '' }, own);
    const [call, ...folder] = error.command;
    const goOn =
      call === undefined ? '' : ` ${call}(${folder.map((part) => JSON.stringify(part)).join(', ')})`;
    throw new UserError(message, {
      hint: hint === '' ? undefined : `${hint}${goOn}`,
      exitCode: error.exitCode,
      ways: error.ways.map((way) => way.map((word) => own.get(word) ?? word)),
      cause: error.cause,
    });
  }
}

/** Who listens hears the words of a program, too. What is no listener is refused behind the door. */
function heard<T extends { readonly onEvent?: unknown }>(options: T, own: Names): T {
  const wrapped: Record<string, unknown> = {};
  for (const name of ['onEvent', 'confirm', 'confirmCanary']) {
    const listener: unknown = typeof options === 'object' && options !== null && Reflect.get(options, name);
    if (typeof listener !== 'function') continue;
    wrapped[name] = (told: object): unknown =>
      // What a server said stays as it is, and is the most frequent event by far.
      listener('type' in told && untouched.has(String(told.type)) ? told : inWords(told, own));
  }
  return Object.keys(wrapped).length === 0 ? options : { ...options, ...wrapped };
}

const untouched: ReadonlySet<string> = new Set<OffboardEvent['type']>([
  'attempt',
  'calling',
  'server',
  'checking',
]);

export { exitCodes, UserError, type ExitCode } from './errors.ts';
export { judge, type Blame, type Verdict } from './genauth/verdict.ts';
export type { ReportOptions } from './workflow/report.ts';
export type { RunOptions } from './workflow/run.ts';
export type { ResumeOptions } from './workflow/resume.ts';
export type { ClientOptions, SessionOptions } from './workflow/open-connection.ts';
export type { SurveyHooks } from './survey/survey.ts';
export type { AppsOptions } from './workflow/apps.ts';
export type { Coverage, CoverageOptions } from './workflow/coverage.ts';
export type { CheckOptions, Known } from './workflow/check.ts';
export type { App, KnownApps } from './input/cell/known-apps.ts';
export type { PaceOptions } from './settings/pace-options.ts';
export type { PlanOptions } from './settings/plan-options.ts';
export type { ServerOptions } from './settings/server-options.ts';
export type { Some } from './settings/rules.ts';
export type { FailureLimit, GuardOptions } from './settings/guard-options.ts';
export type { HowEnded } from './execute/stop/stop.ts';
export type { NetworkOptions } from './settings/network.ts';
export type { Credentials } from './settings/credentials.ts';
export type { CanaryQuestion, Confirm, Question } from './workflow/confirm.ts';
export type { Outcome, Sharing } from './workflow/session.ts';
export type { Verified } from './workflow/verify.ts';
export type { VerifySettings } from './workflow/verify-settings.ts';
export type { VerifyOptions } from './settings/verify-options.ts';
export type { Back } from './verify/who-is-back.ts';
export type { SessionState } from './verify/session-state.ts';
export type { Verification } from './verify/verification.ts';
export type { StopMessage } from './execute/stop/stop-message.ts';
export type { EndedCalls, NotListed, OffboardEvent, Progress, Stopped } from './events.ts';
export type { KnownUsers } from './survey/known-users.ts';
export type { LookedUp } from './survey/looked-up.ts';
export type { NamedApps } from './survey/named-apps.ts';
export type { User } from './genauth/questions/user.ts';
export type { UserName } from './genauth/questions/get-user.ts';
export type { FoundCounts } from './tenant/found-counts.ts';
export type { FoundUser } from './tenant/found-users.ts';
export type { Plan, SurveyEvent } from './survey/plan.ts';
export type { AttemptEvent, Live } from './execute/execution.ts';
export type { Outlook, WaitsFor } from './execute/core.ts';
export type { PhoneSummary } from './survey/phone-counts.ts';
export type { PlanSummary } from './survey/plan-summary.ts';
export type { RepeatedUser } from './survey/user-counts.ts';
export type { CallsWritten } from './plan/call-file.ts';
export type { Canary } from './survey/canary.ts';
export type { Oddity } from './survey/oddities.ts';
export type { ProblemGroup } from './survey/problem-groups.ts';
export type { NamedProtectedRow } from './survey/protected-rows.ts';
export type { ProtectedRow } from './plan/planned-row.ts';
export type { SampleRow } from './survey/sample-row.ts';
export type { Call } from './plan/call.ts';
export type { IdKind } from './input/cell/damage.ts';
export type { ColumnChoice } from './input/columns/columns.ts';
export type { CutDigits, DigitEvidence, LostZeros } from './input/cell/digit-evidence.ts';
export type { Encoding } from './input/text/encoding.ts';
export type { Evidence, EvidenceOfKind } from './input/cell/evidence.ts';
export type { Delimiter } from './input/text/find-header.ts';
export type { Format, SheetFormat, TextFormat } from './input/text/format.ts';
export type { ProblemKind } from './input/words/problem-kinds.ts';
export type { ProtectedId } from './input/protect-list.ts';
export type { LineTally } from './input/read-rows.ts';
export type { CellProblem, RecordOfInput } from './input/text/record.ts';
export type { Problem, ValidRow } from './input/row.ts';
export type { UserIdType } from './input/words/user-id-type.ts';
export type { GenAuthClient, Identity } from './genauth/client.ts';
export type { KickUsersClient, KickUsersDto } from './genauth/kick-users.ts';
export type { Delivery } from './genauth/exchange.ts';
export type { Reply, ReplyCodes } from './genauth/reply.ts';
export type { CanaryResult } from './report/canary-result.ts';
export type { Cause } from './report/cause.ts';
export type { ProblemFiles, ProblemFilesWritten } from './report/write-problems.ts';
export type { RowStatus } from './report/row-status.ts';
export type { Summary } from './report/summary.ts';
