/** What is known of why users are still signed in. */
export interface Refusal {
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  readonly errorCode: string | undefined;
  /** The last attempt may have taken effect without an answer. */
  readonly isUnanswered: boolean;
  /** An app of theirs was not sent, as another call had found that it does not exist. */
  readonly isLeftOut: boolean;
  /** The run has not ended for them: a plain `resume` tries them again. */
  readonly isOpen: boolean;
}

/** By business code, as far as `docs/genauth-api.md`, section 4a, knows them. */
const byApiCode: Readonly<Record<number, string>> = {
  2004: 'The user does not exist in this user pool: check the ID, its type and the pool. Deleted users have no sessions.',
  2005: 'The account is locked. Check in the console whether it still has sessions.',
  2011: 'The app does not exist in this user pool: correct or remove its ID. All other apps of the row were tried.',
  2120008: 'The user is disabled, or no member of this tenant: check --tenant-id.',
  2130010: 'The access key has no right to this tenant: check --tenant-id, or use another key.',
};

const byStatusCode: Readonly<Record<number, string>> = {
  400: 'GenAuth does not accept the ID as it stands: check its form and its type.',
  403: 'The access key may not sign this user out: give it the right, or use an administrator’s.',
  404: 'It does not exist in this user pool: check the ID, its type and the pool.',
  409: 'Another change was under way: try again.',
  413: 'The request was too large.',
  422: 'GenAuth cannot do this for this user: the message says why.',
};

const missingApp = 2011;

/** What is answered so today is answered so tomorrow, unless something is put right. */
const lasting = { apiCodes: [2004, missingApp, 2120008, 2130010], statusCodes: [400, 403, 404, 413, 422] };

/** @returns whether rows that ended so may succeed when nothing is done but to try them again. */
export function mayHelpToTryAgain(
  status: string,
  { apiCode, statusCode, isUnanswered, isLeftOut }: Refusal,
): boolean {
  if (status === 'invalid' || status === 'skipped') return false;
  if (isUnanswered || status === 'unknown') return true;
  if (isLeftOut) return false;
  return apiCode === undefined || !(apiCode in byApiCode)
    ? !lasting.statusCodes.includes(statusCode ?? 0)
    : !lasting.apiCodes.includes(apiCode);
}

/** What the file names and the tenant does not have, or does not take. */
const wrongIds = { apiCodes: [2004, missingApp], statusCodes: [400, 404, 413] };

/** @returns whether only other IDs help rows that ended so: those of the plan stay as they are, however often they are sent. */
export function needsOtherIds(
  status: string,
  { apiCode, statusCode, isUnanswered, isLeftOut, isOpen }: Refusal,
): boolean {
  if (isOpen || isUnanswered || (status !== 'failed' && status !== 'partial')) return false;
  if (isLeftOut) return true;
  return apiCode === undefined || !(apiCode in byApiCode)
    ? wrongIds.statusCodes.includes(statusCode ?? 0)
    : wrongIds.apiCodes.includes(apiCode);
}

/** @returns one or two sentences on what to do about rows that ended so. */
export function advise(status: string, refusal: Refusal): string {
  if (status === 'invalid')
    return 'To be mended in invalid.csv, which then runs; `check` lists all that is wrong, by line and column.';
  if (status === 'skipped') {
    return 'On the list that --protect gave, and never sent. To sign such a user out, run the row without the list.';
  }
  // What failed is to be put right, whether or not other apps of the rows are still to be done.
  if (refusal.isOpen && status !== 'failed') return adviseOnOpen(status, refusal);
  if (status === 'unknown' || refusal.isUnanswered) return adviseOnDoubt(status, refusal);
  const known = adviseOnCodes(refusal);
  if (known !== undefined) return known;
  const { statusCode, errorCode } = refusal;
  const isServerError = (statusCode ?? 500) >= 500 || errorCode !== undefined;
  return isServerError
    ? 'The server failed on these again and again: try later with `resume --retry-failed`.'
    : 'Ask GenAuth’s support, with a request ID from the report.';
}

function adviseOnCodes({ statusCode, apiCode, isLeftOut }: Refusal): string | undefined {
  const code = isLeftOut ? missingApp : apiCode;
  return (code === undefined ? undefined : byApiCode[code]) ?? byStatusCode[statusCode ?? 0];
}

function adviseOnOpen(status: string, { statusCode, apiCode, errorCode }: Refusal): string {
  if (status === 'partial') return 'What is left of the apps is not done with: `resume` tries again.';
  if (status !== 'not_attempted') {
    return 'Signed out or not, and not done with: `resume` tries again.';
  }
  const wasPutOff = (statusCode ?? apiCode ?? errorCode) !== undefined;
  return wasPutOff
    ? 'Put off, and nobody was signed out: `resume` tries again.'
    : 'Still to be done: `resume` goes on with it.';
}

function adviseOnDoubt(status: string, refusal: Refusal): string {
  const { isUnanswered, statusCode } = refusal;
  const what = status === 'partial' ? 'Whether the other apps are signed out' : 'Whether it worked';
  const why =
    isUnanswered && statusCode === 200
      ? 'the reply did not say whether it worked'
      : 'some attempt got no full reply';
  const next =
    (isUnanswered ? undefined : adviseOnCodes(refusal)) ??
    'Trying again does no harm: `resume --retry-failed`.';
  return `${what} is not known, as ${why}. ${next}`;
}
