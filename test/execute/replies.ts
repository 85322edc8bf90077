import type { Reply } from '../../src/genauth/reply.ts';

const common = { startedAt: 0, durationMs: 0 };

/** GenAuth's own reply with this `statusCode`. */
export function genauth(statusCode: number, more: Partial<Reply> = {}): Reply {
  const success = statusCode === 200 ? { success: true } : {};
  return {
    delivery: 'answered',
    httpStatus: 200,
    genauthForm: true,
    statusCode,
    ...success,
    ...common,
    ...more,
  };
}

/** A page of somebody on the way. */
export function page(httpStatus: number, more: Partial<Reply> = {}): Reply {
  return { delivery: 'answered', httpStatus, genauthForm: false, ...common, ...more };
}

/** No whole reply: the connection was reset after (or, `unsent`, refused before) the request. */
export function broken(delivery: 'unanswered' | 'unsent' = 'unanswered'): Reply {
  const errorCode = delivery === 'unsent' ? 'ECONNREFUSED' : 'ECONNRESET';
  return { delivery, genauthForm: false, errorCode, ...common };
}

export const success = genauth(200);
export const noSuchUser = genauth(404, { apiCode: 2004 });
export const forbidden = genauth(403);
export const refused = genauth(401, { apiCode: 2020 });
export const throttled = genauth(429);
export const serverFault = genauth(500);
