import { describe, expect, test } from 'vitest';

import { UserError } from '../../src/errors.ts';
import {
  copyError,
  CopyError,
  diskError,
  readError,
  telling,
  writeError,
} from '../../src/files/disk-error.ts';

const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: it failed`), { code, syscall: 'write' });

describe('what the system says, said in words', () => {
  test.each([
    ['read', 'ENOENT', 'There is no file a/b.', 2],
    ['read', 'ENOTDIR', 'There is no file a/b.', 2],
    ['read', 'EISDIR', 'a/b is a folder, not a file.', 2],
    ['read', 'EACCES', 'No permission to read a/b.', 2],
    ['read', 'EPERM', 'No permission to read a/b.', 2],
    ['read', 'EBUSY', 'a/b is in use by another program, which lets nobody read it.', 2],
    ['read', 'EMFILE', 'Too many files are open at once (EMFILE): a/b cannot be read.', 1],
    ['read', 'EIO', 'a/b cannot be read (EIO).', 1],
    ['make', 'ENOSPC', 'The disk is full: a/b could not be written.', 1],
    ['make', 'EDQUOT', 'Your quota on the disk is used up: a/b could not be written.', 1],
    ['make', 'EEXIST', 'a/b is already there.', 2],
    ['make', 'ENOENT', 'a/b could not be written: its folder is not there.', 2],
    ['make', 'EACCES', 'No permission to write a/b.', 2],
    ['copy', 'EACCES', 'No permission to write a/b.', 2],
    ['copy', 'ENOSPC', 'The disk is full: a/b could not be written.', 4],
    ['copy', 'EDQUOT', 'Your quota on the disk is used up: a/b could not be written.', 4],
    ['copy', 'EROFS', 'a/b could not be written: its disk is read-only, or has become so after an error.', 4],
    ['copy', 'EIO', 'a/b could not be written (EIO).', 4],
    ['keep', 'ENOSPC', 'The disk is full: a/b could not be written.', 4],
    ['keep', 'EACCES', 'No permission to write a/b.', 4],
    ['keep', 'ELOOP', 'a/b is a symbolic link, and nothing is written through one.', 4],
    ['keep', 'EANYTHING', 'a/b could not be written (EANYTHING).', 4],
    [
      'sync',
      'EIO',
      'a/b could not be synced to the disk (EIO), so what was written last may not be on it.',
      4,
    ],
  ] as const)('%s %s', (doing, code, message, exitCode) => {
    const cause = systemError(code);
    const told = diskError(doing, 'a/b', cause, 'linux');
    expect(told).toMatchObject({ message, exitCode, cause });
    expect(told?.hint).toMatch(/^[A-Z][^{}]*\.$/);
  });

  test('where another place would do, the way there is told', () => {
    const hint = (doing: 'make' | 'copy' | 'keep', code: string) =>
      diskError(doing, 'a/b', systemError(code), 'linux')?.hint;
    expect(hint('make', 'ENOSPC')).toContain('another place');
    expect(hint('copy', 'EDQUOT')).toContain('with --out');
    expect(hint('keep', 'EROFS')).toContain('copy the run folder');
    expect(hint('keep', 'EMFILE')).not.toContain('copy the run folder');
  });
});

test('only what a disk did not take of a copy may be tried again as it was', () => {
  expect(copyError('a/b', systemError('ENOSPC'))).toBeInstanceOf(CopyError);
  expect(copyError('a/b', systemError('EACCES'))).not.toBeInstanceOf(CopyError);
  expect(copyError('a/b', systemError('EACCES'))).toBeInstanceOf(UserError);
});

test('an error that no system call made is a bug, and stays as it is', async () => {
  const bug = new TypeError('undefined is not a function');
  expect(readError('a/b', bug)).toBe(bug);
  expect(writeError('a/b', bug)).toBe(bug);
  expect(copyError('a/b', bug)).toBe(bug);
  await expect(telling('a/b', () => Promise.reject(bug))).rejects.toBe(bug);
});
