import { createWriteStream, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import fc from 'fast-check';
import { expect, test } from 'vitest';
import yauzl from 'yauzl';

import { zipped } from '../../src/page/server/zip.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function zip(folder: string, names: readonly string[], limit?: number): Promise<string> {
  const file = path.join(temporaryFolder(), 'a.zip');
  await pipeline(zipped(folder, names, 'run', limit), createWriteStream(file));
  return file;
}

async function contentsOf(file: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  const opened = await yauzl.openPromise(file);
  for await (const entry of opened.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await opened.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    found.push([entry.fileName, Buffer.concat(chunks).toString('latin1')]);
  }
  return found;
}

test('what is zipped comes out as it was, in 64 bits, too', async () => {
  const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const files = fc.dictionary(fc.stringMatching(/^[a-z离]{1,8}\.csv$/), content, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(files, fc.boolean(), async (of, isBig) => {
      const folder = temporaryFolder();
      for (const [name, bytes] of Object.entries(of)) writeFileSync(path.join(folder, name), bytes);
      const file = await zip(folder, Object.keys(of), isBig ? 0 : undefined);
      const expected = Object.entries(of).map(([name, bytes]) => [`run/${name}`, bytes.toString('latin1')]);
      expect(await contentsOf(file)).toEqual(expected);
      expect(readFileSync(file).includes(Buffer.from('504b0606', 'hex'))).toBe(isBig);
    }),
    { numRuns: 30 },
  );
});

test('no link is followed', async () => {
  const folder = temporaryFolder();
  symlinkSync('/etc/hostname', path.join(folder, 'report.csv'));
  await expect(zip(folder, ['report.csv'])).rejects.toThrow(/ELOOP/);
});
