import type { Readable, Writable } from 'node:stream';

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
}

/** Whether there is somebody to ask. */
export function isInteractive(terminal: Terminal): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

export function say(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${harmless(text)}\n`);
}

/** Resolves when the result is handed over; a reader that went away is no error of ours. */
export function print(terminal: Terminal, text: string): Promise<void> {
  return new Promise((resolve) => {
    terminal.stdout.write(`${harmless(text)}\n`, () => resolve());
  });
}

/**
 * Text can come from a file, its name or a server. What could drive the terminal, turn text around or hide in it is shown as
 * its code, in the form that JSON has too: there it stays the same text.
 */
function harmless(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) =>
    Array.from(
      { length: char.length },
      (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
