import { UserError } from './errors.ts';
import type { Plan } from './events.ts';
import type { Identity } from './genauth/client.ts';
import type { CanaryResult } from './report/canary-result.ts';

/** What a run asks before it goes on. */
export type Question = PlanQuestion | CanaryQuestion;

/** Asked before the first call. */
export interface PlanQuestion {
  readonly about: 'plan';
  readonly plan: Plan;
  /** Undefined with a client of the caller's own; so is `identity`. */
  readonly host: string | undefined;
  readonly identity: Identity | undefined;
}

/** Asked when the calls of the first users have ended. */
export interface CanaryQuestion extends Omit<PlanQuestion, 'about'> {
  readonly about: 'canary';
  readonly folder: string;
  readonly canary: CanaryResult;
}

/** Who answers: true to go on. */
export type Confirm = (question: Question) => Promise<boolean>;

/** @returns what is said to go on where nobody is asked: that the whole canary succeeded. */
export function hasSucceeded({ rows }: CanaryResult): boolean {
  return rows.succeeded === rows.total;
}

/** Asks before anything was sent. @throws {UserError} when the answer is no. */
export async function ask(question: PlanQuestion, confirm: Confirm | undefined): Promise<void> {
  if (confirm === undefined || (await confirm(question))) return;
  throw new UserError('Not confirmed: nothing was sent.', { hint: 'Run it again when the plan is right.' });
}
