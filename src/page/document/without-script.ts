import type { ReportData, RowShown } from '../report/data.ts';
import { endedKey } from '../report/ended.ts';
import { rowStates } from '../report/row-state.ts';
import { rowsOfPeople, verdictOf } from '../report/verdict.ts';
import { createSpeaker, languages } from '../texts/speaker.ts';
import { escaped } from './escape.ts';

/** So many rows are in the page twice. */
export const mostWithoutScript = 50;

/**
 * What the page shows without JavaScript: the verdict in each language, how many rows are how, and the first rows.
 * @param data with the first rows alone.
 */
export function withoutScript(data: ReportData): string {
  const { say } = createSpeaker('en');
  const { numbers, states, rows } = data;
  const counts = rowStates.filter((state) => states[state] > 0);
  return [
    `<main class="page"><h1>${escaped(say('page.title', { name: data.run.input.name }))}</h1>`,
    ...languages.map((language) => verdictIn(language, data)),
    `<p>${escaped(endedIn(data))}</p>`,
    '<table class="counts"><tbody>',
    ...counts.map(
      (state) =>
        `<tr><th scope="row">${escaped(say(`state.${state}`))}</th><td>${states[state]}</td><td>${escaped(say(`means.${state}`))}</td></tr>`,
    ),
    `</tbody></table>`,
    ...(rows.length === 0 ? [] : tableOf(data)),
    `<p>${escaped(say('page.made', { time: data.madeAt }))}. SHA-256: ${escaped(data.run.input.sha256)}. ${numbers.attempts} attempts.</p></main>`,
  ].join('\n');
}

function verdictIn(language: (typeof languages)[number], data: ReportData): string {
  const { say } = createSpeaker(language);
  const { name, tone, count } = verdictOf(data);
  const text = say(`verdict.${name}`, { count, total: rowsOfPeople(data) });
  return `<p class="verdict-text tone-${tone}" lang="${language}">${escaped(text)}</p>`;
}

function endedIn({ numbers, run }: ReportData): string {
  const { ended } = numbers;
  const text = createSpeaker('en').say(endedKey(ended), { reason: ended });
  return ended === 'finished' ? text : `${text} ${run.commands.resume}`;
}

const columns = ['line', 'user', 'state', 'why'] as const;

function tableOf({ rows, advice }: ReportData): string[] {
  const { say } = createSpeaker('en');
  const header = columns.map((name) => `<th scope="col">${escaped(say(`column.${name}`))}</th>`);
  return [
    `<p>${escaped(say('page.static', { count: rows.length }))}</p>`,
    `<table class="rows stacked"><thead><tr>${header.join('')}</tr></thead><tbody>`,
    ...rows.map((row) => rowOf(row, advice)),
    '</tbody></table>',
  ];
}

function rowOf(row: RowShown, advice: readonly string[]): string {
  const { say } = createSpeaker('en');
  const [line, userId, , state, message, , , , , adviceAt] = row;
  const why = [message, advice[adviceAt] ?? ''].filter((text) => text !== '').join(' ');
  const cells = [
    String(line),
    `<code>${escaped(userId)}</code>`,
    escaped(say(`state.${state}`)),
    escaped(why),
  ];
  const labelled = cells.map(
    // On a phone there is no header.
    (cell, at) => `<td data-label="${escaped(say(`column.${columns[at] ?? 'line'}`))}">${cell}</td>`,
  );
  return `<tr>${labelled.join('')}</tr>`;
}
