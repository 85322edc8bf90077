import type { Clock } from './clock.ts';

/** Lets attempts go in the order in which they asked, when the core says so. */
export interface Turns {
  /** @returns undefined when it has gone at once; else a promise that resolves when it has, or at `release`. */
  wait(go: () => void, key: number, first?: boolean): Promise<void> | undefined;
  /** Who has the highest key goes next. */
  highestFirst(): void;
  /** Whether anybody waits. */
  readonly isWaiting: boolean;
  /** What the core says may have changed. */
  look(): void;
  /** Lets everybody go who waits, now and from now on, without `go`: the run is stopping. */
  release(): void;
}

/** So many that have gone stay in the queue before they are cleared away. */
const maxGone = 1024;

/** @param mayGoAt from when on the next one may go; infinite: not before `look`. */
export function createTurns(mayGoAt: (at: number) => number, clock: Clock): Turns {
  let queue: { readonly key: number; readonly go: () => void; readonly resolve: () => void }[] = [];
  let place = 0;
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;
  let released = false;

  function look(): void {
    if (place === queue.length) return;
    while (place < queue.length) {
      const at = clock.now();
      const dueAt = released ? at : mayGoAt(at);
      if (dueAt > at) {
        wakeAt(dueAt, at);
        return;
      }
      const next = queue[place];
      place += 1;
      if (!released) next?.go();
      next?.resolve();
      if (place > maxGone) clear();
    }
    clear();
    timer?.cancel();
    timer = undefined;
  }

  function clear(): void {
    queue = queue.slice(place);
    place = 0;
  }

  function wakeAt(dueAt: number, at: number): void {
    if (timer?.at === dueAt) return;
    timer?.cancel();
    timer = undefined;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    const cancel = clock.after(dueAt - at, () => {
      timer = undefined;
      look();
    });
    timer = { at: dueAt, cancel };
  }

  return {
    wait(go, key, first = false) {
      if (released) return undefined;
      const at = clock.now();
      if (place === queue.length && mayGoAt(at) <= at) {
        go();
        return undefined;
      }
      return new Promise((resolve) => {
        const turn = { key, go, resolve };
        if (first) queue.splice(place, 0, turn);
        else queue.push(turn);
        look();
      });
    },
    highestFirst() {
      const waiting = queue.slice(place);
      const highest = waiting.reduce((most, { key }, at) => (key > (waiting[most]?.key ?? 0) ? at : most), 0);
      queue = [...waiting.splice(highest, 1), ...waiting];
      place = 0;
    },
    get isWaiting() {
      return place < queue.length;
    },
    look,
    release() {
      released = true;
      look();
    },
  };
}
