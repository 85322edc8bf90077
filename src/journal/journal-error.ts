import path from 'node:path';

import { UserError } from '../errors.ts';
import { diskError, isFull } from '../files/disk-error.ts';

/** The journal cannot be written: the run has to stop. */
export class JournalError extends UserError {}

export function journalError(
  file: string,
  error: unknown,
  doing: 'keep' | 'sync',
  neededMB: number,
): JournalError {
  const told = diskError(doing, file, error);
  if (told === undefined) throw error;
  const hint = `Make room on the disk that holds ${path.dirname(file)}: the rest needs about ${neededMB} MB, and the reports some more.`;
  return new JournalError(told.message, isFull(error) ? { ...told, hint } : told);
}
