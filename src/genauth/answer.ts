import type { Exchange } from './exchange.ts';
import type { Question } from './question.ts';
import { kindOf } from './reply-message.ts';
import { isObject, longestMessage, parseJson, readReply, type Draft } from './reply.ts';
import { readRequestIds } from './request-ids.ts';
import { blot } from './secrets.ts';
import { judge } from './verdict.ts';

interface ReadAnswer<T> {
  readonly reply: Draft;
  /** There when the reply's verdict is `succeeded`, and only then. */
  readonly answer: T | undefined;
  /** It speaks of success and does not answer what was asked: perhaps it was meant for another request on its connection. */
  readonly isStrange: boolean;
}

/**
 * The reply to a question. Never throws, whatever the server sent. Its `data` may hold all that GenAuth knows of a person, a password
 * among it: but for the answer nothing is taken from there, not even a request ID.
 */
export function readAnswer<T>(
  exchange: Exchange,
  read: Question<T>['read'],
  secrets: readonly string[],
): ReadAnswer<T> {
  const { body: text, errorCode, httpStatus = 0 } = exchange;
  const body = errorCode === undefined ? parseJson(text) : undefined;
  if (!isObject(body) || typeof body['statusCode'] !== 'number') {
    const reply = readReply({ ...exchange, body: beforeData(text) }, secrets);
    return { reply, answer: undefined, isStrange: false };
  }
  const { statusCode, apiCode, requestId, data } = body;
  const message = typeof body['message'] === 'string' ? body['message'] : undefined;
  const found = statusCode === 200 ? readSafely(read, data) : undefined;
  const envelope = {
    statusCode,
    apiCode: typeof apiCode === 'number' ? apiCode : undefined,
    message,
    // All digits of a number: two long ones must not look like one.
    requestId: readRequestIds(requestId, () => text, undefined, []).own,
    data: found === undefined ? undefined : { success: true },
  };
  const reply = readReply({ ...exchange, body: JSON.stringify(envelope) }, secrets);
  const isSuccess = judge(reply) === 'succeeded';
  if (!isSuccess) delete reply.success;
  const speaksOfSuccess = isOk(httpStatus) && isOk(statusCode);
  if (isSuccess || !speaksOfSuccess) {
    return { reply, answer: isSuccess ? found : undefined, isStrange: false };
  }
  reply.genauthForm = false;
  for (const name of ['statusCode', 'apiCode', 'requestId'] as const) delete reply[name];
  const words = message === undefined || message === '' ? '' : ` ("${message}")`;
  const fault = `the reply is no answer to what was asked: statusCode is ${statusCode}, data is ${kindOf(data)}`;
  reply.message = blot(fault + words, secrets, longestMessage);
  return { reply, answer: undefined, isStrange: true };
}

function readSafely<T>(read: Question<T>['read'], data: unknown): T | undefined {
  try {
    return read(data);
  } catch {
    return undefined;
  }
}

/** Of a text that is no GenAuth's, or half of one: what comes after it may be of a person. */
function beforeData(text: string): string {
  const at = text.search(/"data"\s*:/);
  return at === -1 ? text : text.slice(0, at);
}

function isOk(status: number): boolean {
  return status >= 200 && status <= 299;
}
