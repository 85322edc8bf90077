import type { OffboardEvent } from '../../events.ts';

/** What is done about events, by their type; the others pass. */
export type Heard = {
  readonly [T in OffboardEvent['type']]?: (event: Extract<OffboardEvent, { readonly type: T }>) => void;
};

export function hear(heard: Heard, event: OffboardEvent): void {
  (heard[event.type] as ((event: OffboardEvent) => void) | undefined)?.(event);
}
