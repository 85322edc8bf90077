import { canRedraw, paint, showsColours, type Piece } from './paint.ts';
import { columnsOf, createScreen } from './screen.ts';
import { sayAt, type Terminal } from './terminal.ts';

const plainLineMs = 10_000;

/** Where progress is shown: over and over in the same place, or as lines one after the other. */
export interface Board {
  refresh(): void;
  /** @param isTold the last state is told where lines follow each other, too. */
  settle(isTold: boolean): void;
  /** Said where lines follow each other: in the others it can be seen. */
  note(text: string): void;
  /** Said wherever it is, and stays. */
  sayAbove(text: string): void;
}

/** What stands there at the moment. @param isLast nothing follows, and it stays. */
export interface Shown {
  lines(isLast: boolean, columns: number): readonly Piece[][];
  plain(isLast: boolean): string;
}

/** @param now monotonic, in ms. */
export function createBoard(terminal: Terminal, now: () => number, shown: Shown): Board {
  const { stderr, environment } = terminal;
  let saidAt = now();

  function sayNow(text: string): void {
    saidAt = now();
    sayAt(terminal, text);
  }

  if (!canRedraw(stderr, environment)) {
    return {
      refresh() {
        if (now() - saidAt >= plainLineMs) sayNow(shown.plain(false));
      },
      settle(isTold) {
        if (isTold) sayNow(shown.plain(true));
      },
      note: sayNow,
      sayAbove: sayNow,
    };
  }
  const screen = createScreen(stderr);
  const hasColours = showsColours(stderr, environment);
  const painted = (isLast: boolean): string =>
    shown
      .lines(isLast, columnsOf(stderr))
      .map((line) => line.map((piece) => paint(piece, hasColours)).join(''))
      .join('\n');
  return {
    refresh: () => screen.show(painted(false)),
    settle: () => screen.leave(painted(true)),
    note() {},
    sayAbove(text) {
      screen.clear();
      sayNow(text);
    },
  };
}
