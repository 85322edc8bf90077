import { exitCodes, filePlaceholder, UserError } from '../errors.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import type { GuardOptions } from '../settings/guard-options.ts';
import type { Plan } from '../survey/plan.ts';
import { nameOf, type Identity } from '../genauth/identity.ts';
import { beforeTheRun, CopyError } from '../files/disk-error.ts';
import { printable, visible } from '../printable.ts';
import { wholeRow } from '../input/row.ts';
import type { PlanOptions } from '../settings/plan-options.ts';
import type { Run } from './stored-run.ts';

/** @throws {UserError} when nothing can be sent, or nothing should be. */
export function refuseUnusable(plan: Plan, options: PlanOptions): void {
  const { name } = plan.input;
  refuseEmpty(plan);
  if (plan.rows.invalid > 0 && !options.skipInvalid) {
    const rows = plan.rows.invalid === 1 ? '1 row is' : `${plan.rows.invalid} rows are`;
    throw new UserError(`${name}: ${rows} invalid, so nothing was sent.${firstOf(plan)}`, {
      hint: 'Mend the file and run it again; `check` lists all that is wrong. --skip-invalid leaves such rows out and reports them.',
      ways: [['--skip-invalid']],
      isShownByCheck: plan.userPoolApps === null && plan.lookedUp === null ? true : 'looked_up',
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
  // Of a full disk the command says nothing wrong: once that is mended it goes on as it is.
  const { message, hint, cause } = error;
  return new UserError(message, { hint: beforeTheRun(hint), cause, ways: [[]] });
}

/** Nobody looks for a copy of the input in the folder of a run that was refused, so that one which the disk keeps is named. */
export function leaving(folder: string, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  const message = `${error.message} ${folder}, which may hold a copy of the input, could not be deleted again.`;
  const { hint, exitCode, ways, argument, isShownByCheck, command, instead, cause } = error;
  const more = { hint, exitCode, ways, argument, isShownByCheck, command, instead, cause };
  return error instanceof CopyError ? new CopyError(message, more) : new UserError(message, more);
}

/** @throws {UserError} when this is not the file that was approved. */
export function refuseOtherFile(
  name: string,
  pinned: Pick<ProvenFile, 'sha256'>,
  { expectSha256 }: GuardOptions,
): void {
  if (expectSha256 === undefined || expectSha256.toLowerCase() === pinned.sha256) return;
  throw new UserError(
    `${name} is not the file that --expect-sha256 names: its SHA-256 is ${pinned.sha256}, and expected is ${expectSha256}. Nothing was sent.`,
    {
      hint: 'Run the file that was approved, or have this one approved: `check` shows what it would do.',
      argument: filePlaceholder,
      isShownByCheck: true,
    },
  );
}

/** @throws {UserError} when the file is bigger than anybody meant. */
export function refuseTooManyUsers(plan: Plan, { maxUsers }: GuardOptions): void {
  if (maxUsers === undefined || plan.users <= maxUsers) return;
  throw new UserError(
    `${plan.input.name} names ${plan.users} users, and --max-users allows ${maxUsers}. Nothing was sent.`,
    {
      hint: 'Is it the right file? If all of them are meant, give a higher --max-users.',
      ways: [['--max-users', String(plan.users)]],
      isShownByCheck: true,
    },
  );
}
