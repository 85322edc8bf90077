import type { People } from './people.ts';
import { chance, type Random } from './random.ts';
import type { Features } from './features.ts';

/** What the tenant is asked about sessions, as it stands in the request. */
export interface Question {
  /** The last part of the address. */
  readonly name: string;
  /** Numbers as texts. */
  readonly asked: Readonly<Record<string, string>>;
}

/** The `data` of the answer, or that there is none. */
export type Data = { readonly data: unknown } | 'forbidden' | 'unknown';

/** What the tenant says about who is signed in. @param wall what its clock shows. */
export function answerTo(
  { name, asked }: Question,
  at: number,
  people: People,
  features: Features,
  random: Random,
  wall: (at: number) => number,
): Data {
  const { userId = '', appId = '' } = asked;
  switch (name) {
    case 'check-session-status': {
      const blind = people.blindIn(appId);
      if (blind === 'forbidden' || people.isUnreadable(userId)) return 'forbidden';
      return { data: { active: blind === undefined && people.isAlive(userId, appId, at) } };
    }
    case 'list-application-active-users': {
      const all = people.active(appId, at);
      const list = pageOf(all, asked).filter(() => !chance(random, features.shiftingLists?.share ?? 0));
      return {
        data: { totalCount: all.length, list: list.map((each) => ({ userId: each, status: 'Activated' })) },
      };
    }
    case 'get-user-login-history': {
      if (features.noLogins?.how === 'forbidden' || people.isUnreadable(userId)) return 'forbidden';
      const isWithin = (time: number): boolean =>
        time >= Number(asked['start']) && time <= Number(asked['end']);
      const times = people.logins(userId, appId, at).map(wall).filter(isWithin).toReversed();
      const all = features.noLogins?.how === 'empty' ? [] : times;
      const list = pageOf(all, asked).map((time) => ({ appId, time: new Date(time).toISOString() }));
      return { data: { totalCount: all.length, list } };
    }
    default:
      return 'unknown';
  }
}

function pageOf<T>(all: readonly T[], { page, limit }: Question['asked']): readonly T[] {
  const size = Number(limit);
  return all.slice((Number(page) - 1) * size, Number(page) * size);
}

/** @param text a body of JSON, or a query. */
export function readQuestion(address: string, text: string | undefined): Question {
  const [path = '', query = ''] = address.split('?');
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (text === undefined) return { name, asked: Object.fromEntries(new URLSearchParams(query)) };
  const { options, ...fields } = JSON.parse(text) as Record<string, unknown>;
  const { pagination = {} } = (options ?? {}) as { pagination?: object };
  const all = Object.entries({ ...fields, ...pagination });
  return { name, asked: Object.fromEntries(all.map(([field, value]) => [field, String(value)])) };
}
