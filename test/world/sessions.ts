import type { DiskPlan } from './disk.ts';
import { between, pick, randomFrom, scaled, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** What befalls one process of the program. */
export interface SessionPlan {
  /** How long nobody starts it. */
  readonly pauseMs: number;
  readonly disk: DiskPlan;
  /** Times count from its start. */
  readonly killAtMs?: number | undefined;
  readonly stopAtMs?: number | undefined;
  readonly suspension?: { readonly atMs: number; readonly forMs: number } | undefined;
  readonly wallJump?: { readonly atMs: number; readonly byMs: number } | undefined;
  readonly retryFailed: boolean;
}

/** The processes that are at work while the world is bad; the last of them is left alone. */
export function planSessions({ features, seed, rows }: Scenario, spanMs: number): readonly SessionPlan[] {
  const random = randomFrom(seed, 'sessions');
  const { kills, stops, fullDisk, brokenSync, suspension, wallJump } = features;
  const disk: DiskPlan = { isPowerCut: false, syncMs: pick(random, [0.1, 3, 20]) };
  const plain = (): SessionPlan => ({ pauseMs: scaled(random, 100, 60_000), disk, retryFailed: false });
  const plans: SessionPlan[] = [];
  for (let kill = 0; kill < (kills?.count ?? 0); kill += 1) {
    const isPowerCut = kills?.isPowerCut ?? false;
    const killAtWrite = {
      n: scaled(random, 1, rows.length * 1.3 + 4),
      share: pick(random, [0, random(), 1]),
    };
    const isTimed = random() < 0.3;
    plans.push({
      ...plain(),
      disk: { ...disk, isPowerCut, killAtWrite: isTimed ? undefined : killAtWrite },
      killAtMs: isTimed ? random() * spanMs : undefined,
    });
  }
  for (let stop = 0; stop < (stops?.count ?? 0); stop += 1)
    plans.push({ ...plain(), stopAtMs: random() * spanMs });
  if (fullDisk !== undefined) {
    const { afterBytes: bytes, hasBallast } = fullDisk;
    plans.push({ ...plain(), disk: { ...disk, room: { bytes, hasBallast } } });
  }
  if (brokenSync !== undefined) plans.push({ ...plain(), disk: { ...disk, brokenSyncAt: brokenSync.at } });
  shuffle(plans, random);
  plans.push(plain());
  // Whoever finds a stranger looks again before he believes it.
  if (features.stranger !== undefined) plans.push(plain());
  if (features.retryFailed !== undefined) plans.push({ ...plain(), retryFailed: true });
  plans[0] = { ...plans[0]!, pauseMs: 0, suspension, wallJump };
  return plans;
}

function shuffle(list: SessionPlan[], random: Random): void {
  for (let place = list.length - 1; place > 0; place -= 1) {
    const other = between(random, 0, place);
    [list[place], list[other]] = [list[other]!, list[place]!];
  }
}
