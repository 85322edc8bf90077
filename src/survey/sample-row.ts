import type { ValidRow } from '../input/row.ts';

/** A row as it was understood, for somebody to look at. */
export interface SampleRow extends Pick<ValidRow, 'line' | 'userId' | 'userIdType'> {
  /** The first {@link maxApps} of its apps. */
  readonly appIds: readonly string[];
  readonly appCount: number;
}

const maxApps = 3;

export function sampleRow({ line, userId, userIdType, appIds }: ValidRow): SampleRow {
  return { line, userId, userIdType, appIds: appIds.slice(0, maxApps), appCount: appIds.length };
}
