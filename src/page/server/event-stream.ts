import type { ServerResponse } from 'node:http';

import type { Sample, State } from '../state.ts';

/** Tells all tabs what happens, by server-sent events. */
export interface EventStream {
  /** The tab gets what there is at once. */
  add(response: ServerResponse): void;
  /** To be called whenever it has changed. */
  state(): void;
  sample(sample: Sample): void;
  /** Ends all at once. */
  closeAll(): void;
  /** Tells the last state, and ends all. */
  close(): void;
}

/** So often at most a state is told that changes on and on; it is whole, so that none but the last counts. */
const tellMs = 100;
/** Something comes at least so often, or what lies between would take the connection for dead. */
const beatMs = 15_000;

/** @param current what a tab begins with. */
export function createEventStream(current: () => { state: State; samples: readonly Sample[] }): EventStream {
  const tabs = new Set<ServerResponse>();
  /** Tabs that take nothing at the moment, as their computer sleeps: they get the state of then. */
  const behind = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;
  let toldAt = 0;
  let id = 0;
  const beat = setInterval(() => {
    for (const tab of tabs) if (!tab.writableNeedDrain) tab.write(':\n\n');
  }, beatMs);
  beat.unref();

  function message(event: string, data: unknown): string {
    id += 1;
    return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  function tell(text: string): void {
    for (const tab of tabs) {
      if (tab.writableNeedDrain) behind.add(tab);
      else tab.write(text);
    }
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    toldAt = performance.now();
    if (tabs.size > 0) tell(message('state', current().state));
  }

  function closeAll(): void {
    for (const tab of tabs) tab.end();
  }

  function begin(tab: ServerResponse): void {
    const { state, samples } = current();
    tab.write(message('samples', samples) + message('state', state));
  }

  return {
    add(tab) {
      tab.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      tab.on('drain', () => {
        if (behind.delete(tab)) begin(tab);
      });
      tab.on('close', () => {
        tabs.delete(tab);
        behind.delete(tab);
      });
      tabs.add(tab);
      begin(tab);
    },
    state() {
      const waitMs = toldAt + tellMs - performance.now();
      if (waitMs <= 0) flush();
      else timer ??= setTimeout(flush, waitMs);
    },
    sample(sample) {
      if (tabs.size > 0) tell(message('sample', sample));
    },
    closeAll,
    close() {
      flush();
      clearInterval(beat);
      closeAll();
    },
  };
}
