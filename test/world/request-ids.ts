import { pick, type Random } from './random.ts';

export type OddId = 'number' | 'bigNumber' | 'missing' | 'empty' | 'header' | 'both' | 'strangeBody';

/** The request ID of a reply, as servers give it. */
export interface GivenIds {
  /** As JSON; undefined where the body has none. */
  readonly inBody: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly ids: readonly string[];
  /** The body's `statusCode` is a number, as in GenAuth's form. */
  readonly isInForm: boolean;
}

/** @param kinds those that are odd about some of the replies. */
export function requestIdFor(number: number, kinds: readonly OddId[], random: Random): GivenIds {
  const id = `req-${number}`;
  const kind = kinds.length === 0 ? 'usual' : pick(random, [...kinds, 'usual'] as const);
  const usual: GivenIds = { inBody: `"${id}"`, headers: {}, ids: [id], isInForm: true };
  switch (kind) {
    case 'usual':
      return usual;
    case 'number':
      return { ...usual, inBody: String(1_000_000 + number), ids: [String(1_000_000 + number)] };
    case 'bigNumber': {
      // Beyond what a double holds exactly.
      const text = String(9_007_199_254_740_993n + 2n * BigInt(number));
      return { ...usual, inBody: text, ids: [text] };
    }
    case 'missing':
      return { ...usual, inBody: undefined, ids: [] };
    case 'empty':
      return { ...usual, inBody: '""', ids: [] };
    case 'header':
      return { ...usual, inBody: undefined, headers: { 'x-request-id': id } };
    case 'both':
      return { ...usual, headers: { 'x-request-id': `edge-${number}` }, ids: [id, `edge-${number}`] };
    case 'strangeBody':
      return { ...usual, isInForm: false };
  }
}
