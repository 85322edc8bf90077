/** How a look-up of users went. */
export interface FoundCounts {
  /** Of whom GenAuth said something. */
  asked: number;
  unknown: number;
  /** Each of GenAuth's users once. */
  found: number;
  missing: number;
  /** Of those that were found. */
  activated: number;
}
