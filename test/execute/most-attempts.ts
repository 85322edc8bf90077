/**
 * How many attempts a call can have in a session at most: for each part that its apps are searched in, so many as are its own,
 * and between two of those, while nothing at all is accepted, one for each shortest wait until the run gives up.
 */
export function mostAttempts(apps: number, retries: number, giveUpAfterMs: number): number {
  const parts = 2 * apps;
  // Of each of five kinds of failures the most retries that any has, and those that a share explains which fails anyway.
  const own = 5 * (Math.max(retries, 10) + 32 + 1);
  // Five waits that double from 250 ms on, then half of 5 s at least.
  const waits = 5 + giveUpAfterMs / 2500;
  return parts * own * (1 + Math.ceil(waits));
}
