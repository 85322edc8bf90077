import { createInterface } from 'node:readline/promises';

import { printable } from '../printable.ts';
import { say, type Terminal } from './terminal.ts';

/** Asks on the terminal. @returns what was typed, trimmed; undefined when the question was left by Ctrl-C or Ctrl-D. */
export async function askFor(terminal: Terminal, question: string): Promise<string | undefined> {
  const lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const left = new AbortController();
  // While a question is open the terminal hands Ctrl-C to it instead of to the process.
  lines.on('SIGINT', terminal.interrupt);
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

const mostTries = 3;
const noes: ReadonlySet<string> = new Set(['n', 'no', 'q', 'quit', 'stop', 'cancel']);

/**
 * Asks for a word that nobody types by mistake, again where something else was typed.
 * @param expected as it is called: `yes`, `the number of users, 42`. @returns whether it was typed.
 */
export async function askUntil(
  terminal: Terminal,
  question: string,
  expected: string,
  isIt: (typed: string) => boolean,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const typed = await askFor(terminal, question);
    if (typed === undefined || noes.has(typed.toLowerCase())) return false;
    if (isIt(typed)) return true;
    const what = typed === '' ? 'Nothing was typed' : `"${printable(typed, 40)}" is not it`;
    if (tries === mostTries) {
      say(terminal, `${what}: ${expected} was expected.`);
      return false;
    }
    say(terminal, `${what}: type ${expected}, to go on, or no to leave it.`);
  }
}

/** A program that waits for its input without a word looks as if it hung. */
export function sayReading(terminal: Terminal, stdin: Terminal['stdin']): void {
  const end = process.platform === 'win32' ? 'Ctrl-Z and Enter' : 'Ctrl-D';
  const typed = stdin.isTTY === true ? `; type or paste them, and end with ${end} on a line of its own` : '';
  say(terminal, `Reading the users from stdin${typed}.`);
}
