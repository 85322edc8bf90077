import path from 'node:path';

import type { PinnedFile } from '../files/copy-input.ts';
import { createLines } from '../files/lines.ts';
import { changedFile, prove, provenChunks } from '../files/proven-file.ts';
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

/**
 * Reads them in the order of `seq`, a few hundred at a time: memory does not grow with them.
 * @throws {UserError} when the file is not as it was written.
 */
export async function* readPinnedUsers(
  folder: string,
  pinned: PinnedFile,
): AsyncGenerator<readonly PinnedUser[]> {
  const place = path.join(folder, pinned.file);
  const file = await prove(place);
  if (file.sha256 !== pinned.sha256) throw changedFile(place);
  let users: PinnedUser[] = [];
  const lines = createLines((bytes, start, end) => {
    // The hash vouches for its shape.
    users.push(JSON.parse(bytes.toString('utf8', start, end)) as PinnedUser);
  });
  for await (const piece of provenChunks(file, place)) {
    users = [];
    lines.add(piece);
    if (users.length > 0) yield users;
  }
}
