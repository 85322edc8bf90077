import type { Life } from './life.ts';
import type { Network } from './network.ts';
import type { Program } from './program.ts';
import type { Exchange, Inquiry } from './record.ts';
import type { Scenario } from './scenario.ts';
import type { SessionPlan } from './sessions.ts';
import type { Tenant } from './tenant.ts';
import type { Timeline } from './timeline.ts';

/** All that there is, and all that was said in it. */
export interface World {
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly tenant: Tenant;
  readonly network: Network;
  readonly program: Program;
  readonly exchanges: Exchange[];
  readonly inquiries: Inquiry[];
  readonly log: ((text: string) => void) | undefined;
}

/** Lets befall one process what is planned for it. */
export function schedule(
  plan: Pick<SessionPlan, 'killAtMs' | 'stopAtMs' | 'suspension' | 'wallJump'>,
  { timeline, log }: World,
  life: Life,
  stop: () => void,
): void {
  const { killAtMs, stopAtMs, suspension, wallJump } = plan;
  const after = (ms: number, what: string, happens: () => void): void => {
    timeline.at(timeline.now() + ms, () => {
      if (!life.isAlive) return;
      log?.(what);
      happens();
    });
  };
  if (killAtMs !== undefined) after(killAtMs, 'kill', life.die);
  if (stopAtMs !== undefined) after(stopAtMs, 'Ctrl-C', stop);
  if (suspension !== undefined) after(suspension.atMs, 'suspended', () => life.suspend(suspension.forMs));
  if (wallJump !== undefined) after(wallJump.atMs, 'the clock is set', () => life.jump(wallJump.byMs));
}
