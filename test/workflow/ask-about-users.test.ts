import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { prove } from '../../src/files/proven-file.ts';
import type { Question } from '../../src/genauth/question.ts';
import { checkedPace } from '../../src/settings/pace-options.ts';
import { lookUpUsersOf } from '../../src/workflow/ask-about-users.ts';
import { success } from '../execute/replies.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Arguments = Parameters<typeof lookUpUsersOf>;

/** Looks up so many users of a file at a server that knows them all. @param isAnswered resolves when this question, from 1, may be answered. */
async function lookUp(users: number, isAnswered: (question: number) => Promise<void> | undefined) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'users.csv');
  const ids = Array.from({ length: users }, (_, at) => `65f0bb${String(at).padStart(18, '0')}`);
  writeFileSync(file, ['user_id,app_ids', ...ids.map((id) => `${id},app-1`)].join('\n'));
  let questions = 0;
  async function ask({ query }: Question<unknown>) {
    questions += 1;
    await isAnswered(questions);
    return {
      reply: success,
      answer: (query?.['userIds'] as string[] | undefined)?.map((userId) => ({ userId })),
    };
  }
  const plan = { columns: {}, appIds: [], userIdType: undefined };
  const looked = { file: await prove(file), name: 'users.csv', plan, judgement: {} };
  const scratch = { folder, told: (_: string, error: unknown): unknown => error };
  const connection = { ask, renew: async () => false };
  const known = await lookUpUsersOf(
    looked as unknown as Arguments[0],
    users,
    scratch,
    connection as unknown as Arguments[3],
    checkedPace({}),
    {},
  );
  const { counts } = known;
  known.close();
  return { counts, questions };
}

test('an answer that is slow holds up nobody but who comes long after it', async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const { counts, questions } = await lookUp(4000, (question) => {
    if (question === 79) release();
    return question === 1 ? released : undefined;
  });
  expect([counts.found, questions]).toEqual([4000, 80]);
});
