import type { Problem } from '../input/row.ts';
import { createProblemGroups, type ProblemGroup } from './problem-groups.ts';

const maxKept = 1000;

/** Any number of problems, in memory that does not grow with them. */
export interface KeptProblems {
  add(found: readonly Problem[]): void;
  /** In the order of the file, the first {@link maxKept}. */
  readonly first: readonly Problem[];
  readonly count: number;
  /** All of them, by kind and column, the largest group first. */
  groups(): ProblemGroup[];
}

export function createKeptProblems(): KeptProblems {
  const first: Problem[] = [];
  const groups = createProblemGroups();
  return {
    add(found) {
      if (first.length < maxKept) first.push(...found.slice(0, maxKept - first.length));
      for (const problem of found) groups.add(problem);
    },
    first,
    get count() {
      return groups.count;
    },
    groups: () => groups.list(),
  };
}
