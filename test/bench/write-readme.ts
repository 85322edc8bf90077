import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './measure.ts';

const [begin, end] = ['<!-- figures of npm run bench -->', '<!-- end of figures -->'];

/** Puts the figures, as a section, between their two marks in the README. @throws when the marks are not there. */
export async function writeReadme(figures: string): Promise<void> {
  const file = path.join(root, 'README.md');
  const readme = await readFile(file, 'utf8');
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${file} has no place for the figures: ${begin} and ${end}`);
  await writeFile(
    file,
    `${readme.slice(0, from + begin.length)}\n\n## Speed\n\n${figures}\n\n${readme.slice(to)}`,
  );
  execFileSync(path.join(root, 'node_modules/.bin/oxfmt'), [file]);
}
