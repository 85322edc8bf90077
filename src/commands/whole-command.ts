import { hostPlaceholder } from '../errors.ts';
import {
  serverDefaults,
  checkedHost,
  type Environment,
  type ServerOptions,
} from '../settings/server-options.ts';
import { commandLine, programName } from '../settings/shell.ts';
import type { GuardOptions } from '../settings/guard-options.ts';
import { flagWords, type Flags, type Some } from '../settings/rules.ts';
import type { VerifyOptions } from '../settings/verify-options.ts';
import { checkedPace, type PaceOptions } from '../settings/pace-options.ts';
import { changed } from './changed-words.ts';

/** What is known of a run when a command is printed that has to do with it. */
export interface OfRun {
  readonly folder: string;
  /** Where it goes; undefined with a client of the caller's own. */
  readonly host: string | undefined;
  /** Somebody has said so, or it is proven: what only stands in a file may be somebody else's, and would be pasted all the same. */
  readonly isHostSure: boolean;
  /** What was given to the command that prints it. */
  readonly flags: Flags;
  /** Flags of a `resume` that `run.json` does not keep. */
  readonly anew: readonly string[];
  readonly environment: Environment;
}

/** Why and how a run is to go on. */
export interface GoingOn {
  /** `finished`, or the reason of the stop. */
  readonly ended?: string | undefined;
  readonly retryFailed?: boolean;
  /** A `--give-up-after` that is enough. */
  readonly giveUpAfter?: string | undefined;
}

/** The whole command that goes on with a run, as it can be pasted. */
export function resumeCommandLine(run: OfRun, { ended, retryFailed, giveUpAfter }: GoingOn): string {
  // Whose credentials were refused will come with others, and another secret proves no host.
  const isHostNeeded = ended === 'unauthorized' || !fits(run, hostOf(run.environment));
  const words = [
    'resume',
    fileWord(run.folder),
    ...(retryFailed === true ? ['--retry-failed'] : []),
    ...(isHostNeeded ? hostWords(run) : []),
    ...run.anew,
    ...connectionWords(run.flags),
  ];
  return commandLine(
    programName,
    ...(giveUpAfter === undefined ? words : changed(words, ['--give-up-after', giveUpAfter])),
  );
}

/** The whole command that goes on looking for the sessions of a run. */
export function verifyCommandLine(
  run: OfRun,
  { maxChecks, rekick, watchMs, everyMs }: Some<VerifyOptions>,
): string {
  return commandLine(
    programName,
    'verify',
    fileWord(run.folder),
    ...flagWords('--max-checks', maxChecks),
    ...(rekick === true ? ['--rekick'] : []),
    ...flagWords('--watch', watchMs === undefined ? undefined : asDuration(watchMs)),
    ...flagWords('--every', everyMs === undefined ? undefined : asDuration(everyMs)),
    ...(fits(run, hostOf(run.environment)) ? [] : hostWords(run)),
    ...connectionWords(run.flags),
  );
}

/** The whole command that makes a run's reports. */
export function reportCommandLine(folder: string, flags: Flags = {}): string {
  const { queue } = flags;
  const words = typeof queue === 'string' ? flagWords('--queue', queue) : [];
  return commandLine(programName, 'report', fileWord(folder), ...words);
}

/** What a run of another file takes over from one that was. */
export interface RunAgain {
  readonly file: string;
  /** What the file needs. */
  readonly words: readonly string[];
  readonly server: ServerOptions | null;
  readonly pace: PaceOptions;
  readonly guards: GuardOptions;
}

/** The whole command that runs a file which a run has left, with its server, its pace, and those of its guards that say something about it. */
export function runCommandLine(run: OfRun, { file, words, server, pace, guards }: RunAgain): string {
  const isHostNeeded = !fits(run, hostOf(run.environment) ?? serverDefaults.host);
  return commandLine(
    programName,
    'run',
    fileWord(file),
    ...words,
    ...(isHostNeeded ? hostWords(run) : []),
    ...serverWords(server),
    ...paceWords(pace),
    ...guardWords(guards),
    ...connectionWords(run.flags),
  );
}

/** A name that would be taken for a flag is led in by the folder that it is in. */
export function fileWord(file: string): string {
  return file.startsWith('-') && file !== '-' ? `./${file}` : file;
}

/** All but the host. */
export function serverWords(server: ServerOptions | null): string[] {
  if (server === null) return [];
  const { auth, brand, tenantId, tenantHeader } = server;
  return [
    ...(auth === serverDefaults.auth ? [] : flagWords('--auth', auth)),
    ...(brand === serverDefaults.brand ? [] : flagWords('--brand', brand)),
    ...flagWords('--tenant-id', tenantId),
    ...(tenantHeader === serverDefaults.tenantHeader ? [] : flagWords('--tenant-header', tenantHeader)),
  ];
}

/** Where they are no defaults. */
export function paceWords(pace: PaceOptions): string[] {
  const { concurrency, rate, retries, timeoutMs, giveUpAfterMs } = pace;
  const usual = checkedPace({});
  return [
    ...(concurrency === usual.concurrency ? [] : flagWords('--concurrency', concurrency)),
    ...flagWords('--rate', rate),
    ...(retries === usual.retries ? [] : flagWords('--retries', retries)),
    ...(timeoutMs === usual.timeoutMs ? [] : flagWords('--timeout', asDuration(timeoutMs))),
    ...(giveUpAfterMs === usual.giveUpAfterMs ? [] : flagWords('--give-up-after', asDuration(giveUpAfterMs))),
  ];
}

/** As the flags take it. */
function asDuration(durationMs: number): string {
  if (durationMs % 60_000 === 0) return `${durationMs / 60_000}m`;
  return durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${durationMs}ms`;
}

/** Those that hold for any file. */
export function guardWords({ maxUsers, canary, stopAfterFailures }: GuardOptions): string[] {
  return [
    ...flagWords('--max-users', maxUsers),
    ...flagWords('--canary', canary),
    ...flagWords('--stop-after-failures', stopAfterFailures),
  ];
}

function fits({ host }: OfRun, other: string | undefined): boolean {
  return host === undefined || other === undefined || host === other;
}

function hostWords({ host, isHostSure }: OfRun): string[] {
  return host === undefined ? [] : ['--host', isHostSure ? host : hostPlaceholder];
}

/** As `run` and `resume` take it when no flag names another one; undefined where there is none to be taken. */
function hostOf(environment: Environment): string | undefined {
  const given = environment['GENAUTH_HOST'];
  if (!given) return undefined;
  try {
    return checkedHost(given, 'GENAUTH_HOST');
  } catch {
    return given;
  }
}

/** What is given anew each time. */
function connectionWords(flags: Flags): string[] {
  return ['access-key-secret-file', 'ca-file', 'queue'].flatMap((name) => {
    const value = flags[name];
    return typeof value === 'string' ? flagWords(`--${name}`, value) : [];
  });
}
