import { UserError } from '../errors.ts';
import { text, wrong, type Kind } from './kinds.ts';
import { readFlag, type Flag, type Flags } from './rules.ts';
import type { Environment } from './server-options.ts';

/** The address of a PostgreSQL database. */
const queueUrl: Kind<string> = (given) => {
  const url = text(given);
  // A socket of this machine stands in it without a host.
  if (/^postgres(ql)?:\/\/\S+$/.test(url) && URL.canParse(url.replace('@/', '@socket/'))) return url;
  // It may hold a password.
  const shown = url.replace(/\/\/.*@/, '//').replace(/password=[^&]*/i, '');
  throw wrong(
    { ...given, value: shown },
    'the address of a PostgreSQL database',
    undefined,
    'postgres://<user>@<host>/<database>',
  );
};

const variable = 'GENAUTH_OFFBOARD_QUEUE';

export const queueFlag = {
  queue: {
    value: 'url',
    describe: `The PostgreSQL database of runs that many machines share, also ${variable}`,
  },
} as const satisfies Record<string, Flag>;

/** @returns undefined where neither flag nor environment names a queue. @throws {UserError} for a password in the flag. */
export function queueOf(flags: Flags, environment: Environment): string | undefined {
  const given = readFlag(flags, 'queue', queueUrl);
  if (given === undefined) {
    const value = environment[variable];
    return value === undefined || value === ''
      ? undefined
      : queueUrl({ value, name: variable, isText: true });
  }
  const parsed = URL.parse(given.replace('@/', '@socket/'));
  if (parsed?.password || parsed?.searchParams.has('password')) {
    throw new UserError('--queue holds a password, which every process list shows.', {
      hint: `Leave it out there, and give it as PGPASSWORD in the environment or in ~/.pgpass.`,
    });
  }
  return given;
}

/** Where nothing can be done without. */
export function neededQueue(flags: Flags, environment: Environment): string {
  const queue = queueOf(flags, environment);
  if (queue !== undefined) return queue;
  throw new UserError('No queue is given.', {
    hint: `Give the database's address with --queue, or as ${variable} in the environment.`,
    ways: [['--queue', 'postgres://<user>@<host>/<database>']],
  });
}
