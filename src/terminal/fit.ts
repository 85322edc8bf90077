import type { Piece } from './paint.ts';

export interface RankedPiece extends Piece {
  /** Where not all fit, those of the lowest rank are left out first. */
  readonly rank: number;
}

/** The pieces of a line that have room side by side, in their order; never a part of one, unless it alone is too long. */
export function fitting(
  pieces: readonly RankedPiece[],
  between: string,
  columns: number,
): readonly RankedPiece[] {
  if (widthOf(pieces, between) <= columns) return pieces;
  if (pieces.length === 1) return pieces.map((piece) => ({ ...piece, text: cut(piece.text, columns) }));
  const lowest = Math.min(...pieces.map(({ rank }) => rank));
  const goes = pieces.findLastIndex(({ rank }) => rank === lowest);
  return fitting(
    pieces.filter((_, at) => at !== goes),
    between,
    columns,
  );
}

export function widthOf(pieces: readonly Piece[], between: string): number {
  return pieces.reduce((width, { text }) => width + text.length, between.length * (pieces.length - 1));
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/** The text in lines of so many characters, broken between words; a word that is longer is cut. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(cut(word, columns));
    }
  }
  return lines;
}
