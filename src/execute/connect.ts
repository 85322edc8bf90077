import type { Reply } from '../genauth/reply.ts';
import { judge } from '../genauth/verdict.ts';
import { outlook, type CoreOptions } from './core.ts';
import { isNameOfNobody } from './patience.ts';
import { carryOut, createSending, goOn, hear, newTask, takeTurn, type SendingOptions } from './sending.ts';
import type { Stop } from './stop/stop.ts';

export interface Connecting
  extends
    Pick<CoreOptions, 'giveUpAfterMs' | 'serverIsKnown' | 'onServer' | 'random'>,
    Pick<SendingOptions, 'stopSignal' | 'clock'> {
  /** Resolves to the reply that refused it, or to undefined. */
  readonly connect: () => Promise<Reply | undefined>;
}

/** What fails for so short a time is tried again before anybody has read of it. */
const silentTries = 2;

/**
 * Gets what is needed to authorise, before the first call, with the patience that a run has.
 * @returns why the run cannot begin, or undefined.
 */
export async function connectPatiently(connecting: Connecting): Promise<Stop | undefined> {
  const { connect, onServer, serverIsKnown } = connecting;
  const renew = (): Promise<boolean> => Promise.resolve(true);
  const sending = createSending({ ...connecting, onServer: undefined, concurrency: 1, retries: 0, renew });
  const { core, clock } = sending;
  // There is nobody to compare with, and nobody else to try.
  core.gate.timesAsMany = 0;
  const task = newTask();
  let failures = 0;

  async function send(): Promise<void> {
    const reply = await connect();
    if (reply === undefined) {
      task.next = { kind: 'ended', final: true };
      if (failures > silentTries) onServer?.(undefined);
      return;
    }
    const verdict = judge(reply);
    // A key that has never worked is wrong; one that has worked may have met a node that lags.
    if (verdict === 'fatal' && !serverIsKnown) core.stop ??= { reason: 'unauthorized', reply };
    hear(sending, task, reply, verdict, clock.now());
    goOn(sending);
    failures = isNameOfNobody(reply) ? silentTries + 1 : failures + 1;
    if (failures > silentTries && core.stop === undefined) onServer?.(outlook(core, clock.now()).waitsFor);
  }

  await carryOut(sending, task, () => takeTurn(sending, task, send));
  sending.close();
  return core.stop;
}
