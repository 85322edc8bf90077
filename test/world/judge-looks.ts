import { isAbout, keyOf, type CheckKnowledge, type Pair } from './judge-checks.ts';
import type { Complaint } from './judge.ts';
import type { Exchange, Inquiry } from './record.ts';
import type { PlannedRow } from './scenario.ts';

/** Of a line of `checks.ndjson`. */
interface Line {
  readonly kind: string;
  readonly seq: number;
  readonly place: number;
  readonly answer: string;
  readonly reason?: string;
  readonly appId?: string;
  readonly userId?: string;
  readonly active?: boolean;
}

/** Whoever goes on with a look asks for nobody of whom it has had the last word. */
export function judgeAskedAgain(
  before: string,
  after: string,
  asked: readonly Inquiry[],
  rows: readonly PlannedRow[],
  isRekicked: boolean,
): Complaint[] {
  const kept = linesOf(before);
  const news = linesOf(after).slice(kept.length);
  const isOver = kept.findLast(({ kind }) => kind === 'end' || kind === 'look')?.reason === 'finished';
  if (isRekicked || isOver || news[0]?.kind === 'look') return [];
  const last = kept.slice(kept.findLastIndex(({ kind }) => kind === 'look'));
  const answered = last.filter(({ kind, answer }) => kind === 'session' && answer !== 'active');
  // Whoever was seen to be signed in bears witness when another is refused, and may be one of those that are looked for.
  const controls = new Set(
    [...last.filter(({ active }) => active), ...news].flatMap(({ kind, userId, appId }) =>
      kind === 'control' ? `${userId} ${appId}` : [],
    ),
  );
  const pairOf = callsOf(rows);
  return answered.flatMap((line) => {
    const pair = pairOf(line);
    const again = asked.some((inquiry) => isAbout(inquiry, 'check-session-status', pair));
    return again && !controls.has(keyOf(pair))
      ? [{ rule: 'asked again', text: `${keyOf(pair)} had been answered ${line.answer}` }]
      : [];
  });
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** By the rule in `docs/files.md`: the different apps of all rows of a user, 50 a call, in the order of the first rows. */
function callsOf(rows: readonly PlannedRow[]): (line: Line) => Pair {
  const appsOf = new Map<string, Set<string>>();
  for (const { userId, appIds } of rows) {
    const apps = appsOf.get(userId) ?? new Set();
    for (const appId of appIds) apps.add(appId);
    appsOf.set(userId, apps);
  }
  const calls: { readonly userId: string; readonly appIds: readonly string[] }[] = [];
  for (const [userId, apps] of appsOf) {
    const all = [...apps];
    for (let from = 0; from < all.length; from += 50)
      calls.push({ userId, appIds: all.slice(from, from + 50) });
  }
  return ({ seq, place }) => {
    const { userId = '', appIds = [] } = calls[seq - 1] ?? {};
    return { userId, appId: appIds[place] ?? '' };
  };
}

/** Nobody is kicked once more who was not seen to survive, or of whom the tenant had told that they have signed in again. */
export function judgeFurtherKicks(
  { tenant, exchanges, inquiries }: CheckKnowledge,
  further: readonly Exchange[],
): Complaint[] {
  const complaints: Complaint[] = [];
  for (const kick of further) {
    for (const appId of kick.appIds) {
      const pair = { userId: kick.userId, appId };
      const say = (text: string): void =>
        void complaints.push({ rule: 'kicked again', text: `${keyOf(pair)}: ${text}` });
      const history = inquiries.findLast(
        (each) =>
          each.isAnswer &&
          isAbout(each, 'get-user-login-history', pair) &&
          (each.deliveredAt ?? Number.POSITIVE_INFINITY) <= kick.sentAt,
      );
      const before = exchanges.findLast(
        (each) =>
          each !== kick &&
          each.userId === kick.userId &&
          each.appIds.includes(appId) &&
          each.saysDone &&
          (each.deliveredAt ?? Number.POSITIVE_INFINITY) <= kick.sentAt,
      );
      if (history?.answeredAt === undefined) say('nobody had asked for their logins');
      else if (
        tenant.people.logins(pair.userId, appId, history.answeredAt).some((at) => at >= (before?.sentAt ?? 0))
      )
        say(`they had signed in again, and that was told at ${history.answeredAt}`);
    }
  }
  return complaints;
}
