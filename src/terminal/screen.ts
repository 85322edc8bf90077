import { createLogUpdate } from 'log-update';

import type { Terminal } from './terminal.ts';

/** Lines of a terminal that can be written over. */
export interface Screen {
  /** Puts these lines in the place of those before. */
  show(text: string): void;
  /** The same for good. */
  leave(text: string): void;
  clear(): void;
}

export function createScreen(stderr: Terminal['stderr']): Screen {
  const update = createLogUpdate(stderr as NodeJS.WriteStream);
  let widths: readonly number[] = [];

  /** A terminal that became narrower has broken the lines that stood there, and they take more rows than were written. */
  function eraseBroken(): void {
    const columns = columnsOf(stderr);
    const more = widths.reduce((rows, width) => rows + Math.max(0, Math.ceil(width / columns) - 1), 0);
    if (more === 0) return;
    stderr.write('\u001b[2K\u001b[1A'.repeat(more));
    update.clear();
  }

  const show = (text: string): void => {
    eraseBroken();
    update(text);
    widths = text.split('\n').map((line) => line.replaceAll(/\u001b\[\d+m/g, '').length);
  };
  return {
    show,
    leave(text) {
      if (text === '') update.clear();
      else show(text);
      update.done();
      widths = [];
    },
    clear() {
      eraseBroken();
      update.clear();
      widths = [];
    },
  };
}

/** Some that are none of a person's say that they have none. */
export function columnsOf({ columns }: { readonly columns?: number }): number {
  return columns === undefined || columns <= 0 ? 80 : columns;
}
