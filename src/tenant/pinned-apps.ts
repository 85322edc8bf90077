import path from 'node:path';

import type { PinnedFile } from '../files/copy-input.ts';
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
