import { grouped, printable } from '../printable.ts';
import { runFiles } from '../run-folder/run-files.ts';
import type { Cause } from '../report/cause.ts';
import { rowStatuses, type RowStatus } from '../report/row-status.ts';
import { rowsToRetry, type Summary } from '../report/summary.ts';
import type { Piece, Tone } from './paint.ts';
import { showVerification } from './show-verification.ts';
import { counted, lasting } from './wording.ts';

const toneOf: Readonly<Record<RowStatus, Tone>> = {
  succeeded: 'good',
  partial: 'doubtful',
  failed: 'bad',
  unknown: 'doubtful',
  invalid: 'doubtful',
  skipped: 'faint',
  not_attempted: 'doubtful',
};

/** Whole commands that run the files which a run has left; undefined where it is not for them to go on. */
export interface FileCommands {
  readonly retry: string | undefined;
  /** Once its rows are mended. */
  readonly invalid: string | undefined;
}

/**
 * The summary for people, line by line, with where to read on.
 * @param commands undefined where the server has gone with the run.
 * @param isGoing another process works on it: there is nothing to be done about what is open, and nothing to be run yet.
 */
export function showSummary(
  summary: Summary,
  folder: string,
  commands?: FileCommands,
  isGoing = false,
): Piece[] {
  const { rows } = summary;
  const width = grouped(rows.total).length;
  const counts = rowStatuses
    .filter((status) => rows[status] > 0)
    .map((status) => ({
      text: `  ${status.padEnd(14)}${grouped(rows[status]).padStart(width)}`,
      tone: toneOf[status],
    }));
  return [
    { text: `${counted(rows.total, 'row')} of ${printable(summary.input.name)}` },
    ...counts,
    { text: '' },
    { text: showAttempts(summary) },
    ...showCauses(summary.causes.filter(({ isOpen }) => !isGoing || !isOpen)),
    ...showSeen(summary),
    { text: '' },
    { text: `Page     ${runFiles(folder).page}, for a browser` },
    { text: `Report   ${runFiles(folder).report}` },
    ...(summary.verification === null ? [] : [{ text: `Sessions ${runFiles(folder).verification}` }]),
    ...(isGoing ? [] : showFiles(summary, folder, commands)),
    ...showLimits(summary),
  ];
}

/** What was seen of the sessions when it was last looked; nothing where it never was. */
function showSeen({ verification }: Summary): Piece[] {
  if (verification === null) return [];
  const { ended, startedAt } = verification;
  const end = ended === 'finished' ? '' : ', which has not come to its end: verify goes on with it';
  return [
    { text: '' },
    ...showVerification(verification, []),
    { text: `So it was in the look of ${startedAt}${end}.` },
  ];
}

function showFiles({ rows }: Summary, folder: string, commands: FileCommands | undefined): Piece[] {
  const files = runFiles(folder);
  const unfinished = rowsToRetry(rows);
  return [
    ...(unfinished > 0
      ? [
          { text: `Retry    ${files.retry} (${counted(unfinished, 'row')})` },
          ...runWith('with other IDs or flags', commands?.retry),
        ]
      : []),
    ...(rows.invalid > 0
      ? [
          { text: `Invalid  ${files.invalid} (${counted(rows.invalid, 'row')}), to be mended` },
          ...runWith('then', commands?.invalid),
        ]
      : []),
  ];
}

/** What nobody should read into a success: see GenAuth's page on single sign-out. Whether a kick revokes tokens is nowhere said. */
function showLimits({ rows, lookedUp }: Summary): Piece[] {
  if (rows.succeeded + rows.partial === 0) return [];
  return [
    { text: '' },
    {
      text: 'A kick ends sessions at GenAuth. Tokens that were given out may be good until they expire, and an app with a session of its own keeps it.',
    },
    showActivated(lookedUp),
  ];
}

function showActivated(lookedUp: Summary['lookedUp']): Piece {
  if (lookedUp === null || lookedUp.activated === 0) {
    return {
      text: 'An account that is still active can sign in again: disable it in GenAuth where that must not be.',
    };
  }
  const { activated, found } = lookedUp;
  const [were, they, them] = activated === 1 ? ['was', 'that user', 'it'] : ['were', 'they', 'them'];
  return {
    text: `${grouped(activated)} of ${counted(found, 'user')} ${were} still activated when the run began, and ${they} can sign in again at once: suspend ${them} in GenAuth where that must not be.`,
    tone: 'doubtful',
  };
}

function runWith(when: string, command: string | undefined): Piece[] {
  return command === undefined ? [] : [{ text: `         ${when}: ${command}` }];
}

function showAttempts(summary: Summary): string {
  const { attempts, seconds, calls, throttled, latencyMs } = summary;
  if (attempts === 0) return `Nothing was sent of ${counted(calls.planned, 'call')}`;
  return [
    `${counted(attempts, 'attempt')} for ${counted(calls.planned, 'call')} in ${lasting(seconds * 1000)}`,
    ...(throttled > 0 ? [`${grouped(throttled)} throttled`] : []),
    ...(calls.repeated > 0 ? [`at most ${grouped(calls.repeated)} sent again after a crash`] : []),
    ...(latencyMs.p50 === null ? [] : [`median ${latencyMs.p50} ms`]),
  ].join(', ');
}

/** What is said where nobody has said anything. @param isAnswered a reply or an error has codes. */
function wordless({ status }: Cause, isAnswered: boolean): string {
  if (isAnswered) return 'no reason was given';
  return status === 'not_attempted' ? 'nothing was sent' : 'nothing was said';
}

const maxShown = 10;

/** Why rows did not succeed; nothing when all did. */
export function showCauses(causes: readonly Cause[]): Piece[] {
  if (causes.length === 0) return [];
  const shown = causes.slice(0, maxShown).flatMap((cause): Piece[] => {
    const all = [cause.statusCode, cause.apiCode, cause.errorCode].filter((code) => code !== undefined);
    const message = printable(cause.message || wordless(cause, all.length > 0), 200).replace(/\.$/, '');
    const codes = all.filter((code) => !message.includes(`(${code})`)).join('/');
    return [
      {
        text: `  ${counted(cause.rows, 'row')} ${cause.status}: ${message}${codes === '' ? '' : ` (${codes})`}, first at line ${cause.firstLine}`,
        tone: toneOf[cause.status],
      },
      { text: `    ${cause.advice}` },
    ];
  });
  const rest = causes.length - Math.min(causes.length, maxShown);
  return [
    { text: '' },
    { text: 'Why rows did not succeed' },
    ...shown,
    ...(rest > 0 ? [{ text: `  ... and ${counted(rest, 'more cause')}` }] : []),
  ];
}
