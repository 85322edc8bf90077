import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { createDisk, type DiskPlan } from './disk.ts';
import type { Features } from './features.ts';
import type { Complaint, JudgedRow } from './judge.ts';
import { judgeChecks } from './judge-checks.ts';
import { judgeAskedAgain, judgeFurtherKicks } from './judge-looks.ts';
import { createLife } from './life.ts';
import { startLook, type Look } from './look-program.ts';
import { between, chance, pick, randomFrom, scaled } from './random.ts';
import { firstLook } from './record.ts';
import type { Options } from './scenario.ts';
import { wallTime } from './tenant.ts';
import { settle } from './timeline.ts';
import { createWire } from './wire.ts';
import { schedule, type World } from './world.ts';

/** What befalls one process that looks for sessions. */
interface LookPlan {
  readonly pauseMs: number;
  readonly disk: DiskPlan;
  readonly killAtMs?: number | undefined;
  readonly stopAtMs?: number | undefined;
  readonly isRekicked: boolean;
  readonly most: number;
}

/** Told which process died, with what it knew. */
type OnDeath = (session: number) => void;

export interface Looks {
  /** Some are killed, and the last of them is left alone. @param rows as the report has them. */
  whileBad(rows: readonly JudgedRow[], onDeath: OnDeath): Promise<Complaint[]>;
  /** One that nothing hinders. */
  inPeace(rows: readonly JudgedRow[], onDeath: OnDeath): Promise<Complaint[]>;
  readonly kills: number;
}

const longestMs = 86_400_000;
const mostQuestions = 30_000;

export function createLooks(world: World, folder: string): Looks {
  const { scenario, program } = world;
  const { verify } = scenario.features;
  let looks = 0;
  let kills = 0;
  const checksFile = path.join(folder, 'checks.ndjson');
  const readChecks = (): string => (existsSync(checksFile) ? readFileSync(checksFile, 'utf8') : '');

  async function next(
    plan: LookPlan,
    options: Options,
    rows: readonly JudgedRow[],
    isPeace: boolean,
    onDeath: OnDeath,
  ): Promise<Complaint[]> {
    looks += 1;
    const session = firstLook - 1 + looks;
    const before = readChecks();
    const [askedBefore, sentBefore] = [world.inquiries.length, world.exchanges.length];
    const { how, stop } = await live(world, plan, options, session, checksFile);
    if (how === 'dead') {
      kills += 1;
      onDeath(session);
    }
    const asked = world.inquiries.slice(askedBefore);
    const kicks = world.exchanges.slice(sentBefore);
    await program.report();
    const knowledge = { ...world, rows, plan, isWhole: isPeace && how === 'ended' && stop === undefined };
    const complaints = [
      ...(how === 'stuck' || how === 'endless' ? [{ rule: 'look ends', text: how }] : []),
      ...judgeChecks(folder, knowledge),
      ...judgeAskedAgain(before, readChecks(), asked, scenario.rows, plan.isRekicked),
      ...judgeFurtherKicks(knowledge, kicks),
    ];
    return complaints.map(({ rule, text }) => ({ rule, text: `after look ${looks}: ${text}` }));
  }

  return {
    get kills() {
      return kills;
    },
    async whileBad(rows, onDeath) {
      const complaints: Complaint[] = [];
      if (verify === undefined) return complaints;
      for (const plan of planLooks(scenario.seed, verify)) {
        complaints.push(...(await next(plan, scenario.options, rows, false, onDeath)));
      }
      return complaints;
    },
    async inPeace(rows, onDeath) {
      if (verify === undefined) return [];
      const { isRekicked, most } = verify;
      const disk = { isPowerCut: false, syncMs: 1 };
      const options = { ...scenario.options, giveUpAfterMs: 900_000, retries: 8, rate: undefined };
      return next({ pauseMs: 5000, disk, isRekicked, most }, options, rows, true, onDeath);
    },
  };
}

function planLooks(seed: number, { kills, isRekicked, most }: NonNullable<Features['verify']>): LookPlan[] {
  const random = randomFrom(seed, 'looks');
  const plans: LookPlan[] = [];
  for (let kill = 0; kill <= kills; kill += 1) {
    const isLast = kill === kills;
    const isPowerCut = chance(random, 0.3);
    const n = scaled(random, 1, 80);
    const share = pick(random, [0, random(), 1]);
    const isStopped = chance(random, 0.2);
    const pauseMs = scaled(random, 10, 20_000);
    const common = { pauseMs, isRekicked, most };
    const syncMs = between(random, 1, 10);
    if (isLast) plans.push({ ...common, disk: { isPowerCut: false, syncMs } });
    else if (isStopped) plans.push({ ...common, disk: { isPowerCut: false, syncMs }, stopAtMs: n * 50 });
    else plans.push({ ...common, disk: { isPowerCut, syncMs, killAtWrite: { n, share } } });
  }
  return plans;
}

/** One process from its start to its end. */
async function live(
  world: World,
  plan: LookPlan,
  options: Options,
  session: number,
  checksFile: string,
): Promise<{ readonly how: 'ended' | 'dead' | 'stuck' | 'endless'; readonly stop: string | undefined }> {
  const { scenario, timeline, network, program, exchanges, inquiries, log } = world;
  timeline.skipTo(timeline.now() + plan.pauseMs);
  const startedAt = timeline.now();
  const life = createLife(timeline, wallTime);
  const stopping = new AbortController();
  const askedBefore = inquiries.length;
  const started = await startLook(program, {
    life,
    disks: (end, journalEnd) => ({
      checks: createDisk(plan.disk, life, timeline.now, end),
      journal: createDisk({ isPowerCut: false, syncMs: plan.disk.syncMs }, life, timeline.now, journalEnd),
    }),
    transport: createWire({
      timeline,
      life,
      network,
      timeoutMs: options.timeoutMs,
      session,
      onSent: (exchange) => exchanges.push(exchange),
      onDelivered: (exchange) => void (exchange.isKept = true),
      onAsked: (inquiry) => inquiries.push(inquiry),
      log,
    }),
    options,
    random: randomFrom(scenario.seed, `looks ${session}`),
    stopSignal: stopping.signal,
    isRekicked: plan.isRekicked,
    most: plan.most,
  });
  if (started === undefined) return { how: 'ended', stop: undefined };
  log?.(`look ${session} begins`);
  schedule(plan, world, life, () => stopping.abort());
  let outcome: { readonly stop: string | undefined } | { readonly bug: unknown } | undefined;
  void started.look().then(
    (stop) => (outcome = { stop }),
    (bug: unknown) => (outcome = { bug }),
  );
  let how: 'ended' | 'dead' | 'stuck' | 'endless' = 'ended';
  await settle();
  while (outcome === undefined && life.isAlive && how === 'ended') {
    if (!timeline.step()) how = 'stuck';
    else if (timeline.now() - startedAt > longestMs || inquiries.length - askedBefore > mostQuestions)
      how = 'endless';
    await settle();
  }
  if (outcome !== undefined && 'bug' in outcome) throw outcome.bug;
  if (!life.isAlive) how = 'dead';
  if (how !== 'ended') bury(started, life.die, network.forget, checksFile, program.journalFile);
  started.close();
  log?.(`look ${session} ${how}${outcome?.stop === undefined ? '' : `: ${outcome.stop}`}`);
  return { how, stop: outcome?.stop };
}

function bury(
  { checksDisk, journalDisk }: Look,
  die: () => void,
  forget: () => void,
  checksFile: string,
  journalFile: string,
): void {
  die();
  forget();
  checksDisk.afterDeath(checksFile);
  journalDisk.afterDeath(journalFile);
}
