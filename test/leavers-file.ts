import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from './temporary-folder.ts';

/** A file `leavers.csv` in a folder of its own, with a user for each cell of apps: 65f0aa000000000000000000 and so on. */
export function leaversFile(apps: readonly string[]): string {
  const file = path.join(temporaryFolder(), 'leavers.csv');
  const rows = apps.map((app, at) => `65f0aa${String(at).padStart(18, '0')},${app}`);
  writeFileSync(file, ['user_id,app_ids', ...rows, ''].join('\n'));
  return file;
}
