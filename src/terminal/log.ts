import { closeSync, constants, writeSync } from 'node:fs';

import { pino, type Logger } from 'pino';

import type { OffboardEvent, WaitsFor } from '../events.ts';
import { inactive } from '../printable.ts';
import { openPrivateSync } from '../files/private-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import type { LogLevel } from '../settings/read-flag.ts';

/**
 * Writes `run.log`: what happened to the run, in JSON lines. No user ID, no app ID and no secret gets in, and of what the server says
 * only codes: its words may name somebody.
 */
export interface Log {
  listen(event: OffboardEvent): void;
  close(): void;
}

/**
 * Opens the file when the run folder is complete, and not before: a refused run leaves nothing behind.
 * @param warn told, once, when it cannot be written: that must not end the run.
 */
export function createLog(level: LogLevel, warn: (message: string) => void): Log {
  let file: LogFile | undefined;
  let attempts = 0;
  return {
    listen(event) {
      if (event.type === 'started') file = openLogFile(runFiles(event.folder).log, level, warn);
      if (event.type === 'attempt') attempts += 1;
      if (file?.logger !== undefined) logEvent(file.logger, event, attempts);
    },
    close() {
      file?.close();
    },
  };
}

interface LogFile {
  /** Undefined once it cannot be written any more. */
  readonly logger: Logger | undefined;
  close(): void;
}

function openLogFile(file: string, level: LogLevel, warn: (message: string) => void): LogFile {
  let logger: Logger | undefined;
  let fd: number | undefined;

  function close(): void {
    logger = undefined;
    if (fd === undefined) return;
    try {
      closeSync(fd);
    } catch {
      // What was written stands there all the same.
    }
    fd = undefined;
  }

  function goOnWithout(error: unknown): void {
    close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    warn(`${file} could not be written (${code}); the run goes on without it.`);
  }

  try {
    const opened = openPrivateSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND);
    fd = opened;
    // Straight to the file, as pino's own destination tries for ever to write to a disk that is full or broken.
    const write = (line: string): void => {
      try {
        writeSync(opened, inactive(line));
      } catch (error) {
        goOnWithout(error);
      }
    };
    logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  } catch (error) {
    goOnWithout(error);
  }
  return {
    get logger() {
      return logger;
    },
    close,
  };
}

/** @param attempts how many there were until now. */
function logEvent(logger: Logger, event: OffboardEvent, attempts: number): void {
  switch (event.type) {
    case 'started': {
      const { planned, calls, pace } = event;
      logger.info({ planned, calls, ...pace }, 'session started');
      break;
    }
    case 'attempt':
      logAttempt(logger, event);
      break;
    case 'canary': {
      const { users, rows } = event.result;
      logger.info({ users, rows }, 'the canary has ended');
      break;
    }
    case 'ended': {
      const { stop } = event;
      if (stop === undefined) logger.info({ attempts }, 'all calls have ended');
      else
        logger.warn(
          { attempts, reason: stop.reason, ...(stop.codes ?? { message: stop.message }) },
          'stopped',
        );
      break;
    }
    case 'reported': {
      const { rows, calls, seconds } = event.summary;
      logger.info({ rows, calls, seconds }, 'reports written');
      break;
    }
    case 'server':
      if (event.waitsFor === undefined) logger.warn({ attempts }, 'calls are accepted again');
      else logger.warn({ attempts, ...waitFields(event.waitsFor) }, 'nothing is accepted, waiting');
      break;
    case 'clock':
      logger.warn({ aheadMs: event.aheadMs }, "this computer's clock is far from the server's");
      break;
    case 'not_listed':
      logger.warn({ why: event.why }, 'the apps of the user pool are not known');
      break;
    case 'not_looked_up':
      logger.info('the users are too many to be looked up by themselves');
      break;
    case 'looking_up':
    case 'shared':
    case 'calling':
    case 'checking':
    case 'checked':
    case 'connecting':
    case 'connected':
    case 'reporting':
    // Looks for sessions keep no log: each answer is in checks.ndjson.
    case 'looking':
    case 'looked':
    case 'kicking_again':
    case 'seen':
      break;
  }
}

function logAttempt(
  logger: Logger,
  { call, verdict, reply, ended }: Extract<OffboardEvent, { type: 'attempt' }>,
): void {
  const detail = verdict === 'succeeded' ? 'trace' : 'debug';
  if (!logger.isLevelEnabled(detail)) return;
  const { httpStatus, statusCode, apiCode, errorCode, retryAfterMs, durationMs } = reply;
  const requestIds = reply.requestIds?.filter(isPlainId);
  const codes = { httpStatus, statusCode, apiCode, errorCode, requestIds, retryAfterMs, durationMs };
  logger[detail]({ seq: call.seq, verdict, ended, ...codes }, 'attempt');
}

/** Of the usual form: what else a server calls a request ID may be anything. */
function isPlainId(requestId: string): boolean {
  return /^[0-9a-f-]{16,64}$/i.test(requestId);
}

/** Codes only: a server's message may hold an ID. */
function waitFields({ why, reply, nextInMs, givesUpInMs }: WaitsFor): object {
  const { httpStatus, statusCode, apiCode, errorCode } = reply;
  return { why, httpStatus, statusCode, apiCode, errorCode, nextInMs, givesUpInMs };
}
