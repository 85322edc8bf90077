import { connectPatiently } from '../../src/execute/connect.ts';
import { ownConnection } from '../../src/genauth/connection.ts';
import { createSeenRequestIds } from '../../src/genauth/seen-request-ids.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { recoverJournal } from '../../src/journal/recover.ts';
import { recallRequestIds } from '../../src/journal/request-key.ts';
import { openSeen } from '../../src/verify/seen.ts';
import { createVerifier } from '../../src/workflow/look-for-sessions.ts';
import type { Disk } from './disk.ts';
import { createWorldClient, planOfWorld, type Means, type Program } from './program.ts';

export interface LookMeans extends Omit<Means, 'disk' | 'retryFailed'> {
  /** Under the checks, and under the journal. */
  readonly disks: (end: number, journalEnd: number) => { readonly checks: Disk; readonly journal: Disk };
  readonly isRekicked: boolean;
  readonly most: number;
}

export interface Look {
  /** Looks for the sessions; in virtual time. @returns why it stopped. */
  look(): Promise<string | undefined>;
  close(): void;
  readonly checksDisk: Disk;
  readonly journalDisk: Disk;
}

/**
 * What `workflow/verify.ts` does for a folder that is claimed, with clock, disk and network of the world.
 * @returns undefined where there is nothing to look for.
 */
export async function startLook(
  { calls, reader, folder, journalFile }: Program,
  means: LookMeans,
): Promise<Look | undefined> {
  const { life, options, random, stopSignal } = means;
  const index = createJournalIndex(calls);
  const seenIds = createSeenRequestIds();
  const journalEnd = await recoverJournal(journalFile, index, recallRequestIds(seenIds));
  const of = { calls: reader, index, plan: planOfWorld };
  const seen = await openSeen(folder, of, (record) => {
    const ids = 'requestIds' in record ? (record.requestIds ?? []) : [];
    for (const id of ids) seenIds.isOfAnother(id, `check ${id}`);
  });
  if (seen.pairs.said === 0) {
    seen.close();
    return undefined;
  }
  const connection = ownConnection(createWorldClient(means, seenIds));
  const disks = means.disks(seen.end, journalEnd);
  const { after, now, wall } = life;
  const verifier = await createVerifier(
    { folder, plan: planOfWorld, pace: options, index, journalEnd, calls: reader, connection, seen },
    { maxChecks: means.most, rekick: means.isRekicked, stopSignal },
    {
      clock: life,
      now: wall,
      random,
      checksFile: { disk: disks.checks, after },
      journal: { disk: disks.journal, makeRoom: () => false, after, now },
    },
  );

  async function look(): Promise<string | undefined> {
    const stop = await connectPatiently({
      connect: connection.connect,
      giveUpAfterMs: options.giveUpAfterMs,
      serverIsKnown: true,
      stopSignal,
      clock: life,
      random,
    });
    if (stop === undefined) await verifier.look();
    return (await verifier.close())?.reason ?? stop?.reason;
  }

  return { look, close: seen.close, checksDisk: disks.checks, journalDisk: disks.journal };
}
