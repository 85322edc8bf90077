import { printable } from '../input/printable.ts';
import { runFiles } from '../journal/run-folder.ts';
import type { Cause } from '../report/causes.ts';
import { rowStatuses } from '../report/row-status.ts';
import type { Summary } from '../report/summary.ts';
import { commandLine, counted, grouped, lasting } from './wording.ts';

/** The summary for people, with where to read on. */
export function showSummary(summary: Summary, folder: string): string {
  const { rows, calls } = summary;
  const width = grouped(rows.total).length;
  const files = runFiles(folder);
  const unfinished = rows.partial + rows.failed + rows.unknown + rows.not_attempted;
  const counts = rowStatuses
    .filter((status) => rows[status] > 0)
    .map((status) => `  ${status.padEnd(14)}${grouped(rows[status]).padStart(width)}`);
  return [
    `${counted(rows.total, 'row')} of ${printable(summary.input.name)}`,
    ...counts,
    '',
    `${counted(summary.attempts, 'attempt')} for ${counted(calls.planned, 'call')} in ${lasting(summary.seconds * 1000)}${detailsOf(summary)}`,
    ...showCauses(summary.causes),
    '',
    `Report   ${files.report}`,
    ...(unfinished > 0
      ? [`Retry    ${files.retry} (${counted(unfinished, 'row')})${runWith(summary.flags.retry)}`]
      : []),
    ...(rows.invalid > 0
      ? [
          `Invalid  ${files.invalid} (${counted(rows.invalid, 'row')}), to be mended${runWith(summary.flags.invalid)}`,
        ]
      : []),
  ].join('\n');
}

function runWith(flags: readonly string[]): string {
  return flags.length === 0 ? '' : `; run it with ${commandLine(...flags)}`;
}

function detailsOf({ throttled, calls, latencyMs }: Summary): string {
  return [
    ...(throttled > 0 ? [`${grouped(throttled)} throttled`] : []),
    ...(calls.repeated > 0 ? [`${grouped(calls.repeated)} repeated after a crash`] : []),
    ...(latencyMs.p50 === null ? [] : [`median ${latencyMs.p50} ms`]),
  ]
    .map((detail) => `, ${detail}`)
    .join('');
}

/** What is said where nobody has said anything. @param isAnswered a reply or an error has codes. */
function wordless({ status }: Cause, isAnswered: boolean): string {
  if (isAnswered) return 'no reason was given';
  return status === 'not_attempted' ? 'nothing was sent' : 'nothing was said';
}

const maxShown = 10;

/** Why rows did not succeed; nothing when all did. */
export function showCauses(causes: readonly Cause[]): string[] {
  if (causes.length === 0) return [];
  const shown = causes.slice(0, maxShown).flatMap((cause) => {
    const all = [cause.statusCode, cause.apiCode, cause.errorCode].filter((code) => code !== undefined);
    const message = printable(cause.message || wordless(cause, all.length > 0), 200).replace(/\.$/, '');
    const codes = all.filter((code) => !message.includes(`(${code})`)).join('/');
    return [
      `  ${counted(cause.rows, 'row')} ${cause.status}: ${message}${codes === '' ? '' : ` (${codes})`}, first at line ${cause.firstLine}`,
      `    ${cause.advice}`,
    ];
  });
  const rest = causes.length - Math.min(causes.length, maxShown);
  return [
    '',
    'Why rows did not succeed',
    ...shown,
    ...(rest > 0 ? [`  ... and ${counted(rest, 'more cause')}`] : []),
  ];
}
