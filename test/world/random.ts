/** Numbers from a seed: the same seed and stream give the same numbers. */
export interface Random {
  /** From 0 up to 1. */
  (): number;
}

/** Streams of one seed have nothing to do with each other, so that leaving one thing out leaves the others as they were. */
export function randomFrom(seed: number, stream: string): Random {
  let state = seed >>> 0;
  for (let place = 0; place < stream.length; place += 1) {
    state = Math.imul(state ^ stream.charCodeAt(place), 0x5bd1e995) >>> 0;
    state = (state ^ (state >>> 13)) >>> 0;
  }
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number, both ends included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** Like {@link between}, but each order of magnitude is as likely as the others. */
export function scaled(random: Random, least: number, most: number): number {
  return Math.round(least * (most / least) ** random());
}

export function chance(random: Random, share: number): boolean {
  return random() < share;
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!;
}
