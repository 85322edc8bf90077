/** Times are ms on the member's own clock. */
export interface Block {
  readonly fromMs: number;
  /** From one slot to the next. */
  readonly gapMs: number;
  readonly slots: number;
  /** So many slots it would have had for whoever needs as many as there are. */
  readonly whole: number;
  /** In which its rate was set. */
  readonly round: number;
}

/** What was not sent when it was due may be made up for within so much time. */
const lateMs = 50;
/** Where only how many there are at once is in the way fewer would not be better used: no less than this part of a whole block. */
const leastPart = 0.25;

/** The slots that a member holds on the common timeline, in order, and how many it should ask for. */
export type OwnSlots = ReturnType<typeof createOwnSlots>;

export function createOwnSlots() {
  return {
    blocks: [] as Block[],
    /** Of the first block. */
    passed: 0,
    used: 0,
    /** Since the last report. */
    unused: 0,
    /** An attempt waits for a slot: one that is lost then was wanted, and its member is late. */
    isAwaited: false,
    /** Within the first block: nobody wanted a slot that was lost; so many attempts at once as there may be. */
    isIdle: false,
    isFull: false,
    /** Slots to ask for at most. */
    most: 1_000_000,
  };
}

export function addBlock(own: OwnSlots, block: Block): void {
  own.blocks.push(block);
}

/** @returns when the next slot is due; undefined when none is left. Those that are too late are lost. */
export function nextSlot(own: OwnSlots, at: number): number | undefined {
  for (let block = own.blocks[0]; block !== undefined; block = own.blocks[0]) {
    const { fromMs, gapMs, slots } = block;
    const lost = Math.min(slots, Math.max(own.passed, Math.ceil((at - lateMs - fromMs) / gapMs)));
    own.unused += lost - own.passed;
    own.isIdle ||= lost > own.passed && !own.isAwaited;
    own.passed = lost;
    if (own.passed < slots) return fromMs + own.passed * gapMs;
    endBlock(own, block);
  }
  return undefined;
}

/** An attempt goes now. @returns the round of its slot; undefined when none is due, as for a probe. */
export function useSlot(own: OwnSlots, at: number): number | undefined {
  const due = nextSlot(own, at);
  if (due === undefined || due > at) return undefined;
  own.passed += 1;
  own.used += 1;
  own.isAwaited = false;
  return own.blocks[0]?.round;
}

/** Who uses all its slots may have more; who had nothing to send for some gets about as many as it sent; who was late as many as before. */
function endBlock(own: OwnSlots, { slots, whole }: Block): void {
  const least = own.isFull ? Math.ceil(whole * leastPart) : 1;
  if (own.used === slots) own.most = 2 * slots;
  else if (own.isIdle || own.isFull) own.most = Math.max(least, own.used + 1);
  own.blocks.shift();
  own.passed = 0;
  own.used = 0;
  own.isIdle = false;
  own.isFull = false;
}

/** Whether the last block has begun, so that it is time to ask for another. */
export function isLastBegun({ blocks }: OwnSlots, at: number): boolean {
  const last = blocks.at(-1);
  return last === undefined || last.fromMs <= at;
}
