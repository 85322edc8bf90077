import { createInterface } from 'node:readline/promises';

import { say, type Terminal } from './terminal.ts';

/** Asks on the terminal. @returns what was typed, trimmed; undefined when the question was left by Ctrl-C or Ctrl-D. */
export async function askFor(terminal: Terminal, question: string): Promise<string | undefined> {
  const lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const left = new AbortController();
  // While a question is open the terminal hands Ctrl-C to it instead of to the process.
  lines.on('SIGINT', () => left.abort());
  lines.on('close', () => left.abort());
  try {
    return (
      await lines.question(question, { signal: AbortSignal.any([left.signal, terminal.stopSignal]) })
    ).trim();
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      terminal.stderr.write('\n');
      return undefined;
    }
    throw error;
  } finally {
    lines.close();
  }
}

/** A program that waits for its input without a word looks as if it hung. */
export function sayReading(terminal: Terminal, stdin: Terminal['stdin']): void {
  const end = process.platform === 'win32' ? 'Ctrl-Z and Enter' : 'Ctrl-D';
  const typed = stdin.isTTY === true ? `; type or paste them, and end with ${end} on a line of its own` : '';
  say(terminal, `Reading the users from stdin${typed}.`);
}
