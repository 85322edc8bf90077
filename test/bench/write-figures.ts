import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './measure.ts';

const [begin, end] = ['<!-- figures of npm run bench -->', '<!-- end of figures -->'];

/** Puts the figures, as a section, between their two marks in `docs/speed.md`. @throws when the marks are not there. */
export async function writeFigures(figures: string): Promise<void> {
  const file = path.join(root, 'docs/speed.md');
  const page = await readFile(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${file} has no place for the figures: ${begin} and ${end}`);
  await writeFile(file, `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`);
  execFileSync(path.join(root, 'node_modules/.bin/oxfmt'), [file]);
}
