import { expect, test } from 'vitest';
import { advise, mayHelpToTryAgain, needsOtherIds, type Refusal } from '../../src/report/advice.ts';

const nothing: Refusal = {
  statusCode: undefined,
  apiCode: undefined,
  errorCode: undefined,
  isUnanswered: false,
  isLeftOut: false,
  isOpen: false,
};

test.each<[string, string, Partial<Refusal>, boolean]>([
  ['an unknown user', 'failed', { statusCode: 404, apiCode: 2004 }, false],
  ['an unknown app', 'failed', { statusCode: 404, apiCode: 2011 }, false],
  ['an app that was left out', 'partial', { isLeftOut: true }, false],
  ['a user of another tenant', 'failed', { statusCode: 403, apiCode: 2120008 }, false],
  ['a bad argument', 'failed', { statusCode: 400 }, false],
  ['no right', 'failed', { statusCode: 403 }, false],
  ['an unlisted code with 422', 'failed', { statusCode: 422, apiCode: 4004 }, false],
  ['an invalid row', 'invalid', {}, false],
  ['a protected user', 'skipped', {}, false],
  ['a locked user', 'failed', { statusCode: 403, apiCode: 2005 }, true],
  ['a conflict', 'failed', { statusCode: 409 }, true],
  ['an error of the server', 'failed', { statusCode: 500 }, true],
  ['an unlisted code with 500', 'failed', { statusCode: 500, apiCode: 4004 }, true],
  ['a reset', 'unknown', { errorCode: 'ECONNRESET' }, true],
  ['a refusal after an attempt without answer', 'unknown', { statusCode: 404, apiCode: 2004 }, true],
  ['an app left out, and another without answer', 'partial', { isLeftOut: true, isUnanswered: true }, true],
])('%s (%s): whether to try again alone may help', (_name, status, fields, expected) => {
  const refusal = { ...nothing, ...fields };
  expect(mayHelpToTryAgain(status, refusal)).toBe(expected);
  expect(advise(status, refusal)).toMatch(expected ? /./ : /^(?!.*again).*$/);
});

test.each<[string, string, Partial<Refusal>, boolean]>([
  ['an unknown user', 'failed', { statusCode: 404, apiCode: 2004 }, true],
  ['a user that is not found, without a code', 'failed', { statusCode: 404 }, true],
  ['an unknown app', 'failed', { statusCode: 404, apiCode: 2011 }, true],
  ['an unknown app beside others', 'partial', { statusCode: 404, apiCode: 2011 }, true],
  ['an app that was left out', 'partial', { isLeftOut: true }, true],
  ['an ID of another form', 'failed', { statusCode: 400 }, true],
  ['a right that is missing', 'failed', { statusCode: 403 }, false],
  ['a locked user', 'failed', { statusCode: 403, apiCode: 2005 }, false],
  ['a user of another tenant', 'failed', { statusCode: 403, apiCode: 2120008 }, false],
  ['an error of the server', 'failed', { statusCode: 500 }, false],
  ['a code that is not listed', 'failed', { statusCode: 422, apiCode: 4004 }, false],
  ['an app left out, while others are open', 'partial', { isLeftOut: true, isOpen: true }, false],
  ['an app left out, and another without answer', 'partial', { isLeftOut: true, isUnanswered: true }, false],
  ['a refusal after an attempt without answer', 'unknown', { statusCode: 404, apiCode: 2004 }, false],
  ['what was never sent', 'not_attempted', {}, false],
  ['an invalid row', 'invalid', { statusCode: 404 }, false],
])('%s (%s): whether only other IDs help', (_name, status, fields, expected) => {
  const refusal = { ...nothing, ...fields };
  expect(needsOtherIds(status, refusal)).toBe(expected);
  // What nothing else helps is not offered to be tried again.
  expect(expected && mayHelpToTryAgain(status, refusal)).toBe(false);
});
