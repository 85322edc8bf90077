/**
 * The library's door: what the command line uses, for programs.
 * @module
 */
export { check, writeProblems } from './check.ts';
export { report, resume, run } from './offboard.ts';
export type { RunOptions } from './offboard.ts';
export type { ResumeOptions } from './go-on.ts';
export type { SessionOptions } from './connecting.ts';
export type { GuardOptions } from './guards.ts';
export type { CanaryQuestion, Confirm, Question } from './question.ts';
export type { FailureLimit } from './execute/stop/failure-limit.ts';
export type { Canary } from './plan/canary.ts';
export type { CanaryResult } from './report/canary-result.ts';
export type { Outcome } from './session.ts';
export type { OffboardEvent, Plan, Stopped } from './events.ts';
export type { NetworkOptions } from './network.ts';
export type { Credentials } from './credentials.ts';
export type { PaceOptions, PlanOptions, ServerOptions } from './options.ts';
export { exitCodes, UserError, type ExitCode } from './errors.ts';
export type { Encoding } from './input/encoding.ts';
export type { Format } from './input/format.ts';
export type { Problem } from './input/row.ts';
export type { UserIdType } from './input/user-id-type.ts';
export type { Oddity } from './plan/oddities.ts';
export type { NamedProtectedRow } from './plan/protected-rows.ts';
export type { UnderstoodRow } from './plan/understood-row.ts';
export type { Call } from './plan/call.ts';
export { createClient, type ClientOptions, type GenAuthClient, type Identity } from './genauth/client.ts';
export type { KickUsersClient, KickUsersDto } from './genauth/kick-users.ts';
export type { Reply } from './genauth/reply.ts';
export { judge, type Verdict } from './genauth/verdict.ts';
export type { Cause } from './report/causes.ts';
export type { ProblemFiles, ProblemFilesWritten } from './report/write-problems.ts';
export type { RowStatus } from './report/row-status.ts';
export type { Summary } from './report/summary.ts';
