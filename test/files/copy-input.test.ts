import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { copyInput } from '../../src/files/copy-input.ts';
import { prove } from '../../src/files/proven-file.ts';

let folder = '';
let target = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copy-input-'));
  target = join(folder, 'input.csv');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const content = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * 7) % 256));
const sha256 = createHash('sha256').update(content).digest('hex');

describe('copying the input', () => {
  test('copies a file byte for byte, hashes it, and lets nobody else read the copy', async () => {
    const source = join(folder, 'users.csv');
    await writeFile(source, content);
    expect(await copyInput(source, target)).toMatchObject({ path: target, sha256, size: content.length });
    expect(content.equals(await readFile(target))).toBe(true);
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  test('copies a stream in the same way, whether it gives bytes or text', async () => {
    const chunks = [content.subarray(0, 5), content.subarray(5, 500_000), content.subarray(500_000)];
    const copied = await copyInput(Readable.from(chunks), target);
    const { size, sha256 } = await prove(target);
    expect(copied).toMatchObject({ path: target, size, sha256 });
    expect(content.equals(await readFile(target))).toBe(true);
    const text = join(folder, 'text.csv');
    expect(await copyInput(Readable.from(['王,', 'x']), text)).toMatchObject({ size: 5 });
    expect(await readFile(text, 'utf8')).toBe('王,x');
  });

  test('an empty file has an empty copy', async () => {
    expect(await copyInput(Readable.from([]), target)).toMatchObject({
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      size: 0,
    });
  });

  test('never writes over a file, nor through a symbolic link, be its target there or not', async () => {
    const elsewhere = join(folder, 'elsewhere.csv');
    await writeFile(target, 'precious');
    await expect(copyInput(Readable.from(['x']), target)).rejects.toMatchObject({
      name: 'UserError',
      message: `${target} is already there.`,
    });
    expect(await readFile(target, 'utf8')).toBe('precious');
    await rm(target);
    await symlink(elsewhere, target);
    await expect(copyInput(Readable.from(['x']), target)).rejects.toThrow(UserError);
    await writeFile(elsewhere, 'precious');
    await expect(copyInput(Readable.from(['x']), target)).rejects.toThrow(UserError);
    expect(await readFile(elsewhere, 'utf8')).toBe('precious');
  });

  test('a missing file, a folder, and a missing folder to copy into are said in words', async () => {
    const missing = join(folder, 'nobody.csv');
    await expect(copyInput(missing, target)).rejects.toMatchObject({
      name: 'UserError',
      message: `There is no file ${missing}.`,
    });
    await expect(copyInput(folder, target)).rejects.toMatchObject({
      name: 'UserError',
      message: `${folder} is a folder, not a file.`,
    });
    expect(await readdir(folder)).toEqual([]);
    const nowhere = join(folder, 'missing', 'input.csv');
    await expect(copyInput(Readable.from(['x']), nowhere)).rejects.toMatchObject({
      name: 'UserError',
      message: `${nowhere} could not be written: its folder is not there.`,
    });
  });

  test('leaves nothing behind when the source breaks off', async () => {
    async function* breaksOff(): AsyncGenerator<Buffer> {
      yield content;
      throw systemError('EIO');
    }
    await expect(copyInput(Readable.from(breaksOff()), target)).rejects.toMatchObject({
      message: expect.stringContaining('The standard input cannot be read (EIO)'),
      exitCode: 1,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code, syscall: 'read' });
}
