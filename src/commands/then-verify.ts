import { Writable } from 'node:stream';

import { exitCodes, type ExitCode } from '../errors.ts';
import type { Flags } from '../settings/rules.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import type { Outcome } from '../workflow/session.ts';
import { printError } from './print-error.ts';
import type { VerifySettingsOfCommand } from './verify.ts';

/** From the best to the worst. */
const order: readonly ExitCode[] = [
  exitCodes.succeeded,
  exitCodes.incomplete,
  exitCodes.stopped,
  exitCodes.interrupted,
  exitCodes.refused,
  exitCodes.broken,
];

function worseOf(one: ExitCode, other: ExitCode): ExitCode {
  return order.indexOf(one) > order.indexOf(other) ? one : other;
}

/**
 * Sends, and with `--verify` looks for the sessions afterwards, where all was sent and GenAuth said of any that they are ended.
 * @param send gets the terminal to show itself on, and hands over how it ended. @returns the worse of both exit codes.
 */
export async function thenVerify(
  terminal: Terminal,
  flags: Flags,
  of: { readonly host: string | undefined; readonly settings: VerifySettingsOfCommand },
  send: (terminal: Terminal, keep: (outcome: Outcome) => Outcome) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (flags['verify'] !== true) return send(terminal, (outcome) => outcome);
  const isJson = flags['json'] === true;
  let ended: Outcome | undefined;
  // What is printed for programs is one text, with all that came of it.
  const exitCode = await send(
    isJson ? { ...terminal, stdout: nowhere() } : terminal,
    (outcome) => (ended = outcome),
  );
  if (ended === undefined) return exitCode;
  const { folder, summary, stop } = ended;
  const isSaid = summary !== undefined && summary.rows.succeeded + summary.rows.partial > 0;
  if (stop !== undefined || !isSaid) {
    if (isJson) await print(terminal, JSON.stringify({ folder, ...summary }, undefined, 2));
    return exitCode;
  }
  const { host, settings } = of;
  const ofRun = { folder, host, isHostSure: true, flags, anew: [], environment: terminal.environment };
  try {
    // Most runs need nothing of it.
    const { watchVerify } = await import('./verify.ts');
    return worseOf(exitCode, await watchVerify(terminal, flags, ofRun, settings));
  } catch (error) {
    return worseOf(exitCode, printError(error, terminal));
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
