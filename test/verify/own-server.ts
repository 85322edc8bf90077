import { createServer, type IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/** Somebody of the pool. Times are in ms since the epoch, on the server's clock. */
export interface Person {
  readonly userId: string;
  readonly email?: string;
  readonly phone?: string;
  readonly identity?: string;
  /** Nobody is found under any ID from the first kick on. */
  readonly isDeletedLater?: boolean;
  /** Nobody is found by it, and it can be kicked. */
  readonly isUnknown?: boolean;
  /** Questions about sessions are refused. */
  readonly isUnreadable?: boolean;
  /** So many kicks each session outlives. */
  survives?: number;
  readonly logins: { appId: string; time: number }[];
  /** Apps with a session. */
  readonly sessions: Set<string>;
}

interface Asked {
  readonly path: string;
  readonly asked: Record<string, unknown>;
}

interface Answer {
  readonly statusCode: number;
  readonly apiCode?: number;
  readonly data?: unknown;
}

/** Departures from what a good server says. */
export interface Faults {
  /** In place of a check's answer. */
  check?: (asked: Record<string, unknown>) => Answer | undefined;
  /** In place of a batch of users. */
  users?: Answer;
  /** In place of a login history's. */
  logins?: (asked: Record<string, unknown>) => Answer | undefined;
  /** What a page shows of those who are signed in. */
  listing?: <T>(list: T[]) => T[];
  /** In place of the ID of a reply. */
  requestId?: (path: string, asked: Record<string, unknown>) => string | undefined;
  /** What `Date` says is ahead of this computer's clock by so much. */
  aheadMs?: number;
}

/** GenAuth as its documentation has it, written for these tests alone. */
export async function ownServer(people: Person[], faults: Faults = {}) {
  const asked: Asked[] = [];
  const kicks: { userId: string; appIds: string[] }[] = [];
  let hasKicked = false;
  const fieldOf: Record<string, keyof Person> = { email: 'email', phone: 'phone', identity: 'identity' };
  const found = new Map<string, Person>();
  for (const person of people) {
    found.set(`user_id ${person.userId}`, person);
    for (const [type, field] of Object.entries(fieldOf)) {
      const id = person[field];
      if (typeof id === 'string') found.set(`${type} ${id}`, person);
    }
  }

  function find(userId: unknown, userIdType: unknown = 'user_id'): Person | undefined {
    return found.get(`${String(userIdType)} ${String(userId)}`);
  }
  function findNow(userId: unknown, userIdType?: unknown): Person | undefined {
    const person = find(userId, userIdType);
    const isDeleted = person?.isDeletedLater === true && hasKicked;
    return isDeleted || person?.isUnknown === true ? undefined : person;
  }
  const userOf = ({ userId, email, phone }: Person) => ({
    userId,
    email: email ?? null,
    phone: phone ?? null,
    status: 'Activated',
    password: 'never-to-be-kept',
  });
  const noUser: Answer = { statusCode: 404, apiCode: 2004 };
  const forbidden: Answer = { statusCode: 403 };

  const answers: Record<string, (body: Record<string, unknown>) => Answer> = {
    'get-management-token': () => ({
      statusCode: 200,
      data: { access_token: token(), expires_in: 7200 },
    }),
    'list-applications': () => ({ statusCode: 404 }),
    'kick-users'(body) {
      const { userIdType } = (body['options'] ?? {}) as Record<string, unknown>;
      const person = find(body['userId'], userIdType);
      if (person === undefined) return noUser;
      hasKicked = true;
      const appIds = body['appIds'] as string[];
      kicks.push({ userId: person.userId, appIds });
      if ((person.survives ?? 0) > 0) person.survives = (person.survives ?? 0) - 1;
      else for (const appId of appIds) person.sessions.delete(appId);
      return { statusCode: 200, data: { success: true } };
    },
    'check-session-status'(body) {
      const given = faults.check?.(body);
      if (given !== undefined) return given;
      const person = findNow(body['userId']);
      if (person?.isUnreadable === true) return forbidden;
      return { statusCode: 200, data: { active: person?.sessions.has(String(body['appId'])) ?? false } };
    },
    'get-user'(body) {
      const person = findNow(body['userId'], body['userIdType']);
      return person === undefined ? noUser : { statusCode: 200, data: userOf(person) };
    },
    'get-user-batch'(body) {
      if (faults.users !== undefined) return faults.users;
      const ids = body['userIds[]'] as string[];
      const list = ids.flatMap((id) => findNow(id, body['userIdType']) ?? []);
      return { statusCode: 200, data: list.map(userOf).toReversed() };
    },
    'list-application-active-users'(body) {
      const options = body['options'] as { pagination: { page: number; limit: number } };
      const { page, limit } = options.pagination;
      const list = people.filter(({ sessions }) => sessions.has(String(body['appId'])));
      const whole = list.slice((page - 1) * limit, page * limit);
      const shown = faults.listing?.(whole) ?? whole;
      return { statusCode: 200, data: { totalCount: list.length, list: shown.map(userOf) } };
    },
    'get-user-login-history'(body) {
      const given = faults.logins?.(body);
      if (given !== undefined) return given;
      const [start, end, limit] = [Number(body['start']), Number(body['end']), Number(body['limit'])];
      const list = (findNow(body['userId'])?.logins ?? []).filter(
        ({ appId, time }) => appId === body['appId'] && time >= start && time <= end,
      );
      return { statusCode: 200, data: { totalCount: list.length, list: list.slice(0, limit) } };
    },
  };

  const server = createServer((request, response) => {
    void reply();
    async function reply(): Promise<void> {
      const body = await bodyOf(request);
      const path = new URL(request.url ?? '', 'http://localhost').pathname.replace('/api/v3/', '');
      asked.push({ path, asked: body });
      const answer = answers[path]?.(body) ?? { statusCode: 404 };
      const requestId = faults.requestId?.(path, body) ?? randomUUID();
      response.setHeader('content-type', 'application/json');
      response.setHeader('date', new Date(Date.now() + (faults.aheadMs ?? 0)).toUTCString());
      response.end(JSON.stringify({ message: 'said', requestId, ...answer }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    kicks,
    /** Somebody has another's email from now on. */
    passEmail(email: string, to: Person): void {
      found.set(`email ${email}`, to);
    },
  };
}

function token(): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode({ scoped_userpool_id: 'pool-1' })}.c2ln`;
}

/** Of a GET its query, in which a list is a list. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.method === 'POST')
    return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  return Object.fromEntries(
    [...query.keys()].map((key) => [key, key.endsWith('[]') ? query.getAll(key) : query.get(key)]),
  );
}
