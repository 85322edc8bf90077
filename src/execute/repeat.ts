import pRetry from 'p-retry';

/** Tells p-retry to go on; what came of the attempt is with the caller. */
class NotYet extends Error {}

/**
 * Repeats an attempt until it says that it is done. p-retry only turns the wheel: how long to wait and when to give up
 * depends on the server's replies, which its options cannot express.
 * @param attempt resolves to true when no other attempt is needed.
 * @param wait is awaited between two attempts; resolves to false to give up.
 */
export async function repeat(attempt: () => Promise<boolean>, wait: () => Promise<boolean>): Promise<void> {
  let gaveUp = false;
  try {
    await pRetry(
      async () => {
        if (!(await attempt())) throw new NotYet('another attempt is needed');
      },
      {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 0,
        factor: 1,
        shouldRetry: async ({ error }) => {
          if (!(error instanceof NotYet)) return false;
          gaveUp = !(await wait());
          return !gaveUp;
        },
      },
    );
  } catch (error) {
    if (!gaveUp) throw error;
  }
}
