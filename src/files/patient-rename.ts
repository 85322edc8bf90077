import { rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What Windows answers while another program has one of the two files open: a spreadsheet, a virus scanner, an index for searching. */
const held: ReadonlySet<unknown> = new Set(['EACCES', 'EBUSY', 'EPERM']);

/** Scanners are done in a moment; a person with the file in a spreadsheet is not waited for. */
const waitsMs = [20, 50, 100, 200, 300, 330];

/** Whether a file could not be put in its place because another program has it open. Elsewhere these are missing rights. */
export function isHeld(error: unknown, platform: string = process.platform): boolean {
  return platform === 'win32' && error instanceof Error && 'code' in error && held.has(error.code);
}

/** Renames a file, and tries for a second while another program holds it. */
export async function renamePatiently(
  from: string,
  to: string,
  means: {
    readonly platform?: string;
    readonly rename?: (from: string, to: string) => Promise<void>;
    readonly wait?: (ms: number) => Promise<unknown>;
  } = {},
): Promise<void> {
  const { platform = process.platform, rename: move = rename, wait = delay } = means;
  for (const waitMs of waitsMs) {
    try {
      await move(from, to);
      return;
    } catch (error) {
      if (!isHeld(error, platform)) throw error;
    }
    await wait(waitMs);
  }
  await move(from, to);
}
