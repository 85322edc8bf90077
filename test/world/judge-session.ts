import type { Stop } from '../../src/execute/stop/stop.ts';
import { ambiguousFaults, type FeatureName, type OwnFault } from './features.ts';
import type { Complaint } from './judge.ts';
import type { Exchange } from './record.ts';
import { isBadApp, type PlannedRow, type Scenario } from './scenario.ts';

/** How one process came to its end. */
export interface SessionEnd {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** `dead`: it was killed. `stuck`: nothing was due any more, and it had not ended. `endless`: too long, or too much was sent. */
  readonly how: 'ended' | 'dead' | 'stuck' | 'endless';
  readonly stop: Stop['reason'] | undefined;
}

/** What a session may take at most, worked out beforehand. */
export interface Bounds {
  readonly ms: number;
  readonly attempts: number;
}

/** The longest wait between two attempts of a call that fails on its own account. */
const longestBackoffMs = 30_000;

export function boundsOf({ rows, options, features }: Scenario, spanMs: number): Bounds {
  const { retries, giveUpAfterMs, timeoutMs } = options;
  const bad = rows.reduce((sum, { appIds }) => sum + appIds.filter(isBadApp).length, 0);
  const calls = rows.length + rows.reduce((sum, { appIds }) => sum + Math.floor(appIds.length / 50), 0);
  const perSecond = Math.min(features.limit?.perSecond ?? 100, options.rate ?? 100);
  const { outage, suspension } = features;
  const faultsMs = (outage?.forMs ?? 0) + (suspension?.forMs ?? 0);
  const sendingMs = 10 * spanMs + ((calls + bad * 14) / perSecond) * 20_000;
  const ownMs = (retries + 12) * (longestBackoffMs + timeoutMs + Math.min(giveUpAfterMs, 600_000));
  return {
    ms: faultsMs + sendingMs + ownMs + 3 * giveUpAfterMs + 120_000,
    attempts: 1000 + 4 * (retries + 2) * (calls + 14 * bad),
  };
}

/** Whether a session ended, in time, without too many attempts, and for a reason that there was. */
export function judgeSession(
  scenario: Scenario,
  end: SessionEnd,
  sent: readonly Exchange[],
  faultOf: (userId: string) => OwnFault | undefined,
): Complaint[] {
  const complaints: Complaint[] = [];
  const say = (rule: string, text: string): void => {
    complaints.push({ rule, text: `session ${end.number}: ${text}` });
  };
  if (end.how === 'stuck') say('ends', 'nothing was due any more, and it had not ended');
  if (end.how === 'endless')
    say(
      'ends',
      `after ${inSeconds(end.endedAt - end.startedAt)} and ${sent.length} attempts it had not ended`,
    );
  judgeAttempts(scenario, end, sent, faultOf, say);
  judgePatience(scenario, end, sent, faultOf, say);
  judgeStranger(scenario, end, sent, say);
  judgePace(scenario, end, say);
  judgeTwice(sent, say);
  return complaints;
}

/**
 * Whoever ends in order has done with each call: it has succeeded, or failed as often as its retries allow. What was down for all, or
 * not there, ends no call.
 * @param open the rows that did not succeed, with the apps that are open.
 */
export function judgeFinished(
  { options, features }: Scenario,
  end: SessionEnd,
  sent: readonly Exchange[],
  open: readonly PlannedRow[],
): Complaint[] {
  if (end.how !== 'ended' || end.stop !== undefined) return [];
  const complaints: Complaint[] = [];
  const { outage } = features;
  for (const { line, userId, appIds } of open) {
    const good = appIds.filter((app) => !isBadApp(app));
    const theirs = sent.filter(
      (each) => each.userId === userId && each.appIds.some((app) => good.includes(app)),
    );
    const last = theirs.at(-1);
    // What is throttled for longer than the run would wait is put off.
    if (last === undefined || ['own', 'app', 'throttled'].includes(last.why)) continue;
    if (isTheLastRefused(features, last, sent)) continue;
    // So is what is refused; a wait that would be too long is about twice as long as all before it.
    const refusedMs = end.endedAt - (theirs.find(({ saysDone }) => !saysDone)?.sentAt ?? end.endedAt);
    if (last.why === 'credentials' && 4 * refusedMs > options.giveUpAfterMs) continue;
    const say = (text: string): void =>
      void complaints.push({
        rule: 'finished',
        text: `session ${end.number}, line ${line} (${userId}): ${text}`,
      });
    const failures = theirs.filter(({ saysDone }) => !saysDone).length;
    // Whoever is waited for alone is put off, too, once that took as long as the run would wait: hardly any time is left for retries.
    const isPutOff = 2 * refusedMs > options.giveUpAfterMs;
    // To whoever sees nothing of the world but this call, a connection that breaks so often is the call's own.
    if (last.isCut && theirs.filter(({ isCut }) => isCut).length > options.retries) continue;
    const isDown =
      last.why === 'world' &&
      outage !== undefined &&
      last.sentAt >= outage.fromMs &&
      last.sentAt < outage.fromMs + outage.forMs;
    if (isDown) say(`it was given up in an outage (${outage.kind})`);
    else if (last.isUnsent) say('it was given up as no connection was to be had');
    else if (failures <= options.retries && !isPutOff)
      say(`it was given up after ${failures} attempts (${last.why})`);
  }
  return complaints;
}

function repliedAt({ sentAt, deliveredAt = sentAt }: Exchange): number {
  return deliveredAt;
}

/** A right that is taken away before the very last calls, fewer than show that all fails, cannot be told from users who are protected. */
export function isTheLastRefused(
  { wideRefusal }: Scenario['features'],
  last: Exchange,
  exchanges: readonly Exchange[],
): boolean {
  if (wideRefusal?.code !== 403) return false;
  // The tenant looks at it when it arrives, which is before its reply does.
  const isRefused = ({ why, sentAt, deliveredAt = sentAt }: Exchange): boolean =>
    why === 'credentials' && deliveredAt >= wideRefusal.fromMs;
  if (!isRefused(last)) return false;
  const theirs = exchanges.filter(({ session }) => session === last.session);
  const firsts = new Map<string, number>();
  for (const each of theirs.filter(isRefused)) {
    firsts.set(each.userId, Math.min(firsts.get(each.userId) ?? Number.POSITIVE_INFINITY, repliedAt(each)));
  }
  // Whoever was refused while others still got through is known to be refused as one.
  const lastDone = Math.max(...theirs.filter(({ saysDone }) => saysDone).map(repliedAt));
  return [...firsts.values()].filter((at) => at > lastDone).length <= 5;
}

/**
 * A run does not stop for what some users have, while the calls of others get through; nor at the first word against its key.
 * @param isAnyFit some call is left with which nothing is wrong.
 */
export function judgeStop(
  { features }: Scenario,
  end: SessionEnd,
  sent: readonly Exchange[],
  isAnyFit: boolean,
): Complaint[] {
  const { stop, endedAt, number } = end;
  if (stop === undefined || stop === 'interrupted' || stop === 'journal') return [];
  if (!isAnyFit || features.wideRefusal?.code === 403) return [];
  const recent = sent.filter(
    ({ saysDone, sentAt, deliveredAt }) => saysDone && deliveredAt !== undefined && sentAt > endedAt - 1000,
  );
  if (recent.length === 0) return [];
  const text = `session ${number}: it stopped (${stop}) although ${recent.length} calls sent in the last second were done`;
  return [{ rule: 'stop', text }];
}

type Say = (rule: string, text: string) => void;

/** By user: what came of the calls themselves must not exceed their retries, and the search for bad apps. */
function judgeAttempts(
  { rows, options }: Scenario,
  end: SessionEnd,
  sent: readonly Exchange[],
  faultOf: (userId: string) => OwnFault | undefined,
  say: Say,
): void {
  const seconds = (end.endedAt - end.startedAt) / 1000;
  const byUser = new Map<string, { own: number; other: number }>();
  for (const { userId, why, inDoubt } of sent) {
    const counted = byUser.get(userId) ?? { own: 0, other: 0 };
    const isClear = !inDoubt && !ambiguousFaults.has(faultOf(userId));
    if (isClear && ['own', 'app', 'hiccup', 'done'].includes(why)) counted.own += 1;
    else counted.other += 1;
    byUser.set(userId, counted);
  }
  for (const [userId, { own, other }] of byUser) {
    const theirs = rows.filter((row) => row.userId === userId);
    const apps = theirs.flatMap(({ appIds }) => appIds);
    const calls = theirs.length + Math.floor(apps.length / 50);
    const parts = calls + 14 * apps.filter(isBadApp).length;
    // Twice, as a failure that the usual share of failures explains is no word about the call yet.
    const most = Math.ceil(10 + 2 * (options.retries + 2) * parts + seconds / 4);
    if (own > most)
      say('attempts', `${own} attempts that the tenant answered for ${userId}, and ${most} would do`);
    const mostOther = 60 + 4 * calls * (options.retries + 1) + 4 * seconds;
    if (other > mostOther)
      say(
        'attempts',
        `${other} attempts in ${inSeconds(seconds * 1000)} for ${userId} that could bring nothing`,
      );
  }
}

/** `--give-up-after` bounds every wait that brings nothing. */
function judgePatience(
  { options, features }: Scenario,
  end: SessionEnd,
  sent: readonly Exchange[],
  faultOf: (userId: string) => OwnFault | undefined,
  say: Say,
): void {
  const slackMs = 2 * options.timeoutMs + 40_000 + (features.suspension?.forMs ?? 0);
  const words = sent
    .filter(({ userId, why, deliveredAt, inDoubt }) => {
      // What fails on its own ends by its own retries, which may take longer, and find the token too old each time.
      const isOwn = why === 'own' || (why === 'credentials' && faultOf(userId) !== undefined);
      const isAbout = isOwn || (!inDoubt && ['done', 'app', 'hiccup'].includes(why));
      return deliveredAt !== undefined && isAbout;
    })
    .map(({ deliveredAt }) => deliveredAt ?? 0)
    .toSorted((a, b) => a - b);
  // Before the first call the token was waited for, with a patience of its own: whoever gives one is there.
  const firstAt = sent[0]?.sentAt ?? end.endedAt;
  let before = end.startedAt;
  for (const at of [firstAt, ...words, end.endedAt]) {
    if (at - before > options.giveUpAfterMs + slackMs) {
      say(
        'patience',
        `nothing came for ${inSeconds(at - before)}, and --give-up-after is ${inSeconds(options.giveUpAfterMs)}`,
      );
      return;
    }
    before = at;
  }
}

/** No call has two attempts under way. */
function judgeTwice(sent: readonly Exchange[], say: Say): void {
  const last = new Map<string, Exchange>();
  for (const exchange of sent) {
    const call = `${exchange.userId} ${exchange.appIds.join(' ')}`;
    const { deliveredAt = Number.POSITIVE_INFINITY } = last.get(call) ?? { deliveredAt: 0 };
    if (exchange.sentAt < deliveredAt)
      say('twice', `${call} was sent again at ${exchange.sentAt} before it was answered`);
    last.set(call, exchange);
  }
}

/** In such worlds the pace can be told beforehand. */
const measurable: ReadonlySet<string> = new Set<FeatureName>([
  'limit',
  'strayThrottling',
  'atOnce',
  'deadBackend',
  'pages',
  'resets',
  'oddIds',
  'wallJump',
  'retryFailed',
]);

/** No crawl: loosely, as others hold the pace to the percent. */
function judgePace({ rows, options, features, latencyMs }: Scenario, end: SessionEnd, say: Say): void {
  if (end.how !== 'ended' || end.stop !== undefined) return;
  if (!Object.keys(features).every((name) => measurable.has(name))) return;
  const { limit, atOnce, deadBackend } = features;
  const perSecond = Math.min(limit?.perSecond ?? 1000, options.rate ?? 1000);
  const slots = Math.min(options.concurrency, atOnce?.most ?? 256);
  const idealMs = Math.max((rows.length / perSecond) * 1000, (rows.length / slots) * latencyMs.most);
  // Where both refuse, nine of ten are refused.
  const timesTwo = atOnce !== undefined && deadBackend !== undefined ? 2 : 1;
  const mostMs = 45_000 + idealMs * (deadBackend === undefined ? 3 : 6) * timesTwo;
  const tookMs = end.endedAt - end.startedAt;
  if (tookMs > mostMs) say('pace', `it took ${inSeconds(tookMs)}, and ${inSeconds(idealMs)} would do`);
}

/** Where nothing but a stranger has ever answered, there is nothing to wait for. */
function judgeStranger({ features }: Scenario, end: SessionEnd, sent: readonly Exchange[], say: Say): void {
  const { stranger, outage, resets, late, suspension } = features;
  const isAlone = [outage, resets, late, suspension].every((feature) => feature === undefined);
  if (stranger === undefined || !isAlone || end.how !== 'ended') return;
  if (sent.some(({ why }) => why !== 'world')) return;
  const tookMs = end.endedAt - end.startedAt;
  if (end.stop === undefined)
    say('stranger', 'it finished although nothing but a stranger had ever answered');
  if (tookMs > 10_500)
    say('stranger', `it took ${inSeconds(tookMs)} to find out that only a stranger answers`);
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
