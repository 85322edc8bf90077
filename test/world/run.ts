import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { createDisk, type Disk } from './disk.ts';
import { ambiguousFaults } from './features.ts';
import { judgeReports, type Complaint, type JudgedRow } from './judge.ts';
import { hasEndedForGood } from './judge-peace.ts';
import {
  boundsOf,
  isTheLastRefused,
  judgeFinished,
  judgeSession,
  judgeStop,
  type SessionEnd,
} from './judge-session.ts';
import { createLife, type Life } from './life.ts';
import { createNetwork } from './network.ts';
import { createProgram, type Program, type Session } from './program.ts';
import { randomFrom } from './random.ts';
import { createLooks } from './looks.ts';
import { firstLook, type Exchange } from './record.ts';
import { isBadApp, type Options, type PlannedRow, type Scenario } from './scenario.ts';
import { planSessions, type SessionPlan } from './sessions.ts';
import { createTenant, wallTime, type Tenant } from './tenant.ts';
import { createTimeline, settle } from './timeline.ts';
import { createWire } from './wire.ts';
import { schedule, type World } from './world.ts';

export interface Figures {
  readonly calls: number;
  readonly attempts: number;
  readonly questions: number;
  readonly sessions: number;
  readonly kills: number;
  readonly virtualMs: number;
}

export interface Verdict {
  readonly complaints: readonly Complaint[];
  readonly figures: Figures;
  /** What happened, in readable lines, where they were asked for. */
  readonly log: readonly string[];
}

/** Lets a whole life of a run pass, and judges it. @param parent where the run folder is made, and removed. */
export async function runWorld(scenario: Scenario, parent: string, isLogged = false): Promise<Verdict> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'world-'));
  try {
    return await liveIn(folder, scenario, isLogged);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function liveIn(folder: string, scenario: Scenario, isLogged: boolean): Promise<Verdict> {
  const timeline = createTimeline();
  const tenant = createTenant(scenario);
  const network = createNetwork(scenario, tenant);
  const lines: string[] = [];
  const log = isLogged
    ? (text: string): void => void lines.push(`${timeline.now().toFixed(1)} ${text}`)
    : undefined;
  const program = await createProgram(folder, scenario.rows);
  const world: World = { scenario, timeline, tenant, network, program, exchanges: [], inquiries: [], log };
  const looks = createLooks(world, folder);
  const complaints: Complaint[] = [];
  const ends: SessionEnd[] = [];
  const dead = new Set<number>();
  let hasLost = false;
  /** As the last report has them. */
  let rows: readonly JudgedRow[] = [];

  function noteLook(session: number): void {
    dead.add(session);
    hasLost = true;
  }

  /** @returns how it stands afterwards; undefined where nothing more can be had of this world. */
  async function next(plan: SessionPlan, options: Options): Promise<Standing | undefined> {
    const { end, session, disk } = await live(world, plan, options, ends.length + 1);
    ends.push(end);
    if (end.how !== 'ended' || end.stop === 'journal') dead.add(end.number);
    hasLost ||= end.how !== 'ended' || disk.isBroken;
    const sent = world.exchanges.filter((exchange) => exchange.session === end.number);
    complaints.push(...judgeSession({ ...scenario, options }, end, sent, tenant.faultOf));
    if (end.how === 'stuck' || end.how === 'endless') return undefined;
    await program.report(end.how === 'ended' ? session.index : undefined);
    const knowledge = {
      exchanges: world.exchanges,
      retries: scenario.options.retries,
      // Whom a right is missing for is tried twice more, whatever is allowed, and the last time all may be refused already.
      ownRetries: (userId: string) => (tenant.faultOf(userId) === 'forbidden' ? 1 : scenario.options.retries),
      isTheLastRefused: (last: Exchange) => isTheLastRefused(scenario.features, last, world.exchanges),
      dead,
      hasLost,
    };
    const judged = judgeReports(folder, scenario.rows, knowledge);
    complaints.push(
      ...judged.complaints.map(({ rule, text }) => ({ rule, text: `after session ${end.number}: ${text}` })),
    );
    const open = scenario.rows.map((row, place) => ({ ...row, appIds: judged.rows[place]?.openApps ?? [] }));
    const isAnyFit = open.some(({ userId, appIds }) => isFit(world, userId, appIds));
    complaints.push(...judgeFinished({ ...scenario, options }, end, sent, open));
    complaints.push(...judgeStop(scenario, end, sent, isAnyFit));
    log?.(`report: ${judged.rows.map(({ status }) => status[0]).join('')}`);
    ({ rows } = judged);
    return { rows: judged.rows, end };
  }

  const spanMs = sendingTime(scenario);
  let isOver = false;
  for (const plan of planSessions(scenario, spanMs)) {
    isOver = (await next(plan, scenario.options)) === undefined;
    if (isOver) break;
  }
  if (!isOver) complaints.push(...(await looks.whileBad(rows, noteLook)));
  if (!isOver) complaints.push(...(await goOnInPeace(world, next)));
  if (!isOver) complaints.push(...(await looks.inPeace(rows, noteLook)));
  return { complaints, log: lines, figures: figuresOf(world, ends, looks.kills) };
}

/** Some of these apps can be signed out of. */
function isFit({ tenant }: World, userId: string, appIds: readonly string[]): boolean {
  return tenant.faultOf(userId) === undefined && appIds.some((app) => !isBadApp(app));
}

interface Standing {
  readonly rows: readonly JudgedRow[];
  readonly end: SessionEnd;
}

/** All faults but those of users and apps are over, and somebody with patience resumes: what can succeed has to. */
async function goOnInPeace(
  { scenario, network, tenant, timeline, exchanges, log }: World,
  next: (plan: SessionPlan, options: Options) => Promise<Standing | undefined>,
): Promise<Complaint[]> {
  const { outage } = scenario.features;
  network.calmDown();
  tenant.calmDown();
  timeline.skipTo(Math.max(timeline.now() + 1000, (outage?.fromMs ?? 0) + (outage?.forMs ?? 0)));
  log?.('the world is calm');
  const plan = { pauseMs: 0, disk: { isPowerCut: false, syncMs: 1 }, retryFailed: false };
  const options = { ...scenario.options, giveUpAfterMs: 900_000, retries: 8, rate: undefined };
  const complaints: Complaint[] = [];
  for (const retryFailed of [false, true]) {
    const standing = await next({ ...plan, retryFailed }, options);
    if (standing === undefined) return complaints;
    const { stop, number } = standing.end;
    const open = scenario.rows.filter((_, place) => standing.rows[place]?.status !== 'succeeded');
    const left = open.flatMap(({ line, userId }) => {
      const { status, openApps } = standing.rows[line - 2]!;
      const good = tenant.faultOf(userId) === undefined ? openApps.filter((app) => !isBadApp(app)) : [];
      return good.length === 0 ? [] : [{ line, userId, status, good }];
    });
    if (stop !== undefined && isLikeAll(tenant, open, left.length)) return complaints;
    // What has ended for good stays so until it is asked for again.
    const isForgiven = ({ userId, status, good }: (typeof left)[number]): boolean => {
      if (retryFailed || status === 'not_attempted') return false;
      const theirs = exchanges.filter((each) => each.userId === userId && each.session < firstLook);
      return good.every((app) => hasEndedForGood(app, theirs));
    };
    for (const each of left) {
      const { line, status, good } = each;
      if (!isForgiven(each)) {
        complaints.push({
          rule: 'peace',
          text: `all is well, and line ${line} is ${status}: ${good.join(' ')}`,
        });
      }
    }
    const isAmbiguous = scenario.rows.some(({ userId }) => ambiguousFaults.has(tenant.faultOf(userId)));
    if (stop !== undefined && !isAmbiguous)
      complaints.push({ rule: 'peace', text: `session ${number} stopped: ${stop}` });
    if (left.length === 0) return complaints;
  }
  return complaints;
}

/**
 * Who fails at each call cannot be told from everybody failing: where nobody else is left and they are more than show it, or where
 * most of those who are left are refused or put off, which a few others that are tried show by chance only. It stops too early then,
 * and claims nothing.
 */
function isLikeAll(tenant: Tenant, open: readonly PlannedRow[], fit: number): boolean {
  const faults = open.flatMap(({ userId }) => tenant.faultOf(userId) ?? []);
  const ambiguous = faults.filter((fault) => ambiguousFaults.has(fault));
  return fit === 0 ? faults.length > 5 : ambiguous.length > open.length / 2;
}

/** How long sending takes where nothing is in the way. */
function sendingTime({ rows, options, latencyMs }: Scenario): number {
  return 2 * latencyMs.most + (rows.length / Math.min(options.concurrency, rows.length)) * latencyMs.most;
}

/** One process from its start to its end. */
async function live(
  world: World,
  plan: SessionPlan,
  options: Options,
  number: number,
): Promise<{ readonly end: SessionEnd; readonly session: Session; readonly disk: Disk }> {
  const { scenario, timeline, network, program, exchanges, log } = world;
  timeline.skipTo(timeline.now() + plan.pauseMs);
  const startedAt = timeline.now();
  const life = createLife(timeline, wallTime);
  const stopping = new AbortController();
  const fresh: Exchange[] = [];
  const before = exchanges.length;
  const session = await program.start({
    life,
    disk: (end) => createDisk(plan.disk, life, timeline.now, end),
    transport: createWire({
      timeline,
      life,
      network,
      timeoutMs: options.timeoutMs,
      session: number,
      onSent: (exchange) => exchanges.push(exchange),
      onDelivered: (exchange) => fresh.push(exchange),
      log,
    }),
    options,
    random: randomFrom(scenario.seed, `program ${number}`),
    retryFailed: plan.retryFailed,
    stopSignal: stopping.signal,
  });
  const { disk } = session;
  log?.(`session ${number} begins`);
  schedule(plan, world, life, () => stopping.abort());
  let outcome: { readonly stop: SessionEnd['stop'] } | { readonly bug: unknown } | undefined;
  void session.send().then(
    (stop) => (outcome = { stop: stop?.reason }),
    (bug: unknown) => (outcome = { bug }),
  );
  const bounds = boundsOf({ ...scenario, options }, sendingTime(scenario));
  let how: SessionEnd['how'] = 'ended';
  await settle();
  while (outcome === undefined && life.isAlive && how === 'ended') {
    if (!timeline.step()) how = 'stuck';
    else if (timeline.now() - startedAt > bounds.ms || exchanges.length - before > bounds.attempts)
      how = 'endless';
    await settle();
    if (life.isAlive && !disk.isBroken) for (const exchange of fresh) exchange.isKept = true;
    fresh.length = 0;
  }
  if (outcome !== undefined && 'bug' in outcome) throw outcome.bug;
  if (!life.isAlive) how = 'dead';
  if (how !== 'ended' || disk.isBroken) network.forget();
  if (how !== 'ended') bury(life, disk, exchanges.slice(before), plan, program);
  const stop = outcome?.stop;
  log?.(`session ${number} ${how}${stop === undefined ? '' : `: ${stop}`}`);
  return { end: { number, startedAt, endedAt: timeline.now(), how, stop }, session, disk };
}

/** What a power cut takes with it is no longer kept. */
function bury(life: Life, disk: Disk, sent: readonly Exchange[], plan: SessionPlan, program: Program): void {
  life.die();
  disk.afterDeath(program.journalFile);
  if (plan.disk.isPowerCut) {
    for (const exchange of sent) {
      if ((exchange.deliveredAt ?? 0) >= disk.syncedAt) exchange.isKept = false;
    }
  }
  // The write at which it died may have been whole.
  const journal = readFileSync(program.journalFile, 'utf8').replace(/[^\n]*$/, '');
  const hasEnd = /"kind":"end".*\}\n$/.test(journal.slice(-500));
  for (const exchange of sent) {
    exchange.isKept ||= hasEnd || exchange.requestIds.some((id) => journal.includes(`"${id}"`));
  }
}

function figuresOf(
  { program, exchanges, inquiries, timeline }: World,
  ends: readonly SessionEnd[],
  killedLooks: number,
): Figures {
  return {
    calls: program.calls,
    attempts: exchanges.length,
    sessions: ends.length,
    questions: inquiries.length,
    kills: ends.filter(({ how }) => how === 'dead').length + killedLooks,
    virtualMs: timeline.now(),
  };
}
