import type { Readable, Writable } from 'node:stream';

import { printableLines } from '../input/printable.ts';

/** Where a command reads and prints: the process's streams, or a test's. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  /** Results, and nothing else. */
  readonly stdout: Writable;
  /** Progress, questions, warnings and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user wants to stop in an orderly way. */
  readonly stopSignal: AbortSignal;
  /** The user wants to stop now. */
  readonly abortSignal: AbortSignal;
  readonly crash: CrashNotes;
}

/** What is to be known when a bug ends the process, wherever it comes from. */
interface CrashNotes {
  /** Never to be printed; whoever reads a secret adds it. */
  readonly secrets: Set<string>;
  /** The command that goes on with what is under way. */
  wayOn: string | undefined;
  /** The words of the command itself. */
  argv: readonly string[];
}

/** Whether there is somebody to ask. */
export function isInteractive(terminal: Terminal): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

export function say(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${printableLines(text)}\n`);
}

/** Resolves when the result is handed over; a reader that went away is no error of ours. */
export function print(terminal: Terminal, text: string): Promise<void> {
  return new Promise((resolve) => {
    terminal.stdout.write(`${printableLines(text)}\n`, () => resolve());
  });
}
