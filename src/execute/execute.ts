import { outlook } from './core.ts';
import type { Execution } from './execution.ts';
import { createSending, halt } from './sending.ts';
import type { Stop } from './stop/stop.ts';
import { takeCalls } from './take-calls.ts';

/**
 * Sends the calls as the core says, and keeps every attempt in the journal. Resolves when nothing is in flight any more:
 * at the end of the calls, or early with the reason of the stop. Rejects only for a bug, or when reading the calls fails.
 */
export async function execute(execution: Execution): Promise<{ readonly stop: Stop | undefined }> {
  const { stopSignal, onLive } = execution;
  const sending = createSending(execution);
  const { core, clock, limit } = sending;
  onLive?.(() => {
    const waiting = sending.openCalls - limit.activeCount - limit.pendingCount;
    return { ...outlook(core, clock.now()), waiting: Math.max(0, waiting) };
  });
  const interrupt = (): void => halt(sending, { reason: 'interrupted' });
  stopSignal?.addEventListener('abort', interrupt, { once: true });
  if (stopSignal?.aborted) interrupt();
  await takeCalls(sending);
  stopSignal?.removeEventListener('abort', interrupt);
  if (sending.bug !== undefined) throw sending.bug.error;
  return { stop: core.stop };
}
