/** Marks run ahead by what is sent in so long a time at least; on a disk that is slower, by so many times what a mark takes. */
const leadMs = 100;
const marksLong = 4;
/** What is sent in a second is judged by so much time. */
const windowMs = 100;
/** However fast it goes. */
const most = 4096;

/**
 * How many calls a mark has to cover beyond the one that is about to be sent: so many that the next mark is on the disk before they
 * have gone, and no more, as a kill leaves all of them in doubt.
 * @param now monotonic, in ms.
 */
export function createLead(now: () => number) {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  let perMs = 0;
  let tookMs = 0;
  return {
    /** A call is about to be sent. */
    sends(): void {
      const forMs = now() - since;
      if (forMs >= windowMs) {
        perMs = count / forMs;
        since = now();
        count = 0;
      }
      count += 1;
    },
    /** A mark was on the disk so long after it was written. */
    marked(ms: number): void {
      tookMs = ms;
    },
    /** None while each mark is on the disk before the next call is due. */
    calls(): number {
      const ahead = Math.max(leadMs, marksLong * tookMs) * Math.max(perMs, (count - 1) / windowMs);
      return Math.min(Math.floor(ahead), most);
    },
  };
}
