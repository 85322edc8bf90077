import { type ProblemKind, problemKinds } from '../input/words/problem-kinds.ts';
import type { Problem } from '../input/row.ts';

/** Problems of one kind in one column. */
export interface ProblemGroup {
  readonly kind: ProblemKind;
  readonly column: string;
  /** What such problems are called, and what to do about all of them. */
  readonly title: string;
  readonly whatToDo: string;
  readonly count: number;
  /** How many of them come with a repair. */
  readonly repairable: number;
  /** The first in the file, at most {@link maxExamples}. */
  readonly examples: readonly Problem[];
  /** The lines of the first {@link maxLines}. */
  readonly lines: readonly number[];
}

export interface ProblemGroups {
  add(problem: Problem): void;
  readonly count: number;
  /** The largest first. */
  list(): ProblemGroup[];
}

const maxExamples = 5;
const maxLines = 20;

/** Groups any number of problems in memory that does not grow with them. */
export function createProblemGroups(): ProblemGroups {
  interface Growing extends ProblemGroup {
    count: number;
    repairable: number;
    readonly examples: Problem[];
    readonly lines: number[];
  }
  const groups = new Map<string, Growing>();
  let total = 0;
  return {
    add(problem) {
      const { kind, column, line, repair } = problem;
      const key = `${kind} ${column}`;
      let group = groups.get(key);
      if (group === undefined) {
        const { title, whatToDo } = problemKinds[kind];
        group = { kind, column, title, whatToDo, count: 0, repairable: 0, examples: [], lines: [] };
        groups.set(key, group);
      }
      total += 1;
      group.count += 1;
      if (repair !== undefined) group.repairable += 1;
      if (group.examples.length < maxExamples) group.examples.push(problem);
      if (group.lines.length < maxLines) group.lines.push(line);
    },
    get count() {
      return total;
    },
    list() {
      return [...groups.values()].sort((a, b) => b.count - a.count);
    },
  };
}
