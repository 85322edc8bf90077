import { existsSync } from 'node:fs';

import { exitCodes, UserError } from '../errors.ts';
import { prove, type ProvenFile } from './proven-file.ts';

/** As what a file was pinned. */
export type Pin = Pick<ProvenFile, 'size' | 'sha256'>;

/**
 * Proves a file that may have stood in a run folder for hours.
 * @param whatFor what nobody can tell without it. @param chunkBytes as in `createProof`.
 * @throws {UserError} when it is missing, cut or changed.
 */
export async function openPinned(
  file: string,
  pin: Pin,
  whatFor: string,
  chunkBytes?: number,
): Promise<ProvenFile> {
  const refuse = (what: string): UserError =>
    new UserError(`${file} ${what}.`, {
      hint: `Restore it as it was; its size and SHA-256 are in run.json. Without it nobody can tell ${whatFor}.`,
      exitCode: exitCodes.broken,
    });
  if (!existsSync(file)) throw refuse('is missing');
  const found = await prove(file, chunkBytes);
  if (found.size < pin.size) throw refuse(`was cut: it has ${found.size} of its ${pin.size} bytes`);
  if (found.sha256 !== pin.sha256) throw refuse('was changed since the run began');
  return found;
}
