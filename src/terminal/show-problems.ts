import { grouped, visible } from '../printable.ts';
import { wholeRow, type Problem } from '../input/row.ts';
import type { ProblemGroup } from '../survey/problem-groups.ts';

/** Groups of problems for people, with lines, examples and what to do. */
export function showProblems(groups: readonly ProblemGroup[]): string[] {
  return groups.flatMap((group) => {
    const { title, column, count, repairable, examples, lines, whatToDo } = group;
    const all = count === 1 ? '' : repairable === count ? 'all ' : `${grouped(repairable)} `;
    const repairs = repairable === 0 ? '' : `, ${all}with a proposed repair`;
    const [first] = examples;
    const further = lines.slice(examples.length);
    const rest = count - examples.length - further.length;
    return [
      `  ${title}${column === wholeRow ? '' : `, in ${quoted(column)}`}: ${grouped(count)}${repairs}`,
      ...(first === undefined ? [] : [`    ${visible(first.message, 400)}`]),
      ...examples.map((problem) => `    ${showProblem(problem)}`),
      ...(further.length === 0
        ? []
        : [`    also in line ${further.join(', ')}${rest > 0 ? `, and ${grouped(rest)} more` : ''}`]),
      `    ${whatToDo}`,
    ];
  });
}

function showProblem({ line, value, repair }: Problem): string {
  const holds = value === '' ? 'nothing' : quoted(value);
  return `line ${line}: ${holds}${repair === undefined ? '' : `, probably ${quoted(repair)}`}`;
}

function quoted(text: string): string {
  return `"${visible(text, 100)}"`;
}
