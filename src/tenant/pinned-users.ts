import path from 'node:path';

import type { PinnedFile } from '../files/copy-input.ts';
import { createProvenWriter } from '../files/proven-writer.ts';
import { runFiles } from '../run-folder/run-files.ts';

/** Who a user of the plan was when it was made. */
export interface PinnedUser {
  /** Of the user's first call. */
  readonly seq: number;
  /** GenAuth's own ID; null where GenAuth knew no such user, and so many were unknown that it was not believed. */
  readonly userId: string | null;
  /** GenAuth's word, such as `Activated`. */
  readonly status: string | undefined;
  /** Ms since the epoch. */
  readonly askedAt: number;
}

/**
 * Writes down who the users are, a line of JSON for each of whom GenAuth has said something.
 * @param users in the order of `seq`. @throws {UserError} when it cannot be written.
 */
export async function pinUsers(folder: string, users: Iterable<PinnedUser>): Promise<PinnedFile> {
  const place = runFiles(folder).users;
  const writer = createProvenWriter(place);
  try {
    for (const { seq, userId, status, askedAt } of users) {
      writer.write(`${JSON.stringify({ seq, userId, status, askedAt })}\n`);
    }
    const { size, sha256 } = await writer.finish();
    const file = path.basename(place);
    return { name: file, file, size, sha256 };
  } finally {
    writer.close();
  }
}
