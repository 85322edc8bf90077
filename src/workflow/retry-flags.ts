import { check } from './check.ts';
import { UserError } from '../errors.ts';
import { allowFlags, type PlanOptions } from '../settings/plan-options.ts';

/**
 * The flags that `run` needs for a retry file to mean the users and apps that it was written for: mostly none, as it says all by
 * itself. IDs are judged beside each other, though, and a part of a file may look damaged where the whole does not.
 * @param allowed what the run let through.
 */
export async function retryFlags(
  file: string,
  allowed: PlanOptions['allowDamagedIds'],
  abortSignal: AbortSignal | undefined,
): Promise<string[]> {
  const refusedWith = async (allowDamagedIds: PlanOptions['allowDamagedIds']): Promise<readonly string[]> => {
    const { problems } = await check(file, { allowDamagedIds }, { stopSignal: abortSignal });
    return problems.map(({ value }) => value);
  };
  try {
    if ((await refusedWith(false)).length === 0) return [];
    // What stands for nothing is let through by its name only.
    const named = typeof allowed === 'object' ? allowed : undefined;
    return allowFlags(named === undefined || [...named, ...(await refusedWith(named))]);
  } catch (error) {
    if (!(error instanceof UserError) || abortSignal?.aborted === true) throw error;
    return allowFlags(true);
  }
}
