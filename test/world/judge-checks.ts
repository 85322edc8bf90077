import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Complaint, JudgedRow } from './judge.ts';
import { readTable } from './read-report.ts';
import type { Exchange, Inquiry } from './record.ts';
import type { Scenario } from './scenario.ts';
import { wallTime, type Tenant } from './tenant.ts';

/** What really happened to the sessions, and what the report had said of the rows. */
export interface CheckKnowledge {
  readonly scenario: Scenario;
  readonly tenant: Tenant;
  readonly exchanges: readonly Exchange[];
  readonly inquiries: readonly Inquiry[];
  readonly rows: readonly JudgedRow[];
  /** Of more than so many a sample is looked at. */
  readonly plan: { readonly most: number };
  /** Nothing was in the way of the last look, and it has come to its end. */
  readonly isWhole: boolean;
}

const states = ['survived', 'signed_in_again', 'unclear', 'not_checked', 'gone'] as const;
type State = (typeof states)[number];

export interface Pair {
  readonly userId: string;
  readonly appId: string;
}

export const keyOf = ({ userId, appId }: Pair): string => `${userId} ${appId}`;
export const isAbout = (inquiry: Inquiry, name: string, { userId, appId }: Pair): boolean =>
  inquiry.name === name && inquiry.asked['userId'] === userId && inquiry.asked['appId'] === appId;

/** Holds verification.csv, and what report.csv and summary.json say of it, against what really happened. */
export function judgeChecks(folder: string, knowledge: CheckKnowledge): Complaint[] {
  const complaints: Complaint[] = [];
  const say = (rule: string, text: string): void => void complaints.push({ rule, text });
  const said = saidPairs(knowledge);
  const hasChecks = readSummaryOf(folder) !== null;
  if (!hasChecks) return complaints;
  const found = new Map<string, State>();
  for (const line of readTable(folder, 'verification.csv')) {
    const pair = { userId: line['user_id'] ?? '', appId: line['app_id'] ?? '' };
    const key = keyOf(pair);
    const state = line['state'] as State;
    if (found.has(key)) say('pairs', `${key} stands there twice`);
    if (!said.has(key)) say('pairs', `${key} was not said to be ended`);
    if (!states.includes(state)) say('pairs', `${key} is ${state}`);
    found.set(key, state);
    judgeState(pair, state, line, knowledge, (text) => say(state, `${key}: ${text}`));
  }
  for (const key of said) if (!found.has(key)) say('pairs', `${key} is not there`);
  judgeNumbers(folder, found, knowledge, say);
  judgeRows(folder, found, knowledge, say);
  return complaints;
}

/** Those whose app stands open in no row. */
function saidPairs({ scenario, rows }: CheckKnowledge): Set<string> {
  const said = new Set<string>();
  for (const [place, { userId, appIds }] of scenario.rows.entries()) {
    const open = rows[place]?.openApps ?? [];
    for (const appId of appIds) if (!open.includes(appId)) said.add(keyOf({ userId, appId }));
  }
  return said;
}

/** The tenant's own answers that the line goes by; where replies have no IDs, all that were given. */
function evidence(
  pair: Pair,
  line: Readonly<Record<string, string>>,
  { inquiries, scenario }: CheckKnowledge,
) {
  const ids = (line['request_ids'] ?? '').split(';').filter((id) => id !== '');
  const isMeant = ({ requestIds }: Inquiry): boolean =>
    scenario.features.oddIds !== undefined || requestIds.some((id) => ids.includes(id));
  const answered = inquiries.filter(
    (each) => each.isAnswer && each.deliveredAt !== undefined && isMeant(each),
  );
  const of = (name: string): Inquiry[] => answered.filter((inquiry) => isAbout(inquiry, name, pair));
  return {
    checks: of('check-session-status'),
    histories: of('get-user-login-history'),
    pages: answered.filter(
      ({ name, asked }) => name === 'list-application-active-users' && asked['appId'] === pair.appId,
    ),
  };
}

function judgeState(
  pair: Pair,
  state: State,
  line: Readonly<Record<string, string>>,
  knowledge: CheckKnowledge,
  say: (text: string) => void,
): void {
  const { tenant, inquiries, exchanges } = knowledge;
  const { people } = tenant;
  const { userId, appId } = pair;
  const isAliveAt = ({ answeredAt = 0 }: Inquiry): boolean => people.isAlive(userId, appId, answeredAt);
  const { checks, histories, pages } = evidence(pair, line, knowledge);
  const kicks = exchanges.filter(
    (each) =>
      each.userId === userId &&
      each.appIds.includes(appId) &&
      each.saysDone &&
      each.deliveredAt !== undefined,
  );
  const [first, last] = [kicks[0]?.sentAt ?? 0, kicks.at(-1)?.sentAt ?? 0];
  const lastAskedAt = Math.max(0, ...histories.map(({ answeredAt = 0 }) => answeredAt));
  const logins = people.logins(userId, appId, lastAskedAt);
  switch (state) {
    case 'gone':
      if (checks.every(isAliveAt)) say('it was alive whenever that was answered');
      if (people.blindIn(appId) !== undefined || people.isUnreadable(userId)) say('nobody could see that');
      if (!inquiries.some((each) => isControl(each, appId, tenant)))
        say('nobody who is signed in was seen there');
      break;
    case 'survived':
      if (![...checks, ...pages].some(isAliveAt)) say('it was not alive');
      if (histories.length === 0) say('nobody asked for logins');
      if (logins.some((at) => at >= last)) say('there was a login since the last kick');
      break;
    case 'signed_in_again': {
      if (![...checks, ...pages].some(isAliveAt)) say('it was not alive');
      const since = logins.filter((at) => at >= first).map((at) => new Date(wallTime(at)).toISOString());
      if (!since.includes(line['signed_in_at'] ?? '')) say(`no login at ${line['signed_in_at']}`);
      break;
    }
    case 'unclear':
      if (knowledge.isWhole && !mayBeUnclear(pair, kicks, knowledge)) say('and nothing was in the way');
      break;
    case 'not_checked':
      break;
  }
}

/** Somebody who is signed in was asked for, and seen. */
function isControl(
  { name, asked, isAnswer, deliveredAt, answeredAt = 0 }: Inquiry,
  appId: string,
  { people }: Tenant,
) {
  const { userId = '' } = asked;
  return (
    name === 'check-session-status' &&
    asked['appId'] === appId &&
    isAnswer &&
    deliveredAt !== undefined &&
    people.isAlive(userId, appId, answeredAt)
  );
}

const secondMs = 1000;

function mayBeUnclear(
  pair: Pair,
  kicks: readonly Exchange[],
  { scenario, tenant: { people }, inquiries }: CheckKnowledge,
): boolean {
  const { noLogins, unreadable, shiftingLists, emptyApps, blindProbe, oddIds } = scenario.features;
  if ([noLogins, unreadable, shiftingLists, emptyApps, blindProbe, oddIds].some((each) => each !== undefined))
    return true;
  const times = people.logins(pair.userId, pair.appId, inquiries.at(-1)?.answeredAt ?? 0);
  // In the seconds of a kick it cannot be told which was first.
  return kicks.some(({ sentAt, deliveredAt = 0 }) =>
    times.some((at) => at > sentAt - 4 * secondMs && at < deliveredAt + 4 * secondMs),
  );
}

interface Numbers {
  readonly ended: string;
  readonly aliveAtMost: number | null;
  readonly sessions: Readonly<Record<string, number>>;
}

function readSummaryOf(folder: string): Numbers | null {
  const text = readFileSync(path.join(folder, 'summary.json'), 'utf8');
  return (JSON.parse(text) as { verification: Numbers | null }).verification;
}

function judgeNumbers(
  folder: string,
  found: ReadonlyMap<string, State>,
  { plan, isWhole, scenario }: CheckKnowledge,
  say: (rule: string, text: string) => void,
): void {
  const numbers = readSummaryOf(folder);
  if (numbers === null) return;
  const countOf = (state: string): number => [...found.values()].filter((each) => each === state).length;
  for (const state of states) {
    if (numbers.sessions[state] !== countOf(state))
      say('sums', `${numbers.sessions[state]} ${state}, and ${countOf(state)} in verification.csv`);
  }
  if (numbers.sessions['total'] !== found.size)
    say('sums', `${numbers.sessions['total']} in all of ${found.size}`);
  if (!isWhole) return;
  if (numbers.ended !== 'finished') say('look ends', `it is said to be ${numbers.ended}`);
  const unchecked = countOf('not_checked');
  const { blindProbe, unreadable } = scenario.features;
  if (blindProbe === undefined && unreadable === undefined && unchecked > Math.max(0, found.size - plan.most))
    say('not_checked', `${unchecked} of ${found.size}, and ${plan.most} were to be checked`);
  if (numbers.aliveAtMost !== null && countOf('gone') !== plan.most)
    say('sample', `${countOf('gone')} gone of a sample of ${plan.most}`);
}

/** A row has the worst of its apps, and what the run had said of it stays as it was. */
function judgeRows(
  folder: string,
  found: ReadonlyMap<string, State>,
  { scenario, rows }: CheckKnowledge,
  say: (rule: string, text: string) => void,
): void {
  const report = readTable(folder, 'report.csv');
  for (const [place, { line, userId, appIds }] of scenario.rows.entries()) {
    const { status = '', verified = '' } = report[place] ?? {};
    if (status !== rows[place]?.status)
      say('rows', `line ${line} was ${rows[place]?.status}, and is ${status}`);
    const worst = states.find((state) =>
      appIds.some((appId) => found.get(keyOf({ userId, appId })) === state),
    );
    const expected = status === 'succeeded' ? worst : '';
    if (verified !== expected) say('verified', `line ${line} is ${verified}, and the worst is ${expected}`);
  }
}
