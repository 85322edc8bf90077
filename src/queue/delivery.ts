import { createPostgresBackend, Queue, SchemaMigrationRequiredError, Worker } from 'bullmq';

/** Says who does which chunk next. It may say so twice, or forget one: the database's claims decide. */
export interface Delivery {
  /**
   * Of a chunk and epoch that wait already nothing is added.
   * @param isUrgent before all others, and be it that they were offered some time ago.
   */
  offer(
    chunks: readonly { readonly chunk: number; readonly epoch: number }[],
    isUrgent: boolean,
  ): Promise<void>;
  /** @returns a chunk that was offered; undefined when none waits. */
  next(): Promise<number | undefined>;
  /** All offers of the run are gone. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Where BullMQ has its tables, in the same database. */
const schema = 'genauth_offboard_bullmq';
/** What nobody holds is offered again after so long. */
const againMs = 5000;
/** For a connection, and for a statement, in ms. */
const patience = { connectionTimeoutMillis: 5000, statement_timeout: 15_000, query_timeout: 16_000 };
/** BullMQ takes no higher one; the later ones come in any order. */
const lowestPriority = 2_097_152;

interface Offer {
  readonly chunk: number;
}

/** @param run of the database. */
export async function openDelivery(url: string, run: number): Promise<Delivery> {
  try {
    return await open(url, run, false);
  } catch (error) {
    // Only the first one needs the right to create tables.
    if (!(error instanceof SchemaMigrationRequiredError)) throw error;
    return open(url, run, true);
  }
}

async function open(url: string, run: number, migrate: boolean): Promise<Delivery> {
  const name = `run-${run}`;
  const connection = { connectionString: url, schema, migrate, max: 2, ...patience };
  const queue = new Queue(name, { connection }, createPostgresBackend);
  // Whoever takes an offer is done with it at once: there are no stalled ones to be looked for, and no locks to be renewed.
  const worker = new Worker(
    name,
    null,
    { connection, autorun: false, skipStalledCheck: true, skipLockRenewal: true },
    createPostgresBackend,
  );
  // What fails is asked again by whoever needs it.
  queue.on('error', ignore);
  worker.on('error', ignore);
  const close = async (): Promise<void> => {
    await Promise.all([queue.close(), worker.close()]);
  };
  try {
    await queue.waitUntilReady();
    await worker.waitUntilReady();
  } catch (error) {
    await close().catch(ignore);
    throw error;
  }

  return {
    async offer(chunks, isUrgent) {
      if (chunks.length === 0) return;
      await queue.addBulk(
        chunks.map(({ chunk, epoch }) => ({
          name: 'chunk',
          data: { chunk },
          opts: {
            // What was offered may have been taken by a worker that was killed just then: BullMQ would wait for it.
            jobId: isUrgent ? `${chunk}-${epoch}-${Math.floor(Date.now() / againMs)}` : `${chunk}-${epoch}`,
            removeOnComplete: true,
            removeOnFail: true,
            // Without one it comes first.
            ...(isUrgent ? {} : { priority: Math.min(chunk, lowestPriority) }),
          },
        })),
      );
    },
    async next() {
      const job = await worker.getNextJob('taken', { block: false });
      if (job === undefined || job === null) return undefined;
      await job.moveToCompleted(null, 'taken', false);
      return (job.data as Offer).chunk;
    },
    forget: () => queue.obliterate({ force: true }),
    close,
  };
}

function ignore(): void {}
