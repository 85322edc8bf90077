import { UserError } from '../errors.ts';
import type { Plan } from '../survey/plan.ts';
import type { Identity } from '../genauth/client.ts';
import type { CanaryResult } from '../report/canary-result.ts';

/** What is asked before the first call. */
export interface Question {
  readonly plan: Plan;
  /** Undefined with a client of the caller's own; so is `identity`. */
  readonly host: string | undefined;
  readonly identity: Identity | undefined;
}

/** What is asked when the calls of the first users have ended. */
export interface CanaryQuestion {
  readonly folder: string;
  readonly plan: Plan;
  readonly canary: CanaryResult;
}

/** The two questions; the answer is true to go on. */
export interface Confirm {
  /** Asked before the first call: false refuses the run. Without it the run goes ahead. */
  readonly confirm?: ((question: Question) => Promise<boolean>) | undefined;
  /** Asked after the canary: false stops the run, resumable. Without it the run goes on only when all of the canary succeeded. */
  readonly confirmCanary?: ((question: CanaryQuestion) => Promise<boolean>) | undefined;
}

/** Whether it is the number of users of a plan that was typed, be it with signs between thousands. */
export function isNumberOfUsers(typed: string, { users }: Pick<Plan, 'users'>): boolean {
  return typed.trim().replaceAll(/[,.\s']/g, '') === String(users);
}

/** What is enough to go on where nobody is asked. */
export function hasSucceeded({ rows }: CanaryResult): boolean {
  return rows.succeeded === rows.total;
}

/** Asks before anything was sent. @throws {UserError} when the answer is no. */
export async function ask(question: Question, confirm: Confirm['confirm']): Promise<void> {
  if (confirm === undefined || (await confirm(question))) return;
  throw new UserError('Not confirmed: nothing was sent.', {
    hint: 'Run it again when the plan is right.',
    ways: [[]],
  });
}
