const known = [
  'finished',
  'killed',
  'interrupted',
  'not_started',
  'unauthorized',
  'forbidden',
  'unreachable',
  'server_down',
  'throttled',
  'failures',
  'canary',
] as const;

/** Which text says how a run ended: that of `ended` in `summary.json`. */
export function endedKey(ended: string): `ended.${(typeof known)[number] | 'other'}` {
  return `ended.${known.find((each) => each === ended) ?? 'other'}`;
}

const stops = [
  'interrupted',
  'unauthorized',
  'fatal',
  'forbidden',
  'unreachable',
  'server_down',
  'throttled',
  'failures',
  'canary',
  'journal',
] as const;

/** Which text says why a process stopped; undefined for a reason of another version. */
export function stopKey(reason: string): `stop.${(typeof stops)[number]}` | undefined {
  const found = stops.find((each) => each === reason);
  return found === undefined ? undefined : `stop.${found}`;
}
