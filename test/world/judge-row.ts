import type { Complaint } from './judge.ts';
import type { Exchange } from './record.ts';
import { isBadApp, type PlannedRow } from './scenario.ts';

/** What really happened. */
export interface Knowledge {
  readonly exchanges: readonly Exchange[];
  /** Those for the row's user that named any of its apps, in the order in which they were sent. */
  readonly of: readonly Exchange[];
  /** All of the user's. */
  readonly ofUser: readonly Exchange[];
  readonly retries: number;
  /** More failures than these that are the user's own are enough, whatever the last one was. */
  readonly ownRetries: (userId: string) => number;
  readonly isTheLastRefused: (last: Exchange) => boolean;
  /** Sessions that left no word of their end: the process died, or the disk took none. */
  readonly dead: ReadonlySet<number>;
  /** Some process died, or its disk did not take what it knew. */
  readonly hasLost: boolean;
}

type Reported = Readonly<Record<string, string>>;

export function judgeRow(row: PlannedRow, reported: Reported, knowledge: Knowledge): Complaint[] {
  const complaints: Complaint[] = [];
  const say = (rule: string, text: string): void => void complaints.push({ rule, text });
  if (Number(reported['line']) !== row.line || reported['user_id'] !== row.userId) {
    say('rows', `it is ${reported['user_id']} in line ${reported['line']}`);
  }
  const open = (reported['failed_app_ids'] ?? '').split(';').filter((app) => app !== '');
  judgeOpenApps(row, reported['status'] ?? '', open, say);
  judgeStatus(row, reported['status'] ?? '', new Set(open), knowledge, say);
  const kept = knowledge.of.filter(({ isKept }) => isKept).length;
  if (Number(reported['attempts']) < kept)
    say('attempts', `${kept} attempts were made, and ${reported['attempts']} are told`);
  judgeIds(
    (reported['request_ids'] ?? '').split(';').filter((id) => id !== ''),
    knowledge,
    say,
  );
  return complaints;
}

type Say = (rule: string, text: string) => void;

function judgeOpenApps({ appIds }: PlannedRow, status: string, open: readonly string[], say: Say): void {
  if (open.some((app) => !appIds.includes(app)))
    say('apps', `failed apps that it does not have: ${open.join(' ')}`);
  const bounds: Readonly<Record<string, readonly [number, number]>> = {
    succeeded: [0, 0],
    partial: [1, appIds.length - 1],
  };
  const [least, most] = bounds[status] ?? [appIds.length, appIds.length];
  if (open.length < least || open.length > most)
    say('apps', `${open.length} of ${appIds.length} apps failed`);
}

function judgeStatus(
  { appIds }: PlannedRow,
  status: string,
  open: ReadonlySet<string>,
  knowledge: Knowledge,
  say: Say,
): void {
  const { of, hasLost } = knowledge;
  for (const app of appIds) {
    const named = of.filter((exchange) => exchange.appIds.includes(app));
    const proofs = named.filter((exchange) => exchange.saysDone && exchange.deliveredAt !== undefined);
    if (!open.has(app) && proofs.length === 0) say('succeeded', `no reply said that ${app} is done`);
    if (open.has(app) && proofs.some(({ isKept }) => isKept))
      say('proof lost', `a reply said that ${app} is done`);
    if (!open.has(app) || !['failed', 'not_attempted'].includes(status)) continue;
    if (named.some(({ carriedOut }) => carriedOut)) say(status, `${app} was carried out`);
  }
  const doubtful = of.find(({ inDoubt }) => inDoubt);
  if (['failed', 'not_attempted'].includes(status) && doubtful !== undefined) {
    say(status, `it may have been carried out by what was sent at ${doubtful.sentAt}`);
  }
  if (status === 'failed' && ![...open].some((app) => failedForItself(app, knowledge))) {
    const last = of.findLast(({ deliveredAt }) => deliveredAt !== undefined);
    say('failed', `the last word was not its own (${last?.why ?? 'none'})`);
  }
  if (status === 'unknown' && doubtful === undefined && !hasLost)
    say('unknown', 'nothing about it is in doubt');
  if (!['succeeded', 'partial', 'failed', 'unknown', 'not_attempted'].includes(status))
    say('rows', 'no such status');
}

/** The last word about the user's app was about the user or the app, or so often about the attempt that its retries are used up. */
function failedForItself(app: string, knowledge: Knowledge): boolean {
  const { of, exchanges, retries, ownRetries, isTheLastRefused } = knowledge;
  if (isBadApp(app)) return true;
  const named = of.filter((exchange) => exchange.appIds.includes(app) && exchange.deliveredAt !== undefined);
  const last = named.at(-1);
  if (last?.why === 'own' || last?.why === 'app') return true;
  if (last !== undefined && isTheLastRefused(last)) return true;
  const failures = named.filter(({ session, saysDone }) => session === last?.session && !saysDone);
  // A node that lags, or who takes the right from all just then, may have had the last word about one who is refused whatever comes.
  const own = failures.filter(({ why }) => why === 'own').length;
  if (last?.why === 'credentials' && own > ownRetries(last.userId)) return true;
  // To whoever sees it both are what GenAuth says of the call.
  if (last?.why === 'hiccup') return own + failures.filter(({ why }) => why === 'hiccup').length > retries;
  if (last?.why !== 'throttled' && last?.why !== 'credentials') return false;
  // Often enough, and others got through meanwhile: to whoever sees it that is about this call.
  const since = failures[0]?.sentAt ?? Number.POSITIVE_INFINITY;
  const isCompared = exchanges.some(
    ({ userId, sentAt, saysDone }) => saysDone && userId !== last.userId && sentAt >= since,
  );
  return isCompared && failures.length > retries;
}

/** A row counts its calls, which may name apps of other rows, too. */
function judgeIds(ids: readonly string[], { of, ofUser }: Knowledge, say: Say): void {
  const isDelivered = ({ deliveredAt }: Exchange): boolean => deliveredAt !== undefined;
  const given = of.filter(isDelivered);
  const known = new Set(
    ofUser.filter(isDelivered).flatMap(({ requestIds, foreignIds }) => [...requestIds, ...foreignIds]),
  );
  for (const id of new Set(ids)) if (!known.has(id)) say('foreign ID', `no reply to it had the ID ${id}`);
  const found = new Set(ids);
  for (const { isKept, requestIds } of given) {
    for (const id of requestIds)
      if (isKept && !found.has(id)) say('lost ID', `the request ID ${id} is not there`);
  }
}
