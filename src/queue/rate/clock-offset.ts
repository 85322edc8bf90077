/** What to add to the own time for that of the database: found by answers that say its time, of which the quickest says most. */
export type ClockOffset = ReturnType<typeof createClockOffset>;

/** Clocks drift: so much surer in ms a newer answer need not be, for each ms of its age. */
const drift = 0.0001;

export function createClockOffset() {
  return { ms: undefined as number | undefined, roundTripMs: 0, at: 0 };
}

/** @param asked, answered on the own clock; `said` on the database's, some time between. */
export function hearClock(offset: ClockOffset, asked: number, answered: number, said: number): void {
  const roundTripMs = answered - asked;
  const aged = offset.roundTripMs + drift * (answered - offset.at);
  const { ms } = offset;
  // A clock that was set, or stood still, is known by what cannot be.
  const isImpossible = ms === undefined || ms < said - answered - aged || ms > said - asked + aged;
  if (!isImpossible && roundTripMs > aged) return;
  offset.ms = said - (asked + answered) / 2;
  offset.roundTripMs = roundTripMs;
  offset.at = answered;
}
