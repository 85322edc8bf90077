/** What became of a row; together they add up to the rows of the input. */
export const rowStatuses = [
  'succeeded',
  'partial',
  'failed',
  'unknown',
  'invalid',
  'skipped',
  'not_attempted',
] as const;

export type RowStatus = (typeof rowStatuses)[number];
