/** What is known of why users are still signed in. */
export interface Refusal {
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  readonly errorCode: string | undefined;
}

/** By business code, as far as `genauth-api.md`, section 3, knows them. */
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

/**
 * @param isOpen the run has not ended for these rows: a plain `resume` tries them again.
 * @returns one or two sentences on what to do about rows that ended so.
 */
export function advise(status: string, refusal: Refusal, isOpen: boolean): string {
  if (isOpen && status === 'not_attempted') return 'The run stopped before them: go on with `resume`.';
  if (isOpen) return 'The run stopped before they were tried again: go on with `resume`.';
  const { apiCode, statusCode, errorCode } = refusal;
  switch (status) {
    case 'invalid':
      return 'Mend the rows in the file; `check` lists them with line and column.';
    case 'skipped':
      return 'They are on the list that --protect gave. If they are to be signed out, run their rows without it.';
    case 'not_attempted':
      return 'Go on with `resume`.';
    case 'unknown':
      return 'They may be signed out or not, as some attempt got no full reply. Trying again does no harm: `resume --retry-failed`.';
    default: {
      const known = (apiCode === undefined ? undefined : byApiCode[apiCode]) ?? byStatusCode[statusCode ?? 0];
      if (known !== undefined) return known;
      const isServerError = (statusCode ?? 500) >= 500 || errorCode !== undefined;
      return isServerError
        ? 'The server failed on these again and again: try later with `resume --retry-failed`.'
        : 'Ask GenAuth’s support, with a request ID from the report.';
    }
  }
}
