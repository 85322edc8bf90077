import { UserError } from './errors.ts';
import type { Plan } from './events.ts';
import type { FailureLimit } from './execute/stop/failure-limit.ts';
import type { ProvenFile } from './input/proven-file.ts';
import { number, text, type Flags } from './options.ts';

/** What keeps a run from doing harm that nobody meant. */
export interface GuardOptions {
  /** A file that names more users is refused. */
  readonly maxUsers: number | undefined;
  /** Any file but the one with this SHA-256, in hexadecimal as `check` prints it, is refused. */
  readonly expectSha256: string | undefined;
  /** The run signs out so many users, and asks before it goes on with the others. */
  readonly canary: number | undefined;
  /** The run stops when more of its calls end without success: a number, or a share such as `5%`. */
  readonly stopAfterFailures: FailureLimit | undefined;
}

/** @throws {UserError} naming the flag. */
export function guardOptions(flags: Flags): GuardOptions {
  return Object.freeze({
    maxUsers: number(flags, 'max-users', { from: 1, to: 1_000_000_000 }),
    expectSha256: sha256(flags, 'expect-sha256'),
    canary: number(flags, 'canary', { from: 1, to: 1_000_000 }),
    stopAfterFailures: failureLimit(flags),
  });
}

/** @returns undefined when the flag is absent. @throws {UserError} naming it. */
export function failureLimit(flags: Flags): FailureLimit | undefined {
  const value = text(flags, 'stop-after-failures')?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return `${Number(percent)}%`;
  throw new UserError(
    `--stop-after-failures takes a whole number of calls, or a share from 0% to 100%, not "${value}".`,
  );
}

function sha256(flags: Flags, name: string): string | undefined {
  const value = text(flags, name)?.trim().toLowerCase();
  if (value === undefined || /^[\da-f]{64}$/.test(value)) return value;
  throw new UserError(`--${name} takes a whole SHA-256, which is 64 hexadecimal digits, not "${value}".`, {
    hint: '`check` prints that of the file; copy all of it.',
  });
}

/** @throws {UserError} when this is not the file that was approved. */
export function refuseOtherFile(name: string, pinned: ProvenFile, { expectSha256 }: GuardOptions): void {
  if (expectSha256 === undefined || expectSha256.toLowerCase() === pinned.sha256) return;
  throw new UserError(
    `${name} is not the file that --expect-sha256 names: its SHA-256 is ${pinned.sha256}, and expected is ${expectSha256}. Nothing was sent.`,
    { hint: 'Run the file that was approved, or have this one approved: `check` shows what it would do.' },
  );
}

/** @throws {UserError} when the file is bigger than anybody meant. */
export function refuseTooManyUsers(plan: Plan, { maxUsers }: GuardOptions): void {
  if (maxUsers === undefined || plan.users <= maxUsers) return;
  throw new UserError(
    `${plan.input.name} names ${plan.users} users, and --max-users allows ${maxUsers}. Nothing was sent.`,
    { hint: 'Is it the right file? If all of them are meant, give a higher --max-users.' },
  );
}
