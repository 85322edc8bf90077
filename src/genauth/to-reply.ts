import { performance } from 'node:perf_hooks';
import type { Clock } from './authorization.ts';
import { describeConnectionError, errorCodeOf, isKnownCode, neverLeaves } from './connection-errors.ts';
import type { KickUsersClient, KickUsersDto } from './kick-users.ts';
import { fillIn, isObject, type Draft, type Reply } from './reply.ts';
import type { ReplyHeaders } from './request-ids.ts';

/**
 * Makes one attempt with any client and never rejects, whatever the client does: passes a Reply on, reads a body of
 * GenAuth's (or the page of HTML that the official SDK gives as a string), and reads what was thrown, an `AxiosError`
 * above all. Of that only codes, status, body and three headers are read: its config holds the authorisation.
 */
export async function toReply(
  client: KickUsersClient,
  dto: KickUsersDto,
  clock: Clock = { now: Date.now, monotonic: () => performance.now() },
): Promise<Reply> {
  const startedAt = clock.now();
  const startedMono = clock.monotonic();
  const draft: Draft = { delivery: 'answered', genauthForm: false, startedAt, durationMs: 0 };
  let resolved: unknown;
  try {
    resolved = await client.kickUsers(dto);
  } catch (error) {
    draft.durationMs = clock.monotonic() - startedMono;
    return readThrown(draft, error);
  }
  if (isReply(resolved)) return resolved;
  draft.durationMs = clock.monotonic() - startedMono;
  // The HTTP status is not known here: a client that throws for all but 2xx gave this.
  fillIn(draft, undefined, resolved);
  return draft;
}

function readThrown(draft: Draft, error: unknown): Reply {
  const response = isObject(error) ? error['response'] : undefined;
  if (isObject(response) && typeof response['status'] === 'number') {
    draft.httpStatus = response['status'];
    fillIn(draft, readableHeaders(response['headers']), response['data']);
    return draft;
  }
  const code = errorCodeOf(error);
  draft.delivery = neverLeaves(code) ? 'unsent' : 'unanswered';
  draft.errorCode = code;
  draft.message = describeConnectionError(code);
  // A client's own complaint, or a bug in it: without its words nobody could find out.
  if (!isKnownCode(code) && error instanceof Error && error.message !== '') {
    draft.message = `${error.name}: ${error.message}`.slice(0, 500);
  }
  return draft;
}

/** Of axios, `fetch` or a plain object, names in lower case. */
function readableHeaders(headers: unknown): ReplyHeaders | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const entries: Iterable<[string, unknown]> =
    headers instanceof Headers ? headers.entries() : Object.entries(headers);
  const readable: Record<string, string | string[]> = {};
  for (const [name, value] of entries) {
    if (typeof value === 'string') readable[name.toLowerCase()] = value;
    else if (Array.isArray(value))
      readable[name.toLowerCase()] = value.filter((each) => typeof each === 'string');
  }
  return readable;
}

function isReply(value: unknown): value is Reply {
  return (
    isObject(value) &&
    (value['delivery'] === 'answered' ||
      value['delivery'] === 'unanswered' ||
      value['delivery'] === 'unsent') &&
    typeof value['genauthForm'] === 'boolean' &&
    typeof value['startedAt'] === 'number' &&
    typeof value['durationMs'] === 'number'
  );
}
