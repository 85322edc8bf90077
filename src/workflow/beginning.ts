import type { ProvenFile } from '../files/proven-file.ts';
import * as input from '../input/beginning.ts';
import { checkedPlan, type PlanOptions } from '../settings/plan-options.ts';
import type { Some } from '../settings/rules.ts';

/**
 * How a file begins, for somebody who is to choose its columns.
 * @param name how messages call it.
 * @throws {UserError} when it is no table, or not as the options say.
 */
export function readBeginning(
  file: ProvenFile,
  name: string,
  plan: Some<PlanOptions>,
): Promise<input.Beginning> {
  const { columns, sheet, encoding, delimiter, userIdType, appIds } = checkedPlan(plan);
  const defaults = { userIdType, appIds };
  return input.readBeginning(file, { columns, sheet, encoding, delimiter, defaults, name });
}
