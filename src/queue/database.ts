import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import type { Query, Transaction } from './query.ts';
import { createTables } from './tables.ts';

/** Any number that is ours, beside a run's. */
const looking = 710_254_002;

/** The database that runs are shared through; its tables are there. */
export interface Database {
  readonly query: Query;
  readonly transaction: Transaction;
  /**
   * Holds a run for a look at its sessions, as long as this process and its connection live.
   * @returns what gives it free; undefined where somebody else looks.
   */
  holdForLook(run: number): Promise<(() => void) | undefined>;
  close(): Promise<void>;
}

/** A connection attempt, and a statement, may take so long. */
const patience = { connectMs: 5000, statementMs: 15_000 };
const mostConnections = 4;

/**
 * Connects, and creates the tables where they are missing.
 * @param url `postgres://user@host:port/database`; the password is better left to `PGPASSWORD` or `.pgpass`.
 * @throws {UserError} when `pg` is not installed, the database cannot be reached, or its tables are of another version.
 */
export async function openDatabase(url: string): Promise<Database> {
  const { default: pg } = await import('pg').catch(notInstalled);
  const shown = withoutPassword(url);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'genauth-offboard',
    connectionTimeoutMillis: patience.connectMs,
    statement_timeout: patience.statementMs,
    query_timeout: patience.statementMs + 1000,
    keepAlive: true,
    max: mostConnections,
  });
  // What breaks while nobody uses it is noticed by whoever does next.
  pool.on('error', () => {});
  const query: Query = async (text, values) => (await pool.query(text, values as unknown[])).rows as never;

  async function transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    // The server may end the connection between two statements.
    client.on('error', ignore);
    try {
      await client.query('BEGIN');
      const result = await work(
        async (text, values) => (await client.query(text, values as unknown[])).rows as never,
      );
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = await client.query('ROLLBACK').then(
        () => undefined,
        () => new Error('the connection is lost'),
      );
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  async function holdForLook(run: number): Promise<(() => void) | undefined> {
    const client = await pool.connect();
    client.on('error', ignore);
    // With its connection the lock ends.
    const free = (): void => client.release(true);
    try {
      const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
        looking,
        run,
      ]);
      if (rows[0]?.got === true) return free;
    } catch (error) {
      free();
      throw error;
    }
    free();
    return undefined;
  }

  try {
    await createTables(query, transaction);
  } catch (error) {
    await pool.end();
    throw error instanceof UserError ? error : refusal(databaseError(shown, error));
  }
  return { query, transaction, holdForLook, close: () => pool.end() };
}

/** Before anything is done nothing was answered, and nothing is kept. */
function refusal({ message, hint, exitCode, cause }: UserError): UserError {
  const isAway = exitCode === exitCodes.stopped;
  return new UserError(message, {
    hint: isAway ? 'Check the address and that the database is up, then do the same again.' : hint,
    cause,
  });
}

function ignore(): void {}

/** Until the transaction has ended, nobody begins to look for the run's sessions. @returns false where somebody does already. */
export async function keepLooksAway(query: Query, run: number): Promise<boolean> {
  const [row] = await query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS got', [
    looking,
    run,
  ]);
  return row?.got === true;
}

/** For the log and the screen. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url.replace(/\/\/.*@/, '//').replace(/\?.*/, '');
  parsed.password = '';
  // `pg` takes one there, too.
  if (/password/i.test(parsed.search)) parsed.search = '';
  return parsed.href;
}

export function notInstalled(error: unknown): never {
  const isMissing = codeOf(error) === 'ERR_MODULE_NOT_FOUND';
  if (!isMissing) throw error;
  throw new UserError(
    'A queue needs two packages that are not installed beside this program: bullmq and pg.',
    {
      hint: 'Install them as you installed it: npm install -g bullmq@6 pg@8',
      cause: error,
    },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const outages =
  /^(E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)|08|57P0|53|40001|40P01|55P03|57014|25P0)/;
/** Without a code, in `pg`'s own words. */
const lost = /terminat|timeout|closed|not queryable|connection is lost|ended/i;

/** It may be another time. */
export function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  return code === '' ? error instanceof Error && lost.test(error.message) : outages.test(code);
}

const reasons: readonly (readonly [code: RegExp, message: string, hint: string, exitCode?: ExitCode])[] = [
  [
    /^28/,
    'refuses the user or the password',
    'Give the password as PGPASSWORD in the environment, or in ~/.pgpass.',
  ],
  [/^3D000/, 'has no database of that name', 'Create it, or name another one in the URL.'],
  [
    /^42501/,
    'gives this user too few rights',
    'The first who uses the database must be allowed to create a schema in it; docs/many-machines.md says which rights others need, on tables, sequences and functions.',
  ],
  [
    /^23503/,
    'does not have the run any more: it was forgotten',
    'What was answered since is kept on this computer, in replies.ndjson.',
    exitCodes.stopped,
  ],
];

/** @returns what to tell of it. @throws what is no error of a database: a bug. */
export function databaseError(url: string, error: unknown): UserError {
  const code = codeOf(error);
  const known = reasons.find(([pattern]) => pattern.test(code));
  if (known !== undefined) {
    return new UserError(`The queue's database at ${url} ${known[1]} (${code}).`, {
      hint: known[2],
      ...(known[3] === undefined ? {} : { exitCode: known[3] }),
      cause: error,
    });
  }
  if (!isOutage(error)) throw error;
  const said = code === '' && error instanceof Error ? error.message : code;
  return new UserError(`The queue's database at ${url} cannot be reached (${said}).`, {
    hint: 'Check the address and that the database is up. What was answered until now is kept on this computer.',
    exitCode: exitCodes.stopped,
    cause: error,
  });
}
