import type { Asked, Question } from '../genauth/question.ts';

/** Asks until there is a last word about it; undefined when nothing more is asked. */
export type Ask = <T>(question: Question<T>) => Promise<Asked<T> | undefined>;
