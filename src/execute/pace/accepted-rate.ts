/** What was accepted is counted over a little more than a second, the window of many limits. */
const slots = { count: 12, ms: 100 };

export type AcceptedRate = ReturnType<typeof createAcceptedRate>;

export function createAcceptedRate() {
  return { counts: new Float64Array(slots.count), slot: 0 };
}

export function countAccepted(accepted: AcceptedRate, isAccepted: boolean, at: number): void {
  const { counts } = accepted;
  const now = Math.floor(at / slots.ms);
  const first = Math.max(accepted.slot + 1, now - slots.count + 1);
  for (let next = first; next <= now; next += 1) counts[next % slots.count] = 0;
  accepted.slot = Math.max(accepted.slot, now);
  const place = accepted.slot % slots.count;
  if (isAccepted) counts[place] = (counts[place] ?? 0) + 1;
}

export function acceptedPerSecond({ counts }: AcceptedRate): number {
  return (counts.reduce((sum, each) => sum + each, 0) * 1000) / (slots.count * slots.ms);
}
