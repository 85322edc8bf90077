import { exitCodes, UserError } from './errors.ts';
import type { Plan } from './events.ts';
import { nameOf, type Identity } from './genauth/identity.ts';
import { CopyError } from './input/file-error.ts';
import { printable, visible } from './input/printable.ts';
import { wholeRow } from './input/row.ts';
import type { PlanOptions } from './options.ts';
import type { Run } from './run-choices.ts';

/** @throws {UserError} when nothing can be sent, or nothing should be. */
export function refuseUnusable(plan: Plan, options: PlanOptions): void {
  const { name } = plan.input;
  refuseEmpty(plan);
  if (plan.rows.invalid > 0 && !options.skipInvalid) {
    const rows = plan.rows.invalid === 1 ? '1 row is' : `${plan.rows.invalid} rows are`;
    throw new UserError(`${name}: ${rows} invalid, so nothing was sent.${firstOf(plan)}`, {
      hint: 'Mend them and run again; `check` lists them all. --skip-invalid leaves them out and reports them.',
      ways: [['--skip-invalid']],
      isShownByCheck: true,
    });
  }
  if (plan.calls > 0) return;
  const others = plan.rows.skipped === 0 ? '' : ' but those of protected users';
  throw new UserError(`${name} has no valid row${others}, so there is nothing to send.`);
}

/** @throws {UserError} when the file has no rows. */
export function refuseEmpty({ input, rows }: Plan): void {
  if (rows.total > 0) return;
  throw new UserError(`${input.name} has no rows under its header.`, { hint: 'Is it the right file?' });
}

function firstOf(plan: Plan): string {
  const [first] = plan.problems;
  if (first === undefined) return '';
  const { line, column, value, message, repair } = first;
  const holds =
    value === ''
      ? ''
      : ` It holds "${visible(value, 100)}"${repair === undefined ? '' : `, probably "${visible(repair, 100)}"`}.`;
  const where = column === wholeRow ? '' : `, "${printable(column)}"`;
  return ` The first is line ${line}${where}: ${visible(message, 400)}${holds}`;
}

export function refuseInterrupted(hooks: { readonly stopSignal?: AbortSignal | undefined }): void {
  if (hooks.stopSignal?.aborted !== true) return;
  throw new UserError('Interrupted before anything was sent.', {
    hint: 'Start it again when you are ready.',
    exitCode: exitCodes.interrupted,
  });
}

export function refuseOtherIdentity(run: Run, identity: Identity | null): void {
  if (run.identity === null || identity === null) return;
  const [before, now] = [nameOf(run.identity), nameOf(identity)];
  if (before === now) return;
  throw new UserError(`This run is about ${before}, and the credentials are for ${now}.`, {
    hint: 'The same IDs may belong to other people there. Use credentials for the same one.',
  });
}

/**
 * What would stop a run keeps it from beginning when nothing was sent yet, and leaves nothing to resume. A disk that did not
 * take the copy of the input stops it all the same, as the same command goes on once that is mended.
 */
export function asRefusal(error: unknown): unknown {
  if (error instanceof CopyError) return error;
  if (!(error instanceof UserError) || error.exitCode !== exitCodes.stopped) return error;
  return new UserError(error.message, { hint: error.hint, cause: error.cause });
}
