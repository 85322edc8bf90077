import type { IncomingMessage } from 'node:http';

import { RequestError } from './request-error.ts';

/** Room for the IDs of tens of thousands of apps. */
const mostBytes = 1 << 20;

/** @throws {RequestError} for what is no JSON object. */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  // No form of another page can send this without asking first.
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new RequestError(415, 'The body is to be application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new RequestError(413, 'The body is too long.');
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new RequestError(400, 'The body is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError(400, 'The body is no JSON object.');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** One of its members. @throws {RequestError} for anything but text. */
export function textIn(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === 'string') return value;
  throw new RequestError(400, `${name} is to be text.`);
}

/** @throws {RequestError} for anything but true, false, or nothing. */
export function isTrueIn(body: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = body[name];
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new RequestError(400, `${name} is to be true or false.`);
}

/** Texts, and true, by name. @throws {RequestError} for anything else. */
export function settingsIn(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, string | true>> {
  const value = body[name] ?? {};
  const isRight =
    typeof value === 'object' &&
    Object.values(value).every((each) => typeof each === 'string' || each === true);
  if (!isRight) throw new RequestError(400, `${name} is to have texts, or true.`);
  return value as Readonly<Record<string, string | true>>;
}
