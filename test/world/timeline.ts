/** Time that passes from event to event. */
export interface Timeline {
  /** Milliseconds since the begin. */
  now(): number;
  /**
   * @param isQuiet nobody waits for it with a promise, so that what follows may come at once.
   * @returns what cancels it.
   */
  at(time: number, happens: () => void, isQuiet?: boolean): () => void;
  /** Lets happen what is due next, up to the first event that is not quiet. @returns false when nothing is due. */
  step(): boolean;
  /** Nothing may happen up to then: time is let pass. */
  skipTo(time: number): void;
}

interface Event {
  readonly time: number;
  readonly order: number;
  readonly isQuiet: boolean;
  happens: (() => void) | undefined;
}

export function createTimeline(): Timeline {
  const heap: Event[] = [];
  let time = 0;
  let order = 0;

  return {
    now: () => time,
    at(due, happens, isQuiet = false) {
      order += 1;
      const event: Event = { time: Math.max(time, due), order, isQuiet, happens };
      push(heap, event);
      return () => {
        event.happens = undefined;
      };
    },
    step() {
      for (let next = pop(heap); next !== undefined; next = pop(heap)) {
        const { happens, isQuiet } = next;
        if (happens === undefined) continue;
        time = Math.max(time, next.time);
        happens();
        if (!isQuiet) return true;
      }
      return false;
    },
    skipTo(until) {
      for (let next = heap[0]; next !== undefined && next.time <= until; next = heap[0]) {
        pop(heap);
        time = Math.max(time, next.time);
        next.happens?.();
      }
      time = Math.max(time, until);
    },
  };
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let place = heap.push(event) - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (isBefore(heap[parent]!, event)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = event;
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (isBefore(last, heap[child]!)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = last;
  return top;
}

/** Everything that waits for a promise goes on as far as it can. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
