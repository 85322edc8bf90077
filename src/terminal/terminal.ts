import type { Readable, Writable } from 'node:stream';

import { printableLines } from '../printable.ts';
import { paint, showsColours, type Piece, type Tone } from './paint.ts';

/** Where a command reads and prints: the process's streams, or a test's. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  /** Results, and nothing else. */
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined };
  /** Progress, questions, warnings and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user wants to stop in an orderly way. */
  readonly stopSignal: AbortSignal;
  /** The user wants to stop now. */
  readonly abortSignal: AbortSignal;
  /** Ctrl-C, where the terminal hands it to a question instead of to the process. */
  readonly interrupt: () => void;
  readonly crash: CrashNotes;
}

/** What is to be known when a bug ends the process, wherever it comes from. */
interface CrashNotes {
  /** Never to be printed; whoever reads a secret adds it. */
  readonly secrets: Set<string>;
  /** The command that goes on with what is under way. */
  resumeCommand: string | undefined;
  /** The words of the command itself. */
  argv: readonly string[];
}

/** Whether there is somebody to ask. */
export function isInteractive(terminal: Terminal): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

export function say({ stderr, environment }: Terminal, text: string, tone?: Tone): void {
  stderr.write(`${paint({ text: printableLines(text), tone }, showsColours(stderr, environment))}\n`);
}

/** Lines one below the other. */
export function sayLines(terminal: Terminal, lines: readonly Piece[]): void {
  for (const { text, tone } of lines) say(terminal, text, tone);
}

/** The same for what goes on while nobody may be watching: where it is no terminal, with the time. */
export function sayAt(terminal: Terminal, text: string): void {
  const isSeen = terminal.stderr.isTTY === true;
  say(terminal, isSeen ? text : `${new Date().toISOString().replace(/\.\d+Z$/, 'Z')}  ${text}`);
}

/**
 * Resolves when the result is handed over; a reader that went away is no error of ours.
 * @param result a text, or lines.
 */
export function print({ stdout, environment }: Terminal, result: string | readonly Piece[]): Promise<void> {
  const lines = typeof result === 'string' ? [{ text: result }] : result;
  const hasColours = showsColours(stdout, environment);
  const painted = lines.map(({ text, tone }) => paint({ text: printableLines(text), tone }, hasColours));
  return new Promise((resolve) => {
    stdout.write(`${painted.join('\n')}\n`, () => resolve());
  });
}
