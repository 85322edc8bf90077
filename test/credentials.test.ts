import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { credentials } from '../src/settings/credentials.ts';
import { temporaryFolder } from './temporary-folder.ts';

const environment = { GENAUTH_ACCESS_KEY_ID: 'fake-key' };

function secretFile(mode: number, content = 'not-a-real-secret\n'): string {
  const file = path.join(temporaryFolder(), 'secret');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

test.runIf(process.platform !== 'win32').each([
  [0o600, false],
  [0o400, false],
  [0o640, true],
  [0o604, true],
  [0o620, true],
])('a secret in a file of mode %o is read, with a warning when others have access: %s', (mode, isOpen) => {
  const file = secretFile(mode);
  const warnings: string[] = [];
  const read = credentials({ 'access-key-secret-file': file }, environment, (message) =>
    warnings.push(message),
  );
  expect(read.accessKeySecret).toBe('not-a-real-secret');
  expect(warnings.some((warning) => warning.includes(`chmod 600 ${file}`))).toBe(isOpen);
});

test('a secret on the command line is refused, without being repeated, and with what to do about it', () => {
  const read = () => credentials({ 'access-key-secret': 'not-a-real-secret' }, environment, () => {});
  expect(read).toThrow('--access-key-secret is no flag: the command line is no place for a secret.');
  expect(read).not.toThrow('not-a-real-secret');
});

test.each([
  ['', /^--access-key-secret-file: .* is empty/],
  ['two\nlines', /--access-key-secret-file holds a space, a line break/],
])('a file that holds %j is no secret', (content, message) => {
  const file = secretFile(0o600, content);
  expect(() => credentials({ 'access-key-secret-file': file }, environment, () => {})).toThrow(message);
});

test('what is no file may be the secret itself, and is not shown', () => {
  for (const value of ['5f0c0ffee5f0c0ffee', 'x'.repeat(5000), 'with/a/slash', 'a\0b']) {
    const read = () => credentials({ 'access-key-secret-file': value }, environment, () => {});
    expect(read).toThrow(/^--access-key-secret-file names no file \(\w+\)\.$/);
    expect(read).toThrow(expect.objectContaining({ hint: expect.stringContaining('have it replaced') }));
  }
});

test('a file that is there and cannot be read is named', () => {
  const folder = temporaryFolder();
  const read = () => credentials({ 'access-key-secret-file': folder }, environment, () => {});
  expect(read).toThrow(`--access-key-secret-file: ${folder} cannot be read (EISDIR).`);
});
