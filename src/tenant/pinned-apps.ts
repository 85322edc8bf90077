import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { PinnedFile } from '../files/copy-input.ts';
import { changedFile } from '../files/proven-file.ts';
import { createProvenWriter } from '../files/proven-writer.ts';
import type { App } from '../input/cell/known-apps.ts';
import { runFiles } from '../run-folder/run-files.ts';

/** Writes down which apps there were when the plan was made. @throws {UserError} when it cannot be written. */
export async function pinApps(folder: string, apps: readonly App[]): Promise<PinnedFile> {
  const place = runFiles(folder).apps;
  const writer = createProvenWriter(place);
  try {
    writer.write(`${JSON.stringify(apps, undefined, 2)}\n`);
    const { size, sha256 } = await writer.finish();
    const file = path.basename(place);
    return { name: file, file, size, sha256 };
  } finally {
    writer.close();
  }
}

/** @throws {UserError} when the file is not as it was written. */
export async function readPinnedApps(folder: string, pinned: PinnedFile): Promise<readonly App[]> {
  const place = path.join(folder, pinned.file);
  const content = await readFile(place).catch(() => undefined);
  if (content === undefined || createHash('sha256').update(content).digest('hex') !== pinned.sha256) {
    throw changedFile(place);
  }
  // The hash vouches for its shape.
  return JSON.parse(content.toString()) as App[];
}
