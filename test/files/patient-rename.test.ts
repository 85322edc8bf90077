import { expect, test } from 'vitest';

import { diskError } from '../../src/files/disk-error.ts';
import { renamePatiently } from '../../src/files/patient-rename.ts';

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: made up by the test`), {
    code,
    syscall: 'rename',
    path: 'out/retry.csv.partial',
    dest: 'out/retry.csv',
  });
}

/** A system that refuses so many times before it renames. */
function system(platform: string, code: string, times: number) {
  const waited: number[] = [];
  let tried = 0;
  return {
    waited,
    tried: () => tried,
    means: {
      platform,
      rename: async () => {
        tried += 1;
        if (tried <= times) throw refusal(code);
      },
      wait: async (ms: number) => waited.push(ms),
    },
  };
}

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows a file that was held for a moment (%s) is renamed',
  async (code) => {
    const windows = system('win32', code, 3);
    await renamePatiently('a', 'b', windows.means);
    expect(windows.tried()).toBe(4);
  },
);

test('a file that stays held is tried for a second, and then refused', async () => {
  const windows = system('win32', 'EPERM', Number.POSITIVE_INFINITY);
  await expect(renamePatiently('a', 'b', windows.means)).rejects.toThrow('EPERM');
  expect(windows.waited.reduce((sum, ms) => sum + ms, 0)).toBe(1000);
});

test.each([
  ['win32', 'ENOENT'],
  ['win32', 'ENOSPC'],
  ['linux', 'EPERM'],
  ['linux', 'EBUSY'],
  ['darwin', 'EACCES'],
])('on %s %s is no program that holds the file, and not waited for', async (platform, code) => {
  const other = system(platform, code, 1);
  await expect(renamePatiently('a', 'b', other.means)).rejects.toThrow(code);
  expect(other.waited).toEqual([]);
});

test('who may hold a file is said of the very file, where it may be so', () => {
  const held = diskError('keep', 'out/report.csv', refusal('EPERM'), 'win32');
  expect(held?.message).toBe(
    'out/retry.csv could not be written: another program has it open, or this user may not write it.',
  );
  expect(held?.hint).toContain('Close it in Excel');
  expect(diskError('keep', 'out/report.csv', refusal('EPERM'), 'linux')?.message).toBe(
    'No permission to write out/retry.csv.',
  );
});
