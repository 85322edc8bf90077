import type { Clock } from '../../src/execute/clock.ts';

/** Time that passes only when it is told to; what is due happens in order. */
export interface VirtualClock extends Clock {
  /** Lets time pass up to `until`; promises that become due settle in between. */
  runUntil(until: number): Promise<void>;
  /** When something is due next; undefined when nothing is. */
  nextAt(): number | undefined;
}

export function createVirtualClock(): VirtualClock {
  const heap: { at: number; order: number; due: (() => void) | undefined }[] = [];
  let time = 0;
  let order = 0;

  function push(item: (typeof heap)[number]): void {
    let place = heap.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(heap[parent]!, heap[place]!)) break;
      [heap[parent], heap[place]] = [heap[place]!, heap[parent]!];
      place = parent;
    }
  }

  function pop(): (typeof heap)[number] {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      for (let place = 0; ;) {
        const children = [2 * place + 1, 2 * place + 2].filter((child) => child < heap.length);
        const least = children.reduce(
          (least, child) => (isBefore(heap[child]!, heap[least]!) ? child : least),
          place,
        );
        if (least === place) break;
        [heap[least], heap[place]] = [heap[place]!, heap[least]!];
        place = least;
      }
    }
    return top;
  }

  const isBefore = (a: (typeof heap)[number], b: (typeof heap)[number]): boolean =>
    a.at < b.at || (a.at === b.at && a.order < b.order);

  return {
    now: () => time,
    after(delayMs, then) {
      const item: (typeof heap)[number] = { at: time + Math.max(0, delayMs), order: (order += 1), due: then };
      push(item);
      return () => {
        item.due = undefined;
      };
    },
    async runUntil(until) {
      while (heap.length > 0 && heap[0]!.at <= until) {
        const { at, due } = pop();
        if (due === undefined) continue;
        time = Math.max(time, at);
        due();
        // What was waited for goes on before the next moment comes.
        for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
      }
      time = Math.max(time, until);
    },
    nextAt() {
      while (heap.length > 0 && heap[0]!.due === undefined) pop();
      return heap[0]?.at;
    },
  };
}
