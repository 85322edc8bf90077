import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';

import type { Terminal } from './terminal.ts';

/**
 * The keyboard of the terminal on which messages are shown, for questions where stdin holds something else.
 * @returns undefined where there is none. Whoever asks for it destroys it, as it keeps the process alive.
 */
export function openKeyboard({ stderr }: Pick<Terminal, 'stderr'>): ReadStream | undefined {
  if (stderr.isTTY !== true) return undefined;
  try {
    return new ReadStream(openSync(process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r+'));
  } catch {
    return undefined;
  }
}
