import { check } from './check.ts';
import { UserError } from './errors.ts';
import { allowDamaged } from './options.ts';

/**
 * The flags that `run` needs for a retry file to mean the users and apps that it was written for: mostly none, as it says all by
 * itself. IDs are judged beside each other, though, and a part of a file may look damaged where the whole does not.
 */
export async function retryFlags(file: string, abortSignal: AbortSignal | undefined): Promise<string[]> {
  try {
    const { rows } = await check(file, {}, { stopSignal: abortSignal });
    return rows.invalid === 0 ? [] : [allowDamaged];
  } catch (error) {
    if (!(error instanceof UserError) || abortSignal?.aborted === true) throw error;
    return [allowDamaged];
  }
}
