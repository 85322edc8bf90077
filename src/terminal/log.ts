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
  let logger: Logger | undefined;
  let fd: number | undefined;
  let attempts = 0;

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

  function goOnWithout(file: string, error: unknown): void {
    close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    warn(`${file} could not be written (${code}); the run goes on without it.`);
  }

  function open(folder: string): void {
    const file = runFiles(folder).log;
    try {
      const opened = openPrivateSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND);
      fd = opened;
      // Straight to the file, as pino's own destination tries for ever to write to a disk that is full or broken.
      const write = (line: string): void => {
        try {
          writeSync(opened, inactive(line));
        } catch (error) {
          goOnWithout(file, error);
        }
      };
      logger = pino(
        { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
        { write },
      );
    } catch (error) {
      goOnWithout(file, error);
    }
  }

  return {
    listen(event) {
      switch (event.type) {
        case 'started': {
          const { folder, planned, calls, pace } = event;
          open(folder);
          logger?.info({ planned, calls, ...pace }, 'session started');
          break;
        }
        case 'attempt': {
          attempts += 1;
          const { call, verdict, reply, ended } = event;
          const detail = verdict === 'succeeded' ? 'trace' : 'debug';
          if (logger?.isLevelEnabled(detail) !== true) break;
          const { httpStatus, statusCode, apiCode, errorCode, requestIds, retryAfterMs, durationMs } = reply;
          logger[detail](
            {
              seq: call.seq,
              verdict,
              ended,
              httpStatus,
              statusCode,
              apiCode,
              errorCode,
              requestIds: requestIds?.filter(isPlainId),
              retryAfterMs,
              durationMs,
            },
            'attempt',
          );
          break;
        }
        case 'canary': {
          const { users, rows } = event.result;
          logger?.info({ users, rows }, 'the canary has ended');
          break;
        }
        case 'ended':
          if (event.stop === undefined) logger?.info({ attempts }, 'all calls have ended');
          else
            logger?.warn(
              {
                attempts,
                reason: event.stop.reason,
                ...(event.stop.codes ?? { message: event.stop.message }),
              },
              'stopped',
            );
          break;
        case 'reported': {
          const { rows, calls, seconds } = event.summary;
          logger?.info({ rows, calls, seconds }, 'reports written');
          break;
        }
        case 'server':
          if (event.waitsFor === undefined) logger?.warn({ attempts }, 'the server is back');
          else logger?.warn({ attempts, ...waitFields(event.waitsFor) }, 'nothing is accepted, waiting');
          break;
        case 'clock':
          logger?.warn({ aheadMs: event.aheadMs }, "this computer's clock is far from the server's");
          break;
        case 'calling':
        case 'checking':
        case 'checked':
        case 'connecting':
        case 'connected':
        case 'reporting':
          break;
      }
    },
    close,
  };
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
