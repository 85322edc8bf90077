import type { IdKind } from './damage.ts';

/** Numbers that probably lost their leading zeros: what the other IDs of their kind look like. */
export interface LostZeros {
  /** How many digits nearly all have. */
  readonly width: number;
  /** How many have so many digits, and how many of those begin with 0. */
  readonly ids: number;
  readonly withZeros: number;
  /** Whether the evidence is clear enough to refuse those that are shorter; otherwise they are warned of. */
  readonly isClear: boolean;
}

/** Numbers of more than 15 digits that end in zeros after the fifteenth. */
export interface CutDigits {
  /** How many numbers are so long, and how many of them end so. */
  readonly ids: number;
  readonly cut: number;
  readonly isClear: boolean;
}

/** What the numbers of one kind say against some of them. */
export interface DigitEvidence {
  readonly lostZeros?: LostZeros;
  readonly cutDigits?: CutDigits;
}

export interface DigitCounts {
  /** Takes one ID, which is to be given once however many rows name it. */
  add(kind: IdKind, id: string): void;
  judge(): Partial<Record<IdKind, DigitEvidence>>;
}

/** Spreadsheets keep so many digits of a number. */
const keptDigits = 15;
/** What user IDs and app IDs are made of, and must not be taken for numbers. */
export const objectIdWidth = 24;
const maxWidth = 64;

interface Widths {
  /** IDs by their number of digits; those of them that begin with 0; those that end in zeros from the sixteenth on. */
  readonly all: number[];
  readonly padded: number[];
  readonly cut: number[];
}

const zero = 0x30;
const nine = 0x39;

/** Counts the IDs that are made of digits alone, in memory that does not grow with them. */
export function createDigitCounts(): DigitCounts {
  const kinds = new Map<IdKind, Widths>();
  return {
    add(kind, id) {
      const first = id.charCodeAt(0);
      if (first < zero || first > nine || id.length > maxWidth || !isDigits(id)) return;
      let widths = kinds.get(kind);
      if (widths === undefined) {
        const none = (): number[] => Array.from({ length: maxWidth + 1 }, () => 0);
        widths = { all: none(), padded: none(), cut: none() };
        kinds.set(kind, widths);
      }
      countIn(widths.all, id.length);
      if (first === zero) countIn(widths.padded, id.length);
      else if (isCut(id)) countIn(widths.cut, id.length);
    },
    judge() {
      const found: [IdKind, DigitEvidence][] = [];
      for (const [kind, widths] of kinds) {
        const lostZeros = judgeZeros(widths, kind);
        const cutDigits = judgeCut(widths);
        if (lostZeros === undefined && cutDigits === undefined) continue;
        found.push([
          kind,
          {
            ...(lostZeros === undefined ? {} : { lostZeros }),
            ...(cutDigits === undefined ? {} : { cutDigits }),
          },
        ]);
      }
      return Object.fromEntries(found);
    },
  };
}

/** Whether a number shows what a spreadsheet makes of one with more digits than it keeps. */
export function isCut(id: string): boolean {
  return id.length > keptDigits && /^[1-9]\d{14}0+$/.test(id);
}

/** Whether a number may have lost zeros before it, where numbers of its kind have `width` digits. */
export function isShort(id: string, width: number, kind: IdKind): boolean {
  return isShortWidth(id.length, width, kind) && /^[1-9]\d*$/.test(id);
}

/** A phone number begins with one zero; one that lacks more digits lacks its area code. */
function isShortWidth(length: number, width: number, kind: IdKind): boolean {
  return length <= keptDigits && (kind === 'phone' ? length === width - 1 : length < width);
}

function isDigits(id: string): boolean {
  for (let at = 0; at < id.length; at += 1) {
    const unit = id.charCodeAt(at);
    if (unit < zero || unit > nine) return false;
  }
  return true;
}

function countIn(counts: number[], width: number): void {
  counts[width] = (counts[width] ?? 0) + 1;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/**
 * Clear when nearly all others have one width and many of them begin with 0: whoever numbers so writes a short number
 * with zeros as well. Phone numbers of different kinds differ in width, so there nearly all have to begin with 0.
 */
function judgeZeros({ all, padded, cut }: Widths, kind: IdKind): LostZeros | undefined {
  const withZeros = Math.max(...padded);
  if (withZeros === 0) return undefined;
  const width = padded.indexOf(withZeros);
  const ids = all[width] ?? 0;
  const short = all.filter((count, at) => count > (padded[at] ?? 0) && isShortWidth(at, width, kind));
  if (short.length === 0) return undefined;
  // Digits that are lost tell nothing about zeros.
  const others = sum(all) - sum(cut) - 1;
  if (ids < others * 0.5) return undefined;
  const isPadded = withZeros >= 2 && withZeros >= ids * (kind === 'phone' ? 0.8 : 0.05);
  return { width, ids, withZeros, isClear: isPadded && ids >= others * 0.8 };
}

/**
 * One number of 16 digits in ten ends in 0 by itself, so a single one says little. The measure is how small the chance
 * is of so many by accident: one in a hundred is clear where all end so, as a spreadsheet cuts all alike, and one in a
 * million where some do; one in ten and one in a thousand are odd.
 */
function judgeCut({ all, cut }: Widths): CutDigits | undefined {
  let [ids, cutIds, rarity] = [0, 0, 0];
  for (let width = keptDigits + 1; width <= maxWidth; width += 1) {
    const [count, found] = [all[width] ?? 0, cut[width] ?? 0];
    if (width === objectIdWidth || count === 0) continue;
    ids += count;
    cutIds += found;
    rarity += rarityOf(found, count, 10 ** (keptDigits - width));
  }
  const [odd, clear] = cutIds === ids ? [1, 2] : [3, 6];
  const isClear = rarity >= clear - 1e-9;
  if (isClear || rarity >= odd - 1e-9) return { ids, cut: cutIds, isClear };
  const cutObjectIds = cut[objectIdWidth] ?? 0;
  if (cutObjectIds === 0) return undefined;
  return { ids: all[objectIdWidth] ?? 0, cut: cutObjectIds, isClear: false };
}

/** At most one in `10 ** rarity` is the chance that `found` or more of `count` have what each has with `chance` (Chernoff). */
function rarityOf(found: number, count: number, chance: number): number {
  const share = found / count;
  if (share <= chance) return 0;
  const rest = share === 1 ? 0 : (1 - share) * Math.log10((1 - share) / (1 - chance));
  return count * (share * Math.log10(share / chance) + rest);
}
