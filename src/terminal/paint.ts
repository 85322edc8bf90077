/** What a piece of text says about how things are. */
export type Tone = 'good' | 'doubtful' | 'bad' | 'faint';

export interface Piece {
  readonly text: string;
  /** Absent: as text is everywhere. */
  readonly tone?: Tone | undefined;
}

const codes: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  good: [32, 39],
  doubtful: [33, 39],
  bad: [31, 39],
  faint: [2, 22],
};

/** @param hasColours without them it is the text alone. */
export function paint({ text, tone }: Piece, hasColours: boolean): string {
  if (tone === undefined || !hasColours || text === '') return text;
  const [on, off] = codes[tone];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

interface Output {
  readonly isTTY?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether what was written can be written over. */
export function canRedraw({ isTTY }: Output, { TERM }: Environment): boolean {
  return isTTY === true && TERM !== 'dumb';
}

/** Whether colours are seen as such. `NO_COLOR` counts unless it is empty (no-color.org). */
export function showsColours(output: Output, environment: Environment): boolean {
  return canRedraw(output, environment) && !environment['NO_COLOR'];
}
