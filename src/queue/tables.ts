import { UserError } from '../errors.ts';
import { rateSchema } from './rate/schema.ts';
import type { Query, Transaction } from './query.ts';

/** Of the tables below: another version of this program may need others. */
const tablesVersion = 1;

/** All that a shared run is. `docs/many-machines.md` tells an operator what stands in it. */
const tables = `
CREATE SCHEMA IF NOT EXISTS genauth_offboard;
CREATE TABLE genauth_offboard.tables (version int NOT NULL);
CREATE TABLE genauth_offboard.runs (
  id serial PRIMARY KEY,
  name text NOT NULL UNIQUE,
  version text NOT NULL,
  content text NOT NULL,
  host text NOT NULL,
  user_pool text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  calls int NOT NULL,
  state text NOT NULL DEFAULT 'filling',
  stop text,
  chunks int NOT NULL,
  open_chunks int NOT NULL,
  canary_confirmed_at timestamptz,
  round int NOT NULL DEFAULT 1,
  retry_failed boolean NOT NULL DEFAULT false,
  before text NOT NULL
);
CREATE TABLE genauth_offboard.files (
  run int NOT NULL REFERENCES genauth_offboard.runs ON DELETE CASCADE,
  name text NOT NULL,
  piece int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (run, name, piece)
);
CREATE TABLE genauth_offboard.chunks (
  run int NOT NULL REFERENCES genauth_offboard.runs ON DELETE CASCADE,
  chunk int NOT NULL,
  from_seq int NOT NULL,
  to_seq int NOT NULL,
  calls bytea NOT NULL,
  epoch int NOT NULL DEFAULT 0,
  lease_until timestamptz,
  done boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run, chunk)
);
CREATE INDEX open_chunks ON genauth_offboard.chunks (run, chunk) WHERE NOT done;
CREATE TABLE genauth_offboard.claims (
  run int NOT NULL REFERENCES genauth_offboard.runs ON DELETE CASCADE,
  chunk int NOT NULL,
  epoch int NOT NULL,
  worker text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz,
  reason text,
  round int NOT NULL,
  retry_failed boolean NOT NULL,
  succeeded int NOT NULL DEFAULT 0,
  partial int NOT NULL DEFAULT 0,
  failed int NOT NULL DEFAULT 0,
  unknown int NOT NULL DEFAULT 0,
  PRIMARY KEY (run, chunk, epoch)
);
CREATE TABLE genauth_offboard.attempts (
  run int NOT NULL REFERENCES genauth_offboard.runs ON DELETE CASCADE,
  chunk int NOT NULL,
  epoch int NOT NULL,
  number int NOT NULL,
  record text NOT NULL,
  PRIMARY KEY (run, chunk, epoch, number)
);
CREATE TABLE genauth_offboard.missing_apps (
  run int NOT NULL REFERENCES genauth_offboard.runs ON DELETE CASCADE,
  app text NOT NULL,
  PRIMARY KEY (run, app)
);
`;

/** Any number that is ours: whoever comes second waits, and finds the tables. */
const creating = 710_254_001;

/** @throws {UserError} when they are of another version. */
export async function createTables(query: Query, transaction: Transaction): Promise<void> {
  if (await areThere(query)) return;
  await transaction(async (inside) => {
    await inside('SELECT pg_advisory_xact_lock($1)', [creating]);
    if (await areThere(inside)) return;
    await inside(tables);
    await inside(rateSchema);
    await inside('INSERT INTO genauth_offboard.tables VALUES ($1)', [tablesVersion]);
  });
}

async function areThere(query: Query): Promise<boolean> {
  const [found] = await query<{ is_there: boolean }>(
    // What `to_regclass` knows may be of before the others' commit.
    `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'genauth_offboard' AND tablename = 'tables') AS is_there`,
  );
  if (found?.is_there !== true) return false;
  const [{ version } = { version: 0 }] = await query<{ version: number }>(
    'SELECT version FROM genauth_offboard.tables',
  );
  if (version === tablesVersion) return true;
  throw new UserError(
    `The queue's tables are of version ${version}, and this version of genauth-offboard uses version ${tablesVersion}.`,
    { hint: 'Use the version that made them, or another database.' },
  );
}
