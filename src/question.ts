import { UserError } from './errors.ts';
import type { Plan } from './events.ts';
import type { Identity } from './genauth/client.ts';

/** What the question before the first call is about. */
export interface Question {
  readonly plan: Plan;
  /** Undefined with a client of the caller's own; so is `identity`. */
  readonly host: string | undefined;
  readonly identity: Identity | undefined;
}

/** Asks before anything was sent. */
export async function ask(
  question: Question,
  confirm: ((question: Question) => Promise<boolean>) | undefined,
): Promise<void> {
  if (confirm === undefined || (await confirm(question))) return;
  throw new UserError('Not confirmed: nothing was sent.', { hint: 'Run it again when the plan is right.' });
}
