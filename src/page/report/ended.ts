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
