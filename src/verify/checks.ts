import type { Answer, CheckRecord, ControlRecord, EndRecord, LookRecord, UserRecord } from './record.ts';
import type { Pairs } from './pairs.ts';
import type { SessionState } from './session-state.ts';

/** How a look for sessions stands: a byte and 8 for each pair, and 8 for each call. */
export interface Checks {
  add(record: CheckRecord, offset: number): void;
  /**
   * To be called where a line is damaged: it may have been the begin of a look, so that what came before it is not relied on, and what
   * follows is of a look of which nothing is known.
   */
  addDamaged(): void;
  /** Of the last look; undefined where the session was not looked for. */
  answer(pair: number): Answer | undefined;
  /** Of the last look. Nothing is gone in an app where nobody who is signed in was seen to be. */
  state(pair: number): SessionState;
  /** Where the pair's last record begins. */
  lastRecord(pair: number): number | undefined;
  /** Where it stands whom a call is about; undefined where that was not asked, or not said. */
  userRecord(seq: number): number | undefined;
  /** GenAuth was asked whom a call is about, and nothing it said tells. */
  isUserUnknown(seq: number): boolean;
  /** What was seen in an app of those who are signed in to it; undefined where nobody was looked for. */
  control(appId: string): Control | undefined;
  /** The last page of an app that was listed in this look; without `totalCount` it was not answered. */
  listed(appId: string): Listed | undefined;
  /** The last look; `end` is undefined where it was killed, or still goes on. */
  readonly look: Look | undefined;
  readonly looks: number;
}

interface Listed {
  readonly page: number;
  readonly totalCount: number | undefined;
}

/** Of those who are signed in to an app, by a listing. */
interface Control {
  /** Somebody was seen to be; else whoever was looked for was not. */
  readonly isProven: boolean;
  /** Who was seen last. */
  readonly seen: string | undefined;
  /** Logins of theirs are found by their time. */
  readonly hasLogins: boolean;
}

interface Look extends LookRecord {
  readonly end: EndRecord | undefined;
}

const answers: readonly (Answer | undefined)[] = [
  undefined,
  'inactive',
  'active',
  'signed_in_again',
  'survived',
  'unclear',
];
const numberOf = new Map(answers.map((answer, number) => [answer, number]));

/** @param pairs those of the plan. @param calls how many calls it has. */
export function createChecks(pairs: Pairs, calls: number): Checks {
  const found = new Uint8Array(pairs.count);
  const lastRecords = new Float64Array(pairs.count).fill(notThere);
  const users = new Float64Array(calls + 1).fill(notThere);
  let look: Look | undefined;
  const controls = new Map<string, Control>();
  const listed = new Map<string, Listed>();
  let looks = 0;

  function answer(pair: number): Answer | undefined {
    return answers[found[pair] ?? 0];
  }

  function isProven(pair: number): boolean {
    const appId = pairs.appIds[pairs.app(pair)];
    return appId !== undefined && controls.get(appId)?.isProven === true;
  }

  function forget(): void {
    found.fill(0);
    lastRecords.fill(notThere);
    controls.clear();
    listed.clear();
  }

  return {
    add(record, offset) {
      if (look === undefined && record.kind !== 'look' && record.kind !== 'user') return;
      switch (record.kind) {
        case 'look':
          forget();
          looks += 1;
          look = { ...record, end: undefined };
          break;
        case 'user':
          users[record.seq] = userAfter(users[record.seq], record, offset);
          break;
        case 'control':
          controls.set(record.appId, controlAfter(controls.get(record.appId), record));
          break;
        case 'page':
          listed.set(record.appId, { page: record.page, totalCount: record.totalCount });
          for (const [seq, place] of record.found) {
            const pair = pairs.first(seq) + place;
            if (found[pair] !== 0) continue;
            found[pair] = numberOf.get('active') ?? 0;
            lastRecords[pair] = offset;
          }
          break;
        case 'session': {
          const pair = pairs.first(record.seq) + record.place;
          found[pair] = numberOf.get(record.answer) ?? 0;
          lastRecords[pair] = offset;
          break;
        }
        case 'end':
          look = look && { ...look, end: record };
          break;
      }
    },
    addDamaged() {
      forget();
      look = undefined;
    },
    answer,
    state: (pair) => stateOf(answer(pair), () => isProven(pair)),
    lastRecord: (pair) => known(lastRecords[pair]),
    userRecord: (seq) => known(users[seq]),
    isUserUnknown: (seq) => users[seq] === unknown,
    control: (appId) => controls.get(appId),
    listed: (appId) => listed.get(appId),
    get look() {
      return look;
    },
    get looks() {
      return looks;
    },
  };
}

/** Who was kicked by an email is the same user, whoever has it by now. */
function userAfter(before = notThere, { userId }: UserRecord, offset: number): number {
  if (userId !== undefined) return offset;
  return before === notThere ? unknown : before;
}

function controlAfter(before: Control | undefined, record: ControlRecord): Control {
  const seen = record.active === true ? record.userId : before?.seen;
  return { isProven: seen !== undefined, seen, hasLogins: before?.hasLogins === true || record.hasLogins };
}

/** @param isProven whether the look sees in its app who is signed in. */
function stateOf(answer: Answer | undefined, isProven: () => boolean): SessionState {
  switch (answer) {
    case undefined:
      return 'not_checked';
    case 'inactive':
      return isProven() ? 'gone' : 'unclear';
    case 'active':
    case 'unclear':
      return 'unclear';
    case 'signed_in_again':
      return 'signed_in_again';
    case 'survived':
      return 'survived';
  }
}

/** In place of an offset. */
const notThere = -1;
const unknown = -2;

function known(offset = notThere): number | undefined {
  return offset < 0 ? undefined : offset;
}
